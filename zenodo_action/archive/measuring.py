"""Size and checksums of a file as it is on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from zenodo_action.errors import ArchiveError, FilePlace
from zenodo_action.model import DepositFile

CHUNK_BYTES = 1 << 20


def measure(path: Path, *, name: str) -> DepositFile:
    """
    Return a file with its checksums, read once.

    Args:
        path: The file; where it is a link now that was none when it was chosen, it is not followed.
        name: What it is called in the record, and in messages.

    Raises:
        ArchiveError: It cannot be read, or changed meanwhile.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            before = os.fstat(file.fileno())
            size_bytes = _read(file, md5.update, sha256.update)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise ArchiveError(
            f"{name} cannot be read: {error.strerror or error}",
            where=FilePlace(file=str(path)),
            fix="see that it is there and may be read, then run this again",
        ) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size_bytes != after.st_size:
        raise ArchiveError(
            f"{name} changed while it was read",
            where=FilePlace(file=str(path)),
            fix="let whatever writes it come to its end first, then run this again",
        )
    return DepositFile(name=name, path=str(path), size_bytes=size_bytes, md5=md5.hexdigest(), sha256=sha256.hexdigest())


def _read(file: IO[bytes], take: Callable[[bytes], None], take_too: Callable[[bytes], None]) -> int:
    """Give all of a file, block by block, to two that take it at the same time; return how much it was."""
    size_bytes = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="checksum") as beside:
        while chunk := file.read(CHUNK_BYTES):
            taken = beside.submit(take, chunk)
            take_too(chunk)
            taken.result()
            size_bytes += len(chunk)
    return size_bytes


def _open_no_link(path: str, flags: int) -> int:
    """Open a file, but no symbolic link, where the system can tell."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
