"""
What the server remembers: SQLite for everything that is said, a folder for the bytes of files.

A write is one transaction, so a killed process leaves either the state before or the state after it. The bytes of a
file are complete under their own name before a transaction mentions them; what nobody mentions is swept at the start.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from zenodo_action.errors import OptionError
from zenodo_action.server.locking import FolderLock
from zenodo_action.server.session import Session

CHUNK_BYTES: Final = 1 << 20
_BUSY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that were received completely."""

    name: str
    size: int
    md5: str


class Store:
    """The database and the folder of files of one server."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = FolderLock(folder / "lock")
        self._writing = threading.Lock()
        self._files = folder / "files"
        self._incoming = folder / "incoming"
        self._files.mkdir(exist_ok=True)
        self._incoming.mkdir(exist_ok=True)
        self._database = folder / "records.sqlite"
        self._idle: list[sqlite3.Connection] = []
        self._is_open = True
        try:
            with self.writing() as session:
                session.bring_up_to_date()
        except sqlite3.DatabaseError as error:
            self._lock.release()
            raise OptionError(
                f"the local repository's database cannot be used: {error}",
                fix=f"delete or move the folder {folder}",
            ) from error
        self.sweep()

    def close(self) -> None:
        """Let another server have the folder."""
        self._is_open = False
        while self._idle:
            self._idle.pop().close()
        self._lock.release()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that nobody else uses meanwhile; what is not committed is undone in the end."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if self._is_open:
                self._idle.append(connection)
            else:
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one consistent state and changes nothing."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            yield Session(connection)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session whose changes become real together, when the block ends without an exception."""
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            session = Session(connection)
            yield session
            connection.execute("COMMIT")
        for blob in session.dropped_blobs:
            self._remove_if_unused(blob)

    def refresh(self) -> None:
        """Let searches see what was written long enough ago."""
        with self.reading() as session:
            is_due = session.catalogue.is_due()
        if is_due:
            with self.writing() as session:
                session.catalogue.take_due()

    # Bytes

    def receive(self, source: BinaryIO, limit_bytes: int | None = None) -> Blob | None:
        """Write a stream to the folder and return its name, size and MD5; ``None`` if it is longer than the limit."""
        partial = self._incoming / uuid.uuid4().hex
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        try:
            with partial.open("wb") as target:
                while chunk := source.read(CHUNK_BYTES):
                    size += len(chunk)
                    if limit_bytes is not None and size > limit_bytes:
                        return None
                    digest.update(chunk)
                    target.write(chunk)
            name = str(uuid.uuid4())
            final = self.blob_path(name)
            final.parent.mkdir(exist_ok=True)
            partial.replace(final)
        finally:
            partial.unlink(missing_ok=True)
        return Blob(name, size, digest.hexdigest())

    def blob_path(self, name: str) -> Path:
        """Return where the bytes of that name are."""
        return self._files / name[:2] / name

    def _remove_if_unused(self, blob: str) -> None:
        with self.reading() as session:
            used = session.uses_blob(blob)
        if not used:
            with suppress(OSError):
                self.blob_path(blob).unlink()

    def sweep(self) -> None:
        """Remove the bytes that a killed process left behind."""
        for leftover in self._incoming.iterdir():
            leftover.unlink()
        with self.reading() as session:
            used = session.blobs()
        for folder, _, names in os.walk(self._files):
            for name in names:
                if name not in used:
                    Path(folder, name).unlink()
