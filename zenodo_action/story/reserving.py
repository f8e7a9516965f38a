"""A DOI before the tag: the draft is opened and its DOI reserved, so that the tagged source can carry it."""

from __future__ import annotations

from zenodo_action.plan import Outcome, Plan
from zenodo_action.story import filling, reviewing
from zenodo_action.story.opening import open_draft, remember
from zenodo_action.story.tools import Tools


def carry_out(plan: Plan, tools: Tools) -> Outcome:
    """
    Open the plan's draft, or go on with it, and reserve its DOI; a version that is published has one already.

    A later deposit of the tag finds the draft by its mark, and finishes it.
    """
    if plan.existing is not None:
        return Outcome(status="unchanged", plan=plan, record=plan.existing, findings=plan.findings)
    if plan.review is not None:
        return reviewing.pending(plan, plan.draft, plan.review, tools)
    draft = open_draft(plan, tools)
    plan, draft = filling.settle_metadata(plan, draft, tools)
    draft = tools.repository.reserve_doi(draft)
    remember(plan, tools, draft)
    tools.say(f"the DOI {draft.doi} is reserved for draft {draft.id}")
    return Outcome(status="reserved", plan=plan, record=draft, findings=plan.findings)
