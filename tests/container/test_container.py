"""
The image, started as the runner starts it. Needs a Docker engine and the image ``zenodo-deposit:ci``: ``.ci/container``.

Source of the command line: the log of a Docker action on a hosted runner.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.action.conftest import NOTES, Done, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server import release_event
from tests.github_server.state import Release

pytestmark = pytest.mark.container

IMAGE = "zenodo-deposit:ci"
HOST_USER = 1001
"""Of the hosted runners, which owns the workspace; the container runs as root."""


def docker_run(flow: Workflow, release: Release, *options: str) -> Done:
    """Start the container with the runner's command line, and read what it left."""
    payload = release_event(flow.github, flow.on_github, release)
    environ = flow.variables(payload, event="release", ref=f"refs/tags/{release.tag_name}")
    files = Path(environ["GITHUB_OUTPUT"]).parent
    home = flow.folder / "home"
    home.mkdir(exist_ok=True)
    for path in (flow.repo.path, files, home):
        subprocess.run(["chown", "-R", str(HOST_USER), path], check=True)
    inside = environ | {
        "HOME": "/github/home",
        "GITHUB_WORKSPACE": "/github/workspace",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_OUTPUT": "/github/file_commands/output",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
    }
    del inside["PATH"]
    arguments = ["/usr/bin/docker", "run", "--workdir", "/github/workspace", "--rm", "--network", "host", *options]
    for name in inside:
        arguments += ["-e", name]
    for outside, where in (
        (home, "/github/home"),
        (files, "/github/workflow"),
        (files, "/github/file_commands"),
        (flow.repo.path, "/github/workspace"),
    ):
        arguments += ["-v", f"{outside}:{where}"]
    done = subprocess.run(
        [*arguments, IMAGE], env=os.environ | inside, capture_output=True, encoding="utf-8", check=False, timeout=100
    )
    return flow.done(done.returncode, done.stdout + done.stderr, environ)


def test_a_release_gets_its_doi(workflow: Workflow) -> None:
    """Outputs, summary, release notes; again nothing is changed."""
    release = workflow.release()

    first = docker_run(workflow, release)
    again = docker_run(workflow, release)

    assert (first.code, first.outputs["status"]) == (0, "published"), first.log
    assert (again.code, again.outputs["status"]) == (0, "unchanged")
    assert first.outputs["doi"] in (release.body or "")
    assert first.summary.startswith("## 🎉 Published\n")


def test_nothing_in_the_workspace_is_left_to_root(workflow: Workflow) -> None:
    """A self-hosted runner could not clean up."""
    docker_run(workflow, workflow.release())

    owners = {path.stat().st_uid for path in workflow.repo.path.rglob("*")}
    assert owners == {HOST_USER}


def test_a_read_only_root(workflow: Workflow) -> None:
    """Only /tmp and what the runner mounts are written."""
    done = docker_run(workflow, workflow.release(), "--read-only", "--tmpfs", "/tmp")  # noqa: S108 - of the container

    assert (done.code, done.outputs["status"]) == (0, "published"), done.log


def test_the_embedded_repository(workflow: Workflow) -> None:
    """``server: local`` works in the image too."""
    workflow.inputs |= {"server": "local", "zenodo-token": ""}

    done = docker_run(workflow, workflow.release())

    assert (done.code, done.outputs["status"]) == (0, "published"), done.log
    assert {path.stat().st_uid for path in workflow.repo.path.rglob("*")} == {HOST_USER}


def test_failures(workflow: Workflow) -> None:
    """Bad metadata, no token, no permission: exit codes and findings."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML.replace("1825-0097", "1825-0098"))
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    bad = docker_run(workflow, workflow.release("v1.2.0"))
    workflow.inputs["zenodo-token"] = ""
    no_token = docker_run(workflow, workflow.release())
    del workflow.inputs["zenodo-token"]
    workflow.inputs["github-token"] = workflow.github.read_token
    release = workflow.release()
    no_permission = docker_run(workflow, release)

    assert (bad.code, [finding["code"] for finding in bad.findings]) == (3, ["orcid-invalid"])
    assert no_token.code == 2
    assert (no_permission.code, no_permission.outputs["status"]) == (7, "published")
    assert release.body == NOTES
