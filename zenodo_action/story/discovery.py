"""
Which record a release belongs to: candidates, each verified before it is believed; doubt stops the run.

Candidates, in this order: the ``record`` option; the notes of earlier runs; a DOI of the chosen server in the metadata
files; records of the token's own user that point at this repository. Search alone is never trusted, and a record
owned by somebody else is never used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from zenodo_action.errors import (
    ConflictError,
    Finding,
    NotAllowedError,
    NotFoundError,
    OptionError,
    RequestPlace,
    Where,
)
from zenodo_action.hints import Hint, is_elsewhere, record_id_of
from zenodo_action.model import Mark, RemoteRecord, Snapshot
from zenodo_action.repository import Repository
from zenodo_action.story.marks import carries_mark, is_of_another, points_at

INDEX_WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Pauses between looks at a search index that lags behind. Source: zenodo-api.md 5.2, "seconds to many minutes"."""

OF_OTHERS = "record-of-others"
"""Code of the finding about a record of this repository that another account has."""
OF_OTHERS_FIX = "use a token of the account that owns the record, or ask its owner to share it; record: new starts a record of its own"
GONE = 410
"""Status of a record that was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the server already holds of this repository."""

    latest: RemoteRecord | None = None
    """The newest published version of the record; ``None`` where a new record is due."""
    versions: tuple[RemoteRecord, ...] = ()
    """The published versions of that record that could be seen."""
    drafts: tuple[RemoteRecord, ...] = ()
    """Open drafts of the user that could be this release's."""
    findings: tuple[Finding, ...] = ()

    def followed_by(self, published: RemoteRecord) -> Found:
        """Return what the server holds once this was published as the next version, or as the first."""
        drafts = tuple(each for each in self.drafts if each.id != published.id)
        return Found(latest=published, versions=(*self.versions, published), drafts=drafts)


def _note_mismatch(hint: Hint, record: RemoteRecord) -> Finding:
    """Return the warning for a note that leads to a record of another repository."""
    return Finding(
        level="warning",
        code="note-mismatch",
        what=f"{hint.source} names record {record.id}, which is of {record.code_repository}; it is passed over",
        where=hint.where,
        fix=f"if it is the right record, say so: record: {record.id}",
    )


def find(
    repository: Repository,
    snapshot: Snapshot,
    *,
    wanted: str,
    where: Where,
    hints: Sequence[Hint],
    mark: Mark,
    noted: str | None = None,
    may_list: bool = True,
    known: Found | None = None,
) -> Found:
    """
    Return the record that the release belongs to, by reads alone.

    Args:
        repository: Where to look.
        snapshot: The release.
        wanted: The ``record`` option: ``auto``, ``new``, or an id, DOI or address.
        where: Where the option was given.
        hints: Notes and DOIs, strongest first.
        mark: Of this release.
        noted: Id of the draft that an earlier run opened for this very release.
        may_list: Whether there is a token, without which own records cannot be listed.
        known: What was found for another release of the repository a moment ago. It is taken where nothing points
            elsewhere and its newest version is the newest still: so a run through all releases does not read all
            versions for each of them.

    Raises:
        ConflictError: Several candidates differ.
        NotAllowedError: The record is not the user's, and nothing of the repository is.
        NotFoundError: The record that was named, or that a note names, does not exist.
    """
    if known is not None and wanted != "new":
        given = {_wanted_id(repository, wanted, where)} if wanted != "auto" else set()
        named_ids = {noted or "", *(hint.record_id for hint in hints), *given} - {""}
        still = _still(repository, known, named_ids)
        if still is not None:
            return still
    if wanted not in ("auto", "new"):
        return _given(repository, snapshot, _wanted_id(repository, wanted, where), where, may_list=may_list)
    notes = [hint.record_id for hint in hints if hint.is_note]
    url = snapshot.repository.url
    own = repository.own_records(record_ids=notes[:1], code_repository=url) if may_list else []
    own += _noted(repository, noted, own) if may_list else []
    own = [each for each in own if not is_of_another(each, url)]
    findings: list[Finding] = []
    hints = () if wanted == "new" else hints
    named, reserved = _by_hints(repository, snapshot, own, hints, findings, mark=mark if may_list else None)
    own += reserved
    ours = [each for each in own if points_at(each, url) or {each.id, each.concept_id} & {*notes, noted}]
    if wanted == "new":
        ours = [each for each in ours if carries_mark(each, mark)]
    found = _one_concept([*named, *(each for each in ours if each.is_published)], snapshot)
    if found is None and not ours:
        _check_others(findings)
    if found is None:
        return Found(drafts=tuple(each for each in ours if not each.is_published), findings=tuple(findings))
    mine = [each for each in own if each in ours or each.concept_id == found.concept_id]
    return _complete(repository, found, [*mine, *named], findings)


