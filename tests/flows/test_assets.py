"""Assets of a GitHub release on the command line, where it is known which repository there is meant."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Run
from tests.github_server import GitHubServer
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

NAME = "cat-lab-example/red-dot"


@pytest.fixture
def at_home(
    red_dot: ExampleRepo, github: GitHubServer, zenodo: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> GitHubServer:
    """A release on GitHub with two files, and the API's address in the environment."""
    release = github.add_repository(NAME).add_release("v1.0.0")
    release.add_asset("red_dot.whl", b"wheel")
    release.add_asset("red_dot.exe", b"not meant")
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    monkeypatch.chdir(red_dot.path)
    return github


def test_they_are_deposited(run: Run, at_home: GitHubServer, zenodo: LocalServer) -> None:
    """The repository is that of the remote; a public one needs no token."""
    done = run("deposit", "v1.0.0", "--server", zenodo.url, "--assets", "*.whl", "--json")

    assert sorted(file["name"] for file in done.json["files"]) == ["red-dot-1.0.0.zip", "red_dot.whl"]
    assert {request.token for request in at_home.requests} == {""}


def test_a_private_repository_with_a_token(
    run: Run, at_home: GitHubServer, zenodo: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``GITHUB_TOKEN`` opens it."""
    at_home.add_repository(NAME).is_private = True
    monkeypatch.setenv("GITHUB_TOKEN", at_home.token)

    done = run("preview", "v1.0.0", "--server", zenodo.url, "--assets", "*.whl", "--json")

    assert sorted(file["name"] for file in done.json["files"]) == ["red-dot-1.0.0.zip", "red_dot.whl"]


def test_a_repository_elsewhere(run: Run, red_dot: ExampleRepo, at_home: GitHubServer, zenodo: LocalServer) -> None:
    """GitHub's releases are not guessed for a repository on another forge."""
    red_dot.git("remote", "set-url", "origin", "https://codeberg.org/cat-lab-example/red-dot")

    done = run("deposit", "v1.0.0", "--server", zenodo.url, "--assets", "*.whl", "--json")

    (finding,) = done.json["findings"]
    assert (done.code, finding["where"]["text"]) == (2, "--assets")
    assert finding["what"] == (
        "the assets of a release are read from GitHub, and it is not known which repository there this is"
    )
    assert finding["fix"] == (
        "set GITHUB_REPOSITORY to owner/name (with GITHUB_API_URL for a GitHub Enterprise Server), or leave assets out"
    )


def test_a_commit_without_a_tag(run: Run, at_home: GitHubServer, zenodo: LocalServer) -> None:
    """It has no release."""
    done = run("deposit", "HEAD", "--server", zenodo.url, "--assets", "*.whl", "--json")

    assert (done.code, done.json["error"]) == (2, "a commit without a tag has no release, and so no assets")


def test_a_tag_without_a_release(run: Run, at_home: GitHubServer, zenodo: LocalServer) -> None:
    """Nothing is deposited."""
    done = run("deposit", "v1.1.0", "--server", zenodo.url, "--assets", "*.whl", "--json")

    assert (done.code, done.json["error"]) == (
        4,
        f"v1.1.0 has no release in {NAME} on GitHub, so there are no assets",
    )
