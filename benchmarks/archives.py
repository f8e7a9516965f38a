"""Archives of large repositories, beside ``git archive``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import example
from benchmarks.measure import Spent, in_turn, middle, spend, spread, table

ARCHIVE = """\
import sys
from pathlib import Path
from zenodo_action import archive
from zenodo_action.checkout import Checkout
folder, target, form = sys.argv[1:]
checkout = Checkout.open(Path(folder))
archive.build(checkout, checkout.snapshot("v1.0.0", names=()), folder=Path(target), form=form)
"""
MANY_FILES = 50_000
LARGE_BYTES = 2_000_000_000

LIMIT = (
    "What limits it: git reads the objects either way. Of many files, the bytes of each pass through Python once, which "
    "writes its header and checksum; of large ones, reading what git streams, MD5 and SHA-256 (beside each other) of the "
    "whole archive, and the disk; `tar.gz`: zlib, as in git."
)


def measure(folder: Path, runs: int, scale: float = 1.0) -> str:
    """
    Archive a repository of many files and one of many bytes, in turn with git, and return a table.

    Args:
        folder: For the repositories.
        runs: How often.
        scale: How much of the full size they have.
    """
    many = {
        f"src/part{number % 100}/file{number}.txt": b"%d\n" % number * 20 for number in range(int(MANY_FILES * scale))
    }
    rows = _rows("50,000 files", folder / "many", many, runs)
    # The parts repeat one another, which git's own packs do not look for in files of this size.
    size = int(LARGE_BYTES * scale) // 20
    large = {f"data/{number}.bin": example.noise(1 << 20, number) * (size >> 20) for number in range(20)}
    rows += _rows("2 GB in 20 files", folder / "large", large, runs)
    head = ["repository", "form", "zenodo-deposit, s", "git archive, s", "ratio", "MiB, ours", "MiB, git"]
    return f"{table(head, rows)}\n\n{LIMIT}"


def _rows(name: str, folder: Path, files: Mapping[str, bytes], runs: int) -> list[list[str]]:
    """Measure both forms of a repository's archive."""
    repository = example.make(folder, [("v1.0.0", files)])
    target = folder.with_suffix(".archives")
    target.mkdir()
    rows = []
    for form, shown in (("zip", "zip, stored"), ("tar.gz", "tar.gz")):
        taken = in_turn(runs, {"ours": _ours(repository, target, form), "git": _git(repository, target, form)})
        ours, git = ([each.seconds for each in taken[who]] for who in ("ours", "git"))
        peaks = [f"{max(each.peak_mib for each in taken[who]):.0f}" for who in ("ours", "git")]
        rows.append([name, shown, spread(ours), spread(git), f"{middle(ours) / middle(git):.2f}", *peaks])
        for left in target.iterdir():
            left.unlink()
    return rows


def _ours(repository: Path, target: Path, form: str) -> Callable[[int], Spent]:
    return lambda _: spend([sys.executable, "-c", ARCHIVE, repository, target, form])


def _git(repository: Path, target: Path, form: str) -> Callable[[int], Spent]:
    level = ["-0"] if form == "zip" else []
    command = ["git", "-C", str(repository), "archive", f"--format={form}", *level, "-o", str(target / f"git.{form}")]
    return lambda _: spend([*command, "v1.0.0"])
