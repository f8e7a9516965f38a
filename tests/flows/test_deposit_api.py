"""
The deposit API against the running embedded repository: its requests, what breaks off, and drafts of both APIs.

The stories that hold for both APIs stand in ``test_deposit.py`` and ``test_once.py``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.flows.test_deposit import own, record, relations
from tests.repos import ExampleRepo
from tests.scripted import Answer, Asked, refusal, serving
from zenodo_action.errors import (
    ChecksumError,
    ConflictError,
    LostAnswerError,
    NotFoundError,
    RejectedError,
    TokenRejectedError,
    UnavailableError,
)
from zenodo_action.mapping.rdm import writable
from zenodo_action.model import (
    Creator,
    DepositFile,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    RemoteFile,
    RemoteRecord,
    Right,
    TypedDate,
    TypedText,
)
from zenodo_action.patience import Patience
from zenodo_action.repository import publishing, retries
from zenodo_action.repository.deposit import DepositRepository
from zenodo_action.repository.rdm import RdmRepository
from zenodo_action.repository.transport import Transport
from zenodo_action.server import LocalServer

TOKEN = {"Authorization": "Bearer test-token"}
TREE = "https://github.com/carberry/psychoceramics/tree/"
TOLD = Record(
    title="Psychoceramics",
    resource_type="software",
    creators=(Creator(family_name="Carberry", given_name="Josiah"),),
    publication_date="2026-01-02",
    version="1.0.0",
    publisher="Zenodo",
    rights=(Right(id="mit"),),
    related=(Related(identifier=f"{TREE}v1.0.0", relation="issupplementto", scheme="url"),),
    custom_fields={"code:codeRepository": "https://github.com/carberry/psychoceramics"},
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    monkeypatch.setattr(retries, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(retries, "LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr(publishing, "LOOK_PAUSES_S", (0.01, 0.02))


def transport(url: str, *, token: str | None = None, asked: list[str] | None = None) -> Transport:
    lines = asked if asked is not None else []
    return Transport(
        url,
        token or "test-token",
        user_agent="test/1",
        patience=Patience(20),
        log=[].append,
        observe=lambda method, path, status, *_: lines.append(f"{method} {path.partition('?')[0]} {status}"),
    )


@pytest.fixture
def asked() -> list[str]:
    """The requests of ``client``, as they come."""
    return []


@pytest.fixture
def client(zenodo: LocalServer, asked: list[str]) -> DepositRepository:
    return DepositRepository(transport(zenodo.url, asked=asked))


@pytest.fixture
def native(zenodo: LocalServer) -> RdmRepository:
    return RdmRepository(transport(zenodo.url))


@pytest.fixture
def to(zenodo: LocalServer, red_dot: ExampleRepo) -> Callable[..., list[str]]:
    """The options that lead to the test server, by the deposit API unless told otherwise."""
    return lambda api="deposit": ["-C", str(red_dot.path), "--server", zenodo.url, "--api", api, "--timeout", "2"]


def make_file(folder: Path, name: str = "tool-1.0.0.zip", data: bytes = b"archive one\n") -> DepositFile:
    path = folder / hashlib.sha256(name.encode() + data).hexdigest()
    path.write_bytes(data)
    sums = [hashlib.new(kind, data).hexdigest() for kind in ("md5", "sha256")]
    return DepositFile(name=name, path=str(path), size_bytes=len(data), md5=sums[0], sha256=sums[1])


def open_draft(client: DepositRepository, **fields: Any) -> RemoteRecord:
    return client.create_draft(client.payload(replace(TOLD, **fields), None))


def published(client: DepositRepository, folder: Path) -> RemoteRecord:
    draft = open_draft(client)
    client.upload(draft, make_file(folder))
    return client.publish(draft)


def fault(zenodo: LocalServer, method: str, path: str, action: str, **more: Any) -> None:
    zenodo.add_faults({"match": {"method": method, "path": path}, "action": action, **more})


def plain(line: str) -> str:
    """A logged request without ids, query, time and size."""
    found = re.match(r" *(?P<method>[A-Z]+) (?P<path>[^? ]+)[^→]*→ (?P<status>\d+)", line)
    assert found is not None
    path = re.sub(r"/\d{4,}\b(?!-)", "/N", re.sub(r"/[0-9a-f]{8}-[0-9a-f-]+", "/UUID", found["path"]))
    return f"{found['method']} {path} {found['status']}"


# Requests


def test_the_requests_of_a_first_deposit_and_of_a_next_version(run: Run, to: Callable[..., list[str]]) -> None:
    """Five and eight; the redirect from the concept to its newest version comes on top."""
    made = []
    for tag in ("v1.0.0", "v1.1.0"):
        log = run("deposit", tag, *to(), "--verbose").err
        made.append([plain(line) for line in log.splitlines() if "→" in line])

    assert made == [
        [
            "GET /deposit/depositions 200",
            "POST /deposit/depositions 201",
            "PUT /files/UUID/red-dot-1.0.0.zip 201",
            "GET /deposit/depositions/N 200",
            "POST /deposit/depositions/N/actions/publish 202",
        ],
        [
            "GET /deposit/depositions 200",
            "GET /records/N 302",
            "GET /records/N 200",
            "POST /deposit/depositions/N/actions/newversion 201",
            "PUT /deposit/depositions/N 200",
            "DELETE /deposit/depositions/N/files/UUID 204",
            "PUT /files/UUID/red-dot-1.1.0.zip 201",
            "GET /deposit/depositions/N 200",
            "POST /deposit/depositions/N/actions/publish 202",
        ],
    ]


def test_a_file_that_the_version_before_has_is_not_sent(
    client: DepositRepository, tmp_path: Path, asked: list[str]
) -> None:
    """The server copies it into the draft of the next version, under its name and with its MD5."""
    file = make_file(tmp_path)
    before = published(client, tmp_path)

    draft = client.open_next_version(before)

    assert draft.files == (RemoteFile(name=file.name, size_bytes=file.size_bytes, md5=file.md5),)
    asked.clear()
    after = client.publish(client.save_draft(draft, client.payload(replace(TOLD, version="1.1.0"), before)))
    assert after.files == draft.files
    assert [line.partition(" ")[0] for line in asked] == ["PUT", "POST"]


# What is lost


def test_what_is_lost_is_told_before_anything_is_sent(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]]
) -> None:
    ran = run("preview", "v1.0.0", *to(), "--json")

    (finding,) = ran.json["findings"]
    assert (finding["level"], finding["code"], finding["what"], finding["fix"]) == (
        "warning",
        "deposit-api-loss",
        "the deposit API has no place for organisations, which become persons: The Cat Collective",
        "use the native API, which keeps them: --api records (api: records in the workflow)",
    )
    assert own(zenodo) == []
    assert run("deposit", "v1.0.0", *to(), "--fail-on", "warning").code == 3
    assert own(zenodo) == []


def test_the_page_of_a_plan_shows_what_will_be_stored(
    red_dot: ExampleRepo, run: Run, to: Callable[..., list[str]]
) -> None:
    page = red_dot.path.parent / "page.html"

    assert run("preview", "v1.0.0", *to(), "--html", page).code == 0

    text = page.read_text(encoding="utf-8")
    for part in ("Red-Dot 1.0.0", "Carberry, Josiah", "The Cat Collective", "Apache License 2.0", "lasers"):
        assert part in text


def test_all_that_it_can_hold_is_held(client: DepositRepository, native: RdmRepository) -> None:
    """What the server stores says the same as what was sent, by its own answer and by the native one's."""
    told = replace(
        TOLD,
        resource_type="publication-article",
        contributors=(
            Creator(family_name="Truscott", role="datacurator"),
            Creator(family_name="Bede", role="translator"),
        ),
        description="<p>Cracked pots</p>",
        additional_descriptions=(
            TypedText(text="<p>Twice</p>", type="notes"),
            TypedText(text="By hand", type="methods"),
        ),
        rights=(Right(id="gpl-3.0-only"),),
        keywords=("pots", "cracks"),
        languages=("eng",),
        dates=(TypedDate(date="2020-01-02/2021", type="collected"), TypedDate(date="2022", type="valid")),
        identifiers=(Identifier(scheme="doi", identifier="10.1234/alt"),),
        related=(*TOLD.related, Related(identifier="10.1234/paper", relation="istranslationof")),
        funding=(Funding(funder_id="00k4n6c32", award_id="00k4n6c32::654241"),),
        references=(Reference(text="Doe 2014"),),
        locations=(Location(place="Providence", latitude=41.8, longitude=-71.4),),
        custom_fields={
            **TOLD.custom_fields,
            "code:programmingLanguage": [{"id": "python"}],
            "journal:journal": {"title": "Pots", "volume": "1"},
            "imprint:imprint": {"isbn": "9783161484100"},
            "legacy:subjects": [{"term": "Clay", "identifier": "https://example.org/clay", "scheme": "url"}],
        },
    )
    payload = client.payload(told, None)
    draft = client.create_draft(payload)
    stored = native.draft(draft.id)

    assert payload.losses == ()
    assert stored is not None
    assert client.differences(payload, draft) == client.differences(payload, stored) == ()
    assert {each.field for each in native.differences(native.payload(told, None), stored)} <= {
        "custom_fields.imprint:imprint"  # the server writes hyphens into an ISBN
    }


