"""What a platform such as GitHub says about a repository, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody's account on the platform of the source code."""

    login: str
    name: str | None = None
    """As its owner wrote it."""
    company: str | None = None
    is_organisation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFacts:
    """What GitHub says about a repository and a release of it."""

    description: str | None = None
    licence: str | None = None
    """SPDX id; ``None`` also where GitHub does not recognise the text."""
    topics: tuple[str, ...] = ()
    owner: Account | None = None
    contributors: tuple[Account, ...] = ()
    """People who committed, most commits first; without programs."""
    notes: str | None = None
    """Markdown of the release notes, without what this program wrote there."""
