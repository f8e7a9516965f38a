"""Fields of ``.zenodo.yml`` and ``.zenodo.json`` in words: descriptions, references, journal, meeting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from zenodo_action.model import Identifier, Reference, TypedText
from zenodo_action.sources.links import read_isbn, read_link, read_url
from zenodo_action.sources.reading import Value, shown
from zenodo_action.sources.texts import DESCRIPTION_TYPES, read_rich_text, read_typed_texts

JOURNAL = {"journal_title": "title", "journal_volume": "volume", "journal_issue": "issue", "journal_pages": "pages"}
MEETING = {
    "conference_title": "title",
    "conference_acronym": "acronym",
    "conference_dates": "dates",
    "conference_place": "place",
    "conference_url": "url",
    "conference_session": "session",
    "conference_session_part": "session_part",
}
IMPRINT = {"partof_title": "title", "partof_pages": "pages", "imprint_place": "place", "imprint_isbn": "isbn"}
THESIS = {"thesis_university": "university"}
"""Keys of the deposit API → keys of the custom field. Source: zenodo-rdm, ``legacy/deserializers/metadata.py``."""

_DESCRIPTIONS = (("notes", "notes"), ("method", "methods"))
"""Key of the deposit API → type of description. Source: as above."""

_COMMUNITY = re.compile(r"(?:https?://[^/]+/communities/)?([A-Za-z0-9][A-Za-z0-9_.-]*)/?")


def texts(names: Mapping[str, str]) -> Callable[[Value], dict[str, str]]:
    """Return a reader that collects text keys under the names that a custom field has for them."""
    return lambda root: {name: text for key, name in names.items() if (text := root.text_of(key))}


def read_meeting(root: Value) -> dict[str, str]:
    """Return the conference; an address that is none is left out, as the server would do without a word."""
    return _with_checked(texts(MEETING)(root), "url", root.get("conference_url"), read_url)


def read_imprint(root: Value) -> dict[str, str]:
    """Return what the work is a part of; a wrong ISBN is left out, as the server would do without a word."""
    return _with_checked(texts(IMPRINT)(root), "isbn", root.get("imprint_isbn"), read_isbn)


def _with_checked(
    field: dict[str, str], key: str, value: Value | None, read: Callable[[Value], str | None]
) -> dict[str, str]:
    """Return a custom field with the key as it is read from a value, without it where the value is wrong."""
    checked = read(value) if value is not None else None
    others = {name: text for name, text in field.items() if name != key}
    return {**others, key: checked} if checked else others


def read_publisher(root: Value) -> str | None:
    """Return the publisher; ``publisher`` comes before ``imprint_publisher``."""
    value = root.pick("publisher", "imprint_publisher")
    return value.line() if value is not None else None


def read_descriptions(root: Value) -> tuple[TypedText, ...]:
    """Return notes, method, and the further descriptions in their native shape."""
    found = []
    for key, kind in _DESCRIPTIONS:
        value = root.get(key)
        text = read_rich_text(value) if value is not None else None
        if text:
            found.append(TypedText(text=text, type=kind))
    return (*found, *read_typed_texts(root.get("additional_descriptions"), "description", DESCRIPTION_TYPES))


def read_references(value: Value) -> tuple[Reference, ...]:
    """Return the works cited, as texts or as ``{reference, identifier}``."""
    found: list[Reference] = []
    for item in value.items():
        reference = _read_reference(item)
        if reference is not None:
            item.mark(len(found))
            found.append(reference)
    return tuple(found)


def _read_reference(item: Value) -> Reference | None:
    if not item.is_mapping:
        text = item.line()
        return Reference(text=text) if text else None
    item.check_keys(("reference", "identifier", "scheme"))
    text = item.text_of("reference")
    value = item.get("identifier")
    identifier: Identifier | None = read_link(value, item.get("scheme")) if value is not None else None
    if text is None and identifier is None:
        item.error(code="reference-missing", what=f"{item.label} has no text", fix="add reference: with the citation")
        return None
    return Reference(text=text or (identifier.identifier if identifier else ""), identifier=identifier)


def read_communities(value: Value) -> tuple[str, ...]:
    """Return the communities' short names, from texts, addresses, ``{identifier}`` or ``{id}``, each once."""
    found: dict[str, None] = {}
    for item in value.items(may_be_single=True):
        item.check_keys(("identifier", "id", "slug", "title"))
        name = item.pick("identifier", "id", "slug") if item.is_mapping else item
        text = name.line() if name is not None else None
        match = _COMMUNITY.fullmatch(text) if text else None
        if match is not None:
            found[match[1]] = None
        else:
            what = f"{shown(text)} is no community's name" if text else f"{item.label} names no community"
            item.error(
                code="community-invalid",
                what=what,
                fix="write the last part of its address: zenodo.org/communities/NAME",
            )
    return tuple(found)


def read_subjects(value: Value) -> list[dict[str, str]]:
    """
    Return the subjects of a classification, in the shape of the custom field that the deposit API fills.

    Source: zenodo-api.md 3.1, ``subjects``: they are not InvenioRDM's native subjects.
    """
    found = []
    for item in value.items():
        if item.is_mapping:
            item.check_keys(("term", "identifier", "scheme"))
        else:
            item.warn(
                code="value-kind-wrong",
                what=f"{item.label} is {item.kind} where {{term, identifier}} belongs",
                fix="write term: …",
            )
        term = item.text_of("term") if item.is_mapping else item.line()
        subject = {"term": term, "identifier": item.text_of("identifier"), "scheme": item.text_of("scheme")}
        filled = {key: text for key, text in subject.items() if text}
        if filled:
            found.append(filled)
    return found
