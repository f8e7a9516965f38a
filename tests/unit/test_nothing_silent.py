"""Every key that a format has reaches the record or gives a finding: the formats' own lists of keys are gone through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.test_mapping_forms import CFF, CODEMETA, FULL
from zenodo_action import sources
from zenodo_action.errors import FilePlace
from zenodo_action.mapping.codemeta import to_codemeta
from zenodo_action.model import Project, RepositoryFacts, Snapshot

SHA = "0123456789abcdef0123456789abcdef01234567"
PERSON = {"family-names": "Carberry", "given-names": "Josiah"}
TEXT = "Xylograph"

# Zenodo's deposit metadata, as .zenodo.json has it

ZENODO: dict[str, Any] = {
    "upload_type": "dataset",
    "publication_type": "article",
    "image_type": "figure",
    "software_type": "computationalnotebook",
    "publication_date": "2020-01-01",
    "title": TEXT,
    "creators": [{"name": "Doe, Jane"}],
    "description": TEXT,
    "access_right": "restricted",
    "license": "mit",
    "embargo_date": "2999-01-01",
    "access_conditions": TEXT,
    "doi": "10.1234/xyl",
    "prereserve_doi": True,
    "keywords": [TEXT],
    "notes": TEXT,
    "method": TEXT,
    "related_identifiers": [{"identifier": "10.1234/xyl", "relation": "cites"}],
    "contributors": [{"name": "Doe, Jane", "type": "Editor"}],
    "references": [TEXT],
    "communities": [{"identifier": "xylograph"}],
    "grants": [{"id": "654241"}],
    "subjects": [{"term": TEXT, "identifier": "https://example.org", "scheme": "url"}],
    "version": "9.9",
    "language": "deu",
    "locations": [{"place": TEXT, "lat": 1.5, "lon": 2.5, "description": TEXT}],
    "dates": [{"start": "2020-01-01", "end": "2020-02-01", "type": "Collected", "description": TEXT}],
    **dict.fromkeys(("journal_title", "journal_volume", "journal_issue", "journal_pages"), TEXT),
    **dict.fromkeys(("conference_title", "conference_acronym", "conference_dates", "conference_place"), TEXT),
    **dict.fromkeys(("conference_session", "conference_session_part"), TEXT),
    "conference_url": "https://example.org",
    "imprint_publisher": TEXT,
    "imprint_isbn": "978-3-16-148410-0",
    **dict.fromkeys(("imprint_place", "partof_title", "partof_pages", "thesis_university"), TEXT),
    "thesis_supervisors": [{"name": "Doe, Jane"}],
    "custom": {"dwc:kingdom": [TEXT]},
    "alternate_identifiers": [{"identifier": "10.1234/xyl"}],
    "additional_descriptions": [{"description": TEXT, "type": {"id": "methods"}}],
    "resource_type": "dataset",
}
"""Source: zenodo-rdm, ``legacy/deserializers/schemas.py`` and ``metadata.py``; the undocumented ones among them."""

ZENODO_PARTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "creators": (
        "creators",
        {"name": "Doe, Jane"},
        {"affiliation": TEXT, "orcid": "0000-0002-1825-0097", "gnd": "118540238"},
    ),
    "contributors": ("contributors", {"name": "Doe, Jane", "type": "Other"}, {"affiliation": TEXT, "type": "Editor"}),
    "related": (
        "related_identifiers",
        {"identifier": "10.1234/xyl", "relation": "cites"},
        {"resource_type": "dataset", "scheme": "handle"},
    ),
    "communities": ("communities", {"identifier": "x"}, {"identifier": "y"}),
    "dates": ("dates", {"start": "2020", "type": "valid"}, {"end": "2021", "description": TEXT}),
    "locations": ("locations", {"place": "x"}, {"description": TEXT}),
    "subjects": ("subjects", {"term": "x"}, {"identifier": "https://example.org", "scheme": "url"}),
}


def project_of(name: str, content: Any) -> Project:
    """Return what a JSON text under a name gives; YAML reads it as well."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.0.0",
        commit=SHA,
        version="1.0.0",
        released_on="2026-03-01",
        committed_at=0,
        files={name: json.dumps(content).encode()},
    )
    return sources.collect(snapshot)


