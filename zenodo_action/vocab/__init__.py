"""
One value in, its accepted form out, or why not: the vocabularies of the servers, without any request.

Every command imports this, so its modules keep start-up short: patterns are plain strings, which ``re`` compiles at
their first use and keeps; data files and larger libraries are read when they are first needed.
"""

from __future__ import annotations

from zenodo_action.vocab.authorities import gnd, isni, orcid, orcid_problem, ror
from zenodo_action.vocab.dates import date, date_problem
from zenodo_action.vocab.identifiers import Detected, doi, identifier
from zenodo_action.vocab.languages import language, language_match
from zenodo_action.vocab.licences import (
    LicenceMatch,
    default_license,
    license,  # noqa: A004
    license_title,
    license_url,
    spdx_url,
)
from zenodo_action.vocab.markup import (
    allowed_html_tags,
    html_problems,
    looks_like_markdown,
    markdown,
    paragraphs,
    plain_text,
)
from zenodo_action.vocab.people import SplitName, looks_like_organisation, split_name
from zenodo_action.vocab.terms import (
    access_right,
    development_status,
    development_statuses,
    funder,
    funder_name,
    funders,
    programming_language,
    programming_languages,
    relation,
    relations,
    resource_type,
    role,
    roles,
    subtypes,
    suggest,
    upload_types,
)

__all__ = [
    "Detected",
    "LicenceMatch",
    "SplitName",
    "access_right",
    "allowed_html_tags",
    "date",
    "date_problem",
    "default_license",
    "development_status",
    "development_statuses",
    "doi",
    "funder",
    "funder_name",
    "funders",
    "gnd",
    "html_problems",
    "identifier",
    "isni",
    "language",
    "language_match",
    "license",
    "license_title",
    "license_url",
    "looks_like_markdown",
    "looks_like_organisation",
    "markdown",
    "orcid",
    "orcid_problem",
    "paragraphs",
    "plain_text",
    "programming_language",
    "programming_languages",
    "relation",
    "relations",
    "resource_type",
    "role",
    "roles",
    "ror",
    "spdx_url",
    "split_name",
    "subtypes",
    "suggest",
    "upload_types",
]
