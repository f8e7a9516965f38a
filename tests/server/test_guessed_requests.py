"""Guessed conversations over every route: no answer is an accident of ours, and what is published stays as it was."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import DEPOSITION, NATIVE, TOOL, UNHURRIED, Api
from zenodo_action.server import LocalServer

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
"""JSON made of the words that the server looks for."""
NATIVE_FIELDS = [
    "title", "creators", "contributors", "resource_type", "rights", "subjects", "dates", "languages", "identifiers",
    "related_identifiers", "funding", "references", "locations", "additional_titles", "additional_descriptions",
    "description", "version", "publisher", "publication_date", "sizes", "formats", "nonsense",
]  # fmt: skip
OLD_FIELDS = [*DEPOSITION, "contributors", "keywords", "notes", "license", "grants", "doi", "access_right", "dates",
              "embargo_date", "communities", "related_identifiers", "alternate_identifiers", "locations", "references",
              "language", "version", "subjects", "custom", "thesis_supervisors", "resource_type"]  # fmt: skip

KEYS = st.sampled_from(["tool.zip", "new.txt", "a/b", "é.txt", "..", "content", "commit", "x" * 300, " "]) | st.text(
    max_size=5
)
IDS = st.sampled_from(
    ["draft", "record", "version", "edit", "concept", "foreign", "0", "abc", "9" * 30, "\x00", "../x"]
)
"""Names of what an example holds, or ids of nothing."""
WORDS = {
    "record_id": IDS,
    "bucket": st.sampled_from(["bucket", "record bucket", "5e0c3b5e-0000-4000-8000-000000000000", "x"]),
    "key": KEYS,
    "file_id": st.sampled_from(["file", "x"]),
    "scheme": st.sampled_from(["doi", "oai", "x"]),
    "name": st.sampled_from(["zenodo", "community", "x"]),
    "request_id": st.sampled_from(["request", "x", "5e0c3b5e-0000-4000-8000-000000000000"]),
    "action": st.sampled_from(["accept", "decline", "cancel", "x"]),
    "kind": st.sampled_from(["licenses", "resourcetypes", "languages", "funders", "x"]),
    "identifier": st.sampled_from(["mit", "software", "eng", "x/y", ""]),
    "part": st.integers(0, 3).map(str),
}
"""What may stand in the places of a route; any other place takes any text."""
METADATA = st.dictionaries(st.sampled_from(NATIVE_FIELDS), VALUES, max_size=3)
BODIES = (
    METADATA.map(lambda fields: {"metadata": {**TOOL, **fields}})
    | st.dictionaries(st.sampled_from(OLD_FIELDS), VALUES, max_size=3).map(
        lambda fields: {"metadata": {**DEPOSITION, **fields}}
    )
    | st.dictionaries(
        st.sampled_from(
            ["metadata", "access", "files", "custom_fields", "pids", "parent", "receiver", "type", "reason"]
        ),
        VALUES,
        max_size=3,
    )
    | st.lists(st.fixed_dictionaries({"key": KEYS}, optional={"size": VALUES, "checksum": VALUES, "transfer": VALUES}))
    | st.just({"receiver": {"community": "{community}"}, "type": "community-submission"})
    | st.just({"communities": [{"id": "{community}"}]})
    | st.just({"communities": [{"id": "{community}", "require_review": True}]})
    | st.just({"reason": "retracted", "quota_size": 60})
    | VALUES
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Content-Type", "If-Match", "Range", "Authorization", "If-None-Match"]),
    st.sampled_from(
        [NATIVE, "application/json", "*/*", "text/html", "application/x-bibtex", "application/ld+json", "text/x-bibliography",
         "application/octet-stream", "multipart/form-data; boundary=x", "4", '"4"', "bytes=0-1", "bytes=9-", "Bearer other-token",
         "Bearer", "Basic eDp5", ""]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8),
    max_size=2,
)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(
        ["q", "size", "page", "sort", "allversions", "all_versions", "status", "style", "locale", "expand", "access_token"]
    ),
    st.sampled_from(
        ["1", "0", "-1", "100", "99999999999", "true", "newest", "bestmatch", "apa", "xx", '"', "(", "a:b", "NOT", "{community}"]
    )
    | st.text(max_size=6),
    max_size=2,
)  # fmt: skip


class Accidents(logging.Handler):
    """Notes what the server logs when its own code fails."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message and where it came from."""
        self.seen.append(f"{record.getMessage()}: {record.exc_info[1]!r}" if record.exc_info else record.getMessage())


@pytest.fixture
def accidents() -> Iterator[Accidents]:
    """The failures of the server's own code while a test runs."""
    handler = Accidents()
    logging.getLogger("zenodo_action.server").addHandler(handler)
    yield handler
    logging.getLogger("zenodo_action.server").removeHandler(handler)


