"""A ``CITATION.cff`` that strays from its own schema gets a warning or an error, and one that does not gets none."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.test_mapping_forms import CFF, TODAY
from tests.unit.test_sources import collect, found
from zenodo_action import checks

PERSON = {
    "family-names": "Carberry",
    "given-names": "Josiah",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "affiliation": "Brown University",
    "website": "https://example.org/carberry",
    "email": "carberry@example.org",
    "country": "US",
}
ENTITY = {"name": "The Cats", "location": "Providence", "date-start": "2026-01-01", "tel": "1"}
WORK = {
    "type": "article",
    "title": "Dots",
    "authors": [PERSON, ENTITY],
    "editors": [PERSON],
    "conference": ENTITY,
    "publisher": {"name": "Cat Press"},
    "doi": "10.1234/dots",
    "url": "https://example.org/dots",
    "journal": "Journal of Dots",
    "issn": "2049-3630",
    "isbn": "978-3-16-148410-0",
    "pmcid": "PMC1234567",
    "date-published": "2024-02-01",
    "month": "2",
    "year": "2024",
    "status": "preprint",
    "languages": ["en"],
    "keywords": ["dots"],
    "identifiers": [{"type": "other", "value": "shelf 7"}],
    "notes": "read it",
}
WHOLE: dict[str, Any] = {
    "cff-version": "1.2.0",
    "message": "Cite it",
    "title": "Red-Dot",
    "type": "software",
    "authors": [PERSON, ENTITY],
    "contact": [PERSON],
    "abstract": "Finds dots.",
    "keywords": ["laser"],
    "license": "MIT",
    "date-released": "2026-03-01",
    "version": "1.2.0",
    "doi": "10.1234/red-dot",
    "url": "https://example.org/red-dot",
    "repository": "https://example.org/copy",
    "repository-code": "https://github.com/cat-lab-example/red-dot",
    "repository-artifact": "https://example.org/wheel",
    "identifiers": [
        {"type": "doi", "value": "10.1234/x", "description": "a DOI"},
        {"type": "url", "value": "https://example.org/x"},
        {"type": "swh", "value": "swh:1:dir:0123456789abcdef0123456789abcdef01234567"},
    ],
    "references": [WORK],
    "preferred-citation": WORK,
}
OURS = {"version-stale", "date-stale", "sources-disagree", "commit-stale"}
"""About the tag, not about the format."""
WE_MEND = {"license", "message", "cff-version"}
"""What the schema takes one value of; any text is told in other words, or not at all."""


def changes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every place with another value for it; ``...`` stands for none at all."""
    if path:
        yield from ((path, other) for other in ("", "Xylograph", ["x"], {"x": "y"}, ...))
    if isinstance(value, dict):
        yield (*path, "xylograph"), "x"
    for step, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from changes(part, (*path, step))


def changed(path: tuple[str | int, ...], other: Any) -> dict[str, Any]:
    content = copy.deepcopy(WHOLE)
    parent: Any = content
    for step in path[:-1]:
        parent = parent[step]
    if other is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = other
    return content


CHANGES = [(path, other) for path, other in changes(WHOLE) if path[0] not in WE_MEND]


def test_a_whole_file_gets_no_warning() -> None:
    CFF.validate(WHOLE)
    project = collect(cff=json.dumps(WHOLE))

    assert [each.what for each in project.findings if each.level != "hint" and each.code not in OURS] == []


def test_what_breaks_the_schema_is_told() -> None:
    """Each value in turn is emptied, exchanged or taken away."""
    assert len(CHANGES) > 500
    silent, loud = [], []
    for path, other in CHANGES:
        content = changed(path, other)
        project = collect(cff=json.dumps(content))
        findings = checks.check(project, today=TODAY)
        is_told = any(each.level != "hint" and each.code not in OURS for each in findings)
        if CFF.is_valid(content):
            loud += [(path, other)] if found(project, "format-strayed") else []
        elif not is_told:
            silent.append((path, other))

    assert silent == []
    assert loud == []


def test_strays_of_a_kind_are_told_once() -> None:
    people = [{**PERSON, "orcid": "0000-0002-1825-0097"}, {"name": "The Cats", "orcid": "0000-0002-1825-0097"}]
    project = collect(cff=json.dumps({**WHOLE, "authors": people}))

    assert [(each.level, each.what) for each in found(project, "format-strayed")] == [
        (
            "warning",
            (
                'authors[0].orcid is "0000-0002-1825-0097", not an address, as https://orcid.org/0000-0002-1825-0097, '
                "against the format's own schema (1 more alike)"
            ),
        )
    ]


@pytest.mark.parametrize("version", ["1.0.3", "1.1.0"])
def test_nothing_is_said_of_older_versions(version: str) -> None:
    strange = {**WHOLE, "cff-version": version, "url": "example"}

    assert found(collect(cff=json.dumps(strange)), "format-strayed") == []
