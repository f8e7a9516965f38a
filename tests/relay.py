"""A relay between a program and a server: it counts connections, and can take its time before each answer."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

BLOCK_BYTES = 256 * 1024


@dataclass
class Relay:
    """The running relay."""

    url: str
    connections: int = 0
    """How many have been opened to it."""


@contextlib.contextmanager
def relaying(url: str, *, latency_s: float = 0.0) -> Iterator[Relay]:
    """
    Relay to the server of an address on this machine.

    Args:
        url: Its root.
        latency_s: How long an answer is held back; a round trip of the network takes as long.
    """
    target = urlsplit(url)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            state.connections += 1
            with socket.create_connection((target.hostname or "", target.port or 80)) as server:
                for each in (self.request, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asked = threading.Event()
                back = threading.Thread(target=self.copy, args=(server, self.request, asked))
                back.start()
                self.copy(self.request, server, None, asked)
                back.join()

        @staticmethod
        def copy(
            source: socket.socket,
            sink: socket.socket,
            waits_for: threading.Event | None,
            tells: threading.Event | None = None,
        ) -> None:
            """Copy until the source ends; the first bytes after a question are held back."""
            with contextlib.suppress(OSError):
                while block := source.recv(BLOCK_BYTES):
                    if tells is not None:
                        tells.set()
                    if waits_for is not None and waits_for.is_set():
                        waits_for.clear()
                        time.sleep(latency_s)
                    sink.sendall(block)
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        state = Relay(url=f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
