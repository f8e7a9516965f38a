"""A server between the client and an embedded repository that is not to be trusted: it bends the answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back to the client."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came from the client."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Bend = Callable[[Asked, Answer], Answer]


class GoBetween:
    """
    Passes requests on to another server and bends its answers.

    Args:
        target: Address of the server; ``None`` answers every request with 200 and an empty object.
        bend: Makes another answer of an answer.
    """

    def __init__(self, target: str | None, bend: Bend = lambda _, answer: answer) -> None:
        self.target = target
        self.bend = bend
        self.requests: list[Asked] = []
        """All that came in, in their order."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> GoBetween:  # noqa: PYI034  # Self came with Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, asked: Asked) -> Answer:
        """Return the answer, bent."""
        self.requests.append(asked)
        if self.target is None:
            return self.bend(asked, Answer(status=200, headers={"Content-Type": "application/json"}, body=b"{}"))
        parts = urlsplit(self.target)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            headers = {name: value for name, value in asked.headers.items() if name.lower() != "host"}
            connection.request(asked.method, asked.path, asked.body, headers)
            reply = connection.getresponse()
            kept = {
                name: value for name, value in reply.getheaders() if name not in ("Transfer-Encoding", "Connection")
            }
            return self.bend(asked, Answer(status=reply.status, headers=kept, body=reply.read()))
        finally:
            connection.close()


def _handler_for(between: GoBetween) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(method=self.command, path=self.path, headers=dict(self.headers.items()), body=body)
            answer = between.answer(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name not in ("Content-Length", "Date", "Server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_any  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name of http.server
            """Say nothing."""

    return Handler
