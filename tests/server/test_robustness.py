"""Input that no client should send: an answer in the usual shape, no traceback, the store unharmed."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import DEPOSITION, TOOL, UNHURRIED, Api, error
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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    | st.sampled_from(["software", "mit", "10.1234/x", "2026-01-01", "eng", "cites", "https://a.example/b", "00k4n6c32"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "identifier", "scheme", "title", "name", "person_or_org", "type", "date", "features", "funder", "award",
             "relation", "relation_type", "place", "lat", "lon", "start", "subject", "reference", "role", "affiliations"]
        )
        | st.text(max_size=3),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
NATIVE_FIELDS = [
    "title", "creators", "contributors", "resource_type", "rights", "subjects", "dates", "languages", "identifiers",
    "related_identifiers", "funding", "references", "locations", "additional_titles", "additional_descriptions",
    "description", "version", "publisher", "publication_date", "sizes", "formats", "nonsense",
]  # fmt: skip
OLD_FIELDS = [*DEPOSITION, "contributors", "keywords", "notes", "license", "grants", "doi", "access_right", "dates",
              "embargo_date", "communities", "related_identifiers", "alternate_identifiers", "locations", "references",
              "language", "version", "subjects", "custom", "thesis_supervisors", "resource_type"]  # fmt: skip


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


PATHS = st.sampled_from(
    ["records", "user", "ID", "draft", "files", "a.zip", "content", "commit", "versions", "latest", "actions", "publish",
     "deposit", "depositions", "pids", "doi", "review", "communities", "requests", "vocabularies", "licenses", "edit",
     "newversion", "files-import", "..", "", "%00", "ü", "1"]
)  # fmt: skip


@settings(parent=UNHURRIED, max_examples=100)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    parts=st.lists(PATHS, min_size=1, max_size=6),
    body=st.none() | VALUES,
    query=st.dictionaries(
        st.sampled_from(["q", "size", "page", "sort", "allversions"]), st.text(max_size=6), max_size=3
    ),
)
def test_no_request_makes_the_server_fall(
    zenodo: LocalServer, method: str, parts: list[str], body: Any, query: dict[str, str]
) -> None:
    """Whatever is asked, the answer has a status below 500, but for the accidents of the real server."""
    with Api(zenodo) as api:
        found = api.hits("/user/records", allversions=1)
        record = found[0] if found else api.draft()["id"]
        path = "/" + "/".join(parts).replace("ID", record)
        try:
            answer = api.call(method, path, body, params=query)
        except (requests.exceptions.InvalidURL, UnicodeError):
            return
    if answer.status_code >= 400 and method != "HEAD":
        assert {"status", "message"} <= set(answer.json()) or "errors" in answer.json()
    if answer.status_code >= 500:
        assert (
            "deposit" in path
            or path.startswith("/files/")
            or path.endswith("/commit")
            or (
                method in ("POST", "PUT")
                and "/pids/" not in path
                and body not in (None, [], {})
                and not isinstance(body, dict)
            )
            or "/pids/" in path
            or (method == "PUT" and path.count("/") == 2)
        )


def test_a_title_of_control_characters_is_stored_without_them(api: Api) -> None:
    draft = api.draft({**TOOL, "title": "La\0s\x07er\u2028 tool"})
    assert draft["metadata"]["title"] == "Laser\u2028 tool"
    assert json.loads(json.dumps(draft)) == draft
