"""What vocabulary entries are called in the formats that a record is exported to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenodo_action.server import vocabulary

_SCHEMES = {
    "ads": "bibcode",
    "arxiv": "arXiv",
    "crossreffunderid": "Crossref Funder ID",
    "handle": "Handle",
    "wikidata": "Wikidata",
    "w3id": "w3id",
    "other": "Other",
}
"""Identifier schemes whose DataCite name is not their id in capitals. Source: DataCite Metadata Schema 4.6, appendix 1."""


def datacite_name(table: str, entry_id: str) -> str:
    """
    Return what DataCite calls the entry of a vocabulary, or an empty string.

    >>> datacite_name("relations", "issupplementto"), datacite_name("description_types", "notes")
    ('IsSupplementTo', 'Other')
    """
    if (table, entry_id) == ("description_types", "notes"):  # Zenodo's own
        return "Other"
    found = _entry(table, entry_id)
    return found.title().replace(" ", "") if isinstance(found, str) else ""


def scheme_name(scheme: str) -> str:
    """
    Return what DataCite calls an identifier's scheme.

    >>> scheme_name("arxiv"), scheme_name("doi"), scheme_name("")
    ('arXiv', 'DOI', 'Other')
    """
    return _SCHEMES.get(scheme) or scheme.upper() or "Other"


def resource_type(type_id: str) -> Mapping[str, str]:
    """Return the names of a resource type elsewhere: ``datacite_general``, ``csl``, ``schema.org``; empty if unknown."""
    props: Mapping[str, str] = (_entry("resource_types", type_id) or {}).get("props", {})
    return props


def licence(licence_id: str) -> Mapping[str, str]:
    """Return ``title`` and, where there are such, ``url`` and ``spdx`` of a licence; empty if it is unknown."""
    entry = _entry("licences", licence_id) or {}
    return {key: entry[key] for key in ("title", "url", "spdx") if entry.get(key)}


def _entry(table: str, entry_id: str) -> Any:
    return vocabulary.data()[table].get(entry_id)
