"""A comment with the DOI on a commit and in a discussion: one, whatever goes wrong, and edited rather than repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.github_server import GitHubServer
from tests.github_server.state import Comment
from tests.unit.desk import NAME, PUBLISHED, Desk
from zenodo_action.errors import GitHubError
from zenodo_action.github.comments import Comment as RemoteComment
from zenodo_action.github.comments import CommitThread, Thread, keep_comment
from zenodo_action.github.connection import Connection
from zenodo_action.github.discussions import DiscussionThread, discussion_number
from zenodo_action.github.proposing import Story
from zenodo_action.github.refusals import ARCHIVED_FIX, permission_fix
from zenodo_action.github.reply import LATER_FIX
from zenodo_action.github.settling import Written

TEXT = (
    '<!-- zenodo-deposit:comment {"tag": "v1.0.0"} -->\n'
    "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg)](https://doi.org/10.5281/zenodo.8)\n"
    "\n"
    "Archived on [Zenodo](https://zenodo.org/records/8): DOI of this version "
    "[10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8), of all versions "
    "[10.5281/zenodo.7](https://doi.org/10.5281/zenodo.7)."
)


class Place(Desk):
    """A thread of comments, and the names of the calls that it takes."""

    reading: str
    adding: str
    editing: str
    comments: list[Comment]

    def thread(self, github: Connection) -> Thread:
        """Return the thread as a connection sees it."""
        raise NotImplementedError

    def write(self, text: str | None = None, tag: str = "v1.0.0", token: str = "") -> Written:
        """See to the comment."""
        self.server.requests.clear()
        thread = self.thread(self.connect(token or self.server.token))
        return keep_comment(thread, PUBLISHED.text() if text is None else text, tag, say=self.said.append)

    def someone(self, body: str, author: str, association: str = "NONE") -> Comment:
        """Have somebody comment."""
        comment = Comment(id=1 + len(self.comments), body=body, author=author, association=association)
        self.comments.append(comment)
        return comment


class Commit(Place):
    """A commit."""

    reading, adding, editing = (
        "repos/list-comments-for-commit",
        "repos/create-commit-comment",
        "repos/update-commit-comment",
    )

    def __init__(self, server: GitHubServer) -> None:
        super().__init__(server)
        self.commit = self.repository.commit({"a": b"a\n"})
        self.comments = self.repository.comments

    def thread(self, github: Connection) -> Thread:
        return CommitThread(github=github, commit=self.commit)

    def someone(self, body: str, author: str, association: str = "NONE") -> Comment:
        comment = super().someone(body, author, association)
        comment.commit = self.commit
        return comment


class Talk(Place):
    """A discussion."""

    reading, adding, editing = "graphql/repository", "graphql/addDiscussionComment", "graphql/updateDiscussionComment"

    def __init__(self, server: GitHubServer) -> None:
        super().__init__(server)
        self.discussion = self.repository.add_discussion(self.repository.add_release("v1.0.0"))
        self.comments = self.discussion.comments

    def thread(self, github: Connection) -> Thread:
        return DiscussionThread(github=github, number=self.discussion.number)


@pytest.fixture(params=[Commit, Talk])
def place(request: pytest.FixtureRequest, github: GitHubServer) -> Place:
    """Where comments stand."""
    kind: Callable[[GitHubServer], Place] = request.param
    return kind(github)


def test_a_comment_is_written_once(place: Place) -> None:
    """The second run reads, and changes nothing."""
    first = place.write()
    again = place.write()

    assert [comment.body for comment in place.comments] == [TEXT]
    assert (first.status, again.status) == ("written", "unchanged")
    assert first.url == again.url
    assert place.writes == []


def test_it_is_edited_where_it_says_something_else(place: Place) -> None:
    """As after a version of this program that writes another text; not repeated."""
    place.write("Something else")

    assert place.write().status == "written"
    assert [comment.body for comment in place.comments] == [TEXT]
    assert place.write().status == "unchanged"


def test_line_ends_of_a_form_change_nothing(place: Place) -> None:
    """A text edited in the browser comes back with CRLF."""
    place.write()
    place.comments[0].body = TEXT.replace("\n", "\r\n")

    assert place.write().status == "unchanged"


def test_another_tag_of_the_commit_has_its_own(place: Place) -> None:
    """Two tags are two versions; a tag that holds what ends a comment stays inside the mark."""
    place.write()
    place.write(tag="v1-->x")

    assert [comment.body.split("\n")[0] for comment in place.comments] == [
        '<!-- zenodo-deposit:comment {"tag": "v1.0.0"} -->',
        '<!-- zenodo-deposit:comment {"tag": "v1-\\u002d\\u003ex"} -->',
    ]


def test_what_others_say_is_left_alone(place: Place) -> None:
    """Nor is a quotation of ours taken for ours, nor the mark in a stranger's comment."""
    quoted = "\n".join(f"> {line}" for line in TEXT.split("\n"))
    others = [("Hooray 🦓", "zoe"), (quoted, "zoe"), (TEXT, "mallory"), (f"See:\n{TEXT}", "zoe")]
    for body, author in others:
        place.someone(body, author)

    place.write()

    assert [(comment.body, comment.author) for comment in place.comments] == [*others, (TEXT, "github-actions[bot]")]


