from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.github_server import GitHubServer
from zenodo_action.errors import GitHubError, GitHubUnavailableError, OptionError, OptionPlace, RequestPlace
from zenodo_action.github import connection
from zenodo_action.github.connection import Connection
from zenodo_action.github.refusals import FORK_FIX, TOKEN_FIX
from zenodo_action.github.releases import Release, release_by_id, release_by_tag, update_notes
from zenodo_action.github.reply import LATER_FIX

NAME = "zebra-lab/stripes"


class Recorder:
    """What is said, and how long is slept instead."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.slept: list[float] = []


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def connect(server: GitHubServer, recorder: Recorder, *, token: str | None = None, **options: Any) -> Connection:
    return Connection(
        server.token if token is None else token,
        server.url,
        options.pop("repository", NAME),
        say=recorder.said.append,
        sleep=recorder.slept.append,
        **options,
    )


@pytest.fixture
def unchecked() -> Iterator[GitHubServer]:
    """A stand-in that is made to break the description."""
    server = GitHubServer()
    server.add_repository()
    yield server
    server.close()


def sent(server: GitHubServer) -> list[str]:
    return [f"{request.method} {request.path}" for request in server.requests]


# Reading


def test_a_release_by_tag_and_by_id(github: GitHubServer, recorder: Recorder) -> None:
    made = github.add_repository().add_release("v1.0.0", "First.\r\n", name="One", prerelease=True)
    mine = connect(github, recorder)
    expected = Release(
        id=made.id,
        tag="v1.0.0",
        name="One",
        body="First.\r\n",
        is_draft=False,
        is_prerelease=True,
        published_at="2026-03-14T09:30:00Z",
        html_url="https://github.com/zebra-lab/stripes/releases/tag/v1.0.0",
    )
    assert release_by_tag(mine, "v1.0.0") == expected
    assert release_by_id(mine, made.id) == expected
    assert recorder.said == []


@pytest.mark.parametrize("tag", ["a/b", "v1 0", "v1?x=1#y", "%2e", "stripes-ö-🦓", "$(id)", "`id`", "a\nb"])
def test_a_tag_may_hold_anything(github: GitHubServer, recorder: Recorder, tag: str) -> None:
    github.add_repository().add_release(tag)
    found = release_by_tag(connect(github, recorder), tag)
    assert found is not None
    assert found.tag == tag


def test_a_draft_is_found_by_its_id_only(github: GitHubServer, recorder: Recorder) -> None:
    made = github.add_repository().add_release("v1.0.0", draft=True)
    mine = connect(github, recorder)
    assert release_by_tag(mine, "v1.0.0") is None
    found = release_by_id(mine, made.id)
    assert found is not None
    assert (found.is_draft, found.published_at) == (True, None)


def test_no_release(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    mine = connect(github, recorder)
    assert release_by_tag(mine, "v1.0.0") is None
    assert release_by_tag(mine, "v1\ud83d") is None
    assert release_by_id(mine, 1) is None


def test_a_public_repository_is_read_without_a_token(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository().add_release("v1.0.0")
    assert release_by_tag(connect(github, recorder, token=""), "v1.0.0") is not None
    assert "authorization" not in github.requests[0].headers


def test_what_every_request_carries(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository().add_release("v1.0.0")
    release_by_tag(connect(github, recorder), "v1.0.0")
    headers = github.requests[0].headers
    wanted = ("authorization", "accept", "x-github-api-version", "user-agent")
    assert [headers[name] for name in wanted] == [
        f"token {github.token}",
        "application/vnd.github+json",
        "2022-11-28",
        "zenodo-deposit",
    ]


def test_an_enterprise_server_has_a_prefix(recorder: Recorder) -> None:
    server = GitHubServer(prefix="/api/v3", web_url="https://git.example.org")
    made = server.add_repository().add_release("v1.0.0", "old")
    mine = connect(server, recorder)
    release = release_by_tag(mine, "v1.0.0")
    assert release is not None
    assert release.html_url == "https://git.example.org/zebra-lab/stripes/releases/tag/v1.0.0"
    update_notes(mine, release, "new")
    assert made.body == "new"
    server.close()
    server.check()


def test_it_does_not_dawdle(github: GitHubServer, recorder: Recorder) -> None:
    """PyGithub would pause a quarter of a second after every request, and a whole one after a write."""
    github.add_repository().add_release("v1.0.0")
    mine = connect(github, recorder)
    release = release_by_tag(mine, "v1.0.0")
    assert release is not None
    start = time.monotonic()
    for number in range(3):
        update_notes(mine, release, str(number))
    assert time.monotonic() - start < 0.7


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    code = "import sys, zenodo_action.github.connection; print(sorted({'github', 'requests'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# Writing


def test_only_the_notes_are_sent(github: GitHubServer, recorder: Recorder) -> None:
    made = github.add_repository().add_release("v1.0.0-rc.1", "old", name="Candidate", prerelease=True)
    before = dict(vars(made))
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    after = update_notes(mine, release, "neu 🦓\r\n")
    assert github.requests[-1].data == {"body": "neu 🦓\r\n"}
    assert vars(made) == before | {"body": "neu 🦓\r\n"}
    assert (after.body, after.is_prerelease, after.is_draft, after.name) == ("neu 🦓\r\n", True, False, "Candidate")


def test_a_release_that_was_deleted(github: GitHubServer, recorder: Recorder) -> None:
    repository = github.add_repository()
    made = repository.add_release("v1.0.0")
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    del repository.releases[made.id]
    with pytest.raises(GitHubError) as caught:
        update_notes(mine, release, "new")
    assert caught.value.what == "the release of v1.0.0 does not exist any more"
    assert str(caught.value.where) == f"PATCH {github.url}/repos/{NAME}/releases/{made.id} → 404"
    assert caught.value.fix == "if the release was made anew, run the job again"


@pytest.mark.parametrize("fault", ["answer lost", "server's error"])
def test_a_write_is_never_repeated_blindly(github: GitHubServer, recorder: Recorder, fault: str) -> None:
    made = github.add_repository().add_release("v1.0.0", "old")
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    if fault == "answer lost":
        github.lose_answer("repos/update-release")
    else:
        github.fail("repos/update-release", 502)
    with pytest.raises(GitHubUnavailableError):
        update_notes(mine, release, "new")
    assert sent(github).count(f"PATCH /repos/{NAME}/releases/{made.id}") == 1
    assert made.body == ("new" if fault == "answer lost" else "old")
    assert recorder.slept == []


# Refusals


def refused(server: GitHubServer, recorder: Recorder, **options: Any) -> GitHubError:
    """Have a write refused and return the error."""
    repository = server.add_repository()
    made = repository.add_release("v1.0.0")
    release = release_by_id(connect(server, recorder), made.id)
    assert release is not None
    with pytest.raises(GitHubError) as caught:
        update_notes(connect(server, recorder, **options), release, "new")
    assert (made.body, caught.value.exit_code) == ("", 6)
    return caught.value


def test_a_token_that_may_not_write(github: GitHubServer, recorder: Recorder) -> None:
    error = refused(github, recorder, token=github.read_token)
    assert error.what == (
        "the token may not change the release notes (GitHub says: Resource not accessible by integration)"
    )
    assert str(error.where).startswith("PATCH http://127.0.0.1:")
    assert str(error.where).endswith(" → 403")
    assert (
        error.fix
        == """\
