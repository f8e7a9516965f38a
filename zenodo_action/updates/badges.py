"""
Badges with a DOI: which of them are this record's, and what they should be.

Source: zenodo-rdm, the routes ``/badge/DOI/<doi>.svg`` (``doi``, ``.png`` and ``?color=`` work too) and those of the built-in
integration with GitHub, ``/badge/<id of the repository>.svg`` and ``/badge/latestdoi/<id>``, with ``/owner/name`` in old ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from zenodo_action.updates.facts import PublishedFacts

Span = tuple[int, int]

_DOI_BADGE = re.compile(
    r"https?://[^\s?#]+/badge/doi/(?P<doi>10\.[^\s?#]+?)(?:\.(?:svg|png))?(?:[?#]\S*)?", re.IGNORECASE
)
_NUMBER_BADGE = re.compile(
    r"https?://(?:www\.|sandbox\.)?zenodo\.org/badge/(?:latestdoi/)?(?P<id>\d+)(?:/[\w.-]+/[\w.-]+?)?(?:\.(?:svg|png))?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_RECORD_PAGE = re.compile(r"https?://[^\s?#]+/(?:records?|doi)/(?P<name>[^\s?#]+?)/?(?:[?#]\S*)?", re.IGNORECASE)
_DOI_LINK = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(?P<name>10\.\S+?)/?", re.IGNORECASE)
_ZENODO_DOI = re.compile(r"10\.\d{4,9}/zenodo\.\d+", re.IGNORECASE)
_BADGE = re.compile(
    r"https?://\S*(?:badg|shields\.io|/status|coveralls\.io|codecov\.io|/actions/workflows/|readthedocs\.(?:org|io)/projects"
    r"|travis-ci|circleci\.com|appveyor\.com|isitmaintained|pepy\.tech|repostatus\.org|bestpractices\.(?:dev|coreinfra))\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Badge:
    """An image in a text, with its link."""

    start: int
    end: int
    """Of the whole, the link included."""
    image: str
    image_span: Span
    link: str | None = None
    link_span: Span | None = None
    is_html: bool = False

    @property
    def looks_like_one(self) -> bool:
        """Whether it is a badge rather than a picture."""
        return _BADGE.fullmatch(self.image) is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a badge."""

    is_own: bool
    image: str
    link: str | None
    doi: str | None
    """What it shows; ``None`` for a badge by number, which shows the newest version."""


def judge(badge: Badge, facts: PublishedFacts) -> Verdict | None:
    """Return whether a badge is this record's, and what it should then be; ``None`` for one without a DOI of a repository."""
    by_doi = _DOI_BADGE.fullmatch(badge.image)
    by_number = _NUMBER_BADGE.fullmatch(badge.image)
    image = facts.badge_url or badge.image
    if by_doi:
        shown: str | None = unquote(by_doi["doi"])
        image = badge.image if facts.is_concept(shown or "") else image
    elif by_number:
        shown = _other_work(by_number["id"], badge.link, facts)
    else:
        shown, image = _swap_doi(badge.image, facts)
        if shown is None:
            return None
    if shown is not None and not facts.is_own(shown):
        return Verdict(is_own=False, image=badge.image, link=badge.link, doi=shown)
    return Verdict(is_own=True, image=image, link=_renewed_link(badge.link, facts), doi=shown)


def _other_work(number: str, link: str | None, facts: PublishedFacts) -> str | None:
    """Return what a badge with a repository's number shows if that is not this record."""
    if facts.repository_id is not None and facts.repository_id != number:
        return f"repository {number}"
    name = _work_of(link or "")
    return name if name is not None and not _names_own(name, facts) else None


def _work_of(link: str) -> str | None:
    """Return the DOI or the id of the record that a link leads to."""
    for pattern in (_DOI_LINK, _RECORD_PAGE):
        found = pattern.fullmatch(link)
        if found:
            return unquote(found["name"])
    return None


def _names_own(name: str, facts: PublishedFacts) -> bool:
    return name in facts.own_ids or facts.is_own(name)


def _renewed_link(link: str | None, facts: PublishedFacts) -> str | None:
    """Return where a badge of this record should lead; a link to something else stays."""
    name = _work_of(link or "")
    if link is None or (name is not None and (facts.is_concept(name) or name == facts.concept_id)):
        return link
    is_own = _NUMBER_BADGE.fullmatch(link) if name is None else _names_own(name, facts)
    return facts.concept_url if is_own else link


def _swap_doi(url: str, facts: PublishedFacts) -> tuple[str | None, str]:
    """
    Return the DOI that an image's address holds, and the address with the concept DOI in place of one of this record.

    Such as ``https://img.shields.io/badge/DOI-10.5281%2Fzenodo.1234567-blue``.
    """
    for doi in (facts.concept_doi, facts.doi, *facts.own_dois):
        for form in (str, _quoted, _shields):
            found = re.search(rf"(?<!\d){re.escape(form(doi or ''))}(?!\d)", url, re.IGNORECASE) if doi else None
            if found and facts.concept_doi is not None:
                is_right = doi == facts.concept_doi
                return doi, url if is_right else url[: found.start()] + form(facts.concept_doi) + url[found.end() :]
    other = _ZENODO_DOI.search(unquote(url))
    return (other.group() if other else None), url


def _quoted(doi: str) -> str:
    return quote(doi, safe="")


def _shields(doi: str) -> str:
    """Return a DOI as shields.io has it in a path, where a single dash parts label, text and colour."""
    return _quoted(doi.replace("-", "--").replace("_", "__"))
