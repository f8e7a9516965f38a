"""``metadata --as cff``: valid by the format's own schema, and what is left out is named."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.test_cases import CASES, read_facts, snapshot_of
from zenodo_action import checks, sources
from zenodo_action.mapping.cff import to_cff
from zenodo_action.mapping.forms import metadata_text
from zenodo_action.model import Affiliation, Creator, Identifier, Record, Right

check_jsonschema = pytest.importorskip("check_jsonschema", reason="holds the schema of CITATION.cff")
SCHEMA: dict[str, Any] = json.loads(
    (resources.files(check_jsonschema) / "builtin_schemas/vendor/citation-file-format.json").read_text("utf-8")
)
TODAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_without_errors_gives_a_valid_file(case: Path) -> None:
    facts = read_facts(case)
    project = sources.collect(snapshot_of(case, facts), metadata_file=facts.get("metadata_file"))
    if checks_fail(project):
        return
    text, losses = metadata_text(project, "cff")

    jsonschema.validate(yaml.load(text, yaml.BaseLoader), SCHEMA)  # noqa: S506 - the loader that makes texts alone
    assert {each.code for each in losses} <= {"cff-loss"}


def checks_fail(project: Any) -> bool:
    return any(each.level == "error" for each in checks.check(project, today=TODAY))


def test_everything_that_has_a_place_is_there() -> None:
    record = Record(
        title="Red-Dot",
        resource_type="software",
        creators=(
            Creator(
                family_name="Carberry",
                given_name="Josiah",
                identifiers=(Identifier(scheme="orcid", identifier="0000-0002-1825-0097"),),
                affiliations=(Affiliation(name="Brown University"), Affiliation(ror="05gq02987")),
            ),
            Creator(kind="organizational", name="The Cat Collective"),
        ),
        contributors=(Creator(family_name="Muis", role="contactperson"),),
        description="<p>One &amp; <em>two</em>.</p><ul><li>three</li></ul>",
        publication_date="2026-03-01",
        version="1.10",
        rights=(Right(id="mit"), Right(id="apache-2.0")),
        keywords=("laser", "laser"),
        identifiers=(
            Identifier(scheme="doi", identifier="10.1234/x"),
            Identifier(scheme="ean13", identifier="4006381"),
        ),
        custom_fields={"code:codeRepository": "https://github.com/cat-lab-example/red-dot"},
    )
    content, lost = to_cff(record, commit="0123456789abcdef0123456789abcdef01234567")

    assert lost == ()
    jsonschema.validate(content, SCHEMA)
    assert content == {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "type": "software",
        "title": "Red-Dot",
        "version": "1.10",
        "date-released": "2026-03-01",
        "authors": [
            {
                "family-names": "Carberry",
                "given-names": "Josiah",
                "affiliation": "Brown University; https://ror.org/05gq02987",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
            },
            {"name": "The Cat Collective"},
        ],
        "contact": [{"family-names": "Muis"}],
        "abstract": "One & two.\n\nthree",
        "keywords": ["laser"],
        "license": ["MIT", "Apache-2.0"],
        "repository-code": "https://github.com/cat-lab-example/red-dot",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "identifiers": [
            {"type": "doi", "value": "10.1234/x"},
            {"type": "other", "value": "4006381", "description": "ean13"},
        ],
    }


def test_what_has_no_place_is_named() -> None:
    record = Record(
        title="Dots",
        resource_type="publication-article",
        creators=(Creator(family_name="Carberry"),),
        contributors=(Creator(family_name="Muis", role="datacurator"),),
        publication_date="2026",
        rights=(Right(id="other-open"), Right(title="House rules", link="https://example.org/rules")),
        languages=("eng",),
    )
    content, lost = to_cff(record)

    jsonschema.validate(content, SCHEMA)
    assert content["license-url"] == "https://example.org/rules"
    assert lost == ("contributors", "languages", "publication_date", "resource_type", "rights")
