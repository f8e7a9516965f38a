"""Records of a server, as tests need them."""

from __future__ import annotations

from typing import Any

from zenodo_action.model import RemoteRecord


def remote(number: int = 2, **facts: Any) -> RemoteRecord:
    """Return a published record with these facts; its concept's number is 1."""
    values: dict[str, Any] = {
        "id": str(number),
        "concept_id": "1",
        "is_published": True,
        "is_draft": False,
        "doi": f"10.5072/zenodo.{number}",
        "concept_doi": "10.5072/zenodo.1",
        "version": "1.0.0",
        "version_index": number - 1,
        "is_latest": True,
        "owner": "1",
        "revision": 1,
        "url": f"https://zenodo.example/records/{number}",
        "related": (),
        "code_repository": None,
        "files": (),
        "payload": {},
    }
    return RemoteRecord(**(values | facts))
