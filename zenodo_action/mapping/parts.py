"""What all forms of metadata are made of: objects without empty keys, lists without repetitions, values in parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def filled(entries: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the entries that say something.

    >>> filled({"a": "b", "c": None, "d": [], "e": 0})
    {'a': 'b', 'e': 0}
    """
    return {key: value for key, value in entries.items() if value not in (None, "", [], {})}


def unique(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries without repetitions, which most schemas forbid."""
    kept: list[dict[str, Any]] = []
    for each in entries:
        if each not in kept:
            kept.append(dict(each))
    return kept


def flat(value: Any) -> list[Any]:
    """
    Return the texts and numbers of a value of the model, or of JSON.

    >>> flat({"a": ["b", 1], "c": None})
    ['b', 1, None]
    """
    if is_dataclass(value):
        value = [getattr(value, each.name) for each in fields(value)]
    elif isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in flat(item)]
    return [value]
