"""Submodules in the archive: from the checkout, fetched where that lacks them, or refused."""

from __future__ import annotations

import doctest
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.repos import ENVIRONMENT, ExampleRepo
from zenodo_action.archive import Built, build
from zenodo_action.archive.entries import Wanted
from zenodo_action.checkout import Checkout, submodules
from zenodo_action.errors import ArchiveError, FilePlace

MENDING = """\
have it in the checkout. On GitHub:

    - uses: actions/checkout@v5
      with:
        submodules: recursive

elsewhere: git submodule update --init --recursive. With 'submodules: false' its folder stays empty"""


@pytest.fixture
def laser(tmp_path: Path) -> ExampleRepo:
    """What becomes the inner submodule."""
    repo = ExampleRepo(tmp_path / "laser")
    repo.write("laser.txt", "light\n")
    repo.commit("Laser")
    return repo


@pytest.fixture
def lens(tmp_path: Path, laser: ExampleRepo) -> ExampleRepo:
    """What becomes the outer submodule, with attributes of its own and a submodule in it."""
    repo = ExampleRepo(tmp_path / "lens")
    repo.write("lens.txt", "glass\n")
    repo.write("draft.txt", "not for export\n")
    repo.write("commit.txt", "$Format:%H$\n")
    repo.write(".gitattributes", "draft.txt export-ignore\ncommit.txt export-subst\n")
    repo.write("grind.sh", "#!/bin/sh\n").chmod(0o755)
    (repo.path / "link").symlink_to("lens.txt")
    add(repo, laser, "../laser", "inner/laser")
    repo.commit("Lens")
    return repo


@pytest.fixture
def dot(tmp_path: Path, lens: ExampleRepo) -> ExampleRepo:
    """A repository with the submodule, tagged; the attributes of its own have no say there."""
    repo = ExampleRepo(tmp_path / "red-dot")
    repo.remote(str(tmp_path / "red-dot.git"))
    repo.write(".gitattributes", "*.txt export-ignore\n")
    repo.write("a.md", "a\n")
    repo.write("zebra.md", "z\n")
    add(repo, lens, "../lens", "lib/lens")
    repo.commit("Dot")
    repo.tag("v1.0.0")
    return repo


def add(repo: ExampleRepo, module: ExampleRepo, url: str, path: str) -> None:
    """Add a submodule as ``git submodule add`` does, with its own submodules, and give it an address."""
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "--quiet", "add", str(module.path), path)
    repo.git(*allowed, "submodule", "--quiet", "update", "--init", "--recursive")
    repo.git("config", "--file", ".gitmodules", f"submodule.{path}.url", url)


def told(repo: ExampleRepo, settings: str, path: str = "lib/lens") -> None:
    """Tag a commit whose ``.gitmodules`` says this, in a clone that lacks the submodule."""
    shutil.rmtree(repo.path / ".git" / "modules", ignore_errors=True)
    shutil.rmtree(repo.path / path)
    (repo.path / path).mkdir()
    repo.write(".gitmodules", settings)
    repo.git("add", ".gitmodules")
    repo.git("commit", "--quiet", "--message=Told")
    repo.git("tag", "--force", "v1.0.0", "HEAD")


def built(path: Path, folder: Path, **wanted: bool) -> Built:
    checkout = Checkout.open(path)
    return build(checkout, checkout.snapshot("v1.0.0", names=[]), folder=folder, name="dot", wanted=Wanted(**wanted))


