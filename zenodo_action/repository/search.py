"""What is asked of a server's search index."""

from __future__ import annotations

import re
from collections.abc import Sequence


def own_query(record_ids: Sequence[str], code_repository: str | None) -> str:
    """
    Return a search for records by id, concept id or source code repository; empty where nothing is asked for.

    The tree links find the records of servers without the custom field. Both APIs of Zenodo take these names.

    Source: InvenioRDM, search guide; Elasticsearch, "Query string syntax".
    """
    parts = [f'{field}:"{_quoted(each)}"' for each in record_ids for field in ("id", "parent.id")]
    if code_repository is not None:
        parts += [
            rf'custom_fields.code\:codeRepository:"{_quoted(code_repository)}"',
            rf"metadata.related_identifiers.identifier:{_escaped(code_repository)}\/*",
        ]
    return " OR ".join(parts)


def _quoted(text: str) -> str:
    """Return a text for use between quotation marks of a query."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(text: str) -> str:
    """Return a text for use without quotation marks; ``<`` and ``>`` cannot be had at all."""
    kept = re.sub(r"[<>\s]", "?", text)
    return re.sub(r'([+\-=&|!(){}\[\]^"~*:\\/])', r"\\\1", kept)
