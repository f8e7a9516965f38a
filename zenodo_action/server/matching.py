"""
What a question asks of a description: its fields, words and values, and whether a description has them.

Source: zenodo-api.md 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

Json = dict[str, Any]

_ALIASES: Final = {
    "conceptrecid": ("parent.id",),
    "conceptdoi": ("parent.pids.doi.identifier",),
    "doi": ("pids.doi.identifier",),
    "recid": ("id",),
    "title": ("metadata.title",),
    "description": ("metadata.description",),
    "version": ("versions.index",),
    "publication_date": ("metadata.publication_date",),
    "language": ("metadata.languages.id",),
    "keywords": ("metadata.subjects.subject",),
    "notes": ("metadata.additional_descriptions.description",),
    "access_right": ("access.status",),
    "owners": ("parent.access.owned_by.user",),
    "user": ("parent.access.owned_by.user",),
    "communities": ("parent.communities.slugs", "parent.communities.ids"),
    "type": ("metadata.resource_type.id",),
    "resource_type.type": ("metadata.resource_type.id",),
    "license.identifier": ("metadata.rights.id",),
    "grants.code": ("metadata.funding.award.id", "metadata.funding.award.number"),
    "creators.name": ("metadata.creators.person_or_org.name",),
    "creators.orcid": ("metadata.creators.person_or_org.identifiers.identifier",),
    "creators.affiliation": ("metadata.creators.affiliations.name",),
    "contributors.name": ("metadata.contributors.person_or_org.name",),
    "contributors.orcid": ("metadata.contributors.person_or_org.identifiers.identifier",),
    "contributors.affiliation": ("metadata.contributors.affiliations.name",),
    "related.identifier": ("metadata.related_identifiers.identifier",),
    "related.relation": ("metadata.related_identifiers.relation_type.id",),
    "related.scheme": ("metadata.related_identifiers.scheme",),
    "alternate.identifier": ("metadata.identifiers.identifier",),
    "filename": ("files.keys",),
    "filetype": ("files.exts",),
}
"""Zenodo's old field names. Source: zenodo-api.md 5.2."""

_WORDS: Final = (
    "metadata.title", "metadata.description", "metadata.additional_titles.title",
    "metadata.additional_descriptions.description", "metadata.creators.person_or_org.name",
    "metadata.contributors.person_or_org.name", "metadata.creators.affiliations.name", "metadata.subjects.subject",
    "metadata.publisher", "metadata.version", "metadata.references.reference", "id", "parent.id",
    "pids.doi.identifier", "parent.pids.doi.identifier", "metadata.related_identifiers.identifier",
)  # fmt: skip
"""Where words without a field are looked for."""

CONCEPT_DOI: Final = "parent.pids.doi.identifier"
CODE_REPOSITORY: Final = "custom_fields.code:codeRepository"

_CHANGING: Final = frozenset({CONCEPT_DOI, "parent.communities.slugs", "parent.communities.ids"})
"""What a description says of its concept, which changes without it."""

POSTED: Final = tuple(
    path
    for path in dict.fromkeys(
        (*_WORDS, *(path for paths in _ALIASES.values() for path in paths), CODE_REPOSITORY, "is_published")
    )
    if path not in _CHANGING
)
"""The fields whose words and values the index knows."""

_KEYWORD: Final = re.compile(
    r"(^|\.)(id|identifier|scheme|status|user|index|ids|slugs|keys|exts|version)$|codeRepository$"
)
"""Fields that match only as a whole; the others match by their words."""


def paths_of(field: str | None) -> tuple[str, ...]:
    """Return where a field of the query language stands; words without a field have many places."""
    if field is None:
        return _WORDS
    return _ALIASES.get(field, (field,))


def is_keyword(path: str) -> bool:
    """Whether a field matches only as a whole."""
    return _KEYWORD.search(path) is not None


def split(text: str) -> list[str]:
    """Return the words of a text."""
    return re.findall(r"[\w.]+", text.lower())


def searchable(view: Json) -> Json:
    """Return a description with its files as queries name them."""
    entries = view["files"]["entries"]
    extensions = dict.fromkeys(entry["ext"] for entry in entries.values())
    return {**view, "files": {**view["files"], "keys": list(entries), "exts": list(extensions)}}


def values(view: Json, path: str) -> Iterator[str]:
    """Yield the values of a field."""
    # A custom field's name has dots of its own only in theory; its colon is no separator.
    return _values(view, path.split("."))


def _values(value: Any, steps: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, steps)
    elif not steps:
        if isinstance(value, bool):
            yield str(value).lower()
        elif isinstance(value, (str, int, float)):
            yield str(value)
        elif isinstance(value, dict):
            for one in value.values():
                yield from _values(one, [])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:])
    elif isinstance(value, dict) and steps[0] == "*":
        for one in value.values():
            yield from _values(one, steps[1:])


class Match(Protocol):
    """A test for descriptions of records."""

    def __call__(self, view: Json, /) -> bool:
        """Whether a description passes."""
        ...


@dataclass(frozen=True, slots=True)
class Everything:
    """No demand at all."""

    def __call__(self, view: Json, /) -> bool:
        """Whether a description passes, as each does."""
        del view
        return True


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of several demands."""

    parts: tuple[Match, ...]

    def __call__(self, view: Json, /) -> bool:
        """Whether a description meets every demand."""
        return all(part(view) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several demands."""

    parts: tuple[Match, ...]

    def __call__(self, view: Json, /) -> bool:
        """Whether a description meets one of the demands."""
        return any(part(view) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a demand."""

    part: Match

    def __call__(self, view: Json, /) -> bool:
        """Whether a description does not meet the demand."""
        return not self.part(view)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a text, or the whole of a keyword."""

    field: str | None
    text: str

    def __call__(self, view: Json, /) -> bool:
        """Whether a field of the description has it."""
        whole, words = self.text.lower(), split(self.text)
        for path in paths_of(self.field):
            for value in values(view, path):
                if value.lower() == whole if is_keyword(path) else _has_phrase(split(value), words):
                    return True
        return False


def _has_phrase(have: list[str], need: list[str]) -> bool:
    return bool(need) and any(have[place : place + len(need)] == need for place in range(len(have)))


@dataclass(frozen=True, slots=True)
class Like:
    """A word or value with wildcards."""

    field: str | None
    pattern: re.Pattern[str]
    start: str
    """What every word or value in small letters begins with that is like it; it may be empty."""

    def __call__(self, view: Json, /) -> bool:
        """Whether a field of the description is like it."""
        return any(self._fits(path, value) for path in paths_of(self.field) for value in values(view, path))

    def _fits(self, path: str, value: str) -> bool:
        if self.pattern.fullmatch(value):
            return True
        return not is_keyword(path) and any(self.pattern.fullmatch(word) for word in split(value))


@dataclass(frozen=True, slots=True)
class Exists:
    """Whatever value of a field."""

    field: str

    def __call__(self, view: Json, /) -> bool:
        """Whether the description has the field."""
        return any(True for path in paths_of(self.field) for _ in values(view, path))


@dataclass(frozen=True, slots=True)
class Between:
    """A value between two others, ``*`` for no bound."""

    field: str
    low: str
    high: str

    def __call__(self, view: Json, /) -> bool:
        """Whether a field of the description has such a value."""
        return any(self._holds(value) for path in paths_of(self.field) for value in values(view, path))

    def _holds(self, value: str) -> bool:
        return (self.low == "*" or value >= self.low) and (self.high == "*" or value[: len(self.high)] <= self.high)
