"""The job summary, as far as a run does not show it."""

from __future__ import annotations

import pytest

from zenodo_action.action import summary
from zenodo_action.errors import FilePlace, Finding, GitHubError, MetadataError, WriteBackError
from zenodo_action.github.writeback import Part
from zenodo_action.model import RemoteRecord


def remote(doi: str, concept_doi: str | None, url: str = "https://zenodo.org/records/8") -> RemoteRecord:
    return RemoteRecord(
        id="8",
        concept_id="7",
        is_published=True,
        is_draft=False,
        doi=doi,
        concept_doi=concept_doi,
        version="1.0.0",
        version_index=1,
        is_latest=True,
        owner="1",
        revision=1,
        url=url,
        related=(),
        code_repository=None,
        files=(),
        payload={},
    )


@pytest.mark.parametrize(
    ("record", "target"),
    [
        (remote("10.5281/zenodo.8", "10.5281/zenodo.7"), "https://doi.org/10.5281/zenodo.7"),
        (remote("10.5281/zenodo.8", None), "https://doi.org/10.5281/zenodo.8"),
        (remote("10.5072/zenodo.8", "10.5072/zenodo.7"), "https://zenodo.org/records/7"),
        (remote("10.5072/zenodo.8", None, "https://sandbox.example/r/8"), "https://sandbox.example/r/8"),
    ],
)
def test_where_the_badge_leads(record: RemoteRecord, target: str) -> None:
    """To the concept DOI, which never goes stale; a test DOI resolves nowhere, its page does."""
    assert summary.badge_markdown("https://x.example/b.svg", record) == f"[![DOI](https://x.example/b.svg)]({target})"


def test_a_failure_lists_its_findings() -> None:
    """Errors first, each with its place and its remedy on lines of their own."""
    error = MetadataError(
        [
            Finding(level="warning", code="key-unknown", what="what is *this*?"),
            Finding(
                level="error",
                code="title-short",
                what="too short",
                where=FilePlace(file="a.yml", line=1, column=2),
                fix="write more",
            ),
        ]
    )

    assert summary.failure_summary(error) == (
        "## ❌ Not published\n"
        "\n"
        "1 error, 1 warning, 0 hints.\n"
        "\n"
        "- ❌ too short (`title-short`)  \n"
        "  in a.yml:1:2  \n"
        "  **Fix:** write more\n"
        "- ⚠️ what is \\*this\\*? (`key-unknown`)\n"
    )


def test_a_remedy_of_several_lines_keeps_its_form() -> None:
    """It holds something to paste; a fence is longer than any in the text."""
    text = summary.failure_summary(GitHubError("no", fix="add:\n```\npermissions:\n  contents: write"))

    assert text == (
        "## ❌ Not published\n\n- ❌ no (`github`)  \n  **Fix:**\n\n  ````\n  add:\n  ```\n  permissions:\n"
        "    contents: write\n  ````\n"
    )


def test_published_but_not_written_back() -> None:
    """The title says that the record is there."""
    text = summary.failure_summary(
        WriteBackError([GitHubError("no"), GitHubError("nor there")], doi="10.5281/zenodo.8")
    )

    assert text == (
        "## ⚠️ Published, but not written back\n\n2 errors, 0 warnings, 0 hints.\n\n"
        "- ❌ no (`write-back`)\n- ❌ nor there (`write-back`)\n"
    )


def test_where_it_was_written() -> None:
    """A row for each part, with a link where people see it, and why nothing was done."""
    parts = [
        Part(name="the notes", status="written", url="https://github.com/a/b"),
        Part(name="a *comment*", status="unchanged"),
        Part(name="README.md", status="skipped", note="there is none"),
        Part(name="the rest", status="failed", error=GitHubError("no")),
    ]

    assert summary.write_back_summary(parts) == (
        "| The DOI in | |\n"
        "|---|---|\n"
        "| [the notes](https://github.com/a/b) | ✅ written |\n"
        "| a \\*comment\\* | ✅ there already |\n"
        "| README.md | ⏭️ not written \\(there is none\\) |\n"
        "| the rest | ❌ failed |\n"
    )


def test_the_address_of_a_comment_is_a_link() -> None:
    """It ends in the comment's own place on the page."""
    part = Part(name="a comment", status="written", url="https://github.com/a/b/commit/1f#commitcomment-7")

    assert "| [a comment](https://github.com/a/b/commit/1f#commitcomment-7) | ✅ written |" in (
        summary.write_back_summary([part])
    )
