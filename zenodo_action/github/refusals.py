"""GitHub's refusals as texts for people: what it refused, and how to mend that."""

from __future__ import annotations

from typing import Literal

from zenodo_action.errors import GitHubError
from zenodo_action.github.reply import LATER_FIX, Reply

Scope = Literal["contents", "discussions", "pull-requests"]
"""A permission of a workflow's token. Source: docs.github.com, "Workflow syntax", ``permissions``."""
Level = Literal["read", "write"]

PERMISSION_FIX = """\
add these lines to the job, or to the top of the workflow:

permissions:
{lines}

They also lift a read-only default that the repository or its organisation sets for workflow tokens.
In a reusable workflow the calling job needs them too.
A token of your own (`github-token`) needs the repository permission "{own_scope}: {own_level}"."""

FORK_FIX = """\
this run was started by a pull request from a fork, and GitHub gives such runs a token that can only read, whatever
`permissions:` says. Deposit from the `release` event instead; pull requests are for `command: validate` or `preview`."""

ARCHIVED_FIX = """\
unarchive it (Settings, General, Danger Zone) and run the job again, or set `write-back: none`."""

TOKEN_FIX = """\
leave `github-token` out (its default is the job's own token, ${{ github.token }}),
or pass a token that is valid and has not expired."""  # noqa: S105 - a text about tokens


def permission_fix(scope: Scope, level: Level) -> str:
    """
    Return the lines that give a token a permission.

    ``contents: write`` is among them for the others too: a scope that ``permissions`` does not name is off, and nothing
    is commented or proposed without something being written.
    """
    lines = [f"  {scope}: {level}"] if scope == "contents" else ["  contents: write", f"  {scope}: {level}"]
    return PERMISSION_FIX.format(
        lines="\n".join(lines),
        own_scope=scope.replace("-", " ").capitalize(),
        own_level="Read and write" if level == "write" else "Read-only",
    )


def refusal(reply: Reply, act: str, fix_403: str, *, has_token: bool) -> GitHubError:
    """
    Return the error that a reply means.

    Args:
        reply: An answer that is no success.
        act: What was asked for, as "read the release".
        fix_403: How to mend a missing permission.
        has_token: Whether a token was sent.
    """
    says = f" (GitHub says: {reply.message})" if reply.message else ""
    match reply.status:
        case 401 if not has_token:
            what, fix = f"GitHub wants a token to {act}", TOKEN_FIX
        case 401:
            what, fix = f"GitHub did not accept the token{says}", TOKEN_FIX
        case 403:
            what, fix = f"the token may not {act}{says}", fix_403
        case 422:
            what, fix = f"GitHub refused to {act}{says}", "mend what GitHub names, then run the job again"
        case _:
            what, fix = f"GitHub gave an unexpected answer when asked to {act}{says}", LATER_FIX
    return GitHubError(what, where=reply.place, fix=fix)
