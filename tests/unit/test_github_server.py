"""The stand-in of GitHub is strict: what GitHub's description does not allow fails the test that does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.github_server import GitHubServer, read_outputs, release_event
from tests.github_server.contract import EXCEPTIONS, Contract
from tests.repos import ExampleRepo


@pytest.fixture
def strict() -> Any:
    """A stand-in whose complaints a test looks at itself."""
    server = GitHubServer()
    server.add_repository().add_release("v1.0.0", "First release.")
    yield server
    server.close()


def test_requests_and_answers_are_counted(github: GitHubServer) -> None:
    release = github.add_repository().add_release("v1.0.0")
    requests.get(f"{github.url}/repos/zebra-lab/stripes/releases/{release.id}", timeout=5)
    requests.get(f"{github.url}/repos/zebra-lab/stripes/releases/latest", timeout=5)
    assert github.validated == (2, 2)


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("GET", "/repos/zebra-lab/stripes/unknown", None, "GET /repos/zebra-lab/stripes/unknown: no such call"),
        (
            "GET",
            "/repos/zebra-lab/stripes/releases/first",
            None,
            "repos/get-release: path parameter release_id: $: 'first' is not of type 'integer'",
        ),
        (
            "GET",
            "/repos/zebra-lab/stripes/releases?pages=2",
            None,
            "repos/list-releases: query parameter 'pages' is not described",
        ),
        (
            "PATCH",
            "/repos/zebra-lab/stripes/releases/7",
            {"body": 1},
            "repos/update-release: request body: $.body: 1 is not of type 'string'",
        ),
        (
            "PATCH",
            "/repos/zebra-lab/stripes/releases/7",
            {"notes": "x"},
            "repos/update-release: request body: 'notes' is not described",
        ),
        (
            "POST",
            "/repos/zebra-lab/stripes/git/refs",
            {"ref": "refs/tags/v2"},
            "git/create-ref: request body: $: 'sha' is a required property",
        ),
        ("GET", "/repos/zebra-lab/stripes", {"a": 1}, "repos/get: a body is sent where none is described"),
        ("POST", "/repos/zebra-lab/stripes/git/refs", None, "git/create-ref: the body is missing"),
    ],
)
def test_a_request_against_the_description(
    strict: GitHubServer, method: str, path: str, body: Any, complaint: str
) -> None:
    headers = {"Authorization": f"Bearer {strict.token}"}
    requests.request(method, strict.url + path, json=body, headers=headers, timeout=5)
    assert strict.violations[:1] == [complaint]
    with pytest.raises(AssertionError) as caught:
        strict.check()
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("body", "content_type", "complaint"),
    [
        (b"{", "application/json", "the body is not JSON"),
        (b"{}", "text/plain", "the body is text/plain, not application/json"),
    ],
)
def test_a_body_that_is_no_json(strict: GitHubServer, body: bytes, content_type: str, complaint: str) -> None:
    headers = {"Authorization": f"Bearer {strict.token}", "Content-Type": content_type}
    url = f"{strict.url}/repos/zebra-lab/stripes/releases/7"
    requests.patch(url, data=body, headers=headers, timeout=5)
    assert strict.violations == [f"repos/update-release: {complaint}"]


def test_an_answer_against_the_description(strict: GitHubServer) -> None:
    (release,) = strict.repositories["zebra-lab/stripes"].releases.values()
    release.prerelease = "no"  # type: ignore[assignment]
    requests.get(f"{strict.url}/repos/zebra-lab/stripes/releases/{release.id}", timeout=5)
    assert strict.violations == ["repos/get-release: answer 200: $.prerelease: 'no' is not of type 'boolean'"]


def test_a_flaw_of_the_stand_in_is_told(strict: GitHubServer) -> None:
    strict.repositories["zebra-lab/stripes"].releases[1] = None  # type: ignore[assignment]
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{strict.url}/repos/zebra-lab/stripes/releases", timeout=5)
    (complaint,) = strict.violations
    flaw = "AttributeError(\"'NoneType' object has no attribute 'draft'\")"
    assert complaint == f"GET /repos/zebra-lab/stripes/releases: the stand-in failed: {flaw}"


def test_a_status_that_is_not_described() -> None:
    contract = Contract()
    found = contract.find("GET", "/repos/zebra-lab/stripes")
    assert found is not None
    assert list(contract.judge_response(found[0], 418, {})) == ["status 418 is not described"]
    assert list(contract.judge_response(found[0], 502, "<html>")) == []


def test_the_exceptions_have_names() -> None:
    assert list(EXCEPTIONS) == ["refusals-everywhere", "refusals-without-body", "server-errors"]


def test_all_calls_give_answers_of_the_described_shape(github: GitHubServer) -> None:
    """Each call of the description is made once; the fixture fails on any breach."""
    repository = github.add_repository()
    release = repository.add_release("v1/ä b", "notes", name="One")
    repository.files["v1/ä b", "docs/read me.txt"] = b"stripes\n"
    root = f"{github.url}/repos/zebra-lab/stripes"
    headers = {"Authorization": f"Bearer {github.token}"}

    def ask(method: str, path: str, body: Any = None) -> Any:
        reply = requests.request(method, root + path, json=body, headers=headers, timeout=5)
        return reply.status_code, (reply.json() if reply.content else None)

    assert ask("GET", "")[1]["full_name"] == "zebra-lab/stripes"
    assert ask("GET", "/releases?per_page=1&page=1")[1][0]["tag_name"] == "v1/ä b"
    assert ask("GET", "/releases?page=2") == (200, [])
    assert ask("GET", "/releases/latest")[1]["name"] == "One"
    assert ask("GET", "/releases/tags/v1%2F%C3%A4%20b")[1]["id"] == release.id
    assert ask("PATCH", f"/releases/{release.id}", {"body": "new"})[1]["body"] == "new"
    assert ask("GET", f"/releases/{release.id}")[1]["body"] == "new"
    assert ask("GET", "/contents/docs/read%20me.txt?ref=v1/%C3%A4 b")[1]["content"] == "c3RyaXBlcwo=\n"
    assert ask("GET", "/contents/none.txt")[0] == 404
    sha = repository.refs["refs/tags/v1/ä b"]
    assert ask("GET", "/git/ref/tags/v1/%C3%A4%20b")[1]["object"]["sha"] == sha
    lock = {"ref": "refs/zenodo-deposit/v1", "sha": sha}
    assert ask("POST", "/git/refs", lock)[0] == 201
    assert ask("POST", "/git/refs", lock) == (
        422,
        {"message": "Reference already exists", "documentation_url": "https://docs.github.com/rest", "status": "422"},
    )
    assert ask("DELETE", "/git/refs/zenodo-deposit/v1") == (204, None)
    assert ask("DELETE", "/git/refs/zenodo-deposit/v1")[0] == 422
    assert ask("GET", "/git/ref/zenodo-deposit/v1")[0] == 404
    assert github.validated == (15, 15)


def test_objects_have_the_names_that_git_gives_them(github: GitHubServer, tmp_path: Path) -> None:
    """Blobs, and trees of files, folders, programs and links."""
    repo = ExampleRepo(tmp_path / "real")
    files: dict[str, bytes | None] = {"a": b"1", "a.b": b"", "a-b/c": b"2\n", "a/é/x": b"\0", "b": b"z"}
    del files["a"]
    for name, content in files.items():
        repo.write(name, content or b"")
    repo.commit()
    store = github.add_repository().store

    tree = store.add_tree({name: ("100644", store.add_blob(content or b"")) for name, content in files.items()})

    assert tree == repo.git("rev-parse", "HEAD^{tree}").strip()
    assert list(dict(store.files(tree))) == repo.git("ls-files", "-z").split("\0")[:-1]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"query": "{ viewer { login } }"}, "graphql/viewer: Cannot query field 'viewer' on type 'Query'."),
        ({"query": "{"}, "graphql: Syntax Error: Expected Name, found <EOF>."),
        ({"query": 1}, "graphql: the body is not {query, variables}"),
        (
            {"query": 'mutation { updateDiscussionComment(input: {body: "x"}) { comment { id } } }'},
            "graphql/updateDiscussionComment: ",  # in words that differ from version to version of the library
        ),
    ],
)
def test_a_graphql_request_against_the_schema(strict: GitHubServer, body: Any, complaint: str) -> None:
    """What GitHub's schema does not know is a breach as well."""
    requests.post(f"{strict.url}/graphql", json=body, headers={"Authorization": f"Bearer {strict.token}"}, timeout=5)

    (violation,) = strict.violations
    assert violation.startswith(complaint)