def test_a_members_own_token_finds_its_comment(place: Place) -> None:
    """A person's token writes as that person."""
    place.server.tokens["ghp_zoe"] = "write"
    place.server.logins["ghp_zoe"] = "zoe"
    place.someone(TEXT.replace("Zenodo", "Elsewhere"), "zoe", "MEMBER")

    assert place.write(token="ghp_zoe").status == "written"
    assert [comment.body for comment in place.comments] == [TEXT]


def test_it_is_found_behind_many_others(place: Place) -> None:
    """Comments come a hundred a page."""
    for number in range(205):
        place.someone(f"Hooray {number}", "zoe")
    place.write()
    place.write()

    assert len(place.comments) == 206
    assert len(place.sent) == 3
    assert place.writes == []


def test_a_lost_answer_makes_no_second_comment(place: Place) -> None:
    """The comments are read to learn what happened."""
    place.server.lose_answer(place.adding)

    assert place.write().status == "written"
    assert len(place.comments) == 1
    assert len(place.writes) == 1
    assert place.said[0].startswith("no answer from GitHub over the network (POST http://127.0.0.1:")
    assert place.said[0].endswith(" → no answer); reading the comments to see whether it was written")


def test_two_runs_at_the_same_moment_leave_one(place: Place) -> None:
    """Each finds none and adds one; the younger one goes, and whichever run comes too late to remove it does not mind."""
    place.server.meanwhile(place.reading, lambda: void(place.someone(TEXT, "github-actions[bot]")))
    done = place.write()
    (left,) = place.comments
    again = place.write()

    assert (left.id, left.body) == (1, TEXT)
    assert (done.status, again.status, again.url) == ("written", "unchanged", done.url)
    place.thread(place.github).remove(replace_id(next(iter(place.thread(place.github).comments())), "987"))
    assert place.comments == [left]


def replace_id(comment: RemoteComment, number: str) -> RemoteComment:
    """Return a comment that does not exist any more."""
    return replace(comment, id=number)


def void(_: object) -> None:
    """Return nothing."""


def test_what_was_not_done_is_done_again(place: Place) -> None:
    """And a lost answer to an edit is no reason to add a second one."""
    place.server.fail(place.adding, 502)
    place.server.cut(place.adding)
    place.write("Something else")
    place.server.lose_answer(place.editing)

    assert place.write().status == "written"
    assert [comment.body for comment in place.comments] == [TEXT]


def test_it_is_given_up_in_the_end(place: Place) -> None:
    """After three writes and a last look."""
    place.server.fail(place.adding, 503, times=9)

    with pytest.raises(GitHubError) as caught:
        place.write()

    assert (caught.value.what, caught.value.fix) == ("GitHub gave no usable answer", LATER_FIX)
    assert len(place.writes) == 3
    assert place.comments == []


def test_a_secondary_rate_limit_is_waited_out(place: Place) -> None:
    """What was turned away was not done."""
    place.server.fail_rate(place.adding, 7)
    place.write()

    assert place.slept == [7]
    assert len(place.comments) == 1


def test_an_answer_of_another_shape(place: Place) -> None:
    """As from something that is not GitHub."""
    place.server.fail(place.reading, 200, "I am no list")

    with pytest.raises(GitHubError) as caught:
        place.write()
    place.server.violations.clear()

    assert caught.value.what == "GitHub's answer cannot be used"


@given(st.text(), st.text())
def test_the_mark_of_any_tag_is_one_comment_of_its_own(tag: str, other: str) -> None:
    """Whatever a tag holds, it ends neither the line nor the comment, and no other tag's mark is taken for it."""
    marks = [Story(tag=each, published=PUBLISHED).mark for each in (tag, other)]

    assert marks[0].splitlines() == marks[:1]
    assert marks[0].index("-->") == len(marks[0]) - 3
    assert (marks[0] == marks[1]) is (tag == other)


# On a commit alone


def test_a_token_that_may_not_comment_on_commits(github: GitHubServer) -> None:
    """The lines to add name the permission."""
    with pytest.raises(GitHubError) as caught:
        Commit(github).write(token=github.read_token)

    assert caught.value.what == (
        "the token may not comment on the commit (GitHub says: Resource not accessible by integration)"
    )
    assert caught.value.fix == permission_fix("contents", "write")


