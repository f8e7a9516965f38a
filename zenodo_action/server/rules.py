"""Who may do what, and when: the rights and states of drafts, records and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from zenodo_action.server.refusal import LOCKED, GoneRefusal, Refusal, denied, invalid, no_pid, not_found, problem
from zenodo_action.server.session import Concept, Half, Session, Version

MISSING_FILES: Final = "Missing uploaded files. To disable files for this record please mark it as metadata-only."
PENDING_FILES: Final = "One or more files have not completed their transfer, please wait."
FILES_OPTION: Final = "You don't have permissions to manage files options."
REMOVE_FILES: Final = "Please remove all files first."
OPEN_REVIEW: Final = "You cannot publish a draft with an open review request. Please cancel the review request first."
NEEDS_COMMUNITY: Final = "Cannot publish without selecting a community."
"""Source: invenio-rdm-records 32.3.2, ``CommunityRequiredError``, with ``RDM_COMMUNITY_REQUIRED_TO_PUBLISH``."""
NOT_REGISTERED: Final = "The persistent identifier is not registered."
FILES_DISABLED: Final = "Files are not enabled."
ENABLE_FILES: Final = "Files support must be enabled."
DELETE_FILES: Final = "You must first delete all files to set the record to be metadata-only."

MAX_FILES: Final = 100
MAX_RECORD_BYTES: Final = 50 * 10**9
"""Per record, and so per file. Source: zenodo-api.md 1.4."""
MAX_ARCHIVE_BYTES: Final = 300 * 10**6
"""Of an archive of all files. Source: zenodo-api.md 1.4."""
FILES_TIME: Final = timedelta(days=45)
"""For so long after its publication other files of a record can be published. Source: zenodo-api.md 4.9."""
FILES_TOO_LATE: Final = "File modification grace period has passed. Please discard this draft to make any changes."
ARCHIVE_TOO_LARGE: Final = (
    f"Archive download is only available for records with total file size up to {MAX_ARCHIVE_BYTES} bytes."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, or nobody."""

    user: int | None

    def owns(self, concept: Concept) -> bool:
        """Whether the records of a concept are the caller's."""
        return self.user is not None and self.user == concept.owner


def known_version(session: Session, version_id: str) -> tuple[Version, Concept]:
    """
    Return a version and its concept.

    Raises:
        Refusal: 404; the id of a concept is known, but no version's.
    """
    version = session.version(version_id)
    if version is None:
        raise no_pid() if session.concept(version_id) is None else not_found()
    not_deleted(version)
    concept = session.concept(version.concept)
    assert concept is not None  # noqa: S101  # the database's foreign key
    return version, concept


def own_version(session: Session, caller: Caller, version_id: str) -> tuple[Version, Concept]:
    """
    Return a version that the caller may work on.

    Raises:
        Refusal: 404 for an unknown id, 403 for somebody else's.
    """
    version, concept = known_version(session, version_id)
    if not caller.owns(concept):
        raise denied()
    return version, concept


def own_draft(session: Session, caller: Caller, version_id: str) -> tuple[Version, Concept, Half]:
    """
    Return a version with its open draft.

    Raises:
        Refusal: As ``own_version``; 404 where no draft is open, whoever asks.
    """
    version, concept = known_version(session, version_id)
    if version.draft is None:
        raise not_found()
    if not caller.owns(concept):
        raise denied()
    return version, concept, version.draft


def published(session: Session, version_id: str) -> tuple[Version, Concept, Half]:
    """
    Return a version with what is published of it.

    Raises:
        Refusal: 404.
    """
    version = session.version(version_id)
    if version is None:
        raise no_pid() if session.concept(version_id) is None else not_found()
    if version.record is None:
        raise Refusal(404, NOT_REGISTERED)
    not_deleted(version)
    concept = session.concept(version.concept)
    assert concept is not None  # noqa: S101  # the database's foreign key
    return version, concept, version.record


def not_deleted(version: Version) -> None:
    """
    Make sure that a version was not deleted.

    Raises:
        Refusal: 410.
    """
    if is_deleted(version):
        assert version.record is not None  # noqa: S101  # only records are deleted
        raise GoneRefusal(version.record.body["tombstone"])


def is_deleted(version: Version) -> bool:
    """Whether a version was published and then deleted."""
    return version.record is not None and "tombstone" in version.record.body


def unlocked(version: Version) -> None:
    """
    Make sure that the bytes of a draft may change.

    Raises:
        Refusal: 403; a published version shares its files with its edit draft, unless its owner asked otherwise.
    """
    if version.record is not None and not (version.draft is not None and version.draft.is_unlocked):
        raise Refusal(403, LOCKED)


def files_in_time(version: Version, draft: Half) -> None:
    """
    Make sure that changed files of a published version are not too late.

    Raises:
        Refusal: 400.
    """
    if version.record is not None and draft.is_unlocked and age(version.record) > FILES_TIME:
        raise invalid(problem("_schema", FILES_TOO_LATE))


def age(record: Half) -> timedelta:
    """Return how long ago a version was published."""
    return datetime.now(timezone.utc) - datetime.fromisoformat(record.created)


def files_enabled(half: Half) -> None:
    """
    Make sure that a draft or record has files at all.

    Raises:
        Refusal: 403.
    """
    if not half.body["files"]["enabled"]:
        raise Refusal(403, FILES_DISABLED)


def files_are_complete(session: Session, draft: Half) -> None:
    """
    Make sure that a draft's files can be published.

    Raises:
        Refusal: 400; there is none, or one is not committed.
    """
    stored = session.files(draft.bucket)
    if draft.body["files"]["enabled"] and not stored:
        raise invalid(problem("files.enabled", MISSING_FILES))
    if any(one.entry["status"] != "completed" for one in stored):
        raise invalid(problem("files", PENDING_FILES))


def may_read_files(caller: Caller, concept: Concept, record: Half) -> bool:
    """Whether the caller sees the files of a record."""
    access = record.body["access"]
    return access["files"] == "public" or caller.owns(concept)


def revision_matches(if_match: int | None, half: Half) -> None:
    """
    Make sure that nobody changed a draft since the caller saw it.

    Raises:
        Refusal: 412.
    """
    if if_match is not None and if_match != half.revision:
        raise Refusal(412, f"Revision id provided({if_match}) doesn't match record's one({half.revision})")