def test_the_server_does_not_set_a_licence(client: DepositRepository, native: RdmRepository) -> None:
    draft = open_draft(client, rights=())
    stored = native.draft(draft.id)
    assert stored is not None
    assert [each["id"] for each in stored.payload["metadata"]["rights"]] == ["notspecified"]  # type: ignore[index]


# Drafts of both APIs


@pytest.mark.parametrize(("first", "second"), [("records", "deposit"), ("deposit", "records")])
@pytest.mark.parametrize("tag", ["v1.0.0", "v1.1.0"])
def test_a_draft_of_one_api_is_finished_with_the_other(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]], *, first: str, second: str, tag: str
) -> None:
    """A complete one: nothing but the metadata is sent again."""
    if tag == "v1.1.0":
        assert run("deposit", "v1.0.0", *to(first)).code == 0
    draft = run("deposit", tag, *to(first), "--no-publish", "--json").json

    ran = run("deposit", tag, *to(second), "--json", "--verbose")

    assert (ran.json["status"], ran.json["record_id"]) == ("published", draft["record_id"])
    assert f"red-dot-{tag.removeprefix('v')}.zip is already there" in ran.err
    assert all(each["is_published"] for each in own(zenodo))
    assert record(zenodo, draft["record_id"])["metadata"]["version"] == tag.removeprefix("v")


