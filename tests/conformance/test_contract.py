"""One contract, two servers: the embedded repository answers as InvenioRDM does, or an exception says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import Bed
from tests.conformance.contract import Conversation, Exceptions, differences
from tests.conformance.odd_requests import ODD_SCENARIOS
from tests.conformance.scenarios import SCENARIOS
from zenodo_action.server import LocalServer

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]  # a busy machine is no failure
CONVERSATIONS = {**SCENARIOS, **ODD_SCENARIOS}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """Our own server, in the manner of a stock InvenioRDM."""
    folder: Path = tmp_path_factory.mktemp("embedded")
    with LocalServer(folder, token="ours", personality="inveniordm") as server:
        server.add_user("theirs")
        yield Bed(server.url, "ours", "theirs")


@pytest.fixture(scope="module")
def exceptions() -> Exceptions:
    return Exceptions.read()


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_both_servers_answer_alike(bed: Bed, embedded: Bed, exceptions: Exceptions, name: str) -> None:
    real, ours = (Conversation(server).hold(CONVERSATIONS[name]) for server in (bed, embedded))
    found = [
        f"{name} / {step} / {difference}"
        for step in real
        for difference in differences(real[step], ours[step])
        if not exceptions.cover(f"{name} / {step} / {difference.partition(': ')[0]}")
    ]
    assert found == []


def test_every_exception_is_needed(exceptions: Exceptions, request: pytest.FixtureRequest) -> None:
    if any(f"[{name}]" not in str(request.session.items) for name in CONVERSATIONS):
        pytest.skip("not every conversation was held")
    assert set(exceptions.patterns) - exceptions.met == set()
