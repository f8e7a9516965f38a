"""One transaction on the database of the server: every look at it and every change to it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from zenodo_action.server import schema
from zenodo_action.server.catalogue import Catalogue

Json = dict[str, Any]


@dataclass(slots=True)
class Concept:
    """What all versions of a record share."""

    id: str
    owner: int
    pids: Json = field(default_factory=dict)
    communities: list[str] = field(default_factory=list)
    review: str | None = None
    """Id of the request that a draft of the first version is under."""
    extra_bytes: int = 0
    """How much more than usual each version may hold."""


EMPTY_BODY: Json = {
    "metadata": {},
    "custom_fields": {},
    "access": {"record": "public", "files": "public", "embargo": {"active": False, "reason": None}},
    "pids": {},
    "files": {"enabled": True, "default_preview": None, "order": []},
}
"""A description of which nothing is known yet."""


@dataclass(slots=True)
class Half:
    """One side of a version: its open draft, or what is published."""

    body: Json
    """``{"metadata", "custom_fields", "access", "pids", "files"}`` with vocabulary ids only."""
    revision: int
    created: str
    updated: str
    bucket: str
    is_unlocked: bool = False
    """Whether the files of this edit draft may differ from what is published."""


@dataclass(slots=True)
class Version:
    """One version of a record; at least one of its halves is there."""

    id: str
    concept: str
    number: int
    draft: Half | None = None
    record: Half | None = None
    drafts_seen: int = 0
    """How many edit drafts were opened since it was published; counts into the revision of the next."""
    last_draft_revision: int = 0

    @property
    def standing(self) -> Standing:
        """What its place among the versions of its concept depends on."""
        return Standing(self.id, self.number, self.draft is not None, self.record is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A version without its halves."""

    id: str
    number: int
    has_draft: bool
    is_published: bool


@dataclass(slots=True)
class StoredFile:
    """A file of a bucket; ``blob`` names its bytes in the folder."""

    bucket: str
    key: str
    entry: Json
    blob: str | None = None


