"""What the server's cleaning would take out of an HTML text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from zenodo_action.vocab.data import load

_PROTOCOLS = ("http", "https", "mailto")
"""Source: bleach 6, ALLOWED_PROTOCOLS."""

_STYLES = frozenset(
    (
        *("border-width", "border-collapse", "border-spacing", "height", "margin-right", "margin-left"),
        *("text-align", "vertical-align", "padding", "width"),
    )
)
"""Source: marshmallow-utils, marshmallow_utils/html.py, ALLOWED_CSS_STYLES."""

_VOID = frozenset(("br", "col", "hr", "iframe", "img"))
"""Tags without text of their own, of which nothing is left."""


def find_problems(html: str) -> list[str]:
    """
    Return what is dropped from a text, one short sentence each, none twice.

    Source: marshmallow-utils, marshmallow_utils/html.py, sanitize_html (bleach with the tags of the vocabulary).
    """
    checker = _Checker()
    try:
        checker.feed(html)
        checker.close()
    except AssertionError:  # how the parser answers to "<![x[" (3.10 to 3.13)
        checker.note("what begins with <![ is dropped")
    return list(checker.problems)


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: dict[str, None] = {}
        terms = load("terms")
        self._tags = frozenset(terms["html_tags"])
        self._attributes: dict[str, list[str]] = terms["html_attributes"]

    def note(self, problem: str) -> None:
        """Add a problem if it is new."""
        self.problems[problem] = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that is dropped, else its attributes that are."""
        if tag not in self._tags:
            self.note(f"<{tag}> is dropped" + ("" if tag in _VOID else ", its text stays"))
            return
        for name, value in attrs:
            if name not in self._attributes.get(tag, ()):
                self.note(f"the attribute {name} of <{tag}> is dropped")
            elif name == "href":
                self._check_link(value or "")
            elif name == "style":
                self._check_style(tag, value or "")

    def _check_link(self, target: str) -> None:
        scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):(?!\d)", target, re.IGNORECASE)
        if scheme and scheme[1].lower() not in _PROTOCOLS:
            self.note(f"the link to {target.strip()} is dropped")

    def _check_style(self, tag: str, style: str) -> None:
        for declaration in style.split(";"):
            name = declaration.partition(":")[0].strip().lower()
            if name and name not in _STYLES:
                self.note(f"the style {name} of <{tag}> is dropped")

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser's own signature
        """Note that comments are dropped."""
        self.note("comments are dropped")
