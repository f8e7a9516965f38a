"""
The DOI in the archive's own ``CITATION.cff``, with ``stamp``: tag and release stay untouched.

The draft is opened first and its DOI reserved, then the archive is built; the bytes follow from the tag and that DOI, so
a run that goes on with the draft builds the same archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zenodo_action import updates
from zenodo_action.errors import FilePlace, Finding, MetadataError
from zenodo_action.model import RemoteRecord
from zenodo_action.plan import Plan
from zenodo_action.story import sending
from zenodo_action.story.tools import Tools
from zenodo_action.updates import PublishedFacts

CITATION = "CITATION.cff"
_SAMPLE_DOI = "10.5281/zenodo.1"
"""Stands for the DOI of a draft that is still to be opened, to see whether the file takes one."""


def foresee(plan: Plan, tools: Tools) -> Plan:
    """
    Return the plan with the stamped archive where the draft's DOI is known already; only reads.

    Raises:
        MetadataError: There is no ``CITATION.cff`` at the tag, or it cannot be edited without spoiling it.
    """
    if not plan.stamps:
        return plan
    if plan.draft is not None and plan.draft.doi is not None:
        return _stamped(plan, plan.draft, tools)
    _edited(plan, replace(facts_of(plan, None, tools.repository.web_url), doi=_SAMPLE_DOI))
    return plan


def stamp(plan: Plan, draft: RemoteRecord, tools: Tools) -> tuple[Plan, RemoteRecord]:
    """Return the plan with the stamped archive, and the draft with its DOI reserved, where that is still to be done."""
    if not plan.stamps:
        return plan, draft
    draft = tools.repository.reserve_doi(draft)
    tools.say(f"the archive's {CITATION} gets the reserved DOI {draft.doi}")
    return _stamped(plan, draft, tools), draft


def facts_of(plan: Plan, remote: RemoteRecord | None, web_url: str) -> PublishedFacts:
    """
    Return what files can say of the plan's version: a draft with a reserved DOI, or the record.

    Args:
        plan: Of the version.
        remote: Its draft or record; ``None`` while there is none.
        web_url: Root of the server's pages.
    """
    latest = plan.latest
    return PublishedFacts(
        doi=(remote.doi if remote is not None else None) or "",
        concept_doi=latest.concept_doi if latest is not None else None,
        version=plan.mark.version,
        released_on=plan.snapshot.released_on,
        record_id=remote.id if remote is not None else "",
        concept_id=remote.concept_id if remote is not None else "",
        record_url=remote.url if remote is not None else "",
        server_url=web_url,
        badge_url=None,
        own_dois=plan.sibling_dois,
    )


def _stamped(plan: Plan, draft: RemoteRecord, tools: Tools) -> Plan:
    """Return the plan with the archive built anew around the edited file."""
    replacements, findings = _edited(plan, facts_of(plan, draft, tools.repository.web_url))
    files = tuple(tools.rebuild(plan.files, replacements))
    there = sending.files_there(draft, files)
    findings = (*plan.findings, *findings)
    return replace(plan, files=files, files_there=there, stamps=False, doi=draft.doi, findings=findings)


def _edited(plan: Plan, facts: PublishedFacts) -> tuple[Mapping[str, bytes], tuple[Finding, ...]]:
    """Return the edited file by its name, and what was found in it."""
    content = plan.snapshot.files.get(CITATION)
    if content is None or not any(file.is_archive for file in plan.files):
        problem = Finding(
            level="error",
            code="stamp-impossible",
            what=f"there is no {CITATION} at {plan.snapshot.name} to write the DOI into"
            if content is None
            else f"there is no source archive whose {CITATION} could get the DOI",
            where=FilePlace(file=CITATION),
            fix=f"commit a {CITATION} before tagging, or leave stamp out"
            if content is None
            else "let 'archive' be zip or tar.gz, or leave stamp out",
        )
        raise MetadataError((*plan.findings, problem))
    update = updates.stamp(content, facts)
    if update.status == "refused":
        errors = tuple(replace(each, level="error") for each in update.findings)
        raise MetadataError((*plan.findings, *errors))
    return {CITATION: update.content}, update.findings
