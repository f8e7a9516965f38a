"""What an update does to a file, noted while it is done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zenodo_action.documents.edits import Editor
from zenodo_action.documents.tree import Path
from zenodo_action.errors import Finding

LEADING_V = re.compile(r"[vV]\.?(?=\d)")


class Report:
    """The changes and findings of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        """Of the file, from the repository's root on."""
        self.reason: str | None = None
        """Why the file is passed over."""
        self.changes: list[str] = []
        self.findings: list[Finding] = []

    def add(self, change: str) -> None:
        """Note a change."""
        self.changes.append(change)

    def warn(self, finding: Finding) -> None:
        """Note a finding."""
        self.findings.append(finding)

    def put(self, editor: Editor, key: str, text: str, *, after: Sequence[str] = ()) -> None:
        """
        Set a text at the top of a file, or insert it, unless it is there already.

        A list or a mapping in its place is left as it is, with a warning.
        """
        old = editor.data.get(key)
        if old == text:
            return
        if isinstance(old, (list, dict)):
            where = editor.original.where([key])
            what = f"{key} is a list or a mapping; it is left as it is"
            fix = f"write it by hand: {key}: {text}"
            self.warn(Finding(level="warning", code="value-kind-wrong", what=what, where=where, fix=fix))
            return
        if key in editor.data:
            self.set(editor, [key], text)
        else:
            editor.insert([key], text, after=after)
            self.add(f"{key}: {text} added")

    def put_version(self, editor: Editor, key: str, version: str, *, after: Sequence[str] = ()) -> None:
        """Set the version as ``put``, with a leading v where the file has one."""
        old = editor.data.get(key)
        prefix = LEADING_V.match(old) if isinstance(old, str) else None
        self.put(editor, key, f"{prefix.group() if prefix else ''}{version}", after=after)

    def set(self, editor: Editor, path: Path, text: str) -> None:
        """Replace an existing value."""
        editor.set(path, text)
        name = ".".join(str(step) for step in path)
        self.add(f"{name}: {text}")
