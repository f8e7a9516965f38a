"""
Badges in Org.

Source: The Org Manual, "Links", "Literal Examples", "Document Structure"; "Org Syntax", "Keywords".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zenodo_action.updates.badges import Badge
from zenodo_action.updates.page import Setter, at_top, badge_row, behind, below, blanked, lines, readable, rows

_BLOCK = re.compile(
    r"^[ \t]*#\+begin_(?P<name>src|example|comment|export)\b.*?(?:^[ \t]*#\+end_(?P=name)\b[^\r\n]*|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_HIDDEN_LINES = re.compile(r"^[ \t]*(?::|#)(?:[ \t][^\r\n]*)?\r?$", re.MULTILINE)
_SPANS = re.compile(
    r"(?:(?<=[\s('\"{-])|^)(?P<mark>[=~])(?=\S)[^\r\n]+?(?<=\S)(?P=mark)(?=[\s.,;:!?'\")}\[-]|$)", re.MULTILINE
)
_BADGE = re.compile(
    r"\[\[(?P<link>[^\[\]\r\n]+)\]\[(?:file:)?(?P<image>https?://[^\[\]\r\n]+)\]\]|\[\[(?P<lone>https?://[^\[\]\r\n]+)\]\]"
)
_KEYWORD = re.compile(r"[ \t]*#\+\w+:.*")
_HEADING = re.compile(r"\*+[ \t]+\S.*")
_DRAWER = re.compile(
    r"(?:\r\n|\n|\r)[ \t]*:PROPERTIES:.*?^[ \t]*:END:[^\r\n]*", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
_BETWEEN = re.compile(r"(?:\s|\\\\(?=[ \t]*\r?\n))*")


class OrgPage:
    """A README in Org."""

    def __init__(self, text: str) -> None:
        self._text = text
        visible = readable(text)
        for hidden in (_BLOCK, _HIDDEN_LINES, _SPANS):
            visible = blanked(visible, [match.span() for match in hidden.finditer(visible)])
        self._visible = visible
        self.badges = [_badge(match) for match in _BADGE.finditer(visible)]

    def setters(self) -> Iterator[Setter]:
        """Yield ways to set a badge: behind the others, below the title, at the top."""
        headings = [
            (start, end) for start, end in lines(self._visible) if _HEADING.fullmatch(self._visible, start, end)
        ]
        keywords = self._end_of_keywords()
        sections = headings if keywords is not None else headings[1:]
        row = badge_row(rows(self._visible, self.badges, _BETWEEN), sections[0][0] if sections else len(self._text))
        if row:
            yield lambda image, link: behind(self._text, row, _written(image, link))
        title = keywords
        if title is None and headings:
            drawer = _DRAWER.match(self._visible, headings[0][1])
            title = drawer.end() if drawer else headings[0][1]
        if title is not None:
            yield lambda image, link: below(self._text, title, _written(image, link))
        yield lambda image, link: at_top(self._text, 0, _written(image, link))

    def _end_of_keywords(self) -> int | None:
        """Return where the last of the keywords ends that the README begins with, ``#+TITLE:`` among them."""
        last, has_title = None, False
        for start, end in lines(self._visible):
            line = self._visible[start:end]
            if _KEYWORD.fullmatch(line):
                last = end
                has_title |= line.lstrip().lower().startswith("#+title:")
            elif line.strip():
                break
        return last if has_title else None


def parse(text: str) -> OrgPage:
    """Return a README in Org."""
    return OrgPage(text)


def _written(image: str, link: str) -> str:
    return f"[[{link}][{image}]]"


def _badge(match: re.Match[str]) -> Badge:
    if match["lone"]:
        return Badge(*match.span(), match["lone"], match.span("lone"))
    return Badge(*match.span(), match["image"], match.span("image"), match["link"], match.span("link"))
