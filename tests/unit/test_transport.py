"""The transport against real HTTP answers: errors, retries, and where the token goes."""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import socket
import ssl
import threading
import time
import traceback
from pathlib import Path
from socket import gaierror
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NameResolutionError, SSLError

from tests.scripted import DROP, Answer, Scripted, refusal, serving
from zenodo_action.errors import (
    ArchiveError,
    ConflictError,
    FieldError,
    LostAnswerError,
    NotAllowedError,
    NotFoundError,
    OptionError,
    OptionPlace,
    RejectedError,
    RepositoryError,
    RequestPlace,
    TokenRejectedError,
    UnavailableError,
    ZenodoActionError,
)
from zenodo_action.model import DepositFile
from zenodo_action.patience import Patience
from zenodo_action.repository import connect, retries
from zenodo_action.repository.content import FileContent
from zenodo_action.repository.sites import SANDBOX, ZENODO, Site, find_site, origin
from zenodo_action.repository.transport import Transport

TOKEN = "s3cr3t-t0k3n"
CERTIFICATE_FIX = (
    "check the address; for an authority of your own set REQUESTS_CA_BUNDLE to the file with its certificate"
)
POOL: Any = HTTPSConnectionPool("rdm.example.org")
PAGE = "<!doctype html>\n<html><title>504 Gateway\n Time-out &amp; more</title><h1>no</h1></html>"
TOKEN_FIX = "make a token at\n{url}/account/settings/applications/ and store it as secret ZENODO_TOKEN."
COME_BACK = "wait and run it again: what was done so far is kept, and nothing is deposited twice"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(retries, "LONGEST_PAUSE_S", 0.01)


def transport(server: Scripted, *, token: str | None = TOKEN, lines: list[str] | None = None, **more: Any) -> Transport:
    log = lines.append if lines is not None else [].append
    patience = Patience(more.pop("timeout_s", 5.0))
    options: dict[str, Any] = {"patience": patience, "user_agent": "test/1 (mailto:a@example.org)", **more}
    return Transport(server.url, token, log=log, **options)


def ask(
    client: Transport, method: str = "GET", path: str = "/records/1", *, repeatable: bool = True, **more: Any
) -> Any:
    return client.request(method, path, repeatable=repeatable, expect=more.pop("expect", {200}), **more).json()


def refused(
    answers: list[Answer], expected: type[RepositoryError], method: str = "GET", **more: Any
) -> tuple[ZenodoActionError, str]:
    """The error that the last of the answers amounts to, and the server's address."""
    with serving(answers) as server, pytest.raises(expected) as caught:
        ask(transport(server, token=more.pop("token", TOKEN), timeout_s=more.pop("timeout_s", 5.0)), method, **more)
    assert type(caught.value) is expected
    return caught.value, server.url


def told(error: ZenodoActionError) -> tuple[str, str, str | None]:
    return error.what, str(error.where), error.fix


# What is sent


def test_a_read_carries_token_agent_and_wanted_type_and_nothing_else() -> None:
    with serving([Answer(data={"a": 1})]) as server:
        assert ask(transport(server), accept="application/vnd.inveniordm.v1+json") == {"a": 1}
    headers = {key.lower(): value for key, value in server.asked[0].headers.items()}
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"] == "test/1 (mailto:a@example.org)"
    assert headers["accept"] == "application/vnd.inveniordm.v1+json"
    assert "content-type" not in headers
    assert "cookie" not in headers
    assert TOKEN not in server.asked[0].path


def test_a_json_body_is_declared_without_parameters() -> None:
    with serving([Answer(201)]) as server:
        ask(transport(server), "POST", "/records", json={"metadata": {"title": "Ü"}}, repeatable=False, expect={201})
    assert server.asked[0].headers["Content-Type"] == "application/json"
    assert server.asked[0].json() == {"metadata": {"title": "Ü"}}


def test_an_action_has_neither_body_nor_content_type() -> None:
    with serving([Answer(202)]) as server:
        ask(transport(server), "POST", "/records/1/draft/actions/publish", repeatable=False, expect={202})
    assert server.asked[0].body == b""
    assert server.asked[0].headers["Content-Length"] == "0"
    assert "Content-Type" not in server.asked[0].headers