def test_drafts_and_prereleases_are_hidden_as_on_github(github: GitHubServer) -> None:
    repository = github.add_repository()
    draft = repository.add_release("v2.0.0", draft=True)
    repository.add_release("v2.0.0-rc.1", prerelease=True)
    root = f"{github.url}/repos/zebra-lab/stripes/releases"
    readers, writers = ({"Authorization": f"Bearer {token}"} for token in (github.read_token, github.token))
    assert requests.get(f"{root}/tags/v2.0.0", headers=writers, timeout=5).status_code == 404
    assert requests.get(f"{root}/{draft.id}", headers=readers, timeout=5).status_code == 404
    assert requests.get(f"{root}/{draft.id}", headers=writers, timeout=5).json()["published_at"] is None
    assert requests.get(f"{root}/latest", headers=writers, timeout=5).status_code == 404
    assert [len(requests.get(root, headers=who, timeout=5).json()) for who in (readers, writers)] == [1, 2]


def test_an_event_describes_the_release_as_the_api_does(github: GitHubServer) -> None:
    repository = github.add_repository()
    release = repository.add_release("v1.0.0", "notes")
    event = release_event(github, repository, release)
    url = event["release"]["url"]
    assert json.loads(json.dumps(event))["release"] == requests.get(url, timeout=5).json()
    assert event["repository"]["full_name"] == "zebra-lab/stripes"


def test_outputs_are_read_as_the_runner_reads_them(tmp_path: Any) -> None:
    file = tmp_path / "output"
    file.write_bytes(b"doi<<END\n10.5281/zenodo.8\nEND\nfiles<<X\n[\n]\nX\n")
    assert read_outputs(file) == {"doi": "10.5281/zenodo.8", "files": "[\n]"}
    file.write_bytes(b"doi<<END\n10.5281/zenodo.8\n")
    with pytest.raises(AssertionError) as caught:
        read_outputs(file)
    assert str(caught.value) == "doi: its delimiter never comes"
