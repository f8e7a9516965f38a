"""A DOI before the tag: reserved, written into the working tree, and finished by the deposit of the tag; both APIs."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run, forget
from tests.flows.test_deposit import own, record
from tests.flows.test_once import HEADERS, codes, draft, post
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")

CITATION = """\
cff-version: 1.2.0
message: Cite it.  # kindly
title: Red-Dot
authors:
  - family-names: Carberry
    given-names: Josiah
    orcid: https://orcid.org/0000-0002-1825-0097
"""
README = "# Red-Dot\n\nDetects laser dots.\n"


@pytest.fixture(autouse=True)
def _files(red_dot: ExampleRepo) -> None:
    """A citation file and a README, committed after the two tags of the repository."""
    red_dot.write("CITATION.cff", CITATION)
    red_dot.write("README.md", README)
    red_dot.commit("Cite it")


def read(repo: ExampleRepo, name: str) -> str:
    return (repo.path / name).read_text(encoding="utf-8")


def archived(zenodo: LocalServer, record_id: str, name: str, member: str) -> str:
    """Return a file of a deposited archive."""
    url = f"{zenodo.api_url}/records/{record_id}/files/{name}/content"
    with zipfile.ZipFile(BytesIO(requests.get(url, timeout=10).content)) as archive:
        return archive.read(member).decode()


def test_the_tagged_source_carries_its_own_doi(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """Reserve, commit, tag, deposit: the draft is finished on any machine, and its DOI is the one in the source."""
    reserved = run("reserve", "v2.0.0", *to, "--json").json
    assert reserved["status"] == "reserved"
    assert reserved["doi"] == f"10.5072/zenodo.{reserved['record_id']}"
    assert f"doi: {reserved['doi']}\n" in read(red_dot, "CITATION.cff")
    assert "version: 2.0.0\n" in read(red_dot, "CITATION.cff")
    assert "message: Cite it.  # kindly\n" in read(red_dot, "CITATION.cff")
    assert [each["is_published"] for each in own(zenodo)] == [False]
    red_dot.commit("DOI")
    red_dot.tag("v2.0.0")
    forget(red_dot)

    done = run("deposit", "v2.0.0", *to, "--json").json

    assert (done["status"], done["record_id"], done["doi"]) == ("published", reserved["record_id"], reserved["doi"])
    assert "doi-missing" not in codes(done)
    cff = archived(zenodo, done["record_id"], "red-dot-2.0.0.zip", "red-dot-2.0.0/CITATION.cff")
    assert f"doi: {done['doi']}\n" in cff
    assert "identifiers" not in record(zenodo, done["record_id"])["metadata"]
    assert [each["is_published"] for each in own(zenodo)] == [True]


def test_the_first_reservation_has_no_badge_and_says_why(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """The DOI of all versions exists only after the first is published."""
    ran = run("reserve", "v2.0.0", *to)

    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("reserved: v2.0.0 on 127.0.0.1:")
    assert lines[0].endswith(" has a DOI and is not published; tag the release, then deposit it")
    (readme,) = [line for line in lines if line.startswith("  README.md:")]
    assert "the DOI of all versions exists only once the first is published" in readme
    assert read(red_dot, "README.md") == README


def test_a_next_version_has_a_badge(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """With the DOI of all versions, so that it never goes stale."""
    first = run("deposit", "v1.0.0", *to, "--json").json

    reserved = run("reserve", "v2.0.0", *to, "--json").json

    assert (reserved["status"], reserved["concept_id"]) == ("reserved", first["concept_id"])
    assert [(each["path"], each["status"]) for each in reserved["updates"]] == [
        ("CITATION.cff", "changed"),
        ("README.md", "changed"),
    ]
    assert f"/badge/DOI/{first['concept_doi']}.svg" in read(red_dot, "README.md")
    assert f"value: {first['concept_doi']}" in read(red_dot, "CITATION.cff")
    red_dot.commit("Reserve")
    red_dot.tag("v2.0.0")
    # What was written by this program is no news to it.
    found = {each["code"] for each in run("preview", "v2.0.0", *to, "--json").json["findings"]}
    assert found.isdisjoint({"identifier-own", "key-unused"})


def test_it_can_be_repeated(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The same draft, the same DOI, no further change of the files; with its notes and without."""
    first = run("reserve", "v2.0.0", *to, "--json").json
    before = read(red_dot, "CITATION.cff")
    forget(red_dot)

    again = run("reserve", "v2.0.0", *to, "--json").json

    assert (again["status"], again["doi"]) == ("reserved", first["doi"])
    assert read(red_dot, "CITATION.cff") == before
    assert len(own(zenodo)) == 1


