"""The job summary: what happened, in Markdown, failures first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from zenodo_action import render
from zenodo_action.errors import FilePlace, Finding, WriteBackError, ZenodoActionError
from zenodo_action.github.actions import markdown_escape
from zenodo_action.github.writeback import Part
from zenodo_action.model import RemoteFile, RemoteRecord
from zenodo_action.plan import Outcome, Plan

_ICONS = {"error": "❌", "warning": "⚠️", "hint": "💡"}
_MOST_CHANGES = 50
TEST_PREFIX = "10.5072/"
"""Of DOIs that are not registered for good. Source: DataCite support, "Testing guide"; Zenodo's sandbox."""


def outcome_summary(outcome: Outcome, *, badge_url: str | None, is_local: bool, page: str | None = None) -> str:
    """
    Return the summary of a run that did what it was asked to, also where that was nothing.

    Args:
        outcome: What came of it.
        badge_url: Image of the DOI.
        is_local: Whether the DOI is not registered.
        page: File with the page that the record would get.
    """
    titles = {
        "published": "🎉 Published",
        "draft": "📝 Draft, waiting for you to publish it",
        "reserved": "🔖 DOI reserved; tag the release with it, then deposit it",
        "updated": "✏️ Metadata updated; the files are as they were",
        "unchanged": "✅ Already deposited; nothing was changed",
        "skipped": "⏭️ Skipped",
        "previewed": "🔍 Preview; nothing was changed",
    }
    parts = [f"## {titles[outcome.status]}"]
    if outcome.reason:
        parts.append(markdown_escape(outcome.reason))
    parts += _findings(outcome.findings)
    record, plan = outcome.record, outcome.plan
    if record is not None and plan is not None:
        parts += _record(record, plan, badge_url=badge_url, is_local=is_local)
    elif plan is not None:
        parts += _plan(plan)
    if page is not None:
        parts.append(
            f"The page that the record would get is in the file {markdown_escape(page)} (output `preview-page`)."
        )
    return "\n\n".join(parts) + "\n"


def failure_summary(error: ZenodoActionError) -> str:
    """Return the summary of a run that failed; where the record is published, its own summary stands before it."""
    title = "⚠️ Published, but not written back" if isinstance(error, WriteBackError) else "❌ Not published"
    return "\n\n".join([f"## {title}", *_findings(error.as_findings())]) + "\n"


def part_text(part: Part) -> str:
    """Return what became of a part of the write-back, for people."""
    texts = {"written": "written", "unchanged": "there already", "skipped": "not written", "failed": "failed"}
    return f"{texts[part.status]} ({part.note})" if part.note else texts[part.status]


def write_back_summary(parts: Sequence[Part]) -> str:
    """Return the table of where the DOI was written on GitHub."""
    icons = {"written": "✅", "unchanged": "✅", "skipped": "⏭️", "failed": "❌"}
    rows = [
        f"| {_link(part.name, part.url) if part.url else markdown_escape(part.name)} "
        f"| {icons[part.status]} {markdown_escape(part_text(part))} |"
        for part in parts
    ]
    return "| The DOI in | |\n|---|---|\n" + "\n".join(rows) + "\n"


def _findings(findings: Iterable[Finding]) -> list[str]:
    """Return each finding as a list item with its place and its remedy."""
    listed = sorted(findings, key=lambda finding: tuple(_ICONS).index(finding.level))
    return ["\n".join(_finding(each) for each in listed)] if listed else []


def _finding(finding: Finding) -> str:
    """Return one finding."""
    lines = [f"- {_ICONS[finding.level]} {markdown_escape(finding.what)} (`{finding.code}`)"]
    if finding.where is not None:
        kind = "in" if isinstance(finding.where, FilePlace) else "at"
        lines.append(f"  {kind} {markdown_escape(str(finding.where))}")
    fix = _fix(finding.fix) if finding.fix is not None else []
    return "\n".join(["  \n".join([*lines, *fix[:1]]), *fix[1:]])  # two spaces end a line that is not the last


def _fix(text: str) -> list[str]:
    """Return a remedy; one of several lines holds something to paste and keeps its form."""
    if "\n" not in text:
        return [f"  **Fix:** {markdown_escape(text)}"]
    fence = "`" * max(3, max((len(run) for run in _backticks(text)), default=0) + 1)
    return ["  **Fix:**", "", f"  {fence}", *(f"  {line}" for line in text.split("\n")), f"  {fence}"]


