"""
The bed, small repositories to deposit, and the command line as a program of its own.

The server is named by ``BED_URL`` and ``BED_TOKEN``. ``conformance/bed.py`` sets them; the tests that are marked
``live`` are content with any server, the Zenodo sandbox or ``zenodo-deposit serve`` included, and with one user.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.repos import ExampleRepo

ZENODO_YML = """\
title: Red-Dot
upload_type: software
description: <p>Detects laser dots.</p>
creators:
  - name: Carberry, Josiah
    orcid: 0000-0002-1825-0097
    affiliation: Brown University
license: Apache-2.0
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the bed where there is none."""
    if "BED_URL" not in os.environ:
        for item in items:
            if any(item.get_closest_marker(name) is not None for name in ("conformance", "reviews", "live")):
                item.add_marker(pytest.mark.skip(reason="needs InvenioRDM: make conformance"))


NATIVE = {"Accept": "application/vnd.inveniordm.v1+json"}
"""On Zenodo plain JSON is a form of its own."""
INDEX_WAIT_S = 300
"""How long a search may need to show what was done, on a server far away."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Bed:
    """A server with two users, seen through plain HTTP."""

    url: str
    token: str
    other_token: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = "",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: bytes | None = None,
    ) -> Answer:
        """Send one request to the API and return the answer; the first user's token unless another or none is given."""
        sent = {"Accept": "application/json", **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token}"
        if data is not None:
            sent.setdefault("Content-Type", "application/octet-stream")
        reply = requests.request(
            method, f"{self.url}/api{path}", headers=sent, json=json, data=data, timeout=60, allow_redirects=False
        )
        return Answer(reply.status_code, reply.headers, reply.content)

    @property
    def is_far(self) -> bool:
        """Whether it is a server whose searches lag behind."""
        return self.url.startswith("https://")

    def own(self, repository: str, *, at_least: int = 0) -> list[dict[str, Any]]:
        """
        Return the first user's versions and drafts that link to a source code repository, oldest first.

        A server far away is asked again until there are so many.
        """
        name = repository.rpartition("-")[2]  # a word without signs that mean something in a query
        query = f"metadata.related_identifiers.identifier:*{name}*"
        path = f"/user/records?allversions=true&size=100&sort=oldest&q={query}"
        deadline = time.monotonic() + (INDEX_WAIT_S if self.is_far else 0)
        while True:
            found = self.ask("GET", path, headers=NATIVE).json["hits"]["hits"]
            if len(found) >= at_least or time.monotonic() > deadline:
                return found
            time.sleep(5)

    def record(self, record_id: str) -> dict[str, Any]:
        """Return a published version."""
        answer = self.ask("GET", f"/records/{record_id}", headers=NATIVE)
        assert answer.status == 200, answer.body
        return answer.json

    def content(self, record_id: str, name: str) -> bytes:
        """Return the bytes of a published file, as anybody sees them, wherever the server keeps them."""
        reply = requests.get(f"{self.url}/api/records/{record_id}/files/{name}/content", timeout=60)
        assert reply.status_code == 200, reply.content
        return reply.content


@pytest.fixture(scope="session")
def bed() -> Bed:
    """The real InvenioRDM."""
    return Bed(os.environ["BED_URL"], os.environ["BED_TOKEN"], os.environ.get("BED_OTHER_TOKEN", ""))


@dataclass(frozen=True)
class RedDot:
    """A repository with a web address of its own, so that its records cannot be taken for another test's."""

    repo: ExampleRepo
    url: str

    def release(self, tag: str, metadata: str = ZENODO_YML, **files: str | bytes) -> None:
        """Commit metadata and files and tag the commit."""
        self.repo.write(".zenodo.yml", metadata)
        self.repo.write("red_dot.py", f"print('dot of {tag}')\n")
        for name, content in files.items():
            self.repo.write(name, content)
        self.repo.commit(tag)
        self.repo.tag(tag)


@pytest.fixture
def red_dot(tmp_path: Path) -> RedDot:
    """A repository with the release v1.0.0."""
    url = f"https://github.com/cat-lab-example/red-dot-{uuid.uuid4().hex[:12]}"
    made = RedDot(ExampleRepo(tmp_path / "red-dot"), url)
    made.repo.remote(f"{url}.git")
    made.release("v1.0.0")
    return made


@dataclass(frozen=True)
class Ran:
    """What the program did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """The command line as a process, with nothing of this one's environment but where programs are found."""

    bed: Bed
    home: Path

    def start(
        self, tag: str, repo: ExampleRepo, *options: str, url: str = "", token: str = ""
    ) -> subprocess.Popen[str]:
        """Start a deposit and return its process."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "zenodo_action", "deposit", tag, "-C", str(repo.path)),
                *("--json", "--server", url or self.bed.url, *options),
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "LC_ALL": "C.UTF-8",
                "ZENODO_TOKEN": token or self.bed.token,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def deposit(self, tag: str, repo: ExampleRepo, *options: str, url: str = "", token: str = "") -> Ran:
        """Deposit a tag and return what came of it."""
        process = self.start(tag, repo, *options, url=url, token=token)
        out, err = process.communicate(timeout=240)
        assert "Traceback" not in err, err
        return Ran(process.returncode, out, err)


@pytest.fixture
def program(bed: Bed, tmp_path: Path) -> Program:
    """The command line, depositing on the bed."""
    home = tmp_path / "home"
    home.mkdir()
    return Program(bed, home)
