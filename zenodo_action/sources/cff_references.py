"""Works that ``CITATION.cff`` names: ``references`` as texts, ``preferred-citation`` as a related publication."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from zenodo_action import vocab
from zenodo_action.model import Identifier, Reference, Related
from zenodo_action.sources.cff_people import name_of
from zenodo_action.sources.links import detect, is_zenodo_doi
from zenodo_action.sources.reading import Value

PREFERRED_RELATION = "isdocumentedby"
"""Relation of the work to the publication that should be cited for it: the paper that explains it."""

_TYPES = {
    "art": "image",
    "article": "publication-article",
    "audiovisual": "video",
    "book": "publication-book",
    "conference": "publication-conferenceproceeding",
    "conference-paper": "publication-conferencepaper",
    "data": "dataset",
    "data-type": "dataset",
    "database": "dataset",
    "edited-work": "publication-book",
    "film-broadcast": "video",
    "generic": "publication",
    "magazine-article": "publication-article",
    "manual": "publication-softwaredocumentation",
    "map": "image",
    "multimedia": "video",
    "music": "audio",
    "newspaper-article": "publication-article",
    "pamphlet": "publication-other",
    "patent": "publication-patent",
    "proceedings": "publication-conferenceproceeding",
    "report": "publication-report",
    "serial": "publication-journal",
    "slides": "presentation",
    "software": "software",
    "software-code": "software",
    "software-container": "software",
    "software-executable": "software",
    "software-virtual-machine": "software",
    "sound-recording": "audio",
    "standard": "publication-standard",
    "thesis": "publication-dissertation",
    "unpublished": "publication-workingpaper",
    "video": "video",
}
"""Type of a reference → resource type. Source: Citation File Format 1.2.0, "definitions.reference.type"."""

OWN_KEYS = ("title", "authors", "abstract", "license", "license-url", "keywords")
"""What is taken from a ``preferred-citation`` about the work itself where the file has no authors elsewhere."""
_ADDRESS_KEYS = ("url", "repository-code", "repository", "repository-artifact", "isbn", "collection-doi")


def read_references(value: Value) -> tuple[Reference, ...]:
    """Return the works cited, each as a line of text and with its identifier."""
    found: list[Reference] = []
    untold: Counter[str] = Counter()
    for item in value.items():
        reference = _read_reference(item)
        if reference is None:
            item.warn(
                code="reference-missing",
                what=f"{item.label} names no work: it has neither title nor identifier",
                fix="add its title, or remove the entry",
            )
            continue
        item.mark(len(found))
        found.append(reference)
        untold.update(_untold(item, reference.text, reference.identifier))
    if untold:
        listed = ", ".join(f"{key} ({count})" for key, count in sorted(untold.items()))
        what = f"the record's references do not hold all that these have as {listed}"
        value.hint(code="key-unused", what=what, fix="nothing to do: it stays in the file")
    return tuple(found)


def read_preferred(value: Value) -> tuple[Related, ...]:
    """Return the publication to cite as a related work; nothing where it is this very work, or has no identifier."""
    if not value.is_mapping:
        value.warn(
            code="value-kind-wrong",
            what=f"{value.label} is {value.kind} where a mapping belongs; it is not used",
            fix="see the format's guide",
        )
        return ()
    identifier = _identifier(value)
    if identifier is None:
        value.warn(
            code="identifier-missing",
            what="preferred-citation has neither DOI nor address, so the record cannot link to it",
            fix="add doi: or url:",
        )
        return ()
    if identifier.scheme == "doi" and is_zenodo_doi(identifier.identifier) and _kind(value) == "software":
        _hint_at_own(value)
        return ()
    untold = sorted(_untold(value, (_kind(value) and value.text_of("type")) or "", identifier))
    if untold:
        value.hint(
            code="key-unused",
            what=f"the record links to the preferred-citation; it has no place for its {', '.join(untold)}",
            fix="nothing to do: it stays in the file, and where the link leads",
        )
    return (
        Related(
            identifier=identifier.identifier,
            scheme=identifier.scheme,
            relation=PREFERRED_RELATION,
            resource_type=_kind(value),
        ),
    )


def _hint_at_own(value: Value) -> None:
    """Tell what is not stored of a ``preferred-citation`` that is about this very work."""
    is_read = value.reading.root.get("authors") is None
    unread = [key for key in value.data if key not in ("type", *(OWN_KEYS if is_read else ()))]
    value.hint(
        code="key-unused",
        what=f"preferred-citation is taken for this work's own record; not stored are its {', '.join(unread)}",
        fix="nothing to do; if it is another work, give it under references",
    )


def _untold(item: Value, text: str, identifier: Identifier | None) -> Iterator[str]:
    """Yield the keys of a work of which not every value stands in its text or identifier; the type hardly ever does."""
    told = _letters(f"{text} {identifier.identifier if identifier is not None else ''}")
    for key, value in item.entries():
        if not all(_letters(each) in told for each in _leaves(value.data)):
            yield key


def _leaves(data: Any) -> Iterator[str]:
    """Yield the texts in a value, but for the words that say which kind an identifier is."""
    if isinstance(data, dict):
        data = [part for key, part in data.items() if key != "type"]
    if isinstance(data, list):
        for part in data:
            yield from _leaves(part)
    elif data is not None:
        yield str(data)


def _letters(text: str) -> str:
    return re.sub(r"\W|_", "", text.lower().replace("https://doi.org/", ""))


def _kind(value: Value) -> str | None:
    return _TYPES.get((value.text_of("type") or "").lower())


def _read_reference(item: Value) -> Reference | None:
    """Return a reference as ``Names (year). Title (version). Where. https://doi.org/…``."""
    if not item.is_mapping:
        text = item.line()
        return Reference(text=text) if text else None
    identifier = _identifier(item)
    title = item.text_of("title", "short-title") or item.text_of("collection-title", "abbreviation")
    if title is None and identifier is None:
        return None
    parts = [_names(item), _year(item)]
    head = " ".join(part for part in parts if part)
    version = item.text_of("version")
    titled = f"{title} (version {version})" if title and version else title
    sentences = [head, titled, _where(item), _address(identifier)]
    text = ". ".join(sentence.rstrip(".") for sentence in sentences if sentence)
    return Reference(text=text, identifier=identifier)


