"""The server's own detector of identifiers agrees with the library that the real server uses."""

from __future__ import annotations

import idutils
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import UNHURRIED
from zenodo_action.server import identifiers, vocabulary

TEXTS = [
    "10.1234/x", "doi:10.5/abc", "https://doi.org/10.1234/x", "https://github.com/o/r", "github.com/o/r", "purl.org/x",
    "arXiv:2101.00001", "2101.00001", "https://arxiv.org/abs/2101.00001", "math/0309136", "hep-th/9901001v1", "12345",
    "pmid:12345", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "ark:/12345/abc", "urn:nbn:de:1",
    "978-3-16-148410-0", "0378-5955", "2011ApJS..192...18K", "RRID:SCR_012345", "Q42", "http://purl.org/x",
    "https://hdl.handle.net/11/22", "hdl:123/456", "a.b.c.d", "swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2",
    "PMC123", "ascl:1234.567", "hal-01234", "hello", "hello world", "urn:lsid:a.org:b:c", "1234567890128",
    "https://ror.org/05gq02987", "05gq02987", "gnd:4079154-3", "zzz", "170118215", "https://d-nb.info/gnd/170118215",
    "http://isni.org/isni/000000012146438X", "000000012146438X", "10.1234", "www.example.org", "ftp://x/y", "a/b",
    "cstr:31253.11.sciencedb.1", "0A9200212B4A1057", "12345678", "", "x:y", "mailto:a@b", "o/r", "1", "10.1234/",
]  # fmt: skip


def theirs(text: str) -> str | None:
    allowed = set(identifiers.RECORD_SCHEMES)
    return next((scheme for scheme in idutils.detect_identifier_schemes(text) if scheme in allowed), None)


@pytest.mark.parametrize("text", TEXTS)
def test_a_scheme_is_detected_and_written_alike(text: str) -> None:
    ours = identifiers.detect_allowed(text, identifiers.RECORD_SCHEMES)
    assert ours == theirs(text)
    if ours is not None and ours != "isbn":  # their hyphens of an ISBN need a table of publishers
        assert identifiers.normalize(text, ours) == idutils.normalize_pid(text, ours)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("scheme", ["orcid", "isni", "gnd", "ror"])
def test_the_identifiers_of_people_are_told_alike(text: str, scheme: str) -> None:
    valid = bool(getattr(idutils, f"is_{scheme}")(text))
    assert identifiers.is_valid(text, scheme) == valid
    if valid:
        assert identifiers.normalize(text, scheme) == idutils.normalize_pid(text, scheme)


@settings(UNHURRIED)
@given(st.from_regex(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]", fullmatch=True))
def test_the_check_digits_of_orcids_are_reckoned_alike(text: str) -> None:
    assert identifiers.is_orcid(text) == bool(idutils.is_orcid(text))


@settings(UNHURRIED)
@given(st.from_regex(r"97[89][0-9]{10}|[0-9]{9}[0-9X]|[0-9]{4}-[0-9]{3}[0-9X]", fullmatch=True))
def test_the_check_digits_of_books_and_journals_are_reckoned_alike(text: str) -> None:
    assert identifiers.is_isbn(text) == bool(idutils.is_isbn(text))
    assert identifiers.is_issn(text) == bool(idutils.is_issn(text))


@settings(UNHURRIED)
@given(st.text(max_size=30))
def test_no_text_does_harm(text: str) -> None:
    for scheme in identifiers.detect(text):
        assert isinstance(identifiers.normalize(text, scheme), str)


def test_ror_ids_count_as_known_by_their_check_number() -> None:
    found = [
        one for one in ("05gq02987", "00k4n6c32", "01ggx4157", "05gq02988", "nope") if vocabulary.ror_is_possible(one)
    ]
    assert found == ["05gq02987", "00k4n6c32", "01ggx4157"]


def test_languages_are_those_of_iso_639_3() -> None:
    assert [vocabulary.knows("languages", one) for one in ("eng", "deu", "xxx", "en", "english")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert vocabulary.language_of_two_letters("de") == "deu"
