"""The pages of the embedded repository, asked as a browser would ask."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import random
import re
import tarfile
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.server import page_records as records
from tests.server.api import UNHURRIED
from zenodo_action.server import pages, peek

POISON = (
    "\"'--></title></textarea><script>document.title='hacked'</script><img src=http://127.0.0.1:1/x "
    "onerror=\"document.title='hacked'\"><svg onload=alert(1)><style>body{display:none}</style><iframe src=//x></iframe>"
    "<a href='javascript:alert(1)'>x</a><form action=//x><base href=//x>{{7*7}}${7*7}\u202e"
)


def client_of(found: Iterable[records.Json], files: dict[tuple[str, str], Path] | None = None) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    app.testing = True
    app.register_blueprint(pages.make_blueprint(records.FakeLibrary(found, files)))
    return app.test_client()


@pytest.fixture
def client() -> FlaskClient:
    return client_of([records.rich(), records.embargoed(), records.restricted(), records.plain()])


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._pieces: list[str] = []
        self._in: list[str] = []
        self.feed(text)
        self.text = " ".join(" ".join(self._pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("script", "style"):
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in and tag == self._in[-1]:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if not self._in:
            self._pieces.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.all("a")]


def page_of(answer: TestResponse) -> Page:
    assert answer.content_type == "text/html; charset=utf-8"
    return Page(answer.get_data(as_text=True))


# The list


def test_start_page_lists_records_with_what_one_looks_for(client: FlaskClient) -> None:
    page = page_of(client.get("/"))
    assert "Newest records 4 records" in page.text
    assert (
        "November 22, 2026 Version 2.1.0 Software Open "
        "Psychoceramics workbench: finding cracks in pots before they break "
        "Carberry, Josiah Stinkney; Ōe, Jean-Luc; 山田, 花子; The Cracked Pots & Co. Collective"
    ) in page.text
    assert "/records/18000012" in page.links()
    assert "Dataset Embargoed Glaze recipes" in page.text


def test_every_page_says_that_the_dois_are_not_registered(client: FlaskClient) -> None:
    for address in ("/", "/records/18000012", "/records/1", "/deposit/3"):
        assert "its DOIs are not registered" in page_of(client.get(address)).text


def test_search_finds_and_keeps_the_query(client: FlaskClient) -> None:
    page = page_of(client.get("/?q=glaze"))
    assert "Search results 1 record for glaze · show all" in page.text
    assert [link for link in page.links() if link.startswith("/records/")] == ["/records/18000022"]
    assert [field["value"] for field in page.all("input")] == ["glaze"]


def test_search_without_a_result_says_so(client: FlaskClient) -> None:
    assert "Nothing was found for x<b> . Show all records" in page_of(client.get("/?q=x<b>")).text


def test_search_that_cannot_be_read_says_so(client: FlaskClient) -> None:
    answer = client.get("/?q=title:(")
    assert answer.status_code == 400
    assert "This search could not be read: Invalid query string syntax." in page_of(answer).text


def test_an_empty_repository_says_how_to_fill_it() -> None:
    assert "There are no records yet." in page_of(client_of([]).get("/")).text


def test_results_come_in_pages() -> None:
    client = client_of([records.plain(str(1000 + number), str(2000 + number)) for number in range(35)])
    page = page_of(client.get("/?q=lab&page=2"))
    assert "35 records for lab · show all · page 2 of 4" in page.text
    assert [link for link in page.links() if link.startswith("/?")] == [
        "/?q=lab",
        "/?q=lab",
        "/?q=lab&page=3",
        "/?q=lab&page=4",
        "/?q=lab&page=3",
    ]
    assert page.text.count("Version 1.0.0") == 10


@pytest.mark.parametrize(
    ("number", "status"), [("0", 200), ("-3", 200), ("x", 200), ("²", 200), ("9", 302), ("1" * 99, 200)]
)
def test_page_numbers_that_do_not_exist_lead_to_one_that_does(number: str, status: int) -> None:
    client = client_of([records.plain(str(1000 + number), str(2000 + number)) for number in range(35)])
    answer = client.get("/", query_string={"page": number})
    assert answer.status_code == status
    if status == 302:
        assert answer.location == "/?page=4"


# The record


def test_record_page_shows_everything(client: FlaskClient) -> None:
    page = page_of(client.get("/records/18000012"))
    for expected in (
        "Published November 22, 2026 Version 2.1.0 Software Open",
        "A field guide in software (subtitle) Werkbank der Psychokeramik (translated title)",
        "Carberry, Josiah Stinkney iD ORCID 0000-0002-1825-0097 of Carberry, Josiah Stinkney 1, 2",
        "Ōe, Jean-Luc 3 (Researcher)",
        "3 affiliations Brown University ROR ROR 05gq02987 of Brown University Institute of Psychoceramics",
        "The workbench reads acoustic scans of fired clay",
        "Methods Scans were made at 96 kHz in a quiet room. Notes Please cite the article, too.",
        "Data curator Smith, Jane (Data House) Roe, Richard Sponsor Potters Ltd",
        "Is supplement to https://github.com/pots/workbench/tree/v2.1.0 Software",
        "Is documented by 10.1234/pots.2026.7 Journal article · DOI 2101.00001 arXiv Cites urn:nbn:de:101:1-2019 URN",
        "European Commission ROR ROR 00k4n6c32 of European Commission Pots of Europe 654241 Kiln Foundation",
        "References Carberry J. (1990). On cracked pots. Journal of Psychoceramics 1(1), 1–7.",
        "Code repository https://github.com/pots/workbench Programming languages Python, C++ Development status Active",
        "Published in Journal of Psychoceramics, 12(3), 1–10 Presented at Pots 2026, Faenza",
        "Collected: March 1, 2025 – September 30, 2025 Summer campaign Copyrighted: 2026",
        "Languages English, German Publisher Zenodo",
        "Alternate identifiers https://example.org/workbench URL 978-3-16-148410-0 ISBN",
        "Places Providence 41.83°, -71.4° · Kiln 3 Sizes 12 pages Formats application/zip",
        "dwc:genus Figulus",
        "All versions together have the DOI 10.5072/zenodo.18000010 . It leads to the newest one.",
        "Licences Apache License 2.0 Apache-2.0 Pottery House Rules Copyright © 2026 The authors",
        "Keywords psychoceramics acoustics non-destructive testing Communities Psychoceramics",
        "Created November 22, 2026 Modified November 23, 2026",
    ):
        assert expected in page.text
    for link in (
        "https://orcid.org/0000-0002-1825-0097",
        "https://ror.org/05gq02987",
        "https://d-nb.info/gnd/118540238",
        "https://doi.org/10.1234/pots.2026.7",
        "https://arxiv.org/abs/2101.00001",
        "https://cordis.europa.eu/projects/654241",
        "https://example.org/pots2026",
        "/doi/10.5072/zenodo.18000010",
    ):
        assert link in page.links()


def test_files_are_listed_with_size_checksum_preview_and_download(client: FlaskClient) -> None:
    page = page_of(client.get("/records/18000012"))
    assert "Files 4 · 187.3 MB Name Size Actions" in page.text
    assert "pots/workbench-v2.1.0.zip md5:6ded0d6878c9a7b42e215b74d853289e 4.8 MB Preview" in page.text
    assert "/records/18000012/files/pots%2Fworkbench-v2.1.0.zip?download=1" in page.links()
    assert "/records/18000012/preview/scans.tar.gz" in page.links()


def test_citations_and_exports_stand_beside_the_record(client: FlaskClient) -> None:
    page = page_of(client.get("/records/18000012"))
    assert "Cite as Carberry, J. S., Ōe, J.-L., 山田, 花子, & The Cracked Pots & Co. Collective. (2026)." in page.text
    assert (
        "BibTeX @software{carberry_2026_18000012, author = {Carberry, Josiah Stinkney and Ōe, Jean-Luc and" in page.text
    )
    exports = [link for link in page.links() if "/export/" in link]
    names = ["bibtex", "csl", "datacite-json", "json-ld", "cff", "codemeta", "dublincore", "json"]
    assert exports == [f"/records/18000012/export/{name}" for name in names]
    for link in exports:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="18000012.')


def test_copy_buttons_stay_hidden_without_the_script(client: FlaskClient) -> None:
    buttons = [
        found for found in page_of(client.get("/records/18000012")).all("button") if found.get("class") == "copy"
    ]
    assert len(buttons) == 2
    assert all("hidden" in button for button in buttons)


def test_a_dois_of_this_server_links_to_this_server_and_others_to_the_resolver() -> None:
    old = records.rich() | {"id": "18000011", "pids": {"doi": {"identifier": "10.5072/zenodo.18000011"}}}
    links = page_of(client_of([records.rich(), old]).get("/records/18000012")).links()
    assert "/doi/10.5072/zenodo.18000011" in links
    assert "https://doi.org/10.1234/pots.2026.7" in links


def test_older_versions_point_at_the_newest_and_all_are_listed() -> None:
    versions = [records.plain(str(100 + number), "99", f"{number}.0", number) for number in range(9, 0, -1)]
    client = client_of(versions)
    old = page_of(client.get("/records/101"))
    assert "There is a newer version of this record: version 9.0 ." in old.text
    assert "3 older Version 3.0" in old.text
    assert [link for link in old.links() if re.fullmatch(r"/records/\d+", link)] == [
        f"/records/{number}" for number in (109, *range(109, 100, -1))
    ]
    assert "newer version" not in page_of(client.get("/records/109")).text


def test_an_embargo_shows_its_end_and_hides_the_files(client: FlaskClient) -> None:
    page = page_of(client.get("/records/18000022"))
    assert (
        "The files are under embargo until June 30, 2027. They become public on that day. "
        "Reason: The edition appears first."
    ) in page.text
    assert "Access Embargoed until June 30, 2027" in page.text
    assert not [link for link in page.links() if "/files/" in link or "/preview/" in link]


def test_restricted_files_are_not_listed(client: FlaskClient) -> None:
    page = page_of(client.get("/records/18000032"))
    assert "The files are restricted. The record is public, its files are not." in page.text
    assert "tool.zip" not in page.text


@pytest.mark.parametrize("view", ["files", "preview"])
def test_closed_files_are_refused(client: FlaskClient, view: str) -> None:
    answer = client.get(f"/records/18000022/{view}/tool.zip")
    assert answer.status_code == 403
    assert "Not public The files of this record are embargoed." in page_of(answer).text


def test_a_restricted_record_has_no_page() -> None:
    record = records.plain()
    record["access"]["record"] = "restricted"
    for address in ("/records/18000002", "/records/18000002/export/json"):
        answer = client_of([record]).get(address)
        assert answer.status_code == 403
        assert "Lab tool" not in answer.get_data(as_text=True)


def test_json_ld_of_the_page_is_the_export(client: FlaskClient) -> None:
    text = client.get("/records/18000012").get_data(as_text=True)
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(found) == 1
    assert json.loads(found[0]) == client.get("/records/18000012/export/json-ld").get_json(force=True)


# Addresses


@pytest.mark.parametrize(
    ("address", "status", "location"),
    [
        ("/records/18000010", 302, "/records/18000012"),
        ("/record/18000012", 301, "/records/18000012"),
        ("/records/18000012/latest", 302, "/records/18000012"),
        ("/records/18000010/latest", 302, "/records/18000012"),
        ("/doi/10.5072/zenodo.18000012", 302, "/records/18000012"),
        ("/doi/10.5072/ZENODO.18000012", 302, "/records/18000012"),
        ("/doi/10.5072/zenodo.18000010", 302, "/records/18000010"),
    ],
)
def test_addresses_lead_to_the_record(client: FlaskClient, address: str, status: int, location: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (status, location)


def test_a_doi_brought_along_is_found() -> None:
    record = records.plain()
    record["pids"]["doi"] = {"identifier": "10.1234/own", "provider": "external"}
    assert client_of([record]).get("/doi/10.1234/own").location == "/records/18000002"


@pytest.mark.parametrize(
    "address",
    [
        "/records/1",
        "/records/1/latest",
        "/records/1/files/a",
        "/records/18000012/files/missing.zip",
        "/records/18000012/export/docx",
        "/doi/10.5072/zenodo.1",
        "/doi/10.5072/other.18000012",
        "/doi/nonsense",
        '/doi/10.1234/a"b',
        "/badge/DOI/nonsense.svg",
        "/badge/doi/.svg",
        f"/badge/DOI/10.1234/{'x' * 300}.svg",
        "/static/missing.css",
        "/static/../pages.py",
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_badge_at_zenodos_address(client: FlaskClient) -> None:
    for address in ("/badge/DOI/10.5072/zenodo.18000012.svg", "/badge/doi/10.5072%2Fzenodo.18000012.svg"):
        answer = client.get(address)
        assert answer.content_type == "image/svg+xml; charset=utf-8"
        assert "10.5072/zenodo.18000012" in answer.get_data(as_text=True)


def test_drafts_have_no_page(client: FlaskClient) -> None:
    for address in ("/uploads/18000099", "/deposit/18000099"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "A draft is seen through the API only: GET /api/deposit/depositions/18000099" in page_of(answer).text


def test_drafts_that_do_not_exist_are_404_where_the_library_knows() -> None:
    class Knowing(records.FakeLibrary):
        def has_draft(self, draft_id: str) -> bool:
            return draft_id == "5"

    app = Flask(__name__, static_folder=None)
    app.register_blueprint(pages.make_blueprint(Knowing([])))
    assert app.test_client().get("/uploads/5").status_code == 200
    assert app.test_client().get("/uploads/6").status_code == 404


# Files


@pytest.mark.parametrize("key", ["tool.zip", "a/b//c d?#%.zip", "Überblick 猫.html", 'q"uote.svg', "tab\tname.txt"])
def test_a_download_is_always_something_to_save(tmp_path: Path, key: str) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"<script>alert(1)</script>")
    record = records.plain()
    record["files"]["entries"] = {key: records.file(key, 25)}
    client = client_of([record], {("18000002", key): path})
    link = next(link for link in page_of(client.get("/records/18000002")).links() if "/files/" in link)
    answer = client.get(link, buffered=True)
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_part_of_a_file_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"0123456789")
    client = client_of([records.plain()], {("18000002", "tool.zip"): path})
    answer = client.get("/records/18000002/files/tool.zip", headers={"Range": "bytes=2-4"}, buffered=True)
    assert (answer.status_code, answer.data) == (206, b"234")


def preview(path: Path, key: str) -> TestResponse:
    record = records.plain()
    record["files"]["entries"] = {key: records.file(key, path.stat().st_size)}
    return client_of([record], {("18000002", key): path}).get(f"/records/18000002/preview/{key}")


def make_tar(path: Path, names: Iterable[str], mode: str = "w:gz", size_bytes: int = 3) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = size_bytes
            archive.addfile(info, io.BytesIO(b"x" * size_bytes))
    return path


def test_preview_shows_the_tree_of_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("tool-1.0/README.md", "hello")
        archive.writestr("tool-1.0/src/tool.py", "x" * 2000)
        archive.writestr("tool-1.0/empty/", "")
    page = page_of(preview(tmp_path / "a.zip", "a.zip"))
    assert "‹ Lab tool a.zip" in page.text
    assert "3 entries · Download tool-1.0 / README.md 5 Bytes src / tool.py 2.0 kB empty / empty folder" in page.text


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz")],
)
def test_preview_shows_the_tree_of_a_tar(tmp_path: Path, name: str, mode: str) -> None:
    path = make_tar(tmp_path / name, ["t/a.txt", "t/b/c.txt", "t/b/" + "long" * 60], mode, 70_000)
    page = page_of(preview(path, name))
    assert "3 entries · Download t / a.txt 70.0 kB b / c.txt 70.0 kB longlong" in page.text


def test_preview_escapes_names_and_shows_what_has_no_shape(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar", [f"{POISON.replace('/', '')}/\u202egpj.exe", "bell\x07", "\udcff"], "w")
    page = page_of(preview(path, "a.tar"))
    assert "\\u202egpj.exe" in page.text
    assert "bell\\x07" in page.text
    assert "\\udcff" in page.text
    assert_harmless(page)


def test_preview_cuts_long_and_deep_archives(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(1500)]
    page = page_of(preview(make_tar(tmp_path / "a.tar", names), "a.tar.gz"))
    assert "1,000 entries" in page.text
    assert "Only the first 1,000 entries are shown." in page.text
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr("/".join("d" * 5000), "x")
    shown = page_of(preview(tmp_path / "deep.zip", "deep.zip"))
    assert len(shown.all("details")) == peek.MAX_DEPTH - 1


def test_preview_does_not_read_a_list_of_contents_that_is_too_large(tmp_path: Path) -> None:
    """A tar header that announces gigabytes, packed into a few kilobytes."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 4_000_000_000
    with gzip.open(tmp_path / "bomb.tar.gz", "wb") as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        file.write(bytes(8_000_000))
    assert "too large to be shown" in page_of(preview(tmp_path / "bomb.tar.gz", "bomb.tar.gz")).text


