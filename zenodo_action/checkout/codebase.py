"""What is asked of the place that a release is read from: a checkout, or the repository on its platform."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from zenodo_action.checkout.pointers import Pointer
from zenodo_action.model import Snapshot


class Tree(Protocol):
    """The files of one commit, and the content that they refer to."""

    def tar(self) -> AbstractContextManager[IO[bytes]]:
        """Stream the tree as ``git archive`` writes it, below one folder of any name."""
        ...

    def submodule(self, path: str) -> AbstractContextManager[Tree | None]:
        """
        Return the tree of the commit that a submodule's place names, ``None`` where the empty folder is no submodule.

        Raises:
            ArchiveError: It is one, and cannot be had.
        """
        ...

    def lfs_content(self, path: str, pointer: Pointer) -> AbstractContextManager[IO[bytes] | None]:
        """
        Return what stands in Git LFS for a pointer, ``None`` where the file is itself, however it looks.

        Raises:
            ArchiveError: It is a pointer, and its content cannot be had.
        """
        ...


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

    def has_tag(self, tag: str) -> bool:
        """Whether there is a tag of exactly this name that names a commit."""
        ...

    def tree(self, snapshot: Snapshot) -> AbstractContextManager[Tree]:
        """Return the files of a snapshot."""
        ...
