from __future__ import annotations

import doctest
import os
from pathlib import Path

import pytest

from tests.repos import ENVIRONMENT, ExampleRepo
from zenodo_action.checkout import Checkout, TagInfo, remotes, web_form
from zenodo_action.checkout.git import MAX_METADATA_BYTES
from zenodo_action.errors import ArchiveError
from zenodo_action.model import RepositoryFacts, Snapshot

URL = "https://github.com/cat-lab-example/red-dot.git"


@pytest.fixture
def repo(tmp_path: Path) -> ExampleRepo:
    """A repository of two tagged commits, the metadata changed in between."""
    repo = ExampleRepo(tmp_path / "red-dot")
    repo.write("CITATION.cff", "title: One\n")
    repo.write("src/dot.py", "print('dot')\n")
    repo.commit("First", date="2026-01-10T08:00:00+00:00")
    repo.tag("v1.0.0", date="2026-01-11T23:30:00-02:00")
    repo.write("CITATION.cff", "title: Two\n")
    repo.commit("Second", date="2026-02-10T08:00:00+00:00")
    repo.tag("v1.1.0", annotated=False)
    repo.remote(URL)
    return repo


def error_of(call: object, *arguments: object, **named: object) -> tuple[str, str, str | None]:
    """The three parts of the error that a call ends with."""
    with pytest.raises(ArchiveError) as caught:
        call(*arguments, **named)  # type: ignore[operator]
    return caught.value.what, str(caught.value.where), caught.value.fix


def fake_git(folder: Path, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """Put a git on the PATH that runs a line of shell before the real one."""
    fake = folder / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n{first}\nPATH={ENVIRONMENT["PATH"]} exec git "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")


# Opening


def test_a_repository_is_found_from_a_folder_within(repo: ExampleRepo) -> None:
    checkout = Checkout.open(repo.path / "src")
    assert checkout == Checkout(top=repo.path, git_folder=repo.path / ".git", head_folder=repo.path / ".git")


def test_folders_may_have_any_name(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path / "a\u2028b \x85")
    assert Checkout.open(repo.path).top == repo.path


def test_a_further_worktree_shares_the_git_folder(repo: ExampleRepo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "old"), "refs/tags/v1.0.0")
    checkout = Checkout.open(tmp_path / "old")
    assert (checkout.top, checkout.git_folder) == (tmp_path / "old", repo.path / ".git")
    assert checkout.tag_of_head() == "v1.0.0"
    assert Checkout.open(repo.path).tag_of_head() == "v1.1.0"


