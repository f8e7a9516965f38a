"""The bytes of a file on their way to a server, without holding them in memory, and whether they arrived."""

from __future__ import annotations

import time

from zenodo_action.errors import ArchiveError, ChecksumError, FilePlace, RequestPlace
from zenodo_action.model import DepositFile, RemoteFile
from zenodo_action.repository import Progress


class FileContent:
    """
    A file to read once from its start; tells how far it has come.

    Raises:
        ArchiveError: The file cannot be read, or is shorter than it was when its checksum was taken.
    """

    def __init__(self, file: DepositFile, progress: Progress | None = None) -> None:
        self._file = file
        self._progress = progress
        self._sent = 0
        self.taken_at = time.monotonic()
        """When the last bytes were taken, or when it was opened."""
        try:
            self._stream = open(file.path, "rb")  # noqa: PTH123, SIM115 - closed by close()
        except OSError as error:
            raise self._error(f"{file.name} cannot be read: {error.strerror}") from error

    def __len__(self) -> int:
        return self._file.size_bytes

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end; never more than the length that was announced."""
        left = self._file.size_bytes - self._sent
        block = self._stream.read(left if size < 0 else min(size, left))
        if not block and left:
            # Going on would leave the server waiting for the rest.
            raise self._error(f"{self._file.name} has become shorter while it was sent")
        self._sent += len(block)
        self.taken_at = time.monotonic()
        if self._progress is not None and block:
            self._progress(self._sent)
        return block

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _error(self, what: str) -> ArchiveError:
        return ArchiveError(what, where=FilePlace(file=self._file.path), fix="run it again")


def check_stored(file: DepositFile, remote: RemoteFile, *, server: str, where: RequestPlace) -> RemoteFile:
    """
    Return the file as the server holds it, if it is the one that was sent.

    Raises:
        ChecksumError: Size or MD5 differ.
    """
    if (remote.size_bytes, remote.md5) == (file.size_bytes, file.md5):
        return remote
    raise ChecksumError(
        f"{server} holds other bytes of {file.name} than were sent: {remote.size_bytes} bytes with MD5"
        f" {remote.md5} in place of {file.size_bytes} with {file.md5}",
        where=where,
        fix="run it again: the draft is kept, and the file will be sent anew",
    )
