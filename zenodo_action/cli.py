"""The command line: arguments → options → a call → text or JSON → exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zenodo_action import __version__, process
from zenodo_action.arguments import InOrder, for_deposit, for_preview, from_table, given_values
from zenodo_action.errors import MetadataError, OptionError, ZenodoActionError
from zenodo_action.options import SERVE_PORT, Options

if TYPE_CHECKING:  # start-up: loaded where they are used
    from zenodo_action.checkout import Checkout
    from zenodo_action.servers import Opened, Surroundings

_FOLDER = click.option(
    "-C", "folder", default=".", metavar="DIR", help="Run as if started in DIR.", type=click.Path(path_type=Path)
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Show each request: method, path, status and time.")


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zenodo-deposit")
def cli() -> None:
    """
    Tag a release, get a DOI.

    Reads what a git repository says about itself, deposits its release on Zenodo or any InvenioRDM as the next version
    of the earlier record, and does so once, however often it is run. The token comes from the variable ZENODO_TOKEN.
    Without token and server, everything happens in an embedded repository on this machine.

    Exit codes: 0 done (also when nothing was left to do), 2 options, 3 metadata, 4 tag or archive, 5 repository,
    6 GitHub, 7 published but not written back.
    """


@cli.command()
@click.argument("tag", required=False)
@_FOLDER
@from_table("deposit")
@_JSON
@_VERBOSE
def deposit(tag: str | None, folder: Path, as_json: bool, verbose: bool, **given: object) -> None:
    """
    Deposit TAG: a new record, or the earlier one's next version.

    TAG is the tag of the commit that is checked out unless named; HEAD deposits that commit without a tag.
    """
    from zenodo_action import commands, render  # noqa: PLC0415 - start-up: requests is loaded where it is used

    surroundings = _surroundings(verbose=verbose, is_quiet=as_json)
    if given["all"]:
        _all({"tag": tag, **given}, folder, surroundings, as_json=as_json, is_preview=False)
        return
    checkout = commands.open_checkout(folder)
    release = commands.Release(tag=commands.choose_tag(checkout, tag))
    options = for_deposit(commands.resolve(given_values(given), checkout, release))
    surroundings = _with_assets(surroundings, checkout, options, release.tag)
    with commands.prepare(checkout, release, options, surroundings) as prepared:
        outcome = commands.deposit(prepared)
    if as_json:
        _print_json(render.outcome_json(outcome))
        return
    if outcome.findings:
        click.echo(render.findings_text(outcome.findings), err=True)
    click.echo(render.outcome_text(outcome))
    if outcome.record is not None:
        _tell_local(prepared.opened)


@cli.command()
@click.argument("tag", required=False)
@_FOLDER
@from_table("preview")
@click.option(
    "--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write the record's page to FILE."
)
@_JSON
@_VERBOSE
def preview(tag: str | None, folder: Path, page: Path | None, as_json: bool, verbose: bool, **given: object) -> None:
    """Show what deposit would do with TAG; only reads."""
    from zenodo_action import commands, render  # noqa: PLC0415 - as above

    surroundings = _surroundings(verbose=verbose, is_quiet=as_json)
    if given["all"]:
        _all({"tag": tag, **given}, folder, surroundings, as_json=as_json, is_preview=True)
        return
    checkout = commands.open_checkout(folder)
    release = commands.Release(tag=commands.choose_tag(checkout, tag))
    options = for_preview(commands.resolve(given_values(given), checkout, release))
    surroundings = _with_assets(surroundings, checkout, options, release.tag)
    with commands.prepare(checkout, release, options, surroundings) as prepared:
        plan = commands.plan(prepared)
    if page is not None:
        commands.write_page(plan, page)
    if as_json:
        _print_json(render.plan_json(plan))
        return
    if plan.findings:
        click.echo(render.findings_text(plan.findings), err=True)
    click.echo(render.plan_text(plan))


@cli.command()
@click.argument("tag", required=False)
@_FOLDER
@from_table("reserve")
@_JSON
@_VERBOSE
def reserve(tag: str | None, folder: Path, as_json: bool, verbose: bool, **given: object) -> None:
    """
    Reserve the DOI of TAG before it is tagged.

    It is written into CITATION.cff and the badge of the working tree. TAG need not exist yet. Commit the files, make the tag, and deposit it: that finishes the draft opened here.
    """
    from zenodo_action import commands, render  # noqa: PLC0415 - as above

    surroundings = _surroundings(verbose=verbose, is_quiet=as_json)
    checkout = commands.open_checkout(folder)
    release = commands.plan_release(checkout, tag)
    options = for_deposit(commands.resolve(given_values(given), checkout, release))
    with commands.prepare(checkout, release, options, surroundings) as prepared:
        outcome = commands.reserve(prepared)
        updates = commands.write_doi(prepared, outcome)
    if as_json:
        _print_json(render.outcome_json(outcome) | {"updates": render.updates_json(updates)})
        return
    findings = (*outcome.findings, *(finding for update in updates for finding in update.findings))
    if findings:
        click.echo(render.findings_text(findings), err=True)
    click.echo("\n".join([render.outcome_text(outcome), *render.update_lines(updates)]))
    _tell_local(prepared.opened)


@cli.command()
@click.argument("files", nargs=-1)
@_FOLDER
@click.option(
    "--stdin-filename",
    "stdin_name",
    metavar="NAME",
    help="Which file standard input is [default: told by its content].",
)
@from_table("validate")
@_JSON
def validate(files: tuple[str, ...], folder: Path, stdin_name: str | None, as_json: bool, **given: object) -> None:
    """
    Check metadata files as they lie on disk.

    FILES are those that are found by name unless named; - is standard input. Exit code 3 where a finding is an error.
    """
    from zenodo_action import render, validation  # noqa: PLC0415 - as above

    options = Options.from_sources(given_values(given))
    validation.check_stdin_options(files, stdin_name)
    if validation.STDIN in files:
        raw = sys.stdin.buffer.read()
        findings = validation.validate_text(folder, raw, stdin_name, validation.today())
    else:
        findings = validation.validate(folder, files, validation.today())
    grave = ("error", "warning") if options.fail_on == "warning" else ("error",)
    failed = any(finding.level in grave for finding in findings)
    if as_json:
        _print_json({"status": "failed" if failed else "valid", "findings": render.findings_json(findings)})
    else:
        click.echo(render.findings_text(findings))
    if failed:
        raise SystemExit(MetadataError.exit_code)


@cli.command()
@click.argument("tag", required=False)
@_FOLDER
@from_table("metadata")
@click.option(
    "--as",
    "form",
    type=click.Choice(("record", "rdm", "deposit", "datacite", "cff", "codemeta", "bibtex")),
    default="rdm",
    show_default=True,
    help="The record as this program has it, InvenioRDM JSON, metadata of Zenodo's deposit API, DataCite JSON, a "
    "CITATION.cff, a codemeta.json, or a BibTeX entry.",
)
@click.option("--explain", is_flag=True, help="Show which source each value came from, and which were passed over.")
@_JSON
def metadata(tag: str | None, folder: Path, form: str, explain: bool, as_json: bool, **given: object) -> None:
    """
    Show the metadata that TAG's sources give together.

    What was found in them, and what a form has no place for, is told on standard error.
    """
    from zenodo_action import commands, lines, render, validation  # noqa: PLC0415 - as above
    from zenodo_action.mapping import forms  # noqa: PLC0415 - as above

    options = Options.from_sources(given_values(given))
    checkout = commands.open_checkout(folder)
    release = commands.Release(tag=commands.choose_tag(checkout, tag))
    project = commands.collect(checkout, release, options, validation.today())
    if project.has_errors:
        raise MetadataError(project.findings)
    text, losses = forms.metadata_text(project, form)
    findings = (*project.findings, *(() if explain and not as_json else losses))
    if as_json:
        _print_json(
            {
                "form": form,
                "metadata": text if form in forms.TEXTS else json.loads(text),
                "origins": lines.explain_json(project),
                "findings": render.findings_json(findings),
            }
        )
        return
    if findings:
        click.echo(render.findings_text(findings), err=True)
    click.echo(lines.explain_text(project) if explain else text)


@cli.command()
@click.option(
    "--dir",
    "folder",
    default=None,
    metavar="DIR",
    help="Its folder [default: .zenodo-local].",
    type=click.Path(path_type=Path),
)
@click.option("--port", default=SERVE_PORT, show_default=True, help="Where to listen; 0 takes a free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need --token.")
@click.option("--token", default=None, help="The one token that is accepted; any is, without it.")
@click.option(
    "--personality",
    type=click.Choice(["sandbox", "zenodo", "inveniordm"]),
    default="sandbox",
    show_default=True,
    help="Which kind of server to be; a folder keeps to one.",
)
@click.option("--faults", is_flag=True, help="Let POST /_control/faults ask for failures.")
@click.option("--rate-limits", is_flag=True, help="Answer 429 after as many requests as Zenodo does.")
@click.option(
    "--needs-community", is_flag=True, help="Publish only what a community has taken, as InvenioRDM can be set."
)
@click.option("--open", "is_opened", is_flag=True, help="Open the start page in a browser.")
def serve(folder: Path | None, is_opened: bool, **given: Any) -> None:
    """
    Run the embedded repository, to try things out.

    It has Zenodo's APIs and a page for each record. Its DOIs are not registered.
    """
    from zenodo_action import servers  # noqa: PLC0415 - as above

    servers.serve(folder or Path(servers.LOCAL_FOLDER), is_opened=is_opened, say=click.echo, **given)


@cli.command()
def run() -> None:
    """
    Do what the Action does.

    Inputs and event come from the environment, outputs go to the files that the runner names.
    """
    from zenodo_action import action  # noqa: PLC0415 - as above

    # A cancelled job gets SIGTERM: it must not leave its lock behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    raise SystemExit(action.run(os.environ, lambda line: print(line, flush=True)))  # noqa: T201 - the runner reads it


def _surroundings(*, verbose: bool, is_quiet: bool) -> Surroundings:
    """Return where log lines and progress go: standard error, so that results stand alone on standard output."""
    from zenodo_action import console, servers  # noqa: PLC0415 - as above

    return servers.Surroundings(
        say=(lambda _: None) if is_quiet and not verbose else console.say,
        observe=console.show_request if verbose else None,
        progress=(lambda *_: None) if is_quiet else console.progress,
    )


def _all(
    values: dict[str, object], folder: Path, surroundings: Surroundings, *, as_json: bool, is_preview: bool
) -> None:
    """Show which releases have no version yet, or deposit them."""
    from zenodo_action import backfill, commands, render  # noqa: PLC0415 - as above

    checkout = commands.open_checkout(folder)
    with backfill.opened(
        checkout,
        given_values(values),
        [backfill.Candidate(release=commands.Release(tag=tag.name)) for tag in checkout.tags()],
        adapt=for_preview if is_preview else for_deposit,
        surroundings=surroundings,
        surround=lambda each, options: _with_assets(surroundings, checkout, options, each.tag),
    ) as batch:
        progress = backfill.Progress(survey=backfill.survey(batch))
        try:
            if not is_preview:
                backfill.deposit(batch, progress)
        except ZenodoActionError as error:
            if not as_json:
                click.echo(render.items_text(progress.items))
                raise
            _print_json(render.failure_json(error) | {"deposits": render.items_json(progress.items)})
            raise SystemExit(error.exit_code) from None
    if as_json:
        status = "previewed" if is_preview else "published" if progress.has_published else "unchanged"
        _print_json({"status": status, "deposits": render.items_json(progress.items)})
        return
    click.echo(render.items_text(progress.items))


def _with_assets(surroundings: Surroundings, checkout: Checkout, options: Options, tag: str | None) -> Surroundings:
    """Return the surroundings with what gives the assets of the tag's release, where they are wanted."""
    if not options.assets:
        return surroundings
    from zenodo_action.github.supplies import assets_at_home  # noqa: PLC0415 - as above

    assets = assets_at_home(checkout, options, tag, os.environ, surroundings.say)
    return replace(surroundings, supplies=(*surroundings.supplies, *assets))