def test_an_archived_repository(github: GitHubServer) -> None:
    """No permission helps there."""
    commit = Commit(github)
    commit.repository.is_archived = True

    with pytest.raises(GitHubError) as caught:
        commit.write()

    assert (caught.value.what, caught.value.fix) == (
        "the repository is archived; nobody may comment on the commit",
        ARCHIVED_FIX,
    )


def test_a_commit_that_github_does_not_have(github: GitHubServer) -> None:
    """As where the tag was moved and the branch deleted."""
    commit = Commit(github)
    commit.commit = "1" * 40

    with pytest.raises(GitHubError) as caught:
        commit.write()

    assert (
        caught.value.what
        == f"GitHub refused to comment on the commit (GitHub says: No commit found for SHA: {'1' * 40})"
    )


def test_a_renamed_repository(github: GitHubServer) -> None:
    """Reads are redirected with 301, writes with 307."""
    commit = Commit(github)
    github.repositories["zebra-lab/new"] = replace(github.repositories.pop(NAME), full_name="zebra-lab/new")
    github.renamed[NAME] = "zebra-lab/new"

    assert commit.write().status == "written"
    assert [comment.body for comment in commit.comments] == [TEXT]


# In a discussion alone


def test_a_token_that_may_not_write_in_discussions(github: GitHubServer) -> None:
    """GraphQL says so in an answer of 200."""
    github.tokens["ghs_contents"] = "contents"

    with pytest.raises(GitHubError) as caught:
        Talk(github).write(token="ghs_contents")

    assert caught.value.what == (
        "the token may not comment in the release's discussion (GitHub says: Resource not accessible by integration)"
    )
    assert str(caught.value.where) == f"POST {github.url}/graphql → 200"
    assert caught.value.fix is not None
    assert caught.value.fix.startswith(
        "add these lines to the job, or to the top of the workflow:\n\npermissions:\n  contents: write\n  discussions: write\n"
    )
    assert caught.value.fix.endswith('needs the repository permission "Discussions: Read and write".')


def test_a_discussion_that_is_locked(github: GitHubServer) -> None:
    """GitHub's own words say what is in the way."""
    talk = Talk(github)
    talk.discussion.is_locked = True

    with pytest.raises(GitHubError) as caught:
        talk.write()

    assert caught.value.what == (
        "GitHub refused to comment in the release's discussion (GitHub says: Discussion is locked)"
    )


def test_a_discussion_that_was_deleted(github: GitHubServer) -> None:
    """Or one that the token may not see."""
    talk = Talk(github)
    talk.repository.discussions.clear()

    with pytest.raises(GitHubError) as caught:
        talk.write()

    assert caught.value.what == (
        f"the release's discussion {talk.discussion.number} cannot be seen (GitHub says: Could not resolve to a "
        f"Discussion with the number of {talk.discussion.number}.)"
    )


def test_graphqls_own_rate_limit(github: GitHubServer) -> None:
    """It comes as an answer of 200."""
    talk = Talk(github)
    limited = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    github.answer_once("graphql/addDiscussionComment", 200, limited)

    assert talk.write().status == "written"
    assert talk.slept == [60]


def test_a_deleted_account_and_a_hidden_comment(github: GitHubServer) -> None:
    """GraphQL shows both as nothing."""
    talk = Talk(github)
    comment = {"id": "DC_1", "body": TEXT, "url": "https://x.example", "authorAssociation": "NONE", "author": None}
    page = {"nodes": [None, comment], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    data = {"repository": {"discussion": {"id": "D_1", "comments": page}}}
    github.answer_once("graphql/repository", 200, {"data": data})
    thread = DiscussionThread(github=talk.github, number=1)

    assert [(each.id, each.is_insiders) for each in thread.comments()] == [("DC_1", False)]


def test_discussions_of_an_enterprise_server() -> None:
    """Its GraphQL API stands beside, not below its REST API."""
    server = GitHubServer(prefix="/api/v3", web_url="https://git.example.org")
    talk = Talk(server)

    assert talk.write().status == "written"
    assert [request.path for request in server.requests] == ["/api/graphql"] * 3
    server.close()
    server.check()


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://github.com/zebra-lab/stripes/discussions/12", 12),
        ("https://git.example.org/a/b/discussions/3/", 3),
        ("https://github.com/zebra-lab/stripes/discussions/new", None),
        ("https://github.com/zebra-lab/stripes/discussions/1\n", None),
    ],
)
def test_the_number_in_an_address(url: str, number: int | None) -> None:
    """The release tells only the address."""
    assert discussion_number(url) == number