def content(path: Path, folder: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of what the archive holds, without its top folder."""
    with zipfile.ZipFile(built(path, folder).file.path) as file:
        return {
            info.filename.removeprefix("dot/"): (info.external_attr >> 16, file.read(info)) for info in file.infolist()
        }


def error_of(path: Path, folder: Path) -> tuple[str, str, str | None]:
    with pytest.raises(ArchiveError) as caught:
        built(path, folder)
    assert list(folder.iterdir()) == []
    return caught.value.what, str(caught.value.where), caught.value.fix


def bare_copies(repos: list[ExampleRepo], folder: Path) -> None:
    """Put what a server would hold of the repositories into a folder."""
    for repo in repos:
        repo.git("clone", "--quiet", "--bare", ".", str(folder / repo.path.name))


# From the checkout


def test_submodules_are_in_the_archive_with_attributes_of_their_own(
    dot: ExampleRepo, lens: ExampleRepo, tmp_path: Path
) -> None:
    """Recursively, in the place of their folder."""
    commit = lens.git("rev-parse", "HEAD")
    held = content(dot.path, tmp_path / "out")
    folder, file, program, link = 0o40755, 0o100644, 0o100755, 0o120777
    assert held == {
        "": (folder, b""),
        ".gitattributes": (file, b"*.txt export-ignore\n"),
        ".gitmodules": (file, b'[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = ../lens\n'),
        "a.md": (file, b"a\n"),
        "lib/": (folder, b""),
        "lib/lens/": (folder, b""),
        "lib/lens/.gitattributes": (file, b"draft.txt export-ignore\ncommit.txt export-subst\n"),
        "lib/lens/.gitmodules": (file, b'[submodule "inner/laser"]\n\tpath = inner/laser\n\turl = ../laser\n'),
        "lib/lens/commit.txt": (file, f"{commit}\n".encode()),
        "lib/lens/grind.sh": (program, b"#!/bin/sh\n"),
        "lib/lens/inner/": (folder, b""),
        "lib/lens/inner/laser/": (folder, b""),
        "lib/lens/inner/laser/laser.txt": (file, b"light\n"),
        "lib/lens/lens.txt": (file, b"glass\n"),
        "lib/lens/link": (link, b"lens.txt"),
        "zebra.md": (file, b"z\n"),
    }
    assert list(held) == sorted(held, key=str.encode)
    assert built(dot.path, tmp_path / "again").findings == ()


def test_the_recorded_commit_counts_not_what_is_checked_out(dot: ExampleRepo, tmp_path: Path) -> None:
    inner = ExampleRepo(dot.path / "lib" / "lens")
    inner.write("lens.txt", "plastic\n")
    inner.commit("Later")
    inner.write("lens.txt", "never committed\n")
    assert content(dot.path, tmp_path / "out")["lib/lens/lens.txt"] == (0o100644, b"glass\n")


def test_a_submodule_whose_git_folder_lies_in_the_working_tree(dot: ExampleRepo, tmp_path: Path) -> None:
    """As git had it until 1.7.8, and as an embedded repository that was made a submodule later."""
    expected = content(dot.path, tmp_path / "1")
    marker = dot.path / "lib" / "lens" / ".git"
    marker.unlink()
    shutil.move(dot.path / ".git" / "modules" / "lib" / "lens", marker)
    assert content(dot.path, tmp_path / "2") == expected


def test_a_submodule_in_a_further_worktree(dot: ExampleRepo, tmp_path: Path) -> None:
    expected = content(dot.path, tmp_path / "1")
    dot.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "refs/tags/v1.0.0")
    tree = ExampleRepo(tmp_path / "tree")
    tree.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive")
    shutil.rmtree(dot.path / ".git" / "modules")
    assert content(tree.path, tmp_path / "2") == expected


def test_a_link_to_a_repository_elsewhere_is_not_followed(dot: ExampleRepo, lens: ExampleRepo, tmp_path: Path) -> None:
    """A folder of the working tree may be a link at the commit that is checked out."""
    told(dot, '[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = ../nowhere\n')
    (dot.path / "lib" / "lens").rmdir()
    (dot.path / "lib" / "lens").symlink_to(lens.path)
    what, _, _ = error_of(dot.path, tmp_path / "out")
    assert "is not in the checkout" in what


def test_a_link_in_the_place_of_the_outer_submodule_leads_the_inner_one_nowhere(
    dot: ExampleRepo, lens: ExampleRepo, tmp_path: Path
) -> None:
    """The outer one comes from the git folder; its working tree is a link to a clone that holds the inner one."""
    shutil.rmtree(dot.path / ".git" / "modules" / "lib" / "lens" / "modules")
    shutil.rmtree(tmp_path / "laser")
    shutil.rmtree(dot.path / "lib" / "lens")
    (dot.path / "lib" / "lens").symlink_to(lens.path)
    what, _, _ = error_of(dot.path, tmp_path / "out")
    assert "of the submodule lib/lens/inner/laser is not in the checkout" in what


def test_without_submodules_the_folder_is_empty(dot: ExampleRepo, tmp_path: Path) -> None:
    result = built(dot.path, tmp_path, submodules=False)
    with zipfile.ZipFile(result.file.path) as file:
        assert [name for name in file.namelist() if "lens" in name] == ["dot/lib/lens/"]
    (finding,) = result.findings
    assert (finding.code, finding.where) == ("submodule-content-missing", FilePlace(file="lib/lens"))


# Fetched


def test_what_the_checkout_lacks_is_fetched(
    dot: ExampleRepo, lens: ExampleRepo, laser: ExampleRepo, tmp_path: Path
) -> None:
    """From the address in ``.gitmodules``, which leads on from the origin's, one commit alone; the bytes are the same."""
    expected = built(dot.path, tmp_path / "1").file.sha256
    lens.commit("Later")
    bare_copies([dot, lens, laser], tmp_path / "server")
    clone = tmp_path / "clone"
    dot.git("clone", "--quiet", f"file://{tmp_path / 'server' / 'red-dot'}", str(clone))
    assert built(clone, tmp_path / "2").file.sha256 == expected
    assert not (clone / ".git" / "modules").exists()


def test_an_initialised_submodule_that_lacks_the_commit_is_fetched(
    dot: ExampleRepo, lens: ExampleRepo, tmp_path: Path
) -> None:
    expected = built(dot.path, tmp_path / "1").file.sha256
    older = dot.path / ".git" / "modules" / "lib" / "lens"
    nested = tmp_path / "nested"
    shutil.move(older / "modules", nested)
    shutil.rmtree(older)
    ExampleRepo(tmp_path / "empty").git("clone", "--quiet", "--bare", ".", str(older))
    assert built(dot.path, tmp_path / "2").file.sha256 == expected


def test_what_cannot_be_fetched_is_an_error_with_the_lines_that_mend_it(dot: ExampleRepo, tmp_path: Path) -> None:
    told(dot, '[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = ../absent\n')
    commit = dot.git("rev-parse", "HEAD:lib/lens")
    url = tmp_path / "absent"
    assert error_of(dot.path, tmp_path / "out") == (
        (
            f"commit {commit[:12]} of the submodule lib/lens is not in the checkout, and could not be fetched from {url}: "
            f"'{url}' does not appear to be a git repository"
        ),
        ".gitmodules",
        MENDING,
    )


def test_a_server_out_of_reach(dot: ExampleRepo, tmp_path: Path) -> None:
    """A password in the address is neither sent nor shown."""
    told(dot, '[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = https://me:s3cret@127.0.0.1:1/lens.git\n')
    what, _, fix = error_of(dot.path, tmp_path / "out")
    assert "could not be fetched from https://127.0.0.1:1/lens.git: unable to access " in what
    assert "s3cret" not in what
    assert fix == MENDING


def test_the_child_process_gets_no_token_and_asks_for_none(
    dot: ExampleRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, fake = tmp_path / "environment", tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *" fetch "*) env > {seen}; esac\nPATH={ENVIRONMENT["PATH"]} exec git "$@"\n'
    )
    fake.chmod(0o755)
    told(dot, '[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = https://127.0.0.1:1/lens.git\n')
    monkeypatch.setenv("PATH", str(fake.parent), prepend=":")
    for name in ("ZENODO_TOKEN", "GITHUB_TOKEN", "GIT_ASKPASS", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, "s3cret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    error_of(dot.path, tmp_path / "out")
    lines = seen.read_text().splitlines()
    assert "s3cret" not in seen.read_text()
    assert {"GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND=ssh -oBatchMode=yes", "HTTPS_PROXY=http://127.0.0.1:1"} <= {
        *lines
    }


# Refused


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% /tmp/pwned",
        "--upload-pack=touch pwned",
        "/srv/git/private.git",
        "file:///srv/git/private.git",
        "http://example.org/lens.git",
        "git://example.org/lens.git",
        "ssh://-oProxyCommand=touch/lens",
        "-oProxyCommand=touch:lens",
        "https://example.org",
        "https:///lens",
        "../../../../../../../../../../../../lens",
        "lens",
        "fd::3",
        "",
    ],
)
def test_addresses_that_are_not_fetched_from(dot: ExampleRepo, tmp_path: Path, url: str) -> None:
    told(dot, f'[submodule "lib/lens"]\n\tpath = lib/lens\n\turl = "{url}"\n')
    assert error_of(dot.path, tmp_path / "out") == (
        f"the submodule lib/lens is not in the checkout, and is not fetched from {url!r}",
        ".gitmodules",
        f"give it an https or ssh address in .gitmodules and make a new tag; or {MENDING}",
    )


