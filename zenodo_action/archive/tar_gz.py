"""
A gzipped tar file with fixed metadata; its compressed bytes may differ between versions of zlib.

The headers are those of the standard library's tarfile, which takes five times as long over each.

Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
"""

from __future__ import annotations

import gzip
import io
import stat
import struct
from collections.abc import Iterable
from typing import IO, cast

from zenodo_action.archive.entry import Entry
from zenodo_action.archive.tar_stream import BLOCK_BYTES, checksum, padding

_LEVEL = 6
"""What gzip does unless told; fixed here since it is part of the result."""

_CHUNK_BYTES = 1 << 17
"""What zlib is given at once; for more, the memory that it answers in is fetched from the system anew each time."""
_RECORD_BYTES = 20 * BLOCK_BYTES
"""The whole is filled up to a multiple of it, after two empty blocks."""
_HEADER = struct.Struct("100s8s8s8s12s12s8s1s100s8s247x")
"""Name, mode, user, group, size, time, checksum, type, target of a link, magic with version."""
_NAME_BYTES = 100
_NUMBER_LIMIT = 8**11
"""Sizes and times from here on do not fit into a header's field."""


def write_tar_gz(entries: Iterable[Entry], file: IO[bytes], *, seconds: int) -> None:
    """Write entries in their order, all with one Unix time and no owner; the gzip header has no name and no time."""
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed,
        io.BufferedWriter(cast("io.RawIOBase", packed), _CHUNK_BYTES) as tar,
    ):
        for entry in entries:
            if stat.S_ISREG(entry.mode):
                tar.write(_headers(entry, b"0", size=entry.size_bytes, seconds=max(seconds, 0)))
                while chunk := entry.content.read(_CHUNK_BYTES):
                    tar.write(chunk)
                tar.write(bytes(padding(entry.size_bytes)))
            elif entry.is_folder:
                tar.write(_headers(entry, b"5", seconds=max(seconds, 0)))
            else:
                tar.write(_headers(entry, b"2", target=entry.content.read(), seconds=max(seconds, 0)))
        tar.write(bytes(2 * BLOCK_BYTES))
        tar.write(bytes(-tar.tell() % _RECORD_BYTES))


def _headers(entry: Entry, kind: bytes, *, seconds: int, size: int = 0, target: bytes = b"") -> bytes:
    """Return the header of an entry, after one that holds what has no room in it."""
    texts = {b"path": entry.path, b"linkpath": target}
    numbers = {b"size": size, b"mtime": seconds}
    records = {keyword: text for keyword, text in texts.items() if len(text) > _NAME_BYTES or not text.isascii()}
    records |= {keyword: b"%d" % number for keyword, number in numbers.items() if number >= _NUMBER_LIMIT}
    numbers = {keyword: 0 if keyword in records else number for keyword, number in numbers.items()}
    header = _header(
        _plain(entry.path),
        kind,
        mode=stat.S_IMODE(entry.mode),
        size=numbers[b"size"],
        seconds=numbers[b"mtime"],
        target=_plain(target),
    )
    return _extended(records) + header if records else header


def _extended(records: dict[bytes, bytes]) -> bytes:
    """Return the header of another kind that goes before, and its content."""
    content = b"".join(_record(keyword, value) for keyword, value in records.items())
    try:
        content.decode()
    except UnicodeDecodeError:
        content = _record(b"hdrcharset", b"BINARY") + content
    return _header(b"././@PaxHeader", b"x", size=len(content)) + content + bytes(padding(len(content)))


def _record(keyword: bytes, value: bytes) -> bytes:
    """Return a line that begins with its own length, as ``13 path=long``."""
    line = b" %b=%b\n" % (keyword, value)
    digits = len(str(len(line) + len(str(len(line)))))
    return b"%d%b" % (digits + len(line), line)


def _header(name: bytes, kind: bytes, *, mode: int = 0, size: int, seconds: int = 0, target: bytes = b"") -> bytes:
    """Return a header; name and target are cut off where they are too long."""
    numbers = (b"%07o\0" % mode, b"%07o\0" % 0, b"%07o\0" % 0, b"%011o\0" % size, b"%011o\0" % seconds)
    header = _HEADER.pack(name, *numbers, b"", kind, target, b"ustar\x0000")
    return b"%b%06o\0 %b" % (header[:148], checksum(header), header[156:])


def _plain(text: bytes) -> bytes:
    """Return a text for readers of the older format, with ``?`` for what is not ASCII."""
    return text if text.isascii() else text.decode("utf-8", "surrogateescape").encode("ascii", "replace")
