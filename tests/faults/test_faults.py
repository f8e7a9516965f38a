"""
Any fault, any point: a sample that touches each request and each fault; ``make faults`` tries them all.

Each case is a run with one fault, then runs without; afterwards the release is published once, whole, and nothing of
ours is left behind.
"""

from __future__ import annotations

import itertools

import pytest

from tests.faults.conftest import BenchFor
from tests.faults.harness import FAULTS, Case, Scenario, shape
from tests.faults.proxy import Fault, Wire

REQUESTS: dict[tuple[str, Scenario], tuple[str, ...]] = {
    ("records", "first"): (
        "GET /user/records",
        "POST /records",
        "POST /records/:id/draft/files",
        "PUT /records/:id/draft/files/:name/content",
        "POST /records/:id/draft/files/:name/commit",
        "GET /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
    ),
    ("records", "next"): (
        "GET /user/records",
        "GET /records/:id",  # the concept, which redirects …
        "GET /records/:id",  # … to its newest version
        "POST /records/:id/versions",
        "PUT /records/:id/draft",
        "POST /records/:id/draft/files",
        "PUT /records/:id/draft/files/:name/content",
        "POST /records/:id/draft/files/:name/commit",
        "GET /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
    ),
    ("deposit", "first"): (
        "GET /deposit/depositions",
        "POST /deposit/depositions",
        "PUT /files/:uuid/:name",
        "GET /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
    ),
    ("deposit", "next"): (
        "GET /deposit/depositions",
        "GET /records/:id",
        "GET /records/:id",
        "POST /deposit/depositions/:id/actions/newversion",
        "PUT /deposit/depositions/:id",
        "DELETE /deposit/depositions/:id/files/:uuid",
        "PUT /files/:uuid/:name",
        "GET /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
    ),
    ("records", "all"): (
        "GET /user/records",  # what is due
        "GET /user/records",  # once more under the lock, where there is no record yet
        "POST /records",
        "POST /records/:id/draft/files",
        "PUT /records/:id/draft/files/:name/content",
        "POST /records/:id/draft/files/:name/commit",
        "GET /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
        "GET /records/:id",
        "GET /records/:id",
        "POST /records/:id/versions",
        "PUT /records/:id/draft",
        "POST /records/:id/draft/files",
        "PUT /records/:id/draft/files/:name/content",
        "POST /records/:id/draft/files/:name/commit",
        "GET /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
    ),
    ("deposit", "all"): (
        "GET /deposit/depositions",
        "GET /deposit/depositions",
        "POST /deposit/depositions",
        "PUT /files/:uuid/:name",
        "GET /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
        "GET /records/:id",
        "GET /records/:id",
        "POST /deposit/depositions/:id/actions/newversion",
        "PUT /deposit/depositions/:id",
        "DELETE /deposit/depositions/:id/files/:uuid",
        "PUT /files/:uuid/:name",
        "GET /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
    ),
    ("records", "stamp"): (
        "GET /user/records",
        "POST /records",
        "POST /records/:id/draft/pids/doi",
        "POST /records/:id/draft/files",
        "PUT /records/:id/draft/files/:name/content",
        "POST /records/:id/draft/files/:name/commit",
        "GET /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
    ),
    ("records", "update"): (
        "GET /user/records",
        "GET /records/:id",
        "GET /records/:id",
        "GET /records/:id/draft",  # there is no edit …
        "POST /records/:id/draft",
        "GET /records/:id/draft",  # … but this one, and it holds no more than what is published
        "PUT /records/:id/draft",
        "POST /records/:id/draft/actions/publish",
    ),
    ("deposit", "stamp"): (
        "GET /deposit/depositions",
        "POST /deposit/depositions",
        "POST /records/:id/draft/pids/doi",
        "GET /deposit/depositions/:id",
        "PUT /files/:uuid/:name",
        "GET /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
    ),
    ("deposit", "update"): (
        "GET /deposit/depositions",
        "GET /records/:id",
        "GET /records/:id",
        "GET /records/:id/draft",
        "POST /deposit/depositions/:id/actions/edit",
        "GET /records/:id/draft",
        "PUT /deposit/depositions/:id",
        "POST /deposit/depositions/:id/actions/publish",
    ),
}
"""Every request of a deposit by each API."""

POINTS = [(api, scenario, point) for (api, scenario), calls in REQUESTS.items() for point in range(len(calls))]
COUNT = max(len(POINTS), len(FAULTS))
SAMPLE = [
    (*point, fault)
    for point, fault, _ in zip(itertools.cycle(POINTS), itertools.cycle(FAULTS[::-1]), range(COUNT), strict=False)
]

KILLED_BEFORE = Fault(name="kill -9", kind="kill", is_after=False)
KILLED_AFTER = Fault(name="kill -9", kind="kill", is_after=True)
LOST = Fault(name="reset", kind="reset", is_after=True)


def number(api: str, scenario: Scenario, call: str) -> int:
    """Return which request of a deposit a call is, from 0."""
    return REQUESTS[(api, scenario)].index(call)


