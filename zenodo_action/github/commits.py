"""Branches and commits through GitHub's Git data API: files read at a commit, and new ones written as one commit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from zenodo_action.errors import GitHubError
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import Reply

FILE_MODES = ("100644", "100755")
"""Plain files; the rest are folders, links and submodules. Source: docs.github.com, "REST API", "Create a tree"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """What a folder holds under a name."""

    mode: str
    """As git has it: ``100644``, ``100755``, ``120000`` (a link), ``040000`` (a folder), ``160000`` (a submodule)."""
    sha: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file, no link to one."""
        return self.mode in FILE_MODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit, and what its top folder holds."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    entries: Mapping[str, TreeEntry]


def branch_head(github: Connection, branch: str) -> str | None:
    """
    Return the commit that a branch stands at, or ``None`` where there is no such branch.

    Raises:
        GitHubError: Nothing was ever pushed to the repository, or it cannot be read.
    """
    reply = github.call("GET", f"/git/ref/heads/{quote(branch)}")
    if reply.status == 404:  # noqa: PLR2004
        return None
    if reply.status == 409:  # noqa: PLR2004 - Source: OpenAPI, "git/get-ref", in the words "Git Repository is empty."
        raise GitHubError(
            "the repository on GitHub has no commits",
            where=reply.place,
            fix="push the default branch, then run the job again",
        )
    return _text(github.accepted(reply, f"read the branch {branch}", level="read"), "object", "sha")


def read_commit(github: Connection, sha: str) -> Commit:
    """Return a commit with the entries of its top folder."""
    reply = github.accepted(github.call("GET", f"/git/commits/{sha}"), f"read the commit {sha[:12]}", level="read")
    tree = _text(reply, "tree", "sha")
    parents = reply.object.get("parents")
    listing = github.accepted(github.call("GET", f"/git/trees/{tree}"), "read the files", level="read")
    listed = listing.object.get("tree")
    try:
        entries = {each["path"]: TreeEntry(mode=each["mode"], sha=each["sha"]) for each in listed or ()}
        return Commit(sha=sha, tree=tree, parents=tuple(each["sha"] for each in parents or ()), entries=entries)
    except (KeyError, TypeError) as error:
        raise listing.unusable() from error


def read_blob(github: Connection, sha: str) -> bytes:
    """Return the content of a file; up to 100 MB (Source: docs.github.com, "REST API", "Get a blob")."""
    reply = github.accepted(github.call("GET", f"/git/blobs/{sha}"), "read a file", level="read")
    try:
        return base64.b64decode(_text(reply, "content"))
    except binascii.Error as error:
        raise reply.unusable() from error


def write_tree(github: Connection, base: Commit, changes: Mapping[str, bytes]) -> str:
    """Return the tree that a commit's becomes with other contents of files in its top folder, which keep their modes."""
    entries = []
    for path, content in changes.items():
        payload = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        blob = github.accepted(github.call("POST", "/git/blobs", payload), f"write {path}", level="write")
        entries.append({"path": path, "mode": base.entries[path].mode, "type": "blob", "sha": _text(blob, "sha")})
    reply = github.call("POST", "/git/trees", {"base_tree": base.tree, "tree": entries})
    return _text(github.accepted(reply, "write the files", level="write"), "sha")


def write_commit(github: Connection, tree: str, parents: Sequence[str], message: str) -> str:
    """
    Return a new commit, which no branch holds yet.

    Its author is whoever the token belongs to, so that GitHub signs what a workflow commits.
    """
    reply = github.call("POST", "/git/commits", {"tree": tree, "parents": list(parents), "message": message})
    return _text(github.accepted(reply, "make a commit", level="write"), "sha")


def create_branch(github: Connection, branch: str, commit: str) -> Reply:
    """Ask for a new branch and return the answer: 422 where there is one of this name, or a rule forbids it."""
    return github.call("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})


def move_branch(github: Connection, branch: str, commit: str) -> Reply:
    """Ask that a branch goes on to a commit, and return the answer: 422 where it moved, or a rule forbids it."""
    return github.call("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": commit, "force": False})


def _text(reply: Reply, *names: str) -> str:
    """Return the text below the answer's objects that bear these names."""
    value: object = reply.object
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(value, str):
        raise reply.unusable()
    return value
