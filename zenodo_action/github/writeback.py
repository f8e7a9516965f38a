"""What is written back to GitHub once a record is published: each step repeatable, and none of them twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zenodo_action.errors import GitHubError, GitHubUnavailableError, RequestPlace, WriteBackError
from zenodo_action.github.block import insert_block, render_block
from zenodo_action.github.connection import Connection
from zenodo_action.github.releases import Release, release_by_id, update_notes

MAX_BODY_CHARACTERS = 125_000
"""Source: GitHub's answer 422, "body is too long (maximum is 125000 characters)"."""
ATTEMPTS = 3
"""How often a write without a usable answer is made, each time only if a reading shows that it was not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The facts about a published version that are written back."""

    doi: str
    concept_doi: str | None
    record_id: str
    concept_id: str
    record_url: str
    badge_url: str | None
    server: str
    """Origin of the server, as ``https://zenodo.org``."""
    server_name: str
    repository: str
    """``owner/name``."""
    program: str
    """Name and version of this program."""
    is_registered: bool
    """Whether the DOI is registered anywhere; those of the embedded repository are not."""

    def note(self, tag: str) -> dict[str, str]:
        """Return what later runs read in the release notes."""
        return {
            "server": self.server,
            "repository": self.repository,
            "tag": tag,
            "record_id": self.record_id,
            "concept_id": self.concept_id,
            "doi": self.doi,
            "concept_doi": self.concept_doi or "",
            "program": self.program,
        }

    def block(self, tag: str, *, is_short: bool = False) -> str:
        """Return the block for the release notes, whole or as short as can be."""
        return render_block(
            doi=self.doi,
            concept_doi=self.concept_doi,
            badge_url=self.badge_url,
            record_url=self.record_url,
            server_name=self.server_name,
            note=None if is_short else self.note(tag),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBackResult:
    """What became of one step."""

    status: Literal["written", "unchanged"]
    url: str
    """The page where people see it."""


def write_release(
    github: Connection, release: Release, published: Published, *, say: Callable[[str], None]
) -> WriteBackResult:
    """
    Put the DOI block into the notes of a release and return whether that changed anything.

    The notes are read again right before they are written, so what others changed meanwhile stays. GitHub has no
    conditional write: an edit in the fraction of a second between the two requests would be lost.
    After an answer that got lost the notes are read to learn what happened.

    Raises:
        WriteBackError: It could not be written; the record is published all the same.
    """
    if not published.is_registered:
        raise WriteBackError(
            f"the DOI {published.doi} of {published.server_name} is not registered and is never written to GitHub",
            doi=published.doi,
            fix="deposit with `server: zenodo` or `server: sandbox`, or set `write-back: none`",
        )
    try:
        return _write_release(github, release, published, say)
    except GitHubError as error:
        raise WriteBackError(
            f"the release notes of {release.tag} do not show the DOI yet: {error.what}",
            doi=published.doi,
            where=error.where,
            fix=error.fix,
        ) from error


def _write_release(
    github: Connection, release: Release, published: Published, say: Callable[[str], None]
) -> WriteBackResult:
    """Read, change, compare and write, as often as answers get lost."""
    lost: list[GitHubUnavailableError] = []
    while True:
        current = release_by_id(github, release.id)
        if current is None:
            raise GitHubError(
                f"the release of {release.tag} does not exist any more",
                where=RequestPlace(method="GET", url=github.url(f"/releases/{release.id}"), status=404),
                fix="if it was made anew, run the job again: the deposit stays as it is",
            )
        body = _body_with_block(current, published)
        if body == current.body:
            return WriteBackResult(status="written" if lost else "unchanged", url=current.html_url)
        if len(lost) == ATTEMPTS:
            raise lost[-1]
        try:
            update_notes(github, current, body)
        except GitHubUnavailableError as error:
            say(f"{error.what} ({error.where}); reading the release to see whether it was written")
            lost.append(error)
        else:
            return WriteBackResult(status="written", url=current.html_url)


def _body_with_block(release: Release, published: Published) -> str:
    """Return the notes with the block, the shortest one where there is no room for more."""
    for is_short in (False, True):
        body = insert_block(release.body, published.block(release.tag, is_short=is_short))
        if len(body) <= MAX_BODY_CHARACTERS:
            return body
    raise GitHubError(
        f"the release notes hold {len(release.body or '')} characters, which leaves no room for the DOI "
        f"(GitHub takes {MAX_BODY_CHARACTERS})",
        fix=f"shorten the release notes, then run the job again; the DOI is {published.doi}",
    )
