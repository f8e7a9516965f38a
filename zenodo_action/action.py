"""
What the Action runs: inputs and event from the environment, outputs to the files that the runner names.

The same program as the command line: setting the same variables repeats a failed run at home.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from zenodo_action import __version__, commands, render, summary, versions
from zenodo_action.discovery import Hint
from zenodo_action.errors import (
    GitHubError,
    MetadataError,
    OptionError,
    OptionPlace,
    RequestPlace,
    Where,
    ZenodoActionError,
)
from zenodo_action.github import writeback
from zenodo_action.github.actions import Event, Runner, inputs
from zenodo_action.github.api import GitHub, Release
from zenodo_action.github.block import read_note
from zenodo_action.options import TABLE, Options
from zenodo_action.plan import Outcome

OUTPUTS: Mapping[str, str] = {
    "doi": "DOI of this version.",
    "concept-doi": "DOI of all versions together, which leads to the newest.",
    "record-id": "Id of the record or draft.",
    "concept-id": "Id of all versions together.",
    "record-url": "Page of the record or draft.",
    "badge-url": "Image with the DOI of all versions.",
    "badge-markdown": "That image with its link, for a README.",
    "status": "published, draft, unchanged, skipped or previewed; empty where the run failed before publishing.",
    "version": "The version that was deposited.",
    "archive-sha256": "SHA-256 of the source archive that was built.",
    "files": "JSON list of the deposited files: name, size_bytes, md5.",
    "findings": "JSON list of everything found: level, code, what, where, fix.",
}

TOKEN_FIX = """\
make a token in your account on the server, under Applications, with the scopes deposit:write and deposit:actions,
store it as the secret ZENODO_TOKEN of this repository (Settings, Secrets and variables, Actions), and pass it:

    with:
      zenodo-token: ${{ secrets.ZENODO_TOKEN }}"""  # noqa: S105 - a text for people

_DEPOSITED = ("published", "released")
"""Actions of a ``release`` event that deposit; a promoted prerelease sends the second.
Source: docs.github.com, "Events that trigger workflows", "release"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the event asks for."""

    command: Literal["deposit", "preview", "validate"]
    release: commands.Release
    on_github: Release | None = None
    """GitHub's release, read afresh; ``None`` for a tag without one, and for pull requests."""


class _Skip(Exception):  # noqa: N818 - not an error: there is a good reason to do nothing
    """Leaves early; the text says why."""


