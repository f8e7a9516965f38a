"""
The records that the notes in a repository's releases name.

They are candidates, believed no sooner than any DOI in a file: whoever may edit releases can write them.
"""

from __future__ import annotations

from zenodo_action.github.block import COMMIT_KEY, read_note
from zenodo_action.github.connection import Connection
from zenodo_action.github.facts import former_address
from zenodo_action.github.releases import Release, newest_releases
from zenodo_action.hints import Hint

MAX_HINTS = 3
"""Records that earlier notes may name: each that is not ours costs a request, and anyone may write a hundred."""


def release_hints(github: Connection, release: Release | None, server: str) -> tuple[Hint, ...]:
    """
    Return the records that the notes in releases name: in that to deposit first, then in the others, newest first.

    Whoever may edit releases can write any note, so these are hints as weak as a DOI in a file: the record has to point
    at this repository and to be the token's user's own. A note about another server or repository is passed over; where
    the repository was renamed, GitHub says so.

    Args:
        github: The repository.
        release: The one to deposit; ``None`` for a tag without one.
        server: Root of the server's pages.
    """
    asked: dict[str, str | None] = {}
    found: dict[str, Hint] = {}
    others = (each for each in newest_releases(github) if not each.is_draft)
    for each in (*([release] if release is not None else []), *others):
        named = _named(each, github, server, asked)
        if named is not None:
            found.setdefault(*named)
        if len(found) == MAX_HINTS:
            break
    return tuple(found.values())


def _named(release: Release, github: Connection, server: str, asked: dict[str, str | None]) -> tuple[str, Hint] | None:
    """
    Return the record that a release's note names, with the id of all its versions.

    Args:
        release: With its notes.
        github: The repository.
        server: Root of the server's pages; a note about another one is passed over.
        asked: Another name in a note → the address of this repository when it was called so; filled here.
    """
    note = read_note(release.body)
    if note is None or note["server"] != server:
        return None
    name, formerly = note["repository"], None
    if name != github.repository:
        if name not in asked and len(asked) < MAX_HINTS:
            asked[name] = former_address(github, name)
        formerly = asked.get(name)
        if formerly is None:
            return None
    source = f"the note in release {release.tag}"
    hint = Hint(record_id=note["record_id"], source=source, formerly=formerly, commit=note.get(COMMIT_KEY))
    return note["concept_id"], hint
