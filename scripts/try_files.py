"""
Tries the program on a folder of real metadata files, and prints a table of what became of them.

Each file stands in a repository of its own, under the name that its folder tells (``cff``, ``zenodo_json``,
``zenodo_yml``), at a tag whose version no file names. Counted are the files with errors and with warnings; those without
errors that the embedded repository publishes, and the values that it stored otherwise; and the values that are lost in
silence: a value counts as such if neither record nor findings change without it or with another one in its place, no
finding names a key above it, and the record does not hold it either.

Run: python scripts/try_files.py FOLDER [--values N]    (N values of each file are left out in turn; default 40)
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenodo_action import checks, documents, repository, sources
from zenodo_action.errors import FilePlace, Finding, MetadataError, ZenodoActionError
from zenodo_action.model import DepositFile, Project, RepositoryFacts, Snapshot
from zenodo_action.repository import Repository
from zenodo_action.server import LocalServer

NAMES = {"cff": "CITATION.cff", "zenodo_json": ".zenodo.json", "zenodo_yml": ".zenodo.yml"}
BROKEN = "broken_historic"
TODAY = dt.datetime.now(dt.timezone.utc).date()
IN_VAIN = ("cff-version", "message", "$schema")
"""Keys that the formats demand and that say nothing of the work."""
WHOLE = ("key-unknown", "identifier-own", "reference-missing", "value-kind-wrong")
"""Findings that tell of a value with all that is in it."""


@dataclass
class Row:
    """What became of the files of a folder."""

    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def main() -> int:
    """Try all files, print the table, and return whether anything was lost in silence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--values", type=int, default=40)
    given = parser.parse_args()
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as folder, LocalServer(Path(folder) / "zenodo", token="t") as server:  # noqa: S106
        connected = repository.connect(server=server.api_url, token="t", timeout_s=60, log=lambda _: None)  # noqa: S106
        for path in sorted(given.folder.rglob("*")):
            kind = path.relative_to(given.folder).parts[0]
            if path.is_file() and kind in NAMES:
                name = NAMES[kind] + (", broken once" if BROKEN in path.parts else "")
                try_file(path, NAMES[kind], rows.setdefault(name, Row()), connected, given.values)
    print(table(rows))
    for name, row in rows.items():
        print(f"\n{name}: " + ", ".join(f"{code} {count}" for code, count in row.codes.most_common()))
        print(*row.notes, sep="\n")
    return int(any(row.counts["silent"] for row in rows.values()))


def table(rows: dict[str, Row]) -> str:
    """Return the table in Markdown."""
    columns = (
        "files",
        "errors",
        "warnings",
        "nothing found",
        "published",
        "stored otherwise",
        "values left out",
        "silent",
    )
    lines = [f"| file | {' | '.join(columns)} |", "|---|" + "--:|" * len(columns)]
    for name, row in rows.items():
        lines.append(f"| `{name}` | {' | '.join(str(row.counts[column]) for column in columns)} |")
    return "\n".join(lines)


def try_file(path: Path, name: str, row: Row, connected: Repository, values: int) -> None:
    """Try one file."""
    row.counts["files"] += 1
    project, findings = collected(name, path.read_bytes())
    levels = {each.level for each in findings}
    row.codes.update({each.code for each in findings})
    row.counts["errors"] += "error" in levels
    row.counts["warnings"] += "error" not in levels and "warning" in levels
    row.counts["nothing found"] += not levels - {"hint"}
    if BROKEN in path.parts:
        graver = [
            each for each in findings if each.level != "hint" and each.code not in ("version-stale", "date-stale")
        ]
        row.notes.append(
            f"  {path.name}: {f'{graver[0].where}: {graver[0].what}'[:200] if graver else 'NOTHING FOUND'}"
        )
    try:
        data = documents.read(name, path.read_bytes()).data
    except MetadataError:
        return
    if "error" not in levels:
        publish(path, project, row, connected)
    for place in places(data, values):
        row.counts["values left out"] += 1
        if is_silent(name, data, place) and not is_named(findings, place) and not is_held(project, data, place):
            row.counts["silent"] += 1
            row.notes.append(f"  silent: {path.name}: {documents.json_path(place)}")


