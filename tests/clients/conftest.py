"""A repository for clients that this project did not write."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.holdings import Holdings
from zenodo_action.server import LocalServer

NEEDED = ("zenodo_client", "zenodopy", "openscm_zenodo", "gitlab2zenodo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the clients where they are not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    for item in items:
        if missing and item.get_closest_marker("clients") is not None:
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}: .ci/clients"))


@pytest.fixture
def server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[LocalServer]:
    """A Zenodo, which does not fail at anything that the clients ask."""
    with LocalServer(tmp_path / "repository", personality="zenodo", token="test-token") as started:
        yield started
    failed = [record.getMessage() for record in caplog.records if record.name.startswith("zenodo_action")]
    assert (failed, logging.ERROR) == ([], logging.ERROR)


@pytest.fixture
def holdings(server: LocalServer) -> Holdings:
    """What the server holds, asked without any client."""
    return Holdings(server.api_url)
