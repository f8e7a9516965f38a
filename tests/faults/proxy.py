"""A reverse proxy that records what passes and lets a fault strike one request of a run."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

PAGE = b"<!DOCTYPE html><html><head><title>Unusual traffic</title></head><body>Please wait.</body></html>"
LONGEST_SILENCE_S = 30.0
_HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "server", "date")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with a request."""

    name: str
    kind: Literal["reset", "gone", "status", "silent", "garbage", "cut", "kill"]
    is_after: bool
    """Whether the server does the work before it goes wrong."""
    lasts: bool = False
    """Whether it strikes the same call again when the client repeats it, until the run ends."""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.name}, {'after' if self.is_after else 'before'} the work{', lasting' if self.lasts else ''}"


@dataclass(kw_only=True)
class Exchange:
    """A request that came by, and the server's status (``None`` where it never came so far)."""

    server: str
    method: str
    path: str
    """Without the query."""
    sent_bytes: int
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"


@dataclass
class Wire:
    """One run of the client as all proxies see it: what passed, and which request is to be struck."""

    exchanges: list[Exchange] = field(default_factory=list)
    fault: Fault | None = None
    point: int = 0
    """Number of the request, from 0 over all servers, that the fault strikes."""
    struck: Exchange | None = None
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the run has ended."""
    _pid: int | None = None
    _has_pid: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, pid: int) -> None:
        """Say which process is the client."""
        self._pid = pid
        self._has_pid.set()

    def kill(self) -> None:
        """End the client as the operating system does: at once, without a chance to tidy up."""
        self._has_pid.wait(LONGEST_SILENCE_S)
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def note(self, exchange: Exchange) -> Fault | None:
        """Record a request and return the fault that strikes it."""
        with self._lock:
            self.exchanges.append(exchange)
            if self.fault is None:
                return None
            if self.struck is None:
                if len(self.exchanges) - 1 != self.point:
                    return None
                self.struck = exchange
                return self.fault
            same = (exchange.server, exchange.method, exchange.path)
            is_again = same == (self.struck.server, self.struck.method, self.struck.path)
            return self.fault if self.fault.lasts and is_again else None


class Proxy:
    """
    A reverse proxy on a loopback port that stays the same while the server behind it changes.

    Args:
        name: What exchanges call the server behind it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.upstream = ("127.0.0.1", 0)
        """Host and port of the server behind it."""
        self.wire = Wire()
        self._port = 0
        self._http: ThreadingHTTPServer | None = None
        self.listen()

    @property
    def url(self) -> str:
        """Its address, as ``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._port}"

    def listen(self) -> None:
        """Take connections, if it does not."""
        if self._http is None:
            self._http = _Server(self, self._port)
            self._port = self._http.server_port
            threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def hang_up(self) -> None:
        """Refuse connections from now on."""
        http, self._http = self._http, None
        if http is not None:
            http.shutdown()
            http.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, proxy: Proxy, port: int) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that a killed client left behind."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other

    def pass_on(self) -> None:
        wire = self.server.proxy.wire
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        exchange = Exchange(server=self.server.proxy.name, method=self.command, path=path, sent_bytes=len(body))
        fault = wire.note(exchange)
        if fault is not None and not fault.is_after:
            self.strike(wire, fault, None)
            return
        reply = self.forward(body)
        exchange.status = reply[0]
        if fault is not None:
            self.strike(wire, fault, reply)
        else:
            self.answer(*reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815 - names of http.server

    def forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(*self.server.proxy.upstream, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    connection.putheader(name, value)
            if body or self.command in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def answer(self, status: int, headers: Iterable[tuple[str, str]], body: bytes, cut: int = 0) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - cut])

    def strike(self, wire: Wire, fault: Fault, reply: tuple[int, list[tuple[str, str]], bytes] | None) -> None:
        match fault.kind:
            case "status":
                self.answer(fault.status, fault.headers, fault.body)
                return
            case "garbage":
                self.answer(200, (("Content-Type", "application/json"),), b'{"id": "12')
                return
            case "cut" if reply is not None:
                self.answer(*reply, cut=len(reply[2]) // 2 + 1)
            case "silent":
                wire.over.wait(LONGEST_SILENCE_S)
            case "gone":
                self.server.proxy.hang_up()
            case "kill":
                wire.kill()
            case _:
                pass
        self.reset()

    def reset(self) -> None:
        """Break the connection off: RST, except after a cut answer, which ends as if it were whole."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of http.server
        """Say nothing."""
