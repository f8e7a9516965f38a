"""The metadata of a version that is published already, over both APIs: only what differs, only where it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.flows.test_deposit import own, record, relations
from tests.flows.test_once import HEADERS, codes, draft, post
from tests.repos import ExampleRepo
from zenodo_action.mapping.rdm import writable
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")

MENDED = ZENODO_YML.replace("laser dots", "laser dots, and cats").replace("[lasers, cats]", "[lasers, dots]")


def move_tag(repo: ExampleRepo, text: str, tag: str = "v1.0.0") -> None:
    """Let the tag name a commit with other metadata."""
    repo.write(".zenodo.yml", text)
    repo.commit("Mended")
    repo.git("tag", "-f", tag)


def edit(zenodo: LocalServer, record_id: str, *, publish: bool, **metadata: Any) -> dict[str, Any]:
    """Edit a published record by hand; return the edit."""
    body = writable(post(zenodo, f"/records/{record_id}/draft"))
    body["metadata"] |= metadata
    url = f"{zenodo.api_url}/records/{record_id}/draft"
    reply = requests.put(url, json=body, headers=HEADERS, timeout=10)
    assert reply.status_code == 200
    if publish:
        post(zenodo, f"/records/{record_id}/draft/actions/publish")
    return reply.json()


def has_edit(zenodo: LocalServer, record_id: str) -> bool:
    """Whether an edit of a record is open."""
    url = f"{zenodo.api_url}/records/{record_id}/draft"
    return requests.get(url, headers=HEADERS, timeout=10).status_code == 200


def test_what_is_published_is_mended(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The fields that differ are written; DOI, files and date stay, and a second run has nothing to do."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    move_tag(red_dot, MENDED)

    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json
    again = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert (done["status"], codes(done)) == ("updated", ["tag-moved"])
    kept = ("doi", "concept_doi", "record_id", "files", "record_url")
    assert {name: done[name] for name in kept} == {name: first[name] for name in kept}
    published = record(zenodo, first["record_id"])
    assert published["metadata"]["description"] == "<p>Detects laser dots, and cats.</p>"
    assert [each["subject"] for each in published["metadata"]["subjects"]] == ["lasers", "dots"]
    assert published["metadata"]["publication_date"] == "2026-03-01"
    assert (again["status"], codes(again)) == ("unchanged", ["tag-moved"])
    assert len(own(zenodo)) == 1


def test_without_the_option_it_is_only_told(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """A hint says how many fields would change; nothing does."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    before = record(zenodo, first["record_id"])
    move_tag(red_dot, MENDED)

    done = run("deposit", "v1.0.0", *to, "--json").json

    assert (done["status"], codes(done)) == ("unchanged", ["tag-moved", "metadata-differs"])
    hint = done["findings"][-1]
    names = "description, keywords" if "deposit" in to else "subjects, description"
    assert hint["what"] == (f"the published metadata of version 1.0.0 depart from the release's in 2 fields: {names}")
    assert hint["level"] == "hint"
    assert record(zenodo, first["record_id"]) == before


