"""The DOI block in the notes of a release: put there once, and everything else left as it is."""

from __future__ import annotations

from collections.abc import Callable

from zenodo_action.errors import GitHubError, RequestPlace
from zenodo_action.github.block import insert_block
from zenodo_action.github.connection import Connection
from zenodo_action.github.published import Published
from zenodo_action.github.releases import Release, release_by_id, update_notes
from zenodo_action.github.settling import Step, Written, settle

MAX_BODY_CHARACTERS = 125_000
"""Source: GitHub's answer 422, "body is too long (maximum is 125000 characters)"."""


def write_notes(github: Connection, release: Release, published: Published, *, say: Callable[[str], None]) -> Written:
    """
    Put the DOI block into the notes of a release and return whether that changed anything.

    The notes are read again right before they are written, so what others changed meanwhile stays. GitHub has no
    conditional write: an edit in the fraction of a second between the two requests would be lost.
    After an answer that got lost the notes are read to learn what happened.

    Raises:
        GitHubError: It could not be written.
    """

    def look() -> Written | Step:
        current = release_by_id(github, release.id)
        if current is None:
            raise GitHubError(
                f"the release of {release.tag} does not exist any more",
                where=RequestPlace(method="GET", url=github.url(f"/releases/{release.id}"), status=404),
                fix="if it was made anew, run the job again: the deposit stays as it is",
            )
        body = _body_with_block(current, published)
        if body == current.body:
            return Written(status="unchanged", url=current.html_url)
        return lambda: update_notes(github, current, body).html_url

    return settle(look, reading="the release", say=say)


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
