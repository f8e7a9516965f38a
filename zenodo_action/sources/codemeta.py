"""
``codemeta.json`` → what it says about the record; versions 2.0 and 3.0 are read alike.

Source: codemeta.github.io, "CodeMeta terms"; schema.org for what the terms hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zenodo_action import vocab
from zenodo_action.documents import Document
from zenodo_action.errors import FilePlace
from zenodo_action.model import Creator, Funding, Harvest, Identifier, Reference, Related, Right, TypedDate, TypedText
from zenodo_action.sources import cff_links, dates, texts
from zenodo_action.sources.licences import read_rights, rights_of
from zenodo_action.sources.links import detect, is_zenodo_doi
from zenodo_action.sources.package_people import read_people
from zenodo_action.sources.reading import Reading, Row, Value, did_you_mean, read_rows, shown, single

_ID_KEYS = ("@id", "id", "identifier", "url", "sameAs")
_NAME_KEYS = ("name", "headline", "title")

_ROLES = {
    "contributor": "other",
    "maintainer": "contactperson",
    "copyrightHolder": "rightsholder",
    "editor": "editor",
    "producer": "producer",
    "sponsor": "sponsor",
}
"""Term → native role."""
_RELATIONS = {
    "referencePublication": "isdocumentedby",
    "isPartOf": "ispartof",
    "hasPart": "haspart",
    "sameAs": "isidenticalto",
    "url": "isdescribedby",
}
"""Term → native relation of the work to what it leads to."""
_EMBARGO = ("embargoEndDate", "embargoDate")
_ABOUT_THE_FILE = ("@context", "@type", "type", "@id", "id", "$schema")
_PLACELESS = (
    *("address", "applicationCategory", "applicationSubCategory", "buildInstructions", "contIntegration"),
    *("continuousIntegration", "dateModified", "downloadUrl", "email", "encoding", "fileFormat", "fileSize"),
    *("hasSourceCode", "installUrl", "isAccessibleForFree", "isSourceCodeOf", "issueTracker", "memoryRequirements"),
    *("operatingSystem", "permissions", "position", "processorRequirements", "provider", "publisher", "readme"),
    *("relatedLink", "review", "runtimePlatform", "softwareHelp", "softwareRequirements", "softwareSuggestions"),
    *("storageRequirements", "supportingData", "targetProduct"),
)
"""The other terms of versions 2.0 and 3.0. Source: codemeta.github.io, "CodeMeta terms"."""


def _address(item: Value) -> str | None:
    """Return what identifies a thing: the text itself, or one of its keys that is a DOI or an address."""
    values = [item] if not item.is_mapping else [value for key in _ID_KEYS if (value := item.get(key)) is not None]
    written = [str(value.data) for value in values if isinstance(value.data, str)]
    return next((text for text in written if detect(text) is not None), None)


def _read_authors(root: Value) -> tuple[Creator, ...]:
    """Return the authors; the roles of 3.0, which stand among them, only point to others."""
    value = root.get("author", "creator")
    return tuple(person for person in read_people(value) if person.display_name) if value is not None else ()


def _read_contributors(root: Value) -> tuple[Creator, ...]:
    found = [
        Creator(
            kind=person.kind,
            family_name=person.family_name,
            given_name=person.given_name,
            name=person.name,
            identifiers=person.identifiers,
            affiliations=person.affiliations,
            role=role,
        )
        for key, role in _ROLES.items()
        for person in read_people(root.get(key))
    ]
    return tuple(dict.fromkeys(found))


def _read_keywords(value: Value) -> tuple[str, ...]:
    """Return the keywords of a list, or of a text with commas."""
    if isinstance(value.data, str):
        return tuple(dict.fromkeys(word for part in value.data.split(",") if (word := " ".join(part.split()))))
    return texts.read_keywords(value)


def _read_licences(value: Value) -> tuple[Right, ...]:
    """Return the licences: ids, addresses, or things with one of them."""
    rights: dict[Right, None] = {}
    for item in value.items(may_be_single=True):
        named = item.get(*_ID_KEYS, *_NAME_KEYS) if item.is_mapping else item
        if named is None:
            continue
        text = named.line() or ""
        match = vocab.license(text)
        if text.startswith(("http://", "https://")):
            name = item.text_of(*_NAME_KEYS) if item.is_mapping else None
            rights |= dict.fromkeys(rights_of(match) or (Right(title=name or text, link=text),))
        else:
            rights |= dict.fromkeys(read_rights(named))
    return tuple(rights)


def _read_languages(value: Value) -> list[dict[str, str]]:
    """Return the programming languages that the server knows."""
    known: dict[str, None] = {}
    for item in value.items(may_be_single=True):
        name = (item.text_of("name") if item.is_mapping else item.line()) or ""
        language = vocab.programming_language(name)
        if language is not None:
            known[language] = None
        else:
            item.warn(
                code="programming-language-unknown",
                what=f"{shown(name)} is no programming language that the server knows; it is left out",
                fix="write the language's name as GitHub shows it, as Python, C++, Jupyter Notebook",
            )
    return [{"id": language} for language in known]


def _read_status(value: Value) -> dict[str, str] | None:
    """Return the development status, an address of repostatus.org or its last word."""
    text = value.line() or ""
    status = vocab.development_status(text)
    if status is None:
        value.warn(
            code="development-status-unknown",
            what=f"{shown(text)} is no development status; it is left out",
            fix=did_you_mean(text, vocab.development_statuses()),
        )
    return {"id": status} if status else None


def _read_identifiers(value: Value) -> tuple[Identifier, ...]:
    """Return the identifiers of the work; Zenodo's own DOIs are of its record, not of this version."""
    found = []
    for item in value.items(may_be_single=True):
        given = item.get("@id", "id", "value") if item.is_mapping else item
        text = given.line() if given is not None else None
        link = detect(text) if text else None
        if link is not None and not is_zenodo_doi(link.identifier):
            found.append(Identifier(scheme=link.scheme, identifier=link.identifier))
    return tuple(dict.fromkeys(found))


