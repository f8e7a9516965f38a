"""Which record a text or a DOI means."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action.errors import FilePlace, OptionError, OptionPlace
from zenodo_action.hints import doi_hints, is_elsewhere, record_id_of

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
    ("text", "is_zenodos", "is_ours"),
    [
        ("1234567", True, True),
        ("10.5281/zenodo.1234567", True, True),
        ("https://doi.org/10.5072/zenodo.1234567", False, True),
        ("10.1234/ab1cd-ef2gh", False, True),
        ("https://zenodo.org/records/1234567", True, False),
        ("https://www.zenodo.org/records/1234567", True, False),
        ("https://sandbox.zenodo.org/records/1234567", False, False),
        ("https://rdm.example.org/records/ab1cd-ef2gh", False, True),
        ("https://api.rdm.example.org/records/ab1cd-ef2gh", False, True),
        ("http://[::1/records/1", True, True),
    ],
)
def test_records_of_another_server(text: str, *, is_zenodos: bool, is_ours: bool) -> None:
    """The same number is another record there; a server that is not known may have more than one host."""
    assert is_elsewhere(text, web_url="https://zenodo.org", prefix="10.5281") is not is_zenodos
    assert is_elsewhere(text, web_url="https://rdm.example.org", prefix=None) is not is_ours


def test_dois_that_a_server_could_have_given() -> None:
    """Only those of its prefix, and of the shape that it gives."""
    place = FilePlace(file="CITATION.cff", line=3)
    dois = [(doi, place) for doi in ("10.5281/zenodo.1", "10.5072/zenodo.2", "10.5281/other.3")]

    assert [hint.record_id for hint in doi_hints(dois, "10.5281")] == ["1"]
    assert [hint.record_id for hint in doi_hints(dois, None)] == ["1", "2"]
    assert doi_hints(dois, "10.5281")[0].source == "CITATION.cff:3"
