"""Names of people and organisations."""

from __future__ import annotations

from typing import NamedTuple


class SplitName(NamedTuple):
    """A name in parts."""

    family: str
    given: str | None
    sure: bool
    """Whether the writer told the parts by a comma; otherwise they are a guess."""


def split_name(value: str) -> SplitName:
    """Return the parts of a person's name."""
    family, comma, given = value.partition(",")
    return SplitName(family.strip(), given.strip() or None, sure=bool(comma))


def looks_like_organisation(value: str) -> bool:
    """Whether a name is hardly that of a person."""
    return False
