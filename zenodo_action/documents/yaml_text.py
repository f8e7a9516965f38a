"""YAML → tree, from the parser's events: nothing is resolved, every scalar stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from zenodo_action.documents.tree import Builder, Kind, Node, Text
from zenodo_action.documents.yaml_faults import explain
from zenodo_action.errors import MetadataError

MAX_ALIASED = 1_000_000
"""Characters that the aliases of one file may stand for, each written out as often as it is used."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: YAML 1.1, 5.1 "Character Set", c-printable."""

_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))
"""Tags of the core schema, which say of a value only what it is anyway."""

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
"""Source: YAML 1.2.2, 10.3.2 "Tag Resolution" of the core schema; likewise the two above."""


def compose(text: Text) -> Node | None:
    """
    Return the tree of a YAML text; ``None`` where it holds nothing.

    Works on the parser's events rather than on ``yaml.compose``: the C composer recurses without a limit and ends
    the process on a file of many brackets, and it can tell neither the plain from the quoted nor see equal keys.

    Raises:
        MetadataError: Everything that keeps the text from being one plain tree.
    """
    strange = _UNPRINTABLE.search(text.content)
    if strange:
        what = f"the character U+{ord(strange.group()):04X} cannot stand in a YAML file"
        raise MetadataError([text.error("character-control", what, strange.start(), fix="delete it")])
    try:
        # The C parser: 1 MB in 0.1 s against 1.3 s.
        return _build(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError:
        # The Python parser names causes more precisely, and takes a little more.
        try:
            return _build(text, yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            raise MetadataError([explain(text, error)]) from None


def _build(text: Text, loader: type) -> Node | None:
    composer = _Composer(text)
    events: Iterator[yaml.Event] = yaml.parse(text.content, Loader=loader)
    for event in events:
        composer.take(event)
    if composer.builder.findings:
        raise MetadataError(composer.builder.findings)
    return composer.builder.root


class _Composer:
    """Turns events into calls of the builder; knows documents, tags and anchors."""

    def __init__(self, text: Text) -> None:
        self.builder = Builder(text)
        self._documents = 0
        self._anchors: dict[str, Node | None] = {}
        """Name → value; ``None`` while the value is not complete."""
        self._open_anchors: list[str | None] = []
        self._aliased = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        start = event.start_mark.index if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, start)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_tag(event.tag, start)
            self._open_anchors.append(event.anchor)
            if event.anchor:
                self._anchors[event.anchor] = None
            self.builder.open("list" if isinstance(event, yaml.SequenceStartEvent) else "mapping", start)
        elif isinstance(event, yaml.CollectionEndEvent):
            node = self.builder.close()
            anchor = self._open_anchors.pop()
            if anchor:
                self._anchors[anchor] = node
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event.anchor or "", start)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                what = 'a second YAML document begins here, after a line "---" or "..."'
                fix = "keep one document in the file and delete the line"
                raise self.builder.refuse("document-several", what, start, fix=fix)

    def _take_scalar(self, event: yaml.ScalarEvent, start: int) -> None:
        self._check_tag(event.tag, start)
        value = event.value
        if event.style == '"':  # the only style with escapes
            value = self.builder.sound(value, start)
        kind = _kind(value, event.tag, is_plain=not event.style)
        node = Node(kind, start, None if kind == "null" else value)
        node.is_folded = event.style not in ("|", '"')
        if event.anchor:
            self._anchors[event.anchor] = node
        if not self.builder.expects_key:
            self.builder.add(node, start)
        elif value or event.style:
            self.builder.key(start, value, is_merge=value == "<<" and not event.style)
        else:
            self.builder.odd_key(start, 'the key before ":" is missing', fix="write the key, or delete the entry")

    def _take_alias(self, name: str, start: int) -> None:
        if name not in self._anchors:
            what = f'not valid YAML: "*{name}" refers to nothing, there is no "&{name}" before it'
            fix = 'where "*" belongs to the text, put the value in quotation marks'
            raise self.builder.refuse("document-unparsable", what, start, fix=fix)
        node = self._anchors[name]
        if node is None:
            what = f'"*{name}" stands inside the value it refers to, which would have no end'
            raise self.builder.refuse("yaml-alias-cycle", what, start, fix="write the value out")
        self._aliased += node.weight
        if self._aliased > MAX_ALIASED:
            what = f"the aliases of this file stand for more than {MAX_ALIASED:,} characters"
            raise self.builder.refuse("yaml-alias-bomb", what, start, fix="write the values out")
        if self.builder.expects_key and isinstance(node.data, str):
            self.builder.key(start, node.data)
        else:
            self.builder.add(node, start)

    def _check_tag(self, tag: str | None, start: int) -> None:
        if tag and tag != "!" and tag not in _PLAIN_TAGS:
            written = tag.replace("tag:yaml.org,2002:", "!!")
            what = f'the tag "{written}" asks for a value that is no plain text, list or mapping'
            fix = 'delete the tag; where "!" belongs to the text, put the value in quotation marks'
            self.builder.note("yaml-tag", what, start, fix=fix)


def _kind(value: str, tag: str | None, *, is_plain: bool) -> Kind:
    """Return what a scalar is by the core schema, or by its tag."""
    if tag:
        by_tag: dict[str, Kind] = {"int": "number", "float": "number", "bool": "boolean", "null": "null"}
        return by_tag.get(tag.rpartition(":")[2], "string")
    if not is_plain:
        return "string"
    if _NULL.fullmatch(value):
        return "null"
    if _BOOLEAN.fullmatch(value):
        return "boolean"
    return "number" if _NUMBER.fullmatch(value) else "string"
