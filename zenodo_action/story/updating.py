"""
The metadata of a version that is published already: edited, saved, published again; never its files.

The server keeps one open edit of a version. An edit that departs from what is published, and not just in the way in
which ours would, is somebody else's: it is never overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zenodo_action.errors import ConflictError, Finding, RejectedError
from zenodo_action.mapping.differences import differences
from zenodo_action.mapping.rdm import writable
from zenodo_action.model import Difference, Payload, Record, RemoteRecord
from zenodo_action.options import Options
from zenodo_action.plan import Outcome, Plan, Step
from zenodo_action.story import filling, inclusion
from zenodo_action.story.describing import Description
from zenodo_action.story.opening import remember
from zenodo_action.story.tools import Tools

_SHOWN = 8
"""Fields that a message names."""


def due(options: Options, description: Description, tools: Tools) -> tuple[Step, tuple[Finding, ...]]:
    """
    Return the step for a release that is published already, and what is to be known of it; only reads.

    Raises:
        ConflictError: Somebody else is editing the record.
    """
    existing, fields = description.existing, changed_fields(description.changes)
    losses = description.payload.losses
    if existing is None or not fields:
        return "nothing", losses
    if not options.update_metadata:
        count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
        hint = Finding(
            level="hint",
            code="metadata-differs",
            what=f"the published metadata of version {existing.version} depart from the release's in {count}:"
            f" {_listed(fields)}",
            fix="--update-metadata (update-metadata: true in the workflow) writes the release's; preview shows them",
        )
        return "nothing", (*losses, hint)
    if tools.has_token:
        _check_edit(existing, description.payload, tools)
    held = {each.what for each in tools.repository.payload(Record(), existing, is_same=True).losses}
    # What the API cannot hold is a warning, but taking it from a record that has it is no way to mend one.
    return "update-metadata", tuple(replace(each, level="error") if each.what in held else each for each in losses)


def carry_out(plan: Plan, tools: Tools) -> Outcome:
    """
    Edit the published version, save the plan's metadata, and publish it again; its files and its DOI stay.

    Raises:
        RejectedError: The server refused or changed the metadata; the edit is dropped, the record is as it was.
        ConflictError: Somebody else is editing the record.
    """
    existing = plan.existing
    if existing is None:
        raise ValueError("there is no version to update")
    edit = tools.repository.open_edit(existing)
    _check_edit(existing, plan.payload, tools)
    tools.say(f"editing the metadata of {existing.id}")
    try:
        edit = tools.repository.save_draft(edit, plan.payload)
        plan, edit = filling.settle_metadata(plan, edit, tools)
    except RejectedError as error:
        error.fix = f"mend the values and run again; the record {existing.url} is as it was"
        try:
            tools.repository.discard_edit(edit)
        except ConflictError:  # it was saved once more, by us without a field or by somebody else
            error.fix = f"mend the values, discard the edit at {edit.url}, and run again; nothing of it is published"
        raise
    if not plan.will_publish:
        return Outcome(status="draft", plan=plan, record=edit, findings=plan.findings)
    tools.say(f"publishing {existing.id} again")
    published = tools.repository.publish(edit)
    if published.revision is not None and published.revision == existing.revision:
        raise ConflictError(
            f"the edit of {existing.id} was discarded by somebody else before it was published",
            fix=f"look at {existing.url}, then run again",
        )
    remember(plan, tools, published)
    found = (*plan.findings, *filling.compare(plan, published, tools), *inclusion.ask(plan, published, tools))
    return Outcome(status="updated", plan=plan, record=published, findings=found)


def changed_fields(changes: Sequence[Difference]) -> tuple[str, ...]:
    """
    Return the fields of which differences are, each once.

    >>> changed_fields([Difference(field=f"metadata.subjects.{number}", before=None, after="x") for number in (1, 2)])
    ('metadata.subjects',)
    """
    return tuple(dict.fromkeys(".".join(each.field.split(".")[:2]) for each in changes))


def _check_edit(existing: RemoteRecord, payload: Payload, tools: Tools) -> None:
    """
    Stop where an edit of the version holds anything but what is published, or exactly what we would write.

    The latter is what a run leaves behind that was killed before it published; whoever wrote it, it is what is wanted.
    """
    edit = tools.repository.edit_of(existing)
    if edit is None:
        return
    foreign = changed_fields(differences(writable(existing.payload), edit.payload))
    if foreign and tools.repository.differences(payload, edit):
        raise ConflictError(
            f"an open edit of record {existing.id} holds changes that are not published: {_listed(foreign)}",
            fix=f"publish or discard it at {edit.url}, then run again",
        )


def _listed(fields: Sequence[str]) -> str:
    """Return the names of fields, the first few where there are many."""
    more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
    return ", ".join(name.partition(".")[2] or name for name in fields[:_SHOWN]) + more
