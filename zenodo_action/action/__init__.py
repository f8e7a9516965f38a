"""
What the Action runs: inputs and event from the environment, outputs to the files that the runner names.

The same program as the command line: setting the same variables repeats a failed run at home.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from zenodo_action import __version__, backfill, commands, console, validation
from zenodo_action.action.reporting import Reporter, write_page
from zenodo_action.action.tasks import SkipError, Task, check_policy, task_of, tasks_of_all
from zenodo_action.action.writing_back import write_back, write_reserved
from zenodo_action.errors import (
    MetadataError,
    OptionError,
    OptionPlace,
    Where,
    ZenodoActionError,
)
from zenodo_action.github import locks
from zenodo_action.github.actions import Event, Runner, inputs
from zenodo_action.github.block import read_note
from zenodo_action.github.changes import changed_files
from zenodo_action.github.codebase import RemoteCodebase
from zenodo_action.github.connection import Connection
from zenodo_action.github.hints import release_hints
from zenodo_action.github.supplies import release_supplies
from zenodo_action.hints import Hint
from zenodo_action.model import RemoteRecord
from zenodo_action.options import TABLE, Options
from zenodo_action.plan import Outcome
from zenodo_action.servers import Lock, Surroundings

TOKEN_FIX = """\
make a token in your account on the server, under Applications, with the scopes deposit:write and deposit:actions,
store it as the secret ZENODO_TOKEN of this repository (Settings, Secrets and variables, Actions), and pass it:

    with:
      zenodo-token: ${{ secrets.ZENODO_TOKEN }}"""  # noqa: S105 - a text for people

_DOING = {"preview": "Planning", "reserve": "Reserving", "deposit": "Depositing"}
"""Command → what its lines of the log stand under."""


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
        _run(environ, reporter)
    except SkipError as reason:
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


def _run(environ: Mapping[str, str], reporter: Reporter) -> None:
    """Read the inputs and the event, act, and report."""
    names = [option.name for option in TABLE if option.is_input]
    given: dict[str, tuple[object, Where]] = {
        name: (value, OptionPlace(name=f"input {name}")) for name, value in inputs(environ, names).items()
    }
    options = Options.from_sources(given)
    event = Event.read(environ)
    github = _github(environ, options, event, reporter)
    reporter.begin(f"Reading what {event.name} is about")
    if event.pull_request is not None:
        reporter.limit(changed_files(github, event.pull_request))
    folder = Path(environ.get("GITHUB_WORKSPACE") or ".")
    if options.all and options.command in ("auto", "deposit", "preview") and not event.is_pull_request:
        _run_all(given, environ, event, github, reporter)
        return
    task = task_of(event, options, github)
    reporter.about, reporter.is_deposit = task.release.tag or "", task.command == "deposit"
    remote = None if (folder / ".git").exists() else _remote(environ, event, github, folder)
    if remote is not None:
        reporter.say("there is no checkout in the workspace: everything is read through GitHub's API")
    if task.command == "validate":
        _validate(folder, remote, options, reporter)
        return
    checkout = remote or commands.open_checkout(folder)
    if task.command == "reserve":
        planned = commands.plan_release(checkout, task.release.tag)
        task = replace(task, release=replace(planned, ask=task.release.ask))
    options = commands.resolve(given, checkout, task.release)
    if task.command in ("deposit", "reserve"):
        check_policy(task, options)
        _check_token(options)
    is_repeated = environ.get("GITHUB_RUN_ATTEMPT", "1") != "1"
    surroundings = Surroundings(
        say=reporter.say,
        progress=console.progress,
        supplies=()
        if task.command == "reserve"
        else release_supplies(
            github, checkout, options, tag=task.release.tag, release=task.on_github, say=reporter.say
        ),
        lock=_lock(environ, task.release.tag, github, reporter),
        has_begun=is_repeated,
    )
    with commands.prepare(checkout, task.release, options, surroundings) as prepared:
        reporter.begin(f"{_DOING[task.command]} on {prepared.opened.repository.name}")
        hints = release_hints(github, task.on_github, prepared.opened.web_url)
        if task.command == "preview":
            plan = commands.plan(prepared, hints)
            plan = replace(plan, write_back=() if prepared.opened.is_local else options.write_back)
            previewed = Outcome(status="previewed", plan=plan, findings=plan.findings)
            reporter.report(previewed, prepared.opened, page=write_page(plan, folder, reporter.say))
            return
        if task.command == "reserve":
            _reserve(prepared, hints, task, github, reporter)
            return
        outcome = commands.deposit(prepared, hints)
    reporter.report(outcome, prepared.opened)
    if outcome.status in ("published", "updated", "unchanged") and options.write_back:
        write_back(outcome, prepared, task, github, reporter)


def _reserve(
    prepared: commands.Prepared, hints: Sequence[Hint], task: Task, github: Connection, reporter: Reporter
) -> None:
    """Reserve the DOI of a release that is still to be tagged, and write it where that is wanted."""
    outcome = commands.reserve(prepared, hints)
    reporter.report(outcome, prepared.opened)
    write_reserved(outcome, prepared, task, github, reporter)


def _run_all(
    given: Mapping[str, tuple[object, Where]],
    environ: Mapping[str, str],
    event: Event,
    github: Connection,
    reporter: Reporter,
) -> None:
    """Deposit every release that has no version yet, or show which these are."""
    folder = Path(environ.get("GITHUB_WORKSPACE") or ".")
    checkout = commands.open_checkout(folder) if (folder / ".git").exists() else _remote(environ, event, github, folder)
    options = Options.from_sources(given)
    tasks = {task.release.tag or "": task for task in tasks_of_all(options, github, checkout)}
    is_preview = options.command == "preview"
    reporter.is_deposit = not is_preview
    if not is_preview:
        _check_token(options)
    surroundings = Surroundings(
        say=reporter.say,
        progress=console.progress,
        lock=_lock(environ, None, github, reporter),
        has_begun=environ.get("GITHUB_RUN_ATTEMPT", "1") != "1",
    )

    def surround(each: backfill.Candidate, own: Options) -> Surroundings:
        supplies = release_supplies(
            github, checkout, own, tag=each.tag, release=tasks[each.tag].on_github, say=reporter.say
        )
        return replace(surroundings, supplies=supplies)

    def finish(each: backfill.Candidate, outcome: Outcome, prepared: commands.Prepared) -> None:
        reporter.report(outcome, prepared.opened, is_one_of_many=True)
        if prepared.options.write_back:
            last = [entry for entry in progress.survey.entries if not entry.is_skipped][-1].candidate
            write_back(outcome, prepared, tasks[each.tag], github, reporter, has_successor=each.tag != last.tag)

    candidates = [
        backfill.Candidate(
            release=task.release, is_prerelease=task.on_github is not None and task.on_github.is_prerelease
        )
        for task in tasks.values()
    ]
    with backfill.opened(
        checkout,
        given,
        candidates,
        adapt=lambda own: own,
        surroundings=surroundings,
        surround=surround,
        hints=lambda opened: release_hints(github, None, opened.web_url),
    ) as batch:
        progress = backfill.Progress(survey=backfill.survey(batch))
        reporter.announce(Outcome(status="previewed" if is_preview else "skipped"), progress.survey.summary)
        try:
            if not is_preview:
                backfill.deposit(batch, progress, finish, lambda each, held: _lacks_note(tasks[each.tag], held))
        finally:
            reporter.report_all(progress.items)


def _lacks_note(task: Task, record: RemoteRecord) -> bool:
    """Whether a release that has its version does not show it, as where an earlier run died before it wrote it back."""
    note = read_note(task.on_github.body) if task.on_github is not None else None
    return task.on_github is not None and (note is None or note["record_id"] != record.id)


# What is asked for


def _github(environ: Mapping[str, str], options: Options, event: Event, reporter: Reporter) -> Connection:
    """Return the repository on GitHub that the workflow runs for."""
    return Connection(
        options.github_token or "",
        environ.get("GITHUB_API_URL") or "https://api.github.com",
        environ.get("GITHUB_REPOSITORY", ""),
        say=reporter.say,
        is_fork_run=event.is_from_fork,
    )


def _remote(environ: Mapping[str, str], event: Event, github: Connection, folder: Path) -> RemoteCodebase:
    """Return the repository on GitHub, at the commit that the event is about."""
    server = environ.get("GITHUB_SERVER_URL") or "https://github.com"
    return RemoteCodebase(
        github,
        web_url=f"{server.rstrip('/')}/{github.repository}",
        head=event.head or environ.get("GITHUB_SHA", ""),
        top=folder,
    )


def _lock(environ: Mapping[str, str], tag: str | None, github: Connection, reporter: Reporter) -> Lock:
    """Return what keeps other jobs away from a server while this one deposits."""
    holder = locks.Holder(
        run=environ.get("GITHUB_RUN_ID", ""),
        attempt=int(environ.get("GITHUB_RUN_ATTEMPT") or 1),
        tag=tag,
    )
    return lambda server, patience: locks.hold(github, holder, server=server, patience=patience, say=reporter.say)


def _check_token(options: Options) -> None:
    """Stop where a deposit has no token."""
    if options.zenodo_token is None and options.server != "local":
        raise OptionError(
            f"there is no token for the server {options.server}",
            where=OptionPlace(name="input zenodo-token"),
            fix=TOKEN_FIX,
        )


def _validate(folder: Path, remote: RemoteCodebase | None, options: Options, reporter: Reporter) -> None:
    """Check the metadata files of the workspace, or of the event's commit."""
    if remote is None:
        findings = validation.validate(folder, (), validation.today())
    else:
        findings = commands.collect(remote, commands.Release(tag=None), options, validation.today()).findings
    if any(finding.level in ("error", options.fail_on) for finding in findings):
        raise MetadataError(findings)
    reporter.report(Outcome(status="previewed", findings=findings, reason="The metadata files are in order."), None)