@pytest.mark.parametrize(("api", "scenario"), REQUESTS)
def test_the_requests(bench_for: BenchFor, api: str, scenario: Scenario) -> None:
    """These and no others: a further one would have to be struck as well."""
    points = bench_for(api=api).points(scenario)

    assert [f"{each.method} {shape(each.path)}" for each in points] == list(REQUESTS[(api, scenario)])


@pytest.mark.parametrize(("api", "scenario", "point", "fault"), SAMPLE, ids=str)
def test_once_whatever_fails(bench_for: BenchFor, *, api: str, scenario: Scenario, point: int, fault: Fault) -> None:
    """One of the cases of the matrix."""
    bench = bench_for(api=api)
    bench.expected_files(scenario)

    verdict = bench.strike(scenario, point, fault)

    assert verdict.point != "never"
    assert verdict.is_good, f"{verdict}\n{verdict.log}\n{verdict.exchanges}"


BEFORE_ZENODO = 5
"""Requests to GitHub before the first one to the server: releases are read, the lock is taken."""
AMID = 1
"""And after that one: which commit the tag names there."""
WITH_GITHUB = [
    *((point, KILLED_BEFORE) for point in range(17)),
    *((point, KILLED_AFTER) for point in (2, 3, 4, *range(12, 17))),
]


@pytest.mark.parametrize(("request_number", "fault"), WITH_GITHUB, ids=str)
def test_with_github(bench_for: BenchFor, *, request_number: int, fault: Fault) -> None:
    """The Action is killed anywhere, GitHub's requests included: the DOI stands in the release notes once."""
    verdict = bench_for(door="run").strike("first", request_number, fault)

    assert verdict.point != "never"
    assert verdict.is_good, f"{verdict}\n{verdict.log}\n{verdict.exchanges}"


def test_a_file_that_is_there_is_not_sent_again(bench_for: BenchFor) -> None:
    """Killed right before publishing: the next run sends no byte of the file."""
    bench = bench_for(api="records")
    publish = number("records", "first", "POST /records/:id/draft/actions/publish")
    with Case(bench, "first") as case:
        case.run(Wire(fault=KILLED_BEFORE, point=publish))
        again = Wire()
        code, log = case.run(again)

    assert code == 0
    assert "red-dot-1.0.0.zip is already there" in log
    assert not [each for each in again.exchanges if each.path.endswith("/content")]


# A search that lags behind

LAG_S = 1.5
CREATE = number("records", "first", "POST /records")
PUBLISH = number("records", "first", "POST /records/:id/draft/actions/publish")


@pytest.mark.parametrize("fault", [KILLED_AFTER, LOST], ids=str)
@pytest.mark.parametrize("point", [CREATE, CREATE + 2, PUBLISH])
def test_a_search_that_lags(bench_for: BenchFor, *, point: int, fault: Fault) -> None:
    """The draft is known by its noted number, or looked for until the search has had time to show it."""
    verdict = bench_for(index_delay_s=LAG_S).strike("first", point, fault, timeout_s=60)

    assert verdict.is_good, f"{verdict}\n{verdict.log}\n{verdict.exchanges}"


def test_a_lagging_search_and_lost_notes_leave_a_draft(bench_for: BenchFor) -> None:
    """
    What cannot be made safe: nobody remembers the draft, and the server does not show it.

    A second draft is opened, one of the two is published, and the next run names the other.
    """
    bench = bench_for(index_delay_s=LAG_S)
    with Case(bench, "first") as case:
        case.run(Wire(fault=KILLED_AFTER, point=CREATE))
        case.forget()
        code, _ = case.run(Wire())
        records = case.settled()
        _, log = case.run(Wire())

    assert code == 0
    assert sorted(each["is_published"] for each in records) == [False, True]
    (left,) = [each["id"] for each in records if not each["is_published"]]
    assert f"draft {left} is of the same release and is not needed" in log


@pytest.mark.parametrize("call", ["POST /records", "POST /records/:id/draft/actions/publish"])
def test_a_job_that_is_run_again_knows_that_it_is(bench_for: BenchFor, call: str) -> None:
    """On a fresh runner GitHub's count of attempts is all there is; it is enough to look twice."""
    bench = bench_for(door="run", index_delay_s=LAG_S)
    with Case(bench, "first") as case:
        case.run(Wire(fault=KILLED_AFTER, point=BEFORE_ZENODO + AMID + number("records", "first", call)))
        case.forget()
        case.environ["GITHUB_RUN_ATTEMPT"] = "2"
        code, log = case.run(Wire(), timeout_s=60)
        records = case.settled()

    assert code == 0, log
    assert "an earlier run may have opened a draft that nobody knows of; looking for it" in log
    assert [each["is_published"] for each in records] == [True]


def test_the_notes_alone_keep_a_lagging_search_from_harm(bench_for: BenchFor) -> None:
    """Killed right after publishing, while the search still shows a draft or nothing: it is read by its number."""
    bench = bench_for(index_delay_s=LAG_S)
    with Case(bench, "first") as case:
        case.run(Wire(fault=KILLED_AFTER, point=PUBLISH))
        code, log = case.run(Wire())
        records = case.settled()

    assert code == 0
    assert "unchanged: v1.0.0 is already deposited" in log
    assert [each["is_published"] for each in records] == [True]
