"""The terms of DataCite for those of the native model. Source: DataCite Metadata Schema 4.5, appendices."""

from __future__ import annotations

from zenodo_action import vocab

ROR = "https://ror.org/"

TYPES = {
    "audio": "Sound",
    "dataset": "Dataset",
    "event": "Event",
    "image": "Image",
    "instrument": "Instrument",
    "lesson": "InteractiveResource",
    "model": "Model",
    "physicalobject": "PhysicalObject",
    "poster": "Text",
    "presentation": "Text",
    "project": "Other",
    "publication": "Text",
    "publication-annotationcollection": "Collection",
    "publication-article": "JournalArticle",
    "publication-book": "Book",
    "publication-conferencepaper": "ConferencePaper",
    "publication-conferenceproceeding": "ConferenceProceeding",
    "publication-datamanagementplan": "OutputManagementPlan",
    "publication-datapaper": "DataPaper",
    "publication-dissertation": "Dissertation",
    "publication-journal": "Journal",
    "publication-peerreview": "PeerReview",
    "publication-preprint": "Preprint",
    "publication-report": "Report",
    "publication-section": "BookChapter",
    "publication-standard": "Standard",
    "publication-studyregistration": "StudyRegistration",
    "software": "Software",
    "software-computationalnotebook": "ComputationalNotebook",
    "video": "Audiovisual",
    "workflow": "Workflow",
}
"""Native type, or its part before the hyphen → general type. Source: appendix "resourceTypeGeneral"."""

SCHEMES = {
    "ads": "bibcode",
    "ark": "ARK",
    "arxiv": "arXiv",
    "doi": "DOI",
    "ean13": "EAN13",
    "eissn": "EISSN",
    "handle": "Handle",
    "igsn": "IGSN",
    "isbn": "ISBN",
    "issn": "ISSN",
    "istc": "ISTC",
    "lissn": "LISSN",
    "lsid": "LSID",
    "pmid": "PMID",
    "purl": "PURL",
    "upc": "UPC",
    "url": "URL",
    "urn": "URN",
    "w3id": "w3id",
}
"""Source: appendix "relatedIdentifierType"."""

RELATIONS = {
    **{native: name[:1].upper() + name[1:] for name in vocab.relations() if (native := name.lower())},
    "iscollectedby": "IsCollectedBy",
    "collects": "Collects",
}
ROLES = {name.lower(): name for name in vocab.roles() if name != "Translator"}
"""Translator came with version 4.6. Source: appendix "contributorType"."""
PEOPLE_SCHEMES = {
    "orcid": ("ORCID", "https://orcid.org/"),
    "isni": ("ISNI", "https://isni.org/isni/"),
    "gnd": ("GND", "https://d-nb.info/gnd/"),
    "ror": ("ROR", ROR),
}
TITLES = {"alternative-title": "AlternativeTitle", "subtitle": "Subtitle", "translated-title": "TranslatedTitle"}
DESCRIPTIONS = {
    "abstract": "Abstract",
    "methods": "Methods",
    "series-information": "SeriesInformation",
    "table-of-contents": "TableOfContents",
    "technical-info": "TechnicalInfo",
}
DATES = frozenset(
    ("accepted", "available", "copyrighted", "collected", "created", "issued", "submitted", "updated", "valid")
) | {"withdrawn", "other"}
OTHER = "Other"
ACCESS = {"public": "openAccess", "restricted": "restrictedAccess", "embargoed": "embargoedAccess"}
"""Source: info:eu-repo, "Access Rights", which DataCite's guide names for ``rightsURI``."""
