"""``custom`` of ``.zenodo.yml`` and ``.zenodo.json``: the server's custom fields under their own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zenodo_action.sources import zenodo_terms, zenodo_texts
from zenodo_action.sources.cff_links import read_code_repository
from zenodo_action.sources.links import read_isbn, read_url
from zenodo_action.sources.reading import Value

_NAMESPACES = (
    *("code", "journal", "meeting", "imprint", "thesis", "legacy"),
    *("dwc", "gbif", "gbif-dwc", "mixs", "ac", "dc", "obo", "openbiodiv"),
)
"""Of the custom fields that Zenodo has. Source: zenodo-rdm, ``invenio.cfg``, ``RDM_NAMESPACES``."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "journal:journal": (*zenodo_texts.JOURNAL.values(), "issn"),
    "meeting:meeting": (*zenodo_texts.MEETING.values(), "identifiers"),
    "imprint:imprint": (*zenodo_texts.IMPRINT.values(), "edition"),
    "thesis:thesis": ("university", "department", "type", "date_submitted", "date_defended"),
}
"""
The fields that are mappings, with their keys: the server drops others.

Source: invenio-rdm-records, ``contrib/{journal,meeting,imprint,thesis}/custom_fields``.
"""

_TERMS: Mapping[str, Callable[[Value], object]] = {
    "code:codeRepository": read_code_repository,
    "code:programmingLanguage": zenodo_terms.read_programming_languages,
    "code:developmentStatus": zenodo_terms.read_development_status,
}
"""The fields with values that the server looks up or checks."""

_CHECKED: Mapping[str, Callable[[Value], str | None]] = {"url": read_url, "isbn": read_isbn}


def read_custom(value: Value) -> dict[str, Any]:
    """
    Return the custom fields in their native shape, under their native names.

    What the file says by keys of its own, as ``journal_title``, comes before what it says here; of mappings, as
    ``journal:journal`` is one, the other keys are taken from here.
    """
    if not value.is_mapping:
        value.error(
            code="value-kind-wrong",
            what=f"custom is {value.kind} where a mapping belongs",
            fix='write {"namespace:name": …}',
        )
        return {}
    own = value.reading.fields.get("custom_fields", {})
    found = {}
    for key, entry in value.entries():
        entry.mark(str(entry.path[-1]))
        read = None if entry.is_empty else _read_field(key, entry)
        if read not in (None, {}, []):
            found[key] = _beside(own.get(key), read, entry)
    return found


def _read_field(name: str, entry: Value) -> object:
    """Return the value of a field in the shape that the server takes."""
    if name.partition(":")[0] not in _NAMESPACES:
        entry.warn_key(
            code="custom-field-unknown",
            what=f"Zenodo has no custom field {name} and drops it",
            fix=f"write namespace:name, with one of the namespaces {', '.join(_NAMESPACES)}; "
            "another InvenioRDM may have it",
        )
    if name in _TERMS:
        return _TERMS[name](entry)
    if name in PARTS:
        return _read_parts(name, entry)
    return entry.plain()


def _read_parts(name: str, entry: Value) -> dict[str, Any]:
    """Return a field that is a mapping of texts, without what the server would drop."""
    if not entry.is_mapping:
        entry.error(
            code="value-kind-wrong",
            what=f"{entry.label} is {entry.kind} where a mapping belongs",
            fix=f"write {{{', '.join(f'{part}: …' for part in PARTS[name])}}}",
        )
        return {}
    entry.check_keys(PARTS[name])
    parts: dict[str, Any] = {}
    for key, part in entry.entries():
        if key in PARTS[name] and not part.is_empty:
            parts[key] = part.plain() if key == "identifiers" else _CHECKED.get(key, Value.line)(part)
    return {key: part for key, part in parts.items() if part}


def _beside(own: object, read: object, entry: Value) -> object:
    """Return a field together with what keys of the file's own say of it; warn of what these leave out."""
    if isinstance(own, dict) and isinstance(read, dict) and entry.path[-1] in PARTS:
        for key in read.keys() & own.keys():
            if read[key] != own[key]:
                _tell_unused(entry.child(key))
        return {**read, **own}
    if own is not None and own != read:
        _tell_unused(entry)
    return read if own is None else own


def _tell_unused(value: Value) -> None:
    value.warn_key(
        code="key-unused",
        what=f"{value.label} is not used, since the file says it by a key of its own as well",
        fix="keep one of the two",
    )
