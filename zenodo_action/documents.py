"""Text of a metadata file → its data and the position of every value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from zenodo_action.errors import FilePlace, Finding, MetadataError

Kind = Literal["string", "number", "boolean", "null", "list", "mapping"]
Path = Sequence[str | int]


@dataclass(frozen=True)
class Document:
    """A metadata file: its data, and where each value stands."""

    name: str
    """The file's name as users know it."""
    data: Any
    """``dict``, ``list``, ``str`` and ``None`` only: scalars stand as they were written."""

    def where(self, path: Path) -> FilePlace:
        """Return the position of a value; of its nearest ancestor where there is none."""
        return FilePlace(file=self.name, line=1, column=1, path=json_path(path))

    def where_key(self, path: Path) -> FilePlace:
        """Return the position of the key of a mapping's entry."""
        return FilePlace(file=self.name, line=1, column=1, path=json_path(path))

    def kind(self, path: Path) -> Kind:
        """Return what a value is in its file's own syntax."""
        return "string"


def json_path(path: Path) -> str:
    """Return a path as text: ``$.creators[1].name``."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def read(name: str, raw: bytes) -> Document:
    """Return the document that the bytes of a file hold."""
    try:
        text = raw.decode()
        data = json.loads(text) if name.endswith(".json") else yaml.load(text, yaml.BaseLoader)  # noqa: S506
    except (ValueError, yaml.YAMLError) as error:
        place = FilePlace(file=name, line=1, column=1)
        raise MetadataError([Finding(level="error", code="document-unparsable", what=str(error), where=place)]) from None
    return Document(name, data)
