"""What happens between the steps of the story: somebody else acts, or an answer gets lost, at one certain moment."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML
from tests.repos import ExampleRepo
from zenodo_action import commands, pipeline, servers
from zenodo_action.errors import (
    ArchiveError,
    ConflictError,
    LostAnswerError,
    OptionPlace,
    RejectedError,
    UnavailableError,
)
from zenodo_action.options import Options
from zenodo_action.patience import Patience
from zenodo_action.plan import Outcome
from zenodo_action.server import LocalServer
from zenodo_action.story.discovery import Found
from zenodo_action.story.tools import Tools

HEADERS = {"Accept": "application/vnd.inveniordm.v1+json", "Authorization": "Bearer test-token"}


class Meddled:
    """A repository in which something happens right before or after one of its calls, once."""

    def __init__(
        self, repository: Any, call: str, *, before: Callable[..., None] | None = None, after: Any = None
    ) -> None:
        self._repository = repository
        self._call, self._before, self._after = call, before, after
        self._is_done = False

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._repository, name)
        if name != self._call or self._is_done:
            return member

        def call(*arguments: Any, **named: Any) -> Any:
            self._is_done = True
            if self._before is not None:
                self._before(*arguments, **named)
            result = member(*arguments, **named)
            if self._after is not None:
                self._after(result)
            return result

        return call


@pytest.fixture
def repo(tmp_path: Path) -> ExampleRepo:
    """A repository with two tags."""
    made = ExampleRepo(tmp_path / "red-dot")
    made.write(".zenodo.yml", ZENODO_YML)
    made.commit()
    made.tag("v1.0.0")
    made.tag("v1.1.0")
    made.remote("https://github.com/cat-lab-example/red-dot.git")
    return made


def hurry(patience: Patience) -> None:
    """Let pauses take no time, but count."""
    slept: list[float] = []
    patience.sleep = slept.append
    patience.clock = lambda: time.monotonic() + sum(slept)


@pytest.fixture
def story(repo: ExampleRepo, zenodo: LocalServer) -> Callable[..., Any]:
    """Deposit a tag with tools that a function may change; return the outcome and what was said."""

    @contextlib.contextmanager
    def opened(tag: str, lines: list[str]) -> Iterator[tuple[commands.Prepared, Tools]]:
        place = OptionPlace(name="test")
        given = {"zenodo-token": ("test-token", place), "server": (zenodo.url, place), "timeout": ("2", place)}
        checkout = commands.open_checkout(repo.path)
        surroundings = servers.Surroundings(say=lines.append)
        release = commands.Release(tag=tag)
        with (
            commands.prepare(checkout, release, Options.from_sources(given), surroundings) as prepared,
            commands._tools(prepared) as tools,
        ):
            hurry(tools.patience)
            yield prepared, tools

    def call(tag: str, change: Callable[[Tools], Tools] = lambda tools: tools) -> tuple[Outcome, list[str]]:
        lines: list[str] = []
        with opened(tag, lines) as (prepared, tools):
            return pipeline.deposit(prepared.options, prepared.project, (), change(tools)), lines

    return call


def edit(zenodo: LocalServer, draft_id: str, **metadata: Any) -> None:
    """Change a draft as somebody else would."""
    url = f"{zenodo.api_url}/records/{draft_id}/draft"
    body = requests.get(url, headers=HEADERS, timeout=10).json()
    body["metadata"] |= metadata
    assert requests.put(url, json=body, headers=HEADERS, timeout=10).status_code == 200


def meddled(call: str, **when: Any) -> Callable[[Tools], Tools]:
    """Return what puts a meddled repository into the tools."""
    return lambda tools: replace(tools, repository=Meddled(tools.repository, call, **when))


def test_another_run_claims_the_copied_draft_first(story: Any, zenodo: LocalServer) -> None:
    """Between opening and claiming it: the revision tells, and its metadata stay."""
    story("v1.0.0")
    drafts: list[str] = []

    def claim(draft: Any) -> None:
        drafts.append(draft.id)
        edit(zenodo, draft.id, version="9.9.9", title="Theirs")

    with pytest.raises(ConflictError) as caught:
        story("v1.1.0", meddled("open_next_version", after=claim))

    assert caught.value.what.startswith("the draft was changed by somebody else since it was read")
    draft = requests.get(f"{zenodo.api_url}/records/{drafts[0]}/draft", headers=HEADERS, timeout=10).json()
    assert draft["metadata"]["title"] == "Theirs"


def test_the_draft_is_another_releases_by_the_time_it_is_filled(story: Any, zenodo: LocalServer) -> None:
    """It is looked at once more before it is published."""
    with pytest.raises(ConflictError) as caught:
        story("v1.0.0", meddled("upload", before=lambda draft, *_: edit(zenodo, draft.id, version="9.9.9")))

    assert caught.value.what.endswith("was changed by somebody else while it was being filled")


def test_a_file_is_added_while_the_draft_is_filled(story: Any, zenodo: LocalServer) -> None:
    """What was not planned is not published."""

    def add(draft: Any, *_: Any) -> None:
        url = f"{zenodo.api_url}/records/{draft.id}/draft/files"
        assert requests.post(url, json=[{"key": "extra.txt"}], headers=HEADERS, timeout=10).status_code == 201
        sent = HEADERS | {"Content-Type": "application/octet-stream"}
        assert requests.put(f"{url}/extra.txt/content", data=b"x", headers=sent, timeout=10).status_code == 200
        assert requests.post(f"{url}/extra.txt/commit", headers=HEADERS, timeout=10).status_code == 200

    with pytest.raises(ConflictError) as caught:
        story("v1.0.0", meddled("upload", before=add))

    assert caught.value.what.endswith("does not hold exactly the planned files: extra.txt")


def test_the_answer_to_the_first_create_is_lost(story: Any, zenodo: LocalServer) -> None:
    """The same run looks for the draft and goes on with it."""
    zenodo.add_faults({"match": {"method": "POST", "path": "/records$"}, "action": "lost-answer"})

    outcome, lines = story("v1.0.0")

    assert outcome.status == "published"
    assert [
        line
        for line in lines
        if line.endswith("so it is not known whether it did what was asked; looking for the draft")
    ]
    assert outcome.record.id == "300002"


def test_the_first_create_fails_before_it_did_anything(story: Any, zenodo: LocalServer) -> None:
    """Where no draft turns up, another one is opened."""
    zenodo.add_faults({"match": {"method": "POST", "path": "/records$"}, "action": "status", "status": 502})

    outcome, _ = story("v1.0.0")

    assert outcome.status == "published"


def test_the_server_stays_down(story: Any, zenodo: LocalServer) -> None:
    """It gives up with what to do; the next run finishes it."""
    fault = {"match": {"method": "POST", "path": "/records$", "nth": 0}, "action": "status", "status": 502}
    zenodo.add_faults(fault)
    with pytest.raises(LostAnswerError) as caught:
        story("v1.0.0")
    zenodo.clear_faults()

    outcome, lines = story("v1.0.0")

    assert caught.value.fix == "run it again: it looks first what the server has done, and nothing is deposited twice"
    assert "an earlier run may have opened a draft that nobody knows of; looking for it" in lines
    assert outcome.status == "published"


def test_a_value_that_the_server_loses_stops_it(story: Any, zenodo: LocalServer) -> None:
    """Before anything that cannot be undone; the draft is named and kept."""

    def change(tools: Tools) -> Tools:
        class Forgetful(Meddled):
            def payload(self, *arguments: Any) -> Any:
                payload = tools.repository.payload(*arguments)
                payload.body["metadata"]["publication_date"] = "not a date"
                return payload

        return replace(tools, repository=Forgetful(tools.repository, ""))

    with pytest.raises(RejectedError) as caught:
        story("v1.0.0", change)

    assert "metadata.publication_date" in caught.value.what
    assert caught.value.fix is not None
    assert caught.value.fix.startswith("mend the values and run again; the draft ")


def test_the_disk_is_full_when_the_doi_is_noted(story: Any) -> None:
    """The record is published, and that is what comes back."""

    def full(note: Any) -> None:
        if note.doi is not None:
            raise OSError(28, "No space left on device")

    def change(tools: Tools) -> Tools:
        class FullDisk(Meddled):
            def write(self, note: Any) -> None:
                full(note)
                tools.notes.write(note)

        return replace(tools, notes=FullDisk(tools.notes, ""))

    outcome, lines = story("v1.0.0", change)

    assert outcome.status == "published"
    assert lines[-1] == "what is deposited cannot be noted: No space left on device"


def test_the_disk_is_full_before_anything_is_sent(story: Any, zenodo: LocalServer) -> None:
    """Without the intent noted, no draft is opened."""

    def full(_: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ArchiveError) as caught:
        story("v1.0.0", lambda tools: replace(tools, notes=Meddled(tools.notes, "write", before=full)))

    assert caught.value.what == "what is deposited cannot be noted: No space left on device"
    own = requests.get(f"{zenodo.api_url}/user/records", headers=HEADERS, timeout=10)
    assert own.json()["hits"]["total"] == 0


def test_giving_up_names_the_draft(story: Any, zenodo: LocalServer) -> None:
    """And how to go on."""
    zenodo.add_faults({"match": {"method": "PUT", "path": "/content", "nth": 0}, "action": "status", "status": 502})

    with pytest.raises(UnavailableError) as caught:
        story("v1.0.0")

    assert caught.value.fix == (
        f"run it again: it goes on with draft 300002 ({zenodo.url}/uploads/300002), and sends no complete file again"
    )


def test_an_intent_is_as_old_as_the_last_try(story: Any, zenodo: LocalServer) -> None:
    """A look for a lost draft is as long as the index may lag behind the last time that one may have been opened."""
    fault = {"match": {"method": "POST", "path": "/records$", "nth": 0}, "action": "status", "status": 502}
    zenodo.add_faults(fault)
    times: list[float] = []

    def at(now: float) -> Callable[[Tools], Tools]:
        def change(tools: Tools) -> Tools:
            times.clear()
            times.append(now)
            return replace(tools, clock=lambda: now, notes=Meddled(tools.notes, "write", before=seen))

        return change

    def seen(note: Any) -> None:
        times.append(note.intended_at)

    for now in (1000.0, 90000.0):
        with pytest.raises(LostAnswerError):
            story("v1.0.0", at(now))
        assert times == [now, now]


def test_what_was_found_a_moment_ago_is_not_read_again(story: Any) -> None:
    """As between the releases of one run: the newest version is looked at, the others are not."""
    first, _ = story("v1.0.0")
    counted: list[str] = []

    def change(tools: Tools) -> Tools:
        known = Found().followed_by(first.record)
        counting = Meddled(tools.repository, "own_records", before=lambda **_: counted.append("own_records"))
        return replace(tools, repository=counting, known=known)

    second, _ = story("v1.1.0", change)

    assert second.record.concept_id == first.record.concept_id
    assert second.plan.latest.id == first.record.id
    assert counted == []


def test_a_version_that_was_published_meanwhile_is_seen(story: Any) -> None:
    """What is known is not believed once the newest version is another one."""
    first, _ = story("v1.0.0")
    known = Found().followed_by(first.record)
    second, _ = story("v1.1.0")

    again, _ = story("v1.1.0", lambda tools: replace(tools, known=known))

    assert again.status == "unchanged"
    assert again.record.id == second.record.id
