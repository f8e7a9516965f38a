"""A metadata file while it is read: its values with their places, and what was found on the way."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zenodo_action import vocab
from zenodo_action.documents import Document, json_path
from zenodo_action.errors import FilePlace, Finding, Level, Where
from zenodo_action.model import Harvest
from zenodo_action.sources import placeholders

WHOLE_FILE = ""
"""The field of findings that are about the file, whatever becomes of its values."""

_SHOWN_LENGTH = 60
"""Characters of a user's value that a message repeats."""


@dataclass(slots=True)
class Reading:
    """What one metadata file says, as far as it has been read."""

    document: Document
    fillings: Mapping[str, str] | None = None
    """What ``${…}`` stands for; ``None`` in files that know no placeholders."""
    is_strict: bool = True
    """Whether a list or mapping in place of a text is an error; otherwise it is passed over with a warning."""
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Where] = field(default_factory=dict)
    findings: defaultdict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    """By the field of the record that they are about."""

    @property
    def root(self) -> Value:
        """Return the whole document."""
        return Value(self, self.document.data)

    @property
    def is_json(self) -> bool:
        """Whether the file says itself what is a text and what a number."""
        return self.document.name.endswith(".json")

    def harvest(self) -> Harvest:
        """Return what was read."""
        whole = tuple(self.findings.pop(WHOLE_FILE, ()))
        return Harvest(
            source=self.document.name,
            fields=self.fields,
            places=self.places,
            findings=whole,
            field_findings={name: tuple(findings) for name, findings in self.findings.items()},
        )


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the file; it knows where it stands and which field of the record it is read for."""

    reading: Reading
    data: Any
    path: tuple[str | int, ...] = ()
    field: str = WHOLE_FILE

    @property
    def place(self) -> FilePlace:
        """Return the position of the value."""
        return self.reading.document.where(self.path)

    @property
    def label(self) -> str:
        """Return its name for messages, as ``creators[1].name``."""
        return json_path(self.path).removeprefix("$").removeprefix(".") or "the file"

    @property
    def kind(self) -> str:
        """Return what it is, for messages."""
        if isinstance(self.data, dict):
            return "a mapping"
        if isinstance(self.data, list):
            return "a list"
        kinds = {"number": "a number", "boolean": "a truth value"}
        return kinds.get(self.reading.document.kind(self.path), "a text")

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.data, dict)

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return isinstance(self.data, list)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing: null, an empty text, list or mapping."""
        return self.data is None or (hasattr(self.data, "__len__") and not len(self.data))

    def for_field(self, name: str) -> Value:
        """Return the same value, read for a field of the record."""
        return Value(self.reading, self.data, self.path, name)

    def child(self, step: str | int) -> Value:
        """Return the value under a key or at a position that exists."""
        return Value(self.reading, self.data[step], (*self.path, step), self.field)

    def get(self, *keys: str) -> Value | None:
        """Return the value of the first of the keys that is there and says something."""
        if isinstance(self.data, dict):
            for key in keys:
                data = self.data.get(key)
                if data is not None and not (isinstance(data, str) and not data.strip()):
                    return self.child(key)
        return None

    def pick(self, *keys: str) -> Value | None:
        """Return the value of the first of some keys that mean the same; warn of the others that say something else."""
        used = self.get(*keys)
        if used is not None:
            for key in keys:
                self.tell_unused(key, used)
        return used

    def tell_unused(self, key: str, used: Value) -> None:
        """Warn of what stands under a key where another value is used in its place."""
        other = self.get(key)
        if other is not None and other.path != used.path and other.data != used.data:
            other.warn_key(
                code="key-unused",
                what=f"{other.label} is not used, since {used.label} is there",
                fix="keep one of the two",
            )

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Yield the keys and values of a mapping."""
        if isinstance(self.data, dict):
            for key in self.data:
                yield key, self.child(key)

    def items(self, *, may_be_single: bool = False) -> list[Value]:
        """
        Return the items of a list that say something; a single value is taken as a list of one.

        Args:
            may_be_single: Whether the single value is welcome; otherwise it is a warning.
        """
        if isinstance(self.data, list):
            return [self.child(index) for index, item in enumerate(self.data) if item is not None]
        if self.is_empty:
            return []
        if not may_be_single:
            self.warn(
                code="value-kind-wrong",
                what=f"{self.label} is {self.kind} where a list belongs; it is taken as a list of one",
                fix='write it as a list: "- …" in YAML, […] in JSON',
            )
        return [self]

    def text(self) -> str | None:
        """
        Return the trimmed text with its placeholders filled in, ``None`` where there is none.

        A number or truth value of a JSON file is taken as it is written, with a warning.
        """
        if isinstance(self.data, (dict, list)):
            note, outcome = (self.error, "") if self.reading.is_strict else (self.warn, "; it is not used")
            note(
                code="value-kind-wrong",
                what=f"{self.label} is {self.kind} where a text belongs{outcome}",
                fix="write a single text here",
            )
            return None
        if self.data is None:
            return None
        text = str(self.data)
        if self.reading.is_json and self.reading.document.kind(self.path) != "string":
            self.warn(
                code="value-kind-wrong",
                what=f"{self.label} is {self.kind} where a text belongs; it is taken as it is written",
                fix=f'write it in quotes: "{text}"',
            )
        return self._filled(text).strip() or None

    def blocks(self) -> str | None:
        """
        Return the text with an empty line between its paragraphs.

        YAML's folded texts have a single line break there; lines that are indented deeper keep theirs.
        """
        text = self.text()
        if text is None or not self.reading.document.is_folded(self.path):
            return text
        return re.sub(r"(?<!\n)\n(?=\S)", "\n\n", text)

    def line(self) -> str | None:
        """Return the text on one line."""
        text = self.text()
        return " ".join(text.split()) if text else None

    def text_of(self, *keys: str) -> str | None:
        """Return the one-line text of the first of the keys that has one."""
        value = self.get(*keys)
        return value.line() if value is not None else None

    def plain(self) -> Any:
        """Return the value as data, with numbers and truth values in their own types."""
        if isinstance(self.data, dict):
            return {key: value.plain() for key, value in self.entries()}
        if isinstance(self.data, list):
            return [self.child(index).plain() for index in range(len(self.data))]
        if self.data is None:
            return None
        kind = self.reading.document.kind(self.path)
        if kind == "boolean":
            return str(self.data).lower() == "true"
        if kind == "number":
            return _as_number(str(self.data))
        return self._filled(str(self.data))

    def mark(self, *steps: str | int) -> None:
        """Note the position of a part of the record's field, as ``creators.1.identifiers``."""
        self.reading.places[".".join(map(str, (self.field, *steps)))] = self.place

    def check_keys(
        self, known: Collection[str], *, synonyms: Mapping[str, str] | None = None, ignored: Collection[str] = ()
    ) -> None:
        """
        Warn of keys that nobody reads, each with the nearest known one.

        Args:
            known: The keys that are read.
            synonyms: What other formats call them, in lower case, where spelling alone does not lead there.
            ignored: Keys to be silent about, and never to suggest.
        """
        for key, value in self.entries():
            if key not in known and key not in ignored:
                nearest = (synonyms or {}).get(key.lower()) or vocab.suggest(key, known)
                value.warn_key(
                    code="key-unknown",
                    what=f"the key {value.label} is not known here; its value is not used",
                    fix=f'did you mean "{nearest}"?'
                    if nearest
                    else "remove it, or see the reference for the keys there are",
                )

    def hint_at_unread(
        self, read: Collection[str], *, ignored: Collection[str] = (), known: Collection[str] = ()
    ) -> None:
        """
        Tell once of the keys that say something for which no record has a place; warn of misspelt ones.

        Args:
            read: The keys that are read.
            ignored: Keys that are about the file, not about the work.
            known: All keys of the format.
        """
        unread = [key for key, value in self.entries() if key not in (*read, *ignored) and not value.is_empty]
        misspelt = {key for key in unread if key not in known and vocab.suggest(key, read) is not None}
        self.check_keys(read, ignored=[key for key in self.data if key not in misspelt])
        placeless = [key for key in unread if key not in misspelt]
        if placeless:
            self.hint(
                code="key-unused",
                what=f"the record has no place for {', '.join(placeless)}",
                fix="nothing to do: it stays in the file",
            )

    def error(self, code: str, what: str, fix: str) -> None:
        """Note that the server would refuse this."""
        self._note("error", code, what, fix, self.place)

    def warn(self, code: str, what: str, fix: str) -> None:
        """Note that this would be dropped, changed or defaulted, or that it is mended."""
        self._note("warning", code, what, fix, self.place)

    def hint(self, code: str, what: str, fix: str) -> None:
        """Note something worth knowing."""
        self._note("hint", code, what, fix, self.place)

    def warn_key(self, code: str, what: str, fix: str) -> None:
        """Note a warning at the value's key."""
        self._note("warning", code, what, fix, self.reading.document.where_key(self.path))

    def error_key(self, code: str, what: str, fix: str) -> None:
        """Note an error at the value's key."""
        self._note("error", code, what, fix, self.reading.document.where_key(self.path))

    def _note(self, level: Level, code: str, what: str, fix: str, place: FilePlace) -> None:
        finding = Finding(level=level, code=code, what=what, where=place, fix=fix)
        self.reading.findings[self.field].append(finding)

    def _filled(self, text: str) -> str:
        """Return the text with its placeholders filled in; what is no known placeholder is an error."""
        if self.reading.fillings is None:
            return text
        filled, unknown = placeholders.fill(text, self.reading.fillings)
        for name in unknown:
            self.error(
                code="placeholder-unknown",
                what=f"{self.label} holds the placeholder {name}, which nothing fills in",
                fix=placeholders.advice(name),
            )
        return filled


