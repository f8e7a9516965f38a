from __future__ import annotations

from typing import Any

import pytest

from tests.github_server import GitHubServer, Release
from tests.unit.desk import NAME, PUBLISHED
from zenodo_action.errors import GitHubError
from zenodo_action.github.block import START, insert_block, read_note, remove_blocks
from zenodo_action.github.connection import Connection
from zenodo_action.github.published import Published
from zenodo_action.github.refusals import permission_fix
from zenodo_action.github.release_notes import MAX_BODY_CHARACTERS, write_notes
from zenodo_action.github.releases import release_by_id
from zenodo_action.github.reply import LATER_FIX
from zenodo_action.github.settling import Written


class Desk:
    """A release on the stand-in, and what is said while it is written to."""

    def __init__(self, server: GitHubServer, body: str | None, **options: Any) -> None:
        self.server = server
        self.repository = server.add_repository(NAME)
        self.release = self.repository.add_release("v1.0.0", body, **options)
        self.said: list[str] = []
        self.slept: list[float] = []
        self.github = self.connect(server.token)

    def connect(self, token: str) -> Connection:
        return Connection(token, self.server.url, NAME, say=self.said.append, sleep=self.slept.append)

    def write(self, published: Published = PUBLISHED, github: Connection | None = None) -> Written:
        seen = release_by_id(self.github, self.release.id)
        assert seen is not None
        self.server.requests.clear()
        return write_notes(github or self.github, seen, published, say=self.said.append)

    @property
    def sent(self) -> list[str]:
        return [request.method for request in self.server.requests]


def test_the_doi_stands_in_the_notes(github: GitHubServer) -> None:
    desk = Desk(github, "# Changes\r\n\r\n* stripes 🦓\r\n", name="One", prerelease=True)
    before = dict(vars(desk.release))
    assert desk.write() == Written(status="written", url=f"https://github.com/{NAME}/releases/tag/v1.0.0")
    body = desk.release.body
    assert body is not None
    assert body == insert_block("# Changes\r\n\r\n* stripes 🦓\r\n", PUBLISHED.block("v1.0.0"))
    assert remove_blocks(body) == "# Changes\r\n\r\n* stripes 🦓\r\n"
    assert vars(desk.release) == before | {"body": body}
    assert desk.sent == ["GET", "PATCH"]
    assert desk.said == []


def test_the_note_says_what_later_runs_need(github: GitHubServer) -> None:
    desk = Desk(github, None)
    desk.write()
    assert read_note(desk.release.body) == {
        "server": "https://zenodo.org",
        "repository": "zebra-lab/stripes",
        "tag": "v1.0.0",
        "record_id": "8",
        "concept_id": "7",
        "doi": "10.5281/zenodo.8",
        "concept_doi": "10.5281/zenodo.7",
        "program": "zenodo-deposit 0.1.0",
    }


