"""Zenodo's own JSON of a draft or record, the answer to ``Accept: application/json``. Source: zenodo-api.md 5.1."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from zenodo_action.server import legacy_dump, vocabulary
from zenodo_action.server.complete import complete
from zenodo_action.server.personality import Personality
from zenodo_action.server.serialize import links

Json = dict[str, Any]


def zenodo_json(
    view: Json,
    root: str,
    personality: Personality,
    *,
    in_search: bool = False,
    is_owner: bool = True,
    expand: bool = True,
) -> Json:
    """Return the answer for one draft or record."""
    answer: Json = {
        "created": view["created"],
        "modified": view["updated"],
        "id": int(view["id"]),
        "conceptrecid": view["parent"]["id"],
        **_dois(view, personality),
        "metadata": _metadata(view, expand=expand),
        "title": view["metadata"].get("title", ""),
        "links": links(view, root, personality),
        "updated": view["updated"],
        "recid": view["id"],
        "revision": view["revision_id"],
    }
    if is_owner or view["access"]["files"] == "public":
        answer["files"] = _files(view, root)
    if not view["is_draft"]:
        answer["swh"] = None if in_search else {}
    answer["owners"] = [{"id": view["parent"]["access"]["owned_by"]["user"]}]
    answer["status"] = "draft" if view["is_draft"] and not view["is_published"] else "published"
    if not view["is_draft"]:
        names = ("downloads", "unique_downloads", "views", "unique_views")
        answer["stats"] = {
            **dict.fromkeys(names, 0),
            **{f"version_{name}": 0 for name in names},
        }
    return {**answer, "state": legacy_dump.state(view), "submitted": view["is_published"]}


def _dois(view: Json, personality: Personality) -> Json:
    found: Json = {}
    doi = view["pids"].get("doi", {}).get("identifier")
    if doi:
        found["doi"] = doi
    concept = view["parent"]["pids"].get("doi", {}).get("identifier")
    if concept:
        found["conceptdoi"] = concept
    if doi:
        found["doi_url"] = personality.resolver + doi
    return found


def _files(view: Json, root: str) -> list[Json]:
    base = f"{root}/api/records/{view['id']}{'/draft' if view['is_draft'] else ''}/files"
    return [
        {
            "id": entry["id"],
            "key": entry["key"],
            "size": entry["size"],
            "checksum": entry.get("checksum"),
            "links": {"self": f"{base}/{quote(entry['key'])}/content"},
        }
        for entry in view["files"]["entries"].values()
    ]


def _metadata(view: Json, *, expand: bool) -> Json:
    common = legacy_dump.common_metadata(view)
    metadata = complete(view["metadata"])
    custom = view["custom_fields"]
    alternates = [{"identifier": one["identifier"]} for one in metadata.get("identifiers", [])]
    if alternates:
        common["alternate_identifiers"] = alternates
    kind = metadata.get("resource_type", {}).get("id")
    if kind:
        common["resource_type"] = _resource_type(kind) if expand else {"type": kind.partition("-")[0]}
    for name, field in (("journal", "journal:journal"), ("meeting", "meeting:meeting")):
        if custom.get(field):
            common[name] = custom[field]
    imprint = custom.get("imprint:imprint", {})
    if imprint.get("isbn") or imprint.get("place"):
        common["imprint"] = {
            "publisher": metadata.get("publisher"),
            **{name: imprint[name] for name in ("isbn", "place") if name in imprint},
        }
    if imprint.get("title") or imprint.get("pages"):
        common["part_of"] = {name: imprint[name] for name in ("title", "pages") if name in imprint}
    if custom.get("thesis:thesis"):
        common["thesis"] = custom["thesis:thesis"]
    licence = legacy_dump.licence(metadata)
    if licence:
        common["license"] = {"id": licence}
    grants = [_grant(one) for one in metadata.get("funding", []) if one.get("award", {}).get("id")]
    if grants:
        common["grants"] = grants
    communities = view["parent"]["communities"].get("slugs", [])
    if communities:
        common["communities"] = [{"id": slug} for slug in communities]
    common["relations"] = {
        "version": [
            {
                "index": view["versions"]["index"] - 1,
                "is_last": view["versions"]["is_latest"],
                "parent": {"pid_type": "recid", "pid_value": view["parent"]["id"]},
            }
        ]
    }
    return common


def _resource_type(kind: str) -> Json:
    outer, _, inner = kind.partition("-")
    return {"title": vocabulary.title("resource_types", kind), "type": outer, **({"subtype": inner} if inner else {})}


def _grant(funding: Json) -> Json:
    ror, _, number = funding["award"]["id"].partition("::")
    funder = vocabulary.funder(ror)
    return {
        "code": number,
        "internal_id": f"{funder['doi'] or ror}::{number}",
        "funder": {
            "name": funder["name"],
            **({"doi": funder["doi"]} if funder["doi"] else {}),
            **({"acronym": funder["acronym"]} if funder["acronym"] else {}),
        },
        "title": vocabulary.expanded("awards", funding["award"]["id"])["title"]["en"],
    }
