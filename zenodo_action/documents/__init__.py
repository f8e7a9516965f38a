"""Metadata files: their data, as written, and the position of every value."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Any

from zenodo_action.documents.tree import CONTROL, MAX_DEPTH, Kind, Node, Path, Text, json_path
from zenodo_action.errors import FilePlace, Finding, MetadataError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Document", "Kind", "Path", "json_path", "read"]

MAX_BYTES = 5_000_000
"""
Bytes of a file that are looked at.

The author lists of the largest collaborations (some 3,000 people) take about half a million.
"""


@dataclass(frozen=True)
class Document:
    """A metadata file: its data, and where each value stands."""

    name: str
    """The file's name as users know it."""
    data: Any
    """
    ``dict``, ``list``, ``str`` and ``None`` only; at the top always a ``dict``.

    Numbers and booleans are texts as they were written (``1.10``, ``no``, ``0123``); ``kind`` tells them apart.
    """
    _text: Text = field(repr=False, compare=False)
    _root: Node = field(repr=False, compare=False)

    @property
    def content(self) -> str:
        """The text of the file, without a byte order mark."""
        return self._text.content

    def where(self, path: Path) -> FilePlace:
        """
        Return the position of a value; of its nearest ancestor where there is none.

        A value that an alias stands for is where its anchor is.
        """
        node, _ = self._find(path)
        return self._text.place(node.start, path)

    def where_key(self, path: Path) -> FilePlace:
        """Return the position of the key of a mapping's entry; of anything else that of the value."""
        parent, depth = self._find(path[:-1])
        if path and depth == len(path) - 1 and path[-1] in parent.key_starts:
            return self._text.place(parent.key_starts[str(path[-1])], path)
        return self.where(path)

    def kind(self, path: Path) -> Kind:
        """
        Return what a value is in the syntax of its file; in YAML by the core schema of YAML 1.2.

        Raises:
            KeyError: There is no such value.
        """
        node, depth = self._find(path)
        if depth < len(path):
            raise KeyError(json_path(path))
        return node.kind

    def is_folded(self, path: Path) -> bool:
        """Whether a line break in the text at a path stands for an empty line of the file, as in YAML's folded texts."""
        node, depth = self._find(path)
        return depth == len(path) and node.is_folded

    def _find(self, path: Path) -> tuple[Node, int]:
        """Return the node at a path or its nearest ancestor, and how many steps lead there."""
        node = self._root
        for depth, step in enumerate(path):
            if isinstance(step, str) and step in node.entries:
                node = node.entries[step]
            elif isinstance(step, int) and 0 <= step < len(node.items):
                node = node.items[step]
            else:
                return node, depth
        return node, len(path)


def read(name: str, raw: bytes) -> Document:
    """
    Return the document that a file holds: JSON, TOML, INI or an R package's fields by its name, else YAML.

    Args:
        name: The file's name as it is to be shown.
        raw: Its content, at most ``MAX_BYTES``; UTF-8 with or without a byte order mark.

    Raises:
        MetadataError: It cannot be read as one mapping; with every finding that could be made.
    """
    if len(raw) > MAX_BYTES:
        what = f"the file has {len(raw):,} bytes; metadata files are read up to {MAX_BYTES:,}"
        raise MetadataError([_finding(name, "document-too-large", what, "is this the right file? shorten it")])
    text = Text(name, _decode(name, raw))
    control = CONTROL.search(text.content)
    if control:
        what = f"the control character U+{ord(control.group()):04X} stands in the file"
        raise MetadataError([text.error("character-control", what, control.start(), fix="delete it")])
    root = _compose(text)
    if root is None or root.kind == "null":
        fix = "delete the file, or write the metadata into it"
        raise MetadataError([_finding(name, "document-empty", "the file holds nothing", fix)])
    if root.kind != "mapping":
        raise MetadataError([_not_mapping(text, root)])
    return Document(name, root.data, text, root)


def _compose(text: Text) -> Node | None:
    """Return the tree of a text; the parser of the other syntax is not even imported (PyYAML takes 40 ms)."""
    if text.name.lower().endswith(".json"):
        from zenodo_action.documents import json_text  # noqa: PLC0415

        return json_text.compose(text)
    if text.name.lower().endswith(".toml"):
        from zenodo_action.documents import toml_text  # noqa: PLC0415

        return toml_text.compose(text)
    if text.name.lower().endswith(".cfg"):
        from zenodo_action.documents import ini_text  # noqa: PLC0415

        return ini_text.compose(text)
    if text.name.rpartition("/")[2] == "DESCRIPTION":
        from zenodo_action.documents import dcf_text  # noqa: PLC0415

        return dcf_text.compose(text)
    from zenodo_action.documents import yaml_text  # noqa: PLC0415

    return yaml_text.compose(text)


def _finding(name: str, code: str, what: str, fix: str) -> Finding:
    return Finding(level="error", code=code, what=what, where=FilePlace(file=name, line=1, column=1), fix=fix)


def _not_mapping(text: Text, root: Node) -> Finding:
    if root.kind == "list":
        what = "the file holds a list; metadata are a mapping of names to values"
        fix = "take the list's only entry out of it, or put the list under its name"
    else:
        what = "the file holds a single value; metadata are a mapping of names to values"
        fix = 'write each entry as "name: value", with a space after the colon'
    return text.error("document-not-mapping", what, root.start, fix=fix, path=[])


def _decode(name: str, raw: bytes) -> str:
    """Return the text of UTF-8 bytes without a byte order mark."""
    fix = "save the file as UTF-8"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or b"\0" in raw[:2]:
        what = "the file is UTF-16 or UTF-32, not UTF-8"
        raise MetadataError([_finding(name, "encoding-unknown", what, fix)])
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = Text(name, raw[: error.start].decode("utf-8-sig", "replace"))
        byte = raw[error.start : error.start + 1]
        what = f"byte 0x{byte.hex().upper()} is not UTF-8"
        if byte >= b"\xa0":
            what += f'; in Latin-1 it would be "{byte.decode("latin-1")}"'
        finding = before.error("encoding-unknown", what, len(before.content), fix=fix)
        raise MetadataError([finding]) from None
    return content
