"""The pages in a real browser: nothing of a hostile record runs or is fetched, and the page's own script works."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response
from werkzeug.serving import make_server

from tests.server import page_records as records
from tests.server.test_pages import Page
from zenodo_action.server import LocalServer, pages

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium (Debian: apt-get install chromium)")

TOUCHED = "touched by the record"


@dataclass(frozen=True)
class Seen:
    """A page as the browser has it after its scripts ran."""

    page: Page
    title: str
    complaints: list[str]
    """What the browser wrote to its console about the Content-Security-Policy."""


@pytest.fixture
def browse(tmp_path: Path) -> Any:
    def load(address: str) -> Seen:
        done = subprocess.run(
            [
                str(BROWSER),
                "--headless",
                "--no-sandbox",  # continuous integration runs as root, and the pages are our own
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                f"--user-data-dir={tmp_path / 'profile'}",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                "--enable-logging=stderr",
                "--virtual-time-budget=2000",
                "--dump-dom",
                address,
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=100,
        )
        title = done.stdout.partition("<title>")[2].partition("</title>")[0]
        complaints = [line for line in done.stderr.splitlines() if "Content Security Policy" in line]
        return Seen(page=Page(done.stdout), title=title, complaints=complaints)

    return load


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server that is somebody else's; every request it gets is noted."""
    asked: list[str] = []
    app = Flask("trap", static_folder=None)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def note(path: str) -> Response:
        asked.append(path)
        return Response(f"document.title = '{TOUCHED}'", content_type="text/javascript")

    with serving(app) as address:
        yield address, asked


def poison(trap_address: str) -> str:
    """Text that acts in as many ways as a page can be made to act, wherever it is let through."""
    act = f"document.title=&#39;{TOUCHED}&#39;"
    return (
        f"\"'--></title></textarea></style><script>document.title='{TOUCHED}'</script>"
        f'<script src="{trap_address}/script"></script><img src="{trap_address}/image" onerror="{act}">'
        f'<svg onload="{act}"></svg><style>@import url("{trap_address}/style"); body {{ display: none }}</style>'
        f'<link rel=stylesheet href="{trap_address}/sheet"><iframe src="{trap_address}/frame"></iframe>'
        f'<meta http-equiv=refresh content="0;url={trap_address}/refresh"><base href="{trap_address}/base/">'
        f'<object data="{trap_address}/object"></object><video src="{trap_address}/video" autoplay></video>'
        f'<body onload="{act}"><input autofocus onfocus="{act}"><details open ontoggle="{act}">'
    )


def site(found: list[records.Json]) -> Flask:
    app = Flask("site", static_folder=None)
    app.register_blueprint(pages.make_blueprint(records.FakeLibrary(found)))
    return app


def test_the_trap_works(browse: Any, trap: tuple[str, list[str]]) -> None:
    """Without our care the same text does run and does fetch: the next tests could fail."""
    address, asked = trap
    app = Flask("careless", static_folder=None)
    app.add_url_rule(
        "/", "show", lambda: f"<title>as written</title><p>{poison(address).replace('refresh content', 'x')}"
    )
    with serving(app) as own:
        assert browse(own).title == TOUCHED
    assert {"script", "image", "style", "sheet", "frame"} <= set(asked)


@pytest.mark.parametrize("path", ["/records/18000042", "/", "/?q=POISON"])
def test_nothing_of_a_hostile_record_runs_or_is_fetched(browse: Any, trap: tuple[str, list[str]], path: str) -> None:
    address, asked = trap
    record = records.poisoned(poison(address))
    record["metadata"]["title"] = "As written"
    with serving(site([record])) as own:
        seen = browse(own + path.replace("POISON", requests.utils.quote(poison(address))))
    assert seen.title != TOUCHED
    assert "local repository" in seen.title
    assert asked == []
    assert seen.complaints == []
    assert "Nothing on these pages was sent to Zenodo." in seen.page.text


