"""
The DOI, the version and the date in ``CITATION.cff``.

``doi`` is the version's, since ``version`` and ``date-released`` beside it are the version's too and GitHub shows all
three as one citation; a concept DOI that the authors have put there stays. ``identifiers`` holds both, described.

Source: Citation File Format 1.2.0, schema guide: ``doi``, ``identifiers``; for 1.0.3 and 1.1.0 their schemas, which know
no ``identifiers`` and no descriptions of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from zenodo_action import vocab
from zenodo_action.documents.edits import Editor
from zenodo_action.errors import Finding, MetadataError
from zenodo_action.updates.facts import PublishedFacts, foreign_doi, is_placeholder
from zenodo_action.updates.report import LEADING_V, Report
from zenodo_action.vocab.identifiers import CFF_DOI, CONCEPT_DESCRIPTION, VERSION_DESCRIPTION

_OTHER = re.compile(r"\bv?\d+\.\d|\bconcept\b|\ball (?:versions|releases)\b", re.IGNORECASE)
"""What makes a description one of another version, or of all."""


def update_citation(report: Report, content: bytes, facts: PublishedFacts) -> bytes:
    """
    Return the file with the facts in it.

    Raises:
        MetadataError: It cannot be read, or not be edited without spoiling it.
    """
    if not re.fullmatch(CFF_DOI, facts.doi) or (facts.concept_doi and not re.fullmatch(CFF_DOI, facts.concept_doi)):
        what = f"the format's schema does not take the DOI {facts.doi}"
        raise MetadataError(
            [Finding(level="error", code="edit-refused", what=what, fix="leave it out of CITATION.cff")]
        )
    editor = Editor(report.path, content)
    old_version = editor.data.get("version")
    format_version = str(editor.data.get("cff-version"))
    report.put_version(editor, "version", facts.version, after=("title",))
    if facts.released_on is not None:
        report.put(editor, "date-released", facts.released_on, after=("version",))
    _update_doi(report, editor, facts)
    if not format_version.startswith("1.0"):
        has_descriptions = not format_version.startswith("1.1")
        _Identifiers(report, editor, facts, has_descriptions=has_descriptions).update(old_version)
    _warn_of_stale_citation(report, editor, facts)
    return editor.raw


def _update_doi(report: Report, editor: Editor, facts: PublishedFacts) -> None:
    """Set the DOI unless it is the concept's or another work's."""
    old = editor.data.get("doi")
    is_open = old is None or (isinstance(old, str) and is_placeholder(old))
    if is_open or (isinstance(old, str) and facts.is_earlier(old)):
        report.put(editor, "doi", facts.doi, after=("date-released", "version", "title"))
    elif not isinstance(old, str) or not facts.is_own(old):
        fix = "remove it and run again, if it is an earlier record of this work; a paper's belongs under preferred-citation"
        report.warn(foreign_doi(editor.original.where(["doi"]), f"doi: {_short(old)}", fix))


def _warn_of_stale_citation(report: Report, editor: Editor, facts: PublishedFacts) -> None:
    """Note a preferred citation of an earlier version, which is shown in place of what was written."""
    path = ["preferred-citation", "doi"]
    citation = editor.data.get(path[0])
    doi = citation.get(path[1]) if isinstance(citation, dict) else None
    if isinstance(doi, str) and facts.is_earlier(doi):
        what = f"preferred-citation has the DOI of an earlier version, {doi}, and is shown in place of this one"
        fix = f"write {facts.concept_doi or facts.doi} there, or remove preferred-citation"
        where = editor.original.where(path)
        report.warn(Finding(level="warning", code="preferred-citation-stale", what=what, where=where, fix=fix))


class _Identifiers:
    """The list ``identifiers``."""

    def __init__(self, report: Report, editor: Editor, facts: PublishedFacts, *, has_descriptions: bool) -> None:
        self._report = report
        self._editor = editor
        self._facts = facts
        self._has_descriptions = has_descriptions

    def update(self, old_version: object) -> None:
        """Bring in the version's DOI and the concept's; ``old_version`` is what the file called its version before."""
        items = self._editor.data.get("identifiers")
        if items is not None and not isinstance(items, list):
            where = self._editor.original.where(["identifiers"])
            what = "identifiers is no list; no DOI is written there"
            fix = "write it as a list of {type: doi, value: 10.1234/abc}"
            self._report.warn(Finding(level="warning", code="value-kind-wrong", what=what, where=where, fix=fix))
            return
        missing = [each for each in self._wanted() if not self._holds(each["value"])]
        if missing and self._facts.is_this(missing[0]["value"]) and self._renew(old_version):
            missing = missing[1:]
        for each in missing:
            entry = each if self._has_descriptions else {key: each[key] for key in ("type", "value")}
            self._add(entry)

    def _wanted(self) -> Iterator[dict[str, str]]:
        yield {"type": "doi", "value": self._facts.doi, "description": f"version {self._facts.version}"}
        if self._facts.concept_doi is not None:
            yield {"type": "doi", "value": self._facts.concept_doi, "description": CONCEPT_DESCRIPTION}

    def _dois(self) -> list[tuple[int, str]]:
        """Return the DOIs in the list with their places."""
        items = self._editor.data.get("identifiers") or []
        found = ((at, item.get("value")) for at, item in enumerate(items) if isinstance(item, dict))
        return [(at, value) for at, value in found if isinstance(value, str)]

    def _holds(self, doi: str) -> bool:
        return any((vocab.doi(value) or value).lower() == doi.lower() for _, value in self._dois())

    def _renew(self, old_version: object) -> bool:
        """Make the one entry of an earlier version this version's; whether there was such an entry."""
        earlier = [at for at, value in self._dois() if self._facts.is_earlier(value)]
        if len(earlier) != 1:
            return False
        at = earlier[0]
        old = self._editor.data["identifiers"][at].get("description")
        new = _renewed_description(old, old_version, self._facts.version)
        if new is None and old is not None:
            return False
        self._report.set(self._editor, ["identifiers", at, "value"], self._facts.doi)
        if new is not None and new != old:
            self._report.set(self._editor, ["identifiers", at, "description"], new)
        return True

    def _add(self, entry: dict[str, str]) -> None:
        if self._editor.data.get("identifiers") is None:
            self._editor.insert(["identifiers"], [entry], after=("doi", "date-released", "version", "title"))
        else:
            self._editor.append(["identifiers"], entry)
        self._report.add(f"identifiers: {entry['value']} added")


def _renewed_description(old: Any, old_version: object, version: str) -> str | None:
    """
    Return the description of a version's DOI for another version; ``None`` where that cannot be told.

    >>> _renewed_description("The DOI of version 1.0 of Red-Dot", "1.0", "1.1")
    'The DOI of version 1.1 of Red-Dot'
    >>> _renewed_description("The DOI of version 0.9", "1.0", "1.1")
    """
    if not isinstance(old, str):
        return None
    if VERSION_DESCRIPTION.fullmatch(old):
        return f"version {version}"
    if isinstance(old_version, str) and old_version:
        bare = re.escape(LEADING_V.sub("", old_version, count=1))
        new = re.sub(rf"(?<![\w.]){bare}(?!\w|\.\w)|(?<=\bv){bare}(?!\w|\.\w)", lambda _: version, old)
        if new != old:
            return new
    return None if _OTHER.search(old) else old


def _short(value: object) -> str:
    text = value if isinstance(value, str) else "a list or a mapping"
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - what a line takes
