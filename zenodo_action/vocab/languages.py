"""Human languages as ISO 639-3."""

from __future__ import annotations


def language(value: str) -> str | None:
    """Return the ISO 639-3 id of a language code."""
    return language_match(value)[0]


def language_match(value: str) -> tuple[str | None, bool]:
    """Return the ISO 639-3 id of a language's code or name, and whether it was written as a code."""
    return value, True
