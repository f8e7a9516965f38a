"""Contents from another host: followed without the token, whole or not at all."""

from __future__ import annotations

import hashlib
import io

import pytest

from tests.github_server import GitHubServer
from zenodo_action.errors import GitHubError, GitHubUnavailableError
from zenodo_action.github.connection import Connection
from zenodo_action.github.downloads import MAX_REDIRECTS, Sums, download

NAME = "zebra-lab/stripes"
CONTENT = bytes(range(256)) * 5000


def connect(server: GitHubServer, token: str | None = None) -> Connection:
    token = server.token if token is None else token
    return Connection(token, server.url, NAME, say=lambda _: None, sleep=lambda _: None)


def fetch(server: GitHubServer, file: io.BytesIO, *, token: str | None = None) -> Sums:
    """Download the one asset of the one release."""
    (release,) = server.add_repository().releases.values()
    path = f"/releases/assets/{release.assets[0].id}"
    return download(connect(server, token), path, file, act="read the asset", accept="application/octet-stream")


def test_size_and_checksums(github: GitHubServer) -> None:
    """Of what was written, counted on the way."""
    github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    file = io.BytesIO(b"what was there before" * 100_000)

    sums = fetch(github, file)

    assert file.getvalue() == CONTENT
    assert file.tell() == 0
    assert sums == Sums(
        size_bytes=len(CONTENT),
        md5=hashlib.md5(CONTENT, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )


def test_a_break_begins_again_with_an_empty_file(github: GitHubServer) -> None:
    """What came first is not kept: the second answer may be another version."""
    github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    github.downloads.cut_after = 1000
    file = io.BytesIO()

    assert fetch(github, file).size_bytes == len(CONTENT)
    assert file.getvalue() == CONTENT


def test_giving_up_names_the_address_without_its_secret(github: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is as good as a token while it lasts."""
    asset = github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    monkeypatch.setattr(github.downloads, "offer", lambda path, _: f"{github.downloads.url}{path}?token=expired")

    with pytest.raises(GitHubUnavailableError) as raised:
        fetch(github, io.BytesIO())

    assert str(raised.value.where) == f"GET {github.downloads.url}/assets/{asset.id} → 404"
    assert len(github.downloads.requests) == 3


@pytest.mark.parametrize("target", ["http://example.org/file?token=secret", "ftp://127.0.0.1/file"])
def test_no_address_without_encryption(github: GitHubServer, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """Anybody on the way could change what is deposited."""
    github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    monkeypatch.setattr(github.downloads, "offer", lambda *_: target)

    with pytest.raises(GitHubError) as raised:
        fetch(github, io.BytesIO())

    assert raised.value.what == f"GitHub redirects to an address without encryption: {target.partition('?')[0]}"


def test_redirects_in_circles(github: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """They end."""
    asset = github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    monkeypatch.setattr(github.downloads, "offer", lambda *_: f"{github.url}/repos/{NAME}/releases/assets/{asset.id}")

    with pytest.raises(GitHubError, match="GitHub redirects in circles"):
        fetch(github, io.BytesIO())

    assert len(github.requests) == MAX_REDIRECTS


def test_a_renamed_repository(github: GitHubServer) -> None:
    """The redirect stays at the API, and so takes the token along."""
    repository = github.add_repository("zebra-lab/lines", is_private=True)
    asset = repository.add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    github.renamed[NAME] = "zebra-lab/lines"
    file = io.BytesIO()

    download(
        connect(github), f"/releases/assets/{asset.id}", file, act="read the asset", accept="application/octet-stream"
    )

    assert file.getvalue() == CONTENT


def test_a_refusal(github: GitHubServer) -> None:
    """In GitHub's words, with the remedy."""
    github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    github.fail("repos/get-release-asset", 403, "Resource not accessible by integration")

    with pytest.raises(GitHubError) as raised:
        fetch(github, io.BytesIO())

    assert raised.value.what == (
        "the token may not read the asset (GitHub says: Resource not accessible by integration)"
    )
    assert "contents: read" in (raised.value.fix or "")


def test_the_rate_limit_is_waited_for(github: GitHubServer) -> None:
    """As with every other call."""
    github.add_repository().add_release("v1.0.0").add_asset("stripes.csv", CONTENT)
    github.fail_rate("repos/get-release-asset", 2)

    assert fetch(github, io.BytesIO()).size_bytes == len(CONTENT)
