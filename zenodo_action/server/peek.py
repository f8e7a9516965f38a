"""
What is inside a file: the tree of an archive, or the beginning of a text; bounded in size, entries and time.

The file is somebody else's. Nothing is unpacked to disk, and no single length that it declares is believed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

MAX_ENTRIES = 1000
MAX_DEPTH = 24
MAX_SECONDS = 2.0
MAX_READ_BYTES = 4_000_000
"""Of one read: a zip's central directory (some 40,000 entries) or a tar's extended header is read in one go."""
MAX_TEXT_BYTES = 100_000

_TEXT_SUFFIXES = (
    ".bib .c .cff .cfg .cpp .csv .f90 .go .h .ini .java .jl .js .json .jsonld .log .m .md .py .r .rs .rst .sh .sql "
    ".tex .toml .ts .tsv .txt .xml .yaml .yml"
)
_TEXT_NAMES = "authors changelog citation contributing licence license makefile notice readme"

_TARS: dict[str, Callable[[IO[bytes]], Any]] = {
    ".tar": lambda raw: raw,
    ".tar.gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".tgz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".tar.bz2": bz2.BZ2File,
    ".tar.xz": lzma.LZMAFile,
}
"""Suffix → what gives the plain tar."""
_ZIPS = (".zip", ".whl", ".jar")


@dataclass(slots=True)
class Node:
    """A folder or a file of an archive."""

    name: str
    size_bytes: int | None = None
    """``None`` of a folder."""
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Tree:
    """What an archive holds."""

    root: Node
    entries: int
    note: str = ""
    """Why the list is not complete, if it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The beginning of a text."""

    text: str
    is_complete: bool


def can_peek(key: str) -> bool:
    """Return whether a file's name promises something that can be shown."""
    return is_archive(key) or _is_text(key)


def is_archive(key: str) -> bool:
    """Return whether a file's name is that of an archive whose tree can be shown."""
    return key.lower().endswith((*_ZIPS, *_TARS))


def peek(path: Path, key: str) -> Tree | Text | None:
    """Return what is inside a file, going by its name, or ``None`` where it cannot be shown."""
    if is_archive(key):
        return _tree(path, key.lower())
    return _text(path) if _is_text(key) else None


def _is_text(key: str) -> bool:
    name = key.rpartition("/")[2].lower()
    return name in _TEXT_NAMES.split() or name.endswith(tuple(_TEXT_SUFFIXES.split()))


def _text(path: Path) -> Text | None:
    with path.open("rb") as file:
        head = file.read(MAX_TEXT_BYTES + 1)
    if b"\0" in head:
        return None
    return Text(text=head[:MAX_TEXT_BYTES].decode("utf-8", "replace"), is_complete=len(head) <= MAX_TEXT_BYTES)


def _tree(path: Path, name: str) -> Tree:
    tree = Tree(root=Node(""), entries=0)
    members = _zip_members if name.endswith(_ZIPS) else _tar_members
    with path.open("rb") as raw:
        try:
            for member, size_bytes in members(raw, name):
                if tree.entries == MAX_ENTRIES:
                    tree.note = f"Only the first {MAX_ENTRIES:,} entries are shown."
                    break
                _add(tree.root, member, size_bytes)
                tree.entries += 1
        except _LimitError as error:
            tree.note = str(error)
        except _DAMAGE:
            tree.note = "The archive is damaged or of an unknown kind; what could be read of it is shown."
    return tree


_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    IndexError,
    RecursionError,  # tarfile follows a chain of extended headers by calling itself
)
"""What the standard library's readers raise for bytes that are not what they should be."""


def _add(root: Node, member: str, size_bytes: int | None) -> None:
    parts = [part for part in member.replace("\\", "/").split("/") if part not in ("", ".")]
    if len(parts) > MAX_DEPTH:
        parts[MAX_DEPTH - 1 :] = ["/".join(parts[MAX_DEPTH - 1 :])]
    node = root
    for part in parts:
        node = node.children.setdefault(part, Node(part))
    if parts and size_bytes is not None and not node.children:
        node.size_bytes = size_bytes


def _zip_members(raw: IO[bytes], _name: str) -> Iterator[tuple[str, int | None]]:
    with zipfile.ZipFile(_Bounded(raw)) as archive:
        for info in archive.infolist():
            yield info.filename, None if info.is_dir() else info.file_size


def _tar_members(raw: IO[bytes], name: str) -> Iterator[tuple[str, int | None]]:
    suffix = next(suffix for suffix in _TARS if name.endswith(suffix))
    with tarfile.open(fileobj=_Bounded(_TARS[suffix](raw)), mode="r:") as archive:
        while (info := archive.next()) is not None:
            yield info.name, None if info.isdir() else info.size


class _LimitError(Exception):
    """The file asks for more than is allowed; the text says what."""


class _Bounded(io.RawIOBase):
    """
    A file to read from whose single reads, and the time spent reading, are limited.

    Seeking forward in a compressed stream means reading, so this happens here in steps, each looking at the clock.
    """

    _STEP_BYTES = 256 * 1024

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._deadline_s = time.monotonic() + MAX_SECONDS

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        self._look_at_clock()
        wanted = MAX_READ_BYTES + 1 if size is None or size < 0 else size
        data: bytes = self._file.read(min(wanted, MAX_READ_BYTES + 1))
        if len(data) > MAX_READ_BYTES:
            message = "The archive's list of contents is too large to be shown."
            raise _LimitError(message)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if isinstance(self._file, io.BufferedReader):
            return self._file.seek(offset, whence)
        while (missing := offset - self._file.tell()) > 0:
            self._look_at_clock()
            if not self._file.read(min(missing, self._STEP_BYTES)):
                break
        if missing < 0 or whence != io.SEEK_SET:
            message = "a compressed stream is read forward only"
            raise io.UnsupportedOperation(message)
        return self._file.tell()

    def _look_at_clock(self) -> None:
        if time.monotonic() > self._deadline_s:
            message = f"Reading the archive took longer than {MAX_SECONDS:g} seconds; the list is cut here."
            raise _LimitError(message)
