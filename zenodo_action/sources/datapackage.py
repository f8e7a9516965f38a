"""
``datapackage.json`` (Frictionless) → what it says about the record; versions 1 and 2 are read alike.

Source: datapackage.org, "Data Package".
"""

from __future__ import annotations

from dataclasses import replace

from zenodo_action import vocab
from zenodo_action.documents import Document
from zenodo_action.model import Creator, Harvest, Identifier, Reference, Related, Right, TypedDate
from zenodo_action.sources import dates, texts
from zenodo_action.sources.licences import read_rights, rights_of
from zenodo_action.sources.links import detect, is_zenodo_doi
from zenodo_action.sources.package_people import read_person
from zenodo_action.sources.people import Guesses
from zenodo_action.sources.reading import Reading, Row, Value, read_rows, single

_ROLES = {"publisher": "distributor", "maintainer": "datamanager", "wrangler": "datacurator"}
"""Native role ids; other roles than these and ``author`` become ``other``."""


def _people(root: Value) -> list[tuple[Creator, Value, set[str]]]:
    """Return everyone with their roles."""
    value = root.get("contributors", "author", "authors")
    found = []
    guesses = Guesses("write givenName and familyName, as version 2 of the format has them")
    for item in value.items(may_be_single=True) if value is not None else ():
        person = read_person(item, guesses)
        roles = item.get("roles", "role")
        if person is not None:
            names = [role.line() or "" for role in roles.items(may_be_single=True)] if roles is not None else []
            found.append((person, item, {name.lower() for name in names if name}))
    guesses.report()
    return found


def _read_creators(root: Value) -> tuple[Creator, ...]:
    """Return the authors; where nobody is called one, everyone."""
    people = _people(root)
    authors = [each for each in people if "author" in each[2]] or people
    for index, (_, item, _) in enumerate(authors):
        item.mark(index)
    return tuple(dict.fromkeys(person for person, _, _ in authors))


def _read_contributors(root: Value) -> tuple[Creator, ...]:
    """Return those who are no authors, where somebody is."""
    people = _people(root)
    if not any("author" in roles for _, _, roles in people):
        return ()
    # What is to be said of the names is said once, of the creators.
    root.reading.findings.pop(root.field, None)
    others = [(person, min(roles, default="")) for person, _, roles in people if "author" not in roles]
    return tuple(dict.fromkeys(replace(person, role=_ROLES.get(role, "other")) for person, role in others))


def _read_licences(root: Value) -> tuple[Right, ...]:
    """Return the licences: each an id of SPDX or of opendefinition.org, or a title with an address."""
    rights: dict[Right, None] = {}
    value = root.get("licenses", "license")
    for item in value.items(may_be_single=True) if value is not None else ():
        named = item.get("name", "type", "id") if item.is_mapping else item
        path, title = (item.text_of("path", "url"), item.text_of("title")) if item.is_mapping else (None, None)
        texts_given = [text for text in (named.line() if named is not None else None, path, title) if text]
        known = next((found for text in texts_given if (found := rights_of(vocab.license(text)))), ())
        if known:
            rights |= dict.fromkeys(known)
        elif path and path.startswith("http"):
            rights[Right(title=title or path, link=path)] = None
        elif named is not None:
            rights |= dict.fromkeys(read_rights(named))
    return tuple(rights)


def _read_related(root: Value) -> tuple[Related, ...]:
    """Return where the data come from, and the web page."""
    found = []
    sources, homepage = root.get("sources"), root.get("homepage")
    for item in sources.items() if sources is not None else ():
        link = detect(item.text_of("path", "web") or "")
        if link is not None:
            found.append(Related(identifier=link.identifier, scheme=link.scheme, relation="isderivedfrom"))
    link = detect(homepage.line() or "") if homepage is not None else None
    if link is not None and not is_zenodo_doi(link.identifier):
        found.append(Related(identifier=link.identifier, scheme=link.scheme, relation="isdescribedby"))
    return tuple(dict.fromkeys(found))


def _read_references(value: Value) -> tuple[Reference, ...]:
    """Return the sources that have a title and no address."""
    items = [item for item in value.items() if detect(item.text_of("path", "web") or "") is None]
    titles = [item.text_of("title", "name") if item.is_mapping else item.line() for item in items]
    return tuple(dict.fromkeys(Reference(text=title) for title in titles if title))


def _read_identifiers(value: Value) -> tuple[Identifier, ...]:
    """Return the identifier of the data; a UUID and the like is one of no scheme that the server detects."""
    text = value.line()
    link = detect(text) if text else None
    if text is None or (link is not None and is_zenodo_doi(link.identifier)):
        return ()
    return (Identifier(scheme=link.scheme if link else "other", identifier=link.identifier if link else text),)


def _read_dates(value: Value) -> tuple[TypedDate, ...]:
    """Return when the data were made; the time of day has no place."""
    text = (value.line() or "").partition("T")[0]
    date = dates.read_publication_date(Value(value.reading, text, value.path, value.field))
    return (TypedDate(date=date, type="created"),) if date else ()


ROWS: tuple[Row, ...] = (
    single("title", "title", texts.read_title),
    Row("creators", ("contributors", "author", "authors"), _read_creators),
    Row("contributors", ("contributors",), _read_contributors),
    single("description", "description", texts.read_rich_text),
    single("version", "version", Value.line),
    Row("rights", ("licenses", "license"), _read_licences),
    single("keywords", "keywords", texts.read_keywords),
    single("dates", "created", _read_dates),
    single("identifiers", "id", _read_identifiers),
    Row("related", ("sources", "homepage"), _read_related),
    single("references", "sources", _read_references),
    Row("resource_type", ("resources",), lambda _: "dataset"),
)
"""Every field, and the keys it comes from."""

KEYS: tuple[str, ...] = tuple(dict.fromkeys(key for row in ROWS for key in row.keys))

_ABOUT_THE_FILE = ("$schema", "profile", "name")
_PLACELESS = ("image",)
"""The other properties of versions 1 and 2. Source: datapackage.org, "Data Package", properties."""


def harvest(document: Document) -> Harvest:
    """Return what the file says; its resources are the data themselves."""
    reading = Reading(document, is_strict=False)
    read_rows(reading.root, ROWS)
    reading.root.hint_at_unread(KEYS, ignored=_ABOUT_THE_FILE, known=_PLACELESS)
    return reading.harvest()
