"""What the write-back has to know about a repository on GitHub before it can write files."""

from __future__ import annotations

from dataclasses import dataclass

from zenodo_action.errors import GitHubError
from zenodo_action.github.connection import Connection
from zenodo_action.github.refusals import ARCHIVED_FIX


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A repository as it is now, under the name that it has now."""

    id: int
    """GitHub's number of it."""
    owner: str
    default_branch: str
    url: str
    """Its page."""


def read_about(github: Connection) -> About:
    """
    Return what GitHub says about the repository.

    Raises:
        GitHubError: It cannot be seen, or is archived, so that nobody may write to it.
    """
    reply = github.call("GET", "")
    if reply.status == 404:  # noqa: PLR2004
        github.check_repository()
    about = github.accepted(reply, "read the repository", level="read").object
    if about.get("archived") is True:
        raise GitHubError("the repository is archived", where=reply.place, fix=ARCHIVED_FIX)
    try:
        return About(
            id=int(about["id"]),
            owner=str(about["owner"]["login"]),
            default_branch=str(about["default_branch"]),
            url=str(about["html_url"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise reply.unusable() from error
