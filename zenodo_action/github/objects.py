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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A line of a folder."""

    mode: str
    kind: str
    sha: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where the way to a file ends, or is led elsewhere by a symbolic link."""

    entry: _Entry
    path: str
    rest: str
    """What comes behind a link."""


class Files:
    """The files of a commit; what was read is not asked for again, nor are folders that are not on the way."""

    def __init__(self, github: Connection, tree: str) -> None:
        self._github = github
        self._top = tree
        self._listed: dict[str, Mapping[str, _Entry]] = {}
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
            found = self._find(path)
            if found is None:
                if hops:
                    raise _bad_link(name, "leads nowhere")
                return None
            if found.entry.mode != _LINK:
                return self._content(found.entry) if found.entry.kind == "blob" else None
            target = self._content(found.entry).decode("utf-8", "surrogateescape")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(found.path), target, found.rest))
            if target.startswith("/") or path.startswith("../") or path == "..":
                raise _bad_link(name, "leads out of the repository")
        raise _bad_link(name, "leads to itself")

    def _find(self, path: str) -> _Found | None:
        """Return the entry of a path, or the first symbolic link on the way; ``None`` where there is neither."""
        tree, parts = self._top, path.split("/")
        for number, part in enumerate(parts, start=1):
            entry = self._list(tree).get(part)
            if entry is None:
                return None
            if entry.mode == _LINK or number == len(parts):
                return _Found(entry=entry, path="/".join(parts[:number]), rest="/".join(parts[number:]))
            if entry.mode != _TREE:
                return None
            tree = entry.sha
        return None

    def _list(self, tree: str) -> Mapping[str, _Entry]:
        """Return the entries of a folder by their names."""
        if tree not in self._listed:
            reply = self._github.call("GET", f"/git/trees/{tree}")
            listed = self._github.accepted(reply, "list the files", level="read").object.get("tree")
            try:
                self._listed[tree] = {
                    each["path"]: _Entry(
                        mode=each["mode"], kind=each["type"], sha=each["sha"], size_bytes=int(each.get("size") or 0)
                    )
                    for each in listed or ()
                }
            except (TypeError, KeyError, ValueError, AttributeError) as error:
                raise _unusable(reply) from error
        return self._listed[tree]

    def _content(self, entry: _Entry) -> bytes:
        """Return the content of a file; of one that is too large as many zeros as show it."""
        if entry.size_bytes > MAX_METADATA_BYTES:
            return bytes(MAX_METADATA_BYTES)
        if entry.sha not in self._contents:
            reply = self._github.call("GET", f"/git/blobs/{entry.sha}")
            content = self._github.accepted(reply, "read a file", level="read").object.get("content")
            try:
                self._contents[entry.sha] = base64.b64decode(content or "")
            except (TypeError, ValueError) as error:
                raise _unusable(reply) from error
        return self._contents[entry.sha]


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
