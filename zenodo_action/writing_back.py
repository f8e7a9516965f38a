"""What GitHub gets to know of a deposit, and how that is reported."""

from __future__ import annotations

from zenodo_action import __version__, commands, versions
from zenodo_action.errors import WriteBackError
from zenodo_action.github import writeback
from zenodo_action.github.connection import Connection
from zenodo_action.github.published import Published
from zenodo_action.model import RemoteRecord
from zenodo_action.plan import Outcome, Plan
from zenodo_action.reporting import Reporter
from zenodo_action.tasks import Task


def write_back(
    outcome: Outcome, prepared: commands.Prepared, task: Task, github: Connection, reporter: Reporter
) -> None:
    """
    Write the DOI back to GitHub, and report what became of each part.

    Raises:
        WriteBackError: Some of it could not be written; the record is published all the same.
    """
    record, plan = outcome.record, outcome.plan
    if record is None or record.doi is None or plan is None:
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
        options.write_back,
        via=options.write_via,
        say=reporter.say,
    )
    reporter.report_write_back(parts)
    failures = [part.error for part in parts if part.error is not None]
    if failures:
        raise WriteBackError(failures, doi=record.doi)


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
        own_dois=tuple(each for each in plan.sibling_dois if each != doi),
        newer=_newer(plan.latest, plan.mark.version),
    )


def _newer(latest: RemoteRecord | None, version: str) -> str | None:
    """Return the version of the newest record if it lies above this one."""
    newest = latest.version if latest is not None else None
    if newest is None or not versions.is_version(newest) or not versions.is_version(version):
        return None
    return newest if versions.version_key(newest) > versions.version_key(version) else None
