"""Fixtures that several kinds of tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github_server import GitHubServer
from zenodo_action.server import LocalServer


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests say what their environment is: that of the machine, a CI job for one, must not count."""
    for name in os.environ:
        if name == "CI" or name.startswith(("ZENODO_", "GITHUB_", "INPUT_", "RUNNER_")):
            monkeypatch.delenv(name)


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    """A stand-in of GitHub; a request or an answer that breaks GitHub's own description fails the test."""
    server = GitHubServer()
    yield server
    server.close()
    server.check()


@pytest.fixture
def zenodo(tmp_path: Path) -> Iterator[LocalServer]:
    """An embedded repository, the sandbox in kind; user 1 has the token ``test-token``."""
    with LocalServer(tmp_path / "zenodo", token="test-token") as server:
        yield server


@pytest.fixture
def other_token(zenodo: LocalServer) -> str:
    """The token of a second user of that repository."""
    zenodo.add_user("other-token", "other")
    return "other-token"
