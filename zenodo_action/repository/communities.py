"""
Communities of an InvenioRDM: whether they exist, and asking them to take a published record, or a draft.

Source: InvenioRDM reference, "Records communities"; recorded answers of InvenioRDM 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from zenodo_action.errors import LostAnswerError, NotFoundError, UnavailableError
from zenodo_action.model import Community, Inclusion, Review
from zenodo_action.repository.replies import Reply
from zenodo_action.repository.transport import Transport

MOST_AT_ONCE = 10
"""Communities in one call. Source: invenio-rdm-records, ``RDMRecordCommunitiesConfig.max_number_of_additions``."""


def find(transport: Transport, name: str) -> Community | None:
    """Return the community of a short name, or ``None``."""
    try:
        reply = transport.request("GET", f"/communities/{quote(name, safe='')}", repeatable=True, expect={200})
    except NotFoundError:
        return None
    try:
        return _community(reply.json())
    except (KeyError, TypeError, AttributeError) as error:
        raise _unusable(transport, reply) from error


def of_record(transport: Transport, record_id: str) -> frozenset[str]:
    """Return the ids of the communities that a record is in."""
    reply = transport.request("GET", f"/records/{quote(record_id, safe='')}/communities", repeatable=True, expect={200})
    try:
        return frozenset(_community(hit).id for hit in reply.json()["hits"]["hits"])
    except (KeyError, TypeError, AttributeError) as error:
        raise _unusable(transport, reply) from error


def ask(transport: Transport, record_id: str, communities: Sequence[Community]) -> tuple[Inclusion, ...]:
    """
    Ask communities to take a record, and return what each said.

    A second asking does no harm: a community that has the record, or a request for it, says so.
    """
    answers: list[Inclusion] = []
    for start in range(0, len(communities), MOST_AT_ONCE):
        asked = communities[start : start + MOST_AT_ONCE]
        body = {"communities": [{"id": each.id, "require_review": False} for each in asked]}
        path = f"/records/{quote(record_id, safe='')}/communities"
        reply = transport.request("POST", path, json=body, repeatable=True, expect={200, 400})
        try:
            answers += _answers(transport, reply.json(), asked)
        except (KeyError, TypeError, AttributeError) as error:
            raise _unusable(transport, reply) from error
    return tuple(answers)


def review_of(transport: Transport, draft_id: str) -> Review | None:
    """Return the request that a community take a draft, or ``None``."""
    try:
        reply = transport.request("GET", _review(draft_id), repeatable=True, expect={200})
    except NotFoundError:
        return None
    return _read_review(transport, reply)


def request_review(transport: Transport, draft_id: str, community_id: str) -> Review:
    """
    Choose the community that is to take a draft, send the draft in, and return what came of it.

    A community that takes everything at once publishes the draft: the state is ``accepted`` then. Where the answer to the
    sending in is lost, what the server says of the draft tells.
    """
    before = review_of(transport, draft_id)
    if before is None or before.state != "created" or before.community_id != community_id:
        # A request that was declined is replaced; the real server keeps it to be looked at.
        body = {"receiver": {"community": community_id}, "type": "community-submission"}
        before = _read_review(
            transport, transport.request("PUT", _review(draft_id), json=body, repeatable=True, expect={200})
        )
    path = f"/records/{quote(draft_id, safe='')}/draft/actions/submit-review"
    try:
        reply = transport.request("POST", path, json={"require_review": False}, repeatable=False, expect={202})
    except LostAnswerError:
        now = review_of(transport, draft_id)
        if now is not None and now.state == "created":
            raise
        # Without a draft there is no review: it was accepted, and the draft is a record.
        return now or replace(before, state="accepted")
    return _read_review(transport, reply)


def _review(draft_id: str) -> str:
    """Return the path of a draft's review."""
    return f"/records/{quote(draft_id, safe='')}/draft/review"


def _read_review(transport: Transport, reply: Reply) -> Review:
    """Return the review in a reply."""
    try:
        data = reply.json()
        return Review(
            community_id=str(data["receiver"]["community"]),
            state=data["status"],
            url=str((data.get("links") or {}).get("self_html") or f"{transport.site.web_url}/me/requests/{data['id']}"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _unusable(transport, reply) from error


def _answers(transport: Transport, data: Any, asked: Sequence[Community]) -> list[Inclusion]:
    """Return what the communities of one call said."""
    by_id = {each.id: each for each in asked}
    answers = []
    for done in data.get("processed") or ():
        request = done.get("request") or {}
        page = (request.get("links") or {}).get("self_html") or f"{transport.site.web_url}/me/requests/{request['id']}"
        community = by_id[done["community_id"]]
        answers.append(
            Inclusion(community=community, state="pending" if request.get("is_open") else "included", url=page)
        )
    for refused in data.get("errors") or ():
        message = str(refused["message"]).rstrip(".")
        answers.append(Inclusion(community=by_id[refused["community_id"]], state="refused", message=message))
    return answers


def _community(data: Any) -> Community:
    """Return the community that JSON describes."""
    return Community(
        id=str(data["id"]),
        name=str(data["slug"]),
        url=str(data["links"]["self_html"]),
        is_open=data["access"].get("record_submission_policy", "open") == "open",
    )


def _unusable(transport: Transport, reply: Reply) -> UnavailableError:
    """Return the error for an answer that is not about communities."""
    return UnavailableError(
        f"{transport.site.name} answered with data that are no communities",
        where=reply.place,
        fix=f"check that {transport.site.base_url} is the API of an InvenioRDM",
    )
