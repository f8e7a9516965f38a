"""The JSON Schema of ``.zenodo.yml`` for editors: it takes what the program takes, and refuses what it can tell."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.test_cases import CASES, read_facts, snapshot_of
from zenodo_action import checks, documents, sources
from zenodo_action.errors import FilePlace
from zenodo_action.sources.reading import Reading

SCHEMA: dict[str, Any] = json.loads((resources.files("zenodo_action") / "data/zenodo.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TODAY = dt.date(2026, 3, 2)

UNTELLABLE = {
    *("license-ambiguous", "license-unknown", "orcid-invalid", "isni-invalid", "gnd-invalid", "ror-invalid"),
    *("identifier-unrecognised", "grant-unknown", "grant-missing", "funder-unknown", "language-unknown"),
    *("programming-language-unknown", "placeholder-unknown", "community-invalid", "date-impossible"),
    *("embargo-date-past", "coordinate-wrong", "place-missing", "creators-missing", "title-short"),
    *("license-missing", "identifier-missing", "reference-missing"),
}
"""Errors that need check digits, other vocabularies, the calendar, or the whole."""
BROKEN = {"document-unparsable", "document-not-mapping", "document-empty", "key-duplicate", "encoding-unknown"}
FILES = [
    pytest.param(case, name, id=f"{case.name}{name}")
    for case in CASES
    for name in sources.ZENODO_FILES
    if (case / name).exists()
]


def content_of(file: Path) -> Any:
    """Return what an editor makes of a file: numbers and truth values by YAML's core schema, dates as texts."""
    return Reading(documents.read(file.name, file.read_bytes())).root.plain()


def problems(content: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(content)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_key_is_described() -> None:
    for key, shape in SCHEMA["properties"].items():
        assert key == "$schema" or shape.get("description"), key


@pytest.mark.parametrize(("case", "name"), FILES)
def test_files_of_the_cases(case: Path, name: str) -> None:
    """Whole ones are valid, and those with an error that a schema can tell are not."""
    facts = read_facts(case)
    project = sources.collect(snapshot_of(case, facts), metadata_file=facts.get("metadata_file"))
    found = [
        each
        for each in checks.check(project, today=TODAY)
        if isinstance(each.where, FilePlace) and each.where.file == name and each.code != "sources-disagree"
    ]
    errors = {each.code for each in found if each.level == "error"}
    if errors & BROKEN:
        return
    content = content_of(case / name)
    if all(each.level == "hint" for each in found):
        assert problems(content) == []
    elif errors - UNTELLABLE:
        assert problems(content) != []


PERSON = {"name": "Carberry, Josiah"}

GOOD: dict[str, dict[str, Any]] = {
    "nothing": {},
    "version as a number": {"version": 1.1},
    "any case": {"upload_type": "Dataset", "access_right": "Open"},
    "licences": {"license": ["MIT", {"id": "Apache-2.0"}, {"title": "House rules", "link": "https://example.org"}]},
    "people": {
        "creators": [{**PERSON, "orcid": "https://orcid.org/0000-0002-1825-0097"}, {"organization": "The Cats"}]
    },
    "affiliations": {"creators": [{**PERSON, "affiliation": ["Brown", {"name": "Dots", "ror": "05gq02987"}]}]},
    "embargo": {"access_right": "embargoed", "embargo_date": "2999-01-01"},
    "old grant": {"grants": [{"links": {"self": "https://zenodo.org/api/grants/10.13039/501100000780::654241"}}]},
    "settings": {"deposit": {"record": 1234567, "publish": False, "archive": "tar.gz", "tags": "v*"}},
    "native shapes": {"related_identifiers": [{"identifier": "10.1234/x", "relation_type": {"id": "cites"}}]},
    "editors": {"$schema": "https://example.org/zenodo.schema.json"},
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD.keys())
def test_good_examples(content: dict[str, Any]) -> None:
    assert problems(content) == []


BAD: dict[str, dict[str, Any]] = {
    "unknown key": {"titel": "Red-Dot"},
    "short title": {"title": "x"},
    "unknown type": {"upload_type": "sofware"},
    "unknown subtype": {"publication_type": "figure"},
    "creator without a name": {"creators": [{"orcid": "0000-0002-1825-0097"}]},
    "creators as a text": {"creators": "Carberry, Josiah"},
    "wrong ORCID iD": {"creators": [{**PERSON, "orcid": "0000-0002-1825"}]},
    "contributor without a type": {"contributors": [PERSON]},
    "unknown role": {"contributors": [{**PERSON, "type": "Reseacher"}]},
    "no relation": {"related_identifiers": [{"identifier": "10.1234/x"}]},
    "unknown relation": {"related_identifiers": [{"identifier": "10.1234/x", "relation": "isSuplementTo"}]},
    "embargo without a date": {"access_right": "embargoed"},
    "date without a type": {"dates": [{"start": "2024-01-01"}]},
    "date of no day": {"dates": [{"type": "valid"}]},
    "keywords as a text": {"keywords": "cats, dogs"},
    "server": {"deposit": {"server": "sandbox"}},
    "archive": {"deposit": {"archive": "rar"}},
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_examples(content: dict[str, Any]) -> None:
    assert problems(content) != []
