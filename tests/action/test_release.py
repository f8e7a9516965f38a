"""A release is published: it gets a DOI, and its notes say so."""

from __future__ import annotations

import json

import requests

from tests.action.conftest import NOTES, Workflow
from tests.flows.conftest import ZENODO_YML
from zenodo_action.reporting import OUTPUTS


def test_the_doi_is_in_the_notes_and_in_the_outputs(workflow: Workflow) -> None:
    """Everything that a workflow wants to know is an output; the notes keep every byte and get the block."""
    release = workflow.release()

    done = workflow.published(release)

    assert done.code == 0
    assert tuple(done.outputs) == tuple(OUTPUTS)
    doi, concept_doi = done.outputs["doi"], done.outputs["concept-doi"]
    assert done.outputs["status"] == "published"
    assert done.outputs["version"] == "1.0.0"
    assert done.outputs["record-url"] == f"{workflow.zenodo.url}/records/{done.outputs['record-id']}"
    assert done.outputs["badge-url"] == f"{workflow.zenodo.url}/badge/DOI/{concept_doi}.svg"
    concept_url = f"{workflow.zenodo.url}/records/{done.outputs['concept-id']}"  # a test DOI does not resolve
    assert done.outputs["badge-markdown"] == f"[![DOI]({done.outputs['badge-url']})]({concept_url})"
    (file,) = json.loads(done.outputs["files"])
    assert file["name"] == "red-dot-1.0.0.zip"
    assert len(done.outputs["archive-sha256"]) == 64
    assert release.body is not None
    assert release.body.startswith(NOTES)
    assert release.body.count("<!-- zenodo-deposit:start -->") == 1
    assert doi in release.body
    assert concept_doi in release.body
    assert (release.draft, release.prerelease) == (False, False)


def test_the_releases_date_is_the_publication_date(workflow: Workflow) -> None:
    """Not that of the tag, which may be older."""
    done = workflow.published(workflow.release())

    url = f"{workflow.zenodo.api_url}/records/{done.outputs['record-id']}"
    metadata = requests.get(url, timeout=10).json()["metadata"]

    assert metadata["publication_date"] == "2026-03-14"


def test_again_changes_nothing(workflow: Workflow) -> None:
    """``released`` after ``published``, or a job run again."""
    release = workflow.release()
    first = workflow.published(release)
    body = release.body

    again = workflow.published(release, "released")

    assert (again.code, again.outputs["status"], again.outputs["doi"]) == (0, "unchanged", first.outputs["doi"])
    assert release.body == body


def test_the_next_release_is_the_next_version(workflow: Workflow) -> None:
    """On a runner that knows nothing of the one before."""
    first = workflow.published(workflow.release())
    for file in (workflow.repo.path / ".git" / "zenodo-deposit").iterdir():
        file.unlink()

    second = workflow.published(workflow.release("v1.1.0"))

    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]
    assert second.outputs["doi"] != first.outputs["doi"]


def test_the_summary_shows_what_was_deposited(workflow: Workflow) -> None:
    """Title, DOIs, the files with their checksums, the badge to copy."""
    done = workflow.published(workflow.release())

    (file,) = json.loads(done.outputs["files"])
    assert done.summary.startswith("## 🎉 Published\n")
    for text in ("Red-Dot 1.0.0", done.outputs["doi"], done.outputs["concept-doi"], file["md5"]):
        assert text in done.summary.replace("\\", "")


def test_tokens_are_masked_first(workflow: Workflow) -> None:
    """Before anything else is printed."""
    done = workflow.published(workflow.release())

    assert done.log.splitlines()[:2] == ["::add-mask::test-token", f"::add-mask::{workflow.github.token}"]


def test_a_draft_is_no_doi(workflow: Workflow) -> None:
    """``publish: false`` leaves a draft; nothing is written into the notes."""
    workflow.inputs["publish"] = "false"
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "draft")
    assert release.body == NOTES


def test_no_write_back(workflow: Workflow) -> None:
    """``write-back: none`` publishes and leaves the notes alone."""
    workflow.inputs["write-back"] = "none"
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert release.body == NOTES


def test_a_local_doi_is_never_written_to_github(workflow: Workflow) -> None:
    """``server: local`` has to be written, and stays on the machine."""
    workflow.inputs |= {"server": "local", "zenodo-token": ""}
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert done.outputs["doi"].startswith("10.5072/")
    assert release.body == NOTES
    assert "DOIs are not registered" in done.summary


def test_settings_of_the_repository(workflow: Workflow) -> None:
    """``deposit:`` in the tag's own file counts where the workflow says nothing."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML + "deposit:\n  archive: tar.gz\n")
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")

    done = workflow.published(workflow.release("v1.2.0"))

    assert [file["name"] for file in json.loads(done.outputs["files"])] == ["red-dot-1.2.0.tar.gz"]