def _still(repository: Repository, known: Found, named_ids: Collection[str]) -> Found | None:
    """Return what is known if it holds all that is named, and nothing was published since; else ``None``."""
    if known.latest is None:
        return None
    concept_id = known.latest.concept_id
    if set(named_ids) - {concept_id, *(each.id for each in (*known.versions, *known.drafts))}:
        return None
    latest = repository.record(concept_id)
    return replace(known, latest=latest) if latest.id == known.latest.id else None


def _noted(repository: Repository, noted: str | None, own: Sequence[RemoteRecord]) -> list[RemoteRecord]:
    """Return the draft that an earlier run noted, or what became of it, where the index does not show it yet."""
    if noted is None or any(noted == each.id for each in own):
        return []
    try:
        draft = repository.draft(noted)
        return [draft if draft is not None else repository.record(noted)]
    except (NotFoundError, NotAllowedError):
        return []  # discarded by hand, or never ours


def _reserved(repository: Repository, hint: Hint, mark: Mark) -> RemoteRecord | None:
    """Return the draft of this release whose reserved DOI stands in its files; the index may not show it yet."""
    try:
        draft = repository.draft(hint.record_id)
    except NotAllowedError:
        return None
    return draft if draft is not None and carries_mark(draft, mark) else None


def _missing(hint: Hint, repository: Repository) -> Finding:
    """Return the warning for a DOI of this server that leads nowhere on it."""
    return Finding(
        level="warning",
        code="doi-missing",
        what=f"the DOI in {hint.source} leads to no record of {repository.name} and to no draft of this release,"
        " which gets another one",
        where=hint.where,
        fix="if it was reserved and its draft was discarded, reserve a new one and tag again; else remove it",
    )


def _wanted_id(repository: Repository, wanted: str, where: Where) -> str:
    """Return the id that the ``record`` option names, which is one on this server."""
    record_id = record_id_of(wanted, where)
    if is_elsewhere(wanted, web_url=repository.web_url, prefix=repository.doi_prefix):
        raise OptionError(
            f"{wanted.strip()} is no record of {repository.name}",
            where=where,
            fix="name a record of that server, which the option server chooses; for a rehearsal give record: auto in the"
            " workflow, or --record auto: that counts for more than what .zenodo.yml says",
        )
    return record_id


def _doi_elsewhere(hint: Hint, record: RemoteRecord) -> Finding:
    """Return the warning for a DOI of a record that is not one of this repository."""
    return Finding(
        level="warning",
        code="doi-elsewhere",
        what=f"the DOI in {hint.source} belongs to record {record.id}, which is not one of this repository;"
        " it is passed over",
        where=hint.where,
        fix=f"if it is the right record, say so: record: {record.id}",
    )


def _of_others(hint: Hint, record: RemoteRecord) -> Finding:
    """Return the warning for a record of this repository that belongs to somebody else."""
    return Finding(
        level="warning",
        code=OF_OTHERS,
        what=f"{hint.source} names record {record.id}, which is of this repository, but not among the"
        " records of your token's user",
        where=hint.where,
        fix=OF_OTHERS_FIX,
    )


def _given(repository: Repository, snapshot: Snapshot, record_id: str, where: Where, *, may_list: bool) -> Found:
    """Return the record that the user named, once it exists and may be versioned."""
    try:
        record = repository.record(record_id)
    except NotFoundError as error:
        is_deleted = isinstance(error.where, RequestPlace) and error.where.status == GONE
        raise NotFoundError(
            error.what if is_deleted else f"there is no record {record_id} on {repository.name}",
            where=error.where,
            fix=f"check {where}; new starts a record of its own",
        ) from error
    findings: list[Finding] = []
    own = _own_versions(repository, record, where) if may_list else []
    if snapshot.repository.url is not None and not any(
        points_at(each, snapshot.repository.url) for each in [record, *own]
    ):
        findings.append(
            Finding(
                level="warning",
                code="record-elsewhere",
                what=f"record {record_id} does not name the repository {snapshot.repository.url}",
                where=where,
                fix="check that it is the right record; after this deposit it will name the repository",
            )
        )
    return _complete(repository, record, own, findings)


