"""What a repository holds, asked in plain HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import requests


@dataclass(frozen=True)
class Holdings:
    """A view of the published records, as a stranger has it."""

    api_url: str

    def versions(self, record: str | int) -> list[dict[str, Any]]:
        """Return all published versions of a record, oldest first."""
        address = f"{self.api_url}/records/{record}/versions?size=25"
        shown = requests.get(address, headers={"Accept": "application/vnd.inveniordm.v1+json"}, timeout=60)
        assert shown.status_code == 200, shown.text
        return sorted(shown.json()["hits"]["hits"], key=lambda hit: int(hit["versions"]["index"]))

    def files(self, record: str | int) -> dict[str, str]:
        """Return name → MD5 of the bytes that anyone gets."""
        listed = requests.get(f"{self.api_url}/records/{record}/files", timeout=60).json()["entries"]
        return {entry["key"]: md5(requests.get(entry["links"]["content"], timeout=60).content) for entry in listed}


def md5(content: bytes) -> str:
    """Return the checksum of bytes."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
