"""
Communities: found before anything is written, asked after publishing, so that the DOI does not wait for a curator.

Communities hang on the record as a whole: what took an earlier version has the next one too, and is not asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenodo_action.errors import Finding, RepositoryError, Where
from zenodo_action.model import Community, Inclusion, RemoteRecord
from zenodo_action.plan import Plan
from zenodo_action.repository import Repository
from zenodo_action.story.tools import Tools


def find(
    names: Sequence[str], places: Mapping[str, Where], repository: Repository
) -> tuple[tuple[Community, ...], tuple[Finding, ...]]:
    """
    Return the communities of the names, and an error for each that the server does not have.

    Args:
        names: Short names, each once.
        places: Name → where it was given.
        repository: Where to look.
    """
    found, findings = [], []
    for name in names:
        community = repository.community(name)
        if community is None:
            findings.append(
                Finding(
                    level="error",
                    code="community-unknown",
                    what=f"{repository.name} has no community {name}",
                    where=places.get(name),
                    fix=f"take the last part of its address, {repository.web_url}/communities/NAME, or remove it",
                )
            )
            continue
        found.append(community)
        if not community.is_open:
            findings.append(
                Finding(
                    level="warning",
                    code="community-closed",
                    what=f"only members may ask the community {name} to take a record",
                    where=places.get(name),
                    fix=f"become a member at {community.url} if you are none; the record is published all the same",
                )
            )
    return tuple(found), tuple(findings)


def ask(plan: Plan, record: RemoteRecord, tools: Tools) -> tuple[Finding, ...]:
    """
    Ask the plan's communities that do not have the record yet, and return what is to be known of their answers.

    The record is published by now, so nothing that happens here is an error of the run.
    """
    if not plan.communities:
        return ()
    try:
        there = tools.repository.communities_of(record)
        missing = [each for each in plan.communities if each.id not in there]
        answers = tools.repository.request_inclusion(record, missing) if missing else ()
        there = tools.repository.communities_of(record) if answers else there
    except RepositoryError as error:
        names = ", ".join(each.name for each in plan.communities)
        return (
            Finding(
                level="warning",
                code="community-unasked",
                what=f"the record is published, but it is not known whether {names} got its request: {error.what}",
                where=error.where,
                fix="run it again: it asks those that do not have the record",
            ),
        )
    for each in plan.communities:
        if each.id in there:
            tools.say(f"the community {each.name} has the record")
    return tuple(_finding(each, tools) for each in answers if each.community.id not in there)


def _finding(answer: Inclusion, tools: Tools) -> Finding:
    """Return what to say of a community that does not have the record yet."""
    name = answer.community.name
    if answer.state == "refused":
        return Finding(
            level="warning",
            code="community-refused",
            what=f"the community {name} did not take the request for the record: {answer.message}",
            fix=f"look at {answer.community.url}; the record itself is published",
        )
    tools.say(f"the community {name} decides on the request {answer.url}")
    return Finding(
        level="hint",
        code="community-pending",
        what=f"the community {name} has been asked to take the record and has not decided yet",
        fix=f"its curators decide at {answer.url}; the record itself is published",
    )
