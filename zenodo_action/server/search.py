"""Searches: which drafts and records a query finds, in which order, and how a page of hits looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from zenodo_action.server import vocabulary
from zenodo_action.server.library import Library
from zenodo_action.server.query import QuerySyntaxError, parse
from zenodo_action.server.refusal import Refusal, invalid, problem
from zenodo_action.server.rules import Caller

Json = dict[str, Any]

_QUERY_SAFE: Final = "!$'()*,:;@/?"
WINDOW: Final = 10_000
"""Hits beyond this one cannot be reached. Source: zenodo-api.md 1.6."""
DEFAULT_SIZE: Final = 25
_ANONYMOUS_SIZE: Final = 25
_USER_SIZE: Final = 100

_SORTS: Final[Mapping[str, tuple[Callable[[Json], Any], bool]]] = {
    "bestmatch": (lambda _: 0, False),
    "newest": (lambda one: one["created"], True),
    "oldest": (lambda one: one["created"], False),
    "updated-desc": (lambda one: one["updated"], True),
    "updated-asc": (lambda one: one["updated"], False),
    "version": (lambda one: one["versions"]["index"], True),
    "publication-desc": (lambda one: one["metadata"].get("publication_date", ""), True),
    "publication-asc": (lambda one: one["metadata"].get("publication_date", ""), False),
    "mostviewed": (lambda _: 0, False),
    "mostdownloaded": (lambda _: 0, False),
    "conference-desc": (lambda _: 0, False),
    "journal-desc": (lambda _: 0, False),
    "mostrecent": (lambda one: one["created"], True),
    "-mostrecent": (lambda one: one["created"], False),
    "-bestmatch": (lambda _: 0, False),
    "-version": (lambda one: one["versions"]["index"], False),
}
"""Sort name → key, and whether the largest comes first."""


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
    """A page of hits, and all that was found."""

    query: Query
    hits: list[Json]
    found: list[Json]

    @property
    def total(self) -> int:
        """How many were found."""
        return len(self.found)


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
    """The searches of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._is_zenodo = library.personality.is_zenodo

    def records(self, query: Query) -> Result:
        """Search what is published; without ``all_versions`` only the newest of each concept."""
        shown = self._library.indexed("record")
        if not query.all_versions:
            shown = [one for one in shown if one["versions"]["is_latest"]]
        return self._select(shown, query)

    def own(self, caller: Caller, query: Query) -> Result:
        """Search the caller's drafts and records; where a draft is open, it stands for its record."""
        user = str(caller.user)
        drafts = {one["id"]: one for one in self._library.indexed("draft")}
        records = [one for one in self._library.indexed("record") if one["id"] not in drafts]
        mine = [one for one in (*drafts.values(), *records) if one["parent"]["access"]["owned_by"]["user"] == user]
        if not query.all_versions:
            mine = [one for one in mine if one["versions"]["is_latest_draft"]]
        return self._select(mine, query)

    def versions(self, concept_id: str, query: Query) -> Result:
        """Return the published versions of one concept."""
        shown = [one for one in self._library.indexed("record") if one["parent"]["id"] == concept_id]
        return self._select(shown, query)

    def _select(self, shown: list[Json], query: Query) -> Result:
        try:
            match = parse(query.text or "")
        except QuerySyntaxError as error:
            if self._is_zenodo:
                raise Refusal(400, "Invalid query string syntax.") from error
            match = parse(" ".join(re.findall(r"\w[\w.-]*", query.text or "")))
        found = [one for one in shown if match(_searchable(one))]
        key, largest_first = _SORTS[query.sort]
        found.sort(key=key, reverse=largest_first)
        start = (query.page - 1) * query.size
        return Result(query=query, hits=found[start : start + query.size], found=found)


def _searchable(view: Json) -> Json:
    entries = view["files"]["entries"]
    extensions = {entry["ext"] for entry in entries.values()}
    return {**view, "files": {**view["files"], "keys": list(entries), "exts": list(extensions)}}


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


_ACCESS_LABELS: Final = {
    "open": "Open",
    "embargoed": "Embargoed",
    "restricted": "Restricted",
    "metadata-only": "Metadata-only",
}


def aggregations(result: Result, *names: str) -> Json:
    """Return the counts that stand beside the hits."""
    makers: dict[str, Callable[[list[Json]], Json]] = {
        "access_status": lambda found: _buckets(
            "Access status", Counter(one["access"]["status"] for one in found), _ACCESS_LABELS
        ),
        "is_published": lambda found: _buckets(
            "Status",
            Counter(str(one["is_published"]).lower() for one in found),
            {"true": "Published", "false": "Unpublished"},
        ),
        "resource_type": _resource_types,
        "file_type": _file_types,
        "subject": _subjects,
    }
    return {name: makers[name](result.found) for name in names}


def _buckets(label: str, counts: Counter[str], labels: Mapping[str, str]) -> Json:
    return {
        "buckets": [
            {"key": key, "doc_count": count, "label": labels.get(key, key), "is_selected": False}
            for key, count in counts.most_common(10)
        ],
        "label": label,
    }


def _resource_types(found: list[Json]) -> Json:
    kinds = [kind for one in found if (kind := one["metadata"].get("resource_type", {}).get("id"))]
    outer = Counter(kind.partition("-")[0] for kind in kinds)
    titles = {kind: vocabulary.title("resource_types", kind) for kind in {*kinds, *outer}}
    shown = _buckets("Resource types", outer, titles)
    for bucket in shown["buckets"]:
        inner = Counter(kind for kind in kinds if kind.startswith(bucket["key"] + "-"))
        bucket["inner"] = {"buckets": _buckets("", inner, titles)["buckets"]}
    return shown


def _file_types(found: list[Json]) -> Json:
    counts = Counter(kind for one in found for kind in {entry["ext"] for entry in one["files"]["entries"].values()})
    return _buckets("File type", counts, {kind: kind.upper() for kind in counts})


def _subjects(found: list[Json]) -> Json:
    counts = Counter(
        subject["subject"] for one in found for subject in one["metadata"].get("subjects", []) if "subject" in subject
    )
    return _buckets("Subjects", counts, {})
