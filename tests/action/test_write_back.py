"""What is written back to GitHub after a deposit, in whole runs of the Action."""

from __future__ import annotations

import pytest

from tests.action.conftest import NOTES, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server import Release, dispatch_event
from tests.github_server.state import Discussion


def commit_of(workflow: Workflow, tag: str) -> str:
    """Return the commit that a tag names."""
    return workflow.repo.git("rev-parse", f"{tag}^{{commit}}").strip()


def test_notes_discussion_and_commit(workflow: Workflow) -> None:
    """Everything is written once; a second run writes nothing."""
    workflow.inputs["write-back"] = "release\ncommit"
    release = workflow.release()
    discussion = workflow.on_github.add_discussion(release)
    commit = commit_of(workflow, "v1.0.0")

    first = workflow.published(release)
    workflow.github.requests.clear()
    again = workflow.published(release, "released")

    assert (first.code, again.code) == (0, 0)
    assert first.outputs["doi"] in (release.body or "")
    assert [first.outputs["doi"] in comment.body for comment in discussion.comments] == [True]
    assert [(comment.commit, first.outputs["doi"] in comment.body) for comment in workflow.on_github.comments] == [
        (commit, True)
    ]
    assert first.summary.count("| ✅ written |") == 3
    assert again.summary.count("| ✅ there already |") == 3
    others = [each for each in workflow.github.requests if each.path != "/graphql" and "/git/" not in each.path]
    assert {request.method for request in others} == {"GET"}  # the lock apart, which leaves nothing behind
    assert all(
        request.data["query"].startswith("\nquery")
        for request in workflow.github.requests
        if request.path == "/graphql"
    )


def test_a_token_that_may_only_read(workflow: Workflow) -> None:
    """The record is published, and each part says what it needs."""
    workflow.inputs |= {"write-back": "release, commit", "github-token": workflow.github.read_token}
    release = workflow.release()
    workflow.on_github.add_discussion(release)
    commit = commit_of(workflow, "v1.0.0")

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (7, "published")
    assert done.outputs["doi"]
    assert release.body == NOTES
    assert [(finding["code"], finding["what"].partition(":")[0]) for finding in done.findings] == [
        ("write-back", "the DOI is not in the release notes of v1.0.0 yet"),
        ("write-back", "the DOI is not in a comment in the release's discussion yet"),
        ("write-back", f"the DOI is not in a comment on the commit {commit[:12]} yet"),
    ]
    lines = [finding["fix"].split("permissions:\n")[1].split("\n\n")[0] for finding in done.findings]
    assert lines == ["  contents: write", "  contents: write\n  discussions: write", "  contents: write"]
    assert "## ⚠️ Published, but not written back" in done.summary
    assert len(done.annotations) == 3


CITATION = b"""\
cff-version: 1.2.0
message: If you use this software, please cite it as below.
title: Red-Dot
authors:
  - family-names: Carberry
    given-names: Josiah
"""
CODEMETA = (
    b'{\n  "@context": "https://w3id.org/codemeta/3.0",\n  "@type": "SoftwareSourceCode",\n  "name": "Red-Dot"\n}\n'
)
FILES: dict[str, bytes | None] = {
    "README.md": b"# Red-Dot\r\n\r\nFinds dots.\r\n",
    "CITATION.cff": CITATION,
    "codemeta.json": CODEMETA,
    ".zenodo.yml": b"title: Red-Dot # short\n",
    "more.py": b"print()\n",
}


def everything(workflow: Workflow, via: str) -> tuple[Release, Discussion]:
    """Ask for all there is, in a repository that has all there can be."""
    workflow.inputs |= {"write-back": "release\ncommit\nreadme\ncitation\ncodemeta\nrecord", "write-via": via}
    release = workflow.release()
    discussion = workflow.on_github.add_discussion(release)
    workflow.on_github.commit(FILES)
    return release, discussion


@pytest.mark.parametrize(("via", "branch"), [("commit", "main"), ("pull-request", "zenodo-deposit/doi")])
def test_everything(workflow: Workflow, via: str, branch: str) -> None:
    """Notes, discussion, commit and four files; a second run finds all of it and writes nothing."""
    release, discussion = everything(workflow, via)

    first = workflow.published(release)
    workflow.github.requests.clear()
    again = workflow.published(release, "released")

    doi, concept_doi = first.outputs["doi"], first.outputs["concept-doi"]
    tree = {path: content.decode() for path, content in workflow.on_github.tree(branch).items()}
    assert first.findings == []
    assert (first.code, again.code, again.outputs["status"]) == (0, 0, "unchanged")
    assert doi in (release.body or "")
    assert [doi in comment.body for comment in (*discussion.comments, *workflow.on_github.comments)] == [True, True]
    assert first.outputs["badge-url"] in tree["README.md"]
    assert tree["README.md"].startswith("# Red-Dot\r\n\r\n")
    assert f"doi: {doi}\n" in tree["CITATION.cff"]
    assert "version: 1.0.0\n" in tree["CITATION.cff"]
    assert "2026-03-14" in tree["CITATION.cff"]
    assert doi in tree["codemeta.json"]
    assert tree[".zenodo.yml"] == f"title: Red-Dot # short\ndeposit:\n  record: {concept_doi}\n"
    assert tree["more.py"] == "print()\n"
    assert (workflow.on_github.tree() == FILES) is (via == "pull-request")
    assert first.summary.count("| ✅ written") == 7
    assert again.summary.count("| ✅ there already |") == 7
    assert writes(workflow) == []


