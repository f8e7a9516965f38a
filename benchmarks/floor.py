"""
The least that a deposit costs: only the calls that cannot be left out, without reading, checking or resuming anything.

Run as a program: ``python floor.py python|curl native|deposit FILE URL [RECORD]``; it prints the id of what it published.
Without RECORD it makes a first record, with it the next version.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OLD = {
    "title": "Red-Dot",
    "upload_type": "software",
    "description": "<p>Detects laser dots.</p>",
    "creators": [{"name": "Carberry, Josiah", "orcid": "0000-0002-1825-0097"}],
    "publication_date": "2026-03-01",
    "license": "apache-2.0",
}
NATIVE = {
    "metadata": {
        "title": "Red-Dot",
        "resource_type": {"id": "software"},
        "publication_date": "2026-03-01",
        "publisher": "Zenodo",
        "creators": [{"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "Josiah"}}],
        "rights": [{"id": "apache-2.0"}],
    },
    "access": {"record": "public", "files": "public"},
    "files": {"enabled": True},
}


class Wire:
    """Sends requests over one connection that stays open."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {token}"}

    def json(self, method: str, path: str, body: object = None) -> Any:
        """Send JSON and return the JSON of the answer."""
        data = b"" if body is None else json.dumps(body).encode()
        return self._ask(method, path, data, "application/json")

    def file(self, path: str, file: Path) -> Any:
        """Send a file."""
        with file.open("rb") as stream:
            return self._ask("PUT", path, stream, "application/octet-stream", file.stat().st_size)

    def _ask(self, method: str, path: str, body: Any, kind: str, length: int | None = None) -> Any:
        headers = {**self._headers, "Content-Type": kind}
        headers["Content-Length"] = str(len(body) if length is None else length)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:  # noqa: PLR2004
            raise SystemExit(f"{method} {path} → {answer.status} {text[:500]!r}")
        return json.loads(text) if text else None


class Curl(Wire):
    """Starts curl for each request."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def _ask(self, method: str, path: str, body: Any, kind: str, length: int | None = None) -> Any:
        given = ["--data-binary", "@-"] if length is None else ["-T", body.name]
        command = ["curl", "-sS", "--fail-with-body", "-X", method, f"{self._url}{path}", *given]
        headers = ["-H", f"Authorization: Bearer {self._token}", "-H", f"Content-Type: {kind}", "-H", "Expect:"]
        done = subprocess.run(
            [*command, *headers], input=body if length is None else None, capture_output=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{method} {path} → {done.stdout[:500]!r} {done.stderr!r}")
        return json.loads(done.stdout) if done.stdout else None


def native(wire: Wire, file: Path, record: str | None) -> str:
    """Deposit over the native API: five calls, or six for a next version."""
    if record is None:
        draft = wire.json("POST", "/api/records", NATIVE)
    else:
        draft = wire.json("POST", f"/api/records/{record}/versions")
        wire.json("PUT", f"/api/records/{draft['id']}/draft", NATIVE)
    path = f"/api/records/{draft['id']}/draft"
    wire.json("POST", f"{path}/files", [{"key": file.name}])
    wire.file(f"{path}/files/{file.name}/content", file)
    wire.json("POST", f"{path}/files/{file.name}/commit")
    return str(wire.json("POST", f"{path}/actions/publish")["id"])


def deposit(wire: Wire, file: Path, record: str | None) -> str:
    """Deposit over the deposit API: three calls, or five for a next version."""
    top = "/api/deposit/depositions"
    if record is None:
        draft = wire.json("POST", top, {"metadata": OLD})
    else:
        made = wire.json("POST", f"{top}/{record}/actions/newversion")
        number = made["links"]["latest_draft"].rpartition("/")[2]
        draft = wire.json("PUT", f"{top}/{number}", {"metadata": OLD})
        wire.json("DELETE", f"{top}/{number}/files/{draft['files'][0]['id']}")
    bucket = urlsplit(draft["links"]["bucket"]).path
    wire.file(f"{bucket}/{file.name}", file)
    return str(wire.json("POST", f"{top}/{draft['id']}/actions/publish")["id"])


def main() -> None:
    """Do what the arguments say."""
    means, api, file, url, *record = sys.argv[1:]
    wire = (Curl if means == "curl" else Wire)(url, os.environ["ZENODO_TOKEN"])
    act = native if api == "native" else deposit
    print(act(wire, Path(file), record[0] if record else None))  # noqa: T201 - for the program that started this one


if __name__ == "__main__":
    main()