def test_preview_stops_at_its_time_in_the_middle_of_a_huge_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peek, "MAX_SECONDS", 0.05)
    path = make_tar(tmp_path / "a.tar.gz", ["first", "second"], "w:gz", 150_000_000)
    page = page_of(preview(path, "a.tar.gz"))
    assert "Reading the archive took longer than 0.05 seconds; the list is cut here." in page.text
    assert "1 entry" in page.text


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_preview_survives_damage(tmp_path: Path, name: str) -> None:
    """Bytes cut off and changed at random in real archives, and no archive at all."""
    path = tmp_path / name
    if name == "a.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(20):
                archive.writestr(f"d/f{number}.txt", "text" * number)
    else:
        mode = {"a.tar": "w"}.get(name, f"w:{name.rpartition('.')[2]}")
        make_tar(path, [f"d/{'n' * (number * 8)}" for number in range(20)], mode)
    sound = path.read_bytes()
    chance = random.Random(7)  # noqa: S311
    spoiled = [b"", b"no archive", sound[: len(sound) // 2]]
    for _ in range(60):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        spoiled.append(bytes(data))
    for data in spoiled:
        path.write_bytes(data)
        assert preview(path, name).status_code == 200
    path.write_bytes(b"no archive")
    assert "damaged or of an unknown kind" in page_of(preview(path, name)).text


def test_preview_shows_the_beginning_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("<b>plain</b> text\n" * 10_000)
    page = page_of(preview(path, "notes.md"))
    assert "Only the beginning is shown. <b>plain</b> text" in page.text
    assert not page.all("b")


def test_preview_of_what_cannot_be_shown_is_404(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"\x89PNG\0")
    assert preview(path, "image.png").status_code == 404
    assert preview(path, "pretends.txt").status_code == 404


# Safety


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/records/18000012",
        "/records/1",
        "/records/18000022/files/tool.zip",
        "/records/18000012/export/json",
        "/badge/DOI/10.5072/zenodo.1.svg",
        "/static/style.css",
        "/static/copy.js",
        "/uploads/1",
    ],
)
def test_every_answer_is_protected(client: FlaskClient, address: str) -> None:
    headers = client.get(address, buffered=True).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


