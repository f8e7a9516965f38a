"""
All releases that have no version yet, oldest first: surveyed by reads alone, then deposited one after the other.

Each goes the way of a single deposit, with its own commit's metadata and its own date. The first failure ends the run:
later versions must not go before an earlier one, since the concept DOI leads to what was published last. What was
published stays, and the next run goes on from there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from zenodo_action import commands, policy, validation, versions
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import Finding, MetadataError, OptionError, Where, ZenodoActionError
from zenodo_action.hints import Hint
from zenodo_action.model import Project, RemoteRecord
from zenodo_action.options import Options
from zenodo_action.plan import Item, Outcome
from zenodo_action.servers import Lock, Opened, Surroundings, no_lock, open_repository
from zenodo_action.story import discovery, lineage, marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A release that may have to be deposited."""

    release: commands.Release
    is_prerelease: bool = False
    """Whether its platform marks it as one."""

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return self.release.tag or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The releases of a repository, and what each of them is deposited with."""

    checkout: Codebase
    candidates: Sequence[Candidate]
    options: Options
    """Of the run as a whole: which releases are meant, and where they go."""
    resolve: Callable[[commands.Release], Options]
    """Returns the options of one release, its own settings among them."""
    surround: Callable[[Candidate, Options], Surroundings]
    """Returns what one release's deposit is given besides."""
    opened: Opened
    hints: tuple[Hint, ...] = ()
    """Records that the platform's notes name."""
    lock: Lock = no_lock
    """Keeps runs on other machines out while the batch is deposited."""

    def prepared(self, entry: Entry) -> commands.Prepared:
        """Return a release as ``commands`` works with it."""
        # Other machines are kept out for the batch as a whole.
        surroundings = replace(self.surround(entry.candidate, entry.options), lock=no_lock)
        return commands.Prepared(
            checkout=self.checkout,
            project=entry.project,
            options=entry.options,
            opened=self.opened,
            surroundings=surroundings,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A release that is neither left out by policy nor unreadable, with its metadata."""

    candidate: Candidate
    options: Options
    project: Project
    existing: RemoteRecord | None = None
    """The version that it already has."""
    is_skipped: bool = False
    reason: str | None = None
    """Why it is skipped, or what is to be known of its deposit."""

    @property
    def item(self) -> Item:
        """What there is to say of it."""
        snapshot = self.project.snapshot
        return Item(
            tag=self.candidate.tag,
            version=snapshot.version,
            date=snapshot.released_on,
            status="skipped" if self.is_skipped else "unchanged" if self.existing is not None else "due",
            reason=self.reason,
            record=self.existing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What there is, and what is due, oldest first."""

    entries: tuple[Entry, ...]
    skipped: tuple[Item, ...] = ()
    """Left out by policy."""
    found: discovery.Found = field(default_factory=discovery.Found)
    """What the server holds of the repository."""

    @property
    def due(self) -> tuple[Entry, ...]:
        """Those to deposit."""
        return tuple(each for each in self.entries if each.item.status == "due")

    @property
    def last_tag(self) -> str | None:
        """The newest that is not skipped."""
        return next((each.candidate.tag for each in reversed(self.entries) if not each.is_skipped), None)

    @property
    def summary(self) -> str:
        """Say in one sentence what is due."""
        if not self.due:
            return f"there is nothing to deposit: of {len(self.items)} releases, none is without a version and meant to have one"
        return (
            f"{len(self.due)} of {len(self.items)} releases have no version yet and are to be deposited, oldest first"
        )

    @property
    def items(self) -> tuple[Item, ...]:
        """All of them, oldest first."""
        items = (*self.skipped, *(each.item for each in self.entries))
        return tuple(sorted(items, key=lambda item: versions.version_key(item.tag)))


@dataclass
class Progress:
    """What came of a survey so far."""

    survey: Survey
    done: dict[str, Item] = field(default_factory=dict)
    """Tag → what came of it."""
    has_stopped: bool = False
    """Whether a release failed, so that those after it are not come to."""

    @property
    def items(self) -> tuple[Item, ...]:
        """All releases, oldest first."""
        return tuple(self.done.get(item.tag, self._waiting(item)) for item in self.survey.items)

    @property
    def has_published(self) -> bool:
        """Whether any release was published."""
        return any(item.status == "published" for item in self.done.values())

    def _waiting(self, item: Item) -> Item:
        return replace(item, status="left") if self.has_stopped and item.status == "due" else item


@contextlib.contextmanager
def opened(
    checkout: Codebase,
    given: Mapping[str, tuple[object, Where]],
    candidates: Sequence[Candidate],
    *,
    adapt: Callable[[Options], Options],
    surroundings: Surroundings,
    surround: Callable[[Candidate, Options], Surroundings] | None = None,
    hints: Callable[[Opened], tuple[Hint, ...]] = lambda _: (),
) -> Iterator[Batch]:
    """
    Connect to the server, and yield the releases with all that they are deposited with.

    The policy is that of the commit that is checked out: one for all releases. What else ``deposit:`` sets counts for
    the release whose file says it.

    Args:
        checkout: The repository.
        given: Options, with their places.
        candidates: The releases.
        adapt: Settles what depends on the surroundings, as the server where none is named.
        surroundings: What the run is given besides.
        surround: The same for one release, where it differs.
        hints: Returns the records that the platform's notes name, for the server that was opened.
    """
    options = adapt(commands.resolve(given, checkout, commands.Release(tag=None)))
    check_options(options)
    with open_repository(options, checkout.top, surroundings) as server:
        yield Batch(
            checkout=checkout,
            candidates=candidates,
            options=options,
            resolve=lambda release: adapt(commands.resolve(given, checkout, release)),
            surround=surround or (lambda *_: surroundings),
            opened=server,
            hints=hints(server),
            lock=surroundings.lock,
        )


def check_options(options: Options) -> None:
    """
    Stop where an option makes no sense for all releases.

    Raises:
        OptionError: It names the option, and what to do.
    """
    if options.tag is not None:
        raise OptionError(
            f"all means every release, and {options.tag} is one",
            where=options.place("all"),
            fix="leave one of the two out; tags takes patterns of those that are meant",
        )
    if not options.publish:
        raise OptionError(
            "a record can have one draft, so all releases cannot be left as drafts",
            where=options.place("publish"),
            fix="leave publish as it is, or name one release",
        )
    if options.update_metadata:
        raise OptionError(
            "all deposits releases without a version, and update-metadata changes versions that are there",
            where=options.place("update-metadata"),
            fix="leave one of the two out",
        )


def survey(batch: Batch) -> Survey:
    """
    Return what is due, by reads alone.

    Raises:
        MetadataError: Releases that are due have errors; all of them are named, before anything is deposited.
        ZenodoActionError: A release cannot be read, or it is in doubt which record is meant.
    """
    kept: list[Entry] = []
    skipped: list[Item] = []
    for each in sorted(batch.candidates, key=lambda candidate: versions.version_key(candidate.tag)):
        reason = policy.refusal(each.tag, batch.options, is_prerelease=each.is_prerelease)
        if kept and versions.version_key(kept[-1].candidate.tag) == versions.version_key(each.tag):
            reason = f"it names the same version as {kept[-1].candidate.tag}"
        if reason is None:
            kept.append(_entry(batch, each))
        else:
            item = Item(
                tag=each.tag,
                version=versions.version_of(each.tag),
                date=each.release.released_on or "",
                status="skipped",
                reason=reason,
            )
            skipped.append(item)
    if not kept:
        return Survey(entries=(), skipped=tuple(skipped))
    found = commands.find(batch.prepared(kept[-1]), batch.hints)
    shown = [replace(each, url=batch.opened.shown_url(each.url)) for each in found.versions]
    entries = tuple(_compared(entry, shown, batch.options) for entry in kept)
    surveyed = Survey(entries=entries, skipped=tuple(skipped), found=found)
    _check_files(surveyed.due)
    _check(surveyed.due, batch.options.fail_on, found.latest)
    return surveyed


def deposit(
    batch: Batch,
    progress: Progress,
    finish: Callable[[Candidate, Outcome, commands.Prepared], None] = lambda *_: None,
    is_unfinished: Callable[[Candidate, RemoteRecord], bool] = lambda *_: False,
) -> None:
    """
    Deposit what is due, and finish each release before the next one is begun.

    Args:
        batch: The releases.
        progress: What is due of them; told of every release as soon as it is done.
        finish: Called with what came of a release, also of one that had its version: reports it, writes it back.
        is_unfinished: Tells whether a release that has its version has to be gone through once more all the same.

    A release that waits for somebody, as for the review of a community, ends it too: a record has one draft.

    Raises:
        ZenodoActionError: A release failed; those after it are left.
    """
    server = batch.opened.repository
    lock = contextlib.nullcontext() if batch.opened.is_local else batch.lock(server.base_url, server.patience)
    numbers = {entry.candidate.tag: number for number, entry in enumerate(progress.survey.due, start=1)}
    hints, found = batch.hints, progress.survey.found
    with lock:
        for entry in progress.survey.entries:
            if entry.is_skipped:
                continue
            prepared = batch.prepared(entry)
            tag = entry.candidate.tag
            try:
                if tag in numbers:
                    prepared.surroundings.say(f"{tag} ({numbers[tag]} of {len(numbers)})")
                if entry.existing is None or is_unfinished(entry.candidate, entry.existing):
                    outcome = commands.deposit(replace(prepared, known=found), hints)
                else:
                    outcome = Outcome(status="unchanged", record=entry.existing)
                progress.done[tag] = _done(entry, outcome)
                finish(entry.candidate, outcome, prepared)
            except ZenodoActionError as error:
                progress.has_stopped = True
                item = progress.done.get(tag, replace(entry.item, status="failed"))
                progress.done[tag] = replace(item, reason=error.what)
                raise
            if progress.done[tag].status == "left":
                progress.has_stopped = True  # what comes after it is a version of it
                return
            if outcome.status == "published" and outcome.record is not None:
                found = found.followed_by(outcome.record)
            if outcome.record is not None and batch.checkout.git_folder is None:
                # There is no place for notes, and the search may not show it yet.
                hints = (Hint(record_id=outcome.record.id, source=f"the version of {tag}", is_note=True), *batch.hints)
            server.patience.renew()


def _done(entry: Entry, outcome: Outcome) -> Item:
    """Return what came of a release; one that waits for somebody, as for a review, keeps the later ones waiting."""
    if outcome.status == "pending":
        return replace(entry.item, status="left", reason=f"a community decides on it first: {outcome.request_url}")
    status: Literal["published", "unchanged"] = "published" if outcome.status == "published" else "unchanged"
    return replace(entry.item, status=status, reason=None, record=outcome.record)


def _entry(batch: Batch, candidate: Candidate) -> Entry:
    """Return a release with its metadata; what is wrong with it is told with its tag."""
    try:
        options = batch.resolve(candidate.release)
        project = commands.collect(batch.checkout, candidate.release, options, validation.today())
    except ZenodoActionError as error:
        error.what = f"{candidate.tag}: {error.what}"
        raise
    return Entry(candidate=candidate, options=options, project=project)


def _compared(entry: Entry, published: Sequence[RemoteRecord], options: Options) -> Entry:
    """Return a release with the version that it has, or why it is not deposited."""
    mark = marks.mark_of(entry.project)
    existing = next((each for each in published if marks.carries_mark(each, mark)), None)
    if existing is not None:
        return replace(entry, existing=existing)
    # Somebody else's deposits, those of Zenodo's own integration for one, may write the version in another way.
    key = versions.version_key(mark.version)
    same = next((each for each in published if versions.version_key(each.version or "") == key), None)
    if same is not None:
        reason = f"the record has a version {same.version}, which is not from this tag: {same.doi or same.url}"
        return replace(entry, is_skipped=True, reason=reason)
    newest = lineage.above(published, mark.version)
    if newest is None:
        return entry
    reason = f"it is older than {newest.version}, which is deposited ({newest.doi})"
    if options.allow_older:
        return replace(entry, reason=f"{reason}, and the concept DOI will lead to it")
    return replace(
        entry, is_skipped=True, reason=f"{reason}; allow-older deposits it, and the concept DOI will lead to it then"
    )


def _check_files(due: Sequence[Entry]) -> None:
    """Stop where files of the working tree would be deposited as those of another commit."""
    for entry in due:
        if entry.options.files:
            raise OptionError(
                f"{entry.candidate.tag}: files come from the working tree, so they cannot be those of every release",
                where=entry.options.place("files"),
                fix="leave files out (--files '' where a release's own .zenodo.yml names some), or deposit this release by"
                " itself, checked out",
            )


def _check(due: Sequence[Entry], fail_on: str, latest: RemoteRecord | None) -> None:
    """
    Stop where a release that is due cannot be deposited: all of them are told, and nothing has been done yet.

    Args:
        due: The releases.
        fail_on: How grave a finding must be.
        latest: The newest version, ``None`` where the first of them begins a record; versions after it take over what
            no source names.
    """
    grave = ("error", "warning") if fail_on == "warning" else ("error",)
    findings: list[Finding] = []
    for number, entry in enumerate(due):
        check_options(entry.options)
        own = entry.project.findings
        about = own if latest is None and number == 0 else lineage.still_true(own, latest)
        if any(finding.level in grave for finding in about):
            findings += [replace(finding, what=f"{entry.candidate.tag}: {finding.what}") for finding in about]
    if findings:
        raise MetadataError(findings)
