"""Whether two sources mean the same, for all that they write it differently."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, is_dataclass

from zenodo_action.model import Creator, Identifier, Reference, Related, Right, TypedText
from zenodo_action.sources.reading import shown

_MAX_NAMED = 5


def difference(name: str, winner: object, loser: object) -> str | None:
    """
    Return how the weaker source's value departs from the stronger one's, ``None`` where both mean the same.

    Args:
        name: Field of the record.
        winner: The value that is used.
        loser: The value that is passed over.
    """
    if name == "creators" and isinstance(winner, tuple) and isinstance(loser, tuple):
        return _people(winner, loser)
    if isinstance(winner, tuple) and isinstance(loser, tuple):
        known = {_key(item) for item in winner}
        more = [_text(item) for item in loser if _key(item) not in known]
        return f"also has {_listed(more)}" if more else None
    if name == "resource_type" and str(winner).partition("-")[0] == str(loser).partition("-")[0]:
        return None
    if _key(winner) == _key(loser):
        return None
    return f"says {_text(loser)} instead of {_text(winner)}"


def _people(winner: Sequence[Creator], loser: Sequence[Creator]) -> str | None:
    """Return who is named by one of the sources alone."""
    used, other = ([(_person_keys(person), person.display_name) for person in people] for people in (winner, loser))
    more, less = _missing(other, used), _missing(used, other)
    parts = []
    if more:
        parts.append(f"also names {_listed(more)}")
    if less:
        parts.append(f"does not name {_listed(less)}")
    return " and ".join(parts) or None


def _missing(people: Sequence[tuple[set[str], str]], others: Sequence[tuple[set[str], str]]) -> list[str]:
    """Return the names of the people who are not among the others, by ORCID iD or name."""
    known = {key for keys, _ in others for key in keys}
    return [name for keys, name in people if not known & keys]


def _person_keys(person: Creator) -> set[str]:
    """Return what tells a person: the ORCID iD; the last word of the family name and the first initial."""
    keys = {identifier.identifier for identifier in person.identifiers if identifier.scheme == "orcid"}
    if person.kind == "organizational":
        return keys | {_plain(person.name or "")}
    family, given = _plain(person.family_name or "").split(), _plain(person.given_name or "").split()
    first = (given or family or [""])[0]
    return keys | {f"{(family or [''])[-1]} {first[:1]}"}


def _key(item: object) -> object:
    """Return what is compared of a value."""
    if isinstance(item, str):
        return _plain(re.sub(r"<[^<>]*>", " ", html.unescape(item)))
    if isinstance(item, Creator):
        return min(_person_keys(item))
    if isinstance(item, (Related, Identifier)):
        return item.identifier.lower().rstrip("/")
    if isinstance(item, Right):
        return item.id or _plain(item.title or item.link or "")
    if isinstance(item, Reference):
        return item.identifier.identifier.lower() if item.identifier is not None else _plain(item.text)
    return item


def _plain(text: str) -> str:
    """Return a text without case, accents and punctuation."""
    letters = text
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", letters.casefold()))


def _text(item: object) -> str:
    """Return a value as messages show it."""
    if isinstance(item, Creator):
        return item.display_name
    if isinstance(item, (Related, Identifier)):
        return item.identifier
    if isinstance(item, Right):
        return item.id or item.title or item.link or ""
    if isinstance(item, (Reference, TypedText)):
        return _text(item.text)
    if is_dataclass(item):
        return shown(" ".join(str(part) for name in fields(item) if (part := getattr(item, name.name))))
    return shown(re.sub(r"<[^<>]*>", "", item) if isinstance(item, str) else str(item))


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MAX_NAMED} more" if len(texts) > _MAX_NAMED else ""
    return "; ".join(texts[:_MAX_NAMED]) + more
