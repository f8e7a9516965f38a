"""What is known of a release before any server is asked: its commit, what each source says of it, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from zenodo_action.errors import Finding, Where
from zenodo_action.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    """The source code repository."""

    name: str
    """Last part of its address, else the folder's name."""
    url: str | None = None
    """Web address ``https://host/owner/name`` without ``.git`` and credentials; ``None`` where there is no remote."""
    is_private: bool = False
    """Whether its platform is known to show it to its members only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One tag of a git repository: everything that metadata can come from, read from the commit."""

    repository: RepositoryFacts
    tag: str | None
    """``None`` where a commit without a tag is looked at (``HEAD``)."""
    commit: str
    """40 hex digits."""
    version: str
    """The tag without a leading ``v``; for a commit without a tag its first 12 digits."""
    released_on: str
    """``YYYY-MM-DD``: the release's date, else the tag's, in UTC."""
    committed_at: int
    """Unix seconds."""
    files: Mapping[str, bytes]
    """The metadata files that exist at the commit's root, by name."""

    @property
    def name(self) -> str:
        """What the release is called: its tag, else its commit."""
        return self.tag or self.commit

    @property
    def tree_url(self) -> str | None:
        """
        The web address of the source at this tag or commit, which marks a record as this release's.

        ``None`` without a remote. GitLab and Forgejo/Gitea (Codeberg) have forms of their own.
        """
        url = self.repository.url
        if url is None:
            return None
        name = quote(self.tag or self.commit, safe="/")
        host = url.split("/")[2]
        if "gitlab" in host:
            return f"{url}/-/tree/{name}"
        if host in ("codeberg.org", "gitea.com") or "forgejo" in host or "gitea" in host:
            return f"{url}/src/{'commit' if self.tag is None else 'tag'}/{name}"
        return f"{url}/tree/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which source gave a field, and where it stands there."""

    source: str
    """``.zenodo.yml``, ``CITATION.cff``, ``git tag``, ``GitHub`` …"""
    where: Where | None = None
    is_fallback: bool = False
    """Whether the program filled the value in because no source names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one source says."""

    source: str
    fields: Mapping[str, object]
    """Names and values of ``Record`` fields that the source sets."""
    places: Mapping[str, Where] = field(default_factory=dict)
    """Position of a field or one of its parts: ``creators``, ``creators.1``, ``creators.1.identifiers``."""
    findings: tuple[Finding, ...] = ()
    """About the source as a whole."""
    field_findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """About the value of one field: no error any more where a stronger source gives the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The merged metadata of one tag with the origin of every value, and all that was found."""

    snapshot: Snapshot
    record: Record
    origins: Mapping[str, Origin]
    """Field of ``record`` → the source that won."""
    losers: Mapping[str, tuple[tuple[Origin, object], ...]]
    """Field of ``record`` → the sources passed over, each with the value it would have given."""
    places: Mapping[str, Where]
    """As in ``Harvest``, of the winners."""
    findings: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    """Metadata files that could not be read; what seems to be missing may stand there."""

    @property
    def has_errors(self) -> bool:
        """Whether a server would refuse this."""
        return any(finding.level == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What tells a release's version or draft from every other: its version text and the link to its source."""

    version: str
    link: str | None = None
    """``None`` where the repository has no web address; the version alone decides then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositFile:
    """A file to deposit, complete on disk."""

    name: str
    path: str
    size_bytes: int
    md5: str
    """32 hex digits."""
    sha256: str
    is_archive: bool = False
    """Whether it is the source archive that this program builds."""
    is_checksums: bool = False
    """Whether it is the list of the other files' checksums."""
