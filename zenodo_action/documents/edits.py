"""
Edits of a metadata file that replace or insert exactly one span and leave every other character alone.

After each edit the file is read again and must hold the old data plus exactly the one change; else it is refused.
"""

from __future__ import annotations

import codecs
import copy
import json
from collections.abc import Iterable, Sequence
from typing import Any

from zenodo_action.documents import Document, read
from zenodo_action.documents.sites import Site, locate_json, locate_yaml
from zenodo_action.documents.splices import Splice, Writer
from zenodo_action.documents.styles import JsonStyle, Value, YamlStyle
from zenodo_action.documents.tree import Path, json_path
from zenodo_action.errors import Finding, MetadataError

__all__ = ["Editor", "Value"]


class Editor:
    """
    A JSON or YAML file in the course of being edited.

    >>> editor = Editor("CITATION.cff", b"version: 1.0 # see tags")
    >>> editor.set(["version"], "1.10")
    >>> editor.insert(["doi"], "10.5281/zenodo.1", after=["version"])
    >>> print(editor.raw.decode())
    version: "1.10" # see tags
    doi: 10.5281/zenodo.1
    """

    def __init__(self, name: str, raw: bytes) -> None:
        """
        Read the file.

        Raises:
            MetadataError: It cannot be read; with every finding that could be made.
        """
        self.raw = raw
        self.original: Document = read(name, raw)
        """The file as it was; findings name places in it."""
        self.document = self.original
        self._is_json = name.lower().endswith(".json")

    @property
    def data(self) -> Any:
        """The data of the file as it is now."""
        return self.document.data

    def set(self, path: Path, text: str) -> None:
        """
        Make an existing scalar, or a value that is null, the text.

        Raises:
            MetadataError: It cannot be done by this one change; nothing was changed.
        """
        self._apply(path, text, self._writer().ways_to_set(path, text, _value_at(self.data, path)))

    def insert(self, path: Path, value: Value, *, after: Sequence[str] = ()) -> None:
        """
        Add an entry to the mapping at ``path[:-1]``.

        Args:
            path: Where the value will be; its last step is a key that the mapping does not have, or that is null.
            value: What to write.
            after: Keys of the same mapping; the entry goes behind the first that is there, else to the end.

        Raises:
            MetadataError: As ``set``.
        """
        is_there = path[-1] in (_value_at(self.data, path[:-1]) or {})
        writer = self._writer()
        ways = writer.ways_to_fill(path, value) if is_there else writer.ways_to_insert(path, value, after)
        self._apply(path, value, ways)

    def append(self, path: Path, value: Value) -> None:
        """
        Add an item to the end of the list at a path.

        Raises:
            MetadataError: As ``set``.
        """
        items = _value_at(self.data, path)
        self._apply([*path, len(items or [])], value, self._writer().ways_to_append(path, value))

    def _writer(self) -> Writer:
        content = self.document.content
        root: Site = locate_json(content) if self._is_json else locate_yaml(content)
        return Writer(content, root, JsonStyle(content, root) if self._is_json else YamlStyle(content, root))

    def _apply(self, path: Path, value: Value, ways: Iterable[tuple[Splice, ...]]) -> None:
        """Take the first way of writing the value after which the file holds the data wanted."""
        wanted = _with_value(self.data, path, value)
        for way in ways:
            raw = self._spliced(way)
            try:
                document = read(self.document.name, raw)
            except MetadataError:
                continue
            if document.data == wanted and _are_texts(document, path, value):
                self.raw, self.document = raw, document
                return
        raise MetadataError([self._refusal(path, value)])

    def _spliced(self, way: Iterable[Splice]) -> bytes:
        content = self.document.content
        for start, end, text in sorted(way, reverse=True):
            content = content[:start] + text + content[end:]
        mark = codecs.BOM_UTF8 if self.raw.startswith(codecs.BOM_UTF8) else b""
        return mark + content.encode()

    def _refusal(self, path: Path, value: Value) -> Finding:
        written = json.dumps(value, ensure_ascii=False)
        name = path[-1] if isinstance(path[-1], str) else f"an entry of {path[-2]}"
        return Finding(
            level="error",
            code="edit-refused",
            what=f"{json_path(path)} cannot be written without touching other parts of the file{self._reason(path)}",
            where=self.original.where(path),
            fix=f"write it by hand: {name}: {written}",
        )

    def _reason(self, path: Path) -> str:
        """Return what about the place keeps from writing, where that is known."""
        root = locate_json(self.document.content) if self._is_json else locate_yaml(self.document.content)
        site = root.find(path) or root.find(path[:-1])
        if site is None or site.kind == "alias":
            return ": it comes from an alias (*)"
        if site.is_anchored:
            return ": an alias (*) repeats it elsewhere"
        return ""


def _value_at(data: Any, path: Path) -> Any:
    """Return the value at a path, ``None`` where there is none."""
    for step in path:
        is_there = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if not is_there:
            return None
        data = data[step]
    return data


def _with_value(data: Any, path: Path, value: Value) -> Any:
    """Return a copy of the data with the value at a path; its parent is there."""
    changed = copy.deepcopy(data)
    parent = _value_at(changed, path[:-1])
    if isinstance(parent, list) and path[-1] == len(parent):
        parent.append(value)
    elif isinstance(parent, (list, dict)):
        parent[path[-1]] = value  # type: ignore[index]
    return changed


def _are_texts(document: Document, path: Path, value: Value) -> bool:
    """Whether all scalars of a new value read back as texts, not as numbers or the like."""
    if isinstance(value, str):
        return document.kind(path) == "string"
    parts: Iterable[tuple[str | int, Value]] = value.items() if isinstance(value, dict) else enumerate(value)
    return all(_are_texts(document, [*path, step], part) for step, part in parts)
