"""Searches: which drafts and records a query finds, in which order, and how a page of hits looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from zenodo_action.server.counting import facets_of
from zenodo_action.server.library import Library
from zenodo_action.server.matching import Match, searchable
from zenodo_action.server.narrowing import narrow, within
from zenodo_action.server.query import QuerySyntaxError, parse
from zenodo_action.server.refusal import Refusal, invalid, problem
from zenodo_action.server.rules import Caller
from zenodo_action.server.session import Session
from zenodo_action.server.views import Places

Json = dict[str, Any]
Scope = Mapping[str, str | int]

_QUERY_SAFE: Final = "!$'()*,:;@/?"
WINDOW: Final = 10_000
"""Hits beyond this one cannot be reached. Source: zenodo-api.md 1.6."""
DEFAULT_SIZE: Final = 25
_ANONYMOUS_SIZE: Final = 25
_USER_SIZE: Final = 100

_COLUMNS: Final[Mapping[str, Callable[[Json], Any]]] = {
    "": lambda _: 0,
    "created": lambda one: one["created"],
    "updated": lambda one: one["updated"],
    "number": lambda one: one["versions"]["index"],
    "published_on": lambda one: one["metadata"].get("publication_date", ""),
}
"""Column of the index that can order a search → what it holds of a description."""

_SORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "bestmatch": ("", False),
    "newest": ("created", True),
    "oldest": ("created", False),
    "updated-desc": ("updated", True),
    "updated-asc": ("updated", False),
    "version": ("number", True),
    "publication-desc": ("published_on", True),
    "publication-asc": ("published_on", False),
    "mostviewed": ("", False),
    "mostdownloaded": ("", False),
    "conference-desc": ("", False),
    "journal-desc": ("", False),
    "mostrecent": ("created", True),
    "-mostrecent": ("created", False),
    "-bestmatch": ("", False),
    "-version": ("number", False),
}
"""Sort name → column, and whether the largest comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a search asks for."""

    text: str | None
    page: int
    size: int
    sort: str
    all_versions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A page of hits, and what is known of all that was found."""

    query: Query
    hits: list[Json]
    total: int
    """How many were found."""
    facets: Mapping[str, int]
    """How many were found of each kind (``counting.aggregations``); empty where nobody asked."""


def read_query(args: Mapping[str, str], caller: Caller, *, default_sort: str, is_zenodo: bool) -> Query:
    """
    Return the question of a search's address.

    Raises:
        Refusal: 400; a size, page or sort that the server does not take.
    """
    size = _number(args, "size", DEFAULT_SIZE)
    page = _number(args, "page", 1)
    most = _USER_SIZE if caller.user is not None else _ANONYMOUS_SIZE
    if is_zenodo and size > most:
        raise invalid(problem("size", f"Page size cannot be greater than {most}."))
    if (page - 1) * size >= WINDOW:
        raise Refusal(400, "Invalid querystring parameters.")
    text = args.get("q")
    sort = args.get("sort") or ("bestmatch" if text else default_sort)
    if sort not in _SORTS:
        raise invalid(problem("_schema", f"Invalid sort option '{sort}'."))
    flags = (args.get("all_versions"), args.get("allversions"))
    return Query(
        text=text, page=page, size=size, sort=sort, all_versions=any(flag in ("1", "true", "True") for flag in flags)
    )


def _number(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name)
    if text is None:
        return default
    if not text.lstrip("-").isdecimal() or len(text) > 9:  # noqa: PLR2004  # more digits than any count here
        raise invalid(problem(name, "Not a valid integer."))
    if int(text) < 1:
        raise invalid(problem(name, "Must be greater than or equal to 1."))
    return int(text)


