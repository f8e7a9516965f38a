"""
The HTTP side of the server: connections that stay open, bodies read to their end, answers that can get lost.

Werkzeug's own handler closes every connection after one answer; clients of the real server keep theirs.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

_DRAIN_BYTES: Final = 64 << 20
"""Of a body that nobody read; beyond it the connection is closed."""
DROP: Final = "zenodo_action.drop"
"""Key of the request's environment that makes the server close the connection without an answer."""


class Handler(WSGIRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    timeout = 300

    server: Server

    def setup(self) -> None:
        """Begin the connection."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """End the connection."""
        self.server.closed(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        """Answer requests until one side wants no more."""
        with suppress(OSError, ValueError):
            super().handle()

    def run_wsgi(self) -> None:
        """Answer one request."""
        if not self._length_is_sound():
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        environ = self.make_environ()
        body = _Counted(environ["wsgi.input"])
        environ["wsgi.input"] = body
        head: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            del exc_info
            head[:] = [status, headers]
            return self.wfile.write

        pieces = self.server.app(environ, start_response)
        try:
            if environ.get(DROP):
                self.close_connection = True
                return
            self._send(head[0], head[1], pieces, environ, body)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def handle_expect_100(self) -> bool:
        """Tell a client that asked first to go on and send its body."""
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()
        return True

    def _length_is_sound(self) -> bool:
        length = self.headers.get("Content-Length")
        return length is None or (length.isascii() and length.strip().isdecimal())

    def _refuse(self, code: int) -> None:
        self.close_connection = True
        phrase = HTTPStatus(code).phrase
        text = f'{{"message": "{phrase}.", "status": {int(code)}}}'
        head = f"HTTP/1.1 {int(code)} {phrase.upper()}\r\nContent-Type: application/json\r\nConnection: close\r\n"
        self.wfile.write(f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode())
        self.wfile.flush()

    def _send(
        self,
        status: str,
        headers: list[tuple[str, str]],
        pieces: Iterable[bytes],
        environ: dict[str, Any],
        body: _Counted,
    ) -> None:
        code = int(status.split(" ", 1)[0])
        names = {name.lower() for name, _ in headers}
        has_body = environ["REQUEST_METHOD"] != "HEAD" and code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        chunked = has_body and "content-length" not in names
        if not self._drained(environ, body):
            self.close_connection = True
        self.send_response(code, status.split(" ", 1)[1] if " " in status else "")
        for name, value in headers:
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces if has_body else ():
            if piece:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _drained(self, environ: dict[str, Any], body: _Counted) -> bool:
        """Read what is left of the request's body, so that the next request can be found behind it."""
        if environ.get("wsgi.input_terminated"):
            return body.discard(_DRAIN_BYTES)
        left = int(environ.get("CONTENT_LENGTH") or 0) - body.count
        if left > _DRAIN_BYTES:
            return False
        while left > 0:
            got = len(body.read(min(left, 1 << 20)))
            if got == 0:
                return False
            left -= got
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is no HTTP."""
        del message, explain
        self._refuse(code)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the standard library
        """Say nothing."""


class _Counted:
    """A request's body that knows how much of it was read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        piece = bytes(self._stream.read(size))
        self.count += len(piece)
        return piece

    def readline(self, size: int = -1) -> bytes:
        piece = bytes(self._stream.readline(size))
        self.count += len(piece)
        return piece

    def readlines(self, hint: int = -1) -> list[bytes]:
        del hint
        return list(iter(self.readline, b""))

    def readinto(self, buffer: bytearray) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def discard(self, limit: int) -> bool:
        """Read to the end of a body of unknown length; ``False`` if it is longer than the limit or broken."""
        left = limit
        try:
            while left > 0:
                piece = self.read(1 << 20)
                if not piece:
                    return True
                left -= len(piece)
        except (OSError, ValueError):
            pass
        return False


class Server(ThreadedWSGIServer):
    """The listening socket and its connections, each in a thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: Any) -> None:
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(host, port, app, handler=Handler)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection."""
        with self._guard:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._guard:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """End every connection."""
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
