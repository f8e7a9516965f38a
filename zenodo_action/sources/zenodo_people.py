"""Creators and contributors of ``.zenodo.yml`` and ``.zenodo.json``."""

from __future__ import annotations

import re
from dataclasses import replace

from zenodo_action import vocab
from zenodo_action.model import Affiliation, Creator, Identifier
from zenodo_action.sources.people import Guesses, read_affiliations, read_identifier, read_name, read_orcid, split
from zenodo_action.sources.reading import Value, did_you_mean, shown

_ORGANISATION_KEYS = ("organization", "organisation")
_FAMILY_KEYS = ("family_names", "family_name", "family-names")
_GIVEN_KEYS = ("given_names", "given_name", "given-names")
_AFFILIATION_KEYS = ("affiliation", "affiliations")
KEYS = (
    "name",
    *_FAMILY_KEYS,
    *_GIVEN_KEYS,
    *_ORGANISATION_KEYS,
    "type",
    *_AFFILIATION_KEYS,
    "orcid",
    "gnd",
    "isni",
    "ror",
    "role",
)
KINDS = dict.fromkeys(("person", "personal"), "personal") | dict.fromkeys(
    ("organization", "organisation", "organizational", "organisational"), "organizational"
)
"""What ``type`` may say of an entry besides a role, and what it means."""

_ROLES_OF_ORGANISATIONS = frozenset(
    {"distributor", "hostinginstitution", "registrationagency", "registrationauthority", "researchgroup", "sponsor"}
)
"""Roles that organisations have. Source: DataCite Metadata Schema 4.5, appendix "contributorType"."""

_GUESS_FIX = 'write "Family, Given" for a person, "organization: Name" for an organisation'


def read_creators(root: Value) -> tuple[Creator, ...]:
    """Return the creators in their order; an item without a name is an error."""
    return _read_list(root.get("creators"), "creator")


def read_contributors(root: Value) -> tuple[Creator, ...]:
    """Return the contributors with their roles, and the supervisors of a thesis."""
    contributors = _read_list(root.get("contributors"), "contributor")
    supervisors = _read_list(root.get("thesis_supervisors"), "supervisor", start=len(contributors))
    return contributors + supervisors


def _read_list(value: Value | None, noun: str, start: int = 0) -> tuple[Creator, ...]:
    if value is None:
        return ()
    people: list[Creator] = []
    guesses = Guesses(_GUESS_FIX)
    for item in value.items():
        index = start + len(people)
        who = f"{noun} {item.path[-1] + 1 if isinstance(item.path[-1], int) else 1}"
        person = _read_person(item, noun, who, index, guesses)
        if person is not None:
            item.mark(index)
            people.append(person)
    guesses.report()
    return tuple(people)


def _read_person(item: Value, noun: str, who: str, index: int, guesses: Guesses) -> Creator | None:
    """Return a creator or contributor with all that is said about it."""
    if not item.is_mapping:
        name = read_name(item)
        if name is None:
            return None
        item.warn(code="value-kind-wrong", what=f"{who} is a text, taken as a name", fix=f"write it as name: {name}")
        person, role = split(name, item, guesses), None
    else:
        item.check_keys(KEYS)
        kind, role = _kind_and_role(item, noun, who)
        named = _named(item, kind, role, guesses)
        if named is None:
            item.error(code="creator-name-missing", what=f"{who} has no name", fix='add "name: Family, Given"')
            return None
        person = named
        _tell_unused_names(item, person)
    who = f"{who} ({person.display_name})"
    if noun == "contributor" and role is None:
        item.error(
            code="role-missing",
            what=f"{who} has no type",
            fix='add "type: Researcher", or another role; "type: Other" fits all',
        )
    return replace(
        person,
        identifiers=_identifiers(item, person, who, index),
        affiliations=_affiliations(item, person, who, index),
        role="supervisor" if noun == "supervisor" else role or None,
    )


