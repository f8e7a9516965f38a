"""Files on their way to a draft: what is there is not sent, many go at once, and one failure ends them all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.relay import Relay, relaying
from tests.repos import ExampleRepo
from zenodo_action import commands, pipeline
from zenodo_action.errors import ArchiveError, ChecksumError, ConflictError, OptionPlace, RejectedError
from zenodo_action.model import DepositFile
from zenodo_action.options import Options
from zenodo_action.plan import Outcome
from zenodo_action.server import LocalServer
from zenodo_action.servers import Surroundings
from zenodo_action.story import sending
from zenodo_action.story.tools import Tools

Contents = Mapping[str, bytes]


@dataclass
class Desk:
    """Deposits files of any kind as releases of one repository."""

    folder: Path
    repo: ExampleRepo
    relay: Relay
    api: str
    token: str = "test-token"
    timeout_s: int = 5
    lines: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, int | None, int]] = field(default_factory=list)
    """Method, path, status and bytes of the last deposit's exchanges."""

    def deposit(self, tag: str, contents: Contents, change: Callable[[Tools], Tools] = lambda tools: tools) -> Outcome:
        self.lines.clear()
        self.requests.clear()
        place = OptionPlace(name="test")
        given = {
            "zenodo-token": self.token,
            "server": self.relay.url,
            "api": self.api,
            "timeout": str(self.timeout_s),
        }
        options = Options.from_sources({name: (value, place) for name, value in given.items()})
        surroundings = Surroundings(
            say=self.lines.append, observe=lambda *each: self.requests.append((*each[:3], each[4]))
        )
        release = commands.Release(tag=tag)
        files = [self._file(name, content) for name, content in contents.items()]
        with (
            commands.prepare(commands.open_checkout(self.repo.path), release, options, surroundings) as prepared,
            commands._tools(prepared) as tools,
        ):
            changed = change(replace(tools, build=lambda: (files, ())))
            return pipeline.deposit(prepared.options, prepared.project, (), changed)

    def _file(self, name: str, content: bytes) -> DepositFile:
        path = self.folder / hashlib.sha256(content).hexdigest()
        path.write_bytes(content)
        sums = [hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")]
        return DepositFile(name=name, path=str(path), size_bytes=len(content), md5=sums[0], sha256=sums[1])

    @property
    def sent(self) -> list[str]:
        """The names of the files whose bytes were sent."""
        paths = [
            path.removesuffix("/content")
            for method, path, _, _ in self.requests
            if "/files/" in path and method == "PUT"
        ]
        return [path.rpartition("/")[2] for path in paths]


@pytest.fixture(params=["records", "deposit"])
def desk(tmp_path: Path, zenodo: LocalServer, red_dot: ExampleRepo, request: pytest.FixtureRequest) -> Any:
    """The way to the test server by each API."""
    with relaying(zenodo.url) as relay:
        yield Desk(folder=tmp_path, repo=red_dot, relay=relay, api=request.param)


def names(outcome: Outcome) -> list[str]:
    """The files of a record."""
    return sorted(file.name for file in outcome.files)


def many(count: int) -> dict[str, bytes]:
    """So many small files, each of its own content."""
    return {f"part-{number:02}.bin": bytes([number]) * 1000 for number in range(count)}


DATA = b"laser dots" * 100_000


def test_a_file_of_the_version_before_is_not_sent(desk: Desk) -> None:
    """The server copies it; what has changed is replaced, what is gone is removed, and the plan says so."""
    desk.deposit("v1.0.0", {"data.bin": DATA, "old.zip": b"old", "notes.txt": b"one"})

    outcome = desk.deposit("v1.1.0", {"data.bin": DATA, "new.zip": b"new", "notes.txt": b"two"})

    assert sorted(desk.sent) == ["new.zip", "notes.txt"]
    assert sum(size for _, _, _, size in desk.requests) < 100_000
    assert names(outcome) == ["data.bin", "new.zip", "notes.txt"]
    assert "data.bin is already there" in desk.lines
    assert "removing old.zip of the version before" in desk.lines
    assert outcome.plan is not None
    assert outcome.plan.files_there == ("data.bin",)


def test_nothing_is_copied_that_saves_nothing(desk: Desk) -> None:
    """Other files under other names: the copies would only have to be removed."""
    desk.deposit("v1.0.0", {"one.zip": b"one"})

    desk.deposit("v1.1.0", {"two.zip": b"two"})

    assert not [path for _, path, _, _ in desk.requests if path.endswith("files-import")]
    counted = [path for _, path, status, _ in desk.requests if status != 302]
    assert len(counted) == {"records": 9, "deposit": 8}[desk.api]


@pytest.mark.parametrize("action", ["lost-answer", "reset-before"])
def test_the_answer_to_the_copying_is_lost(desk: Desk, zenodo: LocalServer, action: str) -> None:
    """Whether it was done shows in the draft."""
    desk.deposit("v1.0.0", {"data.bin": DATA})
    zenodo.add_faults({"match": {"path": "files-import|newversion"}, "action": action})

    outcome = desk.deposit("v1.1.0", {"data.bin": DATA})

    assert (outcome.status, names(outcome), desk.sent) == ("published", ["data.bin"], [])


def test_a_server_that_does_not_copy_gets_the_files(desk: Desk, zenodo: LocalServer) -> None:
    """An InvenioRDM decides itself who may do what."""
    if desk.api == "deposit":
        pytest.skip("there the files come with the draft")
    desk.deposit("v1.0.0", {"data.bin": DATA})
    zenodo.add_faults({"match": {"path": "files-import"}, "action": "status", "status": 403})

    outcome = desk.deposit("v1.1.0", {"data.bin": DATA})

    assert (outcome.status, desk.sent) == ("published", ["data.bin"])
    line = next(line for line in desk.lines if "version before" in line)
    assert line.startswith("the files of the version before cannot be taken over, so all are sent: ")


def test_many_files_go_a_few_at_a_time(desk: Desk) -> None:
    """Over a few connections, which all the requests share; natively announced in one request."""
    outcome = desk.deposit("v1.0.0", many(30))

    assert names(outcome) == sorted(many(30))
    assert 2 <= desk.relay.connections <= sending.AT_ONCE
    announced = [path for method, path, _, _ in desk.requests if method == "POST" and path.endswith("/draft/files")]
    assert len(announced) == (1 if desk.api == "records" else 0)
    assert len(desk.requests) == {"records": 1 + 1 + 1 + 60 + 2, "deposit": 1 + 1 + 30 + 2}[desk.api]


def test_an_announcement_that_is_refused_is_made_one_by_one(desk: Desk, zenodo: LocalServer) -> None:
    """As where a lost answer had it done, and the repetition is told that the entries exist."""
    zenodo.add_faults({"match": {"method": "POST", "path": "draft/files$"}, "action": "lost-answer"})

    outcome = desk.deposit("v1.0.0", many(3))

    assert names(outcome) == sorted(many(3))


def test_one_failure_ends_the_others(desk: Desk, zenodo: LocalServer) -> None:
    """The error names the file; the next run sends what is missing and nothing else."""
    fault = {"match": {"method": "PUT", "path": "part-02", "nth": 0}, "action": "status", "status": 413}
    zenodo.add_faults(fault)
    with pytest.raises(RejectedError) as caught:
        desk.deposit("v1.0.0", many(40))
    assert "part-02.bin" in str(caught.value.where)
    assert len(desk.sent) < 40
    zenodo.clear_faults()

    outcome = desk.deposit("v1.0.0", many(40))

    assert names(outcome) == sorted(many(40))
    assert "part-02.bin" in desk.sent
    there = [line for line in desk.lines if line.endswith("is already there")]
    assert len(there) + len(desk.sent) == 40
    assert there


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_that_changes_after_it_was_summed(desk: Desk, count: int) -> None:
    """What the server holds is not what was planned: it stops, and the next run sends that file anew."""
    contents = many(count)

    def change(tools: Tools) -> Tools:
        class Changing:
            def __getattr__(self, name: str) -> Any:
                return getattr(tools.repository, name)

            def upload(self, draft: Any, file: DepositFile, progress: Any) -> Any:
                if file.name == "part-00.bin":
                    Path(file.path).write_bytes(b"!" * file.size_bytes)
                return tools.repository.upload(draft, file, progress)

        return replace(tools, repository=Changing())

    with pytest.raises(ChecksumError) as caught:
        desk.deposit("v1.0.0", contents, change)
    assert "holds other bytes of part-00.bin than were sent: 1000 bytes with MD5" in caught.value.what
    assert caught.value.fix is not None
    assert caught.value.fix.startswith("run it again: it goes on with draft 300002 (")

    outcome = desk.deposit("v1.0.0", contents)

    assert (outcome.status, names(outcome)) == ("published", sorted(contents))
    assert "part-00.bin" in desk.sent


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_that_vanishes_before_it_is_sent(desk: Desk, count: int) -> None:
    """It is named; the draft stays for the next run."""

    def change(tools: Tools) -> Tools:
        class Vanishing:
            def __getattr__(self, name: str) -> Any:
                return getattr(tools.repository, name)

            def upload(self, draft: Any, file: DepositFile, progress: Any) -> Any:
                Path(file.path).unlink()
                return tools.repository.upload(draft, file, progress)

        return replace(tools, repository=Vanishing())

    with pytest.raises(ArchiveError, match=r"^part-0[0-2]\.bin cannot be read: No such file or directory$"):
        desk.deposit("v1.0.0", many(count), change)

    assert desk.deposit("v1.0.0", many(count)).status == "published"


def test_a_large_file_is_sent_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the small ones, one large one after the other."""
    monkeypatch.setattr(sending, "LARGE_BYTES", 10_000)
    busy: set[str] = set()
    seen: list[set[str]] = []
    lock = threading.Lock()

    def change(tools: Tools) -> Tools:
        class Watched:
            def __getattr__(self, name: str) -> Any:
                return getattr(tools.repository, name)

            def upload(self, draft: Any, file: DepositFile, progress: Any) -> Any:
                with lock:
                    busy.add(file.name)
                    seen.append(set(busy))
                try:
                    return tools.repository.upload(draft, file, progress)
                finally:
                    with lock:
                        busy.remove(file.name)

        return replace(tools, repository=Watched())

    desk.deposit("v1.0.0", {"a.bin": b"a" * 20_000, **many(8), "b.bin": b"b" * 20_000}, change)

    assert seen[-2:] == [{"a.bin"}, {"b.bin"}]
    assert max(len(each) for each in seen) <= sending.AT_ONCE


def test_progress_is_of_all_files_together(desk: Desk) -> None:
    """One number that grows to the whole."""
    told: list[tuple[str, int]] = []
    shown: list[int] = []

    def progress(label: str, size_bytes: int) -> Callable[[int], None]:
        told.append((label, size_bytes))
        return shown.append

    desk.deposit("v1.0.0", many(5), lambda tools: replace(tools, progress=progress))

    assert told == [("5 files", 5000)]
    assert (shown == sorted(shown), shown[-1]) == (True, 5000)


def test_a_transfer_on_its_way_ends_at_its_next_block(desk: Desk) -> None:
    """When another one has failed, a slow one must not keep the run."""
    ended: list[type[BaseException]] = []
    begun = threading.Event()

    def change(tools: Tools) -> Tools:
        class Failing:
            def __getattr__(self, name: str) -> Any:
                return getattr(tools.repository, name)

            def upload(self, _: Any, file: DepositFile, progress: Callable[[int], None]) -> None:
                if file.name == "bad":
                    assert begun.wait(10)
                    raise ConflictError("no")
                try:
                    while True:
                        progress(1)
                        begun.set()
                except Exception as error:
                    ended.append(type(error))
                    raise

        return replace(tools, repository=Failing())

    with pytest.raises(ConflictError):
        desk.deposit("v1.0.0", {"slow": b"1", "bad": b"2"}, change)

    assert ended == [sending._StoppedError]