BREAKS = {
    "records": [
        ("PUT", r"/draft$"),
        ("POST", r"/draft/files$"),
        ("PUT", r"/content$"),
        ("POST", r"/commit$"),
        ("POST", r"/actions/publish$"),
    ],
    "deposit": [
        ("PUT", r"/depositions/\d+$"),
        ("DELETE", r"/files/[^/]+$"),
        ("PUT", r"/api/files/"),
        ("POST", r"/actions/publish$"),
    ],
}


@pytest.mark.parametrize("second", ["records", "deposit"])
@pytest.mark.parametrize(("first", "method", "path"), [(api, *at) for api, points in BREAKS.items() for at in points])
def test_a_next_version_that_broke_off_never_has_the_old_files(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]], *, first: str, second: str, method: str, path: str
) -> None:
    """Wherever it broke off after the draft was opened, and whichever API goes on: one version, its files, its text."""
    before = run("deposit", "v1.0.0", *to(first), "--json").json
    fault(zenodo, method, path, "status", status=403)
    assert run("deposit", "v1.1.0", *to(first)).code == 5

    done = run("deposit", "v1.1.0", *to(second), "--json").json

    assert done["status"] == "published"
    stored = record(zenodo, done["record_id"])
    assert [file["name"] for file in done["files"]] == ["red-dot-1.1.0.zip"] == [*stored["files"]["entries"]]
    assert stored["metadata"]["version"] == "1.1.0"
    assert relations(stored, "isnewversionof") == [before["doi"]]
    assert [each["is_published"] for each in own(zenodo)] == [True, True]


