"""The lock on GitHub: one run holds it, others wait, and what a dead run left behind is taken over by one of them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.github_server import GitHubServer
from tests.github_server.store import Commit
from zenodo_action.errors import ConflictError, GitHubError
from zenodo_action.github import locks
from zenodo_action.github.connection import Connection
from zenodo_action.github.locks import Holder, hold
from zenodo_action.patience import Patience

NAME = "zebra-lab/stripes"
SERVER = "https://zenodo.org/api"
REF = "refs/zenodo-deposit/zenodo-org"
OLD = 1_700_000_000


@dataclass
class Bench:
    """GitHub, and runs that want the lock there."""

    github: GitHubServer
    said: list[str] = field(default_factory=list)
    dead: list[Any] = field(default_factory=list)
    """Locks that nobody will give back."""

    @property
    def refs(self) -> dict[str, str]:
        return self.github.add_repository(NAME).refs

    @property
    def commits(self) -> dict[str, Commit]:
        return self.github.add_repository(NAME).store.commits

    def change(self, commit: str, **values: Any) -> None:
        """Let a commit say something else."""
        self.commits[commit] = replace(self.commits[commit], **values)

    def lock(
        self, run: str = "1", *, attempt: int = 1, wait_s: float = 0, token: str | None = None, server: str = SERVER
    ) -> Any:
        """The lock as a run takes it."""
        connection = Connection(
            token or self.github.token, self.github.url, NAME, say=self.said.append, sleep=lambda _: None
        )
        holder = Holder(run=run, attempt=attempt, tag=f"v{run}.0")
        return hold(connection, holder, server=server, patience=Patience(wait_s), say=self.said.append)

    def leave(self, run: str, *, attempt: int = 1, since: int | None = None) -> str:
        """Take the lock and die."""
        context = self.lock(run, attempt=attempt)
        context.__enter__()
        self.dead.append(context)
        commit = self.refs[REF]
        if since is not None:
            self.change(commit, made_at=since)
        return commit


@pytest.fixture
def bench(github: GitHubServer) -> Bench:
    github.add_repository(NAME)
    return Bench(github)


def sent(github: GitHubServer) -> list[str]:
    return [f"{each.method} {each.path.removeprefix(f'/repos/{NAME}')}" for each in github.requests]


def test_the_lock_is_there_while_it_is_held(bench: Bench, github: GitHubServer) -> None:
    """Its commit tells who holds it; five requests in all."""
    with bench.lock("7"):
        commit = bench.commits[bench.refs[REF]]
        assert commit.message == (
            'Lock of zenodo-deposit: run 7, which deposits v7.0\n\n{"run": "7", "attempt": 1, "tag": "v7.0"}'
        )
        assert commit.parents == ()
    assert bench.refs == {}
    assert bench.said == []
    path = "/git/ref/zenodo-deposit/zenodo-org"
    assert sent(github) == [
        "POST /git/trees",
        "POST /git/commits",
        "POST /git/refs",
        f"GET {path}",
        "DELETE /git/refs/zenodo-deposit/zenodo-org",
    ]


def test_the_lock_is_given_back_when_the_run_fails(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError), bench.lock():
        raise ZeroDivisionError
    assert bench.refs == {}


def test_another_run_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one line, until the first has ended."""
    monkeypatch.setattr(locks, "LOOK_EVERY_S", 0.02)
    order: list[str] = []
    inside = threading.Event()

    def first() -> None:
        with bench.lock("1"):
            inside.set()
            time.sleep(0.3)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with bench.lock("2", wait_s=30):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]
    assert bench.said == [
        "another run is depositing from this repository (run 1, which deposits v1.0); waiting for it to end"
    ]
    assert bench.refs == {}


def test_waiting_has_an_end(bench: Bench, github: GitHubServer) -> None:
    """The message names the run, and how to be rid of its lock where it is dead."""
    bench.leave("1")
    with pytest.raises(ConflictError) as caught, bench.lock("2"):
        pytest.fail("both hold it")
    assert caught.value.what == (
        "another run is depositing from this repository (run 1, which deposits v1.0), and did not end in time"
    )
    assert str(caught.value.where) == f"GET {github.url}/repos/{NAME}/git/ref/zenodo-deposit/zenodo-org → 200"
    assert caught.value.fix == (
        "wait for it to end, then run again. A run that died leaves its lock behind: it is taken over once GitHub tells"
        " this token that it has ended (permission actions: read), and after 6 hours. This removes it:\n"
        "git push --delete origin refs/zenodo-deposit/zenodo-org"
    )


def test_an_old_lock_is_taken_over(bench: Bench) -> None:
    """After six hours there is no job any more that could have made it."""
    left = bench.leave("1", since=OLD)
    with bench.lock("2"):
        assert bench.commits[bench.refs[REF]].parents == (left,)
    assert bench.said[-1] == f"the lock {REF}, left over by run 1, which deposits v1.0, is taken over"
    assert bench.refs == {}


def test_a_job_that_is_run_again_takes_its_own_lock_over(bench: Bench) -> None:
    """Attempts of one run follow each other; the other way round it would be a run that is at work."""
    bench.leave("1", attempt=1)
    with bench.lock("1", attempt=2):
        pass
    assert bench.refs == {}

    bench.leave("1", attempt=3)
    with pytest.raises(ConflictError), bench.lock("1", attempt=2):
        pytest.fail("both hold it")


