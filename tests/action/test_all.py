"""``all: true``: every release that has no version yet, oldest first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.action.conftest import Done, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server import dispatch_event, pull_request_event
from tests.github_server.state import Release

REF = "refs/zenodo-deposit/"


@pytest.fixture
def releases(workflow: Workflow) -> dict[str, Release]:
    """Three releases with dates of their own, one of them a prerelease, and a tag without one."""
    repo = workflow.repo
    for tag in ("v1.2.0", "v2.0.0"):
        repo.write("more.py", f"print({tag!r})\n")
        repo.commit(tag)
        repo.tag(tag)
    made = {tag: workflow.release(tag) for tag in ("v1.0.0", "v1.1.0", "v1.2.0")}
    for day, release in enumerate(made.values(), start=1):
        release.published_at = f"2026-03-0{day}T10:00:00Z"
    made["v1.2.0"].prerelease = True
    return made


def run(workflow: Workflow, **inputs: str) -> Done:
    """Start the workflow by hand."""
    workflow.inputs |= {"all": "true", **inputs}
    payload = dispatch_event(workflow.github, workflow.on_github)
    return workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")


def deposits(done: Done) -> dict[str, dict[str, Any]]:
    """The output of that name, by tag."""
    return {each["tag"]: each for each in json.loads(done.outputs["deposits"])}


def test_every_release_gets_its_doi(workflow: Workflow, releases: dict[str, Release]) -> None:
    """Oldest first, each with its date and its DOI in its notes; the outputs are those of the newest."""
    done = run(workflow)

    assert done.code == 0
    found = deposits(done)
    assert {tag: (each["status"], each["date"]) for tag, each in found.items()} == {
        "v1.0.0": ("published", "2026-03-01"),
        "v1.1.0": ("published", "2026-03-02"),
        "v1.2.0": ("skipped", "2026-03-03"),
    }
    assert found["v1.2.0"]["reason"] == (
        "v1.2.0 is a prerelease (GitHub marks the release as one); prereleases: deposit would deposit it"
    )
    for tag in ("v1.0.0", "v1.1.0"):
        assert found[tag]["doi"] in (releases[tag].body or "")
    assert int(found["v1.0.0"]["record_id"]) < int(found["v1.1.0"]["record_id"])
    assert (done.outputs["doi"], done.outputs["status"]) == (found["v1.1.0"]["doi"], "published")
    assert done.outputs["version"] == "1.1.0"
    assert "2 of 3 releases have no version yet and are to be deposited, oldest first" in done.log
    assert "v1.0.0 (1 of 2)" in done.log
    assert done.summary.count("| published |") == 2
    assert not [name for name in workflow.on_github.refs if name.startswith(REF)]


def test_again_there_is_nothing_to_do(workflow: Workflow, releases: dict[str, Release]) -> None:
    """The versions are found, and what stands in the notes is not touched."""
    first = run(workflow)
    bodies = [release.body for release in releases.values()]
    workflow.github.requests.clear()

    again = run(workflow)

    assert (again.code, again.outputs["status"], again.outputs["doi"]) == (0, "unchanged", first.outputs["doi"])
    assert {tag: each["status"] for tag, each in deposits(again).items()} == {
        "v1.0.0": "unchanged",
        "v1.1.0": "unchanged",
        "v1.2.0": "skipped",
    }
    assert again.outputs["version"] == "1.1.0"
    assert "there is nothing to deposit: of 3 releases, none is without a version and meant to have one" in again.log
    host = workflow.zenodo.url.removeprefix("http://")
    for version in ("1.0.0", "1.1.0"):
        assert f"unchanged: {version} is already deposited on {host}; there is nothing to do" in again.log
    assert [release.body for release in releases.values()] == bodies
    assert not [each for each in workflow.github.requests if each.method == "PATCH"]


def test_notes_that_an_earlier_run_did_not_come_to(workflow: Workflow, releases: dict[str, Release]) -> None:
    """It died between publishing and writing back."""
    done = run(workflow, **{"write-back": "none"})
    assert "zenodo" not in (releases["v1.0.0"].body or "")

    run(workflow, **{"write-back": "release"})

    assert deposits(done)["v1.0.0"]["doi"] in (releases["v1.0.0"].body or "")


def test_files_that_an_earlier_run_did_not_come_to(workflow: Workflow, releases: dict[str, Release]) -> None:
    """The notes are all there, and the pull request is not: the newest release brings it."""
    workflow.on_github.commit({"README.md": b"# Red-Dot\n"})
    run(workflow, **{"write-back": "release"})
    bodies = [release.body for release in releases.values()]

    again = run(workflow, **{"write-back": "release, readme"})

    assert (again.code, again.outputs["status"]) == (0, "unchanged")
    assert [each.title for each in workflow.on_github.pulls.values()] == [f"DOI of v1.1.0: {again.outputs['doi']}"]
    assert [release.body for release in releases.values()] == bodies


def test_prereleases_where_they_are_wanted(workflow: Workflow, releases: dict[str, Release]) -> None:
    """By GitHub's flag, as in the single case."""
    found = deposits(run(workflow, prereleases="deposit"))

    assert {each["status"] for each in found.values()} == {"published"}


