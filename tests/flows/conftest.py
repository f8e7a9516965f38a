"""A repository with two releases, the way to a server, and the command line as a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.repos import ExampleRepo
from zenodo_action.cli import main
from zenodo_action.server import LocalServer

ZENODO_YML = """\
title: Red-Dot ${version}
upload_type: software
description: <p>Detects laser dots.</p>
creators:
  - name: Carberry, Josiah
    orcid: 0000-0002-1825-0097
    affiliation: Brown University
  - organization: The Cat Collective
license: Apache-2.0
keywords: [lasers, cats]
"""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def red_dot(tmp_path: Path) -> ExampleRepo:
    """A repository with the tags v1.0.0 and v1.1.0 and a web address."""
    repo = ExampleRepo(tmp_path / "red-dot")
    repo.write(".zenodo.yml", ZENODO_YML)
    repo.write("red_dot.py", "print('dot')\n")
    repo.commit("First")
    repo.tag("v1.0.0")
    repo.write("red_dot.py", "print('dot, dot')\n")
    repo.write(".zenodo.yml", ZENODO_YML.replace("[lasers, cats]", "[lasers, cats, toys]"))
    repo.commit("Second")
    repo.tag("v1.1.0")
    repo.remote("https://github.com/cat-lab-example/red-dot.git")
    return repo


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the test server's first user, where the command line looks for it."""
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")


@pytest.fixture(params=["records", "deposit"])
def to(zenodo: LocalServer, red_dot: ExampleRepo, request: pytest.FixtureRequest) -> list[str]:
    """The repository and the options that lead to the test server, by each API."""
    return ["-C", str(red_dot.path), "--server", zenodo.url, "--timeout", "2", "--api", request.param]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process; ``env`` sets variables for the call."""

    def call(*arguments: object, env: dict[str, str] | None = None) -> Ran:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            try:
                main([str(argument) for argument in arguments])
                code = 0
            except SystemExit as done:
                code = int(done.code or 0)
        printed = capfd.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Ran(code=code, out=printed.out, err=printed.err)

    return call


def forget(repo: ExampleRepo) -> None:
    """Remove the notes, as on another machine."""
    for file in (repo.path / ".git" / "zenodo-deposit").iterdir():
        file.unlink()
