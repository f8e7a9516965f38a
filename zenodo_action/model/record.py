"""
The record as this program thinks of it.

Values stand in the form of InvenioRDM's native model (vocabulary ids such as ``software`` or ``isnewversionof``),
since that is the richer of the two models; ``mapping`` turns a ``Record`` into what a server takes.
Every field of ``Record`` may be empty: a source says what it knows, ``sources`` merges.

Source: InvenioRDM reference, "Metadata"; Zenodo's deposit metadata for the ids that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


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