def writes(workflow: Workflow) -> list[str]:
    """Return the requests that change something, those of the lock (a ref with a commit of its own) apart."""
    lock = ("/git/trees", "/git/commits", "/git/refs")
    return [
        f"{request.method} {request.path}"
        for request in workflow.github.requests
        if (request.path == "/graphql" and request.data["query"].startswith("\nmutation"))
        or (request.path != "/graphql" and request.method != "GET" and not any(part in request.path for part in lock))
    ]


def test_the_next_release_goes_on_with_the_pull_request(workflow: Workflow) -> None:
    """The one that is open; afterwards a job for the older tag takes nothing back."""
    release, _ = everything(workflow, "pull-request")
    first = workflow.published(release)

    second = workflow.published(workflow.release("v1.1.0"))
    tree = workflow.on_github.tree("zenodo-deposit/doi")
    again = workflow.published(release)

    (pull,) = workflow.on_github.pulls.values()
    assert (second.findings, again.findings) == ([], [])
    assert (second.code, again.code) == (0, 0)
    assert f"doi: {second.outputs['doi']}\n".encode() in tree["CITATION.cff"]
    assert again.outputs["doi"] == first.outputs["doi"]
    assert workflow.on_github.tree("zenodo-deposit/doi") == tree
    assert pull.title == f"DOI of v1.1.0: {second.outputs['doi']}"
    assert "not written \\(1.1.0 is published too, and newer\\)" in again.summary


def test_a_token_without_contents(workflow: Workflow) -> None:
    """Notes, comment and files fail, each with the lines to add; the discussion is written to, and the record is there."""
    release, discussion = everything(workflow, "pull-request")
    workflow.github.tokens["ghs_talk"] = "discussions pull-requests"
    workflow.inputs["github-token"] = "ghs_talk"

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (7, "published")
    assert len(discussion.comments) == 1
    assert [finding["what"].partition(" yet:")[0] for finding in done.findings] == [
        "the DOI is not in the release notes of v1.0.0",
        f"the DOI is not in a comment on the commit {commit_of(workflow, 'v1.0.0')[:12]}",
        "the DOI is not in README.md, CITATION.cff, codemeta.json and .zenodo.yml",
    ]
    assert all("permissions:\n  contents: write\n" in finding["fix"] for finding in done.findings)
    assert workflow.on_github.tree() == FILES


def test_a_later_run_completes_it(workflow: Workflow) -> None:
    """The permission was missing: what is written then takes the place of the version before."""
    workflow.inputs |= {"write-back": "citation", "write-via": "commit"}
    workflow.on_github.commit(FILES)
    first = workflow.published(workflow.release())
    workflow.inputs["github-token"] = workflow.github.read_token
    release = workflow.release("v1.1.0")

    refused = workflow.published(release)
    before = workflow.on_github.tree()["CITATION.cff"].decode()
    workflow.inputs["github-token"] = workflow.github.token
    completed = workflow.published(release)
    after = workflow.on_github.tree()["CITATION.cff"].decode()

    assert (refused.code, completed.code, completed.outputs["status"]) == (7, 0, "unchanged")
    assert f"doi: {first.outputs['doi']}\n" in before
    assert f"doi: {completed.outputs['doi']}\n" in after
    assert first.outputs["doi"] not in after


def test_a_preview_says_where_it_will_be_written(workflow: Workflow) -> None:
    """And writes nothing."""
    release, discussion = everything(workflow, "commit")
    workflow.inputs["command"] = "preview"

    done = workflow.published(release)

    ending = "hen the record is published, and its DOI is written to GitHub: release, commit, readme, citation, codemeta, record"
    assert f"t{ending}\n" in done.log
    assert f"T{ending}." in done.summary.replace("\\", "")
    assert (release.body, discussion.comments, workflow.on_github.tree()) == (NOTES, [], FILES)
    assert writes(workflow) == []


def test_what_was_found_before_stays_in_the_findings(workflow: Workflow) -> None:
    """The output holds the warnings about the metadata as well as what could not be written."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML + "colour: red\n")
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    workflow.inputs["github-token"] = workflow.github.read_token

    done = workflow.published(workflow.release("v1.2.0"))

    assert done.code == 7
    assert [finding["code"] for finding in done.findings] == ["write-back", "key-unknown"]


def test_all_releases_at_once(workflow: Workflow) -> None:
    """Each release gets its own parts; the files are written once, for the newest."""
    first, _ = everything(workflow, "commit")
    second = workflow.release("v1.1.0")
    workflow.inputs["all"] = "true"
    payload = dispatch_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    (head,) = [
        commit for commit in workflow.on_github.store.commits.values() if commit.message.startswith("Write the DOI of")
    ]
    assert done.code == 0
    assert head.message.startswith(
        "Write the DOI of v1.1.0 into README.md, CITATION.cff, codemeta.json and .zenodo.yml\n"
    )
    assert f"doi: {done.outputs['doi']}\n" in workflow.on_github.tree()["CITATION.cff"].decode()
    assert done.outputs["doi"] in (second.body or "")
    assert [release.body != NOTES for release in (first, second)] == [True, True]
    assert len(workflow.on_github.comments) == 2


def test_without_a_checkout(workflow: Workflow) -> None:
    """The commit of the tag and the files of the branch are GitHub's."""
    workflow.has_checkout = False
    release, _ = everything(workflow, "commit")

    done = workflow.published(release)

    assert (done.code, done.findings) == (0, [])
    assert done.summary.count("| ✅ written") == 7
    assert [comment.commit for comment in workflow.on_github.comments] == [commit_of(workflow, "v1.0.0")]
