"""``examples/gitlab-ci.yml``: the command line with the variables that GitLab sets. Needs no container."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import requests
import yaml

from tests.action.conftest import Workflow
from tests.container.act import ROOT
from tests.container.internet import Internet

JOB = yaml.safe_load((ROOT / "examples" / "gitlab-ci.yml").read_text(encoding="utf-8"))["doi"]


def script(flow: Workflow, internet: Internet, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the job's script as GitLab's runner does."""
    environ = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(flow.folder),
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_COMMIT_TAG": "v1.0.0",
        **internet.variables(),
        **variables,
    }
    command = ["bash", "-eo", "pipefail", "-c", "\n".join(JOB["script"])]
    return subprocess.run(command, cwd=flow.repo.path, env=environ, capture_output=True, encoding="utf-8", check=False)


def test_a_tag_gets_its_doi(workflow: Workflow, internet: Internet) -> None:
    """On zenodo.org, once; the result is left as JSON for later jobs."""
    first = script(workflow, internet, ZENODO_TOKEN="test-token")
    result = json.loads((workflow.repo.path / JOB["artifacts"]["paths"][0]).read_text(encoding="utf-8"))
    again = script(workflow, internet, ZENODO_TOKEN="test-token")

    assert first.returncode == 0, first.stderr
    assert result["status"] == "published"
    assert json.loads(again.stdout)["status"] == "unchanged"
    record = requests.get(
        f"https://zenodo.org/api/records/{result['record_id']}",
        proxies={"https": internet.proxy},
        verify=str(internet.ca_file),
        timeout=10,
    ).json()
    assert record["doi"] == result["doi"]
    assert record["metadata"]["version"] == "1.0.0"
    assert set(internet.asked) == {"zenodo.org:443"}
    assert "test-token" not in first.stdout + first.stderr


def test_a_missing_variable_is_an_error(workflow: Workflow, internet: Internet) -> None:
    """In CI, a forgotten token is no green job with made-up DOIs."""
    done = script(workflow, internet)

    assert done.returncode == 2, done.stdout
    assert "ZENODO_TOKEN" in done.stdout
    assert internet.asked == []


def test_the_tags_that_start_the_job() -> None:
    """Complete versions, as the Action takes them by default."""
    pattern = re.fullmatch(r"\$CI_COMMIT_TAG =~ /(.*)/", JOB["rules"][0]["if"])
    assert pattern is not None
    assert all(re.search(pattern[1], tag) for tag in ("v1.2.0", "2024.05", "1.0"))
    assert not any(re.search(pattern[1], tag) for tag in ("v1", "latest", "v1.2.0-rc.1", "v1.2.0;id"))
