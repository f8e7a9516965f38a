"""The files of one commit as GitHub archives them; what that leaves out needs a checkout."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO

from zenodo_action.checkout import lfs, submodules
from zenodo_action.checkout.pointers import Pointer
from zenodo_action.errors import ArchiveError, FilePlace


class RemoteTree:
    """
    One of the two ``checkout.codebase.Tree``.

    Args:
        tar: Opens the archive.
    """

    def __init__(self, tar: Callable[[], AbstractContextManager[IO[bytes]]]) -> None:
        self.tar = tar

    def submodule(self, path: str) -> AbstractContextManager[None]:
        """Stop: GitHub's archive has the empty folder alone."""
        raise ArchiveError(
            f"{path} is a submodule, whose content GitHub's archive does not hold",
            where=FilePlace(file=path),
            fix=submodules.CHECKOUT_FIX,
        )

    def lfs_content(self, path: str, pointer: Pointer) -> AbstractContextManager[None]:
        """Stop: GitHub's archive has the pointer alone, unless the repository's settings say otherwise."""
        raise ArchiveError(
            f"{path} is in Git LFS, of which GitHub's archive holds the pointer alone ({pointer.size_bytes:,} bytes)",
            where=FilePlace(file=path),
            fix=lfs.CHECKOUT_FIX,
        )
