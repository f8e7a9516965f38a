"""
``Record`` → DataCite JSON; pure.

Source: DataCite Metadata Schema 4.5; its JSON form as the API of DataCite takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.datacite_terms import (
    ACCESS,
    DATES,
    DESCRIPTIONS,
    OTHER,
    PEOPLE_SCHEMES,
    RELATIONS,
    ROLES,
    ROR,
    SCHEMES,
    TITLES,
    TYPES,
)
from zenodo_action.mapping.losses import Losses, form
from zenodo_action.mapping.parts import filled, flat, unique
from zenodo_action.model import Access, Affiliation, Creator, Funding, Identifier, Location, Record, Related, Right
from zenodo_action.vocab.licence_names import spdx_name

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"
PUBLISHER = "Zenodo"
"""What the server names where a record does not; the schema demands one."""

_YEAR = re.compile(r"(\d{4})(?!\d)")
_JOURNAL, _IMPRINT, _SUBJECTS = "journal:journal", "imprint:imprint", "legacy:subjects"


def to_datacite(record: Record) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the record in DataCite's JSON, without a DOI, and a warning for each kind of value that it cannot hold."""
    lost = Losses(form("DataCite"))
    year = _YEAR.match(record.publication_date or "")
    content = {
        "types": _types(record.resource_type or "software"),
        "titles": list(_titles(record, lost)),
        "creators": [_creator(each, lost) for each in record.creators],
        "contributors": [_contributor(each, lost) for each in record.contributors],
        "publisher": {"name": record.publisher or PUBLISHER},
        "publicationYear": year[1] if year else None,
        "subjects": unique(_subjects(record, lost)),
        "dates": unique(_dates(record, lost)),
        "language": _language(record.languages, lost),
        "alternateIdentifiers": unique(
            {"alternateIdentifier": each.identifier, "alternateIdentifierType": SCHEMES.get(each.scheme, each.scheme)}
            for each in record.identifiers
        ),
        "relatedIdentifiers": [*_related(record.related, lost), *_references(record, lost)],
        "relatedItems": list(_items(record.custom_fields)),
        "version": record.version,
        "rightsList": unique([*(_right(each, lost) for each in record.rights), *_access(record.access, lost)]),
        "descriptions": unique(_descriptions(record, lost)),
        "fundingReferences": unique(_funding(each, lost) for each in record.funding),
        "geoLocations": unique(filter(None, (_location(each, lost) for each in record.locations))),
        "schemaVersion": SCHEMA_VERSION,
    }
    _lose_the_rest(record, lost)
    return filled(content), lost.findings()


def _types(native: str) -> dict[str, str]:
    """Return the general type, and the native one in words of its own."""
    general = TYPES.get(native) or TYPES.get(native.partition("-")[0], OTHER)
    return {"resourceTypeGeneral": general, "resourceType": native}


def _titles(record: Record, lost: Losses) -> Iterator[dict[str, Any]]:
    yield {"title": record.title or ""}
    for each in record.additional_titles:
        kind = TITLES.get(each.type, OTHER)
        if kind == OTHER and each.type != "other":
            lost.add("some types of titles, for which Other is stored", each.type, each.text)
        yield filled({"title": each.text, "titleType": kind, "lang": each.language})


def _creator(creator: Creator, lost: Losses) -> dict[str, Any]:
    if creator.role:
        lost.add("roles of creators", creator.role)
    return _agent(creator)


def _contributor(creator: Creator, lost: Losses) -> dict[str, Any]:
    role = creator.role or ""
    if role not in ROLES:
        lost.add("some roles, for which Other is stored", creator.display_name, role)
    return {**_agent(creator), "contributorType": ROLES.get(role, OTHER)}


def _agent(creator: Creator) -> dict[str, Any]:
    is_person = creator.kind == "personal"
    return filled(
        {
            "name": creator.display_name,
            "nameType": "Personal" if is_person else "Organizational",
            "givenName": creator.given_name if is_person else None,
            "familyName": creator.family_name if is_person else None,
            "nameIdentifiers": unique(_agent_identifier(each) for each in creator.identifiers),
            "affiliation": unique(_affiliation(each) for each in creator.affiliations),
        }
    ) | {"name": creator.display_name}


