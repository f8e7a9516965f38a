"""The image, started as the runner starts it. Needs a Docker engine and the image ``zenodo-deposit:ci``: ``.ci/container``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.action.conftest import NOTES, Workflow
from tests.container.runner import HOST_USER, IMAGE, docker_run
from tests.flows.conftest import ZENODO_YML

pytestmark = pytest.mark.container


def inside(*command: str) -> subprocess.CompletedProcess[str]:
    """Run something else in the image."""
    return subprocess.run(
        ["/usr/bin/docker", "run", "--rm", "--entrypoint", command[0], IMAGE, *command[1:]],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


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


def test_what_is_not_in_the_image() -> None:
    """Nothing that installs or builds; nor the cryptography that PyGithub would load for logins that are not used."""
    tools = "pip pip3 gcc cc make curl wget"
    python = "/opt/zenodo-deposit/bin/python"

    found = inside("sh", "-c", f"for tool in {tools}; do command -v $tool; done; echo end")
    modules = inside(
        python, "-c", "import importlib.util as u; print([n for n in ('pip', 'cryptography') if u.find_spec(n)])"
    )

    assert found.stdout == "end\n"
    assert modules.stdout == "[]\n"


def test_what_is_in_the_image() -> None:
    """Git with LFS, and bytecode for every module."""
    git = inside("git", "lfs", "version")
    missing = inside(
        "/opt/zenodo-deposit/bin/python",
        "-c",
        "import importlib.util as u, pathlib as p; "
        "print([str(f) for f in p.Path('/opt/zenodo-deposit/app').rglob('*.py')"
        " if not p.Path(u.cache_from_source(str(f))).exists()])",
    )

    assert git.returncode == 0
    assert missing.stdout == "[]\n"


# Workspaces


def test_no_workspace(workflow: Workflow) -> None:
    """Everything is read through GitHub's API; the files are those of a run with a checkout, byte for byte."""
    release = workflow.release()

    first = docker_run(workflow, release, workspace="")
    again = docker_run(workflow, release)

    assert (first.code, first.outputs["status"]) == (0, "published"), first.log
    assert (again.code, again.outputs["status"]) == (0, "unchanged"), again.log
    assert again.outputs["files"] == first.outputs["files"]


def test_a_read_only_workspace(workflow: Workflow) -> None:
    """The record of what was begun cannot be kept, so nothing is begun."""
    release = workflow.release()

    done = docker_run(workflow, release, workspace=f"{workflow.repo.path}:ro")

    assert done.code == 4, done.log
    assert release.body == NOTES


@pytest.mark.skipif(os.geteuid() != 0, reason="changes owners")
def test_a_workspace_of_which_every_folder_is_somebody_elses(workflow: Workflow) -> None:
    """``safe.directory`` holds for the workspace, and for nothing else."""
    other = workflow.folder / "elsewhere"
    shutil.copytree(workflow.repo.path, other)
    subprocess.run(["chown", "-R", "1234", other], check=True)

    done = docker_run(workflow, workflow.release(), workspace=str(other))

    assert (done.code, done.outputs["status"]) == (0, "published"), done.log
    assert {path.lstat().st_uid for path in other.rglob("*")} == {1234}


def test_a_full_disk(workflow: Workflow) -> None:
    """The archive does not fit: exit code 4, nothing deposited."""
    workflow.repo.write("noise.bin", os.urandom(3_000_000))
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    release = workflow.release("v1.2.0")

    done = docker_run(workflow, release, "--tmpfs", "/tmp:size=2m")  # noqa: S108 - of the container

    assert done.code == 4, done.log
    assert "No space left" in done.log
    assert release.body == NOTES


# Events


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the event file is empty"),
        (b"{", "the event file is not JSON"),
        (b"[]", "the event file holds no JSON object"),
        (b'{"action": "published"}', "the event `release` describes no release: the release is not an object"),
    ],
)
def test_an_event_file_that_is_none(workflow: Workflow, content: bytes, what: str) -> None:
    """Exit code 2, and what is wrong with it."""
    done = docker_run(workflow, workflow.release(), event_file=content)

    assert (done.code, done.findings[0]["what"]) == (2, what)


def test_a_long_event_file(workflow: Workflow) -> None:
    """A push of a tag with 5 MB of commits is one like any other."""
    payload = {"ref": "refs/tags/v1.0.0", "deleted": False, "commits": [{"message": "x" * 1000}] * 5000}

    done = docker_run(workflow, workflow.release(), event="push", event_file=json.dumps(payload).encode())

    assert (done.code, done.outputs["status"]) == (0, "published"), done.log


def test_another_event(workflow: Workflow) -> None:
    """Stars do not deposit: exit code 2, and how to name a tag."""
    star = b'{"action": "started"}'

    done = docker_run(workflow, workflow.release(), event="watch", ref="refs/heads/main", event_file=star)

    assert (done.code, done.findings[0]["what"]) == (2, "the event watch names no tag")


# Limits


def test_the_network_is_gone(workflow: Workflow) -> None:
    """GitHub cannot be reached: exit code 6, and nothing was deposited."""
    done = docker_run(workflow, workflow.release(), network="none")

    assert done.code == 6, done.log


@pytest.mark.timeout(500)
def test_an_archive_of_2_gb_in_256_mb_of_memory(workflow: Workflow) -> None:
    """The memory does not depend on the size of the archive."""
    data = workflow.repo.path / "data.bin"
    with data.open("wb") as file:
        file.truncate(2 * 1024**3)  # zeros, which take no room here; the archive stores all of them
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    data.unlink()

    done = docker_run(workflow, workflow.release("v1.2.0"), "--memory", "256m", "--memory-swap", "256m", timeout_s=480)
    stored = sum(path.stat().st_size for path in (workflow.folder / "zenodo").rglob("*") if path.is_file())
    shutil.rmtree(workflow.folder / "zenodo")

    assert (done.code, done.outputs["status"]) == (0, "published"), done.log
    assert stored > 2 * 1024**3
