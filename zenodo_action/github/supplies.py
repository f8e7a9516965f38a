"""What a release on GitHub adds to the files of a deposit: its assets, and a look whether its tag is the checkout's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from zenodo_action.checkout import Checkout
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import ArchiveError, OptionError
from zenodo_action.github.assets import asset_supply
from zenodo_action.github.connection import Connection
from zenodo_action.github.releases import Release, release_by_tag
from zenodo_action.github.tags import repository_check, tag_check
from zenodo_action.options import Options
from zenodo_action.supplies import Supplied, Supply

PUBLIC_HOST, PUBLIC_API = "github.com", "https://api.github.com"


def release_supplies(
    github: Connection,
    checkout: Codebase,
    options: Options,
    *,
    tag: str | None,
    release: Release | None,
    say: Callable[[str], None],
) -> tuple[Supply, ...]:
    """
    Return what gives a release's assets, and what checks that the checkout is of this repository and has its tag.

    Args:
        github: The repository.
        checkout: Where the archive comes from.
        options: With the patterns of assets.
        tag: ``None`` for a pull request, which has neither tag nor release.
        release: Of the tag, where there is one.
        say: Told of what takes time, and of what is left out.
    """
    if tag is None:
        if options.assets:
            say("assets belong to a release, so this preview is without them")
        return ()
    supplies: list[Supply] = []
    if isinstance(checkout, Checkout):
        commit = checkout.snapshot(tag, names=()).commit
        supplies.append(repository_check(github, checkout.web_url()))
        supplies.append(tag_check(github, tag, commit, has_release=release is not None))
    if options.assets:
        supplies.append(_assets(github, options, tag, release, say))
    return tuple(supplies)


def assets_at_home(
    checkout: Checkout, options: Options, tag: str | None, environ: Mapping[str, str], say: Callable[[str], None]
) -> tuple[Supply, ...]:
    """
    Return what gives a release's assets on the command line.

    The repository is that of ``GITHUB_REPOSITORY``, else that of the remote; without ``GITHUB_TOKEN`` it has to be
    public.

    Raises:
        OptionError: It is not known where the assets are.
    """
    if not options.assets:
        return ()
    if tag is None:
        raise OptionError(
            "a commit without a tag has no release, and so no assets",
            where=options.place("assets"),
            fix="name the tag, or leave assets out",
        )
    github = _connection_at_home(checkout.web_url(), options, environ, say)
    return (_assets(github, options, tag, release_by_tag(github, tag), say),)


def _assets(
    github: Connection, options: Options, tag: str, release: Release | None, say: Callable[[str], None]
) -> Supply:
    """Return what gives the assets of a release, or says that there is none."""
    if release is not None:
        return asset_supply(github, release, options.assets, where=options.place("assets"), say=say)

    def supply(folder: Path) -> Supplied:  # noqa: ARG001 - nothing is made
        raise ArchiveError(
            f"{tag} has no release in {github.repository} on GitHub, so there are no assets",
            where=options.place("assets"),
            fix="publish a release of the tag with the files attached, or leave assets out",
        )

    return supply


def _connection_at_home(
    remote: str | None, options: Options, environ: Mapping[str, str], say: Callable[[str], None]
) -> Connection:
    """Return the repository on GitHub that a clone belongs to."""
    parts = urlsplit(remote or "")
    name, api_url = environ.get("GITHUB_REPOSITORY"), environ.get("GITHUB_API_URL")
    if not name and parts.hostname == PUBLIC_HOST:
        name = parts.path.strip("/")
    if not name:
        raise OptionError(
            "the assets of a release are read from GitHub, and it is not known which repository there this is",
            where=options.place("assets"),
            fix="set GITHUB_REPOSITORY to owner/name (with GITHUB_API_URL for a GitHub Enterprise Server), "
            "or leave assets out",
        )
    return Connection(options.github_token or "", api_url or PUBLIC_API, name, say=say)
