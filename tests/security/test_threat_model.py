"""Every test that the threat model names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")


def test_the_tests_that_it_names() -> None:
    """By file and name."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)

    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / "tests" / file).exists()
        or f"def {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]

    assert len(named) > 40
    assert missing == []


def test_every_threat_has_one() -> None:
    """A row without a test names the page or the folder that stands for it."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 2]
    threats = [row for row in rows if not row.startswith("| what could be tried")]

    assert [row for row in threats if "`" not in row.split(" | ")[2] and "](" not in row.split(" | ")[2]] == []
