"""Whose a record or draft is: of which source code repository, and of which of its releases. Pure."""

from __future__ import annotations

import datetime as dt

from zenodo_action.model import Mark, Project, RemoteRecord
from zenodo_action.versions import version_key

COPYING_S = 30.0
"""How long a server may take to make the draft of a next version; measured: 0.2 s, more with many files."""


def same_repository(one: str | None, other: str | None) -> bool:
    """Whether two web addresses name one source code repository; forges do not tell letter case apart."""
    if one is None or other is None:
        return False
    return _plain(one) == _plain(other)


def points_at(remote: RemoteRecord, url: str | None) -> bool:
    """
    Whether a record is of this repository: by its code repository, else by the link to the source that it archives.

    Other relations do not count: a record of something else may cite this repository.
    """
    if url is None:
        return False
    if remote.code_repository is not None:
        return same_repository(remote.code_repository, url)
    sources = [each.identifier for each in remote.related if each.relation == "issupplementto"]
    return any(_plain(each).startswith(f"{_plain(url)}/") for each in sources)


def is_of_another(remote: RemoteRecord, url: str | None) -> bool:
    """Whether a record says that it is of another repository."""
    return url is not None and remote.code_repository is not None and not points_at(remote, url)


def mark_of(project: Project) -> Mark:
    """Return the mark of the release that a project was collected from."""
    return Mark(version=project.record.version or project.snapshot.version, link=project.snapshot.tree_url)


def carries_mark(remote: RemoteRecord, mark: Mark) -> bool:
    """
    Whether a version or draft is this release's: it has its version and its link.

    Both are needed: the draft of a next version starts with the link of the version before, but without its version.
    The version may be spelt otherwise: Zenodo's own integration writes the tag's name, ``v1.0.0``.
    """
    if not remote.version or version_key(remote.version) != version_key(mark.version):
        return False
    return mark.link is None or any(_plain(related.identifier) == _plain(mark.link) for related in remote.related)


def is_unclaimed(draft: RemoteRecord) -> bool:
    """
    Whether the draft of a next version is still as the server copied it: without a version text, and never saved.

    Somebody who has begun to write the next version in the browser has saved it some time after it was opened.
    """
    if draft.version:
        return False
    try:
        created, updated = (
            dt.datetime.fromisoformat(str(draft.payload.get(name) or draft.payload.get(other)))
            for name, other in (("created", "created"), ("updated", "modified"))
        )
    except ValueError:
        return True
    return (updated - created).total_seconds() <= COPYING_S


def _plain(url: str) -> str:
    """Return an address as it is compared."""
    return url.strip().lower().removesuffix("/").removesuffix(".git")
