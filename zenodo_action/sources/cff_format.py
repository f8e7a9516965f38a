"""
Where a ``CITATION.cff`` strays from its own schema although it can be read: warnings, since other readers refuse it.

What the reader itself has findings for (keys of persons, licences, what is no identifier) is not told again.
Source: Citation File Format 1.2.0, schema.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from zenodo_action.errors import FilePlace
from zenodo_action.sources.reading import Value, shown

Stray = tuple[Value, str]
"""A value, and what is wrong with it, as it stands behind its name."""
Check = Callable[[Value], Iterator[Stray]]

_PEOPLE = frozenset(("authors", "contact", "editors", "editors-series", "recipients", "senders", "translators"))
_ENTITIES = frozenset(("conference", "database-provider", "institution", "location", "publisher"))
_LISTS = frozenset(("keywords", "languages", "patent-states"))
_WORKS = frozenset(("references", "preferred-citation"))
_DATE = r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])"
_FORMS = {
    **dict.fromkeys(
        ("url", "repository", "repository-code", "repository-artifact", "license-url", "website"),
        (r"(https|http|ftp|sftp)://.+", "an address with https://"),
    ),
    **dict.fromkeys(
        ("doi", "collection-doi"), (r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+", "a bare DOI, as 10.1234/abc")
    ),
    **dict.fromkeys(
        ("date-released", "date-published", "date-accessed", "date-downloaded", "date-start", "date-end"),
        (_DATE, "a day, as 2026-03-01"),
    ),
    "orcid": (
        r".*https://orcid\.org/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X].*",
        "an address, as https://orcid.org/0000-0002-1825-0097",
    ),
    "email": (r"\S+@\S+\.\S{2,}", "an e-mail address"),
    "isbn": (r"[0-9\- ]{10,17}X?", "an ISBN"),
    "issn": (r"\d{4}-\d{3}[\dxX]", "an ISSN"),
    "pmcid": (r"PMC[0-9]{7}", "an id of PubMed Central, as PMC1234567"),
    "month": (r"1[0-2]|[1-9]", "a number from 1 to 12"),
    "languages": (r"[a-z]{2,3}", "a code of two or three letters"),
    "country": (r"[A-Z]{2}", "a code of two capitals"),
    "status": (
        "abstract|advance-online|in-preparation|in-press|preprint|submitted",
        "abstract, advance-online, in-preparation, in-press, preprint or submitted",
    ),
}
"""Key → pattern of its value, and the same in words."""

_IDENTIFIERS = {
    "doi": _FORMS["doi"],
    "url": _FORMS["url"],
    "swh": (r"swh:1:(snp|rel|rev|dir|cnt):[0-9a-fA-F]{40}", "a SWHID without qualifiers"),
    "other": (r"(?s).+", "a text"),
}
WORK_TYPES = (
    *("art", "article", "audiovisual", "bill", "blog", "book", "catalogue", "conference", "conference-paper", "data"),
    *("database", "dictionary", "edited-work", "encyclopedia", "film-broadcast", "generic", "government-document"),
    *("grant", "hearing", "historical-work", "legal-case", "legal-rule", "magazine-article", "manual", "map"),
    *("multimedia", "music", "newspaper-article", "pamphlet", "patent", "personal-communication", "proceedings"),
    *("report", "serial", "slides", "software", "software-code", "software-container", "software-executable"),
    *(
        "software-virtual-machine",
        "sound-recording",
        "standard",
        "statute",
        "thesis",
        "unpublished",
        "video",
        "website",
    ),
)
WORK_KEYS = frozenset(_PEOPLE | _ENTITIES | _LISTS) | {
    *("abbreviation", "abstract", "collection-doi", "collection-title", "collection-type", "commit", "copyright"),
    *("data-type", "database", "date-accessed", "date-downloaded", "date-published", "date-released", "department"),
    *("doi", "edition", "end", "entry", "filename", "format", "identifiers", "isbn", "issn", "issue", "issue-date"),
    *(
        "issue-title",
        "journal",
        "license",
        "license-url",
        "loc-end",
        "loc-start",
        "medium",
        "month",
        "nihmsid",
        "notes",
    ),
    *("number", "number-volumes", "pages", "pmcid", "repository", "repository-artifact", "repository-code", "scope"),
    *("section", "start", "status", "term", "thesis-type", "title", "type", "url", "version", "volume"),
    *("volume-title", "year", "year-original"),
}
PERSON_KEYS = frozenset(
    (
        *(
            "address",
            "affiliation",
            "alias",
            "city",
            "country",
            "date-end",
            "date-start",
            "email",
            "family-names",
            "fax",
        ),
        *("given-names", "location", "name", "name-particle", "name-suffix", "orcid", "post-code", "region", "tel"),
        "website",
    )
)
"""Of a person or an entity."""
_WORK_NEEDS = ("authors", "title", "type")


def check_format(root: Value, known: frozenset[str]) -> None:
    """
    Warn of what strays from the schema, once for each kind.

    Args:
        root: The file; of another version than 1.2 nothing is said.
        known: The keys at its top.
    """
    if not (root.text_of("cff-version") or "").startswith("1.2"):
        return
    findings = [each for listed in root.reading.findings.values() for each in listed]
    told = {each.where.path for each in findings if isinstance(each.where, FilePlace)}
    found: dict[tuple[str, str], list[Value]] = {}
    for key, value in root.entries():
        for stray, problem in _check(key, value) if key in known else ():
            if stray.place.path in told:
                continue
            place = str(next((step for step in reversed(stray.path) if isinstance(step, str)), ""))
            found.setdefault((place, problem), []).append(stray)
    for (_, problem), values in found.items():
        first, more = values[0], f" ({len(values) - 1} more alike)" if len(values) > 1 else ""
        first.warn(
            code="format-strayed",
            what=f"{first.label} {problem}, against the format's own schema{more}",
            fix="mend it for GitHub and other readers of the file; the record does not suffer from it",
        )


def _check(key: str, value: Value, *, is_entity: bool = False) -> Iterator[Stray]:
    """Yield what is wrong with the value of a key."""
    if value.is_empty or (isinstance(value.data, str) and not value.data.strip()):
        yield value, "is empty"
    elif key in _PEOPLE:
        yield from _check_list(value, _check_person)
    elif key in _ENTITIES and not is_entity:
        yield from _check_person(value)
    elif key in _WORKS:
        yield from _check_list(value, _check_work) if key == "references" else _check_work(value)
    elif key == "identifiers":
        yield from _check_list(value, _check_identifier)
    elif key in _LISTS:
        yield from _check_list(value, lambda item: _check_text(key, item))
    elif key not in ("license", "type"):
        yield from _check_text(key, value)


def _check_list(value: Value, check: Check) -> Iterator[Stray]:
    if not value.is_list:
        yield value, f"is {value.kind} where a list belongs"
        return
    for index in range(len(value.data)):
        yield from check(value.child(index))


def _check_text(key: str, value: Value, form: tuple[str, str] | None = None) -> Iterator[Stray]:
    if value.is_mapping or value.is_list:
        yield value, f"is {value.kind} where a text belongs"
        return
    text = str(value.data or "")
    pattern, words = form or _FORMS.get(key, (r"(?s).*\S.*", "a text"))
    if not re.fullmatch(pattern, text):
        yield value, f"is {shown(text)}, not {words}" if text.strip() else "is empty"


def _check_person(value: Value) -> Iterator[Stray]:
    """Yield what is wrong with a person or an entity."""
    if not value.is_mapping:
        yield value, f"is {value.kind} where a mapping belongs"
    elif value.get("name", "family-names", "given-names", "name-particle", "alias") is None:
        yield value, "has no name"
    for key, part in value.entries():
        if key in PERSON_KEYS:
            yield from _check(key, part, is_entity=True)
        else:
            yield part, "is no key of a person or an entity"


def _check_identifier(value: Value) -> Iterator[Stray]:
    if not value.is_mapping:
        yield value, f"is {value.kind} where a mapping belongs"
        return
    kind = value.text_of("type") or ""
    given = value.get("value")
    if kind not in _IDENTIFIERS:
        yield value, f"has the type {shown(kind)}, not doi, url, swh or other"
    elif given is None:
        yield value, "has no value"
    for key, part in value.entries():
        if key == "value":
            yield from _check_text("", part, _IDENTIFIERS.get(kind))
        elif key == "description":
            yield from _check_text(key, part)
        elif key != "type":
            yield part, "is no key of an identifier"


def _check_work(value: Value) -> Iterator[Stray]:
    if not value.is_mapping:
        yield value, f"is {value.kind} where a mapping belongs"
        return
    missing = [key for key in _WORK_NEEDS if key not in value.data]
    if missing:
        yield value, f"has no {' and no '.join(missing)}"
    kind = value.get("type")
    if kind is not None and kind.data not in WORK_TYPES:
        yield kind, f"is {shown(str(kind.data))}, which is no type of a work"
    for key, part in value.entries():
        if key in WORK_KEYS:
            yield from _check(key, part)
        else:
            yield part, "is no key of a work"
