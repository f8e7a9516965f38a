"""Files of drafts and records over InvenioRDM's API."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from tests.server.api import INVALID, TOOL, Api, error, md5
from zenodo_action.server import LocalServer

OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize(
    "key", ["a.zip", "o/r-v1.0.zip", "a b/ü%.txt", "../../etc/passwd", "..", "x" * 255, "日本語.tar.gz", "a//b"]
)
def test_any_name_holds_its_bytes(api: Api, nobody: Api, zenodo: LocalServer, tmp_path: Path, key: str) -> None:
    draft = api.draft()["id"]
    content = key.encode() * 3
    entry = api.ok("POST", f"/records/{draft}/draft/files", [{"key": key}])["entries"][0]
    assert entry["key"] == key
    base = f"/records/{draft}/draft/files/{quote(key)}"
    if ".." in key.split("/"):
        base = f"/records/{draft}/draft/files/{quote(key).replace('.', '%2E')}"
    else:
        assert entry["links"]["content"] == f"{api.root}{base}/content"
    sent = _as_written(api, requests.Request("PUT", f"{api.root}{base}/content", data=content, headers=OCTETS))
    assert sent.status_code == 200
    committed = _as_written(api, requests.Request("POST", f"{api.root}{base}/commit"))
    assert committed.json()["checksum"] == md5(content)
    record = api.publish(draft)
    assert list(record["files"]["entries"]) == [key]
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "zenodo" not in path.parents]
    assert outside == []
    assert len(nobody.ok("GET", f"/records/{draft}/files")["entries"]) == 1


def _as_written(api: Api, request: requests.Request) -> requests.Response:
    """Send a request to its address as it is written, dots and all."""
    prepared = api.session.prepare_request(request)
    prepared.headers["Accept"] = "*/*"
    prepared.url = request.url
    return api.session.send(prepared)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("a\0b", "Not a valid string."),
        (5, "Not a valid string."),
        (None, "Field may not be null."),
    ],
)
def test_a_name_that_is_none_is_refused(api: Api, key: object, message: str) -> None:
    draft = api.draft()["id"]
    refused = api.call("POST", f"/records/{draft}/draft/files", [{"key": "good.txt"}, {"key": key}])
    assert (refused.status_code, refused.json()) == (400, error(INVALID, ("1.key", message)))
    assert api.ok("GET", f"/records/{draft}/draft/files")["entries"] == []


def test_the_bytes_are_given_back_whole_and_in_part(api: Api, nobody: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft, "a.bin", b"0123456789")
    api.publish(draft)
    path = f"/records/{draft}/files/a.bin/content"
    whole = nobody.call("GET", path)
    assert (whole.content, whole.headers["Content-Disposition"]) == (b"0123456789", "attachment; filename=a.bin")
    assert whole.headers["ETag"] == f'"{md5(b"0123456789")}"'
    part = nobody.call("GET", path, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert nobody.call("GET", path, headers={"Range": "bytes=20-"}).status_code == 416
    assert nobody.call("HEAD", path).headers["Content-Length"] == "10"


def test_a_file_that_was_not_sent_or_not_committed_blocks_publication(api: Api) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    assert api.call("POST", f"/records/{draft}/draft/files/a/commit").status_code == 500
    api.ok("PUT", f"/records/{draft}/draft/files/a/content", data=b"x", headers=OCTETS)
    message = "One or more files have not completed their transfer, please wait."
    refused = api.call("POST", f"/records/{draft}/draft/actions/publish")
    assert refused.json() == error(INVALID, ("files", message))
    api.ok("DELETE", f"/records/{draft}/draft/files/a")
    api.upload(draft)
    assert api.publish(draft)["files"]["count"] == 1


def test_content_after_the_commit_removes_the_file(api: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft, "a", b"one")
    answer = api.ok("PUT", f"/records/{draft}/draft/files/a/content", data=b"two", headers=OCTETS)
    assert answer["errors"] == "File upload transfer failed."
    assert api.ok("GET", f"/records/{draft}/draft/files")["entries"] == []


def test_declared_size_and_checksum_are_not_believed(api: Api) -> None:
    draft = api.draft()["id"]
    declared = {"key": "a", "size": 50, "checksum": f"md5:{'0' * 32}"}
    entry = api.ok("POST", f"/records/{draft}/draft/files", [declared])["entries"][0]
    assert (entry["size"], entry["checksum"]) == (50, declared["checksum"])
    api.ok("PUT", f"/records/{draft}/draft/files/a/content", data=b"hello", headers=OCTETS)
    done = api.ok("POST", f"/records/{draft}/draft/files/a/commit")
    assert (done["size"], done["checksum"]) == (5, md5(b"hello"))


def test_an_empty_file_is_refused_by_zenodo_and_taken_by_others(api: Api, tmp_path: Path) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    api.ok("PUT", f"/records/{draft}/draft/files/a/content", data=b"", headers=OCTETS)
    refused = api.call("POST", f"/records/{draft}/draft/files/a/commit")
    assert (refused.status_code, refused.json()) == (400, error("Empty files are not accepted."))
    with LocalServer(tmp_path / "stock", personality="inveniordm") as server, Api(server) as stock:
        assert stock.upload(stock.draft()["id"], "a", b"")["size"] == 0


def test_the_hundred_and_first_file_is_refused(api: Api) -> None:
    draft = api.draft()["id"]
    path = f"/records/{draft}/draft/files"
    api.ok("POST", path, [{"key": f"{place}.txt"} for place in range(100)])
    refused = api.call("POST", path, [{"key": "one more"}])
    message = "Uploading the selected files would result in 101 files (max is 100)."
    assert (refused.status_code, refused.json()) == (400, error(message))


def test_an_announcement_counts_whole_or_not_at_all(api: Api) -> None:
    draft = api.draft()["id"]
    path = f"/records/{draft}/draft/files"
    api.ok("POST", path, [{"key": "a"}])
    refused = api.call("POST", path, [{"key": "b"}, {"key": "a"}])
    assert refused.json() == error("File with key a already exists.")
    assert [entry["key"] for entry in api.ok("GET", path)["entries"]] == ["a"]


def test_zenodo_takes_no_file_in_parts(api: Api) -> None:
    draft = api.draft()["id"]
    parts = {"key": "m", "size": 10, "transfer": {"type": "M", "parts": 2, "part_size": 5}}
    assert api.call("POST", f"/records/{draft}/draft/files", [parts]).json() == error("Permission denied.", status=403)


def test_a_file_in_parts_is_put_together(tmp_path: Path) -> None:
    with LocalServer(tmp_path, personality="inveniordm") as server, Api(server) as api:
        draft = api.draft()["id"]
        parts = {"key": "m", "size": 8, "transfer": {"type": "M", "parts": 2, "part_size": 5}}
        links = api.ok("POST", f"/records/{draft}/draft/files", [parts])["entries"][0]["links"]
        for part, content in ((2, b"fgh"), (1, b"abcde")):
            assert links["parts"][part - 1]["url"].endswith(f"/m/content/{part}")
            api.ok("PUT", links["parts"][part - 1]["url"], data=content, headers=OCTETS)
        assert api.ok("POST", links["commit"])["checksum"] == md5(b"abcdefgh")
        assert api.call("GET", f"/records/{draft}/draft/files/m/content").content == b"abcdefgh"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/zip"])
def test_bytes_come_as_octets_or_untyped(api: Api, content_type: str) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    path = f"/records/{draft}/draft/files/a/content"
    refused = api.call("PUT", path, data=b"x", headers={"Content-Type": content_type})
    message = "Invalid 'Content-Type' header. Expected one of: application/octet-stream"
    assert (refused.status_code, refused.json()) == (415, error(message, status=415))
    assert api.call("PUT", path, data=b"x").status_code == 200


def test_restricted_files_are_for_their_owner(api: Api, nobody: Api, other: Api) -> None:
    record = api.published(access={"record": "public", "files": "restricted"})
    path = f"/records/{record['id']}"
    assert api.call("GET", f"{path}/files/tool.zip/content").content == b"bytes"
    for stranger in (nobody, other):
        assert stranger.call("GET", f"{path}/files/tool.zip/content").status_code == 403
        assert stranger.call("GET", f"{path}/files").status_code == 403
        assert "entries" not in stranger.ok("GET", path)["files"]
        assert "files" not in stranger.ok("GET", path, headers={"Accept": "application/json"})


def test_bytes_that_nobody_needs_are_removed(api: Api, tmp_path: Path) -> None:
    def stored() -> int:
        return sum(1 for path in (tmp_path / "zenodo" / "files").rglob("*") if path.is_file())

    first = api.published()
    draft = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    api.ok("POST", f"/records/{draft}/draft/actions/files-import")
    assert stored() == 1
    api.ok("DELETE", f"/records/{draft}/draft/files/tool.zip")
    api.upload(draft, "b", b"other")
    assert stored() == 2
    api.ok("DELETE", f"/records/{draft}/draft")
    assert stored() == 1
    assert api.call("GET", f"/records/{first['id']}/files/tool.zip/content").content == b"bytes"


def test_the_file_to_preview_is_kept_while_it_is_there(api: Api) -> None:
    draft = api.draft(TOOL)["id"]
    for key in ("a", "b"):
        api.upload(draft, key, b"x")
    path = f"/records/{draft}/draft"
    shown = api.ok("PUT", path, {"metadata": TOOL, "files": {"default_preview": "b", "order": ["b", "a"]}})
    assert (shown["files"]["default_preview"], shown["files"]["order"]) == ("b", [])
    unknown = api.ok("PUT", path, {"metadata": TOOL, "files": {"default_preview": "c"}})
    assert unknown["errors"] == [{"field": "files.default_preview", "messages": ['No file with key "c"']}]
    assert unknown["files"]["default_preview"] == "b"
    assert api.call("PUT", f"{path}/files", {"default_preview": "a"}).status_code == 405
    api.ok("DELETE", f"{path}/files/b")
    assert api.ok("GET", f"{path}/files")["default_preview"] is None


def test_a_file_that_was_announced_counts(api: Api) -> None:
    draft = api.draft(TOOL)["id"]
    api.upload(draft, "a", b"xyz")
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "b"}])
    files = api.ok("GET", f"/records/{draft}/draft")["files"]
    assert (files["count"], files["total_bytes"]) == (2, 3)
    assert files["entries"]["b"] == {"key": "b", "metadata": None, "access": {"hidden": False}}


@pytest.mark.parametrize(
    ("key", "kind", "disposition"),
    [
        ("a.txt", "text/plain; charset=utf-8", "inline"),
        ("a.html", "text/plain; charset=utf-8", "inline"),
        ("a.svg", "text/plain; charset=utf-8", "inline"),
        ("README", "text/plain; charset=utf-8", "inline"),
        ("a.png", "image/png", "inline"),
        ("a.zip", "application/octet-stream", "attachment; filename=a.zip"),
    ],
)
def test_no_file_is_shown_as_a_page(api: Api, key: str, kind: str, disposition: str) -> None:
    draft = api.draft()["id"]
    api.upload(draft, key, b"x")
    headers = api.call("GET", f"/records/{draft}/draft/files/{key}/content").headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == (kind, disposition)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_all_files_come_in_one_archive(api: Api, nobody: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft, "a/b.txt", b"dots")
    api.upload(draft, "Grün.bin", b"\0" * 3_000_000)
    record = api.publish(draft)
    answer = nobody.call("GET", record["links"]["archive"].partition("/api")[2])
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={draft}.zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {name: len(archive.read(name)) for name in archive.namelist()} == {"a/b.txt": 4, "Grün.bin": 3_000_000}
    assert nobody.call("GET", f"/records/{draft}/draft/files-archive").status_code == 404


def test_an_archive_has_its_limit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = api.draft()["id"]
    api.upload(draft, "a.txt", b"dots")
    monkeypatch.setattr("zenodo_action.server.rules.MAX_ARCHIVE_BYTES", 3)
    refused = api.call("GET", f"/records/{draft}/draft/files-archive")
    message = "Archive download is only available for records with total file size up to 300000000 bytes."
    assert (refused.status_code, refused.json()) == (400, error(message))
