"""Two runs at once: in one clone they take turns, in two clones the server's revision decides; never a mixed version."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import BenchFor
from tests.faults.harness import TOKEN, Case, Client
from tests.faults.proxy import Exchange, Fault, Wire
from tests.github_server import release_event
from tests.github_server.runner import runner_environ
from tests.repos import ExampleRepo


@pytest.fixture(params=["records", "deposit"])
def case(bench_for: BenchFor, request: pytest.FixtureRequest) -> Iterator[Case]:
    """A repository with v1.0.0 deposited and v1.1.0 and v1.2.0 to come, and a server that takes its time."""
    bench = bench_for(api=request.param)
    bench.expected_files("next")
    with Case(bench, "next") as made:
        bench.proxy.wire = Wire()
        ExampleRepo(made.repo).tag("v1.2.0")
        made.zenodo.add_faults(
            {"match": {"method": "PUT", "path": r"/files/", "nth": 0}, "action": "slow", "slow_s": 0.7},
            {"match": {"path": "publish", "nth": 0}, "action": "slow", "slow_s": 0.3},
        )
        yield made


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[tuple[Client, Client]]:
    """Two programs that can run at the same time."""
    made = Client(tmp_path / "one"), Client(tmp_path / "two")
    yield made
    for each in made:
        each.close()


def start(client: Client, case: Case, repo: Path, tag: str, timeout_s: int = 30) -> None:
    """Start a deposit and leave it running."""
    options = ["--server", case.bench.proxy.url, "--timeout", str(timeout_s), "--api", case.bench.api]
    client.start(["deposit", tag, "-C", str(repo), *options], {"ZENODO_TOKEN": TOKEN})


def start_job(client: Client, case: Case, repo: Path, tag: str, run: str) -> int:
    """Start a job of a workflow on a machine of its own, leave it running, and return its process id."""
    assert case.github is not None
    release = case.add_release(tag) if tag != case.tag else case.release
    payload = release_event(case.github, case.on_github, release)
    environ = runner_environ(
        case.folder / f"job-{run}", case.github, case.on_github, payload, event="release", ref=f"refs/tags/{tag}"
    )
    inputs = {
        "zenodo-token": TOKEN,
        "github-token": case.github.token,
        "server": case.bench.proxy.url,
        "timeout": "60",
        "api": case.bench.api,
    }
    given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    return client.start(["run"], environ | given | {"GITHUB_WORKSPACE": str(repo), "GITHUB_RUN_ID": run})


def versions(case: Case) -> list[tuple[str, str, list[str]]]:
    """Return version, previous version's DOI and files of all that is published, and see that there are no drafts."""
    records = sorted(case.own(), key=lambda each: int(each["versions"]["index"]))
    assert all(each["is_published"] and not each["is_draft"] for each in records)
    assert len({each["parent"]["id"] for each in records}) == 1
    return [(each["metadata"]["version"], _previous(each), sorted(each["files"]["entries"])) for each in records]


def _previous(record: dict[str, Any]) -> str:
    related = record["metadata"]["related_identifiers"]
    found = [each["identifier"] for each in related if each["relation_type"]["id"] == "isnewversionof"]
    assert len(found) <= 1
    return found[0] if found else ""


PATIENCE_S = 30.0
ONE, TWO = (f"10.5072/zenodo.{number}" for number in (300002, 300003))


class Gate(Wire):
    """Lets nothing be published before it is opened, so that it does not take luck for two runs to meet."""

    def __init__(self) -> None:
        super().__init__()
        self.is_reached = threading.Event()
        self.is_open = threading.Event()

    def note(self, exchange: Exchange) -> Fault | None:
        """Hold a request to publish until the gate is open."""
        if exchange.path.endswith("/publish"):
            self.is_reached.set()
            self.is_open.wait(PATIENCE_S)
        return super().note(exchange)


def test_the_same_tag_in_one_clone(case: Case, clients: tuple[Client, Client]) -> None:
    """The second waits for the first and finds nothing left to do."""
    gate = case.bench.proxy.wire = Gate()
    start(clients[0], case, case.repo, "v1.1.0")
    assert gate.is_reached.wait(PATIENCE_S), clients[0].printed()
    start(clients[1], case, case.repo, "v1.1.0")
    until = time.monotonic() + PATIENCE_S
    while "waiting for it to end" not in clients[1].printed():
        assert time.monotonic() < until, clients[1].printed()
        time.sleep(0.02)
    gate.is_open.set()
    results = [client.wait() for client in clients]

    assert [code for code, _ in results] == [0, 0], results
    first, second = (log for _, log in results)
    assert "published: v1.1.0" in first
    assert "another run is depositing from this repository; waiting for it to end" in second
    assert "unchanged: v1.1.0" in second
    assert versions(case) == [("1.0.0", "", ["red-dot-1.0.0.zip"]), ("1.1.0", ONE, ["red-dot-1.1.0.zip"])]


def test_two_tags_in_one_clone(case: Case, clients: tuple[Client, Client]) -> None:
    """One after the other, each with its own previous version; the older may find that it has come too late."""
    for client, tag in zip(clients, ("v1.1.0", "v1.2.0"), strict=True):
        start(client, case, case.repo, tag)
    results = [client.wait() for client in clients]

    assert results[1][0] == 0, results
    late = results[0][0] != 0
    if late:
        assert "1.1.0 is older than 1.2.0, which is already deposited" in results[0][1]
        assert versions(case) == [("1.0.0", "", ["red-dot-1.0.0.zip"]), ("1.2.0", ONE, ["red-dot-1.2.0.zip"])]
    else:
        assert versions(case) == [
            ("1.0.0", "", ["red-dot-1.0.0.zip"]),
            ("1.1.0", ONE, ["red-dot-1.1.0.zip"]),
            ("1.2.0", TWO, ["red-dot-1.2.0.zip"]),
        ]


