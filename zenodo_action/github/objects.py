"""Git objects of a repository as GitHub's API tells them: tags, commits, and files by their paths."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from zenodo_action.errors import ArchiveError, FilePlace, GitHubUnavailableError
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import LATER_FIX, Reply

MAX_METADATA_BYTES = 11_000_000
"""A larger file is not fetched; the reader of documents refuses files above 10 MB with a text of its own."""
_MAX_HOPS = 40
"""Symbolic links on the way to one file. Source: path_resolution(7), Linux."""
_MAX_NESTED_TAGS = 10

_TREE, _LINK = "040000", "120000"
"""Modes of git's trees. Source: git-fast-import(1), "filemodify"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag that names a commit."""

    commit: str
    dated: int | None
    """Unix seconds at which an annotated tag was made; ``None`` for a lightweight one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit."""

    tree: str
    committed_at: int
    """Unix seconds."""


def tag_path(name: str) -> str:
    """Return a tag as addresses hold it; half a character becomes "?", which git allows in no tag."""
    return quote(name, safe="/", errors="replace")


def read_tag(github: Connection, name: str) -> Tag | None:
    """Return the commit that a tag names on GitHub, ``None`` where there is no such tag or it names no commit."""
    reply = github.call("GET", f"/git/ref/tags/{tag_path(name)}")
    if reply.status == 404:  # noqa: PLR2004
        return None
    target, dated = _target(github.accepted(reply, "read the tag", level="read")), None
    for _ in range(_MAX_NESTED_TAGS):
        if target["type"] != "tag":
            break
        reply = github.accepted(github.call("GET", f"/git/tags/{target['sha']}"), "read the tag", level="read")
        dated = dated if dated is not None else _seconds(reply.object.get("tagger"), reply)
        target = _target(reply)
    return Tag(commit=target["sha"], dated=dated) if target["type"] == "commit" else None


def read_commit(github: Connection, sha: str) -> Commit:
    """Return what is told of a commit."""
    reply = github.accepted(github.call("GET", f"/git/commits/{sha}"), "read the commit", level="read")
    return Commit(
        tree=_text(reply.object.get("tree"), "sha", reply), committed_at=_seconds(reply.object.get("committer"), reply)
    )


class Files:
    """The files of a commit; what was read is not asked for again, nor are folders that are not on the way."""

    def __init__(self, github: Connection, tree: str) -> None:
        self._github = github
        self._top = tree
        self._listed: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._contents: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        """
        Return a file by its path from the top, ``None`` where there is none; links are followed within the commit.

        Raises:
            ArchiveError: The name, or a link, leads out of the repository, nowhere or to itself.
        """
        path = posixpath.normpath(name)
        if path in (".", "..") or path.startswith(("/", "../")) or not path.isprintable():
            raise ArchiveError(
                f"{name!r} is no file of the repository",
                where=FilePlace(file=name),
                fix="name a file by its path from the top of the repository, as docs/metadata.yml",
            )
        for hops in range(_MAX_HOPS):
            entry, link = self._find(path)
            if link is not None:
                target = self._content(link[1]).decode("utf-8", "surrogateescape")
                path = posixpath.normpath(posixpath.join(posixpath.dirname(link[0]), target, link[2]))
                if target.startswith("/") or path.startswith("../") or path == "..":
                    raise _bad_link(name, "leads out of the repository")
            elif entry is None and hops:
                raise _bad_link(name, "leads nowhere")
            else:
                return self._content(entry) if entry is not None and entry["type"] == "blob" else None
        raise _bad_link(name, "leads to itself")

    def _find(self, path: str) -> tuple[Mapping[str, Any] | None, tuple[str, Mapping[str, Any], str] | None]:
        """Return the entry of a path, or the first link on the way: its own path, its entry, and what comes behind."""
        tree, entry = self._top, None
        parts = path.split("/")
        for number, part in enumerate(parts):
            entry = self._list(tree).get(part)
            if entry is not None and entry["mode"] == _LINK:
                return None, ("/".join(parts[: number + 1]), entry, "/".join(parts[number + 1 :]))
            if number < len(parts) - 1:
                if entry is None or entry["mode"] != _TREE:
                    return None, None
                tree = entry["sha"]
        return entry, None

    def _list(self, tree: str) -> dict[str, Mapping[str, Any]]:
        """Return the entries of a folder by their names."""
        if tree not in self._listed:
            reply = self._github.call("GET", f"/git/trees/{tree}")
            entries = self._github.accepted(reply, "list the files", level="read").object.get("tree")
            try:
                self._listed[tree] = {entry["path"]: entry for entry in entries or ()}
            except (TypeError, KeyError) as error:
                raise _unusable(reply) from error
        return self._listed[tree]

    def _content(self, entry: Mapping[str, Any]) -> bytes:
        """Return the content of a file; of one that is too large as many zeros as show it."""
        if entry.get("size", 0) > MAX_METADATA_BYTES:
            return bytes(MAX_METADATA_BYTES)
        if entry["sha"] in self._contents:
            return self._contents[entry["sha"]]
        reply = self._github.call("GET", f"/git/blobs/{entry['sha']}")
        content = self._github.accepted(reply, "read a file", level="read").object.get("content")
        try:
            self._contents[entry["sha"]] = base64.b64decode(content or "")
        except (TypeError, ValueError) as error:
            raise _unusable(reply) from error
        return self._contents[entry["sha"]]


def _bad_link(name: str, fault: str) -> ArchiveError:
    return ArchiveError(
        f"{name} is a symbolic link that {fault}",
        where=FilePlace(file=name),
        fix="commit the file itself, or a link to a file of the same commit",
    )


def _target(reply: Reply) -> Mapping[str, str]:
    """Return type and digits of the object that a ref or a tag names."""
    target = reply.object.get("object")
    return {"type": _text(target, "type", reply), "sha": _text(target, "sha", reply)}


def _text(data: Any, key: str, reply: Reply) -> str:
    value = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(value, str):
        raise _unusable(reply)
    return value


def _seconds(person: Any, reply: Reply) -> int:
    """Return the moment at which a person did something, in Unix seconds."""
    try:
        moment = datetime.fromisoformat(_text(person, "date", reply).replace("Z", "+00:00"))
    except ValueError as error:
        raise _unusable(reply) from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def _unusable(reply: Reply) -> GitHubUnavailableError:
    return GitHubUnavailableError("GitHub's answer cannot be used", where=reply.place, fix=LATER_FIX)
