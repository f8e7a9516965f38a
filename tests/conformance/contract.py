"""Holds one conversation with a server, and says where two servers' answers to it differ."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import Answer, Bed
from tests.conformance.scenarios import Step

EXCEPTIONS = Path(__file__).with_name("EXCEPTIONS.toml")
HEADERS = ("Content-Type", "ETag", "Location", "X-User-ID")
VOLATILE = frozenset(
    (
        "created",
        "updated",
        "expires_at",
        "indexed_at",
        "file_id",
        "version_id",
        "bucket_id",
        "error_id",
        "last_activity_at",
        "number",
        "stats",
    )
)
"""Keys whose values are of the moment: only their kind is compared."""


@dataclass
class Conversation:
    """Asks one server and remembers the ids that it gives."""

    server: Bed
    names: dict[str, str] = field(default_factory=lambda: {"unique": uuid.uuid4().hex[:12]})

    def hold(self, steps: Sequence[Step]) -> dict[str, Any]:
        """Return the answer to every step by its name, in words that fit any server."""
        return {step.name: self._plain(self._ask(step)) for step in steps}

    def _ask(self, step: Step) -> Answer:
        tokens = {"owner": self.server.token, "other": self.server.other_token, "wrong": "not-a-token", "nobody": None}
        answer = self.server.ask(
            step.method,
            self._fill(step.path),
            token=tokens[step.who],
            headers={name: self._fill(value) for name, value in step.headers.items()},
            json=json.loads(self._fill(json.dumps(step.json))) if step.json is not None else None,
            data=step.data,
        )
        body = body_of(answer)
        for name, place in step.keep.items():
            self.names[name] = str(value_at(body, place))
        for name, place in {f"id of {step.name}": "id", f"concept of {step.name}": "parent.id"}.items():
            value = value_at(body, place)
            if isinstance(value, str) and value not in self.names.values():
                self.names[name] = value
        return answer

    def _fill(self, text: str) -> str:
        """Put the ids of this server into a text."""
        return re.sub(r"\{(\w+)\}", lambda match: self.names.get(match[1], match[0]), text)

    def _plain(self, answer: Answer) -> dict[str, Any]:
        """Return an answer as data, with the server's own ids and address replaced by their names."""
        headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
        text = json.dumps({"status": answer.status, "headers": headers, "body": body_of(answer)})
        for name, value in sorted(self.names.items(), key=lambda item: -len(item[1])):
            if name != "revision":
                text = text.replace(value, f"<{name}>")
        text = text.replace(self.server.url, "<server>").replace(self.server.url.removeprefix("http://"), "<host>")
        text = re.sub(r"(10\.5072/)\w+\.", r"\1", text)
        return json.loads(text)


def value_at(body: Any, place: str) -> Any:
    """Return what stands at a place as ``hits.hits.0.id``, ``None`` where there is no such place."""
    for part in place.split("."):
        if isinstance(body, list) and part.isdecimal() and int(part) < len(body):
            body = body[int(part)]
        else:
            body = body.get(part) if isinstance(body, dict) else None
    return body


def body_of(answer: Answer) -> Any:
    """Return the decoded JSON, else the text."""
    try:
        return answer.json
    except ValueError:
        return answer.body.decode("utf-8", "replace")


def differences(real: Any, ours: Any) -> Iterator[str]:
    """
    Yield ``path: what`` for everything in which our answer departs from the real one.

    Answers of different status have nothing else to compare.
    """
    if real["status"] == ours["status"]:
        yield from inner_differences(real, ours, "")
    else:
        yield f"status: really {real['status']} {gist(real['body'])}, ours {ours['status']} {gist(ours['body'])}"


def inner_differences(real: Any, ours: Any, path: str) -> Iterator[str]:
    """Yield the differences of two parts of an answer."""
    if isinstance(real, dict) and isinstance(ours, dict):
        for name in sorted(real.keys() | ours.keys()):
            inner = f"{path}.{name}".lstrip(".")
            if name not in ours:
                yield f"{inner}: missing, really {short(real[name])}"
            elif name not in real:
                yield f"{inner}: not there really, ours {short(ours[name])}"
            else:
                yield from inner_differences(real[name], ours[name], inner)
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        if path.endswith("entries"):  # the real server lists files in no order
            real, ours = (sorted(entries, key=lambda entry: str(entry.get("key"))) for entries in (real, ours))
        elif path.endswith("errors"):  # nor the unknown fields of one object: they are a set there
            real, ours = (sorted(errors, key=str) for errors in (real, ours))
        for position, (one, other) in enumerate(zip(real, ours, strict=True)):
            yield from inner_differences(one, other, f"{path}.{position}")
    elif type(real) is not type(ours) or (real != ours and not is_volatile(path)):
        yield f"{path}: really {short(real)}, ours {short(ours)}"


def gist(body: Any) -> str:
    """Return what a refusal says."""
    if not isinstance(body, dict):
        return short(body)
    return short({name: body[name] for name in ("message", "errors") if name in body})


def is_volatile(path: str) -> bool:
    """Whether a value is of the moment, so that only its kind can be compared."""
    return path.rpartition(".")[2] in VOLATILE or re.search(r"\.entries\..*\.id$", path) is not None


def short(value: Any) -> str:
    """Return a value as a message shows it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"


@dataclass
class Exceptions:
    """The differences that are known and meant; each must be met, or it is stale."""

    patterns: dict[str, str]
    """``scenario / step / path`` with ``*`` → why."""
    met: set[str] = field(default_factory=set)

    @classmethod
    def read(cls) -> Exceptions:
        """Return those of the file."""
        tomllib = pytest.importorskip("tomllib", reason="reads TOML, which Python has since 3.11")
        entries = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", [])
        return cls({entry["where"]: entry["reason"] for entry in entries})

    def cover(self, where: str) -> bool:
        """Whether a difference at a place is one of them."""
        found = [pattern for pattern in self.patterns if fnmatchcase(where, pattern)]
        self.met.update(found)
        return bool(found)
