r"""
``Record`` → a BibTeX entry; pure.

Source: BibTeXing (Patashnik, 1988); the entry types and fields that biblatex adds: its manual, "Database Guide".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.losses import Losses, form
from zenodo_action.mapping.parts import flat
from zenodo_action.model import Creator, Record
from zenodo_action.vocab.licence_names import spdx_name

_TYPES = {
    "dataset": "dataset",
    "publication-article": "article",
    "publication-book": "book",
    "publication-conferencepaper": "inproceedings",
    "publication-conferenceproceeding": "proceedings",
    "publication-dissertation": "phdthesis",
    "publication-preprint": "unpublished",
    "publication-report": "techreport",
    "publication-section": "incollection",
    "publication-technicalnote": "techreport",
    "software": "software",
    "software-computationalnotebook": "software",
    "workflow": "software",
}
"""Native type → entry type; all others are ``misc``."""
_EXACT = frozenset(_TYPES) - {"publication-technicalnote", "software-computationalnotebook", "workflow"}
"""The types that no other shares an entry type with."""

_SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces behind backslashes, too
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
"""What TeX takes for a command. Source: The TeXbook, chapter 7."""
_AND = re.compile(r"(?i)\band\b|,")
"""What would take a name apart."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_PARTS = {
    "journal:journal": {"title": "journal", "volume": "volume", "issue": "number", "pages": "pages", "issn": "issn"},
    "imprint:imprint": {
        "title": "booktitle",
        "pages": "pages",
        "place": "address",
        "isbn": "isbn",
        "edition": "edition",
    },
    "meeting:meeting": {"title": "eventtitle", "place": "venue", "dates": "eventdate"},
    "thesis:thesis": {"university": "school"},
}
"""Parts of native custom fields → fields of an entry."""
_REPOSITORY = "code:codeRepository"
_EDITOR = "editor"


def to_bibtex(record: Record) -> tuple[str, tuple[Finding, ...]]:
    """Return the record as one entry, without a DOI of its own, and a warning for what an entry cannot hold."""
    lost = Losses(form("BibTeX"))
    year, month = _date(record.publication_date or "", lost)
    titles = [each for each in record.additional_titles if each.type == "subtitle" and each.language is None][:1]
    editors = tuple(each for each in record.contributors if each.role == _EDITOR)
    fields: dict[str, str | None] = {
        "title": f"{{{_escaped(record.title)}}}" if record.title else None,
        "subtitle": _escaped(titles[0].text) if titles else None,
        "author": _people(record.creators, lost),
        "editor": _people(editors, lost),
        "year": year,
        "month": month,
        "publisher": _escaped(record.publisher or ""),
        "version": _escaped(record.version or ""),
        "abstract": _escaped(vocab.plain_text(record.description or "")),
        "keywords": _escaped(", ".join(_keywords(record, lost))),
        "license": _escaped("; ".join(_licences(record, lost))),
        "langid": _escaped(record.languages[0]) if record.languages else None,
        **_identifiers(record, lost),
        **_custom(record.custom_fields, lost),
    }
    _lose_the_rest(record, lost)
    kind = _TYPES.get(record.resource_type or "software", "misc")
    if record.resource_type not in (None, *_EXACT):
        lost.add("the exact type of a work", record.resource_type)
    lines = [f"  {name} = {_value(name, value)}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{_key(record, year)},", *lines, "}"]), lost.findings()


def _value(name: str, value: str) -> str:
    return value if name == "month" else f"{{{value}}}"


def _escaped(text: str) -> str:
    r"""
    Return a text with what TeX would take for a command escaped; other scripts stay, as all tools of today read UTF-8.

    >>> print(_escaped("R&D_1: 100 %"))
    R\&D\_1: 100 \%
    """
    flat = re.sub(r"[^\S\n]+", " ", text)
    return "".join(_SPECIALS.get(character, character) for character in flat)


