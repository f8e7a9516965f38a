"""A relay in front of a server that loses answers, cuts connections, or holds a request until a test lets go of it."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BLOCK_BYTES = 1 << 20
HOLD_S = 60
"""How long a held request waits for its release at most."""
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the nth request that fits."""

    method: str
    path: str
    """A regular expression that the path ends with."""
    nth: int = 1
    is_forwarded: bool
    """Whether the server gets the request, so that only its answer is lost."""
    is_held: bool = False
    """Whether the request waits at that point until ``release`` is called."""
    page: tuple[int, str] | None = None
    """Status and text of a gateway's page to answer with; the connection breaks off without one."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when the request has come."""
    _released: threading.Event = field(default_factory=threading.Event)
    _count: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether this is the request, counting those that fit."""
        if method != self.method or re.search(f"{self.path}$", urlsplit(path).path) is None:
            return False
        self._count += 1
        return self._count == self.nth

    def strike(self) -> None:
        """Tell that the request is there, and wait for the release where it is held."""
        self.reached.set()
        if self.is_held:
            self._released.wait(HOLD_S)

    def release(self) -> None:
        """Let go of a held request."""
        self._released.set()


class Proxy(ThreadingHTTPServer):
    """The running relay; its faults strike in the order in which they are given."""

    daemon_threads = True

    def __init__(self, server_url: str, faults: Sequence[Fault]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urlsplit(server_url)
        self.faults = faults
        self.requests: list[str] = []
        """``METHOD /path status`` in the order in which the server answered; without the query."""

    @property
    def url(self) -> str:
        """The address to use in place of the server's."""
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, method: str, path: str = "") -> int:
        """Return how many requests of a method the server answered whose path ends so."""
        return sum(re.fullmatch(rf"{method} .*{path} \d+", line) is not None for line in self.requests)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def relay(self) -> None:
        """Hand a request on and its answer back, unless a fault strikes."""
        fault = next((each for each in self.server.faults if each.fits(self.command, self.path)), None)
        if fault is None:
            self.answer(*self.forward())
            return
        if fault.is_forwarded:
            self.forward()
        fault.strike()
        if fault.page is not None:
            status, text = fault.page
            self.answer(status, {"Content-Type": "text/html"}, text.encode())
        self.close_connection = True

    def forward(self) -> tuple[int, Mapping[str, str], bytes]:
        """Return the server's answer to the request."""
        upstream = self.server.upstream
        kind = http.client.HTTPSConnection if upstream.scheme == "https" else http.client.HTTPConnection
        connection = kind(upstream.hostname or "", upstream.port, timeout=HOLD_S)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    connection.putheader(name, value if name.lower() != "host" else upstream.netloc)
            connection.endheaders()
            left = int(self.headers.get("Content-Length") or 0)
            while left > 0 and (block := self.rfile.read(min(left, BLOCK_BYTES))):
                connection.send(block)
                left -= len(block)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        self.server.requests.append(f"{self.command} {urlsplit(self.path).path} {response.status}")
        return response.status, dict(response.headers), body

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = relay  # noqa: N815 -- names of the standard library

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def between(server_url: str, *faults: Fault) -> Iterator[Proxy]:
    """Run a relay to a server and yield it."""
    with Proxy(server_url, faults) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            for fault in faults:
                fault.release()
            proxy.shutdown()
            thread.join()
