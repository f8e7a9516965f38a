"""The parts of a document: its text with line numbers, and a tree of values that know where they stand."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

from zenodo_action.errors import FilePlace, Finding, MetadataError

Kind = Literal["string", "number", "boolean", "null", "list", "mapping"]
Path = Sequence[str | int]

MAX_DEPTH = 100
"""
Lists and mappings inside each other; metadata need about ten.

Far below Python's own limit of 1000 calls, so that whoever walks the data may do so recursively.
"""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that neither syntax takes as they are, and that neither XML nor the servers' database can hold."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def json_path(path: Path) -> str:
    """
    Return a path as text.

    >>> json_path(["creators", 1, "name"])
    '$.creators[1].name'
    >>> json_path(["custom", "code:codeRepository"])
    '$.custom["code:codeRepository"]'
    """
    steps = ["$"]
    for step in path:
        if isinstance(step, str) and _IDENTIFIER.fullmatch(step):
            steps.append(f".{step}")
        elif isinstance(step, str):
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            steps.append(f'["{escaped}"]')
        else:
            steps.append(f"[{step}]")
    return "".join(steps)


class Text:
    """The text of a file, without a byte order mark, and the way from an offset in it to line and column."""

    def __init__(self, name: str, content: str) -> None:
        self.name = name
        self.content = content

    @cached_property
    def _line_starts(self) -> list[int]:
        # NOTE: not str.splitlines, which also breaks at form feeds and at U+2028; editors do not.
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.content))]

    def line_of(self, offset: int) -> int:
        """Return the line of an offset; the first is 1."""
        return bisect.bisect_right(self._line_starts, offset)

    def line(self, number: int) -> str:
        """Return the text of a line without its end; empty outside the file."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def start_of(self, line: int) -> int:
        """Return the offset at which a line begins."""
        return self._line_starts[line - 1]

    def place(self, offset: int, path: Path | None = None) -> FilePlace:
        """Return an offset as line and column, both counted from 1, columns in characters."""
        line = self.line_of(offset)
        return FilePlace(
            file=self.name,
            line=line,
            column=offset - self._line_starts[line - 1] + 1,
            path=json_path(path) if path is not None else None,
        )

    def error(self, code: str, what: str, offset: int, *, fix: str, path: Path | None = None) -> Finding:
        """Return a finding of level ``error`` at an offset."""
        return Finding(level="error", code=code, what=what, where=self.place(offset, path), fix=fix)


class Node:
    """A value with the offset at which it begins."""

    __slots__ = ("data", "entries", "height", "is_folded", "items", "key_starts", "kind", "start", "weight")

    def __init__(self, kind: Kind, start: int, data: Any) -> None:
        self.kind = kind
        self.start = start
        self.data = data
        """``dict`` or ``list`` of the parts' data; a scalar as it was written; ``None``."""
        self.is_folded = False
        """Whether a line break in a text stands for an empty line of the file, as YAML folds the others to spaces."""
        self.items: list[Node] = []
        """Parts of a list."""
        self.entries: dict[str, Node] = {}
        """Parts of a mapping."""
        self.key_starts: dict[str, int] = {}
        self.height = 0
        """How many lists and mappings stand inside each other here, this one included."""
        self.weight = 1 + len(data) if isinstance(data, str) else 1
        """Roughly the characters of the value when every alias in it is written out."""


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("has_merge", "is_dropped", "is_key", "key", "key_start", "node")

    def __init__(self, node: Node, *, is_key: bool) -> None:
        self.node = node
        self.is_key = is_key
        """Whether it stands where a key should."""
        self.key: str | None = None
        """The key that waits for its value."""
        self.key_start = 0
        self.is_dropped = False
        """Whether that value is to be read and left out."""
        self.has_merge = False
        """Whether one of the keys is YAML's ``<<``."""