add these lines to the job, or to the top of the workflow:

permissions:
  contents: write

They also lift a read-only default that the repository or its organisation sets for workflow tokens.
In a reusable workflow the calling job needs them too.
A token of your own (`github-token`) needs the repository permission "Contents: Read and write"."""
    )


def test_a_pull_request_from_a_fork_may_not_write(github: GitHubServer, recorder: Recorder) -> None:
    error = refused(github, recorder, token=github.read_token, is_fork_run=True)
    assert error.what == (
        "the token may not change the release notes (GitHub says: Resource not accessible by integration)"
    )
    assert error.fix == FORK_FIX


def test_a_token_that_is_wrong(github: GitHubServer, recorder: Recorder) -> None:
    error = refused(github, recorder, token="ghs_expired")
    assert error.what == "GitHub did not accept the token (GitHub says: Bad credentials)"
    assert error.fix == TOKEN_FIX


def test_no_token_where_one_is_needed(github: GitHubServer, recorder: Recorder) -> None:
    error = refused(github, recorder, token="")
    assert error.what == "GitHub wants a token to change the release notes"
    assert error.fix == TOKEN_FIX


def test_notes_that_github_refuses(github: GitHubServer, recorder: Recorder) -> None:
    made = github.add_repository().add_release("v1.0.0")
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    with pytest.raises(GitHubError) as caught:
        update_notes(mine, release, "x" * 125_001)
    assert caught.value.what == (
        "GitHub refused to change the release notes "
        "(GitHub says: Validation Failed; body is too long (maximum is 125000 characters))"
    )
    assert caught.value.fix == "mend what GitHub names, then run the job again"


@pytest.mark.parametrize("status", [400, 409, 418])
def test_an_answer_nobody_expects(unchecked: GitHubServer, recorder: Recorder, status: int) -> None:
    unchecked.fail("repos/get-release", status, "I'm a teapot")
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(unchecked, recorder), 1)
    assert caught.value.what == (
        "GitHub gave an unexpected answer when asked to read the release (GitHub says: I'm a teapot)"
    )
    assert isinstance(caught.value.where, RequestPlace)
    assert caught.value.where.status == status


def test_a_refusal_without_a_word(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    github.fail("repos/get-release", 403, None)
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(github, recorder), 1)
    assert caught.value.what == "the token may not read the release"


def test_a_repository_that_the_token_may_not_see(github: GitHubServer, recorder: Recorder) -> None:
    with pytest.raises(GitHubError) as caught:
        release_by_tag(connect(github, recorder), "v1.0.0")
    assert caught.value.what == "there is no repository zebra-lab/stripes that the token may see"
    assert str(caught.value.where) == f"GET {github.url}/repos/zebra-lab/stripes → 404"
    assert caught.value.fix is not None
    assert "permissions:\n  contents: read\n" in caught.value.fix
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(github, recorder, is_fork_run=True), 1)
    assert caught.value.fix == FORK_FIX


def test_a_read_that_is_refused(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    github.fail("repos/get-release-by-tag", 403, "Resource not accessible by integration")
    with pytest.raises(GitHubError) as caught:
        release_by_tag(connect(github, recorder), "v1.0.0")
    assert (
        caught.value.what == "the token may not read the release (GitHub says: Resource not accessible by integration)"
    )
    assert caught.value.fix is not None
    assert "permissions:\n  contents: read\n" in caught.value.fix
    assert '"Contents: Read-only"' in caught.value.fix


# No usable answer


def test_a_read_is_repeated(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository().add_release("v1.0.0")
    github.fail("repos/get-release-by-tag", 503)
    github.cut("repos/get-release-by-tag")
    assert release_by_tag(connect(github, recorder), "v1.0.0") is not None
    url = f"{github.url}/repos/zebra-lab/stripes/releases/tags/v1.0.0"
    assert recorder.said == [
        f"GitHub gave no usable answer (GET {url} → 503); going on in 1 s",
        f"no answer from GitHub over the network (GET {url} → no answer); going on in 5 s",
    ]
    assert recorder.slept == [1, 5]


def test_reading_is_given_up(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    github.fail("repos/get-release-by-tag", 500, times=9)
    with pytest.raises(GitHubUnavailableError) as caught:
        release_by_tag(connect(github, recorder), "v1.0.0")
    assert (caught.value.what, caught.value.fix) == ("GitHub gave no usable answer", LATER_FIX)
    assert caught.value.code() == "github-unavailable"
    assert len(github.requests) == 3


def test_an_answer_that_is_no_json(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    github.fail("repos/get-release", 200, times=3)
    with pytest.raises(GitHubUnavailableError) as caught:
        release_by_id(connect(github, recorder), 1)
    assert caught.value.what == "GitHub's answer is not JSON"


def test_an_answer_of_another_shape(unchecked: GitHubServer, recorder: Recorder) -> None:
    unchecked.fail("repos/get-release", 200, "I am no release")
    with pytest.raises(GitHubUnavailableError) as caught:
        release_by_id(connect(unchecked, recorder), 1)
    assert caught.value.what == "GitHub's answer cannot be used: the release's `id` is missing"


def test_nobody_listens(recorder: Recorder) -> None:
    server = GitHubServer()
    server.close()
    with pytest.raises(GitHubUnavailableError) as caught:
        release_by_tag(connect(server, recorder), "v1.0.0")
    assert caught.value.what == "no answer from GitHub over the network"
    assert str(caught.value.where).endswith("/releases/tags/v1.0.0 → no answer")


def test_an_answer_that_takes_too_long(
    github: GitHubServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TIMEOUT_S", 1)
    made = github.add_repository().add_release("v1.0.0")
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    github.meanwhile("repos/update-release", lambda: time.sleep(1.3))
    with pytest.raises(GitHubUnavailableError) as caught:
        update_notes(mine, release, "new")
    assert caught.value.what == "no answer from GitHub within 1 s"


# Rate limits


def test_the_secondary_rate_limit_is_waited_out(github: GitHubServer, recorder: Recorder) -> None:
    """What was turned away was not done, so a write may be sent again."""
    made = github.add_repository().add_release("v1.0.0")
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    github.fail_rate("repos/update-release", 7)
    github.fail_rate("repos/update-release")
    update_notes(mine, release, "new")
    assert made.body == "new"
    assert recorder.slept == [7, 60]
    assert recorder.said[0] == (
        f"GitHub's rate limit (PATCH {github.url}/repos/{NAME}/releases/{made.id} → 403); going on in 7 s"
    )


def test_the_primary_rate_limit_ends_at_a_given_time(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository().add_release("v1.0.0")
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 20)}
    github.fail("repos/get-release-by-tag", 403, "API rate limit exceeded for installation", headers=headers)
    assert release_by_tag(connect(github, recorder), "v1.0.0") is not None
    assert 19 <= recorder.slept[0] <= 22


def test_too_many_requests(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository().add_release("v1.0.0")
    github.fail("repos/get-release-by-tag", 429, "Slow down")
    assert release_by_tag(connect(github, recorder), "v1.0.0") is not None
    assert recorder.slept == [60]


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_reset_without_a_date_goes_by_our_clock(
    github: GitHubServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda _: date)
    github.add_repository().add_release("v1.0.0")
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 20)}
    github.fail("repos/get-release-by-tag", 403, "API rate limit exceeded for installation", headers=headers)
    assert release_by_tag(connect(github, recorder), "v1.0.0") is not None
    assert 19 <= recorder.slept[0] <= 22


@pytest.mark.parametrize(
    ("waits", "slept", "asked"),
    [
        ([3600], [], 3600),
        ([100, 90], [100], 90),
        ([0] * 9, [1, 2, 4, 8, 16, 32, 64], 1),
    ],
)
def test_patience_ends(
    github: GitHubServer, recorder: Recorder, waits: list[int], slept: list[int], asked: int
) -> None:
    github.add_repository()
    for wait in waits:
        github.fail_rate("repos/get-release", wait)
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(github, recorder), 1)
    assert caught.value.what == (
        f"GitHub's rate limit is used up; it asks to wait {asked} s (GitHub says: You have exceeded a secondary rate "
        "limit. Please wait a few minutes before you try again.)"
    )
    assert caught.value.fix == LATER_FIX
    assert not isinstance(caught.value, GitHubUnavailableError)  # it is certain that nothing was done
    assert recorder.slept == slept


# Addresses and tokens


def test_a_renamed_repository(github: GitHubServer, recorder: Recorder, capfd: pytest.CaptureFixture[str]) -> None:
    """A read is redirected with 301, a write with 307, which PyGithub takes for success."""
    made = github.add_repository("zebra-lab/new-stripes").add_release("v1.0.0", "old")
    github.renamed[NAME] = "zebra-lab/new-stripes"
    mine = connect(github, recorder)
    release = release_by_id(mine, made.id)
    assert release is not None
    assert update_notes(mine, release, "new").body == "new"
    assert made.body == "new"
    assert [request.method for request in github.requests] == ["GET"] * 2 + ["PATCH"] * 2
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_elsewhere_gets_no_token(github: GitHubServer, recorder: Recorder, status: int) -> None:
    github.add_repository()
    elsewhere = {"Location": "http://localhost:1/repos/zebra-lab/stripes/releases/1?secret=1"}
    github.fail("repos/get-release", status, "Moved", headers=elsewhere)
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(github, recorder), 1)
    assert caught.value.what.startswith("GitHub redirects to another address")
    assert "secret" not in caught.value.what


def test_redirects_end(github: GitHubServer, recorder: Recorder) -> None:
    github.add_repository()
    target = {"Location": f"{github.url}/repos/zebra-lab/stripes/releases/1"}
    github.fail("repos/get-release", 307, "Moved", headers=target, times=9)
    with pytest.raises(GitHubError) as caught:
        release_by_id(connect(github, recorder), 1)
    assert caught.value.what == "GitHub gave an unexpected answer when asked to read the release (GitHub says: Moved)"
    assert len(github.requests) == 4


@pytest.mark.parametrize("token", ["ghs_x\n", "ghs x", "ghs_ö", "ghs_\x00"])
def test_a_token_with_odd_characters(github: GitHubServer, recorder: Recorder, token: str) -> None:
    with pytest.raises(OptionError) as caught:
        connect(github, recorder, token=token)
    error = caught.value
    assert error.what == "the GitHub token holds a space, a line break or another character that no token has"
    assert (error.where, error.fix) == (OptionPlace(name="github-token"), TOKEN_FIX)
    assert token not in repr(error) + str(error.__cause__)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.github.com",
        "ftp://api.github.com",
        "api.github.com",
        "",
        "https://",
        "https://me:pw@api.github.com",
        "https://api.github.com?a=1",
        "https://@api.github.com",
        "https://[api.github.com",
        "https://api.github.com:https",
    ],
)
def test_an_address_that_must_not_get_the_token(url: str, recorder: Recorder) -> None:
    with pytest.raises(OptionError) as caught:
        Connection("ghs_x", url, NAME, say=recorder.said.append)
    assert caught.value.what == "the address of GitHub's API cannot be used"
    assert caught.value.where == OptionPlace(name="GITHUB_API_URL")
    assert caught.value.fix == (
        "it has the form https://api.github.com or https://HOST/api/v3 (http:// only on this machine)"
    )


@pytest.mark.parametrize("name", ["", "stripes", "a/b/c", "../x", "a/..", "a/b?c", "a/b\n", "a/b c"])
def test_a_name_of_no_repository(name: str, recorder: Recorder) -> None:
    with pytest.raises(OptionError) as caught:
        Connection("ghs_x", "https://api.github.com", name, say=recorder.said.append)
    assert caught.value.what == f"{name!r} is not the name of a repository"
    assert caught.value.where == OptionPlace(name="GITHUB_REPOSITORY")
    assert caught.value.fix == "it has the form owner/name"


def test_no_error_holds_the_token(github: GitHubServer, recorder: Recorder) -> None:
    made = github.add_repository().add_release("v1.0.0")
    github.tokens["ghs_secret"] = "read"
    mine = connect(github, recorder, token="ghs_secret")
    release = release_by_id(mine, made.id)
    assert release is not None
    github.fail("repos/update-release", 500)
    github.cut("repos/update-release")
    shown = repr(mine)
    for _ in range(3):
        with pytest.raises(GitHubError) as caught:
            update_notes(mine, release, "new")
        error: BaseException | None = caught.value
        while error is not None:
            shown += repr(vars(error)) + str(error)
            error = error.__cause__
    assert "ghs_secret" not in shown + "".join(recorder.said)


# A release in JSON

JSON = {
    "id": 1,
    "tag_name": "v1",
    "name": None,
    "body": None,
    "draft": False,
    "prerelease": False,
    "published_at": None,
    "html_url": "https://github.com/zebra-lab/stripes/releases/tag/v1",
}


def test_notes_may_be_left_out() -> None:
    """GitHub's description does not require `body`."""
    without = {key: value for key, value in JSON.items() if key != "body"}
    assert Release.from_json(without).body is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (None, "the release is not an object"),
        ([], "the release is not an object"),
        (JSON | {"id": "1"}, "the release's `id` is '1'"),
        (JSON | {"id": True}, "the release's `id` is True"),
        (JSON | {"tag_name": None}, "the release's `tag_name` is missing"),
        (JSON | {"draft": 0}, "the release's `draft` is 0"),
        ({}, "the release's `id` is missing"),
    ],
)
def test_json_of_no_release(data: Any, text: str) -> None:
    with pytest.raises(ValueError, match="the release") as caught:
        Release.from_json(data)
    assert str(caught.value) == text
