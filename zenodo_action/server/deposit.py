"""The routes of Zenodo's deposit API: depositions, their actions, their files, and the bucket. Source: zenodo-api.md 2."""

from __future__ import annotations

import uuid
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.utils import secure_filename

from zenodo_action.server import legacy_dump, rules, search
from zenodo_action.server.asking import answer, caller, if_match, json_body, nothing, root, stream_body
from zenodo_action.server.fileset import FileDesk
from zenodo_action.server.legacy_load import load_body
from zenodo_action.server.library import Library
from zenodo_action.server.native_files import send_content
from zenodo_action.server.refusal import BAD_FORM, Refusal, broken, denied, no_route, not_found
from zenodo_action.server.rules import Caller
from zenodo_action.server.search import Finder
from zenodo_action.server.session import StoredFile
from zenodo_action.server.views import view

Json = dict[str, Any]

MAX_FORM_BYTES: Final = 100 << 20
"""Of a multipart form. Source: zenodo-api.md 1.4."""


def make_blueprint(library: Library, desk: FileDesk) -> Blueprint:
    """Return the routes of the deposit API."""
    blueprint = Blueprint("deposit", __name__, url_prefix="/api")
    _add_depositions(blueprint, library)
    _add_actions(blueprint, library)
    _add_files(blueprint, library, desk)
    _add_bucket(blueprint, library, desk)
    return blueprint


def _shown(shown: Json, status: int = 200) -> Response:
    return answer(legacy_dump.deposition(shown, root()), status, revision=shown["revision_id"])


def _either_side(library: Library, reader: Caller, record_id: str) -> Json:
    """Return the draft of a version if there is one, else the record."""
    with library.store.reading() as session:
        version, concept = rules.own_version(session, reader, record_id)
        return view(session, version, concept, "draft" if version.draft is not None else "record")


def _add_depositions(blueprint: Blueprint, library: Library) -> None:
    @blueprint.get("/deposit/depositions")
    def depositions() -> Response:
        reader = caller()
        if reader.user is None:
            raise denied()
        query = search.read_query(request.args, reader, default_sort="newest", is_zenodo=True)
        found = Finder(library).own(reader, query)
        return answer([legacy_dump.deposition(one, root(), bucket=False) for one in found.hits])

    @blueprint.post("/deposit/depositions")
    def create() -> Response:
        if caller().user is None:
            raise denied()
        shown, _ = library.create(caller(), load_body(json_body()))
        return _shown(shown, 201)

    @blueprint.get("/deposit/depositions/<record_id>")
    def read(record_id: str) -> Response:
        return _shown(_either_side(library, caller(), record_id))

    @blueprint.put("/deposit/depositions/<record_id>")
    def save(record_id: str) -> Response:
        reader = caller()
        with library.store.reading() as session:
            rules.own_draft(session, reader, record_id)
        shown, _ = library.save(reader, record_id, load_body(json_body()), if_match())
        return _shown(shown)

    @blueprint.delete("/deposit/depositions/<record_id>")
    def delete(record_id: str) -> Response:
        library.delete_draft(caller(), record_id, if_match())
        return nothing()


def _add_actions(blueprint: Blueprint, library: Library) -> None:
    base = "/deposit/depositions/<record_id>/actions"

    @blueprint.post(f"{base}/publish")
    def publish(record_id: str) -> Response:
        return _shown(library.publish(caller(), record_id), 202)

    @blueprint.post(f"{base}/edit")
    def edit(record_id: str) -> Response:
        return _shown(library.edit(caller(), record_id)[0], 201)

    @blueprint.post(f"{base}/discard")
    def discard(record_id: str) -> Response:
        library.delete_draft(caller(), record_id)
        return nothing()

    @blueprint.post(f"{base}/newversion")
    def new_version(record_id: str) -> Response:
        fresh, is_new = library.new_version(caller(), record_id)
        try:
            library.import_files(caller(), fresh["id"])
        except Refusal:
            if is_new:
                library.delete_draft(caller(), fresh["id"])
            raise
        return _shown(_either_side(library, caller(), fresh["id"]), 201)


