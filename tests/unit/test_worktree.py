"""The DOI in the files of a working tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zenodo_action.errors import ArchiveError
from zenodo_action.updates import PublishedFacts
from zenodo_action.worktree import write_facts

FACTS = PublishedFacts(
    doi="10.5281/zenodo.2",
    concept_doi="10.5281/zenodo.1",
    version="1.2.0",
    released_on=None,
    record_id="2",
    concept_id="1",
    record_url="https://zenodo.org/records/2",
    server_url="https://zenodo.org",
    badge_url="https://zenodo.org/badge/DOI/10.5281/zenodo.1.svg",
)
CITATION = "cff-version: 1.2.0\nmessage: Cite it\ntitle: Red-Dot\nauthors:\n  - name: Cats\n"


def test_files_keep_their_permissions(tmp_path: Path) -> None:
    """They are replaced as a whole; nothing else is left in the folder."""
    path = tmp_path / "CITATION.cff"
    path.write_text(CITATION, encoding="utf-8")
    path.chmod(0o640)
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")

    (update,) = write_facts(tmp_path, FACTS)

    assert (update.path, update.status) == ("CITATION.cff", "changed")
    assert path.stat().st_mode & 0o777 == 0o640
    assert "doi: 10.5281/zenodo.2\n" in path.read_text(encoding="utf-8")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["CITATION.cff", "notes.md"]
    assert write_facts(tmp_path, FACTS)[0].status == "unchanged"


def test_links_are_left_alone(tmp_path: Path) -> None:
    """They may lead out of the repository."""
    target = tmp_path / "elsewhere"
    target.write_text(CITATION, encoding="utf-8")
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "CITATION.cff").symlink_to(target)
    (folder / "README").mkdir()

    done = write_facts(folder, FACTS)

    assert [(each.path, each.status, each.note) for each in done] == [
        ("CITATION.cff", "skipped", "a link, or no file"),
        ("README", "skipped", "a link, or no file"),
    ]
    assert target.read_text(encoding="utf-8") == CITATION


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """The DOI stays reserved, and the message says so."""
    (tmp_path / "CITATION.cff").write_text(CITATION, encoding="utf-8")
    tmp_path.chmod(0o555)

    with pytest.raises(ArchiveError) as caught:
        write_facts(tmp_path, FACTS)

    tmp_path.chmod(0o755)
    assert caught.value.what.startswith("CITATION.cff cannot be written: ")
    assert caught.value.fix == "mend that and run it again: the DOI 10.5281/zenodo.2 stays reserved"
    assert (tmp_path / "CITATION.cff").read_text(encoding="utf-8") == CITATION