def _names(item: Value) -> str:
    """Return the names of those who made the work."""
    value = item.get("authors", "author", "editors", "senders")
    names = [name_of(person) for person in value.items(may_be_single=True)] if value is not None else []
    return "; ".join(name for name in names if name)


def _year(item: Value) -> str:
    text = item.text_of("year") or (item.text_of("date-published", "date-released", "issue-date") or "")[:4]
    return f"({text})" if text else ""


def _where(item: Value) -> str:
    """Return journal or book, volume(issue), pages, publisher, institution, and notes."""
    journal = item.text_of("journal") or (item.text_of("collection-title") if item.get("title") is not None else None)
    volume, issue = item.text_of("volume"), item.text_of("issue", "number")
    numbers = f"{volume}({issue})" if volume and issue else volume or (f"issue {issue}" if issue else None)
    start, end = item.text_of("start"), item.text_of("end")
    pages = f"{start}–{end}" if start and end else start or item.text_of("pages", "article-number")
    makers = [_name(item, key) for key in ("conference", "publisher", "institution")]
    notes = item.text_of("notes")
    return ", ".join(part for part in (journal, numbers, pages, *makers, notes) if part)


def _name(item: Value, key: str) -> str | None:
    """Return the name of an entity, which is a mapping by the schema and a text in many files."""
    value = item.get(key)
    if value is None or value.is_list:
        return None
    return value.text_of("name") if value.is_mapping else value.line()


def _address(identifier: Identifier | None) -> str | None:
    if identifier is None:
        return None
    return f"https://doi.org/{identifier.identifier}" if identifier.scheme == "doi" else identifier.identifier


def _identifier(item: Value) -> Identifier | None:
    """Return the best identifier of a work: its DOI, one of its identifiers, its address."""
    listed = item.get("identifiers")
    values = [entry.get("value") for entry in listed.items()] if listed is not None and listed.is_list else []
    doi = vocab.doi(item.text_of("doi") or "")
    if doi:
        return Identifier(scheme="doi", identifier=doi)
    for value in (*values, *(item.get(key) for key in _ADDRESS_KEYS)):
        text = value.line() if value is not None and not value.is_mapping and not value.is_list else None
        found = detect(text) if text else None
        if found is not None:
            return Identifier(scheme=found.scheme, identifier=found.identifier)
    return None
