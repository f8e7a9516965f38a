"""The badge in a README: one that is there is renewed in place, else one is set where badges are looked for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from importlib import import_module

from zenodo_action.documents import MAX_BYTES
from zenodo_action.errors import FilePlace, Finding, MetadataError
from zenodo_action.updates.badges import Badge, Span, Verdict, judge
from zenodo_action.updates.facts import PublishedFacts, foreign_doi
from zenodo_action.updates.page import Page
from zenodo_action.updates.report import Report

_MARKUPS: Mapping[str, str] = {
    "md": "markdown",
    "markdown": "markdown",
    "mdown": "markdown",
    "mkd": "markdown",
    "mkdn": "markdown",
    "rst": "restructured",
    "adoc": "asciidoc",
    "asciidoc": "asciidoc",
    "asc": "asciidoc",
    "org": "org",
}
"""Ending of the name → module of this package. Source: github/markup, README, "Markups"."""

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def update_readme(report: Report, content: bytes, facts: PublishedFacts) -> bytes:
    """
    Return the README with the badge of all versions.

    Raises:
        MetadataError: It cannot be read, or has no place where a badge is shown.
    """
    name = report.path.rpartition("/")[2]
    markup = _MARKUPS.get(name.rpartition(".")[2].lower() if "." in name else "")
    if markup is None:
        report.reason = "a README without markup has no badges"
        return content
    if facts.concept_doi is None or facts.concept_url is None:
        report.reason = "no badge is set: the DOI of all versions exists only once the first is published, and a version's would go stale"
        return content
    if facts.badge_url is None:
        report.reason = f"no badge is set: {facts.server_url} draws none"
        return content
    text, mark, encoding = _decode(report.path, content)
    parse: Callable[[str], Page] = import_module(f"zenodo_action.updates.{markup}").parse
    changed = _Badges(report, text, parse, facts).update(facts.badge_url, facts.concept_url)
    return content if changed == text else mark + changed.encode(encoding, "surrogateescape")


class _Badges:
    """The badges of one README."""

    def __init__(self, report: Report, text: str, parse: Callable[[str], Page], facts: PublishedFacts) -> None:
        self._report = report
        self._text = text
        self._parse = parse
        self._page = parse(text)
        self._facts = facts

    def update(self, image: str, link: str) -> str:
        """Return the text with the badge renewed or set."""
        verdicts = [(badge, verdict) for badge in self._page.badges if (verdict := judge(badge, self._facts))]
        own = self._to_renew([(badge, verdict) for badge, verdict in verdicts if verdict.is_own])
        if own:
            changes = [_changes(badge, verdict.image, verdict.link) for badge, verdict in own]
            return self._renewed(dict(change for each in changes for change in each))
        self._warn_of([(badge, verdict.doi or "") for badge, verdict in verdicts if not verdict.is_own])
        return self._with_badge(image, link)

    def _warn_of(self, foreign: list[tuple[Badge, str]]) -> None:
        """Note the badges of other works, all at the place of the first."""
        shown = list(dict.fromkeys(doi for _, doi in foreign))
        if shown:
            where = _place(self._report.path, self._text, foreign[0][0].start)
            more = f" (and of {len(shown) - 1} more)" if len(shown) > 1 else ""
            fix = "remove it if it is of an earlier record of this work"
            self._report.warn(foreign_doi(where, f"the badge of {shown[0]}{more}", fix))

    def _to_renew(self, own: list[tuple[Badge, Verdict]]) -> list[tuple[Badge, Verdict]]:
        """Return those of this record's badges that stand for all versions; badges in a list of versions stay."""
        for_all = [(badge, verdict) for badge, verdict in own if not verdict.doi or self._facts.is_concept(verdict.doi)]
        versions = {verdict.doi.lower() for _, verdict in own if verdict.doi}
        return for_all or (own if len(versions) == 1 else [])

    def _renewed(self, changes: Mapping[Span, str]) -> str:
        text = self._text
        for (start, end), new in sorted(changes.items(), reverse=True):
            text = text[:start] + new + text[end:]
            self._report.changes.insert(0, f"badge: {new}")
        return text

    def _with_badge(self, image: str, link: str) -> str:
        """Return the text with a new badge at the first place where it shows, and not within code."""
        for set_badge in self._page.setters():
            text = set_badge(image, link)
            new = next((each for each in self._parse(text).badges if (each.image, each.link) == (image, link)), None)
            if new is not None:
                self._report.add(
                    f"badge of {self._facts.concept_doi} set in line {_place(self._report.path, text, new.start).line}"
                )
                return text
        raise MetadataError([_unplaced(self._report.path, image, link)])


def _place(path: str, text: str, offset: int) -> FilePlace:
    before = re.split(r"\r\n|\n|\r", text[:offset])
    return FilePlace(file=path, line=len(before), column=len(before[-1]) + 1)


def _changes(badge: Badge, image: str, link: str | None) -> list[tuple[Span, str]]:
    found = [(badge.image_span, image)] if image != badge.image else []
    if badge.link_span is not None and link is not None and link != badge.link:
        found.append((badge.link_span, link))
    return found


def _unplaced(path: str, image: str, link: str) -> Finding:
    what = "there is no place in the README where a badge would be shown"
    where = FilePlace(file=path, line=1, column=1)
    return Finding(
        level="error", code="edit-refused", what=what, where=where, fix=f"set {image} by hand, with a link to {link}"
    )


def _decode(path: str, content: bytes) -> tuple[str, bytes, str]:
    """Return the text, its byte order mark and its encoding; bytes that are no UTF-8 come through as they are."""
    where = FilePlace(file=path, line=1, column=1)
    if len(content) > MAX_BYTES:
        what = f"the file has {len(content):,} bytes; a README is read up to {MAX_BYTES:,}"
        raise MetadataError(
            [Finding(level="error", code="document-too-large", what=what, where=where, fix="shorten it")]
        )
    for mark, encoding in _UTF16.items():
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), mark, encoding
            except UnicodeDecodeError:
                break
    else:
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        if b"\0" not in content:
            return content[len(mark) :].decode("utf-8", "surrogateescape"), mark, "utf-8"
    what = "the file is no text in UTF-8, nor in UTF-16 with a byte order mark"
    raise MetadataError(
        [Finding(level="error", code="encoding-unknown", what=what, where=where, fix="save the file as UTF-8")]
    )
