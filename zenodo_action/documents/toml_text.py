"""TOML → tree: ``tomllib`` reads the text, a scan of its lines tells where tables and keys stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from zenodo_action.documents.tree import MAX_DEPTH, Kind, Node, Text
from zenodo_action.errors import MetadataError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_LINE = re.compile(rf"^[ \t]*(?:\[\[?[ \t]*(?P<table>{_NAME})[ \t]*\]|(?P<key>{_NAME})[ \t]*=[ \t]*)", re.MULTILINE)
_PLACE = re.compile(r"(?P<what>.*?)\s*\(at line (?P<line>\d+), column (?P<column>\d+)\)")


class _Written(str):
    """A number as it was written: 1.10 is not 1.1."""

    __slots__ = ()


def compose(text: Text) -> Node | None:
    """
    Return the tree of a TOML text; ``None`` where it holds nothing.

    A value inside an array or an inline table stands where that begins.

    Raises:
        MetadataError: The text is no TOML.
    """
    try:
        data = tomllib.loads(text.content, parse_float=_Written)
    except tomllib.TOMLDecodeError as error:
        raise _unparsable(text, str(error)) from None
    except RecursionError:
        what = f"lists and mappings stand more than {MAX_DEPTH} deep inside each other"
        raise MetadataError(
            [text.error("document-too-deep", what, 0, fix="no metadata need this; look for brackets left open")]
        ) from None
    return _node(data, (), 0, _starts(text.content)) if data else None


def _starts(content: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return where each table and key stands first, and where its value does."""
    starts: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    for match in _LINE.finditer(content):
        if match["table"]:
            table = _parts(match["table"])
            starts.setdefault(table, (match.start("table"), match.start("table")))
        else:
            starts.setdefault((*table, *_parts(match["key"])), (match.start("key"), match.end()))
    return starts


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, name))


def _node(data: Any, path: tuple[str, ...], start: int, starts: Mapping[tuple[str, ...], tuple[int, int]]) -> Node:
    """Return the node of a value; ``start`` holds where nothing better is known."""
    if isinstance(data, dict):
        node = Node("mapping", start, {})
        for key, value in data.items():
            key_start, value_start = starts.get((*path, key), (start, start))
            part = _node(value, (*path, key), value_start, starts)
            node.entries[key], node.key_starts[key], node.data[key] = part, key_start, part.data
        return node
    if isinstance(data, list):
        node = Node("list", start, [])
        node.items = [_node(item, path, start, starts) for item in data]
        node.data = [item.data for item in node.items]
        return node
    kind: Kind = "boolean" if isinstance(data, bool) else "number" if isinstance(data, (int, _Written)) else "string"
    return Node(kind, start, str(data).lower() if isinstance(data, bool) else str(data))


def _unparsable(text: Text, message: str) -> MetadataError:
    """Return the error of a text that is no TOML, at the place that the message names."""
    match = _PLACE.fullmatch(message)
    what = match["what"] if match else message
    offset = text.start_of(int(match["line"])) + int(match["column"]) - 1 if match else len(text.content)
    finding = text.error("document-unparsable", f"not valid TOML: {what}", offset, fix="see toml.io for the syntax")
    return MetadataError([finding])
