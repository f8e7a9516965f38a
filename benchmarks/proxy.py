"""
A proxy that counts requests, connections and bytes, and makes each request take longer, as a distant server would.

Run as a program: ``python -m benchmarks.proxy PORT_OF_SERVER DELAY_MS``; it prints its own port. ``GET /_counts`` answers
with what came by since the last such request: ``{"requests": [str], "connections": int, "sent_bytes": int}``.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.client import parse_headers
from io import BufferedReader, BytesIO

CHUNK = 1 << 18
COUNTS = "/_counts"


@dataclass
class Counts:
    """What came by."""

    requests: list[str] = field(default_factory=list)
    connections: int = 0
    sent_bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bytes:
        """Return the counts as JSON and begin anew."""
        with self.lock:
            taken = {"requests": self.requests, "connections": self.connections, "sent_bytes": self.sent_bytes}
            self.requests, self.connections, self.sent_bytes = [], 0, 0
        return json.dumps(taken).encode()


class Connection(threading.Thread):
    """A client's connection, with one of its own to the server."""

    def __init__(self, client: socket.socket, port: int, delay_s: float, counts: Counts) -> None:
        super().__init__(daemon=True)
        self._client, self._port, self._delay_s, self._counts = client, port, delay_s, counts

    def run(self) -> None:
        """Pass requests and answers on until one side closes."""
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with (
            self._client,
            socket.create_connection(("127.0.0.1", self._port)) as server,
            self._client.makefile("rb", CHUNK) as asked,
            server.makefile("rb", CHUNK) as answered,
        ):
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            is_first = True
            while line := asked.readline(CHUNK):
                method, path, _ = line.decode("latin-1").split(" ", 2)
                head = _head(line, asked)
                if path == COUNTS:
                    body = self._counts.take()
                    self._client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                    continue
                with self._counts.lock:
                    self._counts.connections += is_first
                    self._counts.requests.append(f"{method} {path.partition('?')[0]}")
                is_first = False
                time.sleep(self._delay_s)
                server.sendall(head)
                sent = _pass_body(asked, server, head)
                with self._counts.lock:
                    self._counts.sent_bytes += sent
                status = answered.readline(CHUNK)
                reply = _head(status, answered)
                self._client.sendall(reply)
                if method != "HEAD" and status.split(b" ")[1] not in (b"204", b"304"):
                    _pass_body(answered, self._client, reply)


def _head(line: bytes, stream: BufferedReader) -> bytes:
    """Return the first line with all header lines and the empty one."""
    lines = [line]
    while (more := stream.readline(CHUNK)) not in (b"\r\n", b"\n", b""):
        if not more.lower().startswith(b"expect:"):
            lines.append(more)
    return b"".join((*lines, b"\r\n"))


def _pass_body(source: BufferedReader, target: socket.socket, head: bytes) -> int:
    """Pass a body on as it comes and return its length in bytes."""
    headers = parse_headers(BytesIO(head.split(b"\r\n", 1)[1]))
    if "chunked" in headers.get("Transfer-Encoding", ""):
        return _pass_chunks(source, target)
    left = length = int(headers.get("Content-Length") or 0)
    while left:
        piece = source.read1(min(left, CHUNK))
        if not piece:
            raise ConnectionError
        target.sendall(piece)
        left -= len(piece)
    return length


def _pass_chunks(source: BufferedReader, target: socket.socket) -> int:
    """Pass a chunked body on, in its chunks."""
    total = 0
    while True:
        line = source.readline(CHUNK)
        size = int(line.split(b";")[0], 16)
        target.sendall(line + source.read(size) + source.readline(CHUNK))
        total += size
        if size == 0:
            return total


def main() -> None:
    """Listen on a free port until the process is ended."""
    port, delay_s, counts = int(sys.argv[1]), float(sys.argv[2]) / 1000, Counts()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        print(listening.getsockname()[1], flush=True)  # noqa: T201 - for the program that started this one
        while True:
            client, _ = listening.accept()
            Connection(client, port, delay_s, counts).start()


if __name__ == "__main__":
    main()
