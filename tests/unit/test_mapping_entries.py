"""Organisations and awards that a server lacks stand in the record by words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zenodo_action.mapping.entries import Entry, entries_of, in_words, renamed
from zenodo_action.model import Affiliation, Creator, Funding, Record

BROWN = "05gq02987"
EC = "00k4n6c32"
AWARD = f"{EC}::654241"
RECORD = Record(
    title="Red-Dot",
    creators=(
        Creator(
            family_name="Carberry",
            given_name="Josiah",
            affiliations=(Affiliation(name="Brown University", ror=BROWN), Affiliation(name="At home")),
        ),
    ),
    contributors=(Creator(kind="organizational", name="The Cats", affiliations=(Affiliation(ror=BROWN),)),),
    funding=(Funding(funder_id=EC, award_id=AWARD), Funding(funder_name="A friend")),
)


def test_entries_are_named_once_and_awards_first() -> None:
    assert entries_of(RECORD) == (("awards", AWARD), ("funders", EC), ("affiliations", BROWN))


def test_nothing_is_unknown() -> None:
    assert in_words(RECORD, (), "the server") == (RECORD, ())


def test_an_organisation_stands_by_its_name_or_address() -> None:
    changed, found = in_words(RECORD, [("affiliations", BROWN)], "the server")

    assert changed.creators[0].affiliations == (Affiliation(name="Brown University"), Affiliation(name="At home"))
    assert changed.contributors[0].affiliations == (Affiliation(name="https://ror.org/05gq02987"),)
    assert changed.funding == RECORD.funding
    assert [(each.level, each.code, each.what, each.fix) for each in found] == [
        (
            "warning",
            "organisation-unknown",
            "the server does not know the organisation 05gq02987; it is stored by its name",
            "check https://ror.org/05gq02987, or give the name alone",
        )
    ]


def test_an_award_stands_by_its_number() -> None:
    changed, found = in_words(RECORD, [("awards", AWARD)], "the server")

    assert changed.funding[0] == Funding(funder_id=EC, award_number="654241")
    assert [(each.code, each.what) for each in found] == [
        (
            "award-unknown",
            "the server does not know the award 00k4n6c32::654241; its number is stored without a link to it",
        )
    ]


def test_an_organisation_that_works_and_pays_is_told_once() -> None:
    record = Record(
        creators=(Creator(name="EC", affiliations=(Affiliation(ror=EC),)),), funding=(Funding(funder_id=EC),)
    )

    changed, found = in_words(record, entries_of(record), "the server")

    assert changed.funding == (Funding(funder_name="https://ror.org/00k4n6c32"),)
    assert len(found) == 1


def test_another_name_than_the_servers_is_told() -> None:
    """Not its other names, and not where the server only repeats the id."""
    place = ("affiliations", BROWN)

    (found,) = renamed(RECORD, {place: ("Brown", "Bruno")}, "the server")

    assert (found.level, found.code, found.what) == (
        "hint",
        "organisation-renamed",
        'the server knows the organisation 05gq02987 as "Brown", and shows that in place of "Brown University"',
    )
    for known in (("Brown", "BROWN UNIVERSITY"), (BROWN,), ()):
        assert renamed(RECORD, {place: known}, "the server") == ()


@given(st.sets(st.sampled_from(entries_of(RECORD))))
def test_what_is_unknown_is_gone_and_everything_else_stays(unknown: set[Entry]) -> None:
    changed, _ = in_words(RECORD, unknown, "the server")

    assert set(entries_of(changed)) == set(entries_of(RECORD)) - unknown
