"""Why a text is no JSON: the cause and its place, from where the decoder gave up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from zenodo_action.documents.tree import Text, conflict
from zenodo_action.errors import Finding

_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|[\[\]{},:"]|[^\s\[\]{},:"]+')
_WORD = re.compile(r"[^\s\[\]{},:\"]+")
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_CLOSING = {"{": "}", "[": "]"}
_TYPOGRAPHIC_QUOTES = "“”„‟«»‘’‚‛"


@dataclass(frozen=True)
class _Spot:
    """Where the decoder gave up, and what it had read until then."""

    text: Text
    offset: int
    message: str
    before: tuple[re.Match[str], ...]
    """The tokens up to here."""
    open: tuple[re.Match[str], ...]
    """Those among them that are brackets not yet closed."""

    @property
    def here(self) -> str:
        """The character that does not fit; empty at the end of the text."""
        return self.text.content[self.offset : self.offset + 1]

    @property
    def word(self) -> str:
        """The bare word that begins here, or that character."""
        word = _WORD.match(self.text.content, self.offset)
        return word.group() if word else self.here

    @property
    def last(self) -> str:
        """The token before; empty at the beginning."""
        return self.before[-1].group() if self.before else ""

    @property
    def is_adjacent(self) -> bool:
        """Whether no space stands between the token before and this character."""
        return bool(self.before) and self.before[-1].end() == self.offset

    @property
    def is_in_list(self) -> bool:
        """Whether the innermost open bracket is that of a list."""
        return bool(self.open) and self.open[-1].group() == "["


_Explanation = tuple[str, str, int]
"""Cause, fix, offset."""


def explain(text: Text, error: json.JSONDecodeError) -> Finding:
    """Return what is wrong with a text that ``json.loads`` refuses."""
    tokens = tuple(_TOKEN.finditer(text.content, 0, error.pos))
    spot = _Spot(text, error.pos, error.msg, tokens, _open_brackets(tokens))
    for rule in _RULES:
        explanation = rule(spot)
        if explanation:
            cause, fix, offset = explanation
            return text.error("document-unparsable", f"not valid JSON: {cause}", offset, fix=fix)
    what = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    return text.error("document-unparsable", what, error.pos, fix="see json.org for the syntax")


def _open_brackets(tokens: tuple[re.Match[str], ...]) -> tuple[re.Match[str], ...]:
    stack: list[re.Match[str]] = []
    for token in tokens:
        if token.group() in _CLOSING:
            stack.append(token)
        elif token.group() in ("}", "]") and stack:
            stack.pop()
    return tuple(stack)


def _conflict(spot: _Spot) -> _Explanation | None:
    return conflict(spot.text)


def _inside_string(spot: _Spot) -> _Explanation | None:
    """Faults within a text: its quotation mark is the last token, or stands at the offset itself."""
    if spot.message.startswith("Unterminated string"):
        return "the text that begins here is never closed", "write the closing quotation mark", spot.offset
    if spot.message.startswith("Invalid control character"):
        quotes = [token.start() for token in spot.before if token.group() == '"']
        if spot.here in "\r\n":
            fix = "write the closing quotation mark; a line break inside a text is written \\n"
            return "the text that begins here is not closed in its line", fix, quotes[-1] if quotes else spot.offset
        return "a tab stands inside a text", "write it as \\t, or as a space", spot.offset
    if "escape" in spot.message:
        start = spot.text.content.rfind("\\", 0, spot.offset + 1)
        written = spot.text.content[start : start + 2]
        fix = "write \\\\ for a backslash; an apostrophe stands without one"
        return f"the backslash in {written} begins no escape that JSON knows", fix, start
    return None


def _after_the_end(spot: _Spot) -> _Explanation | None:
    if not spot.message.startswith("Extra data"):
        return None
    fix = f'delete what follows, or the "{spot.last}" that closes the document too early'
    return "the document is complete, but text follows", fix, spot.offset


def _end_of_file(spot: _Spot) -> _Explanation | None:
    if spot.here or not spot.open:
        return None
    bracket = spot.open[-1]
    fix = f'write the missing "{_CLOSING[bracket.group()]}"'
    return f'the "{bracket.group()}" here is never closed', fix, bracket.start()


def _foreign_syntax(spot: _Spot) -> _Explanation | None:
    """Comments, other quotation marks and words of other languages."""
    here, word = spot.here, spot.word
    if here == "#" or word.startswith(("//", "/*")):
        return "JSON has no comments", "delete the comment; a YAML file may have some", spot.offset
    if spot.is_adjacent and spot.last not in _PUNCTUATION:
        return None
    if here == "'":
        return "the text stands in single quotation marks", 'use double ones: "…"', spot.offset
    if here and here in _TYPOGRAPHIC_QUOTES:
        return f"the text stands in typographic quotation marks ({here})", 'use straight ones: "…"', spot.offset
    if word in _PYTHON and "value" in spot.message:
        return f"{word} is not JSON's spelling", f"write {_PYTHON[word]}", spot.offset
    return None


_PUNCTUATION = ("", ",", ":", "{", "[", "}", "]")


def _comma_too_many(spot: _Spot) -> _Explanation | None:
    if spot.message.startswith("Illegal trailing comma"):  # Python 3.13 and later tell the comma's place
        closing = spot.text.content[spot.offset + 1 :].lstrip()[:1]
        return f'a comma too many before "{closing}"', "delete the comma", spot.offset
    if spot.last == "," and spot.here and spot.here in "}],":
        where = "two commas follow each other" if spot.here == "," else f'a comma too many before "{spot.here}"'
        return where, "delete the comma", spot.offset if spot.here == "," else spot.before[-1].start()
    if spot.here == "," and spot.last in _CLOSING:
        return f'a comma stands right after "{spot.last}"', "delete the comma", spot.offset
    return None


def _value_missing(spot: _Spot) -> _Explanation | None:
    if spot.last != ":" or not spot.here or spot.here not in ",}]":
        return None
    key = spot.before[-2].group() if len(spot.before) > 1 else "the key"
    fix = "write the value, or delete the entry" if spot.here != "," else "delete the comma, or write the value"
    return f"the value of {_short(key)} is missing", fix, spot.offset


def _wrong_bracket(spot: _Spot) -> _Explanation | None:
    if spot.here not in ("}", "]") or not spot.open:
        return None
    bracket = spot.open[-1].group()
    if _CLOSING[bracket] == spot.here:
        return None
    line = spot.text.line_of(spot.open[-1].start())
    cause = f'"{spot.here}" stands here, but the bracket that is open is the "{bracket}" of line {line}'
    return cause, f'write the missing "{_CLOSING[bracket]}" before it, or delete it', spot.offset


def _colon_missing(spot: _Spot) -> _Explanation | None:
    if not spot.message.startswith("Expecting ':'"):
        return None
    if spot.is_adjacent and spot.here not in ",}]:":
        return _text_goes_on(spot)
    fix = 'replace the comma by ":"' if spot.here == "," else 'write ":" and the value'
    return f'":" is missing after the key {_short(spot.last)}', fix, spot.before[-1].end()


def _comma_missing(spot: _Spot) -> _Explanation | None:
    if not spot.message.startswith("Expecting ','") or not spot.before:
        return None
    last = spot.before[-1]
    if spot.here == ":":
        if spot.is_in_list:
            return f"the key {_short(spot.last)} stands directly in a list", 'write "{" before it', last.start()
        return 'a second ":" in one entry', "look for a missing comma or quotation mark before it", spot.offset
    if spot.is_adjacent and last.group() not in ("}", "]"):
        if last.group().startswith('"'):
            return _text_goes_on(spot)
        word = _TOKEN.match(spot.text.content, last.start())
        return f"{_short(word.group() if word else spot.last)} is no number", "put it in quotation marks", last.start()
    return "a comma is missing after this entry", "write a comma", last.end()


def _text_goes_on(spot: _Spot) -> _Explanation:
    fix = 'a quotation mark inside a text is written \\"; behind the closing one comes "," or ":" or a bracket'
    return "the text goes on after its closing quotation mark", fix, spot.offset


def _key_wrong(spot: _Spot) -> _Explanation | None:
    if not spot.message.startswith("Expecting property name"):
        return None
    if spot.here in ("{", "["):
        return f'"{spot.here}" stands where a key is due', "write the key and a colon before it", spot.offset
    return f"the key {_short(spot.word)} stands without quotation marks", "put it in double ones", spot.offset


def _value_wrong(spot: _Spot) -> _Explanation | None:
    if not spot.message.startswith("Expecting value") or not spot.here:
        return None
    if not spot.before:
        fix = 'a YAML file needs the ending ".yml"' if ":" in spot.text.line(1) else 'write "{" before the first key'
        return 'the file does not begin with "{"', fix, spot.offset
    return f"the text {_short(spot.word)} stands without quotation marks", "put it in double ones", spot.offset


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


_RULES: tuple[Callable[[_Spot], _Explanation | None], ...] = (
    _conflict,
    _inside_string,
    _after_the_end,
    _end_of_file,
    _foreign_syntax,
    _comma_too_many,
    _value_missing,
    _wrong_bracket,
    _colon_missing,
    _comma_missing,
    _key_wrong,
    _value_wrong,
)