@pytest.mark.parametrize(
    "name", ["../../../other", "..", "a/../../b", ".git", "a/.GIT/b", "/srv/other", "a\\\\..\\\\b"]
)
def test_names_that_lead_out_of_the_git_folder(dot: ExampleRepo, tmp_path: Path, name: str) -> None:
    told(dot, f'[submodule "{name}"]\n\tpath = lib/lens\n\turl = ../lens\n')
    shown = name.replace("\\\\", "\\")
    assert error_of(dot.path, tmp_path / "out") == (
        f"the submodule lib/lens has a name that git does not take: {shown!r}",
        ".gitmodules",
        "call it by its path in .gitmodules, and make a new tag",
    )


def test_a_submodule_that_nothing_is_said_of(dot: ExampleRepo, tmp_path: Path) -> None:
    told(dot, '[submodule "other"]\n\tpath = other\n\turl = ../lens\n')
    assert error_of(dot.path, tmp_path / "out") == (
        "lib/lens is a submodule, but .gitmodules does not say of which repository",
        ".gitmodules",
        (
            "remove it (git rm --cached lib/lens) or add it anew (git submodule add URL lib/lens), and make a new tag; or"
            " leave its content out with 'submodules: false'"
        ),
    )


def test_settings_that_git_cannot_read(dot: ExampleRepo, tmp_path: Path) -> None:
    told(dot, "[submodule\n")
    commit = dot.git("rev-parse", "HEAD")
    what, where, fix = error_of(dot.path, tmp_path / "out")
    assert what.startswith(f"git cannot read .gitmodules of commit {commit[:12]}: bad config line 1 in blob ")
    assert where == ".gitmodules"
    assert fix == "mend it, see that git config --file .gitmodules --list reads it, and make a new tag"