def test_even_what_came_through_would_not_act(browse: Any, trap: tuple[str, list[str]]) -> None:
    """The policy holds alone: a page under our headers into which the text went unescaped."""
    address, asked = trap
    app = site([])

    @app.route("/careless")
    def careless() -> Response:
        answer = pages.message_page("Heading", "TEXT", status=200)
        answer.set_data(answer.get_data(as_text=True).replace("TEXT", poison(address).replace("refresh", "x")))
        return answer

    with serving(app) as own:
        seen = browse(f"{own}/careless")
    assert seen.title != TOUCHED
    assert asked == []
    assert seen.complaints != []


def test_a_hostile_preview_file_runs_and_fetches_nothing(
    browse: Any, trap: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = trap
    record = records.poisoned(poison(address))
    record["metadata"]["title"] = "As written"
    (tmp_path / "preview.html").write_text(pages.render_preview(record), encoding="utf-8")
    seen = browse((tmp_path / "preview.html").as_uri())
    assert seen.title == "As written – preview"
    assert asked == []
    assert seen.complaints == []


def test_the_pages_own_script_and_data_are_let_through(browse: Any) -> None:
    with serving(site([records.rich()])) as own:
        seen = browse(f"{own}/records/18000012")
    assert seen.complaints == []
    assert [kind.get("type") for kind in seen.page.all("script")] == [None, "application/ld+json"]
    buttons = [button for button in seen.page.all("button") if button.get("class") == "copy"]
    assert len(buttons) == 2
    assert all("hidden" not in button for button in buttons)


def test_a_deposited_record_has_its_page(browse: Any, trap: tuple[str, list[str]], tmp_path: Path) -> None:
    """The whole way: deposited through the API with hostile text, looked at in the browser."""
    address, asked = trap
    with LocalServer(tmp_path / "repository") as server:
        session = requests.Session()
        session.headers["Authorization"] = "Bearer anything"
        draft = session.post(
            f"{server.api_url}/records",
            json={
                "metadata": {
                    "title": "As deposited",
                    "resource_type": {"id": "software"},
                    "creators": [{"person_or_org": {"type": "organizational", "name": poison(address)}}],
                    "publication_date": "2026-11-22",
                    "publisher": "Zenodo",
                    "description": f"<p>Before.</p>{poison(address)}<p>After.</p>",
                    "rights": [{"id": "mit"}],
                    "subjects": [{"subject": poison(address)}],
                    "version": "1.0",
                },
                "custom_fields": {"code:codeRepository": "https://github.com/o/r"},
            },
            timeout=10,
        ).json()
        files = draft["links"]["files"]
        session.post(files, json=[{"key": "tool.txt"}], timeout=10).raise_for_status()
        octets = {"Content-Type": "application/octet-stream"}
        session.put(f"{files}/tool.txt/content", data=b"hello", headers=octets, timeout=10).raise_for_status()
        session.post(f"{files}/tool.txt/commit", timeout=10).raise_for_status()
        session.post(draft["links"]["publish"], timeout=10).raise_for_status()
        seen = browse(f"{server.url}/records/{draft['id']}")
        found = requests.get(f"{server.url}/?q=deposited", timeout=10)
        downloaded = requests.get(f"{server.url}/records/{draft['id']}/files/tool.txt?download=1", timeout=10)
        linked_data = requests.get(
            f"{server.api_url}/records/{draft['id']}", headers={"Accept": "application/ld+json"}, timeout=10
        )
    assert seen.title == "As deposited – local repository"
    assert asked == []
    assert seen.complaints == []
    assert "MIT License" in seen.page.text
    assert "tool.txt md5:5d41402abc4b2a76b9719d911017c592 5 Bytes Preview" in seen.page.text
    assert f'href="/records/{draft["id"]}"' in found.text
    assert downloaded.content == b"hello"
    assert linked_data.json()["name"] == "As deposited"
