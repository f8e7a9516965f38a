"""``Record`` → ``CITATION.cff``; pure. Source: Citation File Format 1.2.0, schema guide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.cff_works import ADDRESS, to_work
from zenodo_action.mapping.losses import Losses, form
from zenodo_action.mapping.parts import flat, unique
from zenodo_action.model import Creator, Identifier, Record, Related, Right
from zenodo_action.vocab.identifiers import CFF_DOI
from zenodo_action.vocab.licence_names import spdx_name

MESSAGE = "If you use this work, please cite it as below."

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTACT = "contactperson"
_REPOSITORY = "code:codeRepository"
_PREFERRED = "isdocumentedby"
_ADDRESSES = {"isdescribedby": "url", "isidenticalto": "repository", "isoriginalformof": "repository-artifact"}
"""Native relation → key. Source: as the reader takes them (``sources.cff_links``)."""
_SWHID = re.compile(r"https://archive\.softwareheritage\.org/(swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-fA-F]{40})")
_WITHOUT_PLACE = (
    *("additional_titles", "additional_descriptions", "publisher", "languages", "dates", "funding", "locations"),
    *("access", "communities"),
)
"""Fields that the format has no place for."""


def to_cff(record: Record, *, commit: str | None = None) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """
    Return the content of a ``CITATION.cff``, and a warning for each kind of value that it cannot hold.

    Args:
        record: What to write.
        commit: 40 hex digits of the release's commit.
    """
    lost = Losses(form("CITATION.cff"))
    contacts = [each for each in record.contributors if each.role == _CONTACT]
    for each in record.contributors:
        if each.role != _CONTACT:
            lost.add("contributors but contacts", *flat(each))
    for each in record.creators:
        if each.role:
            lost.add("roles of authors", each.display_name, each.role)
    works = {reference: to_work(reference) for reference in record.references}
    for reference, work in works.items():
        if work is None:
            lost.add("works cited without authors, year and title", *flat(reference))
    content = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": _type(record.resource_type or "software", lost),
        "title": record.title,
        "version": record.version,
        "date-released": _date(record.publication_date, lost),
        "authors": _people(record.creators, lost),
        "contact": _people(contacts, lost),
        "abstract": vocab.plain_text(record.description or ""),
        "keywords": list(dict.fromkeys(record.keywords)),
        **_licences(record.rights, lost),
        "repository-code": _address(record.custom_fields.get(_REPOSITORY), lost),
        "commit": commit,
        "identifiers": [_identifier(each) for each in record.identifiers],
        "references": unique(work for work in works.values() if work is not None),
    }
    _add_related(content, record, lost)
    for name in _WITHOUT_PLACE:
        if getattr(record, name):
            lost.add(name.replace("_", " "), *flat(getattr(record, name)))
    for name, value in record.custom_fields.items():
        if name != _REPOSITORY:
            lost.add("custom fields", name, *flat(value))
    return {key: value for key, value in content.items() if value}, lost.findings()


def _type(native: str, lost: Losses) -> str | None:
    if native not in ("software", "dataset"):
        lost.add("types but software and dataset", native)
    kind = native.partition("-")[0]
    return kind if kind in ("software", "dataset") else None


def _date(text: str | None, lost: Losses) -> str | None:
    if text is None or _DAY.fullmatch(text):
        return text
    lost.add("dates but single days", text)
    return None


def _people(people: Iterable[Creator], lost: Losses) -> list[dict[str, str]]:
    """Return persons and entities, each once, as the format demands."""
    return unique(_person(person, lost) for person in people)


def _person(person: Creator, lost: Losses) -> dict[str, str]:
    orcid = next((each.identifier for each in person.identifiers if vocab.orcid(each.identifier)), None)
    for each in person.identifiers:
        if (each.scheme, each.identifier) != ("orcid", orcid):
            lost.add("identifiers of people but one ORCID iD", each.scheme, each.identifier)
    own = {"orcid": f"https://orcid.org/{orcid}"} if orcid else {}
    if person.kind == "organizational":
        for place in person.affiliations:
            lost.add("affiliations of entities", person.display_name, place.name, place.ror)
        return {"name": person.name or "", **own}
    for place in person.affiliations:
        if place.ror and place.name:
            lost.add("ROR ids of affiliations", place.name, place.ror)
    names = [each.name or f"https://ror.org/{each.ror}" for each in person.affiliations]
    parts = {"family-names": person.family_name, "given-names": person.given_name, "affiliation": "; ".join(names)}
    return {**{key: value for key, value in parts.items() if value}, **own}


def _licences(rights: Iterable[Right], lost: Losses) -> dict[str, Any]:
    """Return the licences that SPDX knows, else the address of one of your own."""
    ids: list[str] = []
    url: str | None = None
    others = []
    for right in rights:
        spdx = spdx_name(right.id) if right.id else None
        if spdx:
            ids.append(spdx)
        else:
            others.append(right)
    for right in others:
        is_address = right.link is not None and ADDRESS.fullmatch(right.link) is not None
        if is_address and url is None and not ids:
            url = right.link
            lost.add(
                "names of licences of your own", *(text for text in (right.title, right.description) if text != url)
            )
        else:
            lost.add("licences that SPDX does not know", right.id, right.title, right.link, right.description)
    ids = list(dict.fromkeys(ids))
    return {"license": ids[0] if len(ids) == 1 else ids, "license-url": url}


def _address(value: object, lost: Losses) -> str | None:
    if not isinstance(value, str) or ADDRESS.fullmatch(value):
        return value if isinstance(value, str) else None
    lost.add("addresses that are none", value)
    return None


def _identifier(identifier: Identifier) -> dict[str, str]:
    text = identifier.identifier
    if identifier.scheme == "doi" and re.fullmatch(CFF_DOI, text):
        return {"type": "doi", "value": text}
    if ADDRESS.fullmatch(text):
        return {"type": "url", "value": text}
    return {"type": "other", "value": text, "description": identifier.scheme}


def _add_related(content: dict[str, Any], record: Record, lost: Losses) -> None:
    """Put related works where a key says what they are; the source at the tag is told by code, version and commit."""
    repository = record.custom_fields.get(_REPOSITORY)
    for each in record.related:
        if isinstance(repository, str) and each.identifier.startswith(f"{repository}/tree/"):
            continue
        work = _preferred(each, record) if "preferred-citation" not in content else None
        key = _ADDRESSES.get(each.relation)
        swhid = _SWHID.fullmatch(each.identifier) if key == "repository" else None
        if work is not None:
            content["preferred-citation"] = work
        elif swhid is not None:
            content["identifiers"].append({"type": "swh", "value": swhid[1]})
        elif key is not None and key not in content and ADDRESS.fullmatch(each.identifier):
            content[key] = each.identifier
        else:
            lost.add("related works but some", each.relation, each.scheme, each.identifier, each.resource_type)
            continue
        if each.resource_type and work is None:
            lost.add("the types of related works", each.identifier, each.resource_type)


def _preferred(related: Related, record: Record) -> Mapping[str, Any] | None:
    """Return the publication to cite where the works cited have its authors and title, which the format demands."""
    if related.relation != _PREFERRED:
        return None
    cited = (each for each in record.references if each.identifier is not None)
    same = next((each for each in cited if each.identifier and each.identifier.identifier == related.identifier), None)
    return to_work(same, related.resource_type) if same is not None else None
