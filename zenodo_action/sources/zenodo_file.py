"""
``.zenodo.yml`` and ``.zenodo.json`` → what they say about the record; one reader for both.

Names and values are those of Zenodo's deposit metadata, and what only the native model can hold.
Source: developers.zenodo.org, "Deposit metadata"; zenodo-rdm, ``legacy/deserializers``.
"""

from __future__ import annotations

from collections.abc import Mapping

from zenodo_action.documents import Document
from zenodo_action.errors import MetadataError, Where
from zenodo_action.model import Harvest, Snapshot
from zenodo_action.sources import (
    dates,
    placeholders,
    settings,
    texts,
    zenodo_custom,
    zenodo_links,
    zenodo_people,
    zenodo_terms,
    zenodo_texts,
)
from zenodo_action.sources.funding import read_funding
from zenodo_action.sources.licences import read_rights
from zenodo_action.sources.reading import Reading, Row, Value, read_rows, single

ROWS: tuple[Row, ...] = (
    single("title", "title", texts.read_title),
    Row("additional_titles", ("additional_titles",), texts.read_titles),
    Row("resource_type", ("upload_type", *zenodo_terms.SUBTYPE_KEYS, "resource_type"), zenodo_terms.read_resource_type),
    Row("creators", ("creators",), zenodo_people.read_creators),
    Row("contributors", ("contributors", "thesis_supervisors"), zenodo_people.read_contributors),
    single("description", "description", texts.read_rich_text),
    Row(
        "additional_descriptions",
        ("notes", "method", "additional_descriptions"),
        zenodo_texts.read_descriptions,
    ),
    single("publication_date", "publication_date", dates.read_publication_date),
    single("version", "version", Value.line),
    Row("publisher", ("publisher", "imprint_publisher"), zenodo_texts.read_publisher),
    single("rights", "license", read_rights),
    single("keywords", "keywords", texts.read_keywords),
    single("languages", "language", zenodo_terms.read_languages),
    single("dates", "dates", dates.read_dates),
    Row("identifiers", ("alternate_identifiers", "related_identifiers"), zenodo_links.read_alternate),
    single("related", "related_identifiers", zenodo_links.read_related),
    Row("funding", ("grants", "funding"), read_funding),
    single("references", "references", zenodo_texts.read_references),
    single("locations", "locations", zenodo_terms.read_locations),
    Row("access", ("access_right", "embargo_date", "access_conditions"), zenodo_terms.read_access),
    single("communities", "communities", zenodo_texts.read_communities),
    single("custom_fields.code:programmingLanguage", "programming_language", zenodo_terms.read_programming_languages),
    single("custom_fields.code:developmentStatus", "development_status", zenodo_terms.read_development_status),
    Row("custom_fields.journal:journal", tuple(zenodo_texts.JOURNAL), zenodo_texts.texts(zenodo_texts.JOURNAL)),
    Row("custom_fields.meeting:meeting", tuple(zenodo_texts.MEETING), zenodo_texts.read_meeting),
    Row("custom_fields.imprint:imprint", tuple(zenodo_texts.IMPRINT), zenodo_texts.read_imprint),
    Row("custom_fields.thesis:thesis", tuple(zenodo_texts.THESIS), zenodo_texts.texts(zenodo_texts.THESIS)),
    single("custom_fields.legacy:subjects", "subjects", zenodo_texts.read_subjects),
    single("custom_fields", "custom", zenodo_custom.read_custom),
)
"""Every field, and the keys it comes from."""

KEYS: tuple[str, ...] = (*dict.fromkeys(key for row in ROWS for key in row.keys), settings.KEY)
"""Every key that is read."""

USELESS: Mapping[str, str] = {
    "doi": "every version gets a DOI of its own; to continue a record, set deposit: {record: …}",
    "prereserve_doi": "the program reserves the DOI itself where it needs one",
    "conceptdoi": "to continue a record, set deposit: {record: …}",
    "conceptrecid": "to continue a record, set deposit: {record: …}",
    "pids": "every version gets a DOI of its own",
}
"""Keys that people know from the server's answers, and why they are not used."""

SILENT = ("$schema",)
"""Keys for editors."""

_SYNONYMS: Mapping[str, str] = {
    "abstract": "description",
    "author": "creators",
    "authors": "creators",
    "date": "publication_date",
    "date_published": "publication_date",
    "date-released": "publication_date",
    "licence": "license",
    "name": "title",
    "resource_type_general": "upload_type",
    "rights": "license",
    "tags": "keywords",
    "topics": "keywords",
    "type": "upload_type",
}
"""What other formats call the same thing, where spelling alone does not lead there."""


def harvest(document: Document, snapshot: Snapshot) -> Harvest:
    """
    Return what the file says, with every finding about it.

    Raises:
        MetadataError: The file holds a record in InvenioRDM's native shape, of which nothing can be read.
    """
    reading = Reading(document, placeholders.fillings(snapshot))
    settings.read_settings(reading.root)
    root = _unwrapped(reading.root)
    read_rows(root, ROWS)
    for key, value in root.entries():
        if key in USELESS:
            value.warn_key(code="key-unused", what=f"{value.label} is not used: {USELESS[key]}", fix="remove it")
    root.check_keys(KEYS, synonyms=_SYNONYMS, ignored=(*USELESS, *SILENT))
    return reading.harvest()


def deposit_settings(document: Document, snapshot: Snapshot) -> Mapping[str, tuple[object, Where]]:
    """Return the settings of the ``deposit:`` block that are right, with their places."""
    return settings.read_settings(Reading(document, placeholders.fillings(snapshot)).root)


def _unwrapped(root: Value) -> Value:
    """
    Return the mapping that holds the deposit metadata.

    Zenodo's own integration takes a file in native shape for one that says nothing, without a word.
    Source: zenodo-api.md 6, "What is not used".
    """
    metadata = root.get("metadata")
    if metadata is None or not metadata.is_mapping or root.get("title", "creators") is not None:
        return root
    if _is_native(metadata):
        metadata.error_key(
            code="shape-native",
            what="the file holds a record in InvenioRDM's native shape, which this file is not for",
            fix="write the keys of the deposit metadata at the top level: title, upload_type, creators: [{name: …}] …",
        )
        raise MetadataError(root.reading.harvest().findings)
    metadata.warn_key(
        code="shape-wrapped",
        what='the metadata stand under "metadata", as in a request to the deposit API; they are read from there',
        fix='move them to the top level and remove "metadata"; Zenodo\'s own integration does not see them there',
    )
    root.check_keys(("metadata", settings.KEY), ignored=SILENT)
    return metadata


def _is_native(metadata: Value) -> bool:
    """Whether people or the type have the shape that only the native API has."""
    people, kind = metadata.get("creators"), metadata.get("resource_type")
    return (kind is not None and kind.is_mapping) or (
        people is not None and people.is_list and any(item.get("person_or_org") is not None for item in people.items())
    )