KNOWN_ELEMENTS = (
    "a abbr acronym article aside b bdi blockquote body br button code col colgroup dd details div dl dt em footer form h1 h2 "
    "h3 h4 h5 head header html i img input label li link main meta nav ol p path pre q rect s script section small span "
    "strike strong style sub summary sup svg table tbody td tfoot th thead title tr u ul"
)


def assert_harmless(page: Page) -> None:
    """Only known elements, no handlers or inline styles, links that only lead, nothing loaded from elsewhere."""
    for tag, attributes in page.elements:
        assert tag in KNOWN_ELEMENTS.split()
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcset", "target")]
        assert "src" not in attributes or attributes["src"].startswith(("/static/", "/badge/"))
        assert "action" not in attributes or attributes["action"] == "/"
        assert urlsplit(attributes.get("href", "")).scheme in ("", "http", "https", "mailto") or tag == "link"
    assert [script.get("type", script.get("src")) for script in page.all("script")] in (
        ["/static/copy.js", "application/ld+json"],
        ["/static/copy.js"],
        [],
    )
    assert [link["href"] for link in page.all("link")] in (["/static/icon.svg", "/static/style.css"], ["data:,"])


@pytest.mark.parametrize(
    "address", ["/", "/records/18000042", "/?q=" + POISON.replace("#", "%23"), "/records/" + POISON.replace("/", "")]
)
def test_hostile_text_stays_text(address: str) -> None:
    page = page_of(client_of([records.poisoned(POISON)]).get(address))
    assert_harmless(page)
    assert page.text.count("{{7*7}}") >= (1 if "q=" in address else 0)