def _kind_and_role(item: Value, noun: str, who: str) -> tuple[str | None, str | None]:
    """Return the kind that ``type`` names, and the role that ``type`` or ``role`` names; ``""`` for a wrong role."""
    kind = role = None
    for key in ("type", "role"):
        value = item.get(key)
        text = value.line() if value is not None else None
        if value is None or text is None:
            continue
        if key == "type" and text.lower() in KINDS:
            kind = KINDS[text.lower()]
        elif key == "type" and noun != "contributor":
            value.warn_key(
                code="key-unused",
                what=f"{who} has the type {shown(text)}, but only contributors have one; it is not used",
                fix="move the entry to contributors, or remove the type; type: organizational tells an organisation",
            )
        else:
            role = vocab.role(text)
            if role is None:
                value.error(
                    code="role-unknown",
                    what=f"{shown(text)} is no role of a contributor",
                    fix=did_you_mean(text, vocab.roles()),
                )
                role = ""
    return kind, role


def _named(item: Value, kind: str | None, role: str | None, guesses: Guesses) -> Creator | None:
    """Return the person or organisation by name, ``None`` where there is no name."""
    organisation = read_name(item.get(*_ORGANISATION_KEYS))
    if organisation:
        return Creator(kind="organizational", name=organisation)
    family, given = read_name(item.get(*_FAMILY_KEYS)), read_name(item.get(*_GIVEN_KEYS))
    name = read_name(item.get("name")) or (None if family else given)
    if kind == "organizational" and (name or family):
        return Creator(kind="organizational", name=name or family)
    if family:
        return Creator(family_name=family, given_name=given)
    value = item.get("name", *_GIVEN_KEYS)
    if name is None or value is None:
        return None
    if kind is None and role in _ROLES_OF_ORGANISATIONS and "," not in name and item.get("orcid") is None:
        guesses.add(value, f"{shown(name)} as an organisation")
        return Creator(kind="organizational", name=name)
    return split(name, value, guesses, is_person=kind == "personal" or item.get("orcid") is not None)


def _tell_unused_names(item: Value, person: Creator) -> None:
    """Warn of names that the person or organisation does not get: an entry has one, in one piece or in parts."""
    words = _words(person.family_name, person.given_name, person.name)
    for key in (*_ORGANISATION_KEYS, "name", *_FAMILY_KEYS, *_GIVEN_KEYS):
        value = item.get(key)
        if value is not None and not _words(read_name(value)) <= words:
            value.warn_key(
                code="key-unused",
                what=f"{value.label} is not used: the entry is stored as {shown(person.display_name)}",
                fix="keep one name; write what else there is as an entry of its own, or as affiliation",
            )


def _words(*names: str | None) -> set[str]:
    return set(re.findall(r"\w+", " ".join(name for name in names if name).casefold()))


def _identifiers(item: Value, person: Creator, who: str, index: int) -> tuple[Identifier, ...]:
    found = read_orcid(item, who)
    found += read_identifier(item, "isni", vocab.isni, who, code="isni-invalid")
    found += read_identifier(item, "gnd", vocab.gnd, who, code="gnd-invalid")
    if person.kind == "organizational":
        found += read_identifier(item, "ror", vocab.ror, who, code="ror-invalid")
    first = item.get("orcid", "isni", "gnd", "ror")
    if found and first is not None:
        first.mark(index, "identifiers")
    return found


def _affiliations(item: Value, person: Creator, who: str, index: int) -> tuple[Affiliation, ...]:
    value = item.pick(*_AFFILIATION_KEYS)
    affiliations = read_affiliations(value)
    ror = item.get("ror")
    if person.kind == "personal" and ror is not None:
        ids = read_identifier(item, "ror", vocab.ror, who, code="ror-invalid")
        if ids and len(affiliations) == 1 and affiliations[0].ror is None:
            affiliations = (replace(affiliations[0], ror=ids[0].identifier),)
            ror.warn_key(
                code="key-misplaced",
                what=f"the ROR id of {who} is taken as that of the affiliation",
                fix="write affiliation: {name: …, ror: …}; a person has an ORCID iD",
            )
        elif ids:
            ror.warn_key(
                code="key-misplaced",
                what=f"{who} is a person and has no ROR id; it is not used",
                fix="write affiliation: {name: …, ror: …}, or organization: … where it is an organisation",
            )
    if value is not None and affiliations:
        value.mark(index, "affiliations")
    return affiliations
