"""Names of people and organisations."""

from __future__ import annotations

import re
from typing import NamedTuple

_PARTICLES = frozenset(
    (
        *("von", "vom", "van", "der", "den", "ten", "ter", "zu", "zur", "zum", "'t"),
        *("de", "del", "della", "di", "da", "do", "dos", "das", "du", "des", "la", "le", "las", "los"),
        *("af", "av", "bin", "ibn", "ben", "al", "el"),
    )
)
"""
Words that begin a family name, in any case of their letters.

Source: the particles that CITATION.cff's schema guide names for ``name-particle``, and their like in other languages.
"""

_SUFFIX = r"(?i)(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d)\.?"
_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Scripts whose names begin with the family name, which may have more than one character."""

_DOTTED = r"(?:[^\W\d_]\.-?)+"
_INITIALS = rf"{_DOTTED}|[^\W\d_]"

_ORGANISATION = (
    r"(?i)\b(?:"
    r"universi\w+|institut\w*|istituto|laborator\w+|laboratoire|labs|fakultät|faculty|department|dept"
    r"|cent(?:re|er|rum|ro)|zentrum|hochschule|polytechni\w+|academy|akademie|acad[eé]mie"
    r"|consortium|konsortium|collaboration|community|network|netzwerk|alliance|committee|council|commission"
    r"|association|foundation|stiftung|fondation|soci[eé]t[eéy]|gesellschaft|verein|federation|organi[sz]ation"
    r"|ministry|ministerium|agency|agence|bureau|observatory|museum|library|bibliothek"
    r"|developers|contributors|maintainers|authors|editors|team|project|initiative|(?:working|research|study) group"
    r"|gmbh|inc|ltd|llc|corp|corporation|company|e\.\s?v"
    r")(?![\w])"
)
"""Words that hardly ever stand in a person's name."""


class SplitName(NamedTuple):
    """A person's name in parts."""

    family: str
    """The whole name where its parts cannot be told."""
    given: str | None
    sure: bool
    """Whether the writer told the parts by a comma; otherwise ``given``, where it is set, is a guess."""


def split_name(value: str) -> SplitName:
    """
    Return the parts of a person's name; together they hold every letter of it.

    Exactly one comma tells them, as for the server. Without one, ``Given Family`` is taken apart where nothing
    speaks against it: two words, initials and particles, or a family name in capitals. With three words and more
    nobody can tell (``María García López`` has two family names), so they stay together.

    >>> split_name("Carberry, Josiah")
    SplitName(family='Carberry', given='Josiah', sure=True)
    >>> split_name("Ludwig van Beethoven")
    SplitName(family='van Beethoven', given='Ludwig', sure=False)
    >>> split_name("María García López")
    SplitName(family='María García López', given=None, sure=False)
    """
    name = " ".join(value.split())
    if name.count(",") == 1:
        family, _, given = (part.strip() for part in name.partition(","))
        return SplitName(family or given, given or None if family else None, sure=bool(family))
    words = name.split(" ")
    is_whole = "," in name or len(words) == 1 or re.search(_CJK, name) or looks_like_organisation(name)
    start = None if is_whole else _family_start(words)
    if start is None:
        return SplitName(name, None, sure=False)
    if start < 0:  # the family name stands first
        return SplitName(words[0], " ".join(words[1:]), sure=False)
    return SplitName(" ".join(words[start:]), " ".join(words[:start]), sure=False)


def _family_start(words: list[str]) -> int | None:
    """Return where the family name begins, -1 where it is the first word alone, ``None`` where nobody can tell."""
    capitals = [at for at, word in enumerate(words) if _is_in_capitals(word)]
    if len(capitals) == 1 and capitals[0] in (0, len(words) - 1):
        return -1 if capitals[0] == 0 else _with_particles(words, capitals[0])
    if re.fullmatch(_SUFFIX, words[-1]):
        return None
    if not re.fullmatch(_INITIALS, words[0]) and all(re.fullmatch(_DOTTED, word) for word in words[1:]):
        return -1
    start = _with_particles(words, len(words) - 1)
    is_plain = start > 0 and all(re.fullmatch(_INITIALS, word) for word in words[1:start])
    return start if is_plain else None


def _is_in_capitals(word: str) -> bool:
    return len(word) > 2 and word.isupper() and word.replace("-", "").isalpha()  # noqa: PLR2004 - "JR" are initials


def _with_particles(words: list[str], start: int) -> int:
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return start


def looks_like_organisation(value: str) -> bool:
    """
    Whether a name holds a word that hardly ever stands in a person's; for hints only.

    >>> looks_like_organisation("The Turing Way Community"), looks_like_organisation("Josiah Carberry")
    (True, False)
    """
    return bool(re.search(_ORGANISATION, value))
