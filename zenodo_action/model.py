"""
The record as this program thinks of it, and the plain facts the layers hand each other.

Values stand in the form of InvenioRDM's native model (vocabulary ids such as ``software`` or ``isnewversionof``),
since that is the richer of the two models; ``mapping`` turns a ``Record`` into what a server takes.
Every field of ``Record`` may be empty: a source says what it knows, ``sources`` merges.

Source: InvenioRDM reference, "Metadata"; Zenodo's deposit metadata for the ids that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from zenodo_action.errors import Finding, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier and its scheme, as ``orcid`` / ``0000-0002-1825-0097``."""

    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """Where a person works: a name, a ROR id, or both."""

    name: str | None = None
    ror: str | None = None
    """The nine characters after ``https://ror.org/``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """A person or an organisation; a contributor where ``role`` is set."""

    kind: Literal["personal", "organizational"] = "personal"
    family_name: str | None = None
    """Of a person; the whole name where the source does not tell its parts."""
    given_name: str | None = None
    name: str | None = None
    """Of an organisation."""
    identifiers: tuple[Identifier, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    role: str | None = None
    """Native role id, as ``researcher``."""

    @property
    def display_name(self) -> str:
        """``Family, Given`` of a person, the name of an organisation."""
        if self.kind == "organizational":
            return self.name or ""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A licence: an id of the server's vocabulary, or a title with a link."""

    id: str | None = None
    """Native id in lower case, as ``apache-2.0``."""
    title: str | None = None
    link: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A related work."""

    identifier: str
    relation: str
    """Native relation id, as ``issupplementto``."""
    scheme: str | None = None
    """``None`` lets the server detect it."""
    resource_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedText:
    """A further title or description with its type id and, where known, its language (ISO 639-3)."""

    text: str
    type: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDate:
    """A date or interval (EDTF level 0) with its type id, as ``collected``."""

    date: str
    type: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A cited work as text, with its identifier where there is one."""

    text: str
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Who paid: a funder by ROR id or name, and an award by the server's id or by number and title."""

    funder_id: str | None = None
    funder_name: str | None = None
    award_id: str | None = None
    """``ROR::number``, known to the server's vocabulary."""
    award_number: str | None = None
    award_title: str | None = None
    award_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place, with coordinates in degrees where known."""

    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may read the files; the metadata are always public."""

    files: Literal["public", "restricted"] = "public"
    embargo_until: str | None = None
    """``YYYY-MM-DD``; the files are restricted until then."""
    embargo_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The metadata of one version; empty fields say nothing."""

    title: str | None = None
    resource_type: str | None = None
    """Native id, as ``software`` or ``publication-article``."""
    creators: tuple[Creator, ...] = ()
    contributors: tuple[Creator, ...] = ()
    description: str | None = None
    """HTML of the tags that the server keeps."""
    additional_titles: tuple[TypedText, ...] = ()
    additional_descriptions: tuple[TypedText, ...] = ()
    publication_date: str | None = None
    """EDTF level 0, normally ``YYYY-MM-DD``."""
    version: str | None = None
    publisher: str | None = None
    rights: tuple[Right, ...] = ()
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """ISO 639-3."""
    dates: tuple[TypedDate, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    """Alternate identifiers of this very version."""
    related: tuple[Related, ...] = ()
    funding: tuple[Funding, ...] = ()
    references: tuple[Reference, ...] = ()
    locations: tuple[Location, ...] = ()
    access: Access | None = None
    communities: tuple[str, ...] = ()
    custom_fields: Mapping[str, object] = field(default_factory=dict)
    """Native custom fields, as ``{"code:codeRepository": "https://…"}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    """The source code repository."""

    name: str
    """Last part of its address, else the folder's name."""
    url: str | None = None
    """Web address ``https://host/owner/name`` without ``.git`` and credentials; ``None`` where there is no remote."""


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
