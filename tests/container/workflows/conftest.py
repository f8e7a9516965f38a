"""A server under its real name, and the runner of workflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.action.conftest import Workflow
from tests.container.act import Act
from tests.container.internet import Internet
from zenodo_action.server import LocalServer


@pytest.fixture(scope="session")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def internet(_keys: Path) -> Iterator[Internet]:
    """No name leads anywhere yet."""
    made = Internet(_keys)
    yield made
    made.close()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Which kind of server the workflow deposits on, and under which name; Zenodo unless the test says otherwise."""
    return getattr(request, "param", ("zenodo", "zenodo.org"))


@pytest.fixture
def zenodo(tmp_path: Path, internet: Internet, site: tuple[str, str]) -> Iterator[LocalServer]:
    """An embedded repository that the name leads to; user 1 has the token ``test-token``."""
    kind, name = site
    server = LocalServer(tmp_path / "zenodo", personality=kind, token="test-token")
    internet.add(name, server)
    with server:
        yield server


@pytest.fixture
def act(workflow: Workflow, internet: Internet) -> Act:
    """A runner of workflows."""
    return Act(flow=workflow, internet=internet)