def test_files_of_the_version_before_are_never_published_as_the_next(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]]
) -> None:
    """The server copied them, the run died: the draft is left with them, and the look before publishing would stop."""
    run("deposit", "v1.0.0", *to())
    fault(zenodo, "PUT", r"/depositions/\d+$", "status", status=400)
    run("deposit", "v1.1.0", *to())
    (draft,) = [each for each in own(zenodo) if not each["is_published"]]
    url = f"{zenodo.api_url}/deposit/depositions/{draft['id']}"
    held = requests.get(url, headers=TOKEN, timeout=10).json()
    assert [file["filename"] for file in held["files"]] == ["red-dot-1.0.0.zip"]

    ran = run("deposit", "v1.1.0", *to(), "--verbose")

    assert ran.code == 0
    assert "removing red-dot-1.0.0.zip of the version before" in ran.err
    lines = [plain(line) for line in ran.err.splitlines() if "→" in line]
    assert "POST /deposit/depositions/N/actions/newversion 400" in lines
    assert "POST /records/N/versions 201" in lines


def test_foreign_files_are_never_deleted(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]], tmp_path: Path
) -> None:
    """Only what the server copied from the version before is ours, byte for byte."""
    run("deposit", "v1.0.0", *to())
    draft = run("deposit", "v1.1.0", *to(), "--no-publish", "--json").json
    url = f"{zenodo.api_url}/deposit/depositions/{draft['record_id']}"
    bucket = requests.get(url, headers=TOKEN, timeout=10).json()["links"]["bucket"]
    assert requests.put(f"{bucket}/red-dot-1.0.0.zip", data=b"mine", headers=TOKEN, timeout=10).status_code == 201

    ran = run("deposit", "v1.1.0", *to())

    assert ran.code == 5
    assert f"draft {draft['record_id']} holds files that this program did not put there: red-dot-1.0.0.zip" in ran.err
    assert len(requests.get(url, headers=TOKEN, timeout=10).json()["files"]) == 2


def test_a_pending_file_of_the_native_api_is_replaced(
    client: DepositRepository, zenodo: LocalServer, tmp_path: Path
) -> None:
    """The deposit API does not show it."""
    draft = open_draft(client)
    url = f"{zenodo.api_url}/records/{draft.id}/draft/files"
    file = make_file(tmp_path)
    assert requests.post(url, json=[{"key": file.name}], headers=TOKEN, timeout=10).status_code == 201

    seen = client.draft(draft.id)
    assert seen is not None
    assert seen.files == ()
    client.upload(draft, file)
    assert client.publish(draft).files == (RemoteFile(name=file.name, size_bytes=file.size_bytes, md5=file.md5),)


