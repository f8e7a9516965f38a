"""Further files of the workspace, chosen by patterns: they come from the working tree, not from the tag."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from zenodo_action.archive.measuring import measure
from zenodo_action.errors import ArchiveError, FilePlace, Where
from zenodo_action.model import DepositFile


def choose(top: Path, patterns: Sequence[str], *, git_folder: Path | None, where: Where) -> tuple[DepositFile, ...]:
    """
    Return the files that match, in the order of their paths, each once and by its last name.

    Args:
        top: The workspace; patterns start there.
        patterns: As ``results/*.csv``; ``**`` means any number of folders. What begins with a dot is only matched by
            what does so too.
        git_folder: Nothing is taken from it.
        where: Where the patterns were given.

    Raises:
        ArchiveError: A pattern matches no file; a file is a link that leads out of the workspace, or none that can be
            read.
    """
    try:
        paths = _chosen(top, patterns, where)
        bounds = _Bounds(top, git_folder)
        return tuple(measure(bounds.real(top / shown, shown), name=_name(shown)) for shown in sorted(paths))
    except OSError as error:
        place = str(error.filename or top)
        raise ArchiveError(
            f"the workspace cannot be searched: {place}: {error.strerror or error}",
            where=FilePlace(file=place),
            fix="see that it may be read, then run this again",
        ) from error


def _chosen(top: Path, patterns: Sequence[str], where: Where) -> set[str]:
    """Return the paths of the files that match, from the top; each pattern has to give one."""
    paths: set[str] = set()
    for pattern in patterns:
        parts = [part for part in pattern.split("/") if part not in ("", ".")]
        matches = sorted(_matches(top, parts))
        files = [match for match in matches if not _is_folder(top / match)]
        if not files:
            raise ArchiveError(
                f"no file of the workspace matches {pattern!r}",
                where=where,
                fix=f"to take what is in the folder {matches[0]}, write {matches[0]}/**"
                if matches
                else "check its spelling, and that the step which makes the file comes before; a pattern starts at the"
                " top of the repository",
            )
        paths.update(files)
    return paths


def _matches(folder: Path, parts: Sequence[str], above: str = "") -> Iterator[str]:
    """
    Yield the paths that match a pattern's parts; ``**`` stays out of folders that are links, where it could go round.

    NOTE: glob of the standard library follows them, and has no way not to before Python 3.13.
    """
    part, rest = (parts[0], parts[1:]) if parts else ("*", ())
    entries = [*os.scandir(folder)]
    if part == "**":
        yield from _matches(folder, rest, above)
    for entry in entries:
        path = f"{above}{entry.name}"
        is_shown = part.startswith(".") or not entry.name.startswith(".")
        if part == "**" and is_shown and entry.is_dir(follow_symlinks=False):
            yield from _matches(folder / entry.name, parts, f"{path}/")
        elif part != "**" and is_shown and fnmatchcase(entry.name, part):
            if not rest:
                yield path
            elif _is_folder(entry.path):
                yield from _matches(folder / entry.name, rest, f"{path}/")


def _is_folder(path: str | Path) -> bool:
    """Whether there is a folder, also behind a link; a link that leads to itself is none."""
    return os.path.isdir(path)  # noqa: PTH112 - the others raise


class _Bounds:
    """What files may be taken from: the workspace without its git folder."""

    def __init__(self, top: Path, git_folder: Path | None) -> None:
        self._top = Path(os.path.realpath(top))
        self._git_folder = Path(os.path.realpath(git_folder)) if git_folder is not None else None

    def real(self, path: Path, shown: str) -> Path:
        """Return where a path leads, which has to be a file within the bounds."""
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self._top):
            what, fix = "is or lies behind a symbolic link that leads out of the repository", "copy the file into it"
        elif self._is_of_git(real):
            what, fix = "lies in the repository's git folder", "leave it out: what is there can hold passwords"
        elif not real.exists():
            what, fix = "is a symbolic link that leads nowhere", "remove it, or make what it leads to"
        elif not real.is_file():
            what, fix = "is no file that could be deposited, but a device or the like", "leave it out"
        else:
            return real
        raise ArchiveError(f"{shown} {what}", where=FilePlace(file=shown), fix=fix)

    def _is_of_git(self, real: Path) -> bool:
        """Whether a path is in a git folder: that of the workspace, or that of a repository within."""
        parts = real.relative_to(self._top).parts
        is_within = self._git_folder is not None and real.is_relative_to(self._git_folder)
        return is_within or any(part.lower() == ".git" for part in parts)


def _name(shown: str) -> str:
    """Return a file's name in the record."""
    name = shown.rpartition("/")[2]
    if not name.isprintable():
        raise ArchiveError(
            f"the name of the file {shown!r} cannot be that of a file in a record",
            where=FilePlace(file=ascii(shown)[1:-1]),
            fix="rename it: letters, digits and signs that can be printed, in UTF-8",
        )
    return name