def _read_related(root: Value) -> tuple[Related, ...]:
    """Return the article on the work, what it belongs to, and its web page."""
    code = (root.text_of("codeRepository") or "").rstrip("/").removesuffix(".git")
    found = []
    for key, relation in _RELATIONS.items():
        value = root.get(key)
        for item in value.items(may_be_single=True) if value is not None else ():
            text = _address(item)
            link = detect(text) if text else None
            if link is None:
                item.warn(
                    code="identifier-missing",
                    what=f"{item.label} has no DOI and no address; it is left out",
                    fix='write "@id": "https://doi.org/10.1234/abc"',
                )
            elif link.identifier.rstrip("/") != code and not is_zenodo_doi(link.identifier):
                found.append(Related(identifier=link.identifier, scheme=link.scheme, relation=relation))
    return tuple(dict.fromkeys(found))


def _read_references(value: Value) -> tuple[Reference, ...]:
    """Return the cited works, by name and identifier."""
    found = []
    for item in value.items(may_be_single=True):
        text = item.text_of(*_NAME_KEYS) if item.is_mapping else item.line()
        address = _address(item)
        link = detect(address) if address else None
        identifier = Identifier(scheme=link.scheme, identifier=link.identifier) if link else None
        if text or address:
            found.append(Reference(text=text or address or "", identifier=identifier))
    return tuple(dict.fromkeys(found))


def _read_funding(root: Value) -> tuple[Funding, ...]:
    """Return the funders; with one funder, ``funding`` is the number of its award."""
    value, award = root.get("funder"), root.get("funding")
    funders = value.items(may_be_single=True) if value is not None else []
    number = award.line() if award is not None and isinstance(award.data, str) else None
    found = []
    for item in funders:
        name = item.text_of(*_NAME_KEYS) if item.is_mapping else item.line()
        ids = [item.text_of(key) or "" for key in ("@id", "id")]
        ror = next((vocab.funder(each) or vocab.ror(each) for each in ids if each), None)
        if name or ror:
            is_award = number is not None and len(funders) == 1
            found.append(Funding(funder_id=ror, funder_name=name, award_number=number if is_award else None))
    if number is not None and len(found) != 1 and award is not None:
        award.warn(
            code="grant-missing",
            what=f"it is not told which funder gave {shown(number)}; it is left out",
            fix="write funding: [{funder: NAME, number: …}] in .zenodo.yml",
        )
    return tuple(dict.fromkeys(found))


