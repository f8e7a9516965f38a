"""Authors and contacts of ``CITATION.cff``: persons with particles and suffixes, entities, and nicknames."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from zenodo_action.model import Creator
from zenodo_action.sources.people import Guesses, read_affiliations, read_orcid, split
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


def read_people(value: Value, noun: str, role: str | None = None, start: int = 0) -> tuple[Creator, ...]:
    """
    Return the persons and entities of a list.

    Args:
        value: The list.
        noun: What one of them is called in messages.
        role: The role that all of them have.
        start: Position of the first one in the record's field.
    """
    people: list[Creator] = []
    guesses = Guesses(_GUESS_FIX)
    unused: Counter[str] = Counter()
    for item in value.items():
        index = start + len(people)
        who = f"{noun} {item.path[-1] + 1 if isinstance(item.path[-1], int) else 1}"
        person = _read_person(item, who, index, guesses)
        if person is None:
            continue
        unused.update(_unused_keys(item, person))
        item.mark(index)
        people.append(replace(person, role=role))
    guesses.report()
    if unused:
        listed = ", ".join(f"{key} ({count})" for key, count in sorted(unused.items()))
        value.hint(
            "key-unused", f"of {noun}s the record has no place for: {listed}", "nothing to do; they stay in the file"
        )
    return tuple(people)


def name_of(item: Value) -> str:
    """Return a person's or entity's name as references have it: ``van der Berg, A. B.``."""
    if not item.is_mapping:
        return item.line() or ""
    person = _named(item, None)
    return person.display_name if person is not None else ""


def _read_person(item: Value, who: str, index: int, guesses: Guesses) -> Creator | None:
    """Return a person or entity, ``None`` where there is no name."""
    if not item.is_mapping:
        text = item.line()
        if text is None:
            return None
        item.warn("value-kind-wrong", f"{who} is {item.kind}, taken as a name", f"write it as name: {text}")
        return split(text, item, guesses)
    item.check_keys(_READ_KEYS, synonyms=_SYNONYMS, ignored=_PLACELESS)
    person = _named(item, guesses)
    if person is None:
        item.error("creator-name-missing", f"{who} has no name", 'add "family-names:" and "given-names:", or "name:"')
        return None
    who = f"{who} ({person.display_name})"
    identifiers = read_orcid(item, who)
    affiliation = item.get("affiliation", "affiliations")
    if affiliation is not None and not isinstance(affiliation.data, str):
        affiliation.warn(
            "value-kind-wrong",
            f"the affiliation of {who} is {affiliation.kind}; the format has a single text, but it is read",
            "several affiliations have their place in .zenodo.yml",
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
    name, value = item.text_of("name"), item.get("name", GIVEN, "alias")
    parts = [item.text_of(key) for key in (PARTICLE, FAMILY, SUFFIX)]
    family, given = " ".join(part for part in parts if part), item.text_of(GIVEN)
    if item.text_of(FAMILY):
        return Creator(family_name=family, given_name=given)
    if name and item.get("orcid") is None:
        return Creator(kind="organizational", name=name)
    whole = name or given
    if whole and value is not None:
        return split(whole, value, noted)
    alias = item.text_of("alias")
    if alias and value is not None:
        noted.add(value, f"the nickname {shown(alias)} as the whole name")
        return Creator(family_name=alias)
    return None


def _unused_keys(item: Value, person: Creator) -> list[str]:
    """Return the keys that say something for which the record has no place."""
    return [key for key in _PLACELESS if item.get(key) is not None and item.text_of(key) != person.family_name]
