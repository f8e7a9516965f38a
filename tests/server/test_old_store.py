"""A folder that an earlier version of the server left: it opens, says what it said before, and goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.server.api import Api, error
from zenodo_action.server import LocalServer
from zenodo_action.server.store import Store

DUMP = Path(__file__).with_name("old_store.sql")
"""What the server wrote before searches had an index: two records, one of three versions, with edit drafts and new ones."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder as it was left."""
    with closing(sqlite3.connect(tmp_path / "records.sqlite")) as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
        for (blob,) in database.execute("SELECT DISTINCT blob FROM files"):
            place = tmp_path / "files" / blob[:2] / blob
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"bytes")
    return tmp_path


@pytest.fixture
def old(folder: Path) -> Iterator[Api]:
    """A client of the server that took the folder over."""
    with LocalServer(folder, token="test-token") as server, Api(server) as client:
        yield client


SEARCHES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("/records", {}, ["300007", "300003"]),
    ("/records", {"allversions": 1}, ["300007", "300003", "300002"]),
    ("/user/records", {}, ["300007", "300009", "300005"]),
    ("/user/records", {"allversions": 1, "sort": "bestmatch"}, ["300005", "300002", "300009", "300007", "300003"]),
    (
        "/user/records",
        {"allversions": 1, "q": 'custom_fields.code\\:codeRepository:"https://github.com/o/r"'},
        ["300005", "300002", "300003"],
    ),
    ("/user/records", {"allversions": 1, "q": "twice"}, ["300009"]),
    ("/records", {"q": "conceptdoi:10.5072/zenodo.300006"}, ["300007"]),
    ("/user/records", {"q": "given"}, []),
    ("/records/300002/versions", {}, ["300003", "300002"]),
]
"""As the earlier version answered."""


@pytest.mark.parametrize(("path", "query", "wanted"), SEARCHES)
def test_it_finds_what_it_found(old: Api, path: str, query: dict[str, Any], wanted: list[str]) -> None:
    assert old.hits(path, **query) == wanted


def test_records_drafts_and_files_are_there(old: Api) -> None:
    assert old.ok("GET", "/records/300007")["metadata"]["title"] == "Quite another thing"
    assert old.call("GET", "/records/300007/files/tool.zip/content").content == b"bytes"
    assert old.ok("GET", "/records/300009/draft")["metadata"]["title"] == "Left alone, twice"
    assert old.call("GET", "/records/300004").status_code == 410
    assert old.call("GET", "/records/300011/draft").json() == error(
        "The persistent identifier does not exist.", status=404
    )


def test_work_goes_on(old: Api) -> None:
    """The next version takes over from the second, since the third was deleted."""
    old.ok("DELETE", "/records/300005/draft")
    fourth = old.ok("POST", "/records/300003/versions")["id"]
    old.upload(fourth)
    assert old.publish(fourth)["versions"] == {"is_latest": True, "is_latest_draft": True, "index": 4}
    assert old.hits("/records") == [fourth, "300007"]
    assert old.ok("GET", f"/records/{fourth}")["files"]["count"] == 1


def test_the_second_opening_changes_nothing(folder: Path) -> None:
    Store(folder).close()
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        before = list(database.iterdump())
    Store(folder).close()
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        assert list(database.iterdump()) == before


def test_an_index_of_another_layout_is_made_anew(folder: Path) -> None:
    Store(folder).close()
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        database.execute("UPDATE meta SET value = 'another' WHERE name = 'index'")
        database.execute("UPDATE words SET word = word || 'x'")
        database.commit()
    with LocalServer(folder, token="test-token") as server, Api(server) as client:
        assert client.hits("/user/records", q="twice") == ["300009"]
