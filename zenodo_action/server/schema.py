"""The tables of the database, and what brings those of earlier versions up to date."""

from __future__ import annotations

import sqlite3
from typing import Final

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, token TEXT UNIQUE, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS concepts (id TEXT PRIMARY KEY, owner INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
    id TEXT PRIMARY KEY, concept TEXT NOT NULL REFERENCES concepts (id), number INTEGER NOT NULL,
    has_draft INTEGER NOT NULL, is_published INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, blob TEXT, entry TEXT NOT NULL,
    UNIQUE (bucket, key));
CREATE TABLE IF NOT EXISTS buckets (id TEXT PRIMARY KEY, version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dois (doi TEXT PRIMARY KEY, owner TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS found (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL, visible_at REAL NOT NULL, view TEXT);
CREATE TABLE IF NOT EXISTS waiting (
    seq INTEGER PRIMARY KEY REFERENCES found (seq) ON DELETE CASCADE, visible_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS listed (
    seq INTEGER PRIMARY KEY REFERENCES found (seq) ON DELETE CASCADE, id TEXT NOT NULL, kind TEXT NOT NULL,
    concept TEXT NOT NULL, owner TEXT NOT NULL, is_latest INTEGER NOT NULL DEFAULT 0,
    is_latest_draft INTEGER NOT NULL DEFAULT 0, is_covered INTEGER NOT NULL DEFAULT 0, number INTEGER NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, published_on TEXT NOT NULL, facets TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS words (
    word TEXT NOT NULL, seq INTEGER NOT NULL REFERENCES listed (seq) ON DELETE CASCADE, PRIMARY KEY (word, seq)
    ) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS communities (id TEXT PRIMARY KEY, slug TEXT UNIQUE NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (id TEXT PRIMARY KEY, body TEXT NOT NULL);
"""

_INDEXES: Final = """
DROP INDEX IF EXISTS versions_of;
CREATE INDEX IF NOT EXISTS versions_in_order ON versions (concept, number, is_published, is_deleted, id);
CREATE INDEX IF NOT EXISTS concept_dois ON concepts (doi);
CREATE INDEX IF NOT EXISTS blobs ON files (blob);
CREATE INDEX IF NOT EXISTS found_of ON found (id, kind, visible_at);
CREATE INDEX IF NOT EXISTS waiting_until ON waiting (visible_at);
CREATE UNIQUE INDEX IF NOT EXISTS listed_once ON listed (id, kind);
CREATE INDEX IF NOT EXISTS listed_newest ON listed (kind, is_latest, created DESC);
CREATE INDEX IF NOT EXISTS listed_own ON listed (owner, is_latest_draft, is_covered, updated DESC);
CREATE INDEX IF NOT EXISTS listed_family ON listed (concept, id, is_latest, is_latest_draft);
CREATE INDEX IF NOT EXISTS words_of ON words (seq);
"""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make what is missing of the tables, within the caller's transaction."""
    _run(connection, _TABLES)
    if "is_deleted" not in _columns(connection, "versions"):
        connection.execute("ALTER TABLE versions ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0")
        connection.execute(
            "UPDATE versions SET is_deleted = 1 WHERE json_extract(body, '$.record.body.tombstone') IS NOT NULL"
        )
    if "doi" not in _columns(connection, "concepts"):
        connection.execute("ALTER TABLE concepts ADD COLUMN doi TEXT")
        connection.execute("UPDATE concepts SET doi = lower(json_extract(body, '$.pids.doi.identifier'))")
    _run(connection, _INDEXES)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run a script statement by statement; ``executescript`` would end the transaction."""
    for statement in script.split(";"):
        connection.execute(statement)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}
