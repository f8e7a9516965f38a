"""The native JSON of drafts, records and files: links, titles of vocabulary entries, and what each reader may see."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from zenodo_action.server import vocabulary
from zenodo_action.server.announcing import parts_expire
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import Problem

Json = dict[str, Any]

_NO_MEDIA: Final[Json] = {"enabled": False, "order": [], "count": 0, "total_bytes": 0, "entries": {}}
_NO_STATS: Final[Json] = {
    "views": 0,
    "unique_views": 0,
    "downloads": 0,
    "unique_downloads": 0,
    "data_volume": 0.0,
}


KEY_SAFE: Final = "/!$&'()*+,;=:@"
"""What a file's name keeps in its address, besides letters, digits, dots, underscores, tildes and hyphens."""


def native(
    view: Json,
    root: str,
    personality: Personality,
    *,
    is_owner: bool,
    expand: bool = True,
    file_links: bool = False,
    in_search: bool = False,
    errors: list[Problem] | None = None,
) -> Json:
    """
    Return the native JSON of a draft or record.

    Args:
        view: What ``views.view`` gave.
        root: Address of the server, without a slash at the end.
        personality: Whose server it is.
        is_owner: Whether the reader owns it.
        expand: Whether entries of vocabularies show their titles.
        file_links: Whether each file shows its links, as a single published record does.
        in_search: Whether it is one of the hits of a search.
        errors: What is wrong with a draft that was just saved.
    """
    is_draft = view["is_draft"]
    answer: Json = {
        "id": view["id"],
        "created": view["created"],
        "updated": view["updated"],
        "links": links(view, root, personality),
        "revision_id": view["revision_id"],
        "parent": _parent(view["parent"], is_owner=is_owner, is_zenodo=personality.is_zenodo),
        "versions": view["versions"] if is_owner else _without(view["versions"], "is_latest_draft"),
        "is_published": view["is_published"],
        "is_draft": is_draft,
    }
    if is_draft:
        answer["expires_at"] = view["expires_at"]
    metadata = copy.deepcopy(view["metadata"])
    answer |= {
        "pids": view["pids"],
        "metadata": expand_metadata(metadata) if expand else metadata,
        "custom_fields": _expand_custom(copy.deepcopy(view["custom_fields"])) if expand else view["custom_fields"],
        "access": view["access"],
        "files": _files(view, root, file_links=file_links, in_search=in_search, is_owner=is_owner),
        "media_files": _files({**view, "files": _NO_MEDIA}, root, is_owner=is_owner),
        "status": view["status"],
    }
    if not is_draft:
        answer["deletion_status"] = {"is_deleted": False, "status": "P"}
        answer["stats"] = {"this_version": dict(_NO_STATS), "all_versions": dict(_NO_STATS)}
    if errors:
        answer["errors"] = errors
    return answer


def _without(given: Json, name: str) -> Json:
    return {key: value for key, value in given.items() if key != name}


def _community(community: Json, *, is_zenodo: bool) -> Json:
    if is_zenodo:
        return {name: community[name] for name in ("id", "slug")}
    return {**_without(community, "owner"), "links": {}}


def _parent(parent: Json, *, is_owner: bool, is_zenodo: bool) -> Json:
    shown = copy.deepcopy(parent)
    if shown["communities"].pop("slugs", []):
        entries = shown["communities"]["entries"]
        shown["communities"]["entries"] = [_community(one, is_zenodo=is_zenodo) for one in entries]
    if not is_owner:
        del shown["access"]["grants"], shown["access"]["links"]
        shown.pop("review", None)
    return shown


def _files(view: Json, root: str, *, is_owner: bool, file_links: bool = False, in_search: bool = False) -> Json:
    files = copy.deepcopy(view["files"])
    if not is_owner and view["access"]["files"] != "public":
        return {"enabled": files["enabled"]}
    base = f"{root}/api/records/{view['id']}/files"
    for key, entry in files["entries"].items():
        if in_search:
            entry.pop("storage_class", None)
        elif file_links:
            address = f"{base}/{quote(key, safe=KEY_SAFE)}"
            entry["links"] = {"self": address, "content": f"{address}/content"}
    return dict(files)