# Answers that get lost


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", r"/depositions$"),
        ("GET", r"/records/\d+$"),
        ("POST", r"/actions/newversion$"),
        ("PUT", r"/depositions/\d+$"),
        ("DELETE", r"/files/[^/]+$"),
        ("PUT", r"/api/files/"),
        ("GET", r"/depositions/\d+$"),
        ("POST", r"/actions/publish$"),
    ],
)
@pytest.mark.parametrize("how", ["lost-answer", "reset-before", "502"])
def test_a_next_version_survives_a_lost_answer(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]], *, method: str, path: str, how: str
) -> None:
    """In the same run: nothing is done twice, and nothing is left over."""
    run("deposit", "v1.0.0", *to())
    if how == "502":
        fault(zenodo, method, path, "status", status=502, when="after", html=True)
    else:
        fault(zenodo, method, path, how)

    ran = run("deposit", "v1.1.0", *to(), "--json")

    assert (ran.code, ran.json["status"]) == (0, "published")
    assert [each["is_published"] for each in own(zenodo)] == [True, True]
    assert [*record(zenodo, ran.json["record_id"])["files"]["entries"]] == ["red-dot-1.1.0.zip"]


def test_a_lost_answer_to_create_makes_no_second_record(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]]
) -> None:
    fault(zenodo, "POST", r"/depositions$", "lost-answer")
    run("deposit", "v1.0.0", *to())
    (draft,) = own(zenodo)

    done = run("deposit", "v1.0.0", *to(), "--json").json

    assert (done["status"] in ("published", "unchanged"), done["record_id"]) == (True, draft["id"])
    assert [each["is_published"] for each in own(zenodo)] == [True]


def test_a_draft_that_publishing_left_behind_does_not_matter(
    client: DepositRepository, zenodo: LocalServer, tmp_path: Path
) -> None:
    """Publishing timed out, was done, and a draft of the record is there again (zenodo-rdm#1456)."""
    draft = open_draft(client)
    client.upload(draft, make_file(tmp_path))
    url = f"{zenodo.api_url}/deposit/depositions/{draft.id}/actions"
    assert requests.post(f"{url}/publish", headers=TOKEN, timeout=10).status_code == 202
    assert requests.post(f"{url}/edit", headers=TOKEN, timeout=10).status_code == 201
    fault(zenodo, "POST", "/actions/publish$", "status", status=504, html=True)

    assert client.publish(draft).is_published


def test_a_draft_that_is_not_published_after_all_attempts(
    client: DepositRepository, zenodo: LocalServer, tmp_path: Path, asked: list[str]
) -> None:
    draft = open_draft(client)
    client.upload(draft, make_file(tmp_path))
    zenodo.add_faults(
        {"match": {"method": "POST", "path": "/actions/publish$", "nth": 0}, "action": "status", "status": 504}
    )
    with pytest.raises(LostAnswerError):
        client.publish(draft)
    assert sum("/actions/publish 504" in line for line in asked) == publishing.MAX_CALLS


def test_publishing_a_draft_that_is_gone(client: DepositRepository, zenodo: LocalServer) -> None:
    draft = open_draft(client)
    url = f"{zenodo.api_url}/deposit/depositions/{draft.id}"
    assert requests.delete(url, headers=TOKEN, timeout=10).status_code == 204
    with pytest.raises(NotFoundError):
        client.publish(draft)
    assert client.draft(draft.id) is None


# Claiming a draft


def test_a_draft_that_somebody_else_changed_is_not_overwritten(
    client: DepositRepository, zenodo: LocalServer, tmp_path: Path
) -> None:
    """Seen in a list, which has no revision; changed since."""
    draft = open_draft(client)
    (listed,) = client.own_records(record_ids=[draft.id])
    assert listed.revision is None
    other = DepositRepository(transport(zenodo.url))
    seen = other.draft(draft.id)
    assert seen is not None
    other.save_draft(seen, other.payload(replace(TOLD, version="9.9.9"), None))

    with pytest.raises(ConflictError) as caught:
        client.save_draft(listed, client.payload(TOLD, None))

    assert (caught.value.what, caught.value.fix) == (
        f"draft {draft.id} was changed by somebody else since it was read",
        "run it again when the other run or edit is finished",
    )
    kept = client.draft(draft.id)
    assert kept is not None
    assert kept.version == "9.9.9"


