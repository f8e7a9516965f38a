"""
Reads the native JSON of a record once, for pages, citations and exports.

The reader is tolerant: a published record has passed the store's rules, but a preview is drawn from metadata
that no server has seen, where titles of vocabulary entries and computed names are missing. What is absent or of
another type than expected reads as empty.

Source: InvenioRDM reference, "Metadata" and "Drafts and published records".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zenodo_action.server import terms, vocabulary
from zenodo_action.server.facts import (
    Access,
    AccessStatus,
    Affiliation,
    Agent,
    Facts,
    File,
    Grant,
    Identifier,
    Json,
    Language,
    Licence,
    Place,
    RelatedWork,
    Typed,
)


def read_facts(record: Json) -> Facts:
    """Return what the native JSON of a record or draft says."""
    metadata = _object(record.get("metadata"))
    parent = _object(record.get("parent"))
    versions = _object(record.get("versions"))
    custom = _object(record.get("custom_fields"))
    type_id = _text(_object(metadata.get("resource_type")).get("id"))
    index = versions.get("index")
    return Facts(
        id=_text(record.get("id")),
        concept_id=_text(parent.get("id")),
        doi=_pid(record, "doi"),
        concept_doi=_pid(parent, "doi"),
        oai=_pid(record, "oai"),
        page_url=_text(_object(record.get("links")).get("self_html")),
        version_index=index if isinstance(index, int) else 1,
        created=_text(record.get("created")),
        updated=_text(record.get("updated")),
        title=_text(metadata.get("title")),
        type_id=type_id,
        type=_entry_title(metadata.get("resource_type"), "resource_types"),
        publication_date=_text(metadata.get("publication_date")),
        version=_text(metadata.get("version")),
        publisher=_text(metadata.get("publisher")),
        description=_text(metadata.get("description")),
        copyright=_text(metadata.get("copyright")),
        creators=tuple(_agent(item) for item in _objects(metadata.get("creators"))),
        contributors=tuple(_agent(item) for item in _objects(metadata.get("contributors"))),
        titles=_typed(metadata.get("additional_titles"), "title", "title_types"),
        descriptions=_typed(metadata.get("additional_descriptions"), "description", "description_types"),
        dates=_typed(metadata.get("dates"), "date", "date_types"),
        licences=tuple(_licence(item) for item in _objects(metadata.get("rights"))),
        keywords=tuple(_keywords(metadata, custom)),
        languages=tuple(_language(item) for item in _objects(metadata.get("languages"))),
        identifiers=_identifiers(metadata.get("identifiers")),
        related=tuple(_related(item) for item in _objects(metadata.get("related_identifiers"))),
        grants=tuple(_grant(item) for item in _objects(metadata.get("funding"))),
        references=tuple(
            _text(item.get("reference")) for item in _objects(metadata.get("references")) if item.get("reference")
        ),
        places=tuple(_place(item) for item in _objects(_object(metadata.get("locations")).get("features"))),
        sizes=_texts(metadata.get("sizes")),
        formats=_texts(metadata.get("formats")),
        communities=tuple(_communities(parent, custom)),
        access=_access(_object(record.get("access"))),
        files=tuple(_files(_object(record.get("files")))),
        code_repository=_text(custom.get("code:codeRepository")),
        programming_languages=tuple(
            _entry_title(item, "programming_languages") for item in _objects(custom.get("code:programmingLanguage"))
        ),
        development_status=_text(_object(custom.get("code:developmentStatus")).get("id")),
        custom=custom,
        custom_objects={name: _parts(value) for name, value in custom.items() if isinstance(value, Mapping)},
    )


def _object(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> Iterator[Json]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, Mapping))


def _text(value: object) -> str:
    """Return a text or number as text; of a text in several languages the English one."""
    if isinstance(value, Mapping):
        return _text(value.get("en") or next((text for text in value.values() if isinstance(text, str)), ""))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # Half a surrogate pair is possible in JSON and cannot be written as UTF-8.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return tuple(text for text in map(_text, value) if text)


def _entry_title(value: object, kind: str) -> str:
    """Return the title of a vocabulary entry ``{"id", "title"?}``, looked up where the record does not carry it."""
    entry = _object(value)
    entry_id = _text(entry.get("id"))
    return _text(entry.get("title")) or (vocabulary.title(kind, entry_id) if entry_id else "")


def _pid(owner: Json, scheme: str) -> str:
    return _text(_object(_object(owner.get("pids")).get(scheme)).get("identifier"))


def _identifiers(value: object) -> tuple[Identifier, ...]:
    return tuple(
        Identifier(scheme=_text(item.get("scheme")).lower(), identifier=_text(item.get("identifier")))
        for item in _objects(value)
        if _text(item.get("identifier"))
    )


def _agent(item: Json) -> Agent:
    who = _object(item.get("person_or_org"))
    family, given = _text(who.get("family_name")), _text(who.get("given_name"))
    is_person = who.get("type") != "organizational"
    joined = ", ".join(part for part in (family, given) if part)
    return Agent(
        name=(joined if is_person else "") or _text(who.get("name")),
        family=family,
        given=given,
        is_person=is_person,
        identifiers=_identifiers(who.get("identifiers")),
        affiliations=tuple(
            Affiliation(name=_text(place.get("name")) or _text(place.get("id")), ror=_text(place.get("id")))
            for place in _objects(item.get("affiliations"))
        ),
        role=_entry_title(item.get("role"), "roles"),
        role_id=_text(_object(item.get("role")).get("id")),
    )


def _typed(value: object, key: str, kind: str) -> tuple[Typed, ...]:
    return tuple(
        Typed(
            text=_text(item.get(key)),
            type_id=_text(_object(item.get("type")).get("id")),
            type=_entry_title(item.get("type"), kind),
            note=_text(item.get("description")) if key != "description" else "",
        )
        for item in _objects(value)
        if _text(item.get(key))
    )


def _licence(item: Json) -> Licence:
    licence_id = _text(item.get("id"))
    known = terms.licence(licence_id)
    return Licence(
        id=licence_id,
        title=_text(item.get("title")) or known.get("title", "") or licence_id,
        url=_text(_object(item.get("props")).get("url")) or _text(item.get("link")) or known.get("url", ""),
        spdx=known.get("spdx", ""),
        description=_text(item.get("description")),
    )


def _keywords(metadata: Json, custom: Json) -> Iterator[str]:
    for item in _objects(metadata.get("subjects")):
        text = _text(item.get("subject")) or _text(item.get("title")) or _text(item.get("id"))
        if text:
            yield text
    # The deposit API keeps subjects of controlled vocabularies apart.
    yield from (_text(item.get("term")) for item in _objects(custom.get("legacy:subjects")) if item.get("term"))


def _language(item: Json) -> Language:
    return Language(id=_text(item.get("id")), title=_entry_title(item, "languages"))


def _parts(value: Json) -> dict[str, str]:
    """Return the parts of a custom field that say something, as text."""
    return {key: _text(part) for key, part in value.items() if _text(part)}


def _related(item: Json) -> RelatedWork:
    return RelatedWork(
        identifier=_text(item.get("identifier")),
        scheme=_text(item.get("scheme")).lower(),
        relation_id=_text(_object(item.get("relation_type")).get("id")),
        relation=_entry_title(item.get("relation_type"), "relations"),
        type_id=_text(_object(item.get("resource_type")).get("id")),
        type=_entry_title(item.get("resource_type"), "resource_types"),
    )


def _grant(item: Json) -> Grant:
    funder, award = _object(item.get("funder")), _object(item.get("award"))
    award_id = _text(award.get("id"))
    return Grant(
        funder=_text(funder.get("name")) or vocabulary.title("funders", _text(funder.get("id"))),
        funder_id=_text(funder.get("id")),
        number=_text(award.get("number")) or award_id.rpartition("::")[2],
        title=_text(award.get("title")),
        url=next((found.identifier for found in _identifiers(award.get("identifiers")) if found.scheme == "url"), ""),
    )


def _place(item: Json) -> Place:
    return Place(
        name=_text(item.get("place")),
        coordinates=_point(_object(item.get("geometry")).get("coordinates")),
        description=_text(item.get("description")),
    )


def _point(coordinates: object) -> tuple[float, float] | None:
    """Return latitude and longitude of GeoJSON's longitude and latitude."""
    match coordinates:
        case [int() | float() as longitude, int() | float() as latitude, *_]:
            return float(latitude), float(longitude)
        case _:
            return None


def _communities(parent: Json, custom: Json) -> Iterator[str]:
    entries = list(_objects(_object(parent.get("communities")).get("entries")))
    for entry in entries:
        yield _text(_object(entry.get("metadata")).get("title")) or _text(entry.get("slug")) or _text(entry.get("id"))
    if not entries:
        yield from _texts(custom.get("legacy:communities"))


def _access(access: Json) -> Access:
    embargo = _object(access.get("embargo"))
    is_public = access.get("files") != "restricted" and access.get("record") != "restricted"
    status: AccessStatus = "open" if is_public else "embargoed" if embargo.get("active") is True else "restricted"
    return Access(
        status=status,
        is_record_public=access.get("record") != "restricted",
        embargo_until=_text(embargo.get("until")),
        embargo_reason=_text(embargo.get("reason")),
    )


def _files(files: Json) -> Iterator[File]:
    entries = files.get("entries")
    listed = entries.values() if isinstance(entries, Mapping) else _objects(entries)
    for entry in map(_object, listed):
        size = entry.get("size")
        yield File(
            key=str(entry.get("key", "")),
            size_bytes=size if isinstance(size, int) else 0,
            md5=_text(entry.get("checksum")).removeprefix("md5:"),
        )
