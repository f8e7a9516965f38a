"""Addresses made from what a record says; whatever does not give a plain web address gives none."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_RESOLVERS = {
    "doi": (r"10\.\d{4,9}/\S+", "https://doi.org/"),
    "arxiv": (r"(?:arxiv:)?[\w.\-/]+", "https://arxiv.org/abs/"),
    "handle": (r"[\w.]+/\S+", "https://hdl.handle.net/"),
    "pmid": (r"\d+", "https://pubmed.ncbi.nlm.nih.gov/"),
    "wikidata": (r"Q\d+", "https://www.wikidata.org/wiki/"),
}
"""Scheme → what its identifiers look like, and the address that resolves them."""

_AGENT_RESOLVERS = {
    "orcid": (r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", "https://orcid.org/"),
    "ror": (r"0[a-z0-9]{6}\d{2}", "https://ror.org/"),
    "isni": (r"\d{15}[\dX]", "https://isni.org/isni/"),
    "gnd": (r"(?:gnd:)?[\dX-]{2,12}", "https://d-nb.info/gnd/"),
}


def web_link(url: str) -> str:
    """
    Return an ``http`` or ``https`` address as it stands, and an empty string for anything else.

    >>> web_link("https://github.com/o/r"), web_link("javascript:alert(1)"), web_link("https://a b/")
    ('https://github.com/o/r', '', '')
    """
    if not re.fullmatch(r"(?i)https?://[^\s\x00-\x20\x7f<>\"\\^`{|}]+", url):
        return ""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return url if host else ""


def identifier_link(scheme: str, identifier: str) -> str:
    """
    Return the address of a work, or an empty string.

    >>> identifier_link("doi", "10.1234/a<b>"), identifier_link("", "https://example.org/"), identifier_link("isbn", "1")
    ('https://doi.org/10.1234/a%3Cb%3E', 'https://example.org/', '')
    """
    return _resolved(_RESOLVERS, scheme, identifier) or web_link(identifier)


def agent_link(scheme: str, identifier: str) -> str:
    """
    Return the address of a person or organisation, or an empty string.

    >>> agent_link("orcid", "0000-0002-1825-0097"), agent_link("gnd", "gnd:118540238"), agent_link("ror", "../x")
    ('https://orcid.org/0000-0002-1825-0097', 'https://d-nb.info/gnd/118540238', '')
    """
    return _resolved(_AGENT_RESOLVERS, scheme, identifier.replace(" ", "") if scheme == "isni" else identifier)


def page_link(*segments: str) -> str:
    """
    Return the address of a page of this server.

    >>> page_link("records", "42", "files", "a/b c?.zip")
    '/records/42/files/a%2Fb%20c%3F.zip'
    """
    return "/" + "/".join(quote(segment, safe="", errors="replace") for segment in segments)


def doi_page_link(doi: str) -> str:
    """Return the address of this server's page for one of its own DOIs, which no resolver knows."""
    return "/doi/" + quote(doi, safe="/", errors="replace")


def badge_link(doi: str) -> str:
    """Return the address of this server's badge of a DOI."""
    return f"/badge/DOI/{quote(doi, safe='/', errors='replace')}.svg"


def _resolved(resolvers: dict[str, tuple[str, str]], scheme: str, identifier: str) -> str:
    if scheme not in resolvers:
        return ""
    form, resolver = resolvers[scheme]
    if not re.fullmatch(form, identifier, re.IGNORECASE):
        return ""
    bare = re.sub(r"^(arxiv|gnd):", "", identifier, flags=re.IGNORECASE)
    return resolver + quote(bare, safe="/:;().-_", errors="replace")
