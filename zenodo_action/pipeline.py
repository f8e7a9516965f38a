"""
The story: ``make_plan`` only reads, ``carry_out`` only acts.

::

    project  = collect(snapshot)          what the tag says about itself
    findings = check(project)             all at once; errors stop here
    plan     = make_plan(…)               new record, next version, resume a draft, or nothing (story/steps.py)
    outcome  = carry_out(plan, …)         open draft → files → look again → publish → compare
                                          (or, of a version that is there, its metadata alone: story/updating.py)

``validate`` stops after the second line, ``preview`` prints the third, ``deposit`` carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from zenodo_action.errors import (
    ChecksumError,
    DraftInTheWayError,
    Finding,
    MetadataError,
    UnavailableError,
    Where,
)
from zenodo_action.hints import Hint
from zenodo_action.model import DepositFile, Mark, Project, Review, Snapshot
from zenodo_action.options import Options
from zenodo_action.plan import Outcome, Plan
from zenodo_action.story import (
    describing,
    discovery,
    filling,
    inclusion,
    lineage,
    marks,
    preflight,
    reserving,
    reviewing,
    sending,
    stamping,
    steps,
    updating,
)
from zenodo_action.story.discovery import Found
from zenodo_action.story.opening import open_draft, remember
from zenodo_action.story.tools import Tools

LOOK_EVERY_S = 10.0
"""Pause between looks at another release's draft that is in the way."""


def find(options: Options, snapshot: Snapshot, mark: Mark, hints: Sequence[Hint], tools: Tools) -> Found:
    """Return what the server holds of the repository, by reads alone; what earlier runs noted of it are hints."""
    note = tools.notes.of(snapshot.name)
    noted = [
        Hint(record_id=each.record_id or "", source=f"the note about {each.tag}", is_note=True)
        for each in reversed(tools.notes.all())
        if each.doi
    ]
    return discovery.find(
        tools.repository,
        snapshot,
        wanted=options.record,
        where=options.place("record"),
        hints=[*noted, *hints],
        mark=mark,
        noted=note.record_id if note is not None else None,
        may_list=tools.has_token,
        known=tools.known,
    )


def make_plan(options: Options, project: Project, hints: Sequence[Hint], tools: Tools) -> Plan:
    """
    Return what will be done for the project's tag, by reads alone.

    Raises:
        MetadataError: The project has errors, or warnings where ``fail-on`` is ``warning``.
        RepositoryError: The server cannot be asked, or doubt remains which record is meant.
        OptionError: The tag lies below the newest version and ``allow-older`` is not given.
        ArchiveError: The files to deposit cannot be built.
    """
    _stop_on(project.findings, "error")  # what is only warned of may be settled by the version before
    snapshot, repository, mark = project.snapshot, tools.repository, marks.mark_of(project)
    found = find(options, snapshot, mark, hints, tools)
    due = steps.due(found, snapshot, mark, tools)
    description = describing.describe(project, found, due, repository)
    communities, unknown = inclusion.find(*_communities(options, project), repository)
    review = reviewing.review_of(due.draft, communities, tools)
    files: Sequence[DepositFile] = ()
    made_from = preflight.made_from(due.existing, snapshot, tools.notes.of(snapshot.name), hints)
    if due.existing is not None:
        step, more = updating.due(options, description, tools)
        more += preflight.check_commit(snapshot, made_from)
    elif review is not None:
        step, more = "await-review", description.payload.losses
    else:
        step, more = due.step, (*description.payload.losses, *preflight.check_version(found.versions, mark))
        if step == "next-version":
            more += preflight.check_order(options, found.versions, mark)
        files, about_files = tools.build()
        more += (*about_files, *preflight.check_files(files, repository))
    about = project.findings if found.latest is None else lineage.still_true(project.findings, found.latest)
    findings = (*about, *found.findings, *due.findings, *description.left_out, *more)
    findings += unknown if step != "nothing" else ()
    _stop_on(findings, options.fail_on)
    plan = Plan(
        step=step,
        server=repository.name,
        snapshot=snapshot,
        mark=mark,
        record=description.record,
        payload=description.payload,
        files=tuple(files),
        files_there=sending.files_there(due.draft if due.draft is not None else found.latest, files),
        draft=due.draft,
        latest=found.latest,
        existing=description.existing,
        made_from=made_from,
        communities=communities,
        changes=description.changes,
        places=project.places,
        review=review,
        will_publish=options.publish,
        stamps=options.stamp and step not in ("nothing", "update-metadata", "await-review"),
        doi=due.draft.doi if due.draft is not None else None,
        sibling_dois=tuple(sorted(each.doi for each in found.versions if each.doi is not None)),
        findings=findings,
    )
    return stamping.foresee(plan, tools)


