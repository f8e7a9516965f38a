"""
Badges in Markdown, as GitHub shows it: inline, by reference, and as HTML.

Source: CommonMark 0.31.2, 6.3 to 6.5 "Links", "Images"; GitHub's docs, "Basic writing and formatting syntax".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from zenodo_action.updates.badges import Badge, Span
from zenodo_action.updates.page import (
    Setter,
    at_top,
    badge_row,
    behind,
    below,
    blanked,
    holds_only,
    line_starts,
    readable,
    within,
)

_FRONT_MATTER = re.compile(
    r"(?:---|\+\+\+)[ \t]*\r?\n(?=[\w\"'-]+[ \t]*[:=]|#)(?:.*\r?\n)*?(?:---|\+\+\+)[ \t]*(?:\r?\n|$)"
)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<tag>pre|code|script|style)\b.*?</(?P=tag)\s*>", re.DOTALL | re.IGNORECASE)
_CODE_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)

_TARGET = r"\(\s*(?:<(?P<{0}_a>[^<>\r\n]*)>|(?P<{0}_b>[^\s()<>]+))(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
_REFERENCE = r"\[(?P<{0}_ref>[^\[\]]*)\]"
_IMAGE = r"!\[(?P<alt>[^\[\]]*)\](?:" + _TARGET.format("image") + "|" + _REFERENCE.format("image") + ")?"
_LINKED = r"\[\s*" + _IMAGE + r"\s*\](?:" + _TARGET.format("link") + "|" + _REFERENCE.format("link") + ")"
_BADGES = re.compile(f"(?:{_LINKED})")
_IMAGES = re.compile(f"(?:{_IMAGE})")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\[\]]+)\]:[ \t]*(?:<(?P<a>[^<>\r\n]*)>|(?P<b>\S+))", re.MULTILINE)

_HTML_IMAGE = re.compile(
    r"<img\b[^<>]*?\bsrc\s*=\s*(?:\"(?P<a>[^\"<>]*)\"|'(?P<b>[^'<>]*)'|(?P<c>[^\s\"'<>]+))[^<>]*>", re.IGNORECASE
)
_HTML_LINK = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*(?:\"(?P<a>[^\"<>]*)\"|'(?P<b>[^'<>]*)'|(?P<c>[^\s\"'<>]+))[^<>]*>\s*\Z", re.IGNORECASE
)
_HTML_LINK_END = re.compile(r"\s*</a\s*>", re.IGNORECASE)
_LONGEST_TAG = 1000
"""Characters of a link's opening tag that are looked at."""

_AROUND_BADGES = re.compile(
    r"(?:\s|\\(?=\r?\n)|<br\s*/?>|&nbsp;|<h1\b[^<>]*>[^<>]+</h1\s*>|</?(?:p|div|center|h1|a)\b[^<>]*>)*", re.IGNORECASE
)
"""What may stand beside badges in a paragraph that holds nothing else."""


