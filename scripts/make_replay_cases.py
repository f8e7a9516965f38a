"""
Reduce recorded exchanges with real servers to the small cases that tests/server/test_replay.py plays back.

Usage: python scripts/make_replay_cases.py CAPTURES

Of each exchange remain the method, the address, the needed headers, the body, and of the answer the status, the
message, the errors, the revision and the shape (the set of ``path:type``). Ids of records, buckets, files and
communities become names; a name is bound where an answer first shows the id.

What was done but not recorded between two exchanges is written down in ``UNRECORDED``.
"""

from __future__ import annotations

import json
import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "server" / "replay"

GROUPS = {
    "native": "inveniordm",
    "native-extra": "inveniordm",
    "native-ratelimit": "inveniordm",
    "legacy": "zenodo",
    "legacy-extra": "zenodo",
}
"""Folder of the recording → kind of server."""

_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[a-z0-9]{5}-[a-z0-9]{5}\b|\b18000\d{3}\b"
)
_NEVER = {"00000000-0000-0000-0000-000000000000", "zzzzz-zzz99"}
MAX_TEXT = 300
"""Bytes of a body that are kept as they were; of a longer one only the length."""
_HEADERS = ("Accept", "Content-Type", "If-Match", "Transfer-Encoding")
_LANGUAGE = re.compile(r"[a-z]{2}")

TOOL: dict[str, Any] = {
    "metadata": {
        "resource_type": {"id": "software"},
        "title": "Lab tool 1.0.0",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Carberry",
                    "given_name": "Josiah",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Brown University"}],
            }
        ],
        "publication_date": "2026-11-22",
        "publisher": "Lab",
        "version": "1.0.0",
        "description": "<p>A tool</p>",
        "rights": [{"id": "mit"}],
        "subjects": [{"subject": "testing"}],
        "related_identifiers": [
            {
                "identifier": "https://github.com/o/r/tree/v1.0.0",
                "scheme": "url",
                "relation_type": {"id": "issupplementto"},
                "resource_type": {"id": "software"},
            }
        ],
        "languages": [{"id": "eng"}],
    }
}
"""The record that most of the recorded drafts describe."""

UNRECORDED: dict[str, dict[str, list[dict[str, Any]]]] = {
    "native-extra": {
        "new-version-of-a-2020-record": [{"do": "publish-new", "as": "rc0xh-n8h48", "file": "a.txt"}],
        "external-doi-publish-1": [{"do": "upload", "to": "7s04j-9qv51"}],
        "external-doi-publish-2": [{"do": "upload", "to": "5mq2c-vdn41"}],
        "review-set-unknown-community": [{"do": "create", "as": "zb8t5-e1234", "user": 2, "file": "a"}],
        "big-multipart-init": [{"do": "create", "as": "mq8td-ymx44", "announce": "big.bin"}],
    },
    "native-ratelimit": {
        "rate-limited-get-0": [
            {"do": "publish-new", "as": "one", "file": "a.txt", "json": TOOL},
            {"do": "publish-new", "as": "two", "file": "a.txt", "json": TOOL},
            {"do": "limit", "text": "4 per 1 minute"},
        ]
    },
    "legacy-extra": {
        "own-community-publish": [{"do": "upload", "to": "18000002"}],
        "foreign-community-publish": [{"do": "upload", "to": "18000004", "user": 2}],
        "external-doi-publish-1": [{"do": "upload", "to": "18000006"}],
        "external-doi-publish-2": [{"do": "upload", "to": "18000008"}],
    },
    "native": {
        "discard-doi-before-reserve": [{"do": "create", "as": "fjmh8-nzf06", "json": TOOL}],
        "publish-without-reserved-doi-mints-one": [{"do": "upload", "to": "fjmh8-nzf06"}],
    },
}
"""Group → case → steps that went before it without being recorded."""


