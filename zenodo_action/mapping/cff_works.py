"""
Works cited → ``references`` of ``CITATION.cff``; pure.

A record holds them as texts, while the format demands authors and title: a text in the form that the reader gives them
(``sources.cff_references``) is taken apart again, any other has no place. Source: Citation File Format 1.2.0, schema
guide, "definitions.reference".
"""

from __future__ import annotations

import re
from typing import Any

from zenodo_action.model import Identifier, Reference
from zenodo_action.vocab.identifiers import CFF_DOI

ADDRESS = re.compile(r"(https|http|ftp|sftp)://.+")

_TEXT = re.compile(r"(?P<names>[^()]+?) \((?P<year>\d{4})\)\. (?P<title>.+?)(?:\. (?P<notes>.+))?")
"""``Names (year). Title. Where``, the address taken off."""
_TYPES = {
    "audio": "sound-recording",
    "dataset": "data",
    "image": "art",
    "presentation": "slides",
    "publication-article": "article",
    "publication-book": "book",
    "publication-conferencepaper": "conference-paper",
    "publication-conferenceproceeding": "proceedings",
    "publication-dissertation": "thesis",
    "publication-patent": "patent",
    "publication-report": "report",
    "publication-softwaredocumentation": "manual",
    "publication-standard": "standard",
    "software": "software",
    "video": "video",
}
"""Native type → type of a reference; all others are ``generic``."""


def to_work(reference: Reference, kind: str | None = None) -> dict[str, Any] | None:
    """
    Return a work cited with authors, year, title and what else there is; ``None`` where its text does not tell them.

    >>> to_work(Reference(text="Doe, J.; The Cats (2014). Dots. Journal, 2"))["authors"]
    [{'family-names': 'Doe', 'given-names': 'J.'}, {'name': 'The Cats'}]
    """
    address = _address(reference.identifier)
    text = reference.text.removesuffix(f". {address}") if address else reference.text
    match = _TEXT.fullmatch(text)
    if match is None:
        return None
    work: dict[str, Any] = {
        "type": _TYPES.get(kind or "", "generic"),
        "authors": _authors(match["names"]),
        "title": match["title"],
        "year": int(match["year"]),
    }
    if match["notes"]:
        work["notes"] = match["notes"]
    return work | (_identified(reference.identifier) if reference.identifier is not None else {})


def _authors(names: str) -> list[dict[str, str]]:
    """Return persons, whose names have one comma, and entities, each once."""
    found: list[dict[str, str]] = []
    for name in names.split("; "):
        family, comma, given = name.partition(", ")
        is_person = comma and given and "," not in given and family
        author = {"family-names": family, "given-names": given} if is_person else {"name": name}
        if author not in found:
            found.append(author)
    return found


def _identified(identifier: Identifier) -> dict[str, Any]:
    text = identifier.identifier
    if identifier.scheme == "doi" and re.fullmatch(CFF_DOI, text):
        return {"doi": text}
    if ADDRESS.fullmatch(text):
        return {"url": text}
    return {"identifiers": [{"type": "other", "value": text, "description": identifier.scheme}]}


def _address(identifier: Identifier | None) -> str | None:
    """Return what a reference's text ends with."""
    if identifier is None:
        return None
    return f"https://doi.org/{identifier.identifier}" if identifier.scheme == "doi" else identifier.identifier
