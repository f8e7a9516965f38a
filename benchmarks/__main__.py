"""
Measure what the product promises; each section is kept in ``benchmarks/RESULTS.md`` as soon as it is finished.

    python -m benchmarks [--runs 5] [--scale 1.0] [--only deposits,uploads,archives,startup,growth]

Sections: startup, deposits, uploads, archives, and of growth: creators, files, tags, records. With ``--scale`` below 1, which
cuts sizes, or fewer than five runs they are printed, to see whether the measurements work, and nothing is kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import archives, deposits, growth, results, startup, uploads

HERE = Path(__file__).parent
LEAST_RUNS = 5

TABLES: dict[str, tuple[str, Callable[[Path, int, float], str]]] = {
    "startup": ("Start-up", startup.measure),
    "deposits": ("Deposit", deposits.measure),
    "uploads": ("Upload", uploads.measure),
    "archives": ("Archive", archives.measure),
}
CURVES: dict[str, tuple[str, Callable[[Path, int, float], Sequence[growth.Curve]]]] = {
    "creators": ("Growth: creators of one record", growth.creators),
    "files": ("Growth: files of one record", growth.files),
    "tags": ("Growth: releases of one repository", growth.tags),
    "records": ("Growth: records of the embedded repository", growth.records),
}
TITLES = {name: title for name, (title, _) in (*TABLES.items(), *CURVES.items())}


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=LEAST_RUNS)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default=",".join(TITLES))
    given = parser.parse_args()
    names = given.only.replace("growth", ",".join(CURVES)).split(",")
    if unknown := set(names) - set(TITLES):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(TITLES)}, growth")
    commit = results.commit()
    for name in names:
        started = time.monotonic()
        _renew(name, commit, given.runs, given.scale)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)  # noqa: T201 - progress


def _renew(name: str, commit: str, runs: int, scale: float) -> None:
    """Measure a section, and keep it or print it."""
    watch = results.Watch()
    curves: Sequence[growth.Curve] = ()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if name in TABLES:
            text = TABLES[name][1](Path(folder), runs, scale)
        else:
            curves = CURVES[name][1](Path(folder), runs, scale)
            text = growth.in_words(name, curves)
    measured = watch.line(commit, runs)
    text = f"{measured}\n\n{text}"
    if scale < 1 or runs < LEAST_RUNS:
        print(f"## {TITLES[name]}\n\n{text}\n")  # noqa: T201 - a trial
        return
    if curves:
        growth.keep(curves, HERE / "curves.json", measured)
    kept = HERE / "RESULTS.md"
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    kept.write_text(results.renewed(before, TITLES[name], text, order=list(TITLES.values())), encoding="utf-8")


if __name__ == "__main__":
    main()
