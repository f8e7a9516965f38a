"""Fields of ``.zenodo.yml`` and ``.zenodo.json`` in words: descriptions, references, journal, meeting, and custom fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.model import Identifier, Reference, TypedText
from zenodo_action.sources.links import read_link
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
    meeting = texts(MEETING)(root)
    url = root.get("conference_url")
    if url is not None and "url" in meeting and not _is_a(meeting["url"], "url"):
        url.warn(
            code="url-invalid",
            what=f"{shown(meeting['url'])} is no address; the server drops it",
            fix="write it with https://",
        )
        del meeting["url"]
    return meeting


def read_imprint(root: Value) -> dict[str, str]:
    """Return what the work is a part of; a wrong ISBN is left out, as the server would do without a word."""
    imprint = texts(IMPRINT)(root)
    isbn = root.get("imprint_isbn")
    if isbn is not None and "isbn" in imprint and not _is_a(imprint["isbn"], "isbn"):
        isbn.warn(
            code="isbn-invalid",
            what=f"{shown(imprint['isbn'])} is no ISBN; the server drops it",
            fix="check its digits",
        )
        del imprint["isbn"]
    return imprint


def _is_a(text: str, scheme: str) -> bool:
    found = vocab.identifier(text)
    return found is not None and found.scheme == scheme


def read_publisher(root: Value) -> str | None:
    """Return the publisher; ``publisher`` comes before ``imprint_publisher``."""
    return root.text_of("publisher", "imprint_publisher")


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
        name = item.get("identifier", "id", "slug") if item.is_mapping else item
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


_NAMESPACES = (
    *("code", "journal", "meeting", "imprint", "thesis", "legacy"),
    *("dwc", "gbif", "gbif-dwc", "mixs", "ac", "dc", "obo", "openbiodiv"),
)
"""Of the custom fields that Zenodo has. Source: zenodo-rdm, ``invenio.cfg``, ``RDM_NAMESPACES``."""


def read_custom(value: Value) -> dict[str, Any]:
    """Return the custom fields in their native shape, under their native names."""
    if not value.is_mapping:
        value.error(
            code="value-kind-wrong",
            what=f"custom is {value.kind} where a mapping belongs",
            fix='write {"namespace:name": …}',
        )
        return {}
    for key, entry in value.entries():
        entry.mark(str(entry.path[-1]))
        if key.partition(":")[0] not in _NAMESPACES:
            entry.warn_key(
                code="custom-field-unknown",
                what=f"Zenodo has no custom field {key} and drops it",
                fix=f"write namespace:name, with one of the namespaces {', '.join(_NAMESPACES)}; "
                "another InvenioRDM may have it",
            )
    return {key: entry.plain() for key, entry in value.entries() if not entry.is_empty}
