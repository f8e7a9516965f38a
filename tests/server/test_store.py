"""What is written stays: restarts, killed processes, several clients and several servers."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.server.api import TOOL, Api
from zenodo_action.errors import OptionError
from zenodo_action.server import LocalServer
from zenodo_action.server.session import Session
from zenodo_action.server.store import Store

SERVE = """
import sys
from pathlib import Path
from zenodo_action.server import LocalServer
from zenodo_action.server.session import Session
from zenodo_action.server.store import Store
server = LocalServer(Path(sys.argv[1])).start()
print(server.url, flush=True)
sys.stdin.read()
"""


def check(folder: Path) -> int:
    """Make sure that every draft and record in a folder is whole, and return how many records there are."""
    with LocalServer(folder) as server, Api(server) as api:
        records = api.ok("GET", "/records", params={"allversions": 1, "size": 100})["hits"]["hits"]
        for record in records:
            assert record["pids"]["doi"]["identifier"] == f"10.5072/zenodo.{record['id']}"
            assert record["parent"]["pids"]["doi"]["identifier"] == f"10.5072/zenodo.{record['parent']['id']}"
            full = api.ok("GET", f"/records/{record['id']}")
            assert full["files"]["count"] == 1
            for key, entry in full["files"]["entries"].items():
                content = api.call("GET", f"/records/{record['id']}/files/{key}/content").content
                assert entry["checksum"] == f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"
        for own in api.ok("GET", "/user/records", params={"allversions": 1, "size": 100})["hits"]["hits"]:
            if own["is_draft"]:
                api.ok("GET", f"/records/{own['id']}/draft")
                api.ok("GET", f"/records/{own['id']}/draft/files")
                api.ok("PUT", f"/records/{own['id']}/draft", {"metadata": TOOL})
        assert list((folder / "incoming").iterdir()) == []
        return len(records)


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with LocalServer(tmp_path, token="test-token") as server, Api(server) as api:
        server.add_user("second")
        record = api.published()
        draft = api.ok("POST", f"/records/{record['id']}/versions")
        doi = api.ok("POST", f"/records/{draft['id']}/draft/pids/doi")["pids"]
    with LocalServer(tmp_path, token="test-token") as server, Api(server) as api, Api(server, "second") as second:
        again = api.ok("GET", f"/records/{record['id']}")
        assert (again["metadata"], again["revision_id"]) == (record["metadata"], record["revision_id"])
        assert api.ok("GET", f"/records/{draft['id']}/draft")["pids"] == doi
        assert api.hits("/user/records", allversions=1) == [draft["id"], record["id"]]
        assert int(api.draft()["id"]) > int(draft["id"])
        assert second.call("GET", f"/records/{draft['id']}/draft").status_code == 403


def test_one_folder_has_one_server(tmp_path: Path) -> None:
    with LocalServer(tmp_path):
        with pytest.raises(OptionError) as caught:
            LocalServer(tmp_path)
        assert caught.value.what == f"another local repository uses the folder {tmp_path}"
        assert caught.value.fix == "stop the other one, or name another folder"
    LocalServer(tmp_path).start().stop()


def test_a_port_that_is_taken_is_said_and_the_folder_is_free_again(tmp_path: Path) -> None:
    with LocalServer(tmp_path / "one") as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OptionError) as caught:
            LocalServer(tmp_path / "two", port=port)
        assert caught.value.what == f"the local repository cannot listen on 127.0.0.1:{port}"
    LocalServer(tmp_path / "two", port=port).start().stop()


def test_a_kind_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        LocalServer(tmp_path, personality="dspace")
    assert caught.value.what == "there is no repository of the kind 'dspace'"
    assert caught.value.fix == "take one of sandbox, zenodo, inveniordm"


def test_a_broken_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(OptionError) as caught:
        LocalServer(tmp_path)
    assert caught.value.what == "the local repository's database cannot be used: file is not a database"
    assert caught.value.fix == f"delete or move the folder {tmp_path}"


def test_what_a_killed_process_left_of_files_is_swept(tmp_path: Path) -> None:
    with LocalServer(tmp_path) as server, Api(server) as api:
        api.published()
    (tmp_path / "incoming" / "half").write_bytes(b"half")
    (tmp_path / "files" / "ab").mkdir()
    (tmp_path / "files" / "ab" / "abandoned").write_bytes(b"whole, but nobody's")
    assert check(tmp_path) == 1
    assert [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()] == [b"bytes"]


class Killed:
    """A server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self.process.stdout is not None
        self.api_url = self.process.stdout.readline().strip() + "/api"

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_process_leaves_no_half_record(tmp_path: Path) -> None:
    """Killed in the midst of work at six points, the folder is whole each time and nothing published is lost."""
    chance = random.Random(7)  # noqa: S311  # delays
    answered: list[str] = []
    for _ in range(6):
        server = Killed(tmp_path)

        def work(root: str = server.api_url) -> None:
            with suppress(requests.RequestException, AssertionError), Api(_Address(root)) as api:
                while True:
                    record = api.published()
                    answered.append(record["id"])
                    draft = api.ok("POST", f"/records/{record['id']}/versions")["id"]
                    api.ok("POST", f"/records/{draft}/draft/actions/files-import")
                    api.publish(draft)
                    answered.append(draft)
                    api.ok("POST", f"/records/{draft}/draft")

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        workers[0].join(chance.uniform(0.05, 0.4))
        server.kill()
        for worker in workers:
            worker.join()
        assert check(tmp_path) >= 0
    with LocalServer(tmp_path) as local, Api(local) as api:
        for record in answered:
            assert api.ok("GET", f"/records/{record}")["is_published"] is True
    assert answered