def test_a_second_time_nothing_is_sent(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    desk.write()
    written = desk.release.body
    assert desk.write().status == "unchanged"
    assert desk.release.body == written
    assert desk.sent == ["GET"]


def test_a_lost_answer_makes_no_second_block(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.lose_answer("repos/update-release")
    assert desk.write().status == "written"
    assert desk.release.body == insert_block("notes", PUBLISHED.block("v1.0.0"))
    assert desk.sent == ["GET", "PATCH", "GET"]
    url = f"{github.url}/repos/{NAME}/releases/{desk.release.id}"
    (line,) = desk.said
    assert line == (
        f"no answer from GitHub over the network (PATCH {url} → no answer); "
        "reading the release to see whether it was written"
    )


def test_what_was_not_done_is_done_again(github: GitHubServer) -> None:
    """And once more it is the last answer that gets lost."""
    desk = Desk(github, "notes")
    github.cut("repos/update-release")
    github.fail("repos/update-release", 502)
    github.lose_answer("repos/update-release")
    assert desk.write().status == "written"
    assert desk.release.body == insert_block("notes", PUBLISHED.block("v1.0.0"))
    assert desk.sent == ["GET", "PATCH", "GET", "PATCH", "GET", "PATCH", "GET"]


def test_it_is_given_up_in_the_end(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.fail("repos/update-release", 502, times=9)
    with pytest.raises(GitHubError) as caught:
        desk.write()
    error = caught.value
    assert error.what == "GitHub gave no usable answer"
    assert str(error.where) == f"PATCH {github.url}/repos/{NAME}/releases/{desk.release.id} → 502"
    assert error.fix == LATER_FIX
    assert desk.release.body == "notes"


def test_what_others_wrote_since_the_event_stays(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.meanwhile("repos/get-release", lambda: edit(desk.release, "better notes"))
    desk.write()
    assert desk.release.body == insert_block("better notes", PUBLISHED.block("v1.0.0"))


def test_what_others_wrote_after_a_lost_answer_stays(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.lose_answer("repos/update-release")
    github.meanwhile("repos/get-release", lambda: None)  # the reading before the event
    github.meanwhile("repos/get-release", lambda: None)  # the reading before the write
    github.meanwhile("repos/get-release", lambda: edit(desk.release, f"{desk.release.body}\n\nPS"))
    desk.write()
    assert desk.release.body == insert_block("notes", PUBLISHED.block("v1.0.0")) + "\n\nPS"


def edit(release: Release, body: str) -> None:
    release.body = body


def test_a_release_deleted_meanwhile(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.meanwhile("repos/get-release", desk.repository.releases.clear)
    with pytest.raises(GitHubError) as caught:
        desk.write()
    assert caught.value.what == ("the release of v1.0.0 does not exist any more")
    assert str(caught.value.where) == f"GET {github.url}/repos/{NAME}/releases/{desk.release.id} → 404"
    assert caught.value.fix == "if it was made anew, run the job again: the deposit stays as it is"


def test_a_missing_permission(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    with pytest.raises(GitHubError) as caught:
        desk.write(github=desk.connect(github.read_token))
    assert caught.value.what == (
        "the token may not change the release notes (GitHub says: Resource not accessible by integration)"
    )
    assert caught.value.fix == permission_fix("contents", "write")


def test_a_rate_limit_is_waited_out(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.fail_rate("repos/update-release", 3)
    assert desk.write().status == "written"
    assert desk.slept == [3]


def test_a_rate_limit_that_lasts_too_long(github: GitHubServer) -> None:
    desk = Desk(github, "notes")
    github.fail_rate("repos/update-release", 4000)
    with pytest.raises(GitHubError) as caught:
        desk.write()
    assert caught.value.what.startswith("GitHub's rate limit is used up; it asks to wait 4000 s")
    assert desk.sent == ["GET", "PATCH"]


WHOLE, SHORT = (len(insert_block("x", PUBLISHED.block("v1.0.0", is_short=short))) - 1 for short in (False, True))


@pytest.mark.parametrize(
    ("length", "has_note"),
    [
        (120_000, True),
        (MAX_BODY_CHARACTERS - WHOLE, True),
        (MAX_BODY_CHARACTERS - WHOLE + 1, False),
        (MAX_BODY_CHARACTERS - SHORT, False),
    ],
)
def test_long_notes(github: GitHubServer, length: int, has_note: bool) -> None:  # noqa: FBT001
    """Where the block has no room, the shortest one stands in for it, and doing it again changes nothing."""
    desk = Desk(github, "🦓" * length)
    assert desk.write().status == "written"
    body = desk.release.body
    assert body is not None
    assert remove_blocks(body) == "🦓" * length
    assert "[10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8)" in body
    assert (read_note(body) is not None) is has_note
    assert desk.write().status == "unchanged"


def test_notes_without_room(github: GitHubServer) -> None:
    desk = Desk(github, "x" * (MAX_BODY_CHARACTERS - SHORT + 1))
    with pytest.raises(GitHubError) as caught:
        desk.write()
    assert caught.value.what == (
        f"the release notes hold {MAX_BODY_CHARACTERS - SHORT + 1} "
        "characters, which leaves no room for the DOI (GitHub takes 125000)"
    )
    assert caught.value.fix == "shorten the release notes, then run the job again; the DOI is 10.5281/zenodo.8"
    assert START not in (desk.release.body or "")
