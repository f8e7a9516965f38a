"""What a mapping could not keep of a record, collected on the way and told at the end."""

from __future__ import annotations

from typing import NamedTuple

from zenodo_action.errors import Finding

_LONGEST_SHOWN = 80


class Target(NamedTuple):
    """What a record is mapped to, as findings tell of it."""

    name: str
    """Stands before "has no place for"."""
    code: str
    fix: str


class Losses:
    """The values that a mapping could not keep, by what they are."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._values: dict[str, list[str]] = {}

    def add(self, what: str, *values: object) -> None:
        """Note values that are lost, unless they say nothing; ``what`` stands behind "has no place for"."""
        texts = [" ".join(str(value).split()) for value in values if value not in (None, "", (), [])]
        shown = " ".join(text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…" for text in texts)
        known = self._values.setdefault(what, [])
        if shown not in known:
            known.append(shown)

    def findings(self) -> tuple[Finding, ...]:
        """Return a warning for each kind of loss, with its values."""
        return tuple(
            Finding(
                level="warning",
                code=self._target.code,
                what=f"{self._target.name} has no place for {what}: {'; '.join(values)}",
                fix=self._target.fix,
            )
            for what, values in self._values.items()
        )


def form(name: str) -> Target:
    """Return a form of metadata that only shows what a record holds."""
    return Target(name, "form-loss", "nothing to do: the record has it; keep it in .zenodo.yml")
