"""
Strike every request of a deposit with every fault, and write what came of it to ``build/faults.md``.

    python scripts/faults.py [--workers N] [--door deposit|run] [--api NAME] [--scenario NAME] [--point N] [--only TEXT] [--bed]

``--bed`` takes the InvenioRDM that ``BED_URL`` and ``BED_TOKEN`` name, with fewer faults.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults.harness import APIS, AT_HOME, FAULTS, WITH_GITHUB, Bench, Door, Scenario, Verdict  # noqa: E402 - found by the line above

FEW = ("kill -9", "gone for good", "reset", "502", "429")
"""Names of the faults that the smaller matrices have: through ``zenodo-deposit run``, and on a real InvenioRDM."""


@dataclass(frozen=True)
class Cell:
    """One case to try."""

    door: Door
    api: str
    scenario: Scenario
    point: int
    fault: int
    """Index in ``FAULTS``."""
    bed: tuple[str, str] | None = None


_benches: dict[tuple[str, str], Bench] = {}


def bench(door: Door, api: str, bed: tuple[str, str] | None) -> Bench:
    """Return this process's bench, made when it is first needed."""
    if (door, api) not in _benches:
        made = Bench(Path(tempfile.mkdtemp(prefix="faults-")), api=api, door=door, bed=bed)
        for scenario in () if bed is not None else AT_HOME if door == "deposit" else WITH_GITHUB:
            made.expected_files(scenario)
        _benches[(door, api)] = made
    return _benches[(door, api)]


def points(door: Door, api: str, scenario: Scenario, bed: tuple[str, str] | None) -> list[str]:
    """Return the requests of a deposit that nothing befalls."""
    return [f"{each.method} {each.path}" for each in bench(door, api, bed).points(scenario)]


def strike(cell: Cell) -> Verdict:
    """Try one case."""
    return bench(cell.door, cell.api, cell.bed).strike(cell.scenario, cell.point, FAULTS[cell.fault])


def cells(arguments: argparse.Namespace, pool: ProcessPoolExecutor) -> list[Cell]:
    """Return every case of the matrix that the arguments leave in."""
    listed = []
    bed = (os.environ["BED_URL"], os.environ["BED_TOKEN"]) if arguments.bed else None
    for door, api, scenario in itertools.product(("deposit", "run"), APIS, AT_HOME):
        if arguments.scenario not in (None, scenario) or (scenario not in WITH_GITHUB and (bed or door == "run")):
            continue
        if arguments.door not in (None, door) or arguments.api not in (None, api) or (bed and door == "run"):
            continue
        count = len(pool.submit(points, door, api, scenario, bed).result())
        for point, fault in itertools.product(range(count), range(len(FAULTS))):
            is_small = door == "run" or bed is not None
            is_left_out = is_small and (FAULTS[fault].lasts or FAULTS[fault].name not in FEW)
            if is_left_out or arguments.only not in str(FAULTS[fault]) or arguments.point not in (None, point + 1):
                continue
            listed.append(Cell(door, api, scenario, point, fault, bed))
    return listed


def row(name: str, verdicts: Sequence[Verdict]) -> str:
    """Return a line of a table: how many cases, runs, and what went wrong."""
    counts = (
        len(verdicts),
        sum(len(each.codes) for each in verdicts),
        sum(each.duplicates for each in verdicts),
        sum(each.lost for each in verdicts),
        sum(each.leftovers for each in verdicts),
        sum(not each.is_good for each in verdicts),
    )
    return f"| {name} | " + " | ".join(str(count) for count in counts) + " |"


def table(title: str, verdicts: Iterable[Verdict], key: Callable[[Verdict], str]) -> list[str]:
    """Return a table with a line for each value of a key."""
    groups: dict[str, list[Verdict]] = {}
    for each in verdicts:
        groups.setdefault(key(each), []).append(each)
    head = [f"| {title} | cases | runs | duplicates | lost | left over | bad |", "|---|--:|--:|--:|--:|--:|--:|"]
    return [*head, *(row(name, group) for name, group in groups.items()), ""]


def report(verdicts: Sequence[Verdict], seconds: float) -> str:
    """Return the whole report as Markdown."""
    lines = ["# Faults", "", f"{len(FAULTS)} faults; {seconds:.0f} s.", ""]
    lines += table("door, API, deposit", verdicts, lambda each: f"{each.door}, {each.api}, {each.scenario}")
    lines += [row("**all**", verdicts), ""]
    for (door, api, scenario), group in itertools.groupby(verdicts, lambda each: (each.door, each.api, each.scenario)):
        lines += [f"## {door}, {api}, {scenario}", ""]
        listed = list(group)
        lines += table("request", listed, lambda each: each.point)
        lines += table("fault", listed, lambda each: each.fault)
    bad = [each for each in verdicts if not each.is_good]
    for each in bad:
        lines += [f"## Bad: {each}", "", "```", *each.exchanges, each.log, "```", ""]
    return "\n".join(lines)


def main() -> int:
    """Try the matrix, write the table, and return 0 where every case is good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--door", choices=("deposit", "run"))
    parser.add_argument("--api", choices=APIS)
    parser.add_argument("--scenario", choices=AT_HOME)
    parser.add_argument("--point", type=int, help="number of the request, from 1")
    parser.add_argument("--only", default="", help="a part of the fault's name")
    parser.add_argument("--bed", action="store_true", help="a real InvenioRDM, named by BED_URL and BED_TOKEN")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "faults.md")
    arguments = parser.parse_args()
    started = time.monotonic()
    with ProcessPoolExecutor(arguments.workers) as pool:
        verdicts = []
        for verdict in pool.map(strike, cells(arguments, pool)):
            verdicts.append(verdict)
            if not verdict.is_good:
                print(verdict, flush=True)
    arguments.output.parent.mkdir(exist_ok=True)
    arguments.output.write_text(report(verdicts, time.monotonic() - started), encoding="utf-8")
    bad = sum(not each.is_good for each in verdicts)
    print(row("all", verdicts))
    print(f"{len(verdicts)} cases, {bad} bad; the tables: {arguments.output}")
    return 1 if bad or not verdicts else 0


if __name__ == "__main__":
    raise SystemExit(main())
