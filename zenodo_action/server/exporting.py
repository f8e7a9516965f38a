"""A record in the other formats that ``Accept`` can ask for."""

from __future__ import annotations

from typing import Any

from flask import Response

from zenodo_action.server import exports
from zenodo_action.server.refusal import Refusal

Json = dict[str, Any]


def exported(record: Json, media_type: str) -> Response:
    """
    Return a record in another format, written by the code that also makes the pages' exports.

    Raises:
        Refusal: 406; the real server writes it, this one does not.
    """
    made = exports.render(record, media_type)
    if made is None:
        raise Refusal(406, f"This server does not write {media_type}.")
    body, content_type = made
    response = Response(body, content_type=content_type)
    response.headers["ETag"] = f'"{record["revision_id"]}"'
    return response
