"""Runs a program and tells what it took: seconds, processor seconds, memory at its peak."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one run of a program took."""

    seconds: float
    cpu_seconds: float
    """Of the program and the children that it waited for."""
    peak_mib: float
    """Of its largest process; less than about 9 cannot be seen, see ``launch.py``."""
    output: str


class FailedError(Exception):
    """A measured program did not do its work, so that its figures mean nothing."""


def spend(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Spent:
    """
    Run a program to its end.

    Raises:
        FailedError: It did not end with 0; its output is the text.
    """
    given = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LC_ALL": "C.UTF-8",
        **(environment or {}),
    }
    program = shutil.which(command[0]) or command[0]
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8") as figures:  # noqa: PTH123 - a descriptor
        done = subprocess.run(
            [sys.executable, "-S", "-I", LAUNCH, str(writing), program, *command[1:]],
            cwd=folder,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=[writing],
            check=False,
        )
        os.close(writing)
        if done.returncode != 0:
            shown = " ".join(map(str, command))
            raise FailedError(f"{shown} ended with {done.returncode}:\n{done.stdout[-2000:]}")
        return Spent(**json.load(figures), output=done.stdout)


def in_turn(
    runs: int, subjects: Mapping[str, Callable[[int], Spent]], *, settle: Callable[[], None] = lambda: None
) -> dict[str, list[Spent]]:
    """
    Run each subject as often, in turn, so that a slow minute of the machine meets all of them.

    Every other time the order is turned round: what one leaves behind (memory to be written to the disk, say) meets
    each of them as often.

    Args:
        runs: How often.
        subjects: Name → what runs it; it is given the number of the run.
        settle: Called before each run.
    """
    taken: dict[str, list[Spent]] = {name: [] for name in subjects}
    for number in range(runs):
        order = list(subjects.items())
        for name, subject in order if number % 2 == 0 else reversed(order):
            settle()
            taken[name].append(subject(number))
    return taken


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median with the least and the greatest, as ``0.42 (0.40–0.51)``."""
    return f"{middle(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is set to the right."""
    lines = [" | ".join(head), " | ".join(["---"] + ["--:"] * (len(head) - 1)), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
