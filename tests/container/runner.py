"""
The image, started with the runner's own command line.

Source: the log of a Docker action on a hosted runner.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.action.conftest import Done, Workflow
from tests.github_server import release_event
from tests.github_server.state import Release

IMAGE = "zenodo-deposit:ci"
HOST_USER = 1001
"""Of the hosted runners, which owns the workspace; the container runs as root."""


def docker_run(
    flow: Workflow,
    release: Release,
    *options: str,
    network: str = "host",
    event: str = "release",
    ref: str | None = None,
    event_file: bytes | None = None,
    workspace: str | None = None,
    timeout_s: int = 100,
) -> Done:
    """
    Start the container as the runner does for a published release, and read what it left.

    Args:
        flow: The scene.
        release: What was published.
        options: Further ones of ``docker run``.
        network: What the container is connected to.
        event: The event's name.
        ref: The ref of the run; by default the release's tag.
        event_file: Stands in the event file in place of the release's event.
        workspace: What is mounted as the workspace, as ``PATH:ro``; by default the repository, empty mounts nothing.
        timeout_s: Seconds that it may take.
    """
    payload = release_event(flow.github, flow.on_github, release)
    environ = flow.variables(payload, event=event, ref=ref or f"refs/tags/{release.tag_name}")
    files = Path(environ["GITHUB_OUTPUT"]).parent
    if event_file is not None:
        (files / "event.json").write_bytes(event_file)
    home = flow.folder / "home"
    home.mkdir(exist_ok=True)
    for path in (flow.repo.path, files, home):
        subprocess.run(["chown", "-R", str(HOST_USER), path], check=True)
    inside = (
        environ
        | {
            "HOME": "/github/home",
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        }
        | flow.environ
    )
    del inside["PATH"]
    arguments = ["/usr/bin/docker", "run", "--workdir", "/github/workspace", "--rm", "--network", network, *options]
    for name in inside:
        arguments += ["-e", name]
    source, _, mode = (str(flow.repo.path) if workspace is None else workspace).partition(":")
    mounts = {
        "/github/home": str(home),
        "/github/workflow": str(files),
        "/github/file_commands": str(files),
        "/github/workspace": source,
    }
    for where, outside in mounts.items():
        if outside:
            arguments += ["-v", f"{outside}:{where}{':' + mode if mode and outside == source else ''}"]
    done = subprocess.run(
        [*arguments, IMAGE],
        env=os.environ | inside,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=timeout_s,
    )
    return flow.done(done.returncode, done.stdout + done.stderr, environ)
