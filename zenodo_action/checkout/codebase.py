"""What is asked of the place that a release is read from: a checkout, or the repository on its platform."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from zenodo_action.model import Snapshot


class Codebase(Protocol):
    """A repository whose tags can be read: ``checkout.Checkout``, or ``github.codebase.RemoteCodebase``."""

    @property
    def top(self) -> Path:
        """The folder on this machine that it belongs to; without a checkout the workspace."""
        ...

    @property
    def git_folder(self) -> Path | None:
        """Where what is remembered between runs can be kept; ``None`` where there is no such place."""
        ...

    def snapshot(self, tag: str | None, *, names: Iterable[str], released_on: str | None = None) -> Snapshot:
        """Return what metadata can come from at a tag; see ``Checkout.snapshot``."""
        ...

    def tar(self, snapshot: Snapshot, *, top: str) -> AbstractContextManager[IO[bytes]]:
        """Stream the tree of a snapshot as ``git archive`` writes it, below one folder; see ``Checkout.tar``."""
        ...
