"""
``setup.cfg`` of a Python package → what its section ``metadata`` says about the record.

Source: setuptools, "Configuring setuptools using setup.cfg files", "Metadata".
"""

from __future__ import annotations

import re

from zenodo_action.documents import Document
from zenodo_action.model import Creator, Harvest
from zenodo_action.sources import texts
from zenodo_action.sources.package_files import read_python_licence
from zenodo_action.sources.package_people import read_names
from zenodo_action.sources.reading import Reading, Row, Value, read_rows, single

_ELSEWHERE = re.compile(r"(?:attr|file):")
"""The value stands in another file."""
_FIX = "name the creators in .zenodo.yml or CITATION.cff, with family and given names"


def _read_author(value: Value) -> tuple[Creator, ...]:
    """Return the people of ``author``, which is one text."""
    return read_names(value, _FIX)


def _read_version(value: Value) -> str | None:
    text = value.line()
    return None if text is None or _ELSEWHERE.match(text) else text


def _read_keywords(value: Value) -> tuple[str, ...]:
    """Return the keywords of a list, or of a text with commas, which is the usual form here."""
    lines = [item.line() or "" for item in value.items(may_be_single=True)]
    words = (word.strip() for line in lines for word in line.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


_ROWS: tuple[Row, ...] = (
    single("creators", "author", _read_author),
    single("description", "description", texts.read_rich_text),
    single("version", "version", _read_version),
    single("keywords", "keywords", _read_keywords),
    Row("rights", ("license", "classifiers"), read_python_licence),
)


def harvest(document: Document) -> Harvest:
    """Return what the file says; most of them only hold settings of other programs."""
    reading = Reading(document, is_strict=False)
    metadata = reading.root.get("metadata")
    if metadata is not None:
        read_rows(metadata, _ROWS)
    return reading.harvest()
