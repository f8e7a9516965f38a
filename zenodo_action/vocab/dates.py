"""Dates and intervals in the form the servers take: EDTF level 0 without a time of day."""

from __future__ import annotations

import re

_DATE = r"(?a)(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_TIME = r"(?a)\d{4}-\d\d-\d\d[T ]\d\d(:|\d)"
_SLASHED = r"(?a)(\d{4})[/.](\d{1,2})[/.](\d{1,2})"
_DAY_FIRST = r"(?a)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_COMPACT = r"(?a)(\d{4})(\d\d)(\d\d)"
_UNPADDED = r"(?a)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?"
_BLURRED = r"(?a)\d{4}(-\d\d){0,2}[?~%]"

_MONTHS = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_MONTH = 12

_Point = tuple[int, int, int]
"""Year, month, day."""


def date(value: str) -> str | None:
    """
    Return a date or an interval that the server accepts, without spaces; ``None`` for anything else.

    A date is a year, a month or a day; an interval is two of them, the first not after the second. A time of day
    is refused. Source: invenio-rdm-records, services/schemas/metadata.py, EDTFDateString; the Library of Congress's
    EDTF specification, level 0.

    >>> date("2024-02-29"), date("2020 / 2021-05"), date("2023-02-29"), date("2024-05-01T10:00:00Z")
    ('2024-02-29', '2020/2021-05', None, None)
    """
    parts = [part.strip() for part in value.split("/")]
    spans = [_span(part) for part in parts]
    if len(parts) > 2 or not all(spans):  # noqa: PLR2004 - an interval has two ends
        return None
    first, last = spans[0], spans[-1]
    return "/".join(parts) if first and last and first[0] <= last[1] else None


def date_problem(value: str) -> str | None:
    """
    Say what is wrong with a date, to be read after a colon; ``None`` where nothing is.

    >>> date_problem("2024-02-30")
    'there is no 30 February'
    >>> date_problem("2024-13-05")
    'day and month may be swapped; write 2024-05-13 if so'
    """
    if date(value):
        return None
    value = value.strip()
    if not value:
        return "it is empty"
    parts = [part.strip() for part in value.split("/")]
    if len(parts) == 2 and all(re.fullmatch(_DATE, part) for part in parts):  # noqa: PLR2004
        problem = next((problem for problem in map(date_problem, parts) if problem), None)
        return (
            problem or f"the interval ends before it begins; write {parts[1]}/{parts[0]} if it is the other way round"
        )
    if len(parts) == 2 and {"..", ""} & set(parts):  # noqa: PLR2004
        return "an interval needs both its beginning and its end"
    return _other_order(value) or _other_form(value)


def _span(text: str) -> tuple[_Point, _Point] | None:
    """Return the first and the last day of a date, or ``None`` where there is no such date."""
    match = re.fullmatch(_DATE, text)
    if not match or match[1] == "-0000":
        return None
    year = int(match[1])
    first_month, last_month = (int(match[2]), int(match[2])) if match[2] else (1, _LAST_MONTH)
    if not 1 <= first_month <= _LAST_MONTH:
        return None
    first_day, last_day = (int(match[3]), int(match[3])) if match[3] else (1, _days(year, last_month))
    if not 1 <= first_day <= last_day <= _days(year, last_month):
        return None
    return (year, first_month, first_day), (year, last_month, last_day)


def _days(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _DAYS[month] + (_MONTHS[month] == "February" and is_leap)


def _other_order(value: str) -> str | None:
    """Say what is wrong with a date of year, month and day in another order or notation."""
    if re.match(_TIME, value):
        return "it has a time of day; give the date alone"
    day_first = re.fullmatch(_DAY_FIRST, value)
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
        mended = date(f"{year:04}-{month:02}-{day:02}") if day > _LAST_MONTH else None
        swapped = date(f"{year:04}-{day:02}-{month:02}") if month > _LAST_MONTH else None
        return f"it begins with the day or the month; write {mended or swapped or 'the year first: YYYY-MM-DD'}"
    year_first = re.fullmatch(_SLASHED, value) or re.fullmatch(_COMPACT, value) or re.fullmatch(_UNPADDED, value)
    if year_first:
        mended = date("-".join(f"{int(part):02}" for part in year_first.groups() if part))
        if mended:
            return f"it is not in the form YYYY-MM-DD; write {mended}"
    return None


def _other_form(value: str) -> str:
    match = re.fullmatch(_DATE, value)
    if match and match[2]:
        return _no_such_day(int(match[1]), int(match[2]), int(match[3] or 1))
    if re.fullmatch(_BLURRED, value):
        return "it is marked as uncertain, which the server does not take; give the date alone"
    return "it is no date; write YYYY-MM-DD, YYYY-MM or YYYY"


def _no_such_day(year: int, month: int, day: int) -> str:
    if not 1 <= month <= _LAST_MONTH:
        swapped = date(f"{year:04}-{day:02}-{month:02}")
        return f"day and month may be swapped; write {swapped} if so" if swapped else f"there is no month {month}"
    if _MONTHS[month] == "February" and day == _DAYS[month] + 1:
        return f"there is no {day} February in {year}"
    return f"there is no {day} {_MONTHS[month]}"
