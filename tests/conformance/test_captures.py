"""What ``make captures`` keeps of an answer and what it tells of a change; these tests need no InvenioRDM."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from scripts import captures
from tests.conformance.scenarios import Step

STEP = Step("save", "PUT", "/records/{draft}/draft")


def facts(body: Any, status: int = 200, step: Step = STEP) -> captures.Facts:
    """Return the facts of one conversation of one answer."""
    shapes: dict[str, Any] = {}
    answer = {"status": status, "headers": {}, "body": body}
    return {"conversations": {"a draft": {step.name: captures.facts_of(step, answer, shapes)}}, "shapes": shapes}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        ({"created": "2026-03-01T01:02:03.123456+00:00"}, '{"created": "<created>"}'),
        ({"text": "at 2026-03-01T01:02:03Z by 5e0c3b5e-0000-4000-8000-000000000000"}, '{"text": "at <moment> by <uuid>"}'),
        ({"link": "/records/ab1cd-ef2gh/files"}, '{"link": "/records/<id>/files"}'),
        ({"word": "creator-owner"}, '{"word": "creator-owner"}'),
        ({"date": "2026-03-01"}, '{"date": "2026-03-01"}'),
        ({"date": dt.datetime.now(dt.timezone.utc).date().isoformat()}, '{"date": "<today>"}'),
        ({"errors": ["b", "a"], "titles": ["b", "a"]}, '{"errors": ["a", "b"], "titles": ["b", "a"]}'),
    ],
)  # fmt: skip
def test_what_is_of_the_moment_goes_and_the_rest_stays(value: Any, kept: str) -> None:
    assert json.dumps(captures.settled(value)) == kept


def test_an_outline_says_keys_and_types() -> None:
    body = {
        "id": "x",
        "errors": [{"field": "a"}, None],
        "links": {"self": "b"},
        "files": {"entries": {"a.txt": {"size": 1}}},
    }
    tree = captures.outline(body)
    assert tree == {
        "errors": "list",
        "errors[]": {"": "null|object", "field": "string"},
        "files": {"entries": {"*": {"size": "integer"}}},
        "id": "string",
        "links": {"self": "string"},
    }
    assert "files.entries.*.size:integer" in set(captures.leaves(tree))


def test_what_is_as_it_was_is_not_told() -> None:
    before, after = facts({"id": "x", "links": {"self": "y"}}), facts({"id": "z", "links": {"self": "w"}})
    assert list(captures.changes(before, after)) == []


def test_what_has_changed_is_told_once() -> None:
    before = facts({"id": "x", "links": {"self": "y"}})
    assert list(captures.changes(before, facts({"id": "x", "links": {}}))) == [
        "- links.self:string  in 1 answers, as a draft / save"
    ]
    refused = facts({"message": "No."}, 400)
    assert list(captures.changes(before, refused)) == [
        "a draft / save: status: was 200, is 400",
        'a draft / save: message: was null, is "No."',
    ]
    other = facts({}, step=Step("read", "GET", "/records/{draft}"))
    assert list(captures.changes(before, other)) == [
        "a draft / save: asked no more",
        "a draft / read: not asked before",
    ]


def test_facts_are_written_a_line_each_and_read_again() -> None:
    found = facts({"id": "x", "links": {"self": "y"}})
    text = captures.lines_of(found)
    assert json.loads(text) == found
    assert len(text.splitlines()) == 8


def test_the_facts_that_are_kept_fit_the_conversations() -> None:
    """A conversation that was changed must be held again: ``make captures ACCEPT=1``."""
    kept = json.loads(captures.FACTS.read_text(encoding="utf-8"))["conversations"]
    asked = {
        name: {step.name: f"{step.method} {step.path}" for step in steps}
        for name, steps in captures.CONVERSATIONS.items()
    }
    assert {name: {step: found["asked"] for step, found in steps.items()} for name, steps in kept.items()} == asked