@settings(UNHURRIED)
@given(st.text(st.sampled_from("<>\"'&/=;: \n\x00{}%()abcjstv\u2028\u202e\ud800"), max_size=25))
def test_no_text_breaks_out_of_the_page(poison: str) -> None:
    client = client_of([records.poisoned(poison)])
    for address in ("/", "/records/18000042"):
        assert_harmless(page_of(client.get(address)))


@settings(UNHURRIED)
@given(st.text(st.sampled_from("<>\"'/= !-abcdefghilmnoprstuvx:;&#"), max_size=60))
def test_no_description_breaks_out_of_its_place(markup: str) -> None:
    record = records.plain()
    record["metadata"]["description"] = f"<p>begin</p><div><table><tr><td>{markup}"
    page = page_of(client_of([record]).get("/records/18000002"))
    assert_harmless(page)
    assert page.text.endswith("Nothing on these pages was sent to Zenodo.")
    assert len(page.all("footer")) == len(page.all("main")) == len(page.all("aside")) == 1


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p onclick=x()>a</p>", "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href="https://example.org" target=_top>a</a>', '<a href="https://example.org" rel="noopener noreferrer nofollow">a</a>'),
        ("<img src=x><h5>a</h5><h6>b</h6>", "<h5>a</h5>b"),
        ('<td style="position:fixed">a</td>', "a"),
        ("<svg><script>x()</script></svg>a", "a"),
        ("a<br>b", "a<br>b"),
    ],
)  # fmt: skip
def test_descriptions_keep_only_what_cannot_act(markup: str, shown: str) -> None:
    record = records.plain()
    record["metadata"]["description"] = markup
    text = client_of([record]).get("/records/18000002").get_data(as_text=True)
    found = re.search(r'<div class="prose" dir="auto">(.*?)</div>\n</section>', text, re.DOTALL)
    assert found is not None
    assert found.group(1) == shown


