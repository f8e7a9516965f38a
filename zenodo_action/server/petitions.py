"""What owners ask of the server itself: that a record be deleted, that its files may change, that a draft may hold more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from zenodo_action.server import rules
from zenodo_action.server.announcing import whole_number
from zenodo_action.server.citation import apa
from zenodo_action.server.library import Library
from zenodo_action.server.loading import MISSING_DATA
from zenodo_action.server.reader import read_facts
from zenodo_action.server.refusal import Problem, broken, denied, invalid, not_found, problem
from zenodo_action.server.rules import Caller
from zenodo_action.server.session import Concept, Session, Version, now
from zenodo_action.server.views import view
from zenodo_action.server.wishes import close_request, new_request

Json = dict[str, Any]

GRACE: Final = timedelta(days=30)
"""For so long after publication an owner may delete a record or change its files without a question. Source: zenodo-api.md 4.9."""
POLICY: Final = "grace-period-v1"
FILES_POLICY: Final = "file-modification-grace-period-v1"
REASONS: Final = ("duplicate", "retracted", "test-record", "copyright", "personal-data")
"""The removal reasons that are for owners. Source: invenio-rdm-records 32.3.2, vocabulary of removal reasons."""
MIN_COMMENT: Final = 25
MAX_EXTRA_BYTES: Final = 150 * 10**9
"""Of all records of a user together. Source: zenodo-api.md 1.4."""


class PetitionDesk:
    """Decides at once on what can be decided at once; the rest stays open for ever, since nobody works here."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = library.store
        self._is_zenodo = library.personality.is_zenodo

    def delete(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Delete a record that is younger than the grace period, else note the wish; return the request."""
        with self._store.writing() as session:
            version, concept, record = rules.published(session, version_id)
            if not self._is_zenodo or not caller.owns(concept):
                raise denied()
            body = _deletion_body(given)
            if any(_is_same(one, version_id) for one in session.requests()):
                raise invalid(problem("_schema", "A deletion request for this record already exists."))
            title = f'Deletion request for "{record.body["metadata"]["title"]}"'
            request = new_request(session, caller, version_id, kind="record-deletion", title=title)
            request["payload"] = body
            if rules.age(record) < GRACE:
                body["policy_id"] = POLICY
                record.body["tombstone"] = self._tombstone(session, version, concept, body["reason"])
                session.put_version(version)
                self._library.unlist(session, version)
                close_request(request, "accepted")
            session.put_request(request)
        return request

    def unlock(self, caller: Caller, version_id: str, given: Any) -> Json:
        """
        Let the files of a record change in its open edit draft; return the request.

        Source: tried on InvenioRDM 14.0.5 with the policy that zenodo.org has; as stock it denies this to owners.
        """
        with self._store.writing() as session:
            version, concept, record = rules.published(session, version_id)
            if not self._is_zenodo or not caller.owns(concept) or rules.age(record) >= GRACE:
                raise denied()
            if not isinstance(given, dict):
                raise broken()
            if version.draft is None:
                raise not_found()
            version.draft.is_unlocked = True
            session.put_version(version)
            title = f'File modification request for "{record.body["metadata"]["title"]}"'
            request = new_request(session, caller, version_id, kind="file-modification", title=title)
            comment = given.get("comment")
            request["payload"] = {"policy_id": FILES_POLICY, **({"comment": comment} if comment is not None else {})}
            close_request(request, "accepted")
            session.put_request(request)
        return request

    def _tombstone(self, session: Session, version: Version, concept: Concept, reason: str) -> Json:
        return {
            "removal_reason": {"id": reason},
            "note": "",
            "removed_by": {"user": str(concept.owner)},
            "removal_date": now(),
            "citation_text": apa(read_facts(view(session, version, concept, "record"))),
            "is_visible": True,
            "deletion_policy": {"id": POLICY},
        }

    def enlarge(self, caller: Caller, version_id: str, given: Any) -> Json:
        """Let the versions of a concept hold ``quota_size`` gigabytes each."""
        with self._store.writing() as session:
            version, concept = rules.known_version(session, version_id)
            size = whole_number(given.get("quota_size")) if isinstance(given, dict) else None
            extra = (size or 0) * 10**9 - rules.MAX_RECORD_BYTES
            used = session.extra_bytes_of(concept.owner) - concept.extra_bytes
            if not self._is_zenodo or not caller.owns(concept) or not 0 <= extra <= MAX_EXTRA_BYTES - used:
                raise denied()
            concept.extra_bytes = extra
            session.put_concept(concept)
            half = version.draft or version.record
            name = half.body["metadata"].get("title") if half is not None else None
            title = f'Quota increase request for "{name}"' if name else "Quota increase request"
            request = new_request(session, caller, version_id, kind="quota-increase", title=title)
            request["payload"] = {"quota_size": str(size)}
            close_request(request, "accepted")
            session.put_request(request)
        return request


def _is_same(request: Json, version_id: str) -> bool:
    return bool(
        request["type"] == "record-deletion" and request["is_open"] and request["topic"]["record"] == version_id
    )


def _deletion_body(given: Any) -> Json:
    """
    Return ``{"reason", "comment"?}``.

    Raises:
        Refusal: 400; there is no reason, or none that owners may give, or the comment is short.
    """
    body = given if isinstance(given, dict) else {}
    reason, comment = body.get("reason"), body.get("comment")
    found: list[Problem] = []
    if not isinstance(reason, str):
        found.append(problem("payload.reason", MISSING_DATA if reason is None else "Not a valid string."))
    if comment is not None and (not isinstance(comment, str) or len(comment) < MIN_COMMENT):
        found.append(problem("payload.comment", f"Shorter than minimum length {MIN_COMMENT}."))
    if not found and reason not in REASONS:
        found.append(problem("_schema", "Invalid removal reason"))
    if found:
        raise invalid(*found)
    return {"reason": reason, **({"comment": comment} if comment is not None else {})}
