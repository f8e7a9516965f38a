"""Every text and JSON object that people and programs read; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from zenodo_action.errors import Finding, MetadataError, ZenodoActionError
from zenodo_action.lines import SHOWN, record_lines
from zenodo_action.model import DepositFile, Difference, RemoteRecord
from zenodo_action.plan import Item, Outcome, Plan
from zenodo_action.updates import Update

_LEVELS = ("error", "warning", "hint")


def finding_text(finding: Finding) -> str:
    """
    Return a finding as the terminal shows it: what happened, where, how to mend it.

    >>> print(finding_text(Finding(level="error", code="x-missing", what="there is no x", fix="add x")))
    error: there is no x  [x-missing]
      fix:   add x
    """
    lines = [f"{finding.level}: {finding.what}  [{finding.code}]"]
    if finding.where is not None:
        lines.append(f"  where: {finding.where}")
    if finding.fix is not None:
        lines.append("  fix:   " + finding.fix.replace("\n", "\n         "))
    return "\n".join(lines)


def findings_text(findings: Iterable[Finding]) -> str:
    """Return all findings, errors first, and how many there are of each level."""
    listed = sorted(findings, key=lambda finding: _LEVELS.index(finding.level))
    return "\n".join([*(finding_text(finding) for finding in listed), counts_text(listed)])


def counts_text(findings: Sequence[Finding]) -> str:
    """
    Return how many findings there are of each level.

    >>> counts_text([Finding(level="hint", code="a-b", what="c")])
    '0 errors, 0 warnings, 1 hint'
    """
    counts = [sum(finding.level == level for finding in findings) for level in _LEVELS]
    parts = zip(_LEVELS, counts, strict=True)
    return ", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in parts)


def plan_text(plan: Plan) -> str:
    """Return the plan in words: the step, the metadata, what changes, the files."""
    lines = [f"plan: {plan.summary}"]
    if plan.step == "nothing":
        if plan.existing is not None:
            lines += _record_lines(plan.existing)
        return "\n".join(lines)
    if plan.review is not None:
        return "\n".join([*lines, f"  {'request:':<13} {plan.review.url}"])
    if plan.step == "update-metadata":
        lines += ["changes of the metadata:", *(f"  {difference_text(each)}" for each in plan.changes)]
        lines.append(plan.ending)
        return "\n".join(lines)
    lines += ["metadata:", *(f"  {name}: {value}" for name, value in plan_lines(plan))]
    if plan.latest is not None:
        lines.append(f"changes since version {plan.latest.version or plan.latest.id}:")
        lines += [f"  {difference_text(each)}" for each in plan.changes] or ["  none"]
    lines.append("files:")
    lines += [f"  {file_text(file, plan)}" for file in plan.files]
    lines.append(plan.ending)
    return "\n".join(lines)


def _named(outcome: Outcome) -> tuple[str, str]:
    """Return what people call the release and the server; without a plan only the record can tell."""
    plan, record = outcome.plan, outcome.record
    if plan is not None:
        return plan.snapshot.tag or plan.snapshot.commit[:12], plan.server
    return (record.version or record.id, urlsplit(record.url).netloc) if record is not None else ("", "")


def outcome_text(outcome: Outcome) -> str:
    """Return what was done, in the lines that a person copies from."""
    tag, server = _named(outcome)
    texts = {
        "published": f"published: {tag} on {server}",
        "draft": f"draft: {tag} on {server} waits for you to publish it",
        "pending": f"pending: {tag} on {server} is published once a community takes it; its curators decide",
        "reserved": f"reserved: {tag} on {server} has a DOI and is not published; tag the release, then deposit it",
        "updated": f"updated: the metadata of {tag} on {server} are what its tag says",
        "unchanged": f"unchanged: {tag} is already deposited on {server}; there is nothing to do",
        "skipped": f"skipped: {outcome.reason}",
        "previewed": f"previewed: {tag}; nothing was changed",
    }
    lines = [texts[outcome.status]]
    if outcome.request_url is not None:
        lines.append(f"  {'request:':<13} {outcome.request_url}")
    if outcome.record is not None:
        lines += _record_lines(outcome.record)
    return "\n".join(lines)


def _record_lines(remote: RemoteRecord) -> list[str]:
    """Return the DOIs, the page and the files of a record or draft."""
    named = (("DOI", remote.doi), ("all versions", remote.concept_doi), ("page", remote.url))
    lines = [f"  {f'{name}:':<13} {value}" for name, value in named if value]
    return lines + [f"  {'file:':<13} {file.name}  {file.size_bytes:,} bytes  md5:{file.md5}" for file in remote.files]


def update_lines(updates: Sequence[Update]) -> list[str]:
    """Return what became of the files that carry a DOI, a line for each."""
    if not any(update.path == "CITATION.cff" for update in updates):
        note = "there is none, so the tagged source will not carry the DOI"
        updates = (*updates, Update(path="CITATION.cff", content=b"", status="skipped", note=note))
    return [f"  {f'{update.path}:':<13} {update.note}" for update in updates]


def updates_json(updates: Sequence[Update]) -> list[dict[str, object]]:
    """Return what became of the files that carry a DOI: ``[{"path", "status", "note", "findings"}]``."""
    return [
        {"path": each.path, "status": each.status, "note": each.note, "findings": findings_json(each.findings)}
        for each in updates
    ]


def file_text(file: DepositFile, plan: Plan) -> str:
    """Return a file's name, size and checksums in one line."""
    if not plan.is_known(file):
        return f"{file.name}  size and checksums are known once its CITATION.cff has the draft's DOI  (to send)"
    state = "already there" if file.name in plan.files_there else "to send"
    return f"{file.name}  {file.size_bytes:,} bytes  md5:{file.md5}  sha256:{file.sha256}  ({state})"


