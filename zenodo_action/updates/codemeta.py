"""
The DOI, the version and the date in ``codemeta.json``.

As in ``CITATION.cff``, ``identifier`` is the version's unless the authors have put the concept's there.
``datePublished`` is the version's date, as ``date-released`` is; ``dateModified`` follows where the file has one.

Source: CodeMeta 3.0, "Terms"; its crosswalk for the Citation File Format (``date-released`` → ``datePublished``).
"""

from __future__ import annotations

import re
from typing import Any

from zenodo_action.documents.edits import Editor
from zenodo_action.documents.tree import Path
from zenodo_action.updates.facts import PublishedFacts, foreign_doi, is_placeholder
from zenodo_action.updates.report import Report

_RESOLVER = "https://doi.org/"
_BEFORE_DOI = re.compile(r"^.*?(?=10\.)", re.DOTALL)


def update_codemeta(report: Report, content: bytes, facts: PublishedFacts) -> bytes:
    """
    Return the file with the facts in it.

    Raises:
        MetadataError: It cannot be read, or not be edited without spoiling it.
    """
    editor = Editor(report.path, content)
    if "@graph" in editor.data:
        report.reason = "a JSON-LD graph is not taken apart; the DOI is to be written into it by hand"
        return content
    _update_identifier(report, editor, facts)
    _update_version(report, editor, facts.version)
    if facts.released_on is not None:
        report.put(editor, "datePublished", facts.released_on, after=("version", "softwareVersion", "identifier"))
        if "dateModified" in editor.data:
            report.put(editor, "dateModified", facts.released_on)
    return editor.raw


def _update_version(report: Report, editor: Editor, version: str) -> None:
    """Set the version under whichever of its names the file has."""
    names = [name for name in ("version", "softwareVersion") if name in editor.data] or ["version"]
    for name in names:
        report.put_version(editor, name, version, after=("identifier", "name"))


def _update_identifier(report: Report, editor: Editor, facts: PublishedFacts) -> None:
    """Renew the DOI of an earlier version wherever it is an identifier; else add this version's where there is none."""
    places = list(_dois(editor.data, facts))
    for path, written in places:
        if facts.is_earlier(written):
            prefix = _BEFORE_DOI.match(written)
            report.set(editor, path, f"{prefix.group() if prefix else ''}{facts.doi}")
    if any(path[0] == "identifier" for path, _ in places):
        return
    old = editor.data.get("identifier")
    if old is None or (isinstance(old, str) and is_placeholder(old)):
        report.put(editor, "identifier", f"{_RESOLVER}{facts.doi}", after=("@id", "@type", "@context"))
    elif isinstance(old, list):
        editor.append(["identifier"], f"{_RESOLVER}{facts.doi}")
        report.add(f"identifier: {facts.doi} added")
    else:
        shown = old if isinstance(old, str) else "identifier"
        fix = f'write both as a list by hand: "identifier": [..., "{_RESOLVER}{facts.doi}"]'
        report.warn(foreign_doi(editor.original.where(["identifier"]), shown, fix))


def _dois(data: dict[str, Any], facts: PublishedFacts) -> list[tuple[Path, str]]:
    """Return the DOIs of this record among the identifiers, each as it is written, with their places."""
    candidates: list[tuple[Path, Any]] = [(["@id"], data.get("@id")), (["id"], data.get("id"))]
    identifier = data.get("identifier")
    items = enumerate(identifier) if isinstance(identifier, list) else [(None, identifier)]
    for at, item in items:
        path: list[str | int] = ["identifier"] if at is None else ["identifier", at]
        if isinstance(item, dict):
            candidates += [([*path, key], item.get(key)) for key in ("value", "@id", "@value", "url")]
        else:
            candidates.append((path, item))
    return [(path, text) for path, text in candidates if isinstance(text, str) and facts.is_own(text)]
