"""The record that a repository's versions belong to, as ``deposit.record`` of ``.zenodo.yml``."""

from __future__ import annotations

from zenodo_action.documents.edits import Editor
from zenodo_action.errors import Finding
from zenodo_action.updates.facts import PublishedFacts, foreign_doi
from zenodo_action.updates.report import Report

_BLOCK, _KEY = "deposit", "record"
_WORDS = ("auto", "new")
"""What the setting can be besides naming a record; with ``new`` the next version would start another one."""


def update_settings(report: Report, content: bytes, facts: PublishedFacts) -> bytes:
    """
    Return the file with the concept DOI in it, or with the concept's id where there is no DOI yet.

    Raises:
        MetadataError: It cannot be read, or not be edited without spoiling it.
    """
    editor = Editor(report.path, content)
    wanted = facts.concept_doi or facts.concept_id
    block = editor.data.get(_BLOCK)
    if block is None:
        editor.insert([_BLOCK], {_KEY: wanted})
        report.add(f"deposit.record: {wanted} added")
    elif not isinstance(block, dict):
        what = "deposit is no mapping; the record is not written there"
        where, fix = editor.original.where([_BLOCK]), f"write deposit: {{record: {wanted}}}"
        report.warn(Finding(level="warning", code="value-kind-wrong", what=what, where=where, fix=fix))
    elif block.get(_KEY) is None:
        editor.insert([_BLOCK, _KEY], wanted)
        report.add(f"deposit.record: {wanted} added")
    elif block[_KEY] in _WORDS:
        report.set(editor, [_BLOCK, _KEY], wanted)
    elif not _names_record(block[_KEY], facts):
        fix = f"write {wanted} if later versions are to follow this record"
        report.warn(foreign_doi(editor.original.where([_BLOCK, _KEY]), f"deposit.record: {block[_KEY]}", fix))
    return editor.raw


def _names_record(value: object, facts: PublishedFacts) -> bool:
    """Whether a text leads to this record: by a DOI or an id of any of its versions, or by the address of its page."""
    if not isinstance(value, str):
        return False
    last = value.strip().rstrip("/").rpartition("/")[2]
    return facts.is_own(value) or value.strip() in facts.own_ids or ("://" in value and last in facts.own_ids)
