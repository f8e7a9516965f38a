from __future__ import annotations

from pathlib import Path

import pytest

from zenodo_action.errors import ArchiveError, Finding
from zenodo_action.model import DepositFile
from zenodo_action.supplies import Supplied, Supply, gather

FINDING = Finding(level="warning", code="file-name-not-utf8", what="odd")


def supply(*names: str, findings: tuple[Finding, ...] = ()) -> Supply:
    """Gives files of these names, written into its folder."""

    def give(folder: Path) -> Supplied:
        assert list(folder.iterdir()) == []
        files = []
        for name in names:
            path = folder / name.rpartition("/")[2]
            path.write_text(name)
            files.append(DepositFile(name=path.name, path=str(path), size_bytes=len(name), md5="m", sha256="s"))
        return Supplied(files=tuple(files), findings=findings)

    return give


def test_the_files_come_in_the_order_of_the_supplies(tmp_path: Path) -> None:
    """The archive is the first supply, so it is the first file, whatever the others are called."""
    given = gather([supply("z.zip", findings=(FINDING,)), supply(), supply("b", "a")], tmp_path)
    assert [file.name for file in given.files] == ["z.zip", "b", "a"]
    assert [Path(file.path).read_text() for file in given.files] == ["z.zip", "b", "a"]
    assert given.findings == (FINDING,)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        gather([supply("a"), supply("b", "a")], tmp_path)
    made = "an asset of the release"  # nobody knows the folder that it was fetched into
    assert caught.value.what == f"two of the files to deposit are called a: {made} and {made}"
    assert caught.value.where is None
    assert caught.value.fix == ("rename one of them, or leave it out: the files of a record have names and no folders")


def test_a_deposit_has_a_file(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        gather([supply(), supply()], tmp_path)
    assert caught.value.what == "there is no file to deposit: 'archive' is none, and no other file was named"
    assert caught.value.fix == "let 'archive' be zip or tar.gz, or name what to deposit"
