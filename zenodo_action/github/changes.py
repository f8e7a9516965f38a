"""Which files a pull request changes."""

from __future__ import annotations

from zenodo_action.errors import GitHubError
from zenodo_action.github.connection import Connection
from zenodo_action.github.releases import PAGE

_MAX_PAGES = 30
"""GitHub lists 3,000 files at most. Source: docs.github.com, "List pull requests files"."""


def changed_files(github: Connection, number: int) -> frozenset[str] | None:
    """
    Return the paths that a pull request adds or changes, ``None`` where GitHub does not tell.

    For private repositories it wants the permission ``pull-requests: read``, which nothing else here needs: going
    without is better than failing.
    """
    found: set[str] = set()
    for page in range(1, _MAX_PAGES + 1):
        path = f"/pulls/{number}/files?per_page={PAGE}&page={page}"
        try:
            listed = github.accepted(
                github.call("GET", path), "list the changed files", scope="pull-requests", level="read"
            ).data
            found |= {each["filename"] for each in listed if each["status"] != "removed"}
        except (GitHubError, TypeError, KeyError):
            return None
        if len(listed) < PAGE:
            break
    return frozenset(found)
