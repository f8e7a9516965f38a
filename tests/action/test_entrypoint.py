"""The entrypoint as a process, with the runner's variables and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.action.conftest import NOTES, Workflow

ROOT = Path(__file__).resolve().parents[2]


def test_success_and_unchanged(workflow: Workflow) -> None:
    """Outputs, summary and notes are there; again there is nothing to do."""
    release = workflow.release()

    first = workflow.entrypoint(release)
    again = workflow.entrypoint(release)

    assert (first.code, first.outputs["status"]) == (0, "published")
    assert (again.code, again.outputs["status"]) == (0, "unchanged")
    assert first.outputs["doi"] in (release.body or "")


def test_bad_metadata(workflow: Workflow) -> None:
    """Exit code 3."""
    workflow.repo.write(".zenodo.yml", "title: [\n")
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")

    done = workflow.entrypoint(workflow.release("v1.2.0"))

    assert done.code == 3
    assert done.findings[0]["code"] == "document-unparsable"


def test_a_missing_token(workflow: Workflow) -> None:
    """Exit code 2."""
    workflow.inputs["zenodo-token"] = ""

    assert workflow.entrypoint(workflow.release()).code == 2


def test_no_permission(workflow: Workflow) -> None:
    """Exit code 7, and published."""
    workflow.inputs["github-token"] = workflow.github.read_token
    release = workflow.release()

    done = workflow.entrypoint(release)

    assert (done.code, done.outputs["status"]) == (7, "published")
    assert release.body == NOTES


def test_the_action_file_is_what_the_table_says() -> None:
    """Inputs and outputs are never typed twice; a change by hand fails here."""
    script = [sys.executable, "scripts/make_action_yml.py", "--check"]

    done = subprocess.run(script, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stdout) == (0, "")
