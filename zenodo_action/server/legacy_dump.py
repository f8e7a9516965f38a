"""The deposit API's JSON of a draft or record, with the values that it prints differently or not at all."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from zenodo_action.server import vocabulary
from zenodo_action.server.complete import complete

Json = dict[str, Any]

RESOLVER: Final = "https://doi.org/"
PRERESERVED_PREFIX: Final = "10.5281"
"""Wired into the real serialiser, also on the sandbox. Source: zenodo-api.md 2.6."""


def state(view: Json) -> str:
    """Return ``unsubmitted``, ``inprogress`` or ``done``."""
    if not view["is_published"]:
        return "unsubmitted"
    return "inprogress" if view["is_draft"] else "done"


def licence(metadata: Json) -> str | None:
    """Return the old id of the first licence."""
    rights = metadata.get("rights", [])
    name = rights[0].get("id") if rights else None
    if not name:
        return None
    entry = vocabulary.data()["licences"].get(name)
    return str(entry["legacy"]) if entry else name


def common_metadata(view: Json) -> Json:
    """Return the metadata that the deposit API and Zenodo's JSON print alike; empty fields are left out."""
    metadata = complete(view["metadata"])
    doi = view["pids"].get("doi", {}).get("identifier")
    embargo = view["access"]["embargo"]
    found: Json = {
        "title": metadata.get("title"),
        "doi": doi,
        "publication_date": metadata.get("publication_date"),
        "description": metadata.get("description"),
        "access_right": _access_right(view["access"]),
        "embargo_date": embargo.get("until") if embargo["active"] else None,
        "creators": [_person(one) for one in metadata.get("creators", [])],
        "contributors": [{**_person(one), "type": _role(one)} for one in metadata.get("contributors", [])],
        "keywords": [one["subject"] for one in metadata.get("subjects", []) if one.get("subject")],
        "subjects": view["custom_fields"].get("legacy:subjects"),
        "related_identifiers": [_related(one) for one in metadata.get("related_identifiers", [])],
        "locations": [_location(one) for one in metadata.get("locations", {}).get("features", [])],
        "dates": [_date(one) for one in metadata.get("dates", [])],
        "version": metadata.get("version"),
        "references": [one["reference"] for one in metadata.get("references", [])],
        "language": metadata["languages"][0].get("id") if metadata.get("languages") else None,
        "custom": _custom(view["custom_fields"]),
        **_descriptions(metadata),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {}, "")}


def _access_right(access: Json) -> str:
    if access["files"] == "public":
        return "open"
    return "embargoed" if access["embargo"]["active"] else "restricted"


def _person(creator: Json) -> Json:
    person = creator["person_or_org"]
    affiliations = creator.get("affiliations") or [{}]
    first = affiliations[0]
    name = first.get("name") or (vocabulary.title("affiliations", first["id"]) if first.get("id") else None)
    shown: Json = {"name": person["name"]} if "name" in person else {}
    shown["affiliation"] = name
    for one in person.get("identifiers", []):
        if one.get("scheme") in ("orcid", "gnd"):
            shown[one["scheme"]] = one["identifier"].removeprefix(one["scheme"] + ":")
    return shown


def _role(contributor: Json) -> str | None:
    role = contributor.get("role", {}).get("id")
    found = vocabulary.data()["legacy_roles"].get(role)
    return None if found is None else str(found)


def _related(related: Json) -> Json:
    relation = vocabulary.data()["legacy_relations"].get(related.get("relation_type", {}).get("id"))
    kind = related.get("resource_type", {}).get("id")
    return {
        "identifier": related.get("identifier"),
        **({"relation": relation} if relation else {}),
        **({"resource_type": kind} if kind else {}),
        **({"scheme": related["scheme"]} if "scheme" in related else {}),
    }


def _location(feature: Json) -> Json:
    shown = {name: feature[name] for name in ("place", "description") if feature.get(name)}
    coordinates = feature.get("geometry", {}).get("coordinates")
    if isinstance(coordinates, list) and len(coordinates) >= 2:  # noqa: PLR2004  # longitude and latitude
        shown |= {"lon": coordinates[0], "lat": coordinates[1]}
    return shown


def _date(given: Json) -> Json:
    """Return a date; only intervals show when, single dates are lost on this way. Source: zenodo#2594."""
    shown: Json = {"type": given["type"]["id"]}
    if given.get("description"):
        shown["description"] = given["description"]
    start, slash, end = given["date"].partition("/")
    return {**shown, "start": start, "end": end} if slash else shown


def _descriptions(metadata: Json) -> Json:
    by_type = {one["type"]["id"]: one.get("description") for one in metadata.get("additional_descriptions", [])}
    return {"notes": by_type.get("notes"), "method": by_type.get("methods")}


_OWN_PREFIXES: Final = ("legacy:", "thesis:", "imprint:", "meeting:", "journal:")


def _custom(custom_fields: Json) -> Json:
    return {name: value for name, value in custom_fields.items() if not name.startswith(_OWN_PREFIXES)}


