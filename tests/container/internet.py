"""
The names that workflows use, leading to servers of this machine; every other name leads nowhere, and is remembered.

Nothing in a workflow or in the program is changed for it: it is a proxy and a certificate authority, given by the
variables ``HTTPS_PROXY`` and ``REQUESTS_CA_BUNDLE`` that the program heeds anyway.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from zenodo_action.server import LocalServer


class Internet:
    """
    A proxy on a loopback port that connects names to embedded repositories, which then speak TLS.

    Args:
        folder: Where keys and certificates are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        """``host:port`` of every connection that was asked for."""
        self._ports: dict[str, int] = {}
        self._authority = Authority(folder)
        self.ca_file = self._authority.file
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._http.daemon_threads = True
        self.proxy = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def add(self, name: str, server: LocalServer) -> None:
        """Let a name lead to an embedded repository, which speaks TLS from now on; it must not be started yet."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._authority.certificate(name))
        inner = server._server
        inner.socket = context.wrap_socket(inner.socket, server_side=True, do_handshake_on_connect=False)
        inner.ssl_context = context  # type: ignore[assignment]  # what makes the server's addresses begin with https
        self._ports[name] = inner.server_port

    def variables(self, ca_file: str | None = None) -> dict[str, str]:
        """Return the variables that send a program here."""
        return {"HTTPS_PROXY": self.proxy, "REQUESTS_CA_BUNDLE": ca_file or str(self.ca_file)}

    @property
    def names(self) -> set[str]:
        """The names that lead somewhere."""
        return set(self._ports)

    def connect(self, target: str) -> socket.socket | None:
        """Return a connection to what a name leads to, if it leads anywhere."""
        self.asked.append(target)
        host, _, port = target.rpartition(":")
        if port != "443" or host not in self._ports:
            return None
        return socket.create_connection(("127.0.0.1", self._ports[host]))


class Authority:
    """
    A certificate authority whose key is gone with its folder.

    The extensions are those that Python's strict check of certificates asks for.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of these tests")])
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "digital_signature"),
            False,
        ) | {"encipher_only": False, "decipher_only": False}
        built = self._begin(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        built = built.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(self, name: str) -> Path:
        """Return a file with a key and a certificate for a name or an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            subject: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            subject = x509.DNSName(name)
        built = self._begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key)
        built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        built = built.add_extension(x509.SubjectAlternativeName([subject]), critical=False)
        file = self._folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _begin(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.timezone.utc)
        own = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        return builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False
        )


def _handler_for(internet: Internet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            other = internet.connect(self.path)
            if other is None:
                self.send_error(502, "No such host")
                return
            with other:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_pass_on, args=(other, self.connection), daemon=True)
                back.start()
                _pass_on(self.connection, other)
                back.join()
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name of http.server
            """Say nothing."""

    return Handler


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Pass everything on, until one of the two ends it."""
    with suppress(OSError):
        while piece := source.recv(1 << 16):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
