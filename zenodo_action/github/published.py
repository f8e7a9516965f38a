"""A published version, as GitHub gets to know it: the facts, and the texts made of them."""

from __future__ import annotations

from dataclasses import dataclass

from zenodo_action.github.block import COMMIT_KEY, render_block, render_text
from zenodo_action.updates import PublishedFacts


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
    version: str
    """Without a leading ``v``."""
    released_on: str | None
    """``YYYY-MM-DD``."""
    concept_badge_url: str | None = None
    """An image for the concept DOI."""
    own_dois: tuple[str, ...] = ()
    """Of other versions of the same record, as far as they are known."""
    commit: str | None = None
    """Which the version's files were made of, where that is known."""
    newer: str | None = None
    """The highest version that is published, where that is not this one."""

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
            **({COMMIT_KEY: self.commit} if self.commit is not None else {}),
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

    def text(self) -> str:
        """Return what people read elsewhere: the badge, and a sentence with the DOIs."""
        return render_text(
            doi=self.doi,
            concept_doi=self.concept_doi,
            badge_url=self.badge_url,
            record_url=self.record_url,
            server_name=self.server_name,
        )

    def facts(self, repository_id: int) -> PublishedFacts:
        """Return what is written into files of the repository, which GitHub knows by this number."""
        return PublishedFacts(
            doi=self.doi,
            concept_doi=self.concept_doi,
            version=self.version,
            released_on=self.released_on,
            record_id=self.record_id,
            concept_id=self.concept_id,
            record_url=self.record_url,
            server_url=self.server,
            badge_url=self.concept_badge_url,
            own_dois=self.own_dois,
            repository_id=str(repository_id),
        )
