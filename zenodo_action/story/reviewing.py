"""
Publishing, and where the server publishes nothing before a community has taken it, asking for that community's review.

Source: InvenioRDM, "Require community for record publication" (``RDM_COMMUNITY_REQUIRED_TO_PUBLISH``) and its policy that
new versions are reviewed too; zenodo-api.md 4.8.
"""

from __future__ import annotations

from zenodo_action.errors import RejectedError, ReviewDeclinedError
from zenodo_action.model import Community, RemoteRecord, Review
from zenodo_action.plan import Outcome, Plan
from zenodo_action.story.tools import Tools


def review_of(draft: RemoteRecord | None, communities: tuple[Community, ...], tools: Tools) -> Review | None:
    """
    Return the review that a draft is under and that decides whether it is published; only reads.

    Raises:
        ReviewDeclinedError: The community that would be asked has declined the draft already.
    """
    review = tools.repository.review_of(draft) if draft is not None and tools.has_token else None
    if review is None or draft is None:
        return None
    is_asked_again = not communities or communities[0].id == review.community_id
    if review.state in ("declined", "expired") and is_asked_again:
        end = "was declined" if review.state == "declined" else "has expired"
        raise ReviewDeclinedError(
            f"the request that a community take draft {draft.id} {end}, so the draft is not published",
            fix=f"see what its curators say at {review.url}; mend that and send the draft in again at {draft.url}, or name"
            " another community (option communities), or discard the draft and run again",
        )
    return review if review.state == "submitted" else None


def publish(plan: Plan, draft: RemoteRecord, tools: Tools) -> RemoteRecord | Review:
    """
    Return the record, or the review that has to be waited for.

    NOTE: the refusal that means "only through a community" names no field, and nothing but its English tells it from
    others; so a refusal that names no field is taken for one, of a draft that is not in a community yet.
    """
    tools.say(f"publishing {draft.id}")
    try:
        return tools.repository.publish(draft)
    except RejectedError as error:
        if error.field_errors:
            raise
        review = tools.repository.review_of(draft)
        if review is not None and review.state == "submitted":
            return review
        community = review.community_id if review is not None and review.state == "created" else None
        if community is None and plan.communities:
            community = plan.communities[0].id
        if community is None:
            error.fix = "where it publishes only what a community has taken, name one: --communities NAME"
            raise
    tools.say("the server publishes only what a community has taken; asking for its review")
    review = tools.repository.request_review(draft, community)
    return tools.repository.record(draft.id) if review.state == "accepted" else review


def pending(plan: Plan, draft: RemoteRecord | None, review: Review, tools: Tools) -> Outcome:
    """Return that curators decide; a later run sees what they said."""
    tools.say(f"curators decide at {review.url}")
    return Outcome(status="pending", plan=plan, record=draft, findings=plan.findings, request_url=review.url)
