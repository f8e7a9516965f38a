"""Whose a record or draft is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.remotes import remote
from zenodo_action.model import Mark, Related
from zenodo_action.story.marks import carries_mark, is_unclaimed, points_at, same_repository

URL = "https://github.com/cat-lab-example/red-dot"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (URL, URL, True),
        (URL, f"{URL}/", True),
        (URL, f"{URL}.git", True),
        (URL, URL.upper(), True),
        (URL, f"{URL}-2", False),
        (URL, None, False),
        (None, None, False),
    ],
)
def test_same_repository(one: str | None, other: str | None, *, is_same: bool) -> None:
    """Forges do not tell letter case apart."""
    assert same_repository(one, other) is is_same


@pytest.mark.parametrize(
    ("facts", "is_ours"),
    [
        ({"code_repository": URL}, True),
        ({"related": (Related(identifier=f"{URL}/tree/v1", relation="issupplementto"),)}, True),
        ({"related": (Related(identifier=f"{URL}-2/tree/v1", relation="issupplementto"),)}, False),
        ({"related": (Related(identifier=f"{URL}/tree/v1", relation="isderivedfrom"),)}, False),
        (
            {
                "code_repository": "https://github.com/cat-lab-example/data",
                "related": (Related(identifier=f"{URL}/tree/v1", relation="issupplementto"),),
            },
            False,
        ),
        ({}, False),
    ],
)
def test_which_records_are_of_a_repository(facts: dict[str, Any], *, is_ours: bool) -> None:
    """The code repository decides; without one, the link to the source that was archived."""
    assert points_at(remote(**facts), URL) is is_ours
    assert points_at(remote(**facts), None) is False


def test_the_mark_is_the_version_and_the_link() -> None:
    """The copy that a next version starts from has the link, but no version."""
    link = Related(identifier=f"{URL}/tree/v1.0.0", relation="issupplementto")
    mark = Mark(version="1.0.0", link=f"{URL}/tree/v1.0.0")

    assert carries_mark(remote(version="1.0.0", related=(link,)), mark)
    assert not carries_mark(remote(version=None, related=(link,)), mark)
    assert not carries_mark(remote(version="1.0.0"), mark)
    assert carries_mark(remote(version="1.0.0"), Mark(version="1.0.0"))
    assert is_unclaimed(remote(version=None, related=(link,)))
    assert not is_unclaimed(remote(version="0.9"))


@pytest.mark.parametrize(
    ("facts", "unclaimed"),
    [
        ({"created": "2026-03-01T12:00:00+00:00", "updated": "2026-03-01T12:00:05.123+00:00"}, True),
        ({"created": "2026-03-01T12:00:00+00:00", "updated": "2026-03-01T12:05:00+00:00"}, False),
        ({"created": "2026-03-01T12:00:00+00:00", "modified": "2026-03-01T12:05:00+00:00"}, False),
        ({}, True),
    ],
)
def test_a_draft_that_was_saved_later_is_somebodys(facts: dict[str, str], *, unclaimed: bool) -> None:
    """Both APIs tell when; where none does, the missing version decides."""
    assert is_unclaimed(remote(version=None, payload=facts)) is unclaimed
    assert not is_unclaimed(remote(version="1.0.0", payload=facts))
