"""From a tag to a record, and from the next tag to its next version; over both APIs."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from io import BytesIO
from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.repos import ExampleRepo
from zenodo_action.mapping.rdm import writable
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")

NATIVE = {"Accept": "application/vnd.inveniordm.v1+json"}


@pytest.fixture(params=["records", "deposit"])
def to(zenodo: LocalServer, request: pytest.FixtureRequest) -> list[str]:
    """The options that lead to the test server, by each API."""
    return ["--server", zenodo.url, "--api", request.param]


def record(zenodo: LocalServer, record_id: str) -> dict[str, Any]:
    """Return a published record as anyone sees it."""
    reply = requests.get(f"{zenodo.api_url}/records/{record_id}", headers=NATIVE, timeout=10)
    assert reply.status_code == 200
    return reply.json()


def own(zenodo: LocalServer) -> list[dict[str, Any]]:
    """Return everything that the user has: versions and drafts."""
    headers = NATIVE | {"Authorization": "Bearer test-token"}
    reply = requests.get(f"{zenodo.api_url}/user/records?allversions=true&size=100", headers=headers, timeout=10)
    return reply.json()["hits"]["hits"]


def relations(payload: dict[str, Any], relation: str) -> list[str]:
    related = payload["metadata"]["related_identifiers"]
    return [each["identifier"] for each in related if each["relation_type"]["id"] == relation]


def test_a_tag_becomes_a_record(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The metadata are the file's, version and date the tag's, the code link the repository's."""
    done = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json

    assert done["status"] == "published"
    published = record(zenodo, done["record_id"])
    metadata = published["metadata"]
    assert metadata["title"] == "Red-Dot 1.0.0"
    assert metadata["version"] == done["version"] == "1.0.0"
    assert metadata["publication_date"] == "2026-03-01"
    assert [each["person_or_org"]["name"] for each in metadata["creators"]] == [
        "Carberry, Josiah",
        "The Cat Collective",
    ]
    kind = "personal" if "deposit" in to else "organizational"
    assert metadata["creators"][1]["person_or_org"]["type"] == kind
    assert [each["id"] for each in metadata["rights"]] == ["apache-2.0"]
    assert published["custom_fields"]["code:codeRepository"] == "https://github.com/cat-lab-example/red-dot"
    assert relations(published, "issupplementto") == ["https://github.com/cat-lab-example/red-dot/tree/v1.0.0"]
    assert relations(published, "isnewversionof") == []
    assert published["pids"]["doi"]["identifier"] == done["doi"]
    assert published["parent"]["pids"]["doi"]["identifier"] == done["concept_doi"]


