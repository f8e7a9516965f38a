"""The traps between a release and exactly one version of it: copied marks, drafts in the way, notes that lie."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.flows.test_deposit import NATIVE, own, record, relations
from tests.repos import ExampleRepo
from zenodo_action import pipeline
from zenodo_action.mapping.rdm import writable
from zenodo_action.model import RemoteRecord
from zenodo_action.patience import Patience
from zenodo_action.repository.rdm import RdmRepository
from zenodo_action.server import LocalServer
from zenodo_action.story import marks

pytestmark = pytest.mark.usefixtures("token")

HEADERS = NATIVE | {"Authorization": "Bearer test-token"}
URL = "https://github.com/cat-lab-example/red-dot"


def post(zenodo: LocalServer, path: str, **further: Any) -> Any:
    """Change something on the server by hand."""
    reply = requests.post(f"{zenodo.api_url}{path}", headers=HEADERS, timeout=10, **further)
    assert reply.status_code in (200, 201, 202), reply.text
    return reply.json()


def draft(zenodo: LocalServer, draft_id: str) -> dict[str, Any]:
    """Return a draft as it is."""
    return requests.get(f"{zenodo.api_url}/records/{draft_id}/draft", headers=HEADERS, timeout=10).json()


def put_file(zenodo: LocalServer, draft_id: str, name: str, content: bytes | None = b"by hand") -> None:
    """Put a file into a draft by hand; without content it stays pending."""
    files = f"/records/{draft_id}/draft/files"
    post(zenodo, files, json=[{"key": name}])
    if content is not None:
        url = f"{zenodo.api_url}{files}/{name}/content"
        sent = {**HEADERS, "Content-Type": "application/octet-stream"}
        assert requests.put(url, data=content, headers=sent, timeout=10).status_code == 200
        post(zenodo, f"{files}/{name}/commit")


def notes_file(repo: ExampleRepo) -> Path:
    """Return the one file of notes."""
    (file,) = (repo.path / ".git" / "zenodo-deposit").glob("*.json")
    return file


def rewrite_note(repo: ExampleRepo, tag: str, **values: object) -> None:
    """Let a note lie."""
    file = notes_file(repo)
    data = json.loads(file.read_text(encoding="utf-8"))
    data["tags"][tag] |= values
    file.write_text(json.dumps(data), encoding="utf-8")


def codes(done: dict[str, Any]) -> list[str]:
    """Return the codes of what was found, apart from what the deposit API always says of this repository."""
    return [each["code"] for each in done["findings"] if each["code"] != "deposit-api-loss"]


# Drafts


def test_a_copied_draft_is_claimed(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Somebody pressed "New version": the draft carries the old link, but no version, and becomes ours."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    copied = post(zenodo, f"/records/{first['record_id']}/versions")
    assert relations(copied, "issupplementto") == [f"{URL}/tree/v1.0.0"]

    second = run("deposit", "v1.1.0", *to, "--json").json

    assert (second["status"], second["record_id"]) == ("published", copied["id"])
    assert relations(record(zenodo, copied["id"]), "issupplementto") == [f"{URL}/tree/v1.1.0"]


def test_a_copied_draft_is_not_the_version_it_was_copied_from(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The tag that is published already stays published, and the copy stays alone."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    copied = post(zenodo, f"/records/{first['record_id']}/versions")

    again = run("deposit", "v1.0.0", *to, "--json").json

    assert (again["status"], again["record_id"]) == ("unchanged", first["record_id"])
    assert draft(zenodo, copied["id"])["revision_id"] == copied["revision_id"]


def test_a_draft_that_somebody_is_writing_is_never_overwritten(
    run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no version yet, as the copy that it began as, but was saved later."""
    monkeypatch.setattr(marks, "COPYING_S", 0.5)
    first = run("deposit", "v1.0.0", *to, "--json").json
    written = post(zenodo, f"/records/{first['record_id']}/versions")
    time.sleep(0.6)
    body = writable(written)
    body["metadata"]["title"] = "By hand"
    url = f"{zenodo.api_url}/records/{written['id']}/draft"
    assert requests.put(url, json=body, headers=HEADERS, timeout=10).status_code == 200

    ran = run("deposit", "v1.1.0", *to)

    assert ran.code == 5
    what = f"error: draft {written['id']} of this record holds changes of somebody else, which are not published yet"
    assert f"{what}  [draft-in-the-way]" in ran.err.splitlines()
    assert draft(zenodo, written["id"])["metadata"]["title"] == "By hand"


