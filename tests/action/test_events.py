"""What each event, and each kind of release, leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.conftest import NOTES, Workflow
from tests.github_server.runner import dispatch_event, pull_request_event, push_event, release_event


@pytest.mark.parametrize("action", ["created", "edited", "deleted", "unpublished", "prereleased"])
def test_other_actions_of_a_release_are_skipped(workflow: Workflow, action: str) -> None:
    """They change nothing that is deposited."""
    done = workflow.published(workflow.release(), action)

    assert (done.code, done.outputs["status"]) == (0, "skipped")
    assert done.summary == f"## ⏭️ Skipped\n\nthe release was {action}, which changes nothing that is deposited\n"


@pytest.mark.parametrize(
    ("tag", "state", "reason"),
    [
        ("v1.0.0", {"draft": True}, "the release is a draft; it is deposited once it is published"),
        (
            "v1.0.0",
            {"prerelease": True},
            "v1.0.0 is a prerelease (GitHub marks the release as one); prereleases: deposit would deposit it",
        ),
        (
            "v1.2.0-rc.1",
            {},
            "v1.2.0-rc.1 is a prerelease (its version says so); prereleases: deposit would deposit it",
        ),
        (
            "v1",
            {},
            "the tag v1 names no complete version (like v1.2.3); tags takes patterns of others to deposit",
        ),
        (
            "nightly",
            {},
            "the tag nightly names no complete version (like v1.2.3); tags takes patterns of others to deposit",
        ),
    ],
)
def test_releases_that_are_not_deposited(workflow: Workflow, tag: str, state: dict[str, bool], reason: str) -> None:
    """Skipped is no failure: the step succeeds and says why."""
    if tag != "v1.0.0":
        workflow.repo.tag(tag)

    done = workflow.published(workflow.release(tag, **state))

    assert (done.code, done.outputs["status"]) == (0, "skipped")
    assert f"skipped: {reason}" in done.log


def test_a_prerelease_that_is_wanted(workflow: Workflow) -> None:
    """It stays a prerelease on GitHub."""
    workflow.inputs["prereleases"] = "deposit"
    release = workflow.release(prerelease=True)

    done = workflow.published(release)

    assert done.outputs["status"] == "published"
    assert release.prerelease is True
    assert release.body != NOTES


def test_patterns_of_tags(workflow: Workflow) -> None:
    """They take the place of the default."""
    workflow.inputs["tags"] = "data-*"
    workflow.repo.tag("data-3")

    skipped = workflow.published(workflow.release("v1.0.0"))
    done = workflow.published(workflow.release("data-3"))

    assert "skipped: the tag v1.0.0 matches none of the patterns in tags (data-*)" in skipped.log
    assert (done.outputs["status"], done.outputs["version"]) == ("published", "data-3")


def test_a_pushed_tag_without_a_release(workflow: Workflow) -> None:
    """It is deposited; there are no notes to write into."""
    done = workflow.run(push_event(workflow.github, workflow.on_github), event="push")

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert "the release notes of v1.0.0: not written (v1.0.0 has no release on GitHub)" in done.log


@pytest.mark.parametrize(
    ("ref", "is_deletion", "reason"),
    [
        ("refs/heads/main", False, "main is no tag"),
        ("refs/tags/v1.0.0", True, "v1.0.0 was deleted; what is deposited stays"),
    ],
)
def test_other_pushes_are_skipped(workflow: Workflow, ref: str, reason: str, *, is_deletion: bool) -> None:
    """A workflow that starts on every push deposits tags only."""
    payload = push_event(workflow.github, workflow.on_github, ref, is_deletion=is_deletion)

    done = workflow.run(payload, event="push", ref=ref)

    assert (done.code, done.outputs["status"]) == (0, "skipped")
    assert f"skipped: {reason}" in done.log


def test_by_hand_with_a_tag(workflow: Workflow) -> None:
    """``workflow_dispatch`` deposits the tag of its input, and writes into that tag's release."""
    release = workflow.release("v1.1.0")
    payload = dispatch_event(workflow.github, workflow.on_github, {"tag": "v1.1.0"})

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (done.code, done.outputs["version"]) == (0, "1.1.0")
    assert done.outputs["doi"] in (release.body or "")


def test_by_hand_without_a_tag(workflow: Workflow) -> None:
    """It says how to name one."""
    payload = dispatch_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert done.code == 2
    (finding,) = done.findings
    assert finding["what"] == "the event workflow_dispatch names no tag"
    assert finding["fix"] == "say which release to deposit:\n\n    with:\n      tag: v1.2.0"


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize("command", ["auto", "deposit"])
def test_a_pull_request_is_only_previewed(workflow: Workflow, event: str, command: str) -> None:
    """Whatever the workflow says, and though it has tokens."""
    workflow.inputs["command"] = command
    workflow.repo.commit("merge of the pull request")
    payload = pull_request_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event=event, ref="refs/pull/7/merge")

    assert (done.code, done.outputs["status"], done.outputs["doi"]) == (0, "previewed", "")
    assert done.summary.startswith("## 🔍 Preview; nothing was changed\n")
    assert {request.method for request in workflow.github.requests} <= {"GET"}


def test_a_pull_request_from_a_fork_has_no_tokens(workflow: Workflow) -> None:
    """Its preview needs none."""
    workflow.inputs |= {"zenodo-token": "", "github-token": workflow.github.read_token}
    payload = pull_request_event(workflow.github, workflow.on_github, head="somebody/red-dot")

    done = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert (done.code, done.outputs["status"]) == (0, "previewed")


def test_validate(workflow: Workflow) -> None:
    """``command: validate`` checks the files as they are checked out, and fails on errors at their lines."""
    workflow.inputs["command"] = "validate"
    payload = pull_request_event(workflow.github, workflow.on_github)
    good = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")
    workflow.repo.write(".zenodo.yml", "creators:\n  - name: Carberry, Josiah\n    orcid: 0000-0002-1825-0098\n")

    bad = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert (good.code, good.outputs["status"]) == (0, "previewed")
    assert bad.code == 3
    assert any(line.startswith("::error ") and "line=3,col=12" in line for line in bad.annotations)


def test_no_event_file(workflow: Workflow) -> None:
    """It says what it needs."""
    environ = workflow.variables({}, event="release", ref="refs/tags/v1.0.0")
    Path(environ["GITHUB_EVENT_PATH"]).unlink()
    workflow.environ["GITHUB_EVENT_PATH"] = environ["GITHUB_EVENT_PATH"]

    done = workflow.run(release_event(workflow.github, workflow.on_github, workflow.release()))

    assert done.code == 2
    assert len(done.findings) == 1


def test_a_local_server_must_be_asked_for(workflow: Workflow) -> None:
    """Without a token it is an error, not a green run with made-up DOIs."""
    workflow.inputs |= {"zenodo-token": "", "server": ""}
    release = workflow.release()

    done = workflow.published(release)

    assert done.code == 2
    (finding,) = done.findings
    assert finding["what"] == "there is no token for the server zenodo"
    assert "zenodo-token: ${{ secrets.ZENODO_TOKEN }}" in finding["fix"]
    assert release.body == NOTES