def collected(name: str, raw: bytes) -> tuple[Project, tuple[Finding, ...]]:
    """Return what a file gives, and what is found."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="example", url="https://github.com/example/example"),
        tag="v999.0.0",
        commit="0" * 40,
        version="999.0.0",
        released_on=TODAY.isoformat(),
        committed_at=0,
        files={name: raw},
    )
    project = sources.collect(snapshot)
    return project, checks.check(project, today=TODAY)


def publish(path: Path, project: Project, row: Row, connected: Repository) -> None:
    """Publish the record on the embedded repository, and compare what it stored."""
    payload = connected.payload(project.record, None)
    content = path.read_bytes()
    file = DepositFile(
        name="metadata.txt",
        path=str(path),
        size_bytes=len(content),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    try:
        draft = connected.create_draft(payload)
        connected.announce(draft, [file.name])
        connected.upload(draft, file)
        record = connected.publish(draft)
    except ZenodoActionError as error:
        row.notes.append(f"  refused: {path.name}: {error.what}")
        return
    row.counts["published"] += 1
    differences = connected.differences(payload, record)
    row.counts["stored otherwise"] += len(differences)
    row.notes += [f"  stored otherwise: {path.name}: {each.field}" for each in differences]


def places(data: Any, limit: int) -> list[tuple[str | int, ...]]:
    """Return the places of values, evenly taken from all there are."""
    found = [place for place in leaves(data) if place[0] not in IN_VAIN and not _is_told_by_another(place)]
    step = max(1, -(-len(found) // limit))
    return found[::step]


def _is_told_by_another(place: tuple[str | int, ...]) -> bool:
    """Whether a value only says which kind the identifier beside it is."""
    return place[-1] == "scheme" or (place[-1] == "type" and "identifiers" in place)


def leaves(data: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the places of all texts that say something."""
    if isinstance(data, (dict, list)):
        for step, part in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(part, (*place, step))
    elif isinstance(data, str) and data.strip():
        yield place


def is_silent(name: str, data: Any, place: tuple[str | int, ...]) -> bool:
    """Whether neither record nor findings change where a value is another one, nor where it is missing."""
    before = seen(name, data)
    for edit in (_replace, _remove):
        changed = copy.deepcopy(data)
        parent = changed
        for step in place[:-1]:
            parent = parent[step]
        edit(parent, place[-1])
        if seen(name, changed) != before:
            return False
    return True


def is_named(findings: tuple[Finding, ...], place: tuple[str | int, ...]) -> bool:
    """Whether a finding is about a value above a place, and names that value or the key below it."""
    for each in findings:
        path = each.where.path if isinstance(each.where, FilePlace) else None
        for length in range(1, len(place) + 1):
            below = [str(step) for step in place[length:] if isinstance(step, str)]
            if path == documents.json_path(place[:length]) and (
                not below or each.code in WHOLE or below[0] in each.what
            ):
                return True
    return False


def is_held(project: Project, data: Any, place: tuple[str | int, ...]) -> bool:
    """Whether the record holds a text as it stands, as what tells the scheme of an identifier does."""
    for step in place:
        data = data[step]
    return f"'{' '.join(data.split())}'".lower() in repr(project.record).lower()


def _replace(parent: Any, step: str | int) -> None:
    parent[step] = "Xylograph"


def _remove(parent: Any, step: str | int) -> None:
    del parent[step]


def seen(name: str, data: Any) -> Any:
    """Return record and findings; JSON is YAML as well."""
    project, findings = collected(name, json.dumps(data).encode())
    return project.record, sorted((each.code, each.what) for each in findings)


if __name__ == "__main__":
    raise SystemExit(main())
