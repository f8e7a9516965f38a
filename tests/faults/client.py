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

MODULES = (
    "action",
    "commands",
    "console",
    "render",
    "github.connection",
    "github.locks",
    "github.writeback",
    "repository.rdm",
    "repository.deposit",
    "repository.retries",
    "repository.transport",
    "pipeline",
    "story.discovery",
)
PAUSES = ("FIRST_PAUSE_S", "LONGEST_PAUSE_S", "SETTLE_WAITS_S", "INDEX_WAITS_S", "READ_PAUSES_S", "LOOK_EVERY_S")
PACE = 0.05
"""How long the program's pauses are here, as a part of what they are for a user."""


def hurry() -> None:
    """Load the program and shorten its pauses wherever they are named."""
    for name in MODULES:
        module = importlib.import_module(f"zenodo_action.{name}")
        for pause in PAUSES:
            value = getattr(module, pause, None)
            if isinstance(value, tuple):
                setattr(module, pause, tuple(each * PACE for each in value))
            elif value is not None:
                setattr(module, pause, value * PACE)


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
    hurry()
    importlib.import_module("github")
    importlib.import_module("zenodo_action.cli")
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
