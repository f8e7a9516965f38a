"""``CITATION.cff`` after a release: the DOI, the version and the date are in it, and nothing else has changed."""

from __future__ import annotations

import dataclasses
import difflib
import doctest
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml

from zenodo_action.errors import FilePlace
from zenodo_action.updates import PublishedFacts, Update, citation_cff, stamp, update
from zenodo_action.updates import facts as facts_module

FACTS = PublishedFacts(
    doi="10.5281/zenodo.12",
    concept_doi="10.5281/zenodo.10",
    version="1.2.0",
    released_on="2026-03-01",
    record_id="12",
    concept_id="10",
    record_url="https://zenodo.org/records/12",
    server_url="https://zenodo.org",
    badge_url="https://zenodo.org/badge/DOI/10.5281/zenodo.10.svg",
    own_dois=("10.5281/zenodo.11", "10.5281/zenodo.9"),
)
HEAD = """\
cff-version: 1.2.0
message: Please cite it.  # as you like
title: "Red-Dot"
authors:
  - family-names: Carberry   # the author
    given-names: Josiah
"""


def updated(content: str, facts: PublishedFacts = FACTS) -> Update:
    """Update a file, and see that a second time changes nothing."""
    result = update("CITATION.cff", content.encode(), facts)
    again = update("CITATION.cff", result.content, facts)
    assert (again.content, again.is_changed) == (result.content, False)
    return result


