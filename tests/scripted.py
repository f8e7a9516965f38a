"""A throw-away HTTP server that answers as a script says and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What to send back; ``drops`` breaks the connection off without an answer, ``cuts`` in the middle of it."""

    status: int = 200
    data: Any = None
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drops: bool = False
    cuts: bool = False

    @property
    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.status == 204 else json.dumps(self.data if self.data is not None else {}).encode()


DROP = Answer(drops=True)


def refusal(status: int, message: str, **more: Any) -> Answer:
    """The form in which InvenioRDM refuses."""
    return Answer(status, {"status": status, "message": message, **more})


@dataclass
class Scripted:
    """The running server."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [each.line for each in self.asked]


Script = Callable[[Asked], Answer]


@contextmanager
def serving(script: Script | list[Answer]) -> Iterator[Scripted]:
    """Serve on a free port of the loopback; a list is answered one by one, and must be used up."""
    answers = list(script) if isinstance(script, list) else None

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, dict(self.headers), body)
            state.asked.append(asked)
            if isinstance(script, list):
                assert answers, f"unexpected: {asked.line}"
                answer = answers.pop(0)
            else:
                answer = script(asked)
            if answer.drops:
                self.close_connection = True
                return
            self.send_response(answer.status)
            kind = "application/json" if answer.text is None else "text/html; charset=utf-8"
            for name, value in {"Content-Type": kind, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cuts else 0)))
            self.end_headers()
            self.close_connection = self.close_connection or answer.cuts
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Scripted(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert not answers, f"not asked for: {answers}"
