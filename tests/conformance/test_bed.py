"""The bed itself, where things go wrong; these tests need no InvenioRDM."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "conformance"
if not FOLDER.is_dir():
    pytest.skip("a source archive comes without the bed", allow_module_level=True)
sys.path.insert(0, str(FOLDER))

import bed  # noqa: E402 -- scripts, which are no package
import data  # noqa: E402
import install  # noqa: E402
import services  # noqa: E402
from services import BedError, Processes, Service  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bed runs on Linux only")


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    """The processes of a bed with one service."""
    for name in ("pid", "log"):
        (tmp_path / name).mkdir()
    return Processes(pids=tmp_path / "pid", logs=tmp_path / "log", stop_signals={"cat": signal.SIGTERM})


def service(*command: str, is_ready: bool = True, ready_within_s: float = 20) -> Service:
    return Service(name="cat", command=command, is_ready=lambda: is_ready, ready_within_s=ready_within_s)


def ends(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    deadline = time.monotonic() + 10
    while services.birth(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return services.birth(pid) is None


# Processes


def test_a_service_runs_until_it_is_stopped(processes: Processes) -> None:
    processes.start(service("sleep", "60"))
    running = processes.running()
    assert list(running) == ["cat"]
    processes.stop()
    assert services.birth(running["cat"]) is None
    assert processes.running() == {}
    assert list(processes.pids.iterdir()) == []


def test_a_service_is_found_again_by_a_later_run(processes: Processes) -> None:
    processes.start(service("sleep", "60"))
    later = Processes(pids=processes.pids, logs=processes.logs, stop_signals=processes.stop_signals)
    assert later.running() == processes.running()
    later.stop()
    processes.stop()  # takes note of how its child ended
    assert processes.running() == {}


def test_an_id_that_another_program_has_got_is_left_alone(processes: Processes) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        (processes.pids / "cat").write_text(f"{other.pid} another-boot/1\n")
        assert processes.running() == {}
        processes.stop()
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("content", ["", "dot", "1"])
def test_a_damaged_pid_file_counts_as_none(processes: Processes, content: str) -> None:
    (processes.pids / "cat").write_text(content)
    assert processes.running() == {}
    processes.stop()


def test_a_service_that_does_not_leave_is_killed(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "STOP_TIMEOUT_S", 0.5)
    mark = processes.pids.parent / "trapped"
    processes.start(
        Service(
            name="cat",
            command=("sh", "-c", f"trap '' TERM; : > {mark}; sleep 60 & wait; wait"),
            is_ready=mark.exists,
            ready_within_s=20,
        )
    )
    pid = processes.running()["cat"]
    processes.stop()
    assert services.birth(pid) is None


def test_a_service_that_ends_while_starting_is_told_with_its_log(processes: Processes) -> None:
    with pytest.raises(BedError) as caught:
        processes.start(service("sh", "-c", "echo no milk; exit 3", is_ready=False))
    assert str(caught.value) == (
        f"cat ended while starting (exit code 3)\n  the log {processes.logs}/cat.log ends:\n    no milk"
    )
    processes.stop()


def test_a_service_that_is_killed_while_starting_may_lack_memory(processes: Processes) -> None:
    with pytest.raises(BedError) as caught:
        processes.start(service("sh", "-c", "kill -9 $$", is_ready=False))
    assert str(caught.value).partition("\n")[0] == (
        "cat ended while starting (killed from outside; the machine may have run out of memory)"
    )
    processes.stop()


def test_a_service_that_is_never_ready_is_told(processes: Processes) -> None:
    with pytest.raises(BedError) as caught:
        processes.start(service("sleep", "60", is_ready=False, ready_within_s=0.3))
    assert str(caught.value).partition("\n")[0] == "cat was not ready within 0 s"
    assert list(processes.running()) == ["cat"]  # "up" stops it
    processes.stop()


def test_tied_services_end_with_the_run_even_if_that_is_killed(processes: Processes) -> None:
    mark = processes.pids.parent / "started"  # by then it is tied
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(FOLDER)!r})
from pathlib import Path
from services import Processes, Service
bed = Processes(pids=Path({str(processes.pids)!r}), logs=Path({str(processes.logs)!r}),
                stop_signals={{"cat": signal.SIGTERM}}, is_tied=True)
bed.start(Service(name="cat", command=("sh", "-c", ": > {mark}; exec sleep 60"), is_ready=Path({str(mark)!r}).exists,
                  ready_within_s=20))
print(bed.running()["cat"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert ends(int(done.stdout))


def test_memory_is_that_of_the_whole_family() -> None:
    hungry = "hoard = b'x' * 50_000_000; print('full', flush=True); __import__('time').sleep(60)"
    command = ["sh", "-c", '"$0" -c "$1" & wait', sys.executable, hungry]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline() == b"full\n"
        (child,) = services.descendants(shell.pid)
        assert services.memory_mb(child) > 47
        assert services.memory_mb(shell.pid) > 47
        os.killpg(shell.pid, signal.SIGKILL)


# The machine


def test_too_little_memory_is_told(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 2000000 kB\nMemAvailable: 409600 kB\n")
    with pytest.raises(BedError) as caught:
        install.check_machine(tmp_path, meminfo)
    assert str(caught.value) == "the bed needs 1000 MB of memory, and 400 MB are free: end other programs"


def test_too_little_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "DISK_NEEDED_MB", 10**9)
    with pytest.raises(BedError, match=rf"^the bed needs 1000000000 MB of disk under {tmp_path}, and \d+ MB are free$"):
        install.check_machine(tmp_path)


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BedError) as caught:
            bed.choose_ports(port, 4)
    assert str(caught.value) == (
        f"port {port} of 127.0.0.1 cannot be used (Address already in use):"
        " choose another with --port, or leave it out for a free one"
    )


def test_free_ports_differ() -> None:
    assert len(set(bed.choose_ports(0, 4))) == 4


@pytest.mark.parametrize(
    ("programs", "reason"),
    [
        ((), "nosuch must be installed by hand, since there is no apt-get"),
        (
            ("apt-get",),
            "nosuch must be installed by hand (apt-get install nosuch), since this is not root",
        ),
    ],
)
def test_packages_that_cannot_be_installed_are_a_reason_to_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: tuple[str, ...], reason: str
) -> None:
    for name in programs:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install, "SYSTEM", {"nosuch": lambda: False})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(install.SkipError) as caught:
        install.install_system(tmp_path / "apt.log")
    assert str(caught.value) == reason


def test_a_failing_apt_is_a_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apt-get").write_text('#!/bin/sh\necho "no such package" "$@"\n')
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(install, "SYSTEM", {"nosuch": lambda: False})
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    log = tmp_path / "apt.log"
    with pytest.raises(install.SkipError) as caught:
        install.install_system(log)
    assert str(caught.value) == f"nosuch cannot be installed with apt-get; {log} says why"
    assert log.read_text() == ("no such package update\nno such package install -y --no-install-recommends nosuch\n")


PYTHON = """\
#!/bin/sh
# python -m venv --clear FOLDER, and the environment's python -m pip install … -r LOCK, which fails if the lock says so
if [ "$2" = venv ]; then
    rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"
