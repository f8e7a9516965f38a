"""What is written back to GitHub after a deposit, in whole runs of the Action."""

from __future__ import annotations

from tests.action.conftest import NOTES, Workflow


def commit_of(workflow: Workflow, tag: str) -> str:
    """Let GitHub know the commit that a tag of the checkout names."""
    commit = workflow.repo.git("rev-parse", f"{tag}^{{commit}}").strip()
    workflow.on_github.refs[f"refs/tags/{tag}"] = commit
    return commit


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
    scopes = [finding["fix"].split("permissions:\n  ")[1].split("\n")[0] for finding in done.findings]
    assert scopes == ["contents: write", "discussions: write", "contents: write"]
    assert "## ⚠️ Published, but not written back" in done.summary
    assert len(done.annotations) == 3
