"""The files that a release deposits: each supply gives some, and together they are checked and put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from zenodo_action.errors import ArchiveError, FilePlace, Finding
from zenodo_action.model import DepositFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """Files to deposit, complete on disk, and what their reader should know of."""

    files: tuple[DepositFile, ...]
    findings: tuple[Finding, ...] = ()


Supply = Callable[[Path], Supplied]
"""
Gives files to deposit: the source archive, files of the workspace, assets of the release.

What it has to make or to download it puts into the folder that it is given: empty, its own, and gone when all is sent.
"""


def gather(supplies: Iterable[Supply], folder: Path) -> Supplied:
    """
    Return the files of all supplies in their order, and all that was found about them.

    Raises:
        ArchiveError: There is no file at all, two have one name, or one cannot be built or read.
    """
    files: list[DepositFile] = []
    findings: list[Finding] = []
    for number, supply in enumerate(supplies):
        own = folder / str(number)
        own.mkdir()
        supplied = supply(own)
        files += supplied.files
        findings += supplied.findings
    if not files:
        raise ArchiveError(
            "there is no file to deposit: 'archive' is none, and no other file was named",
            fix="let 'archive' be zip or tar.gz, or name what to deposit",
        )
    _check_names(files, folder)
    return Supplied(files=tuple(files), findings=tuple(findings))


def _check_names(files: Iterable[DepositFile], folder: Path) -> None:
    """Stop where two files have one name: in a record there are no folders that would keep them apart."""
    seen: dict[str, DepositFile] = {}
    for file in files:
        if file.name in seen:
            first, second = (_origin(each, folder) for each in (seen[file.name], file))
            is_made = Path(file.path).is_relative_to(folder)
            raise ArchiveError(
                f"two of the files to deposit are called {file.name}: {first} and {second}",
                where=None if is_made else FilePlace(file=file.path),
                fix="rename one of them, or leave it out: the files of a record have names and no folders",
            )
        seen[file.name] = file


def _origin(file: DepositFile, folder: Path) -> str:
    """Return where a file comes from, as people know it: what was made for the deposit alone has no path of theirs."""
    if file.is_archive:
        return "the source archive"
    return "an asset of the release" if Path(file.path).is_relative_to(folder) else file.path
