"""One row of the table of options, and how a text becomes its value."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zenodo_action.errors import OptionError, Where

Kind = Literal["text", "flag", "choice", "list", "path", "paths", "seconds", "folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row of the table."""

    name: str
    """``kebab-case``, the same on the command line, in ``action.yml`` and in ``deposit:``."""
    help: str
    kind: Kind = "text"
    default: Any = None
    choices: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    """The commands that take it as ``--name``."""
    is_input: bool = False
    """Whether it is an input of the Action."""
    is_setting: bool = False
    """Whether ``deposit:`` in ``.zenodo.yml`` may set it."""
    is_secret: bool = False
    environment: str | None = None
    """Variable that gives it on the command line, for what must not stand in an argument list."""
    word_for_none: str | None = None
    """What is written for a list without items, where that differs from the default."""
    metavar: str | None = None
    default_at_home: str | None = None
    """What the command line says of the default, where it is not the Action's."""

    @property
    def default_text(self) -> str:
        """Return the default as texts show it; empty where there is none worth showing."""
        if self.is_secret or self.default in (None, ()):
            return ""
        if isinstance(self.default, bool):
            return str(self.default).lower()
        if isinstance(self.default, tuple):
            return ", ".join(self.default)
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)

    @property
    def choices_text(self) -> str:
        """Return the choices as texts list them; empty where there are none."""
        if not self.choices:
            return ""
        listed = ", ".join(f"`{choice}`" for choice in self.choices)
        none = f", or `{self.word_for_none}`" if self.word_for_none else ""
        return f"{'Any' if self.kind == 'list' else 'One'} of: {listed}{none}."

    @property
    def key(self) -> str:
        """Return the name as Python has it."""
        return self.name.replace("-", "_")

    def read(self, raw: object, where: Where) -> Any:
        """
        Return the value that a text, or an already read value, means for the self.

        Raises:
            OptionError: It cannot be one; the error names the nearest that can.
        """
        if self.kind == "flag":
            return raw if isinstance(raw, bool) else _flag(self, str(raw), where)
        if self.kind == "list":
            return _chosen(self, _list(raw), where)
        if self.kind == "paths":
            return _inside(self, _list(raw), where)
        text = str(raw).strip() if self.kind != "folder" else str(raw)
        if self.kind == "choice" and text not in self.choices:
            raise OptionError(
                f"{self.name} cannot be {_shown(text)}",
                where=where,
                fix=_nearest(text, self.choices),
            )
        if self.kind == "path":
            return _inside(self, (text,), where)[0]
        if self.kind == "seconds":
            return _seconds(self, text, where)
        return text


def _flag(option: Option, text: str, where: Where) -> bool:
    """Return the truth value of the words that YAML 1.2's core schema has, as GitHub's toolkit does."""
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    raise OptionError(f"{option.name} cannot be {_shown(text)}", where=where, fix="write true or false")


def _list(raw: object) -> tuple[str, ...]:
    """Return the parts of a list: an item a line, or separated by commas."""
    items: Sequence[object] = raw if isinstance(raw, (list, tuple)) else str(raw).replace(",", "\n").split("\n")
    return tuple(text for text in (str(item).strip() for item in items) if text)


def _chosen(option: Option, items: tuple[str, ...], where: Where) -> tuple[str, ...]:
    """Return the items of a list, each of which is one of the choices where there are any, once."""
    if option.word_for_none in items:
        if set(items) == {option.word_for_none}:
            return ()
        raise OptionError(
            f"{option.name} cannot be {option.word_for_none} and something else",
            where=where,
            fix=f"leave {option.word_for_none} out, or everything else",
        )
    for item in items:
        if option.choices and item not in option.choices:
            choices = (*option.choices, *((option.word_for_none,) if option.word_for_none else ()))
            raise OptionError(f"{option.name} cannot be {_shown(item)}", where=where, fix=_nearest(item, choices))
    return tuple(dict.fromkeys(items)) if option.choices else items


def leaves_workspace(pattern: str) -> bool:
    """Whether a pattern of paths can lead out of the repository's folder, or into ``.git``."""
    parts = pattern.replace("\\", "/").split("/")
    is_absolute = pattern.startswith(("/", "\\", "~")) or pattern[1:2] == ":"
    return is_absolute or ".." in parts or any(part.lower() == ".git" for part in parts)


def _inside(option: Option, items: tuple[str, ...], where: Where) -> tuple[str, ...]:
    """Return the items of a list of paths, none of which leads out of the repository."""
    for item in items:
        if leaves_workspace(item):
            raise OptionError(
                f"{option.name} cannot be {_shown(item)}: it leads out of the repository, or into .git",
                where=where,
                fix="give a path from the top of the repository, as results/*.csv",
            )
    return items


def _seconds(option: Option, text: str, where: Where) -> float:
    """Return a number of seconds between 1 and a day."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 1 <= value <= 86_400:  # noqa: PLR2004 - one second to one day
        raise OptionError(
            f"{option.name} cannot be {_shown(text)}", where=where, fix="give a number of seconds between 1 and 86400"
        )
    return value


def _nearest(text: str, choices: Sequence[str]) -> str:
    """Return the advice for a value that is none of the choices."""
    near = difflib.get_close_matches(text.lower(), choices, n=1)
    listed = ", ".join(choices)
    return f"did you mean {near[0]}? It takes: {listed}" if near else f"it takes: {listed}"


def _shown(text: str) -> str:
    """Return a value as messages show it, short and on one line."""
    short = text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits on a line
    return repr(short)
