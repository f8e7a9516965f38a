"""What each event, and each kind of release, leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.action.conftest import NOTES, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server.runner import dispatch_event, pull_request_event, push_event, release_event


@pytest.mark.parametrize(
    ("action", "further", "state", "status"),
    [
        ("published", {}, {}, "published"),
        ("released", {}, {}, "published"),
        ("published", {}, {"prerelease": True}, "skipped"),
        ("released", {}, {"prerelease": True}, "skipped"),
        ("prereleased", {}, {"prerelease": True}, "skipped"),
        ("created", {}, {}, "skipped"),
        ("edited", {"changes": {"body": {"from": "Old notes."}, "name": {"from": "Old name"}}}, {}, "skipped"),
        ("edited", {"changes": {"make_latest": {"to": True}}}, {}, "skipped"),
        ("unpublished", {}, {}, "skipped"),
        ("deleted", {}, {}, "skipped"),
    ],
)
def test_every_action_of_a_release(
    workflow: Workflow, action: str, further: dict[str, Any], state: dict[str, bool], status: str
) -> None:
    """As GitHub's webhooks send them; those that deposit nothing ask nobody for anything."""
    release = workflow.release(**state)
    payload = release_event(workflow.github, workflow.on_github, release, action) | further
    payload |= {"organization": {"login": "cat-lab-example"}, "installation": {"id": 5, "node_id": "MDIz"}}

    done = workflow.run(payload)

    assert (done.code, done.outputs["status"]) == (0, status)
    if action not in ("published", "released"):
        assert done.summary == f"## ⏭️ Skipped\n\nthe release was {action}, which changes nothing that is deposited\n"
        assert workflow.github.requests == []
    if status == "skipped":
        assert release.body == NOTES


def test_an_action_that_nobody_knows_yet(workflow: Workflow) -> None:
    """Is skipped like the others."""
    payload = release_event(workflow.github, workflow.on_github, workflow.release(), "archived")

    assert workflow.run(payload).outputs["status"] == "skipped"


@pytest.mark.parametrize("event", ["schedule", "repository_dispatch", "workflow_run"])
def test_events_that_name_no_tag_take_it_from_the_input(workflow: Workflow, event: str) -> None:
    """A nightly run, another repository, another workflow."""
    release = workflow.release("v1.1.0")
    payload = dispatch_event(workflow.github, workflow.on_github)
    without = workflow.run(payload, event=event, ref="refs/heads/main")
    workflow.inputs["tag"] = "v1.1.0"

    done = workflow.run(payload, event=event, ref="refs/heads/main")

    assert (without.code, without.findings[0]["what"]) == (2, f"the event {event} names no tag")
    assert (done.code, done.outputs["version"]) == (0, "1.1.0")
    assert done.outputs["doi"] in (release.body or "")


def test_a_called_workflow_has_its_callers_event(workflow: Workflow) -> None:
    """``workflow_call`` is no event of its own: a release stays a release."""
    workflow.environ["GITHUB_WORKFLOW_REF"] = "cat-lab-example/.github/.github/workflows/doi.yml@refs/heads/main"

    assert workflow.published(workflow.release()).outputs["status"] == "published"


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


@pytest.mark.parametrize("place", ["event", "input"])
def test_a_tag_given_as_a_whole_reference(workflow: Workflow, place: str) -> None:
    """As ``github.ref`` has it."""
    workflow.release("v1.1.0")
    ref = "refs/tags/v1.1.0"
    workflow.inputs |= {"tag": ref} if place == "input" else {}
    payload = dispatch_event(workflow.github, workflow.on_github, {"tag": ref} if place == "event" else None)

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert (done.code, done.outputs["version"]) == (0, "1.1.0")


@pytest.mark.parametrize("command", ["deposit", "preview"])
def test_a_preview_tells_what_a_deposit_leaves_out(workflow: Workflow, command: str) -> None:
    """It is the plan: what would be skipped is skipped there too."""
    workflow.inputs["command"] = command

    done = workflow.published(workflow.release(prerelease=True))

    assert (done.code, done.outputs["status"]) == (0, "skipped")
    assert done.log.count("skipped: v1.0.0 is a prerelease (GitHub marks the release as one)") == 1


def test_an_attempt_that_is_no_number(workflow: Workflow) -> None:
    """Somebody sets the variables by hand."""
    workflow.environ["GITHUB_RUN_ATTEMPT"] = "again"

    assert workflow.published(workflow.release()).outputs["status"] == "published"


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


def test_a_merge_queue_is_only_previewed(workflow: Workflow) -> None:
    """A check that pull requests need runs there as well."""
    workflow.inputs["command"] = "deposit"
    push = push_event(workflow.github, workflow.on_github)
    payload = {"action": "checks_requested", "merge_group": {"head_sha": "a" * 40}, "repository": push["repository"]}

    done = workflow.run(payload, event="merge_group", ref="refs/heads/gh-readonly-queue/main/pr-7-abc")

    assert (done.code, done.outputs["status"]) == (0, "previewed")
    assert {request.method for request in workflow.github.requests} <= {"GET"}


def test_the_records_page_is_a_file_to_upload(workflow: Workflow) -> None:
    """Whole, in the workspace; what is there already stays, and no link is followed."""
    payload = pull_request_event(workflow.github, workflow.on_github)
    outside = workflow.folder / "outside.html"
    outside.write_text("precious")
    (workflow.repo.path / "zenodo-preview.html").symlink_to(outside)

    done = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert done.outputs["preview-page"] == "zenodo-preview-1.html"
    page = (workflow.repo.path / "zenodo-preview-1.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Detects laser dots." in page
    assert outside.read_text() == "precious"
    assert "zenodo\\-preview\\-1.html" in done.summary


def test_a_deposit_leaves_no_page(workflow: Workflow) -> None:
    """The record has one."""
    done = workflow.published(workflow.release())

    assert done.outputs["preview-page"] == ""
    assert not list(workflow.repo.path.glob("*.html"))


@pytest.mark.parametrize(
    ("changed", "annotated"), [([".zenodo.yml"], True), (["README.md"], False), (None, True)], ids=str
)
def test_warnings_are_annotated_in_files_that_changed(
    workflow: Workflow, changed: list[str] | None, *, annotated: bool
) -> None:
    """The rest is in the log and in the summary; where GitHub does not tell what changed, everything is annotated."""
    workflow.repo.write(".zenodo.yml", f"{ZENODO_YML}langauge: eng\n")
    workflow.repo.commit()
    if changed is None:
        workflow.github.fail("pulls/list-files", 403, "Resource not accessible by integration")
    else:
        workflow.on_github.changed_files = [*(f"src/{number}.py" for number in range(150)), *changed]
    payload = pull_request_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    (warning,) = [each for each in done.findings if each["where"]]
    assert (warning["code"], warning["where"]["line"]) == ("key-unknown", 11)
    assert any("file=.zenodo.yml,line=11" in line for line in done.annotations) is annotated
    assert "key-unknown" in done.summary
    assert "key-unknown" in done.log


def test_errors_are_annotated_wherever_they_are(workflow: Workflow) -> None:
    """They are why the job fails."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML.replace("1825-0097", "1825-0098"))
    workflow.repo.commit()
    workflow.on_github.changed_files = ["README.md"]
    payload = pull_request_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert done.code == 3
    assert any("file=.zenodo.yml,line=6" in line for line in done.annotations)


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
