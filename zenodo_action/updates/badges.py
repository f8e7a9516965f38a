"""
Badges with a DOI: which of them are this record's, and what they should be.

Source: zenodo-rdm, the routes ``/badge/DOI/<doi>.svg`` (``doi``, ``.png`` and ``?color=`` work too) and those of the built-in
integration with GitHub, ``/badge/<id of the repository>.svg`` and ``/badge/latestdoi/<id>``.
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
    r"https?://(?:www\.|sandbox\.)?zenodo\.org/badge/(?:latestdoi/)?(?P<id>\d+)(?:\.(?:svg|png))?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_RECORD_PAGE = re.compile(r"https?://[^\s?#]+/(?:records?|doi)/(?P<id>[^\s?#]+?)/?(?:[?#]\S*)?", re.IGNORECASE)
_DOI_LINK = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(?P<doi>10\.\S+?)/?", re.IGNORECASE)
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
    doi: str | None = None
    """Of another work."""


def judge(badge: Badge, facts: PublishedFacts) -> Verdict | None:
    """Return whether a badge is this record's, and what it should then be; ``None`` for one without a DOI of Zenodo's kind."""
    by_doi = _DOI_BADGE.fullmatch(badge.image)
    by_number = _NUMBER_BADGE.fullmatch(badge.image)
    if by_doi:
        doi = unquote(by_doi["doi"])
        if not facts.is_own(doi):
            return Verdict(is_own=False, image=badge.image, link=badge.link, doi=doi)
        image = badge.image if facts.is_concept(doi) else facts.badge_url or badge.image
    elif by_number:
        other = _other_doi(by_number["id"], badge.link, facts)
        if other is not None:
            return Verdict(is_own=False, image=badge.image, link=badge.link, doi=other)
        image = facts.badge_url or badge.image
    else:
        swapped = _swap_doi(badge.image, facts)
        if swapped is None:
            return None
        image = swapped
    return Verdict(is_own=True, image=image, link=_renewed_link(badge.link, facts))


def _other_doi(number: str, link: str | None, facts: PublishedFacts) -> str | None:
    """Return what a badge with a repository's number shows if that is not this record."""
    if facts.repository_id is not None and facts.repository_id != number:
        return f"repository {number}"
    target = link or ""
    doi = _DOI_LINK.fullmatch(target)
    if doi and not facts.is_own(unquote(doi["doi"])):
        return unquote(doi["doi"])
    page = _RECORD_PAGE.fullmatch(target)
    if page and not _names_own(unquote(page["id"]), facts):
        return unquote(page["id"])
    return None


def _names_own(name: str, facts: PublishedFacts) -> bool:
    return name in facts.own_ids or facts.is_own(name)


def _renewed_link(link: str | None, facts: PublishedFacts) -> str | None:
    """Return where a badge of this record should lead; a link to something else stays."""
    if link is None or facts.concept_url is None:
        return link
    doi = _DOI_LINK.fullmatch(link)
    if doi and facts.is_concept(unquote(doi["doi"])):
        return link
    page = _RECORD_PAGE.fullmatch(link)
    if page and (facts.is_concept(unquote(page["id"])) or page["id"] == facts.concept_id):
        return link
    if doi or page or _NUMBER_BADGE.fullmatch(link):
        return facts.concept_url
    return link


def _swap_doi(url: str, facts: PublishedFacts) -> str | None:
    """
    Return an image's address with the concept DOI in place of any of the record's; ``None`` where it has none.

    Such as ``https://img.shields.io/badge/DOI-10.5281%2Fzenodo.1234567-blue``.
    """
    if facts.concept_doi is None:
        return None
    for doi in (facts.concept_doi, facts.doi, *facts.own_dois):
        for written, wanted in (
            (doi, facts.concept_doi),
            (quote(doi, safe=""), quote(facts.concept_doi, safe="")),
            (_shields(doi), _shields(facts.concept_doi)),
        ):
            found = re.search(rf"(?<!\d){re.escape(written)}(?!\d)", url, re.IGNORECASE)
            if found:
                is_right = doi == facts.concept_doi
                return url if is_right else url[: found.start()] + wanted + url[found.end() :]
    return None


def _shields(doi: str) -> str:
    """Return a DOI as shields.io has it in a path, where a single dash parts label, text and colour."""
    return quote(doi.replace("-", "--").replace("_", "__"), safe="")
