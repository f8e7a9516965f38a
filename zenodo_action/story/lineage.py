"""
How the versions of a record relate: which one is the previous, and what a next version inherits from it. Pure.

A field that no source names keeps the value that the previous version has on the server, since people edit records by
hand; values that the program only falls back on (the repository's name as title) count as not named, and so does what
GitHub says about the repository (its committers by their accounts' names).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zenodo_action import versions
from zenodo_action.errors import Finding
from zenodo_action.model import Project, Record, Related, RemoteRecord
from zenodo_action.sources.github_facts import FROM_GITHUB, SOURCE

NEW_VERSION = "isnewversionof"

_KEPT = {"title-missing": ("title",), "description-missing": ("description",), "license-missing": ("rights", "license")}
"""Findings about what no source names, and where the answers of both APIs have what the previous version keeps of it."""
_DECIDED = ("repository-private",)
"""Findings about what was decided with the first version."""
_NOTHING: tuple[object, ...] = (None, "", [], "notspecified")

_YIELDING: dict[str, Any] = {
    "title": None,
    "resource_type": None,
    "description": None,
    "creators": (),
    "rights": (),
    "keywords": (),
}
"""Fields that may be filled in without a source naming them, and how they are when they are not."""


def above(published: Sequence[RemoteRecord], version: str) -> RemoteRecord | None:
    """Return the highest published version if it is above ``version``; a text that is no version is below nothing."""
    if not versions.is_version(version):
        return None
    numbered = [each for each in published if versions.is_version(each.version or "")]
    return max((each for each in numbered if _key(each) > versions.version_key(version)), key=_key, default=None)


def previous(published: Sequence[RemoteRecord], version: str) -> RemoteRecord | None:
    """
    Return the highest published version below ``version``, by version order.

    For a text that is no version, as a commit's id, it is the version that was published last.
    """
    if not versions.is_version(version):
        return max(published, key=lambda each: each.version_index or 0, default=None)
    return max((each for each in published if _key(each) < versions.version_key(version)), key=_key, default=None)


def next_version(
    project: Project, latest: RemoteRecord, published: Sequence[RemoteRecord]
) -> tuple[Record, tuple[Finding, ...]]:
    """
    Return the project's record as a version after others, and what was left out of it.

    It gets exactly one ``isNewVersionOf``, to the DOI of the previous version. DOIs of the record's own concept are
    no alternate identifiers of a version. What is only fallen back on gives way to the previous version's value.
    """
    before = previous(published, project.record.version or "")
    own = {doi.lower() for each in published for doi in (each.doi, each.concept_doi) if doi}
    left_out = tuple(
        Finding(
            level="warning",
            code="new-version-elsewhere",
            what=f"isNewVersionOf {each.identifier} is left out: this is a next version of "
            f"{latest.concept_doi or latest.concept_id}",
            where=project.places.get("related"),
            fix="remove the relation, or use isDerivedFrom for the work elsewhere",
        )
        for each in project.record.related
        if each.relation == NEW_VERSION and each.identifier.lower() not in own
    )
    record = project.record
    related = [each for each in record.related if each.relation != NEW_VERSION]
    if before is not None and before.doi:
        kind = record.resource_type
        related.append(Related(identifier=before.doi, relation=NEW_VERSION, scheme="doi", resource_type=kind))
    record = without_dois(replace(record, related=tuple(related)), own)
    unnamed: dict[str, Any] = {name: value for name, value in _YIELDING.items() if not _is_named(project, name)}
    return replace(record, **unnamed), left_out


def still_true(findings: Sequence[Finding], previous: RemoteRecord | None = None) -> list[Finding]:
    """Return the findings about a record without those on values that give way to the previous version's."""
    held = previous.payload.get("metadata") if previous is not None else None
    metadata = held if isinstance(held, Mapping) else {}
    kept = [code for code, keys in _KEPT.items() if any(metadata.get(key) not in _NOTHING for key in keys)]
    return [each for each in findings if each.code not in (*FROM_GITHUB, *_DECIDED, *kept)]


def without_dois(record: Record, own: Collection[str]) -> Record:
    """Return a record without those of its alternate identifiers that are DOIs of its own, given in small letters."""
    return replace(record, identifiers=tuple(each for each in record.identifiers if each.identifier.lower() not in own))


def same_version(
    project: Project, existing: RemoteRecord, published: Sequence[RemoteRecord]
) -> tuple[Record, tuple[Finding, ...]]:
    """
    Return the project's record as the version that it already is, and what was left out of it.

    What makes it that version stays as it is published: its date, its text, and which version it follows. A date of the
    tag and one of the release on GitHub can differ by a day, and must not change a record from one run to the next.
    """
    record, left_out = next_version(project, existing, published)
    is_first = existing.version_index in (None, 1)
    if is_first:
        left_out = ()
    follows = [each for each in existing.related if each.relation == NEW_VERSION]
    if is_first and not follows:
        follows = [each for each in project.record.related if each.relation == NEW_VERSION]
    related = [each for each in record.related if each.relation != NEW_VERSION]
    return replace(record, related=(*related, *follows), publication_date=None), left_out


def _key(remote: RemoteRecord) -> versions.VersionKey:
    """Return what a version is ordered by."""
    return versions.version_key(remote.version or "")


def _is_named(project: Project, field: str) -> bool:
    """Whether a source names the field, rather than the program filling it in."""
    origin = project.origins.get(field)
    return origin is not None and not origin.is_fallback and origin.source != SOURCE
