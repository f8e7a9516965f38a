"""
What a draft must hold before it is published: its metadata settled, everything looked at once more.

Nothing is believed that the server did not say: what it dropped stops the run before anything that cannot be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zenodo_action.errors import ConflictError, Finding, RejectedError, Where
from zenodo_action.model import Difference, RemoteRecord
from zenodo_action.plan import Plan
from zenodo_action.story.marks import carries_mark
from zenodo_action.story.tools import Tools

MISSING_FILES = "files.enabled"
"""Field of the complaint that a draft has no files yet, which every save before the upload brings."""


CUSTOM_FIELDS = "custom_fields."
FIELDS = {"related_identifiers": "related", "subjects": "keywords"}
"""Names of the native metadata that are called otherwise in ``Record``."""


def settle_metadata(plan: Plan, draft: RemoteRecord, tools: Tools) -> tuple[Plan, RemoteRecord]:
    """
    Return the plan and the draft once the server holds what was sent; stop where it refused or lost a value.

    Custom fields are no reason to stop: an InvenioRDM has those that its people set up.
    """
    refused = [(name, message) for name, message in draft.field_errors if not name.startswith(MISSING_FILES)]
    unknown = {name.removeprefix(CUSTOM_FIELDS) for name, _ in refused if name.startswith(CUSTOM_FIELDS)}
    if unknown - tools.repository.without_custom_fields:
        tools.repository.without_custom_fields |= unknown
        is_same = plan.existing is not None
        payload = tools.repository.payload(plan.record, plan.existing or plan.latest, is_same=is_same)
        plan = replace(plan, payload=payload, findings=(*plan.findings, *payload.losses))
        return settle_metadata(plan, tools.repository.save_draft(draft, payload), tools)
    lost = [each for each in tools.repository.differences(plan.payload, draft) if each.after is None]
    if not refused and not lost:
        return plan, draft
    listed = [f"{name}: {message}" for name, message in refused]
    listed += [f"{each.field}: {each.before!r} was not kept" for each in lost if not _is_covered(each, refused)]
    names = [name for name, _ in refused] + [each.field for each in lost]
    raise RejectedError(
        f"{tools.repository.name} did not take all of the metadata: " + "; ".join(listed),
        where=next((place for name in names if (place := _place(plan, name)) is not None), None),
        fix=f"mend the values and run again; the draft {draft.url} is kept and will be gone on with",
    )


def _place(plan: Plan, name: str) -> Where | None:
    """Return where the value of a server's field, as ``metadata.creators.1.person_or_org``, stands in the files."""
    parts = name.removeprefix("metadata.").split(".")
    parts[0] = FIELDS.get(parts[0], parts[0])
    for length in range(len(parts), 0, -1):
        place = plan.places.get(".".join(parts[:length]))
        if place is not None:
            return place
    return None


def _is_covered(difference: Difference, refused: Sequence[tuple[str, str]]) -> bool:
    """Whether a lost value is one that the server has complained about."""
    return any(difference.field.startswith(name) or name.startswith(difference.field) for name, _ in refused)


def look_again(plan: Plan, draft: RemoteRecord, tools: Tools) -> RemoteRecord:
    """Read the draft once more, and stop unless it is still this tag's with exactly the planned files."""
    seen = tools.repository.draft(draft.id)
    if seen is None or not carries_mark(seen, plan.mark):
        raise ConflictError(
            f"draft {draft.id} was changed by somebody else while it was being filled",
            fix=f"look at {draft.url}, then run again",
        )
    wanted = {(file.name, file.md5) for file in plan.files}
    held = {(each.name, each.md5) for each in seen.files}
    if wanted != held:
        names = ", ".join(sorted({name for name, _ in wanted ^ held}))
        raise ConflictError(
            f"draft {draft.id} does not hold exactly the planned files: {names}",
            fix=f"look at {draft.url}, then run again",
        )
    if plan.doi is not None and (seen.doi or "").lower() != plan.doi.lower():
        raise ConflictError(
            f"draft {draft.id} had the DOI {plan.doi} reserved, and has {seen.doi or 'none'} now",
            fix=f"look at {draft.url}: files may carry the reserved one; discard the draft, and run again",
        )
    return seen


def compare(plan: Plan, published: RemoteRecord, tools: Tools) -> tuple[Finding, ...]:
    """Return a warning for each value that the published record holds otherwise than planned, its DOI first."""
    changed: tuple[Finding, ...] = ()
    if plan.doi is not None and (published.doi or "").lower() != plan.doi.lower():
        what = f"the DOI {plan.doi} was reserved, and the record is published under {published.doi}"
        fix = "use the second; write to those who run the server, and mend the files that carry the first"
        changed = (Finding(level="warning", code="doi-changed", what=what, fix=fix),)
    return changed + tuple(
        Finding(
            level="warning",
            code="value-changed",
            what=f"{each.field} was sent as {each.before!r} and is published as {each.after!r}",
            fix=f"edit the record at {published.url} if that matters",
        )
        for each in tools.repository.differences(plan.payload, published)
    )
