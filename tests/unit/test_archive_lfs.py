"""Content of Git LFS in the archive: from the checkout, fetched where that lacks it, or refused."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.repos import ENVIRONMENT, ExampleRepo
from zenodo_action.archive import Built, build
from zenodo_action.archive.entries import Wanted
from zenodo_action.checkout import Checkout
from zenodo_action.checkout.pointers import Pointer
from zenodo_action.errors import ArchiveError, FilePlace

MENDING = """\
have it in the checkout. On GitHub:

    - uses: actions/checkout@v5
      with:
        lfs: true

elsewhere: git lfs fetch. With 'lfs: false' the archive holds the pointer"""

IMAGE = bytes(range(256)) * 1000
OID = hashlib.sha256(IMAGE).hexdigest()

needs_lfs = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="fetching needs git-lfs, which is not installed")


def pointer(content: bytes) -> bytes:
    """What stands in git for a content."""
    oid = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


def store(git_folder: Path, content: bytes) -> Path:
    """Put a content where git-lfs keeps it."""
    oid = hashlib.sha256(content).hexdigest()
    file = git_folder / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


@pytest.fixture
def repo(tmp_path: Path) -> ExampleRepo:
    """A repository with two files in LFS and one that only looks so; a folder has a rule of its own."""
    repo = ExampleRepo(tmp_path / "red-dot")
    repo.write(".gitattributes", "*.img filter=lfs diff=lfs merge=lfs -text\n")
    repo.write("plain/.gitattributes", "*.img !filter\n")
    repo.write("ü dot.img", pointer(IMAGE))
    repo.write("none.img", pointer(b""))
    repo.write("plain/fixture.img", pointer(b"what a pointer looks like"))
    repo.write("readme.txt", "About dots\n")
    (repo.path / "link.img").symlink_to("ü dot.img")
    repo.commit()
    repo.tag("v1.0.0")
    return repo


def built(path: Path, folder: Path, form: str = "zip", **wanted: bool) -> Built:
    checkout = Checkout.open(path)
    snapshot = checkout.snapshot("v1.0.0", names=[])
    return build(checkout, snapshot, folder=folder, name="dot", form=form, wanted=Wanted(**wanted))


def content(result: Built) -> dict[str, bytes]:
    """What the archive holds, without its top folder."""
    with zipfile.ZipFile(result.file.path) as file:
        assert file.testzip() is None
        return {name.removeprefix("dot/"): file.read(name) for name in file.namelist() if not name.endswith("/")}


def error_of(path: Path, folder: Path, form: str = "zip") -> tuple[str, str, str | None]:
    with pytest.raises(ArchiveError) as caught:
        built(path, folder, form)
    assert list(folder.iterdir()) == []
    return caught.value.what, str(caught.value.where), caught.value.fix


def without_lfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git be all that is installed."""
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\ncase "$*" in *" lfs "*) echo "git: \'lfs\' is not a git command." >&2; exit 1;; esac\n'
        f'PATH={ENVIRONMENT["PATH"]} exec git "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))


def test_content_takes_the_place_of_pointers(repo: ExampleRepo, tmp_path: Path) -> None:
    """Where ``.gitattributes`` give a file to LFS; what only looks like a pointer is left and named."""
    store(repo.path / ".git", IMAGE)
    result = built(repo.path, tmp_path / "out")
    assert content(result) == {
        ".gitattributes": b"*.img filter=lfs diff=lfs merge=lfs -text\n",
        "link.img": "ü dot.img".encode(),
        "none.img": b"",
        "plain/.gitattributes": b"*.img !filter\n",
        "plain/fixture.img": pointer(b"what a pointer looks like"),
        "readme.txt": b"About dots\n",
        "ü dot.img": IMAGE,
    }
    (finding,) = result.findings
    assert (finding.code, finding.where) == ("lfs-content-missing", FilePlace(file="plain/fixture.img"))


def test_tar_gz_holds_the_same(repo: ExampleRepo, tmp_path: Path) -> None:
    store(repo.path / ".git", IMAGE)
    result = built(repo.path, tmp_path / "out", "tar.gz")
    listing = ["tar", "--extract", "--gzip", f"--file={result.file.path}", "--to-stdout", "dot/ü dot.img"]
    assert subprocess.check_output(listing, env={**os.environ, "LC_ALL": "C.UTF-8"}) == IMAGE


