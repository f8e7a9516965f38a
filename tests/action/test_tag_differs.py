"""The checkout and GitHub have to mean the same by a tag: what is published cannot be taken back."""

from __future__ import annotations

from tests.action.conftest import NOTES, Workflow
from tests.github_server.runner import push_event
from tests.repos import ExampleRepo


def elsewhere(workflow: Workflow, *, tag: str | None = "v1.0.0") -> str:
    """Give GitHub a repository of its own, where the tag names another commit, and return that commit."""
    other = ExampleRepo(workflow.folder / "pushed")
    other.write("red_dot.py", "print('moved')\n")
    commit = other.commit("Moved")
    if tag is not None:
        other.tag(tag)
    workflow.on_github.git = other.path / ".git"
    return commit


def test_a_release_of_another_commit_is_an_error(workflow: Workflow) -> None:
    """People would see one thing in the release and find another one archived."""
    there, here = elsewhere(workflow), workflow.repo.git("rev-parse", "v1.0.0^{commit}")
    release = workflow.release()

    done = workflow.published(release)

    finding = done.findings[-1]
    assert done.code == 3
    assert finding["level"] == "error"
    assert finding["code"] == "tag-differs"
    assert finding["what"] == (
        f"the tag v1.0.0 names commit {there[:12]} on GitHub, and commit {here[:12]} in the checkout, "
        "which would be archived"
    )
    assert "ref: refs/tags/v1.0.0" in finding["fix"]
    assert release.body == NOTES


def test_a_checkout_of_another_repository_is_a_warning(workflow: Workflow) -> None:
    """A fork has the same tag at the same commit."""
    workflow.repo.git("remote", "set-url", "origin", "https://github.com/somebody/fork.git")

    done = workflow.published(workflow.release())

    (finding,) = done.findings
    assert (done.outputs["status"], finding["level"], finding["code"]) == ("published", "warning", "checkout-elsewhere")
    assert finding["what"] == (
        "the checkout is of somebody/fork, so the record is as well; its DOI is for the release in cat-lab-example/red-dot"
    )


def test_a_tag_alone_is_a_warning(workflow: Workflow) -> None:
    """It is deposited as it is checked out."""
    elsewhere(workflow)

    done = workflow.run(push_event(workflow.github, workflow.on_github), event="push")

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert [(each["level"], each["code"]) for each in done.findings] == [("warning", "tag-differs")]


def test_a_tag_that_was_never_pushed(workflow: Workflow) -> None:
    """The record's link to the source would lead nowhere."""
    elsewhere(workflow, tag=None)
    here = workflow.repo.git("rev-parse", "v1.0.0^{commit}")

    done = workflow.run(push_event(workflow.github, workflow.on_github), event="push")

    (finding,) = done.findings
    assert finding["what"] == (
        f"the tag v1.0.0 is not on GitHub, and commit {here[:12]} in the checkout, which would be archived"
    )


def test_what_is_deposited_is_not_looked_at_again(workflow: Workflow) -> None:
    """A tag that was moved since does not make a second run fail."""
    release = workflow.release()
    first = workflow.published(release)
    elsewhere(workflow)

    again = workflow.published(release)

    assert (again.code, again.outputs["status"], again.outputs["doi"]) == (0, "unchanged", first.outputs["doi"])


def test_a_lightweight_tag_is_the_same(workflow: Workflow) -> None:
    """Commits are compared, not tag objects."""
    workflow.repo.tag("v3.0.0", annotated=False)

    done = workflow.published(workflow.release("v3.0.0"))

    assert (done.outputs["status"], done.findings) == ("published", [])
