"""
Badges in reStructuredText: image directives, and substitutions that stand for them.

Source: Docutils, "reStructuredText Markup Specification" (explicit markup, literal blocks, section titles) and "Directives",
"Image".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zenodo_action.updates.badges import Badge, Span
from zenodo_action.updates.page import (
    Setter,
    at_top,
    badge_row,
    behind,
    below,
    blanked,
    holds_only,
    line_end_of,
    lines,
    paragraphs,
    readable,
)

_LITERAL = re.compile(r"(?P<indent>[ \t]*)(?!\.\.[ \t]).*::[ \t]*")
_CODE = re.compile(r"(?P<indent>[ \t]*)\.\.[ \t]+(?:code|code-block|sourcecode|parsed-literal|raw|math|highlight)::.*")
_COMMENT = re.compile(r"(?P<indent>[ \t]*)\.\.(?:[ \t]+(?![_|\[])(?!.*::)\S.*|[ \t]*)")
_SPANS = re.compile(r"``(?:(?!``).)+``")
_IMAGE = re.compile(
    r"^(?P<indent>[ \t]*)\.\.[ \t]+(?:\|(?P<name>[^|\r\n]+)\|[ \t]+)?image::[ \t]*(?P<image>\S+)[ \t]*"
    r"(?P<options>(?:(?:\r\n|\n|\r)(?P=indent)[ \t]+:[^\r\n]*)*)",
    re.MULTILINE,
)
_TARGET = re.compile(r":target:[ \t]*(?P<link>\S+)")
_NAMED_LINK = re.compile(r"^[ \t]*\.\.[ \t]+_(?P<name>[^:\r\n]+):[ \t]+(?P<url>\S+)[ \t]*\r?$", re.MULTILINE)
_REFERENCE = re.compile(r"\|(?P<name>[^|\s][^|\r\n]*)\|(?:_{1,2})?")
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*")
_LONG_UNDERLINE = 4
"""Characters from which on a line below a title may be shorter than it."""
_NOTHING = re.compile(r"\s*")
_OWN_NAME = "Zenodo DOI"


class RestPage:
    """A README in reStructuredText."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._visible = _without_code(readable(text))
        self._names: dict[str, Badge] = {}
        """Substitutions that are images."""
        named = {_name(match["name"]): match for match in _NAMED_LINK.finditer(self._visible)}
        self.badges = []
        for match in _IMAGE.finditer(self._visible):
            badge = _badge(match, named)
            self.badges.append(badge)
            if match["name"]:
                self._names[_name(match["name"])] = badge

    def setters(self) -> Iterator[Setter]:
        """Yield ways to set a badge: behind the others, below the title, at the top."""
        titles = list(_titles(self._visible))
        first_section = titles[1][0] if len(titles) > 1 else len(self._text)
        references = badge_row(self._reference_rows(), first_section)
        directives = badge_row(self._directive_rows(), first_section)
        if references and _name(_OWN_NAME) not in self._names:
            yield lambda image, link: self._with_substitution(references, image, link)
        elif directives:
            yield lambda image, link: behind(
                self._text, directives, _directive(self._text, image, link, directives[-1])
            )
        if titles:
            yield lambda image, link: below(self._text, titles[0][1], _directive(self._text, image, link))
        yield lambda image, link: at_top(self._text, 0, _directive(self._text, image, link))

    def _directive_rows(self) -> Iterator[list[Badge]]:
        """Yield the badges that follow one another with only blank lines between."""
        row: list[Badge] = []
        shown = [badge for badge in self.badges if badge not in self._names.values()]
        for badge in shown:
            if row and self._visible[row[-1].end : badge.start].strip():
                yield from _of_badges(row)
                row = []
            row.append(badge)
        yield from _of_badges(row)

    def _reference_rows(self) -> Iterator[list[Badge]]:
        """Yield the references of each paragraph that holds only references to badges, in the form of badges."""
        for start, end in paragraphs(self._visible):
            found = [
                match for match in _REFERENCE.finditer(self._visible, start, end) if _name(match["name"]) in self._names
            ]
            row = []
            for match in found:
                badge = self._names[_name(match["name"])]
                row.append(Badge(match.start(), match.end(), badge.image, badge.image_span))
            if row and holds_only(self._visible, row, (start, end), _NOTHING):
                yield row

    def _with_substitution(self, row: Sequence[Badge], image: str, link: str) -> str:
        """Return the text with a reference behind the last one, and its definition behind the last definition."""
        defined = sorted(
            (badge for badge in self._names.values() if badge.looks_like_one), key=lambda badge: badge.start
        )
        reference, definition = f"|{_OWN_NAME}|", _directive(self._text, image, link, name=_OWN_NAME)
        if defined[-1].start > row[-1].start:  # what stands later is written first: the offsets before it still hold
            return behind(behind(self._text, defined, definition), row, reference)
        return behind(behind(self._text, row, reference), defined, definition)


