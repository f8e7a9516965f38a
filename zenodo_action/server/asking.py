"""What every route needs to know of a request: who asks, what was sent, which form of answer is wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, Final, cast

from flask import Response, current_app, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from zenodo_action.server.personality import PLAIN_JSON, RECORD_ACCEPTS
from zenodo_action.server.refusal import BAD_BODY, Refusal, broken, invalid, problem
from zenodo_action.server.rules import Caller
from zenodo_action.server.users import Users

Json = dict[str, Any]

MAX_JSON_BYTES: Final = 10 * 1024 * 1024
"""Of a JSON body; more is answered with 413, as a proxy in front of the real server does."""
MAX_JSON_DEPTH: Final = 200

NATIVE_BODY_TYPES: Final = (PLAIN_JSON, 'application/ld+json;profile="https://w3id.org/ro/crate/1.1"')


def caller() -> Caller:
    """Return whose token the request carries; an unknown token is nobody's."""
    users = cast("Users", current_app.extensions["users"])
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    token = token.strip() if kind.lower() == "bearer" else request.args.get("access_token", "")
    return Caller(users.find(token) if token else None)


def root() -> str:
    """Return the address of the server as the client wrote it."""
    return request.host_url.rstrip("/")


def json_body(accepted: Sequence[str] = (PLAIN_JSON,)) -> Any:
    """
    Return the JSON that was sent, ``None`` for an empty body; without a content type a body counts as JSON.

    Raises:
        Refusal: 415 for another content type, 413 for too much, 400 for what is no JSON, 500 for what is no UTF-8.
    """
    content_type = request.headers.get("Content-Type")
    raw = request.stream.read(MAX_JSON_BYTES + 1)
    if content_type and content_type not in accepted:
        raise Refusal(415, f"Invalid 'Content-Type' header. Expected one of: {', '.join(accepted)}")
    if len(raw) > MAX_JSON_BYTES:
        raise Refusal(413, "The data value transmitted exceeds the capacity limit.")
    if not raw:
        return None
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise broken() from error
    except (ValueError, RecursionError) as error:
        raise Refusal(400, BAD_BODY) from error
    if _too_deep(body) or _unstorable(body):
        raise Refusal(400, BAD_BODY)
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _too_deep(body: Any) -> bool:
    level = [body]
    for _ in range(MAX_JSON_DEPTH):
        outers = [one for one in level if isinstance(one, (dict, list))]
        level = [inner for outer in outers for inner in (outer.values() if isinstance(outer, dict) else outer)]
        if not level:
            return False
    return True


def _unstorable(body: Any) -> bool:
    """Whether there are half characters or endless numbers in it, which no database takes."""
    try:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ValueError:
        return True
    return False


def stream_body() -> BinaryIO:
    """
    Return the bytes that are being sent.

    Raises:
        Refusal: 415 for any content type but ``application/octet-stream``.
    """
    content_type = request.headers.get("Content-Type")
    if content_type not in (None, "", "application/octet-stream"):
        raise Refusal(415, "Invalid 'Content-Type' header. Expected one of: application/octet-stream")
    return cast("BinaryIO", request.stream)


def if_match() -> int | None:
    """
    Return the revision that ``If-Match`` names; ``None`` where there is none.

    Raises:
        Refusal: 400; it is no bare number, as the header's own standard would have it.
    """
    text = request.headers.get("If-Match")
    if text is None:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise invalid(problem("if_match", "Not a valid integer.")) from error


def wants(offered: Sequence[str]) -> str:
    """
    Return which of the offered media types the client wants.

    Raises:
        Refusal: 406.
    """
    header = request.headers.get("Accept")
    if not header:
        return offered[0]
    found = parse_accept_header(header, MIMEAccept).best_match(list(offered))
    if found is None:
        raise Refusal(406, f"Invalid 'Accept' header. Expected one of: {', '.join(offered)}")
    return found


def record_form() -> str:
    """Return the wanted media type of a record."""
    return wants(RECORD_ACCEPTS)


def answer(body: Any, status: int = 200, *, revision: int | None = None, media_type: str = PLAIN_JSON) -> Response:
    """Return a JSON answer with its ETag."""
    response = Response(json.dumps(body, ensure_ascii=False), status=status, content_type=media_type)
    if revision is not None:
        response.headers["ETag"] = f'"{revision}"'
    return response


def nothing() -> Response:
    """Return an empty 204."""
    return Response(status=204, content_type="text/html; charset=utf-8")
