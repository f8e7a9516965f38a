"""A comment with the DOI on the tagged commit or in the release's discussion: written once, then edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from zenodo_action.github.block import encode_hidden
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import Reply
from zenodo_action.github.settling import Step, Written, settle

MARK = "<!-- zenodo-deposit:comment "
PAGE_SIZE = 100
"""Source: docs.github.com, "Using pagination in the REST API": ``per_page``, at most 100."""
INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Authors who belong to the repository. Source: docs.github.com, GraphQL, ``CommentAuthorAssociation``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as it stands now."""

    id: str
    body: str
    url: str
    is_insiders: bool
    """Whether a program or somebody who belongs to the repository wrote it: in a public one anybody may comment, and a
    stranger's copy of our mark must not keep ours away."""


class Thread(Protocol):
    """Where comments stand."""

    def comments(self) -> Iterator[Comment]:
        """Yield the comments, oldest first."""
        ...

    def add(self, body: str) -> str:
        """Add a comment and return its page; one request, never repeated where it may have been done."""
        ...

    def edit(self, comment: Comment, body: str) -> str:
        """Replace a comment and return its page."""
        ...

    def remove(self, comment: Comment) -> None:
        """Take a comment away, which may be done already."""
        ...


def keep_comment(thread: Thread, text: str, tag: str, *, say: Callable[[str], None]) -> Written:
    """
    See to it that one comment of ours about a tag says this text.

    It is known by an invisible first line, and edited where it says something else. After an answer that got lost the
    comments are read to learn what happened, so that none is written twice. Of two runs at the same moment each may find
    none and add one: so the comments are read once more, and of those that say the same only the oldest is left.

    Raises:
        GitHubError: It could not be written.
    """
    mark = f"{MARK}{encode_hidden({'tag': tag})} -->"
    body = f"{mark}\n{text}"

    def ours() -> list[Comment]:
        return [
            comment
            for comment in thread.comments()
            if comment.is_insiders and comment.body.partition("\n")[0].rstrip("\r") == mark
        ]

    def add() -> str:
        url = thread.add(body)
        same = [comment for comment in ours() if comment.body == body]
        for comment in same[1:]:
            thread.remove(comment)
        return same[0].url if same else url

    def look() -> Written | Step:
        found = next(iter(ours()), None)
        if found is None:
            return add
        if found.body.replace("\r\n", "\n") == body:
            return Written(status="unchanged", url=found.url)
        return lambda: thread.edit(found, body)

    return settle(look, reading="the comments", say=say)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitThread:
    """The comments on a commit as a whole."""

    github: Connection
    commit: str

    def comments(self) -> Iterator[Comment]:
        """Yield the comments, oldest first."""
        page = 1
        while True:
            reply = self.github.call("GET", f"/commits/{self.commit}/comments?per_page={PAGE_SIZE}&page={page}")
            listed = self.github.accepted(reply, "read the comments on the commit", level="read").data
            if not isinstance(listed, list):
                raise reply.unusable()
            yield from (_comment(reply, each) for each in listed)
            if len(listed) < PAGE_SIZE:
                return
            page += 1

    def add(self, body: str) -> str:
        """Add a comment and return its page."""
        reply = self.github.call("POST", f"/commits/{self.commit}/comments", {"body": body})
        return self._written(reply)

    def edit(self, comment: Comment, body: str) -> str:
        """Replace a comment and return its page."""
        return self._written(self.github.call("PATCH", f"/comments/{comment.id}", {"body": body}))

    def remove(self, comment: Comment) -> None:
        """Take a comment away, which may be done already."""
        reply = self.github.call("DELETE", f"/comments/{comment.id}")
        if reply.status != 404:  # noqa: PLR2004
            self.github.accepted(reply, "remove a comment that stands there twice", level="write")

    def _written(self, reply: Reply) -> str:
        return _comment(reply, self.github.accepted(reply, "comment on the commit", level="write").data).url


def _comment(reply: Reply, data: Any) -> Comment:
    """Return a comment on a commit as GitHub describes it."""
    try:
        user: Mapping[str, Any] = data["user"] or {}
        return Comment(
            id=str(data["id"]),
            body=str(data["body"]),
            url=str(data["html_url"]),
            is_insiders=user.get("type") == "Bot" or data.get("author_association") in INSIDERS,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise reply.unusable() from error
