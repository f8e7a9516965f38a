"""What an InvenioRDM is sent of a record: its native metadata, but for what this instance has no field or entry for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from zenodo_action.errors import Finding, NotFoundError
from zenodo_action.mapping.entries import Entry, Kind, entries_of, in_words, renamed
from zenodo_action.mapping.rdm import merge_current, merge_previous, to_rdm
from zenodo_action.model import Payload, Record, RemoteRecord
from zenodo_action.repository.transport import Transport

ACCEPT = "application/vnd.inveniordm.v1+json"
"""With plain ``application/json`` Zenodo answers its own record format, without ``errors`` (zenodo-rdm#1078)."""
NOTES = "/vocabularies/descriptiontypes/notes"
MOST_ENTRIES = 50
"""As many organisations and awards are asked for; others are believed, for the sake of the rate limit."""


class Fields:
    """The fields that an instance has, asked for where that has to be known."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._site = transport.site
        self._has_notes: bool | None = True if transport.site.publisher == "Zenodo" else None
        """Whether descriptions can be notes; ``None`` until the server was asked."""
        self._known: dict[Entry, tuple[str, ...] | None] = {}
        """What the server calls an organisation, its usual name first; ``None`` where it has no such entry."""

    def payload(
        self, record: Record, previous: RemoteRecord | None, *, is_same: bool, without: frozenset[str]
    ) -> Payload:
        """
        Return the body of a save, and what this instance has no field for.

        Args:
            record: What is to be stored.
            previous: What it replaces, or the version before; what only the server knows is kept from it.
            is_same: Whether it is the same version that is stored anew.
            without: Names of custom fields that the instance does not have.
        """
        record, in_place = self.in_words(record)
        body = to_rdm(record)
        if previous is not None:
            body = merge_current(body, previous.payload) if is_same else merge_previous(body, previous.payload)
        body.setdefault("access", {"record": "public", "files": "public"})
        # Without a publisher no DOI is registered; Zenodo's form fills its own name in, its API does not.
        body["metadata"].setdefault("publisher", self._site.publisher or self._site.name)
        losses = [*in_place, *self._type_notes(body["metadata"])]
        fields: dict[str, Any] = body.pop("custom_fields", {})
        kept = {name: value for name, value in fields.items() if name not in without}
        if kept:
            body["custom_fields"] = kept
        losses += [self._loss(name, fields[name]) for name in fields if name not in kept]
        return Payload(body=body, losses=tuple(losses))

    def in_words(
        self, record: Record, kinds: Collection[Kind] = ("awards", "funders", "affiliations")
    ) -> tuple[Record, tuple[Finding, ...]]:
        """
        Return the record with words for organisations and awards that the server lacks, and a warning for each.

        Those that it has by another name than the one given are told, too.
        """
        asked = [each for each in entries_of(record) if each[0] in kinds][:MOST_ENTRIES]
        names = {each: self._names(each) for each in asked}
        lacking = [each for each, held in names.items() if held is None]
        known = {each: held for each, held in names.items() if held is not None}
        changed, findings = in_words(record, lacking, self._site.name)
        return changed, (*findings, *renamed(record, known, self._site.name))

    def _names(self, entry: Entry) -> tuple[str, ...] | None:
        """Return what the server calls an entry, ``None`` where it has none; it is asked once."""
        if entry not in self._known:
            kind, identifier = entry
            try:
                path = f"/{kind}/{quote(identifier, safe=':')}"
                reply = self._transport.request("GET", path, accept="application/json", repeatable=True, expect={200})
                self._known[entry] = _names_in(reply.json())
            except NotFoundError:
                self._known[entry] = None
        return self._known[entry]

    def _type_notes(self, metadata: dict[str, Any]) -> list[Finding]:
        """
        Let notes be descriptions of the type ``other`` where the server has no notes, and tell it.

        Source: the type is one that Zenodo added; a stock InvenioRDM refuses it, and all of the metadata with it.
        """
        texts = metadata.get("additional_descriptions", [])
        notes = [each for each in texts if each["type"]["id"] == "notes"]
        if notes and self._has_notes is None:
            try:
                self._transport.request("GET", NOTES, accept=ACCEPT, repeatable=True, expect={200})
                self._has_notes = True
            except NotFoundError:
                self._has_notes = False
        if not notes or self._has_notes:
            return []
        metadata["additional_descriptions"] = [
            {**each, "type": {"id": "other"}} if each in notes else each for each in texts
        ]
        return [
            Finding(
                level="hint",
                code="notes-untyped",
                what=f"{self._site.name} has no descriptions of the type notes; they are stored as other descriptions",
                fix="nothing: the text is kept",
            )
        ]

    def _loss(self, name: str, value: object) -> Finding:
        """Return the warning for a custom field that the instance does not have."""
        return Finding(
            level="warning",
            code="custom-field-unknown",
            what=f"{self._site.name} has no field {name}; {value!r} will not be stored in it",
            fix="ask those who run the server to add the field, or leave the value out",
        )


def _names_in(described: Any) -> tuple[str, ...]:
    """
    Return the names in the description of an organisation; none for an award, which is known by its number.

    Source: InvenioRDM reference, "Affiliations" and "Funders": ``{"name": str, "acronym": str, "title": {"en": str}}``.
    """
    if not isinstance(described, dict) or "number" in described:
        return ()
    titles = described.get("title")
    found = (described.get("name"), described.get("acronym"), *(titles.values() if isinstance(titles, dict) else ()))
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each))