def now() -> str:
    """Return the time as the server writes it, ``2026-11-22T13:56:26.339160+00:00``."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


class Session:
    """A transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.catalogue = Catalogue(connection)
        self.dropped_blobs: list[str] = []

    def bring_up_to_date(self) -> None:
        """Make the tables and the index what this version of the program expects."""
        schema.bring_up_to_date(self._db)
        self.catalogue.bring_up_to_date()

    # Small values and counters

    def meta(self, name: str) -> str | None:
        """Return a remembered value."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Remember a value."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def next_number(self, name: str, first: int) -> int:
        """Return the next value of a counter."""
        value = int(self.meta(name) or first)
        self.set_meta(name, str(value + 1))
        return value

    # Users

    def user_of_token(self, token: str) -> int | None:
        """Return whose token that is."""
        row = self._db.execute("SELECT id FROM users WHERE token = ?", (token,)).fetchone()
        return None if row is None else int(row[0])

    def add_user(self, token: str, name: str) -> int:
        """Add a user, or return the one who has that token already."""
        known = self.user_of_token(token)
        if known is not None:
            return known
        cursor = self._db.execute("INSERT INTO users (token, name) VALUES (?, ?)", (token, name))
        return int(cursor.lastrowid or 0)

    def add_first_user(self) -> None:
        """Make sure that user 1, who owns tokens nobody registered, is there."""
        self._db.execute("INSERT OR IGNORE INTO users VALUES (1, NULL, 'first')")

    def set_first_token(self, token: str) -> None:
        """Give user 1 its token."""
        self._db.execute("UPDATE users SET token = ? WHERE id = 1", (token,))

    # Concepts and versions

    def concept(self, concept_id: str) -> Concept | None:
        """Return what the versions of a record share."""
        row = self._db.execute("SELECT owner, body FROM concepts WHERE id = ?", (concept_id,)).fetchone()
        return None if row is None else Concept(concept_id, int(row[0]), **json.loads(row[1]))

    def put_concept(self, concept: Concept) -> None:
        """Write a concept."""
        names = ("pids", "communities", "review", "extra_bytes")
        body = {name: getattr(concept, name) for name in names}
        doi = concept.pids.get("doi", {}).get("identifier")
        self._db.execute(
            "INSERT INTO concepts (id, owner, body, doi) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET owner = excluded.owner, body = excluded.body, doi = excluded.doi",
            (concept.id, concept.owner, json.dumps(body), doi and doi.lower()),
        )

    def extra_bytes_of(self, owner: int) -> int:
        """Return what all concepts of a user may hold more than usual."""
        rows = self._db.execute("SELECT body FROM concepts WHERE owner = ?", (owner,))
        return sum(json.loads(row[0]).get("extra_bytes", 0) for row in rows)

    def drop_concept(self, concept_id: str) -> None:
        """Forget a concept without versions."""
        self._db.execute("DELETE FROM concepts WHERE id = ?", (concept_id,))

    def version(self, version_id: str) -> Version | None:
        """Return a version with its halves."""
        row = self._db.execute("SELECT id, concept, number, body FROM versions WHERE id = ?", (version_id,)).fetchone()
        return None if row is None else _version(row)

    def standing(self, version_id: str) -> Standing | None:
        """Return a version without its halves."""
        row = self._db.execute(
            "SELECT number, has_draft, is_published FROM versions WHERE id = ?", (version_id,)
        ).fetchone()
        return None if row is None else Standing(version_id, int(row[0]), bool(row[1]), bool(row[2]))

    def has_versions(self, concept_id: str) -> bool:
        """Whether a concept has any version."""
        return self._db.execute("SELECT 1 FROM versions WHERE concept = ?", (concept_id,)).fetchone() is not None

    def newest_version(self, concept_id: str) -> Version | None:
        """Return the newest version of a concept, be it a draft or published."""
        return self._first("concept = ?", (concept_id,))

    def published_before(self, version: Version) -> Version | None:
        """Return the newest published version that is older than a version, deleted or not."""
        return self._first("concept = ? AND number < ? AND is_published", (version.concept, version.number))

    def newest_published(self, concept_id: str) -> Version | None:
        """Return the newest published version of a concept; a deleted one only where no other is left."""
        kept = self._first("concept = ? AND is_published AND NOT is_deleted", (concept_id,))
        return kept or self._first("concept = ? AND is_published", (concept_id,))

    def _first(self, condition: str, values: tuple[str | int, ...]) -> Version | None:
        """Return the newest version that meets a condition."""
        row = self._db.execute(
            f"SELECT id, concept, number, body FROM versions WHERE {condition} ORDER BY number DESC LIMIT 1",  # noqa: S608  # our own conditions
            values,
        ).fetchone()
        return None if row is None else _version(row)

    def versions_of(self, concept_id: str) -> list[Version]:
        """Return all versions of a concept, oldest first."""
        rows = self._db.execute(
            "SELECT id, concept, number, body FROM versions WHERE concept = ? ORDER BY number", (concept_id,)
        )
        return [_version(row) for row in rows]

    def put_version(self, version: Version) -> None:
        """Write a version."""
        body = {
            "draft": _half_body(version.draft),
            "record": _half_body(version.record),
            "drafts_seen": version.drafts_seen,
            "last_draft_revision": version.last_draft_revision,
        }
        self._db.execute(
            "INSERT INTO versions (id, concept, number, has_draft, is_published, body, is_deleted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number,"
            " has_draft = excluded.has_draft, is_published = excluded.is_published, body = excluded.body,"
            " is_deleted = excluded.is_deleted",
            (
                version.id,
                version.concept,
                version.number,
                version.draft is not None,
                version.record is not None,
                json.dumps(body),
                version.record is not None and "tombstone" in version.record.body,
            ),
        )
        self.catalogue.settle(version.concept)

    def drop_version(self, version: Version) -> None:
        """Forget a version that was never published."""
        self._db.execute("DELETE FROM versions WHERE id = ?", (version.id,))
        self.catalogue.settle(version.concept)

    # Files

    def add_bucket(self, version_id: str) -> str:
        """Return a new bucket of a version."""
        bucket = str(uuid.uuid4())
        self._db.execute("INSERT INTO buckets VALUES (?, ?)", (bucket, version_id))
        return bucket

    def bucket_version(self, bucket: str) -> str | None:
        """Return whose bucket that is."""
        row = self._db.execute("SELECT version FROM buckets WHERE id = ?", (bucket,)).fetchone()
        return None if row is None else str(row[0])

    def drop_bucket(self, bucket: str) -> None:
        """Remove a bucket with all its files."""
        for stored in self.files(bucket):
            self.drop_file(stored)
        self._db.execute("DELETE FROM buckets WHERE id = ?", (bucket,))

    def files(self, bucket: str) -> list[StoredFile]:
        """Return the files of a bucket in the order of their coming."""
        rows = self._db.execute("SELECT bucket, key, entry, blob FROM files WHERE bucket = ? ORDER BY seq", (bucket,))
        return [StoredFile(row[0], row[1], json.loads(row[2]), row[3]) for row in rows]

    def file(self, bucket: str, key: str) -> StoredFile | None:
        """Return one file of a bucket."""
        row = self._db.execute(
            "SELECT bucket, key, entry, blob FROM files WHERE bucket = ? AND key = ?", (bucket, key)
        ).fetchone()
        return None if row is None else StoredFile(row[0], row[1], json.loads(row[2]), row[3])

    def put_file(self, stored: StoredFile) -> None:
        """Write a file's entry; a blob it pointed at before may be removed after the commit."""
        before = self.file(stored.bucket, stored.key)
        if before is not None and before.blob and before.blob != stored.blob:
            self.dropped_blobs.append(before.blob)
        self._db.execute(
            "INSERT INTO files (bucket, key, blob, entry) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (bucket, key) DO UPDATE SET blob = excluded.blob, entry = excluded.entry",
            (stored.bucket, stored.key, stored.blob, json.dumps(stored.entry)),
        )

    def drop_file(self, stored: StoredFile) -> None:
        """Remove a file's entry; its blob may be removed after the commit."""
        self._db.execute("DELETE FROM files WHERE bucket = ? AND key = ?", (stored.bucket, stored.key))
        if stored.blob:
            self.dropped_blobs.append(stored.blob)

    def copy_files(self, source: str, target: str) -> None:
        """Let another bucket hold the files of one as well; no byte is copied."""
        for stored in self.files(source):
            moment = now()
            entry = {**stored.entry, "created": moment, "updated": moment, "bucket_id": target}
            self.put_file(StoredFile(target, stored.key, entry, stored.blob))

    def uses_blob(self, blob: str) -> bool:
        """Whether some file still has those bytes."""
        return self._db.execute("SELECT 1 FROM files WHERE blob = ? LIMIT 1", (blob,)).fetchone() is not None

    def blobs(self) -> set[str]:
        """Return the names of all bytes in use."""
        return {str(row[0]) for row in self._db.execute("SELECT DISTINCT blob FROM files WHERE blob IS NOT NULL")}

    # DOIs

    def doi_owner(self, doi: str) -> str | None:
        """Return the version or concept that has a DOI."""
        row = self._db.execute("SELECT owner FROM dois WHERE doi = ?", (doi.lower(),)).fetchone()
        return None if row is None else str(row[0])

    def take_doi(self, doi: str, owner: str) -> None:
        """Give a DOI to a version or concept."""
        self._db.execute("INSERT OR IGNORE INTO dois VALUES (?, ?)", (doi.lower(), owner))

    def free_dois(self, owner: str) -> None:
        """Take the reserved DOIs back from a version that was never published."""
        self._db.execute("DELETE FROM dois WHERE owner = ?", (owner,))

    # Communities and requests

    def community(self, name: str) -> Json | None:
        """Return a community by its id or slug."""
        row = self._db.execute("SELECT body FROM communities WHERE id = ? OR slug = ?", (name, name)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def communities(self) -> list[Json]:
        """Return all communities."""
        return [json.loads(row[0]) for row in self._db.execute("SELECT body FROM communities ORDER BY slug")]

    def put_community(self, community: Json) -> None:
        """Write a community."""
        self._db.execute(
            "INSERT OR REPLACE INTO communities VALUES (?, ?, ?)",
            (community["id"], community["slug"], json.dumps(community)),
        )

    def request(self, request_id: str) -> Json | None:
        """Return a request for review or inclusion."""
        row = self._db.execute("SELECT body FROM requests WHERE id = ?", (request_id,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def requests(self) -> list[Json]:
        """Return all requests."""
        return [json.loads(row[0]) for row in self._db.execute("SELECT body FROM requests")]

    def put_request(self, request: Json) -> None:
        """Write a request."""
        self._db.execute("INSERT OR REPLACE INTO requests VALUES (?, ?)", (request["id"], json.dumps(request)))

    def drop_request(self, request_id: str) -> None:
        """Forget a request."""
        self._db.execute("DELETE FROM requests WHERE id = ?", (request_id,))


def _half_body(half: Half | None) -> Json | None:
    if half is None:
        return None
    return {name: getattr(half, name) for name in Half.__slots__}


def _version(row: tuple[Any, ...]) -> Version:
    body = json.loads(row[3])
    for name in ("draft", "record"):
        body[name] = None if body[name] is None else Half(**body[name])
    return Version(str(row[0]), str(row[1]), int(row[2]), **body)
