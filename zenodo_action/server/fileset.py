"""The files of drafts and records: announcing, sending, committing, deleting, replacing, reading."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from zenodo_action.server import rules
from zenodo_action.server.announcing import announcements, guess_mimetype, multipart, whole_number
from zenodo_action.server.library import Library
from zenodo_action.server.refusal import Refusal, broken, denied, invalid, problem
from zenodo_action.server.rules import Caller
from zenodo_action.server.session import Half, Session, StoredFile, Version, now
from zenodo_action.server.store import CHUNK_BYTES
from zenodo_action.server.views import Side

Json = dict[str, Any]

TRANSFER_FAILED: Final = "File upload transfer failed."
TOO_LARGE: Final = "File size limit exceeded."
EMPTY: Final = "Empty files are not accepted."


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, and what its answer says of them."""

    path: Path
    key: str
    size: int
    md5: str
    mimetype: str
    updated: str


class FileDesk:
    """What can be done with files."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = library.store
        self._is_zenodo = library.personality.is_zenodo

    # Drafts

    def entries(self, caller: Caller, version_id: str) -> tuple[Json, list[Json]]:
        """Return the options and all files of a draft."""
        with self._store.reading() as session:
            _, _, draft = rules.own_draft(session, caller, version_id)
            return draft.body["files"], [one.entry for one in session.files(draft.bucket)]

    def announce(self, caller: Caller, version_id: str, given: Any) -> tuple[Json, list[Json]]:
        """Open entries for files to come; all of them or none."""
        with self._store.writing() as session:
            _, _, draft = rules.own_draft(session, caller, version_id)
            rules.files_enabled(draft)
            for entry in announcements(given):
                if session.file(draft.bucket, entry["key"]) is not None:
                    raise Refusal(400, f"File with key {entry['key']} already exists.")
                self._check_count(session, draft)
                session.put_file(self._fresh(draft.bucket, entry))
            return draft.body["files"], [one.entry for one in session.files(draft.bucket)]

    def _check_count(self, session: Session, draft: Half) -> None:
        count = len(session.files(draft.bucket))
        if self._is_zenodo and count >= rules.MAX_FILES:
            message = f"Uploading the selected files would result in {count + 1} files (max is {rules.MAX_FILES})."
            raise Refusal(400, message)

    def _fresh(self, bucket: str, given: Json) -> StoredFile:
        moment = now()
        entry: Json = {
            "key": given["key"],
            "created": moment,
            "updated": moment,
            "metadata": given.get("metadata"),
            "access": {"hidden": bool((given.get("access") or {}).get("hidden"))},
            "transfer": {"type": "L"},
            "status": "pending",
        }
        if given.get("size") is not None:
            entry["size"] = whole_number(given["size"])
        if given.get("checksum") is not None:
            entry["checksum"] = given["checksum"]
        transfer = given.get("transfer") or {}
        if transfer.get("type") == "M":
            if self._is_zenodo:
                raise denied()
            entry |= multipart(bucket, given, transfer)
            return StoredFile(bucket, given["key"], entry, entry["file_id"])
        return StoredFile(bucket, given["key"], entry)

    def entry(self, caller: Caller, version_id: str, key: str) -> Json:
        """Return one file of a draft."""
        with self._store.reading() as session:
            _, _, draft = rules.own_draft(session, caller, version_id)
            return _file(session, version_id, draft, key).entry

    def describe(self, caller: Caller, version_id: str, key: str, given: Any) -> Json:
        """Set the metadata of one file."""
        with self._store.writing() as session:
            _, _, draft = rules.own_draft(session, caller, version_id)
            stored = _file(session, version_id, draft, key)
            if not isinstance(given, dict):
                raise invalid(problem("_schema", "Invalid input type."))
            metadata = given.get("metadata", stored.entry["metadata"])
            if metadata is not None and not isinstance(metadata, dict):
                raise invalid(problem("metadata", "Not a valid mapping type."))
            stored.entry["metadata"] = metadata
            session.put_file(stored)
            return stored.entry

    def send(self, caller: Caller, version_id: str, key: str, source: BinaryIO) -> tuple[Json, str | None]:
        """Take the bytes of an announced file; the second value is the error that the answer of status 200 names."""
        with self._store.reading() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            _file(session, version_id, draft, key)
            rules.unlocked(version)
            room = rules.MAX_RECORD_BYTES + concept.extra_bytes - _bytes_of_others(session, draft, key)
        blob = self._store.receive(source, room if self._is_zenodo else None)
        if blob is None:
            raise Refusal(400, TOO_LARGE)
        with self._store.writing() as session:
            version, _, draft = rules.own_draft(session, caller, version_id)
            stored = _file(session, version_id, draft, key)
            if stored.entry["status"] == "completed":
                # The real server answers 200 here, names an error, and the file is gone.
                self._drop(session, version, draft, [stored], steps=0)
                session.dropped_blobs.append(blob.name)
                return stored.entry, TRANSFER_FAILED
            previous, stored.blob = stored.blob, blob.name
            stored.entry["received"] = {"size": blob.size, "md5": blob.md5}
            session.put_file(stored)
            if previous:
                session.dropped_blobs.append(previous)
            return stored.entry, None

    def send_part(
        self, caller: Caller, version_id: str, key: str, part: int, source: BinaryIO
    ) -> tuple[Json, str | None]:
        """Take one part of a multipart file."""
        with self._store.reading() as session:
            version, _, draft = rules.own_draft(session, caller, version_id)
            stored = _file(session, version_id, draft, key)
            transfer = stored.entry["transfer"]
            if transfer["type"] != "M":
                raise Refusal(400, f'Transfer type "{transfer["type"]}" does not support multipart uploads.')
            rules.unlocked(version)
        if self._is_zenodo:
            raise denied()
        size = transfer["part_size"]
        wanted = size if part < transfer["parts"] else stored.entry["size"] - size * (transfer["parts"] - 1)
        blob = self._store.receive(source, max(wanted, 0))
        if not 1 <= part <= transfer["parts"] or blob is None or blob.size != wanted:
            return stored.entry, TRANSFER_FAILED
        try:
            with self._store.blob_path(blob.name).open("rb") as received:
                self._write_part(stored, (part - 1) * size, received)
        finally:
            self._store.blob_path(blob.name).unlink()
        return stored.entry, None

    def _write_part(self, stored: StoredFile, offset: int, source: BinaryIO) -> None:
        path = self._store.blob_path(stored.entry["file_id"])
        path.parent.mkdir(exist_ok=True)
        path.touch()
        with path.open("r+b") as target:
            target.seek(offset)
            while chunk := source.read(CHUNK_BYTES):
                target.write(chunk)

    def commit(self, caller: Caller, version_id: str, key: str) -> Json:
        """Complete a file that was sent."""
        with self._store.writing() as session:
            version, _, draft = rules.own_draft(session, caller, version_id)
            stored = _file(session, version_id, draft, key)
            if stored.entry["status"] == "completed":
                return stored.entry
            rules.unlocked(version)
            if stored.entry["transfer"]["type"] == "M":
                self._finish_parts(stored)
            elif stored.blob is None:
                raise broken()
            else:
                received = stored.entry.pop("received")
                if received["size"] == 0 and self._is_zenodo:
                    raise Refusal(400, EMPTY)
                _complete(stored, received["size"], received["md5"])
            session.put_file(stored)
            return {**stored.entry, "metadata": stored.entry["metadata"] or None}

    def _finish_parts(self, stored: StoredFile) -> None:
        """Close a multipart file; the declared size and checksum are believed, as the real server does."""
        path = self._store.blob_path(stored.entry["file_id"])
        path.parent.mkdir(exist_ok=True)
        path.touch()
        declared = stored.entry.get("checksum")
        md5 = declared.removeprefix("md5:") if declared else _md5_of(path)
        stored.blob = stored.entry["file_id"]
        stored.entry["transfer"] = {"type": "L"}
        _complete(stored, stored.entry["size"], md5)

    def delete(self, caller: Caller, version_id: str, key: str) -> None:
        """Remove one file from a draft."""
        with self._store.writing() as session:
            version, _, draft = rules.own_draft(session, caller, version_id)
            stored = _file(session, version_id, draft, key)
            if stored.entry["status"] == "completed":
                rules.unlocked(version)
            self._drop(session, version, draft, [stored])

    def delete_all(self, caller: Caller, version_id: str) -> None:
        """Remove all files from a draft."""
        with self._store.writing() as session:
            version, _, draft = rules.own_draft(session, caller, version_id)
            rules.unlocked(version)
            self._drop(session, version, draft, session.files(draft.bucket))

    def _drop(self, session: Session, version: Version, draft: Half, gone: list[StoredFile], *, steps: int = 2) -> None:
        for stored in gone:
            session.drop_file(stored)
        keys = {stored.key for stored in gone}
        options = draft.body["files"]
        if options["default_preview"] in keys:
            options["default_preview"] = None
        draft.revision += steps
        session.put_version(version)

    def draft_content(self, caller: Caller, version_id: str, key: str) -> Content:
        """Return the bytes of a file of a draft."""
        with self._store.reading() as session:
            _, _, draft = rules.own_draft(session, caller, version_id)
            return self._content(_file(session, version_id, draft, key))

    # Records

    def record_entries(self, caller: Caller, version_id: str) -> tuple[Json, list[Json]]:
        """Return the options and all files of a record."""
        with self._store.reading() as session:
            record = self._readable(session, caller, version_id)
            return record.body["files"], [one.entry for one in session.files(record.bucket)]

    def record_entry(self, caller: Caller, version_id: str, key: str) -> Json:
        """Return one file of a record."""
        with self._store.reading() as session:
            record = self._readable(session, caller, version_id)
            return _file(session, version_id, record, key).entry

    def record_content(self, caller: Caller, version_id: str, key: str) -> Content:
        """Return the bytes of a file of a record."""
        with self._store.reading() as session:
            record = self._readable(session, caller, version_id)
            rules.files_enabled(record)
            return self._content(_file(session, version_id, record, key))

    def _readable(self, session: Session, caller: Caller, version_id: str) -> Half:
        _, concept, record = rules.published(session, version_id)
        if not rules.may_read_files(caller, concept, record):
            raise denied()
        return record

    def archive(self, caller: Caller, version_id: str, side: Side) -> list[Content]:
        """
        Return the complete files of a draft or record, for an archive of them all.

        Raises:
            Refusal: 400; Zenodo makes no archives of so many bytes.
        """
        with self._store.reading() as session:
            if side == "draft":
                _, _, half = rules.own_draft(session, caller, version_id)
            else:
                half = self._readable(session, caller, version_id)
            found = [self._content(one) for one in session.files(half.bucket) if one.entry["status"] == "completed"]
        if self._is_zenodo and sum(one.size for one in found) > rules.MAX_ARCHIVE_BYTES:
            raise Refusal(400, rules.ARCHIVE_TOO_LARGE)
        return found

    def _content(self, stored: StoredFile) -> Content:
        if stored.entry["status"] != "completed" or stored.blob is None:
            raise broken()
        return Content(
            self._store.blob_path(stored.blob),
            stored.key,
            stored.entry["size"],
            stored.entry["checksum"].removeprefix("md5:"),
            stored.entry["mimetype"],
            stored.entry["updated"],
        )

    # The bucket of the deposit API

    def replace(self, version_id: str, key: str, source: BinaryIO, *, overwrite: bool = True) -> Json:
        """Take bytes under a name in one step, in place of a file of that name; the caller's rights were looked at."""
        with self._store.reading() as session:
            version, concept = rules.known_version(session, version_id)
            if version.draft is None:
                raise Refusal(404, "Not found.")
            rules.unlocked(version)
            room = rules.MAX_RECORD_BYTES + concept.extra_bytes - _bytes_of_others(session, version.draft, key)
            if not overwrite and session.file(version.draft.bucket, key) is not None:
                raise Refusal(400, f"File with key {key} already exists.")
        blob = self._store.receive(source, room)
        if blob is None:
            raise Refusal(400, TOO_LARGE)
        with self._store.writing() as session:
            version, _, draft = rules.own_draft(session, Caller(concept.owner), version_id)
            if blob.size == 0:
                session.dropped_blobs.append(blob.name)
                self._store.blob_path(blob.name).unlink()
                raise Refusal(400, EMPTY)
            previous = session.file(draft.bucket, key)
            if previous is not None:
                self._drop(session, version, draft, [previous])
            else:
                self._check_count(session, draft)
            stored = self._fresh(draft.bucket, {"key": key})
            stored.blob = blob.name
            _complete(stored, blob.size, blob.md5)
            session.put_file(stored)
            return stored.entry


def _complete(stored: StoredFile, size: int, md5: str) -> None:
    stored.entry |= {
        "updated": now(),
        "mimetype": guess_mimetype(stored.key),
        "version_id": stored.entry.get("version_id") or str(uuid.uuid4()),
        "file_id": stored.entry.get("file_id") or str(uuid.uuid4()),
        "bucket_id": stored.bucket,
        "metadata": stored.entry["metadata"] or {},
        "status": "completed",
        "checksum": f"md5:{md5}",
        "size": size,
        "storage_class": "L",
    }


def _md5_of(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _no_file(version_id: str, key: str) -> Refusal:
    return Refusal(404, f"Record '{version_id}' has no file '{key}'.")


def _file(session: Session, version_id: str, half: Half, key: str) -> StoredFile:
    stored = session.file(half.bucket, key)
    if stored is None:
        raise _no_file(version_id, key)
    return stored


def _bytes_of_others(session: Session, draft: Half, key: str) -> int:
    return sum(one.entry.get("size") or 0 for one in session.files(draft.bucket) if one.key != key)