def test_the_archive_is_the_tags(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """One top folder, the files of the commit, and the checksums that were reported."""
    red_dot.write("red_dot.py", "dirty\n")

    done = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json

    (file,) = done["files"]
    assert file["name"] == "red-dot-1.0.0.zip"
    url = f"{zenodo.api_url}/records/{done['record_id']}/files/{file['name']}/content"
    content = requests.get(url, timeout=10).content
    assert (len(content), hashlib.md5(content).hexdigest()) == (file["size_bytes"], file["md5"])  # noqa: S324 - the server's own
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.read("red-dot-1.0.0/red_dot.py") == b"print('dot')\n"
        assert {name.split("/")[0] for name in archive.namelist()} == {"red-dot-1.0.0"}


def test_the_next_tag_becomes_the_next_version(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """A DOI of its own, the same concept DOI, and one isNewVersionOf to the version before."""
    first = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    second = run("deposit", "v1.1.0", "-C", red_dot.path, *to, "--json").json

    assert second["status"] == "published"
    assert second["doi"] != first["doi"]
    assert second["concept_doi"] == first["concept_doi"]
    published = record(zenodo, second["record_id"])
    assert relations(published, "isnewversionof") == [first["doi"]]
    assert relations(published, "issupplementto") == ["https://github.com/cat-lab-example/red-dot/tree/v1.1.0"]
    assert [each["subject"] for each in published["metadata"]["subjects"]] == ["lasers", "cats", "toys"]
    assert [file["name"] for file in second["files"]] == ["red-dot-1.1.0.zip"]
    assert [each["is_published"] for each in own(zenodo)] == [True, True]


@pytest.mark.parametrize("tag", ["v1.0.0", "v1.1.0"])
def test_a_tag_is_deposited_once(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], tag: str) -> None:
    """Again nothing is changed, whichever of the versions it is, and it says so."""
    done = {each: run("deposit", each, "-C", red_dot.path, *to, "--json").json for each in ("v1.0.0", "v1.1.0")}
    before = own(zenodo)

    again = run("deposit", tag, "-C", red_dot.path, *to)

    assert again.code == 0
    assert again.out.splitlines()[0] == (
        f"unchanged: {tag} is already deposited on 127.0.0.1:{zenodo.url.rpartition(':')[2]}; there is nothing to do"
    )
    assert own(zenodo) == before
    as_json = run("deposit", tag, "-C", red_dot.path, *to, "--json").json
    assert (as_json["status"], as_json["doi"]) == ("unchanged", done[tag]["doi"])


def test_without_notes_it_is_deposited_once_too(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """A fresh clone, as a runner has it, finds the record by what it says."""
    first = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    notes = red_dot.path / ".git" / "zenodo-deposit"
    for file in notes.iterdir():
        file.unlink()

    again = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    for file in notes.iterdir():
        file.unlink()
    second = run("deposit", "v1.1.0", "-C", red_dot.path, *to, "--json").json

    assert (again["status"], again["doi"]) == ("unchanged", first["doi"])
    assert second["concept_doi"] == first["concept_doi"]
    assert len(own(zenodo)) == 2


def test_it_makes_few_requests(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """At most 7 for the first deposit and 9 for the next version, by the deposit API 5 and 8, redirects apart."""
    counts = []
    for tag in ("v1.0.0", "v1.1.0"):
        log = run("deposit", tag, "-C", red_dot.path, *to, "--verbose").err
        counts.append(sum("→" in line and "→ 302" not in line for line in log.splitlines()))

    assert counts == ([5, 8] if "deposit" in to else [7, 9])


def test_a_draft_is_left_for_review_and_finished_later(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """``--no-publish`` leaves a complete draft; the next run without it publishes that very draft."""
    draft = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--no-publish", "--json").json
    assert draft["status"] == "draft"
    assert [each["is_published"] for each in own(zenodo)] == [False]

    done = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json

    assert (done["status"], done["record_id"]) == ("published", draft["record_id"])
    assert [each["is_published"] for each in own(zenodo)] == [True]


def test_an_older_tag_needs_leave(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The concept DOI would lead to it; with leave its previous version is the one below it."""
    red_dot.tag("v1.0.5")
    first = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    second = run("deposit", "v1.1.0", "-C", red_dot.path, *to, "--json").json

    refused = run("deposit", "v1.0.5", "-C", red_dot.path, *to)
    allowed = run("deposit", "v1.0.5", "-C", red_dot.path, *to, "--allow-older", "--json").json

    assert refused.code == 2
    assert refused.err.splitlines()[0] == (
        f"error: 1.0.5 is older than 1.1.0, which is already deposited ({second['doi']})  [option]"
    )
    assert relations(record(zenodo, allowed["record_id"]), "isnewversionof") == [first["doi"]]
    led = "once it is published, the concept DOI leads to 1.0.5"
    assert [(each["level"], each["what"]) for each in allowed["findings"] if each["code"] == "version-older"] == [
        ("hint", f"1.0.5 is older than 1.1.0, which is already deposited ({second['doi']}): {led}")
    ]


def test_what_no_source_names_is_kept(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """People edit records by hand; the next version has what they wrote unless a source says otherwise."""
    first = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    headers = NATIVE | {"Authorization": "Bearer test-token"}
    edit = f"{zenodo.api_url}/records/{first['record_id']}/draft"
    body = writable(requests.post(edit, headers=headers, timeout=10).json())
    body["metadata"]["languages"] = [{"id": "deu"}]
    body["metadata"]["subjects"] = [{"subject": "by hand"}]
    body["metadata"]["related_identifiers"].append(
        {"identifier": "10.1234/paper", "scheme": "doi", "relation_type": {"id": "isdescribedby"}}
    )
    assert requests.put(edit, json=body, headers=headers, timeout=10).status_code == 200
    assert requests.post(f"{edit}/actions/publish", headers=headers, timeout=10).status_code == 202

    second = run("deposit", "v1.1.0", "-C", red_dot.path, *to, "--json").json

    published = record(zenodo, second["record_id"])
    assert [each["id"] for each in published["metadata"]["languages"]] == ["deu"]
    assert [each["subject"] for each in published["metadata"]["subjects"]] == ["lasers", "cats", "toys"]
    assert relations(published, "isdescribedby") == ["10.1234/paper"]
    assert relations(published, "isnewversionof") == [first["doi"]]


def test_a_title_that_nobody_names_gives_way_to_the_one_on_the_server(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """The repository's name is only what is fallen back on; so nothing is warned of, one by one or with ``--all``."""
    run("deposit", "v1.0.0", "-C", red_dot.path, *to)
    red_dot.write(".zenodo.yml", ZENODO_YML.replace("title: Red-Dot ${version}\n", ""))
    red_dot.commit("No title")
    red_dot.tag("v1.2.0")

    fail_on = "warning" if "records" in to else "error"  # what the deposit API cannot hold is warned of
    strict = ("-C", red_dot.path, *to, "--fail-on", fail_on, "--json")
    second = run("deposit", "v1.2.0", *strict).json
    red_dot.tag("v1.3.0")
    third = run("deposit", "--all", *strict).json["deposits"][-1]

    for each in (second, third):
        assert record(zenodo, each["record_id"])["metadata"]["title"] == "Red-Dot 1.0.0"


def test_the_working_tree_does_not_count(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Neither its metadata nor its tags' neighbours: the tag is the truth."""
    red_dot.write(".zenodo.yml", "title: [not, valid\n")

    done = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json

    assert record(zenodo, done["record_id"])["metadata"]["title"] == "Red-Dot 1.0.0"


def test_a_commit_without_a_tag(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """``HEAD`` deposits the commit; its version is its id, its link leads to the commit."""
    commit = red_dot.commit("Third")

    done = run("deposit", "HEAD", "-C", red_dot.path, *to, "--json").json
    again = run("deposit", "HEAD", "-C", red_dot.path, *to, "--json").json

    assert done["version"] == commit[:12]
    published = record(zenodo, done["record_id"])
    assert relations(published, "issupplementto") == [f"https://github.com/cat-lab-example/red-dot/tree/{commit}"]
    assert (again["status"], again["record_id"]) == ("unchanged", done["record_id"])


def test_a_repository_without_a_web_address(tmp_path: Any, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The notes tell which record it is; the version alone is the mark."""
    repo = ExampleRepo(tmp_path / "alone")
    repo.write(".zenodo.yml", ZENODO_YML)
    repo.commit()
    repo.tag("v1.0.0")
    repo.tag("v1.1.0")

    first = run("deposit", "v1.0.0", "-C", repo.path, *to, "--json").json
    again = run("deposit", "v1.0.0", "-C", repo.path, *to, "--json").json
    second = run("deposit", "v1.1.0", "-C", repo.path, *to, "--json").json

    assert (again["status"], again["record_id"]) == ("unchanged", first["record_id"])
    assert second["concept_doi"] == first["concept_doi"]
    assert len(own(zenodo)) == 2


def test_preview_changes_nothing(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """It says what deposit then does, byte for byte."""
    plan = run("preview", "v1.0.0", "-C", red_dot.path, *to, "--json").json
    assert own(zenodo) == []

    done = run("deposit", "v1.0.0", "-C", red_dot.path, *to, "--json").json

    assert plan["step"] == "new-record"
    assert [(file["name"], file["size_bytes"], file["md5"]) for file in plan["files"]] == [
        (file["name"], file["size_bytes"], file["md5"]) for file in done["files"]
    ]
    title = plan["payload"]["metadata"]["title"]
    assert record(zenodo, done["record_id"])["metadata"]["title"] == title


def test_preview_of_a_next_version(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """It shows what changes against the version before."""
    run("deposit", "v1.0.0", "-C", red_dot.path, *to)

    plan = run("preview", "v1.1.0", "-C", red_dot.path, *to, "--json").json

    assert plan["step"] == "next-version"
    changed = {each["field"]: (each["before"], each["after"]) for each in plan["changes"]}
    assert changed["metadata.version"] == ("1.0.0", "1.1.0")
    assert changed["metadata.title"] == ("Red-Dot 1.0.0", "Red-Dot 1.1.0")


def test_the_embedded_repository_is_the_default(
    red_dot: ExampleRepo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without token and server it needs no account, survives its process, keeps out of git, and publishes as Zenodo."""
    monkeypatch.delenv("ZENODO_TOKEN")

    page = red_dot.path / ".git" / "page.html"
    run("preview", "v1.0.0", "-C", red_dot.path, "--html", page)
    first = run("deposit", "v1.0.0", "-C", red_dot.path, "--json").json
    again = run("deposit", "v1.0.0", "-C", red_dot.path, "--json").json
    shown = run("preview", "v1.0.0", "-C", red_dot.path).out

    assert first["doi"].startswith("10.5072/zenodo.")
    assert f"http://127.0.0.1:5072/records/{first['record_id']}\n" in shown
    assert first["record_url"] == f"http://127.0.0.1:5072/records/{first['record_id']}"
    assert (again["status"], again["doi"]) == ("unchanged", first["doi"])
    assert "publisher    = {Zenodo}," in page.read_text(encoding="utf-8")
    assert red_dot.git("status", "--porcelain") == ""


def test_an_embedded_repository_that_was_thrown_away(
    red_dot: ExampleRepo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notes about it say nothing of its successor: the first deposit there is a first deposit."""
    monkeypatch.delenv("ZENODO_TOKEN")
    run("deposit", "v1.0.0", "-C", red_dot.path, "--json")
    shutil.rmtree(red_dot.path / ".zenodo-local")

    again = run("deposit", "v1.0.0", "-C", red_dot.path, "--json").json

    assert again["status"] == "published"


def test_a_later_commit_is_the_next_version(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Ids of commits have no order: the one that comes later is the next version of the one before."""
    done = []
    for number in range(3):
        red_dot.commit(f"commit {number}")
        done.append(run("deposit", "HEAD", "-C", red_dot.path, *to, "--json").json)

    assert [each["status"] for each in done] == ["published"] * 3
    assert len({each["concept_doi"] for each in done}) == 1
    assert relations(record(zenodo, done[2]["record_id"]), "isnewversionof") == [done[1]["doi"]]


def test_the_page_of_a_plan(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """``preview --html`` writes one file that needs no other."""
    page = red_dot.path.parent / "page.html"

    run("preview", "v1.0.0", "-C", red_dot.path, *to, "--html", page)

    text = page.read_text(encoding="utf-8")
    assert "Red-Dot 1.0.0" in text
    assert "<script src" not in text
    assert "<link" not in text or 'rel="stylesheet" href' not in text
