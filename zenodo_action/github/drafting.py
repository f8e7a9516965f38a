"""The files of a repository that get the DOI: found at a commit, and what has to change in them. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from zenodo_action.github.commits import Commit, read_blob, read_commit
from zenodo_action.github.connection import Connection
from zenodo_action.updates import Update

FilePlace = Literal["readme", "citation", "codemeta", "record"]

FILE_PLACES: Mapping[FilePlace, tuple[str, ...]] = {
    "readme": ("README",),
    "citation": ("CITATION.cff",),
    "codemeta": ("codemeta.json",),
    "record": (".zenodo.yml", ".zenodo.yaml"),
}
"""What ``write-back`` calls a file → its names, of a README without the ending."""

README_ENDINGS = ("md", "markdown", "mdown", "mkdn", "mkd", "rst", "adoc", "asciidoc", "org")
"""Of those with a place for a badge, best first, where a repository has several."""

Edit = Callable[[str, bytes], Update]
"""From the path and the content of a file to what has to become of it; doing it twice is doing it once."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """The files that are wanted, as they stand and as they should."""

    github: Connection
    places: Sequence[FilePlace]
    edit: Edit
    results: dict[FilePlace, Update] = field(default_factory=dict)
    """By place; a change stays here when a later look finds it made."""
    paths: dict[FilePlace, str] = field(default_factory=dict)
    missing: dict[FilePlace, str] = field(default_factory=dict)
    """Place → why there is nothing to edit."""

    def look(self, sha: str) -> tuple[Commit, dict[str, bytes]]:
        """Return a commit, and by path the contents that its files have to get."""
        commit = read_commit(self.github, sha)
        changes: dict[str, bytes] = {}
        for place in self.places:
            path = find_file(place, commit.entries)
            if path is None:
                self.missing[place] = "there is none in the top folder of the default branch"
                continue
            if not commit.entries[path].is_file:
                self.missing[place] = f"{path} is a link, not a file"
                continue
            self.missing.pop(place, None)
            update = self.edit(path, read_blob(self.github, commit.entries[path].sha))
            if update.is_changed:
                changes[path] = update.content
            if update.is_changed or place not in self.results or not self.results[place].is_changed:
                self.results[place] = update
        return commit, changes

    @property
    def changed(self) -> list[Update]:
        """The files that are changed, in the order of the places."""
        return [
            self.results[place] for place in self.places if place in self.results and self.results[place].is_changed
        ]


def listed(names: Sequence[str]) -> str:
    """
    Return names as a sentence has them.

    >>> listed(["README.md"]), listed(["README.md", "CITATION.cff", "codemeta.json"])
    ('README.md', 'README.md, CITATION.cff and codemeta.json')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def find_file(place: FilePlace, names: Collection[str]) -> str | None:
    """
    Return which of the names in a folder is meant, or ``None``.

    >>> find_file("readme", ["README", "readme.rst", "README.md.bak", "src"])
    'readme.rst'
    """
    if place != "readme":
        return next((name for name in FILE_PLACES[place] if name in names), None)
    found = sorted(name for name in names if name.lower() == "readme" or name.lower().startswith("readme."))
    return min(found, key=_rank, default=None)


def _rank(name: str) -> int:
    """Return how good a README is for a badge; the least is the best."""
    ending = name.lower().removeprefix("readme.")
    return README_ENDINGS.index(ending) if ending in README_ENDINGS else len(README_ENDINGS) + name.count(".")
