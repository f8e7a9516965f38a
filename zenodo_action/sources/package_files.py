"""
Package files → what they say that a record can use: ``pyproject.toml``, ``package.json``, ``Cargo.toml``, ``Project.toml``.

Their names are no titles, and most of their keys are for building; only what describes the work is read.
Source: packaging.python.org, "pyproject.toml specification"; python-poetry.org, "The pyproject.toml file";
docs.npmjs.com, "package.json"; doc.rust-lang.org/cargo, "The Manifest Format"; pkgdocs.julialang.org, "Project.toml".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenodo_action import vocab
from zenodo_action.documents import Document
from zenodo_action.model import Creator, Harvest, Right
from zenodo_action.sources import texts
from zenodo_action.sources.licences import read_rights, rights_of
from zenodo_action.sources.package_people import read_people
from zenodo_action.sources.reading import Reading, Row, Value, read_rows, shown, single

_CLASSIFIER = "License :: "

_UNTOLD = ("unlicensed", "private", "see license in ")
"""What ``license`` of package.json says where there is no name. Source: docs.npmjs.com, package.json, "license"."""


def _read_licence(value: Value) -> tuple[Right, ...]:
    """Return the licences of a text, a ``{text}``, or of ``{type, url}``; a file's name says nothing."""
    if value.is_mapping:
        named = value.get("text", "type", "name")
        if named is None or (isinstance(named.data, str) and "\n" in named.data.strip()):
            return ()
        value = named
    text = value.line() if isinstance(value.data, str) else None
    return () if text is not None and text.lower().startswith(_UNTOLD) else read_rights(value)


def read_python_licence(root: Value) -> tuple[Right, ...]:
    """Return the licence of ``license``, else of the classifiers, which often leave the terms open."""
    value = root.get("license")
    rights = _read_licence(value) if value is not None else ()
    listed = root.get("classifiers")
    if rights or listed is None or value is not None:
        return rights
    found: dict[Right, None] = {}
    for item in listed.items():
        text = item.line() or ""
        match = vocab.license(text) if text.startswith(_CLASSIFIER) else None
        if match is not None and match.candidates and not match.ids:
            item.warn(
                code="license-ambiguous",
                what=f"the classifier {shown(text)} leaves the terms open",
                fix=f"write license = with the one you mean: {', '.join(match.candidates)}",
            )
        found |= dict.fromkeys(rights_of(match) if match is not None else ())
    return tuple(found)


def _read_node_people(root: Value) -> tuple[Creator, ...]:
    """Return the author, then the contributors."""
    return tuple(dict.fromkeys((*read_people(root.get("author", "authors")), *read_people(root.get("contributors")))))


_COMMON: tuple[Row, ...] = (
    single("creators", "authors", read_people),
    single("description", "description", texts.read_rich_text),
    single("version", "version", Value.line),
    single("keywords", "keywords", texts.read_keywords),
)
_LICENCE = single("rights", "license", _read_licence)

TABLES: Mapping[str, tuple[Sequence[Sequence[str]], tuple[Row, ...]]] = {
    "pyproject.toml": (
        (("project",), ("tool", "poetry")),
        (*_COMMON, Row("rights", ("license", "classifiers"), read_python_licence)),
    ),
    "package.json": (
        ((),),
        (*_COMMON[1:], _LICENCE, Row("creators", ("author", "authors", "contributors"), _read_node_people)),
    ),
    "Cargo.toml": ((("package",),), (*_COMMON, _LICENCE)),
    "Project.toml": (((),), (*_COMMON, _LICENCE)),
}
"""File → the keys that lead to the table that is read, of several the first that is there, and the rows."""


def harvest(document: Document) -> Harvest:
    """Return what a package file says."""
    paths, rows = TABLES[document.name.rpartition("/")[2]]
    reading = Reading(document, is_strict=False)
    root = next((found for path in paths if (found := _table(reading.root, path)) is not None), None)
    if root is not None:
        read_rows(_without_inherited(root), rows)
    return reading.harvest()


def _table(root: Value, path: Sequence[str]) -> Value | None:
    """Return the table that some keys lead to."""
    for step in path:
        found = root.get(step)
        if found is None:
            return None
        root = found
    return root


def _without_inherited(root: Value) -> Value:
    """Return the mapping without what a workspace gives: ``version.workspace = true``."""
    inherited = {key for key, value in root.entries() if value.is_mapping and "workspace" in value.data}
    data = {key: value for key, value in root.data.items() if key not in inherited} if inherited else root.data
    return Value(root.reading, data, root.path, root.field)
