"""Dates, as every format writes them."""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.model import TypedDate
from zenodo_action.sources.reading import Value
from zenodo_action.sources.texts import read_term

DATE_TYPES = (
    *("accepted", "available", "collected", "copyrighted", "coverage", "created"),
    *("issued", "other", "submitted", "updated", "valid", "withdrawn"),
)
"""Source: InvenioRDM, vocabulary ``date_types.yaml``."""


def read_publication_date(value: Value) -> str | None:
    """Return the publication date that the file names; the tag's own counts, so a wrong one is but a warning."""
    text = value.line()
    if text is None:
        return None
    problem = vocab.date_problem(text)
    if problem is None:
        return vocab.date(text)
    value.warn(
        code="date-impossible",
        what=f"{value.label} is wrong: {problem}",
        fix="remove it: the release's own date is used",
    )
    return None


def read_dates(value: Value) -> tuple[TypedDate, ...]:
    """Return further dates: ``{start, end, type}`` of the deposit API or ``{date, type}`` of the native one."""
    dates: list[TypedDate] = []
    for item in value.items():
        if not item.is_mapping:
            item.error(
                code="value-kind-wrong",
                what=f"{item.label} is {item.kind} where a mapping belongs",
                fix="write {type: …, start: YYYY-MM-DD}",
            )
            continue
        item.check_keys(("date", "start", "end", "type", "description"))
        kind = read_term(item.get("type"), DATE_TYPES, code="date-type-unknown")
        if item.get("type") is None:
            item.error(
                code="date-type-missing",
                what=f"{item.label} has no type",
                fix=f"add type:, one of: {', '.join(DATE_TYPES)}",
            )
        date = _read_interval(item)
        if date is not None and kind is not None:
            item.mark(len(dates))
            dates.append(TypedDate(date=date, type=kind, description=item.text_of("description")))
    return tuple(dates)


def _read_interval(item: Value) -> str | None:
    texts = []
    for key in ("date", "start", "end"):
        value = item.get(key)
        text = value.line() if value is not None else None
        if value is None or text is None:
            continue
        problem = vocab.date_problem(text)
        if problem is not None:
            value.error(
                code="date-impossible",
                what=f"{value.label} is wrong: {problem}",
                fix="write it as YYYY, YYYY-MM or YYYY-MM-DD",
            )
            return None
        texts.append(vocab.date(text) or text)
    if not texts:
        item.error(
            code="date-missing",
            what=f"{item.label} has neither start nor end",
            fix="add start: YYYY-MM-DD, end: or both",
        )
        return None
    interval = texts[0] if len(set(texts)) == 1 else "/".join(texts[-2:])
    problem = vocab.date_problem(interval)
    if problem is not None:
        item.error(code="date-impossible", what=f"{item.label} is wrong: {problem}", fix="put the earlier day first")
        return None
    return interval
