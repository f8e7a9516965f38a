"""A gzipped tar file with fixed metadata; its compressed bytes may differ between versions of zlib."""

from __future__ import annotations

import gzip
import stat
import tarfile
from collections.abc import Iterable
from typing import IO

from zenodo_action.archive.entries import Entry

_LEVEL = 6
"""What gzip does unless told; fixed here since it is part of the result."""


def write_tar_gz(entries: Iterable[Entry], file: IO[bytes], *, seconds: int) -> None:
    """Write entries in their order, all with one Unix time and no owner; the gzip header has no name and no time."""
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar,
    ):
        for entry in entries:
            member = tarfile.TarInfo(entry.path.decode("utf-8", "surrogateescape").rstrip("/"))
            member.mtime = max(seconds, 0)
            member.mode = stat.S_IMODE(entry.mode)
            if entry.is_folder:
                member.type = tarfile.DIRTYPE
            elif stat.S_ISLNK(entry.mode):
                member.type = tarfile.SYMTYPE
                member.linkname = entry.content.read().decode("utf-8", "surrogateescape")
            else:
                member.size = entry.size_bytes
            tar.addfile(member, entry.content)
            tar.members.clear()  # type: ignore[attr-defined] # undocumented; without it tarfile keeps every entry
