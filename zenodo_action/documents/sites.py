"""Where each use of a value stands in a text, from its first to its last character: what edits go by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import yaml

from zenodo_action.documents.tree import Path

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s|#[^\n]*$)*)+", re.MULTILINE)
"""Anchors and tags before a YAML value, with what parts them from it."""
_JSON_TOKEN = re.compile(r"[ \t\n\r,:]*([\[\]{}\"]|[^\s\[\]{}\",:]+)?")
_DECODER = json.JSONDecoder()


@dataclass(slots=True, kw_only=True)
class Site:
    """
    One use of a value in a text of valid syntax.

    Unlike ``tree.Node``, which is what a value says, an alias is a site of its own.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    start: int
    """Past its anchor and its tag."""
    end: int
    """Past its last character; of a block, past the last character of its last part."""
    style: str
    """Of scalars ``""`` (plain), ``"'"``, ``'"'``, ``"|"`` or ``">"``; of lists and mappings ``"block"`` or ``"flow"``."""
    is_anchored: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Site] = field(default_factory=list)

    def find(self, path: Path) -> Site | None:
        """Return the part at a path; ``None`` where nothing is written there, as behind an alias or a merge key."""
        site = self
        for step in path:
            if isinstance(step, str) and step in site.entries:
                site = site.entries[step].value
            elif isinstance(step, int) and 0 <= step < len(site.items):
                site = site.items[step]
            else:
                return None
        return site

    def walk(self) -> Iterator[Site]:
        """Yield this site and all its parts."""
        waiting = [self]
        while waiting:
            site = waiting.pop()
            yield site
            waiting += [*site.items, *(entry.value for entry in site.entries.values())]


@dataclass(slots=True, kw_only=True)
class Entry:
    """A key and its value."""

    key_start: int
    key_end: int
    value: Site


def column_of(content: str, offset: int) -> int:
    """Return how many characters stand before an offset in its line."""
    return offset - max(content.rfind("\n", 0, offset), content.rfind("\r", 0, offset)) - 1


class _Builder:
    """Puts sites into one another in the order of the text; no value is looked at twice."""

    def __init__(self) -> None:
        self.root: Site | None = None
        self._open: list[Site] = []
        self._keys: list[tuple[str, Site] | None] = []
        """The key that waits for its value, for each open site."""

    def add(self, site: Site, text: str | None) -> None:
        """Take a scalar or an alias with its text, where it has one."""
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.kind == "mapping" and self._keys[-1] is None:
            self._keys[-1] = (text or "", site)
        else:
            self._place(site)

    def open(self, site: Site) -> None:
        """Begin a list or a mapping."""
        self._open.append(site)
        self._keys.append(None)

    def close(self, end: int | None = None) -> None:
        """End the innermost list or mapping, at its closing bracket or with its last part."""
        site = self._open.pop()
        self._keys.pop()
        parts = [*site.items, *(entry.value for entry in site.entries.values())]
        site.end = end if end is not None else max((part.end for part in parts), default=site.end)
        self._place(site)

    def _place(self, site: Site) -> None:
        if not self._open:
            self.root = site
        elif self._open[-1].kind == "list":
            self._open[-1].items.append(site)
        else:
            key = self._keys[-1]
            if key is None:
                return  # a key that is no text; such a file is not read at all
            name, where = key
            self._open[-1].entries[name] = Entry(key_start=where.start, key_end=where.end, value=site)
            self._keys[-1] = None


def locate_json(content: str) -> Site:
    """Return the sites of a JSON text that has been read already."""
    builder = _Builder()
    token = _JSON_TOKEN.match(content, 0)
    while token and token[1]:
        start, mark, end = token.start(1), token[1], token.end()
        if mark == '"':
            value, end = _DECODER.raw_decode(content, start)
            builder.add(Site(kind="scalar", start=start, end=end, style='"'), value)
        elif mark in "[{":
            builder.open(Site(kind="list" if mark == "[" else "mapping", start=start, end=end, style="flow"))
        elif mark in "]}":
            builder.close(end)
        else:
            builder.add(Site(kind="scalar", start=start, end=end, style=""), mark)
        token = _JSON_TOKEN.match(content, end)
    return _root(builder)


def locate_yaml(content: str) -> Site:
    """Return the sites of a YAML text that has been read already; by the same two parsers."""
    try:
        return _located(content, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError:
        return _located(content, yaml.BaseLoader)


def _located(content: str, loader: type) -> Site:
    builder = _Builder()
    events: Iterator[yaml.Event] = yaml.parse(content, Loader=loader)
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            start, end = _span(event)
            builder.add(Site(kind="alias", start=start, end=end, style=""), event.anchor)
        elif isinstance(event, yaml.ScalarEvent):
            builder.add(_scalar(content, event), event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            kind: Literal["list", "mapping"] = "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
            start = _past_properties(content, _span(event)[0], len(content))
            style = "flow" if event.flow_style else "block"
            builder.open(Site(kind=kind, start=start, end=start, style=style, is_anchored=bool(event.anchor)))
        elif isinstance(event, yaml.CollectionEndEvent):
            # NOTE: a block has no closing bracket; the parsers do not agree where it ends.
            start, end = _span(event)
            builder.close(end if end > start else None)
    return _root(builder)


def _scalar(content: str, event: yaml.ScalarEvent) -> Site:
    """Return the site of a scalar; a block text ends with the last line that counts."""
    start, end = _span(event)
    start, style = _past_properties(content, start, end), event.style or ""
    if style in ("|", ">"):
        written = content[start:end]
        keeps_blank_lines = "+" in written.split("\n", 1)[0]
        written = written.rstrip(" ").removesuffix("\n").removesuffix("\r") if keeps_blank_lines else written.rstrip()
        end = start + len(written)
    return Site(kind="scalar", start=start, end=end, style=style, is_anchored=bool(event.anchor))


def _past_properties(content: str, start: int, end: int) -> int:
    """Return where a value itself begins."""
    match = _PROPERTIES.match(content, start, end) if content[start : start + 1] in ("&", "!") else None
    return match.end() if match else start


def _span(event: yaml.Event) -> tuple[int, int]:
    """Return where an event begins and ends; PyYAML's marks are there unless one asks for none."""
    if event.start_mark is None or event.end_mark is None:
        raise ValueError("an event without marks")
    return event.start_mark.index, event.end_mark.index


def _root(builder: _Builder) -> Site:
    if builder.root is None:
        raise ValueError("the text holds nothing")
    return builder.root
