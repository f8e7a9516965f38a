"""A record in lines of text: nothing of it is left out, and nothing of the program's insides is shown."""

from __future__ import annotations

import dataclasses

import pytest

from zenodo_action.lines import record_lines, value_line
from zenodo_action.model import (
    Access,
    Affiliation,
    Creator,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    Right,
    TypedDate,
    TypedText,
)

FULL = Record(
    title="Red-Dot",
    resource_type="software",
    creators=(Creator(family_name="Carberry", given_name="Josiah", affiliations=(Affiliation(name="Brown"),)),),
    contributors=(Creator(kind="organizational", name="The Cats", role="sponsor"),),
    description="<p>Finds\n dots.</p>",
    additional_titles=(TypedText(text="Der rote Punkt", type="translated-title", language="deu"),),
    additional_descriptions=(TypedText(text="<p>By hand.</p>", type="methods"),),
    publication_date="2026-03-01",
    version="1.2.0",
    publisher="Brown University Press",
    rights=(Right(id="mit"), Right(title="House rules", link="https://example.org/rules")),
    keywords=("laser", "cats"),
    languages=("eng", "deu"),
    dates=(TypedDate(date="2020/2021", type="collected"),),
    identifiers=(Identifier(scheme="doi", identifier="10.1234/abc"),),
    related=(Related(identifier="10.1234/dots", relation="cites", scheme="doi"),),
    funding=(Funding(funder_name="The Cats", award_number="7"), Funding(funder_id="00k4n6c32")),
    references=(Reference(text="Shelly, M. (2019). Dots."),),
    locations=(Location(place="Bern", latitude=46.9, longitude=7.4),),
    access=Access(files="restricted", embargo_until="2027-01-31", embargo_reason="Thesis"),
    communities=("zenodo",),
    custom_fields={
        "code:programmingLanguage": [{"id": "python"}, {"id": "c++"}],
        "code:developmentStatus": {"id": "active"},
        "journal:journal": {"title": "Journal of Feline Optics", "volume": "4"},
    },
)
LINES = """\
title: Red-Dot
type: software
version: 1.2.0
date: 2026-03-01
creators: Carberry, Josiah
contributors: The Cats (sponsor)
licence: mit; House rules https://example.org/rules
access: files restricted until 2027-01-31: Thesis
keywords: laser, cats
description: <p>Finds dots.</p>
related: cites 10.1234/dots
references: Shelly, M. (2019). Dots.
funding: The Cats 7; 00k4n6c32
communities: zenodo
further titles: Der rote Punkt translated-title deu
further descriptions: <p>By hand.</p> methods
publisher: Brown University Press
languages: eng, deu
further dates: 2020/2021 collected
identifiers: doi 10.1234/abc
places: Bern 46.9 7.4
code:programmingLanguage: python; c++
code:developmentStatus: active
journal:journal: title: Journal of Feline Optics, volume: 4
"""


def test_every_field_of_a_record_has_its_line() -> None:
    assert all(getattr(FULL, field.name) for field in dataclasses.fields(Record)), "the example holds every field"
    assert "".join(f"{name}: {line}\n" for name, line in record_lines(FULL)) == LINES


def test_an_empty_record_has_no_lines() -> None:
    assert record_lines(Record()) == []


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("x" * 101, "x" * 99 + "…"),
        ("x" * 100, "x" * 100),
        (tuple(Reference(text=str(number)) for number in range(9)), "0; 1; 2; 3; 4; 5; 6; 7; and 1 more"),
        (tuple(Reference(text=str(number)) for number in range(8)), "0; 1; 2; 3; 4; 5; 6; 7"),
        (Location(latitude=0.0, longitude=0.0), "0.0 0.0"),
        ({"identifiers": ["a", "b"]}, "identifiers: a, b"),
        (None, ""),
    ],
)
def test_lines_of_values(value: object, line: str) -> None:
    assert value_line(value) == line
