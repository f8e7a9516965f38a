"""What a server holds, says, and is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zenodo_action.errors import Finding
from zenodo_action.model.record import Related


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as the server holds it."""

    name: str
    size_bytes: int | None
    md5: str | None
    """32 hex digits; ``None`` while the transfer is not complete."""

    @property
    def is_complete(self) -> bool:
        """Whether the server has finished taking it."""
        return self.md5 is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRecord:
    """A published version or a draft, as the server describes it."""

    id: str
    concept_id: str
    is_published: bool
    is_draft: bool
    doi: str | None
    concept_doi: str | None
    version: str | None
    """The version text of its metadata."""
    version_index: int | None
    """Counts from 1 within the concept."""
    is_latest: bool
    owner: str | None
    """The server's id of the user who owns the concept."""
    revision: int | None
    """What ``If-Match`` compares."""
    url: str
    """The page for people: the record's, or the draft's form."""
    related: tuple[Related, ...]
    code_repository: str | None
    files: tuple[RemoteFile, ...]
    payload: Mapping[str, object] = field(repr=False)
    """The whole native JSON, for comparing and for keeping what no source names."""
    field_errors: tuple[tuple[str, str], ...] = ()
    """``(field, message)`` pairs that the server attached to a save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A community of a server."""

    id: str
    name: str
    """Its short name, the last part of its address."""
    url: str
    """Its page."""
    is_open: bool
    """Whether everybody may ask it to take a record, not only its members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The request that a community take a draft, which publishes it."""

    community_id: str
    state: Literal["created", "submitted", "accepted", "declined", "expired", "cancelled"]
    """``created``: chosen, and not sent in yet."""
    url: str
    """Page of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """What a community said when it was asked to take a record."""

    community: Community
    state: Literal["included", "pending", "refused"]
    url: str | None = None
    """Page of the request."""
    message: str | None = None
    """Why it was refused, in the server's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that two descriptions of a record do not agree on."""

    field: str
    """Path in the native metadata, as ``metadata.title``."""
    before: object
    """``None`` where it is absent."""
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What will be sent to the server for a record, and what it cannot hold."""

    body: Mapping[str, Any]
    losses: tuple[Finding, ...] = ()
