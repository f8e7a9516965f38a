"""
Reads the tar stream of ``git archive``, which holds files, symbolic links and folders and no more.

The standard library's tarfile would do, but takes several times as long over a small file, copies a large one twice,
and takes a damaged header for the end.

Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; git's archive-tar.c writes no other
types and records.
"""

from __future__ import annotations

import io
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, cast

from zenodo_action.archive.entry import Entry
from zenodo_action.archive.measuring import CHUNK_BYTES
from zenodo_action.errors import ArchiveError

BLOCK_BYTES = 512
"""Of a header; content is filled up to a multiple of it."""

_HEADER = struct.Struct("100s8s16x12s12x8sc100s6s82x155s12x")
"""Name, mode, size, checksum, type, target of a link, magic, and the folders that did not fit into the name."""
_CHECKSUM = slice(148, 156)
_CHECKSUM_MODULUS = 65_521
_MAGIC = b"ustar\0"
_END = bytes(BLOCK_BYTES)
_FILE, _LINK, _FOLDER, _RECORDS, _RECORDS_OF_ALL = b"0", b"2", b"5", b"x", b"g"


def read_tar(stream: IO[bytes], *, top: bytes) -> Iterator[Entry]:
    """
    Yield the entries of a stream in its order, with another name for the one folder that holds everything.

    Owners, times and the umask's permission bits are left behind. Memory does not grow with the size of a file.

    Args:
        stream: Gives as many bytes as it is asked for, unless it ends.
        top: The other name.

    Raises:
        ArchiveError: The stream is cut off or damaged, or has something that git does not write.
    """
    try:
        yield from _entries(stream, top)
    except (ValueError, struct.error) as error:
        raise ArchiveError(
            f"what git archived is no whole tar file: {error}",
            fix="run this again; if that does not help, see what git archive makes of the tag",
        ) from error


def checksum(header: bytes) -> int:
    """
    Return the sum of a header's bytes, modulo 65,521, with spaces where the sum goes.

    NOTE: the lower half of an Adler-32 is the sum and one, and takes a fifth of the time of ``sum``.
    """
    summed = header[: _CHECKSUM.start] + b" " * 8 + header[_CHECKSUM.stop :]
    return ((zlib.adler32(summed) & 0xFFFF) - 1) % _CHECKSUM_MODULUS


def padding(size_bytes: int) -> int:
    """Return how many bytes follow content of a size."""
    return -size_bytes % BLOCK_BYTES


class _LargeContent(io.RawIOBase):
    """Content that is not read at once, followed by its padding."""

    def __init__(self, stream: IO[bytes], size_bytes: int) -> None:
        self._stream = stream
        self._left = size_bytes
        self._padding = padding(size_bytes)

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        chunk = _read(self._stream, self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def pass_over(self) -> None:
        """Bring the stream to the next header."""
        while self.read(CHUNK_BYTES):
            pass
        _read(self._stream, self._padding)


def _entries(stream: IO[bytes], top: bytes) -> Iterator[Entry]:
    """Yield the entries; what cannot be read is a ``ValueError``."""
    records: Mapping[bytes, bytes] = {}
    while (header := _read(stream, BLOCK_BYTES)) != _END:
        fields = _HEADER.unpack(header)
        _, _, size_field, summed, kind, _, magic, _ = fields
        if magic != _MAGIC or checksum(header) != _octal(summed) % _CHECKSUM_MODULUS:
            raise ValueError("a header is damaged")
        size = int(records.get(b"size") or _octal(size_field))
        large = _LargeContent(stream, size) if size > CHUNK_BYTES else None
        content = large or io.BytesIO(_read(stream, size + padding(size))[:size])
        if kind == _RECORDS:
            records = _records(content.read())
        elif kind != _RECORDS_OF_ALL:
            yield _entry(fields, records, top, size, cast("IO[bytes]", content))
            records = {}
        if large is not None:
            large.pass_over()


def _entry(
    fields: tuple[bytes, ...], records: Mapping[bytes, bytes], top: bytes, size: int, content: IO[bytes]
) -> Entry:
    """Return what a header and the records before it say of an entry."""
    name, mode, _, _, kind, target, _, folder = fields
    path = records.get(b"path") or b"/".join(each for each in (_text(folder), _text(name)) if each)
    path = (top + b"/" + path.partition(b"/")[2]).rstrip(b"/")
    if kind == _FILE:
        permissions = 0o755 if _octal(mode) & stat.S_IXUSR else 0o644
        return Entry(path=path, mode=stat.S_IFREG | permissions, size_bytes=size, content=content)
    if kind == _FOLDER:
        return Entry(path=path + b"/", mode=stat.S_IFDIR | 0o755, size_bytes=0, content=content)
    if kind == _LINK:
        target = records.get(b"linkpath") or _text(target)
        return Entry(path=path, mode=stat.S_IFLNK | 0o777, size_bytes=len(target), content=io.BytesIO(target))
    raise ValueError(f"{path!r} is neither file, link nor folder, but of type {kind!r}")


def _records(text: bytes) -> dict[bytes, bytes]:
    """Return the values by their keywords; each line begins with its own length: ``13 path=long``."""
    found = {}
    while text:
        record, text = text[: (length := int(text.partition(b" ")[0]))], text[length:]
        if not record.endswith(b"\n"):
            raise ValueError("a record is damaged")
        keyword, _, value = record[:-1].partition(b" ")[2].partition(b"=")
        found[keyword] = value
    return found


def _read(stream: IO[bytes], size_bytes: int) -> bytes:
    """Return exactly as many bytes."""
    chunk = stream.read(size_bytes)
    if len(chunk) < size_bytes:
        raise ValueError("it ends too early")
    return chunk


def _octal(field: bytes) -> int:
    return int(field.rstrip(b"\0 "), 8)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
