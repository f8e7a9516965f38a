"""Tar streams are read and written by code of our own; the standard library's tarfile is what they are compared with."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import example as always
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.repos import ExampleRepo
from zenodo_action.archive import tar_gz, tar_stream
from zenodo_action.archive.entry import Entry
from zenodo_action.archive.tar_stream import read_tar
from zenodo_action.errors import ArchiveError

Item = tuple[str, bytes, int]
"""Type (``file``, ``link`` or ``folder``), content or target, permission bits."""

FOLDER: Item = ("folder", b"", 0o775)

PARTS = st.one_of(
    st.text("ab.~ ü日\n\udcff", min_size=1, max_size=5),
    st.builds(str.__mul__, st.sampled_from(["n", "ü", "\udcfe"]), st.integers(45, 160)),
).filter(lambda part: part not in (".", ".."))
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
TARGETS = st.one_of(PATHS, st.just("../up/")).map(os.fsencode)
ITEMS = st.one_of(
    st.tuples(st.just("file"), st.binary(max_size=40), st.sampled_from([0o644, 0o664, 0o755, 0o775])),
    st.tuples(st.just("file"), st.integers(500, 2100).map(bytes), st.just(0o664)),
    st.tuples(st.just("link"), TARGETS, st.just(0o777)),
    st.tuples(st.just("folder"), st.just(b""), st.sampled_from([0o755, 0o775])),
)
TREES = st.dictionaries(PATHS, ITEMS, max_size=6)


def tar_of(tree: dict[str, Item], *, format_: int = tarfile.PAX_FORMAT, seconds: int = 0, top: str = "tree") -> bytes:
    """What tarfile makes of a tree below a folder."""
    file = io.BytesIO()
    comment = {"comment": "0" * 40} if format_ == tarfile.PAX_FORMAT and top == "tree" else {}
    with tarfile.open(fileobj=file, mode="w", format=format_, encoding="utf-8", pax_headers=comment) as tar:
        for path, (kind, content, mode) in {"": FOLDER, **tree}.items():
            member = tarfile.TarInfo(f"{top}/{path}".rstrip("/"))
            member.mode, member.mtime = mode, seconds
            if kind == "folder":
                member.type = tarfile.DIRTYPE
            elif kind == "link":
                member.type, member.linkname = tarfile.SYMTYPE, os.fsdecode(content)
            else:
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


def expected(tree: dict[str, Item], top: str = "new") -> list[tuple[bytes, int, bytes]]:
    """Path, mode and content of the entries that are to be read."""
    modes = {"folder": lambda _: 0o40755, "link": lambda _: 0o120777, "file": lambda mode: 0o100644 | mode & 0o111}
    return [(f"{top}/".encode(), 0o40755, b"")] + [
        (os.fsencode(f"{top}/{path}" + "/" * (kind == "folder")), modes[kind](mode), content)
        for path, (kind, content, mode) in tree.items()
    ]


def read(data: bytes, top: bytes = b"new") -> list[tuple[bytes, int, bytes]]:
    """Path, mode and content of the entries of a stream; the sizes are those of the contents."""
    found = []
    for entry in read_tar(io.BytesIO(data), top=top):
        found.append((entry.path, entry.mode, entry.content.read()))
        assert entry.size_bytes == len(found[-1][2])
    return found


@settings(deadline=None)
@given(tree=TREES, chunk=st.sampled_from([7, 512, 600, 1 << 20]))
@always(tree={"f": ("file", bytes(700), 0o755), "g": ("file", b"after", 0o644)}, chunk=512)
def test_any_tree_is_read_as_it_was_written(tree: dict[str, Item], chunk: int) -> None:
    """Also where content is larger than what is read at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tar_stream, "CHUNK_BYTES", chunk)
        assert read(tar_of(tree)) == expected(tree)


def test_names_in_two_parts_are_put_together() -> None:
    """The older format, which git keeps to where it can, has room for 155 bytes before the name."""
    tree: dict[str, Item] = {
        f"{'f' * folder}/{'n' * name}": ("file", b"x", 0o644) for folder in (1, 99, 149) for name in (1, 94, 100)
    }
    assert read(tar_of(tree, format_=tarfile.USTAR_FORMAT)) == expected(tree)


def test_what_git_writes_is_read_as_tarfile_reads_it(tmp_path: Path) -> None:
    """Names and targets around the lengths at which the format has another place for them."""
    repo = ExampleRepo(tmp_path)
    for length in (1, 94, 95, 96, 99, 100, 101, 154, 155, 156, 250):
        repo.write("n" * length, b"x" * length)
        repo.write(f"{'f' * min(length, 200)}f/ü{'n' * (length // 2)}/{'m' * (length // 2)}", "y").chmod(0o755)
        (tmp_path / f"link{length}").symlink_to("t" * length)
    repo.commit()
    command = ["git", "-C", str(tmp_path), "archive", "--format=tar", "--prefix=tree/", "HEAD"]
    data = subprocess.check_output(command)
    names, found = [], read(data, b"tree")
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member, (path, mode, content) in zip(tar, found, strict=True):
            names.append(path.decode().rstrip("/"))
            assert names[-1] == member.name
            if member.issym():
                assert (mode, content.decode()) == (0o120777, member.linkname)
            elif member.isdir():
                assert mode == 0o40755
            else:
                file = cast("IO[bytes]", tar.extractfile(member))
                assert (stat.S_IFMT(mode), mode & 0o100, content) == (0o100000, member.mode & 0o100, file.read())
    assert len(names) > 11 * 4


