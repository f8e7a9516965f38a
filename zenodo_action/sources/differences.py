"""Whether two sources mean the same, for all that they write it differently."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass

from zenodo_action.model import Creator, Identifier, Reference, Related, Right, TypedText
from zenodo_action.sources.reading import shown

_MAX_NAMED = 5

_VERSION = re.compile(r"\(?\b(?:version |release )?v?\d+(?:\.\d+)+[\w.+-]*\)?", re.IGNORECASE)
"""A version as titles have it, as ``v1.2.0`` or ``(version 2024.05)``."""
_ADDRESS = re.compile(r"https?://(?:www\.)?(?P<rest>\S+)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_SHOWN_BEFORE = 15
"""Characters that are shown of what two long texts have in common."""


def difference(name: str, winner: object, loser: object, filled: Collection[str] = ()) -> str | None:
    """
    Return how the weaker source's value departs from the stronger one's, ``None`` where both mean the same.

    Args:
        name: Field of the record.
        winner: The value that is used.
        loser: The value that is passed over.
        filled: What placeholders were filled in with: a title with it means the same as one without.
    """
    if isinstance(winner, tuple) and isinstance(loser, tuple):
        known = {key for item in winner for key in _keys(item)}
        more = [_text(item) for item in loser if not known & _keys(item)]
        if name != "creators":
            return f"also has {_listed(more)}" if more else None
        named = {key for item in loser for key in _keys(item)}
        less = [_text(item) for item in winner if not named & _keys(item)]
        parts = [("also names", more), ("does not name", less)]
        return " and ".join(f"{verb} {_listed(names)}" for verb, names in parts if names) or None
    if name == "resource_type" and str(winner).partition("-")[0] == str(loser).partition("-")[0]:
        return None
    if name == "title" and _unversioned(winner, filled) == _unversioned(loser, filled):
        return None
    if _keys(winner) == _keys(loser):
        return None
    if isinstance(winner, str) and isinstance(loser, str):
        loser, winner = _from_where_they_part(loser, winner)
    return f"says {_text(loser)} instead of {_text(winner)}"


def _unversioned(title: object, filled: Collection[str]) -> str:
    """Return a title without version, tag and the like, which only one of two sources may have."""
    words = [word for word in str(title).split() if word.strip("()[],;:") not in filled]
    return _plain(_VERSION.sub(" ", " ".join(words)))


def _from_where_they_part(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the words that both begin with, where those are more than a message shows."""
    texts = [" ".join(re.sub(r"<[^<>]*>", " ", text).split()) for text in (one, other)]
    common = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    start = max(texts[0].rfind(" ", 0, common - _SHOWN_BEFORE) + 1, 0) if common > 2 * _SHOWN_BEFORE else 0
    return ("…" * bool(start) + texts[0][start:], "…" * bool(start) + texts[1][start:])


def _person_keys(person: Creator) -> set[str]:
    """Return what tells a person: the ORCID iD; the words of the name; the family name's last and the first initial."""
    keys = {identifier.identifier for identifier in person.identifiers if identifier.scheme == "orcid"}
    keys.add(" ".join(sorted(_plain(person.display_name).split())))
    if person.kind == "organizational":
        return keys
    family, given = _plain(person.family_name or "").split(), _plain(person.given_name or "").split()
    first = (given or family or [""])[0]
    return keys | {f"{(family or [''])[-1]} {first[:1]}"}


def _keys(item: object) -> set[object]:
    """Return what is compared of a value; two that share a key mean the same."""
    if isinstance(item, Creator):
        return {*_person_keys(item)}
    if isinstance(item, str):
        return {_address(item) or _plain(re.sub(r"<[^<>]*>", " ", html.unescape(item)))}
    if isinstance(item, (Related, Identifier)):
        return {_address(item.identifier) or item.identifier.lower()}
    if isinstance(item, Right):
        return {item.id or _plain(item.title or item.link or "")}
    if isinstance(item, Reference):
        dois = {doi.lower().rstrip(".,;)") for doi in _DOI.findall(item.text)}
        return {_plain(item.text), *dois, *(_keys(item.identifier) if item.identifier is not None else ())}
    return {repr(item)}


def _address(text: str) -> str | None:
    """Return a web address without what makes no difference; ``None`` for any other text."""
    match = _ADDRESS.fullmatch(text.strip().lower())
    return match["rest"].removesuffix("/").removesuffix(".git") if match is not None else None


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
