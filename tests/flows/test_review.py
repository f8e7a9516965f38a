"""Where the server publishes only what a community has taken: asked before publishing, and waited for over several runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import Run
from tests.flows.test_communities import communities
from tests.flows.test_deposit import own
from tests.flows.test_once import HEADERS, codes, draft
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[LocalServer]:
    """A server that publishes only what a community has taken."""
    with LocalServer(tmp_path / "strict", token="test-token", needs_community=True) as server:
        yield server


@pytest.fixture(params=["records", "deposit"])
def to(strict: LocalServer, red_dot: ExampleRepo, request: pytest.FixtureRequest) -> list[str]:
    """The repository and the options that lead to that server, by each API."""
    return ["-C", str(red_dot.path), "--server", strict.url, "--timeout", "2", "--api", request.param]


def decide(server: LocalServer, url: str, action: str) -> None:
    """Decide on a request as a curator of the community does."""
    path = f"/requests/{url.rpartition('/')[2]}/actions/{action}"
    assert requests.post(f"{server.api_url}{path}", headers=HEADERS, timeout=10).status_code == 200


def test_a_curator_decides_before_it_is_published(run: Run, strict: LocalServer, to: list[str]) -> None:
    """Pending, with the page of the request; still pending; then it is published, with its DOI."""
    asked = run("deposit", "v1.0.0", *to, "--communities", "review", "--json")
    before = draft(strict, asked.json["record_id"])
    again = run("deposit", "v1.0.0", *to, "--communities", "review", "--json")
    between = draft(strict, asked.json["record_id"])
    decide(strict, asked.json["request_url"], "accept")
    done = run("deposit", "v1.0.0", *to, "--communities", "review", "--json")

    assert (asked.code, asked.json["status"], asked.json["doi"]) == (0, "pending", None)
    assert asked.json["request_url"].startswith(f"{strict.url}/me/requests/")
    assert (again.json["status"], again.json["request_url"]) == ("pending", asked.json["request_url"])
    assert between["revision_id"] == before["revision_id"]
    assert (done.json["status"], done.json["record_id"]) == ("unchanged", asked.json["record_id"])
    assert done.json["doi"] == f"10.5072/zenodo.{done.json['record_id']}"
    assert communities(strict, done.json["record_id"]) == ["review"]


def test_it_is_told_in_words(run: Run, to: list[str]) -> None:
    """``preview`` says what ``deposit`` then does: nothing but waiting."""
    first = run("deposit", "v1.0.0", *to, "--communities", "review")
    planned = run("preview", "v1.0.0", *to, "--communities", "review")
    as_json = run("preview", "v1.0.0", *to, "--communities", "review", "--json").json
    second = run("deposit", "v1.0.0", *to, "--communities", "review")

    lines = first.out.splitlines()
    assert lines[0].startswith("pending: v1.0.0 on 127.0.0.1:")
    assert lines[0].endswith(" is published once a community takes it; its curators decide")
    assert lines[1].startswith("  request:      http://127.0.0.1:")
    assert planned.out.splitlines()[0].endswith("waits for its review")
    assert planned.out.splitlines()[1] == lines[1]
    assert (as_json["step"], as_json["files"]) == ("await-review", [])
    assert as_json["request_url"] == lines[1].split()[1]
    assert planned.out.splitlines()[0] in second.err.splitlines()
    assert second.out == first.out


def test_a_community_that_takes_everything(run: Run, strict: LocalServer, to: list[str]) -> None:
    """It is published in the same run; the next version needs nobody's consent."""
    first = run("deposit", "v1.0.0", *to, "--communities", "zenodo,review", "--json").json
    second = run("deposit", "v1.1.0", *to, "--communities", "zenodo", "--json").json

    assert (first["status"], codes(first)) == ("published", ["community-pending"])
    assert communities(strict, first["record_id"]) == ["zenodo"]
    assert (second["status"], second["concept_doi"]) == ("published", first["concept_doi"])


def test_a_declined_request(run: Run, strict: LocalServer, to: list[str]) -> None:
    """An error with what to do; the draft is kept as it is. Another community can be asked."""
    asked = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json
    decide(strict, asked["request_url"], "decline")
    before = draft(strict, asked["record_id"])

    for command in ("preview", "deposit"):
        ran = run(command, "v1.0.0", *to, "--communities", "review")

        assert ran.code == 5
        what = (
            f"the request that a community take draft {asked['record_id']} was declined, so the draft is not published"
        )
        assert f"error: {what}  [review-declined]" in ran.err.splitlines()
        assert f"see what its curators say at {asked['request_url']}" in ran.err
    assert draft(strict, asked["record_id"])["revision_id"] == before["revision_id"]

    other = run("deposit", "v1.0.0", *to, "--communities", "zenodo", "--json").json
    assert (other["status"], other["record_id"]) == ("published", asked["record_id"])


