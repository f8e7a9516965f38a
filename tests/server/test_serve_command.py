"""The command that runs the embedded repository, as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from zenodo_action.server.faults import CONTROL_PATH

LOST = {"match": {"method": "POST", "path": "/api/records$"}, "action": "status", "status": 502}
HEADERS = {"Authorization": "Bearer test-token"}


INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("zenodo_action", run_name="__main__")
"""
"""The program as a terminal starts it: where the tests run in the background of a shell, it would inherit no Ctrl-C."""


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """Run the command, give its address, and interrupt it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", INTERRUPTIBLE, "serve", "--port", "0", "--dir", str(folder), *options],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().partition(" ")[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be interrupted alone")
def test_it_is_the_kind_of_server_that_was_asked_for(tmp_path: Path) -> None:
    with served(tmp_path / "records", "--personality", "inveniordm", "--token", "test-token") as address:
        made = requests.post(f"{address}/api/records", json={}, headers=HEADERS, timeout=60)
        assert (made.status_code, made.json()["id"].isdecimal()) == (201, False)
        assert requests.get(f"{address}/api/deposit/depositions", headers=HEADERS, timeout=60).status_code == 404
        assert requests.post(f"{address}{CONTROL_PATH}", json=[LOST], timeout=60).status_code == 404
    assert (tmp_path / "records" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_it_limits_requests_as_zenodo_does_where_that_is_wanted(tmp_path: Path) -> None:
    with served(tmp_path / "records", "--rate-limits") as address:
        answers = [requests.get(f"{address}/api/records", timeout=60) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert (answers[0].headers["X-RateLimit-Limit"], answers[-1].json()["message"]) == ("30", "30 per 1 minute")


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_it_fails_where_it_is_told_to(tmp_path: Path) -> None:
    with served(tmp_path / "records", "--faults") as address:
        assert requests.post(f"{address}{CONTROL_PATH}", json=[LOST], timeout=60).status_code == 201
        answers = [requests.post(f"{address}/api/records", json={}, headers=HEADERS, timeout=60) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [502, 201]