def test_without_a_token_netrc_is_not_asked_for_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password other-secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving([Answer(), Answer()]) as server:
        client = transport(server, token=None)
        client._sessions[0].trust_env = True  # as for a server off this machine
        ask(client)
        client = transport(server)
        client._sessions[0].trust_env = True
        ask(client)
    assert "Authorization" not in server.asked[0].headers
    assert server.asked[1].headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_server_on_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving([Answer(data=[1])]) as server:
        assert ask(transport(server)) == [1]


def test_cookies_are_not_kept() -> None:
    with serving([Answer(headers={"Set-Cookie": "csrftoken=abc; Path=/"}), Answer()]) as server:
        client = transport(server)
        ask(client)
        ask(client)
    assert "Cookie" not in server.asked[1].headers


def test_one_connection_serves_many_requests() -> None:
    with serving([Answer(), Answer(), Answer()]) as server:
        client = transport(server)
        for _ in range(3):
            ask(client)
        (pool,) = client._sessions[0].get_adapter(server.url).poolmanager.pools._container.values()  # type: ignore[attr-defined]
        assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_a_file_is_streamed_with_its_length_and_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"0123456789" * 100_000)
    file = DepositFile(name="a.zip", path=str(path), size_bytes=1_000_000, md5="0" * 32, sha256="")
    seen: list[int] = []
    with serving([Answer(503), Answer(data={"status": "pending"})]) as server:
        ask(transport(server), "PUT", "/f/content", data=lambda: FileContent(file, seen.append))
    assert [len(each.body) for each in server.asked] == [1_000_000, 1_000_000]
    assert server.asked[1].body == path.read_bytes()
    assert server.asked[1].headers["Content-Type"] == "application/octet-stream"
    assert server.asked[1].headers["Content-Length"] == "1000000"
    assert "Transfer-Encoding" not in server.asked[1].headers
    assert seen.count(1_000_000) == 2
    assert sorted(seen[: len(seen) // 2]) == seen[: len(seen) // 2]


def test_an_empty_file_is_sent_as_empty(tmp_path: Path) -> None:
    (tmp_path / "e").write_bytes(b"")
    file = DepositFile(name="e", path=str(tmp_path / "e"), size_bytes=0, md5="", sha256="")
    with serving([Answer()]) as server:
        ask(transport(server), "PUT", "/f/content", data=lambda: FileContent(file))
    assert server.asked[0].headers["Content-Length"] == "0"


def test_a_file_that_shrinks_while_it_is_sent_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"short")
    file = DepositFile(name="a", path=str(path), size_bytes=100, md5="", sha256="")
    with serving(lambda _: Answer()) as server, pytest.raises(ArchiveError) as caught:
        ask(transport(server), "PUT", "/f/content", data=lambda: FileContent(file))
    assert told(caught.value) == ("a has become shorter while it was sent", str(path), "run it again")


def test_a_file_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    file = DepositFile(name="a", path=str(tmp_path / "a"), size_bytes=100, md5="", sha256="")
    with serving([]) as server, pytest.raises(ArchiveError) as caught:
        ask(transport(server), "PUT", "/f/content", data=lambda: FileContent(file))
    assert caught.value.what == "a cannot be read: No such file or directory"


# Where the token goes


def test_a_redirect_to_another_server_is_not_followed() -> None:
    with serving([]) as other, serving([Answer(302, headers={"Location": f"{other.url}/api/records/2"})]) as server:
        with pytest.raises(UnavailableError) as caught:
            ask(transport(server))
        assert other.asked == []
    assert told(caught.value) == (
        (
            f"{server.url[7:]} redirects the request to {other.url}, which is not followed: the token stays with one"
            " server"
        ),
        f"GET {server.url}/api/records/1 → 302",
        "name the server by the address at which its API answers",
    )


@pytest.mark.parametrize("location", ["/api/records/2", "{url}/api/records/2", "2"])
def test_a_redirect_on_the_same_server_is_followed_with_the_token(location: str) -> None:
    def script(asked: Any) -> Answer:
        if asked.path.endswith("/1"):
            return Answer(302, text="<title>Redirecting...</title>", headers={"Location": location.format(url=url)})
        return Answer(data={"path": asked.path})

    with serving(script) as server:
        url = server.url
        assert ask(transport(server)) == {"path": "/api/records/2"}
    assert [each.headers["Authorization"] for each in server.asked] == [f"Bearer {TOKEN}"] * 2


def test_redirects_that_never_end_are_given_up() -> None:
    with serving(lambda asked: Answer(302, headers={"Location": asked.path})) as server:
        with pytest.raises(UnavailableError, match="redirects the request, which is not followed"):
            ask(transport(server))
        assert len(server.asked) == 6


def test_a_redirected_act_is_not_repeated_elsewhere() -> None:
    with serving([Answer(307, headers={"Location": "/api/records/2"})]) as server:
        with pytest.raises(UnavailableError, match="redirects the request"):
            ask(transport(server), "POST", repeatable=False)
        assert server.lines == ["POST /api/records/1"]


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "tökén"])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(OptionError) as caught:
        connect(server="zenodo", token=token, timeout_s=1, log=print)
    assert told(caught.value) == (
        "the token holds spaces or characters that no token has",
        "zenodo-token",
        "copy the token again, on one line",
    )


