"""
GitHub's GraphQL, as far as discussions and their comments go.

``SCHEMA`` states, in our own words, the part of the public schema that is needed: names, arguments, types and what may be
null. Source: docs.github.com, "GraphQL API", reference, "Discussions" and "Repositories"; ``Actor``, ``Discussion``, its
comments and ``addDiscussionComment`` compared with octokit/graphql-schema, commit 002eda32. A request is validated against
it and carried out by it; what does not fit is a violation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.github_server import payloads
from tests.github_server.state import Comment, Discussion, Repository

SCHEMA = """
scalar URI
enum CommentAuthorAssociation { COLLABORATOR CONTRIBUTOR FIRST_TIMER FIRST_TIME_CONTRIBUTOR MANNEQUIN MEMBER NONE OWNER }
interface Actor { login: String! url: URI! }
type User implements Actor { id: ID! login: String! url: URI! }
type Bot implements Actor { id: ID! login: String! url: URI! }
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }
type DiscussionComment {
  id: ID! author: Actor authorAssociation: CommentAuthorAssociation! body: String! isMinimized: Boolean! url: URI!
  viewerCanUpdate: Boolean! viewerDidAuthor: Boolean!
}
type DiscussionCommentConnection { nodes: [DiscussionComment] pageInfo: PageInfo! totalCount: Int! }
type Discussion {
  id: ID! number: Int! locked: Boolean! closed: Boolean! title: String! url: URI!
  comments(after: String, before: String, first: Int, last: Int): DiscussionCommentConnection!
}
type Repository { id: ID! nameWithOwner: String! discussion(number: Int!): Discussion }
type Query { repository(owner: String!, name: String!, followRenames: Boolean = true): Repository }
input AddDiscussionCommentInput { body: String! clientMutationId: String discussionId: ID! replyToId: ID }
type AddDiscussionCommentPayload { clientMutationId: String comment: DiscussionComment }
input UpdateDiscussionCommentInput { body: String! clientMutationId: String commentId: ID! }
type UpdateDiscussionCommentPayload { clientMutationId: String comment: DiscussionComment }
input DeleteDiscussionCommentInput { clientMutationId: String id: ID! }
type DeleteDiscussionCommentPayload { clientMutationId: String comment: DiscussionComment }
type Mutation {
  addDiscussionComment(input: AddDiscussionCommentInput!): AddDiscussionCommentPayload
  updateDiscussionComment(input: UpdateDiscussionCommentInput!): UpdateDiscussionCommentPayload
  deleteDiscussionComment(input: DeleteDiscussionCommentInput!): DeleteDiscussionCommentPayload
}
"""

MOST = 100
"""Items of a page. Source: docs.github.com, "Rate limits and query limits for the GraphQL API", "Node limit"."""


class RefusedError(Exception):
    """What GitHub does not do; its kind stands beside the message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@functools.cache
def _schema() -> Any:
    from graphql import build_schema  # noqa: PLC0415 - only the tests of discussions need it

    return build_schema(SCHEMA)


def understand(data: Any) -> tuple[str, list[str]]:
    """Return the name of what a request asks for, as ``graphql/repository``, and what is wrong with it."""
    from graphql import GraphQLError, OperationDefinitionNode, parse, validate  # noqa: PLC0415 - as above

    if not isinstance(data, dict) or not isinstance(data.get("query"), str) or set(data) - {"query", "variables"}:
        return "graphql", ["the body is not {query, variables}"]
    try:
        document = parse(data["query"])
    except GraphQLError as error:
        return "graphql", [error.message]
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    field: Any = operation.selection_set.selections[0]
    return f"graphql/{field.name.value}", [error.message for error in validate(_schema(), document)]