def links(view: Json, root: str, personality: Personality) -> Json:
    """Return the links of a draft or record."""
    here, is_draft = view["id"], view["is_draft"]
    record = f"{root}/api/records/{here}"
    own = f"{record}/draft" if is_draft else record
    parent = view["parent"]["id"]
    found: dict[str, str | None] = {
        "self": own,
        "self_html": f"{root}/uploads/{here}" if is_draft else f"{root}/records/{here}",
        "preview_html": f"{root}/records/{here}?preview=1",
        **_doi_links(view, root, personality),
        "reserve_doi": f"{record}/draft/pids/doi",
        "parent": None if is_draft else f"{root}/api/records/{parent}",
        "parent_html": None if is_draft else f"{root}/records/{parent}",
        **_concept_links(view, root, personality),
        "self_iiif_manifest": f"{root}/api/iiif/{'draft' if is_draft else 'record'}:{here}/manifest",
        "self_iiif_sequence": f"{root}/api/iiif/{'draft' if is_draft else 'record'}:{here}/sequence/default",
        "files": f"{own}/files",
        "media_files": f"{own}/media-files",
        "archive": f"{own}/files-archive",
        "archive_media": f"{own}/media-files-archive",
        "latest": None if is_draft else f"{record}/versions/latest",
        "latest_html": None if is_draft else f"{root}/records/{here}/latest",
        "versions": f"{record}/versions",
        "draft": None if is_draft else f"{record}/draft",
        "record": record if is_draft else None,
        "record_html": f"{root}/records/{here}" if is_draft else None,
        "publish": f"{record}/draft/actions/publish" if is_draft else None,
        "review": f"{record}/draft/review" if is_draft else None,
        "submit-review": f"{record}/draft/actions/submit-review" if "review" in view["parent"] and is_draft else None,
        "access_links": f"{record}/access/links",
        "access_grants": f"{record}/access/grants",
        "access_users": f"{record}/access/users",
        "access_request": f"{record}/access/request",
        "access": f"{record}/access",
        "communities": f"{record}/communities",
        "communities-suggestions": f"{record}/communities-suggestions",
        "request_deletion": f"{record}/request-deletion" if view["is_published"] else None,
        "file_modification": f"{record}/file-modification" if view["is_published"] else None,
        "quota_increase": f"{record}/quota-increase",
        "requests": f"{record}/requests",
    }
    return {name: address for name, address in found.items() if address is not None}


def _doi_links(view: Json, root: str, personality: Personality) -> dict[str, str]:
    doi = view["pids"].get("doi", {}).get("identifier")
    if doi is None:
        return {}
    found = {"doi": personality.resolver + doi, "self_doi": personality.resolver + doi}
    return found if view["is_draft"] else {**found, "self_doi_html": f"{root}/doi/{doi}"}


def _concept_links(view: Json, root: str, personality: Personality) -> dict[str, str]:
    doi = view["parent"]["pids"].get("doi", {}).get("identifier")
    return {"parent_doi": personality.resolver + doi, "parent_doi_html": f"{root}/doi/{doi}"} if doi else {}


_TABLES: Final[Mapping[str, str]] = {
    "resource_type": "resource_types",
    "role": "roles",
    "relation_type": "relations",
    "funder": "funders",
    "award": "awards",
    "lang": "languages",
}
_LIST_TABLES: Final[Mapping[str, str]] = {
    "languages": "languages",
    "rights": "licences",
    "affiliations": "affiliations",
    "subjects": "subjects",
}
_TYPE_TABLES: Final[Mapping[str, str]] = {
    "additional_titles": "title_types",
    "additional_descriptions": "description_types",
    "dates": "date_types",
}


def expand_metadata(metadata: Json) -> Json:
    """Put the titles of vocabulary entries into stored metadata."""
    for name, value in metadata.items():
        metadata[name] = _expanded(name, value)
    return metadata


def _expanded(name: str, value: Any, types: str = "") -> Any:
    if name in _LIST_TABLES and isinstance(value, list):
        return [_entry(_LIST_TABLES[name], one) for one in value]
    if isinstance(value, list):
        return [_expanded("", one, _TYPE_TABLES.get(name, types)) for one in value]
    if not isinstance(value, dict):
        return value
    if name in _TABLES:
        return _entry(_TABLES[name], value)
    if name == "type" and types:
        return _entry(types, value)
    return {key: _expanded(key, one, types) for key, one in value.items()}


def _entry(table: str, given: Any) -> Any:
    if isinstance(given, dict) and given.get("id") and vocabulary.knows(table, given["id"]):
        return vocabulary.expanded(table, given["id"])
    return given


def _expand_custom(custom: Json) -> Json:
    if "code:programmingLanguage" in custom:
        custom["code:programmingLanguage"] = [
            _entry("programming_languages", one) for one in custom["code:programmingLanguage"]
        ]
    if "code:developmentStatus" in custom:
        custom["code:developmentStatus"] = _entry("development_status", custom["code:developmentStatus"])
    return custom


# Files


def file_entry(entry: Json, root: str, record_id: str, *, is_draft: bool) -> Json:
    """Return the native JSON of one file."""
    base = f"{root}/api/records/{record_id}{'/draft' if is_draft else ''}/files/{quote(entry['key'], safe=KEY_SAFE)}"
    shown = {name: value for name, value in entry.items() if name != "received"}
    if entry["transfer"]["type"] == "M":
        parts = range(1, entry["transfer"]["parts"] + 1)
        expires = parts_expire()
        addresses = [{"part": part, "url": f"{base}/content/{part}", "expiration": expires} for part in parts]
        shown["links"] = {"self": base, "commit": f"{base}/commit", "parts": addresses}
    else:
        shown["links"] = {"self": base, "content": f"{base}/content"}
        if is_draft:
            shown["links"]["commit"] = f"{base}/commit"
    return shown


def file_list(options: Json, entries: list[Json], root: str, record_id: str, *, is_draft: bool) -> Json:
    """Return the native JSON of a list of files."""
    base = f"{root}/api/records/{record_id}{'/draft' if is_draft else ''}"
    shown: Json = {
        "enabled": options["enabled"],
        "links": {"self": f"{base}/files", "archive": f"{base}/files-archive"},
    }
    if not options["enabled"]:
        return shown
    return {
        **shown,
        "entries": [file_entry(entry, root, record_id, is_draft=is_draft) for entry in entries],
        "default_preview": options["default_preview"],
        "order": options["order"],
    }