def test_a_request_that_was_taken_back(run: Run, strict: LocalServer, to: list[str]) -> None:
    """The draft is free again; the next run asks anew."""
    asked = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json
    decide(strict, asked["request_url"], "cancel")

    again = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json

    assert (again["status"], again["record_id"]) == ("pending", asked["record_id"])
    assert again["request_url"] != asked["request_url"]


def test_no_community_is_named(run: Run, strict: LocalServer, to: list[str]) -> None:
    """The server's words, and the option that is missing; the draft is finished once it is there."""
    ran = run("deposit", "v1.0.0", *to)
    then = run("deposit", "v1.0.0", *to, "--communities", "zenodo", "--json").json

    assert ran.code == 5
    assert "refused the request (400): Cannot publish without selecting a community  [rejected]" in ran.err
    assert "where it publishes only what a community has taken, name one: --communities NAME" in ran.err
    assert then["status"] == "published"
    assert len(own(strict)) == 1


@pytest.mark.parametrize("fault", ["lost-answer", "reset-before"])
def test_an_answer_is_lost(run: Run, strict: LocalServer, to: list[str], fault: str) -> None:
    """Whichever of the calls: one request comes of it."""
    for method, path in (("PUT", "/draft/review"), ("POST", "/actions/submit-review")):
        strict.add_faults({"match": {"method": method, "path": path}, "action": fault})

    asked = run("deposit", "v1.0.0", *to, "--communities", "review", "--json")
    again = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json

    if fault == "lost-answer":
        assert (asked.code, asked.json["status"]) == (0, "pending")
    assert again["status"] == "pending"
    assert again["request_url"] is not None


def test_an_answer_is_lost_where_it_is_published_at_once(run: Run, strict: LocalServer, to: list[str]) -> None:
    """The draft is gone, because it is a record."""
    strict.add_faults({"match": {"method": "POST", "path": "/actions/submit-review"}, "action": "lost-answer"})

    done = run("deposit", "v1.0.0", *to, "--communities", "zenodo", "--json").json

    assert (done["status"], done["doi"]) == ("published", f"10.5072/zenodo.{done['record_id']}")


def test_a_draft_that_was_sent_in_by_hand(run: Run, zenodo: LocalServer, red_dot: ExampleRepo, to: list[str]) -> None:
    """On a server that does not demand it, too: what a person has begun is waited for."""
    here = ["-C", str(red_dot.path), "--server", zenodo.url, *to[-2:]]
    left = run("deposit", "v1.0.0", *here, "--no-publish", "--json").json
    path = f"{zenodo.api_url}/records/{left['record_id']}/draft"
    review: dict[str, Any] = {"type": "community-submission"}
    found = requests.get(f"{zenodo.api_url}/communities/review", timeout=10).json()
    review["receiver"] = {"community": found["id"]}
    assert requests.put(f"{path}/review", json=review, headers=HEADERS, timeout=10).status_code == 200
    sent = requests.post(f"{path}/actions/submit-review", json={"require_review": True}, headers=HEADERS, timeout=10)
    assert sent.status_code == 202

    done = run("deposit", "v1.0.0", *here, "--json").json

    assert (done["status"], done["request_url"]) == ("pending", sent.json()["links"]["self_html"])


def test_reserving_does_not_touch_a_draft_in_review(run: Run, strict: LocalServer, to: list[str]) -> None:
    """It is pending as well."""
    asked = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json

    reserved = run("reserve", "v1.0.0", *to, "--json").json

    assert (reserved["status"], reserved["request_url"]) == ("pending", asked["request_url"])


def test_a_backfill_waits_for_the_review(run: Run, strict: LocalServer, to: list[str]) -> None:
    """The later releases are versions of the one that is decided on, so they are left; the next run goes on."""
    first = run("deposit", "--all", *to, "--communities", "review", "--json")
    statuses = [(each["tag"], each["status"]) for each in first.json["deposits"]]
    (url,) = [each["reason"].rpartition(" ")[2] for each in first.json["deposits"] if each["reason"]]
    decide(strict, url, "accept")

    then = run("deposit", "--all", *to, "--communities", "review", "--json")

    assert (first.code, then.code) == (0, 0)
    assert statuses == [("v1.0.0", "left"), ("v1.1.0", "left")]
    assert [(each["tag"], each["status"]) for each in then.json["deposits"]] == [
        ("v1.0.0", "unchanged"),
        ("v1.1.0", "published"),
    ]
    assert len(own(strict)) == 2