def test_white_space_around_a_token_does_no_harm() -> None:
    with serving([Answer()]) as server:
        ask(transport(server, token=f" {TOKEN}\n"))
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "answers",
    [
        [refusal(500, "oops")] * 3,
        [refusal(400, "no")],
        [refusal(403, "Permission denied."), refusal(403, "Permission denied.")],
        [Answer(200, text=PAGE)],
        [DROP],
    ],
)
def test_the_token_stands_in_no_error_log_or_repr(answers: list[Answer]) -> None:
    lines: list[str] = []
    facts: list[object] = []
    with serving(answers) as server:
        client = transport(server, lines=lines, observe=lambda *each: facts.append(each))
        if answers == [DROP]:
            client.patience.charge(0, client.patience.clock() + 5)
        with pytest.raises(RepositoryError) as caught:
            ask(client, json={"a": 1})
    error = caught.value
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if "/tests/" not in frame.f_code.co_filename]
    assert frames
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = [error, vars(error), error.as_findings(), client, vars(client), lines, facts, *(f.f_locals for f in frames)]
    assert [repr(each) for each in shown if TOKEN in repr(each)] == []


# From answers to errors


def test_a_403_to_a_wrong_token_is_told_from_a_403_to_a_stranger() -> None:
    denied = refusal(403, "Permission denied.")
    error, url = refused([denied, denied], TokenRejectedError, "POST", repeatable=False)
    assert told(error) == (
        f"{url[7:]} did not accept the token",
        f"POST {url}/api/records/1 → 403",
        TOKEN_FIX.format(url=url),
    )
    error, url = refused([denied, Answer(data={"hits": {"hits": []}})], NotAllowedError, "POST", repeatable=False)
    assert told(error) == (
        f"{url[7:]} does not let the token's user do this: Permission denied",
        f"POST {url}/api/records/1 → 403",
        "use a token of the record's owner, or name a record that is yours (option record)",
    )


def test_the_token_is_asked_about_once_and_only_after_a_403() -> None:
    answers = [Answer(), refusal(403, "no"), Answer(data={"hits": {}}), refusal(403, "no")]
    with serving(answers) as server:
        client = transport(server)
        ask(client)
        for _ in range(2):
            with pytest.raises(NotAllowedError):
                ask(client)
    assert server.lines == [
        "GET /api/records/1",
        "GET /api/records/1",
        "GET /api/user/records?size=1",
        "GET /api/records/1",
    ]


def test_an_answer_that_names_the_user_proves_the_token() -> None:
    with serving([Answer(403, {"status": 403, "message": "no"}, headers={"X-User-ID": "7"})]) as server:
        client = transport(server)
        assert client.user_id is None
        with pytest.raises(NotAllowedError):
            ask(client)
        assert client.user_id == "7"


def test_without_a_token_a_403_asks_for_one() -> None:
    error, url = refused([refusal(403, "Permission denied.")], TokenRejectedError, token=None)
    assert error.what == f"{url[7:]} wants a token, and none was given"


def test_a_401_is_about_the_token() -> None:
    error, url = refused([refusal(401, "Unauthorized")], TokenRejectedError)
    assert error.what == f"{url[7:]} did not accept the token"