def test_a_save_between_the_look_and_ours_is_not_overwritten(client: DepositRepository, zenodo: LocalServer) -> None:
    """The server compares the revision."""
    draft = open_draft(client)
    other = DepositRepository(transport(zenodo.url))
    seen = other.draft(draft.id)
    assert seen is not None
    other.save_draft(seen, other.payload(replace(TOLD, version="9.9.9"), None))

    with pytest.raises(ConflictError):
        client.save_draft(draft, client.payload(TOLD, None))  # just opened, so not read again


def test_a_lost_answer_to_a_save_that_another_run_has_overwritten(
    client: DepositRepository, zenodo: LocalServer
) -> None:
    """Our save was done, its answer lost, and the draft says something else now: that is told, not mended."""
    draft = open_draft(client)
    ours = client.payload(replace(TOLD, version="1.1.0"), None)
    other = client.payload(replace(TOLD, version="9.9.9"), None)
    saved = f"/api/deposit/depositions/{draft.id}"

    def script(asked: Asked) -> Answer:
        body = asked.body if asked.method == "GET" else json.dumps(dict(other.body)).encode()
        reply = requests.request(
            asked.method,
            zenodo.url + saved,
            data=body,
            headers={**TOKEN, "Content-Type": "application/json"},
            timeout=10,
        )
        headers = {"ETag": reply.headers["ETag"]}
        return Answer(200, reply.json(), headers=headers) if asked.method == "GET" else Answer(drops=True)

    with serving(script) as server:
        middle = DepositRepository(transport(server.url))
        seen = middle.draft(draft.id)
        assert seen is not None
        with pytest.raises(LostAnswerError):
            middle.save_draft(seen, ours)
    assert [line.partition(" ")[0] for line in server.lines] == ["GET", "GET", "PUT", "GET"]


def test_a_draft_that_was_published_meanwhile_is_not_saved(
    client: DepositRepository, zenodo: LocalServer, tmp_path: Path
) -> None:
    draft = open_draft(client)
    (listed,) = client.own_records(record_ids=[draft.id])
    client.upload(draft, make_file(tmp_path))
    client.publish(draft)
    with pytest.raises(ConflictError):
        client.save_draft(listed, client.payload(TOLD, None))


def test_a_draft_from_a_list_is_read_before_it_is_saved_and_shows_its_files(
    client: DepositRepository, tmp_path: Path, asked: list[str]
) -> None:
    """Lists show neither the files of a draft nor its bucket."""
    file = make_file(tmp_path)
    draft = open_draft(client)
    client.upload(draft, file)
    (listed,) = client.own_records(record_ids=[draft.id])
    asked.clear()

    saved = client.save_draft(listed, client.payload(TOLD, None))

    assert [line.partition(" ")[0] for line in asked] == ["GET", "PUT"]
    assert [each.name for each in saved.files] == [file.name]


# Files


def test_other_bytes_than_were_sent(client: DepositRepository, zenodo: LocalServer, tmp_path: Path) -> None:
    draft = open_draft(client)
    file = make_file(tmp_path)
    fault(zenodo, "PUT", "/api/files/", "wrong-checksum")
    with pytest.raises(ChecksumError) as caught:
        client.upload(draft, file)
    assert caught.value.what == (
        f"{client.name} holds other bytes of {file.name} than were sent: {file.size_bytes} bytes with MD5 {'0' * 32}"
        f" in place of {file.size_bytes} with {file.md5}"
    )


def test_an_upload_that_is_answered_with_something_else(tmp_path: Path) -> None:
    bucket = {"bucket": "https://internal.example/api/files/b-1"}
    with serving([Answer(201, deposition(7, links=bucket)), Answer(201, {"status": "fine"})]) as server:
        client = DepositRepository(transport(server.url))
        with pytest.raises(UnavailableError) as caught:
            client.upload(open_draft(client), make_file(tmp_path))
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        f"{client.name} answered with data that are no deposition",
        f"PUT {server.url}/api/files/b-1/tool-1.0.0.zip → 201",
        f"check that {server.url}/api is the API of Zenodo",
    )