def _read_dates(root: Value) -> tuple[TypedDate, ...]:
    """Return when the work was made, and since when it is protected."""
    found = []
    for key, kind in (("dateCreated", "created"), ("copyrightYear", "copyrighted")):
        value = root.get(key)
        date = dates.read_publication_date(value) if value is not None else None
        if date is not None:
            found.append(TypedDate(date=date, type=kind))
    return tuple(found)


def _read_notes(value: Value) -> tuple[TypedText, ...]:
    """Return the release notes where they stand in the file."""
    text = value.text() or ""
    if re.fullmatch(r"https?://\S+", text):
        value.hint(
            code="key-unused",
            what=f"the record has no place for the address of the release notes, {shown(text)}",
            fix="nothing to do: it stays in the file",
        )
        return ()
    notes = texts.read_rich_text(value)
    return (TypedText(text=notes, type="technical-info"),) if notes else ()


def _read_other_titles(value: Value) -> tuple[TypedText, ...]:
    """Return what else the work is called."""
    names = [texts.read_title(item) for item in value.items(may_be_single=True)]
    return tuple(dict.fromkeys(TypedText(text=name, type="alternative-title") for name in names if name))


def _read_work_languages(value: Value) -> tuple[str, ...]:
    """Return the languages of the work, by their codes or as schema.org's ``Language``."""
    found = []
    for item in value.items(may_be_single=True):
        named = item.get("alternateName", "name") if item.is_mapping else item
        found.append(texts.read_language(named))
    return tuple(dict.fromkeys(language for language in found if language is not None))


ROWS: tuple[Row, ...] = (
    single("title", "name", texts.read_title),
    Row("creators", ("author", "creator"), _read_authors),
    Row("contributors", tuple(_ROLES), _read_contributors),
    single("description", "description", texts.read_rich_text),
    single("additional_descriptions", "releaseNotes", _read_notes),
    single("additional_titles", "alternateName", _read_other_titles),
    single("languages", "inLanguage", _read_work_languages),
    single("publication_date", "datePublished", dates.read_publication_date),
    Row("dates", ("dateCreated", "copyrightYear"), _read_dates),
    Row("version", ("version", "softwareVersion"), lambda root: root.text_of("version", "softwareVersion")),
    single("rights", "license", _read_licences),
    single("keywords", "keywords", _read_keywords),
    single("identifiers", "identifier", _read_identifiers),
    Row("related", tuple(_RELATIONS), _read_related),
    single("references", "citation", _read_references),
    Row("funding", ("funder", "funding"), _read_funding),
    single("custom_fields.code:codeRepository", "codeRepository", cff_links.read_code_repository),
    single("custom_fields.code:programmingLanguage", "programmingLanguage", _read_languages),
    single("custom_fields.code:developmentStatus", "developmentStatus", _read_status),
)
"""Every field, and the keys it comes from."""

KEYS: tuple[str, ...] = tuple(dict.fromkeys(key for row in ROWS for key in row.keys))


def harvest(document: Document) -> Harvest:
    """Return what the file says; the many terms that no record has a place for are named once."""
    reading = Reading(document, is_strict=False)
    root = reading.root
    read_rows(root, ROWS)
    embargo = root.get(*_EMBARGO)
    if embargo is not None:
        embargo.warn_key(
            code="key-unused",
            what=f"{embargo.label} is not used: this file does not decide who may read the files",
            fix="write access_right: embargoed and embargo_date: in .zenodo.yml, or remove it",
        )
    root.hint_at_unread(KEYS, ignored=(*_ABOUT_THE_FILE, *_EMBARGO), known=_PLACELESS)
    return reading.harvest()


def dois(document: Document) -> tuple[tuple[str, FilePlace], ...]:
    """Return the DOIs that the file gives to the work itself, each with its place."""
    return tuple(_dois(Reading(document).root))


def _dois(root: Value) -> Iterator[tuple[str, FilePlace]]:
    for key in ("@id", "id", "identifier"):
        value = root.get(key)
        for item in value.items(may_be_single=True) if value is not None else ():
            given = item.get("@id", "id", "value") if item.is_mapping else item
            doi = vocab.doi(given.data) if given is not None and isinstance(given.data, str) else None
            if given is not None and doi:
                yield doi, given.place
