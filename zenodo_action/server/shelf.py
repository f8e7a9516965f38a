"""The published records as the pages want them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zenodo_action.server.asking import root
from zenodo_action.server.library import Library
from zenodo_action.server.query import QuerySyntaxError, parse
from zenodo_action.server.refusal import Refusal
from zenodo_action.server.search import Finder, Query
from zenodo_action.server.serialize import native

Json = dict[str, Any]


class Shelf:
    """Reads of a library; they see what everybody may see."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def search_published(self, q: str | None, page: int, size: int) -> tuple[int, list[Json]]:
        """Return the number of newest versions that a query finds and one page of them; ``ValueError`` if it cannot be read."""
        try:
            parse(q or "")
        except QuerySyntaxError as error:
            raise ValueError(q) from error
        query = Query(text=q, page=page, size=size, sort="newest", all_versions=False)
        result = Finder(self._library).records(query)
        return result.total, [self._native(view) for view in result.hits]

    def published(self, record_id: str) -> Json | None:
        """Return a published version; of a concept's id its newest version."""
        try:
            return self._native(self._library.record(self._library.newest_of(record_id) or record_id))
        except Refusal:
            return None

    def versions_of(self, concept_id: str) -> list[Json]:
        """Return all published versions of a concept, newest first."""
        return [self._native(view) for view in self._library.published_versions(concept_id)]

    def file_path(self, record_id: str, key: str) -> Path | None:
        """Return where the bytes of a published version's file are."""
        return self._library.file_path(record_id, key)

    def _native(self, view: Json) -> Json:
        return native(view, root(), self._library.personality, is_owner=False, file_links=True)
