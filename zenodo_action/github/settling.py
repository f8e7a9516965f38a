"""Writes whose answers get lost: done once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from zenodo_action.errors import GitHubError, GitHubUnavailableError
from zenodo_action.github.reply import LATER_FIX

ATTEMPTS = 3
"""How often a write without a usable answer is made, each time only if a reading shows that it was not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a write."""

    status: Literal["written", "unchanged", "declined"]
    """``declined``: somebody decided against it."""
    url: str
    """The page where people see it."""


Step = Callable[[], str | None]
"""Writes, and returns the page where people see it; ``None`` where somebody else was faster and all is to be read anew."""


def settle(look: Callable[[], Written | Step], *, reading: str, say: Callable[[str], None]) -> Written:
    """
    Read, compare and write until an answer says, or a reading shows, that it is done.

    Args:
        look: Reads how things stand; returns that nothing is left to do, or how to do it.
        reading: What it reads, as "the release".
        say: Takes a line of the log.

    Raises:
        GitHubUnavailableError: ``ATTEMPTS`` answers got lost, and it is not done.
    """
    failures: list[GitHubError] = []
    while True:
        step = look()
        if isinstance(step, Written):
            return replace(step, status="written") if failures and step.status == "unchanged" else step
        if len(failures) == ATTEMPTS:
            raise failures[-1]
        try:
            url = step()
        except GitHubUnavailableError as error:
            say(f"{error.what} ({error.where}); reading {reading} to see whether it was written")
            failures.append(error)
        else:
            if url is not None:
                return Written(status="written", url=url)
            failures.append(GitHubError(f"{reading} changed again and again", fix=LATER_FIX))