def test_another_releases_draft_is_never_overwritten(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for as long as ``--timeout`` says; then the run stops and says whose draft it is."""
    monkeypatch.setattr(pipeline, "LOOK_EVERY_S", 0.8)
    red_dot.tag("v1.2.0")
    run("deposit", "v1.0.0", *to)
    other = run("deposit", "v1.1.0", *to, "--no-publish", "--json").json
    before = draft(zenodo, other["record_id"])

    ran = run("deposit", "v1.2.0", *to)

    assert ran.code == 5
    what = f"draft {other['record_id']} of this record holds version 1.1.0, which is not published yet"
    lines = ran.err.splitlines()
    assert f"{what}; waiting for that" in lines
    assert f"error: {what}  [draft-in-the-way]" in lines
    assert f"/{other['record_id']}, or run the deposit of that version again, then run this one" in ran.err
    assert draft(zenodo, other["record_id"]) == before


def test_another_releases_draft_is_waited_for(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it is published, the release is planned afresh as the version after it."""
    red_dot.tag("v1.2.0")
    run("deposit", "v1.0.0", *to)
    other = run("deposit", "v1.1.0", *to, "--no-publish", "--json").json
    pauses: list[float] = []

    def publish_at_the_second_look(_: Patience, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            post(zenodo, f"/records/{other['record_id']}/draft/actions/publish")

    monkeypatch.setattr(Patience, "pause", publish_at_the_second_look)

    done = run("deposit", "v1.2.0", *to, "--timeout", "30", "--json").json

    assert (done["status"], pauses) == ("published", [pipeline.LOOK_EVERY_S] * 2)
    published = record(zenodo, done["record_id"])
    assert published["versions"]["index"] == 3
    assert relations(published, "isnewversionof") == [f"10.5072/zenodo.{other['record_id']}"]


def test_another_releases_draft_is_published_between_two_looks(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest version was read before, and the draft after it: the plan would follow the wrong version."""
    red_dot.tag("v1.2.0")
    run("deposit", "v1.0.0", *to)
    other = run("deposit", "v1.1.0", *to, "--no-publish", "--json").json
    look = RdmRepository.record
    looks: list[str] = []

    def publish_after_the_first(repository: RdmRepository, record_id: str) -> RemoteRecord:
        seen = look(repository, record_id)
        looks.append(record_id)
        if len(looks) == 1:
            post(zenodo, f"/records/{other['record_id']}/draft/actions/publish")
        return seen

    monkeypatch.setattr(RdmRepository, "record", publish_after_the_first)
    monkeypatch.setattr(Patience, "pause", lambda *_: None)

    done = run("deposit", "v1.2.0", *to, "--timeout", "30", "--json", "--verbose")

    assert "version 1.1.0 of this record was published just now; waiting for that" in done.err
    published = record(zenodo, done.json["record_id"])
    assert relations(published, "isnewversionof") == [f"10.5072/zenodo.{other['record_id']}"]


def test_an_open_edit_is_no_draft_of_a_next_version(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Somebody is editing the metadata of the version before in the browser."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    post(zenodo, f"/records/{first['record_id']}/draft")

    second = run("deposit", "v1.1.0", *to, "--json").json

    assert second["status"] == "published"
    assert second["concept_doi"] == first["concept_doi"]


def test_a_foreign_file_stops_it(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Files that we did not put there are never deleted, and never published by us."""
    left = run("deposit", "v1.0.0", *to, "--no-publish", "--json").json
    put_file(zenodo, left["record_id"], "notes.txt")

    ran = run("deposit", "v1.0.0", *to)

    assert ran.code == 5
    what = f"error: draft {left['record_id']} holds files that this program did not put there: notes.txt  [conflict]"
    assert what in ran.err.splitlines()
    assert sorted(draft(zenodo, left["record_id"])["files"]["entries"]) == ["notes.txt", "red-dot-1.0.0.zip"]


def test_files_that_are_there_are_not_sent_again(run: Run, to: list[str]) -> None:
    """A resumed draft costs no bytes of files."""
    run("deposit", "v1.0.0", *to, "--no-publish")

    again = run("deposit", "v1.0.0", *to, "--verbose")

    assert again.code == 0
    assert "red-dot-1.0.0.zip is already there" in again.err.splitlines()
    assert not [line for line in again.err.splitlines() if line.startswith("PUT") and "red-dot-1.0.0.zip" in line]


def test_a_pending_file_is_replaced(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """A run that died while it sent the file left an entry without content, which would block publishing."""
    left = run("deposit", "v1.0.0", *to, "--no-publish", "--json").json
    name = "red-dot-1.0.0.zip"
    url = f"{zenodo.api_url}/records/{left['record_id']}/draft/files/{name}"
    assert requests.delete(url, headers=HEADERS, timeout=10).status_code == 204
    put_file(zenodo, left["record_id"], name, content=None)

    done = run("deposit", "v1.0.0", *to, "--json").json

    assert (done["status"], done["record_id"]) == ("published", left["record_id"])
    assert [file["md5"] for file in done["files"]] == [file["md5"] for file in left["files"]]


def test_a_second_draft_of_the_release_is_named(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """It comes of a lost answer; one of the two is finished, and the other is not touched."""
    left = run("deposit", "v1.0.0", *to, "--no-publish", "--json").json
    body = {name: draft(zenodo, left["record_id"])[name] for name in ("access", "metadata", "custom_fields")}
    twin = post(zenodo, "/records", json=body)

    done = run("deposit", "v1.0.0", *to, "--json").json

    assert (done["status"], done["record_id"]) == ("published", left["record_id"])
    assert codes(done) == ["draft-left"]
    assert done["findings"][0]["what"] == f"draft {twin['id']} is of the same release and is not needed"
    assert draft(zenodo, twin["id"])["revision_id"] == twin["revision_id"]


# Notes


def test_a_note_of_somebody_elses_draft(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], other_token: str
) -> None:
    """It is not ours to go on with; the release gets a record of its own."""
    run("deposit", "v1.0.0", *to, "--no-publish")
    theirs = requests.post(
        f"{zenodo.api_url}/records",
        json={"metadata": {"title": "Theirs"}},
        headers=NATIVE | {"Authorization": f"Bearer {other_token}"},
        timeout=10,
    ).json()
    rewrite_note(red_dot, "v1.0.0", record_id=theirs["id"])

    done = run("deposit", "v1.0.0", *to, "--json").json

    assert done["status"] == "published"
    assert done["record_id"] != theirs["id"]
    assert len(own(zenodo)) == 1


def test_a_note_of_somebody_elses_record(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], other_token: str
) -> None:
    """A note that says "published" must lead to a record that we may add to; doubt stops the run."""
    theirs = run("deposit", "v1.0.0", *to, "--json", env={"ZENODO_TOKEN": other_token}).json

    ran = run("deposit", "v1.1.0", *to)

    assert ran.code == 5
    assert f"error: record {theirs['record_id']} on " in ran.err
    assert "is not among the records of your token's user" in ran.err
    assert own(zenodo) == []


def test_a_note_of_another_repositorys_record(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], tmp_path: Path
) -> None:
    """Our own record, but of something else: it is passed over with a warning."""
    other = ExampleRepo(tmp_path / "blue-dot")
    other.write(".zenodo.yml", ZENODO_YML)
    other.commit()
    other.tag("v1.0.0")
    other.remote("https://github.com/cat-lab-example/blue-dot.git")
    blue = run("deposit", "v1.0.0", *to, "-C", other.path, "--json").json
    run("deposit", "v1.0.0", *to)
    rewrite_note(red_dot, "v1.0.0", record_id=blue["record_id"], doi=blue["doi"])

    done = run("deposit", "v1.1.0", *to, "--json").json

    assert done["status"] == "published"
    assert done["concept_doi"] != blue["concept_doi"]
    assert codes(done) == ["note-mismatch"]
    assert record(zenodo, done["record_id"])["versions"]["index"] == 2


def test_a_repository_that_gets_its_address_after_the_first_deposit(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """The note in its clone leads to the record: the release is not deposited twice, the next one is its next version."""
    red_dot.git("remote", "remove", "origin")
    first = run("deposit", "v1.0.0", *to, "--json").json
    red_dot.remote(f"{URL}.git")

    again = run("deposit", "v1.0.0", *to, "--json")
    second = run("deposit", "v1.1.0", *to, "--json").json

    assert again.code == 3
    assert again.json["error"] == (f"version 1.0.0 is already deposited without a link to its source: {first['doi']}")
    assert (second["status"], second["concept_doi"]) == ("published", first["concept_doi"])
    assert len(own(zenodo)) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"server": 1}', "\x00", '{"tags": {"v1.0.0": null}}'])
def test_damaged_notes(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], text: str) -> None:
    """They count as none; the server tells what is there, and new notes take their place."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    notes_file(red_dot).write_text(text, encoding="utf-8")

    again = run("deposit", "v1.0.0", *to, "--json").json

    assert (again["status"], again["doi"]) == ("unchanged", first["doi"])
    assert json.loads(notes_file(red_dot).read_text(encoding="utf-8"))["tags"]["v1.0.0"]["doi"] == first["doi"]


def test_a_clock_that_is_wrong_by_years(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An intent of the future makes the look for its draft no longer than any other."""
    monkeypatch.setattr("zenodo_action.story.discovery.INDEX_WAITS_S", (0.1, 0.2))
    run("deposit", "v1.0.0", *to, "--no-publish")
    (left,) = own(zenodo)
    path = f"{zenodo.api_url}/records/{left['id']}/draft"
    assert requests.delete(path, headers=HEADERS, timeout=10).status_code == 204
    rewrite_note(red_dot, "v1.0.0", record_id=None, intended_at=time.time() + 10 * 365 * 86400)

    ran = run("deposit", "v1.0.0", *to)

    assert ran.code == 0
    assert "an earlier run may have opened a draft that nobody knows of; looking for it" in ran.err
    assert len(own(zenodo)) == 1


# The record option, and doubt


def test_the_concepts_id_and_any_versions_id_are_the_same_to_the_option(
    run: Run, zenodo: LocalServer, red_dot: ExampleRepo, to: list[str]
) -> None:
    """Both lead to the newest version."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    second = run("deposit", "v1.1.0", *to, "--record", first["concept_id"], "--json").json
    red_dot.tag("v1.2.0")

    third = run("deposit", "v1.2.0", *to, "--record", first["record_id"], "--json").json

    assert {each["concept_id"] for each in (first, second, third)} == {first["concept_id"]}
    assert relations(record(zenodo, third["record_id"]), "isnewversionof") == [second["doi"]]


def test_a_record_of_another_repository_is_taken_with_a_warning(
    run: Run, zenodo: LocalServer, red_dot: ExampleRepo, to: list[str]
) -> None:
    """The repository was renamed, or the record was made by hand: the user says which one it is."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    red_dot.git("remote", "set-url", "origin", "https://github.com/cat-lab-example/green-dot.git")

    second = run("deposit", "v1.1.0", *to, "--record", first["record_id"], "--json").json

    assert second["concept_doi"] == first["concept_doi"]
    assert codes(second) == ["record-elsewhere"]
    assert record(zenodo, second["record_id"])["custom_fields"] == {
        "code:codeRepository": "https://github.com/cat-lab-example/green-dot"
    }


def test_several_records_stop_it(run: Run, zenodo: LocalServer, red_dot: ExampleRepo, to: list[str]) -> None:
    """Both are the user's and of this repository; the list and the option that settles it are named."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    second = run("deposit", "v1.1.0", *to, "--record", "new", "--json").json
    notes_file(red_dot).unlink()
    red_dot.tag("v1.2.0")

    ran = run("deposit", "v1.2.0", *to)
    settled = run("deposit", "v1.2.0", *to, "--record", second["concept_id"], "--json").json

    assert ran.code == 5
    error = next(line for line in ran.err.splitlines() if line.startswith("error: "))
    assert error.startswith(f"error: 2 records could be the one of {URL}: ")
    assert first["concept_doi"] in error
    assert second["concept_doi"] in error
    assert "--record ID" in ran.err
    assert settled["concept_doi"] == second["concept_doi"]


def test_a_record_that_only_cites_this_repository_is_not_its(
    run: Run, zenodo: LocalServer, to: list[str], tmp_path: Path
) -> None:
    """The user's data set was made with the software; the software's first release is no version of it."""
    cites = "related_identifiers: [{relation: isDerivedFrom, identifier: '" + URL + "/tree/v1.0.0'}]\n"
    data = ExampleRepo(tmp_path / "data")
    data.write(".zenodo.yml", ZENODO_YML + cites)
    data.commit()
    data.tag("v1.0.0")
    data.remote("https://github.com/cat-lab-example/data.git")
    cited = run("deposit", "v1.0.0", *to, "-C", data.path, "--json").json

    done = run("deposit", "v1.0.0", *to, "--json").json

    assert done["concept_doi"] != cited["concept_doi"]
    assert codes(done) == []


def test_a_version_is_deposited_from_one_tag(
    run: Run, zenodo: LocalServer, red_dot: ExampleRepo, to: list[str]
) -> None:
    """``1.0.0`` after ``v1.0.0`` is the same version under another name."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    red_dot.tag("1.0.0")

    ran = run("deposit", "1.0.0", *to, "--json")

    assert ran.code == 3
    (error,) = [each for each in ran.json["findings"] if each["level"] == "error"]
    assert error["code"] == "version-deposited"
    assert error["what"] == f"version 1.0.0 is already deposited from {URL}/tree/v1.0.0: {first['doi']}"
    assert len(own(zenodo)) == 1


def test_a_record_with_restricted_files(run: Run, red_dot: ExampleRepo, to: list[str]) -> None:
    """Its owner sees them; the next version is open again where the metadata say so."""
    for tag, access in (("v2.0.0", "restricted"), ("v2.1.0", "open")):
        red_dot.write(".zenodo.yml", ZENODO_YML + f"access_right: {access}\n")
        red_dot.commit()
        red_dot.tag(tag)
    first = run("deposit", "v2.0.0", *to, "--json").json

    second = run("deposit", "v2.1.0", *to, "--record", first["record_id"], "--json").json

    assert (second["status"], second["concept_doi"]) == ("published", first["concept_doi"])


def test_a_deleted_record(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """It says that it was deleted, and by which option another one is named."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    post(zenodo, f"/records/{first['record_id']}/request-deletion", json={"reason": "test-record"})

    ran = run("deposit", "v1.1.0", *to, "--record", first["record_id"])

    assert ran.code == 5
    error = next(line for line in ran.err.splitlines() if line.startswith("error: "))
    assert error.startswith("error: the record was deleted from ")
    assert "→ 410" in ran.err
    assert "check --record; new starts a record of its own" in ran.err


def test_a_first_draft_of_another_release_is_in_the_way(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It becomes the record: a second one for the same repository is never begun beside it, unless that is asked for."""
    monkeypatch.setattr(pipeline, "LOOK_EVERY_S", 0.8)
    left = run("deposit", "v1.0.0", *to, "--no-publish", "--json").json

    ran = run("deposit", "v1.1.0", *to)
    new = run("deposit", "v1.1.0", *to, "--record", "new", "--json").json

    assert ran.code == 5
    what = f"draft {left['record_id']} of this record holds version 1.0.0, which is not published yet"
    assert f"error: {what}  [draft-in-the-way]" in ran.err.splitlines()
    assert new["status"] == "published"
    assert [each["is_published"] for each in own(zenodo)].count(False) == 1


def test_a_draft_for_another_purpose_is_none(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Somebody is describing data by hand that supplement the repository: no version, no release."""
    body = {
        "metadata": {
            "title": "Measurements",
            "related_identifiers": [
                {"identifier": f"{URL}/tree/main", "scheme": "url", "relation_type": {"id": "issupplementto"}}
            ],
        }
    }
    post(zenodo, "/records", json=body)

    assert run("deposit", "v1.0.0", *to, "--json").json["status"] == "published"
