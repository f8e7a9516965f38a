"""Connections: they stay open, and end with the server."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path

import pytest

from tests.server.api import Api
from zenodo_action.server import LocalServer


@pytest.fixture
def connection(zenodo: LocalServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(zenodo.url.removeprefix("http://"), timeout=60)


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None, **headers: str
) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Authorization": "Bearer test-token", **named})
    response = connection.getresponse()
    response.read()
    return response.status


def test_many_requests_go_over_one_connection(connection: http.client.HTTPConnection) -> None:
    """An answer that leaves a body unread does not spoil the next request."""
    assert ask(connection, "GET", "/api/records") == 200
    first = connection.sock
    assert ask(connection, "POST", "/api/records", b"{}", Content_Type="text/plain") == 415
    assert ask(connection, "PUT", "/api/nowhere", b"x" * 100_000) == 404
    assert ask(connection, "DELETE", "/api/records/5/draft") == 404
    assert ask(connection, "HEAD", "/api/records") == 200
    assert ask(connection, "POST", "/api/records", b"{}", Content_Type="application/json") == 201
    assert connection.sock is first
    connection.close()


def test_a_client_may_ask_before_it_sends(zenodo: LocalServer) -> None:
    host, port = zenodo.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(
            b"POST /api/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-token\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
        )
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert connection.recv(100).startswith(b"HTTP/1.1 201 CREATED\r\n")


def test_a_body_in_chunks_is_received(api: Api) -> None:
    draft = api.draft()["id"]
    api.ok("POST", f"/records/{draft}/draft/files", [{"key": "a"}])
    api.ok("PUT", f"/records/{draft}/draft/files/a/content", data=iter([b"one", b"two"]))
    assert api.ok("POST", f"/records/{draft}/draft/files/a/commit")["size"] == 6


def test_a_stopped_server_answers_no_more(tmp_path: Path) -> None:
    server = LocalServer(tmp_path).start()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    assert ask(connection, "GET", "/api/records") == 200
    server.stop()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(connection, "GET", "/api/records")
    connection.close()


def test_links_lead_to_the_address_that_was_asked(zenodo: LocalServer, connection: http.client.HTTPConnection) -> None:
    connection.request(
        "POST",
        "/api/records",
        b"{}",
        {"Authorization": "Bearer test-token", "Content-Type": "application/json", "Host": "repository.example:8080"},
    )
    shown = json.loads(connection.getresponse().read())
    connection.close()
    assert shown["links"]["self"].startswith("http://repository.example:8080/api/records/")
    assert zenodo.url.startswith("http://127.0.0.1:")
