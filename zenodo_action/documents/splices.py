"""Ways to write a value into a text, best first; ``Editor`` takes the first that gives the data wanted."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from zenodo_action.documents.sites import Site, column_of
from zenodo_action.documents.styles import Style, Value
from zenodo_action.documents.tree import Path

Splice = tuple[int, int, str]
"""Start and end of what goes, and what comes in its place."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMA_AND_COMMENT = re.compile(r"[ \t]*(?P<comma>,?)[ \t]*#[^\r\n]*")
_COMMA = re.compile(r"\s*,\s*")


class Writer:
    """A text with its sites and its style."""

    def __init__(self, content: str, root: Site, style: Style) -> None:
        self._content = content
        self._root = root
        self._style = style
        ending = _LINE_END.search(content)
        self._line_end = ending.group() if ending else "\n"

    def ways_to_set(self, path: Path, text: str, old: object) -> Iterator[tuple[Splice, ...]]:
        """Yield ways to replace a scalar or an alias by a text."""
        site = self._root.find(path)
        if site is None or site.kind not in ("scalar", "alias"):
            return
        if site.style in ("|", ">"):
            yield from self._ways_to_set_block_text(site, text)
            return
        written = self._style.replacement(text, old if isinstance(old, str) else None, site)
        yield (self._in_place(site, written),)
        yield (self._in_place(site, self._style.flow(text)),)

    def ways_to_fill(self, path: Path, value: Value) -> Iterator[tuple[Splice, ...]]:
        """Yield ways to give a key that is null its value."""
        site = self._root.find(path)
        if site is None or site.kind != "scalar":
            return
        if isinstance(value, str):
            yield from self.ways_to_set(path, value, None)
            return
        mapping = self._root.find(path[:-1])
        if mapping is not None and mapping.style == "block" and site.start == site.end:
            column = self._column(mapping.entries[str(path[-1])].key_start)
            lines = self._style.entry(str(path[-1]), value)[1:]
            at = self._end_of_line(site.end)
            yield ((at, at, self._lines(lines, column)),)
        yield (self._in_place(site, self._style.flow(value)),)

    def ways_to_insert(self, path: Path, value: Value, after: Sequence[str]) -> Iterator[tuple[Splice, ...]]:
        """Yield ways to add an entry to a mapping, behind the first of some keys or at its end."""
        mapping, key = self._root.find(path[:-1]), str(path[-1])
        if mapping is None or mapping.kind != "mapping":
            return
        if mapping.style == "flow":
            yield from self._ways_into_brackets(
                mapping,
                [(entry.key_start, entry.value.end) for entry in mapping.entries.values()],
                f"{self._style.key(key)}{self._style.colon}{self._style.flow(value)}",
                list(mapping.entries).index(before) if (before := _first(after, mapping.entries)) else -1,
            )
            return
        entries = mapping.entries
        column = self._column(next(iter(entries.values())).key_start)
        written = self._lines(self._style.entry(key, value), column)
        before = _first(after, entries)
        places = [self._end_of_line(entries[before].value.end)] if before else []
        if len(path) == 1:
            places.append(len(self._content.rstrip()))
        places.append(self._end_of_line(mapping.end))
        for at in places:
            yield ((at, at, written),)

    def ways_to_append(self, path: Path, value: Value) -> Iterator[tuple[Splice, ...]]:
        """Yield ways to add an item to a list."""
        site = self._root.find(path)
        if site is None or site.kind != "list":
            return
        if site.style == "flow":
            spans = [(item.start, item.end) for item in site.items]
            yield from self._ways_into_brackets(site, spans, self._style.flow(value), -1)
            return
        gap = self._content[site.start + 1 : site.items[0].start]
        if gap.strip(" \r\n") or not gap:
            gap = " "
        dash = self._column(site.start)
        column = self._column(site.items[0].start) if gap.strip(" ") else dash + 1 + len(gap)
        first, *rest = self._style.item(value)
        at = self._end_of_line(site.end)
        lines = "".join(f"{self._line_end}{' ' * column}{line}" for line in rest)
        yield ((at, at, f"{self._line_end}{' ' * dash}-{gap}{first}{lines}"),)

    def _ways_to_set_block_text(self, site: Site, text: str) -> Iterator[tuple[Splice, ...]]:
        """Yield the way to replace the lines of a block text; its first line and its indentation stay."""
        head = _LINE_END.search(self._content, site.start, site.end)
        if head is None or "\n" in text.rstrip("\n"):
            return
        indentation = re.compile(r"[ ]*").match(self._content, head.end())
        start = indentation.end() if indentation else head.end()
        yield ((start, site.end, text.rstrip("\n")),)

    def _ways_into_brackets(
        self, site: Site, spans: Sequence[tuple[int, int]], written: str, before: int
    ) -> Iterator[tuple[Splice, ...]]:
        """Yield ways to add a part to a list or mapping in brackets, behind the part with an index."""
        if not spans:
            yield ((site.start + 1, site.start + 1, written),)
            return
        at = spans[before][1]
        comment = _COMMA_AND_COMMENT.match(self._content, at)
        if comment:
            comma = () if comment["comma"] else ((at, at, ","),)
            indentation = " " * self._column(spans[before][0])
            line = f"{self._line_end}{indentation}{written}{comment['comma']}"
            yield (*comma, (comment.end(), comment.end(), line))
            return
        yield ((at, at, self._separator(site, spans, before) + written),)
        yield ((at, at, f", {written}"),)

    def _separator(self, site: Site, spans: Sequence[tuple[int, int]], before: int) -> str:
        """Return what stands between the parts of a list or mapping in brackets, near the part with an index."""
        left = max(before % len(spans) - 1, 0)
        if len(spans) > 1:
            between = self._content[spans[left][1] : spans[left + 1][0]]
            if _COMMA.fullmatch(between):
                return between
        opening = self._content[site.start + 1 : spans[0][0]]
        if not opening.strip() and _LINE_END.search(opening):
            return f",{opening}"
        return "," if self._style.colon == ":" else ", "

    def _in_place(self, site: Site, written: str) -> Splice:
        """Return the replacement of a value; after a colon or a dash a space is set."""
        is_tight = site.start == site.end and site.start > 0 and not self._content[site.start - 1].isspace()
        return (site.start, site.end, f" {written}" if is_tight else written)

    def _lines(self, lines: Sequence[str], column: int) -> str:
        """Return lines that follow another one."""
        return "".join(f"{self._line_end}{' ' * column}{line}" for line in lines)

    def _end_of_line(self, offset: int) -> int:
        """Return where the line of an offset ends."""
        ending = _LINE_END.search(self._content, offset)
        return ending.start() if ending else len(self._content)

    def _column(self, offset: int) -> int:
        """Return how many characters stand before an offset in its line."""
        return column_of(self._content, offset)


def _first(wanted: Sequence[str], there: Container[str]) -> str | None:
    """Return the first of some keys that a mapping has."""
    return next((key for key in wanted if key in there), None)
