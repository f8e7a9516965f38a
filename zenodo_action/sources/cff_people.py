"""Authors and contacts of ``CITATION.cff``: persons with particles and suffixes, entities, and nicknames."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from zenodo_action.model import Creator
from zenodo_action.sources.people import Guesses, read_affiliations, read_name, read_orcid, split
from zenodo_action.sources.reading import Value, shown

FAMILY, GIVEN, PARTICLE, SUFFIX = "family-names", "given-names", "name-particle", "name-suffix"

_NAME_KEYS = (FAMILY, GIVEN, PARTICLE, SUFFIX, "name", "alias")
_READ_KEYS = (*_NAME_KEYS, "orcid", "affiliation", "affiliations")
_PLACELESS = (
    *("address", "city", "country", "post-code", "region", "location", "tel", "fax", "website", "email"),
    *("date-start", "date-end", "alias"),
)
"""Keys of the schema that no record has a place for; addresses of people are left out on purpose."""

_SYNONYMS = {"family_names": FAMILY, "family-name": FAMILY, "given_names": GIVEN, "given-name": GIVEN}
_GUESS_FIX = 'write "family-names:" and "given-names:" for a person, "name:" for an organisation'


def read_people(
    value: Value, noun: str, role: str | None = None, *, start: int = 0, is_strict: bool = False
) -> tuple[Creator, ...]:
    """
    Return the persons and entities of a list.

    Args:
        value: The list.
        noun: What one of them is called in messages.
        role: The role that all of them have.
        start: Position of the first one in the record's field.
        is_strict: Whether one that cannot be used is an error; otherwise it is left out with a warning.
    """
    people: list[Creator] = []
    guesses = Guesses(_GUESS_FIX)
    unused: Counter[str] = Counter()
    for item in value.items():
        index = start + len(people)
        who = f"{noun} {item.path[-1] + 1 if isinstance(item.path[-1], int) else 1}"
        person = _read_person(item, who, index, guesses, is_strict=is_strict)
        if person is None:
            continue
        unused.update(_unused_keys(item, person) if item.is_mapping else ())
        item.mark(index)
        people.append(replace(person, role=role))
    guesses.report()
    if unused:
        listed = ", ".join(f"{key} ({count})" for key, count in sorted(unused.items()))
        what = f"the record has no place for what the {noun}s have as {listed}"
        value.hint(code="key-unused", what=what, fix="nothing to do: it stays in the file")
    return tuple(people)


def name_of(item: Value) -> str:
    """Return a person's or entity's name as references have it: ``van der Berg, A. B.``."""
    if not item.is_mapping:
        return item.line() or ""
    person = _named(item, None)
    return person.display_name if person is not None else ""


def _read_person(item: Value, who: str, index: int, guesses: Guesses, *, is_strict: bool) -> Creator | None:
    """Return a person or entity, ``None`` where there is no name."""
    if not item.is_mapping:
        text = read_name(item)
        if text is None:
            return None
        item.warn(
            code="value-kind-wrong", what=f"{who} is {item.kind}, taken as a name", fix=f"write it as name: {text}"
        )
        return split(text, item, guesses)
    item.check_keys(_READ_KEYS, synonyms=_SYNONYMS, ignored=_PLACELESS)
    person = _named(item, guesses)
    if person is None:
        note, outcome = (item.error, "") if is_strict else (item.warn, "; it is left out")
        note(
            code="creator-name-missing",
            what=f"{who} has no name{outcome}",
            fix='add "family-names:" and "given-names:", or "name:"',
        )
        return None
    who = f"{who} ({person.display_name})"
    identifiers = read_orcid(item, who, is_strict=is_strict)
    affiliation = item.get("affiliation", "affiliations")
    if affiliation is not None and not isinstance(affiliation.data, str):
        affiliation.warn(
            code="value-kind-wrong",
            what=f"the affiliation of {who} is {affiliation.kind}; the format has a single text, but it is read",
            fix="several affiliations have their place in .zenodo.yml",
        )
    affiliations = read_affiliations(affiliation)
    for key, found in (("orcid", identifiers), ("affiliation", affiliations)):
        value = item.get(key)
        if value is not None and found:
            value.mark(index, "identifiers" if key == "orcid" else "affiliations")
    return replace(person, identifiers=identifiers, affiliations=affiliations)


def _named(item: Value, guesses: Guesses | None) -> Creator | None:
    """Return the person or entity by name alone; what has to be guessed is noted where ``guesses`` is given."""
    noted = guesses if guesses is not None else Guesses("")
    name, value = read_name(item.get("name")), item.get("name", GIVEN, "alias")
    parts = [read_name(item.get(key)) for key in (PARTICLE, FAMILY, SUFFIX)]
    family, given = " ".join(part for part in parts if part), read_name(item.get(GIVEN))
    if parts[1]:
        return Creator(family_name=family, given_name=given)
    if name and item.get("orcid") is None:
        return Creator(kind="organizational", name=name)
    whole = name or given
    if whole and value is not None:
        return split(whole, value, noted, is_person=item.get("orcid") is not None)
    alias = read_name(item.get("alias"))
    if alias and value is not None:
        noted.add(value, f"the nickname {shown(alias)} as the whole name")
        return Creator(family_name=alias)
    return None


def _unused_keys(item: Value, person: Creator) -> list[str]:
    """Return the keys that say something for which the record has no place."""
    return [key for key in _PLACELESS if item.data.get(key) not in (None, person.family_name)]
