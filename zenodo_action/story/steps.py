"""
Which step is due for a release, once it is known what the server holds of its repository; only reads.

Searches lag behind: a draft that one shows is believed only as it is when it is read by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zenodo_action.errors import DraftInTheWayError, Finding, NotFoundError
from zenodo_action.model import Mark, RemoteRecord, Snapshot
from zenodo_action.notes import Note
from zenodo_action.plan import Step
from zenodo_action.story import discovery
from zenodo_action.story.discovery import Found
from zenodo_action.story.marks import carries_mark, is_unclaimed
from zenodo_action.story.tools import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be done."""

    step: Step
    draft: RemoteRecord | None = None
    """The draft to go on with, read just now."""
    existing: RemoteRecord | None = None
    """The published version that the release already has."""
    findings: tuple[Finding, ...] = ()


def due(found: Found, snapshot: Snapshot, mark: Mark, tools: Tools) -> Due:
    """
    Return the step that is due: nothing, a draft to go on with, a next version, or a new record.

    Raises:
        DraftInTheWayError: An unpublished draft of another release has to come first.
    """
    seen = [*found.versions, *_as_they_are(found.drafts, tools)]
    note = tools.notes.of(snapshot.name)
    if found.latest is None and not any(carries_mark(each, mark) for each in seen):
        since = _begun_at(note, tools)
        if since is not None:
            tools.say("an earlier run may have opened a draft that nobody knows of; looking for it")
            seen += lost_drafts(snapshot, mark, tools, since=since)
    existing = next((each for each in seen if each.is_published and carries_mark(each, mark)), None)
    drafts = [each for each in seen if not each.is_published]
    noted = note.record_id if note is not None else None
    # The same order in every run, so that two of them go on with the same draft.
    mine = sorted((each for each in drafts if carries_mark(each, mark)), key=lambda each: (each.id != noted, each.id))
    if existing is not None:
        return Due(step="nothing", existing=existing, findings=_left(mine))
    if found.latest is not None:
        _check_newest(found.latest, seen)
        return _next(found.latest, drafts, mine)
    if mine:
        return Due(step="resume-draft", draft=mine[0], findings=_left(mine[1:]))
    other = next((each for each in drafts if _is_of_another_release(each, snapshot)), None)
    if other is not None:
        raise in_the_way(other)  # it becomes the record that this release is a version of
    return Due(step="new-record")


def _is_of_another_release(draft: RemoteRecord, snapshot: Snapshot) -> bool:
    """Whether a first draft has the mark of some release of the repository: a version, and a link to its source."""
    links = [each.identifier for each in draft.related if each.relation == "issupplementto"]
    start = f"{snapshot.repository.url}/".lower()
    return bool(draft.version) and any(link.lower().startswith(start) for link in links)


def _begun_at(note: Note | None, tools: Tools) -> float | None:
    """Return when an earlier run may have opened a draft without anybody learning its number; ``None`` if none did."""
    if note is None:
        return tools.clock() if tools.has_begun else None
    return note.intended_at if note.record_id is None else None


def _check_newest(latest: RemoteRecord, seen: Sequence[RemoteRecord]) -> None:
    """Stop where a draft became the newest version after that was read: what is done next would follow the wrong one."""
    for each in seen:
        is_newer = each.is_published and (each.version_index or 0) > (latest.version_index or 0)
        if is_newer and each.concept_id == latest.concept_id:
            raise DraftInTheWayError(
                f"version {each.version} of this record was published just now",
                fix="run it again, so that it comes after that version",
            )


def _next(latest: RemoteRecord, drafts: Sequence[RemoteRecord], mine: Sequence[RemoteRecord]) -> Due:
    """Return the step towards a next version: a record has one draft of it at most."""
    strays = _left([each for each in mine if each.concept_id != latest.concept_id])
    draft = next((each for each in drafts if each.concept_id == latest.concept_id), None)
    if draft is None or is_unclaimed(draft):
        return Due(step="next-version", findings=strays)
    if draft in mine:
        return Due(step="resume-draft", draft=draft, findings=strays)
    raise in_the_way(draft)


def lost_drafts(snapshot: Snapshot, mark: Mark, tools: Tools, *, since: float) -> list[RemoteRecord]:
    """
    Return what carries the mark once a search shows any, or nothing when it has had time enough.

    Opening a first draft is the one call that cannot be repeated safely, and the index that shows the draft lags. So
    the look takes its time also where the run has waited for other things already.

    Args:
        snapshot: The release.
        mark: Its mark.
        tools: Server, clock and log.
        since: Unix seconds at which the draft may have been opened.
    """
    longest_s = min(sum(discovery.INDEX_WAITS_S), tools.patience.total_s)
    for pause in (0.0, *discovery.INDEX_WAITS_S):
        tools.patience.pause(pause)
        own = tools.repository.own_records(code_repository=snapshot.repository.url)
        shown = list(_as_they_are([each for each in own if carries_mark(each, mark)], tools))
        if shown or tools.clock() - since >= longest_s:
            return shown
    return []


def in_the_way(draft: RemoteRecord) -> DraftInTheWayError:
    """Return the error for a draft of another release."""
    held = f"version {draft.version}, which is" if draft.version else "changes of somebody else, which are"
    return DraftInTheWayError(
        f"draft {draft.id} of this record holds {held} not published yet",
        fix=f"publish or discard it at {draft.url}, or run the deposit of that version again, then run this one",
    )


def _as_they_are(drafts: Sequence[RemoteRecord], tools: Tools) -> Iterator[RemoteRecord]:
    """Read drafts again by their ids; those that were published meanwhile come as records, discarded ones not at all."""
    for each in drafts:
        now = tools.repository.draft(each.id)
        if now is None:
            try:
                now = tools.repository.record(each.id)
            except NotFoundError:
                continue
        yield now


def _left(drafts: Sequence[RemoteRecord]) -> tuple[Finding, ...]:
    """Return a warning for each draft of the release that is not needed."""
    return tuple(
        Finding(
            level="warning",
            code="draft-left",
            what=f"draft {each.id} is of the same release and is not needed",
            fix=f"discard it at {each.url}; an answer of the server was lost when it was opened",
        )
        for each in drafts
    )
