"""People as package files and data packages name them: ``Name <address>`` in one text, or by keys."""

from __future__ import annotations

import re

from zenodo_action import vocab
from zenodo_action.model import Affiliation, Creator, Identifier
from zenodo_action.sources.people import Guesses, split
from zenodo_action.sources.reading import Value

_ADDRESSES = re.compile(r"\s*(?:<[^>]*>|\([^)]*\))")
"""``<address>`` and ``(home page)`` after a name. Source: docs.npmjs.com, package.json, "people fields"."""

_REMARKS = re.compile(r"\s*(?:\[[^\]]*\]|\([^()]*\)|<[^>]*>)")
_BETWEEN = re.compile(r",\s*(?:and\s+)?|\s+and\s+|;\s*")
_TURNED = re.compile(r"[^\s,;]+, [^\s,;]+(?: \w\.)*")
"""One person, family name first."""
_OTHERS = re.compile(r"(?i)\s*(?:,|\band\b|&)\s*(?:other )?contributors$")
"""What Julia's package templates put after the name."""

_FIX = "name the creators in .zenodo.yml or CITATION.cff, with family and given names"
_NAMES, _FAMILY, _GIVEN = ("name", "title", "legalName"), ("familyName",), ("givenName",)
_IDS = ("@id", "id", "identifier", "orcid", "path")


def read_people(value: Value | None) -> tuple[Creator, ...]:
    """Return the people of a list, or the one that stands alone; addresses are left out on purpose."""
    if value is None:
        return ()
    people: list[Creator] = []
    guesses = Guesses(_FIX)
    for item in value.items(may_be_single=True):
        person = read_person(item, guesses)
        if person is not None and person not in people:
            item.mark(len(people))
            people.append(person)
    guesses.report()
    return tuple(people)


def read_names(value: Value | None, fix: str) -> tuple[Creator, ...]:
    """Return the people of one text with commas, semicolons or "and" between them; ``fix`` says how to tell them apart."""
    text = value.line() if value is not None else None
    if value is None or text is None:
        return ()
    guesses = Guesses(fix)
    text = _REMARKS.sub("", text)
    names = [text] if _TURNED.fullmatch(text.strip()) else [part.strip() for part in _BETWEEN.split(text)]
    people = tuple(split(name, value, guesses) for name in names if name)
    guesses.report()
    return tuple(dict.fromkeys(people))


def read_person(item: Value, guesses: Guesses) -> Creator | None:
    """Return a person or organisation, ``None`` where there is no name."""
    family, given = item.text_of(*_FAMILY), item.text_of(*_GIVEN)
    identifiers = _read_orcid(item)
    affiliations = read_affiliations(item.get("affiliation", "organization"))
    if family:
        return Creator(family_name=family, given_name=given, identifiers=identifiers, affiliations=affiliations)
    named = item.get(*_NAMES, *_GIVEN) if item.is_mapping else item
    text = named.line() if named is not None else None
    name = _OTHERS.sub("", _ADDRESSES.sub("", text)).strip(" ,") if text else None
    if not name or named is None or "@" in name:
        return None
    if (item.text_of("@type", "type") or "") in ("Organization", "organization"):
        return Creator(kind="organizational", name=name, identifiers=_read_ror(item), affiliations=affiliations)
    found = split(name, named, guesses, is_person=bool(identifiers))
    return Creator(
        kind=found.kind,
        family_name=found.family_name,
        given_name=found.given_name,
        name=found.name,
        identifiers=identifiers,
        affiliations=affiliations,
    )


def read_affiliations(value: Value | None) -> tuple[Affiliation, ...]:
    """Return where a person works, each place once."""
    if value is None:
        return ()
    found = []
    for item in value.items(may_be_single=True):
        name = item.text_of(*_NAMES) if item.is_mapping else item.line()
        ror = next((each.identifier for each in _read_ror(item)), None)
        if name or ror:
            found.append(Affiliation(name=name, ror=ror))
    return tuple(dict.fromkeys(found))


def _read_ror(item: Value) -> tuple[Identifier, ...]:
    """Return the ROR id of an organisation."""
    links = [item.text_of(key) or "" for key in _IDS]
    ror = next((vocab.ror(link) for link in links if "ror.org" in link), None)
    return (Identifier(scheme="ror", identifier=ror),) if ror else ()


def _read_orcid(item: Value) -> tuple[Identifier, ...]:
    for key in _IDS:
        value = item.get(key)
        text = value.line() if value is not None and not value.is_mapping and not value.is_list else None
        if value is None or text is None or "orcid.org" not in text:
            continue
        orcid = vocab.orcid(text)
        if orcid is not None:
            return (Identifier(scheme="orcid", identifier=orcid),)
        value.warn(
            code="orcid-invalid",
            what=f"the ORCID iD {vocab.orcid_problem(text) or 'is none'}; it is left out",
            fix="look it up at https://orcid.org, or remove it",
        )
    return ()
