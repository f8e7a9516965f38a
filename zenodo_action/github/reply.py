"""An answer of GitHub, whatever its status: its words, and how long it wants to be left alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from zenodo_action.errors import GitHubError, GitHubUnavailableError, RequestPlace

MAX_WAIT_S = 180
"""How long one call waits in all where GitHub asks for patience."""
UNSTATED_WAIT_S = 60
"""Source: docs.github.com, "Best practices for using the REST API": "Otherwise, wait for at least one minute"."""

LATER_FIX = "run the job again later: nothing that is done already will be done twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of GitHub, whatever its status."""

    place: RequestPlace
    headers: Mapping[str, str]
    data: Any
    """The JSON of the body; ``None`` where the body is none."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.place.status or 0

    @property
    def object(self) -> Mapping[str, Any]:
        """
        The JSON object of the body.

        Raises:
            GitHubUnavailableError: It is something else.
        """
        if not isinstance(self.data, dict):
            raise self.unusable()
        return self.data

    def unusable(self) -> GitHubUnavailableError:
        """Return the error for an answer that is not of the shape that it should have."""
        return GitHubUnavailableError("GitHub's answer cannot be used", where=self.place, fix=LATER_FIX)

    @property
    def message(self) -> str:
        """GitHub's own words, one line, with the messages of single fields."""
        if not isinstance(self.data, dict):
            return ""
        errors = self.data.get("errors")
        parts = [self.data.get("message")] + [
            error.get("message") or error.get("code") if isinstance(error, dict) else error
            for error in (errors if isinstance(errors, list) else ())
        ]
        return " ".join("; ".join(part for part in parts if isinstance(part, str)).split())

    @property
    def wait_s(self) -> int | None:
        """
        How many seconds GitHub wants to be left alone; ``None`` where this is no matter of rates.

        Source: docs.github.com, "Best practices for using the REST API", "Handle rate limit errors appropriately".
        """
        if self.status not in (403, 429) and not self._is_out_of_points:
            return None
        if self.headers.get("retry-after", "").isdecimal():
            return max(1, int(self.headers["retry-after"]))
        if self.headers.get("x-ratelimit-remaining") == "0" and self.headers.get("x-ratelimit-reset", "").isdecimal():
            return max(1, int(self.headers["x-ratelimit-reset"]) - self.now_s + 1)
        if self._is_out_of_points:
            return UNSTATED_WAIT_S
        documentation = self.data.get("documentation_url") if isinstance(self.data, dict) else None
        if self.status == 429 or "rate-limit" in str(documentation):  # noqa: PLR2004 - the statuses read better as numbers
            return UNSTATED_WAIT_S
        return None

    @property
    def _is_out_of_points(self) -> bool:
        """
        Whether GraphQL's own rate limit is used up, which it says in an answer of 200.

        Source: docs.github.com, "Rate limits and query limits for the GraphQL API", "Exceeding the rate limit".
        """
        errors = self.data.get("errors") if isinstance(self.data, dict) and self.status == 200 else None  # noqa: PLR2004
        listed = errors if isinstance(errors, list) else ()
        return any(isinstance(error, dict) and error.get("type") == "RATE_LIMITED" for error in listed)

    @property
    def now_s(self) -> int:
        """The time by the server's own clock: ours may be wrong."""
        try:
            return int(parsedate_to_datetime(self.headers["date"]).timestamp())
        except (KeyError, ValueError):
            return int(time.time())


def affordable_wait(reply: Reply, waited_s: list[int]) -> int:
    """
    Return how long to wait: what GitHub asks for, at least twice as long as the time before.

    Args:
        reply: What turned a call away.
        waited_s: The waits of this call so far.

    Raises:
        GitHubError: That is more than is left of our patience.

    Source: as above, "wait for an exponentially increasing amount of time between retries".
    """
    asked_s = reply.wait_s or 0
    wait_s = max(asked_s, 2 * waited_s[-1]) if waited_s else asked_s
    if sum(waited_s) + wait_s > MAX_WAIT_S:
        raise GitHubError(
            f"GitHub's rate limit is used up; it asks to wait {asked_s} s (GitHub says: {reply.message})",
            where=reply.place,
            fix=LATER_FIX,
        )
    return wait_s