def is_told(name: str, base: dict[str, Any], more: dict[str, Any]) -> bool:
    """Whether something that is added to a file changes the record or what is found."""
    before, after = project_of(name, base), project_of(name, {**base, **more})
    return before.record != after.record or texts(before) != texts(after)


def texts(project: Project) -> set[tuple[str, str | None]]:
    return {(each.what, each.where.path if isinstance(each.where, FilePlace) else None) for each in project.findings}


@pytest.mark.parametrize("key", ZENODO)
def test_keys_of_zenodo(key: str) -> None:
    base = {} if key in ("upload_type", "resource_type") else {"upload_type": "software"}
    assert is_told(".zenodo.json", base, {key: ZENODO[key]})


@pytest.mark.parametrize(("key", "base", "more"), ZENODO_PARTS.values(), ids=ZENODO_PARTS.keys())
def test_parts_of_zenodo(key: str, base: dict[str, Any], more: dict[str, Any]) -> None:
    for part, value in more.items():
        assert is_told(".zenodo.json", {key: [base]}, {key: [{**base, part: value}]}), part


# CITATION.cff

CFF_VALUES: dict[str, Any] = {
    "abstract": TEXT,
    "authors": [{"name": TEXT}],
    "cff-version": "1.2.0",
    "commit": "f" * 40,
    "contact": [{"name": TEXT}],
    "date-released": "2020-01-01",
    "doi": "10.1234/xyl",
    "identifiers": [{"type": "other", "value": TEXT}],
    "keywords": [TEXT],
    "license": "MIT",
    "license-url": "https://example.org/licence",
    "message": TEXT,
    "preferred-citation": {"type": "article", "doi": "10.1234/xyl", "title": TEXT, "authors": [PERSON]},
    "references": [{"type": "article", "title": TEXT, "authors": [PERSON]}],
    "repository": "https://example.org/copy",
    "repository-artifact": "https://example.org/artifact",
    "repository-code": "https://example.org/code",
    "title": TEXT,
    "type": "dataset",
    "url": "https://example.org",
    "version": "9.9",
}
CFF_DEFINITIONS = CFF.schema["definitions"]  # type: ignore[index]  # a mapping, as every schema with definitions
PERSON_VALUES: dict[str, Any] = {
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "country": "DE",
    "date-start": "2020-01-01",
}


def properties(name: str) -> list[str]:
    """Return the keys of a definition of the format's schema."""
    return sorted(CFF_DEFINITIONS[name]["properties"])


def test_the_keys_of_the_format_are_all_here() -> None:
    assert CFF_VALUES.keys() == CFF.schema["properties"].keys()  # type: ignore[index]


@pytest.mark.parametrize("key", CFF_VALUES)
def test_keys_of_citation_files(key: str) -> None:
    assert is_told("CITATION.cff", {}, {key: CFF_VALUES[key]})


@pytest.mark.parametrize("key", properties("person"))
def test_keys_of_persons(key: str) -> None:
    base = {"family-names": "Carberry", "given-names": "Josiah"}
    person = {**base, key: PERSON_VALUES.get(key, TEXT)}
    assert is_told("CITATION.cff", {"authors": [base]}, {"authors": [person]})


@pytest.mark.parametrize("key", properties("entity"))
def test_keys_of_entities(key: str) -> None:
    entity = {"name": "The Cats", key: PERSON_VALUES.get(key, TEXT)}
    assert is_told("CITATION.cff", {"authors": [{"name": "The Cats"}]}, {"authors": [entity]})


def reference_value(key: str) -> Any:
    """Return a value of the kind that the schema wants for a key of a reference."""
    if key in ("authors", "editors", "editors-series", "recipients", "senders", "translators", "contact"):
        return [{"name": TEXT}]
    entities = ("conference", "database-provider", "institution", "location", "publisher")
    if key in entities:
        return {"name": TEXT}
    if key == "identifiers":
        return [{"type": "other", "value": TEXT}]
    return [TEXT] if key in ("keywords", "languages", "patent-states") else TEXT


