"""What goes wrong, and how it is told: annotation, summary, outputs, exit code."""

from __future__ import annotations

import pytest

from tests.action.conftest import NOTES, Workflow
from tests.flows.conftest import ZENODO_YML

HOSTILE = r"""title: "x\n::error::boo %0A <script>alert(1)</script> **bold** | @everyone"
creators: [{name: "Carberry, Josiah"}]
license: MIT
"""


def test_metadata_errors_are_at_their_lines(workflow: Workflow) -> None:
    """Nothing was deposited; each error is an annotation on its line."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML.replace("1825-0097", "1825-0098"))
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    release = workflow.release("v1.2.0")

    done = workflow.published(release)

    assert done.code == 3
    assert [line.partition("::the ")[0] for line in done.annotations] == [
        "::error title=orcid-invalid,file=.zenodo.yml,line=6,col=12"
    ]
    assert done.summary.startswith("## ❌ Not published\n\nv1.2.0: 1 error, 0 warnings, 0 hints.\n\n- ❌ the ORCID iD")
    assert done.outputs.get("doi", "") == ""
    assert release.body == NOTES


def test_a_refused_token(workflow: Workflow) -> None:
    """403 from the server, and what is usually behind it."""
    workflow.inputs["zenodo-token"] = "wrong"

    done = workflow.published(workflow.release())

    assert done.code == 5
    (finding,) = done.findings
    assert finding["code"] == "token-rejected"
    assert "wrong" not in done.summary


def test_no_permission_to_write_the_notes(workflow: Workflow) -> None:
    """The record is published, the outputs are there, and the lines to add are shown; once added, it is completed."""
    workflow.inputs["github-token"] = workflow.github.read_token
    release = workflow.release()

    done = workflow.published(release)

    assert done.code == 7
    assert done.outputs["status"] == "published"
    assert done.outputs["doi"].startswith("10.5072/")
    assert "permissions:\n" in done.findings[0]["fix"]
    assert "contents: write" in done.findings[0]["fix"]
    assert "## ⚠️ Published, but not written back\n" in done.summary
    assert release.body == NOTES

    del workflow.inputs["github-token"]
    again = workflow.published(release)

    assert (again.code, again.outputs["status"]) == (0, "unchanged")
    assert done.outputs["doi"] in (release.body or "")


def test_a_release_that_was_deleted(workflow: Workflow) -> None:
    """Before the deposit: nothing is deposited."""
    release = workflow.release()
    del workflow.on_github.releases[release.id]

    done = workflow.published(release)

    assert done.code == 6
    assert done.findings[0]["what"] == "the release of v1.0.0 does not exist any more; nothing was deposited"


def test_a_release_that_is_deleted_meanwhile(workflow: Workflow) -> None:
    """Between the deposit and the write-back: published, and said so."""
    release = workflow.release()
    workflow.github.meanwhile("repos/get-release", lambda: workflow.on_github.releases.pop(release.id))

    done = workflow.published(release)

    assert done.code == 7
    assert done.outputs["status"] == "published"


@pytest.mark.parametrize(("status", "code"), [(500, 6), (502, 6), (404, 6), (422, 6)])
def test_github_fails_before_the_deposit(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    """Nothing is deposited."""
    monkeypatch.setattr("zenodo_action.github.connection.READ_PAUSES_S", (0.01, 0.01))
    workflow.github.fail("repos/get-release", status, "Something is wrong", times=20)

    done = workflow.published(workflow.release())

    assert done.code == code
    assert done.outputs.get("doi", "") == ""


def test_a_lost_answer_to_the_update(workflow: Workflow) -> None:
    """The notes are read to learn what happened: one block, nothing else changed."""
    workflow.github.lose_answer("repos/update-release")
    release = workflow.release()

    done = workflow.published(release)

    assert done.code == 0
    assert (release.body or "").startswith(NOTES)
    assert (release.body or "").count("<!-- zenodo-deposit:start -->") == 1


def test_long_notes(workflow: Workflow) -> None:
    """GitHub takes 125,000 characters."""
    release = workflow.release(body="é" * 120_000)

    done = workflow.published(release)

    assert done.code == 0
    assert done.outputs["doi"] in (release.body or "")
    assert len(release.body or "") <= 125_000


def test_notes_that_leave_no_room(workflow: Workflow) -> None:
    """Published; the notes stay, and the message says why."""
    release = workflow.release(body="x" * 124_990)

    done = workflow.published(release)

    assert done.code == 7
    assert release.body == "x" * 124_990


def test_hostile_metadata(workflow: Workflow) -> None:
    """A title cannot become a workflow command, an output, or markup of the summary."""
    workflow.repo.write(".zenodo.yml", HOSTILE)
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")
    release = workflow.release("v1.2.0")

    done = workflow.published(release)

    assert done.code == 0
    assert done.outputs["status"] == "published"
    assert "<script>" not in done.summary
    stopped = False
    for line in done.log.splitlines():
        if line.startswith("::stop-commands::"):
            stopped, token = True, line.removeprefix("::stop-commands::")
        elif stopped and line == f"::{token}::":
            stopped = False
        elif not stopped:
            assert not line.startswith("::error::boo")


def test_an_unknown_input_stops(workflow: Workflow) -> None:
    """A misspelt ``publish: false`` would publish."""
    workflow.inputs["publsh"] = "false"

    done = workflow.published(workflow.release())

    assert done.code == 2
    assert done.findings[0]["what"] == "there is no input `publsh`"
