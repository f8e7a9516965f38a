"""How long the program takes before it does anything, and what it loads."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from benchmarks import example
from benchmarks.measure import in_turn, middle, spend, spread, table
from benchmarks.servers import PROGRAM

SHOWN_MODULES = 12


LIMIT = (
    "What limits it: loading modules, `requests` and what it needs first of all; `validate` and `metadata` do without it. "
    "Garbage is not looked for while a command starts and ends."
)


def measure(folder: Path, runs: int, scale: float = 1.0) -> str:
    """Start each command in turn with a Python that does nothing, and return tables."""
    del scale
    repository = example.two_releases(folder / "startup")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import requests'": [sys.executable, "-c", "import requests"],
        "zenodo-deposit --version": [PROGRAM, "--version"],
        "zenodo-deposit validate": [PROGRAM, "validate", "-C", repository],
        "zenodo-deposit metadata v1.1.0": [PROGRAM, "metadata", "v1.1.0", "-C", repository],
        "zenodo-deposit preview v1.1.0 (server started for it)": [PROGRAM, "preview", "v1.1.0", "-C", repository],
    }
    subjects = {name: (lambda _, command=command: spend(command)) for name, command in commands.items()}
    taken = in_turn(max(runs, 5), subjects)
    floor = middle(each.seconds for each in taken["python -c pass"])
    rows = [
        [
            f"`{name}`",
            spread([each.seconds for each in spent], 3),
            f"{middle(each.seconds for each in spent) / floor:.0f}",
            f"{middle(each.cpu_seconds for each in spent):.3f}",
            f"{max(each.peak_mib for each in spent):.0f}",
        ]
        for name, spent in taken.items()
    ]
    commands_table = table(["command", "seconds", "ratio", "processor s", "peak MiB"], rows)
    return f"{commands_table}\n\n{LIMIT}\n\n{_imports(repository)}"


def _imports(repository: Path) -> str:
    """Return the packages whose loading takes longest in ``validate``."""
    code = f"import sys; sys.argv = ['zenodo-deposit', 'validate', '-C', {str(repository)!r}]\n"
    code += "from zenodo_action.cli import main; main()"
    lines = spend([sys.executable, "-X", "importtime", "-c", code]).output.splitlines()
    own: dict[str, float] = {}
    for line in lines:
        found = re.match(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)", line)
        if found is not None:
            package = found[2].split(".")[0]
            own[package] = own.get(package, 0.0) + int(found[1]) / 1000
    longest = sorted(own.items(), key=lambda item: -item[1])[:SHOWN_MODULES]
    rows = [[f"`{name}`", f"{milliseconds:.1f}"] for name, milliseconds in longest]
    total = sum(own.values())
    return (
        f"Loading modules takes {total:.0f} ms of `validate` (under `-X importtime`, which slows it); by package, with "
        f"everything in it and nothing of others:\n\n{table(['package', 'ms'], rows)}"
    )