def run(environ: Mapping[str, str], print_line: Callable[[str], None]) -> int:
    """
    Do what the event asks for and return the exit code; every result is reported in all the ways the runner has.

    Args:
        environ: The runner's variables, with ``INPUT_*``.
        print_line: Prints a line on standard output.
    """
    runner = Runner(environ=environ, say=print_line)
    for option in TABLE:
        if option.is_secret:
            for variable in (f"INPUT_{option.name.upper()}", f"INPUT_{option.key.upper()}"):
                runner.add_mask(environ.get(variable, ""))
    reporter = _Reporter(runner)
    try:
        _run(environ, reporter)
    except _Skip as reason:
        reporter.report(Outcome(status="skipped", reason=str(reason)), None)
    except ZenodoActionError as error:
        reporter.report_failure(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last door: a defect of ours must not show as a traceback
        defect = ZenodoActionError(
            f"a defect in zenodo-deposit {__version__}: {type(error).__name__}: {error}",
            fix="please report it with this log",
        )
        reporter.report_failure(defect)
        return defect.exit_code
    return 0


def _run(environ: Mapping[str, str], reporter: _Reporter) -> None:
    """Read the inputs and the event, act, and report."""
    names = [option.name for option in TABLE if option.is_input]
    given: dict[str, tuple[object, Where]] = {
        name: (value, OptionPlace(name=f"input {name}")) for name, value in inputs(environ, names).items()
    }
    options = Options.from_sources(given)
    event = Event.read(environ)
    github = _github(environ, options, event, reporter)
    task = _task(event, options, github)
    folder = Path(environ.get("GITHUB_WORKSPACE") or ".")
    if task.command == "validate":
        _validate(folder, options, reporter)
        return
    checkout = commands.open_checkout(folder)
    options = commands.resolve(given, checkout, task.release)
    if task.command == "deposit":
        _check_policy(task, options)
        _check_token(options)
    is_repeated = environ.get("GITHUB_RUN_ATTEMPT", "1") != "1"
    surroundings = commands.Surroundings(say=reporter.say, has_begun=is_repeated)
    with commands.prepare(checkout, task.release, options, surroundings) as prepared:
        if task.command == "preview":
            plan = commands.plan(prepared)
            reporter.report(Outcome(status="previewed", plan=plan, findings=plan.findings), prepared.opened)
            return
        outcome = commands.deposit(prepared, _note_hints(task, prepared.opened, environ))
    reporter.report(outcome, prepared.opened)
    if outcome.status in ("published", "unchanged") and options.write_back != "none":
        _write_back(outcome, prepared.opened, task, github, reporter)


# What is asked for


def _github(environ: Mapping[str, str], options: Options, event: Event, reporter: _Reporter) -> GitHub:
    """Return the repository on GitHub that the workflow runs for."""
    return GitHub(
        options.github_token or "",
        environ.get("GITHUB_API_URL") or "https://api.github.com",
        environ.get("GITHUB_REPOSITORY", ""),
        say=reporter.say,
        is_fork_run=event.is_from_fork,
    )


def _task(event: Event, options: Options, github: GitHub) -> Task:
    """
    Return what an event asks for.

    A pull request never writes, whatever ``command`` says.
    """
    if options.command == "validate":
        return Task(command="validate", release=commands.Release(tag=None))
    if event.is_pull_request:
        return Task(command="preview", release=commands.Release(tag=None))
    on_github: Release | None
    if event.name == "release" and options.tag is None:
        if event.action not in _DEPOSITED:
            what = event.action or "neither published nor released"
            raise _Skip(f"the release was {what}, which changes nothing that is deposited")
        on_github = _fresh_release(event.release, github)
    else:
        on_github = github.release(_wanted_tag(event, options))
    command: Literal["deposit", "preview"] = "preview" if options.command == "preview" else "deposit"
    if on_github is None:
        return Task(command=command, release=commands.Release(tag=_wanted_tag(event, options)))
    day = (on_github.published_at or "")[:10] or None
    return Task(command=command, release=commands.Release(tag=on_github.tag, released_on=day), on_github=on_github)


def _wanted_tag(event: Event, options: Options) -> str:
    """Return the tag of the input, the event or the push."""
    if options.tag is not None:
        return options.tag
    if event.is_deletion:
        raise _Skip(f"{event.ref_name} was deleted; what is deposited stays")
    tag = event.tag
    if tag is not None:
        return tag
    if event.name == "push":
        raise _Skip(f"{event.ref_name or 'what was pushed'} is no tag")
    raise OptionError(
        f"the event {event.name} names no tag",
        where=OptionPlace(name="input tag"),
        fix="say which release to deposit:\n\n    with:\n      tag: v1.2.0",
    )


def _fresh_release(release: Release, github: GitHub) -> Release:
    """Return the release as it is now; the event tells how it was when it was sent."""
    if release.is_draft:
        raise _Skip("the release is a draft; it is deposited once it is published")
    now = github.release_by_id(release.id)
    if now is None:
        raise GitHubError(
            f"the release of {release.tag} does not exist any more; nothing was deposited",
            where=RequestPlace(method="GET", url=github.release_url(release.id), status=404),
            fix="if it was made anew, its own run deposits it; else start this one by hand with the input tag",
        )
    if now.is_draft:
        raise _Skip("the release was turned back into a draft; it is deposited once it is published")
    return now


def _check_policy(task: Task, options: Options) -> None:
    """Leave where the tag, or the kind of release, is one that is not deposited."""
    tag = task.release.tag or ""
    if options.tags and not any(fnmatchcase(tag, pattern) for pattern in options.tags):
        raise _Skip(f"the tag {tag} matches none of the patterns in tags ({', '.join(options.tags)})")
    if not options.tags and not versions.is_version(tag):
        raise _Skip(f"the tag {tag} names no complete version (like v1.2.3); tags takes patterns of others to deposit")
    is_prerelease = task.on_github is not None and task.on_github.is_prerelease
    if options.prereleases == "skip" and (is_prerelease or versions.is_prerelease_version(tag)):
        why = "GitHub marks the release as one" if is_prerelease else "its version says so"
        raise _Skip(f"{tag} is a prerelease ({why}); prereleases: deposit would deposit it")


def _check_token(options: Options) -> None:
    """Stop where a deposit has no token."""
    if options.zenodo_token is None and options.server != "local":
        raise OptionError(
            f"there is no token for the server {options.server}",
            where=OptionPlace(name="input zenodo-token"),
            fix=TOKEN_FIX,
        )


def _validate(folder: Path, options: Options, reporter: _Reporter) -> None:
    """Check the metadata files of the workspace."""
    findings = commands.validate(folder, (), commands.today())
    if any(finding.level in ("error", options.fail_on) for finding in findings):
        raise MetadataError(findings)
    reporter.report(Outcome(status="previewed", findings=findings, reason="The metadata files are in order."), None)


def _note_hints(task: Task, opened: commands.Opened, environ: Mapping[str, str]) -> tuple[Hint, ...]:
    """Return the record that the note in the release names; anyone who may edit releases could have written it."""
    note = read_note(task.on_github.body) if task.on_github is not None else None
    mine = {"server": opened.web_url, "repository": environ.get("GITHUB_REPOSITORY", "")}
    if note is None or any(note.get(key) != value for key, value in mine.items()):
        return ()
    return (Hint(record_id=note["record_id"], source="the note in the release"),)


# What is reported


def _write_back(outcome: Outcome, opened: commands.Opened, task: Task, github: GitHub, reporter: _Reporter) -> None:
    """Write the DOI into the release, where that is possible."""
    record = outcome.record
    if record is None or record.doi is None:
        return
    if opened.is_local:
        reporter.say("the DOI is not registered, so it is not written to GitHub")
        return
    if task.on_github is None:
        reporter.say(f"{task.release.tag} has no release on GitHub, so there are no notes to write the DOI into")
        return
    result = writeback.write_release(
        github,
        task.on_github,
        writeback.Published(
            doi=record.doi,
            concept_doi=record.concept_doi,
            record_id=record.id,
            concept_id=record.concept_id,
            record_url=record.url,
            badge_url=opened.badge_url(record.doi),
            server=opened.web_url,
            server_name=opened.repository.name,
            repository=github.repository,
            program=f"zenodo-deposit {__version__}",
            is_registered=True,
        ),
        say=reporter.say,
    )
    reporter.say(f"the release notes {'show' if result.status == 'unchanged' else 'now show'} the DOI: {result.url}")


class _Reporter:
    """Tells the runner: log, annotations, outputs, summary."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._done = ""

    def say(self, line: str) -> None:
        """Print a line of the log, so that nothing in it is taken for a command."""
        if "::" in line or "##[" in line or "\n" in line or "\r" in line:
            self._runner.say_foreign(line)
        else:
            self._runner.say(line)

    def report(self, outcome: Outcome, opened: commands.Opened | None) -> None:
        """Report a result: annotations, log, outputs, summary."""
        badge_url = None
        record = outcome.record
        if opened is not None and record is not None and record.doi is not None:
            badge_url = opened.badge_url(record.concept_doi or record.doi)
        for finding in outcome.findings:
            self._runner.annotate(finding)
        is_plan = outcome.status == "previewed" and outcome.plan is not None
        self._runner.say_foreign(
            render.plan_text(outcome.plan) if is_plan and outcome.plan else render.outcome_text(outcome)
        )
        for name, value in _outputs(outcome, badge_url).items():
            self._runner.set_output(name, value)
        is_local = opened is not None and opened.is_local
        text = summary.outcome_summary(outcome, badge_url=badge_url, is_local=is_local)
        self._runner.append_summary(text)

    def report_failure(self, error: ZenodoActionError) -> None:
        """Report an error; what was published before stays in the outputs that are set already."""
        findings = error.as_findings()
        for finding in findings:
            self._runner.annotate(finding)
        self._runner.say_foreign(render.findings_text(findings))
        self._runner.set_output("findings", json.dumps(render.findings_json(findings), ensure_ascii=False))
        self._runner.append_summary(summary.failure_summary(error))


def _outputs(outcome: Outcome, badge_url: str | None) -> dict[str, str]:
    """Return every output of the Action; those that do not apply are empty."""
    record, plan = outcome.record, outcome.plan
    facts = render.outcome_json(outcome)
    values = {
        "doi": facts["doi"],
        "concept-doi": facts["concept_doi"],
        "record-id": facts["record_id"],
        "concept-id": facts["concept_id"],
        "record-url": facts["record_url"],
        "badge-url": badge_url,
        "badge-markdown": summary.badge_markdown(badge_url, record) if badge_url and record is not None else None,
        "status": facts["status"],
        "version": plan.mark.version if plan is not None else None,
        "archive-sha256": plan.files[0].sha256 if plan is not None and plan.files else None,
        "files": json.dumps(facts["files"], ensure_ascii=False),
        "findings": json.dumps(facts["findings"], ensure_ascii=False),
    }
    return {name: values[name] or "" for name in OUTPUTS}
