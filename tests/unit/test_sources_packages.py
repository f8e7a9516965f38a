"""The files that are there for other purposes: read as far as they go, never in the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_action import documents, sources
from zenodo_action.errors import MetadataError
from zenodo_action.model import RepositoryFacts, Snapshot

KEYS = (
    *(
        "name",
        "title",
        "author",
        "authors",
        "contributor",
        "contributors",
        "license",
        "licenses",
        "keywords",
        "version",
    ),
    *("@id", "type", "role", "roles", "familyName", "affiliation", "identifier", "funder", "funding", "citation"),
    *("sources", "homepage", "url", "path", "description", "programmingLanguage", "developmentStatus", "project"),
    *("classifiers", "package", "referencePublication", "codeRepository", "resources", "datePublished", "organization"),
)
TEXTS = st.sampled_from(
    ["", "MIT", "Jane Doe <j@example.org>", "https://orcid.org/0000-0002-1825-0097", "10.1234/x", "https://example.org"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def snapshot(**files: str) -> Snapshot:
    return Snapshot(
        repository=RepositoryFacts(name="red-dot", url="https://github.com/cat-lab-example/red-dot"),
        tag="v1.2.0",
        commit="0123456789abcdef0123456789abcdef01234567",
        version="1.2.0",
        released_on="2026-03-01",
        committed_at=0,
        files={name: content.encode() for name, content in files.items()},
    )


@settings(max_examples=150)
@given(
    name=st.sampled_from(["codemeta.json", "datapackage.json", "package.json"]),
    data=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6),
)
def test_whatever_they_hold_they_stop_nothing(name: str, data: dict[str, Any]) -> None:
    project = sources.collect(snapshot(**{name: json.dumps(data)}))

    assert not project.has_errors
    assert not project.unread


@pytest.mark.parametrize("name", ["codemeta.json", "datapackage.json", "package.json", "pyproject.toml", "Cargo.toml"])
def test_one_that_cannot_be_read_stops_nothing_unless_it_was_asked_for(name: str) -> None:
    broken = snapshot(**{name: "[[["})

    assert not sources.collect(broken).has_errors
    assert sources.collect(broken, metadata_file=name).has_errors


def test_values_of_toml_stand_where_they_are() -> None:
    text = '# project\n[project]\nname = "x"\n"odd key" = 1.10\ndynamic = true\n\n[tool . y]\nz.a = [\n  "b",\n]\n'
    document = documents.read("pyproject.toml", text.encode())

    assert document.data == {
        "project": {"name": "x", "odd key": "1.10", "dynamic": "true"},
        "tool": {"y": {"z": {"a": ["b"]}}},
    }
    places = [("project", "name"), ("project", "odd key"), ("project", "dynamic"), ("tool", "y", "z", "a")]
    assert [str(document.where(path)).partition(" ")[0] for path in places] == [
        "pyproject.toml:3:8",
        "pyproject.toml:4:13",
        "pyproject.toml:5:11",
        "pyproject.toml:8:7",
    ]
    assert str(document.where_key(("project", "dynamic"))).startswith("pyproject.toml:5:1 ")


def test_broken_toml_is_told_with_its_place() -> None:
    with pytest.raises(MetadataError) as caught:
        documents.read("Cargo.toml", b'[package]\nname = "x\n')

    (finding,) = caught.value.findings
    assert (finding.code, str(finding.where)) == ("document-unparsable", "Cargo.toml:2:10")
    assert finding.what.startswith("not valid TOML: ")


def test_toml_that_goes_too_deep() -> None:
    with pytest.raises(MetadataError) as caught:
        documents.read("Cargo.toml", b"a = " + b"[" * 100_000)

    assert [each.code for each in caught.value.findings] == ["document-too-deep"]


def test_dois_of_codemeta_name_the_record_after_those_of_the_citation_file() -> None:
    files = {
        "CITATION.cff": "doi: 10.5281/zenodo.7\n",
        "codemeta.json": '{"identifier": [{"value": "https://doi.org/10.5281/zenodo.8"}, "x", 3]}',
    }

    assert [doi for doi, _ in sources.own_dois(snapshot(**files))] == ["10.5281/zenodo.7", "10.5281/zenodo.8"]


def test_the_stale_version_of_a_package_is_told() -> None:
    project = sources.collect(snapshot(**{"Cargo.toml": '[package]\nversion = "1.1.0"\n'}))

    assert [(each.code, each.fix) for each in project.findings if each.code == "version-stale"] == [
        ("version-stale", "set it to 1.2.0 before tagging, or remove it")
    ]
