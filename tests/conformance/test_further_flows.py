"""The rarer flows against a real InvenioRDM: communities, changed metadata, several files, links that stay."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import ZENODO_YML, Bed, Program, RedDot
from tests.conformance.test_flows import published
from tests.flows.test_sending import DATA, Desk, many, names
from tests.relay import relaying

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]  # a busy machine is no failure


# Communities


def community(bed: Bed, *, token: str, review_policy: str = "closed", submission: str = "open") -> str:
    """Make a community and return its short name."""
    slug = f"cats-{uuid.uuid4().hex[:12]}"
    access = {"visibility": "public", "review_policy": review_policy, "record_submission_policy": submission}
    answer = bed.ask("POST", "/communities", token=token, json={
        "slug": slug, "metadata": {"title": "Cats"}, "access": access
    })  # fmt: skip
    assert answer.status == 201, answer.body
    return slug


def communities(bed: Bed, record_id: str) -> list[str]:
    """Return the communities that a record is in."""
    return [each["slug"] for each in bed.ask("GET", f"/records/{record_id}/communities").json["hits"]["hits"]]


def codes(outcome: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in outcome["findings"]]


def test_an_open_community_takes_the_record_and_has_its_next_version(
    bed: Bed, red_dot: RedDot, program: Program
) -> None:
    slug = community(bed, token=bed.token, review_policy="open")
    metadata = f"{ZENODO_YML}communities: [{slug}]\n"
    red_dot.release("v2.0.0", metadata)
    first = published(program.deposit("v2.0.0", red_dot.repo))
    red_dot.release("v2.1.0", metadata)
    second = published(program.deposit("v2.1.0", red_dot.repo))
    assert [codes(outcome) for outcome in (first, second)] == [[], []]
    assert [communities(bed, outcome["record_id"]) for outcome in (first, second)] == [[slug], [slug]]


def test_a_community_of_others_reviews_what_is_published_already(bed: Bed, red_dot: RedDot, program: Program) -> None:
    slug = community(bed, token=bed.other_token)
    done = program.deposit("v1.0.0", red_dot.repo, "--communities", slug)
    outcome = published(done)
    assert codes(outcome) == ["community-pending"]
    assert communities(bed, outcome["record_id"]) == []
    (request,) = bed.ask("GET", "/user/requests?size=1&sort=newest").json["hits"]["hits"]
    assert (request["topic"]["record"], request["status"]) == (outcome["record_id"], "submitted")
    accepted = bed.ask("POST", f"/requests/{request['id']}/actions/accept", token=bed.other_token)
    assert accepted.status == 200, accepted.body
    assert communities(bed, outcome["record_id"]) == [slug]
    again = program.deposit("v1.0.0", red_dot.repo, "--communities", slug)
    assert (again.code, again.json["status"], codes(again.json)) == (0, "unchanged", [])


def test_a_community_for_members_is_told_and_the_record_is_published(
    bed: Bed, red_dot: RedDot, program: Program
) -> None:
    slug = community(bed, token=bed.other_token, submission="closed")
    outcome = published(program.deposit("v1.0.0", red_dot.repo, "--communities", slug))
    assert codes(outcome) == ["community-closed", "community-refused"]
    assert bed.record(outcome["record_id"])["parent"]["communities"] == {}


def test_a_community_that_is_not_there_stops_before_anything_is_sent(
    bed: Bed, red_dot: RedDot, program: Program
) -> None:
    ran = program.deposit("v1.0.0", red_dot.repo, "--communities", "no-such-cats")
    assert (ran.code, codes(ran.json)) == (3, ["community-unknown"])
    assert bed.own(red_dot.url) == []


# Metadata of what is published


@pytest.mark.live
def test_the_metadata_of_a_published_version_are_mended(bed: Bed, red_dot: RedDot, program: Program) -> None:
    first = published(program.deposit("v1.0.0", red_dot.repo))
    red_dot.repo.git("tag", "--delete", "v1.0.0")
    red_dot.release("v1.0.0", ZENODO_YML.replace("laser dots", "laser dots, and cats"))
    told = program.deposit("v1.0.0", red_dot.repo)
    assert told.json["status"] == "unchanged"
    done = program.deposit("v1.0.0", red_dot.repo, "--update-metadata")
    assert (done.code, done.json["status"]) == (0, "updated"), done.out + done.err
    again = program.deposit("v1.0.0", red_dot.repo, "--update-metadata")
    assert (again.code, again.json["status"]) == (0, "unchanged"), again.out + again.err
    assert bed.ask("GET", f"/records/{first['record_id']}/draft").status == 404
    mended = bed.record(first["record_id"])
    assert mended["metadata"]["description"] == "<p>Detects laser dots, and cats.</p>"
    assert mended["pids"]["doi"]["identifier"] == first["doi"]
    assert {name: entry["checksum"] for name, entry in mended["files"]["entries"].items()} == {
        file["name"]: f"md5:{file['md5']}" for file in first["files"]
    }


# Files


@pytest.fixture
def desk(tmp_path: Path, bed: Bed, red_dot: RedDot) -> Iterator[Desk]:
    """Deposits files of any kind on the bed."""
    with relaying(bed.url) as relay:
        yield Desk(folder=tmp_path, repo=red_dot.repo, relay=relay, api="records", token=bed.token, timeout_s=60)


@pytest.mark.live
def test_what_did_not_change_is_copied_by_the_server(bed: Bed, desk: Desk, red_dot: RedDot) -> None:
    desk.deposit("v1.0.0", {"data.bin": DATA, "old.zip": b"old", "notes.txt": b"one"})
    red_dot.release("v1.1.0")
    outcome = desk.deposit("v1.1.0", {"data.bin": DATA, "new.zip": b"new", "notes.txt": b"two"})
    assert sorted(desk.sent) == ["new.zip", "notes.txt"]
    assert names(outcome) == ["data.bin", "new.zip", "notes.txt"]
    assert outcome.record is not None
    for name, content in {"data.bin": DATA, "new.zip": b"new", "notes.txt": b"two"}.items():
        assert bed.content(outcome.record.id, name) == content


def test_many_files_go_a_few_at_a_time(bed: Bed, desk: Desk) -> None:
    files = many(40)
    outcome = desk.deposit("v1.0.0", files)
    assert outcome.record is not None
    entries = bed.record(outcome.record.id)["files"]["entries"]
    assert {name: entry["size"] for name, entry in entries.items()} == dict.fromkeys(files, 1000)
