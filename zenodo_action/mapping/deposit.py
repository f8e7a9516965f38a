"""
From ``Record`` to the metadata of Zenodo's deposit API; pure.

That API has no words for much of what a record can say. Nothing of it is lost in silence: each value that cannot be
sent comes back in a finding. What would make the server fail (it answers 500 to a date without a type, say) is never
sent.

Sources: developers.zenodo.org, "Deposit metadata"; zenodo-rdm, ``site/zenodo_rdm/legacy/deserializers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.losses import Losses, Target
from zenodo_action.mapping.rdm import merge_current, merge_previous, to_rdm
from zenodo_action.model import Record

CUSTOM_FIELDS: Mapping[str, Mapping[str, str]] = {
    "journal:journal": {part: f"journal_{part}" for part in ("title", "volume", "issue", "pages")},
    "meeting:meeting": {
        part: f"conference_{part}" for part in ("title", "acronym", "dates", "place", "url", "session", "session_part")
    },
    "imprint:imprint": {
        "title": "partof_title",
        "pages": "partof_pages",
        "place": "imprint_place",
        "isbn": "imprint_isbn",
    },
    "thesis:thesis": {"university": "thesis_university"},
}
"""Parts of native custom fields → keys of the deposit API; all other fields stand under ``custom`` as they are."""
SUBJECTS = "legacy:subjects"
COMMUNITIES = "legacy:communities"
"""Written by the server itself; communities are asked for separately."""

_DESCRIPTIONS = {"notes": "notes", "methods": "method"}
"""Type of a further description → key of the deposit API."""
_ALTERNATE = "isAlternateIdentifier"
_NO_LICENCE = "notspecified"
"""Zenodo's word for it. Without a word the deposit API puts open files under CC-BY-4.0, software too."""
_MISREAD_LICENCES = frozenset({"qtpl"})
"""The deposit API takes the name for QPL-1.0. Source: zenodo-rdm, ``zenodo_legacy/licenses.py``, aliases."""

_RELATIONS = {name.lower(): name for name in vocab.relations()}
_ROLES = {name.lower(): name for name in vocab.roles()}


DEPOSIT_API = Target(
    "the deposit API",
    "deposit-api-loss",
    "use the native API, which keeps them: --api records (api: records in the workflow)",
)


