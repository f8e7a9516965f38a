from __future__ import annotations

import contextlib
import doctest
import gzip
import hashlib
import io
import os
import re
import stat
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example as always
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.repos import ExampleRepo
from zenodo_action import archive
from zenodo_action.archive import Built, archive_name, build, stored_zip
from zenodo_action.archive.entries import Wanted
from zenodo_action.archive.entry import Entry
from zenodo_action.checkout import Checkout
from zenodo_action.errors import ArchiveError, FilePlace, Finding

KNOWN_SHA256 = "31643d13796ca1f56ddd7e6232da8effa1941ce94fef173a222a98c3b33290a9"
"""Of the archive of ``example()`` at v1.0.0, whichever machine, git, Python and zlib builds it."""

GIT_VERSION = tuple(
    int(part) for part in re.findall(r"[0-9]+", subprocess.check_output(["git", "--version"], text=True))[:2]
)

KNOWN_TAR_SHA256 = "7f7c6e06554283af2e598080e81995c70f6b6a87407231483c9903a280c4a3ba"
"""Of the tar file in the other form of it."""

LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 12345\n" % 7


def example(path: Path) -> ExampleRepo:
    """A repository with every kind of entry and attribute."""
    repo = ExampleRepo(path)
    repo.write("README.md", "Dots\n")
    repo.write("a/b.txt", "b\n")
    repo.write("a.txt", "between a/ and a\n")
    repo.write("a-b", "before a/\n")
    repo.write("ünï cödé/naïve 日本.txt", "names\n")
    repo.write("deep/" + "d" * 90 + "/" + "e" * 90 + "/f", "longer than a tar header\n")
    repo.write("empty", "")
    repo.write("binary.dat", bytes(range(256)) * 50)
    repo.write("crlf.bat", "echo on\n")
    repo.write("auto.txt", "one\ntwo\n")
    repo.write("tests/secret.py", "not for export\n")
    repo.write("notes.internal", "not for export\n")
    repo.write("version.txt", "$Format:%H %h %D$\n")
    repo.write(
        ".gitattributes",
        "* text=auto\n*.bat text eol=crlf\ntests export-ignore\n*.internal export-ignore\nversion.txt export-subst\n",
    )
    repo.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    (repo.path / "link").symlink_to("a/b.txt")
    (repo.path / "dangling").symlink_to("../nowhere/ü")
    repo.commit("First", date="2026-03-01T12:34:57+02:00")
    repo.tag("v1.0.0", date="2026-03-02T12:00:00+00:00")
    repo.remote("https://github.com/cat-lab-example/red-dot.git")
    return repo


def built(repo: ExampleRepo, folder: Path, tag: str | None = "v1.0.0", **named: Any) -> Built:
    """The archive of a tag."""
    checkout = Checkout.open(repo.path)
    return build(checkout, checkout.snapshot(tag, names=[]), folder=folder, **named)