def _agent_identifier(identifier: Identifier) -> dict[str, str]:
    name, address = PEOPLE_SCHEMES.get(identifier.scheme, (identifier.scheme, ""))
    return filled({"nameIdentifier": identifier.identifier, "nameIdentifierScheme": name, "schemeUri": address})


def _affiliation(affiliation: Affiliation) -> dict[str, str]:
    """Return where somebody works; the schema demands a name, so that of an id alone is its address."""
    address = f"{ROR}{affiliation.ror}" if affiliation.ror else ""
    scheme = {"affiliationIdentifier": address, "affiliationIdentifierScheme": "ROR", "schemeUri": ROR}
    return {"name": affiliation.name or address, **(scheme if address else {})}


def _subjects(record: Record, lost: Losses) -> Iterator[dict[str, str]]:
    for keyword in record.keywords:
        yield {"subject": keyword}
    listed = record.custom_fields.get(_SUBJECTS)
    for each in listed if isinstance(listed, (list, tuple)) else ():
        if not isinstance(each, Mapping) or not each.get("term"):
            lost.add("subjects without a term", *flat(each))
            continue
        address = str(each.get("identifier") or "")
        is_address = address.startswith(("http://", "https://"))
        code = {"valueUri": address} if is_address else {"classificationCode": address}
        yield filled({"subject": str(each["term"]), "subjectScheme": each.get("scheme"), **code})


def _dates(record: Record, lost: Losses) -> Iterator[dict[str, str]]:
    if record.publication_date:
        yield {"date": record.publication_date, "dateType": "Issued"}
    if record.access is not None and record.access.embargo_until:
        yield {"date": record.access.embargo_until, "dateType": "Available"}
    for each in record.dates:
        if each.type not in DATES:
            lost.add("some types of dates, for which Other is stored", each.date, each.type)
        kind = each.type.capitalize() if each.type in DATES else OTHER
        yield filled({"date": each.date, "dateType": kind, "dateInformation": each.description})


def _language(languages: Iterable[str], lost: Losses) -> str | None:
    known = list(languages)
    for other in known[1:]:
        lost.add("a second language", other)
    return known[0] if known else None


def _related(works: Iterable[Related], lost: Losses) -> Iterator[dict[str, str]]:
    for each in works:
        found = vocab.identifier(each.identifier)
        scheme = each.scheme or (found.scheme if found is not None else "")
        kind = each.resource_type
        if scheme not in SCHEMES or each.relation not in RELATIONS:
            lost.add("some relations and schemes of identifiers", each.relation, scheme, each.identifier, kind)
            continue
        general = _types(kind)["resourceTypeGeneral"] if kind else None
        if kind and "-" in kind and kind not in TYPES:
            lost.add("some types of related works", each.identifier, kind)
        yield filled(
            {
                "relatedIdentifier": each.identifier,
                "relatedIdentifierType": SCHEMES[scheme],
                "relationType": RELATIONS[each.relation],
                "resourceTypeGeneral": general,
            }
        )


def _references(record: Record, lost: Losses) -> Iterator[dict[str, str]]:
    """Yield the identifiers of the works cited; the works as texts have no place."""
    for each in record.references:
        found = each.identifier
        if found is None or found.identifier != each.text:
            lost.add("references as texts", each.text)
        if found is not None and found.scheme in SCHEMES:
            scheme = SCHEMES[found.scheme]
            yield {
                "relatedIdentifier": found.identifier,
                "relatedIdentifierType": scheme,
                "relationType": "References",
            }
        elif found is not None:
            lost.add("some schemes of references", found.scheme, found.identifier)


