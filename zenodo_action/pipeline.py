"""
The story: ``make_plan`` only reads, ``carry_out`` only acts.

::

    project  = collect(snapshot)          what the tag says about itself
    findings = check(project)             all at once; errors stop here
    plan     = make_plan(…)               new record, next version, resume a draft, or nothing (steps.py)
    outcome  = carry_out(plan, …)         open draft → files → look again → publish → compare

``validate`` stops after the second line, ``preview`` prints the third, ``deposit`` carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from zenodo_action import discovery, filling, inclusion, lineage, preflight, sending, steps
from zenodo_action.discovery import Found, Hint, carries_mark, is_unclaimed
from zenodo_action.errors import (
    ArchiveError,
    ChecksumError,
    DraftInTheWayError,
    Finding,
    LostAnswerError,
    MetadataError,
    OptionError,
    UnavailableError,
    Where,
)
from zenodo_action.model import DepositFile, Difference, Payload, Project, RemoteRecord, Snapshot
from zenodo_action.notes import Note
from zenodo_action.options import Options
from zenodo_action.plan import Outcome, Plan
from zenodo_action.tools import Tools

LOOK_EVERY_S = 10.0
"""Pause between looks at another release's draft that is in the way."""


def make_plan(options: Options, project: Project, hints: Sequence[Hint], tools: Tools) -> Plan:
    """
    Return what will be done for the project's tag, by reads alone.

    Raises:
        MetadataError: The project has errors, or warnings where ``fail-on`` is ``warning``.
        RepositoryError: The server cannot be asked, or doubt remains which record is meant.
        OptionError: The tag lies below the newest version and ``allow-older`` is not given.
        ArchiveError: The files to deposit cannot be built.
    """
    _stop_on(project.findings, options.fail_on)
    snapshot, repository, mark = project.snapshot, tools.repository, discovery.mark_of(project)
    found = discovery.find(
        repository,
        snapshot,
        wanted=options.record,
        where=options.place("record"),
        hints=[*(_hint(note) for note in reversed(tools.notes.all()) if note.doi), *hints],
        mark=mark,
        noted=_noted_id(snapshot, tools),
        may_list=tools.has_token,
    )
    due = steps.due(found, snapshot, mark, tools)
    about = project.findings if found.latest is None else lineage.still_true(project.findings)
    findings = [*about, *found.findings, *due.findings]
    record = project.record
    if found.latest is not None:
        record, left_out = lineage.next_version(project, found.latest, found.versions)
        findings += left_out
    payload = repository.payload(record, found.latest)
    findings += payload.losses
    findings += _moved(due.existing, snapshot, tools)
    if due.step in ("next-version", "resume-draft"):
        findings += preflight.check_version(found.versions, mark)
    communities, unknown = inclusion.find(*_communities(options, project), repository)
    findings += unknown if due.step != "nothing" else ()
    if due.step == "next-version":
        _check_order(options, found, mark.version)
    files, more = ((), ()) if due.step == "nothing" else tools.build()
    findings += (*more, *preflight.check_files(files, repository))
    _stop_on(findings, options.fail_on)
    return Plan(
        step=due.step,
        server=repository.name,
        snapshot=snapshot,
        mark=mark,
        record=record,
        payload=payload,
        files=tuple(files),
        files_there=_files_there(due.draft if due.draft is not None else found.latest, files),
        draft=due.draft,
        latest=found.latest,
        existing=due.existing,
        communities=communities,
        changes=_changes(found, payload, tools),
        places=project.places,
        will_publish=options.publish,
        findings=tuple(findings),
    )


def deposit(options: Options, project: Project, hints: Sequence[Hint], tools: Tools) -> Outcome:
    """
    Plan, then act, while other runs of the same clone are kept out.

    A draft of another release that is in the way is waited for: its run may be about to publish it. What is done then
    is planned afresh, since that release is the newest version now.
    """
    with tools.notes.lock(tools.patience, tools.say):
        while True:
            try:
                plan = make_plan(options, project, hints, tools)
                tools.say(f"plan: {plan.summary}")
                return carry_out(plan, tools)
            except DraftInTheWayError as error:  # noqa: PERF203 - it pauses for seconds anyway
                if tools.patience.left_s < LOOK_EVERY_S:
                    raise
                tools.say(f"{error.what}; waiting for that")
                tools.patience.pause(LOOK_EVERY_S)


def carry_out(plan: Plan, tools: Tools) -> Outcome:
    """
    Do what the plan says, and return what came of it.

    Before ``publish`` a failure leaves at most a draft, which the next run finishes; after it the record and its DOI
    are returned whatever happens next.

    Raises:
        RejectedError: The server refused or changed the metadata; the draft is kept.
        ConflictError: Another run, or another release's draft, is in the way.
        RepositoryError: Anything else the server did not do.
    """
    if plan.step == "nothing" and plan.existing is not None:
        _note(plan, tools, plan.existing)
        found = (*plan.findings, *inclusion.ask(plan, plan.existing, tools))
        return Outcome(status="unchanged", plan=plan, record=plan.existing, findings=found)
    draft = _open_draft(plan, tools)
    try:
        plan, draft = filling.settle_metadata(plan, draft, tools)
        sending.send_files(plan, draft, tools)
        draft = filling.look_again(plan, draft, tools)
        if not plan.will_publish:
            return Outcome(status="draft", plan=plan, record=draft, findings=plan.findings)
        tools.say(f"publishing {draft.id}")
        published = tools.repository.publish(draft)
    except (UnavailableError, ChecksumError) as error:
        error.fix = f"run it again: it goes on with draft {draft.id} ({draft.url}), and sends no complete file again"
        raise
    _note(plan, tools, published)
    found = (*plan.findings, *filling.compare(plan, published, tools), *inclusion.ask(plan, published, tools))
    return Outcome(status="published", plan=plan, record=published, findings=found)


