"""The shapes that the JSON Schema of ``.zenodo.yml`` is made of: texts, terms, lists, mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number"]}
"""A text; YAML takes ``version: 1.10`` for a number, and the program takes it as it is written."""


def spelled(terms: Iterable[str]) -> list[str]:
    """Return terms as they are documented, in small letters, and with a capital; the program takes any case."""
    listed = list(terms)
    return list(dict.fromkeys([*listed, *(each.lower() for each in listed), *(each.capitalize() for each in listed)]))


def term(terms: Iterable[str], description: str, *, is_object: bool = False) -> Schema:
    """Return the shape of a term of a fixed list, also as ``{id}`` where the reader takes that."""
    values = {"enum": spelled(terms)}
    if not is_object:
        return {"description": description, **values}
    return {"description": description, "anyOf": [values, {"type": "object", "properties": {"id": values}}]}


def text(description: str, **more: Any) -> Schema:
    """Return the shape of a text."""
    return {"description": description, **TEXT, **more}


def listed(items: Schema, description: str, *, may_be_single: bool = False) -> Schema:
    """Return the shape of a list; also of its one item where the reader welcomes that."""
    many = {"type": "array", "items": items}
    return {"description": description, **({"anyOf": [items, many]} if may_be_single else many)}


def mapping(properties: Mapping[str, Schema], *required: str, description: str = "") -> Schema:
    """Return the shape of a mapping with no other keys."""
    shape: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {
        **({"description": description} if description else {}),
        **shape,
        **({"required": [*required]} if required else {}),
    }


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}
