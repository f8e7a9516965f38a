"""How results reach the runner: log, annotations, outputs and the job's summary."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from zenodo_action import commands, ownership, render
from zenodo_action.action import summary
from zenodo_action.errors import FilePlace, Finding, ZenodoActionError
from zenodo_action.github.actions import Runner
from zenodo_action.github.writeback import Part
from zenodo_action.plan import Item, Outcome, Plan
from zenodo_action.servers import Opened

OUTPUTS: Mapping[str, str] = {
    "doi": "DOI of this version.",
    "concept-doi": "DOI of all versions together, which leads to the newest.",
    "record-id": "Id of the record or draft.",
    "concept-id": "Id of all versions together.",
    "record-url": "Page of the record or draft.",
    "badge-url": "Image with the DOI of all versions.",
    "badge-markdown": "That image with its link, for a README.",
    "status": "published, draft, pending (a review decides), reserved, updated, unchanged, skipped or previewed; empty "
    "where the run failed before publishing.",
    "request-url": "Page of the request that decides, where status is pending.",
    "version": "The version that was deposited.",
    "archive-sha256": "SHA-256 of the source archive that was built.",
    "files": "JSON list of the deposited files: name, size_bytes, md5.",
    "deposits": "With all, JSON list of the releases: tag, version, date, status, reason, doi, concept_doi, record_id, "
    "record_url; the other outputs are of the newest.",
    "findings": "JSON list of everything found: level, code, what, where, fix.",
    "preview-page": "Of a preview: the page that the record would get, an HTML file; its path in the workspace.",
}
PAGE_NAME = "zenodo-preview"
"""Of that file, without its ending; not hidden, since actions/upload-artifact passes over hidden files."""


class Reporter:
    """Tells the runner: log, annotations, outputs, summary."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._files: Collection[str] | None = None
        self._group = ExitStack()
        self._findings: tuple[Finding, ...] = ()
        self.about = ""
        """The tag that this is about, for the summary of a failure."""
        self.is_deposit = True
        """Whether anything is to be published."""

    def limit(self, files: Collection[str] | None) -> None:
        """Annotate only these files from now on, but for errors; the others' findings are in log and summary."""
        self._files = files

    def begin(self, title: str) -> None:
        """Fold the lines of the log that follow under a title, up to the next one or to the result."""
        self._group.close()
        if self._runner.is_present:
            self._group.enter_context(self._runner.group(title))

    def say(self, line: str) -> None:
        """Print a line of the log, so that nothing in it is taken for a command."""
        if "::" in line or "##[" in line or "\n" in line or "\r" in line:
            self._runner.say_foreign(line)
        else:
            self._runner.say(line)

    def announce(self, outcome: Outcome, line: str) -> None:
        """Say what will be done, and set the outputs for the case that it is nothing."""
        self._group.close()
        self.say(line)
        self._set_outputs(outcome, None, None)

    def _set_outputs(self, outcome: Outcome, badge_url: str | None, page: str | None) -> None:
        for name, value in _outputs(outcome, badge_url, page).items():
            self._runner.set_output(name, value)

    def report(
        self, outcome: Outcome, opened: Opened | None, *, page: str | None = None, is_one_of_many: bool = False
    ) -> None:
        """
        Report a result: annotations, log, outputs, summary.

        Args:
            outcome: What came of the run.
            opened: The server, where there was one.
            page: Path of the record's page, where one was written.
            is_one_of_many: Whether the summary will be one of several results.
        """
        self._group.close()
        badge_url = None
        record = outcome.record
        if opened is not None and record is not None and record.doi is not None:
            badge_url = opened.badge_url(record.concept_doi or record.doi)
        self._annotate(outcome.findings)
        self._findings = outcome.findings
        is_plan = outcome.status == "previewed" and outcome.plan is not None
        self._runner.say_foreign(
            render.plan_text(outcome.plan) if is_plan and outcome.plan else render.outcome_text(outcome)
        )
        self._set_outputs(outcome, badge_url, page)
        if is_one_of_many:
            return
        is_local = opened is not None and opened.is_local
        text = summary.outcome_summary(outcome, badge_url=badge_url, is_local=is_local, page=page)
        self._runner.append_summary(text)

    def report_all(self, items: Sequence[Item]) -> None:
        """Report what became of all releases: log, output, summary."""
        self._group.close()
        self._runner.say_foreign(render.items_text(items))
        self._runner.set_output("deposits", json.dumps(render.items_json(items), ensure_ascii=False))
        self._runner.append_summary(summary.items_summary(items))

    def report_write_back(self, parts: Sequence[Part]) -> None:
        """Report where the DOI was written on GitHub; what failed is an error of its own, and follows."""
        self._group.close()
        for part in parts:
            self._annotate(part.findings)
            self.say(f"{part.name}: {summary.part_text(part)}" + (f": {part.url}" if part.url else ""))
        self._runner.append_summary(summary.write_back_summary(parts))

    def report_failure(self, error: ZenodoActionError) -> None:
        """Report an error; what was published before stays in the outputs that are set already."""
        self._group.close()
        findings = error.as_findings()
        self._annotate(findings)
        self._runner.say_foreign(render.findings_text(findings))
        told = render.findings_json((*self._findings, *findings))
        self._runner.set_output("findings", json.dumps(told, ensure_ascii=False))
        self._runner.append_summary(summary.failure_summary(error, about=self.about, is_deposit=self.is_deposit))

    def report_stop(self) -> None:
        """Report that somebody stopped the run; what it had come to is in the log, and what it set stays."""
        self._group.close()
        self._runner.append_summary(summary.stop_summary(self.about))

    def _annotate(self, findings: Iterable[Finding]) -> None:
        """Show findings at their lines of the files that are meant."""
        for finding in findings:
            is_elsewhere = isinstance(finding.where, FilePlace) and finding.where.file not in (self._files or ())
            if self._files is None or finding.level == "error" or not is_elsewhere:
                self._runner.annotate(finding)
            else:
                self._runner.say_foreign(render.finding_text(finding))