@pytest.mark.parametrize("name", ["data/table.csv", "..", ""])
def test_names_that_it_cannot_take(client: DepositRepository, tmp_path: Path, asked: list[str], name: str) -> None:
    draft = open_draft(client)
    asked.clear()
    with pytest.raises(RejectedError) as caught:
        client.upload(draft, make_file(tmp_path, name))
    assert (caught.value.what, caught.value.fix) == (
        f"the deposit API takes no file by the name {name!r}",
        "use the native API, which takes names with folders: --api records (api: records in the workflow)",
    )
    assert asked == []


def test_odd_names(client: DepositRepository, tmp_path: Path) -> None:
    draft = open_draft(client)
    names = ["Daten für alle (1).csv", "50%?#&+.txt"]
    for name in names:
        client.upload(draft, make_file(tmp_path, name))
    seen = client.draft(draft.id)
    assert seen is not None
    assert sorted(each.name for each in seen.files) == sorted(names)
    client.delete_file(draft, names[0])  # opened before the file was there
    client.delete_file(seen, names[0])  # gone already
    client.delete_file(seen, "never there.txt")
    assert [each.name for each in client.publish(draft).files] == names[1:]


def test_links_that_lead_elsewhere_do_not_take_the_token_along(
    run: Run, zenodo: LocalServer, to: Callable[..., list[str]]
) -> None:
    """Answers of the sandbox had an internal host in their links at times (zen4R#193)."""
    zenodo.add_faults({"match": {"path": "/api/", "nth": 0}, "action": "foreign-links"})

    for tag in ("v1.0.0", "v1.1.0"):
        assert run("deposit", tag, *to()).code == 0
    zenodo.clear_faults()
    assert [each["is_published"] for each in own(zenodo)] == [True, True]


# Servers and answers


def test_a_token_that_is_not_accepted(zenodo: LocalServer) -> None:
    with pytest.raises(TokenRejectedError):
        DepositRepository(transport(zenodo.url, token="wrong")).own_records()


def test_asking_for_nothing_proves_the_token(client: DepositRepository, asked: list[str]) -> None:
    open_draft(client)
    asked.clear()
    assert client.own_records() == []
    assert asked == ["GET /deposit/depositions 200"]
    assert client.user_id == "1"


def test_a_server_without_the_deposit_api() -> None:
    with serving([refusal(404, "The requested URL was not found on the server.")]) as server:
        client = DepositRepository(transport(server.url))
        with pytest.raises(NotFoundError) as caught:
            client.own_records()
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        f"{client.name} does not know the deposit API, which only Zenodo has",
        f"GET {server.url}/api/deposit/depositions → 404",
        "use the native API: --api records (api: records in the workflow)",
    )


@pytest.mark.parametrize("answer", [{"hits": {"hits": []}}, [{"id": 1}], [7]])
def test_data_that_are_no_depositions(answer: Any) -> None:
    with serving([Answer(200, answer)]) as server:
        client = DepositRepository(transport(server.url))
        with pytest.raises(UnavailableError) as caught:
            client.own_records(record_ids=["1"])
    assert caught.value.what == f"{client.name} answered with data that are no deposition"


def deposition(record_id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": record_id,
        "conceptrecid": "1",
        "submitted": False,
        "state": "unsubmitted",
        "metadata": {},
        "links": {},
        **more,
    }


def test_a_long_list_is_read_to_its_end() -> None:
    """It does not say how long it is: it ends where a page is not full."""
    pages = [[deposition(page * 100 + at) for at in range(count)] for page, count in ((1, 100), (2, 100), (3, 5))]
    with serving([Answer(200, page) for page in pages]) as server:
        found = DepositRepository(transport(server.url)).own_records(record_ids=["7"])
    assert len(found) == 205
    query = "q=id%3A%227%22%20OR%20parent.id%3A%227%22&all_versions=true&size=100&page="
    assert server.lines == [f"GET /api/deposit/depositions?{query}{page}" for page in (1, 2, 3)]


