"""The record as a citation: one line in APA style, and a BibTeX entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from zenodo_action.server.facts import Agent, Facts

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MEDIA = {
    "software": "Computer software",
    "dataset": "Data set",
    "poster": "Poster",
    "presentation": "Presentation",
    "video": "Video",
    "audio": "Audio",
    "image": "Image",
    "image-figure": "Figure",
    "image-photo": "Photograph",
    "publication-dissertation": "Thesis",
    "publication-preprint": "Preprint",
    "software-computationalnotebook": "Computational notebook",
    "workflow": "Workflow",
}
"""
What APA puts in brackets after the title of a work outside the academic literature.

Source: Publication Manual of the APA, 7th edition, 9.21 (bracketed descriptions).
"""

_BIBTEX_TYPES = {
    "publication-article": "article",
    "publication-book": "book",
    "publication-section": "incollection",
    "publication-conferencepaper": "inproceedings",
    "publication-conferenceproceeding": "proceedings",
    "publication-dissertation": "phdthesis",
    "publication-report": "techreport",
    "publication-technicalnote": "techreport",
    "publication-preprint": "unpublished",
    "publication-workingpaper": "unpublished",
    "publication-softwaredocumentation": "manual",
    "dataset": "dataset",
    "software": "software",
    "software-computationalnotebook": "software",
}
"""Entry types; any other is ``misc``. ``software`` and ``dataset`` are those of BibLaTeX, as Zenodo uses them."""

_TEX = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces, escaped or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "$&#_%"},
}


def apa(facts: Facts) -> str:
    """
    Return the citation in one line.

    Example:
        ``Carberry, J. (2026). Lab tool (Version 1.0.0) [Computer software]. Zenodo. https://doi.org/10.5072/…``
    """
    title = facts.title or "Untitled"
    journal = facts.custom_object("journal:journal")
    if journal.get("title") and facts.type_id.startswith("publication"):
        sentences = [title, journal_line(journal)]
    else:
        version = f" (Version {re.sub(r'^v(?=[0-9])', '', facts.version)})" if facts.version else ""
        medium = f" [{_MEDIA[facts.type_id]}]" if facts.type_id in _MEDIA else ""
        sentences = [title + version + medium, facts.publisher]
    year = f"({facts.year or 'n.d.'})"
    authors = _apa_authors(facts.creators)
    # Without an author the title takes the author's place.
    sentences = [f"{_sentence(authors)} {year}", *sentences] if authors else [sentences[0], year, *sentences[1:]]
    text = " ".join(_sentence(sentence) for sentence in sentences if sentence)
    return f"{text} {facts.doi_url}".strip()


def bibtex(facts: Facts) -> str:
    """Return the record as one BibTeX entry in UTF-8, ending in a line feed."""
    kind = _BIBTEX_TYPES.get(facts.type_id, "misc")
    journal = facts.custom_object("journal:journal")
    meeting = facts.custom_object("meeting:meeting")
    imprint = facts.custom_object("imprint:imprint")
    thesis = facts.custom_object("thesis:thesis")
    fields = {
        "author": " and\n                  ".join(_bibtex_name(creator) for creator in facts.creators),
        "title": _tex(facts.title),
        "month": _bibtex_month(facts.publication_date),
        "year": facts.year,
        "journal": _tex(journal.get("title", "")),
        "booktitle": _tex(imprint.get("title") or meeting.get("title", "")),
        "school": _tex(thesis.get("university", "")),
        "volume": _tex(journal.get("volume", "")),
        "number": _tex(journal.get("issue", "")),
        "pages": _tex(journal.get("pages") or imprint.get("pages", "")),
        "isbn": _tex(imprint.get("isbn", "")),
        "publisher": _tex(facts.publisher),
        "version": _tex(facts.version),
        # Left as they are: BibTeX styles set both verbatim.
        "doi": _verbatim(facts.doi),
        "url": _verbatim(facts.doi_url),
    }
    lines = (
        f"  {name:<12} = {value if name in ('month', 'year') else f'{{{value}}}'}"
        for name, value in fields.items()
        if value
    )
    return f"@{kind}{{{_bibtex_key(facts)},\n" + ",\n".join(lines) + "\n}\n"


def journal_line(journal: Mapping[str, str]) -> str:
    """
    Return where an article stands in a journal.

    >>> journal_line({"title": "Pots", "volume": "12", "issue": "3", "pages": "1–10"})
    'Pots, 12(3), 1–10'
    """
    issue = f"({journal['issue']})" if journal.get("issue") else ""
    parts = (journal.get("title"), journal.get("volume", "") + issue, journal.get("pages"))
    return ", ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _apa_authors(creators: Sequence[Agent]) -> str:
    """Return up to 20 names; of more the first 19 and the last (APA 7, 9.8)."""
    names = [_apa_name(creator) for creator in creators]
    if len(names) > 20:  # noqa: PLR2004
        return ", ".join(names[:19]) + f", … {names[-1]}"
    if len(names) > 1:
        return ", ".join(names[:-1]) + f", & {names[-1]}"
    return "".join(names)


def _apa_name(creator: Agent) -> str:
    if not (creator.is_person and creator.family and creator.given):
        return creator.name
    return f"{creator.family}, {_initials(creator.given)}"


def _initials(given: str) -> str:
    """
    Return the initials of given names; scripts without capitals keep the whole name.

    >>> _initials("Josiah Stinkney"), _initials("Jean-Luc"), _initials("美咲")
    ('J. S.', 'J.-L.', '美咲')
    """
    if not given[0].isupper():
        return given
    return " ".join(
        "-".join(f"{part[0]}." for part in name.split("-") if part) for name in given.replace(".", ". ").split()
    )


def _bibtex_name(creator: Agent) -> str:
    name = _tex(creator.name)
    # NOTE: without braces of its own a name is cut at every "and" and at commas.
    is_plain = creator.is_person and not re.search(r"\band\b", name, re.IGNORECASE)
    return name if is_plain else f"{{{name}}}"


def _bibtex_month(date: str) -> str:
    found = re.match(r"\d{4}-(0[1-9]|1[0-2])", date)
    return _MONTHS[int(found.group(1)) - 1] if found else ""


def _bibtex_key(facts: Facts) -> str:
    first = facts.creators[0] if facts.creators else None
    name = (first.family or first.name) if first else ""
    plain = unicodedata.normalize("NFKD", f"{name}_{facts.year}_{facts.id}").encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "record"


def _tex(text: str) -> str:
    r"""
    Return text fit for a BibTeX value.

    >>> print(_tex("50% of R&D {x}"))
    50\% of R\&D \textbraceleft{}x\textbraceright{}
    """
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))


def _verbatim(text: str) -> str:
    return re.sub(r"[{}\\\s]", "", text)
