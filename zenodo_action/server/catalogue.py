"""
The index of searches: what they see of each draft and record, and the conditions it can be asked for.

A description comes into ``found`` when it is written and into ``listed`` when searches may see it. ``listed`` says of
each what narrows and orders a search; ``words`` says which words and keywords it has.
"""

from __future__ import annotations

import json
import sqlite3
import time
import unicodedata
from typing import Any, Final

from zenodo_action.server.counting import facets_of
from zenodo_action.server.matching import POSTED
from zenodo_action.server.narrowing import Narrowing, postings

Json = dict[str, Any]
Row = tuple[int, str]
"""Number and facets (``counting.facets_of``) of a draft or record in the index."""

_LAYOUT: Final = f"1 {unicodedata.unidata_version} {' '.join(POSTED)}"
"""
The mark of the index: how often its making changed, what letters were then, and the fields it knows.

One with another mark is made anew.
"""


class Catalogue:
    """The index, within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # Writing

    def put(self, version_id: str, kind: str, view: Json | None, delay_s: float) -> None:
        """Let searches see a draft or record as it is now, ``delay_s`` from now on; ``None`` makes it vanish."""
        text = None if view is None else json.dumps(view)
        if delay_s <= 0:
            self._db.execute("DELETE FROM found WHERE id = ? AND kind = ?", (version_id, kind))
            self._cover(version_id)
            if text is None:
                return
        visible_at = time.time() + delay_s
        cursor = self._db.execute(
            "INSERT INTO found (id, kind, visible_at, view) VALUES (?, ?, ?, ?)", (version_id, kind, visible_at, text)
        )
        seq = int(cursor.lastrowid or 0)
        if delay_s <= 0 and view is not None:
            self._list(seq, kind, view)
        else:
            self._db.execute("INSERT INTO waiting VALUES (?, ?)", (seq, visible_at))

    def is_due(self) -> bool:
        """Whether something waits that searches may see by now."""
        return self._db.execute("SELECT 1 FROM waiting WHERE visible_at <= ?", (time.time(),)).fetchone() is not None

    def take_due(self) -> None:
        """Let searches see what they may see by now."""
        due = self._db.execute(
            "SELECT id, kind, max(found.seq) FROM waiting JOIN found USING (seq) WHERE waiting.visible_at <= ?"
            " GROUP BY id, kind",
            (time.time(),),
        ).fetchall()
        for version_id, kind, seq in due:
            self._db.execute("DELETE FROM found WHERE id = ? AND kind = ? AND seq < ?", (version_id, kind, seq))
            view = self._view(seq)
            if view is None:
                self._db.execute("DELETE FROM found WHERE seq = ?", (seq,))
                self._cover(version_id)
            else:
                self._db.execute("DELETE FROM waiting WHERE seq = ?", (seq,))
                self._list(seq, kind, view)

    def _list(self, seq: int, kind: str, view: Json) -> None:
        concept = view["parent"]["id"]
        self._db.execute(
            "INSERT INTO listed (seq, id, kind, concept, owner, number, created, updated, published_on, facets)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seq,
                view["id"],
                kind,
                concept,
                view["parent"]["access"]["owned_by"]["user"],
                view["versions"]["index"],
                view["created"],
                view["updated"],
                view["metadata"].get("publication_date", ""),
                facets_of(view),
            ),
        )
        self._db.executemany("INSERT INTO words VALUES (?, ?)", [(word, seq) for word in postings(view)])
        self.settle(concept)
        self._cover(view["id"])

    def _cover(self, version_id: str) -> None:
        """Note of a record whether a draft stands for it among its owner's."""
        self._db.execute(
            "UPDATE listed SET is_covered = EXISTS (SELECT 1 FROM listed WHERE id = ? AND kind = 'draft')"
            " WHERE id = ? AND kind = 'record'",
            (version_id, version_id),
        )

    def heads(self, concept_id: str) -> tuple[str | None, str | None]:
        """Return the newest version of a concept that is published and not deleted, and the newest of all."""
        newest = "SELECT id FROM versions WHERE concept = ? {} ORDER BY number DESC LIMIT 1"
        latest = self._db.execute(newest.format("AND is_published AND NOT is_deleted"), (concept_id,)).fetchone()
        last = self._db.execute(newest.format(""), (concept_id,)).fetchone()
        return latest and str(latest[0]), last and str(last[0])

    def settle(self, concept_id: str) -> None:
        """Note which versions of a concept are its newest."""
        latest, last = self.heads(concept_id)
        self._db.execute(
            "UPDATE listed SET is_latest = (id IS ?), is_latest_draft = (id IS ?)"
            " WHERE concept = ? AND (is_latest != (id IS ?) OR is_latest_draft != (id IS ?))",
            (latest, last, concept_id, latest, last),
        )

    def bring_up_to_date(self) -> None:
        """Make the index anew if it is of another layout, or not there at all."""
        row = self._db.execute("SELECT value FROM meta WHERE name = 'index'").fetchone()
        if row is not None and row[0] == _LAYOUT:
            return
        for table in ("words", "listed", "waiting"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  # our own names
        self._db.execute("INSERT INTO waiting SELECT seq, visible_at FROM found")
        self.take_due()
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('index', ?)", (_LAYOUT,))

    # Reading

    def is_settled(self) -> bool:
        """Whether nothing waits; only then the index says of each description what is now."""
        return self._db.execute("SELECT 1 FROM waiting").fetchone() is None

    def all(self, kind: str) -> list[Json]:
        """Return the drafts or records that searches see now, in the order of their coming."""
        rows = self._db.execute(
            "SELECT view FROM found AS one WHERE kind = ? AND visible_at <= ? AND NOT EXISTS ("
            " SELECT 1 FROM found AS newer WHERE newer.id = one.id AND newer.kind = one.kind"
            " AND newer.visible_at <= ? AND newer.seq > one.seq) AND view IS NOT NULL ORDER BY seq",
            (kind, time.time(), time.time()),
        )
        return [json.loads(row[0]) for row in rows]

    def view(self, seq: int) -> Json:
        """Return the description of a row."""
        found = self._view(seq)
        assert found is not None  # noqa: S101  # what vanishes is not listed
        return found

    def _view(self, seq: int) -> Json | None:
        row = self._db.execute("SELECT view FROM found WHERE seq = ?", (seq,)).fetchone()
        return None if row is None or row[0] is None else dict(json.loads(row[0]))

    def count(self, condition: Narrowing) -> int:
        """Return how many rows meet a condition."""
        question = f"SELECT count(*) FROM listed WHERE {condition.sql}"  # noqa: S608  # values stand apart
        row = self._db.execute(question, condition.values).fetchone()
        return int(row[0])

    def rows(self, condition: Narrowing, order: str, window: tuple[int, int] = (0, -1)) -> list[Row]:
        """
        Return the rows that meet a condition, drafts first among equals, then in the order of their coming.

        Args:
            condition: On the columns of ``listed``.
            order: A column with ``ASC`` or ``DESC``, or empty.
            window: How many to leave out, and how many to return at most; -1 is all.
        """
        offset, limit = window
        columns = f"{order}, kind, seq" if order else "kind, seq"
        rows = self._db.execute(
            f"SELECT seq, facets FROM listed WHERE {condition.sql} ORDER BY {columns} LIMIT ? OFFSET ?",  # noqa: S608  # values stand apart
            (*condition.values, limit, offset),
        )
        return rows.fetchall()
