# ruff: noqa: INP001, T201 -- scripts, which print and are no package
"""
A stock InvenioRDM in a folder of the checkout, for tests against the real thing.

    bed.py up [OPTIONS]                       install what is missing, start, wait until it answers
    bed.py run [OPTIONS] -- COMMAND …         up, COMMAND, down; exit code of COMMAND
    bed.py status                             what runs, where, how much memory it takes
    bed.py down                               end everything that "up" started

    --port N             of the site                    --stock             without the custom fields of zenodo.org
    --rate-limit TEXT    as "60 per minute"             --needs-community   publishes only what a community has taken

Everything lies in ``.conformance/`` (packages, data, logs) and listens on 127.0.0.1 only. ``.conformance/env`` tells
the address and the tokens. Exit codes: 0 done, or skipped with a line that says why; 1 failed; 3 "status": not running.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from data import DATABASE, Data, database_user, drop
from install import SkipError, check_machine, install_python, install_system
from services import ENDING, BedError, Processes, Service, memory_mb, undisturbed

HERE = Path(__file__).resolve().parent
STATE = HERE.parent / ".conformance"
VENV, DATA, LOGS, PIDS, ENV = (STATE / name for name in ("venv", "data", "log", "pid", "env"))
INSTANCE = HERE / "instance"
LOCKS = (HERE / "requirements-build.txt", HERE / "requirements.txt")
NEEDED = {True: "yes", False: ""}
"""What the environment says of an instance that publishes only what a community has taken."""
STOP_SIGNALS = {
    "site": signal.SIGTERM,
    "search": signal.SIGTERM,
    "redis": signal.SIGTERM,
    "postgres": signal.SIGINT,  # SIGTERM would wait for its clients to leave
}


class Stopped(BaseException):
    """A signal asks this program to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the command line says about the bed."""

    port: int
    """0 for any free one."""
    variant: str
    """``zenodo``: with the custom fields of zenodo.org; ``stock``: with none."""
    rate_limit: str
    """As ``60 per minute``; empty for no limit."""
    needs_community: bool
    """Whether only what a community has taken is published."""


def say(line: str) -> None:
    """Print one line of progress."""
    print(f"bed: {line}", flush=True)


# What there is


def read_env() -> dict[str, str]:
    """Return address and tokens of the bed that was started last."""
    with contextlib.suppress(FileNotFoundError):
        return dict(line.split("=", 1) for line in ENV.read_text(encoding="ascii").splitlines())
    return {}


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep other runs of this program out of the folder; raise ``BedError`` where one is in it."""
    STATE.mkdir(exist_ok=True)
    (STATE / ".gitignore").write_text("*\n", encoding="ascii")
    with (STATE / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise BedError(
                f"another run of the bed (process {owner}) is at work in {STATE}: wait for it or stop it"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


# Services


def choose_ports(wanted: int, count: int) -> list[int]:
    """Return the wanted port (0: any) and further ones, all free; raise ``BedError`` where the wanted one is not."""
    with contextlib.ExitStack() as stack:
        ports = []
        for port in (wanted, *[0] * (count - 1)):
            probe = stack.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as problem:
                raise BedError(
                    f"port {port} of 127.0.0.1 cannot be used ({problem.strerror}):"
                    " choose another with --port, or leave it out for a free one"
                ) from problem
            ports.append(probe.getsockname()[1])
        return ports


def accepts(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a GET is answered, if only with the remark that there were too many."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- an address of ours
            return bool(answer.status == HTTPStatus.OK)
    except urllib.error.HTTPError as error:
        with error:
            return error.code == HTTPStatus.TOO_MANY_REQUESTS
    except OSError:
        return False


def services(data: Data, ports: Sequence[int], settings: Settings) -> Iterator[Service]:
    """Yield the services in the order in which they start; each is asked for when those before it are ready."""
    site, database, redis, search = ports
    folder, secret = data.folder.resolve(), data.secret()
    options = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "full_page_writes=off")
    yield Service(
        name="postgres",
        command=(
            *(str(data.postgres / "postgres"), "-D", str(folder / "postgres"), "-p", str(database)),
            *(part for option in options for part in ("-c", option)),
        ),
        user=database_user(),
        is_ready=lambda: (
            not subprocess.run(
                [data.postgres / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(database)], check=False
            ).returncode
        ),
        ready_within_s=60,
    )
    data.fill(database, settings.variant)
    redis_settings = folder / "redis.conf"  # a file, since everyone can read a command line
    redis_settings.touch(mode=0o600)
    redis_settings.write_text(
        f'bind 127.0.0.1\nport {redis}\nrequirepass {secret}\nsave ""\nappendonly no\n', encoding="ascii"
    )
    yield Service(
        name="redis",
        command=("redis-server", str(redis_settings)),
        is_ready=lambda: accepts(redis),
        ready_within_s=20,
    )
    yield Service(
        name="search",
        command=(
            str(next(VENV.glob("lib/*/site-packages/osmem_server/bin/osmem-server"))),
            *("-addr", f"127.0.0.1:{search}", "-no-stdin-watch", "-no-ja"),
        ),
        is_ready=lambda: answers(f"http://127.0.0.1:{search}/"),
        ready_within_s=20,
    )
    url = f"http://127.0.0.1:{site}"
    yield Service(
        name="site",
        command=(
            *(str(VENV / "bin" / "python"), "-m", "gunicorn", "serve:application", "--bind", f"127.0.0.1:{site}"),
            *("--worker-class", "gthread", "--threads", "8", "--timeout", "0", "--no-control-socket"),
        ),
        folder=INSTANCE,
        environ={
            "BED_URL": url,
            "BED_SECRET": secret,
            "BED_DATABASE_URL": f"postgresql+psycopg2://bed:{secret}@127.0.0.1:{database}/{DATABASE}",
            "BED_REDIS_URL": f"redis://:{secret}@127.0.0.1:{redis}",
            "BED_SEARCH_PORT": str(search),
            "BED_FILES": str(folder / "files"),
            "BED_COPY": str(data.copy(settings.variant)),
            "BED_VARIANT": settings.variant,
            "BED_RATE_LIMIT": settings.rate_limit,
            "BED_NEEDS_COMMUNITY": NEEDED[settings.needs_community],
            "INVENIO_INSTANCE_PATH": str(INSTANCE),
            "INVENIO_STATIC_FOLDER": str(STATE / "static"),
        },
        is_ready=lambda: answers(f"{url}/api/records"),
        ready_within_s=900,  # it takes 40 s; a machine that is busy with other things is no failure
    )


# Commands


def up(processes: Processes, settings: Settings) -> bool:
    """Bring the bed up and return whether it was down; nothing is left running where that fails."""
    running = processes.running()
    if len(running) == len(STOP_SIGNALS):
        say(f"running already at {read_env().get('BED_URL')}")
        return False
    begun = time.monotonic()
    ports = choose_ports(settings.port, len(STOP_SIGNALS))
    check_machine(STATE)
    for folder in (LOGS, PIDS):
        folder.mkdir(exist_ok=True)
    postgres = install_system(LOGS / "apt.log")
    install_python(LOCKS, VENV, LOGS / "pip.log")
    sources = [*LOCKS, *sorted(path for path in INSTANCE.rglob("*") if path.is_file() and path.suffix != ".pyc")]
    data = Data(folder=DATA, postgres=postgres, sources=sources, logs=LOGS)
    try:
        processes.stop()  # what is left of a bed that lost one of its services
        if data.prepare():
            say("the kept data is of another version of the bed or of PostgreSQL and is made anew")
        for service in services(data, ports, settings):
            say(f"starting {service.name}")
            processes.start(service)
    except BaseException:
        down(processes)
        raise
    tokens = json.loads((data.copy(settings.variant) / "tokens.json").read_text(encoding="ascii"))
    url = f"http://127.0.0.1:{ports[0]}"
    ENV.touch(mode=0o600)
    told = {
        "BED_URL": url,
        "BED_TOKEN": tokens["owner"],
        "BED_OTHER_TOKEN": tokens["other"],
        "BED_VARIANT": settings.variant,
        "BED_NEEDS_COMMUNITY": NEEDED[settings.needs_community],
    }
    ENV.write_text("".join(f"{name}={value}\n" for name, value in told.items()), encoding="ascii")
    say(f"up at {url} after {time.monotonic() - begun:.0f} s; address and tokens stand in {ENV}")
    return True


def down(processes: Processes) -> None:
    """End the bed; being interrupted once more does not stop this."""
    with undisturbed():
        processes.stop()
        ENV.unlink(missing_ok=True)
        if DATA.is_symlink():
            drop(DATA)


def run(processes: Processes, settings: Settings, command: Sequence[str]) -> int:
    """Run a command while the bed is up and return its exit code; a bed that was up before stays up."""
    if shutil.which(command[0]) is None:
        raise BedError(f"no such command: {command[0]}")
    was_down = up(processes, settings)
    has_terminal = sys.stdin.isatty()  # then Ctrl-C reaches the command by itself, and it may read from there
    process = None
    try:
        with undisturbed():
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command],
                env={**os.environ, **read_env()},
                start_new_session=not has_terminal,
            )
        return process.wait()
    except BaseException:
        if process is not None:
            end_command(process, is_group=not has_terminal)
        raise
    finally:
        if was_down:
            down(processes)


