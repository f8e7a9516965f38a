"""The vocabulary entries that a draft points at, and whether they exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zenodo_action.server import vocabulary
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import Refusal

Json = dict[str, Any]


def relations(metadata: Json, custom_fields: Json) -> Iterator[tuple[str, str]]:
    """Yield every ``(table, id)`` that a draft points at."""
    yield from _ids("resource_types", [metadata.get("resource_type")])
    for people in ("creators", "contributors"):
        for person in metadata.get(people, []):
            yield from _ids("roles", [person.get("role")])
            yield from _ids("affiliations", person.get("affiliations", []))
    for name, table in (("additional_titles", "title_types"), ("additional_descriptions", "description_types")):
        for one in metadata.get(name, []):
            yield from _ids(table, [one.get("type")])
            yield from _ids("languages", [one.get("lang")])
    yield from _ids("subjects", metadata.get("subjects", []))
    yield from _ids("date_types", [one.get("type") for one in metadata.get("dates", [])])
    yield from _ids("languages", metadata.get("languages", []))
    for one in metadata.get("related_identifiers", []):
        yield from _ids("relations", [one.get("relation_type")])
        yield from _ids("resource_types", [one.get("resource_type")])
    yield from _ids("licences", metadata.get("rights", []))
    for one in metadata.get("funding", []):
        yield from _ids("funders", [one.get("funder")])
        yield from _ids("awards", [one.get("award")])
    yield from _ids("programming_languages", custom_fields.get("code:programmingLanguage", []))
    yield from _ids("development_status", [custom_fields.get("code:developmentStatus")])


def _ids(table: str, entries: list[Any]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if isinstance(entry, dict) and entry.get("id"):
            yield table, str(entry["id"])


def check_relations(metadata: Json, custom_fields: Json, personality: Personality) -> bool:
    """
    Return whether a draft points at vocabularies at all.

    Raises:
        Refusal: It points at an entry that does not exist.
    """
    found = list(relations(metadata, custom_fields))
    for table, name in found:
        if not vocabulary.knows(table, name) or (table, name) in personality.unknown_entries:
            raise Refusal(400, f"Invalid value {name}.")
    kind = metadata.get("resource_type", {}).get("id")
    if kind and not vocabulary.depositable(kind):
        raise Refusal(400, f"Invalid value {kind}.")
    return bool(found)
