"""
Between ``Record`` and the JSON of InvenioRDM's native API; pure.

Sources: InvenioRDM reference, "Metadata" and "Drafts and records"; recorded answers of InvenioRDM 14.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from zenodo_action.mapping import field_errors
from zenodo_action.model import (
    Access,
    Affiliation,
    Creator,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    RemoteFile,
    RemoteRecord,
    Right,
    TypedDate,
    TypedText,
)

CODE_REPOSITORY = "code:codeRepository"
"""Custom field of Zenodo; a stock InvenioRDM does not have it."""

_TREE_LINK = re.compile(r"(?P<repository>.+?)/(?:tree|-/tree|src/tag)/.+")
"""The forms of ``Snapshot.tree_url``."""
_LASTING_DATES = frozenset({"collected", "copyrighted", "coverage", "other", "valid"})
"""Types of dates that say something of the work; the others are events of one version. Source: DataCite 4.5, dateType."""
_OF_ONE_VERSION = frozenset({"version", "publication_date", "identifiers"})

Item = TypeVar("Item")


def to_rdm(record: Record) -> dict[str, Any]:
    """
    Return the body that creates or saves a draft with this metadata; empty fields are left out.

    Shape: ``{"metadata": {...}, "files": {"enabled": True}, "custom_fields": {...}, "access": {...}}``, ``access`` only
    where the record says something about it. Communities are no part of it: they are asked for separately.
    """
    metadata = {
        "resource_type": _id(record.resource_type),
        "title": record.title,
        "additional_titles": [_typed_text(text, "title") for text in record.additional_titles],
        "publication_date": record.publication_date,
        "creators": [_creator(creator) for creator in record.creators],
        "contributors": [_creator(creator) for creator in record.contributors],
        "description": record.description,
        "additional_descriptions": [_typed_text(text, "description") for text in record.additional_descriptions],
        "rights": [_right(right) for right in record.rights],
        "subjects": [{"subject": keyword} for keyword in record.keywords],
        "languages": [_id(language) for language in record.languages],
        "dates": [_date(date) for date in record.dates],
        "version": record.version,
        "publisher": record.publisher,
        "identifiers": [_identifier(identifier) for identifier in _unique(record.identifiers)],
        "related_identifiers": [_related(related) for related in _unique(record.related)],
        "funding": [_funding(funding) for funding in record.funding],
        "references": [_reference(reference) for reference in record.references],
        "locations": {"features": [_location(location) for location in record.locations]},
    }
    body: dict[str, Any] = {"metadata": _filled(metadata), "files": {"enabled": True}}
    custom_fields = _filled(record.custom_fields)
    if custom_fields:
        body["custom_fields"] = custom_fields
    if record.access is not None:
        body["access"] = _access(record.access)
    return body


def merge_previous(body: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a body whose empty fields have the values of the previous version.

    Not carried over are what belongs to one version only (its text, dates of its making, identifiers, DOI), the
    link to the previous tag's source, and ``isnewversionof``.

    Args:
        body: From ``to_rdm``.
        previous: The previous version as the server describes it.
    """
    old = writable(previous)
    metadata: dict[str, Any] = {
        key: value for key, value in old.get("metadata", {}).items() if key not in _OF_ONE_VERSION
    }
    metadata["dates"] = [date for date in metadata.get("dates", ()) if _id_of(date.get("type")) in _LASTING_DATES]
    metadata.update(body.get("metadata", {}))
    metadata["related_identifiers"] = _merged_related(body, old)
    merged = {**body, "metadata": _filled(metadata)}
    custom_fields = {**old.get("custom_fields", {}), **body.get("custom_fields", {})}
    if custom_fields:
        merged["custom_fields"] = custom_fields
    if "access" in old:
        merged.setdefault("access", old["access"])
    return merged