def carry_out(data: Any, viewer: Viewer) -> dict[str, Any]:
    """Return the answer to a request that was understood."""
    from graphql import graphql_sync  # noqa: PLC0415 - as above

    root = {
        "repository": viewer.repository,
        "addDiscussionComment": viewer.add_comment,
        "updateDiscussionComment": viewer.update_comment,
        "deleteDiscussionComment": viewer.delete_comment,
    }
    result = graphql_sync(_schema(), data["query"], root_value=root, variable_values=data.get("variables"))
    answer: dict[str, Any] = {"data": result.data}
    for error in result.errors or ():
        cause = error.original_error
        said = {"message": error.message, "path": error.path}
        said |= {"locations": [{"line": place.line, "column": place.column} for place in error.locations or ()]}
        if isinstance(cause, RefusedError):
            said["type"] = cause.kind
        elif cause is not None:
            raise cause
        answer.setdefault("errors", []).append(said)
    return answer


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who asks, and what there is to see."""

    repositories: Callable[[str], Repository | None]
    known: tuple[Repository, ...]
    """All repositories: ids of GraphQL do not say which one they belong to."""
    login: str
    may_write: bool
    web_url: str

    def repository(self, _: Any, owner: str, name: str, *, followRenames: bool) -> dict[str, Any]:  # noqa: N803, ARG002 - as in the schema
        """Resolve ``Query.repository``."""
        found = self.repositories(f"{owner}/{name}")
        if found is None:
            message = f"Could not resolve to a Repository with the name '{owner}/{name}'."
            raise RefusedError("NOT_FOUND", message)

        def discussion(_: Any, number: int) -> dict[str, Any]:
            one = found.discussions.get(number)
            if one is None:
                raise RefusedError("NOT_FOUND", f"Could not resolve to a Discussion with the number of {number}.")
            return self._discussion(found, one)

        return {
            "id": payloads.node_id("R", found.full_name),
            "nameWithOwner": found.full_name,
            "discussion": discussion,
        }

    def add_comment(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - as in the schema
        """Resolve ``Mutation.addDiscussionComment``."""
        repository, discussion = self._find(lambda repository, one: _id_of(repository, one) == input["discussionId"])
        self._check_may_write(discussion)
        number = sum(len(one.comments) for one in repository.discussions.values())
        comment = Comment(id=9001 + number, body=input["body"], author=self.login)
        discussion.comments.append(comment)
        return {"comment": self._comment(repository, discussion, comment)}

    def update_comment(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - as in the schema
        """Resolve ``Mutation.updateDiscussionComment``."""
        repository, discussion, comment = self._find_comment(input["commentId"])
        self._check_may_write(discussion)
        if comment.author != self.login:
            raise RefusedError("FORBIDDEN", "Resource not accessible by integration")
        comment.body = input["body"]
        return {"comment": self._comment(repository, discussion, comment)}

    def delete_comment(self, _: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - as in the schema
        """Resolve ``Mutation.deleteDiscussionComment``."""
        repository, discussion, comment = self._find_comment(input["id"])
        self._check_may_write(discussion)
        discussion.comments.remove(comment)
        return {"comment": self._comment(repository, discussion, comment)}

    def _find_comment(self, wanted: str) -> tuple[Repository, Discussion, Comment]:
        repository, discussion = self._find(lambda _, one: any(_comment_id(each) == wanted for each in one.comments))
        return repository, discussion, next(each for each in discussion.comments if _comment_id(each) == wanted)

    def _find(self, fits: Callable[[Repository, Discussion], bool]) -> tuple[Repository, Discussion]:
        for repository in self.known:
            for discussion in repository.discussions.values():
                if fits(repository, discussion):
                    return repository, discussion
        raise RefusedError("NOT_FOUND", "Could not resolve to a node with the global id.")

    def _check_may_write(self, discussion: Discussion) -> None:
        if not self.may_write:
            raise RefusedError("FORBIDDEN", "Resource not accessible by integration")
        if discussion.is_locked:
            raise RefusedError("UNPROCESSABLE", "Discussion is locked")

    def _discussion(self, repository: Repository, discussion: Discussion) -> dict[str, Any]:
        def comments(_: Any, after: str | None = None, first: int | None = None, **others: Any) -> dict[str, Any]:
            if others or first is None or not 1 <= first <= MOST:
                message = "You must provide a `first` value of 1 to 100 records on the `comments` connection."
                raise RefusedError("MISSING_PAGINATION_BOUNDARIES", message)
            start = int(after or 0)
            shown = discussion.comments[start : start + first]
            end = start + len(shown)
            return {
                "nodes": [self._comment(repository, discussion, comment) for comment in shown],
                "totalCount": len(discussion.comments),
                "pageInfo": {
                    "endCursor": str(end) if shown else None,
                    "startCursor": str(start) if shown else None,
                    "hasNextPage": end < len(discussion.comments),
                    "hasPreviousPage": start > 0,
                },
            }

        return {
            "id": _id_of(repository, discussion),
            "number": discussion.number,
            "locked": discussion.is_locked,
            "closed": False,
            "title": "Announcement",
            "url": f"{self.web_url}/{repository.full_name}/discussions/{discussion.number}",
            "comments": comments,
        }

    def _comment(self, repository: Repository, discussion: Discussion, comment: Comment) -> dict[str, Any]:
        kind, login = ("Bot", comment.author.removesuffix("[bot]")) if "[bot]" in comment.author else ("User", "")
        login = login or comment.author
        page = f"{self.web_url}/{repository.full_name}/discussions/{discussion.number}"
        author = {"__typename": kind, "id": payloads.node_id("U", login), "login": login}
        return {
            "id": _comment_id(comment),
            "author": {**author, "url": f"{self.web_url}/{login}"},
            "authorAssociation": comment.association,
            "body": comment.body,
            "isMinimized": False,
            "url": f"{page}#discussioncomment-{comment.id}",
            "viewerDidAuthor": comment.author == self.login,
            "viewerCanUpdate": comment.author == self.login and self.may_write,
        }


def _id_of(repository: Repository, discussion: Discussion) -> str:
    return payloads.node_id("D", f"{repository.full_name} {discussion.number}")


def _comment_id(comment: Comment) -> str:
    return payloads.node_id("DC", str(comment.id))
