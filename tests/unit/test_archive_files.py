"""Further files of the workspace, their checksums, and the list of these."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.repos import ExampleRepo
from zenodo_action.archive import checksums
from zenodo_action.archive.files import choose
from zenodo_action.archive.measuring import measure
from zenodo_action.errors import ArchiveError, OptionPlace
from zenodo_action.model import DepositFile

WHERE = OptionPlace(name="--files")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A workspace with results of many kinds."""
    repo = ExampleRepo(tmp_path / "red-dot")
    for name in (
        "results/one.csv",
        "results/two.csv",
        "results/.hidden.csv",
        "results/deep/er/three.csv",
        "results/deep/notes.txt",
        "results/.cache/four.csv",
        "A b[1].dat",
        "ünï.dat",
        "top.csv",
    ):
        repo.write(name, name)
    return repo.path


def chosen(top: Path, *patterns: str) -> list[str]:
    """Paths of what matches, from the top."""
    files = choose(top, patterns, git_folder=top / ".git", where=WHERE)
    for file in files:
        assert file.sha256 == hashlib.sha256(Path(file.path).read_bytes()).hexdigest()
        assert file.name == Path(file.path).name
    return [os.path.relpath(file.path, top) for file in files]


def error_of(top: Path, *patterns: str) -> tuple[str, str, str | None]:
    with pytest.raises(ArchiveError) as caught:
        choose(top, patterns, git_folder=top / ".git", where=WHERE)
    return caught.value.what, str(caught.value.where), caught.value.fix


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["results/*.csv"], ["results/one.csv", "results/two.csv"]),
        (["results/**"], ["results/deep/er/three.csv", "results/deep/notes.txt", "results/one.csv", "results/two.csv"]),
        (["results/**/*.csv"], ["results/deep/er/three.csv", "results/one.csv", "results/two.csv"]),
        (["**/three.csv"], ["results/deep/er/three.csv"]),
        (["**/top.csv", "./top.csv", "t?p.csv"], ["top.csv"]),
        (["results/.*.csv"], ["results/.hidden.csv"]),
        (["results/.cache/*"], ["results/.cache/four.csv"]),
        (["results/*/*"], ["results/deep/notes.txt"]),
        (["A b[[]1].dat", "ünï.dat"], ["A b[1].dat", "ünï.dat"]),
        (["[ab]*", "A*"], ["A b[1].dat"]),
    ],
)
def test_patterns(top: Path, patterns: list[str], expected: list[str]) -> None:
    """Every pattern matches something, and each file is taken once."""
    (top / "b.x").write_text("x")
    assert [path for path in chosen(top, *patterns) if path != "b.x"] == expected


def test_a_pattern_that_matches_nothing(top: Path) -> None:
    assert error_of(top, "top.csv", "result/*.csv") == (
        "no file of the workspace matches 'result/*.csv'",
        "--files",
        (
            "check its spelling, and that the step which makes the file comes before; a pattern starts at the top of the"
            " repository"
        ),
    )


@pytest.mark.parametrize("pattern", ["results", "results/", "r*"])
def test_a_folder_is_no_file(top: Path, pattern: str) -> None:
    assert error_of(top, pattern) == (
        f"no file of the workspace matches {pattern!r}",
        "--files",
        "to take what is in the folder results, write results/**",
    )


def test_a_link_within_the_workspace_is_followed(top: Path) -> None:
    """The name is the link's."""
    (top / "newest.csv").symlink_to("results/two.csv")
    (file,) = choose(top, ["newest.csv"], git_folder=top / ".git", where=WHERE)
    assert (file.name, file.path) == ("newest.csv", str(top / "results" / "two.csv"))


