"""What the command line and the Action have in common: from options and a folder to a plan and its outcome."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from zenodo_action import archive, checks, ownership, pipeline, servers, sources, supplies, validation, worktree
from zenodo_action.archive import checksums, files
from zenodo_action.archive.entries import Wanted
from zenodo_action.checkout import Checkout
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import ArchiveError, FilePlace, Finding, MetadataError, OptionError, OptionPlace, Where
from zenodo_action.hints import Hint, doi_hints
from zenodo_action.model import DepositFile, Harvest, Project, RemoteRecord, Snapshot
from zenodo_action.notes import Memory, Notebook
from zenodo_action.options import Options
from zenodo_action.plan import Outcome, Plan
from zenodo_action.story import discovery, marks, stamping
from zenodo_action.story.tools import Notes, Tools
from zenodo_action.updates import Update
from zenodo_action.versions import version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is to be deposited: a tag, and what its platform adds to it."""

    tag: str | None
    """``None`` for a commit without a tag."""
    is_planned: bool = False
    """Whether the tag is still to be made, at the commit that is checked out."""
    released_on: str | None = None
    """``YYYY-MM-DD``, where the platform has a date of its own."""
    is_private: bool = False
    """Whether the platform shows the repository to its members only."""
    ask: Callable[[Collection[str]], Sequence[Harvest]] = lambda _: ()
    """Tells what the platform says about fields of the record that no file gives, weaker than every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A release whose metadata are collected and free of errors, and the server it goes to."""

    checkout: Codebase
    project: Project
    options: Options
    opened: servers.Opened
    surroundings: servers.Surroundings
    known: discovery.Found | None = None
    """What the server was found to hold of the repository a moment ago, for another release of it."""


def open_checkout(folder: Path) -> Checkout:
    """Return the git repository that a folder belongs to."""
    return Checkout.open(folder)


def choose_tag(checkout: Checkout, wanted: str | None) -> str | None:
    """
    Return the tag that is meant: the one that was named, else the one of the commit checked out.

    ``HEAD`` means that commit itself, tagged or not: ``None``.
    """
    if wanted == "HEAD":
        return None
    if wanted is not None:
        return wanted
    tag = checkout.tag_of_head()
    if tag is None:
        newest = checkout.newest_tag()
        raise ArchiveError(
            "the commit that is checked out has no tag, and none was named",
            where=FilePlace(file=str(checkout.top)),
            fix=(f"name the tag, as in: zenodo-deposit deposit {newest}" if newest else "make a tag: git tag v1.0.0")
            + "; HEAD deposits the commit as it is",
        )
    return tag


def collect(checkout: Codebase, release: Release, options: Options, on: dt.date) -> Project:
    """Return the metadata of a release with every finding about them."""
    wanted = None if options.metadata == "auto" else options.metadata
    names = (*sources.FILE_NAMES, *((wanted,) if wanted is not None else ()))
    snapshot = _snapshot(checkout, release, names)
    snapshot = replace(snapshot, repository=replace(snapshot.repository, is_private=release.is_private))
    if wanted is not None and wanted not in snapshot.files:
        raise OptionError(
            f"there is no file {wanted} at {release.tag or snapshot.commit[:12]}",
            where=options.place("metadata"),
            fix="give its path from the top of the repository, and commit it before tagging",
        )
    project = sources.collect(snapshot, metadata_file=wanted)
    gaps = [name for name in sources.PLATFORM_FIELDS if name not in project.origins] if wanted is None else []
    if gaps and (further := release.ask(gaps)):
        project = sources.collect(snapshot, further=further)
    return replace(project, findings=checks.check(project, today=on))


def resolve(given: Mapping[str, tuple[object, Where]], checkout: Codebase, release: Release) -> Options:
    """Return the options in force: those given, over the ``deposit:`` block of the release's own ``.zenodo.yml``."""
    return Options.from_sources(given, sources.deposit_settings(_snapshot(checkout, release, sources.FILE_NAMES)))


def _snapshot(checkout: Codebase, release: Release, names: Iterable[str]) -> Snapshot:
    """Return what metadata can come from at a tag; at the commit checked out where the tag is still to be made."""
    if not release.is_planned or release.tag is None:
        return checkout.snapshot(release.tag, names=names, released_on=release.released_on)
    day = release.released_on or validation.today().isoformat()
    head = checkout.snapshot(None, names=names, released_on=day)
    return replace(head, tag=release.tag, version=version_of(release.tag))


