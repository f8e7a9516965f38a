"""One server to a folder: a lock that the operating system lets go of when its process dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zenodo_action.errors import OptionError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """An exclusive lock on a file, held from its making until ``release``."""

    def __init__(self, path: Path) -> None:
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._handle)
        except OSError as error:
            self.release()
            raise OptionError(
                f"another local repository uses the folder {path.parent}",
                fix="stop the other one, or name another folder",
            ) from error

    def release(self) -> None:
        """Let go of the lock; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