def deposit(options: Options, project: Project, hints: Sequence[Hint], tools: Tools) -> Outcome:
    """Plan the deposit of a release, then carry it out."""
    return _plan_and(carry_out, options, project, hints, tools)


def reserve(options: Options, project: Project, hints: Sequence[Hint], tools: Tools) -> Outcome:
    """Plan the deposit of a release that is still to be tagged, and carry out its beginning: draft and DOI, no files."""
    without = replace(tools, build=lambda: ((), ()))
    return _plan_and(reserving.carry_out, options.replaced(stamp=False), project, hints, without)


def _plan_and(
    act: Callable[[Plan, Tools], Outcome], options: Options, project: Project, hints: Sequence[Hint], tools: Tools
) -> Outcome:
    """
    Plan, then act, while other runs are kept out.

    A draft of another release that is in the way is waited for: its run may be about to publish it. What is done then
    is planned afresh, since that release is the newest version now.
    """
    with tools.lock():
        while True:
            try:
                plan = make_plan(options, project, hints, tools)
                tools.say(f"plan: {plan.summary}")
                return act(plan, tools)
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
    if plan.step == "update-metadata":
        return updating.carry_out(plan, tools)
    if plan.review is not None:
        return reviewing.pending(plan, plan.draft, plan.review, tools)
    if plan.step == "nothing" and plan.existing is not None:
        remember(plan, tools, plan.existing)
        found = (*plan.findings, *inclusion.ask(plan, plan.existing, tools))
        return Outcome(status="unchanged", plan=plan, record=plan.existing, findings=found)
    draft = open_draft(plan, tools)
    try:
        plan, draft = filling.settle_metadata(plan, draft, tools)
        plan, draft = stamping.stamp(plan, draft, tools)
        sending.send_files(plan, draft, tools)
        draft = filling.look_again(plan, draft, tools)
        if not plan.will_publish:
            return Outcome(status="draft", plan=plan, record=draft, findings=plan.findings)
        published = reviewing.publish(plan, draft, tools)
    except (UnavailableError, ChecksumError) as error:
        error.fix = f"run it again: it goes on with draft {draft.id} ({draft.url}), and sends no complete file again"
        raise
    if isinstance(published, Review):
        return reviewing.pending(plan, draft, published, tools)
    remember(plan, tools, published)
    found = (*plan.findings, *filling.compare(plan, published, tools), *inclusion.ask(plan, published, tools))
    return Outcome(status="published", plan=plan, record=published, findings=found)


# Planning: reads only


def _stop_on(findings: Iterable[Finding], fail_on: str) -> None:
    """Stop where a finding is as grave as ``fail_on`` says."""
    grave = ("error", "warning") if fail_on == "warning" else ("error",)
    listed = tuple(findings)
    if any(finding.level in grave for finding in listed):
        raise MetadataError(listed)


def _communities(options: Options, project: Project) -> tuple[tuple[str, ...], dict[str, Where]]:
    """Return the communities of the metadata and of the option, each once with its place."""
    places = {name: options.place("communities") for name in options.communities}
    for number, name in enumerate(project.record.communities):
        where = project.places.get(f"communities.{number}", project.places.get("communities"))
        if where is not None:
            places[name] = where
    return tuple(dict.fromkeys((*project.record.communities, *options.communities))), places
