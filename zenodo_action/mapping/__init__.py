"""Between the record as this program thinks of it and the JSON that a server takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenodo_action.errors import FieldError


def field_errors(data: Any) -> tuple[FieldError, ...]:
    """
    Return the ``errors`` list of a server's answer; empty where there is none.

    Shape: ``{"errors": [{"field": str, "messages": [str]}]}``; older answers have a single ``message``, and file
    calls a bare string.

    Source: developers.zenodo.org, "Errors"; recorded answers of InvenioRDM.
    """
    entries = data.get("errors") if isinstance(data, Mapping) else None
    if isinstance(entries, str):
        return (FieldError(field="", messages=(entries,)),)
    return tuple(_field_error(entry) for entry in entries) if isinstance(entries, list) else ()


def _field_error(entry: Any) -> FieldError:
    """Return one entry of the list."""
    if not isinstance(entry, Mapping):
        return FieldError(field="", messages=(str(entry),))
    messages = entry.get("messages", entry.get("message", ()))
    texts = messages if isinstance(messages, list) else [messages] if messages else []
    return FieldError(field=str(entry.get("field") or ""), messages=tuple(str(text) for text in texts))
