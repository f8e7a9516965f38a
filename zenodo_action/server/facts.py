"""What a record says, as pages, citations and exports need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = Mapping[str, Any]
AccessStatus = Literal["open", "embargoed", "restricted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """Where a person works."""

    name: str
    ror: str
    """Nine characters, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or an organisation."""

    name: str
    """``Family, Given`` of a person."""
    family: str
    given: str
    is_person: bool
    identifiers: tuple[Identifier, ...]
    affiliations: tuple[Affiliation, ...]
    role: str
    """Title of the role, empty for a creator without one."""
    role_id: str

    def identifier(self, scheme: str) -> str:
        """Return the identifier of that scheme, or an empty string."""
        return next((found.identifier for found in self.identifiers if found.scheme == scheme), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier and its scheme."""

    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A further title, a further description or a date, with the kind it is of."""

    text: str
    type_id: str
    type: str
    """The kind's title."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One of the record's licences."""

    id: str
    title: str
    url: str
    spdx: str
    """SPDX identifier in its own spelling, or empty."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedWork:
    """A related work."""

    identifier: str
    scheme: str
    relation_id: str
    relation: str
    """The relation's title."""
    type_id: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who paid, and out of which award."""

    funder: str
    funder_id: str
    number: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place the record is about."""

    name: str
    coordinates: tuple[float, float] | None
    """Latitude and longitude in degrees."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the record."""

    key: str
    size_bytes: int
    md5: str
    """32 hex digits, empty where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language: its ISO 639-3 code and its name."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may read the files."""

    status: AccessStatus
    is_record_public: bool
    embargo_until: str
    embargo_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The record as pages, citations and exports need it; empty where it says nothing."""

    id: str
    concept_id: str
    doi: str
    concept_doi: str
    oai: str
    """Identifier for harvesters."""
    page_url: str
    version_index: int
    created: str
    updated: str
    title: str
    type_id: str
    type: str
    publication_date: str
    version: str
    publisher: str
    description: str
    """HTML as stored: not yet fit for a page."""
    copyright: str
    creators: tuple[Agent, ...]
    contributors: tuple[Agent, ...]
    titles: tuple[Typed, ...]
    descriptions: tuple[Typed, ...]
    """Their texts are HTML as stored."""
    dates: tuple[Typed, ...]
    licences: tuple[Licence, ...]
    keywords: tuple[str, ...]
    languages: tuple[Language, ...]
    identifiers: tuple[Identifier, ...]
    related: tuple[RelatedWork, ...]
    grants: tuple[Grant, ...]
    references: tuple[str, ...]
    places: tuple[Place, ...]
    sizes: tuple[str, ...]
    formats: tuple[str, ...]
    communities: tuple[str, ...]
    access: Access
    files: tuple[File, ...]
    code_repository: str
    programming_languages: tuple[str, ...]
    development_status: str
    """Id of the status, as ``wip``."""
    custom: Json
    """All custom fields as stored."""
    custom_objects: Mapping[str, Mapping[str, str]]
    """The texts in those custom fields that are objects."""

    @property
    def year(self) -> str:
        """The four digits of the year of publication (of its beginning, for an interval), or an empty string."""
        found = re.match(r"\d{4}", self.publication_date)
        return found.group() if found else ""

    @property
    def doi_url(self) -> str:
        """The DOI's address at the resolver, or an empty string."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def custom_object(self, name: str) -> Mapping[str, str]:
        """Return the texts of a custom field that is an object, as ``journal:journal`` is; empty if it is not there."""
        return self.custom_objects.get(name, {})
