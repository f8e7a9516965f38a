"""What will be stored of a release, and how it departs from what the server has; pure but for one look at a record."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zenodo_action.errors import Finding
from zenodo_action.model import Difference, Payload, Project, Record, RemoteRecord
from zenodo_action.repository import Repository
from zenodo_action.story import lineage
from zenodo_action.story.discovery import Found
from zenodo_action.story.steps import Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The metadata of a release as the server will get them."""

    record: Record
    payload: Payload
    existing: RemoteRecord | None = None
    """The version that the release already has, read by its id."""
    changes: tuple[Difference, ...] = ()
    """How they depart from those of that version, else of the newest one: ``before`` there, ``after`` here."""
    left_out: tuple[Finding, ...] = ()
    """What of the sources does not fit a version of this record."""


def describe(project: Project, found: Found, due: Due, repository: Repository) -> Description:
    """
    Return the metadata of a release: of the version that it already is, of a next version, or of a new record.

    Args:
        project: What the release says about itself.
        found: What the server holds of its repository.
        due: The version that the release already has, as a search showed it, or its draft.
        repository: The server.
    """
    existing = due.existing
    if due.draft is not None and due.draft.doi is not None:
        # A version's own DOI, reserved and written into its files, is no alternate identifier of it.
        project = replace(project, record=lineage.without_dois(project.record, {due.draft.doi.lower()}))
    if existing is not None:
        if found.latest is not None and found.latest.id == existing.id:
            existing = found.latest
        else:
            existing = repository.record(existing.id)
        record, left_out = lineage.same_version(project, existing, found.versions)
        payload = repository.payload(record, existing, is_same=True)
    elif found.latest is not None:
        record, left_out = lineage.next_version(project, found.latest, found.versions)
        payload = repository.payload(record, found.latest)
    else:
        record, left_out = project.record, ()
        payload = repository.payload(record, None)
    return Description(
        record=record,
        payload=payload,
        existing=existing,
        changes=_changes(existing or found.latest, payload, repository),
        left_out=left_out,
    )


def _changes(there: RemoteRecord | None, payload: Payload, repository: Repository) -> tuple[Difference, ...]:
    """Return how the metadata depart from those of a version that is there."""
    if there is None:
        return ()
    return tuple(replace(each, before=each.after, after=each.before) for each in repository.differences(payload, there))
