# ruff: noqa: INP001, T201 -- scripts, which print and are no package
"""What the bed needs on the machine: system packages from apt, Python packages in a virtual environment of its own."""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from services import BedError, tail, undisturbed

PYTHON = "python3.11"
"""The version that requirements.txt is locked for."""
MEMORY_NEEDED_MB = 1000
"""Measured: the bed takes 470 MB after its start and 820 MB after all tests, since searches are served from memory."""
DISK_NEEDED_MB = 1500
"""Measured: 790 MB of packages, 100 MB of data, and room for the tests' uploads."""


class SkipError(Exception):
    """This machine cannot have the system packages; the text says which and why."""


def call(command: Sequence[str], log: Path, *, is_interruptible: bool = True) -> int:
    """
    Run a program with its output in a file and return its exit code.

    It gets a process group of its own: when this process is stopped, the whole group is ended first, or waited for
    where it must not be cut short.
    """
    process = None
    try:
        with log.open("ab") as output, undisturbed():
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        return process.wait()
    except BaseException:
        if process is not None:
            if is_interruptible:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def check_machine(folder: Path, meminfo: Path = Path("/proc/meminfo")) -> None:
    """Raise ``BedError`` where memory or disk space would not last."""
    available = re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"))
    memory_mb = int(available[1]) // 1024 if available else MEMORY_NEEDED_MB
    if memory_mb < MEMORY_NEEDED_MB:
        raise BedError(
            f"the bed needs {MEMORY_NEEDED_MB} MB of memory, and {memory_mb} MB are free: end other programs"
        )
    disk_mb = shutil.disk_usage(folder).free // 1_000_000
    if disk_mb < DISK_NEEDED_MB:
        raise BedError(f"the bed needs {DISK_NEEDED_MB} MB of disk under {folder}, and {disk_mb} MB are free")


def postgres_folder() -> Path | None:
    """Return the folder with the programs of the newest PostgreSQL, or ``None``. Debian keeps them off PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    on_path = shutil.which("initdb")
    candidates = [*reversed(folders), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((path for path in candidates if (path / "postgres").exists() and (path / "initdb").exists()), None)


def has_python() -> bool:
    """Whether the locked version of Python is there, with what makes a virtual environment."""
    found = shutil.which(PYTHON)
    return found is not None and not subprocess.run([found, "-c", "import ensurepip"], check=False).returncode


SYSTEM: dict[str, Callable[[], bool]] = {
    "postgresql": lambda: postgres_folder() is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "libcairo2": lambda: ctypes.util.find_library("cairo") is not None,
    f"{PYTHON}-venv": has_python,
}
"""Debian package → whether the machine has what it brings."""


def install_system(log: Path) -> Path:
    """
    Install the system packages that are missing and return the folder of PostgreSQL's programs.

    Raises:
        SkipError: They cannot be had on this machine.
    """
    if sys.platform != "linux":
        raise SkipError(f"the bed runs on Linux, and this is {sys.platform}")
    if missing := missing_packages():
        install_packages(missing, log)
    postgres = postgres_folder()
    if postgres is None:
        raise SkipError("postgresql is installed, but its programs are not under /usr/lib/postgresql or on PATH")
    return postgres


def missing_packages() -> list[str]:
    """Return the system packages that the machine lacks."""
    return [package for package, is_there in SYSTEM.items() if not is_there()]


def install_packages(packages: Sequence[str], log: Path) -> None:
    """Install system packages; raise ``SkipError`` where that cannot be."""
    names = " ".join(packages)
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if apt is None:
        raise SkipError(f"{names} must be installed by hand, since there is no apt-get")
    prefix = [] if os.geteuid() == 0 else [sudo or "sudo", "-n"]
    if prefix and (sudo is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode):
        raise SkipError(f"{names} must be installed by hand (apt-get install {names}), since this is not root")
    print(f"bed: installing {names}", flush=True)
    log.unlink(missing_ok=True)
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt]
    call([*apt_get, "update"], log, is_interruptible=False)
    call([*apt_get, "install", "-y", "--no-install-recommends", *packages], log, is_interruptible=False)
    if missing := missing_packages():
        raise SkipError(f"{' '.join(missing)} cannot be installed with apt-get; {log} says why")


def install_python(locks: Sequence[Path], venv: Path, log: Path) -> None:
    """
    Make the virtual environment hold exactly the locked packages; done already where no lock did change.

    Args:
        locks: Hashed requirements files, in their order; the first brings what builds packages of the others.
        venv: Its folder.
        log: Where pip's output goes.
    """
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    stamp = venv / "bed-lock.sha256"  # written last: a half-made environment has none and is made anew
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    print("bed: installing InvenioRDM (one to two minutes)", flush=True)
    log.unlink(missing_ok=True)
    pip = (str(venv / "bin" / "python"), "-m", "pip", "install", "--require-hashes")
    options = ("--no-compile", "--no-build-isolation")  # what is never imported need not be compiled
    commands: list[tuple[str, ...]] = [(shutil.which(PYTHON) or PYTHON, "-m", "venv", "--clear", str(venv))]
    commands += [(*pip, *options, "-r", str(lock)) for lock in locks]
    for command in commands:
        if call(command, log):
            raise BedError(f"the Python packages could not be installed; the next run starts over\n{tail(log)}")
    stamp.write_text(wanted, encoding="ascii")
