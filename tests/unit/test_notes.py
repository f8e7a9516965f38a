"""What the command line remembers, and its lock."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from zenodo_action.errors import ConflictError
from zenodo_action.notes import Note, Notebook
from zenodo_action.patience import Patience

SERVER = "https://zenodo.example/api"
URL = "https://github.com/cat-lab-example/red-dot"


def book(folder: Path, *, server: str = SERVER, repository: str | None = URL) -> Notebook:
    return Notebook(folder / "zenodo-deposit", server=server, repository=repository)


def note(tag: str, *, record_id: str | None = None, doi: str | None = None) -> Note:
    return Note(tag=tag, commit="c" * 40, intended_at=1.5, record_id=record_id, concept_id=None, doi=doi)


def test_notes_survive(tmp_path: Path) -> None:
    """Another process reads what this one wrote."""
    book(tmp_path).write(note("v1", record_id="7"))
    book(tmp_path).write(note("v2"))

    assert book(tmp_path).all() == (note("v1", record_id="7"), note("v2"))
    assert book(tmp_path).of("v1") == note("v1", record_id="7")
    assert book(tmp_path).of("v3") is None


def test_a_later_note_of_a_tag_replaces_the_earlier(tmp_path: Path) -> None:
    """There is one note a tag, in the order of the latest."""
    for each in (note("v1"), note("v2"), note("v1", record_id="7", doi="10.5072/zenodo.7")):
        book(tmp_path).write(each)

    assert [each.tag for each in book(tmp_path).all()] == ["v2", "v1"]
    assert book(tmp_path).of("v1") == note("v1", record_id="7", doi="10.5072/zenodo.7")


def test_servers_and_repositories_are_kept_apart(tmp_path: Path) -> None:
    """A note for the sandbox says nothing about Zenodo, and a copied ``.git`` nothing about another repository."""
    book(tmp_path).write(note("v1"))

    assert book(tmp_path, server="https://other.example/api").all() == ()
    assert book(tmp_path, repository="https://github.com/other/fork").all() == ()


@pytest.mark.parametrize(("before", "after"), [(None, URL), (URL, None)])
def test_an_address_comes_and_goes(tmp_path: Path, before: str | None, after: str | None) -> None:
    """A repository that is put on the web after its first deposit is still the same one."""
    book(tmp_path, repository=before).write(note("v1"))

    assert book(tmp_path, repository=after).of("v1") == note("v1")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"server": 1}', '{"tags": []}'])
def test_a_damaged_file_counts_as_none(tmp_path: Path, text: str) -> None:
    """Notes are hints: losing them costs a look at the server, not the run."""
    book(tmp_path).write(note("v1"))
    (file,) = (tmp_path / "zenodo-deposit").glob("*.json")
    file.write_text(text, encoding="utf-8")

    assert book(tmp_path).all() == ()
    book(tmp_path).write(note("v2"))
    assert book(tmp_path).all() == (note("v2"),)


def _hold(folder: Path, held: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event) -> None:
    with book(folder).lock(Patience(30), print):
        held.set()
        done.wait(30)


@pytest.mark.parametrize(
    "entry",
    [
        {"commit": "c", "intended_at": 1.5, "record_id": 7},
        {"commit": "c", "intended_at": "now"},
        {"commit": None, "intended_at": 1.5},
        {"commit": "c", "intended_at": 1.5, "surprise": 1},
        {"commit": "c"},
        "text",
        None,
    ],
)
def test_an_entry_that_is_no_note_is_passed_over(tmp_path: Path, entry: object) -> None:
    """Anybody can edit the file; the others still count."""
    book(tmp_path).write(note("v1"))
    (file,) = (tmp_path / "zenodo-deposit").glob("*.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    data["tags"]["v2"] = entry
    file.write_text(json.dumps(data), encoding="utf-8")

    assert book(tmp_path).all() == (note("v1"),)


def test_two_runs_exclude_each_other(tmp_path: Path) -> None:
    """The second waits, then says so; once the first is gone, even killed, the lock is free."""
    said: list[str] = []
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, held, done))
    other.start()
    assert held.wait(30)

    with pytest.raises(ConflictError) as caught, book(tmp_path).lock(Patience(0.2), said.append):
        pytest.fail("both runs hold the lock")
    assert caught.value.what == "another run is depositing from this repository, and did not end within 0.2 s"
    assert said == ["another run is depositing from this repository; waiting for it to end"]

    other.kill()
    other.join()
    with book(tmp_path).lock(Patience(0.2), said.append):
        pass
