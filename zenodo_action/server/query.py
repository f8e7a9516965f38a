"""
The query language of searches, a subset of the search engine's: fields, phrases, prefixes, AND/OR/NOT, parentheses.

Words side by side must all match. Source: zenodo-api.md 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]
Match = Callable[[Json], bool]

_ALIASES: Final = {
    "conceptrecid": ("parent.id",),
    "conceptdoi": ("parent.pids.doi.identifier",),
    "doi": ("pids.doi.identifier",),
    "recid": ("id",),
    "title": ("metadata.title",),
    "description": ("metadata.description",),
    "version": ("versions.index",),
    "publication_date": ("metadata.publication_date",),
    "language": ("metadata.languages.id",),
    "keywords": ("metadata.subjects.subject",),
    "notes": ("metadata.additional_descriptions.description",),
    "access_right": ("access.status",),
    "owners": ("parent.access.owned_by.user",),
    "user": ("parent.access.owned_by.user",),
    "communities": ("parent.communities.slugs", "parent.communities.ids"),
    "type": ("metadata.resource_type.id",),
    "resource_type.type": ("metadata.resource_type.id",),
    "license.identifier": ("metadata.rights.id",),
    "grants.code": ("metadata.funding.award.id", "metadata.funding.award.number"),
    "creators.name": ("metadata.creators.person_or_org.name",),
    "creators.orcid": ("metadata.creators.person_or_org.identifiers.identifier",),
    "creators.affiliation": ("metadata.creators.affiliations.name",),
    "contributors.name": ("metadata.contributors.person_or_org.name",),
    "contributors.orcid": ("metadata.contributors.person_or_org.identifiers.identifier",),
    "contributors.affiliation": ("metadata.contributors.affiliations.name",),
    "related.identifier": ("metadata.related_identifiers.identifier",),
    "related.relation": ("metadata.related_identifiers.relation_type.id",),
    "related.scheme": ("metadata.related_identifiers.scheme",),
    "alternate.identifier": ("metadata.identifiers.identifier",),
    "filename": ("files.keys",),
    "filetype": ("files.exts",),
}
"""Zenodo's old field names. Source: zenodo-api.md 5.2."""

_WORDS: Final = (
    "metadata.title", "metadata.description", "metadata.additional_titles.title",
    "metadata.additional_descriptions.description", "metadata.creators.person_or_org.name",
    "metadata.contributors.person_or_org.name", "metadata.creators.affiliations.name", "metadata.subjects.subject",
    "metadata.publisher", "metadata.version", "metadata.references.reference", "id", "parent.id",
    "pids.doi.identifier", "parent.pids.doi.identifier", "metadata.related_identifiers.identifier",
)  # fmt: skip
"""Where words without a field are looked for."""

_KEYWORD: Final = re.compile(
    r"(^|\.)(id|identifier|scheme|status|user|index|ids|slugs|keys|exts|version)$|codeRepository$"
)
"""Fields that match only as a whole; the others match by their words."""

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
        return lambda _: True
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
        return lambda view: any(option(view) for option in options)

    def _all(self, field: str | None) -> Match:
        demands = [self._one(field)]
        while (token := self.peek()) is not None and token.kind not in ("or", "close"):
            self._take("and")
            demands.append(self._one(field))
        return lambda view: all(demand(view) for demand in demands)

    def _one(self, field: str | None) -> Match:
        token = self._next()
        if token.kind == "not" or token == Token("sign", "-"):
            inner = self._one(field)
            return lambda view: not inner(view)
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


def _paths(field: str | None) -> tuple[str, ...]:
    if field is None:
        return _WORDS
    return _ALIASES.get(field, (field,))


def _term(field: str | None, token: Token) -> Match:
    if token.kind == "quoted":
        wanted = _unescape(token.text[1:-1])
        return lambda view: any(_equal(path, value, wanted) for path, value in _found(view, field))
    if field == "_exists_":
        path = _unescape(token.text)
        return lambda view: any(True for _ in _found(view, path))
    if re.search(r"(?<!\\)[*?]", token.text):
        pattern = _wildcards(token.text)
        return lambda view: any(_like(path, value, pattern) for path, value in _found(view, field))
    wanted = _unescape(token.text)
    return lambda view: any(_equal(path, value, wanted) for path, value in _found(view, field))


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

    def inside(value: str) -> bool:
        return (low == "*" or value >= low) and (high == "*" or value[: len(high)] <= high)

    return lambda view: any(inside(value) for _, value in _found(view, field))


def _equal(path: str, value: str, wanted: str) -> bool:
    if _KEYWORD.search(path):
        return value.lower() == wanted.lower()
    have, need = _split(value), _split(wanted)
    return bool(need) and any(have[place : place + len(need)] == need for place in range(len(have)))


def _like(path: str, value: str, pattern: re.Pattern[str]) -> bool:
    if _KEYWORD.search(path):
        return bool(pattern.fullmatch(value))
    return bool(pattern.fullmatch(value)) or any(pattern.fullmatch(word) for word in _split(value))


def _split(text: str) -> list[str]:
    return re.findall(r"[\w.]+", text.lower())


def _found(view: Json, field: str | None) -> Iterator[tuple[str, str]]:
    for path in _paths(field):
        for value in _values(view, _steps(path)):
            yield path, value


def _steps(path: str) -> list[str]:
    # A custom field's name has dots of its own only in theory; its colon is no separator.
    return path.split(".")


def _values(value: Any, steps: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, steps)
    elif not steps:
        if isinstance(value, bool):
            yield str(value).lower()
        elif isinstance(value, (str, int, float)):
            yield str(value)
        elif isinstance(value, dict):
            for one in value.values():
                yield from _values(one, [])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:])
    elif isinstance(value, dict) and steps[0] == "*":
        for one in value.values():
            yield from _values(one, steps[1:])
