"""What ``make demo`` says on a machine that lacks something, and that ``make help`` names every target."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder that holds nothing but the Makefile and what its rules depend on."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "demo.txt").touch()
    # Below another make it would tell the folders that it enters, and take over that one's options.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environ, capture_output=True, encoding="utf-8", check=False
    )


def python(folder: Path, body: str) -> Path:
    """Return a program that stands for Python: its first argument tells ``-c`` from ``-m``, its second which module."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\n{body}\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def test_help_names_every_target(tmp_path: Path) -> None:
    """One line each, with what it does."""
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets is not None

    named = re.findall(r"^make (\w+) +\S", make(tmp_path, "help").stdout, re.MULTILINE)

    assert sorted([*named, "help"]) == sorted(targets[1].split())


@pytest.mark.parametrize(
    ("body", "said", "is_left"),
    [
        # Debian's Python lays half an environment before it says that ensurepip is missing.
        (
            'mkdir -p .venv/bin; cp "$0" .venv/bin/python; exit 1',
            "-m venv does not work; Debian and Ubuntu: apt install python3-venv",
            False,
        ),
        (
            '[ "$2" = venv ] && { mkdir -p .venv/bin; cp "$0" .venv/bin/python; exit; }; exit 1',
            "They come from the package index, so this first run needs the network.",
            True,
        ),
    ],
    ids=["no venv", "no network"],
)
def test_what_a_machine_lacks(tmp_path: Path, *, body: str, said: str, is_left: bool) -> None:
    """The message says what to do, and a second try does not trip over the remains of the first."""
    ran = make(tmp_path, "demo", f"PYTHON={python(tmp_path, body)}")

    assert ran.returncode == 2
    assert ran.stdout.splitlines()[-1].endswith(said)
    assert (tmp_path / ".venv").exists() == is_left
