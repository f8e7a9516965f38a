"""
What was measured is kept section by section, each with when, where and at which commit, so that one can be renewed alone.

The sections live in ``benchmarks/RESULTS.md`` itself, each below a heading ``## TITLE``.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import ROOT

INTRODUCTION = """\
# Measurements

Made by `make bench`, section by section: each says when, at which commit and on how busy a machine it was measured.
Server: the embedded repository (personality `zenodo`) on the same machine, without TLS: on a real network each connection
adds about two round trips. Figures are medians with the least and the greatest; what is compared ran in turn, first one
way round, then the other. The floor makes only the calls that cannot be left out, and checks nothing.
"""
MEASURED = ("zenodo_action", "pyproject.toml", "requirements", "benchmarks/*.py")
"""What a figure depends on; other changes, as those of the results, do not make a commit another."""


def renewed(document: str, title: str, text: str, *, order: Sequence[str]) -> str:
    """
    Return the results with one section replaced, or put where it belongs.

    Args:
        document: The results so far; may be empty.
        title: Of the section.
        text: The section without its heading.
        order: The titles of all sections; one that is not among them is dropped.
    """
    sections = {**_sections(document), title: text.strip()}
    listed = "\n".join(f"## {each}\n\n{sections[each]}\n" for each in order if each in sections)
    return f"{INTRODUCTION}\n{listed}"


def _sections(document: str) -> Mapping[str, str]:
    """Return the sections by their titles."""
    _, *parts = re.split(r"^## (.+)$", document, flags=re.MULTILINE)
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


class Watch:
    """The machine while a section is measured: its load at the start, and what others took of it until the end."""

    def __init__(self) -> None:
        self._load = os.getloadavg()[0]
        self._started = time.monotonic()
        self._busy_s, self._own_s = _busy_s(), _own_s()

    def line(self, commit: str, runs: int) -> str:
        """Return when, where and how the section was measured, as one paragraph."""
        parts = [
            f"Measured {dt.datetime.now(dt.timezone.utc).date()} at {commit}, {runs} runs",
            f"Python {platform.python_version()}, {_version('git')}, {_version('curl')}",
            f"{platform.system()} {platform.machine()}, {os.cpu_count() or 1} processors",
            f"load average {self._load:.1f} at the start",
        ]
        if self._busy_s is not None and (busy_s := _busy_s()) is not None:
            others_s = busy_s - self._busy_s - (_own_s() - self._own_s)
            capacity_s = (time.monotonic() - self._started) * (os.cpu_count() or 1)
            parts.append(f"others took {max(others_s / capacity_s, 0):.0%} of the processors until the end")
        return f"*{'; '.join(parts)}.*"


def commit() -> str:
    """Return the commit that is measured, and whether the files that matter differ from it."""
    name = _ask("git", "-C", str(ROOT), "describe", "--always")
    return f"{name} with changes" if _ask("git", "-C", str(ROOT), "status", "--short", "--", *MEASURED) else name


def _busy_s() -> float | None:
    """
    Return for how long the processors have been busy since the machine started; ``None`` where the system does not tell.

    Source: proc_stat(5), line ``cpu``: user, nice, system, idle, iowait, irq, softirq, steal, in clock ticks.
    """
    try:
        ticks = [
            int(number) for number in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
        ]
    except OSError:
        return None
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    """Return the processor time of this process and of those that it started and that have ended."""
    used = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _version(program: str) -> str:
    """Return name and version of a program."""
    found = re.search(r"\d[\d.]*\d", _ask(program, "--version"))
    return f"{program} {found[0]}" if found else program


def _ask(*command: str) -> str:
    return subprocess.check_output(command, text=True).strip()
