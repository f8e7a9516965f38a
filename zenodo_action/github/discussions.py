"""The discussion of a release, which only GitHub's GraphQL API knows: its comments read, added and edited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zenodo_action.errors import GitHubError
from zenodo_action.github.comments import INSIDERS, PAGE_SIZE, Comment
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import Reply

READ = f"""
query($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussion(number: $number) {{
      id
      comments(first: {PAGE_SIZE}, after: $after) {{
        nodes {{ id body url authorAssociation author {{ __typename }} }}
        pageInfo {{ hasNextPage endCursor }}
      }}
    }}
  }}
}}"""

ADD = """
mutation($discussion: ID!, $body: String!) {
  addDiscussionComment(input: {discussionId: $discussion, body: $body}) { comment { url } }
}"""

EDIT = """
mutation($comment: ID!, $body: String!) {
  updateDiscussionComment(input: {commentId: $comment, body: $body}) { comment { url } }
}"""

REMOVE = """
mutation($comment: ID!) {
  deleteDiscussionComment(input: {id: $comment}) { comment { id } }
}"""


def discussion_number(url: str) -> int | None:
    """
    Return the number in a discussion's address, which is all that a release tells of it.

    >>> discussion_number("https://github.com/zebra-lab/stripes/discussions/12")
    12
    """
    match = re.search(r"/discussions/(\d{1,9})/?\Z", url, re.ASCII)
    return int(match.group(1)) if match else None


@dataclass(slots=True, kw_only=True)
class DiscussionThread:
    """The comments of a discussion, answers to other comments apart."""

    github: Connection
    number: int
    _id: str = ""
    """What GraphQL knows the discussion by, once it was read."""

    def comments(self) -> Iterator[Comment]:
        """Yield the comments, oldest first."""
        owner, _, name = self.github.repository.partition("/")
        after: str | None = None
        while True:
            variables = {"owner": owner, "name": name, "number": self.number, "after": after}
            act = "read the release's discussion"
            reply = self.github.graphql(READ, variables)
            discussion = _part(reply, self._data(reply, act), "repository", "discussion")
            self._id = str(discussion.get("id"))
            comments = _part(reply, discussion, "comments")
            yield from (_comment(reply, each) for each in comments.get("nodes") or () if each is not None)
            page = _part(reply, comments, "pageInfo")
            if page.get("hasNextPage") is not True:
                return
            after = str(page.get("endCursor"))

    def add(self, body: str) -> str:
        """Add a comment and return its page; the comments were read before."""
        return self._written(self.github.graphql(ADD, {"discussion": self._id, "body": body}), "addDiscussionComment")

    def edit(self, comment: Comment, body: str) -> str:
        """Replace a comment and return its page."""
        return self._written(
            self.github.graphql(EDIT, {"comment": comment.id, "body": body}), "updateDiscussionComment"
        )

    def remove(self, comment: Comment) -> None:
        """Take a comment away, which may be done already."""
        reply = self.github.graphql(REMOVE, {"comment": comment.id})
        if "NOT_FOUND" not in _kinds(reply):
            self._data(reply, "remove a comment that stands there twice")

    def _written(self, reply: Reply, name: str) -> str:
        data = self._data(reply, "comment in the release's discussion")
        return str(_part(reply, data, name, "comment").get("url"))

    def _data(self, reply: Reply, act: str) -> Mapping[str, Any]:
        """
        Return what was asked for, or raise what GitHub says instead, in an answer of 200 more often than not.

        Whoever may not read gets told what the writing after it needs, too.
        """
        answer = self.github.accepted(reply, act, scope="discussions", level="write").object
        kinds = _kinds(reply)
        says = f" (GitHub says: {reply.message})" if reply.message else ""
        if "FORBIDDEN" in kinds:
            what, fix = f"the token may not {act}{says}", self.github.permission_fix("discussions", "write")
        elif "NOT_FOUND" in kinds:
            what = f"the release's discussion {self.number} cannot be seen{says}"
            fix = (
                "if it was deleted, there is nothing left to do; else "
                f"{self.github.permission_fix('discussions', 'write')}"
            )
        elif answer.get("errors"):
            what = f"GitHub refused to {act}{says}"
            fix = "mend what GitHub names (a locked discussion takes no comments), then run the job again"
        else:
            return _part(reply, answer, "data")
        raise GitHubError(what, where=reply.place, fix=fix)


def _kinds(reply: Reply) -> set[object]:
    """Return what kinds of errors an answer of GraphQL tells."""
    errors = reply.data.get("errors") if isinstance(reply.data, dict) else None
    return {error.get("type") for error in errors if isinstance(error, dict)} if isinstance(errors, list) else set()


def _comment(reply: Reply, data: Any) -> Comment:
    """Return a comment as GraphQL describes it; an account that was deleted wrote as nobody."""
    try:
        author: Mapping[str, Any] = data["author"] or {}
        return Comment(
            id=data["id"],
            body=data["body"],
            url=data["url"],
            is_insiders=author.get("__typename") == "Bot" or data["authorAssociation"] in INSIDERS,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise reply.unusable() from error


def _part(reply: Reply, data: Any, *names: str) -> Mapping[str, Any]:
    """Return the object below others that bears these names."""
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping):
        raise reply.unusable()
    return data
