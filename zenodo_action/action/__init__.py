"""
What the Action runs: inputs and event from the environment, outputs to the files that the runner names.

The same program as the command line: setting the same variables repeats a failed run at home.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from zenodo_action import __version__, backfill, commands, validation
from zenodo_action.action.job import Job
from zenodo_action.action.reporting import Reporter, write_page
from zenodo_action.action.tasks import SkipError, Task, check_policy, task_of, tasks_of_all
from zenodo_action.action.writing_back import write_back, write_reserved
from zenodo_action.errors import (
    MetadataError,
    OptionError,
    OptionPlace,
    ZenodoActionError,
)
from zenodo_action.github.actions import Runner
from zenodo_action.github.block import read_note
from zenodo_action.github.changes import changed_files
from zenodo_action.github.drafting import FILE_PLACES
from zenodo_action.github.hints import release_hints
from zenodo_action.hints import Hint
from zenodo_action.model import RemoteRecord
from zenodo_action.options import TABLE, Options
from zenodo_action.plan import Outcome

TOKEN_FIX = """\
make a token in your account on the server, under Applications, with the scopes deposit:write and deposit:actions,
store it as the secret ZENODO_TOKEN of this repository (Settings, Secrets and variables, Actions), and pass it:

    with:
      zenodo-token: ${{ secrets.ZENODO_TOKEN }}"""  # noqa: S105 - a text for people


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
    reporter = Reporter(runner)
    try:
        _run(Job.read(environ, reporter))
    except SkipError as reason:
        reporter.report(Outcome(status="skipped", reason=str(reason)), None)
    except ZenodoActionError as error:
        reporter.report_failure(error)
        return error.exit_code
    except KeyboardInterrupt:  # the job was cancelled
        reporter.report_stop()
        raise
    except Exception as error:  # noqa: BLE001 - the last door: a defect of ours must not show as a traceback
        defect = ZenodoActionError(
            f"a defect in zenodo-deposit {__version__}: {type(error).__name__}: {error}",
            fix="please report it with this log",
        )
        reporter.report_failure(defect)
        return defect.exit_code
    return 0


def _run(job: Job) -> None:
    """Do what the event asks for, and report it."""
    event, reporter = job.event, job.reporter
    reporter.begin(f"Reading what {event.name} is about")
    if event.pull_request is not None:
        reporter.limit(changed_files(job.github, event.pull_request))
    if job.options.all and job.options.command in ("auto", "deposit", "preview") and not event.is_pull_request:
        _run_all(job)
        return
    task = task_of(event, job.options, job.github).of(event)
    reporter.about, reporter.is_deposit = task.release.tag or "", task.command == "deposit"
    if task.command == "validate":
        _validate(job)
        return
    codebase = job.codebase()
    if task.command == "reserve":
        planned = commands.plan_release(codebase, task.release.tag)
        task = replace(task, release=replace(planned, ask=task.release.ask)).of(event)
    options = commands.resolve(job.given, codebase, task.release)
    if task.release.tag is not None:
        check_policy(task, options)
    if task.command != "preview":
        _check_token(options)
    surroundings = job.surroundings(task.release.tag)
    if task.command != "reserve":
        surroundings = job.with_supplies(surroundings, task, codebase, options)
    with commands.prepare(codebase, task.release, options, surroundings) as prepared:
        reporter.begin(f"{_DOING[task.command]} on {prepared.opened.repository.name}")
        hints = release_hints(job.github, task.on_github, prepared.opened.web_url)
        _ACTS[task.command](job, task, prepared, hints)


def _preview(job: Job, task: Task, prepared: commands.Prepared, hints: Sequence[Hint]) -> None:
    """Show what a deposit would do."""
    del task
    plan = commands.plan(prepared, hints)
    plan = replace(plan, write_back=() if prepared.opened.is_local else prepared.options.write_back)
    previewed = Outcome(status="previewed", plan=plan, findings=plan.findings)
    job.reporter.report(previewed, prepared.opened, page=write_page(plan, job.folder, job.reporter.say))


def _reserve(job: Job, task: Task, prepared: commands.Prepared, hints: Sequence[Hint]) -> None:
    """Reserve the DOI of a release that is still to be tagged, and write it where that is wanted."""
    outcome = commands.reserve(prepared, hints)
    job.reporter.report(outcome, prepared.opened)
    write_reserved(outcome, prepared, task, job.github, job.reporter)


def _deposit(job: Job, task: Task, prepared: commands.Prepared, hints: Sequence[Hint]) -> None:
    """Deposit a release, and write its DOI where that is wanted."""
    outcome = commands.deposit(prepared, hints)
    job.reporter.report(outcome, prepared.opened)
    if prepared.options.write_back:
        write_back(outcome, prepared, task, job.github, job.reporter)


_DOING = {"preview": "Planning", "reserve": "Reserving", "deposit": "Depositing"}
"""Command → what its lines of the log stand under."""
_ACTS = {"preview": _preview, "reserve": _reserve, "deposit": _deposit}


def _run_all(job: Job) -> None:
    """Deposit every release that has no version yet, or show which these are."""
    github, reporter = job.github, job.reporter
    codebase = job.codebase()
    tasks = {task.release.tag or "": task.of(job.event) for task in tasks_of_all(job.options, github, codebase)}
    is_preview = job.options.command == "preview"
    reporter.is_deposit = not is_preview
    if not is_preview:
        _check_token(job.options)
    surroundings = job.surroundings(None)

    def finish(each: backfill.Candidate, outcome: Outcome, prepared: commands.Prepared) -> None:
        reporter.report(outcome, prepared.opened, is_one_of_many=True)
        if prepared.options.write_back:
            is_last = each.tag == progress.survey.last_tag
            write_back(outcome, prepared, tasks[each.tag], github, reporter, has_successor=not is_last)

    def is_unfinished(each: backfill.Candidate, held: RemoteRecord) -> bool:
        has_files = each.tag == progress.survey.last_tag and any(it in FILE_PLACES for it in job.options.write_back)
        return has_files or _lacks_note(tasks[each.tag], held)

    with backfill.opened(
        codebase,
        job.given,
        [backfill.Candidate(release=task.release, is_prerelease=task.is_prerelease) for task in tasks.values()],
        adapt=lambda own: own,
        surroundings=surroundings,
        surround=lambda each, own: job.with_supplies(surroundings, tasks[each.tag], codebase, own),
        hints=lambda opened: release_hints(github, None, opened.web_url),
    ) as batch:
        progress = backfill.Progress(survey=backfill.survey(batch))
        reporter.announce(Outcome(status="previewed" if is_preview else "skipped"), progress.survey.summary)
        try:
            if not is_preview:
                backfill.deposit(batch, progress, finish, is_unfinished)
        finally:
            reporter.report_all(progress.items)


def _lacks_note(task: Task, record: RemoteRecord) -> bool:
    """Whether a release that has its version does not show it, as where an earlier run died before it wrote it back."""
    note = read_note(task.on_github.body) if task.on_github is not None else None
    return task.on_github is not None and (note is None or note["record_id"] != record.id)


def _check_token(options: Options) -> None:
    """Stop where a deposit has no token."""
    if options.zenodo_token is None and options.server != "local":
        raise OptionError(
            f"there is no token for the server {options.server}",
            where=OptionPlace(name="input zenodo-token"),
            fix=TOKEN_FIX,
        )


def _validate(job: Job) -> None:
    """Check the metadata files of the workspace, or of the event's commit."""
    options, today = job.options, validation.today()
    if job.has_checkout:
        findings = validation.validate(job.folder, (), today)
    else:
        findings = commands.collect(job.codebase(), commands.Release(tag=None), options, today).findings
    if any(finding.level in ("error", options.fail_on) for finding in findings):
        raise MetadataError(findings)
    summed = Outcome(status="previewed", findings=findings, reason="The metadata files are in order.")
    job.reporter.report(summed, None)
