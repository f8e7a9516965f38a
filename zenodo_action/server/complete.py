"""
What of a draft's metadata is complete enough for the formats that know no half entries.

A draft keeps entries that lack something (a date without a type, a contributor without a name); the native JSON shows
them as they are, the other formats leave them out.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_NEEDS: Final = {
    "creators": ("person_or_org",),
    "contributors": ("person_or_org",),
    "identifiers": ("identifier",),
    "related_identifiers": ("identifier",),
    "references": ("reference",),
    "dates": ("date", "type"),
    "additional_titles": ("title", "type"),
    "additional_descriptions": ("description", "type"),
    "languages": ("id",),
    "rights": (),
    "funding": (),
    "subjects": (),
}
_VOCABULARY: Final = ("type", "role", "relation_type", "resource_type", "funder", "award")


def complete(metadata: Json) -> Json:
    """Return metadata without entries, and without parts of entries, that lack what makes them what they are."""
    found: Json = {}
    for name, value in metadata.items():
        if name in _NEEDS:
            entries = [_sound(one) for one in value]
            found[name] = [one for one in entries if all(one.get(need) for need in _NEEDS[name])]
        elif name == "resource_type" and not value.get("id"):
            continue
        elif name == "locations":
            found[name] = {"features": value.get("features", [])}
        else:
            found[name] = value
    return found


def _sound(entry: Json) -> Json:
    """Return an entry without references to vocabularies that name no id, and without nameless affiliations."""
    kept = {
        name: value
        for name, value in entry.items()
        if name not in _VOCABULARY or (isinstance(value, dict) and (value.get("id") or name in ("funder", "award")))
    }
    if "affiliations" in kept:
        kept["affiliations"] = [one for one in kept["affiliations"] if one.get("id") or one.get("name")]
    if isinstance(kept.get("person_or_org"), dict) and "identifiers" in kept["person_or_org"]:
        person = kept["person_or_org"]
        kept["person_or_org"] = {**person, "identifiers": [one for one in person["identifiers"] if "identifier" in one]}
    return kept
