"""
Record how a real InvenioRDM answers the conversations of the contract, and say what has changed since the last time.

    python scripts/captures.py [--accept]

The server is the one that ``BED_URL``, ``BED_TOKEN`` and ``BED_OTHER_TOKEN`` name (``conformance/bed.py run``). Whole
answers go to ``build/captures/``, one file a conversation, with ids, addresses and moments replaced by names, so that two
recordings can be compared by ``diff``. Of each answer the facts (status, headers, message, errors, keys and types) are
compared with ``tests/conformance/captured.json``; with ``--accept`` they are written there. Exit codes: 0 as before, 1 not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.make_replay_cases import shape  # noqa: E402 - found by the line above
from tests.conformance.conftest import Bed  # noqa: E402
from tests.conformance.contract import Conversation, is_volatile  # noqa: E402
from tests.conformance.odd_requests import ODD_SCENARIOS  # noqa: E402
from tests.conformance.scenarios import SCENARIOS, Step  # noqa: E402

CONVERSATIONS: dict[str, list[Step]] = {**SCENARIOS, **ODD_SCENARIOS}
FACTS = ROOT / "tests" / "conformance" / "captured.json"
FOLDER = ROOT / "build" / "captures"
MOMENTS = {
    "<moment>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)?"),
    "<uuid>": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "<id>": re.compile(r"\b[a-z0-9]{5}-(?=[a-z0-9]*\d)[a-z0-9]{5}\b"),
}
"""What is of the moment, wherever it stands in a text."""

Facts = dict[str, Any]


def settled(value: Any, path: str = "") -> Any:
    """Return an answer without what is of the moment, and lists that have no order in an order."""
    if isinstance(value, dict):
        named = {settled(key): settled(inner, f"{path}.{key}".lstrip(".")) for key, inner in value.items()}
        return {key: named[key] for key in sorted(named)}
    if isinstance(value, list):
        items = [settled(inner, f"{path}.{place}") for place, inner in enumerate(value)]
        is_set = path.endswith(("entries", "errors", "buckets"))
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if is_set else items
    if is_volatile(path) and value is not None and not isinstance(value, bool):
        return f"<{path.rpartition('.')[2]}>"
    if isinstance(value, str):
        value = value.replace(dt.datetime.now(dt.timezone.utc).date().isoformat(), "<today>")
        for name, pattern in MOMENTS.items():
            value = pattern.sub(name, value)
    return value


def outline(body: Any) -> Any:
    """
    Return the keys and types of a body as one value.

    >>> outline({"id": 1, "errors": [{"field": "a"}, None], "links": {"self": "b"}})
    {'errors': 'list', 'errors[]': {'': 'null|object', 'field': 'string'}, 'id': 'integer', 'links': {'self': 'string'}}
    """
    tree: dict[str, Any] = {}
    for line in sorted(shape(body)):
        path, _, kind = line.rpartition(":")
        place = tree
        for part in path.split(".") if path else ():
            place = place.setdefault(part, {})
        place.setdefault("", []).append(kind)
    return _simplified(tree)


def _simplified(node: dict[str, Any]) -> Any:
    kinds = "|".join(node.get("", ["object"]))  # a key with a dot looks like two
    inner = {name: _simplified(node[name]) for name in sorted(node) if name}
    if not inner:
        return kinds
    return inner if kinds == "object" else {"": kinds, **inner}


def leaves(tree: Any, path: str = "") -> Iterator[str]:
    """Yield ``path:type`` for everything in an outline."""
    if isinstance(tree, dict):
        yield f"{path}:{tree.get('', 'object')}"
        for name, inner in tree.items():
            if name:
                yield from leaves(inner, f"{path}.{name}".strip("."))
    else:
        yield f"{path}:{tree}"


def facts_of(step: Step, answer: Mapping[str, Any], shapes: dict[str, Any]) -> Facts:
    """Return what counts of a settled answer; its shape goes to the shapes and is named by its digest."""
    body = answer["body"]
    found: Facts = {"asked": f"{step.method} {step.path}", "status": answer["status"], "headers": answer["headers"]}
    if isinstance(body, dict):
        found |= {name: body[name] for name in ("message", "errors") if name in body}
    keys = outline(body)
    name = hashlib.sha256(json.dumps(keys).encode()).hexdigest()[:8]
    shapes[name] = keys
    return {**found, "shape": name}


def record(bed: Bed) -> Facts:
    """Hold every conversation, write the answers, and return their facts."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    shapes: dict[str, Any] = {}
    held: dict[str, dict[str, Facts]] = {}
    for name, steps in CONVERSATIONS.items():
        answers = settled(Conversation(bed).hold(steps))
        file = FOLDER / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.json"
        file.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        held[name] = {step.name: facts_of(step, answers[step.name], shapes) for step in steps}
    return {"conversations": held, "shapes": {name: shapes[name] for name in sorted(shapes)}}


def lines_of(facts: Facts) -> str:
    """Return facts as JSON with a line for each answer and each shape, so that git shows what changed."""
    parts = []
    for name, steps in facts["conversations"].items():
        inner = [f"  {json.dumps(step)}: {json.dumps(found, ensure_ascii=False)}" for step, found in steps.items()]
        parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join(inner) + "\n }")
    shapes = [
        f" {json.dumps(name)}: {json.dumps(tree, separators=(',', ':'))}" for name, tree in facts["shapes"].items()
    ]
    conversations, known = ",\n".join(parts), ",\n".join(shapes)
    return f'{{"conversations": {{\n{conversations}\n}},\n"shapes": {{\n{known}\n}}}}\n'


def changes(before: Facts, after: Facts) -> Iterator[str]:
    """Yield a line for each fact that is not what it was; a key that many answers gained or lost is told once."""
    keys: dict[str, list[str]] = {}
    for name in dict.fromkeys([*before["conversations"], *after["conversations"]]):
        old, new = (facts["conversations"].get(name, {}) for facts in (before, after))
        for step in dict.fromkeys([*old, *new]):
            place = f"{name} / {step}"
            if step not in old or step not in new:
                yield f"{place}: {'not asked before' if step in new else 'asked no more'}"
                continue
            for fact in ("asked", "status", "headers", "message", "errors"):
                if old[step].get(fact) != new[step].get(fact):
                    yield f"{place}: {fact}: was {json.dumps(old[step].get(fact))}, is {json.dumps(new[step].get(fact))}"
            if old[step]["status"] == new[step]["status"]:
                had, has = (
                    set(leaves(facts["shapes"][at[step]["shape"]])) for facts, at in ((before, old), (after, new))
                )
                for sign, gone in (("+", has - had), ("-", had - has)):
                    for key in sorted(gone):
                        keys.setdefault(f"{sign} {key}", []).append(place)
    for key, places in keys.items():
        yield f"{key}  in {len(places)} answers, as {places[0]}"


def main() -> int:
    """Record, compare, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accept", action="store_true", help="keep what was found as what is so")
    arguments = parser.parse_args()
    found = record(Bed(*(os.environ[name] for name in ("BED_URL", "BED_TOKEN", "BED_OTHER_TOKEN"))))
    known = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.exists() else {"conversations": {}, "shapes": {}}
    lines = list(changes(known, found))
    print(*lines, sep="\n")
    count = sum(map(len, found["conversations"].values()))
    print(f"{count} answers in {len(CONVERSATIONS)} conversations, {len(lines)} changes; recorded in {FOLDER}")
    if arguments.accept:
        FACTS.write_text(lines_of(found), encoding="utf-8")
        return 0
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
