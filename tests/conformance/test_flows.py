"""The command line against a real InvenioRDM: what is deposited, once, whatever happens on the way."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import ZENODO_YML, Bed, Program, Ran, RedDot
from tests.conformance.proxy import Fault, Proxy, between

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]  # a busy machine is no failure

HAS_CODE_FIELDS = os.environ.get("BED_VARIANT", "zenodo") == "zenodo"


def published(ran: Ran) -> dict[str, Any]:
    """Return the outcome of a run that must have published."""
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["status"] == "published"
    return ran.json


def relations(record: dict[str, Any], relation: str) -> list[str]:
    related = record["metadata"].get("related_identifiers", [])
    return [each["identifier"] for each in related if each["relation_type"]["id"] == relation]


def sent(proxy: Proxy) -> list[str]:
    """Return the requests that count: those that were not redirected."""
    return [line for line in proxy.requests if not line.endswith((" 301", " 302"))]


# Plain sailing


@pytest.mark.live
def test_a_tag_becomes_a_record(bed: Bed, red_dot: RedDot, program: Program) -> None:
    with between(bed.url) as proxy:
        outcome = published(program.deposit("v1.0.0", red_dot.repo, url=proxy.url))
    record = bed.record(outcome["record_id"])
    assert record["metadata"]["title"] == "Red-Dot"
    assert record["metadata"]["version"] == "1.0.0"
    assert record["metadata"]["publication_date"] == "2026-03-01"
    assert record["metadata"]["resource_type"]["id"] == "software"
    (creator,) = record["metadata"]["creators"]
    assert creator["person_or_org"]["name"] == "Carberry, Josiah"
    assert creator["person_or_org"]["identifiers"] == [{"identifier": "0000-0002-1825-0097", "scheme": "orcid"}]
    assert creator["affiliations"] == [{"name": "Brown University"}]
    assert [right["id"] for right in record["metadata"]["rights"]] == ["apache-2.0"]
    assert relations(record, "issupplementto") == [f"{red_dot.url}/tree/v1.0.0"]
    if HAS_CODE_FIELDS:
        assert record["custom_fields"]["code:codeRepository"] == red_dot.url
        assert outcome["findings"] == []
    else:
        assert [finding["code"] for finding in outcome["findings"]] == ["custom-field-unknown"]
    assert outcome["doi"] == record["pids"]["doi"]["identifier"]
    assert outcome["concept_doi"] == record["parent"]["pids"]["doi"]["identifier"]
    assert outcome["concept_id"] == record["parent"]["id"]
    assert outcome["record_url"] == record["links"]["self_html"]
    (file,) = outcome["files"]
    content = bed.content(outcome["record_id"], file["name"])
    assert (file["size_bytes"], file["md5"]) == (len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
    assert any(name.endswith("/red_dot.py") for name in zipfile.ZipFile(BytesIO(content)).namelist())
    assert len(sent(proxy)) <= 7, proxy.requests


@pytest.mark.live
def test_the_next_tag_becomes_the_next_version(bed: Bed, red_dot: RedDot, program: Program) -> None:
    first = published(program.deposit("v1.0.0", red_dot.repo))
    red_dot.release("v1.1.0")
    with between(bed.url) as proxy:
        second = published(program.deposit("v1.1.0", red_dot.repo, url=proxy.url))
    assert (second["concept_id"], second["concept_doi"]) == (first["concept_id"], first["concept_doi"])
    record = bed.record(second["record_id"])
    assert (record["versions"]["index"], record["versions"]["is_latest"]) == (2, True)
    assert record["metadata"]["version"] == "1.1.0"
    assert relations(record, "isnewversionof") == [first["doi"]]
    assert relations(record, "issupplementto") == [f"{red_dot.url}/tree/v1.1.0"]
    assert set(record["files"]["entries"]) == {file["name"] for file in second["files"]}
    assert len(sent(proxy)) <= 9, proxy.requests


@pytest.mark.live
def test_a_tag_is_deposited_once(bed: Bed, red_dot: RedDot, program: Program) -> None:
    first = published(program.deposit("v1.0.0", red_dot.repo))
    with between(bed.url) as proxy:
        again = program.deposit("v1.0.0", red_dot.repo, url=proxy.url)
    assert (again.code, again.json["status"], again.json["doi"]) == (0, "unchanged", first["doi"])
    assert [line for line in proxy.requests if not line.startswith("GET ")] == []
    assert len(bed.own(red_dot.url, at_least=1)) == 1


def test_the_record_is_found_without_the_notes(bed: Bed, red_dot: RedDot, program: Program) -> None:
    first = published(program.deposit("v1.0.0", red_dot.repo))
    for note in (red_dot.repo.path / ".git" / "zenodo-deposit").iterdir():
        note.unlink()
    again = program.deposit("v1.0.0", red_dot.repo)
    assert (again.code, again.json["status"], again.json["doi"]) == (0, "unchanged", first["doi"])


@pytest.mark.live
def test_a_draft_is_left_for_review_and_published_later(bed: Bed, red_dot: RedDot, program: Program) -> None:
    left = program.deposit("v1.0.0", red_dot.repo, "--no-publish")
    assert (left.code, left.json["status"]) == (0, "draft"), left.out
    (draft,) = bed.own(red_dot.url, at_least=1)
    assert (draft["id"], draft["is_published"]) == (left.json["record_id"], False)
    assert published(program.deposit("v1.0.0", red_dot.repo))["record_id"] == draft["id"]
    assert bed.record(draft["id"])["is_published"]
    assert [each["id"] for each in bed.own(red_dot.url)] == [draft["id"]]


# What the metadata say


@pytest.mark.live
def test_files_under_embargo_are_closed_until_then(bed: Bed, red_dot: RedDot, program: Program) -> None:
    red_dot.release("v2.0.0", f"{ZENODO_YML}access_right: embargoed\nembargo_date: 2099-01-31\n")
    outcome = published(program.deposit("v2.0.0", red_dot.repo))
    record = bed.record(outcome["record_id"])
    assert record["access"]["embargo"]["active"] is True
    assert record["access"]["embargo"]["until"] == "2099-01-31"
    assert (record["access"]["record"], record["access"]["status"]) == ("public", "embargoed")
    path = f"/records/{outcome['record_id']}/files/{outcome['files'][0]['name']}/content"
    assert [bed.ask("GET", path, token=token).status for token in (None, bed.token)] == [403, 200]


@pytest.mark.live
def test_restricted_files_are_closed(bed: Bed, red_dot: RedDot, program: Program) -> None:
    red_dot.release("v2.0.0", f"{ZENODO_YML}access_right: restricted\naccess_conditions: Ask us.\n")
    outcome = published(program.deposit("v2.0.0", red_dot.repo))
    record = bed.record(outcome["record_id"])
    assert (record["access"]["record"], record["access"]["files"]) == ("public", "restricted")
    path = f"/records/{outcome['record_id']}/files/{outcome['files'][0]['name']}/content"
    assert [bed.ask("GET", path, token=token).status for token in (None, bed.token)] == [403, 200]


def test_several_affiliations_stay_several(bed: Bed, red_dot: RedDot, program: Program) -> None:
    metadata = ZENODO_YML.replace(
        "affiliation: Brown University",
        "affiliation:\n      - {name: Brown University, ror: 05gq02987}\n      - The Cat Collective",
    )
    red_dot.release("v2.0.0", metadata)
    record = bed.record(published(program.deposit("v2.0.0", red_dot.repo))["record_id"])
    affiliations = record["metadata"]["creators"][0]["affiliations"]
    assert [(each.get("id"), each["name"]) for each in affiliations] == [
        ("05gq02987", "Brown University"),
        (None, "The Cat Collective"),
    ]


# Interrupted

STEPS = {
    "create": ("POST", "/records"),
    "announce": ("POST", "/draft/files"),
    "content": ("PUT", "/content"),
    "commit": ("POST", "/commit"),
    "publish": ("POST", "/actions/publish"),
}


def killed_at(program: Program, bed: Bed, red_dot: RedDot, tag: str, fault: Fault) -> None:
    """Begin a deposit and kill it when its request arrives, or has been carried out."""
    with between(bed.url, fault) as proxy:
        process = program.start(tag, red_dot.repo, url=proxy.url)
        reached = fault.reached.wait(60)
        process.kill()
        _, err = process.communicate()
    assert reached, err


@pytest.mark.parametrize("is_forwarded", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_is_taken_up_again(
    bed: Bed, red_dot: RedDot, program: Program, step: str, *, is_forwarded: bool
) -> None:
    method, path = STEPS[step]
    killed_at(program, bed, red_dot, "v1.0.0", Fault(method=method, path=path, is_forwarded=is_forwarded, is_held=True))
    before = bed.own(red_dot.url)
    ran = program.deposit("v1.0.0", red_dot.repo)
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["status"] == ("unchanged" if (step, is_forwarded) == ("publish", True) else "published")
    (record,) = bed.own(red_dot.url)
    assert (record["id"], record["is_published"], record["is_draft"]) == (ran.json["record_id"], True, False)
    assert [each["id"] for each in before] in ([], [record["id"]])
    assert record["files"]["count"] == 1


@pytest.mark.parametrize("is_forwarded", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["versions", "save", "content", "publish"])
def test_a_killed_next_version_is_taken_up_again(
    bed: Bed, red_dot: RedDot, program: Program, step: str, *, is_forwarded: bool
) -> None:
    first = published(program.deposit("v1.0.0", red_dot.repo))
    red_dot.release("v1.1.0")
    method, path = {"versions": ("POST", "/versions"), "save": ("PUT", "/draft"), **STEPS}[step]
    killed_at(program, bed, red_dot, "v1.1.0", Fault(method=method, path=path, is_forwarded=is_forwarded, is_held=True))
    ran = program.deposit("v1.1.0", red_dot.repo)
    assert ran.code == 0, ran.out + ran.err
    assert ran.json["concept_id"] == first["concept_id"]
    versions = bed.own(red_dot.url)
    assert [(each["metadata"]["version"], each["is_published"], each["is_draft"]) for each in versions] == [
        ("1.0.0", True, False),
        ("1.1.0", True, False),
    ]


def test_a_draft_that_was_deleted_meanwhile_is_begun_anew(bed: Bed, red_dot: RedDot, program: Program) -> None:
    fault = Fault(method="PUT", path="/content", is_forwarded=False, is_held=True)
    killed_at(program, bed, red_dot, "v1.0.0", fault)
    (draft,) = bed.own(red_dot.url)
    assert bed.ask("DELETE", f"/records/{draft['id']}/draft").status == 204
    outcome = published(program.deposit("v1.0.0", red_dot.repo))
    assert outcome["record_id"] != draft["id"]
    assert len(bed.own(red_dot.url)) == 1


# Lost answers

LOST = {"cut": None, "gateway": (504, "<html><title>504 Gateway Time-out</title></html>")}


@pytest.mark.parametrize("page", LOST.values(), ids=LOST)
def test_a_lost_answer_to_publish_is_settled_by_reading(
    bed: Bed, red_dot: RedDot, program: Program, page: tuple[int, str] | None
) -> None:
    fault = Fault(method="POST", path="/actions/publish", is_forwarded=True, page=page)
    with between(bed.url, fault) as proxy:
        outcome = published(program.deposit("v1.0.0", red_dot.repo, url=proxy.url))
    assert fault.reached.is_set()
    assert proxy.count("POST", "/actions/publish") == 1
    (record,) = bed.own(red_dot.url)
    assert (record["id"], record["is_draft"]) == (outcome["record_id"], False)


@pytest.mark.parametrize("step", ["announce", "content", "commit"])
@pytest.mark.parametrize("is_forwarded", [False, True], ids=["before", "after"])
def test_a_transfer_that_breaks_off_is_mended(
    bed: Bed, red_dot: RedDot, program: Program, step: str, *, is_forwarded: bool
) -> None:
    method, path = STEPS[step]
    fault = Fault(method=method, path=path, is_forwarded=is_forwarded)
    with between(bed.url, fault) as proxy:
        outcome = published(program.deposit("v1.0.0", red_dot.repo, url=proxy.url))
    assert fault.reached.is_set()
    entries = bed.record(outcome["record_id"])["files"]["entries"]
    assert {name: entry["checksum"] for name, entry in entries.items()} == {
        file["name"]: f"md5:{file['md5']}" for file in outcome["files"]
    }


@pytest.mark.parametrize("page", LOST.values(), ids=LOST)
def test_a_lost_answer_to_create_does_not_make_a_second_record(
    bed: Bed, red_dot: RedDot, program: Program, page: tuple[int, str] | None
) -> None:
    fault = Fault(method="POST", path="/records", is_forwarded=True, page=page)
    with between(bed.url, fault) as proxy:
        program.deposit("v1.0.0", red_dot.repo, url=proxy.url)
    ran = program.deposit("v1.0.0", red_dot.repo)
    assert ran.code == 0, ran.out + ran.err
    (record,) = bed.own(red_dot.url)
    assert (record["id"], record["is_published"]) == (ran.json["record_id"], True)


# Refusals


@pytest.mark.live
def test_a_wrong_token_is_told(red_dot: RedDot, program: Program) -> None:
    ran = program.deposit("v1.0.0", red_dot.repo, token="not-a-token")
    assert (ran.code, ran.json["status"]) == (5, "failed")
    assert [finding["code"] for finding in ran.json["findings"]] == ["token-rejected"]


def test_a_record_of_somebody_else_is_not_versioned(bed: Bed, red_dot: RedDot, program: Program) -> None:
    theirs = published(program.deposit("v1.0.0", red_dot.repo, token=bed.other_token))
    ran = program.deposit("v1.0.0", red_dot.repo, "--record", theirs["record_id"])
    assert (ran.code, ran.json["status"]) == (5, "failed")
    assert [finding["code"] for finding in ran.json["findings"]] == ["not-allowed"]
    assert bed.own(red_dot.url) == []


def test_an_award_that_the_server_does_not_know_is_stored_in_words(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """The server would refuse the whole record for it, so it is asked before anything is written."""
    metadata = f"{ZENODO_YML}grants:\n  - id: 00k4n6c32::000000\n"
    red_dot.release("v2.0.0", metadata)
    outcome = published(program.deposit("v2.0.0", red_dot.repo))
    assert "award-unknown" in [finding["code"] for finding in outcome["findings"]]
    (funding,) = bed.record(outcome["record_id"])["metadata"]["funding"]
    assert (funding["funder"]["id"], funding["award"]["number"]) == ("00k4n6c32", "000000")


# Large


def test_300_megabytes_are_streamed(bed: Bed, red_dot: RedDot, program: Program) -> None:
    red_dot.release("v2.0.0", **{"large.bin": b"\0" * 300_000_000})
    process = program.start("v2.0.0", red_dot.repo)
    peak_kb = 0
    while process.poll() is None:  # it prints too little to fill a pipe
        with contextlib.suppress(OSError, TypeError):
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            peak_kb = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
        time.sleep(0.05)
    out, err = process.communicate()
    outcome = published(Ran(process.returncode, out, err))
    (file,) = outcome["files"]
    assert file["size_bytes"] > 300_000_000
    (entry,) = bed.record(outcome["record_id"])["files"]["entries"].values()
    assert (entry["size"], entry["checksum"]) == (file["size_bytes"], f"md5:{file['md5']}")
    assert 0 < peak_kb * 1024 <= 90 * 10**6
