"""Identifiers and addresses of ``CITATION.cff``: of the work itself, and of what belongs to it."""

from __future__ import annotations

import re

from zenodo_action import vocab
from zenodo_action.model import Identifier, Related
from zenodo_action.sources.cff_references import read_preferred
from zenodo_action.sources.links import SSH_ADDRESS, detect, is_zenodo_doi
from zenodo_action.sources.reading import Value, shown
from zenodo_action.vocab.identifiers import CONCEPT_DESCRIPTION, VERSION_DESCRIPTION

RELATIONS = {"url": "isdescribedby", "repository": "isidenticalto", "repository-artifact": "isoriginalformof"}
"""
Key → relation of the work to what stands there: its web page, a copy elsewhere, what was built of it.

Source: DataCite Metadata Schema 4.5, appendix "relationType".
"""

CODE_REPOSITORY = "repository-code"

_SWHID = "swh:1:"


def read_identifiers(root: Value) -> tuple[Identifier, ...]:
    """
    Return the identifiers of the work, each once.

    Zenodo's own DOIs are left out: there they are the work's own concept or an earlier version, never this version.
    """
    found: dict[Identifier, None] = {}
    described = 0
    doi = _read_doi(root.get("doi"))
    own = {doi}
    if doi and not is_zenodo_doi(doi):
        found[Identifier(scheme="doi", identifier=doi)] = None
    for item in _items(root):
        identifier = _read_identifier(item)
        item.check_keys(("type", "value", "description"))
        described += item.get("description") is not None and not _is_ours(item)
        if identifier is None:
            continue
        if is_zenodo_doi(identifier.identifier):
            _hint_at_own(item, identifier.identifier, own)
        else:
            found[identifier] = None
    listed = root.get("identifiers")
    if described and listed is not None:
        listed.hint(
            code="key-unused",
            what=f"the record has no place for what the identifiers have as description ({described})",
            fix="nothing to do: it stays in the file",
        )
    return tuple(found)


def read_related(root: Value) -> tuple[Related, ...]:
    """Return the publication to cite, the work's addresses, and its copy in the Software Heritage archive, each once."""
    preferred = root.get("preferred-citation")
    found = list(read_preferred(preferred)) if preferred is not None else []
    code = _plain(root.text_of(CODE_REPOSITORY) or "")
    for key, relation in RELATIONS.items():
        value = root.get(key)
        related = _read_address(value, relation) if value is not None else None
        if related is not None and _plain(related.identifier) != code:
            found.append(related)
    for item in _items(root):
        text = item.text_of("value") or ""
        link = detect(text) if text.startswith(_SWHID) else None
        if link is not None:
            found.append(Related(identifier=link.identifier, scheme=link.scheme, relation="isidenticalto"))
    return tuple(dict.fromkeys(found))


def read_code_repository(value: Value) -> str | None:
    """Return the web address of the source code; the server drops what is none."""
    text = value.line()
    if text is None:
        return None
    ssh = SSH_ADDRESS.fullmatch(text)
    if ssh is not None:
        address = f"https://{ssh['host']}/{ssh['path']}"
        value.warn(
            code="identifier-mended",
            what=f"{shown(text)} is not a web address; {address} is stored",
            fix=f"write {address}",
        )
        return address
    if not _is_address(text):
        value.warn(
            code="url-invalid", what=f"{shown(text)} is no web address; it is left out", fix="write it with https://"
        )
        return None
    return text.removesuffix(".git").rstrip("/")


def _is_address(text: str) -> bool:
    return re.fullmatch(r"https?://[^\s/]+\S*", text) is not None


def _plain(address: str) -> str:
    return address.lower().removesuffix("/").removesuffix(".git").partition("://")[2]


def _items(root: Value) -> list[Value]:
    """Return the entries of ``identifiers``."""
    value = root.get("identifiers")
    return value.items(may_be_single=True) if value is not None else []


def _read_doi(value: Value | None) -> str | None:
    """Return the bare DOI of the work."""
    text = value.line() if value is not None else None
    if value is None or text is None:
        return None
    doi = vocab.doi(text)
    if doi is None:
        value.warn(
            code="identifier-unrecognised",
            what=f"{shown(text)} is no DOI; it is left out",
            fix="write it as 10.1234/abc, or remove it",
        )
    return doi


def _read_identifier(item: Value) -> Identifier | None:
    """Return an entry of ``identifiers``, ``None`` for what is no identifier or is related instead."""
    value = item.get("value")
    text = value.line() if value is not None else None
    if value is None or text is None:
        item.warn(
            code="identifier-missing",
            what=f"{item.label} has no value; it is left out",
            fix="write {type: doi, value: 10.1234/abc}, or remove the entry",
        )
        return None
    if text.startswith(_SWHID):
        if detect(text) is None:
            value.warn(
                code="identifier-unrecognised",
                what=f"{shown(text)} is no SWHID; it is left out",
                fix="see https://www.swhid.org",
            )
        return None
    if (item.text_of("type") or "").lower() == "doi":
        doi = _read_doi(value)
        return Identifier(scheme="doi", identifier=doi) if doi else None
    link = detect(text)
    return (
        Identifier(scheme=link.scheme, identifier=link.identifier)
        if link
        else Identifier(scheme="other", identifier=text)
    )


def _hint_at_own(item: Value, doi: str, own: set[str | None]) -> None:
    """Tell once that a DOI is not stored, unless its description shows that it was written for this record."""
    if doi not in own and not _is_ours(item):
        item.hint(
            code="identifier-own",
            what=f"{doi} is taken for a DOI of this work's own record: it helps to find the record and is not stored in it",
            fix="nothing to do; if it is another work's DOI, give it under references",
        )
    own.add(doi)


def _is_ours(item: Value) -> bool:
    """Whether an identifier is described as this program does when it writes a record's DOIs into the file."""
    description = item.text_of("description") or ""
    return description == CONCEPT_DESCRIPTION or VERSION_DESCRIPTION.fullmatch(description) is not None


def _read_address(value: Value, relation: str) -> Related | None:
    text = value.line()
    if text is None:
        return None
    link = detect(text)
    if link is None:
        value.warn(
            code="url-invalid", what=f"{shown(text)} is no web address; it is left out", fix="write it with https://"
        )
        return None
    if is_zenodo_doi(link.identifier):
        return None
    return Related(identifier=link.identifier, scheme=link.scheme, relation=relation)
