"""Which record a text, a note or a link means."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.remotes import remote
from zenodo_action.errors import FilePlace, OptionError, OptionPlace
from zenodo_action.hints import doi_hints, record_id_of
from zenodo_action.model import Mark, Related
from zenodo_action.story.discovery import (
    carries_mark,
    is_unclaimed,
    points_at,
    same_repository,
)

URL = "https://github.com/cat-lab-example/red-dot"
PLACE = OptionPlace(name="--record")


@pytest.mark.parametrize(
    ("text", "record_id"),
    [
        ("1234567", "1234567"),
        (" 1234567 ", "1234567"),
        ("ab1cd-ef2gh", "ab1cd-ef2gh"),
        ("10.5281/zenodo.1234567", "1234567"),
        ("doi:10.5281/zenodo.1234567", "1234567"),
        ("https://doi.org/10.5281/ZENODO.1234567", "1234567"),
        ("http://dx.doi.org/10.5072/zenodo.7", "7"),
        ("10.1234/ab1cd-ef2gh", "ab1cd-ef2gh"),
        ("10.1234/inst.ab1cd-ef2gh", "ab1cd-ef2gh"),
        ("https://zenodo.org/records/1234567", "1234567"),
        ("https://zenodo.org/record/1234567/", "1234567"),
        ("https://zenodo.org/records/1234567?preview=1#files", "1234567"),
        ("https://zenodo.org/uploads/1234567", "1234567"),
        ("https://zenodo.org/deposit/1234567", "1234567"),
        ("https://zenodo.org/api/deposit/depositions/1234567", "1234567"),
        ("https://zenodo.org/api/records/1234567", "1234567"),
    ],
)
def test_what_names_a_record(text: str, record_id: str) -> None:
    """Its id, its DOI in every spelling, and the addresses that people copy."""
    assert record_id_of(text, PLACE) == record_id


@pytest.mark.parametrize(
    "text", ["", "red-dot", "10.1234/other.7", "https://zenodo.org/", "https://zenodo.org/communities/x", "12/34"]
)
def test_what_names_none(text: str) -> None:
    """An error with the three forms."""
    with pytest.raises(OptionError) as caught:
        record_id_of(text, PLACE)

    assert caught.value.what == f"{text!r} names no record"
    assert caught.value.where == PLACE


@given(st.text())
def test_any_text_names_a_plain_id_or_nothing(text: str) -> None:
    """What comes out can stand in a path."""
    try:
        found = record_id_of(text, PLACE)
    except OptionError:
        return
    assert found
    assert set(found) <= set(string.ascii_letters + string.digits + "-") or found.isdecimal()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (URL, URL, True),
        (URL, f"{URL}/", True),
        (URL, f"{URL}.git", True),
        (URL, URL.upper(), True),
        (URL, f"{URL}-2", False),
        (URL, None, False),
        (None, None, False),
    ],
)
def test_same_repository(one: str | None, other: str | None, *, is_same: bool) -> None:
    """Forges do not tell letter case apart."""
    assert same_repository(one, other) is is_same


@pytest.mark.parametrize(
    ("facts", "is_ours"),
    [
        ({"code_repository": URL}, True),
        ({"related": (Related(identifier=f"{URL}/tree/v1", relation="issupplementto"),)}, True),
        ({"related": (Related(identifier=f"{URL}-2/tree/v1", relation="issupplementto"),)}, False),
        ({"related": (Related(identifier=f"{URL}/tree/v1", relation="isderivedfrom"),)}, False),
        (
            {
                "code_repository": "https://github.com/cat-lab-example/data",
                "related": (Related(identifier=f"{URL}/tree/v1", relation="issupplementto"),),
            },
            False,
        ),
        ({}, False),
    ],
)
def test_which_records_are_of_a_repository(facts: dict[str, Any], *, is_ours: bool) -> None:
    """The code repository decides; without one, the link to the source that was archived."""
    assert points_at(remote(**facts), URL) is is_ours
    assert points_at(remote(**facts), None) is False


def test_the_mark_is_the_version_and_the_link() -> None:
    """The copy that a next version starts from has the link, but no version."""
    link = Related(identifier=f"{URL}/tree/v1.0.0", relation="issupplementto")
    mark = Mark(version="1.0.0", link=f"{URL}/tree/v1.0.0")

    assert carries_mark(remote(version="1.0.0", related=(link,)), mark)
    assert not carries_mark(remote(version=None, related=(link,)), mark)
    assert not carries_mark(remote(version="1.0.0"), mark)
    assert carries_mark(remote(version="1.0.0"), Mark(version="1.0.0"))
    assert is_unclaimed(remote(version=None, related=(link,)))
    assert not is_unclaimed(remote(version="0.9"))


@pytest.mark.parametrize(
    ("facts", "unclaimed"),
    [
        ({"created": "2026-03-01T12:00:00+00:00", "updated": "2026-03-01T12:00:05.123+00:00"}, True),
        ({"created": "2026-03-01T12:00:00+00:00", "updated": "2026-03-01T12:05:00+00:00"}, False),
        ({"created": "2026-03-01T12:00:00+00:00", "modified": "2026-03-01T12:05:00+00:00"}, False),
        ({}, True),
    ],
)
def test_a_draft_that_was_saved_later_is_somebodys(facts: dict[str, str], *, unclaimed: bool) -> None:
    """Both APIs tell when; where none does, the missing version decides."""
    assert is_unclaimed(remote(version=None, payload=facts)) is unclaimed
    assert not is_unclaimed(remote(version="1.0.0", payload=facts))


def test_dois_that_a_server_could_have_given() -> None:
    """Only those of its prefix, and of the shape that it gives."""
    place = FilePlace(file="CITATION.cff", line=3)
    dois = [(doi, place) for doi in ("10.5281/zenodo.1", "10.5072/zenodo.2", "10.5281/other.3")]

    assert [hint.record_id for hint in doi_hints(dois, "10.5281")] == ["1"]
    assert [hint.record_id for hint in doi_hints(dois, None)] == ["1", "2"]
    assert doi_hints(dois, "10.5281")[0].source == "CITATION.cff:3"
