"""A small client for the tests of the embedded repository; it knows nothing of the program's own client."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any
from urllib.parse import quote

import requests
from hypothesis import HealthCheck, settings

from zenodo_action.server import LocalServer

Json = dict[str, Any]

NATIVE = "application/vnd.inveniordm.v1+json"
TOOL: Json = {
    "resource_type": {"id": "software"},
    "title": "Laser tool",
    "creators": [{"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "Josiah"}}],
    "publication_date": "2026-11-22",
    "publisher": "Zenodo",
}
DEPOSITION: Json = {
    "upload_type": "software",
    "title": "Laser tool",
    "creators": [{"name": "Carberry, Josiah"}],
    "description": "<p>A tool</p>",
    "publication_date": "2026-11-22",
}


TOKEN = "test-token"
UNHURRIED = settings(
    deadline=None,
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""For open-ended inputs: a busy machine is no failure; ``FUZZ_EXAMPLES=20000`` looks for hours."""


class Api:
    """Requests of one user to one server."""

    def __init__(self, server: LocalServer, token: str | None = TOKEN) -> None:
        self.root = server.api_url
        self.session = requests.Session()
        self.session.headers["Accept"] = NATIVE
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Api:  # noqa: PYI034  # Self came with Python 3.11
        return self

    def __exit__(self, *error: object) -> None:
        self.session.close()

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request; ``body`` goes as JSON, and native JSON is asked for."""
        headers = {**options.pop("headers", {})}
        if body is not None:
            headers["Content-Type"] = "application/json"
            options["data"] = json.dumps(body)
        if "/files" in path or "/actions/files" in path:
            headers.setdefault("Accept", "*/*")
        options.setdefault("allow_redirects", False)
        url = path if path.startswith("http") else self.root + path
        return self.session.request(method, url, headers=headers, **options)

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send a request that must succeed, and return its JSON."""
        response = self.call(method, path, body, **options)
        assert response.ok, f"{method} {path} → {response.status_code} {response.text}"
        return response.json() if response.content else None

    def draft(self, metadata: Json | None = None, **more: Any) -> Json:
        """Open a draft."""
        return dict(self.ok("POST", "/records", {"metadata": TOOL if metadata is None else metadata, **more}))

    def upload(self, record: str, key: str = "tool.zip", content: bytes = b"bytes") -> Json:
        """Announce, send and commit a file."""
        self.ok("POST", f"/records/{record}/draft/files", [{"key": key}])
        base = f"/records/{record}/draft/files/{quote(key)}"
        self.ok("PUT", f"{base}/content", data=content, headers={"Content-Type": "application/octet-stream"})
        return dict(self.ok("POST", f"{base}/commit"))

    def publish(self, record: str) -> Json:
        """Publish a draft."""
        return dict(self.ok("POST", f"/records/{record}/draft/actions/publish"))

    def published(self, metadata: Json | None = None, **more: Any) -> Json:
        """Publish a record with one file."""
        made = self.draft(metadata, **more)
        self.upload(made["id"])
        return self.publish(made["id"])

    def hits(self, path: str, **query: Any) -> list[str]:
        """Return the ids that a search finds."""
        return [hit["id"] for hit in self.ok("GET", path, params=query)["hits"]["hits"]]


def md5(content: bytes) -> str:
    """Return the checksum as the server writes it."""
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"


def error(message: str, *fields: tuple[str, str], status: int = 400) -> Json:
    """Return the body of a refusal."""
    body: Json = {"status": status, "message": message}
    if fields:
        body["errors"] = [{"field": field, "messages": [text]} for field, text in fields]
    return body


INVALID = "A validation error occurred."
