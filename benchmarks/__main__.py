"""
Measure everything and write ``benchmarks/RESULTS.md`` and ``benchmarks/curves.json``.

    python -m benchmarks [--runs 5] [--scale 1.0] [--only deposits,uploads,archives,startup,growth]

``--scale`` below 1 cuts sizes, to see whether the measurements work; nothing is written then.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import archives, deposits, example, growth, startup, uploads
from benchmarks.measure import ROOT
from benchmarks.servers import repository

HERE = Path(__file__).parent
SECTIONS = ("startup", "deposits", "uploads", "archives", "growth")
INTRODUCTION = """\
# Measurements

Made by `make bench`: {date}, zenodo-deposit {version}, Python {python}, {git}, {curl}, {machine}, {processors} processors.
Server: the embedded repository (personality `zenodo`) on the same machine, without TLS: on a real network each connection
adds about two round trips. Figures are medians of {runs} runs with the least and the greatest; what is compared ran in
turn. The floor makes only the calls that cannot be left out, and checks nothing.
"""
TITLES = {
    "startup": "Start-up",
    "deposits": "Deposit",
    "uploads": "Upload",
    "archives": "Archive",
    "growth": "Growth",
}


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default=",".join(SECTIONS))
    given = parser.parse_args()
    texts: dict[str, str] = {}
    for name in given.only.split(","):
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            texts[name] = _section(name, Path(folder), given.runs, given.scale)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)  # noqa: T201 - progress
    body = "\n".join(f"## {TITLES[name]}\n\n{text}\n" for name, text in texts.items())
    text = f"{_introduction(given.runs)}\n{body}"
    if given.scale == 1 and set(texts) == set(SECTIONS):
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - a trial


def _section(name: str, folder: Path, runs: int, scale: float) -> str:
    """Measure one section and return its text."""
    match name:
        case "startup":
            return startup.measure(folder, runs)
        case "archives":
            return archives.measure(folder, runs, scale)
    with repository(folder / "repository") as url:
        match name:
            case "deposits":
                return deposits.text(deposits.measure(url, folder, runs))
            case "uploads":
                sizes = tuple(each for each in uploads.SIZES if each[1] <= uploads.SIZES[-1][1] * scale)
                return uploads.measure(url, folder, runs, sizes)
        curves = growth.measure(url, folder, runs, scale)
    if scale == 1:
        growth.write(curves, HERE / "curves.json")
    return "\n\n".join(f"{curve.in_words()}\n\n![{curve.title}](plots/{curve.name}.svg)" for curve in curves)


def _introduction(runs: int) -> str:
    """Return what was measured where."""
    ask: Callable[[list[str]], str] = lambda command: subprocess.check_output(command, text=True)  # noqa: E731
    version = re.search(r"curl [\d.]+", ask(["curl", "--version"]))
    return INTRODUCTION.format(
        date=dt.datetime.now(dt.timezone.utc).date(),
        version=ask(["git", "-C", str(ROOT), "describe", "--always", "--dirty"]).strip(),
        python=platform.python_version(),
        git=ask(["git", "--version"]).strip(),
        curl=version[0] if version else "curl",
        machine=f"{platform.system()} {platform.machine()}",
        processors=example.processors(),
        runs=runs,
    )


if __name__ == "__main__":
    main()
