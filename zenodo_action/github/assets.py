"""Files that are attached to a release: chosen by patterns, streamed to disk, held against GitHub's own checksum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from zenodo_action.errors import ArchiveError, GitHubError, GitHubUnavailableError, RequestPlace, Where
from zenodo_action.github.connection import Connection
from zenodo_action.github.downloads import download
from zenodo_action.github.releases import PAGE, Release
from zenodo_action.github.reply import LATER_FIX, Reply
from zenodo_action.model import DepositFile
from zenodo_action.supplies import Supplied, Supply

_SHOWN = 20
"""Assets that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that is attached to a release."""

    id: int
    name: str
    is_complete: bool
    """Whether its upload has ended."""
    size_bytes: int
    sha256: str | None
    """As GitHub has it; files of before June 2025 have none."""

    @classmethod
    def from_json(cls, data: Any) -> Asset:
        """
        Return the asset that a JSON object of GitHub describes.

        Raises:
            ValueError: Something is missing or of another type.
        """
        try:
            digest = data.get("digest") or ""
            asset = cls(
                id=int(data["id"]),
                name=str(data["name"]),
                is_complete=data["state"] == "uploaded",
                size_bytes=int(data["size"]),
                sha256=digest.removeprefix("sha256:") if digest.startswith("sha256:") else None,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("an asset is not described as GitHub does") from error
        if Path(asset.name).name != asset.name:
            raise ValueError(f"an asset is called {asset.name!r}")
        return asset


def list_assets(github: Connection, release: Release) -> list[Asset]:
    """Return everything that is attached to a release."""
    found: list[Asset] = []
    for page in range(1, 1000):
        path = f"/releases/{release.id}/assets?per_page={PAGE}&page={page}"
        reply = github.accepted(github.call("GET", path), "list the release's assets", level="read")
        listed = _read(reply)
        found += listed
        if len(listed) < PAGE:
            break
    return found


def _read(reply: Reply) -> list[Asset]:
    try:
        return [Asset.from_json(each) for each in reply.data]
    except (TypeError, ValueError) as error:
        raise GitHubUnavailableError(
            f"GitHub's answer cannot be used: {error}", where=reply.place, fix=LATER_FIX
        ) from error


def asset_supply(
    github: Connection,
    release: Release,
    patterns: Sequence[str],
    *,
    where: Where,
    say: Callable[[str], None],
) -> Supply:
    """
    Return what gives the assets of a release that match any of the patterns, in the order of their names.

    Args:
        github: The repository.
        release: Whose assets are meant.
        patterns: As ``*.whl``; letter case counts.
        where: Where the patterns were given.
        say: Told of each download.

    The supply raises:
        ArchiveError: A pattern matches nothing, an asset is not uploaded completely, or the disk is full.
        GitHubError: An asset cannot be fetched, or is not what GitHub says it is.
    """

    def supply(folder: Path) -> Supplied:
        chosen = _chosen(list_assets(github, release), patterns, release.tag, where)
        return Supplied(files=tuple(_fetched(github, asset, folder, say) for asset in chosen))

    return supply


def _chosen(assets: Sequence[Asset], patterns: Sequence[str], tag: str, where: Where) -> list[Asset]:
    """Return the assets that are meant."""
    for pattern in patterns:
        if not any(fnmatchcase(asset.name, pattern) for asset in assets):
            names = [asset.name for asset in assets]
            listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            raise ArchiveError(
                f"no asset of the release {tag} matches {pattern}",
                where=where,
                fix=f"it has: {listed}"
                if names
                else "it has none: attach them to a draft release and publish it when they are all there, "
                "or run this after the job that uploads them",
            )
    chosen = [asset for asset in assets if any(fnmatchcase(asset.name, pattern) for pattern in patterns)]
    for asset in chosen:
        if not asset.is_complete:
            raise ArchiveError(
                f"the asset {asset.name} of the release {tag} is not uploaded completely",
                where=where,
                fix="wait for its upload to end, or delete it from the release and attach it again; then run this again",
            )
    return sorted(chosen, key=lambda asset: asset.name)


def _fetched(github: Connection, asset: Asset, folder: Path, say: Callable[[str], None]) -> DepositFile:
    """Return an asset as a file on disk, once it is what GitHub says it is."""
    path = folder / asset.name
    call = f"/releases/assets/{asset.id}"
    say(f"fetching the asset {asset.name} ({asset.size_bytes:,} bytes)")
    try:
        with path.open("wb+") as file:
            sums = download(github, call, file, act=f"read the asset {asset.name}", accept="application/octet-stream")
    except OSError as error:
        raise ArchiveError(
            f"the asset {asset.name} could not be written: {error.strerror or error}",
            fix="make room on the disk, and run this again",
        ) from error
    if sums.size_bytes != asset.size_bytes or (asset.sha256 is not None and sums.sha256 != asset.sha256):
        raise GitHubError(
            f"the asset {asset.name} arrived with other bytes than GitHub says it has",
            where=RequestPlace(method="GET", url=github.url(call), status=200),
            fix="if it was replaced a moment ago, run the job again; else delete it from the release and attach it again",
        )
    return DepositFile(name=asset.name, path=str(path), size_bytes=sums.size_bytes, md5=sums.md5, sha256=sums.sha256)
