"""Fixtures that several kinds of tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github_server import GitHubServer
from zenodo_action.server import LocalServer


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
