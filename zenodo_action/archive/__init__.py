"""The archive of a tag: a file whose bytes follow from the tag alone, written in constant memory."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from zenodo_action.archive.entries import Oddities, Wanted, read_tree, replaced
from zenodo_action.archive.entry import Entry
from zenodo_action.archive.measuring import CHUNK_BYTES, measure
from zenodo_action.archive.stored_zip import write_zip
from zenodo_action.archive.tar_gz import write_tar_gz
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import ArchiveError, FilePlace, Finding
from zenodo_action.model import DepositFile, Snapshot

_WRITERS = {"zip": write_zip, "tar.gz": write_tar_gz}
_MAX_NAME_BYTES = 200
"""Leaves room for endings within the 255 that servers and disks take for a file's name."""
_SHOWN_PATHS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An archive on disk, and what its reader should know of."""

    file: DepositFile
    findings: tuple[Finding, ...]


def build(
    checkout: Codebase,
    snapshot: Snapshot,
    *,
    folder: Path,
    name: str | None = None,
    form: str = "zip",
    wanted: Wanted | None = None,
    replacements: Mapping[str, bytes] | None = None,
) -> Built:
    """
    Write the tree of a snapshot into a file of a folder and return it with its checksums.

    The content is that of ``git archive``: ``export-ignore``, ``export-subst`` and line ends as the snapshot's own
    ``.gitattributes`` say, whatever this machine's settings are. A ZIP file's entries are stored, not compressed, so
    its bytes depend on no library (docs/decisions/0002); a ``tar.gz`` can differ between versions of zlib.

    Args:
        checkout: The repository that the snapshot is of.
        snapshot: What to archive; its commit counts.
        folder: Where the file goes; made where missing. A file of the same name is replaced once the new one is whole.
        name: Name of the file without its ending, and of the one folder in it; ``REPOSITORY-VERSION`` by default.
        form: ``zip`` or ``tar.gz``, as the option ``archive`` has it.
        wanted: Whether content of submodules and of Git LFS goes in; both do by default.
        replacements: Path from the top of the repository → bytes that the archive holds in place of the commit's;
            a symbolic link becomes a file.

    Raises:
        ArchiveError: The tree has no files, or lacks one that is to be replaced; git failed; the disk is full. Nothing
            is left behind.
    """
    top = archive_name(name or f"{snapshot.repository.name}-{snapshot.version}")
    path = folder / f"{top}.{form}"
    oddities = Oddities()
    part: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, part_name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        part = Path(part_name)
        with os.fdopen(handle, "wb", buffering=CHUNK_BYTES) as file, checkout.tree(snapshot) as tree:
            new = {f"{top}/{path}".encode(): content for path, content in (replacements or {}).items()}
            with closing(read_tree(tree, oddities, top=top.encode(), wanted=wanted or Wanted())) as entries:
                _WRITERS[form](_some(replaced(entries, new), snapshot), file, seconds=snapshot.committed_at)
        file_made = replace(measure(part, name=path.name), path=str(path), is_archive=True)
        part.replace(path)
    except OSError as error:
        raise ArchiveError(
            f"the archive could not be written: {error.strerror or error}",
            where=FilePlace(file=str(path)),
            fix="make room on the disk and see that the folder may be written to",
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
    return Built(file=file_made, findings=tuple(_findings(oddities)))


def archive_name(text: str) -> str:
    """
    Return a text as a file name that is safe everywhere: other characters become ``-``.

    >>> archive_name("red-dot-release/1.0"), archive_name("red dot-v1:β"), archive_name("../..")
    ('red-dot-release-1.0', 'red-dot-v1-β', 'archive')
    """
    safe = re.sub(r"[^\w.+@~=-]+", "-", text).encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
    return safe.strip(".-") or "archive"


def _some(entries: Iterator[Entry], snapshot: Snapshot) -> Iterator[Entry]:
    """Pass entries on, and raise at the end if there was nothing but folders among them."""
    is_empty = True
    for entry in entries:
        is_empty = is_empty and entry.is_folder
        yield entry
    if is_empty:
        raise ArchiveError(
            f"the archive of {snapshot.tag or snapshot.commit[:12]} would hold no files",
            where=FilePlace(file=".gitattributes"),
            fix="commit the files before tagging; if there are any, take back some of the export-ignore attributes",
        )


def _findings(oddities: Oddities) -> Iterator[Finding]:
    """Yield a warning for each kind of content that the archive lacks or shows in a way of its own."""
    if oddities.lfs_pointers:
        yield _warning(
            "lfs-content-missing",
            oddities.lfs_pointers,
            "of Git LFS, of which the archive holds the pointer and not the content",
            "let 'lfs' be true; where it is, .gitattributes does not give these files to LFS (filter=lfs), so the"
            " pointer is all there is",
        )
    if oddities.submodules:
        yield _warning(
            "submodule-content-missing",
            oddities.submodules,
            "of a submodule, which is an empty folder in the archive",
            "let 'submodules' be true, or name the submodule's own record as a related identifier (relation: hasPart)",
        )
    if oddities.unreadable_names:
        yield _warning(
            "file-name-not-utf8",
            oddities.unreadable_names,
            "with a name that is not UTF-8, which programs show differently",
            "rename it: git mv OLD NEW",
        )


def _warning(code: str, paths: list[str], what: str, fix: str) -> Finding:
    """Return a warning about the paths, the first few by name."""
    shown = ", ".join(paths[:_SHOWN_PATHS]) + (" …" if len(paths) > _SHOWN_PATHS else "")
    counted = "1 path" if len(paths) == 1 else f"{len(paths)} paths"
    return Finding(
        level="warning", code=code, what=f"{counted} {what}: {shown}", where=FilePlace(file=paths[0]), fix=fix
    )
