"""Descriptions: the HTML that servers keep, and how plain text and Markdown become it."""

from __future__ import annotations

import re
from functools import cache

from zenodo_action.vocab.data import load

FOREIGN_TAGS = frozenset(
    (
        *("big", "caption", "center", "dd", "del", "dl", "dt", "font", "h6", "hr", "html", "iframe", "img", "ins"),
        *("kbd", "picture", "script", "small", "style", "tt", "details", "summary"),
    )
)
"""Tags of HTML that the server does not keep and that are hardly a placeholder in plain text, as ``<name>`` is."""

_MARKDOWN_SIGNS = (
    r"(?mx)^\#{1,6}\ \S"  # heading
    r"|\[[^\]\n]+\]\((?:https?://|mailto:)[^)\s]+\)"  # link
    r"|^(?:```|~~~)"  # code
    r"|(?<![\w*])\*\*[^\s*][^*\n]*\*\*(?![\w*])"  # bold
    r"|(?<!`)`[^`\n]+`(?!`)"  # code in a line
)
_LIST_ITEM = r"(?m)^ {0,3}(?:[-*+]|\d{1,3}[.)]) \S"
_BLOCK_END = r"</(?:p|div|h[1-6]|li|tr|blockquote|pre|ul|ol)>|<br\s*/?>"
_AMPERSAND = r"&(?:\#?\w+;)?"


def allowed_html_tags() -> frozenset[str]:
    """Return the tags that the server keeps."""
    return frozenset(load("terms")["html_tags"])


def is_html(text: str) -> bool:
    """
    Whether a text holds a tag of HTML, and so is to be taken as HTML altogether.

    >>> is_html("see <b>this</b>"), is_html("run tool <input> for x<y")
    (True, False)
    """
    return bool(_tag_pattern().search(text))


@cache
def _tag_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(allowed_html_tags() | FOREIGN_TAGS))
    return re.compile(rf"</?(?:{names})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def html_problems(html: str) -> list[str]:
    """
    Return what the server would take out of an HTML text, one short sentence each; nothing for plain text.

    >>> html_problems('<p style="color:red">Hi <img src="x.png"></p>')
    ['the attribute style of <p> is dropped', '<img> is dropped']
    """
    from zenodo_action.vocab.html_check import find_problems  # noqa: PLC0415 - start-up time

    return find_problems(html) if is_html(html) else []


def looks_like_markdown(text: str) -> bool:
    """
    Whether a text without HTML holds marks that only make sense as Markdown.

    >>> looks_like_markdown("# Title"), looks_like_markdown("a * b ** c # d")
    (True, False)
    """
    if is_html(text):
        return False
    return bool(re.search(_MARKDOWN_SIGNS, text)) or len(re.findall(_LIST_ITEM, text)) > 1


def paragraphs(text: str) -> str:
    """
    Return plain text as HTML, a paragraph for each of its blocks; text that is HTML already comes back as it is.

    Line breaks inside a block stay and mean nothing, as in YAML's folded texts. References as ``&amp;`` stay too.

    >>> paragraphs("a < b & c")
    '<p>a &lt; b &amp; c</p>'
    """
    if is_html(text):
        return text
    escaped = re.sub(_AMPERSAND, _escape_unless_reference, text).replace("<", "&lt;").replace(">", "&gt;")
    blocks = (block.strip() for block in re.split(r"\n[^\S\n]*\n", escaped))
    return "\n".join(f"<p>{block}</p>" for block in blocks if block)


def _escape_unless_reference(match: re.Match[str]) -> str:
    from html import unescape  # noqa: PLC0415 - start-up time

    written = match.group()
    return written if unescape(written) != written else written.replace("&", "&amp;")


def plain_text(html: str) -> str:
    r"""
    Return the text of HTML without its marks, its blocks as paragraphs.

    >>> plain_text("<p>a &lt; b</p><ul><li><b>c</b></li></ul>")
    'a < b\n\nc'
    """
    from html import unescape  # noqa: PLC0415 - start-up time

    spaced = re.sub(_BLOCK_END, "\n\n", re.sub(r"\s+", " ", html))
    lines = [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in spaced.split("\n\n")]
    return "\n\n".join(line for line in lines if line)


def markdown(text: str) -> str:
    r"""
    Return Markdown as HTML of the tags that the server keeps; HTML inside it is dropped but for its text.

    >>> markdown("## New\n\n* *faster* (#12)")
    '<h2>New</h2>\n<ul>\n<li><em>faster</em> (#12)</li>\n</ul>'
    """
    from zenodo_action.vocab.markdown_text import render  # noqa: PLC0415 - start-up time

    return render(text)
