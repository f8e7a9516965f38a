"""Fixed lists of terms: resource types, relations, roles, access rights, development states, programming languages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal

AccessRight = Literal["open", "embargoed", "restricted", "closed"]


def suggest(value: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate nearest to ``value`` in any case, or ``None`` where none is near."""
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def resource_type(upload_type: str, subtype: str | None = None) -> str | None:
    """Return the native id of a legacy ``upload_type`` and subtype, or of a native id."""
    return f"{upload_type}-{subtype}" if subtype else upload_type


def upload_types() -> tuple[str, ...]:
    """Return the values of ``upload_type`` that can be deposited."""
    return ("publication", "dataset", "software", "other")


def subtypes(upload_type: str) -> tuple[str, ...]:
    """Return the subtypes of an upload type, for most none."""
    return ()


def relation(value: str) -> str | None:
    """Return the native id of a relation in any case."""
    return value.lower()


def relations() -> tuple[str, ...]:
    """Return the relations in the deposit API's spelling."""
    return ("isSupplementTo",)


def role(value: str) -> str | None:
    """Return the native id of a contributor's role."""
    return value.lower()


def roles() -> tuple[str, ...]:
    """Return the roles in the deposit API's spelling."""
    return ("ContactPerson", "Other")


def access_right(value: str) -> AccessRight | None:
    """Return the access right in lower case, if it is one."""
    lower = value.strip().lower()
    for right in ("open", "embargoed", "restricted", "closed"):
        if lower == right:
            return right  # type: ignore[return-value]
    return None


def development_status(value: str) -> str | None:
    """Return the id of a development status."""
    return value.lower()


def programming_language(value: str) -> str | None:
    """Return the id of a programming language."""
    return value.lower()
