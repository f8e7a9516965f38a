"""The full description of a draft or record, before links, titles and the reader's rights are added."""

from __future__ import annotations

from typing import Any, Literal

from zenodo_action.server.session import Concept, Half, Session, Standing, StoredFile, Version

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
        **Family(session, concept).place(version.standing, side),
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
    """A concept and what its versions are to each other, read once for however many of them are shown."""

    def __init__(self, session: Session, concept: Concept) -> None:
        self._request = session.request(concept.review) if concept.review else None
        self._parent = _parent(session, concept, self._request)
        self._latest, self._last = session.catalogue.heads(concept.id)

    def place(self, version: Standing, side: Side) -> Json:
        """Return ``{"parent", "versions", "is_published", "status"}`` of one of the versions."""
        return {
            "parent": self._parent,
            "versions": {
                "is_latest": self._latest == version.id,
                "is_latest_draft": self._last == version.id,
                "index": version.number,
            },
            "is_published": version.is_published,
            "status": _status(version, self._request, is_draft=side == "draft"),
        }


class Places:
    """The places of drafts and records among their versions as they are now, which searches show of older descriptions."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._families: dict[str, Family | None] = {}

    def placed(self, shown: Json) -> Json:
        """Return a description with its place as it is now; one without a place any more keeps what it says."""
        name = shown["parent"]["id"]
        if name not in self._families:
            concept = self._session.concept(name)
            self._families[name] = Family(self._session, concept) if concept is not None else None
        family, standing = self._families[name], self._session.standing(shown["id"])
        if family is None or standing is None:
            return shown
        is_draft = shown["is_draft"]
        has_side = standing.has_draft if is_draft else standing.is_published
        return {**shown, **family.place(standing, "draft" if is_draft else "record")} if has_side else shown


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


def _status(version: Standing, request: Json | None, *, is_draft: bool) -> str:
    if not is_draft or version.is_published:
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