@pytest.mark.parametrize("known", [("completed", 1), ("in_progress", 2)])
def test_the_lock_of_a_run_that_has_ended_is_taken_over(bench: Bench, known: tuple[str, int]) -> None:
    """GitHub says so: it is completed, or a later attempt of it has begun."""
    left = bench.leave("1")
    bench.github.add_repository(NAME).runs[1] = known
    with bench.lock("2"):
        assert bench.commits[bench.refs[REF]].parents == (left,)
    assert bench.refs == {}


def test_the_lock_of_a_run_at_work_is_respected(bench: Bench, github: GitHubServer) -> None:
    """Also where GitHub does not let the token see the run, or does not know it."""
    bench.leave("1")
    with pytest.raises(ConflictError), bench.lock("2"):
        pytest.fail("both hold it")
    github.add_repository(NAME).runs[1] = ("in_progress", 1)
    with pytest.raises(ConflictError), bench.lock("2"):
        pytest.fail("both hold it")
    github.add_repository(NAME).runs[1] = ("completed", 1)
    github.fail("actions/get-workflow-run", 403, "Resource not accessible by integration")
    with pytest.raises(ConflictError), bench.lock("2"):
        pytest.fail("both hold it")


def test_of_many_runs_one_takes_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """They all see the old lock at the same time; never do two of them hold it."""
    monkeypatch.setattr(locks, "LOOK_EVERY_S", 0.01)
    bench.leave("0", since=OLD)
    barrier = threading.Barrier(6)
    inside: list[int] = []
    most: list[int] = []

    def run(number: int) -> None:
        barrier.wait()
        with bench.lock(str(number), wait_s=60):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(1, 7)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == [1] * 6
    assert bench.refs == {}


def test_a_lock_that_was_taken_over_is_not_removed_by_its_first_holder(bench: Bench) -> None:
    """Who has lost it leaves it alone."""
    with bench.lock("1"):
        bench.change(bench.refs[REF], made_at=OLD)
        other = bench.lock("2")
        other.__enter__()
        held = bench.refs[REF]
    assert bench.refs == {REF: held}
    other.__exit__(None, None, None)


def test_servers_do_not_exclude_each_other(bench: Bench) -> None:
    """A record here has nothing to do with one there."""
    with bench.lock("1"), bench.lock("2", server="http://127.0.0.1:5000/api"):
        assert sorted(bench.refs) == ["refs/zenodo-deposit/127-0-0-1-5000", REF]


def test_a_token_that_may_not_write_takes_no_lock(bench: Bench, github: GitHubServer) -> None:
    """One line, and the run goes on."""
    with bench.lock(token=github.read_token):
        assert bench.refs == {}
    assert bench.said == [
        "no lock is taken on GitHub (the token may not write); a concurrency group in the workflow keeps runs apart"
    ]


def test_a_reference_that_github_does_not_want_is_no_lock(bench: Bench, github: GitHubServer) -> None:
    """Rules of the organisation, for one; it is not asked for ever."""
    github.fail("git/create-ref", 422, "Repository rule violations found", times=9)
    with bench.lock():
        pass
    assert bench.said == [
        "no lock is taken on GitHub (Repository rule violations found); a concurrency group in the workflow keeps runs apart"
    ]


@pytest.mark.parametrize("call", ["git/create-tree", "git/create-commit", "git/create-ref"])
def test_lost_answers_leave_one_lock(bench: Bench, github: GitHubServer, call: str) -> None:
    """What was done is found."""
    github.lose_answer(call)
    with bench.lock():
        assert list(bench.refs) == [REF]
    assert bench.refs == {}


@pytest.mark.parametrize("fault", ["lose_answer", "cut"])
def test_a_lost_answer_to_the_removal(bench: Bench, github: GitHubServer, fault: str) -> None:
    """It is looked whether it is gone, and removed once more if not."""
    with bench.lock():
        getattr(github, fault)("git/delete-ref")
    assert bench.refs == {}


def test_a_lock_that_cannot_be_removed_is_no_failure(bench: Bench, github: GitHubServer) -> None:
    """The record may be published by then."""
    with bench.lock():
        github.fail("git/delete-ref", 403, "Resource not accessible by integration")
    why = "the token may not remove the lock (GitHub says: Resource not accessible by integration)"
    assert bench.said == [f"the lock {REF} is left over, and taken over when it is in the way: {why}"]


def test_github_is_out_of_reach(bench: Bench, github: GitHubServer) -> None:
    """Nothing is deposited then."""
    github.fail("git/create-commit", 502, times=9)
    with pytest.raises(GitHubError), bench.lock():
        pytest.fail("it must not go on")


@pytest.mark.parametrize(
    "message", ["something else", "x\n\n[]", 'x\n\n{"run": "1"}', 'x\n\n{"run": 1, "attempt": "y"}']
)
def test_a_lock_that_says_nothing_is_respected(bench: Bench, message: str) -> None:
    """Whoever made it."""
    commit = bench.leave("1")
    bench.change(commit, message=message)
    with pytest.raises(ConflictError, match=rf"\({commit[:12]}\)"), bench.lock("1", attempt=2):
        pytest.fail("both hold it")