def test_the_same_tag_in_two_clones(case: Case, clients: tuple[Client, Client]) -> None:
    """One draft, one version; whoever did not make it says so, and is content when it is run again."""
    other = case.folder / "other"
    shutil.copytree(case.repo, other)
    start(clients[0], case, case.repo, "v1.1.0")
    start(clients[1], case, other, "v1.1.0")
    results = [client.wait() for client in clients]

    assert 0 in [code for code, _ in results], results
    assert {code for code, _ in results} <= {0, 5}
    for client, repo in zip(clients, (case.repo, other), strict=True):
        start(client, case, repo, "v1.1.0")
        code, log = client.wait()
        assert (code, "unchanged: v1.1.0" in log) == (0, True), log
    assert versions(case) == [("1.0.0", "", ["red-dot-1.0.0.zip"]), ("1.1.0", ONE, ["red-dot-1.1.0.zip"])]


def test_two_tags_in_two_clones(case: Case, clients: tuple[Client, Client]) -> None:
    """They never share a draft: what is published holds one tag's metadata and that tag's file."""
    other = case.folder / "other"
    shutil.copytree(case.repo, other)
    # Where one stops and leaves its draft, the other waits for that as long as it may: not long.
    start(clients[0], case, case.repo, "v1.1.0", timeout_s=5)
    start(clients[1], case, other, "v1.2.0", timeout_s=5)
    results = [client.wait() for client in clients]
    for client, repo, tag in zip(clients, (case.repo, other), ("v1.1.0", "v1.2.0"), strict=True):
        start(client, case, repo, tag, timeout_s=5)
        results.append(client.wait())

    assert {code for code, _ in results} <= {0, 2, 5}, results
    found = versions(case)
    assert ("1.2.0", ["red-dot-1.2.0.zip"]) in [(version, files) for version, _, files in found]
    assert all(files == [f"red-dot-{version}.zip"] for version, _, files in found)
    assert len({version for version, _, _ in found}) == len(found)


@pytest.mark.parametrize("api", ["records", "deposit"])
@pytest.mark.parametrize("tags", [("v1.0.0", "v1.0.0"), ("v1.0.0", "v1.1.0")], ids=["same", "different"])
def test_two_first_deposits_on_different_machines(
    bench_for: BenchFor, clients: tuple[Client, Client], tags: tuple[str, str], api: str
) -> None:
    """Both look before either has deposited anything, but for the lock on GitHub: one record comes of it."""
    with Case(bench_for(door="run", api=api), "first") as case:
        case.bench.proxy.wire = case.bench.github_proxy.wire = Wire()
        case.zenodo.add_faults({"match": {"path": "", "nth": 0}, "action": "slow", "slow_s": 0.2})
        other = case.folder / "other"
        shutil.copytree(case.repo, other)
        for client, repo, tag, run in zip(clients, (case.repo, other), tags, ("1", "2"), strict=True):
            start_job(client, case, repo, tag, run)
        results = [client.wait() for client in clients]

        logs = sorted((log for _, log in results), key=lambda log: "waiting for it to end" in log)
        assert "waiting for it to end" not in logs[0]
        assert "another run is depositing from this repository (run " in logs[1], logs
        found = [(version, files) for version, _, files in versions(case)]
        one, two = ("1.0.0", ["red-dot-1.0.0.zip"]), ("1.1.0", ["red-dot-1.1.0.zip"])
        if tags[0] == tags[1]:
            assert [code for code, _ in results] == [0, 0], results
            assert found == [one]
            assert "unchanged: v1.0.0" in logs[1]
        else:
            # The newer one may have been first: then the older one is told that it came too late.
            assert (results[0][0], found) in [(0, [one, two]), (2, [two])], results
            assert results[1][0] == 0
        assert not [name for name in case.on_github.refs if "zenodo-deposit" in name]


SLOW_S = 0.5


def test_a_cancelled_job_gives_its_lock_back(bench_for: BenchFor, clients: tuple[Client, Client]) -> None:
    """The runner sends SIGTERM and waits a few seconds."""
    with Case(bench_for(door="run"), "first") as case:
        case.bench.proxy.wire = case.bench.github_proxy.wire = Wire()
        case.zenodo.add_faults({"match": {"path": "", "nth": 0}, "action": "slow", "slow_s": SLOW_S})
        pid = start_job(clients[0], case, case.repo, "v1.0.0", "1")
        until = time.monotonic() + 30
        while "refs/zenodo-deposit" not in " ".join(case.on_github.refs):
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(pid, signal.SIGTERM)
        code, log = clients[0].wait()
        time.sleep(2 * SLOW_S)  # the server finishes what it was asked, and closes its connections

        assert (code, "stopped; running the same command again goes on where this left off" in log) == (130, True), log
        assert (case.folder / "job-1" / "summary").read_text(encoding="utf-8") == (
            "## ⏹️ Stopped: v1.0.0\n\nRun the job again: it goes on where this left off.\n"
        )
        assert not [name for name in case.on_github.refs if "zenodo-deposit" in name]
