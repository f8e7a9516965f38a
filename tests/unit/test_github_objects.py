"""Git objects through GitHub's API: the same as git itself says, or an error that can be understood."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.github_server import GitHubServer
from tests.github_server.server import CALLS
from tests.repos import ExampleRepo
from zenodo_action.errors import ArchiveError, GitHubUnavailableError
from zenodo_action.github.connection import Connection
from zenodo_action.github.objects import MAX_METADATA_BYTES, Commit, Files, Tag, read_commit, read_tag, tag_path

NAME = "zebra-lab/stripes"
NOON = 1_772_366_400
"""2026-03-01T12:00:00Z, the moment of everything in an ``ExampleRepo``."""


@pytest.fixture
def repo(tmp_path: Path, github: GitHubServer) -> ExampleRepo:
    """A repository that is on GitHub."""
    repo = ExampleRepo(tmp_path / "stripes")
    repo.write("CITATION.cff", "title: Stripes\n")
    repo.commit("First")
    github.add_repository(NAME).git = repo.path / ".git"
    return repo


def connect(server: GitHubServer) -> Connection:
    return Connection(server.token, server.url, NAME, say=lambda _: None, sleep=lambda _: None)


def files_of(server: GitHubServer, repo: ExampleRepo) -> Files:
    """Return the files of the newest commit."""
    connection = connect(server)
    return Files(connection, read_commit(connection, repo.git("rev-parse", "HEAD")).tree)


# Tags


def test_tags_of_every_kind(github: GitHubServer, repo: ExampleRepo) -> None:
    """Lightweight, annotated, a tag of a tag; what names a tree or a file is no release."""
    commit = repo.git("rev-parse", "HEAD")
    repo.tag("light", annotated=False)
    repo.tag("annotated", date="2026-05-01T12:00:00+00:00")
    repo.git("tag", "--annotate", "--message=nested", "nested", "annotated", date="2026-06-01T12:00:00+00:00")
    repo.git("tag", "tree", "HEAD^{tree}")
    repo.git("tag", "--annotate", "--message=file", "file", "HEAD:CITATION.cff")
    mine = connect(github)

    assert read_tag(mine, "light") == Tag(commit=commit, dated=None)
    assert read_tag(mine, "annotated") == Tag(commit=commit, dated=1_777_636_800)
    assert read_tag(mine, "nested") == Tag(commit=commit, dated=1_780_315_200)
    assert [read_tag(mine, name) for name in ("tree", "file", "none", "ligh")] == [None] * 4


def test_a_commit(github: GitHubServer, repo: ExampleRepo) -> None:
    """Its tree, and when it was committed."""
    assert read_commit(connect(github), repo.git("rev-parse", "HEAD")) == Commit(
        tree=repo.git("rev-parse", "HEAD^{tree}"), committed_at=NOON
    )


@given(st.text(min_size=1))
def test_a_tags_path_is_the_tag(tag: str) -> None:
    """Nothing in a name ends the path, begins a query, or is another name."""
    path = tag_path(tag)

    assert re.fullmatch(r"[\w.~/%-]+", path, re.ASCII)
    assert unquote(path) == tag.encode(errors="replace").decode()


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("git/get-ref", {"ref": "refs/tags/v1"}),
        ("git/get-ref", {"object": {"type": "commit"}}),
        ("git/get-tag", {"object": {"type": "commit", "sha": "a" * 40}, "tagger": {"date": "yesterday"}}),
        ("git/get-tag", []),
    ],
)
def test_answers_that_cannot_be_used(
    github: GitHubServer, repo: ExampleRepo, monkeypatch: pytest.MonkeyPatch, operation: str, answer: Any
) -> None:
    """They are GitHub's trouble, not a traceback."""
    repo.tag("v1")
    monkeypatch.setitem(cast("dict[str, Any]", CALLS), operation, lambda _: (200, answer))

    with pytest.raises(GitHubUnavailableError, match="GitHub's answer cannot be used"):
        read_tag(connect(github), "v1")

    github.violations.clear()  # the stand-in was made to break the description


# Files


def test_files_in_folders(github: GitHubServer, repo: ExampleRepo) -> None:
    """By their paths; a folder, a submodule and what is not there are no files."""
    repo.write("docs/meta/release.yml", "title: Deep\n")
    repo.write("größe 📏.yml", "title: Odd\n")
    repo.commit("More")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},lib")
    repo.git("commit", "--quiet", "--message=Submodule")
    files = files_of(github, repo)

    assert files.read("docs/meta/release.yml") == b"title: Deep\n"
    assert files.read("./docs/../größe 📏.yml") == b"title: Odd\n"
    absent = ("docs", "docs/meta", "lib", "lib/a.yml", "none.yml", "docs/none.yml", "CITATION.cff/a", "citation.cff")
    assert [files.read(name) for name in absent] == [None] * len(absent)


def test_what_was_read_is_not_asked_for_again(github: GitHubServer, repo: ExampleRepo) -> None:
    """Options and metadata are read from the same files."""
    files = files_of(github, repo)
    files.read("CITATION.cff")
    count = len(github.requests)

    assert files.read("CITATION.cff") == b"title: Stripes\n"
    assert files.read("none.yml") is None
    assert len(github.requests) == count


def test_a_file_that_is_too_large_is_not_fetched(github: GitHubServer, repo: ExampleRepo) -> None:
    """Its size is enough for the reader of documents to refuse it."""
    repo.write(".zenodo.json", b" " * (MAX_METADATA_BYTES + 1))
    repo.commit("Huge")
    files = files_of(github, repo)

    assert len(files.read(".zenodo.json") or b"") == MAX_METADATA_BYTES
    assert not [request.path for request in github.requests if "/blobs/" in request.path]


@pytest.mark.parametrize(
    ("links", "fault"),
    [
        ({"a.yml": "b.yml", "b.yml": "a.yml"}, "leads to itself"),
        ({"a.yml": "none.yml"}, "leads nowhere"),
        ({"a.yml": "../outside.yml"}, "leads out of the repository"),
        ({"a.yml": "/etc/passwd"}, "leads out of the repository"),
        ({"a.yml": "in/../../out.yml"}, "leads out of the repository"),
    ],
)
def test_links_that_cannot_be_followed(
    github: GitHubServer, repo: ExampleRepo, links: dict[str, str], fault: str
) -> None:
    """The words are those of a checkout."""
    for name, target in links.items():
        (repo.path / name).symlink_to(target)
    repo.commit("Links")

    with pytest.raises(ArchiveError) as raised:
        files_of(github, repo).read("a.yml")

    assert raised.value.what == f"a.yml is a symbolic link that {fault}"


@pytest.mark.parametrize("name", ["../a.yml", "/etc/passwd", ".", "a\nb.yml"])
def test_names_that_are_no_files_of_the_repository(github: GitHubServer, repo: ExampleRepo, name: str) -> None:
    """The option ``metadata`` can hold anything."""
    with pytest.raises(ArchiveError, match="is no file of the repository"):
        files_of(github, repo).read(name)