def end_command(process: subprocess.Popen[bytes], *, is_group: bool) -> None:
    """Let the command end in peace for ten seconds, then kill it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number) if is_group else process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


def status(processes: Processes) -> int:
    """Print what runs and return 0 if the bed is whole, else 3."""
    running = processes.running()
    for name in STOP_SIGNALS:
        pid = running.get(name)
        say(f"{name:8} not running" if pid is None else f"{name:8} process {pid}, {memory_mb(pid):.0f} MB")
    if len(running) < len(STOP_SIGNALS):
        return 3
    say(f"{'together':8} {sum(map(memory_mb, running.values())):.0f} MB, at {read_env().get('BED_URL')}")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command line's command and settings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--port", type=int, default=0, help="port of the site on 127.0.0.1; any free one by default")
    options.add_argument("--stock", action="store_true", help="without the custom fields that zenodo.org has")
    options.add_argument("--rate-limit", default="", help="requests allowed, as '60 per minute'; no limit by default")
    options.add_argument("--needs-community", action="store_true", help="publish only what a community has taken")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", parents=[options])
    commands.add_parser("run", parents=[options]).add_argument("argv", nargs="+", metavar="COMMAND")
    commands.add_parser("status")
    commands.add_parser("down")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Carry out the command line and return the exit code."""
    parsed = parse(arguments)
    processes = Processes(pids=PIDS, logs=LOGS, stop_signals=STOP_SIGNALS, is_tied=parsed.command == "run")
    if parsed.command == "status":
        return status(processes)
    with one_at_a_time():
        if parsed.command == "down":
            down(processes)
            say("down")
            return 0
        settings = Settings(
            port=parsed.port,
            variant="stock" if parsed.stock else "zenodo",
            rate_limit=parsed.rate_limit,
            needs_community=parsed.needs_community,
        )
        if parsed.command == "run":
            return run(processes, settings, parsed.argv)
        up(processes, settings)
    return 0


def stop(number: int, _: FrameType | None) -> None:
    """Turn a signal into an exception, so that everything is cleaned up on the way out."""
    raise Stopped(number)


if __name__ == "__main__":
    for _number in ENDING:
        signal.signal(_number, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except SkipError as reason:
        print(f"SKIPPED conformance: {reason}", flush=True)
    except BedError as problem:
        sys.exit(f"error: {problem}")
    except Stopped as asked:
        sys.exit(128 + int(asked.args[0]))
