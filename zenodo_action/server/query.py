"""
The query language of searches, a subset of the search engine's: fields, phrases, prefixes, AND/OR/NOT, parentheses.

Words side by side must all match. Source: zenodo-api.md 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zenodo_action.server.matching import AllOf, AnyOf, Between, Everything, Exists, Like, Match, Not, Term

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<open>\()|(?P<close>\))|(?P<quoted>"(?:\\.|[^"\\])*")|(?P<range>[\[{][^\]}]*[\]}])
        |(?P<and>AND\b|&&)|(?P<or>OR\b|\|\|)|(?P<not>NOT\b|!)
        |(?P<sign>[+-](?=\S))|(?P<word>(?:\\.|[^\s()"\[\]{}\\:])+)(?P<colon>:)?|(?P<bad>\S)
    )""",
    re.VERBOSE,
)


class QuerySyntaxError(Exception):
    """The query cannot be read."""


_BEYOND_START: Final = re.compile(r"[^a-hj-rt-z0-9]")
"""What ends the plain beginning of a word with wildcards; i and s do, since ``re.IGNORECASE`` takes further letters for them."""

_MAX_WILDCARDS: Final = 5
"""In one word; more would let a search take very long."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query."""

    kind: str
    text: str


def parse(query: str) -> Match:
    """
    Return a test for descriptions of records.

    Raises:
        QuerySyntaxError: A quote or parenthesis is not closed, or an operator has no operand.
    """
    tokens = list(_tokens(query))
    if not tokens:
        return Everything()
    parser = _Parser(tokens)
    try:
        match = parser.either()
    except RecursionError as error:
        raise QuerySyntaxError(query) from error
    if parser.peek() is not None:
        raise QuerySyntaxError(query)
    return match


def _tokens(query: str) -> Iterator[Token]:
    position = 0
    while position < len(query.rstrip()):
        found = _TOKEN.match(query, position)
        if found is None or found["bad"]:
            raise QuerySyntaxError(query)
        position = found.end()
        if found["colon"]:
            yield Token("field", found["word"])
        else:
            kind = next(name for name, text in found.groupdict().items() if text and name != "colon")
            yield Token(kind, found[kind])


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next(self) -> Token:
        token = self.peek()
        if token is None:
            raise QuerySyntaxError
        self._place += 1
        return token

    def _take(self, kind: str) -> bool:
        token = self.peek()
        if token is not None and token.kind == kind:
            self._place += 1
            return True
        return False

    def either(self, field: str | None = None) -> Match:
        options = [self._all(field)]
        while self._take("or"):
            options.append(self._all(field))
        return AnyOf(tuple(options)) if len(options) > 1 else options[0]

    def _all(self, field: str | None) -> Match:
        demands = [self._one(field)]
        while (token := self.peek()) is not None and token.kind not in ("or", "close"):
            self._take("and")
            demands.append(self._one(field))
        return AllOf(tuple(demands)) if len(demands) > 1 else demands[0]

    def _one(self, field: str | None) -> Match:
        token = self._next()
        if token.kind == "not" or token == Token("sign", "-"):
            inner = self._one(field)
            return inner.part if isinstance(inner, Not) else Not(inner)
        if token.kind == "sign":
            return self._one(field)
        if token.kind == "open":
            inner = self.either(field)
            if not self._take("close"):
                raise QuerySyntaxError
            return inner
        if token.kind == "field":
            return self._one(_unescape(token.text))
        if token.kind == "range":
            return _range(field, token.text)
        if token.kind not in ("word", "quoted"):
            raise QuerySyntaxError
        return _term(field, token)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _term(field: str | None, token: Token) -> Match:
    if token.kind == "quoted":
        return Term(field, _unescape(token.text[1:-1]))
    if field == "_exists_":
        return Exists(_unescape(token.text))
    if re.search(r"(?<!\\)[*?]", token.text):
        return Like(field, _wildcards(token.text), _BEYOND_START.split(token.text.lower(), maxsplit=1)[0])
    return Term(field, _unescape(token.text))


def _wildcards(text: str) -> re.Pattern[str]:
    if len(re.findall(r"(?<!\\)[*?]", text)) > _MAX_WILDCARDS:
        raise QuerySyntaxError(text)
    pieces = re.findall(r"\\.|[*?]|[^\\*?]+", text)
    body = "".join({"*": ".*", "?": "."}.get(piece, re.escape(_unescape(piece))) for piece in pieces)
    return re.compile(body, re.IGNORECASE | re.DOTALL)


def _range(field: str | None, text: str) -> Match:
    parts = text[1:-1].split(" TO ")
    if field is None or len(parts) != 2:  # noqa: PLR2004  # from and to
        raise QuerySyntaxError
    low, high = (part.strip().strip('"') for part in parts)
    return Between(field, low, high)
