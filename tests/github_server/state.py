"""What the stand-in keeps; tests may look at it, and change it as somebody else would."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.github_server import payloads
from tests.github_server.store import Store

BOT = "github-actions[bot]"
"""Whom a job's token writes as."""


@dataclass(kw_only=True)
class Asset:
    """A file that is attached to a release."""

    id: int
    name: str
    content: bytes
    state: str = "uploaded"
    digest: str | None = None
    """``sha256:<digits>``; files of before June 2025 have none."""


@dataclass(kw_only=True)
class Release:
    """A release as it stands now."""

    id: int
    tag_name: str
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    target_commitish: str = "main"
    created_at: str = "2026-03-14T09:26:53Z"
    published_at: str | None = "2026-03-14T09:30:00Z"
    discussion_url: str | None = None
    assets: list[Asset] = field(default_factory=list)

    def add_asset(self, name: str, content: bytes, *, state: str = "uploaded", has_digest: bool = True) -> Asset:
        """Attach a file."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}" if has_digest else None
        number = payloads.number(f"{self.id} {name} {len(self.assets)}")
        asset = Asset(id=number, name=name, content=content, state=state, digest=digest)
        self.assets.append(asset)
        return asset


@dataclass(kw_only=True)
class Comment:
    """A comment on a commit or in a discussion."""

    id: int
    body: str
    author: str = BOT
    association: str = "NONE"
    """The author's to the repository: ``OWNER``, ``MEMBER``, ``COLLABORATOR``, ``CONTRIBUTOR``, ``NONE``, …"""
    commit: str = ""


@dataclass(kw_only=True)
class Discussion:
    """A discussion as it stands now."""

    number: int
    comments: list[Comment] = field(default_factory=list)
    is_locked: bool = False


@dataclass(kw_only=True)
class Pull:
    """A pull request from one branch of the repository to another."""

    number: int
    title: str
    body: str | None
    head: str
    base: str
    head_sha: str
    state: str = "open"
    is_merged: bool = False


@dataclass(kw_only=True)
class Repository:
    """A repository as it stands now."""

    full_name: str
    is_private: bool
    releases: dict[int, Release] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    """Full name of the ref → 40 hex digits."""
    description: str | None = "Counts the stripes of zebras"
    licence: str | None = None
    """SPDX id."""
    topics: list[str] = field(default_factory=list)
    contributors: list[str] = field(default_factory=list)
    """Logins, most commits first."""
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """Ref (tag, branch or commit) and path → content."""
    git: Path | None = None
    """The folder of a real git repository, whose tags and objects are shown beside ``refs``."""
    changed_files: list[str] = field(default_factory=list)
    """What the one pull request changes."""
    default_branch: str = "main"
    is_archived: bool = False
    is_empty: bool = False
    """Whether nothing was ever pushed: git's own calls are turned away then."""
    store: Store = field(default_factory=Store)
    protected: dict[str, str] = field(default_factory=dict)
    """Branch → what is said to whoever pushes to it."""
    lets_jobs_open_pulls: bool = True
    """The setting "Allow GitHub Actions to create and approve pull requests"."""
    comments: list[Comment] = field(default_factory=list)
    """On commits."""
    pulls: dict[int, Pull] = field(default_factory=dict)
    runs: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Id of a workflow's run → its status, as ``in_progress`` or ``completed``, and its newest attempt."""
    discussions: dict[int, Discussion] = field(default_factory=dict)

    def add_release(
        self, tag: str, body: str | None = "", *, name: str | None = None, draft: bool = False, prerelease: bool = False
    ) -> Release:
        """Make a release, and its tag unless it is a draft."""
        release_id = 190_000_000 + payloads.number(f"{self.full_name} {tag}") % 1_000_000
        release = Release(id=release_id, tag_name=tag, name=name, body=body, draft=draft, prerelease=prerelease)
        if draft:
            release.published_at = None
        else:
            self.refs[f"refs/tags/{tag}"] = hashlib.sha1(tag.encode(), usedforsecurity=False).hexdigest()
        self.releases[release_id] = release
        return release

    def commit(
        self, files: Mapping[str, bytes | None], *, branch: str = "main", message: str = "Somebody's work"
    ) -> str:
        """Commit files to a branch as somebody would who pushes (``None`` deletes one) and return the commit."""
        name = f"refs/heads/{branch}"
        head = self.refs.get(name)
        entries = dict(self.store.files(self.store.commits[head].tree)) if head else {}
        for path, content in files.items():
            mode, _ = entries.pop(path, ("100644", ""))
            if content is not None:
                entries[path] = (mode, self.store.add_blob(content))
        sha = self.store.add_commit(self.store.add_tree(entries), (head,) if head else (), message)
        self.refs[name] = sha
        return sha

    def tree(self, branch: str = "main") -> dict[str, bytes]:
        """Return what a branch holds, by path."""
        commit = self.store.commits[self.refs[f"refs/heads/{branch}"]]
        return {path: self.store.blobs[sha] for path, (_, sha) in self.store.files(commit.tree)}

    def add_discussion(self, release: Release, web_url: str = "https://github.com") -> Discussion:
        """Start the discussion of a release."""
        discussion = Discussion(number=len(self.discussions) + len(self.pulls) + 1)
        self.discussions[discussion.number] = discussion
        release.discussion_url = f"{web_url}/{self.full_name}/discussions/{discussion.number}"
        return discussion
