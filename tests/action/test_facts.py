"""What GitHub says fills the gaps that the files leave, and every value says where it came from."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.action.conftest import Done, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server.runner import pull_request_event, push_event

SPARSE = "title: Red-Dot ${version}\n"


def metadata_of(workflow: Workflow, done: Done) -> dict[str, Any]:
    """Return the metadata as the server has them."""
    url = f"{workflow.zenodo.api_url}/records/{done.outputs['record-id']}"
    headers = {"Accept": "application/vnd.inveniordm.v1+json"}
    found: dict[str, Any] = requests.get(url, headers=headers, timeout=10).json()["metadata"]
    return found


def tag(workflow: Workflow, name: str, text: str) -> None:
    """Commit a ``.zenodo.yml`` and tag it."""
    workflow.repo.write(".zenodo.yml", text)
    workflow.repo.commit(name)
    workflow.repo.tag(name)


@pytest.fixture
def sparse(workflow: Workflow) -> Workflow:
    """A repository of which GitHub knows more than its files say, with the tags v2.0.0 and v2.1.0."""
    tag(workflow, "v2.0.0", SPARSE)
    tag(workflow, "v2.1.0", SPARSE + "version: 2.1.0\n")
    on_github = workflow.on_github
    on_github.licence, on_github.topics = "MIT", ["zebra", "stripes"]
    on_github.contributors = ["jcarberry", "dependabot[bot]"]
    workflow.github.people["jcarberry"] = ("Josiah Carberry", "@brown-university")
    return workflow


def test_everything_that_no_file_says(sparse: Workflow) -> None:
    """Release notes as the description, and a finding for each value."""
    release = sparse.release("v2.0.0", "## New\r\n\r\n* faster `dots` <b>now</b>\r\n")

    done = sparse.published(release)
    again = sparse.published(release)

    metadata = metadata_of(sparse, done)
    assert metadata["description"] == "<h2>New</h2>\n<ul>\n<li>faster <code>dots</code> now</li>\n</ul>"
    assert [each["person_or_org"]["name"] for each in metadata["creators"]] == ["Carberry, Josiah"]
    assert [each["id"] for each in metadata["rights"]] == ["mit"]
    assert [each["subject"] for each in metadata["subjects"]] == ["zebra", "stripes"]
    told = [(each["level"], each["code"], each["what"]) for each in done.findings]
    assert (
        "warning",
        "creators-from-github",
        "no file names a creator; who committed to the repository on GitHub is taken: Carberry, Josiah",
    ) in told
    assert ("hint", "description-from-release", "no file has a description; the release notes are taken") in told
    assert ("hint", "licence-from-github", "no file names a licence; MIT, which GitHub recognises, is taken") in told
    assert (
        "hint",
        "keywords-from-github",
        "no file has keywords; the topics on GitHub (zebra, stripes) are taken",
    ) in told
    assert again.outputs["status"] == "unchanged"  # the notes carry the DOI block by now, the description does not


def test_a_next_version_keeps_what_the_server_has(sparse: Workflow) -> None:
    """People mend records by hand: accounts' names do not come back. The notes are of this release, and do."""
    first = sparse.published(sparse.release("v2.0.0", "First notes."))
    sparse.github.people["jcarberry"] = ("J. C.", None)
    sparse.on_github.topics, sparse.on_github.licence = ["other"], "Apache-2.0"

    second = sparse.published(sparse.release("v2.1.0", "Second notes."))

    before, after = metadata_of(sparse, first), metadata_of(sparse, second)
    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]
    for name in ("creators", "rights", "subjects"):
        assert after[name] == before[name]
    assert (before["description"], after["description"]) == ("<p>First notes.</p>", "<p>Second notes.</p>")
    assert [each["code"] for each in second.findings if "from" in each["code"]] == ["description-from-release"]


def test_a_file_that_says_all_needs_no_facts(workflow: Workflow) -> None:
    """Not one request is made for them."""
    done = workflow.published(workflow.release())

    assert done.outputs["status"] == "published"
    assert not [
        request.path
        for request in workflow.github.requests
        if request.path.endswith(("/red-dot", "/contributors")) or request.path.startswith("/users/")
    ]


def test_without_a_release_the_repository_describes_itself(sparse: Workflow) -> None:
    """A pushed tag has no notes."""
    done = sparse.run(
        push_event(sparse.github, sparse.on_github, "refs/tags/v2.0.0"), event="push", ref="refs/tags/v2.0.0"
    )

    assert metadata_of(sparse, done)["description"] == "<p>Counts the stripes of zebras</p>"
    assert "description-from-github" in [each["code"] for each in done.findings]


def test_a_preview_shows_the_same(sparse: Workflow) -> None:
    """On a pull request as well."""
    done = sparse.run(
        pull_request_event(sparse.github, sparse.on_github), event="pull_request", ref="refs/pull/7/merge"
    )

    assert "| creators | Carberry, Josiah |" in done.summary


def test_nobody_at_all(workflow: Workflow) -> None:
    """The owner of the repository is better than no record, and said to be."""
    tag(workflow, "v2.0.0", ZENODO_YML.partition("creators:")[0])

    done = workflow.published(workflow.release("v2.0.0"))

    assert done.outputs["status"] == "published"
    assert "no file names a creator; the owner of the repository on GitHub is taken: cat-lab-example" in [
        each["what"] for each in done.findings
    ]