def difference_text(difference: Difference) -> str:
    """
    Return a difference as one line.

    >>> difference_text(Difference(field="metadata.title", before="Old", after="New"))
    'metadata.title: "Old" → "New"'
    """
    before, after = short(difference.before), short(difference.after)
    if difference.before is None:
        return f"{difference.field}: added {after}"
    if difference.after is None:
        return f"{difference.field}: removed {before}"
    return f"{difference.field}: {before} → {after}"


def short(value: object, length: int = SHOWN) -> str:
    """Return a value as JSON, cut to what a line takes."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def plan_lines(plan: Plan) -> list[tuple[str, str]]:
    """Return the fields of the record that is planned, with the title that is kept where none is named."""
    return record_lines(replace(plan.record, title=plan.title))


# JSON


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """
    Return the object that ``deposit --json`` prints.

    ``{"status", "doi", "concept_doi", "record_id", "concept_id", "record_url", "version", "tag", "server", "request_url", "reason",
    "files": [{"name", "size_bytes", "md5"}], "findings": [{"level", "code", "what", "where", "fix"}]}``
    """
    record, plan = outcome.record, outcome.plan
    return {
        "status": outcome.status,
        "doi": record.doi if record is not None else None,
        "concept_doi": record.concept_doi if record is not None else None,
        "record_id": record.id if record is not None else None,
        "concept_id": record.concept_id if record is not None else None,
        "record_url": record.url if record is not None else None,
        "version": plan.snapshot.version if plan is not None else None,
        "tag": plan.snapshot.tag if plan is not None else None,
        "server": plan.server if plan is not None else None,
        "request_url": outcome.request_url,
        "reason": outcome.reason,
        "files": [{"name": file.name, "size_bytes": file.size_bytes, "md5": file.md5} for file in outcome.files],
        "findings": findings_json(outcome.findings),
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """
    Return the object that ``preview --json`` prints.

    ``{"status": "previewed", "step", "summary", "tag", "version", "commit", "server", "doi", "concept_doi",
    "record_id", "request_url", "payload": {…}, "changes": [{"field", "before", "after"}],
    "files": [{"name", "size_bytes", "md5", "sha256", "is_there"}], "will_publish", "findings": […]}``

    Size and checksums of an archive that will be stamped with a DOI yet unknown are ``None``.
    ``doi`` and ``record_id`` are those of the version that exists already, or of a draft; else ``None``.
    """
    known = plan.existing or plan.draft
    return {
        "status": "previewed",
        "step": plan.step,
        "summary": plan.summary,
        "tag": plan.snapshot.tag,
        "version": plan.snapshot.version,
        "commit": plan.snapshot.commit,
        "server": plan.server,
        "doi": known.doi if known is not None else None,
        "concept_doi": plan.latest.concept_doi if plan.latest is not None else None,
        "record_id": known.id if known is not None else None,
        "request_url": plan.review.url if plan.review is not None else None,
        "payload": dict(plan.payload.body),
        "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in plan.changes],
        "files": [
            {
                "name": file.name,
                "size_bytes": file.size_bytes if plan.is_known(file) else None,
                "md5": file.md5 if plan.is_known(file) else None,
                "sha256": file.sha256 if plan.is_known(file) else None,
                "is_there": file.name in plan.files_there,
            }
            for file in plan.files
        ],
        "will_publish": plan.will_publish,
        "findings": findings_json(plan.findings),
    }


ITEM_WORDS = {
    "due": "to deposit",
    "published": "published",
    "unchanged": "deposited already",
    "skipped": "skipped",
    "failed": "failed",
    "left": "left",
}
"""What a list of releases says of each status."""


def items_text(items: Sequence[Item]) -> str:
    """Return all releases, oldest first, a line each, and how many there are of each status."""
    counts = [(word, sum(item.status == status for item in items)) for status, word in ITEM_WORDS.items()]
    total = ", ".join(f"{count} {word}" for word, count in counts if count) or "none"
    wide = max((len(item.tag) for item in items), default=0)
    lines = [f"  {item.tag:<{wide}}  {item.date or '–':<10}  {_item_state(item)}" for item in items]
    return "\n".join([f"releases: {total}", *lines])


def _item_state(item: Item) -> str:
    """Return what there is to say of a release."""
    doi = f" as {item.record.doi}" if item.record is not None and item.record.doi else ""
    return f"{ITEM_WORDS[item.status]}{doi}" + (f": {item.reason}" if item.reason else "")


def items_json(items: Sequence[Item]) -> list[dict[str, str | None]]:
    """Return all releases, oldest first, as JSON."""
    return [
        {
            "tag": item.tag,
            "version": item.version,
            "date": item.date or None,
            "status": item.status,
            "reason": item.reason,
            "doi": item.record.doi if item.record is not None else None,
            "concept_doi": item.record.concept_doi if item.record is not None else None,
            "record_id": item.record.id if item.record is not None else None,
            "record_url": item.record.url if item.record is not None else None,
        }
        for item in items
    ]


def failure_text(error: ZenodoActionError) -> str:
    """Return an error as people read it, metadata errors with a count of all that was found."""
    findings = error.as_findings()
    return findings_text(findings) if isinstance(error, MetadataError) else finding_text(findings[0])


def failure_json(error: ZenodoActionError) -> dict[str, object]:
    """Return the object that ``--json`` prints in place of a result."""
    findings = findings_json(error.as_findings())
    return {"status": "failed", "exit_code": error.exit_code, "error": error.what, "findings": findings}


def findings_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as JSON, errors first."""
    return [each.as_dict() for each in sorted(findings, key=lambda finding: _LEVELS.index(finding.level))]