@dataclass(frozen=True, slots=True)
class Row:
    """How one field of the record is read from a file."""

    field: str
    """Name of the field; ``custom_fields.KEY`` for a custom field."""
    keys: tuple[str, ...]
    """The keys of the file that it comes from; the first that is there gives the field's position."""
    read: Callable[[Value], object]
    """Takes the mapping that holds the keys."""


def single(name: str, key: str, read: Callable[[Value], object]) -> Row:
    """Return the row of a field that one key gives, whose value ``read`` takes."""

    def read_from(root: Value) -> object:
        value = root.get(key)
        return read(value) if value is not None else None

    return Row(name, (key,), read_from)


def read_rows(root: Value, rows: Sequence[Row]) -> None:
    """Read the fields that the mapping has keys for; what comes out empty says nothing."""
    reading = root.reading
    for row in rows:
        first = root.get(*row.keys)
        value = row.read(root.for_field(row.field)) if first is not None else None
        if first is None or value is None or (isinstance(value, (str, tuple, list, dict)) and not value):
            continue
        reading.places[row.field] = first.place
        name, dot, key = row.field.partition(".")
        if dot:
            reading.fields.setdefault(name, {})[key] = value
        elif isinstance(value, dict):
            # The one mapping among the fields is ``custom_fields``, whose keys may also have rows of their own; it
            # stands last, and its reader looks after what stands in both.
            reading.fields[name] = {**reading.fields.get(name, {}), **value}
        else:
            reading.fields[name] = value


def shown(text: str) -> str:
    """Return a user's value as messages show it, short and on one line."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= _SHOWN_LENGTH else f'"{line[: _SHOWN_LENGTH - 1]}…"'


def did_you_mean(value: str, candidates: Collection[str]) -> str:
    """Return the advice for a value that is none of the candidates."""
    nearest = vocab.suggest(value, candidates)
    listed = ", ".join(candidates)
    return f'did you mean "{nearest}"? It takes: {listed}' if nearest else f"it takes: {listed}"


def _as_number(text: str) -> int | float | str:
    """Return the number that a text is, or the text."""
    for convert in (int, float):
        try:
            number = convert(text)
        except ValueError:
            continue
        if math.isfinite(number):
            return number
    return text
