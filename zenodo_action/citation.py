"""How a deposited version is cited: one line in APA's style, and a BibTeX entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenodo_action.mapping.bibtex import to_bibtex
from zenodo_action.model import Creator, Identifier, Record
from zenodo_action.plan import Plan

_MEDIA = {
    "software": "Computer software",
    "dataset": "Data set",
    "image": "Image",
    "video": "Video",
    "poster": "Poster",
}
"""Main type → what stands in brackets. Source: Publication Manual of the APA, 7th edition, section 9.22."""
_MAX_AUTHORS, _SHOWN_AUTHORS = 20, 19
"""Of more authors, these and the last one are named. Source: same, section 9.8."""


def cited(plan: Plan, doi: str, url: str) -> Record:
    """
    Return what a citation is made of: the facts that are stored, also those that are kept from the version before.

    Args:
        plan: What was deposited.
        doi: Of this version.
        url: Where the DOI leads.
    """
    record, metadata = plan.record, plan.payload.body["metadata"]
    return Record(
        title=plan.title,
        creators=record.creators or tuple(_creator(each) for each in metadata.get("creators") or ()),
        # That of a version which is there already stays as it is, and no source says it.
        publication_date=record.publication_date or metadata.get("publication_date"),
        version=record.version,
        publisher=record.publisher or plan.server,
        resource_type=record.resource_type or (metadata.get("resource_type") or {}).get("id"),
        identifiers=(Identifier(scheme="doi", identifier=doi), Identifier(scheme="url", identifier=url)),
    )


def _creator(data: Mapping[str, Any]) -> Creator:
    """Return a creator as a server describes it, by either of its APIs."""
    known = data.get("person_or_org") or {}
    if known.get("type") == "organizational":
        return Creator(kind="organizational", name=known.get("name"))
    family, _, given = str(data.get("name") or "").partition(", ")
    return Creator(family_name=known.get("family_name") or family, given_name=known.get("given_name") or given or None)


def apa(record: Record) -> str:
    """
    Return a record as APA's style has it, in one line without markup; a version in the title is not said again.

    >>> apa(Record(title="Red-Dot", version="1.0", publication_date="2026-03-14", publisher="Zenodo",
    ...            resource_type="software", creators=(Creator(family_name="Carberry", given_name="Josiah S."),)))
    'Carberry, J. S. (2026). Red-Dot (Version 1.0) [Computer software]. Zenodo.'
    """
    title = (record.title or "").rstrip(".")
    people = _people(record)
    year = f"({(record.publication_date or 'n.d.')[:4]})"
    kind = (record.resource_type or "").partition("-")[0]
    is_versioned = record.version and record.version not in title.split()
    version = f" (Version {record.version})" if is_versioned else ""
    medium = f" [{_MEDIA[kind]}]" if kind in _MEDIA else ""
    named = _ended(f"{title}{version}{medium}")
    head = f"{people} {year}. {named}" if people else f"{named} {year}."
    address = next((each.identifier for each in record.identifiers if each.scheme == "url"), None)
    return " ".join(part for part in (head, f"{record.publisher}." if record.publisher else "", address) if part)


def _people(record: Record) -> str:
    """Return the authors; a name that is all initials has its full stop already."""
    names = [_apa_name(each) for each in record.creators if each.display_name]
    if len(names) > _MAX_AUTHORS:
        text = f"{', '.join(names[:_SHOWN_AUTHORS])}, … {names[-1]}"
    elif len(names) > 1:
        text = f"{', '.join(names[:-1])}, & {names[-1]}"
    else:
        text = "".join(names)
    return _ended(text)


def _ended(text: str) -> str:
    """Return a text with a full stop, where it has no end of its own."""
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _apa_name(person: Creator) -> str:
    """Return a family name with initials, as ``Ōe, J.-L.``; names in scripts without initials stay whole."""
    if person.kind == "organizational" or not person.given_name:
        return person.display_name
    given = person.given_name
    if not given.isascii() and not any(letter.isupper() for letter in given):
        return person.display_name
    words = ("-".join(f"{part[0]}." for part in word.split("-") if part) for word in given.split())
    return f"{person.family_name}, {' '.join(word for word in words if word)}"


def bibtex(record: Record) -> str:
    """Return a record as a BibTeX entry."""
    return to_bibtex(record)[0]  # nothing of so few facts is lost