def shape(value: Any, path: str = "") -> set[str]:
    """Return the set of ``path:type`` of a JSON value; file names and languages are no part of it."""
    if isinstance(value, dict):
        found = {f"{path}:object"}
        by_name = path.endswith((".entries", "entries")) or (
            bool(value)
            and all(_LANGUAGE.fullmatch(key) for key in value)
            and path.rpartition(".")[2] in ("title", "description")
        )
        for key, inner in value.items():
            found |= shape(inner, f"{path}.{'*' if by_name else key}".lstrip("."))
        return found
    if isinstance(value, list):
        found = {f"{path}:list"}
        for inner in value:
            found |= shape(inner, f"{path}[]")
        return found
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return {f"{path}:{names[type(value)]}"}


class Names:
    """The names that ids get."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        wanted = set()
        for exchange in exchanges:
            wanted |= set(_ID.findall(json.dumps([exchange["request"]["url"], exchange["request"].get("body")])))
            body = (exchange["response"].get("body") or {}).get("json")
            if isinstance(body, dict) and exchange["response"]["status"] != HTTPStatus.OK:
                wanted |= set(_ID.findall(json.dumps([body.get("message"), body.get("errors")])))
        wanted -= _NEVER
        self.by_id = {text: f"id{place}" for place, text in enumerate(sorted(wanted), 1)}
        self.bound: set[str] = set()

    def replace(self, value: Any) -> Any:
        """Return a value with ids replaced by ``{name}``."""
        text = json.dumps(value, ensure_ascii=False)
        return json.loads(
            _ID.sub(lambda match: f"<{self.by_id[match[0]]}>" if match[0] in self.by_id else match[0], text)
        )

    def bindings(self, body: Any) -> list[dict[str, Any]]:
        """Return where an answer shows ids for the first time: ``{"name", "path", "pattern"}``."""
        found = []
        for path, value in _leaves(body):
            for text in _ID.findall(str(value)):
                name = self.by_id.get(text)
                if name is None or name in self.bound or (str(value) != text and "links" not in path):
                    continue
                self.bound.add(name)
                before, _, _ = str(value).partition(text)
                found.append(
                    {
                        "name": name,
                        "path": path,
                        "after": before.rpartition("/")[0].rpartition("/")[2] if before else None,
                    }
                )
        return found


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[list[Any], Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for place, inner in enumerate(value) for leaf in _leaves(inner, (*path, place))]
    return [(list(path), value)]


def request_of(exchange: dict[str, Any], names: Names) -> dict[str, Any]:
    """Return the request of a case."""
    request = exchange["request"]
    case: dict[str, Any] = {
        "method": request["method"],
        "path": names.replace(re.sub(r"^http://[^/]*", "", request["url"])),
    }
    headers = {name: request["headers"][name] for name in _HEADERS if name in request["headers"]}
    body = request.get("body") or {}
    if headers.get("Accept") == "application/json":
        del headers["Accept"]
    if "json" in body:
        case["json"] = names.replace(body["json"])
        if headers.get("Content-Type") == "application/json":
            del headers["Content-Type"]
    elif "text" in body:
        is_whole = len(body["text"].encode("utf-8")) == body["bytes"] and body["bytes"] <= MAX_TEXT
        case["text" if is_whole else "bytes"] = body["text"] if is_whole else body["bytes"]
    if headers:
        case["headers"] = headers
    case["user"] = user_of(exchange)
    return case


def user_of(exchange: dict[str, Any]) -> int | str | None:
    """Return whose token the request carried; the recordings write the same word for all of them."""
    given = exchange["request"]["headers"].get("Authorization")
    if given is None:
        return None
    if given != "Bearer TOKEN":
        return "bad"
    headers = {name.lower(): value for name, value in exchange["response"]["headers"]}
    if "x-user-id" in headers:
        return int(headers["x-user-id"])
    return {"other": 2, "limit": 3}.get(exchange["name"].replace(" ", "-").split("-")[0][:5], 1)


def answer_of(exchange: dict[str, Any], names: Names, shapes: dict[str, int]) -> dict[str, Any]:
    """Return what a case expects."""
    response = exchange["response"]
    body = (response.get("body") or {}).get("json")
    expected: dict[str, Any] = {"status": response["status"]}
    if isinstance(body, dict):
        for name in ("message", "errors"):
            if name in body:
                expected[name] = names.replace(body[name])
    etag = next((value for name, value in response["headers"] if name.lower() == "etag"), "")
    if re.fullmatch(r'"\d+"', etag):
        expected["revision"] = int(etag.strip('"'))
    location = next((value for name, value in response["headers"] if name.lower() == "location"), None)
    if location is not None:
        expected["location"] = names.replace(re.sub(r"^http://[^/]*", "", location))
    content_type = next((value for name, value in response["headers"] if name.lower() == "content-type"), "")
    if content_type != "application/json":
        expected["type"] = content_type
    if body is not None:
        text = " ".join(sorted(shape(body)))
        expected["shape"] = shapes.setdefault(text, len(shapes))
    bindings = names.bindings(body)
    if bindings:
        expected["binds"] = bindings
    return expected


def before(group: str, name: str, exchange: dict[str, Any], previous: list[str]) -> list[dict[str, Any]]:
    """Return the steps that went before a case without being recorded."""
    steps = [dict(step) for step in UNRECORDED.get(group, {}).get(name, [])]
    match = re.fullmatch(r"bad-(.*)-(create|put|publish)", name)
    if match is None:
        return steps
    target = _ID.findall(exchange["request"]["url"])
    if group == "native" and match[2] == "publish":
        return [*steps, {"do": "upload", "to": target[0]}]
    if group == "legacy" and match[2] == "put":
        step = {"do": "upload", "to": target[0]}
        refused = f"bad-{match[1]}-create" in previous
        return [*steps, {"do": "create-deposition", "as": target[0]}] if refused else [*steps, step]
    return steps


def make_group(folder: Path, group: str, shapes: dict[str, int]) -> dict[str, Any]:
    """Return the cases of one folder of recordings."""
    files = sorted(folder.glob("*.json"))
    exchanges = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    names = Names(exchanges)
    cases = []
    refused: list[str] = []
    for file, exchange in zip(files, exchanges, strict=True):
        name = file.stem.partition("-")[2]
        steps = before(group, name, exchange, refused)
        for step in steps:
            for key in ("as", "to"):
                if step.get(key) in names.by_id:
                    if key == "as":
                        names.bound.add(names.by_id[step[key]])
                    step[key] = names.by_id[step[key]]
        if exchange["response"]["status"] >= HTTPStatus.BAD_REQUEST:
            refused.append(name)
        case = {
            "name": f"{file.stem[:3]}-{name}",
            **({"before": steps} if steps else {}),
            **request_of(exchange, names),
        }
        cases.append({**case, "expect": answer_of(exchange, names, shapes)})
    unbound = sorted(set(names.by_id.values()) - names.bound)
    if unbound:
        by_name = {name: text for text, name in names.by_id.items()}
        print(f"{group}: never shown by an answer: {[by_name[name] for name in unbound]}")
    return {"personality": GROUPS[group], "cases": cases}


def main() -> None:
    """Read the folder named on the command line and write the cases."""
    captures = Path(sys.argv[1])
    shapes: dict[str, int] = {}
    total = 0
    for group in GROUPS:
        made = make_group(captures / group, group, shapes)
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in made["cases"])
        text = f'{{"personality":"{made["personality"]}","cases":[\n{lines}\n]}}\n'
        (TARGET / f"{group}.json").write_text(text, encoding="utf-8")
        total += len(text)
        print(f"{group}: {len(made['cases'])} cases")
    text = "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in shapes) + "\n]\n"
    (TARGET / "shapes.json").write_text(text, encoding="utf-8")
    print(f"{len(shapes)} shapes; {total + len(text)} characters")


if __name__ == "__main__":
    main()
