"""
The pieces of a schema: each takes a value, notes what is wrong with it, and returns what is kept of it.

They behave like the schema library of the real server: a field that fails its own rule is dropped, an object that
fails as a whole is kept, rules over a whole object run only where its fields are right, unknown keys are dropped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import nh3

from zenodo_action.server import vocabulary
from zenodo_action.server.identifiers import LABELS, detect_allowed, is_url, is_valid, normalize
from zenodo_action.server.refusal import Problem, problem

MISSING_DATA: Final = "Missing data for required field."
UNKNOWN: Final = "Unknown field."
NULL: Final = "Field may not be null."
NOT_TEXT: Final = "Not a valid string."
NOT_LIST: Final = "Not a valid list."
NOT_OBJECT: Final = "Invalid input type."
BAD_DATE: Final = "Please provide a valid date or interval."

Problems = list[Problem]
Loader = Callable[[Any, str, Problems], Any]


_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Nothing:
    """The mark of a value that is dropped."""


NOTHING: Final = Nothing()


def text(
    *, least: int = 0, most: int | None = None, blank: str | None = None, url: str | None = None, plain: bool = False
) -> Loader:
    """Take a string; ``plain`` removes markup, ``url`` is the message for anything but a web address."""

    def load(value: Any, path: str, problems: Problems) -> Any:
        kept = _string(value, path, problems)
        if isinstance(kept, Nothing):
            return kept
        kept = without_markup(kept) if plain else kept
        complaint = _length(kept, least, most)
        if blank is not None and not kept:
            complaint = blank
        if url is not None and not (is_url(kept) and "://" in kept and " " not in kept):
            complaint = url
        if complaint:
            problems.append(problem(path, complaint))
            return NOTHING
        return kept

    return load


def rich_text(*, least: int = 0) -> Loader:
    """Take HTML and keep what the server allows of it."""

    def load(value: Any, path: str, problems: Problems) -> Any:
        kept = _string(value, path, problems)
        if isinstance(kept, Nothing):
            return kept
        kept = clean_html(kept)
        complaint = _length(kept, least, None)
        if complaint:
            problems.append(problem(path, complaint))
            return NOTHING
        return kept

    return load


def _string(value: Any, path: str, problems: Problems) -> str | Nothing:
    if not isinstance(value, str):
        problems.append(problem(path, NULL if value is None else NOT_TEXT))
        return NOTHING
    return _CONTROLS.sub("", value.strip())


def _length(kept: str, least: int, most: int | None) -> str | None:
    if len(kept) < least:
        return f"Shorter than minimum length {least}."
    return f"Longer than maximum length {most}." if most is not None and len(kept) > most else None


def clean_html(markup: str) -> str:
    """Return HTML without the tags and attributes that the server does not allow; the text within them stays."""
    tables = vocabulary.data()
    attributes = {tag: set(names) for tag, names in tables["html_attributes"].items()}
    return nh3.clean(
        markup, tags=set(tables["html_tags"]), attributes=attributes, clean_content_tags=set(), link_rel=None
    )


def without_markup(markup: str) -> str:
    """Return the text of something that may hold tags."""
    if "<" not in markup:
        return markup
    return html.unescape(nh3.clean(markup, tags=set(), clean_content_tags=set()))


def edtf(value: Any, path: str, problems: Problems) -> Any:
    """Take a date or interval of EDTF level 0."""
    kept = _string(value, path, problems)
    if isinstance(kept, Nothing):
        return kept
    parts = kept.split("/")
    if len(parts) > 2 or not all(_is_date(part) for part in parts) or parts != sorted(parts):  # noqa: PLR2004  # from/to
        problems.append(problem(path, BAD_DATE))
        return NOTHING
    return kept


def day(value: Any, path: str, problems: Problems) -> Any:
    """Take one day, ``YYYY-MM-DD``."""
    kept = _string(value, path, problems)
    if isinstance(kept, Nothing):
        return kept
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", kept) or not _is_date(kept):
        problems.append(problem(path, "Not a valid date."))
        return NOTHING
    return kept


def _is_date(part: str) -> bool:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", part)
    if not match:
        return False
    try:
        date(max(int(match[1]), 1), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def anything(value: Any, path: str, problems: Problems) -> Any:  # noqa: ARG001  # the shape of a Loader
    """Take every value as it is."""
    return value


def one_of(*choices: str, complaint: str) -> Loader:
    """Take one of a few strings."""

    def load(value: Any, path: str, problems: Problems) -> Any:
        if value not in choices:
            problems.append(problem(path, complaint))
            return NOTHING
        return value

    return load


def truth(value: Any, path: str, problems: Problems) -> Any:
    """Take true or false."""
    if not isinstance(value, bool):
        problems.append(problem(path, "Not a valid boolean."))
        return NOTHING
    return value


def items(item: Loader, *, needed: str | None = None, whole: Callable[[list[Any]], str | None] | None = None) -> Loader:
    """Take a list; ``needed`` is the message for an empty one, ``whole`` finds fault with all items together."""

    def load(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, list):
            problems.append(problem(path, NULL if value is None else NOT_LIST))
            return NOTHING
        before = len(problems)
        loaded = [item(one, f"{path}.{place}", problems) for place, one in enumerate(value)]
        kept = [one for one in loaded if not isinstance(one, Nothing)]
        if len(problems) > before:
            return kept or NOTHING
        complaint = needed if needed and not value else (whole(kept) if whole else None)
        if complaint:
            problems.append(problem(path, complaint))
            return NOTHING
        return kept

    return load


Rule = Callable[[dict[str, Any]], Mapping[str, str]]
"""Looks at a whole object and returns field → complaint."""


def fields(
    known: Mapping[str, Loader],
    *,
    required: tuple[str, ...] = (),
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    rule: Rule | None = None,
    finish: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    missing: Mapping[str, str] | None = None,
    passes_over: bool = False,
) -> Loader:
    """
    Take an object with these keys; ``rule`` and ``finish`` only see one whose fields are all right.

    ``passes_over`` drops other keys without a word. What is wrong and empty is dropped altogether.
    """

    def load(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, dict):
            problems.append(problem(f"{path}._schema", NOT_OBJECT) if value is not None else problem(path, NULL))
            return NOTHING
        given = prepare(dict(value)) if prepare else value
        before = len(problems)
        kept: dict[str, Any] = {}
        for name, loader in known.items():
            if name in given:
                loaded = loader(given[name], f"{path}.{name}", problems)
                if not isinstance(loaded, Nothing):
                    kept[name] = loaded
            elif name in required:
                problems.append(problem(f"{path}.{name}", (missing or {}).get(name, MISSING_DATA)))
        if not passes_over:
            problems.extend(problem(f"{path}.{name}", UNKNOWN) for name in given if name not in known)
        if len(problems) > before:
            return kept or NOTHING
        complaints = rule(kept) if rule else {}
        problems.extend(problem(f"{path}.{name}", complaint) for name, complaint in complaints.items())
        if complaints:
            return kept or NOTHING
        return finish(kept) if finish else kept

    return load


def entry_or_text(load_entry: Loader) -> Loader:
    """Take what names an entry of a vocabulary, or describes one of its own; of the former only the id is kept."""

    def load(value: Any, path: str, problems: Problems) -> Any:
        kept = load_entry(value, path, problems)
        return {"id": kept["id"]} if isinstance(kept, dict) and kept.get("id") else kept

    return load


entry: Final = entry_or_text(fields({"id": text(), "title": anything}, required=("id",)))
"""Takes ``{"id": …}`` of a vocabulary, with the title that answers show; whether the id exists is looked at later."""


def identifier(
    allowed: tuple[str, ...],
    *,
    needed: bool = True,
    more: Mapping[str, Loader] | None = None,
    required: tuple[str, ...] = (),
) -> Loader:
    """Take an identifier with its scheme, which is detected where it is left out; ``more`` are further keys."""

    def prepare(given: dict[str, Any]) -> dict[str, Any]:
        value, scheme = given.get("identifier"), given.get("scheme")
        if isinstance(value, str) and value and not scheme:
            found = detect_allowed(value.strip(), allowed)
            return {**given, "scheme": found} if found else {k: v for k, v in given.items() if k != "scheme"}
        return {**given, "scheme": scheme.lower()} if isinstance(scheme, str) else given

    def rule(kept: dict[str, Any]) -> Mapping[str, str]:
        value, scheme = kept.get("identifier"), kept.get("scheme")
        if not value:
            return {"identifier": MISSING_DATA} if needed else {}
        if not scheme:
            return {"scheme": "No valid scheme recognized for identifier."}
        if scheme not in allowed:
            return {"scheme": "Invalid scheme."}
        return {} if is_valid(value, scheme) else {"identifier": f"Invalid {LABELS[scheme]} identifier."}

    def finish(kept: dict[str, Any]) -> dict[str, Any]:
        if kept.get("identifier"):
            kept["identifier"] = normalize(kept["identifier"], kept["scheme"])
        return kept

    known = {"identifier": text(), "scheme": text(), **(more or {})}
    return fields(known, required=required, prepare=prepare, rule=rule, finish=finish)
