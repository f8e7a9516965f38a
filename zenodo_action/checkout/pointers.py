"""
Pointers of Git LFS: what they say, and whether content is what they promise.

Source: git-lfs, docs/spec.md, "The Pointer".
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import IO

from zenodo_action.errors import ArchiveError, FilePlace

POINTER_BYTES = 1024
"""A pointer is smaller."""
POINTER_START = b"version https://git-lfs.github.com/spec/v1\n"

_POINTER = re.compile(rb"(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What stands in git for a file that is kept elsewhere."""

    oid: str
    """SHA-256 of the content, 64 hex digits."""
    size_bytes: int

    @classmethod
    def read(cls, content: bytes) -> Pointer | None:
        """Return the pointer that a file's bytes are, ``None`` where they are none."""
        found = _POINTER.fullmatch(content, len(POINTER_START)) if content.startswith(POINTER_START) else None
        return None if found is None else cls(oid=found[1].decode(), size_bytes=int(found[2]))


class PromisedContent(io.RawIOBase):
    """
    The content behind a pointer, to be read once; its length is the pointer's, and its checksum is compared.

    Raises:
        ArchiveError: At the last byte at the latest: the file holds other bytes than the pointer promises.
    """

    def __init__(self, file: IO[bytes], pointer: Pointer, *, path: str, place: str) -> None:
        self._file = file
        self._pointer = pointer
        self._left = pointer.size_bytes
        self._sha256 = hashlib.sha256()
        self._error = ArchiveError(
            f"the content of {path} is damaged: {place} is not what its Git LFS pointer promises",
            where=FilePlace(file=path),
            fix=f"remove {place}, fetch it anew with: git lfs fetch, and run this again",
        )

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        wanted = self._left if size < 0 else min(size, self._left)
        chunk = self._file.read(wanted)
        self._left -= len(chunk)
        self._sha256.update(chunk)
        if len(chunk) < wanted or (not self._left and not self._is_right()):
            raise self._error
        return chunk

    def _is_right(self) -> bool:
        """Whether all that was promised has come, and nothing more is there."""
        return self._sha256.hexdigest() == self._pointer.oid and not self._file.read(1)
