"""Several sources → one set of fields, each from the strongest source that gives it; lists are not mixed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from zenodo_action.errors import Finding, Where
from zenodo_action.model import Harvest, Origin
from zenodo_action.sources.differences import difference

_CUSTOM_FIELDS = "custom_fields"
"""The one field that is merged by its keys: they have nothing to do with each other."""

_NOUNS = {
    "rights": "licence",
    "related": "related works",
    "languages": "language",
    "identifiers": "alternate identifiers",
}
"""What fields are called in messages, where their name in the record would not be understood."""


@dataclass(slots=True)
class Merged:
    """Fields with where they come from; custom fields as ``custom_fields.KEY``."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    losers: dict[str, tuple[tuple[Origin, object], ...]] = field(default_factory=dict)
    places: dict[str, Where] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Return the arguments of ``Record``."""
        fields: dict[str, Any] = {}
        for name, value in self.values.items():
            top, dot, key = name.partition(".")
            if dot:
                fields.setdefault(top, {})[key] = value
            else:
                fields[top] = value
        return fields


def merge(harvests: Sequence[Harvest], fallbacks: Sequence[Harvest]) -> Merged:
    """
    Return every field as its strongest source gives it.

    Args:
        harvests: Strongest first.
        fallbacks: What fills gaps, and is never worth mentioning otherwise.
    """
    merged = Merged()
    for rank, harvest in enumerate((*harvests, *fallbacks)):
        won = set()
        for name, value in _flat(harvest.fields).items():
            is_fallback = rank >= len(harvests)
            origin = Origin(source=harvest.source, where=harvest.places.get(name), is_fallback=is_fallback)
            if name not in merged.values:
                won.add(name)
                merged.values[name] = value
                merged.origins[name] = origin
            elif not is_fallback:
                merged.losers[name] = (*merged.losers.get(name, ()), (origin, value))
        merged.places |= {part: place for part, place in harvest.places.items() if _field_of(part) in won}
    return merged


def disagreements(merged: Merged, files: Sequence[str], filled: Collection[str]) -> list[Finding]:
    """
    Return one warning for each field on which two files do not agree.

    Args:
        merged: The fields.
        files: Names of the sources that are compared; what git says has findings of its own.
        filled: What placeholders were filled in with.
    """
    findings = []
    for name, losers in merged.losers.items():
        winner = merged.origins[name]
        if winner.source not in files:
            continue
        for loser, value in losers:
            if loser.source not in files:
                continue
            text = difference(name, merged.values[name], value, filled)
            if text is not None:
                findings.append(_disagreement(name, winner, loser, text))
                break
    return findings


def _disagreement(name: str, winner: Origin, loser: Origin, text: str) -> Finding:
    noun = _NOUNS.get(name) or name.removeprefix(f"{_CUSTOM_FIELDS}.").replace("_", " ")
    used = str(winner.where).partition(" ")[0] if winner.where is not None else winner.source
    return Finding(
        level="warning",
        code="sources-disagree",
        what=f"{noun}: {loser.source} {text}; {used} is used",
        where=loser.where,
        fix="make both say the same, or keep it in one of them",
    )


def relevant_findings(harvests: Sequence[Harvest]) -> list[Finding]:
    """
    Return the findings of all sources, strongest first.

    Where a stronger source gives a field, a weaker one's errors about it stop nothing: they become warnings, and the
    rest is not worth telling.
    """
    findings: list[Finding] = []
    claimed: set[str] = set()
    for harvest in harvests:
        findings += harvest.findings
        for name, about in harvest.field_findings.items():
            if name not in claimed:
                findings += about
            else:
                findings += [replace(finding, level="warning") for finding in about if finding.level == "error"]
        claimed |= _flat(harvest.fields).keys()
        claimed |= {name for name, about in harvest.field_findings.items() if _has_error(about)}
    return findings


def _field_of(part: str) -> str:
    """Return the field that a position belongs to: ``creators`` of ``creators.1.identifiers``."""
    top, _, rest = part.partition(".")
    return f"{top}.{rest}" if top == _CUSTOM_FIELDS else top


def _has_error(findings: Sequence[Finding]) -> bool:
    return any(finding.level == "error" for finding in findings)


def _flat(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with the custom fields one by one; empty values say nothing."""
    flat = {name: value for name, value in fields.items() if name != _CUSTOM_FIELDS}
    custom = fields.get(_CUSTOM_FIELDS)
    if isinstance(custom, Mapping):
        flat |= {f"{_CUSTOM_FIELDS}.{key}": value for key, value in custom.items()}
    return {name: value for name, value in flat.items() if value not in (None, (), "", {}, [])}