def test_the_index_lags(red_dot: ExampleRepo, run: Run, tmp_path: Path) -> None:
    """No search shows the draft and no note names it: the DOI in the tagged source leads to it."""
    with LocalServer(tmp_path / "slow", token="test-token", index_delay_s=60.0) as slow:
        to = ["-C", str(red_dot.path), "--server", slow.url, "--timeout", "2"]
        reserved = run("reserve", "v2.0.0", *to, "--json").json
        red_dot.commit("DOI")
        red_dot.tag("v2.0.0")
        forget(red_dot)

        done = run("deposit", "v2.0.0", *to, "--json").json

    assert (done["status"], done["doi"]) == ("published", reserved["doi"])


def test_a_version_that_is_published_has_its_doi(red_dot: ExampleRepo, run: Run, to: list[str]) -> None:
    """Nothing is opened; the files of the working tree get the DOI all the same."""
    done = run("deposit", "v1.1.0", *to, "--json").json

    again = run("reserve", "v1.1.0", *to, "--json").json

    assert (again["status"], again["doi"]) == ("unchanged", done["doi"])
    assert f"doi: {done['doi']}\n" in read(red_dot, "CITATION.cff")


def test_a_release_has_to_be_named(run: Run, to: list[str]) -> None:
    """Without its name the draft could not be found again."""
    ran = run("reserve", *to)

    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error: a DOI is reserved for a release, and no tag was named  [option]"


