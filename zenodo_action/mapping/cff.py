"""``Record`` → ``CITATION.cff``; pure. Source: Citation File Format 1.2.0, schema guide."""

from __future__ import annotations

import html
import re
from typing import Any

from zenodo_action.model import Creator, Identifier, Record
from zenodo_action.vocab.identifiers import CFF_DOI
from zenodo_action.vocab.licence_names import read_id, spdx_id

MESSAGE = "If you use this work, please cite it as below."

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"(https|http|ftp|sftp)://.+")
_SPDX = re.compile(r"[A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*")
"""An id as SPDX spells it; Zenodo's own ids are in small letters throughout."""

_CONTACT = "contactperson"
_WITHOUT_PLACE = (
    *("additional_titles", "additional_descriptions", "publisher", "languages", "dates", "related", "funding"),
    *("references", "locations", "access", "communities"),
)
"""Fields that the format has no place for; its references need authors of their own."""


def to_cff(record: Record, *, commit: str | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    Return the content of a ``CITATION.cff``, and the names of the fields that are not in it, or not whole.

    Args:
        record: What to write.
        commit: 40 hex digits of the release's commit.
    """
    kind = (record.resource_type or "software").partition("-")[0]
    licences = [spdx for right in record.rights if right.id and (spdx := _spdx(right.id))]
    addresses = [
        right.link for right in record.rights if not right.id and right.link and _ADDRESS.fullmatch(right.link)
    ]
    is_day = _DAY.fullmatch(record.publication_date or "")
    content = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": kind if kind in ("software", "dataset") else None,
        "title": record.title,
        "version": record.version,
        "date-released": record.publication_date if is_day else None,
        "authors": _people(record.creators),
        "contact": _people(tuple(each for each in record.contributors if each.role == _CONTACT)),
        "abstract": _plain(record.description or ""),
        "keywords": list(dict.fromkeys(record.keywords)),
        "license": licences[0] if len(licences) == 1 else licences,
        "license-url": addresses[0] if addresses and not licences else None,
        "repository-code": record.custom_fields.get("code:codeRepository"),
        "commit": commit,
        "identifiers": [_identifier(each) for each in record.identifiers],
    }
    lost = [name for name in _WITHOUT_PLACE if getattr(record, name)]
    lost += ["resource_type"] if content["type"] is None or "-" in (record.resource_type or "") else []
    lost += ["contributors"] if any(each.role != _CONTACT for each in record.contributors) else []
    lost += ["rights"] if len(licences) + (content["license-url"] is not None) < len(record.rights) else []
    lost += ["publication_date"] if record.publication_date and not is_day else []
    lost += ["custom_fields"] if record.custom_fields.keys() - {"code:codeRepository"} else []
    return {key: value for key, value in content.items() if value}, tuple(sorted(lost))


def _people(people: tuple[Creator, ...]) -> list[dict[str, str]]:
    """Return persons and entities, each once, as the format demands."""
    unique: list[dict[str, str]] = []
    for person in people:
        written = _person(person)
        if written not in unique:
            unique.append(written)
    return unique


def _person(person: Creator) -> dict[str, str]:
    orcid = next((each.identifier for each in person.identifiers if each.scheme == "orcid"), None)
    parts = {"orcid": f"https://orcid.org/{orcid}" if orcid else None}
    if person.kind == "organizational":
        return {"name": person.name or "", **{key: value for key, value in parts.items() if value}}
    names = [each.name or f"https://ror.org/{each.ror}" for each in person.affiliations]
    written = {
        "family-names": person.family_name,
        "given-names": person.given_name,
        "affiliation": "; ".join(names),
        **parts,
    }
    return {key: value for key, value in written.items() if value}


def _identifier(identifier: Identifier) -> dict[str, str]:
    text = identifier.identifier
    if identifier.scheme == "doi" and re.fullmatch(CFF_DOI, text):
        return {"type": "doi", "value": text}
    if _ADDRESS.fullmatch(text):
        return {"type": "url", "value": text}
    return {"type": "other", "value": text, "description": identifier.scheme}


def _spdx(native: str) -> str | None:
    """Return the SPDX id of a licence, ``None`` for one that Zenodo alone has."""
    known = spdx_id(native) if read_id(native) else None
    return known if known and _SPDX.fullmatch(known) else None


def _plain(text: str) -> str:
    """Return the text of HTML, its blocks as paragraphs."""
    spaced = re.sub(r"</(?:p|div|h[1-6]|li|tr|blockquote|pre|ul|ol)>|<br\s*/?>", "\n\n", re.sub(r"\s+", " ", text))
    lines = [html.unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in spaced.split("\n\n")]
    return "\n\n".join(line for line in lines if line)
