"""Checking metadata files as they lie on disk, or as an editor hands them over; needs neither git nor a server."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from zenodo_action import checks, sources
from zenodo_action.errors import ArchiveError, FilePlace, Finding, OptionError, OptionPlace
from zenodo_action.model import RepositoryFacts, Snapshot

STDIN = "-"
"""Stands for standard input where a file is named."""
STDIN_NAME = "<stdin>"
"""What positions call standard input where nobody says which file it is."""

_CITATION = re.compile(rb"^(?:cff-version|authors)[ \t]*:", re.MULTILINE)
_CODEMETA = re.compile(rb'"@context"\s*:')


def today() -> dt.date:
    """Return the date in UTC, by which servers judge embargoes."""
    return dt.datetime.now(dt.timezone.utc).date()


def validate(folder: Path, names: Sequence[str], on: dt.date) -> tuple[Finding, ...]:
    """
    Return the findings about metadata files as they lie on disk.

    Args:
        folder: The repository's folder.
        names: Files relative to it; empty for all that are known by name.
        on: Today; decides whether an embargo lies in the future.

    Raises:
        OptionError: A file that was named is not there, or there is none at all.
        ArchiveError: A file is a symbolic link that leads out of the repository, or nowhere.
    """
    known = _known_files(folder)
    others = [name for name in names if name not in sources.FILE_NAMES]
    missing = [name for name in names if name not in known and not (folder / name).is_file()]
    if missing:
        raise OptionError(
            f"there is no file {missing[0]}",
            where=FilePlace(file=str(folder.resolve())),
            fix="name it as it is seen from that folder",
        )
    if not (known or others):
        raise OptionError(
            "there is no metadata file here",
            where=FilePlace(file=str(folder.resolve())),
            fix="go to the repository's top folder, or name a file; to begin with, write a CITATION.cff or a "
            f".zenodo.yml (found by their names are {', '.join(sources.FILE_NAMES)})",
        )
    findings: list[Finding] = []
    if known and (not names or len(others) < len(names)):
        findings += _findings(folder, known, None, on)
    for name in others:
        findings += _findings(folder, {name: (folder / name).read_bytes()}, name, on)
    return tuple(findings)


def validate_text(folder: Path, raw: bytes, name: str | None, on: dt.date) -> tuple[Finding, ...]:
    """
    Return the findings about a file that is not on disk, or not yet as it stands there.

    Args:
        folder: The repository's folder.
        raw: What the file holds.
        name: Which file it is. One that is known by name is checked together with the others of the folder; ``None``
            leaves the format to be told from the content.
        on: Today.
    """
    if name in sources.FILE_NAMES:
        return _findings(folder, {**_known_files(folder, but=name), str(name): raw}, None, on)
    read_as = name or _guess(raw)
    found = _findings(folder, {read_as: raw}, read_as, on)
    return found if name else tuple(_renamed(each, read_as) for each in found)


def check_stdin_options(names: Sequence[str], stdin_name: str | None) -> None:
    """
    Stop where standard input is named beside files, or a name is given for it that nobody asked to read.

    Raises:
        OptionError: Either of them.
    """
    if STDIN in names and len(names) > 1:
        raise OptionError(
            "standard input and files cannot be checked at once",
            where=OptionPlace(name=STDIN),
            fix="give - alone; with --stdin-filename .zenodo.yml the other files of the folder count too",
        )
    if stdin_name is not None and STDIN not in names:
        raise OptionError(
            "a name is given for standard input, which is not read",
            where=OptionPlace(name="--stdin-filename"),
            fix="give - as the file, as in: zenodo-deposit validate - --stdin-filename .zenodo.yml",
        )


def _known_files(folder: Path, *, but: str | None = None) -> dict[str, bytes]:
    """Return the files of a folder that are known by name, in the order of their rank, but one."""
    top = next((each for each in (folder, *folder.resolve().parents) if (each / ".git").exists()), folder).resolve()
    files = {}
    for name in sources.FILE_NAMES:
        path = folder / name
        if name == but:
            continue
        if path.is_symlink():
            _check_link(path, top)
        if path.is_file():
            files[name] = path.read_bytes()
    return files


def _check_link(path: Path, top: Path) -> None:
    """Refuse a link that a deposit will refuse: the tag holds no more than what is in the repository."""
    try:
        fault = None if path.resolve(strict=True).is_relative_to(top) else "leads out of the repository"
    except FileNotFoundError:
        fault = "leads nowhere"
    except (OSError, RuntimeError):  # Python 3.13 raises the first
        fault = "leads to itself"
    if fault is not None:
        raise ArchiveError(
            f"{path.name} is a symbolic link that {fault}",
            where=FilePlace(file=path.name),
            fix="commit the file itself, or a link to a file of the same commit",
        )


def _findings(folder: Path, files: Mapping[str, bytes], only: str | None, on: dt.date) -> tuple[Finding, ...]:
    """Return the findings about files of a folder, taken together."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name=folder.resolve().name),
        tag=None,
        commit="0" * 40,
        version="0",
        released_on=on.isoformat(),
        committed_at=0,
        files=files,
    )
    return checks.check(sources.collect(snapshot, metadata_file=only), today=on)


def _guess(raw: bytes) -> str:
    """
    Return the name of a file of the format that a content has.

    >>> _guess(b'{"title": "Red-Dot"}'), _guess(b"cff-version: 1.2.0"), _guess(b"title: Red-Dot")
    ('.zenodo.json', 'CITATION.cff', '.zenodo.yml')
    """
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return sources.CODEMETA_FILE if _CODEMETA.search(raw) else ".zenodo.json"
    return sources.CITATION_FILE if _CITATION.search(raw) else ".zenodo.yml"


def _renamed(finding: Finding, read_as: str) -> Finding:
    """Return a finding with the name that standard input has for people."""
    where = finding.where
    if not isinstance(where, FilePlace) or where.file != read_as:
        return finding
    return replace(finding, where=replace(where, file=STDIN_NAME))
