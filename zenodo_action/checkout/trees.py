"""The files of one commit of a repository on this machine, with the content of its submodules and of Git LFS."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from zenodo_action.checkout import lfs, submodules
from zenodo_action.checkout.git import View
from zenodo_action.checkout.pointers import Pointer, PromisedContent


class LocalTree:
    """
    One of the two ``checkout.codebase.Tree``.

    Args:
        view: The objects of the repository.
        commit: Whose files these are.
        git_folder: Where the repository keeps its submodules' repositories and its content of Git LFS.
        work_tree: Where it is checked out, if it is; at whichever commit.
        origin: Address that it comes from, if it is known.
        outer: Its path in the outermost repository, with ``/`` at the end; empty for that itself.
    """

    def __init__(
        self,
        view: View,
        commit: str,
        *,
        git_folder: Path,
        work_tree: Path | None,
        origin: str | None,
        outer: str = "",
    ) -> None:
        self._view = view
        self._commit = commit
        self._git_folder = git_folder
        self._work_tree = work_tree
        self._origin = origin
        self._outer = outer
        self._lfs_paths: frozenset[str] | None = None
        self._lfs_complaint: str | None = None

    @contextmanager
    def tar(self) -> Iterator[IO[bytes]]:
        """Stream the tree; see ``Tree.tar``."""
        with self._view.tar(self._commit) as stream:
            yield stream

    @contextmanager
    def submodule(self, path: str) -> Iterator[LocalTree | None]:
        """Return the tree of a submodule: from this machine, else fetched; see ``Tree.submodule``."""
        commit = self._view.link(self._commit, path)
        if commit is None:
            yield None
            return
        module = submodules.find(self._view, self._commit, path, outer=self._outer)
        with ExitStack() as stack:
            places = submodules.local_folders(module, git_folder=self._git_folder, work_tree=self._work_tree)
            views = ((place, stack.enter_context(View.open(place, commit=commit))) for place in places)
            folder, view = next(((place, view) for place, view in views if view.holds(commit)), (None, None))
            if folder is None or view is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zenodo-deposit-")))
                submodules.fetch(module, commit, folder, origin=self._origin)
                view = stack.enter_context(View.open(folder, commit=commit))
            yield LocalTree(
                view,
                commit,
                git_folder=folder,
                work_tree=submodules.work_tree_of(module, self._work_tree),
                origin=submodules.origin_of(module, self._origin),
                outer=f"{self._outer}{path}/",
            )

    @contextmanager
    def lfs_content(self, path: str, pointer: Pointer) -> Iterator[IO[bytes] | None]:
        """Return what stands in Git LFS for a pointer: from this machine, else fetched; see ``Tree.lfs_content``."""
        if self._lfs_paths is None:
            self._lfs_paths = self._view.filtered(self._commit, "lfs")
        if path not in self._lfs_paths:
            yield None
        elif not pointer.size_bytes:
            yield io.BytesIO()
        else:
            shown = f"{self._outer}{path}"
            place = lfs.stored(self._git_folder, pointer) or self._fetched(shown, pointer)
            with place.open("rb") as file:
                yield cast("IO[bytes]", PromisedContent(file, pointer, path=shown, place=str(place)))

    def _fetched(self, path: str, pointer: Pointer) -> Path:
        """Return the content that has been fetched with all that the commit refers to, or is now."""
        fetched = lfs.stored(self._view.folder, pointer)
        if fetched is None and self._lfs_complaint is None:
            self._lfs_complaint = lfs.fetch(self._view, self._commit, self._origin)
            fetched = lfs.stored(self._view.folder, pointer)
        if fetched is None:
            raise lfs.missing(path, self._lfs_complaint or "")
        return fetched
