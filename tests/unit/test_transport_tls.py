"""The way to a server off this machine: its certificate, and a proxy that wants credentials."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from zenodo_action.errors import UnavailableError
from zenodo_action.patience import Patience
from zenodo_action.repository import retries
from zenodo_action.repository.transport import Transport

TOKEN = "s3cr3t-t0k3n"
HOST = "rdm.example.org"
END = b"\r\n\r\n"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(retries, "FIRST_PAUSE_S", 0.001)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and the certificate of an authority of one's own, for the host and for this machine, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.timezone.utc)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Gate:
    """What listens: a server with TLS, behind a proxy or not."""

    port: int
    asked: list[str] = field(default_factory=list)
    """The proxy's questions, then the server's, with their headers."""


@contextlib.contextmanager
def gate(certificate: Path, *, is_proxy: bool, credentials: str | None = None) -> Iterator[Gate]:
    """Answer every request with ``[1]``; a proxy asks for credentials first, where it wants any."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    wanted = f"Basic {base64.b64encode((credentials or '').encode()).decode()}"

    def question(connection: Any) -> str:
        text = b""
        while END not in text and (block := connection.recv(65536)):
            text += block
        state.asked.append(text.decode())
        return state.asked[-1]

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if is_proxy:
                if credentials is not None and wanted not in question(connection):
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0" + END)
                    return
                if credentials is None:
                    question(connection)
                connection.sendall(b"HTTP/1.1 200 Connection established" + END)
            with context.wrap_socket(connection, server_side=True) as safe:
                question(safe)
                body = json.dumps([1]).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
                safe.sendall(head.encode() + END + body)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                serve(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        state = Gate(port=listening.getsockname()[1])
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield state
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def ask(url: str, lines: list[str] | None = None) -> Any:
    log = lines.append if lines is not None else [].append
    transport = Transport(url, TOKEN, user_agent="test/1", patience=Patience(0.2), log=log)
    return transport.request("GET", "/records/1", repeatable=True, expect={200}).json()


def test_an_authority_of_ones_own(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``REQUESTS_CA_BUNDLE`` names its certificate; without it the server is not trusted."""
    with gate(certificate, is_proxy=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(UnavailableError, match="has a certificate that is not trusted: self-signed certificate"):
            ask(f"https://{HOST}")
        assert not [each for each in proxy.asked if TOKEN in each]

        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert ask(f"https://{HOST}") == [1]


def test_an_authority_of_ones_own_on_this_machine(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an InvenioRDM that is being developed; the proxy of the environment is not asked."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with gate(certificate, is_proxy=False) as server:
        with pytest.raises(UnavailableError, match="has a certificate that is not trusted"):
            ask(f"https://127.0.0.1:{server.port}")

        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert ask(f"https://127.0.0.1:{server.port}") == [1]


def test_a_certificate_of_another_host(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not trusted, whoever vouches for it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with gate(certificate, is_proxy=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(UnavailableError, match="has a certificate that is not trusted: Hostname mismatch"):
            ask("https://other.example.org")
    assert not [each for each in proxy.asked if TOKEN in each]


def test_a_proxy_that_wants_credentials(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand in its address; it gets them and not the token, the server gets the token and not them."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with gate(certificate, is_proxy=True, credentials="carberry:psycho") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://carberry:psycho@127.0.0.1:{proxy.port}")
        assert ask(f"https://{HOST}") == [1]
    to_proxy, to_server = proxy.asked
    assert to_proxy.startswith(f"CONNECT {HOST}:443 ")
    assert TOKEN not in to_proxy
    assert f"Authorization: Bearer {TOKEN}" in to_server
    assert "proxy-authorization" not in to_server.lower()


def test_a_proxy_that_does_not_get_its_credentials(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable to look at, and nothing of what it holds."""
    lines: list[str] = []
    with gate(certificate, is_proxy=True, credentials="carberry:psycho") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://carberry:wrong-secret@127.0.0.1:{proxy.port}")
        with pytest.raises(UnavailableError) as caught:
            ask(f"https://{HOST}", lines)
    error = caught.value
    assert (error.what, error.fix) == (
        f"{HOST} could not be reached through the proxy",
        "check HTTPS_PROXY and NO_PROXY in the environment",
    )
    assert not [each for each in (*lines, error.what, str(error.where), str(error.fix)) if "wrong-secret" in each]
