"""
What a question becomes in the language of the database: conditions on the index (``zenodo_action.server.catalogue``).

Some demands the index answers exactly; of the others it only says where they may be met, and each such description is
to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from zenodo_action.server.matching import (
    CONCEPT_DOI,
    POSTED,
    AllOf,
    AnyOf,
    Everything,
    Json,
    Like,
    Match,
    Not,
    Term,
    is_keyword,
    paths_of,
    searchable,
    split,
    values,
)

_PLACES: Final = {path: place for place, path in enumerate(POSTED)}
_KNOWN: Final = frozenset({CONCEPT_DOI, *POSTED})
_MAX_VALUES: Final = 500
_MAX_LENGTH: Final = 5_000
_MAX_DEPTH: Final = 20
"""Of one condition; well within what the database takes. Source: sqlite.org/limits.html, 3, 5 and 9."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A condition on the rows of the index that holds at least for all that is wanted."""

    sql: str
    values: tuple[str | int, ...] = ()
    is_exact: bool = True
    """Whether it holds for nothing else."""


_EVERYTHING: Final = Narrowing("1")
_ANYTHING: Final = Narrowing("1", is_exact=False)
"""Each description is to be looked at."""


def postings(view: Json) -> set[str]:
    """Return what the index keeps of a description: its words and keywords, each with the place of its field."""
    found: set[str] = set()
    whole = searchable(view)
    for path in POSTED:
        for value in values(whole, path):
            found.update([_keyword(path, value)] if is_keyword(path) else [_word(path, one) for one in split(value)])
    return found


def _keyword(path: str, value: str) -> str:
    return f"{_PLACES[path]}={value.lower()}"


def _word(path: str, word: str) -> str:
    return f"{_PLACES[path]}:{word}"


def narrow(match: Match) -> Narrowing:
    """Return the condition for a question."""
    made = _narrow(match)
    depths = accumulate({"(": 1, ")": -1}.get(one, 0) for one in made.sql)
    fits = len(made.values) <= _MAX_VALUES and len(made.sql) <= _MAX_LENGTH and max(depths) <= _MAX_DEPTH
    return made if fits else _ANYTHING


def within(scope: Mapping[str, str | int], narrowing: Narrowing) -> Narrowing:
    """Return the condition for what is wanted among the rows that have certain values in certain columns."""
    # A plus keeps the database from starting with the scope where words are asked for, which are in fewer rows.
    sign = "" if narrowing.sql == _EVERYTHING.sql else "+"
    columns = [f"{sign}{column} = ?" for column in scope]
    return Narrowing(" AND ".join([*columns, narrowing.sql]), (*scope.values(), *narrowing.values), narrowing.is_exact)


def _narrow(match: Match) -> Narrowing:
    match match:
        case Everything():
            return _EVERYTHING
        case AllOf(parts):
            return _joined(" AND ", [_narrow(part) for part in parts])
        case AnyOf(parts):
            return _joined(" OR ", [_narrow(part) for part in parts])
        case Not(part):
            inner = _narrow(part)
            return Narrowing(f"NOT {inner.sql}", inner.values) if inner.is_exact else _ANYTHING
        case Term(field, text):
            return _term(paths_of(field), text)
        case Like(field, _, start):
            return _like(paths_of(field), start)
        case _:
            return _ANYTHING


def _joined(word: str, parts: list[Narrowing]) -> Narrowing:
    return Narrowing(
        f"({word.join(part.sql for part in parts)})",
        tuple(value for part in parts for value in part.values),
        all(part.is_exact for part in parts),
    )


def _term(paths: tuple[str, ...], text: str) -> Narrowing:
    """Return where a word or phrase is; of a phrase the index knows only that its words are there."""
    if not _KNOWN.issuperset(paths):
        return _ANYTHING
    words = split(text)
    posted = [path for path in paths if path in _PLACES]
    texts = [path for path in posted if not is_keyword(path)]
    options = [_posted([_keyword(path, text) for path in posted if is_keyword(path)])]
    if texts and words:
        found = [_posted([_word(path, word) for path in texts]) for word in words]
        phrase = _joined(" AND ", found)
        options.append(Narrowing(phrase.sql, phrase.values, is_exact=len(words) == 1))
    if CONCEPT_DOI in paths:
        options.append(Narrowing("concept IN (SELECT id FROM concepts WHERE doi = ?)", (text.lower(),)))
    return _joined(" OR ", options)


def _posted(wanted: list[str]) -> Narrowing:
    """Return where one of some words or keywords is."""
    if not wanted:
        return Narrowing("0")
    marks = ", ".join("?" * len(wanted))
    return Narrowing(f"seq IN (SELECT seq FROM words WHERE word IN ({marks}))", tuple(wanted))  # noqa: S608  # marks only


def _like(paths: tuple[str, ...], start: str) -> Narrowing:
    """Return where a word or value is that begins so."""
    if not start or not _KNOWN.issuperset(paths):
        return _ANYTHING
    options = []
    for path in paths:
        if path == CONCEPT_DOI:
            low, question = start, "concept IN (SELECT id FROM concepts WHERE doi >= ? AND doi < ?)"
        else:
            low = _keyword(path, start) if is_keyword(path) else _word(path, start)
            question = "seq IN (SELECT seq FROM words WHERE word >= ? AND word < ?)"
        high = f"{low[:-1]}{chr(ord(low[-1]) + 1)}"
        options.append(Narrowing(question, (low, high), is_exact=False))
    return _joined(" OR ", options)
