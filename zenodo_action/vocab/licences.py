"""Licences: what people write, as ids of Zenodo's vocabulary."""

from __future__ import annotations

from typing import NamedTuple


class LicenceMatch(NamedTuple):
    """What a licence text means in Zenodo's vocabulary."""

    ids: tuple[str, ...]
    """Native ids; several for an expression with OR or AND; empty where the text names no single licence."""
    exact: bool
    """``False`` where the text had to be mended: worth a warning."""
    candidates: tuple[str, ...]
    """What could be meant, where the text leaves the terms open or is unknown."""
    note: str | None
    """What to tell the user about it."""


def license(value: str) -> LicenceMatch:  # noqa: A001
    """Return the licence ids that a text means."""
    return LicenceMatch((value.lower(),), exact=True, candidates=(), note=None)


def license_title(native_id: str) -> str:
    """Return the full name of a licence of the vocabulary."""
    return native_id


def license_url(native_id: str) -> str | None:
    """Return where the text of a licence of the vocabulary stands."""
    return None


def default_license(resource_type: str) -> str:
    """Return the licence that the server sets where none is given."""
    return "cc0-1.0" if resource_type == "dataset" else "cc-by-4.0"