class MarkdownPage:
    """A README in Markdown."""

    def __init__(self, text: str) -> None:
        self._text = text
        visible = readable(text)
        front = _FRONT_MATTER.match(visible)
        self._body = front.end() if front else 0
        visible = blanked(visible, [(0, self._body)])
        self._tokens = MarkdownIt("commonmark").parse(visible)
        self._starts = line_starts(text)
        self._visible = self._without_code(visible)
        self.badges = sorted((*self._html_badges(), *self._markdown_badges()), key=lambda badge: badge.start)

    def _lines(self, token: Token) -> Span:
        """Return where the lines of a block begin and end, the last line end left out."""
        first, past = token.map or [0, 0]
        end = self._starts[past] if past < len(self._starts) else len(self._text)
        return self._starts[first], self._starts[first] + len(self._text[self._starts[first] : end].rstrip())

    def _without_code(self, visible: str) -> str:
        code = [self._lines(token) for token in self._tokens if token.type in ("fence", "code_block")]
        visible = blanked(visible, code)
        for hidden in (_HIDDEN, _CODE_SPAN):
            visible = blanked(visible, [match.span() for match in hidden.finditer(visible)])
        return visible

    # Finding badges

    def _markdown_badges(self) -> Iterator[Badge]:
        # Within a block of HTML nothing is Markdown.
        prose = blanked(self._visible, [self._lines(token) for token in self._tokens if token.type == "html_block"])
        definitions = {_label(match["label"]): match for match in reversed(list(_DEFINITION.finditer(prose)))}
        for pattern in (_BADGES, _IMAGES):
            found = list(pattern.finditer(prose))
            prose = blanked(prose, [match.span() for match in found])
            for match in found:
                image = _target(match, "image", definitions, default=match["alt"])
                link = _target(match, "link", definitions) if pattern is _BADGES else None
                if image is not None:
                    url, span = image
                    yield Badge(match.start(), match.end(), url, span, *(link or (None, None)))

    def _html_badges(self) -> Iterator[Badge]:
        for match in _HTML_IMAGE.finditer(self._visible):
            url, span = _attribute(match)
            start, end = match.span()
            before = self._visible[max(0, start - _LONGEST_TAG) : start]
            opening, closing = _HTML_LINK.search(before), _HTML_LINK_END.match(self._visible, end)
            if opening and closing:
                offset = start - len(before)
                link, (first, past) = _attribute(opening)
                where = (first + offset, past + offset)
                yield Badge(opening.start() + offset, closing.end(), url, span, link, where, is_html=True)
            else:
                yield Badge(start, end, url, span, is_html=True)

    # Setting a badge

    def setters(self) -> Iterator[Setter]:
        """Yield ways to set a badge: behind the others, below the title, at the top."""
        row, title = badge_row(self._rows(), self._first_section()), self._title()
        if row:
            written = _html if row[-1].is_html else _markdown
            yield lambda image, link: behind(self._text, row, written(image, link))
        if title is not None:
            end = self._lines(title)[1]
            yield lambda image, link: below(self._text, end, _markdown(image, link))
        yield lambda image, link: at_top(self._text, self._body, _markdown(image, link))

    def _rows(self) -> Iterator[list[Badge]]:
        """Yield the badges of each paragraph that holds nothing else; rows in lists and tables are not added to."""
        for token in self._tokens:
            if token.level == 0 and token.type in ("paragraph_open", "html_block"):
                span = self._lines(token)
                inside = within(self.badges, span)
                if inside and holds_only(self._visible, inside, span, _AROUND_BADGES):
                    yield inside

    def _first_section(self) -> int:
        """Return where the second heading stands."""
        headings = [token for token in self._tokens if token.type == "heading_open" and token.level == 0]
        return self._lines(headings[1])[0] if len(headings) > 1 else len(self._text)

    def _title(self) -> Token | None:
        """Return the first heading of the first order, or the heading that the README begins with."""
        blocks = [token for token in self._tokens if token.level == 0 and token.nesting >= 0]
        for token in blocks:
            if token.type == "heading_open" and (token.tag == "h1" or token is blocks[0]):
                return token
            if token.type == "html_block" and re.search(r"</h1\s*>", token.content, re.IGNORECASE):
                return token
        return None


def parse(text: str) -> MarkdownPage:
    """Return a README in Markdown."""
    return MarkdownPage(text)


def _markdown(image: str, link: str) -> str:
    return f"[![DOI]({image})]({link})"


def _html(image: str, link: str) -> str:
    return f'<a href="{html.escape(link)}"><img src="{html.escape(image)}" alt="DOI"></a>'


def _label(text: str) -> str:
    """Return a label as references compare it."""
    return " ".join(text.split()).casefold()


def _target(
    match: re.Match[str], name: str, definitions: dict[str, re.Match[str]], *, default: str | None = None
) -> tuple[str, Span] | None:
    """Return the address that a link or an image has, and where it stands."""
    for group in (f"{name}_a", f"{name}_b"):
        if match[group] is not None:
            return match[group], match.span(group)
    written = match[f"{name}_ref"] or default
    definition = definitions.get(_label(written)) if written else None
    if definition is None:
        return None
    group = "a" if definition["a"] is not None else "b"
    return definition[group], definition.span(group)


def _attribute(match: re.Match[str]) -> tuple[str, Span]:
    """Return the value of the attribute that a tag was found by, and where it stands."""
    group = next(group for group in "abc" if match[group] is not None)
    return match[group], match.span(group)