@pytest.mark.parametrize("key", [key for key in properties("reference") if key not in ("type", "title")])
def test_keys_of_references(key: str) -> None:
    """The type has no place in a text, and says nothing beside journal, school and publisher."""
    base = {"type": "article", "title": "Dots", "doi": "10.1234/dots"}
    assert is_told("CITATION.cff", {"references": [base]}, {"references": [{**base, key: reference_value(key)}]})


@pytest.mark.parametrize("key", ["type", "value", "description"])
def test_keys_of_identifiers(key: str) -> None:
    base = {"type": "other", "value": "shelf 7"}
    changed = {**base, key: {"type": "doi", "value": "shelf 8", "description": TEXT}[key]}
    assert is_told("CITATION.cff", {"identifiers": [base]}, {"identifiers": [changed]})


# codemeta.json and datapackage.json

OF_THINGS = {"@context", "@type", "@id", "familyName", "givenName", "affiliation", "address", "email", "position"} | {
    "roleName",
    "startDate",
    "endDate",
    "reviewAspect",
    "reviewBody",
}
"""Keys of persons, roles and reviews."""
CODEMETA_2 = {"contIntegration", "embargoDate"}
"""Keys that version 3.0 renamed."""
CODEMETA_VALUES: dict[str, Any] = {
    "copyrightYear": "2020",
    "dateCreated": "2020-01-01",
    "datePublished": "2020-01-01",
    "license": "https://spdx.org/licenses/MIT",
    "developmentStatus": "active",
    "funder": {"name": TEXT},
    "identifier": "10.1234/xyl",
    **dict.fromkeys(
        ("codeRepository", "hasPart", "isPartOf", "referencePublication", "sameAs", "url"), "https://example.org/xyl"
    ),
}


@pytest.mark.parametrize("key", sorted((CODEMETA - OF_THINGS) | CODEMETA_2))
def test_keys_of_codemeta(key: str) -> None:
    assert is_told("codemeta.json", {}, {key: CODEMETA_VALUES.get(key, TEXT)})


@pytest.mark.parametrize("key", ["@id", "familyName", "affiliation"])
def test_keys_of_persons_in_codemeta(key: str) -> None:
    base = {"@type": "Person", "givenName": "Josiah", "familyName": "Carberry"}
    value = "https://orcid.org/0000-0002-1825-0097" if key == "@id" else TEXT
    assert is_told("codemeta.json", {"author": base}, {"author": {**base, key: value}})


def test_reading_codemeta_again_gives_the_same_record() -> None:
    content, _ = to_codemeta(FULL)
    again = project_of("codemeta.json", content).record

    fields = ("title", "creators", "contributors", "description", "rights", "keywords", "identifiers", "references")
    assert {name: getattr(again, name) for name in fields} == {name: getattr(FULL, name) for name in fields}
    assert again.custom_fields == {key: value for key, value in FULL.custom_fields.items() if key.startswith("code:")}


DATAPACKAGE: dict[str, Any] = {
    "resources": [{"name": "x", "path": "x.csv"}],
    "id": "8f1c3b6e-0000-4000-8000-000000000000",
    "licenses": [{"name": "CC0-1.0"}],
    "title": TEXT,
    "description": TEXT,
    "homepage": "https://example.org",
    "image": "x.png",
    "version": "9.9",
    "created": "2020-01-01T10:00:00Z",
    "keywords": [TEXT],
    "contributors": [{"title": TEXT}],
    "sources": [{"title": TEXT}],
}
"""Source: datapackage.org, "Data Package", properties; ``name`` and ``$schema`` are about the file."""


@pytest.mark.parametrize("key", DATAPACKAGE)
def test_keys_of_data_packages(key: str) -> None:
    base = {"title": "Dots"} if key == "resources" else {}
    assert is_told("datapackage.json", base, {key: DATAPACKAGE[key]})


@pytest.mark.parametrize("name", ["codemeta.json", "datapackage.json"])
def test_a_misspelt_key_is_a_warning(name: str) -> None:
    (found,) = [each for each in project_of(name, {"keyword": TEXT}).findings if each.code == "key-unknown"]

    assert (found.level, found.fix) == ("warning", 'did you mean "keywords"?')