def test_content_in_a_submodule_is_that_of_the_submodule(repo: ExampleRepo, tmp_path: Path) -> None:
    outer = ExampleRepo(tmp_path / "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo.path), "lib")
    outer.commit()
    outer.tag("v1.0.0")
    store(outer.path / ".git" / "modules" / "lib", IMAGE)
    assert content(built(outer.path, tmp_path / "out"))["lib/ü dot.img"] == IMAGE


def test_without_lfs_the_pointers_stay_and_are_named(repo: ExampleRepo, tmp_path: Path) -> None:
    store(repo.path / ".git", IMAGE)
    result = built(repo.path, tmp_path / "out", lfs=False)
    assert content(result)["ü dot.img"] == pointer(IMAGE)
    (finding,) = result.findings
    assert finding.what == (
        "3 paths of Git LFS, of which the archive holds the pointer and not the content: "
        "none.img, plain/fixture.img, ü dot.img"
    )


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
@pytest.mark.parametrize("damage", [IMAGE[:-1], IMAGE + b"!", b"!" + IMAGE[1:], b""])
def test_damaged_content_is_never_archived(repo: ExampleRepo, tmp_path: Path, form: str, damage: bytes) -> None:
    file = store(repo.path / ".git", IMAGE)
    file.write_bytes(damage)
    assert error_of(repo.path, tmp_path / "out", form) == (
        f"the content of ü dot.img is damaged: {file} is not what its Git LFS pointer promises",
        "ü dot.img",
        f"remove {file}, fetch it anew with: git lfs fetch, and run this again",
    )


def test_content_that_is_nowhere_without_git_lfs(
    repo: ExampleRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.remote("https://127.0.0.1:1/cats/red-dot")
    without_lfs(tmp_path, monkeypatch)
    assert error_of(repo.path, tmp_path / "out") == (
        "the content of ü dot.img in Git LFS is not in the checkout, and could not be fetched: git-lfs is not installed",
        "ü dot.img",
        MENDING,
    )


def test_content_that_is_nowhere_without_a_remote(repo: ExampleRepo, tmp_path: Path) -> None:
    what, _, fix = error_of(repo.path, tmp_path / "out")
    assert what == (
        "the content of ü dot.img in Git LFS is not in the checkout, and could not be fetched: "
        "the repository has no remote to fetch it from"
    )
    assert fix == MENDING


@needs_lfs
def test_content_that_the_checkout_lacks_is_fetched(repo: ExampleRepo, tmp_path: Path) -> None:
    """The clone itself stays as it is."""
    upstream, clone = tmp_path / "server" / "red-dot.git", tmp_path / "clone"
    repo.git("clone", "--quiet", "--bare", ".", str(upstream))
    store(upstream, IMAGE)
    repo.git("clone", "--quiet", str(upstream), str(clone))
    before = sorted((clone / ".git").rglob("*"))
    assert content(built(clone, tmp_path / "out"))["ü dot.img"] == IMAGE
    assert sorted((clone / ".git").rglob("*")) == before


@needs_lfs
def test_content_that_the_server_lacks(repo: ExampleRepo, tmp_path: Path) -> None:
    upstream, clone = tmp_path / "server" / "red-dot.git", tmp_path / "clone"
    repo.git("clone", "--quiet", "--bare", ".", str(upstream))
    repo.git("clone", "--quiet", str(upstream), str(clone))
    what, where, fix = error_of(clone, tmp_path / "out")
    assert what.startswith("the content of ü dot.img in Git LFS is not in the checkout, and could not be fetched: ")
    assert (where, fix) == ("ü dot.img", MENDING)


@needs_lfs
def test_the_child_process_gets_no_token(repo: ExampleRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, fake = tmp_path / "environment", tmp_path / "bin" / "git-lfs"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n{{ env; echo "$@"; cat config; }} >> {seen}\nexit 2\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    for name in ("ZENODO_TOKEN", "GITHUB_TOKEN", "GIT_ASKPASS", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, "s3cret")
    repo.remote("https://x-access-token:s3cret@127.0.0.1:1/cats/red-dot")
    error_of(repo.path, tmp_path / "out")
    assert "s3cret" not in seen.read_text()
    assert "GIT_TERMINAL_PROMPT=0" in seen.read_text().splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (pointer(IMAGE), Pointer(oid=OID, size_bytes=len(IMAGE))),
        (pointer(IMAGE).rstrip(b"\n"), Pointer(oid=OID, size_bytes=len(IMAGE))),
        (pointer(IMAGE).replace(b"oid", b"ext-0-foo sha256:00\noid"), Pointer(oid=OID, size_bytes=len(IMAGE))),
        (pointer(IMAGE).replace(b"sha256", b"md5"), None),
        (pointer(IMAGE) + b"more\n", None),
        (pointer(IMAGE).replace(b"size 2", b"size -2"), None),
        (b"x" + pointer(IMAGE), None),
        (b"", None),
    ],
)
def test_what_is_a_pointer(text: bytes, expected: Pointer | None) -> None:
    assert Pointer.read(text) == expected
