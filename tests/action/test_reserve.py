"""What comes before a record: ``command: reserve``, ``stamp``, and a review that decides, as outputs."""

from __future__ import annotations

import json
from pathlib import Path

import requests

from tests.action.conftest import NOTES, Workflow
from tests.action.test_write_back import FILES
from tests.github_server import dispatch_event
from zenodo_action.server import LocalServer


def test_the_doi_is_an_output(workflow: Workflow) -> None:
    """Started by hand with a tag that does not exist; the deposit of that tag has the same DOI."""
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0"}
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    reserved = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert reserved.code == 0, reserved.log
    assert reserved.outputs["status"] == "reserved"
    assert reserved.outputs["doi"] == f"10.5072/zenodo.{reserved.outputs['record-id']}"
    assert reserved.outputs["version"] == "2.0.0"
    assert reserved.outputs["archive-sha256"] == ""
    assert json.loads(reserved.outputs["files"]) == []
    assert reserved.summary.startswith("## 🔖 DOI reserved; tag the release with it, then deposit it\n")
    assert workflow.repo.git("status", "--porcelain") == ""

    workflow.inputs["command"] = "deposit"
    workflow.repo.tag("v2.0.0")
    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (done.outputs["status"], done.outputs["doi"]) == ("published", reserved.outputs["doi"])


def test_a_private_repository_is_told_before_its_doi_is_reserved(workflow: Workflow) -> None:
    """As before a deposit: who may see the files is asked while it can still be said."""
    workflow.on_github.is_private = True
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0"}
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    reserved = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert "repository-private" in [each["code"] for each in reserved.findings]


def test_it_needs_a_tag(workflow: Workflow) -> None:
    """A branch is no release."""
    workflow.inputs["command"] = "reserve"
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert done.code == 2
    assert "names no tag" in done.log


def test_it_needs_a_token(workflow: Workflow) -> None:
    """The same way to one as for a deposit."""
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0", "zenodo-token": ""}
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert done.code == 2
    assert "there is no token for the server" in done.log


def test_stamped_outputs(workflow: Workflow) -> None:
    """``stamp`` as an input: the checksum is that of the stamped archive."""
    workflow.repo.write(
        "CITATION.cff", "cff-version: 1.2.0\nmessage: Cite it\ntitle: Red-Dot\nauthors:\n  - name: Cats\n"
    )
    workflow.repo.commit("Cite it")
    workflow.repo.tag("v2.0.0")
    workflow.inputs |= {"stamp": "true", "tag": "v2.0.0", "write-back": "none"}
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    plain = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert plain.outputs["status"] == "published"
    (file,) = json.loads(plain.outputs["files"])
    assert file["name"] == "red-dot-2.0.0.zip"
    assert len(plain.outputs["archive-sha256"]) == 64


def test_a_review_is_an_output(workflow: Workflow, tmp_path: Path) -> None:
    """Where a community decides first: pending with the request's page, then unchanged with the DOI, written back."""
    with LocalServer(tmp_path / "strict", token="test-token", needs_community=True) as strict:
        workflow.zenodo = strict
        workflow.inputs["communities"] = "review"
        release = workflow.release()
        asked = workflow.published(release)
        body = release.body
        url = asked.outputs["request-url"]
        accept = f"{strict.api_url}/requests/{url.rpartition('/')[2]}/actions/accept"
        headers = {"Authorization": "Bearer test-token"}
        assert requests.post(accept, headers=headers, timeout=10).status_code == 200
        done = workflow.published(release)

    assert (asked.code, asked.outputs["status"], asked.outputs["doi"]) == (0, "pending", "")
    assert body == NOTES
    assert asked.summary.startswith("## ⏳ Pending: curators of a community decide\n\nThe request: [")
    assert (done.outputs["status"], done.outputs["request-url"]) == ("unchanged", "")
    assert done.outputs["doi"] in str(release.body)


def test_the_doi_is_committed(workflow: Workflow) -> None:
    """With ``write-via: commit`` into the files that carry a DOI, so that the tag can be made of that commit."""
    workflow.on_github.commit(FILES)
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0", "write-back": "citation, readme, release, record"}
    workflow.inputs["write-via"] = "commit"
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    reserved = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")
    written = workflow.on_github.tree()
    again = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (reserved.code, reserved.outputs["status"]) == (0, "reserved")
    cff = (written["CITATION.cff"] or b"").decode()
    assert f"doi: {reserved.outputs['doi']}\n" in cff
    assert "date-released" not in cff
    assert written["README.md"] == FILES["README.md"]  # there is no DOI of all versions yet
    assert written[".zenodo.yml"] == FILES[".zenodo.yml"]
    assert (again.code, again.outputs["doi"]) == (0, reserved.outputs["doi"])
    assert workflow.on_github.tree() == written


def test_a_pull_request_would_come_too_late(workflow: Workflow) -> None:
    """The DOI is an output; the log says what writes it."""
    workflow.on_github.commit(FILES)
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0", "write-back": "citation"}
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    reserved = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (reserved.code, reserved.outputs["status"]) == (0, "reserved")
    assert "a reserved DOI is written by a commit only, which is then tagged: write-via: commit" in reserved.log
    assert workflow.on_github.tree() == FILES


def test_it_cannot_be_committed(workflow: Workflow) -> None:
    """The DOI stays reserved and is an output; the exit code says that GitHub refused."""
    workflow.on_github.commit(FILES)
    workflow.inputs |= {"command": "reserve", "tag": "v2.0.0", "write-back": "citation", "write-via": "commit"}
    workflow.inputs["github-token"] = workflow.github.read_token
    payload = dispatch_event(workflow.github, workflow.on_github, {})

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (done.code, done.outputs["status"]) == (6, "reserved")
    assert done.outputs["doi"] == f"10.5072/zenodo.{done.outputs['record-id']}"
    assert "contents: write" in done.log