def _tell_local(opened: Opened) -> None:
    """Say what the embedded repository is worth, wherever a DOI of it was shown."""
    if opened.is_local:
        click.echo(
            "This is the embedded repository: its DOIs are not registered. Its pages: "
            f"zenodo-deposit serve --dir {opened.local_folder}"
        )


def _print_json(value: object) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(error: ZenodoActionError, *, as_json: bool) -> int:
    """Print an error and return its exit code."""
    from zenodo_action import render  # noqa: PLC0415 - as above

    if as_json:
        _print_json(render.failure_json(error))
    else:
        click.echo(render.failure_text(error), err=True)
    return error.exit_code


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code; errors become text, never tracebacks."""
    process.forbid_core_dumps()
    process.spare_collections()
    arguments = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in arguments
    try:
        cli.main(arguments, prog_name="zenodo-deposit", standalone_mode=False)
    except click.exceptions.Exit as done:
        raise SystemExit(done.exit_code) from None
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        raise SystemExit(OptionError.exit_code) from None
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        asked = context.command_path if context is not None else "zenodo-deposit"
        problem = OptionError(error.format_message(), fix=f"see {asked} --help")
        raise SystemExit(_fail(problem, as_json=as_json)) from None
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; running the same command again goes on where this left off", err=True)
        raise SystemExit(130) from None
    except ZenodoActionError as error:
        raise SystemExit(_fail(error, as_json=as_json)) from None
    except Exception as error:  # noqa: BLE001 - the last door: a defect of ours must not show as a traceback
        if "-v" in arguments or "--verbose" in arguments:
            traceback.print_exc()
        defect = ZenodoActionError(
            f"a defect in zenodo-deposit {__version__}: {type(error).__name__}: {error}",
            fix="please report it with the output of the same command and --verbose",
        )
        raise SystemExit(_fail(defect, as_json=as_json)) from None
