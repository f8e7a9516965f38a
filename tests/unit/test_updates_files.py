"""``codemeta.json`` and ``.zenodo.yml`` after a release."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from tests.unit.test_updates_citation import FACTS
from zenodo_action.updates import PublishedFacts, Update, update


def updated(path: str, content: str, facts: PublishedFacts = FACTS) -> Update:
    """Update a file, and see that a second time changes nothing."""
    result = update(path, content.encode(), facts)
    again = update(path, result.content, facts)
    assert (again.content, again.is_changed) == (result.content, False)
    return result


def text_of(path: str, content: str) -> str:
    return updated(path, content).content.decode()


# codemeta.json

CONTEXT = '"@context": "https://w3id.org/codemeta/3.0"'


def test_codemeta_without_any_gets_all_in_its_own_indentation() -> None:
    before = f'{{\n\t{CONTEXT},\n\t"@type": "SoftwareSourceCode",\n\t"name": "Red-Dot"\n}}\n'

    assert text_of("codemeta.json", before) == (
        f'{{\n\t{CONTEXT},\n\t"@type": "SoftwareSourceCode",\n\t"identifier": "https://doi.org/10.5281/zenodo.12",\n'
        '\t"version": "1.2.0",\n\t"datePublished": "2026-03-01",\n\t"name": "Red-Dot"\n}\n'
    )


def test_codemeta_keeps_its_order_and_its_one_line() -> None:
    before = (
        '{"version":"v1.1.0","dateModified":"2025-02-01","datePublished":"2025-01-01","identifier":"10.5281/zenodo.11"}'
    )

    assert text_of("codemeta.json", before) == (
        '{"version":"v1.2.0","dateModified":"2026-03-01","datePublished":"2026-03-01","identifier":"10.5281/zenodo.12"}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://doi.org/10.5281/zenodo.11", "https://doi.org/10.5281/zenodo.12"),
        ("doi:10.5281/zenodo.11", "doi:10.5281/zenodo.12"),
        ("10.5281/zenodo.10", "10.5281/zenodo.10"),
        ("https://doi.org/10.5281/ZENODO.12", "https://doi.org/10.5281/ZENODO.12"),
        ("", "https://doi.org/10.5281/zenodo.12"),
        ("https://doi.org/10.5281/zenodo.XXXXXX", "https://doi.org/10.5281/zenodo.12"),
        (None, "https://doi.org/10.5281/zenodo.12"),
        (["x", "10.5281/zenodo.11"], ["x", "10.5281/zenodo.12"]),
        (["x"], ["x", "https://doi.org/10.5281/zenodo.12"]),
        ([], ["https://doi.org/10.5281/zenodo.12"]),
        (
            {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5281/zenodo.11"},
            {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5281/zenodo.12"},
        ),
        (
            [{"@id": "https://doi.org/10.5281/zenodo.11"}, {"@id": "https://example.org"}],
            [{"@id": "https://doi.org/10.5281/zenodo.12"}, {"@id": "https://example.org"}],
        ),
    ],
)
def test_the_identifier_keeps_its_form(before: Any, after: Any) -> None:
    result = updated("codemeta.json", json.dumps({"identifier": before}))

    assert json.loads(result.content)["identifier"] == after
    assert result.findings == ()


def test_the_id_of_an_earlier_version_is_renewed_too() -> None:
    before = '{"@id": "https://doi.org/10.5281/zenodo.11", "softwareVersion": "1.1.0"}'

    assert json.loads(text_of("codemeta.json", before)) == {
        "@id": "https://doi.org/10.5281/zenodo.12",
        "identifier": "https://doi.org/10.5281/zenodo.12",
        "softwareVersion": "1.2.0",
        "datePublished": "2026-03-01",
    }


@pytest.mark.parametrize("identifier", ["10.1234/paper", "reddot", {"value": "10.1234/paper"}])
def test_another_identifier_stays_with_a_warning(identifier: object) -> None:
    result = updated("codemeta.json", json.dumps({"identifier": identifier}))
    (finding,) = result.findings
    shown = identifier if isinstance(identifier, str) else "identifier"

    assert json.loads(result.content)["identifier"] == identifier
    assert (finding.level, finding.code, str(finding.where)) == (
        "warning",
        "doi-foreign",
        "codemeta.json:1:16  ($.identifier)",
    )
    assert finding.what == f"{shown} does not name this record; it is left as it is"


def test_a_graph_is_passed_over() -> None:
    result = updated("codemeta.json", '{"@graph": [{}]}')

    assert (result.status, result.note) == (
        "skipped",
        "a JSON-LD graph is not taken apart; the DOI is to be written into it by hand",
    )


# .zenodo.yml


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: T # x\n", "title: T # x\ndeposit:\n  record: 10.5281/zenodo.10\n"),
        ("deposit:\n    archive: zip # x\ntitle: T\n", "deposit:\n    archive: zip # x\n    record: 10.5281/zenodo.10\ntitle: T\n"),
        ("deposit: {archive: zip}", "deposit: {archive: zip, record: 10.5281/zenodo.10}"),
        ("deposit:\ntitle: T\n", "deposit:\n  record: 10.5281/zenodo.10\ntitle: T\n"),
        ("deposit:\n  record: new # one\n", "deposit:\n  record: 10.5281/zenodo.10 # one\n"),
    ],
)  # fmt: skip
def test_the_record_is_set(before: str, after: str) -> None:
    assert text_of(".zenodo.yml", before) == after


@pytest.mark.parametrize(
    "record", ["10", "'12'", "10.5281/zenodo.10", "10.5281/zenodo.9", "https://zenodo.org/records/11", "https://doi.org/10.5281/zenodo.12"]
)  # fmt: skip
def test_a_setting_that_names_the_record_stays(record: str) -> None:
    assert updated(".zenodo.yml", f"deposit: {{record: {record}}}\n").status == "unchanged"


def test_another_record_stays_with_a_warning() -> None:
    result = updated(".zenodo.yml", "deposit:\n  record: 99\n")

    assert (result.status, [finding.what for finding in result.findings]) == (
        "unchanged",
        ["deposit.record: 99 does not name this record; it is left as it is"],
    )


def test_a_block_that_is_none_stays_with_a_warning() -> None:
    assert [finding.code for finding in updated(".zenodo.yml", "deposit: yes\n").findings] == ["value-kind-wrong"]


def test_without_a_concept_doi_its_id_is_written() -> None:
    facts = dataclasses.replace(FACTS, concept_doi=None)

    assert updated(".zenodo.yml", "title: T\n", facts).content == b'title: T\ndeposit:\n  record: "10"\n'
