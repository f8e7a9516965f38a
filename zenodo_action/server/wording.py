"""Somebody else's text made fit for a page or a file: HTML cleaned, control characters shown, sizes and dates in words."""

from __future__ import annotations

import html
import re
import unicodedata

import nh3
from markupsafe import Markup

_TAGS = (
    "a abbr acronym b blockquote br code col colgroup div em h1 h2 h3 h4 h5 i li ol p pre s span strike strong sub sup "
    "table tbody td tfoot th thead tr u ul"
)
"""Source: the tags that Zenodo's cleaning leaves in descriptions."""

_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "acronym": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "div": {"dir", "lang"},
    "p": {"dir", "lang"},
    "span": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
"""A part of what Zenodo leaves: inline styles are closed to these pages anyway, and names could shadow the page's own."""

_MONTHS = "January February March April May June July August September October November December"

_BLOCK_EDGE = re.compile(r"(?i)<(?=/?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|pre|blockquote)\b)")

_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories."""


def clean_html(text: str) -> Markup:
    """
    Return the HTML of a description with nothing in it that could act, load, or leave its place.

    >>> str(clean_html('<p onclick="x()">a<img src=x onerror=y()><script>z()</script></p>'))
    '<p>a</p>'
    """
    cleaned = nh3.clean(
        text,
        tags=set(_TAGS.split()),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 (this is the one place where markup of others is trusted, after cleaning)


def plain_text(text: str) -> str:
    """
    Return the text of a piece of HTML on one line.

    >>> plain_text("<p>a &amp; b</p><ul><li>c</li></ul><style>d</style>")
    'a & b c'
    """
    return " ".join(html.unescape(nh3.clean(_BLOCK_EDGE.sub(" <", text), tags=set())).split())


def visible(text: str) -> str:
    r"""
    Return text in which characters that have no shape, or turn the direction of writing, are written out.

    >>> visible("a\x00b\u202egpj.exe"), visible("naïve 猫.txt")
    ('a\\x00b\\u202egpj.exe', 'naïve 猫.txt')
    """
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in _SHAPELESS else character
        for character in text
    )


def xml_text(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def size_in_words(size_bytes: int) -> str:
    """
    Return a size in decimal units, as file managers show it.

    >>> size_in_words(999), size_in_words(1_240_000), size_in_words(50_000_000_000)
    ('999 Bytes', '1.2 MB', '50.0 GB')
    """
    if size_bytes < 1000:  # noqa: PLR2004
        return "1 Byte" if size_bytes == 1 else f"{size_bytes} Bytes"
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 999.95 or unit == "TB":  # noqa: PLR2004 (what rounds to 1000.0 goes to the next unit)
            break
    return f"{size:.1f} {unit}"


def date_in_words(text: str) -> str:
    """
    Return a date, or an interval of dates, in words; what is neither is returned as it stands.

    >>> date_in_words("2026-01-02"), date_in_words("2026-05"), date_in_words("2020/2021-03-04"), date_in_words("soon")
    ('January 2, 2026', 'May 2026', '2020 – March 4, 2021', 'soon')
    """
    words = [_one_date(part) for part in text.split("/", 1)]
    return " – ".join(words) if all(words) else text


def _one_date(text: str) -> str:
    """Return a year, a month or a day in words, or an empty string."""
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?", text)
    if found is None:
        return ""
    year, month, day = found.groups()
    name = _MONTHS.split()[int(month) - 1] if month else ""
    return f"{name} {int(day)}, {year}" if day else f"{name} {year}".strip()