def write_page(plan: Plan, folder: Path, say: Callable[[str], None]) -> str | None:
    """
    Write the page that a plan's record would get, and return its path in the folder; ``None`` where that is not possible.

    Nothing that is there is replaced, and no link is followed.
    """
    for number in range(100):
        path = folder / (f"{PAGE_NAME}-{number}.html" if number else f"{PAGE_NAME}.html")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        except OSError as error:
            say(f"the record's page cannot be written: {error.strerror}")
            return None
        try:
            commands.write_page(plan, path)
        except ModuleNotFoundError as error:
            path.unlink()
            say(f"the record's page needs the Python package {error.name}: pip install 'zenodo-action[server]'")
            return None
        ownership.give_back(path, owner_of=folder)
        return path.name
    return None


def _outputs(outcome: Outcome, badge_url: str | None, page: str | None) -> dict[str, str]:
    """Return every output of the Action; those that do not apply are empty."""
    record, plan = outcome.record, outcome.plan
    facts = render.outcome_json(outcome)
    values = {
        "deposits": None,
        "doi": facts["doi"],
        "concept-doi": facts["concept_doi"],
        "record-id": facts["record_id"],
        "concept-id": facts["concept_id"],
        "record-url": facts["record_url"],
        "badge-url": badge_url,
        "badge-markdown": summary.badge_markdown(badge_url, record) if badge_url and record is not None else None,
        "status": facts["status"],
        "request-url": facts["request_url"],
        "version": plan.mark.version if plan is not None else record.version if record is not None else None,
        "archive-sha256": next((each.sha256 for each in plan.files if each.is_archive and plan.is_known(each)), None)
        if plan
        else None,
        "files": json.dumps(facts["files"], ensure_ascii=False),
        "findings": json.dumps(facts["findings"], ensure_ascii=False),
        "preview-page": page,
    }
    return {name: values[name] or "" for name in OUTPUTS}
