"""The metadata of a release as text in the forms that ``metadata --as`` knows; pure."""

from __future__ import annotations

import json
from typing import Any

from zenodo_action.errors import Finding
from zenodo_action.mapping.cff import to_cff
from zenodo_action.mapping.deposit import to_deposit
from zenodo_action.mapping.rdm import to_rdm
from zenodo_action.model import Project


def metadata_text(project: Project, form: str) -> tuple[str, tuple[Finding, ...]]:
    """
    Return the text, and a warning for what has no place in it.

    Args:
        project: The release.
        form: ``rdm``, ``deposit`` or ``cff``.
    """
    if form == "cff":
        commit = project.snapshot.commit
        content, lost = to_cff(project.record, commit=commit)
        return _yaml(content), (_cff_loss(lost),) if lost else ()
    if form == "deposit":
        metadata, losses = to_deposit(project.record)
        return _json({"metadata": metadata}), losses
    return _json(to_rdm(project.record)), ()


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _yaml(data: Any) -> str:
    import yaml  # noqa: PLC0415 - 40 ms

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100).rstrip("\n")


def _cff_loss(lost: tuple[str, ...]) -> Finding:
    return Finding(
        level="warning",
        code="cff-loss",
        what=f"CITATION.cff has no place for all of: {', '.join(lost)}",
        fix="nothing to do: the record has it; keep it in .zenodo.yml",
    )
