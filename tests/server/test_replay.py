"""The embedded server answers as the real ones were recorded to answer, case by case and in their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.replayer import FOLDER, Replay

GROUPS = sorted(file.stem for file in FOLDER.glob("*.json") if file.stem not in ("shapes", "EXCEPTIONS"))
EXCEPTIONS: dict[str, str] = json.loads((FOLDER / "EXCEPTIONS.json").read_text(encoding="utf-8"))["exceptions"]


@pytest.mark.parametrize("group", GROUPS)
def test_every_recorded_answer_is_given_again(group: str, tmp_path: Path) -> None:
    """Status, message, errors, ETag, Location, content type and shape agree, but for the listed exceptions."""
    replay = Replay(group, tmp_path)
    replay.run()
    for part, count in sorted(replay.compared.items()):
        differing = sum(1 for name in replay.differences if name.endswith(f" {part}"))
        print(f"{group}: {part} agrees in {count - differing} of {count}")  # noqa: T201  # the figures, shown with -s
    unexpected = {name: texts for name, texts in replay.differences.items() if name not in EXCEPTIONS}
    assert unexpected == {}


def test_no_exception_is_out_of_date(tmp_path: Path) -> None:
    """An exception that no longer occurs is taken out of the list."""
    wanted = {name.partition("/")[0] for name in EXCEPTIONS}
    found: set[str] = set()
    for group in wanted:
        replay = Replay(group, tmp_path / group)
        replay.run()
        found |= set(replay.differences)
    assert set(EXCEPTIONS) - found == set()


def test_the_groups_are_complete() -> None:
    """All five recordings are there, with as many cases as were recorded."""
    counts = {
        group: len(json.loads((FOLDER / f"{group}.json").read_text(encoding="utf-8"))["cases"]) for group in GROUPS
    }
    assert counts == {"legacy": 261, "legacy-extra": 12, "native": 211, "native-extra": 25, "native-ratelimit": 7}
