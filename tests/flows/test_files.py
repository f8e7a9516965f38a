"""What is deposited: the archive with all that belongs into it, and further files beside it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")

IMAGE = bytes(range(256)) * 5000
OID = hashlib.sha256(IMAGE).hexdigest()


@pytest.fixture
def everything(tmp_path: Path) -> ExampleRepo:
    """A repository with a submodule, Git LFS, a link, a program and names in other scripts, tagged v1.0.0."""
    lens = ExampleRepo(tmp_path / "lens")
    lens.write("glass.txt", "glass\n")
    lens.write("draft.txt", "not for export\n")
    lens.write(".gitattributes", "draft.txt export-ignore\n")
    lens.commit()
    repo = ExampleRepo(tmp_path / "red-dot")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(lens.path), "lib/lens")
    repo.write(".zenodo.yml", ZENODO_YML + "deposit:\n  files: [results/**]\n")
    repo.write(".gitignore", "/results\n")
    repo.write(".gitattributes", "*.img filter=lfs -text\n/drafts export-ignore\n")
    repo.write("drafts/later.md", "not for export\n")
    repo.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    repo.write("données/日本 😀.txt", "names\n")
    (repo.path / "link").symlink_to("données/日本 😀.txt")
    repo.write("dot.img", f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize {len(IMAGE)}\n")
    repo.commit()
    repo.tag("v1.0.0")
    repo.write("dot.img", IMAGE)  # as git-lfs leaves the working tree
    store = repo.path / ".git" / "lfs" / "objects" / OID[:2] / OID[2:4] / OID
    store.parent.mkdir(parents=True)
    store.write_bytes(IMAGE)
    repo.remote("https://github.com/cat-lab-example/red-dot.git")
    repo.write("results/2026/counts.csv", "dots\n1\n")
    repo.write("results/ünï.csv", "dots\n2\n")
    return repo


def fetched(zenodo: LocalServer, record_id: str, folder: Path) -> dict[str, Path]:
    """Download the files of a record, as anybody can."""
    folder.mkdir()
    reply = requests.get(f"{zenodo.api_url}/records/{record_id}/files", timeout=10)
    names = [entry["key"] for entry in reply.json()["entries"]]
    for name in names:
        url = f"{zenodo.api_url}/records/{record_id}/files/{name}/content"
        (folder / name).write_bytes(requests.get(url, timeout=10).content)
    return {name: folder / name for name in names}


def tree(top: Path) -> dict[str, tuple[int, bytes]]:
    """Kind, executable bit and content of all that is in a folder, by path; git folders apart."""
    found = {}
    for path in top.rglob("*"):
        name = str(path.relative_to(top))
        if path.is_dir() and not path.is_symlink():
            continue
        mode = path.lstat().st_mode
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        found[name] = (stat.S_IFMT(mode) | (mode & 0o100 if not path.is_symlink() else 0), content)
    return {name: entry for name, entry in found.items() if ".git" not in Path(name).parts}


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack an archive as the tools do that keep links and modes, and return its one folder."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as file:
            assert file.testzip() is None
            for info in file.infolist():
                mode, target = info.external_attr >> 16, folder / info.filename
                if stat.S_ISLNK(mode):
                    target.symlink_to(os.fsdecode(file.read(info)))
                else:
                    Path(file.extract(info, folder)).chmod(mode & 0o777)
    else:
        folder.mkdir()
        subprocess.run(["tar", "--extract", "--gzip", f"--file={archive}", f"--directory={folder}"], check=True)
    (top,) = folder.iterdir()
    return top


@pytest.mark.parametrize("how", [("zip", "records"), ("zip", "deposit"), ("tar.gz", "records")], ids="-".join)
def test_everything_is_deposited(
    everything: ExampleRepo, run: Run, zenodo: LocalServer, tmp_path: Path, how: tuple[str, str]
) -> None:
    """Unpacked, the archive is the checkout but for what is ignored; the checksums hold."""
    form, api = how
    to = ("--server", zenodo.url, "--api", api, "--archive", form, "--checksums")

    done = run("deposit", "v1.0.0", "-C", everything.path, *to, "--json")

    assert done.code == 0, done.err
    assert {file["name"] for file in done.json["files"]} == {
        f"red-dot-1.0.0.{form}",
        "SHA256SUMS",
        "counts.csv",
        "ünï.csv",
    }
    assert [finding["code"] for finding in done.json["findings"] if "missing" in finding["code"]] == []
    files = fetched(zenodo, done.json["record_id"], tmp_path / "record")
    assert files["counts.csv"].read_text() == "dots\n1\n"
    if shutil.which("sha256sum") is not None:
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "record", check=True)
    top = unpacked(files[f"red-dot-1.0.0.{form}"], tmp_path / "unpacked")
    assert top.name == "red-dot-1.0.0"
    expected = tree(everything.path)
    left_out = {name for name in expected if name.startswith(("drafts/", "results/")) or name == "lib/lens/draft.txt"}
    assert tree(top) == {name: entry for name, entry in expected.items() if name not in left_out}
    assert len(left_out) == 4


def test_the_plan_has_the_archive_first(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """Then the files by their path, and the list of checksums last."""
    plan = run("preview", "v1.0.0", "-C", everything.path, "--server", zenodo.url, "--checksums", "--json").json

    assert [file["name"] for file in plan["files"]] == ["red-dot-1.0.0.zip", "counts.csv", "ünï.csv", "SHA256SUMS"]


def test_a_second_run_sends_nothing(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """The archive of another clone, in another folder, is the same file."""
    to = ("--server", zenodo.url, "--checksums", "--no-publish")
    first = run("deposit", "v1.0.0", "-C", everything.path, *to, "--json").json
    clone = everything.path.parent / "elsewhere" / "clone"
    shutil.copytree(everything.path, clone, symlinks=True)
    shutil.rmtree(everything.path)

    again = run("deposit", "v1.0.0", "-C", clone, *to)

    assert again.code == 0
    for name in ("red-dot-1.0.0.zip", "counts.csv", "SHA256SUMS"):
        assert f"{name} is already there" in again.err
    assert first["record_id"] in again.out


def test_only_files(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """A data set without its source."""
    done = run("deposit", "v1.0.0", "-C", everything.path, "--server", zenodo.url, "--archive", "none", "--json").json

    assert [file["name"] for file in done["files"]] == ["counts.csv", "ünï.csv"]


def test_files_of_another_commit_are_told(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """They come from the working tree, whatever that is."""
    to = ("-C", everything.path, "--server", zenodo.url, "--json")
    same = run("preview", "v1.0.0", *to).json
    everything.git("commit", "--quiet", "--allow-empty", "--message=Later")
    other = run("preview", "v1.0.0", *to).json

    assert [finding for finding in same["findings"] if finding["code"] == "files-of-another-commit"] == []
    (finding,) = [each for each in other["findings"] if each["code"] == "files-of-another-commit"]
    assert finding["what"] == "files come from the working tree, which is not that of v1.0.0"
    assert finding["where"]["file"] == ".zenodo.yml"
    assert finding["fix"] == (
        "check it out (git checkout v1.0.0) and make the files anew, if they depend on the source"
    )


def test_nothing_at_all(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """A record has a file, so the run stops before it opens a draft."""
    done = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", zenodo.url, "--archive", "none")

    assert done.code == 4
    assert "there is no file to deposit: 'archive' is none, and no other file was named" in done.err


def test_two_files_of_one_name(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """A record has no folders."""
    everything.write("results/2025/counts.csv", "dots\n3\n")

    done = run("deposit", "v1.0.0", "-C", everything.path, "--server", zenodo.url)

    assert done.code == 4
    results = everything.path / "results"
    assert (
        f"two of the files to deposit are called counts.csv: {results / '2025' / 'counts.csv'} and"
        f" {results / '2026' / 'counts.csv'}"
    ) in done.err


def test_left_out_by_choice(everything: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """Submodules and Git LFS stay as git has them, and are named."""
    to = ("--server", zenodo.url, "--no-submodules", "--no-lfs")
    plan = run("preview", "v1.0.0", "-C", everything.path, *to, "--json").json

    found = {finding["code"]: finding["where"]["file"] for finding in plan["findings"] if "content" in finding["code"]}
    assert found == {"submodule-content-missing": "lib/lens", "lfs-content-missing": "dot.img"}


def test_what_cannot_be_had_stops_before_anything_is_written(
    everything: ExampleRepo, run: Run, zenodo: LocalServer
) -> None:
    """The lines that mend it stand in the message."""
    shutil.rmtree(everything.path / ".git" / "modules")

    done = run("deposit", "v1.0.0", "-C", everything.path, "--server", zenodo.url)

    assert done.code == 4
    assert "is not in the checkout, and is not fetched from" in done.err
    assert "        submodules: recursive" in done.err
    reply = requests.get(f"{zenodo.api_url}/user/records", headers={"Authorization": "Bearer test-token"}, timeout=10)
    assert reply.json()["hits"]["total"] == 0


def test_the_list_of_checksums_is_that_of_the_stamped_archive(
    everything: ExampleRepo, run: Run, zenodo: LocalServer, tmp_path: Path
) -> None:
    """The archive is built anew once its DOI is known; the plan does not claim to know the list before."""
    everything.write(
        "CITATION.cff", "cff-version: 1.2.0\nmessage: Cite it.\ntitle: Red-Dot\nauthors:\n  - name: Cats\n"
    )
    everything.git("add", "CITATION.cff")
    everything.git("commit", "--quiet", "--message=Citation")
    everything.tag("v1.1.0")
    to = ("--server", zenodo.url, "--checksums", "--stamp", "--json")

    plan = run("preview", "v1.1.0", "-C", everything.path, *to).json
    done = run("deposit", "v1.1.0", "-C", everything.path, *to).json

    unknown = [file["name"] for file in plan["files"] if file["md5"] is None]
    assert unknown == ["red-dot-1.1.0.zip", "SHA256SUMS"]
    files = fetched(zenodo, done["record_id"], tmp_path / "record")
    digest = hashlib.sha256(files["red-dot-1.1.0.zip"].read_bytes()).hexdigest()
    assert f"{digest}  red-dot-1.1.0.zip" in files["SHA256SUMS"].read_text().splitlines()
    with zipfile.ZipFile(files["red-dot-1.1.0.zip"]) as archive:
        assert done["doi"] in archive.read("red-dot-1.1.0/CITATION.cff").decode()
