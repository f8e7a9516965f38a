"""What goes into an archive, one entry at a time, as ``git archive`` hands it out."""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import IO, cast

from zenodo_action.checkout.codebase import Tree
from zenodo_action.checkout.pointers import POINTER_BYTES, POINTER_START, Pointer
from zenodo_action.errors import ArchiveError, FilePlace

_TAR_BUFFER_BYTES = 1 << 16
"""tarfile copies what is left of its buffer at every read: with 1 MiB, many small files take three times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, a symbolic link (its content is the target) or a folder."""

    path: bytes
    """With ``/``, a folder's with one at the end; UTF-8 unless the repository has it otherwise."""
    mode: int
    """Type and permission bits as Unix has them: ``0o100644``, ``0o100755``, ``0o120777`` or ``0o040755``."""
    size_bytes: int
    content: IO[bytes]
    """To be read before the next entry is asked for."""

    @property
    def is_folder(self) -> bool:
        """Whether it holds other entries."""
        return stat.S_ISDIR(self.mode)

    @property
    def is_utf8(self) -> bool:
        """Whether the path's bytes are UTF-8, as they are in all but old repositories."""
        try:
            self.path.decode()
        except UnicodeDecodeError:
            return False
        return True


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


def read_tree(tree: Tree, oddities: Oddities, *, top: str, wanted: Wanted) -> Generator[Entry]:
    """
    Yield the entries of a tree in the order of its tar stream, which for git is that of the path's bytes.

    The one folder that holds everything is called ``top``. Owners, times and the umask's permission bits are left
    behind. A submodule's entries follow that of its folder; what is in Git LFS takes the place of its pointer.

    Raises:
        ArchiveError: Content of a submodule or of Git LFS cannot be had.
    """
    folder = ""  # the last entry, as long as it may still turn out to be empty
    with (
        tree.tar() as stream,
        tarfile.open(fileobj=stream, mode="r|", bufsize=_TAR_BUFFER_BYTES, encoding="utf-8") as tar,
    ):
        while (member := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined] # undocumented; without it tarfile keeps every entry
            path = member.name.partition("/")[2]
            if folder and not f"{path}/".startswith(folder):
                yield from _inside(tree, folder, oddities, top=top, wanted=wanted)
            folder = f"{path}/" if path and member.isdir() else ""
            member.name = f"{top}/{path}".rstrip("/")
            entry = _entry(tar, member)
            if not entry.is_utf8:
                oddities.unreadable_names.append(_without_top(member.name))
            if isinstance(entry.content, io.BytesIO) and entry.content.getvalue().startswith(POINTER_START):
                yield from _promised(tree, path, entry, oddities, wanted=wanted)
            else:
                yield entry
    if folder:
        yield from _inside(tree, folder, oddities, top=top, wanted=wanted)


def _inside(tree: Tree, folder: str, oddities: Oddities, *, top: str, wanted: Wanted) -> Iterator[Entry]:
    """Yield what is in a folder that the tar stream has empty: the files of a submodule, if it is one."""
    path = folder.rstrip("/")
    if not wanted.submodules:
        oddities.submodules.append(_without_top(f"{top}/{path}"))
        return
    with tree.submodule(path) as inner:
        if inner is not None:
            entries = read_tree(inner, oddities, top=f"{top}/{path}", wanted=wanted)
            next(entries, None)  # its top folder, which has been there already
            yield from entries


def _promised(tree: Tree, path: str, entry: Entry, oddities: Oddities, *, wanted: Wanted) -> Iterator[Entry]:
    """Yield a file that looks like a pointer of Git LFS, with the content that it stands for, if it does."""
    pointer = Pointer.read(entry.content.read())
    entry.content.seek(0)
    with tree.lfs_content(path, pointer) if wanted.lfs and pointer is not None else nullcontext() as content:
        if pointer is None or content is None:
            oddities.lfs_pointers.append(_without_top(os.fsdecode(entry.path)))
            yield entry
        else:
            yield replace(entry, size_bytes=pointer.size_bytes, content=content)


def replaced(entries: Iterable[Entry], replacements: Mapping[str, bytes]) -> Iterator[Entry]:
    """Pass entries on, those of the named paths with other bytes; each of them has to be there."""
    missing = set(replacements)
    for entry in entries:
        path = entry.path.decode("utf-8", "surrogateescape")
        content = replacements.get(path)
        if content is None:
            yield entry
            continue
        missing.discard(path)
        mode = stat.S_IFREG | (0o644 if stat.S_ISLNK(entry.mode) else stat.S_IMODE(entry.mode))
        yield Entry(path=entry.path, mode=mode, size_bytes=len(content), content=io.BytesIO(content))
    for path in sorted(missing):
        name = path.partition("/")[2]
        raise ArchiveError(
            f"the archive holds no {name} whose content could be replaced",
            where=FilePlace(file=name),
            fix=f"commit {name} before tagging, and see that no export-ignore attribute in .gitattributes leaves it out",
        )


def _entry(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    """Return a member of git's tar stream, which knows files, symbolic links and folders only."""
    path = member.name.encode("utf-8", "surrogateescape")
    if member.isdir():
        return Entry(path=path + b"/", mode=stat.S_IFDIR | 0o755, size_bytes=0, content=io.BytesIO())
    if member.issym():
        target = member.linkname.encode("utf-8", "surrogateescape")
        return Entry(path=path, mode=stat.S_IFLNK | 0o777, size_bytes=len(target), content=io.BytesIO(target))
    content = cast("IO[bytes]", tar.extractfile(member))
    if member.size < POINTER_BYTES:
        content = io.BytesIO(content.read())
    permissions = 0o755 if member.mode & stat.S_IXUSR else 0o644
    return Entry(path=path, mode=stat.S_IFREG | permissions, size_bytes=member.size, content=content)


def _without_top(path: str) -> str:
    """Return the path as the repository has it, readable even where it is not UTF-8."""
    return path.partition("/")[2].rstrip("/").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
