"""
``DESCRIPTION`` of an R package → what it says about the record.

``Authors@R`` is R code; the calls of ``person`` in it are read as far as they give texts.
Source: "Writing R Extensions", 1.1.1 "The DESCRIPTION file"; R's help page ``person``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zenodo_action import vocab
from zenodo_action.documents import Document
from zenodo_action.model import Affiliation, Creator, Harvest, Identifier
from zenodo_action.sources import texts
from zenodo_action.sources.licences import read_rights
from zenodo_action.sources.package_people import read_names
from zenodo_action.sources.reading import Reading, Row, Value, read_rows, single

_STRING = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(r"\bperson\s*\(")
_ARGUMENT = re.compile(
    rf"\s*(?:(?:(?P<name>[\w.]+)\s*=\s*)?(?P<value>{_STRING}|\w+\s*\((?:{_STRING}|[^()\"'])*\)|[\w.]+)\s*(?:,|(?=\)))|,)"
)
"""An argument with its comma; a comma alone is an argument left out."""

_PAIR = re.compile(rf"(?:(?P<name>\w+)\s*=\s*)?(?P<value>{_STRING})")
_POSITIONS = ("given", "family", "middle", "email", "role", "comment")
_AUTHOR_ROLES = {"aut", "cre"}
"""Who counts as an author. Source: R's help page ``person``, "role"."""

_OTHER_ROLES = {
    "ths": "supervisor",
    "trl": "translator",
    "fnd": "sponsor",
    "dtc": "datacollector",
    "cph": "rightsholder",
}


def _people(code: Value) -> list[tuple[Creator, set[str]]]:
    """Return everyone in ``Authors@R`` with their roles."""
    calls = [(arguments, _roles(arguments)) for arguments in _calls(str(code.data))]
    return [(person, roles) for arguments, roles in calls if (person := _person(arguments, roles))]


def _is_author(roles: set[str]) -> bool:
    return not roles or bool(roles & _AUTHOR_ROLES)


def _read_contributors(code: Value) -> tuple[Creator, ...]:
    """Return those whose roles are not an author's, each with the first one that the server knows."""
    others = [(person, roles) for person, roles in _people(code) if not _is_author(roles)]
    return tuple(
        replace(person, role=next((native for role, native in _OTHER_ROLES.items() if role in roles), "other"))
        for person, roles in others
    )


def _read_authors(root: Value) -> tuple[Creator, ...]:
    """Return the authors of ``Authors@R``, else of the free text ``Author``."""
    code = root.get("Authors@R")
    if code is not None:
        return tuple(dict.fromkeys(person for person, roles in _people(code) if _is_author(roles)))
    return read_names(root.get("Author"), 'write the authors as Authors@R: c(person("Given", "Family"), …)')


def _calls(code: str) -> Iterator[dict[str, str]]:
    """Yield the arguments of each ``person(…)``, as they are written."""
    for call in _CALL.finditer(code):
        arguments: dict[str, str] = {}
        position, offset = 0, call.end()
        while (match := _ARGUMENT.match(code, offset)) and match.end() > offset:
            name = match["name"]
            if name is None:
                name = _POSITIONS[position] if position < len(_POSITIONS) else ""
                position += 1
            arguments[name] = match["value"] or ""
            offset = match.end()
        yield arguments


def _strings(code: str) -> list[tuple[str | None, str]]:
    return [(match["name"], match["value"][1:-1].strip()) for match in _PAIR.finditer(code)]


def _text(arguments: dict[str, str], name: str) -> str | None:
    return " ".join(text for _, text in _strings(arguments.get(name, "")) if text) or None


def _roles(arguments: dict[str, str]) -> set[str]:
    return {text for _, text in _strings(arguments.get("role", ""))}


def _person(arguments: dict[str, str], roles: set[str]) -> Creator | None:
    """Return a person; one without a family name is an organisation unless it is an author."""
    family, given = _text(arguments, "family"), _text(arguments, "given")
    comments = dict(_strings(arguments.get("comment", "")))
    orcid = vocab.orcid(comments.get("ORCID", ""))
    ror = vocab.ror(comments.get("ROR", "")) if "ROR" in comments else None
    affiliation = comments.get("affiliation")
    if family:
        return Creator(
            family_name=family,
            given_name=given,
            identifiers=(Identifier(scheme="orcid", identifier=orcid),) if orcid else (),
            affiliations=(Affiliation(name=affiliation),) if affiliation else (),
        )
    if given is None:
        return None
    identifiers = (Identifier(scheme="ror", identifier=ror),) if ror else ()
    return Creator(kind="organizational", name=given, identifiers=identifiers) if roles else Creator(family_name=given)


def _read_description(value: Value) -> str | None:
    """Return the text in one paragraph: its lines are broken where they are full."""
    text = value.line()
    return texts.read_rich_text(Value(value.reading, text, value.path, value.field)) if text else None


ROWS: tuple[Row, ...] = (
    single("title", "Title", texts.read_title),
    Row("creators", ("Authors@R", "Author"), _read_authors),
    single("contributors", "Authors@R", _read_contributors),
    single("description", "Description", _read_description),
    single("version", "Version", Value.line),
    single("rights", "License", read_rights),
)


def harvest(document: Document) -> Harvest:
    """Return what the file says; a ``DESCRIPTION`` that is not of an R package says nothing."""
    reading = Reading(document, is_strict=False)
    if reading.root.get("Package") is not None:
        read_rows(reading.root, ROWS)
    return reading.harvest()
