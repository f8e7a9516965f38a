"""What GitHub gets to know of a deposit, and how that is reported."""

from __future__ import annotations

from dataclasses import replace

from zenodo_action import __version__, commands, versions
from zenodo_action.action.reporting import Reporter
from zenodo_action.action.tasks import Task
from zenodo_action.errors import GitHubError, WriteBackError
from zenodo_action.github import writeback
from zenodo_action.github.connection import Connection
from zenodo_action.github.drafting import FILE_PLACES
from zenodo_action.github.published import Published
from zenodo_action.model import RemoteRecord
from zenodo_action.plan import Outcome, Plan

_CARRIERS = ("readme", "citation", "codemeta")
"""Files that carry a DOI before the record is published."""


def write_back(
    outcome: Outcome,
    prepared: commands.Prepared,
    task: Task,
    github: Connection,
    reporter: Reporter,
    *,
    has_successor: bool = False,
) -> None:
    """
    Write the DOI back to GitHub, and report what became of each part.

    Files of the default branch tell of the newest version: where the same run is to deposit another one
    (``has_successor``) they are left to that.

    Raises:
        WriteBackError: Some of it could not be written; the record is published all the same.
    """
    record, plan = outcome.record, outcome.plan
    is_there = outcome.status in ("published", "updated", "unchanged")  # a draft may have a DOI reserved
    if not is_there or record is None or record.doi is None or plan is None:
        return
    if prepared.opened.is_local:
        reporter.say("the DOI is not registered, so it is not written to GitHub")
        return
    options = prepared.options
    reporter.begin("Writing the DOI to GitHub")
    parts = writeback.write_back(
        writeback.Target(
            github=github,
            tag=task.release.tag or "",
            commit=prepared.project.snapshot.commit,
            release=task.on_github,
        ),
        _published(record, record.doi, plan, prepared, github.repository),
        [place for place in options.write_back if not (has_successor and place in FILE_PLACES)],
        via=options.write_via,
        say=reporter.say,
    )
    reporter.report_write_back(parts)
    failures = [part.error for part in parts if part.error is not None]
    if failures:
        raise WriteBackError(failures, doi=record.doi)


def write_reserved(
    outcome: Outcome, prepared: commands.Prepared, task: Task, github: Connection, reporter: Reporter
) -> None:
    """
    Write a reserved DOI into the files of the default branch, by a commit that the tag can then be made of.

    A pull request would say that the release is published, and merging it late would make the tag miss it.

    Raises:
        GitHubError: It could not be written; the DOI stays reserved.
    """
    record, plan, options = outcome.record, outcome.plan, prepared.options
    places = [place for place in options.write_back if place in _CARRIERS]
    if outcome.status != "reserved" or record is None or record.doi is None or plan is None or not places:
        return
    if prepared.opened.is_local:
        reporter.say("the DOI is not registered, so it is not written to GitHub")
        return
    if options.write_via != "commit":
        reporter.say("a reserved DOI is written by a commit only, which is then tagged: write-via: commit")
        return
    reporter.begin("Writing the DOI to GitHub")
    commit = prepared.project.snapshot.commit
    parts = writeback.write_back(
        writeback.Target(github=github, tag=task.release.tag or "", commit=commit, release=None),
        replace(_published(record, record.doi, plan, prepared, github.repository), released_on=None),
        places,
        via="commit",
        say=reporter.say,
    )
    reporter.report_write_back(parts)
    for part in parts:
        if part.error is not None:
            raise GitHubError(part.error.what, where=part.error.where, fix=part.error.fix)


def _published(record: RemoteRecord, doi: str, plan: Plan, prepared: commands.Prepared, repository: str) -> Published:
    """Return what is written: the facts of the record, and of the server that has it."""
    opened = prepared.opened
    return Published(
        doi=doi,
        concept_doi=record.concept_doi,
        record_id=record.id,
        concept_id=record.concept_id,
        record_url=record.url,
        badge_url=opened.badge_url(doi),
        server=opened.web_url,
        server_name=opened.repository.name,
        repository=repository,
        program=f"zenodo-deposit {__version__}",
        version=plan.mark.version,
        released_on=prepared.project.snapshot.released_on,
        concept_badge_url=opened.badge_url(record.concept_doi) if record.concept_doi is not None else None,
        commit=plan.made_from,
        own_dois=tuple(each for each in plan.sibling_dois if each != doi),
        newer=_newer(plan.latest, plan.mark.version),
    )


def _newer(latest: RemoteRecord | None, version: str) -> str | None:
    """Return the version of the newest record if it lies above this one."""
    newest = latest.version if latest is not None else None
    if newest is None or not versions.is_version(newest) or not versions.is_version(version):
        return None
    return newest if versions.version_key(newest) > versions.version_key(version) else None