@pytest.mark.parametrize(
    ("site", "fix"),
    [
        (
            SANDBOX,
            (
                "make a token with the scopes deposit:write and deposit:actions at\n"
                "https://sandbox.zenodo.org/account/settings/applications/ and store it as secret ZENODO_TOKEN.\n"
                "(A token of zenodo.org does not work on the sandbox.)"
            ),
        ),
        (
            ZENODO,
            (
                "make a token with the scopes deposit:write and deposit:actions at\n"
                "https://zenodo.org/account/settings/applications/ and store it as secret ZENODO_TOKEN.\n"
                "(A token of the sandbox does not work on zenodo.org.)"
            ),
        ),
    ],
)
def test_the_way_to_a_good_token_is_that_of_the_server(site: Site, fix: str) -> None:
    with serving([refusal(401, "no")]) as server:
        client = transport(server)
        client.site = Site(**{**{name: getattr(site, name) for name in Site.__slots__}, "base_url": server.url})
        with pytest.raises(TokenRejectedError) as caught:
            ask(client)
    assert told(caught.value) == (f"{site.name} did not accept the token", f"GET {server.url}/records/1 → 401", fix)


def test_what_is_not_there_and_what_was_deleted() -> None:
    error, url = refused([refusal(404, "The persistent identifier does not exist.")], NotFoundError)
    assert told(error) == (
        f"{url[7:]} has no such record or draft: The persistent identifier does not exist",
        f"GET {url}/api/records/1 → 404",
        "check the id and the server; a draft may have been deleted",
    )
    tombstone = {"removal_reason": {"id": "spam", "title": {"en": "Spam"}}, "note": "It was\n spam."}
    error, url = refused([refusal(410, "Record deleted", tombstone=tombstone)], NotFoundError)
    assert told(error) == (
        f"the record was deleted from {url[7:]}: Spam: It was spam",
        f"GET {url}/api/records/1 → 410",
        "name another record (option record), or start one with record: new",
    )


@pytest.mark.parametrize("tombstone", [None, {}, {"removal_reason": "x"}, {"removal_reason": {}}, []])
def test_a_tombstone_may_say_nothing(tombstone: Any) -> None:
    error, url = refused([refusal(410, "Record deleted", tombstone=tombstone)], NotFoundError)
    assert error.what == f"the record was deleted from {url[7:]}: Record deleted"


def test_refused_fields_are_listed() -> None:
    errors = [
        {"field": "metadata.title", "messages": ["Shorter than minimum length 3."]},
        {"field": "metadata.creators.0.person_or_org.name", "message": "Old form."},
        "text",
        {"field": "x", "messages": None},
        {"messages": ["a", "b"]},
        {"field": "y", "messages": ["c"]},
    ]
    error, url = refused([refusal(400, "A validation error occurred.", errors=errors)], RejectedError, "PUT")
    assert isinstance(error, RejectedError)
    assert told(error) == (
        (
            f"{url[7:]} refused metadata.title: Shorter than minimum length 3;"
            " metadata.creators.0.person_or_org.name: Old form; text; x; a b; and 1 more"
        ),
        f"PUT {url}/api/records/1 → 400",
        "mend the metadata and run it again",
    )
    assert error.field_errors[0] == FieldError(field="metadata.title", messages=("Shorter than minimum length 3.",))
    assert error.field_errors[1] == FieldError(field="metadata.creators.0.person_or_org.name", messages=("Old form.",))
    assert len(error.field_errors) == 6


def test_a_refusal_without_fields_repeats_the_servers_words() -> None:
    error, url = refused([refusal(400, "Invalid value no-such-license.")], RejectedError, "POST", repeatable=False)
    assert isinstance(error, RejectedError)
    assert told(error) == (
        f"{url[7:]} refused the request (400): Invalid value no-such-license",
        f"POST {url}/api/records/1 → 400",
        "mend what it names and run it again; a draft, if there is one, is kept",
    )
    assert error.field_errors == ()


def test_a_stale_revision_is_a_conflict() -> None:
    error, url = refused([refusal(412, "Revision id provided(1) doesn't match record's one(9)")], ConflictError, "PUT")
    assert told(error) == (
        (
            "the draft was changed by somebody else since it was read: Revision id provided(1) doesn't match record's"
            " one(9)"
        ),
        f"PUT {url}/api/records/1 → 412",
        "run it again when the other run or edit is finished",
    )


def test_a_file_that_is_too_large() -> None:
    error, url = refused([refusal(413, "Too large")], RejectedError, "PUT")
    assert told(error) == (
        f"{url[7:]} does not take a file of this size",
        f"PUT {url}/api/records/1 → 413",
        "leave out large files, or ask the server for a larger quota",
    )