def _add_files(blueprint: Blueprint, library: Library, desk: FileDesk) -> None:
    base = "/deposit/depositions/<record_id>/files"

    def stored(reader: Caller, record_id: str) -> tuple[list[StoredFile], bool]:
        with library.store.reading() as session:
            version, _ = rules.own_version(session, reader, record_id)
            half = version.draft or version.record
            assert half is not None  # noqa: S101  # a version has a half
            found = [one for one in session.files(half.bucket) if one.entry["status"] == "completed"]
            return found, version.draft is not None

    def one(reader: Caller, record_id: str, file_id: str) -> tuple[StoredFile, bool]:
        found, is_draft = stored(reader, record_id)
        match = next((entry for entry in found if entry.entry["file_id"] == file_id), None)
        if match is None:
            raise no_route()
        return match, is_draft

    @blueprint.get(base)
    def files(record_id: str) -> Response:
        found, is_draft = stored(caller(), record_id)
        return answer([legacy_dump.file_of_list(entry.entry, record_id, root(), is_draft=is_draft) for entry in found])

    @blueprint.post(base)
    def add_file(record_id: str) -> Response:
        with library.store.reading() as session:
            rules.own_draft(session, caller(), record_id)
        request.max_content_length = MAX_FORM_BYTES
        sent = request.files.get("file")
        if sent is None:
            raise Refusal(400, BAD_FORM)
        key = secure_filename(request.form.get("name") or sent.filename or "")
        if not key:
            raise Refusal(400, BAD_FORM)
        entry = desk.replace(record_id, key, cast("BinaryIO", sent.stream), overwrite=False)
        return answer(legacy_dump.file_of_list(entry, record_id, root(), is_draft=True), 201)

    @blueprint.get(f"{base}/<file_id>")
    def read_file(record_id: str, file_id: str) -> Response:
        match, is_draft = one(caller(), record_id, file_id)
        return answer(legacy_dump.file_of_list(match.entry, record_id, root(), is_draft=is_draft))

    @blueprint.delete(f"{base}/<file_id>")
    def delete_file(record_id: str, file_id: str) -> Response:
        match, is_draft = one(caller(), record_id, file_id)
        if not is_draft:
            raise denied()
        desk.delete(caller(), record_id, match.key)
        return nothing()


def _add_bucket(blueprint: Blueprint, library: Library, desk: FileDesk) -> None:
    def version_of(bucket: str, reader: Caller) -> str:
        """Return whose bucket it is; a text that is no UUID makes the real code crash."""
        try:
            name = str(uuid.UUID(bucket))
        except ValueError as error:
            raise broken() from error
        with library.store.reading() as session:
            found = session.bucket_version(name)
            if found is None:
                raise not_found()
            rules.own_version(session, reader, found)
        return found

    @blueprint.get("/files/<bucket>")
    def list_bucket(bucket: str) -> Response:
        version_of(bucket, caller())
        raise broken()

    @blueprint.put("/files/<bucket>/<key>")
    def put_object(bucket: str, key: str) -> Response:
        source = stream_body()
        version = version_of(bucket, caller())
        entry = desk.replace(version, key, source)
        return answer(_object(entry, bucket), 201)

    @blueprint.get("/files/<bucket>/<key>")
    def get_object(bucket: str, key: str) -> Response:
        version = version_of(bucket, caller())
        side = _either_side(library, caller(), version)
        if key not in side["files"]["entries"]:
            raise denied()
        read = desk.draft_content if side["is_draft"] else desk.record_content
        return send_content(read(caller(), version, key))

    @blueprint.delete("/files/<bucket>/<key>")
    def delete_object(bucket: str, key: str) -> Response:
        version = version_of(bucket, caller())
        side = _either_side(library, caller(), version)
        if not side["is_draft"]:
            raise denied()
        desk.delete(caller(), version, key)
        # The real server deletes the object and then fails to say so. Source: recorded exchange legacy/044.
        raise broken()


def _object(entry: Json, bucket: str) -> Json:
    address = f"{root()}/api/files/{bucket}/{quote(entry['key'], safe='')}"
    return {
        "version_id": entry["version_id"],
        "key": entry["key"],
        "size": entry["size"],
        "mimetype": entry["mimetype"],
        "checksum": entry["checksum"],
        "created": entry["created"],
        "updated": entry["updated"],
        "is_head": True,
        "delete_marker": False,
        "links": {
            "self": address,
            "version": f"{address}?version_id={entry['version_id']}",
            "uploads": f"{address}?uploads=1",
        },
    }
