"""Clients of an embedded repository: its first user's, a second user's, and nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.api import Api
from zenodo_action.server import LocalServer


@pytest.fixture
def api(zenodo: LocalServer) -> Iterator[Api]:
    """The first user."""
    with Api(zenodo) as client:
        yield client


@pytest.fixture
def other(zenodo: LocalServer, other_token: str) -> Iterator[Api]:
    """A second user."""
    with Api(zenodo, other_token) as client:
        yield client


@pytest.fixture
def nobody(zenodo: LocalServer) -> Iterator[Api]:
    """Somebody without a token."""
    with Api(zenodo, None) as client:
        yield client
