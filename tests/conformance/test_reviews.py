"""A real InvenioRDM that publishes only what a community has taken: ``bed.py up --needs-community``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.conftest import NATIVE, Bed, Program, RedDot
from tests.conformance.test_flows import published
from tests.conformance.test_further_flows import codes, communities, community

pytestmark = [pytest.mark.reviews, pytest.mark.timeout(300)]  # a busy machine is no failure


def pending(bed: Bed, outcome: dict[str, Any]) -> str:
    """Return the id of the request that an outcome waits for, as the server holds it."""
    assert (outcome["status"], outcome["doi"]) == ("pending", None)
    request_id = outcome["request_url"].rpartition("/")[2]
    request = bed.ask("GET", f"/requests/{request_id}").json
    assert (request["status"], request["topic"]["record"]) == ("submitted", outcome["record_id"])
    return str(request_id)


def decide(bed: Bed, request_id: str, action: str) -> None:
    """Decide on a request as the curator of the other user's community."""
    answer = bed.ask("POST", f"/requests/{request_id}/actions/{action}", token=bed.other_token)
    assert answer.status == 200, answer.body


def test_a_curator_decides_before_it_is_published(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """Pending, still pending, then published; the next version is reviewed or not, as the instance has it."""
    to = ("--communities", community(bed, token=bed.other_token))
    asked = program.deposit("v1.0.0", red_dot.repo, *to)
    request_id = pending(bed, asked.json)
    again = program.deposit("v1.0.0", red_dot.repo, *to)
    assert pending(bed, again.json) == request_id
    decide(bed, request_id, "accept")

    done = program.deposit("v1.0.0", red_dot.repo, *to)

    assert (done.code, done.json["status"]) == (0, "unchanged"), done.err
    assert done.json["record_id"] == asked.json["record_id"]
    assert communities(bed, done.json["record_id"]) == [to[1]]
    red_dot.release("v1.1.0")
    second = published(program.deposit("v1.1.0", red_dot.repo, *to))
    assert second["concept_doi"] == done.json["concept_doi"]


def test_a_community_of_ones_own_takes_it_at_once(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """Where its curators need not decide on what they bring themselves."""
    slug = community(bed, token=bed.token, review_policy="open")
    first = published(program.deposit("v1.0.0", red_dot.repo, "--communities", slug))
    assert codes(first) == []
    assert communities(bed, first["record_id"]) == [slug]


def test_a_declined_request(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """An error with what to do; the draft is kept."""
    to = ("--communities", community(bed, token=bed.other_token))
    asked = program.deposit("v1.0.0", red_dot.repo, *to).json
    decide(bed, pending(bed, asked), "decline")
    before = bed.ask("GET", f"/records/{asked['record_id']}/draft", headers=NATIVE).json

    ran = program.deposit("v1.0.0", red_dot.repo, *to)

    assert ran.code == 5
    assert f"the request that a community take draft {asked['record_id']} was declined" in ran.out
    after = bed.ask("GET", f"/records/{asked['record_id']}/draft", headers=NATIVE).json
    assert after["revision_id"] == before["revision_id"]


def test_no_community_is_named(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """The server's words, and the option that is missing; the draft is finished once it is there."""
    ran = program.deposit("v1.0.0", red_dot.repo)

    assert ran.code == 5
    assert "Cannot publish without selecting a community" in ran.out
    assert "--communities NAME" in ran.out
    slug = community(bed, token=bed.token, review_policy="open")
    published(program.deposit("v1.0.0", red_dot.repo, "--communities", slug))
    assert len(bed.own(red_dot.url)) == 1
