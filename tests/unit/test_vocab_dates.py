"""Dates and intervals; the expected answers are those of the server's own field (EDTFDateString)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action import vocab


@pytest.mark.parametrize(
    "value",
    [
        "2024",
        "2024-05",
        "2024-05-01",
        "2024-02-29",
        "2000-02-29",
        "0000",
        "0001-01-01",
        "-0044-03-15",
        "-0004-02-29",
        "2020/2021",
        "2020/2020",
        "2020-05/2020-05-01",
        "2020-05-10/2020-05",
        "-0002/0001-05",
    ],
)
def test_dates_that_the_server_takes(value: str) -> None:
    assert vocab.date(value) == value
    assert vocab.date_problem(value) is None


def test_spaces_are_taken_out() -> None:
    assert vocab.date(" 2020 / 2021-05 ") == "2020/2021-05"
    assert vocab.date_problem(" 2020 / 2021-05 ") is None


NO_DATE = "it is no date; write YYYY-MM-DD, YYYY-MM or YYYY"
OPEN_END = "an interval needs both its beginning and its end"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "it is empty"),
        ("today", NO_DATE),
        ("99", NO_DATE),
        ("12020", NO_DATE),
        ("-0000", NO_DATE),
        ("２０２０", NO_DATE),
        ("2020/2021/2022", NO_DATE),
        ("2024-02-30", "there is no 30 February"),
        ("2023-02-29", "there is no 29 February in 2023"),
        ("1900-02-29", "there is no 29 February in 1900"),
        ("2024-04-31", "there is no 31 April"),
        ("2024-01-00", "there is no 0 January"),
        ("2024-13-05", "day and month may be swapped; write 2024-05-13 if so"),
        ("2024-31-12", "day and month may be swapped; write 2024-12-31 if so"),
        ("2024-13-40", "there is no month 13"),
        ("2024-00", "there is no month 0"),
        ("2024-05-01T10:00:00Z", "it has a time of day; give the date alone"),
        ("2024-05-01 10:00", "it has a time of day; give the date alone"),
        ("20240501", "it is not in the form YYYY-MM-DD; write 2024-05-01"),
        ("2024/05/01", "it is not in the form YYYY-MM-DD; write 2024-05-01"),
        ("2024.5.1", "it is not in the form YYYY-MM-DD; write 2024-05-01"),
        ("2024-5-1", "it is not in the form YYYY-MM-DD; write 2024-05-01"),
        ("2024-5", "it is not in the form YYYY-MM-DD; write 2024-05"),
        ("20241401", NO_DATE),
        ("31.12.2020", "it begins with the day or the month; write 2020-12-31"),
        ("12/31/2020", "it begins with the day or the month; write 2020-12-31"),
        ("01/02/2020", "it begins with the day or the month; write the year first: YYYY-MM-DD"),
        ("2020?", "it is marked as uncertain, which the server does not take; give the date alone"),
        ("2021/2020", "the interval ends before it begins; write 2020/2021 if it is the other way round"),
        ("2020-13-01/2021", "day and month may be swapped; write 2020-01-13 if so"),
        ("2020/", OPEN_END),
        ("../2020", OPEN_END),
    ],
)
def test_problems_of_dates(value: str, problem: str) -> None:
    assert vocab.date(value) is None
    assert vocab.date_problem(value) == problem


@given(st.dates(), st.dates())
def test_intervals_of_real_days_are_taken_in_their_order_only(one: dt.date, other: dt.date) -> None:
    first, last = sorted((one, other))
    assert vocab.date(f"{first}/{last}") == f"{first}/{last}"
    assert vocab.date(f"{last}/{first}") == (f"{last}/{first}" if first == last else None)


@given(st.text(max_size=25) | st.from_regex(r"\A-?\d{1,5}([-/.T ]\d{1,2}){0,5}\Z"))
def test_every_value_is_a_date_or_has_a_problem(value: str) -> None:
    assert (vocab.date(value) is None) == (vocab.date_problem(value) is not None)
