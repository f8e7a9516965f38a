"""What an archive is made of."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, a symbolic link (its content is the target) or a folder."""

    path: bytes
    """With ``/``, a folder's with one at the end; UTF-8 unless the repository has it otherwise."""
    mode: int
    """Type and permission bits as Unix has them: ``0o100644``, ``0o100755``, ``0o120777`` or ``0o040755``."""
    size_bytes: int
    content: IO[bytes]
    """To be read before the next entry is asked for."""

    @property
    def is_folder(self) -> bool:
        """Whether it holds other entries."""
        return stat.S_ISDIR(self.mode)

    @property
    def is_utf8(self) -> bool:
        """Whether the path's bytes are UTF-8, as they are in all but old repositories."""
        try:
            self.path.decode()
        except UnicodeDecodeError:
            return False
        return True
