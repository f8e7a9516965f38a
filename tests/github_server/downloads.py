"""The host that GitHub sends those to who want a file: addresses that hold their own credentials, for a while."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Downloads:
    """
    A server of its own on another port; a request that brings a token is a violation.

    Source: docs.github.com, "Download a repository archive (tar)": the ``Location`` of a private repository's archive
    holds a token, and expires after five minutes.
    """

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.requests: list[str] = []
        """Paths with their queries, in their order."""
        self.violations: list[str] = []
        self.cut_after: int | None = None
        """Bytes of the next answer after which the connection breaks."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def offer(self, path: str, content: bytes) -> str:
        """Put bytes under a path and return the address that fetches them."""
        self.contents[path] = content
        return f"{self.url}{path}?token=thistokenexpires"

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler_for(downloads: Downloads) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            downloads.requests.append(self.path)
            if "Authorization" in self.headers:
                downloads.violations.append(f"GET {self.path}: a token was sent to another host")
            path, _, query = self.path.partition("?")
            content = downloads.contents.get(path)
            if content is None or query != "token=thistokenexpires":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            cut, downloads.cut_after = downloads.cut_after, None
            self.wfile.write(content[:cut])
            self.close_connection = self.close_connection or cut is not None

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of http.server
            """Say nothing."""

    return Handler
