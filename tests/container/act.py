"""
Whole workflow files, run word for word by ``act`` in a container, each step as its own workflow asks for.

Not covered by act: ``actions/checkout`` (the workspace is made here with that action's own git commands), the runner's
limits of a token (``permissions:`` is read here, and decides which token the run gets), and the path of the workspace
(act mounts it at its own path; ``test_container`` has the runner's).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.action.conftest import NAME, Workflow
from tests.container.internet import Internet

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(os.environ.get("ACT", ROOT / "build/container/venv/bin/act"))
RUNNER = "python:3.13-slim"
"""The image in which the steps of a job run: the base of ours, since it is there."""
HOST_USER = 1001
"""Of the hosted runners, which owns the workspace; the container runs as root."""
CA_FILE = "/authority.pem"
"""Where the containers find the authority of the tests."""


@dataclass(frozen=True)
class Ran:
    """What a run of a workflow left behind."""

    code: int
    records: tuple[dict[str, Any], ...]
    """The log, a JSON object for each line."""
    errors: str

    @property
    def log(self) -> str:
        """What the steps printed, without the commands that set masks."""
        return "".join(each["msg"] for each in self.records if each.get("command") != "add-mask")

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of all steps."""
        return {each["name"]: each["arg"] for each in self.records if each.get("command") == "set-output"}

    @property
    def summary(self) -> str:
        """The job summary."""
        return "".join(each["content"] for each in self.records if each.get("command") == "summary")

    @property
    def annotations(self) -> list[tuple[str, str, str]]:
        """Level, place as ``file:line`` (or empty) and title of each annotation."""
        found = []
        for each in self.records:
            if each.get("command") in ("error", "warning", "notice"):
                facts = each.get("kvPairs") or {}
                place = f"{facts['file']}:{facts.get('line', '')}" if "file" in facts else ""
                found.append((each["command"], place, facts.get("title", "")))
        return found

    @property
    def exit_code(self) -> int:
        """The exit code of the step that failed; 0 where none did."""
        found = re.search(r"exit with `FAILURE`: (\d+)", "\n".join(each["msg"] for each in self.records))
        return int(found[1]) if found else 0


def check_out(flow: Workflow, folder: Path, *, ref: str, depth: int = 1) -> Path:
    """
    Make the workspace that ``actions/checkout`` leaves.

    Source: that action's log for a tag, for a branch with ``fetch-depth: 0``, and for a pull request.
    """
    folder.mkdir()

    def git(*arguments: str) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout.strip()

    source = f"file://{flow.repo.path}"
    git("init", "--quiet")
    git("remote", "add", "origin", f"https://github.com/{NAME}")
    if depth == 0:
        git("fetch", "--quiet", "--no-tags", source, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
        git("checkout", "--quiet", "--force", "-B", "main", "refs/remotes/origin/main")
    else:
        commit = flow.repo.git("rev-parse", f"{ref.replace('refs/pull/7/merge', 'HEAD')}^{{commit}}")
        local = ref.replace("refs/pull", "refs/remotes/pull")
        flow.repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
        git("fetch", "--quiet", "--no-tags", "--depth=1", source, f"+{commit}:{local}")
        git("checkout", "--quiet", "--force", local)
    return folder


@dataclass
class Act:
    """The runner of workflows for one scene: a repository on GitHub, a server, and the names that lead to it."""

    flow: Workflow
    internet: Internet
    count: int = 0

    @property
    def action(self) -> Path:
        """A folder with the action's definition; its image is there already, under the name that act gives it."""
        folder = self.flow.folder / "action"
        if not folder.exists():
            folder.mkdir()
            for name in ("action.yml", "Dockerfile"):
                (folder / name).write_bytes((ROOT / name).read_bytes())
        return folder

    def run(
        self,
        text: str,
        payload: dict[str, Any],
        *,
        event: str,
        secrets: Mapping[str, str],
        ref: str = "refs/tags/v1.0.0",
        github_token: str | None = None,
        further: Sequence[str] = (),
    ) -> Ran:
        """
        Run a workflow file.

        Args:
            text: The file, word for word.
            payload: The event.
            event: Its name.
            secrets: The secrets of the repository.
            ref: What ``actions/checkout`` checks out where it is not told.
            github_token: The job's token; by default the one that the file's ``permissions`` give.
            further: Further arguments for act.
        """
        self.count += 1
        folder = self.flow.folder / f"act-{self.count}"
        folder.mkdir()
        workspace = check_out(self.flow, folder / "red-dot", ref=ref, depth=0 if "fetch-depth: 0" in text else 1)
        file = workspace / ".github" / "workflows" / "doi.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        (folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        subprocess.run(["chown", "-R", str(HOST_USER), workspace], check=True)
        github = self.flow.github
        token = github_token or (github.token if re.search(r"contents: *write", text) else github.read_token)
        given = {
            "-s": {**secrets, "GITHUB_TOKEN": token},
            "--env": {"GITHUB_API_URL": github.url, **self.internet.variables(CA_FILE)},
        }
        arguments = [
            *(ACT, event, "--eventpath", folder / "event.json", "--workflows", file, "--json", "--bind"),
            *("--platform", f"ubuntu-latest={RUNNER}", "--container-daemon-socket", "-", "--no-cache-server"),
            *("--pull=false", "--rebuild=false", "--action-offline-mode"),
            *("--local-repository", f"org/zenodo-deposit@v1={self.action}"),
            *("--container-options", f"--volume {self.internet.ca_file}:{CA_FILE}:ro", *further),
        ]
        for flag, values in given.items():
            for name, value in values.items():
                arguments += [flag, f"{name}={value}"]
        environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "DOCKER_HOST": os.environ.get("DOCKER_HOST", "")}
        done = subprocess.run(
            arguments, cwd=workspace, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=100
        )
        ran = Ran(
            code=done.returncode,
            records=tuple(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")),
            errors=done.stderr,
        )
        self._check(ran, workspace, [*secrets.values(), token])
        return ran

    def _check(self, ran: Ran, workspace: Path, tokens: Sequence[str]) -> None:
        """Look for what must never be left behind: tokens, files of root, connections to anywhere else."""
        for text in (ran.log, ran.summary, *ran.outputs.values()):
            assert "Traceback" not in text
            assert not any(token in text for token in tokens if token)
        assert {path.lstat().st_uid for path in workspace.rglob("*")} == {HOST_USER}
        known = {f"{name}:443" for name in self.internet.names}
        assert set(self.internet.asked) <= known
