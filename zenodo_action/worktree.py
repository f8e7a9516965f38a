"""The files of the working tree that carry a DOI: ``CITATION.cff`` and the README in the repository's top folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from zenodo_action import ownership, updates
from zenodo_action.errors import ArchiveError, FilePlace
from zenodo_action.updates import PublishedFacts, Update


def write_facts(top: Path, facts: PublishedFacts) -> tuple[Update, ...]:
    """
    Write a DOI into the files that carry one, and return what was done with each.

    A file is replaced as a whole or not at all. Links are left alone: where they lead is not for us to change.

    Raises:
        ArchiveError: A file cannot be read or written.
    """
    done = []
    for path in sorted(each for each in top.iterdir() if _carries_doi(each.name.lower())):
        if path.is_symlink() or not path.is_file():
            done.append(Update(path=path.name, content=b"", status="skipped", note="a link, or no file"))
            continue
        try:
            update = updates.update(path.name, path.read_bytes(), facts)
            if update.is_changed:
                _replace(path, update.content)
        except OSError as error:
            raise ArchiveError(
                f"{path.name} cannot be written: {error.strerror or error}",
                where=FilePlace(file=path.name),
                fix=f"mend that and run it again: the DOI {facts.doi} stays reserved",
            ) from error
        done.append(update)
    return tuple(done)


def _carries_doi(name: str) -> bool:
    """Whether a file of that name, in small letters, is one that a DOI is written into."""
    return name in ("citation.cff", "readme") or name.startswith("readme.")


def _replace(path: Path, content: bytes) -> None:
    """Put new content in the place of a file, which keeps its permissions and its owner."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        shutil.copymode(path, part)
        ownership.give_back(part, owner_of=path)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
