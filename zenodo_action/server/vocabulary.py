"""The controlled vocabularies that the embedded repository knows, and what an answer shows of an entry."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources
from typing import Any, Final

Json = dict[str, Any]

_ROR_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_SUBJECT_PREFIXES: Final = ("http://", "https://", "euroscivoc:", "mesh:", "gemet:")
_OPENAPI_PLURALS: Final = {
    "resourcetypes": "resource_types",
    "relationtypes": "relations",
    "creatorsroles": "roles",
    "contributorsroles": "roles",
    "datetypes": "date_types",
    "titletypes": "title_types",
    "descriptiontypes": "description_types",
    "licenses": "licences",
    "developmentStatus": "development_status",
    "programmingLanguages": "programming_languages",
    "languages": "languages",
    "removalreasons": "removal_reasons",
}
"""Path part of ``/api/vocabularies/…`` → our table."""


@lru_cache(maxsize=1)
def data() -> Json:
    """Return all tables."""
    text = resources.files("zenodo_action.server").joinpath("data/vocabularies.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def ror_is_possible(text: str) -> bool:
    """Whether a text is a ROR id with a right check number; all such ids count as known."""
    if not re.fullmatch(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}", text):
        return False
    number = 0
    for letter in text[:7]:
        number = number * 32 + _ROR_LETTERS.index(letter)
    return 98 - number * 100 % 97 == int(text[7:])


def language_is_known(text: str) -> bool:
    """Whether a text is an ISO 639-3 code."""
    import langcodes  # noqa: PLC0415  # takes as long as a tenth of a start

    return bool(re.fullmatch(r"[a-z]{3}", text)) and langcodes.tag_is_valid(text)


def language_of_two_letters(text: str) -> str | None:
    """Return the ISO 639-3 code of an ISO 639-1 code."""
    import langcodes  # noqa: PLC0415  # takes as long as a tenth of a start

    if not re.fullmatch(r"[a-zA-Z]{2}", text) or not langcodes.tag_is_valid(text):
        return None
    try:
        return langcodes.Language.get(text).to_alpha3(variant="T")
    except LookupError:
        return None


def award_is_known(text: str) -> bool:
    """
    Whether an award id ``ROR::number`` counts as known.

    The real vocabulary holds millions of awards; here every number of a possible funder is one, but zero.
    """
    ror, _, number = text.partition("::")
    return ror_is_possible(ror) and bool(number.strip("0"))


def knows(table: str, identifier: str) -> bool:
    """Whether a vocabulary has an id."""
    if table == "languages":
        return language_is_known(identifier)
    if table in ("funders", "affiliations"):
        return ror_is_possible(identifier)
    if table == "awards":
        return award_is_known(identifier)
    if table == "subjects":
        return identifier.startswith(_SUBJECT_PREFIXES)
    return identifier in data()[table]


def depositable(identifier: str) -> bool:
    """Whether a record can be of that resource type."""
    entry = data()["resource_types"].get(identifier)
    return entry is not None and "depositable" in entry["tags"]


def funder(ror: str) -> Json:
    """Return what is known about a funder: ``{"doi", "ror", "acronym", "name"}``."""
    known = [row for row in data()["funders"] if row["ror"] == ror]
    return dict(known[-1]) if known else {"ror": ror, "doi": None, "acronym": None, "name": ror}


def organisation(table: str, identifier: str) -> Json:
    """Return an affiliation, funder or award as ``/api/TABLE/ID`` shows it, without links."""
    if table == "awards":
        ror, _, number = identifier.partition("::")
        return {
            "id": identifier,
            "number": number,
            "title": {"en": number},
            "funder": {"id": ror, "name": funder(ror)["name"]},
        }
    name = funder(identifier)["name"]
    return {
        "id": identifier,
        "name": name,
        "title": {"en": name},
        "identifiers": [{"identifier": identifier, "scheme": "ror"}],
    }


def ror_of_funder_doi(doi: str) -> str:
    """Return the ROR id of a funder's DOI, or the text itself."""
    return next((str(row["ror"]) for row in data()["funders"] if row["doi"] == doi), doi)


def title(table: str, identifier: str) -> str:
    """Return the English title of an entry."""
    if table in ("funders", "affiliations"):
        return str(funder(identifier)["name"])
    entry = data()[table].get(identifier, identifier) if table in data() else identifier
    return str(entry["title"] if isinstance(entry, dict) else entry)


def expanded(table: str, identifier: str) -> Json:
    """Return what a record's answer shows of an entry."""
    if table == "licences":
        return _licence(identifier)
    if table == "funders":
        known = funder(identifier)
        shown = {"id": identifier, "name": known["name"]}
        return {**shown, "identifiers": [{"identifier": known["doi"], "scheme": "doi"}]} if known["doi"] else shown
    if table == "affiliations":
        return {"id": identifier, "name": title(table, identifier)}
    if table == "awards":
        number = identifier.partition("::")[2]
        return {"id": identifier, "number": number, "title": {"en": f"Award {number}"}}
    if table == "subjects":
        return {"id": identifier, "subject": identifier.rsplit("/", 1)[-1], "scheme": "URL"}
    return {"id": identifier, "title": {"en": title(table, identifier)}}


def _licence(identifier: str) -> Json:
    entry = data()["licences"][identifier]
    shown: Json = {"id": identifier, "title": {"en": entry["title"]}, "description": {"en": ""}}
    if identifier.startswith("cc"):
        shown["icon"] = identifier.rsplit("-", 1)[0] + "-icon"
    return {**shown, "props": {"url": entry["url"], "scheme": "spdx" if entry["spdx"] else ""}}


def table_of(path_part: str) -> str | None:
    """Return the table behind ``/api/vocabularies/PART``."""
    return _OPENAPI_PLURALS.get(path_part)


def matching(path_part: str, text: str) -> list[str]:
    """Return the ids of ``/api/vocabularies/PART`` whose id or title holds a text, in their order."""
    table = _OPENAPI_PLURALS[path_part]
    wanted = text.lower().strip()
    rows = data()[table]
    return [one for one in rows if wanted in str(one).lower() or wanted in title(table, str(one)).lower()]


def entry(path_part: str, identifier: str) -> Json | None:
    """Return one entry as ``/api/vocabularies/PART/ID`` shows it, without links."""
    table = _OPENAPI_PLURALS[path_part]
    if identifier not in data()[table]:
        return None
    found: Json = {"id": identifier, "title": {"en": title(table, identifier)}, "type": path_part}
    row = data()[table][identifier] if isinstance(data()[table], dict) else None
    if table == "licences" and row is not None:
        osi = {"osi_approved": "y"} if row["osi"] else {}
        props = {"url": row["url"], "scheme": "spdx" if row["spdx"] else "", **osi}
        found |= {"description": {"en": ""}, "icon": "", "tags": row["tags"], "props": props}
    elif table == "resource_types" and row is not None:
        kind, _, subtype = identifier.partition("-")
        more = {"openaire_resourceType": "", "openaire_type": kind, "marc21_type": kind, "marc21_subtype": subtype}
        found |= {"icon": "", "tags": row["tags"], "props": {**row["props"], **more}}
    return found