@pytest.mark.parametrize("through", ["file", "folder"])
def test_a_link_that_leads_out_is_not_followed(top: Path, tmp_path: Path, through: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("s3cret")
    if through == "file":
        (top / "out.txt").symlink_to(tmp_path / "outside" / "secret.txt")
        path = "out.txt"
    else:
        (top / "out").symlink_to("../outside")
        path = "out/secret.txt"
    assert error_of(top, path) == (
        f"{path} is or lies behind a symbolic link that leads out of the repository",
        path,
        "copy the file into it",
    )


def test_two_stars_stay_out_of_folders_that_are_links(top: Path) -> None:
    (top / "results" / "loop").symlink_to("../results")
    (top / "results" / "out").symlink_to("/etc")
    assert chosen(top, "results/**/*.csv") == ["results/deep/er/three.csv", "results/one.csv", "results/two.csv"]


@pytest.mark.parametrize("target", [".git/config", "lib/.git/config", "further/.git"])
def test_nothing_is_taken_from_a_git_folder(top: Path, target: str) -> None:
    """Of the workspace, or of a repository within it, however it is reached."""
    ExampleRepo(top / "lib")
    (top / "further").mkdir()
    (top / "further" / ".git").write_text("gitdir: ../.git")
    (top / "innocent.txt").symlink_to(target)
    assert error_of(top, "innocent.txt") == (
        "innocent.txt lies in the repository's git folder",
        "innocent.txt",
        "leave it out: what is there can hold passwords",
    )


def test_nothing_is_taken_from_a_git_folder_of_another_name(top: Path) -> None:
    (top / ".git").rename(top / "store")
    with pytest.raises(ArchiveError) as caught:
        choose(top, ["store/config"], git_folder=top / "store", where=WHERE)
    assert caught.value.what == "store/config lies in the repository's git folder"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(top: Path) -> None:
    (top / "results").chmod(0)
    assert error_of(top, "results/*.csv") == (
        f"the workspace cannot be searched: {top / 'results'}: Permission denied",
        str(top / "results"),
        "see that it may be read, then run this again",
    )


def test_a_workspace_that_is_gone(tmp_path: Path) -> None:
    assert error_of(tmp_path / "absent", "*.csv") == (
        f"the workspace cannot be searched: {tmp_path / 'absent'}: No such file or directory",
        str(tmp_path / "absent"),
        "see that it may be read, then run this again",
    )


def test_links_that_lead_nowhere_and_what_is_no_file(top: Path) -> None:
    (top / "dangling").symlink_to("absent")
    (top / "loop").symlink_to("loop")
    os.mkfifo(top / "pipe")
    assert error_of(top, "dangling")[0] == "dangling is a symbolic link that leads nowhere"
    assert error_of(top, "loop")[0] == "loop is a symbolic link that leads nowhere"
    assert error_of(top, "pipe")[0] == "pipe is no file that could be deposited, but a device or the like"


def test_a_name_that_cannot_be_shown(top: Path) -> None:
    (top / "a\nb.dat").write_text("x")
    assert error_of(top, "a*.dat") == (
        r"the name of the file 'a\nb.dat' cannot be that of a file in a record",
        r"a\nb.dat",
        "rename it: letters, digits and signs that can be printed, in UTF-8",
    )


# Checksums


def test_a_file_is_measured(tmp_path: Path) -> None:
    """Of several blocks, no two alike: the sums are taken beside each other, each in the file's order."""
    path = tmp_path / "a.bin"
    content = b"".join(b"%07d\n" % number for number in range(500_000))
    path.write_bytes(content)
    assert measure(path, name="b.bin") == DepositFile(
        name="b.bin",
        path=str(path),
        size_bytes=4_000_000,
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        measure(tmp_path / "gone.csv", name="gone.csv")
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        "gone.csv cannot be read: No such file or directory",
        str(tmp_path / "gone.csv"),
        "see that it is there and may be read, then run this again",
    )


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between the look at where it leads and the reading."""
    (tmp_path / "a").symlink_to("/etc/hostname")
    with pytest.raises(ArchiveError):
        measure(tmp_path / "a", name="a")


@pytest.mark.parametrize("change", ["append", "shorten"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """A second writer is at work as soon as the first bytes have been read."""
    path = tmp_path / "log.csv"
    path.write_bytes(b"1\n" * 1000)
    monkeypatch.setattr("zenodo_action.archive.measuring.CHUNK_BYTES", 100)
    monkeypatch.setattr("hashlib.md5", _Writing(path, change))
    with pytest.raises(ArchiveError) as caught:
        measure(path, name="log.csv")
    assert (caught.value.what, caught.value.fix) == (
        "log.csv changed while it was read",
        "let whatever writes it come to its end first, then run this again",
    )


class _Writing:
    """A checksum during which another thread writes to the file."""

    def __init__(self, path: Path, change: str) -> None:
        self._path = path
        self._change = change
        self._sum = hashlib.sha256()

    def __call__(self, **_: bool) -> _Writing:
        return self

    def update(self, data: bytes) -> None:
        self._sum.update(data)
        writer = threading.Thread(target=self._write)
        writer.start()
        writer.join()

    def _write(self) -> None:
        if self._change == "shorten":
            os.truncate(self._path, 10)
        elif self._path.stat().st_size < 3000:
            with self._path.open("ab") as file:
                file.write(b"2\n")


def measured(folder: Path, *names: str) -> list[DepositFile]:
    """Files of these names, each with its name in it."""
    for name in names:
        (folder / name).write_text(name)
    return [measure(folder / name, name=name) for name in names]


def test_the_list_of_checksums_is_what_sha256sum_reads(tmp_path: Path) -> None:
    files = measured(tmp_path, "b.zip", "ünï.csv", "a b.csv", "back\\slash.txt")
    written = checksums.write(files, tmp_path)
    lines = Path(written.path).read_text().splitlines()
    assert [line.partition("  ")[2] for line in lines] == ["a b.csv", "b.zip", "back\\\\slash.txt", "ünï.csv"]
    assert lines[0] == f"{hashlib.sha256(b'a b.csv').hexdigest()}  a b.csv"
    assert written == replace(measure(tmp_path / "SHA256SUMS", name="SHA256SUMS"), is_checksums=True)
    if shutil.which("sha256sum") is not None:
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)


def test_the_list_of_checksums_has_its_name_for_itself(tmp_path: Path) -> None:
    files = measured(tmp_path, "SHA256SUMS")
    with pytest.raises(ArchiveError) as caught:
        checksums.write(files, tmp_path / "out")
    assert (caught.value.what, caught.value.fix) == (
        f"one of the files to deposit is called SHA256SUMS: {tmp_path / 'SHA256SUMS'}",
        "leave it out, or let 'checksums' be false",
    )


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        checksums.write(measured(tmp_path, "a"), tmp_path / "absent")
    assert caught.value.what == "SHA256SUMS could not be written: No such file or directory"


# Any workspace

PARTS = st.sampled_from(["a", "b", ".git", ".c", "out", "in", "*", "**", "?", "[ab]", "."])


@settings(max_examples=60, deadline=None)
@given(patterns=st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), min_size=1, max_size=3))
def test_no_pattern_leads_out(tmp_path_factory: pytest.TempPathFactory, patterns: list[str]) -> None:
    """Whatever is asked for, what comes is a file of the workspace and none of git's."""
    folder = tmp_path_factory.getbasetemp() / "any"
    top = folder / "top"
    if not folder.exists():
        for name in ("a/a", "a/b/a", "b/.git/a", ".git/a", ".c/a", "in/a"):
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(name)
        (folder / "secret").mkdir()
        (folder / "secret" / "a").write_text("s3cret")
        (top / "out").symlink_to("../secret")
        (top / "b" / "loop").symlink_to("loop")
        (top / "in" / "b").symlink_to("../.git")
        (top / "a" / "out").symlink_to("../../secret/a")
    try:
        files = choose(top, patterns, git_folder=top / ".git", where=WHERE)
    except ArchiveError as error:
        assert error.fix is not None  # noqa: PT017 - that it ends so is one of the two outcomes
        return
    for file in files:
        path = Path(file.path)
        assert path.is_relative_to(top)
        assert ".git" not in path.parts
        assert path.read_text() == path.relative_to(top).as_posix()
