"""The metadata of a release as text in the forms that ``metadata --as`` knows; pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from zenodo_action.errors import Finding
from zenodo_action.mapping.bibtex import to_bibtex
from zenodo_action.mapping.cff import to_cff
from zenodo_action.mapping.codemeta import to_codemeta
from zenodo_action.mapping.datacite import to_datacite
from zenodo_action.mapping.deposit import to_deposit
from zenodo_action.mapping.rdm import to_rdm
from zenodo_action.mapping.record_json import to_json
from zenodo_action.model import Project

Text = tuple[str, tuple[Finding, ...]]


def metadata_text(project: Project, form: str) -> Text:
    """
    Return the text, and a warning for each kind of value that has no place in it.

    Args:
        project: The release.
        form: One of ``FORMS``.
    """
    return FORMS[form](project)


def _cff(project: Project) -> Text:
    content, losses = to_cff(project.record, commit=project.snapshot.commit)
    return _yaml(content), losses


def _deposit(project: Project) -> Text:
    metadata, losses = to_deposit(project.record)
    return _json({"metadata": metadata}), losses


def _datacite(project: Project) -> Text:
    content, losses = to_datacite(project.record)
    return _json(content), losses


def _codemeta(project: Project) -> Text:
    content, losses = to_codemeta(project.record)
    return _json(content), losses


FORMS: Mapping[str, Callable[[Project], Text]] = {
    "record": lambda project: (_json(to_json(project)), ()),
    "rdm": lambda project: (_json(to_rdm(project.record)), ()),
    "deposit": _deposit,
    "datacite": _datacite,
    "cff": _cff,
    "codemeta": _codemeta,
    "bibtex": lambda project: to_bibtex(project.record),
}
"""What ``--as`` takes."""

TEXTS = ("cff", "bibtex")
"""The forms that are no JSON."""


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _yaml(data: Any) -> str:
    import yaml  # noqa: PLC0415 - 40 ms

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100).rstrip("\n")
