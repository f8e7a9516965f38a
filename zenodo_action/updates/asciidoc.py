"""
Badges in AsciiDoc.

Source: AsciiDoc Language Documentation, "Images", "Document Header", "Delimited Blocks".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zenodo_action.updates.badges import Badge, Span
from zenodo_action.updates.page import (
    Setter,
    at_top,
    badge_row,
    behind,
    below,
    blanked,
    lines,
    paragraphs,
    readable,
    rows,
)

_FENCE = re.compile(r"(?P<mark>-{4,}|\.{4,}|/{4,}|\+{4,}|```)[^`]*?[ \t]*")
_HIDDEN_LINE = re.compile(r"//(?!/).*")
_SPANS = re.compile(r"(?<![`\w])(`+)(?=\S)(?:(?!\1|\n[ \t\r]*\n).)+?\1(?!\w)|\+\+\+.*?\+\+\+", re.DOTALL)
_ATTRIBUTE = re.compile(r"^:(?P<name>[\w-]+):[ \t]+(?P<value>\S+)[ \t]*\r?$", re.MULTILINE)
_IMAGE = r"image::?(?P<image>[^\s\[\]]+)\[(?P<inside>[^\[\]]*)\]"
_BADGE = re.compile(
    rf"(?:link:)?(?P<link>(?:https?://|\{{)[^\s\[\]]+)\[\s*{_IMAGE}\s*(?:,[^\[\]]*)?\]|{_IMAGE.replace('?P<', '?P<lone_')}"
)
_LINK = re.compile(r"\blink\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^,\]]+))")
_HEADING = re.compile(r"^(?P<level>=+|#+)[ \t]+\S.*$", re.MULTILINE)
_BETWEEN = re.compile(r"(?:\s|[ ]\+(?=\r?\n)|\{(?:empty|nbsp|sp)\})*")


class AsciiDocPage:
    """A README in AsciiDoc."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._visible = _without_code(readable(text))
        values = {match["name"].lower(): match for match in _ATTRIBUTE.finditer(self._visible)}
        self.badges = [_badge(match, values) for match in _BADGE.finditer(self._visible)]

    def setters(self) -> Iterator[Setter]:
        """Yield ways to set a badge: behind the others, below the header, at the top."""
        headings = list(_HEADING.finditer(self._visible))
        row = badge_row(
            rows(self._visible, self.badges, _BETWEEN), headings[1].start() if len(headings) > 1 else len(self._text)
        )
        if row:
            yield lambda image, link: behind(self._text, row, _written(image, link))
        if headings and len(headings[0]["level"]) == 1:
            # Author, revision and attributes stand in the lines right below the title.
            header = next(end for start, end in paragraphs(self._text) if start <= headings[0].start() < end)
            yield lambda image, link: below(self._text, header, _written(image, link))
        yield lambda image, link: at_top(self._text, 0, _written(image, link))


def parse(text: str) -> AsciiDocPage:
    """Return a README in AsciiDoc."""
    return AsciiDocPage(text)


def _written(image: str, link: str) -> str:
    return f"image:{image}[DOI,link={link}]"


def _badge(match: re.Match[str], values: dict[str, re.Match[str]]) -> Badge:
    before = "" if match["link"] else "lone_"
    image, image_span = _resolved(match[f"{before}image"], match.span(f"{before}image"), values)
    if match["link"]:
        link, link_span = _resolved(match["link"], match.span("link"), values)
        return Badge(*match.span(), image, image_span, link, link_span)
    inner = _LINK.search(match.string, *match.span("lone_inside"))
    if inner is None:
        return Badge(*match.span(), image, image_span)
    group = next(group for group in "abc" if inner[group] is not None)
    return Badge(*match.span(), image, image_span, *_resolved(inner[group], inner.span(group), values))


def _resolved(written: str, span: Span, values: dict[str, re.Match[str]]) -> tuple[str, Span]:
    """Return an address and where it stands; of an attribute, where its value does."""
    value = values.get(written[1:-1].lower()) if written.startswith("{") and written.endswith("}") else None
    return (value["value"], value.span("value")) if value else (written, span)


def _without_code(text: str) -> str:
    """Return the text with spaces in place of listings, literal paragraphs, passed-through text and comments."""
    hidden: list[Span] = []
    fence: str | None = None
    was_blank, is_literal = True, False
    for start, end in lines(text):
        line = text[start:end]
        mark = _FENCE.fullmatch(line)
        is_literal = bool(line.strip()) and (is_literal or (was_blank and line[0] in " \t"))
        if fence is not None:
            hidden.append((start, end))
            fence = None if mark and mark["mark"] == fence else fence
        elif mark:
            fence = mark["mark"]
            hidden.append((start, end))
        elif is_literal or _HIDDEN_LINE.fullmatch(line):
            hidden.append((start, end))
        was_blank = not line.strip()
    visible = blanked(text, hidden)
    return blanked(visible, [match.span() for match in _SPANS.finditer(visible)])
