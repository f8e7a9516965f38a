"""Requests, as the server keeps them: how one begins and how it ends."""

from __future__ import annotations

import uuid
from typing import Any

from zenodo_action.server.rules import Caller
from zenodo_action.server.session import Session, now

Json = dict[str, Any]


def new_request(
    session: Session, caller: Caller, version_id: str, *, kind: str, community: str | None = None, title: str = ""
) -> Json:
    """Return a new request about a version; all but the wish for a review are open from the beginning."""
    moment = now()
    is_open = kind != "community-submission"
    return {
        "id": str(uuid.uuid4()),
        "created": moment,
        "updated": moment,
        "created_by": {"user": str(caller.user)},
        "expires_at": None,
        "files": {"enabled": True},
        "is_closed": False,
        "is_expired": False,
        "is_open": is_open,
        "last_activity_at": moment,
        "last_reply": None,
        "number": str(session.next_number("request", 1)),
        "receiver": {"community": community} if community is not None else None,
        "revision_id": 3 if is_open else 2,
        "status": "submitted" if is_open else "created",
        "title": title,
        "topic": {"record": version_id},
        "type": kind,
    }


def close_request(request: Json, status: str) -> None:
    """End a request."""
    moment = now()
    request |= {"status": status, "is_open": False, "is_closed": True, "updated": moment, "last_activity_at": moment}
    request["revision_id"] += 1