def plan_release(checkout: Codebase, wanted: str | None) -> Release:
    """
    Return the release that a DOI is to be reserved for: its tag need not be there yet.

    Raises:
        OptionError: No tag was named, and the commit that is checked out has none.
    """
    tag = wanted or (checkout.tag_of_head() if isinstance(checkout, Checkout) else None)
    if tag is None or tag == "HEAD":
        raise OptionError(
            "a DOI is reserved for a release, and no tag was named",
            where=OptionPlace(name="TAG"),
            fix="name the tag that you are going to make, as in: zenodo-deposit reserve v1.2.0",
        )
    return Release(tag=tag, is_planned=not checkout.has_tag(tag))


def write_page(made: Plan, path: Path) -> None:
    """Write the page that the plan's record would get, as one file that needs no other."""
    from zenodo_action.server.legacy_load import load_body  # noqa: PLC0415
    from zenodo_action.server.pages import render_preview  # noqa: PLC0415 - Jinja is only loaded where it is used

    body = dict(made.payload.body)
    # What the deposit API sends is shown as a server stores it.
    native = load_body(body) if "access_right" in body["metadata"] else body
    path.write_text(render_preview(native), encoding="utf-8")


@contextlib.contextmanager
def prepare(
    checkout: Codebase, release: Release, options: Options, surroundings: servers.Surroundings
) -> Iterator[Prepared]:
    """
    Collect and check the metadata of a release, and connect to the server.

    Raises:
        OptionError: An option cannot be used.
        ArchiveError: There is no such tag.
        MetadataError: The metadata hold errors.
    """
    project = collect(checkout, release, options, validation.today())
    if project.has_errors:
        raise MetadataError(project.findings)
    with servers.open_repository(options, checkout.top, surroundings) as opened:
        yield Prepared(checkout=checkout, project=project, options=options, opened=opened, surroundings=surroundings)


def find(prepared: Prepared, hints: Sequence[Hint] = ()) -> discovery.Found:
    """Return what the server holds of the release's repository."""
    snapshot, mark = prepared.project.snapshot, marks.mark_of(prepared.project)
    with _tools(prepared) as tools:
        return pipeline.find(prepared.options, snapshot, mark, (*hints, *_hints(prepared)), tools)


def plan(prepared: Prepared, hints: Sequence[Hint] = ()) -> Plan:
    """Return the plan alone; the archive is built to know its checksum, and thrown away."""
    with _tools(prepared) as tools:
        made = pipeline.make_plan(prepared.options, prepared.project, (*hints, *_hints(prepared)), tools)
    return replace(made, draft=_shown(prepared, made.draft), existing=_shown(prepared, made.existing))


def deposit(prepared: Prepared, hints: Sequence[Hint] = ()) -> Outcome:
    """
    Plan, then act, while other runs of the same repository are kept out.

    Args:
        prepared: What to deposit, and where.
        hints: Records that the platform's notes name, strongest first.
    """
    with _tools(prepared) as tools:
        outcome = pipeline.deposit(prepared.options, prepared.project, (*hints, *_hints(prepared)), tools)
    return replace(outcome, record=_shown(prepared, outcome.record))


def reserve(prepared: Prepared, hints: Sequence[Hint] = ()) -> Outcome:
    """Open the draft of a release that is still to be tagged, and reserve its DOI."""
    # The file gets the version together with the DOI.
    findings = tuple(each for each in prepared.project.findings if not _is_stale_citation(each))
    with _tools(prepared) as tools:
        project = replace(prepared.project, findings=findings)
        outcome = pipeline.reserve(prepared.options, project, (*hints, *_hints(prepared)), tools)
    return replace(outcome, record=_shown(prepared, outcome.record))


def write_doi(prepared: Prepared, outcome: Outcome) -> tuple[Update, ...]:
    """Write the reserved DOI, or the published one, into ``CITATION.cff`` and the README of the working tree."""
    plan, record, opened = outcome.plan, outcome.record, prepared.opened
    if plan is None or record is None:
        return ()
    facts = stamping.facts_of(plan, record, opened.web_url)
    badge_url = opened.badge_url(facts.concept_doi) if facts.concept_doi is not None else None
    return worktree.write_facts(prepared.checkout.top, replace(facts, released_on=None, badge_url=badge_url))


def _is_stale_citation(finding: Finding) -> bool:
    """Whether a finding is about the version in ``CITATION.cff``."""
    where = finding.where
    return finding.code == "version-stale" and isinstance(where, FilePlace) and where.file == stamping.CITATION


