"""Pull requests from a branch of the repository itself: found, opened and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zenodo_action.errors import GitHubError
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import Reply

SETTING_FIX = """\
If the permission is there: a job's own token opens pull requests only where the repository, and its organisation, let it.
Tick "Allow GitHub Actions to create and approve pull requests" under Settings, Actions, General, Workflow permissions,
or pass a token of your own as `github-token`.
The branch is written already; to open the pull request by hand: {compare_url}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request as it stands now."""

    number: int
    url: str
    """Its page."""
    title: str
    body: str
    is_open: bool
    is_merged: bool


def list_pulls(github: Connection, *, owner: str, head: str, base: str) -> list[Pull]:
    """Return the newest pull requests from one branch to another, newest first, closed ones too."""
    query = f"state=all&head={quote(f'{owner}:{head}', safe='')}&base={quote(base, safe='')}&per_page=20"
    reply = github.call("GET", f"/pulls?{query}")
    # Whoever may not read them gets told what the writing after it needs, too.
    listed = github.accepted(reply, "read the pull requests", scope="pull-requests", level="write").data
    if not isinstance(listed, list):
        raise reply.unusable()
    return [_pull(reply, each) for each in listed]


def open_pull(github: Connection, *, head: str, base: str, title: str, body: str, compare_url: str) -> Pull:
    """
    Open a pull request; one request, never repeated where it may have been done.

    Args:
        github: The repository.
        head: The branch with the changes.
        base: The branch that is to take them.
        title: One line.
        body: Markdown.
        compare_url: Where it can be opened by hand.
    """
    reply = github.call("POST", "/pulls", {"title": title, "body": body, "head": head, "base": base})
    act = "open a pull request"
    if reply.status == 403:  # noqa: PLR2004 - a permission or a setting: GitHub tells them apart in prose only
        fix = github.permission_fix("pull-requests", "write")
        raise GitHubError(
            f"the token may not {act} (GitHub says: {reply.message})",
            where=reply.place,
            fix=f"{fix}\n\n{SETTING_FIX.format(compare_url=compare_url)}",
        )
    return _pull(reply, github.accepted(reply, act, scope="pull-requests", level="write").data)


def edit_pull(github: Connection, pull: Pull, *, title: str, body: str) -> Pull:
    """Replace title and body of a pull request."""
    reply = github.call("PATCH", f"/pulls/{pull.number}", {"title": title, "body": body})
    return _pull(reply, github.accepted(reply, "edit the pull request", scope="pull-requests", level="write").data)


def _pull(reply: Reply, data: Any) -> Pull:
    """Return a pull request as GitHub describes it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("number"), int):
        raise reply.unusable()
    return Pull(
        number=data["number"],
        url=str(data.get("html_url")),
        title=str(data.get("title")),
        body=str(data.get("body") or ""),
        is_open=data.get("state") == "open",
        is_merged=data.get("merged_at") is not None,
    )