@pytest.fixture(params=["sandbox", "inveniordm"])
def server(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[LocalServer]:
    """A server with two users; where it is a Zenodo, it has both APIs."""
    with LocalServer(tmp_path / "server", token="test-token", personality=request.param) as made:
        made.add_user("other-token", "other")
        yield made


def scene(api: Api, other: Api) -> dict[str, str]:
    """Make one of everything that a route can name, and return the names."""
    record = api.published()
    version = api.ok("POST", f"/records/{record['id']}/versions")
    edited = api.published()["id"]
    api.ok("POST", f"/records/{edited}/draft")
    draft = api.draft()["id"]
    entry = api.upload(draft)
    community = api.ok("POST", "/communities", {
        "slug": f"cats-{draft}", "metadata": {"title": "Cats"}, "access": {"visibility": "public"}
    })["id"]  # fmt: skip
    review = api.ok("PUT", f"/records/{draft}/draft/review",
                    {"receiver": {"community": community}, "type": "community-submission"})  # fmt: skip
    names = {
        "draft": draft,
        "record": record["id"],
        "version": version["id"],
        "edit": edited,
        "concept": record["parent"]["id"],
        "foreign": other.draft()["id"],
        "community": community,
        "request": review["id"],
        "file": entry["file_id"],
    }
    if api.call("GET", "/deposit/depositions").status_code == 200:
        for name, deposition in (("bucket", draft), ("record bucket", record["id"])):
            names[name] = api.ok("GET", f"/deposit/depositions/{deposition}")["links"]["bucket"].rpartition("/")[2]
    return names


def routes(server: LocalServer) -> list[tuple[str, str]]:
    """Return method and rule of everything that the server answers, in order."""
    rules = server._server.app.url_map.iter_rules()
    return sorted(
        {(method, rule.rule) for rule in rules for method in rule.methods if method not in ("HEAD", "OPTIONS")}
    )


@settings(parent=UNHURRIED, max_examples=UNHURRIED.max_examples // 6)  # each is a conversation
@given(data=st.data())
def test_no_conversation_makes_the_server_fall(server: LocalServer, accidents: Accidents, data: st.DataObject) -> None:
    """Every refusal has the usual shape, the server's code never fails, and a published record stays what it was."""
    with Api(server) as api, Api(server, "other-token") as other:
        names = scene(api, other)
        kept = api.ok("GET", f"/records/{names['record']}")
        known = routes(server)
        for _ in range(data.draw(st.integers(1, 6), label="requests")):
            converse(api, names, known, data)
            assert accidents.seen == []
        after = api.call("GET", f"/records/{names['record']}")
        if after.status_code == 200:
            assert {part: after.json()[part] for part in ("pids", "files")} == {
                part: kept[part] for part in ("pids", "files")
            }
        else:
            assert (after.status_code, after.json()["message"]) == (410, "Record deleted")
        for path in (
            f"/user/records?q=id:{names['record']}",
            f"{server.url}/",
            f"{server.url}/records/{names['edit']}",
        ):
            assert api.call("GET", path).status_code in (200, 302, 410)
        assert accidents.seen == []


def converse(api: Api, names: dict[str, str], known: list[tuple[str, str]], data: st.DataObject) -> None:
    """Send one guessed request and look at the shape of the answer."""
    method, rule = data.draw(st.sampled_from(known), label="route")
    path = "".join(filled(part, names, data) for part in rule.replace("<", "\0<").replace(">", ">\0").split("\0"))
    sent: dict[str, Any] = {"headers": data.draw(HEADERS, label="headers"), "params": data.draw(QUERIES, label="query")}
    if method in ("POST", "PUT"):
        if data.draw(st.booleans(), label="as bytes"):
            sent["data"] = data.draw(st.binary(max_size=20), label="bytes")
        else:
            body = json.dumps(data.draw(BODIES, label="body")).replace("{community}", names["community"])
            sent["data"] = body.encode()
            sent["headers"] = {"Content-Type": "application/json", **sent["headers"]}
    try:
        answer = api.call(method, api.root.removesuffix("/api") + path, **sent)
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
        return
    if answer.status_code >= 400 and path.startswith("/api"):
        assert {"status", "message"} <= set(answer.json()) or "errors" in answer.json(), (method, path, answer.text)


def filled(part: str, names: dict[str, str], data: st.DataObject) -> str:
    """Return a piece of a route, its place taken by a name that fits or that does not."""
    if not part.startswith("<"):
        return part
    place = part.strip("<>").rpartition(":")[2]
    word = data.draw(WORDS.get(place, st.text(max_size=6)), label=place)
    return quote(names.get(word, word), safe="/" if part.startswith("<path:") else "")
