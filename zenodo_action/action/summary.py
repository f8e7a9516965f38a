"""The job summary: what happened, in Markdown, failures first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from zenodo_action import citation, render
from zenodo_action.errors import FilePlace, Finding, WriteBackError, ZenodoActionError
from zenodo_action.github.actions import markdown_escape
from zenodo_action.github.writeback import Part
from zenodo_action.model import Difference, RemoteFile, RemoteRecord
from zenodo_action.plan import Item, Outcome, Plan

_ICONS = {"error": "❌", "warning": "⚠️", "hint": "💡"}
_MOST_CHANGES = 50
_VALUE_LENGTH = 300
"""Characters of a value before and after."""
_MOST_OPEN = 10
"""Changes that are shown without a click."""
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
        "pending": "⏳ Pending: curators of a community decide",
        "reserved": "🔖 DOI reserved; tag the release with it, then deposit it",
        "updated": "✏️ Metadata updated; the files are as they were",
        "unchanged": "✅ Already deposited; nothing was changed",
        "skipped": "⏭️ Skipped",
        "previewed": "🔍 Preview; nothing was changed",
    }
    record, plan = outcome.record, outcome.plan
    parts = [f"## {titles[outcome.status]}"]
    if outcome.request_url:
        parts.append(f"The request: {_link(outcome.request_url, outcome.request_url)}")
    if outcome.reason:
        parts.append(markdown_escape(outcome.reason))
    parts += _findings([each for each in outcome.findings if each.level != "hint"])
    if record is not None and plan is not None:
        parts += _record(record, plan, badge_url=badge_url, is_local=is_local)
    elif plan is not None:
        parts += _plan(plan)
    if page is not None:
        parts.append(
            f"The page that the record would get is in the file {markdown_escape(page)} (output `preview-page`)."
        )
    parts += _hints([each for each in outcome.findings if each.level == "hint"])
    return "\n\n".join(parts) + "\n"


def items_summary(items: Sequence[Item]) -> str:
    """Return all releases as a table, newest first."""
    rows = []
    for item in reversed(items):
        record = item.record
        doi = f"[{markdown_escape(record.doi)}]({record.url})" if record is not None and record.doi else ""
        state = render.ITEM_WORDS[item.status] + (f": {item.reason}" if item.reason else "")
        rows.append(f"| {markdown_escape(item.tag)} | {item.date or ''} | {markdown_escape(state)} | {doi} |")
    return "\n".join(["## All releases", "", "| Tag | Date | | DOI |", "|---|---|---|---|", *rows]) + "\n"


def failure_summary(error: ZenodoActionError, *, about: str = "", is_deposit: bool = True) -> str:
    """
    Return the summary of a run that failed; where the record is published, its own summary stands before it.

    Args:
        error: Why.
        about: The tag, where it is known.
        is_deposit: Whether anything was to be published at all.
    """
    findings = error.as_findings()
    title = "❌ Not published" if is_deposit else "❌ This would not be published"
    if isinstance(error, WriteBackError):
        title = "⚠️ Published, but not written back"
    parts = [f"## {title}"]
    if about or len(findings) > 1:
        parts.append(f"{markdown_escape(about)}{': ' if about else ''}{render.counts_text(findings)}.")
    parts += _findings([each for each in findings if each.level != "hint"])
    return "\n\n".join([*parts, *_hints([each for each in findings if each.level == "hint"])]) + "\n"


def stop_summary(about: str) -> str:
    """Return the summary of a run that was stopped from outside, as by a job that is cancelled."""
    return f"## ⏹️ Stopped{': ' if about else ''}{markdown_escape(about)}\n\nRun the job again: it goes on where this left off.\n"


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


def _hints(hints: Sequence[Finding]) -> list[str]:
    """Return what may be read later, folded."""
    return [_folded("1 hint" if len(hints) == 1 else f"{len(hints)} hints", *_findings(hints))] if hints else []


def _folded(title: str, *parts: str, is_open: bool = False) -> str:
    """Return parts that are shown once their title is clicked."""
    body = "\n\n".join(parts)
    return f"<details{' open' if is_open else ''}><summary>{title}</summary>\n\n{body}\n\n</details>"


def _fenced(text: str, language: str = "") -> str:
    """Return a text to copy, in a fence that nothing in it can end."""
    fence = _fence(text)
    return f"{fence}{language}\n{text}\n{fence}"


def _fence(text: str) -> str:
    return "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)


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
    fence = _fence(text)
    return ["  **Fix:**", "", f"  {fence}", *(f"  {line}" for line in text.split("\n")), f"  {fence}"]


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
    parts += _files(record.files, plan)
    parts += _changes(plan)
    if is_local:
        parts.append("This is the embedded repository: its DOIs are not registered anywhere.")
    elif badge_url is not None and record.doi is not None:
        parts.append(_badge(badge_markdown(badge_url, record)))
        parts += _citation(plan, record.doi, record.url)
    return parts


def _badge(markdown: str) -> str:
    """Return the badge of all versions as it looks, and to copy."""
    return f"**Badge of all versions** {markdown}\n\n{_fenced(markdown, 'markdown')}"


def _citation(plan: Plan, doi: str, page: str) -> list[str]:
    """Return how to cite the version."""
    record = citation.cited(plan, doi, _doi_url(doi, page))
    return [
        f"**Citation of this version**\n\n{_fenced(' '.join(citation.apa(record).split()))}",
        _folded("BibTeX", _fenced(citation.bibtex(record), "bibtex")),
    ]


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
    return f"[{shown}]({url})" if re.fullmatch(r"https?://[\w./:%~#-]+", url, re.ASCII) else shown


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
    is_acting = plan.step not in ("nothing", "await-review")
    ending = [f"{markdown_escape(plan.ending[:1].upper() + plan.ending[1:])}."] if is_acting else []
    return parts + _files(files, plan) + _changes(plan) + ending


def _files(files: Sequence[RemoteFile], plan: Plan) -> list[str]:
    """Return the table of files; the server tells MD5, and SHA-256 is known of what this run has built or fetched."""
    if not files:
        return []
    sha256 = {(file.name, file.md5): file.sha256 for file in plan.files}
    rows = []
    for file in files:
        if file.md5 is None:
            rows.append(f"| {markdown_escape(file.name)} | | with the DOI in it, known once that is reserved |")
            continue
        sums = [f"`md5:{file.md5}`"]
        if (file.name, file.md5) in sha256:
            sums.append(f"`sha256:{sha256[file.name, file.md5]}`")
        rows.append(f"| {markdown_escape(file.name)} | {file.size_bytes or 0:,} | {'<br>'.join(sums)} |")
    return ["| File | Bytes | Checksums |\n|---|--:|---|\n" + "\n".join(rows)]


def _changes(plan: Plan) -> list[str]:
    """Return how the metadata differ from the version before, or from what was published of this one."""
    before = plan.existing or plan.latest
    if before is None or plan.step == "nothing":
        return []
    title = "Changes of the metadata"
    if plan.existing is None:
        title += f" since {markdown_escape(before.version or before.id)}"
    if not plan.changes:
        return [f"{title}: none."]
    rows = [_change(each) for each in plan.changes[:_MOST_CHANGES]]
    table = "| Field | Before | After |\n|---|---|---|\n" + "\n".join(rows)
    more = [f"And {len(plan.changes) - _MOST_CHANGES} more."] if len(plan.changes) > _MOST_CHANGES else []
    return [_folded(title, table, *more, is_open=len(rows) <= _MOST_OPEN)]


def _change(each: Difference) -> str:
    """Return a row of the table of changes."""
    before, after = (
        "" if value is None else markdown_escape(render.short(value, _VALUE_LENGTH))
        for value in (each.before, each.after)
    )
    return f"| {markdown_escape(each.field.removeprefix('metadata.'))} | {before} | {after} |"
