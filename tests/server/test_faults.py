"""Faults on demand, and the limits on requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.server.api import Api, error, md5
from zenodo_action.server import LocalServer
from zenodo_action.server.faults import FaultError
from zenodo_action.server.ratelimit import RateLimits

PUBLISH = "/actions/publish$"


@pytest.fixture
def ready(zenodo: LocalServer, api: Api) -> str:
    """A draft that can be published."""
    draft = api.draft()["id"]
    api.upload(draft)
    return str(draft)


def publish(api: Api, draft: str) -> requests.Response:
    return api.call("POST", f"/records/{draft}/draft/actions/publish")


def test_a_lost_answer_comes_after_the_work(zenodo: LocalServer, api: Api, ready: str) -> None:
    zenodo.add_faults({"match": {"method": "POST", "path": PUBLISH}, "action": "lost-answer"})
    with pytest.raises(requests.ConnectionError):
        publish(api, ready)
    assert api.ok("GET", f"/records/{ready}")["is_published"] is True
    assert publish(api, ready).status_code == 404


def test_a_reset_comes_before_the_work(zenodo: LocalServer, api: Api, ready: str) -> None:
    zenodo.add_faults({"match": {"path": PUBLISH}, "action": "reset-before"})
    with pytest.raises(requests.ConnectionError):
        publish(api, ready)
    assert api.call("GET", f"/records/{ready}").status_code == 404
    assert publish(api, ready).status_code == 202


@pytest.mark.parametrize(("when", "is_published"), [("before", False), ("after", True)])
def test_a_gateway_fails_before_or_after_the_work(
    zenodo: LocalServer, api: Api, ready: str, when: str, *, is_published: bool
) -> None:
    fault = {"match": {"path": PUBLISH}, "action": "status", "status": 502, "when": when, "html": True}
    zenodo.add_faults(fault)
    failed = publish(api, ready)
    assert (failed.status_code, failed.headers["Content-Type"]) == (502, "text/html")
    assert failed.text.startswith("<html>")
    assert api.call("GET", f"/records/{ready}").ok is is_published


def test_the_nth_request_is_struck_and_only_that(zenodo: LocalServer, api: Api) -> None:
    zenodo.add_faults(
        {"match": {"path": "/user/records", "nth": 2}, "action": "status", "status": 429, "retry_after": 7},
    )
    answers = [api.call("GET", "/user/records") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 429, 200]
    assert (answers[1].headers["Retry-After"], answers[1].json()) == ("7", error("A fault was asked for.", status=429))


def test_a_fault_without_end_is_cleared(zenodo: LocalServer, api: Api) -> None:
    zenodo.add_faults({"match": {"nth": 0}, "action": "status", "status": 503})
    assert [api.call("GET", "/records").status_code for _ in range(3)] == [503] * 3
    zenodo.clear_faults()
    assert api.call("GET", "/records").status_code == 200


def test_an_answer_is_slow(zenodo: LocalServer, api: Api) -> None:
    zenodo.add_faults({"action": "slow", "slow_s": 0.3})
    start = time.monotonic()
    assert api.call("GET", "/records").status_code == 200
    assert time.monotonic() - start >= 0.3


def test_an_answer_lies_about_checksums_and_links_or_is_cut(zenodo: LocalServer, api: Api, ready: str) -> None:
    entry = f"/records/{ready}/draft/files/tool.zip"
    zenodo.add_faults({"match": {"path": "tool.zip$"}, "action": "wrong-checksum"})
    assert api.ok("GET", entry)["checksum"] == f"md5:{'0' * 32}"
    assert api.ok("GET", entry)["checksum"] == md5(b"bytes")
    zenodo.add_faults({"match": {"path": "tool.zip$"}, "action": "foreign-links", "host": "qa.example"})
    assert api.ok("GET", entry)["links"]["self"] == f"https://qa.example/api{entry}"
    zenodo.add_faults({"match": {"path": "tool.zip$"}, "action": "garbage"})
    with pytest.raises(requests.JSONDecodeError):
        api.call("GET", entry).json()
    assert api.ok("GET", entry)["key"] == "tool.zip"


def test_faults_can_be_asked_for_over_http_only_where_that_is_allowed(zenodo: LocalServer, tmp_path: Path) -> None:
    assert requests.post(f"{zenodo.url}/_control/faults", json={"action": "garbage"}, timeout=5).status_code == 404
    with LocalServer(tmp_path / "faulty", faults=True) as server:
        control = f"{server.url}/_control/faults"
        added = requests.post(control, json=[{"match": {"path": "x"}, "action": "garbage"}], timeout=5)
        wanted = [{"match": {"method": None, "path": "x", "nth": 1}, "action": "garbage"}]
        assert (added.status_code, added.json()) == (201, wanted)
        assert requests.get(control, timeout=5).json() == wanted
        assert requests.delete(control, timeout=5).json() == []
        bad = requests.post(control, json={"action": "explode"}, timeout=5)
        actions = "lost-answer, reset-before, status, slow, wrong-checksum, foreign-links, garbage"
        assert (bad.status_code, bad.json()) == (400, error(f"a fault's action is one of {actions}"))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"action": "status"}, "the action status needs a status"),
        ({"action": "slow", "match": ["x"]}, "a fault's match is an object"),
        (
            {"action": "slow", "match": {"nth": "x"}},
            "a fault's match cannot be read: invalid literal for int() with base 10: 'x'",
        ),
    ],
)
def test_a_fault_that_is_none_is_refused(zenodo: LocalServer, fault: dict[str, object], message: str) -> None:
    with pytest.raises(FaultError) as caught:
        zenodo.add_faults(fault)
    assert str(caught.value) == message


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[LocalServer]:
    with LocalServer(tmp_path / "limited", rate_limits=True) as server:
        yield server


def test_the_documented_limits_hold_where_they_are_wanted(limited: LocalServer) -> None:
    with Api(limited) as api:
        answers = [api.call("GET", "/records", params={"size": 1}) for _ in range(31)]
        assert [one.status_code for one in answers] == [200] * 30 + [429]
        assert answers[0].headers["X-RateLimit-Remaining"] == "29"
        assert answers[-1].json() == {"message": "30 per 1 minute", "status": 429}
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        assert api.call("GET", "/user/records").headers["X-RateLimit-Limit"] == "100"


def test_each_client_has_a_window_that_moves() -> None:
    limits = RateLimits()
    limits.set({"user": "2 per 1 second"})
    assert [limits.count("user", "1").is_over for _ in range(3)] == [False, False, True]  # type: ignore[union-attr]
    assert limits.count("user", "2").is_over is False  # type: ignore[union-attr]
    assert limits.count("guest", "1") is None
    time.sleep(1.05)
    assert limits.count("user", "1").is_over is False  # type: ignore[union-attr]
