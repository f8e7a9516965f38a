"""The git repository that is deposited: its tags, its web address, and its metadata files at a tag."""

from __future__ import annotations

import difflib
import functools
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from zenodo_action.checkout.git import View, complaint, run, trusted_home
from zenodo_action.checkout.remotes import web_form
from zenodo_action.checkout.trees import LocalTree
from zenodo_action.errors import ArchiveError, FilePlace
from zenodo_action.model import RepositoryFacts, Snapshot
from zenodo_action.versions import is_version, version_key, version_of

_LAST_SECOND = 253_402_300_799
"""Of the year 9999; git can write later ones."""

_TAG_FIELDS = (
    "refname:lstrip=2",
    "objecttype",
    "objectname",
    "*objecttype",
    "*objectname",
    "creatordate:unix",
    "*committerdate:unix",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagInfo:
    """A tag that names a commit."""

    name: str
    commit: str
    date: str
    """``YYYY-MM-DD`` in UTC: when an annotated tag was made, else when its commit was."""
    object: str
    """Hex digits of the annotated tag itself, of a lightweight one those of the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A git repository on this machine: a clone, a worktree of one, or a bare repository."""

    top: Path
    """Where its files begin; of a bare repository its own folder."""
    git_folder: Path
    """Where its objects and settings are, shared by all worktrees: ``.git`` as a rule."""
    head_folder: Path
    """Where its ``HEAD`` is; in a further worktree another one than ``git_folder``."""

    @classmethod
    def open(cls, folder: Path) -> Checkout:
        """
        Return the repository that a folder belongs to.

        Raises:
            ArchiveError: No such folder, no git, no repository, or another user's repository around the folder.
        """
        if not folder.is_dir():
            raise ArchiveError(
                f"there is no folder {folder}",
                where=FilePlace(file=str(folder)),
                fix="name the folder of the git repository with -C",
            )
        folder = folder.resolve()
        with trusted_home(folder) as home:
            asked = ("--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir")
            done = run("-C", str(folder), "rev-parse", *asked, home=home)
            if done.returncode:
                raise _not_opened(folder, done.stderr)
            is_inside, head_folder, git_folder = done.stdout.removesuffix("\n").split("\n")
            top = run("-C", str(folder), "rev-parse", "--show-toplevel", home=home).stdout.removesuffix("\n")
        return cls(
            top=Path(top if is_inside == "true" else head_folder),
            git_folder=(folder / git_folder).resolve(),
            head_folder=Path(head_folder),
        )

    def name(self) -> str:
        """Return the last part of the web address, else of the folder."""
        return self._name(self.web_url())

    def _name(self, url: str | None) -> str:
        """Return the last part of an address, else of the folder."""
        return url.rpartition("/")[2] if url else self.top.name.removesuffix(".git") or self.top.parent.name

    def web_url(self) -> str | None:
        """Return the page of ``origin``, else of the only remote, as ``https://host/owner/name``; no credentials."""
        url = self._remote_url()
        return web_form(url) if url is not None else None

    def tags(self) -> list[TagInfo]:
        """Return the tags that name commits, in the order of their names."""
        return self._tags("refs/tags/")

    def _tags(self, pattern: str) -> list[TagInfo]:
        """Return the tags below or at a path that name commits."""
        layout = "%00".join(f"%({field})" for field in _TAG_FIELDS)
        done = self._git("for-each-ref", f"--format={layout}", "--", pattern)
        if done.returncode:
            raise ArchiveError(
                f"git could not list the tags: {complaint(done.stderr)}",
                where=FilePlace(file=str(self.top)),
                fix="check the repository with: git fsck",
            )
        tags = (self._tag(line.split("\0")) for line in done.stdout.split("\n")[:-1])
        return [tag for tag in tags if tag is not None]

    def newest_tag(self) -> str | None:
        """Return the tag of the highest complete version, pre-releases included."""
        return _highest(tag.name for tag in self.tags() if is_version(tag.name))

    def has_checked_out(self, commit: str) -> bool:
        """Whether the working tree is that of a commit, or was before it was changed."""
        return self._head() == commit

    def tag_of_head(self) -> str | None:
        """Return the tag of the commit that is checked out; of several, the one of the highest complete version."""
        head = self._head()
        return _highest(tag.name for tag in self.tags() if tag.commit == head)

    def snapshot(self, tag: str | None, *, names: Iterable[str], released_on: str | None = None) -> Snapshot:
        """
        Return what metadata can come from at a tag; ``None`` means the commit that is checked out.

        Args:
            tag: Exact name, without ``refs/tags/``; a branch of that name is not taken.
            names: Paths of metadata files. Those that the commit does not hold are left out; symbolic links are
                followed within the commit; at most ``MAX_METADATA_BYTES`` of each are read.
            released_on: ``YYYY-MM-DD`` of the release; without it the tag's own date, in UTC.

        Raises:
            ArchiveError: No such tag, no commit yet, a link that leads nowhere, or objects that are not there.
        """
        found = None if tag is None else self._named(tag)
        commit = self._head() if found is None else found.commit
        if commit is None:
            raise ArchiveError(
                "the repository has no commit yet",
                where=FilePlace(file=str(self.top)),
                fix="commit the files, then tag the commit: git tag -a v1.0.0 -m v1.0.0",
            )
        committed_at, files = _read(self.git_folder, commit, tuple(names))
        url = self.web_url()
        return Snapshot(
            repository=RepositoryFacts(name=self._name(url), url=url),
            tag=tag,
            commit=commit,
            version=commit[:12] if tag is None else version_of(tag),
            released_on=released_on or (found.date if found is not None else _day(committed_at)),
            committed_at=committed_at,
            files=files,
        )

    def has_tag(self, tag: str) -> bool:
        """Whether there is a tag of exactly this name that names a commit."""
        return self._find(tag) is not None

    @contextmanager
    def tree(self, snapshot: Snapshot) -> Iterator[LocalTree]:
        """Return the files of a snapshot, attributes as of that commit."""
        found = self._find(snapshot.tag) if snapshot.tag is not None else None
        tag = (found.name, found.object) if found is not None and found.commit == snapshot.commit else None
        with View.open(self.git_folder, commit=snapshot.commit, tag=tag) as view:
            yield LocalTree(
                view, snapshot.commit, git_folder=self.git_folder, work_tree=self.top, origin=self._remote_url()
            )

    def _remote_url(self) -> str | None:
        """Return the address of ``origin``, else of the only remote."""
        urls: dict[str, str] = {}
        for entry in self._git("config", "--null", "--get-regexp", r"^remote\..*\.url$").stdout.split("\0")[:-1]:
            key, _, url = entry.partition("\n")
            urls.setdefault(key.removeprefix("remote.").removesuffix(".url"), url)
        return urls.get("origin") or (next(iter(urls.values())) if len(urls) == 1 else None)

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Ask the repository itself; only for what is no object: references and remotes."""
        return run(f"--git-dir={self.head_folder}", *arguments)

    def _head(self) -> str | None:
        """Return the commit that is checked out, on a branch or not; ``None`` before the first."""
        return self._commit_of("HEAD")

    def _commit_of(self, name: str) -> str | None:
        """Return the commit behind ``HEAD`` or an object's digits."""
        done = self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.strip() or None

    def _tag(self, fields: list[str]) -> TagInfo | None:
        """Return the tag that a line of ``for-each-ref`` describes, ``None`` where it names no commit."""
        name, kind, own, inner_kind, inner, made, committed = fields
        if kind == "commit":
            commit: str | None = own
        elif inner_kind == "commit":
            commit = inner
        else:
            commit = self._commit_of(own) if inner_kind == "tag" else None  # a tag of a tag; of a tree or a file
        if commit is None:
            return None
        return TagInfo(name=name, commit=commit, date=_day(int(made or committed or 0)), object=own)

    def _find(self, name: str) -> TagInfo | None:
        """Return the tag of exactly this name that names a commit."""
        # What git reads as a pattern, or cannot be handed, is looked for among all.
        is_plain = name.isprintable() and not set(name) & set("*?[\\")
        return next((tag for tag in self._tags(f"refs/tags/{name if is_plain else ''}") if tag.name == name), None)

    def _named(self, name: str) -> TagInfo:
        """Return the tag of exactly this name."""
        found = self._find(name)
        if found is not None:
            return found
        near = difflib.get_close_matches(name, [tag.name for tag in self.tags()], n=1)
        what = f"there is no tag {name} in {self.top}"
        if (
            name.isprintable()
            and self._git("show-ref", "--verify", "--quiet", "--", f"refs/heads/{name}").returncode == 0
        ):
            # What is not printable git refuses as a name; a NUL could not even be handed to it.
            what += "; it is the name of a branch"
        fixes = [f"did you mean {near[0]}?"] if near else []
        if (self.git_folder / "shallow").exists():
            fixes.append(_SHALLOW_FIX)
        elif not near:
            fixes.append("make the tag (git tag -a TAG -m TAG), or fetch it (git fetch --tags)")
        raise ArchiveError(what, where=FilePlace(file=str(self.top)), fix=" ".join(fixes))


_SHALLOW_FIX = (
    "this clone is shallow and may lack tags: on GitHub, give actions/checkout 'fetch-depth: 0' or 'fetch-tags: true'; "
    "elsewhere, git fetch --tags --unshallow"
)


@functools.lru_cache(maxsize=1)
def _read(git_folder: Path, commit: str, names: tuple[str, ...]) -> tuple[int, Mapping[str, bytes]]:
    """
    Return the time of a commit and its files of these names; what a commit holds never changes.

    A run takes two snapshots, for the settings and for the metadata: the second costs no processes of git.
    """
    with View.open(git_folder, commit=commit) as view:
        return view.read(commit, names)


def _highest(names: Iterable[str]) -> str | None:
    """Return the complete version that comes last, else the last of the others."""
    return max(names, key=lambda name: (is_version(name), version_key(name), name), default=None)


def _day(seconds: int) -> str:
    """Return the day in UTC."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), tz=timezone.utc).date().isoformat()


def _not_opened(folder: Path, stderr: str) -> ArchiveError:
    """Return the error for a folder in which git finds no repository that it may read."""
    place = FilePlace(file=str(folder))
    if (
        foreign := re.search(r"(?:dubious ownership in repository at|unsafe repository \()\s*'(.+?)'", stderr)
    ) is not None:
        return ArchiveError(
            f"the git repository {foreign[1]} belongs to another user, and {folder} is only a part of it",
            where=place,
            fix=f"if you trust it, name the repository itself: -C {foreign[1]}",
        )
    if "not a git repository (or any" in stderr:
        return ArchiveError(
            f"{folder} is not in a git repository",
            where=place,
            fix="name the repository's folder with -C; on GitHub, run actions/checkout before this action",
        )
    return ArchiveError(
        f"git cannot read the repository in {folder}: {complaint(stderr)}",
        where=place,
        fix="check the repository with: git status",
    )
