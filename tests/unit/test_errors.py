"""Places, findings, exceptions."""

from __future__ import annotations

import pytest

from zenodo_action import errors
from zenodo_action.errors import (
    FilePlace,
    Finding,
    GitHubError,
    MetadataError,
    OptionPlace,
    RequestPlace,
    WriteBackError,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (FilePlace(file="CITATION.cff"), "CITATION.cff"),
        (FilePlace(file="a.yml", line=7, column=5, path="$.creators[1]"), "a.yml:7:5  ($.creators[1])"),
        (OptionPlace(name="--record"), "--record"),
        (RequestPlace(method="GET", url="https://x.example/api", status=403), "GET https://x.example/api → 403"),
        (RequestPlace(method="GET", url="https://x.example/api"), "GET https://x.example/api → no answer"),
    ],
)
def test_places_as_text(place: errors.Where, text: str) -> None:
    """The text is what people read; ``as_dict`` has it and the parts."""
    assert str(place) == text
    assert place.as_dict()["text"] == text


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (errors.ZenodoActionError, "zenodo-action", 1),
        (errors.OptionError, "option", 2),
        (errors.MetadataError, "metadata", 3),
        (errors.ArchiveError, "archive", 4),
        (errors.RepositoryError, "repository", 5),
        (errors.TokenRejectedError, "token-rejected", 5),
        (errors.UnavailableError, "unavailable", 5),
        (errors.GitHubError, "github", 6),
        (errors.WriteBackError, "write-back", 7),
    ],
)
def test_codes(error: type[errors.ZenodoActionError], code: str, exit_code: int) -> None:
    """Codes and exit codes are promises to scripts."""
    assert (error.code(), error.exit_code) == (code, exit_code)


def test_a_metadata_error_is_its_findings() -> None:
    """One error speaks for itself, several are counted; warnings are kept."""
    one = Finding(level="error", code="title-short", what="too short", fix="write more")
    two = Finding(level="error", code="date-impossible", what="no such day")
    warning = Finding(level="warning", code="key-unknown", what="what is this?")

    assert MetadataError([warning, one]).what == "too short"
    assert MetadataError([warning, one]).fix == "write more"
    assert MetadataError([one, two]).what == "2 errors in the metadata"
    assert MetadataError([warning, one]).as_findings() == (warning, one)


def test_a_write_back_error_is_all_that_failed() -> None:
    """One speaks for itself, several are counted; each is a finding with its own remedy."""
    place = RequestPlace(method="PATCH", url="https://x.example/api", status=403)
    one, two = GitHubError("no notes", where=place, fix="add this"), GitHubError("no comment")

    alone = WriteBackError([one], doi="10.5281/zenodo.8")
    both = WriteBackError([one, two], doi="10.5281/zenodo.8")

    assert (alone.what, alone.where, alone.fix) == ("no notes", place, "add this")
    assert both.what == "2 places do not show the DOI 10.5281/zenodo.8 yet"
    assert both.as_findings() == (
        Finding(level="error", code="write-back", what="no notes", where=place, fix="add this"),
        Finding(level="error", code="write-back", what="no comment"),
    )


def test_another_error_is_one_finding() -> None:
    """Every front end shows errors and findings in the same form."""
    error = errors.ChecksumError("other bytes", where=OptionPlace(name="x"), fix="again")

    assert error.as_findings() == (
        Finding(level="error", code="checksum", what="other bytes", where=OptionPlace(name="x"), fix="again"),
    )
