"""What the templates show of a record, and the environment that renders them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from zenodo_action.server import citation, linked_data, peek, terms, vocabulary
from zenodo_action.server.facts import Affiliation, Agent, Facts
from zenodo_action.server.links import agent_link, badge_link, doi_page_link, identifier_link, page_link, web_link
from zenodo_action.server.wording import clean_html, date_in_words, plain_text, size_in_words, visible

_CUSTOM_OBJECTS = {
    "imprint:imprint": ("Part of", ("title", "edition", "pages", "place", "isbn")),
    "meeting:meeting": ("Presented at", ("title", "acronym", "dates", "place", "session", "session_part")),
    "thesis:thesis": ("Thesis", ("university", "department", "type", "date_submitted", "date_defended")),
}
"""Custom fields that are objects: what they are called, and their parts in the order in which they are read."""

_SHOWN_ELSEWHERE = {
    "code:codeRepository",
    "code:programmingLanguage",
    "code:developmentStatus",
    "journal:journal",
    "legacy:communities",
    "legacy:subjects",
    *_CUSTOM_OBJECTS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedAgent:
    """A creator with the numbers of the places of work in the list below the names."""

    agent: Agent
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWork:
    """A related work as a link, if it can be one."""

    identifier: str
    url: str
    is_here: bool
    """Whether the link stays on this server."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """A value of the details, with its link if it can have one."""

    text: str
    url: str = ""
    note: str = ""


@functools.cache
def environment() -> Environment:
    """Return the environment of the templates: everything is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(visible=visible, day=date_in_words, size=size_in_words, html=clean_html)
    made.globals.update(
        agent_link=agent_link,
        badge_link=badge_link,
        can_peek=peek.can_peek,
        doi_page_link=doi_page_link,
        page_link=page_link,
        result_link=result_link,
        web_link=web_link,
    )
    return made


def result_link(query: str, page: int) -> str:
    """Return the address of one page of the results of a search."""
    values = {"q": query} if query else {}
    return "/?" + urlencode({**values, "page": page} if page > 1 or not query else values, errors="replace")


def shown_pages(page: int, pages: int) -> list[int]:
    """
    Return the page numbers to offer; 0 stands for a gap.

    >>> shown_pages(5, 9), shown_pages(1, 4), shown_pages(1, 1)
    ([1, 0, 4, 5, 6, 0, 9], [1, 2, 3, 4], [1])
    """
    near = [1, *range(max(2, page - 1), min(pages, page + 2)), pages] if pages > 1 else [1]
    shown: list[int] = []
    for number in near:
        left_out = number - shown[-1] - 1 if shown else 0
        shown += [number] if left_out == 0 else [number - 1 if left_out == 1 else 0, number]
    return shown


def hit_context(facts: Facts) -> dict[str, Any]:
    """Return what the list of records shows of one."""
    names = [creator.name for creator in facts.creators]
    return {
        "record": facts,
        "names": _shortened("; ".join(names), 240),
        "abstract": _shortened(plain_text(facts.description), 260),
    }


def record_context(facts: Facts, *, is_here: Callable[[str], bool]) -> dict[str, Any]:
    """
    Return what the record page shows, without what only a server knows (versions, exports).

    Args:
        facts: The record.
        is_here: Whether a DOI is one of this server's.
    """
    places = tuple(dict.fromkeys(place for creator in facts.creators for place in creator.affiliations))
    return {
        "record": facts,
        "people": [_numbered(creator, places) for creator in facts.creators],
        "places_of_work": places,
        "contributors": _grouped((person.role, person) for person in facts.contributors),
        "related": _grouped(_works(facts, is_here)),
        "details": [(label, values) for label, values in _details(facts) if values],
        "can_read_files": facts.access.status == "open",
        "apa": citation.apa(facts),
        "bibtex": citation.bibtex(facts),
    }


def json_ld(facts: Facts) -> Markup:
    """
    Return schema.org's JSON-LD for a ``script`` element of the page.

    Nothing in it can close the element: ``<``, ``>`` and ``&`` are written as JSON escapes.
    """
    text = json.dumps(linked_data.schema_org(facts))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (escaped above)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def _numbered(creator: Agent, places: Sequence[Affiliation]) -> NumberedAgent:
    return NumberedAgent(agent=creator, numbers=tuple(places.index(place) + 1 for place in creator.affiliations))


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _works(facts: Facts, is_here: Callable[[str], bool]) -> Iterator[tuple[str, ShownWork]]:
    for work in facts.related:
        stays = work.scheme == "doi" and is_here(work.identifier)
        url = doi_page_link(work.identifier) if stays else identifier_link(work.scheme, work.identifier)
        scheme = terms.scheme_name(work.scheme) if work.scheme != "url" else ""
        note = " · ".join(part for part in (work.type, scheme) if part)
        yield work.relation, ShownWork(identifier=work.identifier, url=url, is_here=stays, note=note)


def _details(facts: Facts) -> Iterator[tuple[str, list[ShownValue]]]:
    yield "Code repository", [ShownValue(text=text, url=web_link(text)) for text in _present(facts.code_repository)]
    yield (
        "Programming languages",
        [ShownValue(text=", ".join(facts.programming_languages))] * bool(facts.programming_languages),
    )
    status = vocabulary.title("development_status", facts.development_status)
    yield "Development status", [ShownValue(text=text) for text in _present(status)]
    journal = facts.custom_object("journal:journal")
    yield (
        "Published in",
        [ShownValue(text=citation.journal_line(journal), note=journal.get("issn", ""))] * bool(journal),
    )
    for name, (label, parts) in _CUSTOM_OBJECTS.items():
        field = facts.custom_object(name)
        text = ", ".join(field[part] for part in parts if part in field)
        yield label, [ShownValue(text=text, url=web_link(field.get("url", "")))] * bool(text)
    yield (
        "Dates",
        [
            ShownValue(text=f"{found.type or 'Other'}: {date_in_words(found.text)}", note=found.note)
            for found in facts.dates
        ],
    )
    yield "Languages", [ShownValue(text=", ".join(found.title for found in facts.languages))] * bool(facts.languages)
    yield "Publisher", [ShownValue(text=text) for text in _present(facts.publisher)]
    yield (
        "Alternate identifiers",
        [
            ShownValue(
                text=found.identifier,
                url=identifier_link(found.scheme, found.identifier),
                note=terms.scheme_name(found.scheme),
            )
            for found in facts.identifiers
        ],
    )
    yield "Places", [_place(place.name, place.coordinates, place.description) for place in facts.places]
    yield "Sizes", [ShownValue(text=text) for text in facts.sizes]
    yield "Formats", [ShownValue(text=text) for text in facts.formats]
    for name in sorted(facts.custom.keys() - _SHOWN_ELSEWHERE):
        value = facts.custom[name]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        yield name, [ShownValue(text=text, url=web_link(text))]


def _present(text: str) -> list[str]:
    return [text] if text else []


def _place(name: str, coordinates: tuple[float, float] | None, description: str) -> ShownValue:
    where = f"{coordinates[0]:g}°, {coordinates[1]:g}°" if coordinates else ""
    return ShownValue(
        text=name or where or description, note=" · ".join(filter(None, (where if name else "", description)))
    )
