"""
The program as a process that can really be killed, started in milliseconds: ``python -m tests.faults.client``.

It loads ``zenodo_action`` once and then, for each line ``{"arguments", "environ", "folder", "output"}`` on standard
input, forks a child that is the program; it tells the child's ``{"pid"}`` and, at its end, ``{"code"}`` (minus the
signal where one ended it). Only the pauses are shorter than a user's.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

LOADED = ("github", "zenodo_action.action", "zenodo_action.cli", "zenodo_action.repository.deposit")
"""What a run imports only when it comes to it; loaded once, before the program is forked."""
PAUSES = (
    "github.connection.READ_PAUSES_S",
    "github.locks.LOOK_EVERY_S",
    "pipeline.LOOK_EVERY_S",
    "repository.publishing.LOOK_PAUSES_S",
    "repository.retries.FIRST_PAUSE_S",
    "repository.retries.LONGEST_PAUSE_S",
    "story.discovery.INDEX_WAITS_S",
)
PACE = 0.05
"""How long the program's pauses are here, as a part of what they are for a user."""


def hurry() -> None:
    """Shorten the program's pauses; one that is not where it is named here would make every test slow, and is an error."""
    for name in PAUSES:
        path, _, pause = name.rpartition(".")
        module = importlib.import_module(f"zenodo_action.{path}")
        value = getattr(module, pause)
        setattr(module, pause, tuple(each * PACE for each in value) if isinstance(value, tuple) else value * PACE)


def become(order: dict[str, Any]) -> None:
    """Be the program; never returns."""
    from zenodo_action.cli import main  # noqa: PLC0415 - loaded by now

    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    tempfile.tempdir = None
    code = 70
    try:
        main(order["arguments"])
        code = 0
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve() -> None:
    """Start the program for each order, one after the other."""
    for name in LOADED:
        importlib.import_module(name)
    hurry()
    for line in sys.stdin:
        order = json.loads(line)
        Path(order["output"]).parent.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            become(order)
        print(json.dumps({"pid": pid}), flush=True)  # noqa: T201 - the harness reads it
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    serve()