# The preview of what a deposit would give


PAYLOAD: records.Json = {
    "access": {"record": "public", "files": "public"},
    "files": {"enabled": True, "entries": {"tool-1.0.zip": {"key": "tool-1.0.zip", "size": 5, "checksum": "md5:00"}}},
    "parent": {"communities": {"entries": [{"slug": "zenodo"}]}},
    "metadata": {
        "title": "Tool <1.0>",
        "resource_type": {"id": "software"},
        "creators": [
            {"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "Josiah"}},
            {"person_or_org": {"type": "organizational", "name": "The Cat Collective"}},
        ],
        "contributors": [
            {"person_or_org": {"type": "personal", "family_name": "Roe"}, "role": {"id": "projectleader"}},
        ],
        "publication_date": "2026-11-22",
        "rights": [{"id": "apache-2.0"}],
        "languages": [{"id": "eng"}],
        "related_identifiers": [
            {"identifier": "https://github.com/o/r/tree/v1.0", "scheme": "url", "relation_type": {"id": "issupplementto"}}
        ],
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::654241"}}],
    },
    "custom_fields": {"code:programmingLanguage": [{"id": "python"}], "code:developmentStatus": {"id": "active"}},
}  # fmt: skip


def test_preview_page_shows_what_only_ids_are_known_of() -> None:
    page = Page(pages.render_preview(PAYLOAD))
    for expected in (
        "Preview – nothing was deposited. This is the page that the record would get.",
        "Software Open Tool <1.0> Carberry, Josiah The Cat Collective",
        "tool-1.0.zip md5:00 5 Bytes",
        "Project leader Roe",
        "Is supplement to https://github.com/o/r/tree/v1.0",
        "European Commission ROR ROR 00k4n6c32 of European Commission 654241",
        "Programming languages Python Development status Active Languages English",
        "DOI will be assigned Two are assigned on publishing",
        "Licence Apache License 2.0 Apache-2.0",
        "Cite as Carberry, J., & The Cat Collective. (2026). Tool <1.0> [Computer software].",
        "Communities zenodo",
        "Written by zenodo-deposit. Nothing was sent to any server.",
    ):
        assert expected in page.text


def test_preview_page_needs_nothing_else_and_runs_nothing() -> None:
    text = pages.render_preview(records.poisoned(POISON))
    page = Page(text)
    assert_harmless(page)
    assert not page.all("script")
    assert not page.all("img")
    assert not page.all("form")
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[0]
    assert "@import" not in style[0]


def test_preview_page_shows_a_reserved_doi_as_such() -> None:
    record = PAYLOAD | {"pids": {"doi": {"identifier": "10.5281/zenodo.7"}}}
    assert "DOI 10.5281/zenodo.7 reserved, not yet registered" in Page(pages.render_preview(record)).text


def test_preview_page_of_nothing_is_still_a_page() -> None:
    page = Page(pages.render_preview({}))
    assert "Published – no date – Open Untitled" in page.text


def test_links_of_the_preview_page_lead_nowhere_on_this_server() -> None:
    links = Page(html.unescape(pages.render_preview(records.rich()))).links()
    assert not [link for link in links if link.startswith("/")]
