"""What a record says, in a line of text for each field, and which source said it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from zenodo_action.model import Access, Creator, Funding, Project, Record, Related, Right

SHOWN = 100
"""Characters of a value that a line shows."""

_ENTRIES_SHOWN = 8

_FIELDS: Mapping[str, str] = {
    "title": "title",
    "resource_type": "type",
    "version": "version",
    "publication_date": "date",
    "creators": "creators",
    "contributors": "contributors",
    "rights": "licence",
    "access": "access",
    "keywords": "keywords",
    "description": "description",
    "related": "related",
    "references": "references",
    "funding": "funding",
    "communities": "communities",
    "additional_titles": "further titles",
    "additional_descriptions": "further descriptions",
    "publisher": "publisher",
    "languages": "languages",
    "dates": "further dates",
    "identifiers": "identifiers",
    "locations": "places",
}
"""Fields of the record in the order of a plan, and what they are called there; custom fields follow by their names."""


def record_lines(record: Record) -> list[tuple[str, str]]:
    """Return the record's fields as (name, one line of text); empty fields are left out."""
    rows = [(name, value_line(getattr(record, field))) for field, name in _FIELDS.items()]
    rows += [(name, value_line(value)) for name, value in record.custom_fields.items()]
    return [(name, line) for name, line in rows if line]


def value_line(value: object) -> str:
    """
    Return the value of a field in one line: of long texts the beginning, of long lists the first entries.

    >>> value_line((Creator(family_name="Carberry", given_name="Josiah"), Creator(kind="organizational", name="Cats")))
    'Carberry, Josiah; Cats'
    >>> value_line({"id": "active"})
    'active'
    """
    if isinstance(value, (list, tuple)):
        texts = [_cut(_text(each)) for each in value]
        return ", ".join(texts) if all(isinstance(each, str) for each in value) else _listed(texts)
    return _cut(_text(value))


def explain_text(project: Project) -> str:
    """Return every field with its value and origin, and with what the sources said that were passed over."""
    lines = []
    for name, entry in explain_json(project).items():
        lines.append(f"{name}: {entry['value']}")
        lines.append(f"  from {_place(entry)}")
        lines += [f"  over {_place(other)}: {other['value']}" for other in entry["over"]]
    return "\n".join(lines)


def explain_json(project: Project) -> dict[str, Any]:
    """
    Return where every value came from: ``{field: {"value", "source", "where", "over": [{"value", "source", "where"}]}}``.

    Custom fields stand under ``custom_fields.NAME``; ``value`` is a line of text.
    """
    explained = {}
    for name, origin in sorted(project.origins.items()):
        entries = [
            {
                "value": value_line(value),
                "source": each.source,
                "where": each.where.as_dict() if each.where is not None else None,
            }
            for each, value in ((origin, _value(project.record, name)), *project.losers.get(name, ()))
        ]
        explained[name] = {**entries[0], "over": entries[1:]}
    return explained


def _place(entry: Mapping[str, Any]) -> str:
    return str(entry["where"]["text"] if entry["where"] is not None else entry["source"])


def _value(record: Record, name: str) -> object:
    field, dot, key = name.partition(".")
    value = getattr(record, field)
    return value.get(key) if dot else value


def _listed(texts: Sequence[str]) -> str:
    """Return entries in one line, the first few where there are many."""
    more = len(texts) - _ENTRIES_SHOWN
    return "; ".join(texts[:_ENTRIES_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _text(value: object) -> str:
    """Return any value of the model in words."""
    if isinstance(value, Creator):
        return value.display_name + (f" ({value.role})" if value.role else "")
    if isinstance(value, Right):
        return value.id or " ".join(_parts(value))
    if isinstance(value, Related):
        return f"{value.relation} {value.identifier}"
    if isinstance(value, Access):
        until = f" until {value.embargo_until}" if value.embargo_until else ""
        return f"files {value.files}{until}" + (f": {value.embargo_reason}" if value.embargo_reason else "")
    if isinstance(value, Funding):
        return " ".join(dict.fromkeys(_parts(value)))
    if is_dataclass(value):
        return " ".join(_parts(value))
    if isinstance(value, Mapping):
        return _text(value["id"]) if value.keys() == {"id"} else ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(each) for each in value)
    return " ".join(str(value).split()) if value is not None else ""


def _parts(value: Any) -> Iterator[str]:
    """Yield what the fields of a part of the record say."""
    for each in fields(value):
        text = _text(getattr(value, each.name))
        if text:
            yield text


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