def to_deposit(
    record: Record, previous: Mapping[str, Any] | None = None, *, is_same: bool = False
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """
    Return the whole ``metadata`` of a deposition, and a warning for each kind of value that it cannot hold.

    Fields that the record leaves empty keep the value of the previous version. Communities are no part of it.

    Args:
        record: What is to be stored.
        previous: The previous version in native JSON; it knows more than the deposit API's answers.
        is_same: Whether it is the version itself, of which everything stays that the record leaves empty.
    """
    native = to_rdm(record)
    names = {
        affiliation.ror: affiliation.name
        for person in (*record.creators, *record.contributors)
        for affiliation in person.affiliations
        if affiliation.ror and affiliation.name
    }
    if previous is not None:
        native = merge_current(native, previous) if is_same else merge_previous(native, previous)
        names = {**affiliation_names(previous), **names}
    return from_native(native, names)


def from_native(body: Mapping[str, Any], names: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """
    Return native metadata in the words of the deposit API, and what is lost.

    Args:
        body: As ``to_rdm`` or ``writable`` give it.
        names: ROR id → name of an affiliation, since the API knows names only.
    """
    lost = Losses(DEPOSIT_API)
    fields = dict(body.get("metadata", {}))
    access = _access(body.get("access", {}), lost)
    kind = _type(fields.pop("resource_type", None))
    metadata = {
        **kind,
        **access,
        "title": fields.pop("title", None),
        "creators": [_creator(each, names, lost) for each in fields.pop("creators", ())],
        "contributors": [_contributor(each, names, lost) for each in fields.pop("contributors", ())],
        "description": fields.pop("description", None),
        **_descriptions(fields.pop("additional_descriptions", ()), lost),
        "publication_date": fields.pop("publication_date", None),
        "version": fields.pop("version", None),
        "imprint_publisher": fields.pop("publisher", None),
        "license": _license(fields.pop("rights", ()), lost, is_open=access["access_right"] != "restricted"),
        "keywords": list(_keywords(fields.pop("subjects", ()), lost)),
        "language": _language(fields.pop("languages", ()), lost),
        "dates": list(_dates(fields.pop("dates", ()), lost)),
        "related_identifiers": [
            *_related(fields.pop("related_identifiers", ()), lost),
            *_related(fields.pop("identifiers", ()), lost, relation=_ALTERNATE),
        ],
        "grants": list(_grants(fields.pop("funding", ()), lost)),
        "references": list(_references(fields.pop("references", ()), lost)),
        "locations": list(_locations(fields.pop("locations", {}), lost)),
        **_custom(body.get("custom_fields", {}), lost),
    }
    for title in fields.pop("additional_titles", ()):
        lost.add("additional titles", title["title"], *_ids(title, "type", "lang"))
    for key, value in fields.items():
        lost.add(f"the field {key}", value)
    return {key: value for key, value in metadata.items() if value not in (None, "", [], {})}, lost.findings()


def affiliation_names(native: Mapping[str, Any]) -> dict[str, str]:
    """Return the names that the server's JSON gives to the ROR ids of affiliations."""
    metadata = native.get("metadata") or {}
    people = [*(metadata.get("creators") or ()), *(metadata.get("contributors") or ())]
    entries = [affiliation for person in people for affiliation in person.get("affiliations") or ()]
    return {each["id"]: each["name"] for each in entries if each.get("id") and each.get("name")}


def _ids(entry: Mapping[str, Any], *keys: str) -> list[str]:
    """Return the vocabulary ids under some keys of an entry."""
    return [entry[key]["id"] for key in keys if key in entry]


def _type(kind: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the type and subtype, as ``{"upload_type": "publication", "publication_type": "article"}``."""
    if kind is None:
        return {}
    name, _, subtype = kind["id"].partition("-")
    return {"upload_type": name, **({f"{name}_type": subtype} if subtype else {})}


def _access(access: Mapping[str, Any], lost: Losses) -> dict[str, str]:
    embargo = access.get("embargo", {})
    if embargo.get("until"):
        if embargo.get("reason"):
            lost.add("the reason of an embargo", embargo["reason"])
        return {"access_right": "embargoed", "embargo_date": embargo["until"]}
    return {"access_right": "restricted" if access.get("files") == "restricted" else "open"}


def _creator(entry: Mapping[str, Any], names: Mapping[str, str], lost: Losses) -> dict[str, Any]:
    if "role" in entry:
        lost.add("roles of creators", entry["role"]["id"])
    return _person(entry, names, lost)


def _contributor(entry: Mapping[str, Any], names: Mapping[str, str], lost: Losses) -> dict[str, Any]:
    person = _person(entry, names, lost)
    role = entry.get("role", {}).get("id", "")
    if role not in _ROLES:
        lost.add("some roles, for which Other is stored", person["name"], role)
    return {**person, "type": _ROLES.get(role, "Other")}


def _person(entry: Mapping[str, Any], names: Mapping[str, str], lost: Losses) -> dict[str, Any]:
    """Return a person, as everybody is to this API."""
    person = entry["person_or_org"]
    result = {"name": _name(person, lost)}
    affiliation = _affiliation(entry.get("affiliations", ()), names, lost)
    if affiliation is not None:
        result["affiliation"] = affiliation
    for identifier in person.get("identifiers", ()):
        scheme, value = identifier["scheme"], identifier["identifier"]
        # A GND that is none makes the server fail; of two of a kind it takes one.
        kept = {"orcid": value, "gnd": vocab.gnd(value)}.get(scheme)
        if kept is None or scheme in result:
            lost.add("identifiers of people and organisations but one ORCID and one GND", scheme, value)
        else:
            result[scheme] = kept
    return result


def _name(person: Mapping[str, Any], lost: Losses) -> str:
    """Return ``Family, Given``; the server takes it apart at the comma if there is just one."""
    if person["type"] == "organizational":
        name = str(person.get("name", ""))
        lost.add("organisations, which become persons", name)
        return name
    parts = [person[key] for key in ("family_name", "given_name") if key in person] or [person.get("name", "")]
    name = ", ".join(parts)
    if (name.split(", ") if name.count(",") == 1 else [name]) != parts or name.count(",") != name.count(", "):
        lost.add("commas in the parts of a name, which are taken apart elsewhere", *parts)
    return name


def _affiliation(entries: Iterable[Mapping[str, Any]], names: Mapping[str, str], lost: Losses) -> str | None:
    """Return the first affiliation that has a name."""
    first: str | None = None
    for each in entries:
        ror = each.get("id")
        name = each.get("name") or names.get(ror or "")
        if ror:
            lost.add("ROR ids of affiliations", name, ror)
        if first is None:
            first = name
        elif name:
            lost.add("further affiliations of a person", name)
    return first


def _descriptions(entries: Iterable[Mapping[str, Any]], lost: Losses) -> dict[str, str]:
    result: dict[str, str] = {}
    for each in entries:
        kind, text = each.get("type", {}).get("id", ""), each["description"]
        key = _DESCRIPTIONS.get(kind)
        if key is None or key in result:
            lost.add("descriptions but one of notes and one of methods", kind, text, *_ids(each, "lang"))
        else:
            result[key] = text
            if "lang" in each:
                lost.add(f"the language of {key}", each["lang"]["id"])
    return result


def _license(rights: Iterable[Mapping[str, Any]], lost: Losses, *, is_open: bool) -> str | None:
    """Return the first licence of the vocabulary; for open files there is always one."""
    entries = list(rights)
    ids = [each["id"] for each in entries if "id" in each]
    chosen = next((each for each in ids if each not in _MISREAD_LICENCES), None)
    for each in entries:
        if each.get("id", "") != chosen:
            texts = [each.get("id"), *each.get("title", {}).values(), each.get("link")]
            lost.add("a second licence, or one of your own", *texts, *each.get("description", {}).values())
    if chosen is not None or not is_open:
        return chosen
    lost.add("open files without a licence (it would name one itself)", f"{vocab.license_title(_NO_LICENCE)} is stored")
    return _NO_LICENCE


def _keywords(subjects: Iterable[Mapping[str, Any]], lost: Losses) -> Iterator[str]:
    for each in subjects:
        if "id" in each:
            lost.add("subjects of a vocabulary", each["id"])
        else:
            yield each["subject"]


def _language(languages: Iterable[Mapping[str, Any]], lost: Losses) -> str | None:
    """Return the first language; the server takes ids of two or three letters."""
    ids = [each["id"] for each in languages]
    first = next((each for each in ids if len(each) in (2, 3)), None)
    for each in ids:
        if each != first:
            lost.add("a second language", each)
    return first


def _dates(dates: Iterable[Mapping[str, Any]], lost: Losses) -> Iterator[dict[str, str]]:
    """Yield dates as intervals; a single one starts and ends on the same day."""
    for each in dates:
        start, slash, end = each["date"].partition("/")
        if not start or "type" not in each or (slash and (not end or "/" in end)):
            lost.add("dates without a type, or that are neither a date nor an interval", *_flat(each))
            continue
        entry = {"start": start, "end": end or start, "type": each["type"]["id"]}
        yield {**entry, **({"description": each["description"]} if "description" in each else {})}


def _related(
    entries: Iterable[Mapping[str, Any]], lost: Losses, *, relation: str | None = None
) -> Iterator[dict[str, str]]:
    """Yield related works, or the work's own further identifiers where a relation is given."""
    for each in entries:
        identifier, scheme = each["identifier"], each.get("scheme")
        name = relation or each.get("relation_type", {}).get("id")
        found = vocab.identifier(identifier)
        if found is None or name is None:
            lost.add("identifiers of works whose scheme it does not detect", *_flat(each))
            continue
        if scheme not in (None, found.scheme):
            lost.add("schemes of identifiers but those that it detects", identifier, scheme)
        kind = each.get("resource_type")
        entry = {"identifier": identifier, "relation": _RELATIONS.get(name, name)}
        yield {**entry, **({"resource_type": kind["id"]} if kind else {})}


def _grants(funding: Iterable[Mapping[str, Any]], lost: Losses) -> Iterator[dict[str, str]]:
    """Yield the awards that the server knows, as ``ROR::number``."""
    for each in funding:
        award = each.get("award", {}).get("id", "")
        funder = each.get("funder", {}).get("id")
        if "::" in award:
            if funder not in (None, award.partition("::")[0]):
                lost.add("a funder other than the award's", funder)
            yield {"id": award}
        else:
            lost.add("funding without an award that the server knows", *_flat(each))


def _references(references: Iterable[Mapping[str, Any]], lost: Losses) -> Iterator[str]:
    for each in references:
        if "identifier" in each and each["identifier"] not in each["reference"]:
            lost.add("identifiers of references", each.get("scheme"), each["identifier"])
        yield each["reference"]


def _locations(locations: Mapping[str, Any], lost: Losses) -> Iterator[dict[str, Any]]:
    """Yield places with a name, without which the server fails; a point on the equator or Greenwich's line is lost."""
    for feature in locations.get("features", ()):
        rest = dict(feature)
        entry = {key: rest.pop(key) for key in ("place", "description") if key in rest}
        if "place" not in entry:
            lost.add("places without a name", *_flat(feature))
            continue
        geometry = rest.pop("geometry", {})
        longitude, latitude = geometry.get("coordinates", ()) if geometry.get("type") == "Point" else (0, 0)
        if longitude and latitude:
            entry |= {"lat": latitude, "lon": longitude}
        elif geometry:
            lost.add("shapes, and points on the equator or the prime meridian", entry["place"], *_flat(geometry))
        if rest:
            lost.add("further details of places", entry["place"], *_flat(rest))
        yield entry


def _custom(fields: Mapping[str, Any], lost: Losses) -> dict[str, Any]:
    result: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in fields.items():
        if name == SUBJECTS:
            result["subjects"] = [each for each in value if isinstance(each, Mapping)]
        elif name in CUSTOM_FIELDS and isinstance(value, Mapping):
            keys = CUSTOM_FIELDS[name]
            result |= {keys[part]: content for part, content in value.items() if part in keys}
            for part, content in value.items():
                if part not in keys:
                    lost.add("some details of journal, meeting, imprint and thesis", f"{name}.{part}", content)
        elif name != COMMUNITIES:
            others[name] = value
    return {**result, "custom": others}


def _flat(value: Any) -> Iterator[Any]:
    """Yield the texts and numbers in a value."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _flat(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _flat(part)
    else:
        yield value
