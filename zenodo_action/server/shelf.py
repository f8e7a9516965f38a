"""The published records as the pages want them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zenodo_action.server import rules
from zenodo_action.server.asking import root
from zenodo_action.server.library import Library
from zenodo_action.server.query import QuerySyntaxError, parse
from zenodo_action.server.refusal import GoneRefusal, Refusal
from zenodo_action.server.search import Finder, Query
from zenodo_action.server.serialize import native
from zenodo_action.server.views import view

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
        return result.total, [self._native(one) for one in result.hits]

    def published(self, record_id: str) -> Json | None:
        """Return a published version; of a concept's id its newest version."""
        try:
            return self._native(self._library.record(self._library.newest_of(record_id) or record_id))
        except Refusal:
            return None

    def tombstone(self, record_id: str) -> Json | None:
        """Return what is left of a deleted version; of a concept's id, of its newest version."""
        try:
            self._library.record(self._library.newest_of(record_id) or record_id)
        except GoneRefusal as refusal:
            return dict(refusal.tombstone)
        except Refusal:
            return None
        return None

    def versions_of(self, concept_id: str) -> list[Json]:
        """Return all published versions of a concept, newest first."""
        with self._library.store.reading() as session:
            concept = session.concept(concept_id)
            versions = session.versions_of(concept_id) if concept is not None else []
            shown = [
                view(session, one, concept, "record")
                for one in reversed(versions)
                if concept is not None and one.record is not None and not rules.is_deleted(one)
            ]
        return [self._native(one) for one in shown]

    def file_path(self, record_id: str, key: str) -> Path | None:
        """Return where the bytes of a published version's file are."""
        store = self._library.store
        with store.reading() as session:
            version = session.version(record_id)
            if version is None or version.record is None or rules.is_deleted(version):
                return None
            if version.record.body["access"]["files"] != "public":
                return None
            stored = session.file(version.record.bucket, key)
            return store.blob_path(stored.blob) if stored is not None and stored.blob else None

    def _native(self, shown: Json) -> Json:
        return native(shown, root(), self._library.personality, is_owner=False, file_links=True)
