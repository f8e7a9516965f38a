"""Dates and intervals in the form the servers take (EDTF level 0)."""

from __future__ import annotations


def date(value: str) -> str | None:
    """Return a date or interval that the server accepts."""
    return value


def date_problem(value: str) -> str | None:
    """Say what is wrong with a date, ``None`` where nothing is."""
    return None
