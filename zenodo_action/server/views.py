"""The full description of a draft or record, before links, titles and the reader's rights are added."""

from __future__ import annotations

from typing import Any, Literal

from zenodo_action.server.session import Concept, Half, Session, StoredFile, Version

Json = dict[str, Any]
Side = Literal["draft", "record"]

SETTINGS: Json = {
    "allow_user_requests": False,
    "allow_guest_requests": False,
    "accept_conditions_text": None,
    "secret_link_expiration": 0,
}


def view(session: Session, version: Version, concept: Concept, side: Side, *, fresh: bool = False) -> Json:
    """
    Return ``{"id", "parent", "versions", "metadata", "files", …}`` of a draft or record.

    ``fresh`` is the answer to a creation, which calls every draft metadata-only.
    """
    half = version.draft if side == "draft" else version.record
    assert half is not None  # noqa: S101  # callers looked
    body = half.body
    is_draft = side == "draft"
    return {
        "id": version.id,
        "created": half.created,
        "updated": half.updated,
        "revision_id": half.revision,
        **Family(session, concept).place(version, side),
        "is_draft": is_draft,
        **({"expires_at": half.created.replace("T", " ")} if is_draft else {}),
        "pids": body["pids"],
        "metadata": body["metadata"],
        "custom_fields": body["custom_fields"],
        "access": {**body["access"], "status": access_status(half, fresh=fresh)},
        "files": _files(session, half),
        "bucket": half.bucket,
    }


class Family:
    """A concept with its versions, read once for however many of them are shown."""

    def __init__(self, session: Session, concept: Concept) -> None:
        self._siblings = session.versions_of(concept.id)
        self._request = session.request(concept.review) if concept.review else None
        self._parent = _parent(session, concept, self._request)
        listed = [one for one in self._siblings if one.record is not None and "tombstone" not in one.record.body]
        self._latest = listed[-1].id if listed else None

    def place(self, version: Version, side: Side) -> Json:
        """Return ``{"parent", "versions", "is_published", "status"}`` of one of the versions."""
        return {
            "parent": self._parent,
            "versions": {
                "is_latest": self._latest == version.id,
                "is_latest_draft": self._siblings[-1].id == version.id,
                "index": version.number,
            },
            "is_published": version.record is not None,
            "status": _status(version, self._request, is_draft=side == "draft"),
        }

    def places(self, side: Side) -> dict[str, Json]:
        """Return the place of each version that has the side, by its id."""
        halves = ((one, one.draft if side == "draft" else one.record) for one in self._siblings)
        return {one.id: self.place(one, side) for one, half in halves if half is not None}


def access_status(half: Half, *, fresh: bool = False) -> str:
    """Return ``open``, ``embargoed``, ``restricted`` or ``metadata-only``."""
    access = half.body["access"]
    if access["embargo"]["active"]:
        return "embargoed"
    if access["record"] == "restricted":
        return "restricted"
    if fresh or not half.body["files"]["enabled"]:
        return "metadata-only"
    if access["files"] == "restricted":
        return "restricted"
    return "open"


def _parent(session: Session, concept: Concept, request: Json | None) -> Json:
    parent: Json = {
        "id": concept.id,
        "access": {"grants": [], "owned_by": {"user": str(concept.owner)}, "links": [], "settings": SETTINGS},
    }
    if request is not None:
        parent["review"] = {
            "id": request["id"],
            "links": {},
            "type": request["type"],
            "title": "",
            "status": request["status"],
            "receiver": request["receiver"],
        }
    ids = concept.communities
    found = [community for one in ids if (community := session.community(one)) is not None]
    slugs = [community["slug"] for community in found]
    parent["communities"] = {"ids": ids, "default": ids[0], "slugs": slugs, "entries": found} if ids else {}
    parent["pids"] = concept.pids
    return parent


def _status(version: Version, request: Json | None, *, is_draft: bool) -> str:
    if not is_draft or version.record is not None:
        return "published"
    base = "draft" if version.number == 1 else "new_version_draft"
    if request is None:
        return base
    return {"submitted": "in_review", "declined": "declined", "expired": "expired"}.get(
        request["status"], f"{base}_with_review"
    )


def _files(session: Session, half: Half) -> Json:
    stored = session.files(half.bucket)
    return {
        "enabled": half.body["files"]["enabled"],
        "order": half.body["files"]["order"],
        **({"default_preview": preview} if (preview := half.body["files"]["default_preview"]) else {}),
        "count": len(stored),
        "total_bytes": sum(one.entry["size"] for one in stored if "file_id" in one.entry),
        "entries": {one.key: _entry(one) for one in stored},
    }


def _entry(stored: StoredFile) -> Json:
    entry = stored.entry
    if "file_id" not in entry:
        return {name: entry[name] for name in ("key", "metadata", "access")}
    extension = stored.key.rsplit(".", 1)[-1].lower() if "." in stored.key else "bin"
    return {
        "id": entry["file_id"],
        **({"checksum": entry["checksum"]} if entry.get("checksum") else {}),
        "ext": extension,
        "size": entry["size"],
        "mimetype": entry["mimetype"],
        "storage_class": "L",
        "key": stored.key,
        "metadata": entry["metadata"],
        "access": entry["access"],
    }
