"""
Organisations and awards that a record names by their ids in the server's vocabularies, or by words where it lacks them.

A server refuses a record whole that names an entry it does not have, and instances differ in what they have loaded.
Source: InvenioRDM reference, "Metadata", affiliations and funding; "Invalid value …" in recorded answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from zenodo_action.errors import Finding
from zenodo_action.model import Affiliation, Creator, Funding, Record

Kind: TypeAlias = Literal["awards", "funders", "affiliations"]
Entry: TypeAlias = tuple[Kind, str]
"""A vocabulary and an id in it, as ``("affiliations", "05gq02987")``."""


def entries_of(record: Record) -> tuple[Entry, ...]:
    """Return the entries that a record names, each once, those first that are most likely to be missing."""
    awards: list[Entry] = [("awards", each.award_id) for each in record.funding if each.award_id]
    funders: list[Entry] = [("funders", each.funder_id) for each in record.funding if each.funder_id]
    people = (*record.creators, *record.contributors)
    places: list[Entry] = [("affiliations", each.ror) for one in people for each in one.affiliations if each.ror]
    return tuple(dict.fromkeys((*awards, *funders, *places)))


def in_words(record: Record, unknown: Collection[Entry], server: str) -> tuple[Record, tuple[Finding, ...]]:
    """Return the record with words in the place of entries that the server lacks, and a warning for each of them."""
    if not unknown:
        return record, ()
    changed = replace(
        record,
        creators=tuple(_person(each, unknown) for each in record.creators),
        contributors=tuple(_person(each, unknown) for each in record.contributors),
        funding=tuple(_funding(each, unknown) for each in record.funding),
    )
    return changed, tuple(_findings(unknown, server))


def renamed(record: Record, names: Mapping[Entry, Sequence[str]], server: str) -> tuple[Finding, ...]:
    """
    Return a hint for each organisation that is stored under another name than the one that was given beside its id.

    Args:
        record: What is to be stored.
        names: What the server calls an entry, its usual name first.
        server: What people call the server.
    """
    people = (*record.creators, *record.contributors)
    given: list[tuple[Entry, str | None]] = [
        (("affiliations", each.ror), each.name) for one in people for each in one.affiliations if each.ror
    ]
    given += [(("funders", each.funder_id), each.funder_name) for each in record.funding if each.funder_id]
    found: list[Finding] = []
    for entry, name in dict.fromkeys(given):
        _, identifier = entry
        held = names.get(entry, ())
        # A server that has no register of its own may only repeat the id.
        if name and held and held[0] != identifier and name.casefold() not in (each.casefold() for each in held):
            finding = Finding(
                level="hint",
                code="organisation-renamed",
                what=f'{server} knows the organisation {identifier} as "{held[0]}", and shows that in place of "{name}"',
                fix=f"check {_address(identifier)}; give the name alone where it is to be shown as it is written",
            )
            found.append(finding)
    return tuple(found)


def _person(creator: Creator, unknown: Collection[Entry]) -> Creator:
    """Return a person whose places are named."""
    return replace(creator, affiliations=tuple(_place(each, unknown) for each in creator.affiliations))


def _place(place: Affiliation, unknown: Collection[Entry]) -> Affiliation:
    """Return a place by its name, or by its address in the register where it has none."""
    if place.ror is None or ("affiliations", place.ror) not in unknown:
        return place
    return Affiliation(name=place.name or _address(place.ror))


def _funding(funding: Funding, unknown: Collection[Entry]) -> Funding:
    """Return who paid, by names and numbers."""
    if funding.funder_id is not None and ("funders", funding.funder_id) in unknown:
        funding = replace(funding, funder_id=None, funder_name=funding.funder_name or _address(funding.funder_id))
    if funding.award_id is not None and ("awards", funding.award_id) in unknown:
        number = funding.award_number or funding.award_id.rpartition("::")[2]
        funding = replace(funding, award_id=None, award_number=number)
    return funding


def _address(ror: str) -> str:
    """Return the page of an organisation in the register."""
    return f"https://ror.org/{ror}"


def _findings(unknown: Collection[Entry], server: str) -> Iterator[Finding]:
    """Yield a warning for each entry, in a fixed order."""
    for identifier in sorted(identifier for kind, identifier in unknown if kind == "awards"):
        yield Finding(
            level="warning",
            code="award-unknown",
            what=f"{server} does not know the award {identifier}; its number is stored without a link to it",
            fix="check the id: the funder's ROR id, two colons, the award's number; a new award may not be known yet",
        )
    for identifier in sorted({identifier for kind, identifier in unknown if kind != "awards"}):
        yield Finding(
            level="warning",
            code="organisation-unknown",
            what=f"{server} does not know the organisation {identifier}; it is stored by its name",
            fix=f"check {_address(identifier)}, or give the name alone",
        )
