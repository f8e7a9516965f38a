"""The one way in which the server says no: an exception that knows its JSON answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Problem = dict[str, Any]
"""``{"field": str, "messages": [str]}``."""

VALIDATION: Final = "A validation error occurred."
NO_PID: Final = "The persistent identifier does not exist."
NOT_FOUND: Final = "Not found."
DELETED: Final = "Record deleted"
DENIED: Final = "Permission denied."
LOCKED: Final = "Bucket is locked for modifications."
INTERNAL: Final = (
    "The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application."
)
NO_ROUTE: Final = (
    "The requested URL was not found on the server. "
    "If you entered the URL manually please check your spelling and try again."
)
NO_METHOD: Final = "The method is not allowed for the requested URL."
BAD_BODY: Final = "Unable to decode JSON data in request body."
BAD_FORM: Final = "The browser (or proxy) sent a request that this server could not understand."


class Refusal(Exception):  # noqa: N818  # it is an answer
    """An answer of status 400 or more, shaped ``{"status", "message", "errors"?}``."""

    def __init__(self, status: int, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.problems = tuple(problems)

    def body(self) -> Mapping[str, Any]:
        """Return the JSON of the answer."""
        body: dict[str, Any] = {"status": self.status, "message": self.message}
        if self.problems:
            body["errors"] = list(self.problems)
        return body


class GoneRefusal(Refusal):
    """The 410 of a deleted record, which tells what became of it."""

    def __init__(self, tombstone: Mapping[str, Any]) -> None:
        super().__init__(410, DELETED)
        self.tombstone = tombstone

    def body(self) -> Mapping[str, Any]:
        """Return the JSON of the answer."""
        return {**super().body(), "tombstone": self.tombstone}


class BareRefusal(Refusal):
    """A 400 whose body is only ``{"errors": […]}``, as the communities endpoint sends it."""

    def body(self) -> Mapping[str, Any]:
        """Return the JSON of the answer."""
        return {"errors": list(self.problems)}


def problem(field: str, *messages: str) -> Problem:
    """Return one entry of an ``errors`` list."""
    return {"field": field, "messages": list(messages)}


def invalid(*problems: Problem) -> Refusal:
    """Return a 400 that lists fields."""
    return Refusal(400, VALIDATION, problems)


def invalid_all(problems: Iterable[Problem]) -> Refusal:
    """Return a 400 for problems gathered elsewhere."""
    return invalid(*problems)


def no_pid() -> Refusal:
    """Return the 404 for an id nobody ever saw."""
    return Refusal(404, NO_PID)


def not_found() -> Refusal:
    """Return the 404 for an id that exists, but not in the state that was asked for."""
    return Refusal(404, NOT_FOUND)


def denied() -> Refusal:
    """Return the 403 for everybody who may not do this, anonymous callers included."""
    return Refusal(403, DENIED)


def broken() -> Refusal:
    """Return the 500 with which the real server meets input that its code does not expect."""
    return Refusal(500, INTERNAL)


def no_route() -> Refusal:
    """Return the 404 for an address that leads nowhere."""
    return Refusal(404, NO_ROUTE)
