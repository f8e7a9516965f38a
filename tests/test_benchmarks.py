"""What ``make bench`` keeps, and in which order it runs what it compares."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks import growth, results
from benchmarks.growth import Curve
from benchmarks.measure import FailedError, Spent, in_turn, spend, spread, table

ORDER = ["Start-up", "Deposit", "Upload"]


def test_sections_are_put_in_their_order() -> None:
    """A section that is measured first need not stand first."""
    later = results.renewed("", "Upload", "one\n", order=ORDER)
    both = results.renewed(later, "Start-up", "two", order=ORDER)
    assert both == f"{results.INTRODUCTION}\n## Start-up\n\ntwo\n\n## Upload\n\none\n"


def test_one_section_is_renewed_and_the_others_stay() -> None:
    """Headings within a section are its own."""
    document = results.INTRODUCTION
    for title in ORDER:
        document = results.renewed(document, title, f"{title} of old\n\n### First\n\n| a |", order=ORDER)
    renewed = results.renewed(document, "Deposit", "new", order=ORDER)
    assert renewed == document.replace("Deposit of old\n\n### First\n\n| a |", "new")
    assert results.renewed(renewed, "Deposit", "new", order=ORDER) == renewed


def test_a_section_that_there_is_no_more_is_dropped() -> None:
    """Its figures belong to nothing that could renew them."""
    document = results.renewed("", "Old", "one", order=["Old"])
    assert results.renewed(document, "Upload", "two", order=ORDER) == f"{results.INTRODUCTION}\n## Upload\n\ntwo\n"


def test_a_section_says_where_and_on_how_busy_a_machine_it_was_measured() -> None:
    """The line holds whatever the system tells."""
    line = results.Watch().line("abc1234", 5)
    assert re.fullmatch(
        r"\*Measured \d{4}-\d\d-\d\d at abc1234, 5 runs; Python [\d.]+, git [\d.]+, curl( [\d.]+)?; \w+ \w+, \d+ processors; "
        r"load average \d+\.\d at the start(; others took \d+% of the processors until the end)?\.\*",
        line,
    )


def test_the_kept_results_are_those_of_the_sections_that_there_are() -> None:
    """Each section says when it was measured."""
    from benchmarks.__main__ import HERE, TITLES  # noqa: PLC0415 - a program

    kept = (HERE / "RESULTS.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.+)$", kept, re.MULTILINE)
    assert titles == [title for title in TITLES.values() if title in titles]
    assert len(re.findall(r"^## .+\n\n\*Measured \d{4}-\d\d-\d\d at ", kept, re.MULTILINE)) == len(titles)
    curves = json.loads((HERE / "curves.json").read_text(encoding="utf-8"))
    assert [curve["measured"][:12] for curve in curves] == ["*Measured 20"] * len(curves)
    assert kept.count(".svg)") == len(curves)


def test_one_curve_is_renewed_and_the_others_stay(tmp_path: Path) -> None:
    """The plots are drawn from all of them."""
    kept = tmp_path / "curves.json"
    small, large = ((1, 1.0), (10, 2.0)), ((1, 1.0), (10, 10.0))
    for name, points in (("one", small), ("two", small), ("one", large)):
        growth.keep([Curve(name=name, title=name, unit="files", points=points)], kept, f"of {name}")
    assert [(curve["name"], curve["points"][-1][1], curve["measured"]) for curve in json.loads(kept.read_text())] == [
        ("one", 10.0, "of one"),
        ("two", 2.0, "of two"),
    ]


def test_what_is_compared_runs_one_way_round_and_then_the_other() -> None:
    """Whatever one leaves behind for the next meets both as often."""
    order: list[str] = []

    def subject(name: str) -> Spent:
        order.append(name)
        return Spent(seconds=1.0, cpu_seconds=1.0, peak_mib=1.0, output="")

    taken = in_turn(
        3,
        {"a": lambda number: subject(f"a{number}"), "b": lambda number: subject(f"b{number}")},
        settle=lambda: order.append("-"),
    )
    assert order == ["-", "a0", "-", "b0", "-", "b1", "-", "a1", "-", "a2", "-", "b2"]
    assert {name: len(spent) for name, spent in taken.items()} == {"a": 3, "b": 3}


def test_a_program_is_measured_with_the_programs_that_it_starts() -> None:
    """Its own memory and processor time count, and those of its children."""
    inner = "sum(range(3_000_000)); bytearray(100_000_000)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True); print('done')"
    spent = spend([sys.executable, "-c", code])
    assert (spent.output, spent.peak_mib > 90, spent.cpu_seconds > 0.02) == ("done\n", True, True)


def test_a_program_that_fails_has_no_figures() -> None:
    """What it said is told."""
    with pytest.raises(FailedError, match=r"ended with 3:\nno$"):
        spend([sys.executable, "-c", "import sys; sys.stderr.write('no'); sys.exit(3)"])


def test_tables_show_the_median_and_the_spread() -> None:
    """Figures stand to the right."""
    assert (
        table(["size", "s"], [["1 MB", spread([0.5, 0.1, 0.3])]])
        == "| size | s |\n| --- | --: |\n| 1 MB | 0.30 (0.10–0.50) |"
    )