def test_content_that_nobody_reads_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_stream, "CHUNK_BYTES", 100)
    data = tar_of(
        {"small": ("file", b"x" * 99, 0o644), "large": ("file", bytes(1300), 0o644)} | {"z": ("folder", b"", 0)}
    )
    paths, starts = [], []
    for entry in read_tar(io.BytesIO(data), top=b"t"):
        paths.append(entry.path)
        starts.append(entry.content.read(3))
    assert paths == [b"t/", b"t/small", b"t/large", b"t/z/"]
    assert starts == [b"", b"xxx", b"\0\0\0", b""]


def test_sizes_beyond_the_headers_field() -> None:
    member = tarfile.TarInfo("tree/large")
    member.size = 9 << 30
    headers = member.tobuf(tarfile.PAX_FORMAT)
    entry = next(read_tar(io.BytesIO(headers), top=b"t"))
    assert (entry.path, entry.size_bytes) == (b"t/large", 9 << 30)


# What is damaged

SOUND = tar_of({"f": ("file", b"x" * 700, 0o644), "n" * 120: ("link", b"t", 0o777), "z": ("file", b"end", 0o644)})
LENGTH = SOUND.rindex(b"end") + 512
"""Of what has to be there; more empty blocks follow."""


@given(length=st.integers(0, LENGTH - 1))
def test_a_stream_that_ends_too_early_is_an_error(length: int) -> None:
    with pytest.raises(ArchiveError) as caught:
        read(SOUND[:length])
    assert (caught.value.what, caught.value.fix) == (
        "what git archived is no whole tar file: it ends too early",
        "run this again; if that does not help, see what git archive makes of the tag",
    )


@given(at=st.integers(0, 511), block=st.sampled_from([0, 2, 3, 6, 8, 9]), byte=st.integers(0, 255))
def test_a_header_with_another_byte_is_an_error_or_means_the_same(at: int, block: int, byte: int) -> None:
    place = block * 512 + at
    data = SOUND[:place] + bytes([byte]) + SOUND[place + 1 :]
    try:
        assert read(data) == read(SOUND)
    except ArchiveError as error:
        assert error.what.startswith("what git archived is no whole tar file: ")  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("data", "reason"), [(b"no tar file at all" * 100, "a header is damaged"), (bytes(100), "it ends too early")]
)
def test_what_is_no_tar_file(data: bytes, reason: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read(data)
    assert caught.value.what == f"what git archived is no whole tar file: {reason}"


@pytest.mark.parametrize("length", [b"129", b"000", b"-99"])
def test_records_that_cannot_be_read(length: bytes) -> None:
    data = tar_of({"n" * 115: ("file", b"", 0o644)})
    assert data.count(b"130 path=") == 1
    with pytest.raises(ArchiveError) as caught:
        read(data.replace(b"130 path=", length + b" path="))
    assert caught.value.what == "what git archived is no whole tar file: a record is damaged"


def test_what_git_does_not_write_is_refused() -> None:
    member = tarfile.TarInfo("tree/pipe")
    member.type = tarfile.FIFOTYPE
    with pytest.raises(ArchiveError) as caught:
        read(member.tobuf(tarfile.USTAR_FORMAT) + bytes(1024))
    assert caught.value.what == (
        "what git archived is no whole tar file: b'new/pipe' is neither file, link nor folder, but of type b'6'"
    )


# Written


def entries_of(tree: dict[str, Item], top: str) -> Iterable[Entry]:
    """The entries of a tree."""
    for path, mode, content in expected(tree, top):
        yield Entry(path=path, mode=mode, size_bytes=len(content), content=io.BytesIO(content))


def packed(tree: dict[str, Item], seconds: int) -> bytes:
    """The archive of a tree."""
    file = io.BytesIO()
    tar_gz.write_tar_gz(entries_of(tree, "t"), file, seconds=seconds)
    return file.getvalue()


def as_written(tree: dict[str, Item]) -> dict[str, Item]:
    """The tree with the permission bits that entries have."""
    modes = {"folder": lambda _: 0o755, "link": lambda _: 0o777, "file": lambda mode: 0o644 | mode & 0o111}
    return {path: (kind, content, modes[kind](mode)) for path, (kind, content, mode) in {"": FOLDER, **tree}.items()}


@settings(deadline=None)
@given(tree=TREES, seconds=st.sampled_from([-1, 0, 1_772_361_297, 8**11 - 1, 8**11, 10**11]))
@always(tree={"n" * 88: ("file", bytes(7500), 0o644), "ü": ("link", b"\xff", 0)}, seconds=8**11)
def test_any_tree_is_written_as_tarfile_writes_it(tree: dict[str, Item], seconds: int) -> None:
    tar = gzip.decompress(packed(tree, seconds))
    reference = tar_of(as_written(tree), seconds=max(seconds, 0), top="t")
    assert hashlib.sha256(tar).hexdigest() == hashlib.sha256(reference).hexdigest()


@pytest.mark.parametrize("size", [8**11 - 1, 8**11, 9 << 40])
def test_sizes_beyond_the_headers_field_are_written_as_tarfile_writes_them(size: int) -> None:
    entry = Entry(path=b"t/large", mode=0o100644, size_bytes=size, content=io.BytesIO())
    member = tarfile.TarInfo("t/large")
    member.size, member.mtime = size, 5
    assert tar_gz._headers(entry, b"0", size=size, seconds=5) == member.tobuf(tarfile.PAX_FORMAT)