def zipped(path: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of the entries of a ZIP file, checksums verified, in the file's order."""
    with zipfile.ZipFile(path) as file:
        return {info.filename: (info.external_attr >> 16, file.read(info)) for info in file.infolist()}


def error_of(repo: ExampleRepo, folder: Path, tag: str | None = "v1.0.0") -> tuple[str, str, str | None]:
    with pytest.raises(ArchiveError) as caught:
        built(repo, folder, tag)
    return caught.value.what, str(caught.value.where), caught.value.fix


def test_the_archive_holds_what_git_archive_would_put_in(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    content = zipped(Path(built(repo, tmp_path / "out").file.path))
    top = "red-dot-1.0.0/"
    commit = repo.git("rev-parse", "HEAD")
    folder, file, program, link = 0o40755, 0o100644, 0o100755, 0o120777
    assert content == {
        top: (folder, b""),
        f"{top}.gitattributes": (file, repo.path.joinpath(".gitattributes").read_bytes()),
        f"{top}README.md": (file, b"Dots\n"),
        f"{top}a-b": (file, b"before a/\n"),
        f"{top}a.txt": (file, b"between a/ and a\n"),
        f"{top}a/": (folder, b""),
        f"{top}a/b.txt": (file, b"b\n"),
        f"{top}auto.txt": (file, b"one\ntwo\n"),
        f"{top}binary.dat": (file, bytes(range(256)) * 50),
        f"{top}crlf.bat": (file, b"echo on\r\n"),
        f"{top}dangling": (link, "../nowhere/ü".encode()),
        f"{top}deep/": (folder, b""),
        f"{top}deep/{'d' * 90}/": (folder, b""),
        f"{top}deep/{'d' * 90}/{'e' * 90}/": (folder, b""),
        f"{top}deep/{'d' * 90}/{'e' * 90}/f": (file, b"longer than a tar header\n"),
        f"{top}empty": (file, b""),
        f"{top}link": (link, b"a/b.txt"),
        f"{top}run.sh": (program, b"#!/bin/sh\n"),
        f"{top}version.txt": (file, f"{commit} {commit[:12]} tag: v1.0.0\n".encode()),
        f"{top}ünï cödé/": (folder, b""),
        f"{top}ünï cödé/naïve 日本.txt": (file, b"names\n"),
    }
    assert list(content) == sorted(content, key=str.encode)


def test_every_field_of_the_zip_is_fixed(tmp_path: Path) -> None:
    result = built(example(tmp_path / "repo"), tmp_path / "out")
    with zipfile.ZipFile(result.file.path) as file:
        for info in file.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (2026, 3, 1, 10, 34, 56)
            assert (info.create_system, info.create_version, info.extract_version) == (3, 20, 20)
            assert info.flag_bits == (0 if info.filename.isascii() else 0x800)
            assert (info.extra, info.comment, info.internal_attr, info.volume) == (b"", b"", 0, 0)
            assert info.external_attr & 0xFFFF == (0x10 if info.is_dir() else 0)


def test_the_file_is_described_as_it_lies_on_disk(tmp_path: Path) -> None:
    result = built(example(tmp_path / "repo"), tmp_path / "new" / "out")
    path = tmp_path / "new" / "out" / "red-dot-1.0.0.zip"
    data = path.read_bytes()
    assert (result.file.name, result.file.path, result.file.size_bytes) == (path.name, str(path), len(data))
    assert result.file.md5 == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert result.file.sha256 == hashlib.sha256(data).hexdigest()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert result.findings == ()


def test_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    assert built(example(tmp_path / "repo"), tmp_path).file.sha256 == KNOWN_SHA256


BUILD = """
import os, sys
from pathlib import Path
from zenodo_action.archive import build
from zenodo_action.checkout import Checkout
os.umask(int(sys.argv[3], 8))
checkout = Checkout.open(Path(sys.argv[1]))
print(build(checkout, checkout.snapshot("v1.0.0", names=[]), folder=Path(sys.argv[2])).file.sha256)
"""


def test_another_users_settings_and_clone_give_the_same_bytes(tmp_path: Path) -> None:
    """Odd settings in the home, the environment and the clone itself, local attributes, branches and tags."""
    repo = example(tmp_path / "repo")
    home = tmp_path / "home"
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "attributes").write_text("* export-ignore\n")
    (home / "attributes").write_text("*.txt text eol=crlf\n")
    settings_ = (
        f"[core]\n\tautocrlf = true\n\teol = crlf\n\tattributesFile = {home}/attributes\n\tabbrev = 5\n"
        "[tar]\n\tumask = 0077\n[log]\n\tdate = relative\n[i18n]\n\tlogOutputEncoding = latin1\n"
    )
    (home / ".gitconfig").write_text(settings_)
    clone = tmp_path / "elsewhere" / "clone"
    repo.git("clone", "--quiet", str(repo.path), str(clone))
    ExampleRepo(clone).git("remote", "set-url", "origin", "git@github.com:cat-lab-example/red-dot")
    for tag in ("v1.0.0-again", "zebra"):
        ExampleRepo(clone).git("tag", tag)
    with (clone / ".git" / "config").open("a") as config:
        config.write(settings_ + '[filter "upper"]\n\tsmudge = tr a-z A-Z\n')
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "attributes").write_text("*.md filter=upper\nlink export-ignore\ntests -export-ignore\n")
    ExampleRepo(clone).write(".gitattributes", "*.md export-ignore\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bigFileThreshold",
        "GIT_CONFIG_VALUE_0": "1",
        "GIT_ATTR_SOURCE": "HEAD",
    }
    command = [sys.executable, "-c", BUILD, str(clone), str(tmp_path / "out"), "077"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == built(repo, tmp_path).file.sha256


def test_a_shallow_clone_and_a_lightweight_tag_give_the_same_bytes(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    repo.write("README.md", "Later\n")
    repo.write("version.txt", "$Format:%h$\n")
    repo.commit("Later", date="2026-04-01T00:00:00+00:00")
    repo.tag("v2.0", annotated=False)
    repo.git("clone", "--quiet", "--depth=1", "--branch=v2.0", f"file://{repo.path}", str(tmp_path / "shallow"))
    shallow = ExampleRepo(tmp_path / "shallow")
    names = {"name": "red-dot"}
    assert built(shallow, tmp_path / "1", "v2.0", **names).file == replace_folder(
        built(repo, tmp_path / "2", "v2.0", **names), tmp_path / "1"
    )


def replace_folder(result: Built, folder: Path) -> object:
    """The file of a result as if it lay in another folder."""
    file = result.file
    return type(file)(
        name=file.name,
        path=str(folder / file.name),
        size_bytes=file.size_bytes,
        md5=file.md5,
        sha256=file.sha256,
        is_archive=file.is_archive,
    )


def test_a_commit_without_a_tag(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    commit = repo.git("rev-parse", "HEAD")
    result = built(repo, tmp_path, None)
    assert result.file.name == f"red-dot-{commit[:12]}.zip"
    content = zipped(Path(result.file.path))
    assert content[f"red-dot-{commit[:12]}/version.txt"][1] == f"{commit} {commit[:12]} \n".encode()


@pytest.mark.skipif(GIT_VERSION < (2, 36), reason="git knows %(describe:tags) since 2.36, %(describe) since 2.32")
@pytest.mark.parametrize(("annotated", "placeholder"), [(True, "%(describe)"), (False, "%(describe:tags=true)")])
def test_what_git_describe_says_depends_on_the_tag_alone(tmp_path: Path, *, annotated: bool, placeholder: str) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    repo.write(".gitattributes", "version.txt export-subst\n")
    repo.write("version.txt", f"$Format:{placeholder}$")
    repo.commit()
    repo.tag("v1.0.0", annotated=annotated)
    repo.tag("v9.9.9", annotated=True, date="2026-12-31T00:00:00+00:00")
    content = zipped(Path(built(repo, tmp_path, name="t").file.path))
    assert content["t/version.txt"][1] == b"v1.0.0"


def test_a_tag_that_has_moved_since_does_not_move_the_archive(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    checkout = Checkout.open(repo.path)
    snapshot = checkout.snapshot("v1.0.0", names=[])
    repo.write("README.md", "Moved\n")
    repo.commit("Moved")
    repo.git("tag", "--force", "v1.0.0")
    content = zipped(Path(build(checkout, snapshot, folder=tmp_path).file.path))
    assert content["red-dot-1.0.0/README.md"][1] == b"Dots\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("red-dot-1.0.0", "red-dot-1.0.0"),
        ("red-dot-releases/1.0", "red-dot-releases-1.0"),
        ("a b\tc\n", "a-b-c"),
        ('x<>:"\\|?*y', "x-y"),
        ("v1.0+build.5~1", "v1.0+build.5~1"),
        ("Größe-2", "Größe-2"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("///", "archive"),
        ("ü" * 300, "ü" * 100),
    ],
)
def test_names_that_are_safe_everywhere(text: str, name: str) -> None:
    assert archive_name(text) == name


def test_the_name_of_file_and_folder_can_be_chosen(tmp_path: Path) -> None:
    result = built(example(tmp_path / "repo"), tmp_path, name="my dots/1")
    assert result.file.name == "my-dots-1.zip"
    assert {name.split("/")[0] for name in zipped(Path(result.file.path))} == {"my-dots-1"}


def test_tar_gz_holds_the_same(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    result = built(repo, tmp_path, form="tar.gz")
    assert result.file.name == "red-dot-1.0.0.tar.gz"
    content: dict[str, tuple[int, bytes]] = {}
    with tarfile.open(result.file.path) as tar:
        for member in tar:
            assert (member.uid, member.gid, member.uname, member.gname, member.mtime) == (0, 0, "", "", 1772361297)
            if member.isdir():
                content[f"{member.name}/"] = (stat.S_IFDIR | member.mode, b"")
            elif member.issym():
                content[member.name] = (stat.S_IFLNK | member.mode, member.linkname.encode())
            else:
                file = tar.extractfile(member)
                assert file is not None
                content[member.name] = (stat.S_IFREG | member.mode, file.read())
    assert content == zipped(Path(built(repo, tmp_path).file.path))
    again = built(repo, tmp_path / "again", form="tar.gz")
    assert again.file.sha256 == result.file.sha256
    data = Path(result.file.path).read_bytes()
    assert data[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    assert hashlib.sha256(gzip.decompress(data)).hexdigest() == KNOWN_TAR_SHA256


def test_the_bytes_of_a_file_can_be_replaced(tmp_path: Path) -> None:
    """Its mode stays; a link becomes a file; everything else is as without."""
    repo = example(tmp_path / "repo")
    plain = zipped(Path(built(repo, tmp_path / "plain").file.path))
    replacements = {"run.sh": b"echo\n", "link": b"no link\n", "a/b.txt": b""}
    content = zipped(Path(built(repo, tmp_path / "other", replacements=replacements).file.path))
    assert list(content) == list(plain)
    assert {name: entry for name, entry in content.items() if entry != plain[name]} == {
        "red-dot-1.0.0/a/b.txt": (0o100644, b""),
        "red-dot-1.0.0/link": (0o100644, b"no link\n"),
        "red-dot-1.0.0/run.sh": (0o100755, b"echo\n"),
    }


@pytest.mark.parametrize("name", ["CITATION.cff", "notes.internal"])
def test_what_the_archive_lacks_cannot_be_replaced(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        built(example(tmp_path / "repo"), tmp_path / "out", replacements={name: b"x", "README.md": b"x"})
    assert (caught.value.what, str(caught.value.where), caught.value.fix) == (
        f"the archive holds no {name} whose content could be replaced",
        name,
        f"commit {name} before tagging, and see that no export-ignore attribute in .gitattributes leaves it out",
    )
    assert list((tmp_path / "out").iterdir()) == []


# What the reader should know of


def test_pointers_of_git_lfs_are_named(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    for number in range(7):
        repo.write(f"data/{number}.bin", LFS_POINTER)
    repo.write("about.md", b"It says: " + LFS_POINTER)
    repo.write("long.txt", LFS_POINTER + b"x" * 1024)
    repo.commit()
    result = built(repo, tmp_path, None, wanted=Wanted(lfs=False))
    assert result.findings == (
        Finding(
            level="warning",
            code="lfs-content-missing",
            what="7 paths of Git LFS, of which the archive holds the pointer and not the content: "
            "data/0.bin, data/1.bin, data/2.bin, data/3.bin, data/4.bin …",
            where=FilePlace(file="data/0.bin"),
            fix="let 'lfs' be true; where it is, .gitattributes does not give these files to LFS (filter=lfs), so the"
            " pointer is all there is",
        ),
    )


@pytest.mark.parametrize(("path", "follower"), [("lib/sub", "lib/sub.txt"), ("zzz", "a")])
def test_submodules_are_named(tmp_path: Path, path: str, follower: str) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    repo.write(follower, "x")
    commit = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    repo.git("commit", "--quiet", "-m", "With a submodule")
    result = built(repo, tmp_path, None, wanted=Wanted(submodules=False))
    assert zipped(Path(result.file.path))[f"{Path(result.file.path).stem}/{path}/"] == (0o40755, b"")
    assert result.findings == (
        Finding(
            level="warning",
            code="submodule-content-missing",
            what=f"1 path of a submodule, which is an empty folder in the archive: {path}",
            where=FilePlace(file=path),
            fix="let 'submodules' be true, or name the submodule's own record as a related identifier"
            " (relation: hasPart)",
        ),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse names that are not UTF-8")
@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_names_that_are_not_utf8_are_kept_and_named(tmp_path: Path, form: str) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    repo.write(os.fsdecode(b"tr\xe8s.txt"), "old\n")
    repo.commit()
    result = built(repo, tmp_path, None, form=form)
    top = Path(result.file.name.removesuffix(f".{form}")).name
    if form == "zip":
        with zipfile.ZipFile(result.file.path) as file:
            info = file.infolist()[-1]
            assert (info.filename.encode("cp437"), info.flag_bits) == (f"{top}/".encode() + b"tr\xe8s.txt", 0)
            assert file.read(info) == b"old\n"
    else:
        with tarfile.open(result.file.path) as tar:
            assert os.fsencode(tar.getnames()[-1]) == f"{top}/".encode() + b"tr\xe8s.txt"
    assert result.findings == (
        Finding(
            level="warning",
            code="file-name-not-utf8",
            what="1 path with a name that is not UTF-8, which programs show differently: tr\\xe8s.txt",
            where=FilePlace(file="tr\\xe8s.txt"),
            fix="rename it: git mv OLD NEW",
        ),
    )


def test_a_folder_of_which_everything_is_ignored_is_left_out(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    repo.write(".gitattributes", "/inner/** export-ignore\n")
    repo.write("inner/deep/secret", "x")
    repo.write("zebra", "x")
    repo.commit()
    result = built(repo, tmp_path, None, name="t")
    assert list(zipped(Path(result.file.path))) == ["t/", "t/.gitattributes", "t/zebra"]
    assert result.findings == ()


# What goes wrong


def test_a_tree_without_files_is_no_archive(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    repo.write(".gitattributes", "* export-ignore\n")
    repo.write("src/a", "a")
    repo.commit()
    repo.tag("v1.0.0")
    out = tmp_path / "out"
    assert error_of(repo, out) == (
        "the archive of v1.0.0 would hold no files",
        ".gitattributes",
        "commit the files before tagging; if there are any, take back some of the export-ignore attributes",
    )
    assert list(out.iterdir()) == []


def test_a_commit_without_any_file_is_no_archive(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path / "repo")
    commit = repo.commit()
    what, _, _ = error_of(repo, tmp_path / "out", None)
    assert what == f"the archive of {commit[:12]} would hold no files"


def test_content_that_git_does_not_have(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    blob = repo.git("rev-parse", "HEAD:binary.dat")
    commit = repo.git("rev-parse", "HEAD")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    what, where, fix = error_of(repo, tmp_path / "out")
    assert what.startswith(f"git could not archive commit {commit[:12]}: cannot read ")
    assert blob in what
    assert where == str(repo.path / ".git")
    assert fix is not None
    assert fix.startswith("get a whole clone: ")
    assert list((tmp_path / "out").iterdir()) == []


LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
from zenodo_action.errors import ArchiveError
try:
{textwrap.indent(BUILD, "    ")}
except ArchiveError as error:
    print(error.what, error.where, error.fix, sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_takes_no_more_leaves_nothing_behind(tmp_path: Path) -> None:
    repo = example(tmp_path / "repo")
    out = tmp_path / "out"
    out.mkdir()
    path = out / "red-dot-1.0.0.zip"
    path.write_text("the earlier one")
    command = [sys.executable, "-c", LIMITED, str(repo.path), str(out), "022"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.splitlines() == [
        "the archive could not be written: File too large",
        str(path),
        "make room on the disk and see that the folder may be written to",
    ]
    assert [(file.name, file.read_text()) for file in out.iterdir()] == [(path.name, "the earlier one")]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    what, where, _ = error_of(example(tmp_path / "repo"), tmp_path / "file" / "out")
    assert what == "the archive could not be written: Not a directory"
    assert where == str(tmp_path / "file" / "out" / "red-dot-1.0.0.zip")


# The ZIP format at its limits


def member(path: str, content: bytes) -> Entry:
    return Entry(path=path.encode(), mode=0o100644, size_bytes=len(content), content=io.BytesIO(content))


def written(items: list[Entry], seconds: int = 0) -> io.BytesIO:
    file = io.BytesIO()
    stored_zip.write_zip(items, file, seconds=seconds)
    return file


@pytest.mark.parametrize("limit", [10, 60, 200, 1000])
def test_zip64_fields_stand_where_numbers_are_too_large(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a lower limit the same fields appear as beyond 4 GiB, and readers take them."""
    contents = {"a": b"", "b": b"x" * 9, "c": b"y" * 10, "d": b"z" * 300, "e": b"last"}
    plain = written([member(name, content) for name, content in contents.items()]).getvalue()
    monkeypatch.setattr(stored_zip, "_LIMIT_32", limit)
    file = written([member(name, content) for name, content in contents.items()])
    with zipfile.ZipFile(file) as opened:
        assert {info.filename: opened.read(info) for info in opened.infolist()} == contents
        assert [info.extract_version == 45 for info in opened.infolist()] == [
            info.file_size >= limit or info.header_offset >= limit for info in opened.infolist()
        ]
    assert (b"PK\x06\x06" in file.getvalue()) is (limit < len(plain))


def test_more_entries_than_the_old_format_counts() -> None:
    names = [f"{number:05}" for number in range(65_535)]
    with zipfile.ZipFile(written([member(name, b"") for name in names])) as opened:
        assert opened.namelist() == names
    one_less = written([member(name, b"") for name in names[:-1]]).getvalue()
    assert b"PK\x06\x06" not in one_less


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (-5, (1980, 1, 1, 0, 0, 0)),
        (315532801, (1980, 1, 1, 0, 0, 0)),
        (1772366401, (2026, 3, 1, 12, 0, 0)),
        (1 << 40, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_times_within_what_the_format_can_say(seconds: int, moment: tuple[int, ...]) -> None:
    with zipfile.ZipFile(written([member("a", b"")], seconds)) as opened:
        assert opened.infolist()[0].date_time == moment


def test_content_of_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_zip, "CHUNK_BYTES", 7)
    contents = {"six": b"s" * 6, "seven": b"s" * 7, "eight": b"e" * 8, "many": bytes(range(256))}
    with zipfile.ZipFile(written([member(name, content) for name, content in contents.items()])) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == contents


# Any tree

NAMES = st.builds(
    str.__add__, st.text("ab-.~ ü日*[!#\\'\"\n\t", min_size=1, max_size=4), st.sampled_from(["", "", "", ".x"])
)
PATHS = st.lists(NAMES.filter(lambda name: name not in (".", "..")), min_size=1, max_size=3).map("/".join)
FILES = st.tuples(st.sampled_from(["file", "program", "link"]), st.binary(max_size=40))


@settings(max_examples=15, deadline=None)
@always(tree={"[": ("link", b"a/"), "a": ("file", b"")})
@given(tree=st.dictionaries(PATHS, FILES, min_size=1, max_size=8))
def test_any_tree_is_listed_and_kept_but_for_what_is_ignored(tree: dict[str, tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = ExampleRepo(Path(folder) / "repo")
        repo.write(".gitattributes", "*.x export-ignore\n")
        for path, (kind, content) in tree.items():
            if any(parent.is_symlink() for parent in (repo.path / path).parents if repo.path in parent.parents):
                continue  # the link may lead anywhere
            with contextlib.suppress(NotADirectoryError, FileExistsError, IsADirectoryError):
                if kind == "link":
                    (repo.path / path).parent.mkdir(parents=True, exist_ok=True)
                    (repo.path / path).symlink_to(os.fsdecode(content.replace(b"\0", b"") or b"x"))
                else:
                    repo.write(path, content).chmod(0o755 if kind == "program" else 0o644)
        repo.commit()
        expected: dict[str, tuple[int, bytes]] = {}
        for line in repo.git("ls-tree", "-r", "-z", "HEAD").split("\0")[:-1]:
            mode, path = int(line[:6], 8), line.partition("\t")[2]
            if not any(part.endswith(".x") for part in path.split("/")):
                file = repo.path / path
                # NOTE: Path.readlink() drops a slash at the end
                content = os.readlink(os.fsencode(file)) if stat.S_ISLNK(mode) else file.read_bytes()  # noqa: PTH115
                permissions = 0o777 if stat.S_ISLNK(mode) else mode & 0o777
                expected[f"t/{path}"] = (stat.S_IFMT(mode) | permissions, content)
        result = built(repo, Path(folder) / "1", None, name="t")
        content = zipped(Path(result.file.path))
        assert {path: entry for path, entry in content.items() if not path.endswith("/")} == expected
        assert list(content) == sorted(content, key=str.encode)
        assert built(repo, Path(folder) / "2", None, name="t").file.sha256 == result.file.sha256


def test_examples_of_the_docstrings() -> None:
    results = doctest.testmod(archive)
    assert (results.failed, results.attempted) == (0, 1)