def test_a_server_without_room() -> None:
    error, url = refused([refusal(507, "Full")], UnavailableError, "PUT")
    assert told(error) == (f"{url[7:]} has no room left (507)", f"PUT {url}/api/records/1 → 507", COME_BACK)


@pytest.mark.parametrize("status", [200, 400, 404, 418])
def test_a_web_page_in_place_of_data(status: int) -> None:
    error, url = refused([Answer(status, text=PAGE)], UnavailableError)
    assert told(error) == (
        f"{url[7:]} answered with a web page in place of data ({status}): 504 Gateway Time-out & more",
        f"GET {url}/api/records/1 → {status}",
        f"check that {url} is the right address; if it is, {COME_BACK}",
    )


def test_a_page_that_keeps_traffic_out_is_not_about_the_token() -> None:
    error, url = refused([Answer(403, text="<TITLE>Unusual traffic</TITLE>")], UnavailableError)
    assert told(error) == (
        f"{url[7:]} answered with a web page in place of data (403): Unusual traffic",
        f"GET {url}/api/records/1 → 403",
        f"it keeps unusual traffic out; {COME_BACK}",
    )


def test_a_page_in_answer_to_an_act_leaves_open_whether_it_was_done() -> None:
    error, url = refused([Answer(200, text="hello")], LostAnswerError, "POST", repeatable=False)
    assert error.what == (
        f"{url[7:]} answered with a web page in place of data (200), so it is not known whether it did what was asked"
    )


def test_words_of_a_server_are_cut() -> None:
    error, url = refused([refusal(400, "x" * 1000)], RejectedError)
    assert error.what == f"{url[7:]} refused the request (400): {'x' * 199}…"


# Retries


def test_a_busy_server_is_asked_again_and_each_time_is_a_line() -> None:
    lines: list[str] = []
    answers = [Answer(503, text=PAGE), refusal(502, "bad gateway"), Answer(504, text=PAGE), Answer(data={"a": 1})]
    with serving(answers) as server:
        assert ask(transport(server, lines=lines)) == {"a": 1}
    name = server.url[7:]
    assert lines == [
        f"{name} is busy (503); trying again in 1 s (attempt 2, 5 s of patience left)",
        f"{name} is busy (502); trying again in 1 s (attempt 3, 5 s of patience left)",
        f"{name} is busy (504); trying again in 1 s (attempt 4, 5 s of patience left)",
    ]


def test_a_server_that_stays_busy_is_given_up() -> None:
    """Once the pauses and the vain attempts together have used up the budget."""
    with serving(lambda _: Answer(503, text=PAGE)) as server:
        client = transport(server, timeout_s=0.05)
        with pytest.raises(UnavailableError) as caught:
            ask(client)
    assert told(caught.value) == (
        f"{server.url[7:]} is busy (503): 504 Gateway Time-out & more",
        f"GET {server.url}/api/records/1 → 503",
        COME_BACK,
    )
    assert len(server.asked) > 3
    assert client.patience.left_s == 0


def test_all_calls_together_have_one_budget() -> None:
    """What the first call has waited is gone for the second."""
    with serving(lambda asked: Answer(503) if asked.path.endswith("/busy") else Answer(data=[1])) as server:
        client = transport(server, timeout_s=0.05)
        with pytest.raises(UnavailableError):
            ask(client, path="/busy")
        count = len(server.asked)
        with pytest.raises(UnavailableError):
            ask(client, path="/busy")
        assert len(server.asked) == count + 1
        assert ask(client, path="/other") == [1]


def test_a_slow_transfer_is_no_waiting(tmp_path: Path) -> None:
    """Only what came after the last byte counts, so a large file may take longer than the budget and be sent again."""
    path = tmp_path / "a"
    path.write_bytes(bytes(200_000))
    file = DepositFile(name="a", path=str(path), size_bytes=200_000, md5="", sha256="")
    with serving([DROP, Answer()]) as server:
        client = transport(server, timeout_s=2)
        ask(client, "PUT", "/f/content", data=lambda: FileContent(file, lambda _: time.sleep(0.6)))
    assert len(server.asked) == 2
    assert client.patience.left_s > 1


def test_an_internal_error_is_repeated_twice_at_most() -> None:
    error, url = refused([refusal(500, "oops")] * 3, UnavailableError)
    assert told(error) == (f"{url[7:]} had an internal error (500): oops", f"GET {url}/api/records/1 → 500", COME_BACK)


