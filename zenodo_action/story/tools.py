"""What the story works with: the server, the notes, and this machine's part of the work."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from zenodo_action.errors import Finding
from zenodo_action.model import DepositFile
from zenodo_action.notes import Note
from zenodo_action.patience import Patience
from zenodo_action.repository import Repository, ShowProgress
from zenodo_action.story.discovery import Found

Say = Callable[[str], None]
Build = Callable[[], tuple[Sequence[DepositFile], Sequence[Finding]]]
"""Builds the files to deposit, on this machine only."""
Rebuild = Callable[[Sequence[DepositFile], Mapping[str, bytes]], Sequence[DepositFile]]
"""Returns the files with the source archive built anew, with other bytes for some of the paths in it."""


class Notes(Protocol):
    """What is remembered between runs; ``notes.Notebook`` under ``.git``, or nothing."""

    def all(self) -> tuple[Note, ...]:
        """Return every note."""
        ...

    def of(self, tag: str) -> Note | None:
        """Return the note of one tag."""
        ...

    def write(self, note: Note) -> None:
        """Keep a note."""
        ...

    def lock(self, patience: Patience, say: Say) -> AbstractContextManager[None]:
        """Keep other runs out; wait for one that is at work."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the story works with."""

    repository: Repository
    notes: Notes
    build: Build
    say: Say
    rebuild: Rebuild
    has_token: bool = True
    """Without one own records cannot be seen, and nothing can be done but planning."""
    progress: ShowProgress = lambda *_: None
    known: Found | None = None
    """What the server was found to hold of the repository a moment ago, for another release of it."""
    has_begun: bool = False
    """Whether an earlier run of the same job tried this and its notes are lost."""
    clock: Callable[[], float] = time.time
    lock_elsewhere: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
    """Keeps runs on other machines out, where there is a way to."""

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out: those in the same clone, and those elsewhere where that can be done."""
        with self.notes.lock(self.patience, self.say), self.lock_elsewhere():
            yield

    @property
    def patience(self) -> Patience:
        """How long the run may still wait: for the server, a lagging index, another run, another release's draft."""
        return self.repository.patience