class _Address:
    """What ``Api`` needs of a server."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url


def test_eight_clients_at_once_get_records_of_their_own(zenodo: LocalServer) -> None:
    def work(_: int) -> list[dict[str, Any]]:
        with Api(zenodo) as api:
            first = api.published()
            draft = api.ok("POST", f"/records/{first['id']}/versions")["id"]
            api.upload(draft, content=draft.encode())
            return [first, api.publish(draft)]

    with ThreadPoolExecutor(8) as pool:
        made = [record for pair in pool.map(work, range(8)) for record in pair]
    assert len({record["id"] for record in made}) == 16
    assert len({record["pids"]["doi"]["identifier"] for record in made}) == 16
    assert sorted(record["versions"]["index"] for record in made) == [1] * 8 + [2] * 8


def test_eight_clients_at_once_share_the_draft_of_the_next_version(zenodo: LocalServer, api: Api) -> None:
    first = api.published()["id"]

    def work(_: int) -> str:
        with Api(zenodo) as client:
            return str(client.ok("POST", f"/records/{first}/versions")["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(8)))) == 1


def test_of_eight_saves_with_one_revision_one_wins(zenodo: LocalServer, api: Api) -> None:
    draft = api.draft()

    def work(place: int) -> int:
        with Api(zenodo) as client:
            body = {"metadata": {**TOOL, "title": f"Title {place}"}}
            headers = {"If-Match": str(draft["revision_id"])}
            return client.call("PUT", f"/records/{draft['id']}/draft", body, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == [200] + [412] * 7


def test_what_fails_is_undone_before_the_next_looks(tmp_path: Path) -> None:
    """Connections are used again; nothing of a transaction that failed is left on one."""
    store = Store(tmp_path)

    def fail(use: Callable[[], AbstractContextManager[Session]]) -> None:
        with use() as session:
            session.set_meta("left", "behind")
            raise ZeroDivisionError

    for use in (store.writing, store.reading):
        with pytest.raises(ZeroDivisionError):
            fail(use)
        with store.reading() as session:
            assert session.meta("left") is None
    store.close()


def test_a_start_loads_nothing_that_few_requests_need() -> None:
    code = "import sys, zenodo_action.server; print(sorted({'langcodes', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
