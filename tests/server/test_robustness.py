"""Input that no client should send: an answer in the usual shape, no traceback, the store unharmed."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import TOOL, UNHURRIED, Api, error
from tests.server.test_guessed_requests import NATIVE_FIELDS, OLD_FIELDS, VALUES
from zenodo_action.server import LocalServer
from zenodo_action.server.legacy_load import load_body
from zenodo_action.server.personality import PERSONALITIES
from zenodo_action.server.pids import load as load_pids
from zenodo_action.server.refusal import INTERNAL, Refusal
from zenodo_action.server.validation import load_access, load_custom_fields, load_files, load_metadata

BAD_JSON = "Unable to decode JSON data in request body."


@pytest.fixture(autouse=True)
def no_tracebacks(caplog: pytest.LogCaptureFixture) -> Any:
    """No test of this file may make the server log an error."""
    caplog.set_level(logging.ERROR)
    yield
    assert [record.getMessage() for record in caplog.records] == []


def raw(server: LocalServer, text: bytes) -> bytes:
    """Send bytes to the server's port and return all that comes back."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 300 + b"1" + b"}" * 300,
    ],
    ids=["syntax", "nan", "infinite", "half a character", "very deep", "deep"],
)
def test_what_is_no_json_is_refused(api: Api, body: bytes) -> None:
    for path in ("/records", "/deposit/depositions"):
        refused = api.call("POST", path, data=body, headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.json()) == (400, error(BAD_JSON))


def test_what_is_no_utf_8_is_an_accident_of_the_real_server(api: Api) -> None:
    refused = api.call("POST", "/records", data=b"\xff\xfe", headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()) == (500, error(INTERNAL, status=500))


def test_ten_megabytes_are_read_and_more_refused(api: Api) -> None:
    filler = "x" * (10 * 1024 * 1024 - 200)
    big = api.call("POST", "/records", {"metadata": {**TOOL, "description": filler[: 9 * 1024 * 1024]}})
    assert (big.status_code, len(big.json()["metadata"]["description"])) == (201, 9 * 1024 * 1024)
    more = api.call("POST", "/records", {"metadata": {"description": filler * 2}})
    assert (more.status_code, more.json()["status"]) == (413, 413)
    assert api.call("GET", "/user/records").status_code == 200


@pytest.mark.parametrize("body", ["text", 5, True, [{"metadata": {}}]], ids=str)
def test_a_body_that_is_no_object_is_an_accident_of_the_real_server(api: Api, body: Any) -> None:
    refused = api.call("POST", "/records", body)
    assert (refused.status_code, refused.json()) == (500, error(INTERNAL, status=500))


@pytest.mark.parametrize("body", [[], None, {}], ids=str)
def test_an_empty_body_makes_an_empty_draft(api: Api, body: Any) -> None:
    sent = json.dumps(body).encode()
    made = api.call("POST", "/records", data=sent, headers={"Content-Type": "application/json"})
    assert (made.status_code, made.json()["metadata"]) == (201, {})


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/json", "APPLICATION/JSON "])
def test_the_content_type_is_taken_by_its_letters(api: Api, content_type: str) -> None:
    for path in ("/records", "/deposit/depositions"):
        refused = api.call("POST", path, data=b"{}", headers={"Content-Type": content_type})
        assert (refused.status_code, refused.json()["message"][:44]) == (
            415,
            "Invalid 'Content-Type' header. Expected one ",
        )


@pytest.mark.parametrize("name", ["abc", "-1", "0", "1e5", "..%2F..", "%00", "9" * 400, "ü", "null", "' OR 1=1 --"])
def test_an_id_that_is_none_is_not_found(api: Api, name: str) -> None:
    for method, path in (
        ("GET", f"/records/{name}"),
        ("GET", f"/records/{name}/draft"),
        ("POST", f"/records/{name}/versions"),
        ("GET", f"/records/{name}/versions"),
        ("GET", f"/deposit/depositions/{name}"),
        ("POST", f"/deposit/depositions/{name}/actions/publish"),
    ):
        refused = api.call(method, path)
        assert (refused.status_code, refused.json()["status"]) == (404, 404)


@pytest.mark.parametrize("length", ["-5", "abc", "5, 6", "1.5", "٣"])
def test_a_length_that_is_none_is_refused(zenodo: LocalServer, length: str) -> None:
    answer = raw(zenodo, f"POST /api/records HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{{}}".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b'{"message": "Bad Request.", "status": 400}')


def test_what_is_no_http_is_refused(zenodo: LocalServer) -> None:
    answer = raw(zenodo, b"hello there\r\n\r\n")
    assert answer.endswith(b'{"message": "Bad Request.", "status": 400}')


def test_a_body_that_ends_too_early_changes_nothing(zenodo: LocalServer, api: Api) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    head = f"PUT /api/records/{draft}/draft/files/a/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-token\r\n"
    answer = raw(zenodo, f"{head}Content-Length: 100\r\n\r\nonly this".encode())
    assert answer.split(b"\r\n")[0] == b"HTTP/1.1 400 BAD REQUEST"
    assert api.call("POST", f"/records/{draft}/draft/files/a/commit").status_code == 500
    assert list((zenodo_folder(zenodo) / "incoming").iterdir()) == []


def zenodo_folder(server: LocalServer) -> Any:
    return server._store.folder


def test_a_body_longer_than_said_is_not_taken_for_part_of_it(zenodo: LocalServer, api: Api) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    head = f"PUT /api/records/{draft}/draft/files/a/content HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-token\r\n"
    answer = raw(zenodo, f"{head}Content-Length: 4\r\n\r\nwordand more\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b'{"message": "Bad Request.", "status": 400}')
    assert api.ok("POST", f"/records/{draft}/draft/files/a/commit")["size"] == 4


@settings(UNHURRIED)
@given(st.dictionaries(st.sampled_from(NATIVE_FIELDS), VALUES, max_size=4), VALUES, VALUES)
def test_no_native_metadata_make_the_schema_fall(metadata: dict[str, Any], access: Any, custom: Any) -> None:
    problems: list[Any] = []
    kept = load_metadata(metadata, problems)
    load_metadata(kept, [])
    load_custom_fields(custom, PERSONALITIES["zenodo"], problems)
    try:
        load_access({"access": access}, PERSONALITIES["zenodo"], problems)
        load_files({"files": access}, problems)
        load_pids(access, {}, problems)
    except Refusal as refusal:
        assert refusal.status in (400, 500)  # noqa: PT017  # both outcomes are right
    assert all(set(one) == {"field", "messages"} for one in problems)


@settings(UNHURRIED)
@given(st.dictionaries(st.sampled_from(OLD_FIELDS), VALUES, max_size=4))
def test_no_deposit_metadata_make_the_conversion_fall(metadata: dict[str, Any]) -> None:
    try:
        native = load_body({"metadata": metadata})
    except Refusal as refusal:
        assert refusal.status in (400, 500)  # noqa: PT017  # both outcomes are right
    else:
        load_metadata(native["metadata"], [])


def test_a_title_of_control_characters_is_stored_without_them(api: Api) -> None:
    draft = api.draft({**TOOL, "title": "La\0s\x07er\u2028 tool"})
    assert draft["metadata"]["title"] == "Laser\u2028 tool"
    assert json.loads(json.dumps(draft)) == draft