@pytest.mark.parametrize("answer", [refusal(500, "oops"), Answer(502, text=PAGE), Answer(504, text=PAGE)])
def test_an_act_that_must_not_be_repeated_is_lost_with_its_answer(answer: Answer) -> None:
    error, url = refused([answer], LostAnswerError, "POST", repeatable=False)
    assert isinstance(error, LostAnswerError)
    words = "had an internal error" if answer.status == 500 else "is busy"
    assert told(error) == (
        f"{url[7:]} {words} ({answer.status}), so it is not known whether it did what was asked",
        f"POST {url}/api/records/1 → {answer.status}",
        "run it again: it looks first what the server has done, and nothing is deposited twice",
    )


def test_a_broken_connection_is_lost_for_an_act_and_repeated_for_a_read() -> None:
    error, url = refused([DROP], LostAnswerError, "POST", repeatable=False)
    assert told(error)[:2] == (
        f"{url[7:]} broke off the connection, so it is not known whether it did what was asked",
        f"POST {url}/api/records/1 → no answer",
    )
    with serving([DROP, DROP, Answer(data=[1])]) as server:
        assert ask(transport(server)) == [1]


def test_what_the_limiter_turned_away_was_not_done_and_is_repeated() -> None:
    lines: list[str] = []
    limited = Answer(429, {"message": "4 per 1 minute", "status": 429}, headers={"Retry-After": "0"})
    with serving([limited, Answer(201, {"id": "1"})]) as server:
        assert ask(transport(server, lines=lines), "POST", repeatable=False, expect={201}) == {"id": "1"}
    assert lines == [
        f"{server.url[7:]} has had too many requests (429); trying again in 1 s (attempt 2, 5 s of patience left)"
    ]


def test_a_refused_connection_did_nothing_and_is_repeated() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    lines: list[str] = []
    client = transport(Scripted(url=url), lines=lines, timeout_s=0.05)
    with pytest.raises(UnavailableError) as caught:
        ask(client, "POST", repeatable=False)
    assert not isinstance(caught.value, LostAnswerError)
    assert told(caught.value) == (
        f"{url[7:]} could not be reached: Connection refused",
        f"POST {url}/api/records/1 → no answer",
        COME_BACK,
    )
    assert len(lines) > 3
    again = "trying again in 1 s (attempt 2, 0 s of patience left)"
    assert lines[0] == f"{url[7:]} could not be reached: Connection refused; {again}"


def test_a_server_that_does_not_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(LostAnswerError, match="did not answer in time"):
            ask(transport(Scripted(url=url), timeout_s=0.1), "POST", repeatable=False)
        with pytest.raises(UnavailableError, match=r"did not answer in time$"):
            ask(transport(Scripted(url=url), timeout_s=0.1))


def test_an_answer_that_is_cut_off_is_no_answer() -> None:
    with serving([Answer(cuts=True), Answer(data=[1])]) as server:
        assert ask(transport(server)) == [1]
    refused([Answer(202, cuts=True)], LostAnswerError, "POST", repeatable=False)


def test_an_answer_that_cannot_be_read_leaves_open_what_was_done() -> None:
    broken = Answer(202, headers={"Content-Encoding": "gzip"})
    error, url = refused([broken], LostAnswerError, "POST", repeatable=False)
    assert error.what == (
        f"{url[7:]} sent an answer that cannot be read (ContentDecodingError), so it is not known whether it did what"
        " was asked"
    )


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (
            requests.exceptions.SSLError(MaxRetryError(POOL, "/", SSLError("self-signed certificate"))),
            retries.NoAnswer(
                reason="has a certificate that is not trusted: self-signed certificate",
                was_sent=False,
                is_passing=False,
                fix=CERTIFICATE_FIX,
            ),
        ),
        (requests.ConnectTimeout(), retries.NoAnswer(reason="did not take the connection in time", was_sent=False)),
        (
            requests.ConnectionError(MaxRetryError(POOL, "/", NameResolutionError("x", POOL, gaierror(-2)))),
            retries.NoAnswer(
                reason="could not be found: its name does not resolve",
                was_sent=False,
                fix="check the address of the server, and the network",
            ),
        ),
    ],
)
def test_failures_before_anything_was_sent(error: requests.RequestException, answer: retries.NoAnswer) -> None:
    assert retries.no_answer(error) == answer


