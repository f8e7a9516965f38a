"""What a client may announce of files to come, checked as the real server does."""

from __future__ import annotations

import mimetypes
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from zenodo_action.server.loading import MISSING_DATA, NOT_TEXT, NULL, UNKNOWN
from zenodo_action.server.refusal import Problem, Refusal, invalid, problem

Json = dict[str, Any]

_PART_DAYS: Final = 14
_KEYS: Final = ("key", "size", "checksum", "metadata", "access", "transfer")


def guess_mimetype(key: str) -> str:
    """Return the media type of a file name as the server sees it."""
    kind, encoding = mimetypes.guess_type(key)
    return {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}.get(
        encoding or "", kind or "application/octet-stream"
    )


def announcements(given: Any) -> list[Json]:
    """
    Return the entries of an announcement.

    Raises:
        Refusal: 400; it names no file, or one is described wrongly.
    """
    if not given:
        raise invalid(problem("_schema", "No files to upload."))
    if not isinstance(given, list):
        raise invalid(problem("0._schema", "Invalid input type."))
    found = []
    for place, entry in enumerate(given):
        if not isinstance(entry, dict):
            found.append(problem(f"{place}._schema", "Invalid input type."))
        else:
            found.extend(_announcement_problems(place, entry))
    if found:
        raise invalid(*found)
    return given


def _announcement_problems(place: int, entry: Json) -> list[Problem]:
    found = []
    key = entry.get("key")
    if "key" not in entry:
        found.append(problem(f"{place}.key", MISSING_DATA))
    elif not isinstance(key, str) or "\0" in key:
        found.append(problem(f"{place}.key", NULL if key is None else NOT_TEXT))
    if entry.get("size") is not None and whole_number(entry["size"]) is None:
        found.append(problem(f"{place}.size", "Not a valid integer."))
    if entry.get("checksum") is not None and not isinstance(entry["checksum"], str):
        found.append(problem(f"{place}.checksum", NOT_TEXT))
    if entry.get("metadata") is not None and not isinstance(entry["metadata"], dict):
        found.append(problem(f"{place}.metadata", "Not a valid mapping type."))
    found.extend(_transfer_problems(place, entry.get("transfer")))
    found.extend(problem(f"{place}.{name}", UNKNOWN) for name in entry if name not in _KEYS)
    return found


def whole_number(value: Any) -> int | None:
    """Return the number that a value means, written as text or not; ``None`` for what is none."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _transfer_problems(place: int, transfer: Any) -> list[Json]:
    if transfer is None:
        return []
    if not isinstance(transfer, dict):
        return [problem("transfer", "Transfer metadata must be a dictionary.")]
    kind = transfer.get("type", "L")
    if kind == "F":
        return [problem(f"{place}.transfer.url", "Domain not allowed")]
    if kind not in ("L", "M"):
        return [problem(f"{place}.transfer.type", f"Unsupported value: {kind}")]
    return []


def multipart(bucket: str, given: Json, transfer: Json) -> Json:
    """
    Return what an entry for a file in parts holds besides.

    Raises:
        Refusal: 400; its size or parts are missing.
    """
    if not isinstance(given.get("size"), int):
        raise Refusal(400, "Multipart file transfer requires file size.")
    parts, part_size = transfer.get("parts"), transfer.get("part_size")
    if not isinstance(parts, int) or not isinstance(part_size, int) or parts < 1 or part_size < 1:
        raise Refusal(400, "Multipart file transfer requires number of parts.")
    return {
        "mimetype": guess_mimetype(given["key"]),
        "version_id": str(uuid.uuid4()),
        "file_id": str(uuid.uuid4()),
        "bucket_id": bucket,
        "checksum": given.get("checksum"),
        "storage_class": "L",
        "transfer": {"type": "M", "part_size": part_size, "parts": parts},
    }


def parts_expire() -> str:
    """Return until when the addresses of a multipart file's parts may be used."""
    return (datetime.now(timezone.utc) + timedelta(days=_PART_DAYS)).isoformat(timespec="microseconds")
