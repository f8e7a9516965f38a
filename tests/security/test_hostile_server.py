"""A repository server, or somebody between it and us, that wants the token to go elsewhere or the log to lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.action.conftest import Done, Workflow
from tests.security.go_between import Answer, Asked, GoBetween
from tests.security.runner_log import ALLOWED, commands


@pytest.fixture
def elsewhere() -> Iterator[GoBetween]:
    """A server that no request of ours may ever reach."""
    with GoBetween(None) as server:
        yield server


@pytest.fixture
def between(workflow: Workflow) -> Iterator[GoBetween]:
    """What stands before the embedded repository."""
    with GoBetween(workflow.zenodo.url) as server:
        workflow.inputs["server"] = server.url
        yield server


def deposit(workflow: Workflow) -> Done:
    """Deposit v1.0.0 and give up soon."""
    workflow.inputs["timeout"] = "2"
    return workflow.published(workflow.release())


def test_links_to_another_host_are_not_followed(workflow: Workflow, between: GoBetween, elsewhere: GoBetween) -> None:
    """Every address in every answer names another host: the deposit goes on with our own paths."""
    ours = workflow.zenodo.url.encode()

    def bend(_: Asked, answer: Answer) -> Answer:
        return replace(answer, body=answer.body.replace(ours, elsewhere.url.encode()))

    between.bend = bend

    done = deposit(workflow)

    assert done.code == 0, done.log
    assert elsewhere.requests == []
    assert all("Authorization" in asked.headers for asked in between.requests)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("nth", [0, 1, 3, 5, 6])
def test_redirects_to_another_host_are_not_followed(
    workflow: Workflow, between: GoBetween, elsewhere: GoBetween, status: int, nth: int
) -> None:
    """Whichever request is answered with one: an error, and nothing is sent there, with or without the token."""
    count = iter(range(1000))

    def bend(asked: Asked, answer: Answer) -> Answer:
        if next(count) < nth:
            return answer
        return Answer(status=status, headers={"Location": elsewhere.url + asked.path}, body=b"")

    between.bend = bend

    done = deposit(workflow)

    assert done.code == 5, done.log
    assert elsewhere.requests == []


def test_words_of_the_server_give_no_commands(workflow: Workflow, between: GoBetween) -> None:
    """Refusals full of commands, markup and control characters."""
    poison = (
        "no\n::error::boo\r::set-output name=doi::x ##[add-path]/tmp %0A::add-mask::a <script>alert(1)</script>\x1b[2J"
    )
    body = {"message": poison, "status": 400, "errors": [{"field": f"metadata.{poison}", "messages": [poison]}]}

    def bend(asked: Asked, answer: Answer) -> Answer:
        return answer if asked.method == "GET" else replace(answer, status=400, body=json.dumps(body).encode())

    between.bend = bend

    done = deposit(workflow)

    assert done.code == 5
    assert {name for name, _ in commands(done.log)} <= ALLOWED
    assert "<script>" not in done.summary
    assert "doi" not in done.outputs


def test_a_server_that_repeats_the_token(workflow: Workflow, between: GoBetween) -> None:
    """Debug pages show the headers of a request: what they say of the token is in no log, output or summary."""

    def bend(asked: Asked, answer: Answer) -> Answer:
        if asked.method == "GET":
            return answer
        message = f"bad header: {asked.headers['Authorization']}"
        return replace(answer, status=400, body=json.dumps({"message": message, "status": 400}).encode())

    between.bend = bend

    assert deposit(workflow).code == 5  # Workflow.done looks for the token everywhere


@pytest.mark.parametrize(
    "path", ["//127.0.0.1:1/x", "https://a.test@127.0.0.1:1/", "\\\\127.0.0.1:1\\x", "/\t/127.0.0.1:1/"]
)
def test_redirects_in_odd_forms(workflow: Workflow, between: GoBetween, path: str) -> None:
    """Another host in disguise."""

    def bend(asked: Asked, answer: Answer) -> Answer:
        is_first = asked.path.startswith("/api") and len(between.requests) == 1
        return Answer(status=302, headers={"Location": path}, body=b"") if is_first else answer

    between.bend = bend

    done = deposit(workflow)

    assert done.code in (0, 5)
    assert "Traceback" not in done.log