def test_the_tags_where_there_are_no_releases(workflow: Workflow) -> None:
    """With the tags' own dates."""
    done = run(workflow)

    assert {tag: (each["status"], each["date"]) for tag, each in deposits(done).items()} == {
        "v1.0.0": ("published", "2026-03-01"),
        "v1.1.0": ("published", "2026-03-01"),
    }


def test_a_preview_writes_nothing(workflow: Workflow, releases: dict[str, Release]) -> None:
    """It shows the list; no lock is taken."""
    done = run(workflow, command="preview", **{"zenodo-token": ""})

    assert (done.code, done.outputs["status"]) == (0, "previewed")
    assert [each["status"] for each in deposits(done).values()] == ["due", "due", "skipped"]
    assert {each.method for each in workflow.github.requests} == {"GET"}


def test_a_pull_request_deposits_nothing(workflow: Workflow, releases: dict[str, Release]) -> None:
    """Whatever the input says."""
    workflow.inputs["all"] = "true"
    done = workflow.run(
        pull_request_event(workflow.github, workflow.on_github), event="pull_request", ref="refs/pull/7/merge"
    )

    assert (done.code, done.outputs["status"], done.outputs["deposits"]) == (0, "previewed", "")
    assert {each.method for each in workflow.github.requests} == {"GET"}


def test_the_first_failure_ends_it(workflow: Workflow, releases: dict[str, Release]) -> None:
    """What is done and what is left is told; the next run goes on there."""
    releases["v1.2.0"].prerelease = False
    fault = {"match": {"method": "PUT", "path": "red-dot-1.1.0", "nth": 0}, "action": "status", "status": 413}
    workflow.zenodo.add_faults(fault)

    done = run(workflow)
    workflow.zenodo.clear_faults()
    again = run(workflow)

    assert done.code == 5
    found = deposits(done)
    assert [each["status"] for each in found.values()] == ["published", "failed", "left"]
    assert "does not take a file of this size" in found["v1.1.0"]["reason"]
    assert done.outputs["doi"] == found["v1.0.0"]["doi"]
    assert done.summary.index("## All releases") < done.summary.index("## ❌ Not published")
    assert [each["status"] for each in deposits(again).values()] == ["unchanged", "published", "published"]
    assert again.code == 0


def test_metadata_are_checked_before_anything_is_deposited(workflow: Workflow) -> None:
    """An old release with an error stops the run at once, with its tag in the message."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML.replace("Apache-2.0", "Apache-99"))
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    for tag in ("v1.0.0", "v1.1.0", "v1.2.0"):
        workflow.release(tag)

    done = run(workflow)

    assert done.code == 3
    assert all(each["what"].startswith("v1.2.0: ") for each in done.findings)
    assert not [each for each in workflow.github.requests if each.method != "GET"]


def test_without_a_checkout(workflow: Workflow, releases: dict[str, Release]) -> None:
    """Everything comes through GitHub's API; there are no notes between two releases of one run."""
    workflow.has_checkout = False
    workflow.on_github.git = workflow.repo.path / ".git"
    workflow.on_github.refs["refs/heads/main"] = workflow.repo.git("rev-parse", "HEAD")
    for tag in releases:
        workflow.on_github.refs.pop(f"refs/tags/{tag}", None)

    done = run(workflow)

    assert [each["status"] for each in deposits(done).values()] == ["published", "published", "skipped"], done.log
    assert len({each["concept_doi"] for each in deposits(done).values() if each["doi"]}) == 1


def test_one_release_or_all(workflow: Workflow) -> None:
    """Not both."""
    done = run(workflow, tag="v1.0.0")

    assert done.code == 2
    assert done.findings[0]["what"] == "all means every release, and v1.0.0 is one"
