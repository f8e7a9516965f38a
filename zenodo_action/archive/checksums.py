"""The list of checksums that is deposited beside the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zenodo_action.archive.measuring import measure
from zenodo_action.errors import ArchiveError, FilePlace
from zenodo_action.model import DepositFile

NAME = "SHA256SUMS"


def write(files: Sequence[DepositFile], folder: Path) -> DepositFile:
    """
    Write the list, sorted by name, into a folder; ``sha256sum -c`` reads it.

    Raises:
        ArchiveError: One of the files has its name, or the disk is full.
    """
    for file in files:
        if file.name == NAME:
            raise ArchiveError(
                f"one of the files to deposit is called {NAME}: {file.path}",
                where=FilePlace(file=file.path),
                fix="leave it out, or let 'checksums' be false",
            )
    path = folder / NAME
    text = "".join(_line(file) for file in sorted(files, key=lambda file: file.name.encode()))
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise ArchiveError(
            f"{NAME} could not be written: {error.strerror or error}",
            where=FilePlace(file=str(path)),
            fix="make room on the disk, and run this again",
        ) from error
    return replace(measure(path, name=NAME), is_checksums=True)


def _line(file: DepositFile) -> str:
    r"""
    Return the line about a file; a backslash in its name is doubled, and announced by one at the start.

    Source: GNU coreutils manual, "cksum output modes" and "md5sum invocation".
    """
    escaped = file.name.replace("\\", "\\\\")
    return f"{'' if escaped == file.name else chr(92)}{file.sha256}  {escaped}\n"
