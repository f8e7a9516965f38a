"""The notes in earlier releases name the record; whoever may only edit releases cannot make them name another."""

from __future__ import annotations

import pytest

from tests.action.conftest import NAME, Done, Workflow
from tests.github_server import GitHubServer
from zenodo_action.github.block import NOTE_KEYS, render_block
from zenodo_action.github.connection import Connection
from zenodo_action.github.hints import release_hints


def forget(workflow: Workflow) -> None:
    """A runner knows nothing of the one before, and the search shows nothing yet."""
    for file in (workflow.repo.path / ".git" / "zenodo-deposit").iterdir():
        file.unlink()


def note_of(workflow: Workflow, done: Done, **changed: str) -> str:
    """Return notes as this program leaves them after a deposit, or as somebody forges them."""
    note = {
        "server": workflow.zenodo.url,
        "repository": NAME,
        "tag": "v0.9.0",
        "record_id": done.outputs["record-id"],
        "concept_id": done.outputs["concept-id"],
        "doi": done.outputs["doi"],
        "concept_doi": done.outputs["concept-doi"],
        "program": "zenodo-deposit 1.0",
        **changed,
    }
    block = render_block(
        doi=note["doi"],
        concept_doi=note["concept_doi"],
        badge_url=None,
        record_url=f"{workflow.zenodo.url}/records/{note['record_id']}",
        server_name="Zenodo",
        note=note,
    )
    return f"Old notes.\n\n{block}"


@pytest.fixture
def blind(workflow: Workflow, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    """A search that finds nothing by the repository, as an index that lags far behind."""
    monkeypatch.setattr(
        "zenodo_action.repository.rdm.own_query",
        lambda record_ids, _: " OR ".join(f'"{each}"' for each in record_ids) or "nothing-at-all",
    )
    return workflow


def test_the_next_version_where_the_search_finds_nothing(blind: Workflow) -> None:
    """The note in the release before is enough to find the record."""
    first = blind.published(blind.release())
    forget(blind)

    second = blind.published(blind.release("v1.1.0"))

    assert second.outputs["status"] == "published"
    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]


def test_a_forged_note_in_the_release_itself_hides_no_other(blind: Workflow) -> None:
    """Where the search finds nothing, the notes of the other releases still lead to the record."""
    first = blind.published(blind.release())
    forget(blind)
    forged = note_of(blind, first, record_id="999999999", concept_id="999999998")

    second = blind.published(blind.release("v1.1.0", forged))

    assert second.outputs["status"] == "published"
    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]


def test_the_token_of_another_account(workflow: Workflow, other_token: str) -> None:
    """On a fresh machine too: the release that is deposited, and the next one, make no second record."""
    first = workflow.published(workflow.release())
    body = next(iter(workflow.on_github.releases.values())).body
    forget(workflow)
    workflow.inputs["zenodo-token"] = other_token

    for tag in ("v1.0.0", "v1.1.0"):
        release = next((each for each in workflow.on_github.releases.values() if each.tag_name == tag), None)
        done = workflow.published(release or workflow.release(tag))

        assert (done.code, done.outputs.get("doi", "")) == (5, "")
        (finding,) = done.findings
        assert finding["what"] == (
            f"the note in release v1.0.0 names record {first.outputs['record-id']}, which is of this repository, but not"
            " among the records of your token's user"
        )
        assert finding["fix"] == (
            "use a token of the account that owns the record, or ask its owner to share it; record: new starts a record of"
            " its own"
        )
    assert next(iter(workflow.on_github.releases.values())).body == body

    workflow.inputs["record"] = "new"
    assert workflow.published(release or workflow.release("v1.1.0")).outputs["status"] == "published"


def test_a_note_that_names_somebody_elses_record_beside_ours(workflow: Workflow, other_token: str) -> None:
    """It claims to be of this repository: told, and passed over where the search shows that we have one."""
    workflow.inputs["zenodo-token"] = other_token
    theirs = workflow.published(workflow.release("v1.0.0", "theirs"))
    forget(workflow)
    workflow.on_github.releases.clear()
    del workflow.inputs["zenodo-token"]
    ours = workflow.published(workflow.release("v1.0.0"))
    forget(workflow)
    workflow.on_github.releases.clear()
    workflow.release("v0.9.0", note_of(workflow, theirs))

    done = workflow.published(workflow.release("v1.1.0"))

    assert done.outputs["status"] == "published"
    assert done.outputs["concept-doi"] == ours.outputs["concept-doi"]
    assert [(each["level"], each["code"]) for each in done.findings] == [("warning", "record-of-others")]


