"""Communities, the requests to be part of one, and the review of a first draft. Source: zenodo-api.md 4.8."""

from __future__ import annotations

import uuid
from typing import Any, Final

from zenodo_action.server import rules
from zenodo_action.server.library import Library
from zenodo_action.server.loading import MISSING_DATA
from zenodo_action.server.refusal import BareRefusal, Refusal, denied, invalid, no_pid, not_found, problem
from zenodo_action.server.rules import Caller
from zenodo_action.server.session import Concept, Session, now
from zenodo_action.server.wishes import close_request, new_request

Json = dict[str, Any]

MEMBERS_ONLY: Final = "Submission to this community is only allowed to community members."
NO_REVIEW: Final = "Review for draft not found"
MAX_AT_ONCE: Final = 10
NOBODY: Final = 0
"""Owner of the built-in communities; every user may decide on their requests."""

BUILT_IN: Final = (
    ("zenodo", "Zenodo", "open", "open"),
    ("closed", "Closed community", "closed", "closed"),
    ("review", "Reviewing community", "closed", "open"),
)
"""``(slug, title, review_policy, record_submission_policy)``: takes all at once, members only, decides on each."""


def add_built_in(session: Session) -> None:
    """Make sure that the built-in communities are there."""
    for slug, title, review, submission in BUILT_IN:
        if session.community(slug) is None:
            session.put_community(_community(slug, {"title": title}, review, submission, NOBODY))


def _community(slug: str, metadata: Json, review: str, submission: str, owner: int) -> Json:
    moment = now()
    return {
        "id": str(uuid.uuid4()),
        "created": moment,
        "updated": moment,
        "revision_id": 2,
        "slug": slug,
        "metadata": metadata,
        "access": {
            "visibility": "public",
            "members_visibility": "public",
            "member_policy": "open",
            "record_submission_policy": submission,
            "review_policy": review,
        },
        "custom_fields": {},
        "deletion_status": {"is_deleted": False, "status": "P"},
        "children": {"allow": False},
        "owner": owner,
    }


