"""Fixtures that several kinds of tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.github_server import GitHubServer


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    """A stand-in of GitHub; a request or an answer that breaks GitHub's own description fails the test."""
    server = GitHubServer()
    yield server
    server.close()
    server.check()