def test_a_proxy_that_is_none_is_named() -> None:
    client = transport(Scripted(url="https://rdm.example.org"))
    client._sessions[0].proxies = {"https": "nonsense://x"}
    with pytest.raises(UnavailableError) as caught:
        ask(client, "POST", repeatable=False)
    assert told(caught.value) == (
        "rdm.example.org cannot be asked: its address or the proxy's is wrong",
        "POST https://rdm.example.org/api/records/1 → no answer",
        "check the address of the server, and HTTPS_PROXY in the environment",
    )


def test_a_proxy_that_is_not_there_is_named() -> None:
    client = transport(Scripted(url="https://rdm.example.org"), timeout_s=0.001)
    client._sessions[0].proxies = {"https": "http://127.0.0.1:9"}
    with pytest.raises(UnavailableError) as caught:
        ask(client, "POST", repeatable=False)
    assert (caught.value.what, caught.value.fix) == (
        "rdm.example.org could not be reached through the proxy",
        "check HTTPS_PROXY and NO_PROXY in the environment",
    )


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    def shake_hands() -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=shake_hands)
        thread.start()
        client = transport(Scripted(url=f"https://127.0.0.1:{listening.getsockname()[1]}"))
        with pytest.raises(UnavailableError) as caught:
            ask(client, "POST", repeatable=False)
        thread.join()
    assert caught.value.what.endswith("has a certificate that is not trusted: self-signed certificate")
    assert caught.value.fix == CERTIFICATE_FIX


def self_signed(folder: Path) -> Path:
    """A key and a certificate that it signed itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def pause_after(now: float | None = None, **headers: str) -> float:
    """The pause that is made after a 503 with these headers; ``now`` is what the server's clock says."""
    date = {} if now is None else {"Date": email.utils.formatdate(now, usegmt=True)}
    reply = retries.Reply(
        method="GET",
        url="u",
        status=503,
        headers={name.replace("_", "-"): value for name, value in headers.items()} | date,
        body=b"",
        is_repeatable=True,
    )
    patience = Patience(1000)
    pause = retries.Attempts("x", print, patience)(retries.UnfinishedError(reply, idle_since=patience.clock()))
    assert 1000 - patience.left_s == pytest.approx(pause, abs=0.5)
    return pause


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0.001), ("100000", 1000), ("9" * 400, 1000), ("-5", 0.001), ("soon", 0.001)],
)
def test_the_pause_that_a_server_asks_for_is_kept_within_bounds(header: str, seconds: float) -> None:
    """No longer than what is left of the budget."""
    assert seconds * 0.95 <= pause_after(Retry_After=header) <= seconds * 1.25


@pytest.mark.parametrize("wrong_s", [0, 40 * 365 * 86_400, -20 * 365 * 86_400])
@pytest.mark.parametrize(("ahead_s", "seconds"), [(30.5, 30), (-30, 0.001)])
def test_a_date_to_come_back_at_is_read_by_the_servers_clock(wrong_s: float, ahead_s: float, seconds: float) -> None:
    """Ours may be wrong by years."""
    theirs = time.time() + wrong_s
    until = email.utils.formatdate(theirs + ahead_s, usegmt=True)
    assert seconds * 0.95 <= pause_after(theirs, Retry_After=until) <= seconds * 1.25 + 1.5


def test_a_date_without_the_servers_clock_is_read_by_ours() -> None:
    until = email.utils.formatdate(time.time() + 30.5, usegmt=True)
    assert 28 <= pause_after(Retry_After=until) <= 39


def test_a_longer_pause_than_the_budget_is_cut() -> None:
    """One last attempt is made at its end."""
    lines: list[str] = []
    limited = Answer(429, headers={"Retry-After": "60"})
    with serving([limited, limited]) as server, pytest.raises(UnavailableError):
        ask(transport(server, lines=lines, timeout_s=0.2))
    again = "trying again in 1 s (attempt 2, 0 s of patience left)"
    assert lines == [f"{server.url[7:]} has had too many requests (429); {again}"]


def test_retry_after_on_other_answers_is_ignored() -> None:
    """InvenioRDM sends it with every answer while it limits rates."""
    with serving([Answer(502, headers={"Retry-After": "60"}), Answer(data=[1])]) as server:
        assert ask(transport(server)) == [1]


