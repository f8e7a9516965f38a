"""Markdown, as GitHub's release notes are written in, → HTML of the tags that servers keep."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s+[^<>]*)?/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,:;!?)\]}*_~]")
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")


def render(text: str) -> str:
    """
    Return HTML of the tags that the server keeps.

    Pictures become their text, rules and HTML tags go, a heading of the sixth level becomes one of the fifth, bare
    addresses become links. Source of the tags: zenodo-rdm, by ``vocab.allowed_html_tags``.
    """
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable(["table", "strikethrough"])
    tokens = [token for token in parser.parse(_COMMENT.sub("", text)) if token.type != "hr"]
    for token in tokens:
        _simplify(token)
        if token.children:
            token.children = _simplify_line(token.children)
    html: str = parser.renderer.render(tokens, parser.options, {})
    return _EMPTY_PARAGRAPH.sub("", html).strip()


def _simplify(token: Token) -> None:
    """Drop what the server would drop from a block."""
    if token.tag == "h6":
        token.tag = "h5"
    if token.type == "fence":
        token.info = ""  # else the language becomes a class
    token.attrs.pop("start", None)
    if "style" in token.attrs:  # as the server's cleaning writes it
        token.attrs["style"] = f"{str(token.attrs['style']).replace(':', ': ')};"


def _simplify_line(tokens: Sequence[Token]) -> list[Token]:
    simple: list[Token] = []
    in_link = False
    for token in tokens:
        if token.type == "image":
            simple.append(_text(token.content))
        elif token.type == "text" and not in_link:
            simple.extend(_linked(_TAG.sub("", token.content)))
        else:
            in_link = token.type == "link_open" or (in_link and token.type != "link_close")
            simple.append(token)
    return simple


def _linked(content: str) -> list[Token]:
    """Return a text with its bare addresses as links."""
    tokens: list[Token] = []
    end = 0
    for match in _ADDRESS.finditer(content):
        address = match.group()
        opening = Token("link_open", "a", 1, attrs={"href": address})
        tokens += [_text(content[end : match.start()]), opening, _text(address), Token("link_close", "a", -1)]
        end = match.end()
    return [*tokens, _text(content[end:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
