"""One archive of many files, made while it is sent, so that its size costs no memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from zenodo_action.server.fileset import Content
from zenodo_action.server.store import CHUNK_BYTES


class _Passage(io.RawIOBase):
    """A file that only grows, and hands out what was written to it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        data = bytes(piece)  # type: ignore[call-overload]  # the base class names its buffers so
        self._pieces.append(data)
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def zipped(contents: Iterable[Content]) -> Iterator[bytes]:
    """Yield the pieces of a zip archive with these files."""
    passage = _Passage()
    with zipfile.ZipFile(passage, "w", zipfile.ZIP_STORED) as archive:
        for content in contents:
            entry = zipfile.ZipInfo(content.key, date_time=(1980, 1, 1, 0, 0, 0))
            with content.path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK_BYTES):
                    target.write(chunk)
                    yield passage.taken()
    yield passage.taken()
