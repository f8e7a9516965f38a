"""Placeholders in ``.zenodo.yml`` and ``.zenodo.json``: ``${version}`` and its like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from zenodo_action import vocab
from zenodo_action.model import Snapshot

NAMES = ("version", "tag", "date", "repository")
"""What can stand between ``${`` and ``}``."""

_PLACEHOLDER = re.compile(
    r"""
    \$\{\s*(?P<name>[A-Za-z_][\w.-]*)\s*\}(?!\$)   # ${name}; ${x}$ is mathematics in LaTeX
    | \$?\{\{\s*(?P<other>[A-Za-z_][^{}]*?)\s*\}\} # {{name}} and ${{ github.name }}: other programs' placeholders
    """,
    re.VERBOSE,
)


def fillings(snapshot: Snapshot) -> dict[str, str]:
    """
    Return what the placeholders stand for.

    ``repository`` is ``owner/name`` as GitHub has it; the bare name where the repository has no web address.
    """
    url = snapshot.repository.url
    return {
        "version": snapshot.version,
        "tag": snapshot.tag or snapshot.version,
        "date": snapshot.released_on,
        "repository": urlsplit(url).path.strip("/") if url else snapshot.repository.name,
    }


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """
    Return the text with its placeholders filled in, and the placeholders that are unknown.

    >>> fill("Red-Dot ${version} by ${who}", {"version": "1.2.0"})
    ('Red-Dot 1.2.0 by ${who}', ['${who}'])
    """
    unknown: list[str] = []

    def replace(match: re.Match[str]) -> str:
        value = values.get(match["name"] or "")
        if value is None:
            unknown.append(match[0])
            return match[0]
        return value

    return _PLACEHOLDER.sub(replace, text), unknown


def advice(placeholder: str) -> str:
    """Return how to mend an unknown placeholder."""
    word = re.findall(r"\w+", placeholder)
    nearest = vocab.suggest(word[-1], NAMES) if word else None
    known = ", ".join(f"${{{name}}}" for name in NAMES)
    return f"did you mean ${{{nearest}}}? There are: {known}" if nearest else f"there are: {known}"
