# ruff: noqa: INP001 -- part of a script
"""
Programs of the bed as background processes: started, found again and ended by process id.

A pid file holds the id together with the moment at which the kernel started that process, so that an id which has
passed to another program since is never mistaken for ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_TIMEOUT_S = 20
"""How long a program may take to end before it is killed."""


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that ask this program to end."""


class BedError(Exception):
    """The bed cannot do what was asked; the text says what happened and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A program that runs in the background until it is stopped."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    ready_within_s: float
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: str | None = None
    """Another user to run as; only root can ask for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """The background processes of one bed."""

    pids: Path
    """Folder of the pid files."""
    logs: Path
    stop_signals: Mapping[str, signal.Signals]
    """Every service, in the order in which they end, with the signal on which it leaves at once but cleanly."""
    is_tied: bool = False
    """Whether they end with this process, however it ends."""
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    """Those that this run of the program started; the system keeps their ids until they are asked how they ended."""

    def start(self, service: Service) -> None:
        """Start a program and return when it is ready; raise ``BedError`` with the end of its log if it is not."""
        prefix = ["setpriv"]
        if self.is_tied:
            prefix += ["--pdeathsig", self.stop_signals[service.name].name.removeprefix("SIG")]
        if service.user is not None:
            prefix += ["--reuid", service.user, "--regid", service.user, "--clear-groups"]
        log = self.logs / f"{service.name}.log"
        with log.open("wb") as output, undisturbed():
            process = subprocess.Popen(
                [*(prefix if len(prefix) > 1 else []), *service.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=service.folder,
                env={**os.environ, **service.environ},
                start_new_session=True,
            )
            self._children[service.name] = process
            (self.pids / service.name).write_text(f"{process.pid} {birth(process.pid)}\n", encoding="ascii")
        deadline = time.monotonic() + service.ready_within_s
        while not service.is_ready():
            if process.poll() is not None:
                raise BedError(f"{service.name} ended while starting ({ending(process.returncode)})\n{tail(log)}")
            if time.monotonic() > deadline:
                raise BedError(f"{service.name} was not ready within {service.ready_within_s:.0f} s\n{tail(log)}")
            time.sleep(0.1)

    def pid(self, name: str) -> int | None:
        """Return the id of a service's process, or ``None`` where it does not run (any more)."""
        try:
            number, born = (self.pids / name).read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return None
        return int(number) if birth(int(number)) == born else None

    def running(self) -> dict[str, int]:
        """Return the services that run, by name."""
        return {name: pid for name in self.stop_signals if (pid := self.pid(name)) is not None}

    def stop(self) -> None:
        """End every service, with force where it does not leave in time, and forget it."""
        for name, stop_signal in self.stop_signals.items():
            for attempt in (stop_signal, signal.SIGKILL):
                if (pid := self.pid(name)) is None:
                    break
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, attempt)
                self._wait(name)
            (self.pids / name).unlink(missing_ok=True)
            if (child := self._children.pop(name, None)) is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=STOP_TIMEOUT_S)

    def _wait(self, name: str) -> None:
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self.pid(name) is not None and time.monotonic() < deadline:
            time.sleep(0.05)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Put off the signals that end this program until the block is done, so that no child is started but not known."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def birth(pid: int) -> str | None:
    """
    Return what tells a process from every other that has had or will have its id; ``None`` where it has ended.

    Source: proc_pid_stat(5), fields ``state`` and ``starttime``; the kernel's random/boot_id.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    state, start_time = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}/{start_time}"


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all that it started, shared pages divided among their users (MB)."""
    total = 0.0
    for member in (pid, *descendants(pid)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{member}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
    return total


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes that a process started, at any depth."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [number for child in map(int, children) for number in (child, *descendants(child))]


def ending(returncode: int) -> str:
    """Return in words how a process ended."""
    if returncode == -signal.SIGKILL:
        return "killed from outside; the machine may have run out of memory"
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"


def tail(log: Path) -> str:
    """Return the end of a log file, indented, with its path."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    return "\n".join([f"  the log {log} ends:", *(f"    {line}" for line in lines)])