def test_it_is_shown_first(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """``preview`` prints the differences that are then written, in words and as JSON."""
    run("deposit", "v1.0.0", *to)
    move_tag(red_dot, MENDED)

    text = run("preview", "v1.0.0", *to, "--update-metadata").out
    plan = run("preview", "v1.0.0", *to, "--update-metadata", "--json").json
    log = run("deposit", "v1.0.0", *to, "--update-metadata").err

    keywords = "metadata.keywords.1" if "deposit" in to else "metadata.subjects.1"
    description = '  metadata.description: "<p>Detects laser dots.</p>" → "<p>Detects laser dots, and cats.</p>"'
    lines = text.splitlines()
    assert lines[0].startswith("plan: the metadata of v1.0.0 on 127.0.0.1:")
    assert lines[0].endswith(" are changed; its files and its DOI stay")
    assert lines[1] == "changes of the metadata:"
    assert description in lines[2:-1]
    assert lines[-1] == "then the record is published again"
    assert plan["step"] == "update-metadata"
    assert {each["field"] for each in plan["changes"]} == {"metadata.description", keywords}
    assert lines[0] in log.splitlines()


def test_what_no_source_names_stays(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """People edit by hand: languages, related works, identifiers and dates that only they know are still there."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    held = record(zenodo, first["record_id"])["metadata"]["related_identifiers"]
    by_hand = {
        "languages": [{"id": "deu"}],
        "related_identifiers": [
            {"identifier": "10.1234/paper", "scheme": "doi", "relation_type": {"id": "isdescribedby"}},
            *writable({"metadata": {"related_identifiers": held}})["metadata"]["related_identifiers"],
        ],
        "identifiers": [{"identifier": "10.1234/same", "scheme": "doi"}],
        "dates": [{"date": "2026-02-01/2026-02-03", "type": {"id": "updated"}}],
        "publication_date": "2026-02-28",
    }
    edit(zenodo, first["record_id"], publish=True, **by_hand)
    unchanged = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json
    move_tag(red_dot, MENDED)

    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert (unchanged["status"], done["status"]) == ("unchanged", "updated")
    published = writable(record(zenodo, first["record_id"]))["metadata"]
    assert {name: published[name] for name in by_hand} == by_hand


def test_a_version_in_the_middle(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Not the newest: it still follows the one that it followed, also where another came between them later."""
    red_dot.tag("v1.0.5")
    red_dot.tag("v1.2.0")
    first = run("deposit", "v1.0.0", *to, "--json").json
    middle = run("deposit", "v1.1.0", *to, "--json").json
    run("deposit", "v1.2.0", *to)
    run("deposit", "v1.0.5", *to, "--allow-older")
    told = run("deposit", "v1.1.0", *to, "--json").json
    move_tag(red_dot, MENDED, "v1.1.0")

    done = run("deposit", "v1.1.0", *to, "--update-metadata", "--json").json

    assert (told["status"], codes(told)) == ("unchanged", [])
    assert (done["status"], done["record_id"]) == ("updated", middle["record_id"])
    published = record(zenodo, middle["record_id"])
    assert relations(published, "isnewversionof") == [first["doi"]]
    assert [each["subject"] for each in published["metadata"]["subjects"]] == ["lasers", "dots"]


def test_somebody_elses_edit_is_never_overwritten(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """An edit with other changes stops the run, and ``preview`` too; it is named with its fields."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    move_tag(red_dot, MENDED)
    edit(zenodo, first["record_id"], publish=False, title="By hand")
    before = draft(zenodo, first["record_id"])

    for command in ("preview", "deposit"):
        ran = run(command, "v1.0.0", *to, "--update-metadata")

        assert ran.code == 5
        what = f"an open edit of record {first['record_id']} holds changes that are not published: title"
        assert f"error: {what}  [conflict]" in ran.err.splitlines()
    assert draft(zenodo, first["record_id"]) == before


def test_an_edit_without_changes_is_used(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Somebody pressed "Edit" and wrote nothing; or a run was killed right after it."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    move_tag(red_dot, MENDED)
    post(zenodo, f"/records/{first['record_id']}/draft")

    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert done["status"] == "updated"
    assert not has_edit(zenodo, first["record_id"])


def test_a_run_that_died_before_publishing_is_finished(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """Its edit holds exactly what is to be written."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    move_tag(red_dot, MENDED)
    zenodo.add_faults({"match": {"method": "POST", "path": "actions/publish"}, "action": "status", "status": 400})
    failed = run("deposit", "v1.0.0", *to, "--update-metadata")
    assert failed.code == 5
    assert has_edit(zenodo, first["record_id"])

    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert done["status"] == "updated"
    assert record(zenodo, first["record_id"])["metadata"]["description"] == "<p>Detects laser dots, and cats.</p>"
    assert not has_edit(zenodo, first["record_id"])


def test_it_can_be_left_for_review(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """``--no-publish`` leaves the edit; the next run publishes it."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    before = record(zenodo, first["record_id"])["metadata"]
    move_tag(red_dot, MENDED)

    left = run("deposit", "v1.0.0", *to, "--update-metadata", "--no-publish", "--json").json
    between = record(zenodo, first["record_id"])["metadata"]
    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert (left["status"], left["record_id"]) == ("draft", first["record_id"])
    assert between == before
    assert done["status"] == "updated"


def test_what_the_server_refuses_leaves_the_record_alone(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """No half-written edit stays behind, which a later run would take for somebody else's."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    move_tag(red_dot, MENDED)
    path = r"/(records/\d+/draft|depositions/\d+)$"
    zenodo.add_faults({"match": {"method": "PUT", "path": path}, "action": "status", "status": 400})

    ran = run("deposit", "v1.0.0", *to, "--update-metadata")

    assert ran.code == 5
    assert (
        f"mend the values and run again; the record {zenodo.url}/records/{first['record_id']} is as it was" in ran.err
    )
    assert not has_edit(zenodo, first["record_id"])


def test_an_edit_that_cannot_be_discarded_is_named(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """Somebody saved it between the refusal and that: it is theirs to discard."""
    run("deposit", "v1.0.0", *to)
    move_tag(red_dot, MENDED)
    path = r"/(records/\d+/draft|depositions/\d+)$"
    for method, status in (("PUT", 400), ("DELETE", 412)):
        zenodo.add_faults({"match": {"method": method, "path": path}, "action": "status", "status": status})

    ran = run("deposit", "v1.0.0", *to, "--update-metadata")

    assert ran.code == 5
    assert "mend the values, discard the edit at " in ran.err
    assert ", and run again; nothing of it is published" in ran.err


def test_the_deposit_api_takes_nothing_that_it_cannot_hold(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """An organisation among the creators would become a person: an error before anything is written."""
    native = [*to[:-1], "records"]
    first = run("deposit", "v1.0.0", *native, "--json").json
    before = record(zenodo, first["record_id"])
    move_tag(red_dot, MENDED)

    ran = run("deposit", "v1.0.0", *native[:-1], "deposit", "--update-metadata", "--json")

    assert ran.code == 3
    (error,) = [each for each in ran.json["findings"] if each["level"] == "error"]
    assert error["code"] == "deposit-api-loss"
    assert "The Cat Collective" in error["what"]
    assert record(zenodo, first["record_id"]) == before


def test_a_release_without_a_version_is_deposited(run: Run, to: list[str]) -> None:
    """The option says what is done with versions that are there; the others are deposited as always."""
    done = run("deposit", "v1.0.0", *to, "--update-metadata", "--json").json

    assert done["status"] == "published"