else
    for lock; do :; done
    echo "installing $(cat "$lock")"
    ! grep -q nosuch "$lock"
fi
"""


def test_an_installation_that_failed_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / install.PYTHON).write_text(PYTHON)
    (tmp_path / install.PYTHON).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    lock, venv, log = tmp_path / "requirements.txt", tmp_path / "venv", tmp_path / "pip.log"
    lock.write_text("nosuch==1\n")
    for _ in range(2):
        with pytest.raises(BedError) as caught:
            install.install_python([lock], venv, log)
        assert str(caught.value) == (
            "the Python packages could not be installed; the next run starts over\n"
            f"  the log {log} ends:\n    installing nosuch==1"
        )
    lock.write_text("milk==1\n")
    (venv / "left-over").touch()
    install.install_python([lock], venv, log)
    assert sorted(path.name for path in venv.iterdir()) == ["bed-lock.sha256", "bin"]
    log.unlink()
    install.install_python([lock], venv, log)
    assert not log.exists()  # nothing was left to do


def test_an_installation_that_is_stopped_leaves_nothing_running(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    script = f"""
import signal, sys
sys.path.insert(0, {str(FOLDER)!r})
from pathlib import Path
import bed, install
signal.signal(signal.SIGTERM, bed.stop)
install.call(["sh", "-c", "sleep 60 & echo $! > {mark}; wait"], Path({str(tmp_path / "log")!r}))
"""
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 10
        while not (mark.exists() and mark.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.terminate()
        process.communicate(timeout=10)
    assert ends(int(mark.read_text()))


# The folder


def test_two_runs_at_once_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bed, "STATE", tmp_path)
    with bed.one_at_a_time():
        with pytest.raises(BedError) as caught, bed.one_at_a_time():
            pass
        assert str(caught.value) == (
            f"another run of the bed (process {os.getpid()}) is at work in {tmp_path}: wait for it or stop it"
        )
    with bed.one_at_a_time():
        pass


def test_data_of_another_version_or_half_made_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "database_user", lambda: None)
    for name, does in (("postgres", "echo 15"), ("initdb", 'mkdir -p "${1#--pgdata=}"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n", encoding="ascii")
        program.chmod(0o755)
    source = tmp_path / "site.cfg"
    source.write_text("one", encoding="ascii")
    kept = data.Data(folder=tmp_path / "data", postgres=tmp_path, sources=[source], logs=tmp_path)
    assert kept.prepare() is False
    first = kept.secret()
    (kept.folder / "files" / "upload").write_bytes(b"dot")
    assert kept.prepare() is False
    assert (kept.secret(), list((kept.folder / "files").iterdir())) == (first, [])
    source.write_text("two", encoding="ascii")
    assert kept.prepare() is True
    second = kept.secret()
    assert second != first
    (kept.folder / "stamp").unlink()  # as where the first start was stopped
    assert kept.prepare() is False
    assert kept.secret() != second


def test_data_that_lies_elsewhere_is_removed_there(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "data"
    (elsewhere / "postgres").mkdir(parents=True)
    folder.symlink_to(elsewhere)
    data.drop(folder)
    assert list(tmp_path.iterdir()) == []
    data.drop(folder)  # once more is no error


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["status"], 3, "bed: site     not running\n"),
        (["down"], 0, "bed: down\n"),
        (["run", "--", "nosuch-command"], 1, "error: no such command: nosuch-command\n"),
        (["nosuch"], 2, "invalid choice"),
    ],
)
def test_the_program_without_a_bed(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    for script in FOLDER.glob("*.py"):
        (tmp_path / "conformance").mkdir(exist_ok=True)
        (tmp_path / "conformance" / script.name).write_bytes(script.read_bytes())
    done = subprocess.run(
        [sys.executable, str(tmp_path / "conformance" / "bed.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
