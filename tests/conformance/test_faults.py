"""Any fault, any point, on a real InvenioRDM: a sample; ``scripts/faults.py --bed`` tries them all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.conformance.conftest import Bed
from tests.faults.harness import FAULTS, Bench, Scenario, shape
from tests.faults.proxy import Fault
from tests.faults.test_faults import REQUESTS

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]  # a busy machine is no failure

HARDEST = [fault for fault in FAULTS if not fault.lasts and fault.name in ("kill -9", "reset", "502")]
POINTS: list[tuple[Scenario, int]] = [
    (scenario, point) for scenario in ("first", "next") for point in range(len(REQUESTS[("records", scenario)]))
]
SAMPLE = list(zip(POINTS, itertools.cycle(HARDEST), strict=False))


@pytest.fixture(scope="module")
def bench(bed: Bed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The bench, with the real server behind its proxy."""
    with Bench(tmp_path_factory.mktemp("bench"), bed=(bed.url, bed.token)) as made:
        yield made


@pytest.mark.parametrize("scenario", ["first", "next"])
def test_the_requests_are_those_that_the_embedded_repository_sees(bench: Bench, scenario: Scenario) -> None:
    points = bench.points(scenario)
    assert [f"{each.method} {shape(each.path)}" for each in points] == list(REQUESTS[("records", scenario)])


@pytest.mark.parametrize(("place", "fault"), SAMPLE, ids=str)
def test_once_whatever_fails(bench: Bench, place: tuple[Scenario, int], fault: Fault) -> None:
    verdict = bench.strike(*place, fault)
    assert verdict.point != "never"
    assert verdict.is_good, f"{verdict}\n{verdict.log}\n{verdict.exchanges}"