def test_a_forged_note_steers_nothing(workflow: Workflow, other_token: str) -> None:
    """A record of somebody else, of another repository, stays as it is."""
    workflow.inputs["zenodo-token"] = other_token
    workflow.repo.git("remote", "set-url", "origin", "https://github.com/somebody/else")
    theirs = workflow.published(workflow.release("v1.0.0", "theirs"))
    workflow.repo.git("remote", "set-url", "origin", f"https://github.com/{NAME}")
    forget(workflow)
    workflow.on_github.releases.clear()
    del workflow.inputs["zenodo-token"]
    workflow.release("v0.9.0", note_of(workflow, theirs))

    ours = workflow.published(workflow.release("v1.1.0"))

    assert (ours.code, ours.outputs["status"]) == (0, "published")
    assert ours.outputs["concept-doi"] != theirs.outputs["concept-doi"]
    told = [each for each in ours.findings if each["code"] == "doi-elsewhere"]
    assert [each["level"] for each in told] == ["warning"]
    assert "the note in release v0.9.0" in told[0]["what"]


@pytest.mark.parametrize(
    "change",
    [
        {"server": "https://zenodo.example.org"},
        {"repository": "somebody/else"},
        {"record_id": "../../user/records", "concept_id": "x"},
        {"record_id": "999999999"},
    ],
)
def test_a_note_about_something_else_is_passed_over(workflow: Workflow, change: dict[str, str]) -> None:
    """Another server, another repository, no record at all: a new record then."""
    elsewhere = workflow.published(workflow.release("v1.0.0", "x"))
    workflow.on_github.releases.clear()
    workflow.release("v0.9.0", note_of(workflow, elsewhere, **change))
    workflow.inputs["record"] = "auto"

    done = workflow.published(workflow.release("v1.1.0"))

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert done.outputs["concept-doi"] == elsewhere.outputs["concept-doi"]  # found without the note


def test_a_hundred_forged_notes_cost_a_few_requests(github: GitHubServer) -> None:
    """Only the records that the newest notes name are asked about; a record is named once."""
    repository = github.add_repository(NAME)
    for number in range(100):
        release = repository.add_release(f"v0.{number}", forged(number // 2))
        release.created_at = f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z"
    repository.add_release("v1.0.0", forged(99), draft=True).created_at = "2026-02-01T00:00:00Z"
    connection = Connection(github.token, github.url, NAME, say=lambda _: None)

    hints = release_hints(connection, None, "https://zenodo.org")

    assert [(hint.record_id, hint.source, hint.is_note) for hint in hints] == [
        ("49", "the note in release v0.99", False),
        ("48", "the note in release v0.97", False),
        ("47", "the note in release v0.95", False),
    ]


def forged(number: int) -> str:
    """Return notes that name some record."""
    note = dict.fromkeys(NOTE_KEYS, "x") | {"server": "https://zenodo.org", "repository": NAME}
    note |= {"record_id": str(number), "concept_id": f"concept-{number}"}
    return render_block(
        doi="10.5281/zenodo.1", concept_doi=None, badge_url=None, record_url="x", server_name="Zenodo", note=note
    )


def test_a_repository_that_was_renamed(blind: Workflow) -> None:
    """GitHub says that the name in the note leads here, so the record under the old address is this repository's."""
    blind.repo.git("remote", "set-url", "origin", "https://github.com/cat-lab-example/old-dot")
    old = blind.published(blind.release("v1.0.0", "x"))
    forget(blind)
    blind.repo.git("remote", "set-url", "origin", f"https://github.com/{NAME}")
    blind.on_github.releases.clear()
    blind.release("v0.9.0", note_of(blind, old, repository="cat-lab-example/old-dot"))
    blind.github.renamed["cat-lab-example/old-dot"] = NAME

    new = blind.published(blind.release("v1.1.0"))

    assert (new.outputs["status"], new.findings) == ("published", [])
    assert new.outputs["concept-doi"] == old.outputs["concept-doi"]


def test_a_name_that_never_was_this_repositorys(blind: Workflow) -> None:
    """Nobody takes over a record by a note that claims a rename."""
    blind.repo.git("remote", "set-url", "origin", "https://github.com/cat-lab-example/old-dot")
    other = blind.published(blind.release("v1.0.0", "x"))
    forget(blind)
    blind.repo.git("remote", "set-url", "origin", f"https://github.com/{NAME}")
    blind.on_github.releases.clear()
    blind.github.add_repository("cat-lab-example/old-dot")
    for number, name in enumerate(("cat-lab-example/old-dot", "nobody/nothing", "../../user", "a/b/c")):
        blind.release(f"v0.{number}", note_of(blind, other, repository=name))

    done = blind.published(blind.release("v1.1.0"))

    assert done.outputs["status"] == "published"
    assert done.outputs["concept-doi"] != other.outputs["concept-doi"]