def _shown(prepared: Prepared, remote: RemoteRecord | None) -> RemoteRecord | None:
    """Return a record or draft with an address that people can open later."""
    return replace(remote, url=prepared.opened.shown_url(remote.url)) if remote is not None else None


def _hints(prepared: Prepared) -> tuple[Hint, ...]:
    """Return the DOIs in the metadata files that the server could have given."""
    return doi_hints(sources.own_dois(prepared.project.snapshot), prepared.opened.doi_prefix)


def _supplies(prepared: Prepared) -> Iterator[supplies.Supply]:
    """Yield what gives files, in the order of the plan's files."""
    if prepared.options.archive != "none":
        yield functools.partial(_archive, prepared)
    if prepared.options.files:
        yield lambda _: _files(prepared)
    yield from prepared.surroundings.supplies


def _archive(prepared: Prepared, folder: Path, replacements: Mapping[str, bytes] | None = None) -> supplies.Supplied:
    """Build the source archive, with other bytes for some of the paths in it."""
    options = prepared.options
    wanted = Wanted(submodules=options.submodules, lfs=options.lfs)
    built = archive.build(
        prepared.checkout,
        prepared.project.snapshot,
        folder=folder,
        form=options.archive,
        wanted=wanted,
        replacements=replacements,
    )
    return supplies.Supplied(files=(built.file,), findings=built.findings)


def _files(prepared: Prepared) -> supplies.Supplied:
    """Choose further files of the workspace."""
    checkout, options = prepared.checkout, prepared.options
    chosen = files.choose(checkout.top, options.files, git_folder=checkout.git_folder, where=options.place("files"))
    snapshot = prepared.project.snapshot
    if not isinstance(checkout, Checkout) or checkout.has_checked_out(snapshot.commit):
        return supplies.Supplied(files=chosen)
    other = Finding(
        level="warning",
        code="files-of-another-commit",
        what=f"files come from the working tree, which is not that of {snapshot.name}",
        where=options.place("files"),
        fix=f"check it out (git checkout {snapshot.name}) and make the files anew, if they depend on the source",
    )
    return supplies.Supplied(files=chosen, findings=(other,))


def _with_checksums(prepared: Prepared, given: Sequence[DepositFile], folder: Path) -> Sequence[DepositFile]:
    """Return the files, with the list of their checksums where it is wanted."""
    return (*given, checksums.write(given, folder)) if prepared.options.checksums else given


@contextlib.contextmanager
def _tools(prepared: Prepared) -> Iterator[Tools]:
    """Return what the story works with; the files that it builds are gone at the end."""
    opened = prepared.opened
    with tempfile.TemporaryDirectory(prefix="zenodo-deposit-") as folder:

        @functools.cache
        def build() -> tuple[Sequence[DepositFile], Sequence[Finding]]:
            supplied = supplies.gather(_supplies(prepared), Path(folder))
            return _with_checksums(prepared, supplied.files, Path(folder)), supplied.findings

        def rebuild(files: Sequence[DepositFile], replacements: Mapping[str, bytes]) -> Sequence[DepositFile]:
            (anew,) = _archive(prepared, Path(folder), replacements).files
            others = (anew if file.is_archive else file for file in files if not file.is_checksums)
            return _with_checksums(prepared, tuple(others), Path(folder))

        with _notes(prepared) as notes:
            yield Tools(
                repository=opened.repository,
                notes=notes,
                build=build,
                rebuild=rebuild,
                say=prepared.surroundings.say,
                has_token=opened.has_token,
                known=prepared.known,
                has_begun=prepared.surroundings.has_begun,
                progress=prepared.surroundings.progress,
                lock_elsewhere=lambda: _lock(prepared),
            )


def _lock(prepared: Prepared) -> AbstractContextManager[None]:
    """Keep runs on other machines away from the server; nobody else sees the embedded one."""
    if prepared.opened.is_local:
        return contextlib.nullcontext()
    server = prepared.opened.repository
    return prepared.surroundings.lock(server.base_url, server.patience)


@contextlib.contextmanager
def _notes(prepared: Prepared) -> Iterator[Notes]:
    """Return the notes below the git folder, which stays its owner's; without one those of this run alone."""
    git_folder = prepared.checkout.git_folder
    if git_folder is None:
        yield Memory()
        return
    folder = git_folder / "zenodo-deposit"
    try:
        yield Notebook(folder, server=prepared.opened.identity, repository=prepared.project.snapshot.repository.url)
    finally:
        if folder.exists():
            ownership.give_back(folder, owner_of=git_folder)