def changed_lines(content: str, facts: PublishedFacts = FACTS) -> list[str]:
    """Return the lines that go and come, in the form of a diff."""
    result = updated(content, facts).content.decode()
    lines = difflib.unified_diff(content.splitlines(), result.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_file_without_any_gets_all() -> None:
    assert changed_lines(HEAD) == [
        "+version: 1.2.0",
        '+date-released: "2026-03-01"',
        "+doi: 10.5281/zenodo.12",
        "+identifiers:",
        "+  - type: doi",
        "+    value: 10.5281/zenodo.12",
        "+    description: version 1.2.0",
        "+  - type: doi",
        "+    value: 10.5281/zenodo.10",
        "+    description: all versions",
    ]


def test_the_next_version_changes_the_values_alone() -> None:
    first = dataclasses.replace(
        FACTS, doi="10.5281/zenodo.11", version="1.1.0", released_on="2025-01-01", own_dois=(), record_id="11"
    )
    before = updated(HEAD, first).content.decode()

    assert changed_lines(before) == [
        "-version: 1.1.0",
        '-date-released: "2025-01-01"',
        "-doi: 10.5281/zenodo.11",
        "+version: 1.2.0",
        '+date-released: "2026-03-01"',
        "+doi: 10.5281/zenodo.12",
        "-    value: 10.5281/zenodo.11",
        "-    description: version 1.1.0",
        "+    value: 10.5281/zenodo.12",
        "+    description: version 1.2.0",
    ]


def test_a_concept_doi_that_the_authors_chose_stays() -> None:
    content = f"{HEAD}doi: 10.5281/zenodo.10\n"

    assert [line for line in changed_lines(content) if "doi:" in line] == []


def test_the_habits_of_the_file_are_kept() -> None:
    content = HEAD + "version: 'v1.1.0'\ndate-released: 2025-01-01\ndoi: \"10.5281/ZENODO.11\" # of the version\n"

    assert changed_lines(content)[:6] == [
        "-version: 'v1.1.0'",
        "-date-released: 2025-01-01",
        '-doi: "10.5281/ZENODO.11" # of the version',
        "+version: 'v1.2.0'",
        "+date-released: 2026-03-01",
        '+doi: "10.5281/zenodo.12" # of the version',
    ]


@pytest.mark.parametrize("old", ["", "TBD", "10.5281/zenodo.XXXXXX", "''", "10.5281/zenodo.0000000"])
def test_a_placeholder_gives_way(old: str) -> None:
    data = yaml.safe_load(updated(f"{HEAD}doi: {old}\n").content)

    assert data["doi"] == "10.5281/zenodo.12"


def test_the_doi_of_another_work_stays_with_a_warning() -> None:
    result = updated(f"{HEAD}doi: 10.1234/paper\n")
    (finding,) = result.findings

    assert yaml.safe_load(result.content)["doi"] == "10.1234/paper"
    assert (finding.level, finding.code, str(finding.where)) == ("warning", "doi-foreign", "CITATION.cff:7:6  ($.doi)")
    assert finding.what == "doi: 10.1234/paper does not name this record; it is left as it is"
    assert [each["value"] for each in yaml.safe_load(result.content)["identifiers"]] == [FACTS.doi, FACTS.concept_doi]


def test_a_preferred_citation_of_an_earlier_version_is_named() -> None:
    result = updated(f"{HEAD}preferred-citation:\n  type: software\n  doi: 10.5281/zenodo.9\n")
    (finding,) = result.findings

    assert (finding.code, str(finding.where)) == (
        "preferred-citation-stale",
        "CITATION.cff:9:8  ($.preferred-citation.doi)",
    )
    assert finding.fix == "write 10.5281/zenodo.10 there, or remove preferred-citation"


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(facts_module).failed == 0
    assert doctest.testmod(citation_cff).failed == 0


DESCRIBED = """\
version: 1.1.0
identifiers:
  - type: doi
    value: 10.1234/paper
  - description: {}
    type: doi
    value: 10.5281/zenodo.11
  - type: doi
    value: https://doi.org/10.5281/zenodo.10
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version 1.1.0", "version 1.2.0"),
        ("version 0.9", "version 1.2.0"),
        ("The DOI of v1.1.0, archived.", "The DOI of v1.2.0, archived."),
        ("Of this very version", "Of this very version"),
        (">-\n      The DOI\n      of 1.1.0", "The DOI of 1.2.0"),
    ],
)
def test_the_entry_of_the_earlier_version_becomes_this_ones(old: str, new: str) -> None:
    identifiers = yaml.safe_load(updated(HEAD + DESCRIBED.format(old)).content)["identifiers"]

    assert len(identifiers) == 3
    assert identifiers[1] == {"type": "doi", "value": FACTS.doi, "description": new}


@pytest.mark.parametrize(
    "old", ["The DOI of 1.0.9", "For release 2024.05 only", "The DOI of 11.1.0 and 1.1.0.1", "The concept DOI"]
)
def test_an_entry_that_is_about_another_version_stays(old: str) -> None:
    identifiers = yaml.safe_load(updated(HEAD + DESCRIBED.format(old)).content)["identifiers"]

    assert identifiers[1] == {"type": "doi", "value": "10.5281/zenodo.11", "description": old}
    assert identifiers[3] == {"type": "doi", "value": FACTS.doi, "description": "version 1.2.0"}
    assert len(identifiers) == 4


def test_a_list_of_all_versions_gets_one_more() -> None:
    content = (
        f"{HEAD}identifiers:\n- {{type: doi, value: 10.5281/zenodo.9}}\n- {{type: doi, value: 10.5281/zenodo.11}}\n"
    )

    values = [each["value"] for each in yaml.safe_load(updated(content).content)["identifiers"]]
    assert values == ["10.5281/zenodo.9", "10.5281/zenodo.11", FACTS.doi, FACTS.concept_doi]


def test_a_reserved_doi_is_stamped_before_there_is_one_for_all_versions() -> None:
    facts = dataclasses.replace(FACTS, concept_doi=None, badge_url=None, released_on=None, own_dois=())
    result = stamp(HEAD.encode(), facts)
    data = yaml.safe_load(result.content)

    assert (data["doi"], data["version"], "date-released" in data) == (FACTS.doi, "1.2.0", False)
    assert data["identifiers"] == [{"type": "doi", "value": FACTS.doi, "description": "version 1.2.0"}]


@pytest.mark.parametrize(
    ("version", "identifiers"),
    [
        ("1.0.3", None),
        ("1.1.0", [{"type": "doi", "value": FACTS.doi}, {"type": "doi", "value": FACTS.concept_doi}]),
        ("1.3.0", [{"type": "doi", "value": FACTS.doi, "description": "version 1.2.0"}, None]),
    ],
)
def test_older_formats_get_what_they_know(version: str, identifiers: list[Any] | None) -> None:
    data = yaml.safe_load(updated(HEAD.replace("1.2.0", version)).content)

    assert data["doi"] == FACTS.doi
    found = data.get("identifiers")
    assert found is identifiers or found[0] == identifiers[0]


def test_a_flow_style_file_stays_one() -> None:
    content = "{cff-version: 1.2.0, message: m, title: T, authors: [{name: The Cats}]}\n"

    assert updated(content).content.decode() == (
        '{cff-version: 1.2.0, message: m, title: T, version: 1.2.0, date-released: "2026-03-01", doi: 10.5281/zenodo.12, '
        "identifiers: [{type: doi, value: 10.5281/zenodo.12, description: version 1.2.0}, "
        "{type: doi, value: 10.5281/zenodo.10, description: all versions}], authors: [{name: The Cats}]}\n"
    )


def test_a_file_that_cannot_be_edited_whole_is_left_whole() -> None:
    content = f"{HEAD}version: &v 1.1.0\ndoi: 10.5281/zenodo.11\ncommit: *v\n"
    result = updated(content)

    assert (result.status, result.content) == ("refused", content.encode())
    assert result.note == (
        "not updated: $.version cannot be written without touching other parts of the file: "
        "an alias (*) repeats it elsewhere"
    )
    assert [finding.code for finding in result.findings] == ["edit-refused"]


def test_a_file_that_cannot_be_read_is_left() -> None:
    result = updated("title: 'never closed\n")

    assert (result.status, [finding.code for finding in result.findings]) == ("refused", ["document-unparsable"])
    assert isinstance(result.findings[0].where, FilePlace)


def test_odd_values_are_left_with_a_warning() -> None:
    result = updated(f"{HEAD}version: [1, 2]\nidentifiers: none\ndoi: {{a: b}}\n")

    assert {finding.code for finding in result.findings} == {"value-kind-wrong", "doi-foreign"}
    assert result.status == "changed"


def test_a_doi_that_the_format_does_not_take_is_refused() -> None:
    result = updated(HEAD, dataclasses.replace(FACTS, doi="10.5281/a<b>"))

    assert (result.status, result.findings[0].what) == (
        "refused",
        "the format's schema does not take the DOI 10.5281/a<b>",
    )


@pytest.mark.parametrize(
    "content",
    [
        HEAD,
        HEAD + "version: 1.0\ndoi: 10.5281/zenodo.11\n",
        HEAD + DESCRIBED.format("version 1.1.0").replace("https://doi.org/", ""),
        HEAD + "type: dataset\nidentifiers:\n  - {type: url, value: 'https://example.org'}\n",
    ],
)
def test_a_valid_file_stays_valid(content: str) -> None:
    check_jsonschema = pytest.importorskip("check_jsonschema", reason="holds the schema of CITATION.cff")
    vendored = resources.files(check_jsonschema) / "builtin_schemas/vendor/citation-file-format.json"
    schema = json.loads(vendored.read_text("utf-8"))
    for text in (content, updated(content).content.decode()):
        jsonschema.validate(yaml.load(text, yaml.BaseLoader), schema)  # noqa: S506 - the loader that makes texts alone


def test_other_files_are_passed_over() -> None:
    result = update("setup.py", b"x", FACTS)

    assert (result.status, result.content, result.note) == ("skipped", b"x", "no file that a DOI is written into")
