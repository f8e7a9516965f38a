"""``metadata --as cff``: what is where, and that reading it again gives the same record."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.test_cases import CASES, read_facts, snapshot_of
from tests.unit.test_mapping_forms import CFF
from zenodo_action import sources
from zenodo_action.mapping.cff import to_cff
from zenodo_action.model import Affiliation, Creator, Identifier, Record, Reference, Related, Right, Snapshot

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "https://github.com/cat-lab-example/red-dot"
SWHID = f"swh:1:dir:{COMMIT}"
PAPER = Identifier(scheme="doi", identifier="10.1234/paper")


def lost(record: Record) -> list[str]:
    content, losses = to_cff(record)
    CFF.validate({"title": "x", "authors": [{"name": "x"}], **content})
    return [each.what.removeprefix("CITATION.cff has no place for ") for each in losses]


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
        related=(
            Related(identifier=f"{REPOSITORY}/tree/v1.10", relation="issupplementto", resource_type="software"),
            Related(identifier="https://example.org/dot", relation="isdescribedby"),
            Related(identifier=f"https://archive.softwareheritage.org/{SWHID}", relation="isidenticalto"),
            Related(identifier="https://example.org/mirror", relation="isidenticalto"),
            Related(identifier="https://example.org/wheel", relation="isoriginalformof"),
            Related(identifier="10.1234/paper", relation="isdocumentedby", resource_type="publication-article"),
        ),
        references=(
            Reference(
                text="Doe, J.; The Cats (2014). Dots. Journal, 2. https://doi.org/10.1234/paper", identifier=PAPER
            ),
            Reference(text="Roe, R. (2015). More dots"),
        ),
        custom_fields={"code:codeRepository": REPOSITORY},
    )
    content, losses = to_cff(record, commit=COMMIT)

    assert losses == ()
    CFF.validate(content)
    paper = {
        "authors": [{"family-names": "Doe", "given-names": "J."}, {"name": "The Cats"}],
        "title": "Dots",
        "year": 2014,
        "notes": "Journal, 2",
        "doi": "10.1234/paper",
    }
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
        "repository-code": REPOSITORY,
        "commit": COMMIT,
        "identifiers": [
            {"type": "doi", "value": "10.1234/x"},
            {"type": "other", "value": "4006381", "description": "ean13"},
            {"type": "swh", "value": SWHID},
        ],
        "references": [
            {"type": "generic", **paper},
            {
                "type": "generic",
                "authors": [{"family-names": "Roe", "given-names": "R."}],
                "title": "More dots",
                "year": 2015,
            },
        ],
        "url": "https://example.org/dot",
        "repository": "https://example.org/mirror",
        "repository-artifact": "https://example.org/wheel",
        "preferred-citation": {"type": "article", **paper},
    }


ISNI = Identifier(scheme="isni", identifier="000000012146438X")

LOSSES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "type": ({"resource_type": "publication-article"}, ["types but software and dataset: publication-article"]),
    "contributor": (
        {"contributors": (Creator(family_name="Muis", role="datacurator"),)},
        ["contributors but contacts: personal Muis datacurator"],
    ),
    "date": ({"publication_date": "2026"}, ["dates but single days: 2026"]),
    "licence of Zenodo's": (
        {"rights": (Right(id="other-open"),)},
        ["licences that SPDX does not know: other-open"],
    ),
    "licence of one's own": (
        {"rights": (Right(title="House rules", link="https://example.org/rules"),)},
        ["names of licences of your own: House rules"],
    ),
    "identifier of a person": (
        {"creators": (Creator(family_name="Muis", identifiers=(ISNI,)),)},
        ["identifiers of people but one ORCID iD: isni 000000012146438X"],
    ),
    "affiliation": (
        {
            "creators": (
                Creator(family_name="Muis", affiliations=(Affiliation(name="Brown", ror="05gq02987"),), role="editor"),
                Creator(kind="organizational", name="The Cats", affiliations=(Affiliation(name="Brown"),)),
            )
        },
        [
            "roles of authors: Muis editor",
            "ROR ids of affiliations: Brown 05gq02987",
            "affiliations of entities: The Cats Brown",
        ],
    ),
    "reference": (
        {"references": (Reference(text="Doe 2014", identifier=PAPER),)},
        ["works cited without authors, year and title: Doe 2014 doi 10.1234/paper"],
    ),
    "publication to cite": (
        {"related": (Related(identifier="10.1234/paper", relation="isdocumentedby"),)},
        ["related works but some: isdocumentedby 10.1234/paper"],
    ),
    "language": ({"languages": ("eng",)}, ["languages: eng"]),
    "repository": (
        {"custom_fields": {"code:codeRepository": "no address", "code:developmentStatus": {"id": "wip"}}},
        ["addresses that are none: no address", "custom fields: code:developmentStatus wip"],
    ),
}


@pytest.mark.parametrize(("fields", "told"), LOSSES.values(), ids=LOSSES.keys())
def test_what_has_no_place_is_named(fields: dict[str, Any], told: list[str]) -> None:
    assert lost(Record(**fields)) == told


# There and back

CITATION = {case.name: case for case in CASES if case.name.startswith("cff-") and (case / "CITATION.cff").exists()}


@pytest.mark.parametrize("name", ["cff-1.2-complete", "cff-1.1.0", "cff-1.0.3", "cff-entities", "cff-many-authors"])
def test_reading_it_again_gives_the_same_record(name: str) -> None:
    """What was not told to be lost is there again; places and a publication to cite that names no authors aside."""
    case = CITATION[name]
    snapshot = snapshot_of(case, read_facts(case))
    record = sources.collect(snapshot).record
    content, losses = to_cff(record, commit=snapshot.commit)
    again = sources.collect(with_citation(snapshot, yaml.safe_dump(content, allow_unicode=True))).record

    told = " ".join(each.what for each in losses)
    for field in Record.__slots__:
        before, after = getattr(record, field), getattr(again, field)
        if not isinstance(before, tuple):
            assert after == before, field
            continue
        assert [each for each in before if each not in after and shown(each) not in told] == [], field


def with_citation(snapshot: Snapshot, text: str) -> Snapshot:
    """Return the tag with another citation file, and no other file."""
    return Snapshot(
        repository=snapshot.repository,
        tag=snapshot.tag,
        commit=snapshot.commit,
        version=snapshot.version,
        released_on=snapshot.released_on,
        committed_at=snapshot.committed_at,
        files={"CITATION.cff": text.encode()},
    )


def shown(value: Any) -> str:
    """Return what a finding must show of a value: the beginning of its text, identifier or name."""
    for name in ("text", "identifier", "display_name"):
        if hasattr(value, name):
            return str(getattr(value, name))[:70]
    return str(value)