def test_a_bare_repository_is_its_own_top(repo: ExampleRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    checkout = Checkout.open(tmp_path / "bare.git")
    assert (checkout.top, checkout.git_folder, checkout.name()) == (
        tmp_path / "bare.git",
        tmp_path / "bare.git",
        "bare",
    )
    assert checkout.snapshot("v1.0.0", names=["CITATION.cff"]).files == {"CITATION.cff": b"title: One\n"}


def test_the_git_folder_itself_can_be_named(repo: ExampleRepo) -> None:
    repo.git("remote", "remove", "origin")
    checkout = Checkout.open(repo.path / ".git")
    assert (checkout.name(), checkout.newest_tag()) == ("red-dot", "v1.1.0")


def test_no_such_folder(tmp_path: Path) -> None:
    folder = tmp_path / "absent"
    assert error_of(Checkout.open, folder) == (
        f"there is no folder {folder}",
        str(folder),
        "name the folder of the git repository with -C",
    )


def test_a_folder_without_repository(tmp_path: Path) -> None:
    assert error_of(Checkout.open, tmp_path) == (
        f"{tmp_path} is not in a git repository",
        str(tmp_path),
        "name the repository's folder with -C; on GitHub, run actions/checkout before this action",
    )


def test_a_repository_that_git_cannot_read(repo: ExampleRepo) -> None:
    (repo.path / ".git" / "config").write_text("[core\n")
    what, where, fix = error_of(Checkout.open, repo.path)
    assert what.startswith(f"git cannot read the repository in {repo.path}: bad config line 1 in file ")
    assert (where, fix) == (str(repo.path), "check the repository with: git status")


def test_git_is_not_installed(repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert error_of(Checkout.open, repo.path) == (
        "git is not installed, or not on the PATH",
        "None",
        "install git 2.30 or newer; in a container image, add the package git",
    )


def test_git_that_hangs_is_given_up(repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_git(tmp_path, monkeypatch, "exec sleep 30")
    monkeypatch.setattr("zenodo_action.checkout.git._TIMEOUT_S", 0.1)
    assert error_of(Checkout.open, repo.path) == (
        "git gave no answer within 0.1 seconds",
        "None",
        "see whether the disk that holds the repository answers, then run this again",
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files to somebody else")
def test_another_users_repository_is_read_where_it_is_named_itself(repo: ExampleRepo) -> None:
    """As in a container, where the workspace belongs to the host's user."""
    for path in [repo.path, *repo.path.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert Checkout.open(repo.path).snapshot("v1.0.0", names=["CITATION.cff"]).files == {
        "CITATION.cff": b"title: One\n"
    }
    inner = repo.path / "src"
    assert error_of(Checkout.open, inner) == (
        f"the git repository {repo.path} belongs to another user, and {inner} is only a part of it",
        str(inner),
        f"if you trust it, name the repository itself: -C {repo.path}",
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files to somebody else")
def test_trust_works_for_folders_with_letters_that_settings_must_quote(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path / 'a "b"\\#;é')
    repo.commit()
    os.chown(repo.path, 12345, 12345)
    assert Checkout.open(repo.path).top == repo.path


# Names and tags


def test_name_and_web_address(repo: ExampleRepo) -> None:
    checkout = Checkout.open(repo.path)
    assert (checkout.name(), checkout.web_url()) == ("red-dot", "https://github.com/cat-lab-example/red-dot")


@pytest.mark.parametrize(
    ("remotes_", "url"),
    [
        ({}, None),
        ({"upstream": "git@example.org:a/b.git"}, "https://example.org/a/b"),
        ({"one": "git@example.org:a/b.git", "two": "git@example.org:c/d.git"}, None),
        ({"one": "git@example.org:a/b.git", "origin": "/srv/git/d.git"}, None),
    ],
)
def test_which_remote_counts(tmp_path: Path, remotes_: dict[str, str], url: str | None) -> None:
    repo = ExampleRepo(tmp_path / "cats")
    for name, address in remotes_.items():
        repo.remote(address, name)
    assert Checkout.open(repo.path).web_url() == url
    assert Checkout.open(repo.path).name() == ("cats" if url is None else "b")


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("git@github.com:o/r.git", "https://github.com/o/r"),
        ("github.com:o/r", "https://github.com/o/r"),
        ("git@GitHub.com:/o/r.git/", "https://github.com/o/r"),
        ("ssh://git@host.example:22/o/r", "https://host.example/o/r"),
        ("ssh://git@ssh.github.com:443/o/r.git", "https://github.com/o/r"),
        ("git+ssh://git@host.example/o/r.git", "https://host.example/o/r"),
        ("git://host.example/o/r.git", "https://host.example/o/r"),
        ("https://user:t0ken@host.example/o/r.git", "https://host.example/o/r"),
        ("https://x-access-token:t0ken@github.com/o/r", "https://github.com/o/r"),
        ("https://host.example:8443/o/sub/r.git?x=1#y", "https://host.example:8443/o/sub/r"),
        ("http://host.example/o/r", "https://host.example/o/r"),
        ("http://host.example:3000/o/r.git", "http://host.example:3000/o/r"),
        ("https://host.example/o/r w", "https://host.example/o/r%20w"),
        ("git@git.example:~me/r", "https://git.example/~me/r"),
        ("ssh://git@[2001:db8::1]:22/o/r", "https://[2001:db8::1]/o/r"),
        ("git@[2001:db8::1]:o/r", "https://[2001:db8::1]/o/r"),
        ("/srv/git/r.git", None),
        ("../r.git", None),
        ("./a:b", None),
        ("C:\\repos\\r", None),
        ("C:/repos/r", None),
        ("file:///srv/git/r.git", None),
        ("ext::sh -c true% o/r", None),
        ("https://host.example/", None),
        ("https://host.example:port/o/r", None),
        ("https:///o/r", None),
        ("ssh://-oProxyCommand=x/o/r", None),
        ("", None),
    ],
)
def test_web_form_of_a_remote(remote: str, web: str | None) -> None:
    assert web_form(remote) == web


def test_tags_name_commits_with_dates_in_utc(repo: ExampleRepo) -> None:
    first, second = repo.git("rev-parse", "HEAD~1"), repo.git("rev-parse", "HEAD")
    assert Checkout.open(repo.path).tags() == [
        TagInfo(name="v1.0.0", commit=first, date="2026-01-12", object=repo.git("rev-parse", "refs/tags/v1.0.0")),
        TagInfo(name="v1.1.0", commit=second, date="2026-02-10", object=second),
    ]


def test_tags_of_trees_and_files_are_no_releases_but_tags_of_tags_are(repo: ExampleRepo) -> None:
    repo.git("tag", "tree", "HEAD^{tree}")
    repo.git("tag", "-a", "-m", "x", "file", "HEAD:CITATION.cff")
    repo.git("tag", "-a", "-m", "x", "nested", "refs/tags/v1.0.0", date="2026-03-03T00:00:00+00:00")
    repo.git("tag", "-a", "-m", "x", "nested-file", "refs/tags/file")
    tags = {tag.name: tag for tag in Checkout.open(repo.path).tags()}
    assert sorted(tags) == ["nested", "v1.0.0", "v1.1.0"]
    assert tags["nested"].commit == tags["v1.0.0"].commit
    assert tags["nested"].date == "2026-03-03"


def test_the_newest_tag_is_the_highest_complete_version(repo: ExampleRepo) -> None:
    assert Checkout.open(repo.path).newest_tag() == "v1.1.0"
    for name in ("v1.10.0-rc.1", "v1.9.0", "v2", "latest", "zebra"):
        repo.tag(name)
    assert Checkout.open(repo.path).newest_tag() == "v1.10.0-rc.1"


def test_without_versions_there_is_no_newest_tag(tmp_path: Path) -> None:
    repo = ExampleRepo(tmp_path)
    repo.commit()
    repo.tag("latest")
    assert Checkout.open(repo.path).newest_tag() is None
    assert Checkout.open(repo.path).tag_of_head() == "latest"


def test_the_tag_of_head_is_the_complete_version_among_several(repo: ExampleRepo) -> None:
    for name in ("v1", "v9", "zebra"):
        repo.tag(name)
    assert Checkout.open(repo.path).tag_of_head() == "v1.1.0"
    repo.commit("untagged")
    assert Checkout.open(repo.path).tag_of_head() is None


# Snapshots


def test_a_snapshot_holds_what_the_tag_says_not_the_working_tree(repo: ExampleRepo) -> None:
    repo.write("CITATION.cff", "title: Three\n")
    repo.write(".zenodo.yml", "title: Never committed\n")
    snapshot = Checkout.open(repo.path).snapshot("v1.0.0", names=["CITATION.cff", ".zenodo.yml", "src"])
    assert snapshot == Snapshot(
        repository=RepositoryFacts(name="red-dot", url="https://github.com/cat-lab-example/red-dot"),
        tag="v1.0.0",
        commit=repo.git("rev-parse", "HEAD~1"),
        version="1.0.0",
        released_on="2026-01-12",
        committed_at=1768032000,
        files={"CITATION.cff": b"title: One\n"},
    )


def test_the_release_has_a_date_of_its_own(repo: ExampleRepo) -> None:
    snapshot = Checkout.open(repo.path).snapshot("v1.1.0", names=[], released_on="2026-02-14")
    assert (snapshot.released_on, snapshot.version) == ("2026-02-14", "1.1.0")


@pytest.mark.parametrize("detached", [False, True])
def test_without_a_tag_the_commit_checked_out_counts(repo: ExampleRepo, *, detached: bool) -> None:
    commit = repo.commit("Third", date="2026-03-10T23:59:00-01:00")
    if detached:
        repo.git("checkout", "--quiet", "--detach")
    snapshot = Checkout.open(repo.path).snapshot(None, names=["CITATION.cff"])
    assert (snapshot.tag, snapshot.commit, snapshot.version) == (None, commit, commit[:12])
    assert (snapshot.released_on, snapshot.files) == ("2026-03-11", {"CITATION.cff": b"title: Two\n"})


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("release/v2", "release/v2"),
        ("V2.0", "2.0"),
        ("vögel-ü", "vögel-ü"),
        ("--v3", "--v3"),
        ("v1\u2028\x85x", "1\u2028\x85x"),
        ("release-1.2", "release-1.2"),
    ],
)
def test_names_of_tags_are_taken_as_they_are(repo: ExampleRepo, tag: str, version: str) -> None:
    repo.git("update-ref", f"refs/tags/{tag}", "HEAD")
    snapshot = Checkout.open(repo.path).snapshot(tag, names=["CITATION.cff"])
    assert (snapshot.tag, snapshot.version, len(snapshot.files)) == (tag, version, 1)


def test_a_branch_of_the_same_name_is_not_taken(repo: ExampleRepo) -> None:
    repo.git("branch", "v1.0.0", "HEAD")
    assert Checkout.open(repo.path).snapshot("v1.0.0", names=["CITATION.cff"]).files == {
        "CITATION.cff": b"title: One\n"
    }


def test_a_branch_is_no_tag(repo: ExampleRepo) -> None:
    assert error_of(Checkout.open(repo.path).snapshot, "main", names=[]) == (
        f"there is no tag main in {repo.path}; it is the name of a branch",
        str(repo.path),
        "make the tag (git tag -a TAG -m TAG), or fetch it (git fetch --tags)",
    )


@pytest.mark.parametrize("tag", ["v1.1.0^", "v1.1.0~1", "v1.1.0^{tree}", "v1.1.0:src", "", "v1.1", "tags/v1.1.0"])
def test_what_git_would_read_as_a_revision_is_no_tag(repo: ExampleRepo, tag: str) -> None:
    what, _, _ = error_of(Checkout.open(repo.path).snapshot, tag, names=[])
    assert what == f"there is no tag {tag} in {repo.path}"


def test_a_near_name_is_offered(repo: ExampleRepo) -> None:
    _, _, fix = error_of(Checkout.open(repo.path).snapshot, "1.1.0", names=[])
    assert fix == "did you mean v1.1.0?"


def test_a_shallow_clone_lacks_tags(repo: ExampleRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    checkout = Checkout.open(tmp_path / "shallow")
    assert checkout.snapshot("v1.1.0", names=["CITATION.cff"]).files == {"CITATION.cff": b"title: Two\n"}
    assert error_of(checkout.snapshot, "zebra", names=[]) == (
        f"there is no tag zebra in {tmp_path / 'shallow'}",
        str(tmp_path / "shallow"),
        (
            "this clone is shallow and may lack tags: on GitHub, give actions/checkout 'fetch-depth: 0' or "
            "'fetch-tags: true'; elsewhere, git fetch --tags --unshallow"
        ),
    )


def test_a_repository_without_commits(tmp_path: Path) -> None:
    checkout = Checkout.open(ExampleRepo(tmp_path).path)
    assert (checkout.tags(), checkout.newest_tag(), checkout.tag_of_head()) == ([], None, None)
    assert error_of(checkout.snapshot, None, names=[]) == (
        "the repository has no commit yet",
        str(tmp_path),
        "commit the files, then tag the commit: git tag -a v1.0.0 -m v1.0.0",
    )


def test_a_repository_with_sha256_objects(tmp_path: Path) -> None:
    ExampleRepo(tmp_path / "any").git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
    repo = ExampleRepo(tmp_path / "new")
    repo.write("CITATION.cff", "title: One\n")
    commit = repo.commit()
    repo.tag("v1.0")
    snapshot = Checkout.open(repo.path).snapshot("v1.0", names=["CITATION.cff"])
    assert (len(commit), snapshot.commit, len(snapshot.files)) == (64, commit, 1)


def test_a_time_beyond_the_calendar_is_kept_within(repo: ExampleRepo) -> None:
    repo.commit("Far", date="@999999999999 +0000")
    repo.tag("v3.0", annotated=False)
    assert Checkout.open(repo.path).snapshot("v3.0", names=[]).released_on == "9999-12-31"


def test_links_are_followed_within_the_commit(repo: ExampleRepo) -> None:
    repo.write("meta/citation.yml", "title: Linked\n")
    (repo.path / ".zenodo.yml").symlink_to("meta/citation.yml")
    (repo.path / "codemeta.json").symlink_to("meta/../CITATION.cff")
    (repo.path / "also").symlink_to("meta")
    repo.commit()
    snapshot = Checkout.open(repo.path).snapshot(None, names=[".zenodo.yml", "codemeta.json", "also/citation.yml"])
    assert snapshot.files == {
        ".zenodo.yml": b"title: Linked\n",
        "codemeta.json": b"title: Two\n",
        "also/citation.yml": b"title: Linked\n",
    }


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("../secret", "leads out of the repository"),
        ("/etc/hostname", "leads out of the repository"),
        ("absent", "leads nowhere"),
        ("CITATION.cff", "leads to itself"),
    ],
)
def test_links_that_cannot_be_followed(repo: ExampleRepo, target: str, fault: str) -> None:
    (repo.path.parent / "secret").write_text("title: Secret\n")
    (repo.path / "CITATION.cff").unlink()
    (repo.path / "CITATION.cff").symlink_to(target)
    repo.commit()
    assert error_of(Checkout.open(repo.path).snapshot, None, names=["CITATION.cff"]) == (
        f"CITATION.cff is a symbolic link that {fault}",
        "CITATION.cff",
        "commit the file itself, or a link to a file of the same commit",
    )


@pytest.mark.parametrize("name", ["", ".", "../other", "a/../../b", "/etc/passwd", "a\nb", "a\0b"])
def test_names_that_are_no_path_of_the_repository(repo: ExampleRepo, name: str) -> None:
    what, where, fix = error_of(Checkout.open(repo.path).snapshot, None, names=[name])
    assert (what, where) == (f"{name!r} is no file of the repository", name)
    assert fix == "name a file by its path from the top of the repository, as docs/metadata.yml"


def test_names_may_hold_what_git_finds_special(repo: ExampleRepo) -> None:
    names = ["my file.yml", ":(top)x.yml", "*.yml", "-z.yml", "ü.yml", "./a/b.yml"]
    for name in names[:-1]:
        repo.write(name, name)
    repo.commit()
    files = Checkout.open(repo.path).snapshot(None, names=[*names, ":(glob)**", "[ab].yml", "CITATION.cff/x"]).files
    assert files == {name: name.encode() for name in names[:-1]}


def test_of_a_huge_file_only_the_beginning_is_read(repo: ExampleRepo) -> None:
    repo.write("codemeta.json", b"x" * (MAX_METADATA_BYTES + 5))
    repo.commit()
    files = Checkout.open(repo.path).snapshot(None, names=["codemeta.json", "CITATION.cff"]).files
    assert len(files["codemeta.json"]) == MAX_METADATA_BYTES
    assert files["CITATION.cff"] == b"title: Two\n"


def test_content_that_a_partial_clone_left_out_is_named(repo: ExampleRepo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    checkout = Checkout.open(tmp_path / "partial")
    assert checkout.snapshot("v1.1.0", names=["CITATION.cff", ".zenodo.yml"]).files == {"CITATION.cff": b"title: Two\n"}
    commit = repo.git("rev-parse", "v1.0.0^{commit}")
    assert error_of(checkout.snapshot, "v1.0.0", names=["CITATION.cff", ".zenodo.yml"]) == (
        f"git does not have the content of CITATION.cff at commit {commit[:12]}",
        str(tmp_path / "partial" / ".git"),
        (
            "get a whole clone: on GitHub, leave out 'filter' of actions/checkout; on the command line, check the tag out "
            "once (git checkout TAG), which fetches what a partial clone left out; git fsck tells of damage"
        ),
    )


def test_a_commit_that_is_damaged(repo: ExampleRepo) -> None:
    checkout = Checkout.open(repo.path)
    commit = repo.git("rev-parse", "HEAD")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    (repo.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    what, where, _ = error_of(checkout.snapshot, None, names=["CITATION.cff"])
    assert what.startswith(f"git could not list the files of commit {commit[:12]}: ")
    assert where == str(repo.path / ".git")


def test_a_git_that_fails_says_why(repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checkout = Checkout.open(repo.path)
    commit = repo.git("rev-parse", "HEAD")
    fake_git(
        tmp_path, monkeypatch, 'case "$*" in *cat-file*) echo "error: a" >&2; echo "fatal: broken" >&2; exit 1;; esac'
    )
    what, where, fix = error_of(checkout.snapshot, None, names=["CITATION.cff"])
    assert (what, where) == (f"git could not read commit {commit[:12]}: broken", str(repo.path / ".git"))
    assert fix is not None
    assert fix.startswith("get a whole clone: ")


def test_a_damaged_tag_stops_the_listing(repo: ExampleRepo) -> None:
    checkout = Checkout.open(repo.path)
    tag = repo.git("rev-parse", "refs/tags/v1.0.0")
    (repo.path / ".git" / "objects" / tag[:2] / tag[2:]).unlink()
    what, where, fix = error_of(checkout.tags)
    assert what == f"git could not list the tags: missing object {tag} for refs/tags/v1.0.0"
    assert (where, fix) == (str(repo.path), "check the repository with: git fsck")


def test_the_files_of_a_commit_are_read_once(
    repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A run takes a snapshot for its settings and one for its metadata; another commit is read anew."""
    seen = tmp_path / "calls"
    fake_git(tmp_path, monkeypatch, f'echo "$*" >> {seen}')
    checkout = Checkout.open(repo.path)
    first = checkout.snapshot("v1.0.0", names=["CITATION.cff"])
    assert checkout.snapshot("v1.0.0", names=["CITATION.cff"]) == first
    assert seen.read_text().count("cat-file --batch --") == 1
    assert checkout.snapshot("v1.1.0", names=["CITATION.cff"]).files == {"CITATION.cff": b"title: Two\n"}
    assert checkout.snapshot("v1.1.0", names=["CITATION.cff", "src/dot.py"]).files == {
        "CITATION.cff": b"title: Two\n",
        "src/dot.py": b"print('dot')\n",
    }


# Apart from the machine


def test_no_setting_of_the_repository_is_followed(repo: ExampleRepo, tmp_path: Path) -> None:
    """Replaced objects, filters and programs named in ``.git/config`` count for nothing."""
    trap = tmp_path / "trap"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.x.smudge", "tar.tar.command", "gpg.program"):
        repo.git("config", key, f"touch {trap}; cat")
    repo.write("CITATION.cff", "title: Replaced\n")
    repo.git("replace", "HEAD:CITATION.cff", repo.git("hash-object", "-w", "CITATION.cff"))
    assert repo.git("cat-file", "blob", "HEAD:CITATION.cff") == "title: Replaced"
    snapshot = Checkout.open(repo.path).snapshot("v1.1.0", names=["CITATION.cff"])
    assert snapshot.files == {"CITATION.cff": b"title: Two\n"}
    assert not trap.exists()


def test_git_learns_no_secret_and_heeds_no_variable(
    repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    other = ExampleRepo(tmp_path / "other")
    fake_git(tmp_path, monkeypatch, f"env >> {seen}")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    for name in ("ZENODO_TOKEN", "INPUT_ZENODO-TOKEN", "SSH_KEY", "GITHUB_TOKEN", "ANYTHING"):
        monkeypatch.setenv(name, "s3cret")
    checkout = Checkout.open(repo.path)
    with checkout.tree(checkout.snapshot("v1.0.0", names=["CITATION.cff"])) as tree, tree.tar() as stream:
        assert stream.read()
    assert "s3cret" not in seen.read_text()
    assert {"GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_NO_LAZY_FETCH=1"} <= set(seen.read_text().splitlines())


# The tree as a stream


def test_an_error_of_the_reader_stops_git_and_comes_through(repo: ExampleRepo) -> None:
    repo.write("big", os.urandom(1 << 20))
    repo.commit()
    checkout = Checkout.open(repo.path)
    with pytest.raises(KeyError), checkout.tree(checkout.snapshot(None, names=[])) as tree, tree.tar() as stream:
        raise KeyError(len(stream.read(512)))


def test_what_the_reader_leaves_is_passed_over(repo: ExampleRepo) -> None:
    repo.write("big", os.urandom(1 << 20))
    repo.commit()
    checkout = Checkout.open(repo.path)
    with checkout.tree(checkout.snapshot(None, names=[])) as tree, tree.tar() as stream:
        assert len(stream.read(512)) == 512


def test_git_that_is_killed_is_an_error(repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checkout = Checkout.open(repo.path)
    snapshot = checkout.snapshot(None, names=[])
    fake_git(tmp_path, monkeypatch, 'case "$*" in *archive*) exec sleep 30;; esac')
    monkeypatch.setattr("zenodo_action.checkout.git._STREAM_TIMEOUT_S", 0.2)

    def drain() -> None:
        with checkout.tree(snapshot) as tree, tree.tar() as stream:
            stream.read()

    assert error_of(drain) == (
        f"git was killed while it archived commit {snapshot.commit[:12]}: no memory left, or it took more than an hour",
        str(repo.path / ".git"),
        "keep large files out of the archive (export-ignore) and deposit them with 'files' or 'assets'",
    )


def test_examples_of_the_docstrings() -> None:
    results = doctest.testmod(remotes)
    assert (results.failed, results.attempted) == (0, 3)