def parse(text: str) -> RestPage:
    """Return a README in reStructuredText."""
    return RestPage(text)


def _directive(text: str, image: str, link: str, beside: Badge | None = None, *, name: str | None = None) -> str:
    """Return an image directive, indented as the one beside which it will stand."""
    indentation = ""
    if beside is not None:
        line = text[max(text.rfind("\n", 0, beside.image_span[0]), text.rfind("\r", 0, beside.image_span[0])) + 1 :]
        indentation = line[: len(line) - len(line.lstrip(" \t"))]
    substitution = f"|{name}| " if name else ""
    parts = (f".. {substitution}image:: {image}", f"   :target: {link}", "   :alt: DOI")
    return (line_end_of(text) + indentation).join(parts)


def _badge(match: re.Match[str], named: dict[str, re.Match[str]]) -> Badge:
    start = match.start() + len(match["indent"])
    target = _TARGET.search(match.string, match.start("options"), match.end("options"))
    link: tuple[str, Span] | tuple[None, None] = (None, None)
    if target:
        link = (target["link"], target.span("link"))
        definition = named.get(_name(target["link"].strip("`_"))) if target["link"].endswith("_") else None
        if definition:
            link = (definition["url"], definition.span("url"))
    return Badge(start, match.end(), match["image"], match.span("image"), *link)


def _of_badges(row: list[Badge]) -> Iterator[list[Badge]]:
    if any(badge.looks_like_one for badge in row):
        yield row


def _name(text: str) -> str:
    """Return a name as references compare it."""
    return " ".join(text.split()).lower()


def _without_code(text: str) -> str:
    """Return the text with spaces in place of literal blocks, code and comments."""
    hidden: list[Span] = []
    block: int | None = None
    """Indentation of what the hidden block belongs to."""
    for start, end in lines(text):
        line = text[start:end]
        indentation = len(line) - len(line.lstrip(" \t"))
        if block is not None and (not line.strip() or indentation > block):
            hidden.append((start, end))
            continue
        block = None
        for kind in (_CODE, _COMMENT, _LITERAL):
            if kind.fullmatch(line):
                block = indentation
                if kind is not _LITERAL:
                    hidden.append((start, end))
                break
    visible = blanked(text, hidden)
    return blanked(visible, [match.span() for match in _SPANS.finditer(visible)])


def _titles(visible: str) -> Iterator[Span]:
    """Yield where section titles begin and their underlines end."""
    for span in paragraphs(visible):
        written = [(start + span[0], end + span[0]) for start, end in lines(visible[slice(*span)])]
        texts = [visible[start:end].rstrip() for start, end in written]
        first = 1 if len(texts) > 2 and _UNDERLINE.fullmatch(texts[0]) else 0  # noqa: PLR2004 - a line above, too
        title, underline = (*texts[first : first + 2], "", "")[:2]
        is_long = len(underline) >= min(len(title.strip()), _LONG_UNDERLINE)
        if is_long and underline and _UNDERLINE.fullmatch(underline) and not title.startswith(".."):
            yield written[first][0], written[first + 1][1]
