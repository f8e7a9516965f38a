"""What is written into the files of a repository, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from zenodo_action import vocab
from zenodo_action.errors import FilePlace, Finding

TEST_PREFIX = "10.5072/"
"""Of DOIs that nobody resolves. Source: DataCite support, "Testing guide"."""

_ID_IN_DOI = re.compile(r"/(?:.*\.)?(\d+|[a-z0-9]{5}-[a-z0-9]{5})$", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    r"(?:https?://doi\.org/)?(?:(?:10\.\d{4,9}/(?:zenodo\.)?)?[x0#?_]+|tbd|todo|n/?a)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFacts:
    """A version that is published, or a draft whose DOI is reserved."""

    doi: str
    """Of this version."""
    concept_doi: str | None
    """Of all versions; ``None`` before the first is published."""
    version: str
    """Without a leading ``v``."""
    released_on: str | None
    """``YYYY-MM-DD``; ``None`` before the release."""
    record_id: str
    concept_id: str
    record_url: str
    """Page of this version."""
    server_url: str
    """Root of the server's pages, as ``https://zenodo.org``."""
    badge_url: str | None
    """Image with the concept DOI; ``None`` where the server draws none or there is no concept DOI yet."""
    own_dois: tuple[str, ...] = ()
    """Of the other versions of the same record, as far as they are known."""
    repository_id: str | None = None
    """GitHub's number of the repository, which Zenodo's own badges name."""

    def is_this(self, text: str) -> bool:
        """Whether a text is the DOI of this version, in any of its forms."""
        return _bare(text) == self.doi.lower()

    def is_concept(self, text: str) -> bool:
        """Whether a text is the DOI of all versions."""
        return self.concept_doi is not None and _bare(text) == self.concept_doi.lower()

    def is_earlier(self, text: str) -> bool:
        """Whether a text is the DOI of another version of the same record."""
        return _bare(text) in {each.lower() for each in self.own_dois} and not self.is_this(text)

    def is_own(self, text: str) -> bool:
        """Whether a text is a DOI of this record, of whichever version or of all."""
        return self.is_this(text) or self.is_concept(text) or self.is_earlier(text)

    @property
    def own_ids(self) -> frozenset[str]:
        """The server's ids of this record and its versions."""
        found = (_ID_IN_DOI.search(doi) for doi in self.own_dois)
        return frozenset({self.record_id, self.concept_id, *(match[1] for match in found if match)})

    @property
    def concept_url(self) -> str | None:
        """The address that leads to the newest version; ``None`` before the first is published."""
        if self.concept_doi is None:
            return None
        if self.concept_doi.startswith(TEST_PREFIX):
            return f"{self.server_url}/records/{self.concept_id}"
        return f"https://doi.org/{quote(self.concept_doi, safe='/:;.-_~')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A file with what was to be written into it."""

    path: str
    content: bytes
    """The whole file; as it was unless ``status`` is ``changed``."""
    status: Literal["changed", "unchanged", "skipped", "refused"]
    """
    ``unchanged``: all is there already; ``skipped``: the file is none of those that are updated, or nothing can be
    said yet; ``refused``: it would have to change but cannot, ``findings`` say why.
    """
    note: str
    """What was done, or why nothing was, in a line."""
    findings: tuple[Finding, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the file is to be written."""
        return self.status == "changed"


def foreign_doi(where: FilePlace, shown: str, fix: str) -> Finding:
    """Return the warning that a DOI or an id is not one of this record, and therefore stays."""
    what = f"{shown} does not name this record; it is left as it is"
    return Finding(level="warning", code="doi-foreign", what=what, where=where, fix=fix)


def is_placeholder(text: str) -> bool:
    """
    Whether a text stands where a DOI is to come, as ``10.5281/zenodo.XXXXXXX``.

    >>> [is_placeholder(text) for text in ("", "TBD", "10.5281/zenodo.0000000", "10.5281/zenodo.10")]
    [True, True, True, False]
    """
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def _bare(text: str) -> str:
    return (vocab.doi(text) or text.strip()).lower()
