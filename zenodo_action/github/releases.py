"""Releases on GitHub: read by tag or by id, and their notes replaced."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zenodo_action.errors import GitHubError, GitHubUnavailableError
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import LATER_FIX, Reply

PAGE = 100
"""As many of a list as GitHub gives at once. Source: docs.github.com, "List releases", ``per_page``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release as GitHub describes it, in an answer as well as in an event file."""

    id: int
    tag: str
    name: str | None
    body: str | None
    """The release notes, byte for byte as they are stored."""
    is_draft: bool
    is_prerelease: bool
    published_at: str | None
    """ISO 8601 with ``Z``; ``None`` for a draft."""
    html_url: str
    discussion_url: str | None = None
    """The page of the discussion that was started for it."""

    @classmethod
    def from_json(cls, data: object) -> Release:
        """
        Return the release that a JSON object of GitHub describes.

        Raises:
            ValueError: A key is missing or of another type; the text names it.
        """
        if not isinstance(data, Mapping):
            raise ValueError("the release is not an object")  # noqa: TRY004 - one kind of error for bad JSON
        return cls(
            id=_typed(data, "id", int),
            tag=_typed(data, "tag_name", str),
            name=_typed(data, "name", (str, type(None))),
            body=_typed(data, "body", (str, type(None))),
            is_draft=_typed(data, "draft", bool),
            is_prerelease=_typed(data, "prerelease", bool),
            published_at=_typed(data, "published_at", (str, type(None))),
            html_url=_typed(data, "html_url", str),
            discussion_url=_typed(data, "discussion_url", (str, type(None))),
        )


def _typed(data: Mapping[str, Any], key: str, kind: type | tuple[type, ...]) -> Any:
    """Return the value of a key, which may be left out where ``None`` is allowed."""
    value = data.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(
            f"the release's `{key}` is missing" if value is None else f"the release's `{key}` is {value!r}"
        )
    return value


def release_by_tag(github: Connection, tag: str) -> Release | None:
    """
    Return the published release of a tag, or ``None`` where the tag has none.

    GitHub does not show drafts here: they have no tag yet, and only ``release_by_id`` finds them.
    """
    # Half a character becomes "?", which git allows in no tag.
    return _read(github, f"/releases/tags/{quote(tag, safe='', errors='replace')}")


def release_by_id(github: Connection, release_id: int) -> Release | None:
    """Return a release, draft or not, or ``None`` where it does not exist any more."""
    return _read(github, f"/releases/{release_id}")


def newest_releases(github: Connection) -> list[Release]:
    """Return up to a hundred releases, newest first; drafts are among them where the token may write."""
    return _page(github, 1)


def all_releases(github: Connection) -> list[Release]:
    """Return every release, newest first; drafts are among them where the token may write."""
    found: list[Release] = []
    for number in itertools.count(1):
        page = _page(github, number)
        found += page
        if len(page) < PAGE:
            break
    return found


def _page(github: Connection, number: int) -> list[Release]:
    """Return a page of releases, newest first."""
    path = f"/releases?per_page={PAGE}" + (f"&page={number}" if number > 1 else "")
    reply = github.accepted(github.call("GET", path), "list the releases", level="read")
    try:
        return [Release.from_json(each) for each in reply.data]
    except (TypeError, ValueError) as error:
        raise GitHubUnavailableError(
            f"GitHub's answer cannot be used: {error}", where=reply.place, fix=LATER_FIX
        ) from error


def update_notes(github: Connection, release: Release, body: str) -> Release:
    """
    Replace the release notes and return the release as GitHub then describes it.

    Only ``body`` is sent, so that name, tag, ``draft``, ``prerelease`` and "latest" stay as they are. One request,
    never repeated where it may have been done.

    Raises:
        GitHubUnavailableError: No usable answer: it may be done or not; read the release to know.
        GitHubError: GitHub refused.
    """
    reply = github.call("PATCH", f"/releases/{release.id}", {"body": body})
    if reply.status == 404:  # noqa: PLR2004
        raise GitHubError(
            f"the release of {release.tag} does not exist any more",
            where=reply.place,
            fix="if the release was made anew, run the job again",
        )
    return _release(github.accepted(reply, "change the release notes", level="write"))


def _read(github: Connection, path: str) -> Release | None:
    reply = github.call("GET", path)
    if reply.status == 404:  # noqa: PLR2004
        github.check_repository()
        return None
    return _release(github.accepted(reply, "read the release", level="read"))


def _release(reply: Reply) -> Release:
    try:
        return Release.from_json(reply.data)
    except ValueError as error:
        raise GitHubUnavailableError(
            f"GitHub's answer cannot be used: {error}", where=reply.place, fix=LATER_FIX
        ) from error
