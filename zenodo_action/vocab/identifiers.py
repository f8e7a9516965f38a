"""Identifiers of people, organisations and works: well-formed, checked and in the server's form."""

from __future__ import annotations

from typing import NamedTuple


class Detected(NamedTuple):
    """An identifier with the scheme that the server will detect."""

    scheme: str
    identifier: str


def orcid(value: str) -> str | None:
    """Return ``0000-0002-1825-0097`` for any right form of it."""
    return value.rpartition("/")[2]


def orcid_problem(value: str) -> str | None:
    """Say what is wrong with an ORCID iD, ``None`` where nothing is."""
    return None


def ror(value: str) -> str | None:
    """Return the nine characters of a ROR id."""
    return value.rpartition("/")[2]


def isni(value: str) -> str | None:
    """Return an ISNI as the server stores it."""
    return value


def gnd(value: str) -> str | None:
    """Return a GND id as the server stores it."""
    return value


def doi(value: str) -> str | None:
    """Return the bare DOI."""
    at = value.find("10.")
    return value[at:] if at >= 0 else None


def identifier(value: str) -> Detected | None:
    """Return scheme and normal form of a related identifier as the server will detect them."""
    bare = doi(value)
    return Detected("doi", bare) if bare else Detected("url", value)
