"""
Rules over the merged record, whatever source its values come from; pure.

Findings about one value of one file are made where the value is read (``sources``); here stands what only the whole
tells: what is missing everywhere, what does not go together, what depends on today's date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from zenodo_action import vocab
from zenodo_action.errors import FilePlace, Finding, Level, Where
from zenodo_action.model import Creator, Project
from zenodo_action.vocab.licence_names import spdx_id

MAX_VERSION_LENGTH = 191
"""Characters. Source: zenodo-api.md 3.1, ``version``; a longer one is dropped without a word."""

_MIN_TITLE_LENGTH = 3
"""Characters. Source: zenodo-rdm's answer "Shorter than minimum length 3."."""

_BOT = re.compile(
    r"\[bot\]|^(dependabot|github[- ]actions?|pre-commit[- ]ci|renovate|all-?contributors)\b", re.IGNORECASE
)

_CREATORS_FIX = """add to .zenodo.yml:
creators:
  - name: Carberry, Josiah
    orcid: 0000-0002-1825-0097
    affiliation: Brown University"""


def check(project: Project, *, today: dt.date) -> tuple[Finding, ...]:
    """
    Return all findings about a project, each once, in the order of files and lines.

    Args:
        project: The merged metadata with the findings of reading them.
        today: The date by which the server judges embargoes, in UTC.
    """
    own = [
        *_missing(project),
        *_title(project),
        *_dates(project, today),
        *_people(project),
        *_version(project),
        *_relations(project),
        *_privacy(project),
    ]
    return tuple(sorted(dict.fromkeys((*project.findings, *own)), key=_place_key))


def _place_key(finding: Finding) -> tuple[bool, str, int, int]:
    """Sort by file, line and column; what has no place in a file comes last."""
    where = finding.where
    if not isinstance(where, FilePlace):
        return (True, "", 0, 0)
    return (False, where.file, where.line or 0, where.column or 0)


def _missing(project: Project) -> Iterator[Finding]:
    """Yield what no source names; not where a file that could not be read may name it."""
    record = project.record
    if project.unread:
        return
    if not record.creators and not _has_error_at(project, ("$.creators", "$.authors")):
        yield _finding(
            level="error",
            code="creators-missing",
            what="no source names a creator, and no record is taken without one",
            fix=_CREATORS_FIX,
        )
    is_open = record.access is None or record.access.files == "public" or record.access.embargo_until is not None
    if not record.rights and is_open and not _has_error_at(project, ("$.license",)):
        kind = record.resource_type or "software"
        default = spdx_id(vocab.default_license(kind))
        usual = "Apache-2.0" if kind.startswith("software") else "CC-BY-4.0"
        yield _finding(
            level="warning",
            code="license-missing",
            what="no source names a licence that could be stored; a new record will name none, and nobody may reuse the work "
            f"(Zenodo's own default of {default} is not applied)",
            fix=f"add license: with the SPDX id of the terms you give, as {usual}",
        )
    if not record.description and not _has_error_at(project, ("$.description", "$.abstract")):
        yield _finding(
            level="hint",
            code="description-missing",
            what="no source describes the work",
            fix="add description: (abstract: in CITATION.cff), a paragraph on what it does and for whom",
        )


def _privacy(project: Project) -> Iterator[Finding]:
    """Yield a warning where everybody would see what only few see now, and nobody has said that this is meant."""
    if project.snapshot.repository.is_private and "access" not in project.origins and not project.unread:
        yield _finding(
            level="warning",
            code="repository-private",
            what="the repository is private, and everybody will see the files of its record",
            fix="if that is meant, say so in .zenodo.yml: access_right: open; else choose restricted, closed or embargoed",
        )


def _has_error_at(project: Project, paths: Sequence[str]) -> bool:
    """Whether an error already says why a field is empty."""
    return any(
        finding.level == "error"
        and isinstance(finding.where, FilePlace)
        and (finding.where.path or "").startswith(path)
        for finding in project.findings
        for path in paths
    )


def _title(project: Project) -> Iterator[Finding]:
    title, origin = project.record.title, project.origins.get("title")
    if title is None or project.unread:
        return
    has_error = _has_error_at(project, ("$.title",))
    if origin is not None and origin.is_fallback and not has_error:
        yield _finding(
            level="warning",
            code="title-missing",
            what=f'no source names a title; the repository\'s name "{title}" is used',
            fix="add title:",
        )
    if len(title) < _MIN_TITLE_LENGTH and not has_error:
        yield _finding(
            level="error",
            code="title-short",
            what=f'the title "{title}" has fewer than {_MIN_TITLE_LENGTH} characters',
            fix="add title: with what the work is called, and a few words on what it does",
            where=project.places.get("title"),
        )


def _dates(project: Project, today: dt.date) -> Iterator[Finding]:
    """Yield what the calendar says of the embargo and the release."""
    record = project.record
    until = record.access.embargo_until if record.access is not None else None
    if until is not None and until <= today.isoformat():
        yield _finding(
            level="error",
            code="embargo-date-past",
            what=f"the embargo ends on {until}, which is not in the future",
            fix="set embargo_date to a later day, or write access_right: open",
            where=project.places.get("access"),
        )
    published = record.publication_date
    if published is not None and published > today.isoformat():
        yield _finding(
            level="warning",
            code="publication-date-future",
            what=f"the publication date {published} lies in the future",
            fix="check the date of the release, and the clock of the machine that made the tag",
            where=project.places.get("publication_date"),
        )


def _people(project: Project) -> Iterator[Finding]:
    """Yield people who stand in a list twice, and accounts of programs."""
    for field, people in (("creators", project.record.creators), ("contributors", project.record.contributors)):
        seen: dict[tuple[str, str | None], Creator] = {}
        for index, person in enumerate(people):
            where = project.places.get(f"{field}.{index}")
            if _BOT.search(person.display_name):
                yield _finding(
                    level="warning",
                    code="creator-bot",
                    what=f'"{person.display_name}" looks like a program\'s account, not like a person',
                    fix="remove it, or give the name of the organisation as organization:",
                    where=where,
                )
            for orcid in _orcids(person):
                # One person may contribute in several roles.
                first = seen.setdefault((orcid, person.role), person)
                if first is not person:
                    yield _finding(
                        level="warning",
                        code="creator-duplicate",
                        what=f'"{person.display_name}" has the ORCID iD of "{first.display_name}"',
                        fix="remove one of the two, or correct the ORCID iD",
                        where=where,
                    )


def _orcids(person: Creator) -> Iterable[str]:
    return (identifier.identifier for identifier in person.identifiers if identifier.scheme == "orcid")


def _version(project: Project) -> Iterator[Finding]:
    version = project.record.version
    if version is not None and len(version) > MAX_VERSION_LENGTH:
        yield _finding(
            level="error",
            code="version-long",
            what=f"the version has {len(version)} characters; the server drops one of more than {MAX_VERSION_LENGTH}",
            fix="use a shorter tag",
            where=project.places.get("version"),
        )


def _relations(project: Project) -> Iterator[Finding]:
    """Yield links that the program takes care of itself."""
    for index, related in enumerate(project.record.related):
        if related.relation == "isnewversionof":
            yield _finding(
                level="hint",
                code="new-version-relation",
                what=f"isNewVersionOf {related.identifier} is kept on the first deposit only: later on the program links "
                "each version to the one before",
                fix="keep it for a work that was published elsewhere; otherwise remove it",
                where=project.places.get(f"related.{index}"),
            )


def _finding(level: Level, code: str, what: str, fix: str, where: Where | None = None) -> Finding:
    return Finding(level=level, code=code, what=what, where=where, fix=fix)