def metadata(view: Json) -> Json:
    """Return ``metadata`` of a deposition."""
    native, custom = complete(view["metadata"]), view["custom_fields"]
    shown = common_metadata(view)
    alternates = [
        {"identifier": one["identifier"], "relation": "isAlternateIdentifier", "scheme": one.get("scheme")}
        for one in native.get("identifiers", [])
    ]
    if alternates:
        shown["related_identifiers"] = [*shown.get("related_identifiers", []), *alternates]
    slugs = [*custom.get("legacy:communities", []), *view["parent"]["communities"].get("slugs", [])]
    extra: Json = {
        "grants": [_grant(one) for one in native.get("funding", []) if one.get("award", {}).get("id")],
        "license": licence(native),
        **{
            f"journal_{name}": custom.get("journal:journal", {}).get(name)
            for name in ("title", "volume", "issue", "pages")
        },
        **{
            f"conference_{name}": custom.get("meeting:meeting", {}).get(name)
            for name in ("title", "acronym", "dates", "place", "url", "session", "session_part")
        },
        "imprint_publisher": native.get("publisher"),
        "imprint_isbn": custom.get("imprint:imprint", {}).get("isbn"),
        "imprint_place": custom.get("imprint:imprint", {}).get("place"),
        "partof_title": custom.get("imprint:imprint", {}).get("title"),
        "partof_pages": custom.get("imprint:imprint", {}).get("pages"),
        "thesis_university": custom.get("thesis:thesis", {}).get("university"),
        "communities": [{"identifier": slug} for slug in sorted(set(slugs))],
    }
    shown |= {name: value for name, value in extra.items() if value not in (None, [], "")}
    kind, _, subtype = native.get("resource_type", {}).get("id", "").partition("-")
    if kind:
        shown["upload_type"] = kind
    if subtype:
        shown[f"{kind}_type"] = subtype
    shown["prereserve_doi"] = {"doi": f"{PRERESERVED_PREFIX}/zenodo.{view['id']}", "recid": int(view["id"])}
    return shown


def _grant(funding: Json) -> Json:
    ror, _, number = funding["award"]["id"].partition("::")
    return {"id": f"{vocabulary.funder(ror)['doi'] or ror}::{number}"}


def deposition(view: Json, root: str, *, bucket: bool = True) -> Json:
    """Return a deposition; lists leave the bucket out."""
    doi = view["pids"].get("doi", {}).get("identifier")
    concept_doi = view["parent"]["pids"].get("doi", {}).get("identifier")
    return {
        "created": view["created"],
        "modified": view["updated"],
        "id": int(view["id"]),
        "conceptrecid": view["parent"]["id"],
        **({"doi": doi} if doi else {}),
        **({"conceptdoi": concept_doi} if concept_doi else {}),
        **({"doi_url": RESOLVER + doi} if doi else {}),
        "metadata": metadata(view),
        "title": view["metadata"].get("title", ""),
        "links": links(view, root, bucket=bucket),
        "record_id": int(view["id"]),
        "owner": int(view["parent"]["access"]["owned_by"]["user"]),
        "files": [_file(entry, view, root) for entry in view["files"]["entries"].values() if entry.get("checksum")],
        "state": state(view),
        "submitted": view["is_published"],
    }


def links(view: Json, root: str, *, bucket: bool) -> Json:
    """Return the links of a deposition."""
    here, is_draft = view["id"], view["is_draft"]
    own, record = f"{root}/api/deposit/depositions/{here}", f"{root}/api/records/{here}"
    doi = view["pids"].get("doi", {}).get("identifier", "")
    concept_doi = view["parent"]["pids"].get("doi", {}).get("identifier") if not is_draft else None
    found: dict[str, str | None] = {
        "self": own if is_draft else record,
        "html": f"{root}/deposit/{here}" if is_draft else f"{root}/records/{here}",
        "doi": RESOLVER + doi if doi else None,
        "parent_doi": RESOLVER + concept_doi if concept_doi else None,
        "badge": f"{root}/badge/doi/{quote(doi, safe='')}.svg",
        "conceptbadge": f"{root}/badge/doi/{quote(concept_doi, safe='')}.svg" if concept_doi else None,
        "files": f"{own}/files" if is_draft else f"{record}/files",
        "bucket": f"{root}/api/files/{view['bucket']}" if bucket else None,
        "latest_draft": own,
        "latest_draft_html": f"{root}/deposit/{here}",
        **{action: f"{own}/actions/{action}" for action in ("publish", "edit", "discard", "newversion")},
    }
    if view["is_published"]:
        found |= {
            "record": record,
            "record_html": f"{root}/record/{here}",
            "latest": f"{record}/versions/latest",
            "latest_html": f"{root}/records/{here}/latest",
        }
    return {name: address for name, address in found.items() if address is not None}


def _file(entry: Json, view: Json, root: str) -> Json:
    here = view["id"]
    base = f"{root}/api/deposit/depositions/{here}" if view["is_draft"] else f"{root}/api/records/{here}"
    return {
        "id": entry["id"],
        "filename": entry["key"],
        "filesize": entry["size"],
        "checksum": entry["checksum"].removeprefix("md5:"),
        "links": {
            "self": f"{base}/files/{entry['id']}",
            "download": f"{root}/api/records/{here}/draft/files/{quote(entry['key'])}/content",
        },
    }


def file_of_list(entry: Json, here: str, root: str, *, is_draft: bool) -> Json:
    """Return a file as the files of a deposition list it, its size a number with a point."""
    part = "/draft" if is_draft else ""
    return {
        "id": entry["file_id"],
        "filename": entry["key"],
        "filesize": float(entry["size"]),
        "checksum": entry["checksum"].removeprefix("md5:"),
        "links": {
            "self": f"{root}/api/deposit/depositions/{here}/files/{entry['file_id']}",
            "download": f"{root}/api/records/{here}{part}/files/{quote(entry['key'])}/content",
        },
    }
