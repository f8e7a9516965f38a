"""What goes into an archive, one entry at a time, as ``git archive`` hands it out."""

from __future__ import annotations

import io
import stat
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from zenodo_action.archive.entry import Entry
from zenodo_action.archive.tar_stream import read_tar
from zenodo_action.checkout.codebase import Tree
from zenodo_action.checkout.pointers import POINTER_BYTES, POINTER_START, Pointer
from zenodo_action.errors import ArchiveError, FilePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What goes into an archive besides what git holds for the commit; as the options of these names."""

    submodules: bool = True
    lfs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddities:
    """Paths of entries that a reader of the archive should know of; filled while entries are read."""

    lfs_pointers: list[str] = field(default_factory=list)
    submodules: list[str] = field(default_factory=list)
    unreadable_names: list[str] = field(default_factory=list)


def read_tree(tree: Tree, oddities: Oddities, *, top: bytes, wanted: Wanted) -> Generator[Entry]:
    """
    Yield the entries of a tree in the order of its tar stream, which for git is that of the path's bytes.

    The one folder that holds everything is called ``top``. A submodule's entries follow that of its folder; what is in
    Git LFS takes the place of its pointer.

    Raises:
        ArchiveError: Content of a submodule or of Git LFS cannot be had.
    """
    folder = b""  # the last entry, as long as it may still turn out to be empty
    with tree.tar() as stream:
        for entry in read_tar(stream, top=top):
            path = entry.path[len(top) + 1 :]
            if folder and not path.startswith(folder):
                yield from _inside(tree, folder, oddities, top=top, wanted=wanted)
            folder = path if entry.is_folder else b""
            if not entry.is_utf8:
                oddities.unreadable_names.append(_without_top(entry.path))
            if entry.size_bytes < POINTER_BYTES and _begins_as_pointer(entry):
                yield from _promised(tree, path, entry, oddities, wanted=wanted)
            else:
                yield entry
    if folder:
        yield from _inside(tree, folder, oddities, top=top, wanted=wanted)


def _inside(tree: Tree, folder: bytes, oddities: Oddities, *, top: bytes, wanted: Wanted) -> Iterator[Entry]:
    """Yield what is in a folder that the tar stream has empty: the files of a submodule, if it is one."""
    path = folder.rstrip(b"/")
    inner_top = top + b"/" + path
    if not wanted.submodules:
        oddities.submodules.append(_without_top(inner_top))
        return
    with tree.submodule(_as_text(path)) as inner:
        if inner is not None:
            entries = read_tree(inner, oddities, top=inner_top, wanted=wanted)
            next(entries, None)  # its top folder, which has been there already
            yield from entries


def _begins_as_pointer(entry: Entry) -> bool:
    """Whether content that is there as a whole begins as a pointer of Git LFS does."""
    return isinstance(entry.content, io.BytesIO) and entry.content.getvalue().startswith(POINTER_START)


def _promised(tree: Tree, path: bytes, entry: Entry, oddities: Oddities, *, wanted: Wanted) -> Iterator[Entry]:
    """Yield a file that looks like a pointer of Git LFS, with the content that it stands for, if it does."""
    pointer = Pointer.read(entry.content.read())
    entry.content.seek(0)
    with tree.lfs_content(_as_text(path), pointer) if wanted.lfs and pointer is not None else nullcontext() as content:
        if pointer is None or content is None:
            oddities.lfs_pointers.append(_without_top(entry.path))
            yield entry
        else:
            yield replace(entry, size_bytes=pointer.size_bytes, content=content)


def replaced(entries: Iterable[Entry], replacements: Mapping[bytes, bytes]) -> Iterator[Entry]:
    """Pass entries on, those of the named paths with other bytes; each of them has to be there."""
    missing = set(replacements)
    for entry in entries:
        content = replacements.get(entry.path)
        if content is None:
            yield entry
            continue
        missing.discard(entry.path)
        mode = stat.S_IFREG | (0o644 if stat.S_ISLNK(entry.mode) else stat.S_IMODE(entry.mode))
        yield Entry(path=entry.path, mode=mode, size_bytes=len(content), content=io.BytesIO(content))
    for path in sorted(missing):
        name = _without_top(path)
        raise ArchiveError(
            f"the archive holds no {name} whose content could be replaced",
            where=FilePlace(file=name),
            fix=f"commit {name} before tagging, and see that no export-ignore attribute in .gitattributes leaves it out",
        )


def _without_top(path: bytes) -> str:
    """Return the path as the repository has it, readable even where it is not UTF-8."""
    return path.partition(b"/")[2].rstrip(b"/").decode("utf-8", "backslashreplace")


def _as_text(path: bytes) -> str:
    """Return the path as it is handed to git."""
    return path.decode("utf-8", "surrogateescape")