class Finder:
    """
    The searches of a library.

    Where the index says of each description what is now, it does the narrowing, the ordering and the counting; while
    something waits to be seen, and so an older state is to be shown, every description is read.

    Args:
        library: Whose drafts and records.
        is_counted: Whether the facets of all that is found are wanted.
    """

    def __init__(self, library: Library, *, is_counted: bool = False) -> None:
        self._store = library.store
        self._is_zenodo = library.personality.is_zenodo
        self._is_counted = is_counted

    def records(self, query: Query) -> Result:
        """Search what is published; without ``all_versions`` only the newest of each concept."""

        def is_wanted(view: Json) -> bool:
            return query.all_versions or view["versions"]["is_latest"]

        scope: Scope = {"kind": "record", **({} if query.all_versions else {"is_latest": 1})}
        return self._find(query, scope, lambda session: filter(is_wanted, _published(session)))

    def own(self, caller: Caller, query: Query) -> Result:
        """Search the caller's drafts and records; where a draft is open, it stands for its record."""
        user = str(caller.user)

        def is_wanted(view: Json) -> bool:
            is_own = view["parent"]["access"]["owned_by"]["user"] == user
            return is_own and (query.all_versions or view["versions"]["is_latest_draft"])

        scope: Scope = {"owner": user, "is_covered": 0, **({} if query.all_versions else {"is_latest_draft": 1})}
        return self._find(query, scope, lambda session: filter(is_wanted, _all(session)))

    def versions(self, concept_id: str, query: Query) -> Result:
        """Return the published versions of one concept."""

        def is_wanted(view: Json) -> bool:
            return bool(view["parent"]["id"] == concept_id)

        scope = {"concept": concept_id, "kind": "record"}
        return self._find(query, scope, lambda session: filter(is_wanted, _published(session)))

    def _find(self, query: Query, scope: Scope, read_all: Callable[[Session], Iterable[Json]]) -> Result:
        """Search within a scope, which is given as values in the index and as a reading of everything."""
        match = self._read(query.text or "")
        self._store.refresh()
        with self._store.reading() as session:
            if session.catalogue.is_settled():
                return self._by_index(session, query, match, scope)
            found = [one for one in read_all(session) if match(searchable(one))]
        column, largest_first = _SORTS[query.sort]
        found.sort(key=_COLUMNS[column], reverse=largest_first)
        start = (query.page - 1) * query.size
        facets = Counter(facets_of(one) for one in found) if self._is_counted else {}
        return Result(query=query, hits=found[start : start + query.size], total=len(found), facets=facets)

    def _read(self, text: str) -> Match:
        try:
            return parse(text)
        except QuerySyntaxError as error:
            if self._is_zenodo:
                raise Refusal(400, "Invalid query string syntax.") from error
            return parse(" ".join(re.findall(r"\w[\w.-]*", text)))

    def _by_index(self, session: Session, query: Query, match: Match, scope: Scope) -> Result:
        catalogue, places = session.catalogue, Places(session)
        narrowing = narrow(match)
        condition = within(scope, narrowing)
        column, largest_first = _SORTS[query.sort]
        order = f"{column} {'DESC' if largest_first else 'ASC'}" if column else ""
        start = (query.page - 1) * query.size
        if narrowing.is_exact and not self._is_counted:
            total = catalogue.count(condition)
            page = catalogue.rows(condition, order, (start, query.size))
            facets: Mapping[str, int] = {}
        else:
            rows = catalogue.rows(condition, order)
            if not narrowing.is_exact:
                rows = [row for row in rows if match(searchable(places.placed(catalogue.view(row[0]))))]
            total, page = len(rows), rows[start : start + query.size]
            facets = Counter(facets for _, facets in rows)
        hits = [places.placed(catalogue.view(seq)) for seq, _ in page]
        return Result(query=query, hits=hits, total=total, facets=facets)


def _published(session: Session) -> list[Json]:
    places = Places(session)
    return [places.placed(one) for one in session.catalogue.all("record")]


def _all(session: Session) -> list[Json]:
    """Return the drafts, then the records without one."""
    places = Places(session)
    drafts = {one["id"]: places.placed(one) for one in session.catalogue.all("draft")}
    return [*drafts.values(), *(one for one in _published(session) if one["id"] not in drafts)]


def links(result: Result, address: str) -> Json:
    """Return the links to this page of hits and its neighbours."""
    query = result.query
    found = {"self": _page(address, query, query.page)}
    if query.page > 1:
        found["prev"] = _page(address, query, query.page - 1)
    if query.page * query.size < min(result.total, WINDOW):
        found["next"] = _page(address, query, query.page + 1)
    return found


def _page(address: str, query: Query, page: int) -> str:
    parts = []
    if query.all_versions:
        parts.append("allversions=True")
    parts.append(f"page={page}")
    if query.text is not None:
        parts.append(f"q={quote_plus(query.text, safe=_QUERY_SAFE)}")
    parts += [f"size={query.size}", f"sort={query.sort}"]
    return f"{address}?{'&'.join(parts)}"