def _by_hints(
    repository: Repository,
    snapshot: Snapshot,
    own: Sequence[RemoteRecord],
    hints: Iterable[Hint],
    findings: list[Finding],
    *,
    mark: Mark | None,
) -> tuple[list[RemoteRecord], list[RemoteRecord]]:
    """
    Return the records that notes and DOIs name and that are ours, and drafts of the release; say why others are passed over.

    ``mark`` is the release's; ``None`` where there is no token, without which drafts and owners cannot be seen.
    """
    may_list = mark is not None
    named: list[RemoteRecord] = []
    drafts: list[RemoteRecord] = []
    for hint in hints:
        known = next((each for each in own if hint.record_id in (each.id, each.concept_id) and each.is_published), None)
        if known is not None:
            named.append(known)
            continue
        if any(hint.record_id in (each.id, each.concept_id) for each in [*own, *named]):
            continue  # an open draft of ours: it is among the drafts
        record = _read(repository, hint)
        if record is None:
            draft = _reserved(repository, hint, mark) if mark is not None and not hint.is_note else None
            if draft is not None:
                drafts.append(draft)
            elif hint.is_of_server and may_list:
                findings.append(_missing(hint, repository))
            continue
        if hint.is_note and is_of_another(record, snapshot.repository.url):
            findings.append(_note_mismatch(hint, record))
        elif hint.is_note:
            if may_list:
                _own_versions(repository, record, hint.where)
            named.append(record)
        elif not _is_meant(record, snapshot, hint):
            findings.append(_doi_elsewhere(hint, record))
        elif not may_list or _is_own(repository, record):
            named.append(record)
        else:
            findings.append(_of_others(hint, record))
    return named, drafts


def _check_others(findings: Iterable[Finding]) -> None:
    """Stop where a new record would be begun though the repository has one that belongs to somebody else."""
    for each in findings:
        if each.code == OF_OTHERS:
            raise NotAllowedError(each.what, where=each.where, fix=each.fix)


def _is_meant(record: RemoteRecord, snapshot: Snapshot, hint: Hint) -> bool:
    """Whether a record that a hint names is of this repository, under its name or the one that it had."""
    return points_at(record, snapshot.repository.url) or points_at(record, hint.formerly)


def _read(repository: Repository, hint: Hint) -> RemoteRecord | None:
    """Return the record that a hint names; a DOI that is no record here is none, a note's must be there."""
    try:
        return repository.record(hint.record_id)
    except NotFoundError as error:
        if not hint.is_note or repository.draft(hint.record_id) is not None:
            return None
        raise NotFoundError(
            f"{hint.source} names record {hint.record_id}, which is not on {repository.name} any more",
            where=error.where,
            fix="name the record with the option record, or start one with record: new",
        ) from error


def _one_concept(candidates: Sequence[RemoteRecord], snapshot: Snapshot) -> RemoteRecord | None:
    """Return a version of the one record that all candidates belong to; stop where they differ."""
    concepts: dict[str, RemoteRecord] = {}
    for each in candidates:
        if each.concept_id not in concepts or each.is_latest:
            concepts[each.concept_id] = each
    if len(concepts) > 1:
        listed = "; ".join(
            f"{record.concept_doi or concept} ({record.url})" for concept, record in sorted(concepts.items())
        )
        raise ConflictError(
            f"{len(concepts)} records could be the one of {snapshot.repository.url or snapshot.repository.name}: {listed}",
            fix="say which: --record ID on the command line, record: ID in the workflow or under deposit: in .zenodo.yml",
        )
    return next(iter(concepts.values()), None)


def _complete(
    repository: Repository, record: RemoteRecord, own: Sequence[RemoteRecord], findings: Sequence[Finding]
) -> Found:
    """Return all that is known of the record's concept, its newest version read afresh."""
    latest = repository.record(record.concept_id)
    versions = {each.id: each for each in [*own, record, latest] if each.concept_id == record.concept_id}
    published = tuple(each for each in versions.values() if each.is_published)
    drafts = tuple(each for each in own if not each.is_published)  # an open edit of a version is none of a next one
    return Found(latest=latest, versions=published, drafts=drafts, findings=tuple(findings))


def _own_versions(repository: Repository, record: RemoteRecord, where: Where | None) -> list[RemoteRecord]:
    """Return the user's versions of a record's concept; not being allowed to add one is an error."""
    waits = iter(INDEX_WAITS_S)
    while True:
        own = repository.own_records(record_ids=[record.concept_id])
        if own or _is_users(repository, record):
            return own
        pause = next(waits, None)
        if pause is None or repository.user_id is not None:
            raise NotAllowedError(
                f"record {record.id} on {repository.name} is not among the records of your token's user",
                where=where,
                fix=OF_OTHERS_FIX,
            )
        repository.patience.pause(pause)


def _is_own(repository: Repository, record: RemoteRecord) -> bool:
    """Whether the record is the user's, as the server tells."""
    return _is_users(repository, record) or bool(repository.own_records(record_ids=[record.concept_id]))


def _is_users(repository: Repository, record: RemoteRecord) -> bool:
    """Whether the record's owner is the user that the server named in its answers."""
    return repository.user_id is not None and repository.user_id == record.owner