def _backticks(text: str) -> list[str]:
    """Return the runs of backticks in a text."""
    return ["`" * len(part) for part in "".join(char if char == "`" else " " for char in text).split()]


def _record(record: RemoteRecord, plan: Plan, *, badge_url: str | None, is_local: bool) -> list[str]:
    """Return the record's facts, its files, what changed, and what to copy."""
    rows = [
        ("Title", markdown_escape(plan.title)),
        ("Version", markdown_escape(plan.mark.version)),
        ("DOI", _doi(record.doi, record.url, is_local=is_local)),
        ("All versions", _doi(record.concept_doi, _concept_url(record), is_local=is_local)),
        ("Page", _link(record.url, record.url)),
    ]
    parts = ["| | |\n|---|---|\n" + "\n".join(f"| {name} | {text} |" for name, text in rows if text)]
    parts += _files(record.files)
    parts += _changes(plan)
    if is_local:
        parts.append("This is the embedded repository: its DOIs are not registered anywhere.")
    elif badge_url is not None and record.doi is not None:
        parts.append(f"Badge to copy:\n\n```markdown\n{badge_markdown(badge_url, record)}\n```")
    return parts


def _doi(doi: str | None, page: str, *, is_local: bool) -> str:
    """Return a DOI, as a link where it leads somewhere."""
    if doi is None:
        return ""
    return markdown_escape(doi) if is_local else _link(doi, _doi_url(doi, page))


def _doi_url(doi: str, page: str) -> str:
    """Return where a DOI leads: test DOIs, as the sandbox gives them, do not resolve, but have a page."""
    return page if doi.startswith(TEST_PREFIX) else f"https://doi.org/{doi}"


def _concept_url(record: RemoteRecord) -> str:
    """Return the page that leads to the newest version."""
    return record.url.removesuffix(record.id) + record.concept_id if record.url.endswith(record.id) else record.url


def _link(text: str, url: str) -> str:
    """Return a link, or only the text where the address holds anything that could end it."""
    shown = markdown_escape(text)
    return f"[{shown}]({url})" if re.fullmatch(r"https?://[\w./:%~-]+", url, re.ASCII) else shown


def badge_markdown(badge_url: str, record: RemoteRecord) -> str:
    """Return the badge of a record with its link, for a README; the concept DOI's never goes stale."""
    if record.concept_doi is not None:
        return f"[![DOI]({badge_url})]({_doi_url(record.concept_doi, _concept_url(record))})"
    return f"[![DOI]({badge_url})]({_doi_url(record.doi or '', record.url)})"


def _plan(plan: Plan) -> list[str]:
    """Return the plan: the step, the metadata, the files, what would change."""
    rows = [f"| {name} | {markdown_escape(value)} |" for name, value in render.plan_lines(plan)]
    parts = [f"**Plan:** {markdown_escape(plan.summary)}", "| | |\n|---|---|\n" + "\n".join(rows)]
    files = tuple(
        RemoteFile(name=file.name, size_bytes=file.size_bytes, md5=file.md5)
        if plan.is_known(file)
        else RemoteFile(name=file.name, size_bytes=None, md5=None)
        for file in plan.files
    )
    return parts + _files(files) + _changes(plan)


def _files(files: Sequence[RemoteFile]) -> list[str]:
    """Return the table of files."""
    if not files:
        return []
    rows = [f"| {markdown_escape(file.name)} | {file.size_bytes or 0:,} | `{file.md5}` |" for file in files]
    return ["| File | Bytes | MD5 |\n|---|--:|---|\n" + "\n".join(rows)]


def _changes(plan: Plan) -> list[str]:
    """Return how the metadata differ from the version before, or from what was published of this one."""
    before = plan.existing or plan.latest
    if before is None or plan.step == "nothing":
        return []
    lines = [f"- {markdown_escape(render.difference_text(each))}" for each in plan.changes[:_MOST_CHANGES]]
    if len(plan.changes) > _MOST_CHANGES:
        lines.append(f"- and {len(plan.changes) - _MOST_CHANGES} more")
    title = "Changes of the metadata"
    if plan.existing is None:
        title += f" since {markdown_escape(before.version or before.id)}"
    body = "\n".join(lines) if lines else "None."
    return [f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"]
