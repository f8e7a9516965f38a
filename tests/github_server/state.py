"""What the stand-in keeps; tests may look at it, and change it as somebody else would."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from tests.github_server import payloads


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
    assets: list[Asset] = field(default_factory=list)

    def add_asset(self, name: str, content: bytes, *, state: str = "uploaded", has_digest: bool = True) -> Asset:
        """Attach a file."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}" if has_digest else None
        number = payloads.number(f"{self.id} {name} {len(self.assets)}")
        asset = Asset(id=number, name=name, content=content, state=state, digest=digest)
        self.assets.append(asset)
        return asset


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
