"""How values are written so that they read back as they are, in the habits of the file they go into."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Protocol

import yaml

from zenodo_action.documents.sites import Site, column_of

Value = str | dict[str, str] | list[str] | list[dict[str, str]]
"""What can be written into a file."""

_PLAIN = re.compile(r"[A-Za-z0-9_./(][\w./()+@-]*(?: [\w./()+@-]+)*", re.ASCII)
"""Texts that need no quotation marks wherever they stand, as far as their form goes."""
_NUMBER = re.compile(r"[-+]?[\d._]*\d[\d._]*(?:e[-+]?\d+)?|0[xo][0-9a-f]+", re.IGNORECASE | re.ASCII)
"""A number by some version of YAML or by some reader of it."""
_STRING = "tag:yaml.org,2002:str"
_DATE = "tag:yaml.org,2002:timestamp"


class Style(Protocol):
    """What ``Writer`` asks a syntax."""

    colon: str
    """What stands between a key and its value."""

    def flow(self, value: Value) -> str:
        """Return a value in one line."""
        ...

    def key(self, key: str) -> str:
        """Return a key."""
        ...

    def replacement(self, text: str, old: str | None, site: Site) -> str:
        """Return a text in the manner of the value that it replaces."""
        ...

    def entry(self, key: str, value: Value) -> list[str]:
        """Return an entry of a block in lines, from the column of its key on; no syntax but YAML has blocks."""
        ...

    def item(self, value: Value) -> list[str]:
        """Return an item of a block's list in lines, without its dash."""
        ...


class JsonStyle:
    """JSON, with the spaces that the file has."""

    def __init__(self, content: str, root: Site) -> None:
        colons = (content[entry.key_end : entry.value.start] for site in root.walk() for entry in site.entries.values())
        self.colon = next((colon for colon in colons if colon in (":", ": ", " : ")), ": ")

    def flow(self, value: Value) -> str:
        """Return a value in one line."""
        comma = "," if self.colon == ":" else ", "
        return json.dumps(value, ensure_ascii=False, separators=(comma, self.colon))

    def key(self, key: str) -> str:
        """Return a key."""
        return json.dumps(key, ensure_ascii=False)

    def replacement(self, text: str, old: str | None, site: Site) -> str:  # noqa: ARG002 - JSON has one manner
        """Return a text."""
        return self.flow(text)

    def entry(self, key: str, value: Value) -> list[str]:
        """Return an entry in one line."""
        return [f"{self.key(key)}{self.colon}{self.flow(value)}"]

    def item(self, value: Value) -> list[str]:
        """Return an item in one line."""
        return [self.flow(value)]


class YamlStyle:
    """YAML, with the quotation marks and the indentation of lists that the file has most of."""

    colon = ": "

    def __init__(self, content: str, root: Site) -> None:
        marks = Counter(site.style for site in root.walk())
        self._mark = "'" if marks["'"] > marks['"'] else '"'
        self._dash = " " * _dash_offset(content, root)

    def flow(self, value: Value) -> str:
        """
        Return a value in one line.

        >>> YamlStyle("", Site(kind="mapping", start=0, end=0, style="block")).flow([{"type": "doi", "value": "10.1/a"}])
        '[{type: doi, value: 10.1/a}]'
        """
        if isinstance(value, str):
            return value if _may_be_plain(value) else _quoted(value, self._mark)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.key(key)}: {self.flow(part)}" for key, part in value.items()) + "}"
        return "[" + ", ".join(self.flow(part) for part in value) + "]"

    def key(self, key: str) -> str:
        """Return a key."""
        return self.flow(key)

    def replacement(self, text: str, old: str | None, site: Site) -> str:
        """Return a text in the quotation marks of the value that it replaces; a date may stay without."""
        if site.style in ("'", '"'):
            return _quoted(text, site.style)
        if old is not None and _plain_kind(text) == _DATE == _plain_kind(old):
            return text
        return self.flow(text)

    def entry(self, key: str, value: Value) -> list[str]:
        """
        Return an entry of a block in lines, from the column of its key on.

        >>> YamlStyle("", Site(kind="mapping", start=0, end=0, style="block")).entry("a", [{"b": "c", "d": "1.0"}])
        ['a:', '  - b: c', '    d: "1.0"']
        """
        if isinstance(value, str):
            return [f"{self.key(key)}: {self.flow(value)}"]
        if isinstance(value, dict):
            return [f"{self.key(key)}:", *(f"  {line}" for line in self.item(value))]
        lines = [f"{self.key(key)}:"]
        for part in value:
            first, *rest = self.item(part)
            lines += [f"{self._dash}- {first}", *(f"{self._dash}  {line}" for line in rest)]
        return lines

    def item(self, value: Value) -> list[str]:
        """Return an item of a block's list in lines, without its dash."""
        if isinstance(value, dict):
            return [line for key, part in value.items() for line in self.entry(key, part)]
        return [self.flow(value)]


def _dash_offset(content: str, root: Site) -> int:
    """Return by how much the file indents the dashes of lists; 2 where it has none."""
    offsets = Counter(
        column_of(content, entry.value.start) - column_of(content, entry.key_start)
        for site in root.walk()
        for entry in site.entries.values()
        if entry.value.kind == "list" and entry.value.style == "block" and site.style == "block"
    )
    return max(offsets.most_common(1)[0][0], 0) if offsets else 2


def _plain_kind(text: str) -> str:
    """
    Return the tag of what readers by YAML 1.1 take a text for that stands without quotation marks.

    >>> [_plain_kind(text).rpartition(":")[2] for text in ("1.2.3", "1.10", "2026-03-01", "no")]
    ['str', 'float', 'timestamp', 'bool']
    """
    resolver: Any = yaml.SafeLoader("")
    return str(resolver.resolve(yaml.ScalarNode, text, (True, False)))


def _may_be_plain(text: str) -> bool:
    """
    Whether a text reads back as a text, by YAML 1.1 and 1.2, in a block as in brackets, without quotation marks.

    >>> [_may_be_plain(text) for text in ("10.5281/zenodo.1", "1.2", "1e3", "a, b", "version 1.2")]
    [True, False, False, False, True]
    """
    return (
        _PLAIN.fullmatch(text) is not None
        and _plain_kind(text) == _STRING
        and (_NUMBER.fullmatch(text) is None or text.count(".") > 1)
    )


def _quoted(text: str, mark: str) -> str:
    r"""
    Return a text in quotation marks, in double ones where the single ones could not hold it.

    >>> print(_quoted("it's", "'"), _quoted("a\n", "'"))
    'it''s' "a\n"
    """
    if mark == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)
