"""What the READMEs of all markups have in common: lines, and text that is not to be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from zenodo_action.updates.badges import Badge, Span

_INK = re.compile(r"[^\r\n]")
_LINE_END = re.compile(r"\r\n|\n|\r")


def line_starts(text: str) -> list[int]:
    """Return where the lines begin."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def line_end_of(text: str) -> str:
    """Return what ends the lines of a text."""
    match = _LINE_END.search(text)
    return match.group() if match else "\n"


def blanked(text: str, spans: Iterable[Span]) -> str:
    """
    Return a text of the same length and lines with spaces in place of some spans.

    >>> blanked("a `b` c", [(2, 5)])
    'a     c'
    """
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            parts += [text[at:start], _INK.sub(" ", text[max(start, at) : end])]
            at = end
    return "".join([*parts, text[at:]])


def separator(text: str, badges: Sequence[Badge], line_end: str) -> str:
    """Return what stands between the last two badges of a row, else a line end and the indentation of the only one."""
    if len(badges) > 1:
        between = text[badges[-2].end : badges[-1].start]
        if between and not between.strip():
            return between
    line = text[: badges[-1].start].splitlines(keepends=True)[-1:]
    before = line[0] if line and not line[0].endswith(("\n", "\r")) else ""
    return line_end + before if not before.strip() else line_end