# Planning: reads only


def _stop_on(findings: Iterable[Finding], fail_on: str) -> None:
    """Stop where a finding is as grave as ``fail_on`` says."""
    grave = ("error", "warning") if fail_on == "warning" else ("error",)
    listed = tuple(findings)
    if any(finding.level in grave for finding in listed):
        raise MetadataError(listed)


def _hint(note: Note) -> Hint:
    """Return the note of a published version as a candidate."""
    return Hint(record_id=note.record_id or "", source=f"the note about {note.tag}", is_note=True)


def _noted_id(snapshot: Snapshot, tools: Tools) -> str | None:
    """Return the id under which an earlier run opened this tag's draft."""
    note = tools.notes.of(snapshot.name)
    return note.record_id if note is not None else None


def _communities(options: Options, project: Project) -> tuple[tuple[str, ...], dict[str, Where]]:
    """Return the communities of the metadata and of the option, each once with its place."""
    places = {name: options.place("communities") for name in options.communities}
    for number, name in enumerate(project.record.communities):
        where = project.places.get(f"communities.{number}", project.places.get("communities"))
        if where is not None:
            places[name] = where
    return tuple(dict.fromkeys((*project.record.communities, *options.communities))), places


def _moved(existing: RemoteRecord | None, snapshot: Snapshot, tools: Tools) -> tuple[Finding, ...]:
    """Return a warning where the tag named another commit when it was deposited."""
    note = tools.notes.of(snapshot.name)
    if existing is None or note is None or note.commit == snapshot.commit:
        return ()
    return (
        Finding(
            level="warning",
            code="tag-moved",
            what=f"{snapshot.tag} was deposited from commit {note.commit[:12]} and names {snapshot.commit[:12]} now;"
            " the published files are those of the earlier commit",
            fix="published files cannot be changed: make a new tag for what has changed",
        ),
    )


def _changes(found: Found, payload: Payload, tools: Tools) -> tuple[Difference, ...]:
    """Return how the metadata depart from those of the newest version."""
    if found.latest is None:
        return ()
    there = tools.repository.differences(payload, found.latest)
    return tuple(replace(each, before=each.after, after=each.before) for each in there)


def _check_order(options: Options, found: Found, version: str) -> None:
    """Stop before a version below the newest one becomes what the concept DOI leads to."""
    newest = lineage.above(found.versions, version)
    if newest is not None and not options.allow_older:
        raise OptionError(
            f"{version} is older than {newest.version}, which is already deposited ({newest.doi})",
            where=options.place("allow-older"),
            fix=f"the concept DOI leads to the version published last, so it would lead to {version}; "
            "if that is meant, use --allow-older",
        )


def _files_there(held: RemoteRecord | None, files: Sequence[DepositFile]) -> tuple[str, ...]:
    """Return the names of files that a draft, or the version before it, holds already, byte for byte."""
    there = {(each.name, each.md5) for each in held.files} if held is not None else set()
    return tuple(file.name for file in files if (file.name, file.md5) in there)


# Acting


def _open_draft(plan: Plan, tools: Tools) -> RemoteRecord:
    """Return the draft with the plan's metadata: resumed, opened as a next version, or new."""
    if plan.step == "resume-draft" and plan.draft is not None:
        tools.say(f"going on with draft {plan.draft.id}")
        return tools.repository.save_draft(plan.draft, plan.payload)
    _note(plan, tools, None)
    if plan.step == "next-version" and plan.latest is not None:
        draft = tools.repository.open_next_version(plan.latest)
        if not is_unclaimed(draft) and not carries_mark(draft, plan.mark):
            raise steps.in_the_way(draft)
        _note(plan, tools, draft)
        tools.say(f"draft {draft.id} opened as the next version of {plan.latest.id}")
        return tools.repository.save_draft(draft, plan.payload)
    draft = _create_draft(plan, tools)
    _note(plan, tools, draft)
    tools.say(f"draft {draft.id} opened")
    return draft


def _create_draft(plan: Plan, tools: Tools) -> RemoteRecord:
    """
    Open the first draft of a new record; where the answer is lost, look for it before opening another.

    The search index that shows it lags, so the look takes a while. At worst a draft is left over, never a record.
    """
    started = tools.clock()
    try:
        return tools.repository.create_draft(plan.payload)
    except LostAnswerError as error:
        tools.say(f"{error.what}; looking for the draft")
        drafts = steps.lost_drafts(plan.snapshot, plan.mark, tools, since=started)
        drafts = [each for each in drafts if not each.is_published]
    return drafts[0] if drafts else tools.repository.create_draft(plan.payload)


def _note(plan: Plan, tools: Tools, remote: RemoteRecord | None) -> None:
    """Remember the intent, the draft, or the published record of the plan's tag."""
    tag = plan.snapshot.name
    earlier = tools.notes.of(tag)
    note = Note(
        tag=tag,
        # What a version was made from does not change when its tag is moved later.
        commit=earlier.commit if earlier is not None and plan.step == "nothing" else plan.snapshot.commit,
        intended_at=earlier.intended_at if earlier is not None and remote is not None else tools.clock(),
        record_id=remote.id if remote is not None else None,
        concept_id=remote.concept_id if remote is not None else None,
        doi=remote.doi if remote is not None and remote.is_published else None,
    )
    try:
        tools.notes.write(note)
    except OSError as error:
        what = f"what is deposited cannot be noted: {error.strerror or error}"
        if remote is None or not remote.is_published:
            raise ArchiveError(what, fix="make room in the repository's .git folder, then run it again") from error
        tools.say(what)  # the DOI is there, and counts for more