class CommunityDesk:
    """What can be done with communities and requests."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = library.store

    # Communities

    def create(self, caller: Caller, given: Any) -> Json:
        """Found a community."""
        if caller.user is None:
            raise denied()
        body = given if isinstance(given, dict) else {}
        metadata = body.get("metadata")
        slug = body.get("slug")
        if not isinstance(slug, str) or not slug:
            raise invalid(problem("slug", MISSING_DATA))
        if not isinstance(metadata, dict) or not isinstance(metadata.get("title"), str):
            raise invalid(problem("metadata.title", MISSING_DATA))
        given_access = body.get("access")
        access: Json = given_access if isinstance(given_access, dict) else {}
        with self._store.writing() as session:
            if session.community(slug) is not None:
                raise invalid(problem("slug", "A community with this identifier already exists."))
            made = _community(
                slug,
                metadata,
                str(access.get("review_policy", "closed")),
                str(access.get("record_submission_policy", "open")),
                caller.user,
            )
            session.put_community(made)
        return made

    def read(self, name: str) -> Json:
        """Return a community by id or slug."""
        with self._store.reading() as session:
            found = session.community(name)
        if found is None:
            raise no_pid()
        return found

    def all(self, query: str | None, owner: int | None = None) -> list[Json]:
        """Return the communities whose slug or title holds a text."""
        text = (query or "").lower()
        with self._store.reading() as session:
            return [
                one
                for one in session.communities()
                if (owner is None or one["owner"] == owner)
                and (text in one["slug"] or text in one["metadata"]["title"].lower())
            ]

    # Records in communities

    def of_record(self, version_id: str) -> list[Json]:
        """Return the communities of a record."""
        with self._store.reading() as session:
            _, concept, _ = rules.published(session, version_id)
            found = [session.community(one) for one in concept.communities]
        return [one for one in found if one is not None]

    def add_record(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Ask communities to take a record; those that take everybody do so at once."""
        with self._store.writing() as session:
            version, concept = rules.own_version(session, caller, version_id)
            if version.record is None:
                raise not_found()
            processed, errors = [], []
            for wanted in _named(given):
                try:
                    request = self._ask(session, caller, concept, version_id, wanted)
                except Refusal as refusal:  # noqa: PERF203  # each community has its own answer
                    errors.append({"community_id": wanted["id"], "message": refusal.message})
                else:
                    community = request["receiver"]["community"]
                    processed.append({"community_id": community, "request_id": request["id"], "request": request})
            if not processed:
                raise BareRefusal(400, "", errors)
            session.put_concept(concept)
        return {"processed": processed, **({"errors": errors} if errors else {})}

    def _ask(self, session: Session, caller: Caller, concept: Concept, version_id: str, wanted: Json) -> Json:
        community = session.community(wanted["id"])
        if community is None:
            raise Refusal(400, "Community not found.")
        if community["id"] in concept.communities:
            raise Refusal(400, "The record is already included in this community.")
        if any(
            one["is_open"]
            and one["topic"]["record"] == version_id
            and one["receiver"] == {"community": community["id"]}
            for one in session.requests()
        ):
            raise Refusal(400, "There is already an open inclusion request for this community.")
        if not _may_submit(community, caller):
            raise Refusal(403, MEMBERS_ONLY)
        _, _, record = rules.published(session, version_id)
        title = record.body["metadata"].get("title", "")
        request = new_request(
            session, caller, version_id, kind="community-inclusion", community=community["id"], title=title
        )
        if takes_at_once(community) and wanted.get("require_review") is not True:
            concept.communities.append(community["id"])
            close_request(request, "accepted")
        session.put_request(request)
        return request

    def remove_record(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Take a record out of communities and return those that it was not in."""
        with self._store.writing() as session:
            _, concept = rules.own_version(session, caller, version_id)
            errors, wishes = [], _named(given)
            for wanted in wishes:
                community = session.community(wanted["id"])
                if community is None or community["id"] not in concept.communities:
                    # The real server names the record by an inner UUID, and says "in" for "is".
                    message = f"The record {version_id} in not included in the community {wanted['id']}."
                    errors.append({"community": wanted["id"], "message": message})
                else:
                    concept.communities.remove(community["id"])
            if len(errors) == len(wishes):
                raise BareRefusal(400, "", errors)
            session.put_concept(concept)
        return {"errors": errors} if errors else {}

    # Reviews

    def review(self, caller: Caller, version_id: str) -> Json:
        """Return the review that a draft is under."""
        with self._store.reading() as session:
            _, concept, _ = rules.own_draft(session, caller, version_id)
            return _review(session, concept)

    def set_review(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Choose the community that is to review a draft before its first publication."""
        with self._store.writing() as session:
            version, concept, _ = rules.own_draft(session, caller, version_id)
            if version.record is not None:
                raise Refusal(400, "You cannot create a review for an already published record.")
            body = given if isinstance(given, dict) else {}
            if body.get("type") != "community-submission":
                raise invalid(problem("type", "Invalid review type."))
            receiver = body.get("receiver")
            name = receiver.get("community") if isinstance(receiver, dict) else None
            community = session.community(name) if isinstance(name, str) else None
            if community is None or community["id"] != name:
                raise not_found()
            if not _may_submit(community, caller):
                raise Refusal(403, MEMBERS_ONLY)
            if concept.review:
                before = session.request(concept.review)
                if before is not None and before["status"] == "submitted":
                    raise Refusal(400, "You cannot update a draft with an open review.")
                session.drop_request(concept.review)
            request = new_request(session, caller, version_id, kind="community-submission", community=community["id"])
            session.put_request(request)
            concept.review = request["id"]
            session.put_concept(concept)
        return request

    def drop_review(self, caller: Caller, version_id: str) -> None:
        """Choose no community."""
        with self._store.writing() as session:
            _, concept, _ = rules.own_draft(session, caller, version_id)
            request = _review(session, concept)
            if request["status"] == "submitted":
                raise Refusal(400, "An open review cannot be deleted.")
            session.drop_request(request["id"])
            concept.review = None
            session.put_concept(concept)

    def submit_review(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Send a draft to its review; where the community takes everybody it is published at once, if so wished."""
        body = given if isinstance(given, dict) else {}
        with self._store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            request = _review(session, concept)
            if request["status"] == "submitted":
                raise Refusal(400, "The review has already been submitted.")
            self._library.check_metadata(version, draft)
            moment = now()
            request |= {"status": "submitted", "is_open": True, "revision_id": request["revision_id"] + 1}
            request |= {"title": draft.body["metadata"]["title"], "updated": moment, "last_activity_at": moment}
            payload = body.get("payload")
            if isinstance(payload, dict):
                request["last_reply"] = _reply(caller, moment)
            community = session.community(request["receiver"]["community"])
            if body.get("require_review") is False and community is not None and takes_at_once(community):
                self._accept_submission(session, request)
            session.put_request(request)
        return request

    # Requests

    def request(self, caller: Caller, request_id: str) -> Json:
        """Return a request."""
        with self._store.reading() as session:
            found = session.request(request_id)
            if found is None:
                raise no_pid()
            if not _may_decide(session, found, caller) and found["created_by"]["user"] != str(caller.user):
                raise denied()
        return found

    def decide(self, caller: Caller, request_id: str, action: str) -> Json:
        """Accept, decline or cancel a request."""
        with self._store.writing() as session:
            request = session.request(request_id)
            if request is None:
                raise no_pid()
            may = (
                request["created_by"]["user"] == str(caller.user)
                if action == "cancel"
                else _may_decide(session, request, caller)
            )
            if not may:
                raise denied()
            if not request["is_open"]:
                raise Refusal(400, f"Error for action '{action}': Could not execute the action")
            if action == "accept":
                self._accept(session, request)
            else:
                close_request(request, "declined" if action == "decline" else "cancelled")
                if action == "cancel":
                    self._let_go(session, request)
            session.put_request(request)
        return request

    def _let_go(self, session: Session, request: Json) -> None:
        """Free the draft whose review was cancelled."""
        version = session.version(request["topic"]["record"])
        concept = session.concept(version.concept) if version is not None else None
        if concept is not None and concept.review == request["id"]:
            concept.review = None
            session.put_concept(concept)

    def actions(self, caller: Caller, request: Json) -> list[str]:
        """Return what the caller may do with a request now."""
        is_creator = request["created_by"]["user"] == str(caller.user)
        if request["status"] == "created":
            return ["submit"] if is_creator else []
        if not request["is_open"]:
            return []
        with self._store.reading() as session:
            decides = _may_decide(session, request, caller)
        found = ["accept", "decline"] if decides else []
        return sorted([*found, "cancel"]) if is_creator else found

    def _accept(self, session: Session, request: Json) -> None:
        if request["type"] == "community-submission":
            self._accept_submission(session, request)
            return
        _, concept, _ = rules.published(session, request["topic"]["record"])
        concept.communities.append(request["receiver"]["community"])
        session.put_concept(concept)
        close_request(request, "accepted")

    def _accept_submission(self, session: Session, request: Json) -> None:
        version, concept = rules.known_version(session, request["topic"]["record"])
        if version.draft is None:
            raise not_found()
        self._library.check_before_publish(session, version, version.draft)
        concept.review = None
        concept.communities.append(request["receiver"]["community"])
        self._library.publish_now(session, version, concept, version.draft)
        close_request(request, "accepted")


def takes_at_once(community: Json) -> bool:
    """Whether a community takes every record without a look."""
    return bool(community["access"]["review_policy"] == "open")


def _may_submit(community: Json, caller: Caller) -> bool:
    return bool(community["access"]["record_submission_policy"] == "open" or community["owner"] == caller.user)


def _may_decide(session: Session, request: Json, caller: Caller) -> bool:
    receiver = request["receiver"]
    community = session.community(receiver["community"]) if receiver is not None else None
    return community is not None and caller.user is not None and community["owner"] in (NOBODY, caller.user)


def _review(session: Session, concept: Concept) -> Json:
    request = session.request(concept.review) if concept.review else None
    if request is None:
        raise Refusal(404, NO_REVIEW)
    return request


def _reply(caller: Caller, moment: str) -> Json:
    return {
        "id": str(uuid.uuid4()),
        "created": moment,
        "updated": moment,
        "created_by": {"user": str(caller.user)},
        "links": {},
        "parent_id": None,
        "permissions": {},
        "revision_id": 1,
        "type": "C",
    }


def _named(given: Any) -> list[Json]:
    """Return the communities that a body names, ``[{"id", "require_review"?}]``."""
    body = given if isinstance(given, dict) else {}
    wanted = body.get("communities")
    if not isinstance(wanted, list):
        raise invalid(problem("communities", MISSING_DATA))
    if not wanted:
        raise invalid(problem("communities", "Shorter than minimum length 1."))
    if len(wanted) > MAX_AT_ONCE:
        raise invalid(problem("communities", f"Longer than maximum length {MAX_AT_ONCE}."))
    bad = [place for place, one in enumerate(wanted) if not isinstance(one, dict) or not isinstance(one.get("id"), str)]
    if bad:
        raise invalid(*(problem(f"communities.{place}.id", MISSING_DATA) for place in bad))
    return wanted
