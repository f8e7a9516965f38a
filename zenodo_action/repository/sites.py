"""Which server is meant: from what the user wrote to the root of its API, its pages, and what people call it."""

from __future__ import annotations

import difflib
import ipaddress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from zenodo_action.errors import OptionError, OptionPlace

_PLACE = OptionPlace(name="server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A server, as requests, messages and links name it."""

    name: str
    """What people call it."""
    base_url: str
    """Root of the API, without a slash at the end."""
    web_url: str
    """Root of the pages, without a slash at the end."""
    doi_prefix: str | None = None
    """Where it is known beforehand."""
    publisher: str | None = None
    """Who publishes there, where it is known beforehand."""
    token_note: str | None = None
    """What people get wrong about this server's tokens."""
    token_scopes: tuple[str, ...] = ()
    """What a token must be allowed to do."""

    @property
    def tokens_url(self) -> str:
        """The page on which the user makes tokens."""
        return f"{self.web_url}/account/settings/applications/"

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on this machine."""
        return _is_loopback(urlsplit(self.base_url).hostname or "")


_ZENODO_SCOPES = ("deposit:write", "deposit:actions")

ZENODO = Site(
    name="Zenodo",
    base_url="https://zenodo.org/api",
    web_url="https://zenodo.org",
    doi_prefix="10.5281",
    publisher="Zenodo",
    token_note="A token of the sandbox does not work on zenodo.org.",  # noqa: S106 - a sentence
    token_scopes=_ZENODO_SCOPES,
)
SANDBOX = Site(
    name="the Zenodo sandbox",
    base_url="https://sandbox.zenodo.org/api",
    web_url="https://sandbox.zenodo.org",
    doi_prefix="10.5072",
    publisher="Zenodo",
    token_note="A token of zenodo.org does not work on the sandbox.",  # noqa: S106 - a sentence
    token_scopes=_ZENODO_SCOPES,
)
"""Source: developers.zenodo.org, "Introduction", "Testing" and "Authentication"."""

BY_WORD = {"zenodo": ZENODO, "sandbox": SANDBOX}
_BY_HOST = {"zenodo.org": ZENODO, "www.zenodo.org": ZENODO, "sandbox.zenodo.org": SANDBOX}


def origin(url: str) -> tuple[str, str, int | None]:
    """
    Return what decides whether a token may go along: scheme, host and port.

    >>> origin("https://Zenodo.org/api/records") == origin("https://zenodo.org:443/")
    True
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or {"https": 443, "http": 80}.get(scheme)


def find_site(server: str, *, name: str | None = None, publisher: str | None = None) -> Site:
    """
    Return the server that a word or an address means.

    Args:
        server: ``zenodo``, ``sandbox``, or an address with or without ``/api`` at its end.
        name: What to call it in place of its host.
        publisher: Who publishes there, in place of who is known to.

    Raises:
        OptionError: An unknown word, an address that is none, or ``http://`` off this machine: the token would
            travel in the clear.
    """
    text = server.strip()
    known = BY_WORD.get(text.lower()) or (_from_address(text) if "://" in text else None)
    if known is None:
        raise OptionError(f"there is no server called {text!r}", where=_PLACE, fix=_fix_for(text))
    return replace(known, name=name or known.name, publisher=publisher or known.publisher)


def _fix_for(text: str) -> str:
    """Return what may have been meant by a text that is neither a word nor an address."""
    if near := difflib.get_close_matches(text.lower(), (*BY_WORD, "local"), n=1):
        return f"did you mean {near[0]}?"
    if "." in text or ":" in text:
        return f"an address begins with https://, as https://{text}"
    return "write zenodo, sandbox, local, or an address with https://"


def _from_address(text: str) -> Site:
    """Return the server at an address."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise OptionError(f"the server's address cannot be read: {error}", where=_PLACE) from None
    host = (parts.hostname or "").lower()
    if not host or parts.scheme.lower() not in ("https", "http") or any(letter.isspace() for letter in text):
        raise OptionError(
            f"{text!r} is not the address of a server", where=_PLACE, fix="write it as https://repository.example.org"
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise OptionError(
            "the server's address holds more than an address",
            where=_PLACE,
            fix=f"leave out user names, passwords and what follows ? or #: https://{parts.netloc.rpartition('@')[2]}",
        )
    if host in _BY_HOST and parts.scheme.lower() == "https" and port in (None, 443):
        return _BY_HOST[host]
    if parts.scheme.lower() == "http" and not _is_loopback(host):
        raise OptionError(
            f"{text} would send the token unencrypted",
            where=_PLACE,
            fix=f"use https://{parts.netloc}; http:// is for servers on this machine only",
        )
    web_url = f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/').removesuffix('/api')}"
    return Site(name=parts.netloc.lower(), base_url=f"{web_url}/api", web_url=web_url)


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
