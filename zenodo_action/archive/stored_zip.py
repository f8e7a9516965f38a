"""
A ZIP file whose bytes depend on its entries and one moment only: nothing is compressed, every field has a rule.

The standard library's zipfile would do but for its own history: since 3.11.4 it writes other headers for members near
2 GiB than before, and it takes no names that are not UTF-8. What is written here is a small part of the format.

Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end),
4.5.3 (ZIP64 field); permission bits as Info-ZIP has them.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import IO

from zenodo_action.archive.entry import Entry
from zenodo_action.archive.measuring import CHUNK_BYTES

_MOVED_16 = 0xFFFF
_MOVED_32 = 0xFFFFFFFF
"""In the place of a number that is too large for it and stands in a ZIP64 field."""
_LIMIT_32 = _MOVED_32
"""Sizes and offsets from here on are moved; tests lower it."""

_UNIX = 3 << 8
_VERSION = 20
_VERSION_ZIP64 = 45
_UTF8_NAME = 1 << 11
_FOLDER_ATTRIBUTE = 0x10
_CRC_OFFSET = 14

_FIRST_MOMENT = datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp()
_LAST_MOMENT = datetime(2107, 12, 31, 23, 59, 58, tzinfo=timezone.utc).timestamp()


def write_zip(entries: Iterable[Entry], file: IO[bytes], *, seconds: int) -> None:
    """
    Write entries as a ZIP file, in their order.

    Args:
        entries: Each is read to its end before the next is asked for; memory does not grow with size or number.
        file: Writable and seekable, at its beginning.
        seconds: Unix time of all entries; kept to two seconds, in UTC, between 1980 and 2107.
    """
    moment = _dos_moment(seconds)
    count = 0
    with tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES * 4) as directory:
        for entry in entries:
            directory.write(_write_entry(entry, file, moment))
            count += 1
        directory.seek(0)
        start = file.tell()
        shutil.copyfileobj(directory, file)
        file.write(_end(count=count, start=start, size=file.tell() - start))


def _write_entry(entry: Entry, file: IO[bytes], moment: int) -> bytes:
    """Write one entry and return its line of the central directory."""
    offset = file.tell()
    size = entry.size_bytes
    is_big = size >= _LIMIT_32
    flags = _UTF8_NAME if entry.is_utf8 and not entry.path.isascii() else 0
    extra = struct.pack("<HHQQ", 1, 16, size, size) if is_big else b""
    shown = _MOVED_32 if is_big else size
    version = _VERSION_ZIP64 if is_big else _VERSION

    chunk = entry.content.read(CHUNK_BYTES)
    checksum = zlib.crc32(chunk)
    fields = (version, flags, 0, moment, checksum, shown, shown, len(entry.path), len(extra))
    file.write(b"PK\x03\x04" + struct.pack("<HHHIIIIHH", *fields) + entry.path + extra + chunk)
    if size > len(chunk):
        while chunk := entry.content.read(CHUNK_BYTES):
            checksum = zlib.crc32(chunk, checksum)
            file.write(chunk)
        end = file.tell()
        file.seek(offset + _CRC_OFFSET)
        file.write(struct.pack("<I", checksum))
        file.seek(end)

    is_far = offset >= _LIMIT_32
    big_fields = ([size, size] if is_big else []) + ([offset] if is_far else [])
    extra = struct.pack(f"<HH{len(big_fields)}Q", 1, 8 * len(big_fields), *big_fields) if big_fields else b""
    version = _VERSION_ZIP64 if big_fields else _VERSION
    attributes = entry.mode << 16 | (_FOLDER_ATTRIBUTE if entry.is_folder else 0)
    return (
        b"PK\x01\x02"
        + struct.pack(
            "<HHHHIIIIHH",
            _UNIX | version,
            version,
            flags,
            0,
            moment,
            checksum,
            shown,
            shown,
            len(entry.path),
            len(extra),
        )
        + struct.pack("<HHHII", 0, 0, 0, attributes, _MOVED_32 if is_far else offset)
        + entry.path
        + extra
    )


def _end(*, count: int, start: int, size: int) -> bytes:
    """Return what follows the central directory."""
    end = b""
    if count >= _MOVED_16 or start >= _LIMIT_32 or size >= _LIMIT_32:
        version = (_UNIX | _VERSION_ZIP64, _VERSION_ZIP64)
        end += b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, *version, 0, 0, count, count, size, start)
        end += b"PK\x06\x07" + struct.pack("<IQI", 0, start + size, 1)
    count, size, start = min(count, _MOVED_16), min(size, _MOVED_32), min(start, _MOVED_32)
    return end + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0)


def _dos_moment(seconds: int) -> int:
    """Return date and time as MS-DOS packs them, the date in the upper half."""
    moment = datetime.fromtimestamp(min(max(seconds, _FIRST_MOMENT), _LAST_MOMENT), tz=timezone.utc)
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    return date << 16 | moment.hour << 11 | moment.minute << 5 | moment.second // 2