def test_the_answer_to_the_reservation_is_lost(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The second call is told that there is a DOI, and the draft says which."""
    zenodo.add_faults({"match": {"method": "POST", "path": "/pids/doi"}, "action": "lost-answer"})

    reserved = run("reserve", "v2.0.0", *to, "--json").json

    assert (reserved["status"], reserved["doi"]) == ("reserved", f"10.5072/zenodo.{reserved['record_id']}")


def test_a_discarded_reservation_is_told(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """The tagged source carries a DOI that is nobody's: that is never silent. The server's prefix is known here."""
    local = ["-C", red_dot.path, "--server", "local"]
    reserved = run("reserve", "v2.0.0", *local, "--json").json
    red_dot.write("CITATION.cff", read(red_dot, "CITATION.cff").replace(reserved["doi"], "10.5072/zenodo.999999"))
    red_dot.commit("DOI")
    red_dot.tag("v2.0.0")

    done = run("deposit", "v2.0.0", *local, "--json").json

    assert "doi-missing" in codes(done)
    (warning, *_) = [each for each in done["findings"] if each["code"] == "doi-missing"]
    assert warning["where"]["file"] == "CITATION.cff"


def test_a_doi_that_changes_is_told(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft's reserved DOI is taken away before it is deposited: the run stops before it publishes."""
    reserved = run("reserve", "v2.0.0", *to, "--json").json
    red_dot.commit("DOI")
    red_dot.tag("v2.0.0")
    path = f"/records/{reserved['record_id']}/draft"

    from zenodo_action.story import sending  # noqa: PLC0415 - the moment in between

    send = sending.send_files

    def meddling(plan: object, *rest: object) -> None:
        send(plan, *rest)  # type: ignore[arg-type]
        assert requests.delete(f"{zenodo.api_url}{path}/pids/doi", headers=HEADERS, timeout=10).status_code == 200

    monkeypatch.setattr(sending, "send_files", meddling)
    ran = run("deposit", "v2.0.0", *to)

    assert ran.code == 5
    assert f"had the DOI {reserved['doi']} reserved, and has none now" in ran.err


# In the archive alone


def stamped(zenodo: LocalServer, done: dict[str, str]) -> str:
    return archived(zenodo, done["record_id"], "red-dot-2.0.0.zip", "red-dot-2.0.0/CITATION.cff")


@pytest.fixture
def tagged(red_dot: ExampleRepo) -> ExampleRepo:
    """The repository with a tag whose source has a citation file."""
    red_dot.tag("v2.0.0")
    return red_dot


def test_the_archive_is_stamped(tagged: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Its citation file has the DOI; the tag and the working tree are as they were, and so is a second run."""
    done = run("deposit", "v2.0.0", *to, "--stamp", "--json").json
    again = run("deposit", "v2.0.0", *to, "--stamp", "--json").json

    assert done["status"] == "published"
    cff = stamped(zenodo, done)
    assert f"doi: {done['doi']}\n" in cff
    assert "message: Cite it.  # kindly\n" in cff
    assert read(tagged, "CITATION.cff") == CITATION
    assert tagged.git("status", "--porcelain") == ""
    assert (again["status"], again["doi"]) == ("unchanged", done["doi"])


def test_what_is_not_known_yet_is_shown_so(tagged: ExampleRepo, run: Run, to: list[str]) -> None:
    """``preview`` has no checksum of an archive whose DOI only the draft tells."""
    text = run("preview", "v2.0.0", *to, "--stamp").out
    plan = run("preview", "v2.0.0", *to, "--stamp", "--json").json

    note = "size and checksums are known once its CITATION.cff has the draft's DOI"
    assert f"  red-dot-2.0.0.zip  {note}  (to send)" in text.splitlines()
    assert plan["files"] == [
        {"name": "red-dot-2.0.0.zip", "size_bytes": None, "md5": None, "sha256": None, "is_there": False}
    ]


def test_a_stamped_deposit_that_broke_off(tagged: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The next run builds the same bytes, so that what is there is not sent again; by then ``preview`` knows them."""
    left = run("deposit", "v2.0.0", *to, "--stamp", "--no-publish", "--json").json
    (there,) = draft(zenodo, left["record_id"])["files"]["entries"].values()
    forget(tagged)

    plan = run("preview", "v2.0.0", *to, "--stamp", "--json").json
    done = run("deposit", "v2.0.0", *to, "--stamp", "--verbose")

    assert (plan["files"][0]["md5"], plan["files"][0]["is_there"]) == (there["checksum"].removeprefix("md5:"), True)
    assert "red-dot-2.0.0.zip is already there" in done.err.splitlines()
    assert f"DOI:          {left['doi']}" in done.out


def test_a_next_version_is_stamped(tagged: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """An earlier version's DOI in the file gives way to the new one, and the DOI of all versions is there."""
    first = run("deposit", "v2.0.0", *to, "--json").json
    tagged.write("CITATION.cff", CITATION + f"doi: {first['doi']}\n")
    tagged.commit("DOI of the first")
    tagged.tag("v2.1.0")

    done = run("deposit", "v2.1.0", *to, "--stamp", "--json").json

    cff = archived(zenodo, done["record_id"], "red-dot-2.1.0.zip", "red-dot-2.1.0/CITATION.cff")
    assert f"doi: {done['doi']}\n" in cff
    assert f"value: {first['concept_doi']}" in cff
    (file,) = done["files"]
    url = f"{zenodo.api_url}/records/{done['record_id']}/files/{file['name']}/content"
    content = requests.get(url, timeout=10).content
    assert hashlib.md5(content).hexdigest() == file["md5"]  # noqa: S324 - the server's own


def test_there_is_nothing_to_stamp(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """An error before anything is written, in ``preview`` too."""
    for command in ("preview", "deposit"):
        ran = run(command, "v1.0.0", *to, "--stamp", "--json")

        assert ran.code == 3
        (error,) = [each for each in ran.json["findings"] if each["level"] == "error"]
        assert error["code"] == "stamp-impossible"
        assert error["what"] == "there is no CITATION.cff at v1.0.0 to write the DOI into"
    assert own(zenodo) == []


def test_a_setting_of_the_repository(tagged: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """``deposit: {stamp: true}`` in ``.zenodo.yml``."""
    tagged.write(".zenodo.yml", ZENODO_YML + "deposit: {stamp: true}\n")
    tagged.commit("Stamp")
    tagged.git("tag", "-f", "v2.0.0")

    done = run("deposit", "v2.0.0", *to, "--json").json

    assert f"doi: {done['doi']}\n" in stamped(zenodo, done)


def test_a_copied_draft_is_reserved(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """Somebody pressed "New version": the draft becomes the release's, with a DOI of its own."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    copied = post(zenodo, f"/records/{first['record_id']}/versions")

    reserved = run("reserve", "v2.0.0", *to, "--json").json

    assert reserved["record_id"] == copied["id"]
    assert reserved["doi"] == f"10.5072/zenodo.{copied['id']}"
