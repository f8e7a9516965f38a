"""JSON → tree: ``json.loads`` decides what is valid, a scan of the valid text tells where each value stands."""

from __future__ import annotations

import json
import re
from itertools import accumulate

from zenodo_action.documents.json_faults import explain
from zenodo_action.documents.tree import MAX_DEPTH, Builder, Kind, Node, Text
from zenodo_action.errors import MetadataError

_TOKEN = re.compile(r'[ \t\n\r,:]*([\[\]{}"]|[^\s\[\]{}",:]+)?')
"""The next bracket, quotation mark or bare word; in a valid text commas and colons say nothing more."""

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)

_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}

_DECODER = json.JSONDecoder()

_WORDS: dict[str, tuple[Kind, str | None]] = {
    "true": ("boolean", "true"),
    "false": ("boolean", "false"),
    "null": ("null", None),
}


def compose(text: Text) -> Node | None:
    """
    Return the tree of a JSON text; ``None`` where it holds nothing.

    Numbers stay as they were written, and ``true`` and ``false`` are texts: ``Node.kind`` tells them apart.

    Raises:
        MetadataError: Everything that keeps the text from being one plain tree.
    """
    content = text.content
    if not content.strip():
        return None
    try:
        json.loads(content, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise MetadataError([explain(text, error)]) from None
    except RecursionError:
        raise _too_deep(text) from None
    return _build(text)


def _build(text: Text) -> Node | None:
    """Return the tree of a text that is valid but for the words Python takes beyond JSON."""
    content, builder = text.content, Builder(text)
    token = _TOKEN.match(content, 0)
    while token and token[1]:
        start, mark, end = token.start(1), token[1], token.end()
        if mark == '"':
            value, end = _DECODER.raw_decode(content, start)
            if "\\" in content[start:end]:
                value = builder.sound(value, start)
            if builder.expects_key:
                builder.key(start, value)
            else:
                builder.add(Node("string", start, value), start)
        elif mark in "[{":
            builder.open("list" if mark == "[" else "mapping", start)
        elif mark in "]}":
            builder.close()
        else:
            if mark.lstrip("-") in ("NaN", "Infinity"):
                what = f"not valid JSON: {mark} is no number that JSON knows"
                builder.note("document-unparsable", what, start, fix="leave the entry out, or write null")
            kind, data = _WORDS.get(mark, ("number", mark))
            builder.add(Node(kind, start, data), start)
        token = _TOKEN.match(content, end)
    if builder.findings:
        raise MetadataError(builder.findings)
    return builder.root


def _too_deep(text: Text) -> MetadataError:
    """Return the error for brackets so deep that ``json.loads`` gave up; up to there the text is valid."""
    brackets = [match for match in _STRING_OR_BRACKET.finditer(text.content) if match.group() in _STEPS]
    depths = accumulate(_STEPS[match.group()] for match in brackets)
    starts = (match.start() for match, depth in zip(brackets, depths, strict=True) if depth > MAX_DEPTH)
    return Builder(text).too_deep(next(starts, 0))
