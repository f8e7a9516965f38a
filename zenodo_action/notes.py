"""
What the command line remembers of its deposits, under ``.git/zenodo-deposit/``, and the lock against two runs at once.

Notes are hints, not authority: whatever they say is verified on the server before it is believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import filelock

from zenodo_action.errors import ArchiveError, ConflictError, FilePlace
from zenodo_action.patience import Patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is known of one tag's deposit on one server."""

    tag: str
    commit: str
    intended_at: float
    """Unix seconds at which a draft was about to be opened."""
    record_id: str | None = None
    """Id of the draft, which becomes the record's; ``None`` while only the intent is known."""
    concept_id: str | None = None
    doi: str | None = None
    """Set once it is published."""


class Notebook:
    """
    The notes of one repository about one server, in a small JSON file that is replaced as a whole.

    ``{"server": str, "repository": str | None, "tags": {"v1.0.0": {"commit": str, "intended_at": float,
    "record_id": str | None, "concept_id": str | None, "doi": str | None}}}``
    """

    def __init__(self, folder: Path, *, server: str, repository: str | None) -> None:
        self.server = server
        self.repository = repository
        self._folder = folder
        key = hashlib.sha256(server.encode()).hexdigest()[:12]
        self._path = folder / f"{key}.json"

    def all(self) -> tuple[Note, ...]:
        """Return the notes in the order in which the tags were deposited; what cannot be one is passed over."""
        return tuple(note for tag, values in self._kept().items() if (note := _read(tag, values)) is not None)

    def of(self, tag: str) -> Note | None:
        """Return the note of one tag."""
        return _read(tag, self._kept().get(tag))

    def write(self, note: Note) -> None:
        """Keep a note, in place of an earlier one of the same tag; the file is never half written."""
        values = asdict(note)
        tags = self._kept()
        tags.pop(note.tag, None)  # it goes to the end
        tags[values.pop("tag")] = values
        text = json.dumps({"server": self.server, "repository": self.repository, "tags": tags})
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._path)

    def _is_of_it(self, repository: object) -> bool:
        """Whether notes under another address are of this repository all the same: it may get one after its first deposit."""
        return None in (repository, self.repository) or repository == self.repository

    def _kept(self) -> dict[str, Any]:
        """Return what the file holds of each tag, not judged yet; nothing where it is of something else or damaged."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            return dict(data["tags"]) if data["server"] == self.server and self._is_of_it(data["repository"]) else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    @contextlib.contextmanager
    def lock(self, patience: Patience, say: Callable[[str], None]) -> Iterator[None]:
        """
        Keep other runs of this repository and server out while the block runs.

        The operating system lets go of the lock when its process ends, however it ends.

        Args:
            patience: How long to wait for another run to end.
            say: Told in a line that there is one.

        Raises:
            ConflictError: Another run is still at work.
            ArchiveError: The folder cannot be written, so a deposit that breaks off could not be found again.
        """
        path = self._path.with_suffix(".lock")
        lock = filelock.FileLock(path)
        started, wait_s = patience.clock(), patience.left_s
        try:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=0)
            except filelock.Timeout:
                say("another run is depositing from this repository; waiting for it to end")
                lock.acquire(timeout=wait_s)
                patience.charge(started, patience.clock())
        except filelock.Timeout:
            raise ConflictError(
                f"another run is depositing from this repository, and did not end within {round(wait_s, 1):g} s",
                where=FilePlace(file=str(path)),
                fix="wait for it to end, then run again",
            ) from None
        except OSError as error:
            raise ArchiveError(
                f"what is deposited cannot be noted: {error.strerror or 'the folder cannot be written'}",
                where=FilePlace(file=str(self._folder)),
                fix="make the repository's .git folder writable; a container mounts it without ':ro'",
            ) from error
        try:
            yield
        finally:
            lock.release()


class Memory:
    """Notes that last as long as the run: without a checkout there is no place to keep them."""

    def __init__(self) -> None:
        self._notes: dict[str, Note] = {}

    def all(self) -> tuple[Note, ...]:
        """Return the notes in the order in which they were written first."""
        return tuple(self._notes.values())

    def of(self, tag: str) -> Note | None:
        """Return the note of one tag."""
        return self._notes.get(tag)

    def write(self, note: Note) -> None:
        """Keep a note, in place of an earlier one of the same tag."""
        self._notes[note.tag] = note

    @contextlib.contextmanager
    def lock(self, patience: Patience, say: Callable[[str], None]) -> Iterator[None]:  # noqa: ARG002 - nobody is kept out
        """Keep nobody out: runs on other machines share no file."""
        yield


def _read(tag: str, values: Any) -> Note | None:
    """Return the note that JSON values mean, or nothing where they mean none."""
    try:
        note = Note(tag=tag, **values)
    except TypeError:
        return None
    texts = (note.record_id, note.concept_id, note.doi)
    is_one = isinstance(note.commit, str) and isinstance(note.intended_at, (int, float))
    return note if is_one and all(isinstance(each, (str, type(None))) for each in texts) else None
