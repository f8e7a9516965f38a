"""
A repository read through GitHub's API, where there is no checkout.

Metadata files come one by one, since ``export-ignore`` may keep them out of the archive; the archive is GitHub's own,
which is what ``git archive`` writes of the commit. What is in neither, content of submodules and of Git LFS, needs a
checkout.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import IO, cast

from zenodo_action.errors import ArchiveError, RequestPlace
from zenodo_action.github.connection import Connection
from zenodo_action.github.downloads import download
from zenodo_action.github.objects import Files, read_commit, read_tag, tag_path
from zenodo_action.github.reply import LATER_FIX
from zenodo_action.github.tree import RemoteTree
from zenodo_action.model import RepositoryFacts, Snapshot
from zenodo_action.versions import version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A commit and its files."""

    commit: str
    dated: int
    """Unix seconds: when an annotated tag was made, else when its commit was."""
    committed_at: int
    files: Files


class RemoteCodebase:
    """
    The repository of a connection; one of the two ``checkout.codebase.Codebase``.

    Args:
        github: The repository.
        web_url: Its page, as ``https://github.com/owner/name``.
        head: The commit that is meant where no tag is named.
        top: The workspace.
    """

    def __init__(self, github: Connection, *, web_url: str, head: str, top: Path) -> None:
        self.top = top
        self._github = github
        self._web_url = web_url
        self._head = head
        self._seen: dict[str | None, _Seen] = {}

    @property
    def git_folder(self) -> None:
        """Without git there is no place for notes."""
        return

    def snapshot(self, tag: str | None, *, names: Iterable[str], released_on: str | None = None) -> Snapshot:
        """
        Return what metadata can come from at a tag; ``None`` means the commit of the event.

        A tag is resolved once, so everything comes from one commit, also where the tag is moved meanwhile.

        Raises:
            ArchiveError: No such tag, or a file that is a link leads nowhere.
            GitHubError: GitHub refused, or gave no usable answer.
        """
        if tag not in self._seen:
            self._seen[tag] = self._look(tag)
        seen = self._seen[tag]
        read = {name: seen.files.read(name) for name in names}
        day = datetime.fromtimestamp(seen.dated, tz=timezone.utc).date().isoformat()
        return Snapshot(
            repository=RepositoryFacts(name=self._web_url.rpartition("/")[2], url=self._web_url),
            tag=tag,
            commit=seen.commit,
            version=seen.commit[:12] if tag is None else version_of(tag),
            released_on=released_on or day,
            committed_at=seen.committed_at,
            files={name: content for name, content in read.items() if content is not None},
        )

    def has_tag(self, tag: str) -> bool:
        """Whether there is a tag of exactly this name that names a commit."""
        return read_tag(self._github, tag) is not None

    def _look(self, tag: str | None) -> _Seen:
        """Return the commit that is meant."""
        found = None if tag is None else read_tag(self._github, tag)
        if tag is not None and found is None:
            self._github.check_repository()
            raise ArchiveError(
                f"there is no tag {tag} in {self._github.repository} on GitHub that names a commit",
                where=RequestPlace(method="GET", url=self._github.url(f"/git/ref/tags/{tag_path(tag)}"), status=404),
                fix="push the tag (git push origin TAG), then run the job again",
            )
        sha = found.commit if found is not None else self._head
        commit = read_commit(self._github, sha)
        dated = found.dated if found is not None and found.dated is not None else commit.committed_at
        return _Seen(commit=sha, dated=dated, committed_at=commit.committed_at, files=Files(self._github, commit.tree))

    @contextmanager
    def tree(self, snapshot: Snapshot) -> Iterator[RemoteTree]:
        """Return the files of a snapshot."""
        yield RemoteTree(partial(self._tar, snapshot))

    @contextmanager
    def _tar(self, snapshot: Snapshot) -> Iterator[IO[bytes]]:
        """
        Stream the archive that GitHub makes of a snapshot's commit; its top folder has a name of GitHub's.

        It is on disk as a whole before the first byte is given.

        Raises:
            GitHubError: It could not be fetched.
            ArchiveError: What came is no archive.
        """
        with tempfile.TemporaryFile() as file:
            download(self._github, f"/tarball/{snapshot.commit}", file, act="read the archive")
            try:
                with gzip.GzipFile(fileobj=file) as stream:
                    yield cast("IO[bytes]", stream)
            except (gzip.BadGzipFile, zlib.error, EOFError) as error:
                raise ArchiveError(
                    f"GitHub's archive of commit {snapshot.commit[:12]} is damaged",
                    where=RequestPlace(method="GET", url=self._github.url(f"/tarball/{snapshot.commit}"), status=200),
                    fix=LATER_FIX,
                ) from error
