"""What is written back to GitHub once a record is published: each part repeatable, and none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from zenodo_action.errors import GitHubError
from zenodo_action.github.comments import CommitThread, keep_comment
from zenodo_action.github.connection import Connection
from zenodo_action.github.discussions import DiscussionThread, discussion_number
from zenodo_action.github.published import Published
from zenodo_action.github.release_notes import write_notes
from zenodo_action.github.releases import Release
from zenodo_action.github.settling import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What became of one part of the write-back."""

    name: str
    """What is written to, as "the release notes"."""
    status: Literal["written", "unchanged", "skipped", "failed"]
    url: str | None = None
    """The page where people see it."""
    note: str = ""
    """What was done, or why nothing was."""
    error: GitHubError | None = None
    """Why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What of the repository on GitHub a version belongs to."""

    github: Connection
    tag: str
    commit: str
    release: Release | None
    """``None`` for a tag without one."""


def write_back(
    target: Target, published: Published, places: Collection[str], *, say: Callable[[str], None]
) -> tuple[Part, ...]:
    """
    Write the DOI to every place that is wanted and return what became of each.

    Args:
        target: The release, and the repository that it is in.
        published: What is written.
        places: Of ``release`` and ``commit``.
        say: Takes a line of the log.
    """
    parts: list[Part] = []
    if "release" in places:
        parts += _write_release(target, published, say)
    if "commit" in places:
        thread = CommitThread(github=target.github, commit=target.commit)
        name = f"a comment on the commit {target.commit[:12]}"
        parts.append(_part(name, lambda: keep_comment(thread, published.text(), target.tag, say=say)))
    return tuple(parts)


def _write_release(target: Target, published: Published, say: Callable[[str], None]) -> Iterator[Part]:
    """Write to the notes, and to the discussion where there is one."""
    release, name = target.release, f"the release notes of {target.tag}"
    if release is None:
        yield Part(name=name, status="skipped", note=f"{target.tag} has no release on GitHub")
        return
    yield _part(name, lambda: write_notes(target.github, release, published, say=say))
    number = discussion_number(release.discussion_url) if release.discussion_url is not None else None
    if number is not None:
        thread = DiscussionThread(github=target.github, number=number)
        yield _part(
            "a comment in the release's discussion",
            lambda: keep_comment(thread, published.text(), release.tag, say=say),
        )


def _part(name: str, write: Callable[[], Written]) -> Part:
    """Return what became of a part; what fails is kept for the end."""
    try:
        done = write()
    except GitHubError as error:
        return failed(name, error)
    return Part(name=name, status=done.status, url=done.url)


def failed(name: str, error: GitHubError) -> Part:
    """Return a part that could not be written."""
    what = f"the DOI is not in {name} yet: {error.what}"
    return Part(name=name, status="failed", error=GitHubError(what, where=error.where, fix=error.fix))