def test_a_new_version_as_it_is_documented(client: DepositRepository, tmp_path: Path) -> None:
    """The documentation has the old version as the answer, with a link to the draft."""
    before = published(client, tmp_path)
    old = deposition(int(before.id), submitted=True, state="done")
    old["links"] = {"latest_draft": "https://internal.example/api/deposit/depositions/99"}
    new = deposition(99, links={"bucket": "https://internal.example/api/files/b-1"})
    with serving([Answer(201, old), Answer(200, new)]) as server:
        draft = DepositRepository(transport(server.url)).open_next_version(before)
    assert draft.id == "99"
    assert server.lines == [
        f"POST /api/deposit/depositions/{before.id}/actions/newversion",
        "GET /api/deposit/depositions/99",
    ]


def test_a_new_version_that_is_refused(client: DepositRepository, tmp_path: Path) -> None:
    """Only "Please remove all files first." means that the draft is there."""
    before = published(client, tmp_path)
    errors = [{"field": "metadata.title", "messages": ["Missing data for required field."]}]
    with (
        serving([refusal(400, "A validation error occurred.", errors=errors)]) as server,
        pytest.raises(RejectedError) as caught,
    ):
        DepositRepository(transport(server.url)).open_next_version(before)
    assert "metadata.title: Missing data for required field" in caught.value.what


def test_the_bucket_is_asked_for_where_an_answer_lacks_it(tmp_path: Path) -> None:
    file = make_file(tmp_path)
    stored = {"key": file.name, "size": file.size_bytes, "checksum": f"md5:{file.md5}"}

    def script(asked: Asked) -> Answer:
        if asked.method == "POST":
            return Answer(201, deposition(7))
        if asked.method == "PUT":
            return Answer(201, stored)
        return Answer(200, deposition(7, links={"bucket": "https://internal.example/api/files/b-1"}))

    with serving(script) as server:
        client = DepositRepository(transport(server.url))
        client.upload(open_draft(client), file)
    assert server.lines == [
        "POST /api/deposit/depositions",
        "GET /api/deposit/depositions/7",
        f"PUT /api/files/b-1/{file.name}",
    ]
    assert server.asked[-1].headers["Content-Type"] == "application/octet-stream"
    assert json.loads(server.asked[0].body) == dict(client.payload(TOLD, None).body)


def test_a_save_is_whole(client: DepositRepository, native: RdmRepository) -> None:
    """What is left out of a save is erased, so what people wrote by hand is sent again."""
    draft = open_draft(client, keywords=("pots",))
    client.save_draft(draft, client.payload(TOLD, None))
    stored = native.draft(draft.id)
    assert stored is not None
    assert "subjects" not in writable(stored.payload)["metadata"]


def test_an_organisation_kept_natively_is_named_before_a_save_takes_it(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: Callable[..., list[str]]
) -> None:
    """The version before was made with the native API; the file says nothing of creators any more."""
    first = run("deposit", "v1.0.0", *to("records"), "--json").json
    assert record(zenodo, first["record_id"])["metadata"]["creators"][1]["person_or_org"]["type"] == "organizational"
    red_dot.write(".zenodo.yml", ZENODO_YML.replace("keywords: [lasers, cats]", "notes: none of note"))
    red_dot.commit("Other words")
    red_dot.tag("v1.2.0")

    done = run("deposit", "v1.2.0", *to(), "--json").json

    assert [each["what"] for each in done["findings"]] == [
        "the deposit API has no place for organisations, which become persons: The Cat Collective"
    ]
    stored = record(zenodo, done["record_id"])
    assert [each["subject"] for each in stored["metadata"]["subjects"]] == ["lasers", "cats"]
