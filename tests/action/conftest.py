"""A workflow run: a checkout, GitHub, a server, and the entrypoint as the runner starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import ZENODO_YML
from tests.github_server import GitHubServer, read_outputs, release_event
from tests.github_server.runner import runner_environ
from tests.github_server.state import Release
from tests.repos import ExampleRepo
from zenodo_action.action import run
from zenodo_action.server import LocalServer

ENTRYPOINT = Path(__file__).resolve().parents[2] / "entrypoint.py"
NAME = "cat-lab-example/red-dot"
NOTES = "## What is new\r\n\r\n* dots 🔴\r\n"


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def annotations(self) -> list[str]:
        """The lines that the runner shows on the run's page."""
        return re.findall(r"^::(?:error|warning|notice) .*$", self.log, re.MULTILINE)

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The output of that name."""
        return json.loads(self.outputs["findings"])


@dataclass
class Workflow:
    """One repository on GitHub with its checkout, and a way to run the Action in it."""

    folder: Path
    github: GitHubServer
    zenodo: LocalServer
    repo: ExampleRepo
    count: int = 0
    inputs: dict[str, str] = field(default_factory=dict)
    """What stands under ``with:``; without tokens."""
    environ: dict[str, str] = field(default_factory=dict)
    """Further variables."""
    has_checkout: bool = True

    @property
    def workspace(self) -> Path:
        """The folder that the job starts with."""
        if self.has_checkout:
            return self.repo.path
        folder = self.folder / "empty"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def on_github(self) -> Any:
        """The repository as GitHub has it."""
        return self.github.add_repository(NAME)

    def release(self, tag: str = "v1.0.0", body: str | None = NOTES, **state: Any) -> Release:
        """Make a release on GitHub."""
        return self.on_github.add_release(tag, body, **state)

    def variables(self, payload: dict[str, Any], *, event: str, ref: str) -> dict[str, str]:
        """Return what the runner sets for the step."""
        self.count += 1
        files = self.folder / f"run-{self.count}"
        environ = runner_environ(files, self.github, self.on_github, payload, event=event, ref=ref)
        inputs = {
            "zenodo-token": "test-token",
            "github-token": self.github.token,
            "server": self.zenodo.url,
            **self.inputs,
        }
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            **environ,
            "GITHUB_WORKSPACE": str(self.workspace),
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
            **self.environ,
        }

    def run(self, payload: dict[str, Any], *, event: str = "release", ref: str = "refs/tags/v1.0.0") -> Done:
        """Run the Action in this process."""
        environ = self.variables(payload, event=event, ref=ref)
        lines: list[str] = []
        code = run(environ, lines.append)
        return self.done(code, "\n".join(lines), environ)

    def published(self, release: Release, action: str = "published") -> Done:
        """Run it as GitHub does when a release is published."""
        payload = release_event(self.github, self.on_github, release, action)
        return self.run(payload, ref=f"refs/tags/{release.tag_name}")

    def entrypoint(self, release: Release) -> Done:
        """The same, as a process of its own with nothing but the runner's variables."""
        payload = release_event(self.github, self.on_github, release)
        environ = self.variables(payload, event="release", ref=f"refs/tags/{release.tag_name}")
        command = [sys.executable, str(ENTRYPOINT)]
        done = subprocess.run(command, env=environ, cwd="/", capture_output=True, encoding="utf-8", check=False)
        return self.done(done.returncode, done.stdout + done.stderr, environ)

    def done(self, code: int, log: str, environ: dict[str, str]) -> Done:
        """Read what a run left, and look for what it must never leave."""
        outputs = read_outputs(Path(environ["GITHUB_OUTPUT"]))
        summary = Path(environ["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
        unmasked = re.sub(r"^::add-mask::.*$", "", log, flags=re.MULTILINE)
        for text in (unmasked, summary, *outputs.values()):
            assert "test-token" not in text
            assert self.github.token not in text
            assert "Traceback" not in text
        return Done(code=code, log=log, outputs=outputs, summary=summary)


@pytest.fixture
def workflow(tmp_path: Path, github: GitHubServer, zenodo: LocalServer) -> Workflow:
    """A repository with two tags, checked out at the first."""
    repo = ExampleRepo(tmp_path / "workspace")
    repo.write(".zenodo.yml", ZENODO_YML)
    repo.commit("First")
    repo.tag("v1.0.0")
    repo.write("more.py", "print()\n")
    repo.commit("Second")
    repo.tag("v1.1.0")
    repo.remote(f"https://github.com/{NAME}")
    github.add_repository(NAME).git = repo.path / ".git"
    return Workflow(folder=tmp_path, github=github, zenodo=zenodo, repo=repo)