def _items(custom: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """Yield the journal and the book that the work stands in."""
    journal, imprint = _mapping(custom.get(_JOURNAL)), _mapping(custom.get(_IMPRINT))
    if journal.get("title"):
        numbers = {key: journal.get(key) for key in ("volume", "issue")}
        yield _item("Journal", journal, {**numbers, **_identified("ISSN", journal.get("issn"))})
    if imprint.get("title"):
        numbers = {"edition": imprint.get("edition")}
        yield _item("Book", imprint, {**numbers, **_identified("ISBN", imprint.get("isbn"))})


def _item(kind: str, fields: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    first, _, last = str(fields.get("pages") or "").partition("-")
    return filled(
        {
            "relatedItemType": kind,
            "relationType": "IsPublishedIn",
            "titles": [{"title": str(fields["title"])}],
            **{key: str(value) for key, value in more.items() if value and not isinstance(value, Mapping)},
            **{key: value for key, value in more.items() if isinstance(value, Mapping)},
            "firstPage": first.strip(),
            "lastPage": last.strip(),
        }
    )


def _identified(scheme: str, identifier: object) -> dict[str, Any]:
    if not identifier:
        return {}
    entry = {"relatedItemIdentifier": str(identifier), "relatedItemIdentifierType": scheme}
    return {"relatedItemIdentifier": entry}


def _right(right: Right, lost: Losses) -> dict[str, str]:
    if right.id is None:
        if right.description:
            lost.add("descriptions of licences", right.description)
        return filled({"rights": right.title, "rightsUri": _uri(right.link, lost)})
    spdx = spdx_name(right.id)
    return filled(
        {
            "rights": vocab.license_title(right.id),
            "rightsUri": vocab.license_url(right.id),
            "rightsIdentifier": spdx or right.id,
            "rightsIdentifierScheme": "SPDX" if spdx else None,
        }
    )


def _uri(link: str | None, lost: Losses) -> str | None:
    if link is None or re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", link, re.IGNORECASE):
        return link
    lost.add("addresses of licences that are none", link)
    return None


def _access(access: Access | None, lost: Losses) -> Iterator[dict[str, str]]:
    if access is None:
        return
    if access.embargo_reason:
        lost.add("the reason of an embargo", access.embargo_reason)
    state = ACCESS["embargoed" if access.embargo_until else access.files]
    yield {"rightsUri": f"info:eu-repo/semantics/{state}"}


def _descriptions(record: Record, lost: Losses) -> Iterator[dict[str, str]]:
    if record.description:
        yield {"description": vocab.plain_text(record.description), "descriptionType": "Abstract"}
    for each in record.additional_descriptions:
        kind = DESCRIPTIONS.get(each.type, OTHER)
        if kind == OTHER and each.type != "other":
            lost.add("some types of descriptions, for which Other is stored", each.type)
        text = {"description": vocab.plain_text(each.text), "descriptionType": kind, "lang": each.language}
        yield filled(text)


def _funding(funding: Funding, lost: Losses) -> dict[str, str]:
    funder, _, number = (funding.award_id or "").rpartition("::")
    ror = funding.funder_id or funder
    if funder and funder != ror:
        lost.add("a funder other than the award's", funder)
    return filled(
        {
            "funderName": funding.funder_name or vocab.funder_name(ror) or f"{ROR}{ror}",
            "funderIdentifier": f"{ROR}{ror}" if ror else None,
            "funderIdentifierType": "ROR" if ror else None,
            "awardNumber": number or funding.award_number,
            "awardTitle": funding.award_title,
            "awardUri": funding.award_url,
        }
    )


def _location(location: Location, lost: Losses) -> dict[str, Any]:
    if location.description:
        lost.add("descriptions of places", location.place, location.description)
    point = {"pointLongitude": location.longitude, "pointLatitude": location.latitude}
    is_point = _is_within(location.longitude, 180) and _is_within(location.latitude, 90)
    if not is_point and point != dict.fromkeys(point):
        lost.add("points that are nowhere on earth", *point.values())
    return filled({"geoLocationPlace": location.place, "geoLocationPoint": point if is_point else None})


def _is_within(degrees: float | None, limit: int) -> bool:
    return degrees is not None and -limit <= degrees <= limit


def _lose_the_rest(record: Record, lost: Losses) -> None:
    """Note communities, and the custom fields that stand nowhere else."""
    if record.communities:
        lost.add("communities", *record.communities)
    for name, value in record.custom_fields.items():
        if name in (_JOURNAL, _IMPRINT) and isinstance(value, Mapping) and value.get("title"):
            held = (
                {"title", "volume", "issue", "pages", "issn"}
                if name == _JOURNAL
                else {"title", "edition", "isbn", "pages"}
            )
            rest = {key: part for key, part in value.items() if key not in held}
            if rest:
                lost.add("custom fields", name, *flat(rest))
        elif name != _SUBJECTS:
            lost.add("custom fields", name, *flat(value))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
