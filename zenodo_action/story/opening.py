"""
Opening the draft that a release goes into, so that whatever happens to the answer or to this process, it is found again.

The intent is noted before the one call that cannot be repeated, the draft's number right after it.
"""

from __future__ import annotations

from zenodo_action.errors import ArchiveError, LostAnswerError
from zenodo_action.model import RemoteRecord
from zenodo_action.notes import Note
from zenodo_action.plan import Plan
from zenodo_action.story import steps
from zenodo_action.story.marks import carries_mark, is_unclaimed
from zenodo_action.story.tools import Tools


def open_draft(plan: Plan, tools: Tools) -> RemoteRecord:
    """Return the draft with the plan's metadata: resumed, opened as a next version, or new."""
    if plan.step == "resume-draft" and plan.draft is not None:
        tools.say(f"going on with draft {plan.draft.id}")
        remember(plan, tools, plan.draft)  # it may have been opened for an earlier commit, or on another machine
        return tools.repository.save_draft(plan.draft, plan.payload)
    remember(plan, tools, None)
    if plan.step == "next-version" and plan.latest is not None:
        draft = tools.repository.open_next_version(plan.latest)
        if not is_unclaimed(draft) and not carries_mark(draft, plan.mark):
            raise steps.in_the_way(draft)
        remember(plan, tools, draft)
        tools.say(f"draft {draft.id} opened as the next version of {plan.latest.id}")
        return tools.repository.save_draft(draft, plan.payload)
    draft = _create_draft(plan, tools)
    remember(plan, tools, draft)
    tools.say(f"draft {draft.id} opened")
    return draft


def _create_draft(plan: Plan, tools: Tools) -> RemoteRecord:
    """
    Open the first draft of a new record; where the answer is lost, look for it before opening another.

    The search index that shows it lags, so the look takes a while. At worst a draft is left over, never a record.
    """
    started = tools.clock()
    try:
        return tools.repository.create_draft(plan.payload)
    except LostAnswerError as error:
        tools.say(f"{error.what}; looking for the draft")
        drafts = steps.lost_drafts(plan.snapshot, plan.mark, tools, since=started)
        drafts = [each for each in drafts if not each.is_published]
    return drafts[0] if drafts else tools.repository.create_draft(plan.payload)


def remember(plan: Plan, tools: Tools, remote: RemoteRecord | None) -> None:
    """Note the intent, the draft, or the published record of the plan's tag."""
    tag = plan.snapshot.name
    earlier = tools.notes.of(tag)
    note = Note(
        tag=tag,
        # What a version was made from does not change when its tag is moved later.
        commit=plan.made_from or plan.snapshot.commit,
        intended_at=earlier.intended_at if earlier is not None and remote is not None else tools.clock(),
        record_id=remote.id if remote is not None else None,
        concept_id=remote.concept_id if remote is not None else None,
        doi=remote.doi if remote is not None and remote.is_published else None,
    )
    try:
        tools.notes.write(note)
    except OSError as error:
        what = f"what is deposited cannot be noted: {error.strerror or error}"
        if remote is None or not remote.is_published:
            raise ArchiveError(what, fix="make room in the repository's .git folder, then run it again") from error
        tools.say(what)  # the DOI is there, and counts for more
