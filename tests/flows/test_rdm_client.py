"""
The client of InvenioRDM's API against running servers: the embedded repository, and a real one where it is up.

Faults are made by a go-between, which hands requests on to the embedded repository and spoils one of them.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import DROP, Answer, Asked, Scripted, refusal, serving
from zenodo_action.errors import (
    ChecksumError,
    ConflictError,
    Finding,
    LostAnswerError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    RepositoryError,
    TokenRejectedError,
    UnavailableError,
)
from zenodo_action.model import (
    Access,
    Affiliation,
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
from zenodo_action.repository import connect, publishing, retries
from zenodo_action.repository.rdm import RdmRepository
from zenodo_action.repository.transport import Transport
from zenodo_action.server import LocalServer

AGAIN = "run it again: it looks first what the server has done, and nothing is deposited twice"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(retries, "LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr(publishing, "LOOK_PAUSES_S", (0.01, 0.02))


@dataclass
class Server:
    """Where a test deposits, and its users."""

    url: str
    token: str
    other_token: str
    requests: list[str] = field(default_factory=list)

    def client(self, token: str | None = "", url: str | None = None, **more: Any) -> RdmRepository:
        transport = Transport(
            url or self.url,
            self.token if token == "" else token,
            user_agent="test/1",
            patience=Patience(20),
            log=[].append,
            observe=lambda method, path, status, *_: self.requests.append(
                f"{method} {path.partition('?')[0]} {status}"
            ),
        )
        return RdmRepository(transport, **more)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with LocalServer(tmp_path_factory.mktemp("zenodo"), token="test-token") as local:
        local.add_user("other-token", "other")
        yield Server(local.url, "test-token", "other-token")


@pytest.fixture(params=["embedded", pytest.param("inveniordm", marks=pytest.mark.conformance)])
def server(request: pytest.FixtureRequest, embedded: Server) -> Server:
    """The embedded repository; with ``-m conformance`` the InvenioRDM that ``conformance/bed.py`` has brought up."""
    if request.param == "embedded":
        return embedded
    if "BED_URL" not in os.environ:
        pytest.skip("no InvenioRDM is up: BED_URL is not set")
    return Server(os.environ["BED_URL"], os.environ["BED_TOKEN"], os.environ["BED_OTHER_TOKEN"])


@pytest.fixture(autouse=True)
def _no_requests_yet(embedded: Server) -> None:
    embedded.requests.clear()


@contextmanager
def between(server: Server, spoil: Callable[[Asked, Callable[[Asked], Answer]], Answer | None]) -> Iterator[Scripted]:
    """
    Stand between client and server.

    ``spoil`` gets each request and a way to hand it on; what it returns goes to the client, ``None`` lets it pass.
    """
    host = server.url.removeprefix("http://")

    def hand_on(asked: Asked) -> Answer:
        connection = http.client.HTTPConnection(host, timeout=20)
        kept = {name: value for name, value in asked.headers.items() if name.lower() not in ("host", "connection")}
        kept["Content-Length"] = str(len(asked.body))
        try:
            connection.request(asked.method, asked.path, body=asked.body, headers=kept)
            response = connection.getresponse()
            headers = {
                name: value
                for name, value in response.getheaders()
                if name.lower() not in ("content-length", "connection", "transfer-encoding")
            }
            return Answer(response.status, text=response.read().decode(), headers=headers)
        finally:
            connection.close()

    def script(asked: Asked) -> Answer:
        return spoil(asked, hand_on) or hand_on(asked)

    with serving(script) as state:
        yield state


@dataclass
class Once:
    """Spoils the first requests whose line ends so, each with the next answer; ``after`` hands them on before."""

    ending: str
    answers: list[Answer]
    after: bool = False

    def __call__(self, asked: Asked, hand_on: Callable[[Asked], Answer]) -> Answer | None:
        if not asked.line.endswith(self.ending) or not self.answers:
            return None
        if self.after:
            hand_on(asked)
        return self.answers.pop(0)


def record(version: str = "1.0.0", *, repository: str | None = None, **fields: Any) -> Record:
    repository = repository or f"https://github.com/carberry/{uuid.uuid4().hex}"
    return Record(
        **{
            "title": "Psychoceramics",
            "resource_type": "software",
            "creators": (Creator(family_name="Carberry", given_name="Josiah"),),
            "publication_date": "2026-01-02",
            "version": version,
            "publisher": "Zenodo",
            "rights": (Right(id="mit"),),
            "related": (Related(identifier=f"{repository}/tree/v{version}", relation="issupplementto", scheme="url"),),
            "custom_fields": {"code:codeRepository": repository},
            **fields,
        }
    )


def make_file(folder: Path, name: str = "tool-1.0.0.zip", data: bytes = b"archive one\n" * 100) -> DepositFile:
    path = folder / f"{uuid.uuid4().hex}.bin"
    path.write_bytes(data)
    sums = [hashlib.new(kind, data).hexdigest() for kind in ("md5", "sha256")]
    return DepositFile(name=name, path=str(path), size_bytes=len(data), md5=sums[0], sha256=sums[1])


def open_draft(client: RdmRepository, **fields: Any) -> RemoteRecord:
    return client.create_draft(client.payload(record(**fields), None))


def published(client: RdmRepository, folder: Path, **fields: Any) -> RemoteRecord:
    draft = open_draft(client, **fields)
    client.upload(draft, make_file(folder))
    return client.publish(draft)


# Stories


def test_a_first_deposit_takes_seven_requests(server: Server, tmp_path: Path) -> None:
    client = server.client()
    told = record()
    repository = str(told.custom_fields["code:codeRepository"])
    file = make_file(tmp_path)
    seen: list[int] = []

    assert client.own_records(code_repository=repository) == []
    payload = client.payload(told, None)
    draft = client.create_draft(payload)
    sent = client.upload(draft, file, seen.append)
    held = client.draft(draft.id)
    done = client.publish(draft)

    assert server.requests == [
        "GET /user/records 200",
        "POST /records 201",
        f"POST /records/{draft.id}/draft/files 201",
        f"PUT /records/{draft.id}/draft/files/tool-1.0.0.zip/content 200",
        f"POST /records/{draft.id}/draft/files/tool-1.0.0.zip/commit 200",
        f"GET /records/{draft.id}/draft 200",
        f"POST /records/{draft.id}/draft/actions/publish 202",
    ]
    assert (draft.is_draft, draft.is_published, draft.field_errors) == (True, False, ())
    assert sent == RemoteFile(name=file.name, size_bytes=1200, md5=file.md5)
    assert seen[-1] == 1200
    assert held is not None
    assert held.files == (sent,)
    assert (done.id, done.is_published, done.is_latest, done.version_index, done.version) == (
        draft.id,
        True,
        True,
        1,
        "1.0.0",
    )
    assert done.doi is not None
    assert done.doi.startswith("10.5072/")
    assert done.concept_doi not in (None, done.doi)
    assert (done.files, done.owner, done.code_repository) == ((sent,), client.user_id, repository)
    assert done.url.endswith(f"/records/{done.id}")
    assert client.differences(payload, done) == ()


def test_a_next_version_takes_nine_requests(server: Server, tmp_path: Path) -> None:
    client = server.client()
    repository = f"https://github.com/carberry/{uuid.uuid4().hex}"
    paper = Related(identifier="10.1234/paper", relation="isdocumentedby", scheme="doi")
    told = record(repository=repository, keywords=("pots",))
    first = published(client, tmp_path, repository=repository, keywords=("pots",), related=(*told.related, paper))
    file = make_file(tmp_path, "tool-2.0.0.zip", b"archive two")
    server.requests.clear()

    assert client.record(first.concept_id).id == first.id
    draft = client.open_next_version(first)
    new_version = Related(identifier=first.doi or "", relation="isnewversionof", scheme="doi")
    second = record("2.0.0", repository=repository)
    payload = client.payload(replace(second, related=(*second.related, new_version)), first)
    saved = client.save_draft(draft, payload)
    client.upload(saved, file)
    client.draft(draft.id)
    done = client.publish(saved)

    assert len(server.requests) == 9
    assert (draft.concept_id, draft.version, draft.files) == (first.concept_id, None, ())
    assert client.open_next_version(first).id != draft.id
    assert (done.version, done.version_index, done.is_latest) == ("2.0.0", 2, True)
    assert (done.concept_doi, [each.name for each in done.files]) == (first.concept_doi, ["tool-2.0.0.zip"])
    assert [(each.relation, each.identifier) for each in done.related] == [
        ("issupplementto", f"{repository}/tree/v2.0.0"),
        ("isnewversionof", first.doi),
        ("isdocumentedby", "10.1234/paper"),
    ]
    assert payload.body["metadata"]["subjects"] == [{"subject": "pots"}]
    assert client.differences(payload, done) == ()
    assert client.record(first.concept_id).id == done.id
    assert not client.record(first.id).is_latest


def test_every_field_is_stored_as_it_was_sent(server: Server, tmp_path: Path) -> None:
    told = record(
        creators=(
            Creator(
                family_name="Carberry",
                given_name="Josiah",
                identifiers=(Identifier(scheme="orcid", identifier="0000-0002-1825-0097"),),
                affiliations=(Affiliation(name="Brown University"), Affiliation(name="Elsewhere")),
            ),
            Creator(kind="organizational", name="The Pottery Lab"),
        ),
        contributors=(Creator(family_name="Truscott", role="datacurator"),),
        description="<p>Cracked &amp; mended pots</p><ul><li>one</li></ul>",
        additional_titles=(TypedText(text="Of pots", type="subtitle", language="eng"),),
        additional_descriptions=(TypedText(text="<p>By hand</p>", type="methods"),),
        rights=(Right(id="mit"), Right(title="Pot licence", link="https://example.org/pots")),
        keywords=("pots", "cracks"),
        languages=("eng",),
        dates=(TypedDate(date="2020/2021", type="collected", description="in the field"),),
        identifiers=(Identifier(scheme="url", identifier="https://example.org/alt"),),
        funding=(
            Funding(funder_name="Pot Fund", award_number="7", award_title="Pots", award_url="https://example.org/7"),
        ),
        references=(Reference(text="Doe 2014"),),
        locations=(Location(place="Providence", latitude=41.8, longitude=-71.4, description="the pit"),),
        access=Access(embargo_until="2999-01-01", embargo_reason="patent"),
    )
    client = server.client()
    payload = client.payload(told, None)
    draft = client.create_draft(payload)
    assert draft.field_errors == ()
    assert client.differences(payload, draft) == ()
    client.upload(draft, make_file(tmp_path))
    assert client.differences(payload, client.publish(draft)) == ()


def test_own_records_are_found_by_id_concept_and_repository(server: Server, tmp_path: Path) -> None:
    client = server.client()
    repository = f"https://github.com/carberry/{uuid.uuid4().hex}"
    first = published(client, tmp_path, repository=repository)
    draft = client.open_next_version(first)
    bare = open_draft(client, repository=f"{repository}-more", custom_fields={})
    expected = {first.id, draft.id}
    for _ in range(50):  # a real search index lags behind
        if {each.id for each in client.own_records(record_ids=[first.concept_id])} == expected and client.own_records(
            record_ids=[bare.id]
        ):
            break
    assert {each.id for each in client.own_records(record_ids=[first.concept_id])} == expected
    assert {each.id for each in client.own_records(record_ids=[first.id])} == {first.id}
    assert {each.id for each in client.own_records(code_repository=repository)} == expected
    assert {each.id for each in client.own_records(record_ids=[draft.id], code_repository=f"{repository}-more")} == {
        draft.id,
        bare.id,
    }
    assert client.own_records(record_ids=['x" OR id:*'], code_repository='https://e.org/a b"\\(?*<>') == []
    assert server.client(server.other_token).own_records(record_ids=[first.concept_id]) == []
    assert client.own_records() == []


# Files


def test_a_file_of_the_same_name_is_replaced_whether_pending_or_complete(server: Server, tmp_path: Path) -> None:
    client = server.client()
    draft = open_draft(client)
    client._announce(draft, ["dir/a ü%#?.zip"])
    for data in (b"one", b"two"):
        sent = client.upload(draft, make_file(tmp_path, "dir/a ü%#?.zip", data))
        held = client.draft(draft.id)
        assert held is not None
        assert held.files == (sent,)
    client.delete_file(draft, "dir/a ü%#?.zip")
    client.delete_file(draft, "dir/a ü%#?.zip")
    held = client.draft(draft.id)
    assert held is not None
    assert held.files == ()


def test_a_pending_file_is_seen_in_the_draft(server: Server) -> None:
    client = server.client()
    draft = open_draft(client)
    client._announce(draft, ["a.zip"])
    held = client.draft(draft.id)
    assert held is not None
    assert held.files == (RemoteFile(name="a.zip", size_bytes=None, md5=None),)


@pytest.mark.parametrize("name", ["..", "a/../../../x", "", "/a", "a//b", "./a"])
def test_a_name_that_would_lead_elsewhere_is_not_sent(embedded: Server, tmp_path: Path, name: str) -> None:
    client = embedded.client()
    draft = open_draft(client)
    embedded.requests.clear()
    with pytest.raises(RejectedError) as caught:
        client.upload(draft, make_file(tmp_path, name))
    assert (caught.value.what, caught.value.fix) == (
        f"{name!r} cannot be the name of a deposited file",
        "give the file another name",
    )
    assert embedded.requests == []


def test_bytes_that_changed_on_the_way_are_noticed(embedded: Server, tmp_path: Path) -> None:
    def spoil(asked: Asked, hand_on: Callable[[Asked], Answer]) -> Answer | None:
        return hand_on(replace(asked, body=asked.body[:-1] + b"X")) if asked.line.endswith("/content") else None

    with between(embedded, spoil) as middle:
        client = embedded.client(url=middle.url)
        draft = open_draft(client)
        with pytest.raises(ChecksumError) as caught:
            client.upload(draft, make_file(tmp_path, "a.zip", b"abcd"))
    assert caught.value.what == (
        f"{client.name} holds other bytes of a.zip than were sent: 4 bytes with MD5 68774090e020b81d2bd584298a8cd612"
        " in place of 4 with e2fc714c4727ee9395f324cd2e7f331f"
    )
    assert str(caught.value.where) == f"POST {middle.url}/api/records/{draft.id}/draft/files/a.zip/commit → 200"
    assert caught.value.fix == "run it again: the draft is kept, and the file will be sent anew"
    assert embedded.client().upload(draft, make_file(tmp_path, "a.zip", b"abcd")).md5 is not None


@pytest.mark.parametrize(
    "fault",
    [
        Once("/draft/files", [DROP], after=True),  # sent again, the announcement is refused: the entry is there
        Once("/content", [DROP]),
        Once("/content", [DROP], after=True),
        Once(
            "/content", [Answer(200, {"key": "a.zip", "status": "pending", "errors": "File upload transfer failed."})]
        ),
        Once("/content", [refusal(404, "Record has no file 'a.zip'.")]),
        Once("/commit", [refusal(404, "Record has no file 'a.zip'.")]),
        Once("/commit", [DROP], after=True),
        Once("/commit", [refusal(500, "oops")], after=True),
    ],
    ids=lambda fault: f"{fault.ending[1:]}-{fault.answers[0].status}-{'after' if fault.after else 'before'}",
)
def test_a_transfer_that_breaks_off_is_mended(embedded: Server, tmp_path: Path, fault: Once) -> None:
    fault = replace(fault, answers=list(fault.answers))
    with between(embedded, fault) as middle:
        client = embedded.client(url=middle.url)
        draft = open_draft(client)
        file = make_file(tmp_path, "a.zip")
        assert client.upload(draft, file).md5 == file.md5
    assert fault.answers == []
    held = embedded.client().draft(draft.id)
    assert held is not None
    assert held.files == (RemoteFile(name="a.zip", size_bytes=file.size_bytes, md5=file.md5),)


def test_a_transfer_that_breaks_off_twice_is_given_up(embedded: Server, tmp_path: Path) -> None:
    with between(embedded, Once("/commit", [refusal(404, "Record has no file 'a.zip'.")] * 2)) as middle:
        client = embedded.client(url=middle.url)
        draft = open_draft(client)
        with pytest.raises(UnavailableError) as caught:
            client.upload(draft, make_file(tmp_path, "a.zip"))
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        f"{client.name} lost a.zip while it was sent, twice",
        f"PUT {middle.url}/api/records/{draft.id}/draft/files/a.zip/content → no answer",
        "wait and run it again: the draft is kept, and files that are complete are not sent again",
    )


def test_files_of_a_draft_that_is_gone_are_not_found(embedded: Server, tmp_path: Path) -> None:
    client = embedded.client()
    with pytest.raises(NotFoundError):
        client.upload(published(client, tmp_path), make_file(tmp_path, "b.zip"))


def test_a_large_file_is_not_held_in_memory(embedded: Server, tmp_path: Path) -> None:
    client = embedded.client()
    draft = open_draft(client)
    file = make_file(tmp_path, "large.bin", b"\0" * (64 << 20))
    tracemalloc.start()
    try:
        client.upload(draft, file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20  # of the server in this process too


# Answers that get lost


def test_a_lost_answer_to_create_is_told_and_the_draft_can_be_found(embedded: Server) -> None:
    told = record()
    with between(embedded, Once("POST /api/records", [DROP], after=True)) as middle:
        client = embedded.client(url=middle.url)
        with pytest.raises(LostAnswerError) as caught:
            client.create_draft(client.payload(told, None))
        assert middle.lines == ["POST /api/records"]
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        f"{client.name} broke off the connection, so it is not known whether it did what was asked",
        f"POST {middle.url}/api/records → no answer",
        AGAIN,
    )
    (found,) = client_records(embedded, told)
    assert found.version == "1.0.0"


def client_records(server: Server, told: Record) -> list[RemoteRecord]:
    return server.client().own_records(code_repository=str(told.custom_fields["code:codeRepository"]))


@pytest.mark.parametrize(
    ("answer", "after", "calls"),
    [
        (DROP, True, 1),
        (DROP, False, 2),
        (Answer(504, text="<title>504</title>"), True, 1),
        (Answer(502, text="<title>502</title>"), False, 2),
        (refusal(500, "oops"), True, 1),
        (Answer(200, text="<title>Zenodo</title>"), True, 1),
    ],
)
def test_a_lost_answer_to_publish_is_settled_by_reading(
    embedded: Server, tmp_path: Path, *, answer: Answer, after: bool, calls: int
) -> None:
    with between(embedded, Once("/actions/publish", [answer], after=after)) as middle:
        client = embedded.client(url=middle.url)
        done = published(client, tmp_path)
        assert [line.endswith("/publish") for line in middle.lines].count(True) == calls
    assert done.is_published
    assert done.doi == f"10.5072/zenodo.{done.id}"


def test_a_server_that_never_publishes_is_given_up_with_the_draft_kept(embedded: Server, tmp_path: Path) -> None:
    with between(embedded, Once("/actions/publish", [Answer(502, text="")] * 3)) as middle:
        client = embedded.client(url=middle.url)
        draft = open_draft(client)
        client.upload(draft, make_file(tmp_path))
        with pytest.raises(LostAnswerError) as caught:
            client.publish(draft)
    assert (caught.value.what, caught.value.fix) == (
        f"{client.name} is busy (502), so it is not known whether it did what was asked",
        AGAIN,
    )
    assert embedded.client().draft(draft.id) is not None


def test_publishing_twice_gives_the_record_again(server: Server, tmp_path: Path) -> None:
    client = server.client()
    draft = open_draft(client)
    client.upload(draft, make_file(tmp_path))
    assert client.publish(draft).doi == client.publish(draft).doi


def test_a_draft_that_was_deleted_cannot_be_published(embedded: Server) -> None:
    client = embedded.client()
    draft = open_draft(client)
    client._transport.request("DELETE", f"/records/{draft.id}/draft", repeatable=False, expect={204})
    with pytest.raises(NotFoundError):
        client.publish(draft)


@pytest.mark.parametrize("after", [True, False])
def test_a_lost_answer_to_a_save_is_settled_by_reading(embedded: Server, *, after: bool) -> None:
    with between(embedded, Once("/draft", [DROP], after=after)) as middle:
        client = embedded.client(url=middle.url)
        draft = embedded.client().create_draft(client.payload(record(), None))
        payload = client.payload(record("2.0.0"), None)
        saved = client.save_draft(draft, payload)
    assert saved.version == "2.0.0"
    assert client.differences(payload, saved) == ()


def test_a_lost_save_of_a_draft_that_another_run_changed_is_not_taken_for_ours(embedded: Server) -> None:
    other = embedded.client()
    draft = open_draft(other)

    def spoil(asked: Asked, hand_on: Callable[[Asked], Answer]) -> Answer | None:
        del hand_on
        if asked.method != "PUT":
            return None
        other.save_draft(draft, other.payload(record("9.9.9"), None))
        return DROP

    with between(embedded, spoil) as middle:
        client = embedded.client(url=middle.url)
        with pytest.raises(LostAnswerError):
            client.save_draft(draft, client.payload(record("2.0.0"), None))


# Refusals


def test_a_draft_that_somebody_else_saved_is_left_alone(server: Server) -> None:
    client = server.client()
    draft = open_draft(client)
    payload = client.payload(record("1.0.1"), None)
    client.save_draft(draft, payload)
    with pytest.raises(ConflictError) as caught:
        client.save_draft(draft, payload)
    assert caught.value.what.startswith("the draft was changed by somebody else since it was read: Revision id")
    without = client.save_draft(replace(draft, revision=None), payload)
    assert without.version == "1.0.1"


@pytest.mark.parametrize("token", ["wrong", None])
def test_a_wrong_token_is_told_from_a_record_of_somebody_else(
    server: Server, tmp_path: Path, token: str | None
) -> None:
    theirs = published(server.client(), tmp_path)
    draft = open_draft(server.client())
    acts: list[Callable[[RdmRepository], object]] = [
        lambda client: client.own_records(record_ids=["1"]),
        open_draft,
        lambda client: client.open_next_version(theirs),
        lambda client: client.draft(draft.id),
        lambda client: client.publish(draft),
    ]
    for act in acts:
        with pytest.raises(TokenRejectedError) as caught:
            act(server.client(token))
        assert caught.value.what.endswith("did not accept the token" if token else "wants a token, and none was given")
    other = server.client(server.other_token)
    assert other.own_records() == []
    assert isinstance(open_draft(other), RemoteRecord)
    for act in acts[2:]:
        with pytest.raises(NotAllowedError) as refused:
            act(other)
        assert refused.value.what == f"{other.name} does not let the token's user do this: Permission denied"
    assert other.record(theirs.id).owner == theirs.owner != other.user_id


def test_what_is_not_there(server: Server) -> None:
    client = server.client()
    assert client.draft("999999999") is None
    with pytest.raises(NotFoundError) as caught:
        client.record("999999999")
    assert str(caught.value.where) == f"GET {client.base_url}/records/999999999 → 404"


def test_an_id_cannot_lead_to_another_path(embedded: Server) -> None:
    client = embedded.client()
    with pytest.raises(RepositoryError):
        client.record("../user/records")
    assert embedded.requests == ["GET /records/..%2Fuser%2Frecords 404"]


def test_values_that_the_server_does_not_know_are_refused(server: Server) -> None:
    with pytest.raises(RejectedError) as caught:
        open_draft(server.client(), rights=(Right(id="no-such-licence"),))
    assert caught.value.what.endswith(" refused the request (400): Invalid value no-such-licence")


def test_fields_that_hinder_publishing_are_listed(server: Server, tmp_path: Path) -> None:
    client = server.client()
    draft = open_draft(client, title="ab")
    assert ("metadata.title", "Shorter than minimum length 3.") in draft.field_errors
    client.upload(draft, make_file(tmp_path))
    with pytest.raises(RejectedError) as caught:
        client.publish(draft)
    assert [(each.field, each.messages) for each in caught.value.field_errors] == [
        ("metadata.title", ("Missing data for required field.",))
    ]


def test_a_custom_field_that_the_server_does_not_have_is_named_and_can_be_left_out(server: Server) -> None:
    fields = {"pots:glaze": "blue"}
    draft = open_draft(server.client(), custom_fields=fields)
    assert draft.field_errors == (("custom_fields.pots:glaze", "Unknown field."),)
    client = server.client(without_custom_fields=frozenset(fields))
    payload = client.payload(record(custom_fields=fields), None)
    assert "custom_fields" not in payload.body
    assert payload.losses == (
        Finding(
            level="warning",
            code="custom-field-unknown",
            what=f"{client.name} has no field pots:glaze; 'blue' will not be stored in it",
            fix="ask those who run the server to add the field, or leave the value out",
        ),
    )
    assert client.create_draft(payload).field_errors == ()


def test_notes_where_the_server_has_no_such_type(tmp_path: Path) -> None:
    """Zenodo has notes; on a stock InvenioRDM they are stored as other descriptions, asked about once."""
    texts = (TypedText(text="<p>By two cats.</p>", type="notes"), TypedText(text="<p>Slowly.</p>", type="methods"))
    for personality, kind, codes in (("inveniordm", "other", ["notes-untyped"]), ("zenodo", "notes", [])):
        with LocalServer(tmp_path / personality, token="t", personality=personality) as server:
            client = connect(server=server.url, token="t", timeout_s=5, log=print)
            payload = client.payload(record(additional_descriptions=texts), None)
            draft = client.create_draft(payload)
            assert [each.code for each in payload.losses] == codes
            assert not [each for each in client.differences(payload, draft) if each.field.startswith("metadata")]
            metadata = dict(draft.payload)["metadata"]
            assert [each["type"]["id"] for each in metadata["additional_descriptions"]] == [kind, "methods"]


# Odd servers


def test_the_token_does_not_follow_a_concept_to_another_server(embedded: Server) -> None:
    with serving([]) as foreign:

        def spoil(asked: Asked, hand_on: Callable[[Asked], Answer]) -> Answer | None:
            del asked, hand_on
            return Answer(302, text="", headers={"Location": f"{foreign.url}/api/records/1"})

        with between(embedded, spoil) as middle, pytest.raises(UnavailableError) as caught:
            embedded.client(url=middle.url).record("1")
        assert foreign.asked == []
    assert caught.value.what.endswith("which is not followed: the token stays with one server")


def test_long_lists_are_read_to_their_end() -> None:
    hit = {"parent": {"id": "1"}}
    pages = [
        Answer(data={"hits": {"hits": [{"id": str(i), **hit} for i in range(100)], "total": 150}}),
        Answer(data={"hits": {"hits": [{"id": str(i), **hit} for i in range(100, 150)], "total": 150}}),
    ]
    with serving(pages) as state:
        found = Server(state.url, "t", "o").client().own_records(record_ids=["1"])
    assert [each.id for each in found] == [str(i) for i in range(150)]
    assert [line.rpartition("&page=")[2] for line in state.lines] == ["1", "2"]
    assert "allversions=true" in state.lines[0]
    assert "size=100" in state.lines[0]


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        {"hits": 1},
        {"hits": {"hits": [{}], "total": 1}},
        {"hits": {"hits": [{"id": 1, "parent": ""}], "total": 1}},
    ],
)
def test_data_that_are_no_records_are_told(data: Any) -> None:
    with serving([Answer(data=data), Answer(data=data)]) as state:
        client = Server(state.url, "t", "o").client()
        for act in (lambda: client.own_records(record_ids=["1"]), lambda: client.record("1")):
            with pytest.raises(UnavailableError) as caught:
                act()
            assert caught.value.what == f"{client.name} answered with data that are no record"
            assert caught.value.fix == f"check that {client.base_url} is the API of an InvenioRDM"


def test_data_that_are_no_file_are_told(embedded: Server, tmp_path: Path) -> None:
    with between(embedded, Once("/commit", [Answer(200, {"status": "completed"})])) as middle:
        client = embedded.client(url=middle.url)
        draft = open_draft(client)
        with pytest.raises(UnavailableError, match="answered with data that are no record"):
            client.upload(draft, make_file(tmp_path))


def test_the_clients_text_form_shows_its_server_only() -> None:
    assert repr(Server("http://127.0.0.1:1", "secret", "o").client()) == "<RdmRepository http://127.0.0.1:1/api>"


# Published metadata, reserved DOIs, reviews


def test_published_metadata_are_edited(server: Server, tmp_path: Path) -> None:
    """The edit is opened once, holds what is published, and becomes the record under the same DOI with the same files."""
    client = server.client()
    told = record(identifiers=(Identifier(scheme="doi", identifier=f"10.1234/{uuid.uuid4().hex}"),))
    draft = client.create_draft(client.payload(told, None))
    client.upload(draft, make_file(tmp_path))
    done = client.publish(draft)
    assert client.edit_of(done) is None
    current = client.record(done.id)
    assert client.differences(client.payload(Record(), current, is_same=True), current) == ()

    edit = client.open_edit(done)
    again = client.open_edit(done)
    payload = client.payload(replace(told, title="Psychoceramics, mended"), current, is_same=True)
    saved = client.save_draft(again, payload)
    now = client.publish(saved)

    assert (edit.id, edit.is_published, edit.is_draft, edit.revision) == (done.id, True, True, again.revision)
    assert client.differences(payload, now) == ()
    assert (now.id, now.doi, now.concept_doi, now.files) == (done.id, done.doi, done.concept_doi, done.files)
    assert now.revision != done.revision
    assert client.edit_of(now) is None


def test_an_edit_is_discarded_unless_somebody_changed_it(server: Server, tmp_path: Path) -> None:
    """The published version stays; a draft that was never published is no edit."""
    client = server.client()
    done = published(client, tmp_path)
    edit = client.open_edit(done)
    other = client.save_draft(edit, client.payload(record(title="Somebody's"), client.record(done.id), is_same=True))

    with pytest.raises(ConflictError):
        client.discard_edit(edit)
    client.discard_edit(other)
    client.discard_edit(other)
    with pytest.raises(ConflictError) as caught:
        client.discard_edit(open_draft(client))

    assert client.edit_of(done) is None
    assert client.record(done.id).doi == done.doi
    assert caught.value.what.endswith("was never published, so it is no edit of a record")


def test_a_doi_is_reserved_once_and_kept(server: Server, tmp_path: Path) -> None:
    """A second asking, a save and the publication leave it as it is."""
    client = server.client()
    told = record()
    draft = client.create_draft(client.payload(told, None))

    reserved = client.reserve_doi(draft)
    again = client.reserve_doi(draft)
    saved = client.save_draft(again, client.payload(told, None))
    client.upload(saved, make_file(tmp_path))
    done = client.publish(saved)

    assert draft.doi is None
    assert reserved.doi is not None
    assert {again.doi, saved.doi, done.doi} == {reserved.doi}


def test_a_review_is_asked_for_once(server: Server, tmp_path: Path) -> None:
    """A community that looks at each record: the request is found again; a publication is refused meanwhile."""
    client = server.client()
    community = a_community(client)
    draft = open_draft(client)
    client.upload(draft, make_file(tmp_path))
    assert client.review_of(draft) is None

    asked = client.request_review(draft, community)
    seen = client.draft(draft.id)

    assert seen is not None
    assert client.review_of(seen) == asked
    assert (asked.state, asked.community_id) == ("submitted", community)
    assert "/requests/" in asked.url
    with pytest.raises(RejectedError) as caught:
        client.publish(seen)
    assert caught.value.field_errors == ()


def a_community(client: RdmRepository) -> str:
    """Found a community whose curators decide, and return its id."""
    body = {
        "slug": f"c{uuid.uuid4().hex[:12]}",
        "metadata": {"title": "Psychoceramics"},
        "access": {"visibility": "public", "review_policy": "closed", "record_submission_policy": "open"},
    }
    reply = client._transport.request("POST", "/communities", json=body, repeatable=False, expect={201})
    return str(reply.json()["id"])
