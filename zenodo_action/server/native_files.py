"""The routes of InvenioRDM's API for files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.http import http_date, parse_range_header

from zenodo_action.server.archiving import zipped
from zenodo_action.server.asking import answer, caller, json_body, nothing, root, stream_body, wants
from zenodo_action.server.fileset import Content, FileDesk
from zenodo_action.server.library import Library
from zenodo_action.server.personality import PLAIN_JSON
from zenodo_action.server.serialize import file_entry, file_list
from zenodo_action.server.store import CHUNK_BYTES

Json = dict[str, Any]

_SHOWN: Final = (
    "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "image/gif", "image/jpeg", "image/png", "image/tiff",
    "text/plain",
)  # fmt: skip
_SHOWN_AS_TEXT: Final = (
    "application/javascript", "text/javascript", "application/json", "application/xhtml+xml", "application/xml",
    "text/css", "text/csv", "text/html", "image/svg+xml",
)  # fmt: skip
"""Media types that a browser may show, as they are or as plain text; any other is for saving."""


def make_blueprint(library: Library, desk: FileDesk) -> Blueprint:
    """Return the routes of the files of drafts and records."""
    blueprint = Blueprint("native_files", __name__, url_prefix="/api")
    _add_draft_lists(blueprint, library, desk)
    _add_draft_files(blueprint, desk)
    _add_record_files(blueprint, desk)
    return blueprint


def _add_draft_lists(blueprint: Blueprint, library: Library, desk: FileDesk) -> None:
    def shown(record_id: str, found: tuple[Json, list[Json]], status: int = 200) -> Response:
        return answer(file_list(*found, root(), record_id, is_draft=True), status)

    @blueprint.get("/records/<record_id>/draft/files")
    def entries(record_id: str) -> Response:
        wants((PLAIN_JSON,))
        return shown(record_id, desk.entries(caller(), record_id))

    @blueprint.post("/records/<record_id>/draft/files")
    def announce(record_id: str) -> Response:
        return shown(record_id, desk.announce(caller(), record_id, json_body()), 201)

    @blueprint.delete("/records/<record_id>/draft/files")
    def delete_all(record_id: str) -> Response:
        desk.delete_all(caller(), record_id)
        return nothing()

    @blueprint.get("/records/<record_id>/draft/files-archive")
    def draft_archive(record_id: str) -> Response:
        return send_archive(record_id, desk.archive(caller(), record_id, "draft"))

    @blueprint.post("/records/<record_id>/draft/actions/files-import")
    def import_files(record_id: str) -> Response:
        library.import_files(caller(), record_id)
        return shown(record_id, desk.entries(caller(), record_id), 201)


def send_archive(record_id: str, contents: list[Content]) -> Response:
    """Return files in one archive, stored as they are; it is made while it is sent."""
    response = Response(zipped(contents), content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={record_id}.zip"
    return response


def _add_draft_files(blueprint: Blueprint, desk: FileDesk) -> None:
    def shown(record_id: str, entry: Json, error: str | None = None) -> Response:
        body = file_entry(entry, root(), record_id, is_draft=True)
        return answer({**body, "errors": error} if error else body)

    @blueprint.get("/records/<record_id>/draft/files/<path:key>")
    def entry(record_id: str, key: str) -> Response:
        return shown(record_id, desk.entry(caller(), record_id, key))

    @blueprint.put("/records/<record_id>/draft/files/<path:key>")
    def describe(record_id: str, key: str) -> Response:
        return shown(record_id, desk.describe(caller(), record_id, key, json_body()))

    @blueprint.delete("/records/<record_id>/draft/files/<path:key>")
    def delete(record_id: str, key: str) -> Response:
        desk.delete(caller(), record_id, key)
        return nothing()

    @blueprint.get("/records/<record_id>/draft/files/<path:key>/content")
    def content(record_id: str, key: str) -> Response:
        return send_content(desk.draft_content(caller(), record_id, key))

    @blueprint.put("/records/<record_id>/draft/files/<path:key>/content")
    def send(record_id: str, key: str) -> Response:
        return shown(record_id, *desk.send(caller(), record_id, key, stream_body()))

    @blueprint.put("/records/<record_id>/draft/files/<path:key>/content/<int:part>")
    def send_part(record_id: str, key: str, part: int) -> Response:
        return shown(record_id, *desk.send_part(caller(), record_id, key, part, stream_body()))

    @blueprint.post("/records/<record_id>/draft/files/<path:key>/commit")
    def commit(record_id: str, key: str) -> Response:
        return shown(record_id, desk.commit(caller(), record_id, key))


def _add_record_files(blueprint: Blueprint, desk: FileDesk) -> None:
    @blueprint.get("/records/<record_id>/files")
    def record_entries(record_id: str) -> Response:
        wants((PLAIN_JSON,))
        found = desk.record_entries(caller(), record_id)
        return answer(file_list(*found, root(), record_id, is_draft=False))

    @blueprint.get("/records/<record_id>/files-archive")
    def record_archive(record_id: str) -> Response:
        return send_archive(record_id, desk.archive(caller(), record_id, "record"))

    @blueprint.get("/records/<record_id>/files/<path:key>")
    def record_entry(record_id: str, key: str) -> Response:
        return answer(file_entry(desk.record_entry(caller(), record_id, key), root(), record_id, is_draft=False))

    @blueprint.get("/records/<record_id>/files/<path:key>/content")
    def record_content(record_id: str, key: str) -> Response:
        return send_content(desk.record_content(caller(), record_id, key))


def send_content(content: Content) -> Response:
    """Return the bytes of a file, whole or the one range that was asked for."""
    start, end = 0, content.size
    status = 200
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1:
        found = wanted.range_for_length(content.size)
        if found is None:
            return Response(status=416, headers={"Content-Range": f"bytes */{content.size}"})
        start, end = found
        status = 206
    response = Response(_pieces(content, start, end), status=status)
    response.headers["Content-Length"] = str(end - start)
    response.headers["Content-MD5"] = content.md5
    response.headers["X-Download-Options"] = "noopen"
    response.headers["X-Permitted-Cross-Domain-Policies"] = "none"
    response.headers["ETag"] = f'"md5:{content.md5}"'
    response.headers["Last-Modified"] = http_date(datetime.fromisoformat(content.updated))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    if status == 206:  # noqa: PLR2004  # partial content
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none';"
    response.headers["Content-Disposition"] = "inline"
    if content.mimetype in ("text/plain", *_SHOWN_AS_TEXT) or content.key.lower() == "readme":
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    elif content.mimetype in _SHOWN:
        response.headers["Content-Type"] = content.mimetype
    else:
        response.headers["Content-Disposition"] = _attachment(content.key)
        response.headers["Content-Type"] = "application/octet-stream"
    return response


def _attachment(key: str) -> str:
    name = key.rsplit("/", 1)[-1]
    if name.isascii() and name.isprintable() and not set(name) & set(' "\\;,'):
        return f"attachment; filename={name}"
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_" for letter in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _pieces(content: Content, start: int, end: int) -> Iterator[bytes]:
    with content.path.open("rb") as source:
        source.seek(start)
        left = end - start
        while left > 0 and (chunk := source.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
