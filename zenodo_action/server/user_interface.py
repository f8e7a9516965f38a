"""The ``ui`` block of the native JSON: the same facts once more, ready to be shown to people."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any, Final

from zenodo_action.server.complete import complete

Json = dict[str, Any]

_ACCESS: Final = {
    "open": ("Open", "The record and files are publicly accessible.", "unlock", ""),
    "embargoed": ("Embargoed", "The files will be made publicly available later.", "outline clock", "warning"),
    "restricted": ("Restricted", "The files are restricted.", "ban", "negative"),
    "metadata-only": ("Metadata-only", "No files are available for this record.", "tag", ""),
}


def ui(record: Json) -> Json:
    """Return the block for a draft or record in native JSON."""
    metadata = complete(record["metadata"])
    shown: Json = {}
    if "publication_date" in metadata:
        shown["publication_date_l10n_medium"] = _written(metadata["publication_date"], "%b")
        shown["publication_date_l10n_long"] = _written(metadata["publication_date"], "%B")
    shown["created_date_l10n_long"] = _written(record["created"][:10], "%B")
    shown["updated_date_l10n_long"] = _written(record["updated"][:10], "%B")
    if "resource_type" in metadata:
        shown["resource_type"] = _titled(metadata["resource_type"])
    shown["custom_fields"] = {}
    status = record["access"]["status"]
    title, text, icon, message_class = _ACCESS[status]
    embargo = record["access"]["embargo"]
    shown["access_status"] = {
        "id": status,
        "title_l10n": title,
        "description_l10n": text,
        "icon": icon,
        "embargo_date_l10n": _written(embargo["until"], "%B") if embargo["active"] and "until" in embargo else None,
        "message_class": message_class,
    }
    for name in ("creators", "contributors"):
        if name in metadata:
            shown[name] = _people(metadata[name], name)
    if "languages" in metadata:
        shown["languages"] = [_titled(one) for one in metadata["languages"]]
    if "description" in metadata:
        shown["description_stripped"] = html.unescape(re.sub(r"<[^>]*>", "", metadata["description"]))
    shown["version"] = metadata.get("version", f"v{record['versions']['index']}")
    if "related_identifiers" in metadata:
        shown["related_identifiers"] = [_related(one) for one in metadata["related_identifiers"]]
    if "additional_descriptions" in metadata:
        shown["additional_descriptions"] = [
            {**one, "type": _titled(one["type"])} for one in metadata["additional_descriptions"]
        ]
    if "rights" in metadata:
        shown["rights"] = [_right(one) for one in metadata["rights"]]
    shown["is_draft"] = record["is_draft"]
    return shown


def _written(text: str, month: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.strftime(month)} {day.day}, {day.year}"


def _english(titles: Any) -> str:
    return str(titles.get("en", "")) if isinstance(titles, dict) else str(titles or "")


def _titled(entry: Json) -> Json:
    return {"id": entry["id"], "title_l10n": _english(entry.get("title"))}


def _people(people: list[Json], name: str) -> Json:
    known: list[tuple[str | None, str | None]] = []
    shown = []
    for person in people:
        one = {key: value for key, value in person.items() if key != "affiliations"}
        if isinstance(one.get("role"), dict):
            one["role"] = {"id": one["role"]["id"], "title": _english(one["role"].get("title"))}
        places = []
        for affiliation in person.get("affiliations", []):
            pair = (affiliation.get("name"), affiliation.get("id"))
            if pair not in known:
                known.append(pair)
            places.append([known.index(pair) + 1, pair[0]])
        if places:
            one["affiliations"] = places
        shown.append(one)
    return {name: shown, "affiliations": [[place, pair[0], pair[1]] for place, pair in enumerate(known, 1)]}


def _related(related: Json) -> Json:
    shown = dict(related)
    for name in ("relation_type", "resource_type"):
        if name in shown:
            shown[name] = _titled(shown[name])
    return shown


def _right(right: Json) -> Json:
    shown: Json = {"id": right["id"]} if "id" in right else {}
    shown["title_l10n"] = _english(right.get("title"))
    if "description" in right:
        shown["description_l10n"] = _english(right["description"])
    return shown | {name: right[name] for name in ("icon", "props", "link") if name in right}