class Builder:
    """
    Builds the tree from values in the order of the text.

    ``findings`` collects what the text can be read on from: equal keys, keys that are no text, characters that no
    server stores. A value nested too deep is raised at once.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._stack: list[_Open] = []

    @property
    def path(self) -> list[str | int]:
        """The path of the value that comes next, or whose parts are being read."""
        steps: list[str | int] = []
        for part in self._stack:
            if part.node.kind == "list":
                steps.append(len(part.node.items))
            elif part.key is not None:
                steps.append(part.key)
        return steps

    @property
    def expects_key(self) -> bool:
        """Whether the next value is the key of an entry."""
        return bool(self._stack) and self._stack[-1].node.kind == "mapping" and self._stack[-1].key is None

    def note(self, code: str, what: str, offset: int, *, fix: str) -> None:
        """Add a finding about the value at ``path``."""
        self.findings.append(self.text.error(code, what, offset, fix=fix, path=self.path))

    def refuse(self, code: str, what: str, offset: int, *, fix: str) -> MetadataError:
        """Return the error to raise where reading on makes no sense."""
        self.note(code, what, offset, fix=fix)
        return MetadataError(self.findings)

    def open(self, kind: Literal["list", "mapping"], start: int) -> None:
        """Begin a list or a mapping."""
        is_key = self.expects_key
        if is_key:
            self._begin_odd_entry(start)
        if len(self._stack) == MAX_DEPTH:
            raise self.too_deep(start)
        self._stack.append(_Open(Node(kind, start, [] if kind == "list" else {}), is_key=is_key))

    def close(self) -> Node:
        """End the innermost list or mapping, put it in its place and return it."""
        part = self._stack.pop()
        if part.has_merge:
            self._merge(part.node)
        part.node.height += 1
        if not part.is_key:
            self._place(part.node)
        return part.node

    def key(self, start: int, name: str, *, is_merge: bool = False) -> None:
        """Begin an entry of the innermost mapping; ``is_merge`` where the key is YAML's ``<<``."""
        part = self._stack[-1]
        part.key, part.key_start = name, start
        first = part.node.key_starts.get(name)
        part.is_dropped = first is not None
        part.has_merge |= is_merge
        if first is not None:
            lines = f"first in line {self.text.line_of(first)}, again in line {self.text.line_of(start)}"
            fix = "keep one of the two; readers that take the file as it is use only one of them"
            self.note("key-duplicate", f'the key "{name}" stands twice: {lines}', start, fix=fix)

    def add(self, node: Node, start: int) -> None:
        """Put a finished value in its place; ``start`` is where this use of it stands."""
        if self.expects_key:
            self._begin_odd_entry(start)
        elif len(self._stack) + node.height > MAX_DEPTH:
            raise self.too_deep(start)
        else:
            self._place(node)

    def sound(self, value: str, start: int) -> str:
        """Return a text whose escapes are joined to whole characters; note those that cannot be stored."""
        if _SURROGATE.search(value):
            try:
                value = value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                what = "half of a character is written here: one of the two \\u escapes of a pair stands alone"
                self.note("character-incomplete", what, start, fix="write the character itself")
        control = CONTROL.search(value)
        if control:
            what = f"the text holds the control character U+{ord(control.group()):04X}, which no server stores"
            self.note("character-control", what, start, fix="take its escape out of the text")
        return value

    def _place(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        part = self._stack[-1]
        parent = part.node
        if parent.kind == "list":
            parent.items.append(node)
            parent.data.append(node.data)
            _grow(parent, node)
            return
        if part.key is not None and not part.is_dropped:
            _enter(parent, part.key, part.key_start, node)
        part.key = None

    def odd_key(self, start: int, what: str, *, fix: str) -> None:
        """Begin an entry whose key cannot be used, and whose value is left out."""
        part = self._stack[-1]
        self.note("key-not-text", what, start, fix=fix)
        part.key, part.key_start, part.is_dropped = "?", start, True

    def _begin_odd_entry(self, start: int) -> None:
        if self.text.content.startswith("{{", start - 1):
            what = 'the braces "{{" outside quotation marks are read as a mapping inside a mapping'
            fix = 'put the value in quotation marks; placeholders are written "${version}"'
        else:
            what, fix = "a key must be text, not a list or a mapping", "write the key as plain text"
        self.odd_key(start, what, fix=fix)

    def too_deep(self, start: int) -> MetadataError:
        """Return the error for a list or mapping that stands deeper than ``MAX_DEPTH``."""
        what = f"lists and mappings stand more than {MAX_DEPTH} deep inside each other"
        fix = "no metadata need this; look for brackets left open"
        return MetadataError([*self.findings, self.text.error("document-too-deep", what, start, fix=fix)])

    @staticmethod
    def _merge(mapping: Node) -> None:
        """
        Replace ``<<`` by the entries of the mapping or mappings it names; entries already there win.

        Source: yaml.org/type/merge.html (YAML 1.1), still written by people who use anchors.
        """
        value = mapping.entries["<<"]
        sources = value.items if value.kind == "list" else [value]
        if any(source.kind != "mapping" for source in sources):
            return
        for part in (mapping.entries, mapping.key_starts, mapping.data):
            del part["<<"]
        for source in sources:
            for name, node in source.entries.items():
                if name not in mapping.entries:
                    _enter(mapping, name, source.key_starts[name], node)


def _enter(mapping: Node, name: str, start: int, value: Node) -> None:
    mapping.entries[name] = value
    mapping.key_starts[name] = start
    mapping.data[name] = value.data
    mapping.weight += len(name)
    _grow(mapping, value)


def _grow(parent: Node, part: Node) -> None:
    parent.height = max(parent.height, part.height)
    parent.weight += part.weight


def conflict(text: Text) -> tuple[str, str, int] | None:
    """Return cause, fix and offset of a merge conflict that was left in a text, at its first marker; ``None`` without one."""
    marker = re.search(r"^<{7}(?= |\r?$)|^={7}(?=\r?$)|^>{7}(?= )", text.content, re.MULTILINE)
    if marker is None:
        return None
    fix = 'choose one side and delete the lines "<<<<<<<" to ">>>>>>>"'
    return "a merge conflict is left in the file", fix, marker.start()
