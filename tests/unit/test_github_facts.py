"""GitHub's facts about a repository: the calls, and what is made of the answers."""

from __future__ import annotations

import pytest

from tests.github_server import GitHubServer
from zenodo_action import sources
from zenodo_action.errors import GitHubError
from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.github.connection import Connection
from zenodo_action.github.facts import read_facts
from zenodo_action.sources.github_facts import FIELDS

NAME = "zebra-lab/stripes"


def connect(server: GitHubServer) -> Connection:
    return Connection(server.token, server.url, NAME, say=lambda _: None, sleep=lambda _: None)


def test_facts_of_a_repository(github: GitHubServer) -> None:
    repository = github.add_repository(NAME)
    repository.licence, repository.topics = "MIT", ["zebra", "stripes"]
    repository.contributors = ["jcarberry", "dependabot[bot]", "gone"]
    github.people["jcarberry"] = ("Josiah Carberry", "Brown University")

    assert read_facts(connect(github), FIELDS, "Notes.") == PlatformFacts(
        description="Counts the stripes of zebras",
        licence="MIT",
        topics=("zebra", "stripes"),
        owner=Account(login="zebra-lab"),
        contributors=(
            Account(login="jcarberry", name="Josiah Carberry", company="Brown University"),
            Account(login="gone"),
        ),
        notes="Notes.",
    )


def test_a_repository_without_commits_and_with_an_unknown_licence(github: GitHubServer) -> None:
    repository = github.add_repository(NAME)
    repository.licence, repository.description = "NOASSERTION", None

    assert read_facts(connect(github), FIELDS) == PlatformFacts(owner=Account(login="zebra-lab"))


def test_a_history_too_large_to_count_names_nobody(github: GitHubServer) -> None:
    github.add_repository(NAME)
    github.fail("repos/list-contributors", 403, "The history or contributor list is too large")

    assert read_facts(connect(github), FIELDS).contributors == ()


def test_a_repository_that_is_hidden(github: GitHubServer) -> None:
    with pytest.raises(GitHubError):
        read_facts(connect(github), FIELDS)


@pytest.mark.parametrize(
    ("wanted", "notes", "asked"),
    [
        (["description"], "Notes.", []),
        (["description"], " \r\n", [""]),
        (["keywords", "rights"], "Notes.", [""]),
        (["creators"], None, ["", "/contributors"]),
    ],
)
def test_only_what_is_needed_is_asked_for(
    github: GitHubServer, wanted: list[str], notes: str | None, asked: list[str]
) -> None:
    """Facts cost requests: people one each."""
    github.add_repository(NAME).contributors = ["jcarberry"]

    read_facts(connect(github), wanted, notes)

    paths = [request.path for request in github.requests if request.path.startswith("/repos")]
    assert paths == [f"/repos/{NAME}{path}" for path in asked]


def test_an_empty_answer_says_nothing() -> None:
    (harvest,) = sources.from_github(PlatformFacts(notes=" <!-- nothing --> "))

    assert (harvest.fields, harvest.field_findings) == ({}, {})


def test_many_people_are_named_in_part() -> None:
    people = tuple(Account(login=f"user{number}") for number in range(8))
    (harvest,) = sources.from_github(PlatformFacts(contributors=people))

    (finding,) = harvest.field_findings["creators"]
    assert finding.what == (
        "no file names a creator; who committed to the repository on GitHub is taken: "
        "user0; user1; user2; user3; user4 and 3 more"
    )
