"""The collected record as JSON of our own: every field as the program has it, with its origin; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from zenodo_action.model import Project


def to_json(project: Project) -> dict[str, Any]:
    """
    Return the record of a tag; empty fields are left out.

    ``{"tag", "version", "commit", "repository", "record": {field: value}, "origins": {field: {"source", "where"}}}``;
    custom fields have their origins under ``custom_fields.NAME``.
    """
    snapshot = project.snapshot
    return {
        "tag": snapshot.tag,
        "version": snapshot.version,
        "commit": snapshot.commit,
        "repository": snapshot.repository.url,
        "record": _plain(project.record),
        "origins": {
            name: {"source": origin.source, "where": origin.where.as_dict() if origin.where is not None else None}
            for name, origin in sorted(project.origins.items())
        },
    }


def _plain(value: Any) -> Any:
    """Return a value of the model as JSON has it."""
    if is_dataclass(value):
        parts = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return {name: part for name, part in parts.items() if part not in (None, [], {})}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