def test_every_exchange_is_observed() -> None:
    facts: list[tuple[str, str, int | None, int, int]] = []
    with serving([DROP, Answer(data={"a": 1})]) as server:
        ask(transport(server, observe=lambda *each: facts.append(each)), path="/records?q=a%20b", json={"b": 2})
    assert [(method, path, status, size) for method, path, status, _, size in facts] == [
        ("GET", "/records?q=a%20b", None, 8),
        ("GET", "/records?q=a%20b", 200, 16),
    ]


# Which server is meant


@pytest.mark.parametrize(
    ("given", "base_url", "web_url", "name", "prefix"),
    [
        ("zenodo", "https://zenodo.org/api", "https://zenodo.org", "Zenodo", "10.5281"),
        (" Sandbox ", "https://sandbox.zenodo.org/api", "https://sandbox.zenodo.org", "the Zenodo sandbox", "10.5072"),
        ("https://zenodo.org", "https://zenodo.org/api", "https://zenodo.org", "Zenodo", "10.5281"),
        ("https://WWW.zenodo.org:443/api/", "https://zenodo.org/api", "https://zenodo.org", "Zenodo", "10.5281"),
        ("https://rdm.example.org/", "https://rdm.example.org/api", "https://rdm.example.org", "rdm.example.org", None),
        ("https://example.org/rdm/api", "https://example.org/rdm/api", "https://example.org/rdm", "example.org", None),
        ("http://localhost:5000", "http://localhost:5000/api", "http://localhost:5000", "localhost:5000", None),
        ("http://[::1]:50/api", "http://[::1]:50/api", "http://[::1]:50", "[::1]:50", None),
    ],
)
def test_servers_by_word_and_by_address(given: str, base_url: str, web_url: str, name: str, prefix: str | None) -> None:
    repository = connect(server=given, token=None, timeout_s=1, log=print)
    assert (repository.base_url, repository.web_url, repository.name, repository.doi_prefix) == (
        base_url,
        web_url,
        name,
        prefix,
    )


def test_a_server_can_be_given_a_name() -> None:
    assert find_site("http://127.0.0.1:1", name="the embedded repository").name == "the embedded repository"


@pytest.mark.parametrize(
    ("given", "what", "fix"),
    [
        (
            "sandbx",
            "there is no server called 'sandbx'",
            "did you mean sandbox?",
        ),
        (
            "rdm.example.org",
            "there is no server called 'rdm.example.org'",
            "an address begins with https://, as https://rdm.example.org",
        ),
        ("dspace", "there is no server called 'dspace'", "write zenodo, sandbox, local, or an address with https://"),
        (
            "http://rdm.example.org/api",
            "http://rdm.example.org/api would send the token unencrypted",
            "use https://rdm.example.org; http:// is for servers on this machine only",
        ),
        (
            "https://me:pw@rdm.example.org",
            "the server's address holds more than an address",
            "leave out user names, passwords and what follows ? or #: https://rdm.example.org",
        ),
        (
            "ftp://rdm.example.org",
            "'ftp://rdm.example.org' is not the address of a server",
            "write it as https://repository.example.org",
        ),
        ("https://", "'https://' is not the address of a server", "write it as https://repository.example.org"),
        ("https://a:b", "the server's address cannot be read: Port could not be cast to integer value as 'b'", None),
    ],
)
def test_servers_that_are_none(given: str, what: str, fix: str | None) -> None:
    with pytest.raises(OptionError) as caught:
        connect(server=given, token=TOKEN, timeout_s=1, log=print)
    assert (caught.value.what, caught.value.where, caught.value.fix) == (what, OptionPlace(name="server"), fix)


def test_origins_compare_scheme_host_and_port() -> None:
    same = ["https://zenodo.org", "https://ZENODO.org:443/api?x", "HTTPS://zenodo.org/a"]
    assert len({origin(url) for url in same}) == 1
    others = [
        "http://zenodo.org",
        "https://zenodo.org:444",
        "https://zenodo.org.evil.example",
        "https://evil/zenodo.org",
    ]
    assert not {origin(url) for url in others} & {origin(same[0])}


def test_the_place_of_an_error_has_no_query() -> None:
    with serving([refusal(400, "no")]) as server, pytest.raises(RejectedError) as caught:
        ask(transport(server), path="/user/records?q=secret")
    assert caught.value.where == RequestPlace(method="GET", url=f"{server.url}/api/user/records", status=400)