def _verbatim(text: str) -> str:
    """Return an address or a DOI, whose fields are verbatim but for braces, which have to pair."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")


def _people(people: tuple[Creator, ...], lost: Losses) -> str:
    """Return names as ``Family, Given``; organisations, and names with an "and" in them, in braces of their own."""
    for person in people:
        for each in person.identifiers:
            lost.add("identifiers of people", person.display_name, each.scheme, each.identifier)
        for place in person.affiliations:
            lost.add("affiliations", person.display_name, place.name, place.ror)
    return " and ".join(_name(person) for person in people if person.display_name)


def _name(person: Creator) -> str:
    if person.kind == "organizational":
        return f"{{{_escaped(person.name or '')}}}"
    family, given = person.family_name or "", person.given_name or ""
    parts = [_escaped(part) if not _AND.search(part) else f"{{{_escaped(part)}}}" for part in (family, given) if part]
    if len(parts) == 1 and not parts[0].startswith("{") and " " in parts[0]:
        return f"{{{parts[0]}}}"
    return ", ".join(parts)


def _date(text: str, lost: Losses) -> tuple[str | None, str | None]:
    match = _DATE.match(text)
    if match is None or not 1 <= int(match[2] or 1) <= len(_MONTHS):
        lost.add("dates that have no year", text) if text else None
        return None, None
    if match[3] or match[0] != text:
        lost.add("the day of publication", text)
    return match[1], _MONTHS[int(match[2]) - 1] if match[2] else None


def _keywords(record: Record, lost: Losses) -> Iterator[str]:
    for keyword in record.keywords:
        if "," in keyword:
            lost.add("commas in keywords, which part them", keyword)
        yield keyword


def _licences(record: Record, lost: Losses) -> Iterator[str]:
    for right in record.rights:
        if right.id is not None:
            yield spdx_name(right.id) or right.id
        else:
            yield " ".join(filter(None, (right.title, right.link)))
            if right.description:
                lost.add("descriptions of licences", right.description)


def _identifiers(record: Record, lost: Losses) -> dict[str, str]:
    """Return the first DOI, and one address: that of the work, else of its web page, else of its source code."""
    found: dict[str, str] = {}
    for each in record.identifiers:
        name = each.scheme if each.scheme in ("doi", "url", "isbn", "issn") else None
        if name is None or name in found:
            lost.add("identifiers but one of a kind", each.scheme, each.identifier)
        else:
            found[name] = _verbatim(each.identifier)
    pages = [each for each in record.related if each.relation == "isdescribedby" and each.scheme == "url"]
    repository = record.custom_fields.get(_REPOSITORY)
    if pages and "url" not in found:
        found["url"] = _verbatim(pages.pop(0).identifier)
    elif isinstance(repository, str) and "url" not in found:
        found["url"] = _verbatim(repository)
    kept = {found.get("url")}
    for work in record.related:
        if _verbatim(work.identifier) not in kept or work.relation != "isdescribedby" or work.resource_type:
            lost.add("related works", *flat(work))
    if isinstance(repository, str) and _verbatim(repository) not in kept:
        lost.add("the code repository beside another address", repository)
    return found


def _custom(fields: Mapping[str, object], lost: Losses) -> dict[str, str]:
    """Return journal, book, conference and school; a part that two of them have is the first one's."""
    found: dict[str, str] = {}
    for name, value in fields.items():
        if name == _REPOSITORY:
            continue
        names = _PARTS.get(name)
        if names is None or not isinstance(value, Mapping):
            lost.add("custom fields", name, *flat(value))
            continue
        for part, content in value.items():
            if part in names and names[part] not in found:
                found[names[part]] = _escaped(str(content))
            else:
                lost.add("custom fields", f"{name}.{part}", *flat(content))
    return found


def _lose_the_rest(record: Record, lost: Losses) -> None:
    """Note the fields that no entry has."""
    for person in record.creators:
        if person.role:
            lost.add("roles of authors", person.display_name, person.role)
    subtitles = [each for each in record.additional_titles if each.type == "subtitle" and each.language is None][:1]
    for each in record.additional_titles:
        if each not in subtitles:
            lost.add("further titles", each.text, each.type, each.language)
    for person in record.contributors:
        if person.role != _EDITOR:
            lost.add("contributors but editors", *flat(person))
    for language in record.languages[1:]:
        lost.add("a second language", language)
    for name in ("additional_descriptions", "dates", "funding", "references", "locations", "communities"):
        for value in getattr(record, name):
            lost.add(name.replace("_", " "), *flat(value))
    if record.access is not None and record.access != type(record.access)():
        lost.add("access to the files", *flat(record.access))


def _key(record: Record, year: str | None) -> str:
    """
    Return the entry's key: first family name, year, first word of the title, in letters that every tool takes.

    >>> _key(Record(title="The Red-Dot", creators=(Creator(family_name="Muñoz Ruiz"),)), "2026")
    'munoz_2026_red'
    """
    first = record.creators[0].display_name if record.creators else ""
    words = [word for word in _ascii_words(record.title or "") if word not in ("a", "an", "the")]
    parts = [*_ascii_words(first)[:1], *([year] if year else []), *words[:1]]
    return "_".join(parts) or "record"


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower())