def test_an_error_within_a_submodule_names_the_whole_path(dot: ExampleRepo, tmp_path: Path) -> None:
    shutil.rmtree(dot.path / ".git" / "modules" / "lib" / "lens" / "modules")
    shutil.rmtree(tmp_path / "laser")
    what, where, _ = error_of(dot.path, tmp_path / "out")
    assert "of the submodule lib/lens/inner/laser is not in the checkout" in what
    assert where == "lib/lens/.gitmodules"


@pytest.mark.parametrize("part", ["..", ".git", ".GiT"])
def test_a_path_that_leads_out_of_the_archive(tmp_path: Path, part: str) -> None:
    """Git makes no such tree; a program that writes objects by itself can."""
    repo = ExampleRepo(tmp_path / "red-dot")
    blob = repo.git("hash-object", "-w", str(repo.write("x", "x")))
    raw = tmp_path / "raw"
    raw.write_bytes(b"100644 x\0" + bytes.fromhex(blob))
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", str(raw))
    raw.write_bytes(f"40000 {part}\0".encode() + bytes.fromhex(tree))
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", str(raw))
    repo.git("tag", "v1.0.0", repo.git("commit-tree", "-m", "x", tree))
    what, _, _ = error_of(repo.path, tmp_path / "out")
    assert what.endswith(f": invalid path '{part}/x'")


# Addresses


@pytest.mark.parametrize(
    ("origin", "url", "resolved"),
    [
        ("https://example.org/cats/dot.git", "../lens.git", "https://example.org/cats/lens.git"),
        ("https://example.org/cats/dot/", "../../dogs/lens", "https://example.org/dogs/lens"),
        ("https://example.org/cats/dot", "./lens", "https://example.org/cats/dot/lens"),
        ("https://me:s3cret@example.org/cats/dot", "../lens", "https://example.org/cats/lens"),
        ("HTTPS://me:s3@cret@example.org/cats/dot", "../lens", "HTTPS://example.org/cats/lens"),
        ("org-1@example.org:cats/dot.git", "../lens.git", "org-1@example.org:cats/lens.git"),
        ("git@example.org:cats/dot.git", "../lens.git", "git@example.org:cats/lens.git"),
        ("git@example.org:dot.git", "../lens.git", "git@example.org:lens.git"),
        ("ssh://git@example.org:22/cats/dot", "../lens", "ssh://git@example.org:22/cats/lens"),
        ("http://127.0.0.1:3000/cats/dot", "../lens", "http://127.0.0.1:3000/cats/lens"),
        ("/srv/git/dot.git", "../lens.git", "/srv/git/lens.git"),
        ("file:///srv/git/dot.git", "../lens.git", "file:///srv/git/lens.git"),
        ("git@example.org:cats/dot.git", "https://example.org/lens", "https://example.org/lens"),
        (None, "git@example.org:lens", "git@example.org:lens"),
        (None, "../lens", None),
        ("/srv/git/dot.git", "/srv/git/lens.git", None),
        ("/dot.git", "../../lens", None),
        ("ext::dot/x", "../lens", None),
    ],
)
def test_addresses_lead_on_from_the_origin(origin: str | None, url: str, resolved: str | None) -> None:
    module = submodules.Module(path="p", shown="p", name="p", url=url, place=FilePlace(file=".gitmodules"))
    assert submodules.origin_of(module, origin) == resolved


def test_examples_of_the_docstrings() -> None:
    results = doctest.testmod(submodules)
    assert (results.failed, results.attempted) == (0, 2)


@given(
    url=st.lists(st.sampled_from([*"a-@:/ \n", "../", "./", "https://", "ssh://", "file://", "ext::"])).map("".join),
    origin=st.sampled_from([None, "https://example.org/a/b", "git@example.org:a/b", "ssh://git@example.org/a"]),
)
def test_no_address_makes_git_do_anything_but_fetch_from_the_web(url: str, origin: str | None) -> None:
    module = submodules.Module(path="p", shown="p", name="p", url=url, place=FilePlace(file=".gitmodules"))
    resolved = submodules.origin_of(module, origin)
    assert resolved is None or (submodules.protocol(resolved) in ("https", "ssh") and resolved[0] != "-")
