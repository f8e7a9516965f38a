"""Related and alternate identifiers, as every format gives them."""

from __future__ import annotations

import re
from typing import NamedTuple

from zenodo_action import vocab
from zenodo_action.model import Identifier
from zenodo_action.sources.reading import Value, shown

SCHEMES = (
    *(
        "ark",
        "arxiv",
        "ads",
        "crossreffunderid",
        "cstr",
        "doi",
        "ean13",
        "eissn",
        "grid",
        "handle",
        "igsn",
        "isbn",
        "isni",
    ),
    *("issn", "istc", "lissn", "lsid", "pmid", "purl", "rrid", "upc", "url", "urn", "wikidata", "w3id", "other"),
)
"""Source: InvenioRDM, config.py, ``RDM_RECORDS_IDENTIFIERS_SCHEMES``."""

_RESOLVERS = (
    (re.compile(r"swh:1:(cnt|dir|rel|rev|snp|ori):[0-9a-f]{40}(;\S*)?"), "https://archive.softwareheritage.org/{}"),
    (re.compile(r"PMC[0-9]+"), "https://www.ncbi.nlm.nih.gov/pmc/articles/{}/"),
    (re.compile(r"hal-[0-9]+(v[0-9]+)?"), "https://hal.science/{}"),
    (re.compile(r"www\.\S+", re.IGNORECASE), "https://{}"),
)
"""What the server refuses or takes for something else, and the address that leads to it. Source: zenodo-api.md 3.6."""

_HOST = re.compile(r"([a-z][a-z0-9-]*\.)+(com|org|net|edu|gov|info|int|dev|app|[a-z]{2})/\S*", re.IGNORECASE)
"""An address without its scheme; handles begin with a number, or with a word that is no host."""

SSH_ADDRESS = re.compile(r"(?:ssh://)?git@(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+?)(?:\.git)?/?")

_ZENODO_DOI = re.compile(r"10\.(5281|5072)/zenodo\.[0-9]+", re.IGNORECASE)


_ADDRESS = re.compile(
    r"(?i)(https?|ftps?)://([^\s/?#@]+@)?(localhost|\[[0-9a-f:.]+\]|[^\s/?#.]+(\.[^\s/?#.]+)+\.?)(:\d+)?([/?#]\S*)?"
)
"""Source: marshmallow, ``validate.URL`` without options, which InvenioRDM checks addresses with."""


class Link(NamedTuple):
    """An identifier in the server's form; ``mended`` where it had to be changed into an address."""

    scheme: str
    identifier: str
    mended: bool


def is_zenodo_doi(text: str) -> bool:
    """Whether a bare DOI is one of Zenodo's own, or of the embedded repository."""
    return _ZENODO_DOI.fullmatch(text) is not None


def detect(text: str) -> Link | None:
    """
    Return an identifier as the server will store it, ``None`` where it would refuse it.

    A number alone is none, although the server takes it for the id of an article in PubMed.

    >>> detect("github.com/cat-lab/red-dot")
    Link(scheme='url', identifier='https://github.com/cat-lab/red-dot', mended=True)
    >>> detect("git@github.com:cat-lab/red-dot.git").identifier
    'https://github.com/cat-lab/red-dot'
    >>> detect("20.500.12345/red-dot").scheme
    'handle'
    """
    for pattern, address in _RESOLVERS:
        if pattern.fullmatch(text):
            return Link("url", address.format(text), mended=True)
    ssh = SSH_ADDRESS.fullmatch(text)
    if ssh is not None:
        return Link("url", f"https://{ssh['host']}/{ssh['path']}", mended=True)
    found = vocab.identifier(text)
    if found == ("handle", text) and _HOST.fullmatch(text):
        return Link("url", f"https://{text}", mended=True)
    if found is None or (found.scheme == "pmid" and text.isdigit()):
        return None
    return Link(found.scheme, found.identifier, mended=False)


def read_url(value: Value) -> str | None:
    """Return a web address; one that the server drops without a word is left out."""
    text = value.line()
    if text is None:
        return None
    link = detect(text)
    if link is not None and link.mended and link.scheme == "url":
        _tell_mended(value, text, link)
        return link.identifier
    if _ADDRESS.fullmatch(text):
        return text
    value.warn(
        code="url-invalid",
        what=f"{shown(text)} is no web address; the server drops it, so it is left out",
        fix="write it with https://",
    )
    return None


def read_isbn(value: Value) -> str | None:
    """Return an ISBN; one that the server drops without a word is left out."""
    text = value.line()
    found = vocab.identifier(text) if text else None
    if text is None or (found is not None and found.scheme == "isbn"):
        return text
    value.warn(
        code="isbn-invalid",
        what=f"{shown(text)} is no ISBN; the server drops it, so it is left out",
        fix="check its digits",
    )
    return None


def read_link(value: Value, scheme: Value | None = None) -> Identifier | None:
    """
    Return the identifier that a text is; one that the server does not recognise is an error.

    The server detects the scheme itself. One given beside the identifier counts only where nothing is detected and
    the native API takes it.
    """
    text = value.line()
    if text is None:
        value.error(code="identifier-missing", what=f"{value.label} is empty", fix="write a DOI or an address")
        return None
    given = (scheme.text() or "").lower() if scheme is not None else ""
    link = detect(text) or _article(text, value, given)
    if link is None and given in SCHEMES and given not in ("doi", "url"):
        return Identifier(scheme=given, identifier=text)
    if link is None:
        value.error(
            code="identifier-unrecognised",
            what=f"{shown(text)} is no identifier that the server recognises",
            fix="write a DOI (10.1234/abc), an address (https://…), an arXiv id (arXiv:2101.00001), a handle, an ISBN …",
        )
        return None
    if link.mended:
        _tell_mended(value, text, link)
    elif given and given != link.scheme and scheme is not None:
        scheme.warn(
            code="identifier-scheme-ignored",
            what=f"{shown(text)} is stored as {link.scheme}, not as {given}: the server detects the scheme itself",
            fix="remove the scheme, or correct the identifier",
        )
    return Identifier(scheme=link.scheme, identifier=link.identifier)


def _article(text: str, value: Value, scheme: str) -> Link | None:
    """Return what the server takes a number alone for, where it takes it for the id of an article in PubMed."""
    found = vocab.identifier(text) if text.isdigit() else None
    if found is None or found.scheme != "pmid":
        return None
    if scheme != "pmid":
        value.warn(
            code="identifier-ambiguous",
            what=f"the server takes the bare number {shown(text)} for the id of an article in PubMed",
            fix=f"write pmid:{text} if that is meant; otherwise a DOI or an address",
        )
    return Link(found.scheme, found.identifier, mended=False)


def _tell_mended(value: Value, text: str, link: Link) -> None:
    value.warn(
        code="identifier-mended",
        what=f"the server does not take {shown(text)} for what it is; {link.identifier} is stored",
        fix=f"write {link.identifier}",
    )
