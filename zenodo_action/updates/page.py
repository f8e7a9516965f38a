"""What the READMEs of all markups have in common: text that is not to be looked at, and where a badge is set."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Protocol

from zenodo_action.updates.badges import Badge, Span

_INK = re.compile(r"[^\r\n]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_BLANK_LINE = re.compile(r"[ \t]*(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r|\Z)")
_MANY = 2
"""Badges that make a paragraph below the first section one of badges."""
_LINE_END = re.compile(r"\r\n|\n|\r")


Setter = Callable[[str, str], str]
"""From the image and the link of a badge to the whole text with it."""


class Page(Protocol):
    """A README in one markup."""

    badges: list[Badge]
    """All images, in the order of the text; those in code and comments left out."""

    def setters(self) -> Iterator[Setter]:
        """Yield ways to set a badge, best first."""
        ...


def line_starts(text: str) -> list[int]:
    """Return where the lines begin."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def line_end_of(text: str) -> str:
    """Return what ends the lines of a text."""
    match = _LINE_END.search(text)
    return match.group() if match else "\n"


def readable(text: str) -> str:
    r"""
    Return a text of the same length in which every line ends with a line feed, as patterns need it.

    >>> readable("a\rb\r\n")
    'a\nb\r\n'
    """
    return _LONE_RETURN.sub("\n", text)


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


def lines(text: str) -> Iterator[Span]:
    """Yield where the lines begin and end, line ends left out."""
    start = 0
    for match in _LINE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def paragraphs(text: str) -> Iterator[Span]:
    r"""
    Yield where the runs of lines that are not blank begin and end.

    >>> list(paragraphs("a\nb\n\n c\n"))
    [(0, 3), (5, 7)]
    """
    first = last = None
    for start, end in lines(text):
        if text[start:end].strip():
            first = start if first is None else first
            last = end
        elif first is not None and last is not None:
            yield first, last
            first = None
    if first is not None and last is not None:
        yield first, last


def within(badges: Sequence[Badge], span: Span) -> list[Badge]:
    """Return those of the badges, which stand in the order of the text, that lie within a span."""
    first = bisect_left(badges, span[0], key=lambda badge: badge.start)
    return list(takewhile(lambda badge: badge.end <= span[1], (badges[at] for at in range(first, len(badges)))))


def rows(visible: str, badges: Sequence[Badge], between: re.Pattern[str]) -> Iterator[list[Badge]]:
    """Yield the badges of each paragraph that holds nothing else."""
    for span in paragraphs(visible):
        inside = within(badges, span)
        if inside and holds_only(visible, inside, span, between):
            yield inside


def badge_row(rows: Iterable[Sequence[Badge]], first_section: int) -> Sequence[Badge]:
    """
    Return the badges behind which one more is set: the last row above the first section, else a long row below.

    Args:
        rows: Badges that have a paragraph for themselves, for each such paragraph in the order of the text.
        first_section: Where the section begins that follows the title.
    """
    above: Sequence[Badge] = ()
    for row in rows:
        if row[0].start < first_section:
            above = row
        elif not above and len(row) >= _MANY:
            return row
    return above


def holds_only(visible: str, badges: Sequence[Badge], span: Span, between: re.Pattern[str]) -> bool:
    """Whether a paragraph is one of badges, with nothing else in it but what ``between`` matches."""
    at, end = span
    for badge in badges:
        if not between.fullmatch(visible, at, badge.start):
            return False
        at = badge.end
    return between.fullmatch(visible, at, end) is not None and any(badge.looks_like_one for badge in badges)


def behind(text: str, badges: Sequence[Badge], written: str) -> str:
    """Return the text with a badge behind others, apart from them as the last two are from each other."""
    at = badges[-1].end
    return text[:at] + _separator(text, badges) + written + text[at:]


def below(text: str, end: int, written: str) -> str:
    """Return the text with a paragraph below the line that ends at an offset."""
    line_end = line_end_of(text)
    is_apart = not text[end:].strip(" \t") or _BLANK_LINE.match(text, end)
    return f"{text[:end]}{line_end * 2}{written}{'' if is_apart else line_end}{text[end:]}"


def at_top(text: str, at: int, written: str) -> str:
    """Return the text with a paragraph before all others; ``at`` is where the first one may begin."""
    line_end = line_end_of(text)
    is_apart = not text[at:].strip() or _LINE_END.match(text, at)
    return f"{text[:at]}{written}{line_end if is_apart else line_end * 2}{text[at:]}"


def _separator(text: str, badges: Sequence[Badge]) -> str:
    """Return what stands between the last two badges, else a line end and the indentation of the only one."""
    if len(badges) > 1:
        between = text[badges[-2].end : badges[-1].start]
        if between and not between.strip():
            return between
    start = badges[-1].start
    before = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    return line_end_of(text) + ("" if before.strip() else before)