def merge_current(body: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a body whose empty fields have the values that this very version has on the server.

    Everything that no source names stays, in its order: dates, identifiers, works related by hand, how files are shown.

    Args:
        body: From ``to_rdm``.
        current: The version as the server describes it.
    """
    old = writable(current)
    metadata = {**old.get("metadata", {}), **body.get("metadata", {})}
    metadata["related_identifiers"] = _current_related(body, old)
    merged = {**body, "metadata": _filled(metadata)}
    custom_fields = {**old.get("custom_fields", {}), **body.get("custom_fields", {})}
    if custom_fields:
        merged["custom_fields"] = custom_fields
    if "access" in old:
        merged.setdefault("access", old["access"])
    shown = _mapping(current.get("files"))
    merged["files"] = {**body["files"], **_filled({key: shown.get(key) for key in ("default_preview", "order")})}
    return merged


def writable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what a server says of a record, reduced to what a save may send.

    Entries of vocabularies keep only their id, people their parts and not the name made of them, an embargo its date.
    """
    result: dict[str, Any] = {}
    metadata = _filled(_reduced(payload.get("metadata") or {}))
    if metadata:
        result["metadata"] = metadata
    custom_fields = _filled(_reduced(payload.get("custom_fields") or {}))
    if custom_fields:
        result["custom_fields"] = custom_fields
    access = payload.get("access")
    if isinstance(access, Mapping):
        result["access"] = {key: access[key] for key in ("record", "files") if access.get(key)}
        embargo = access.get("embargo")
        if isinstance(embargo, Mapping) and embargo.get("active"):
            result["access"]["embargo"] = _filled({key: embargo.get(key) for key in ("active", "until", "reason")})
    return result


def from_rdm(payload: Mapping[str, Any]) -> RemoteRecord:
    """
    Return a record or draft as the server describes it.

    Raises:
        KeyError: It has no ``id`` or no ``parent``, so it is neither.
    """
    parent = payload["parent"]
    versions = _mapping(payload.get("versions"))
    custom_fields = _mapping(payload.get("custom_fields"))
    metadata = _mapping(payload.get("metadata"))
    owner = _mapping(_mapping(parent.get("access")).get("owned_by")).get("user")
    return RemoteRecord(
        id=str(payload["id"]),
        concept_id=str(parent["id"]),
        is_published=bool(payload.get("is_published")),
        is_draft=bool(payload.get("is_draft")),
        doi=_doi(payload),
        concept_doi=_doi(parent),
        version=metadata.get("version"),
        version_index=versions.get("index"),
        is_latest=bool(versions.get("is_latest")),
        owner=None if owner is None else str(owner),
        revision=payload.get("revision_id"),
        url=_mapping(payload.get("links")).get("self_html", ""),
        related=tuple(_from_related(related) for related in metadata.get("related_identifiers") or ()),
        code_repository=custom_fields.get(CODE_REPOSITORY),
        files=files_from_rdm(payload.get("files")),
        payload=payload,
        field_errors=tuple(
            (error.field, message)
            for error in field_errors(payload)
            # Every save of a draft without files is told so; we always enable files and then send them.
            if error.field != "files.enabled"
            for message in error.messages
        ),
    )


def files_from_rdm(files: Any) -> tuple[RemoteFile, ...]:
    """Return the files of a record's ``files`` object, or of the answer of its ``files`` link, which has a list."""
    entries = _mapping(files).get("entries")
    listed = entries.values() if isinstance(entries, Mapping) else entries or ()
    return tuple(file_from_rdm(entry) for entry in listed)


def file_from_rdm(entry: Mapping[str, Any]) -> RemoteFile:
    """Return one file; without a checksum where its transfer is not complete."""
    checksum = str(entry.get("checksum") or "")
    is_complete = entry.get("status", "completed") == "completed" and checksum.startswith("md5:")
    return RemoteFile(
        name=entry["key"],
        size_bytes=entry.get("size"),
        md5=checksum.removeprefix("md5:") if is_complete else None,
    )


def _creator(creator: Creator) -> dict[str, Any]:
    """Return a creator or contributor; the server makes a person's name of its parts."""
    person = {
        "type": creator.kind,
        "family_name": creator.family_name if creator.kind == "personal" else None,
        "given_name": creator.given_name if creator.kind == "personal" else None,
        "name": creator.name if creator.kind == "organizational" else None,
        "identifiers": [_identifier(identifier) for identifier in creator.identifiers],
    }
    # Equal affiliations of one person are refused, and those with one ROR id are equal.
    known = {each.ror or each.name: _affiliation(each) for each in creator.affiliations}
    affiliations = list(known.values())
    return _filled({"person_or_org": _filled(person), "role": _id(creator.role), "affiliations": affiliations})


def _affiliation(affiliation: Affiliation) -> dict[str, Any]:
    """Return an affiliation; with a ROR id the server takes the name from its vocabulary."""
    return {"id": affiliation.ror} if affiliation.ror else {"name": affiliation.name}


def _identifier(identifier: Identifier) -> dict[str, Any]:
    return {"scheme": identifier.scheme, "identifier": identifier.identifier}


def _typed_text(text: TypedText, key: str) -> dict[str, Any]:
    return _filled({key: text.text, "type": _id(text.type), "lang": _id(text.language)})


def _right(right: Right) -> dict[str, Any]:
    """Return a licence; an id together with a title is refused."""
    if right.id is not None:
        return {"id": right.id}
    return _filled({"title": _english(right.title), "description": _english(right.description), "link": right.link})


def _date(date: TypedDate) -> dict[str, Any]:
    return _filled({"date": date.date, "type": _id(date.type), "description": date.description})


def _related(related: Related) -> dict[str, Any]:
    return _filled(
        {
            "identifier": related.identifier,
            "scheme": related.scheme,
            "relation_type": _id(related.relation),
            "resource_type": _id(related.resource_type),
        }
    )


def _from_related(related: Mapping[str, Any]) -> Related:
    return Related(
        identifier=str(related.get("identifier") or ""),
        relation=_id_of(related.get("relation_type")) or "",
        scheme=related.get("scheme"),
        resource_type=_id_of(related.get("resource_type")),
    )


def _funding(funding: Funding) -> dict[str, Any]:
    """Return who paid; an id takes everything else from the server's vocabulary."""
    url = funding.award_url
    own_award = {
        "number": funding.award_number,
        "title": _english(funding.award_title),
        "identifiers": [{"scheme": "url", "identifier": url}] if url else None,
    }
    return _filled(
        {
            "funder": {"id": funding.funder_id} if funding.funder_id else _filled({"name": funding.funder_name}),
            "award": {"id": funding.award_id} if funding.award_id else _filled(own_award),
        }
    )


def _reference(reference: Reference) -> dict[str, Any]:
    identifier = _identifier(reference.identifier) if reference.identifier is not None else {}
    return {"reference": reference.text, **identifier}


def _location(location: Location) -> dict[str, Any]:
    """Return a place as GeoJSON has it: longitude first."""
    point = (location.longitude, location.latitude)
    is_point = all(value is not None and math.isfinite(value) for value in point)
    return _filled(
        {
            "geometry": {"type": "Point", "coordinates": list(point)} if is_point else None,
            "place": location.place,
            "description": location.description,
        }
    )


def _access(access: Access) -> dict[str, Any]:
    """Return the access settings; an embargo restricts the files until its end."""
    if access.embargo_until is None:
        return {"record": "public", "files": access.files}
    embargo = {"active": True, "until": access.embargo_until, "reason": access.embargo_reason}
    return {"record": "public", "files": "restricted", "embargo": _filled(embargo)}


def _merged_related(body: Mapping[str, Any], old: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    Return the related works of the next version.

    The links that this program adds to every version do not count as something that a source has said.
    """
    new: list[dict[str, Any]] = body.get("metadata", {}).get("related_identifiers", [])
    if not all(_is_of_one_version(related) for related in new):
        return new
    repositories = {_repository(related) for related in new} | {
        _mapping(source.get("custom_fields")).get(CODE_REPOSITORY) for source in (body, old)
    }
    kept = [
        related
        for related in old.get("metadata", {}).get("related_identifiers", [])
        if _id_of(related.get("relation_type")) != "isnewversionof"
        and (_repository(related) is None or _repository(related) not in repositories)
    ]
    return [*new, *(related for related in kept if related not in new)]


def _current_related(body: Mapping[str, Any], old: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the related works of a version that is there already; those that are always added say nothing of others."""
    new: list[dict[str, Any]] = body.get("metadata", {}).get("related_identifiers", [])
    if not all(_is_of_one_version(related) for related in new):
        return new
    held: list[dict[str, Any]] = old.get("metadata", {}).get("related_identifiers", [])
    known = {(each.get("identifier"), _id_of(each.get("relation_type"))) for each in held}
    return [*held, *(each for each in new if (each["identifier"], _id_of(each["relation_type"])) not in known)]


def _is_of_one_version(related: Mapping[str, Any]) -> bool:
    """Whether a related work is the source at a tag, or the version before."""
    return _id_of(related.get("relation_type")) == "isnewversionof" or _repository(related) is not None


def _repository(related: Mapping[str, Any]) -> str | None:
    """Return the source code repository whose tag a related work is; ``None`` where it is something else."""
    if _id_of(related.get("relation_type")) != "issupplementto":
        return None
    match = _TREE_LINK.fullmatch(str(related.get("identifier") or ""))
    return match["repository"] if match is not None else None


def _reduced(value: Any) -> Any:
    """Return a value of the server without what it added from its vocabularies or made of parts."""
    if isinstance(value, Mapping):
        if "id" in value:
            return {"id": value["id"]}
        added = {"name"} if value.get("type") == "personal" and "family_name" in value else set()
        return {key: _reduced(part) for key, part in value.items() if key not in added}
    if isinstance(value, list):
        return [_reduced(part) for part in value]
    return value


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something: no ``None``, no empty text, list or object."""
    kept = {key: value for key, value in fields.items() if value not in (None, "", [], {}, ())}
    return {key: value for key, value in kept.items() if value != {"features": []}}


def _doi(owner: Mapping[str, Any]) -> str | None:
    """Return the DOI among the persistent identifiers of a record or its parent."""
    doi: str | None = _mapping(_mapping(owner.get("pids")).get("doi")).get("identifier")
    return doi


def _id(value: str | None) -> dict[str, str] | None:
    return {"id": value} if value else None


def _id_of(entry: Any) -> str | None:
    return entry.get("id") if isinstance(entry, Mapping) else None


def _english(text: str | None) -> dict[str, str] | None:
    return {"en": text} if text else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _unique(items: Iterable[Item]) -> list[Item]:
    """Return the items without repetitions, in their order."""
    return list(dict.fromkeys(items))
