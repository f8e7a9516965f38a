"""The one way to a server: how far the token goes, timeouts, retries; a reply comes back or a typed error is raised."""

from __future__ import annotations

import dataclasses
import email.utils
import json as jsonlib
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn, Protocol
from urllib.parse import urljoin

import requests
import stamina
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from zenodo_action.errors import OptionError, OptionPlace, RequestPlace
from zenodo_action.repository import Observer
from zenodo_action.repository.replies import Reply, busy, error_for, lost_answer, unreachable
from zenodo_action.repository.sites import Site, find_site, origin

CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 120.0
"""How long a server may be silent. Zenodo's gateway gives up after a minute or so, publishing can take that long."""
FILE_TIMEOUT_S = 600.0
"""The same while a file is sent: after the last byte the server stores and sums it."""
MAX_ATTEMPTS = 10
MAX_ATTEMPTS_AT_500 = 3
"""A 500 of Zenodo is often its way of refusing an input; asking on and on does not help."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
LONGEST_RETRY_AFTER_S = 120.0
MAX_REDIRECTS = 5
BLOCK_BYTES = 256 * 1024
"""What is read and sent at a time; measured to keep up with curl."""

_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 502, 503, 504)
"""Answers after which the same request may succeed. Source: Zenodo's API, "Rate limiting"; RFC 9110, section 15.6."""

# stamina reports retries to its logger; they are shown as lines of ours, and Python must not add its last resort.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Body(Protocol):
    """A file's content to send: read from its start to its end once, with its length known beforehand."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class Transport:
    """
    A connection to one server on behalf of one user.

    Every request has a timeout; what may be repeated is repeated until ``timeout_s`` is used up. The token goes to
    scheme, host and port of ``base_url`` only. TLS is verified always; proxies and ``REQUESTS_CA_BUNDLE`` of the
    environment are used, except for servers on this machine; ``.netrc`` and cookies never.

    Args:
        base_url: Root of the API, as ``https://zenodo.org/api``.
        token: The user's token; ``None`` reads as the public does.
        user_agent: Tool, version and a contact; Zenodo turns away nameless clients.
        timeout_s: Seconds that one call may spend on trying.
        log: Takes a line for people, as when the server is busy.
        observe: Takes the facts of every exchange.
        name: What messages call the server in place of its host.

    Raises:
        OptionError: ``http://`` off this machine, or a token that cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        user_agent: str,
        timeout_s: float,
        log: Callable[[str], None],
        observe: Observer | None = None,
        name: str | None = None,
    ) -> None:
        self.site: Site = find_site(base_url, name=name)
        self._timeout_s = timeout_s
        self._log = log
        self._observe = observe
        self._auth = _BearerAuth(token, origin(self.site.base_url))
        self._is_token_accepted: bool | None = None
        self.user_id: str | None = None
        """The server's id of the token's user, once an answer has told it."""
        self._session = requests.Session()
        # A proxy has no business between two programs of one machine; it would read the unencrypted token.
        self._session.trust_env = not self.site.is_loopback
        # Cookies make a wrong token a CSRF error (zen4R#193).
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers["User-Agent"] = user_agent
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Adapter(max_retries=0, pool_connections=1, pool_maxsize=1))

    def __repr__(self) -> str:
        return f"<Transport {self.site.base_url}>"

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Callable[[], Body] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str = "application/json",
        repeatable: bool,
        expect: set[int],
    ) -> Reply:
        """
        Send a request, again where that is safe and promising, and return the answer.

        Args:
            method: ``GET``, ``POST``, ``PUT`` or ``DELETE``.
            path: Below the API's root, percent-encoded, with its query.
            json: A body to send as JSON.
            data: Opens a file's content, anew for every attempt.
            headers: Further headers, as ``If-Match``.
            accept: The media type wanted.
            repeatable: Whether a second sending does no harm. If not, it is sent again only where the server
                cannot have acted on it: it took no connection, or said 429.
            expect: The statuses that are success.

        Raises:
            RepositoryError: Of the kind that the answer, or its lack, amounts to.
        """
        call = _Call(
            method=method,
            url=self.site.base_url + path,
            headers=_headers(accept, json, data, headers),
            json=None if json is None else jsonlib.dumps(json, allow_nan=False).encode(),
            open_body=data,
            is_repeatable=repeatable,
        )
        reply = self._exchange(call)
        for _ in range(MAX_REDIRECTS):
            if method != "GET" or reply.status not in _REDIRECTS or reply.status in expect:
                break
            target = urljoin(reply.url, reply.headers.get("Location", ""))
            if origin(target) != self._auth.origin:
                break
            reply = self._exchange(dataclasses.replace(call, url=target))
        if reply.status not in expect or not reply.has_data:
            self.raise_for(reply)
        return reply

    def raise_for(self, reply: Reply) -> NoReturn:
        """
        Raise the error that a reply amounts to: the only door from one to the other.

        After a 403 the server is asked once whether it accepts the token at all.
        """
        raise error_for(reply, self.site, has_token=self._auth.has_token, token_is_accepted=self.token_is_accepted)

    def token_is_accepted(self) -> bool:
        """
        Whether the server knows the token; asked once and remembered.

        A wrong token makes a request anonymous, and the answer is the 403 that strangers get.

        Source: invenio-oauth2server; seen in the recorded exchanges "bad token create", "no token create".
        """
        if self.user_id is not None:
            return True
        if self._is_token_accepted is None:
            url = f"{self.site.base_url}/user/records?size=1"
            headers = {"Accept": "application/json"}
            reply = self._exchange(_Call(method="GET", url=url, headers=headers, is_repeatable=True))
            self._is_token_accepted = reply.status not in (401, 403)
        return self._is_token_accepted

    def _exchange(self, call: _Call) -> Reply:
        """Return the answer to a call, whatever its status, after as many attempts as are sensible."""
        patience = _Patience(self.site.name, self._log, self._timeout_s, is_transfer=call.open_body is not None)
        result: Reply | _NoAnswer
        try:
            for attempt in stamina.retry_context(on=patience, attempts=MAX_ATTEMPTS, timeout=None):
                with attempt:
                    result = self._attempt(call)
        except _UnfinishedError as last:
            result = last.result
        if isinstance(result, Reply):
            self.user_id = result.headers.get("X-User-ID") or self.user_id
            return result
        place = RequestPlace(method=call.method, url=call.url.partition("?")[0])
        if result.was_sent and not call.is_repeatable:
            raise lost_answer(self.site, place, result.reason)
        raise unreachable(self.site, place, result.reason)

    def _attempt(self, call: _Call) -> Reply | _NoAnswer:
        """Send a request once; raise where it should be sent again."""
        result = self._send(call)
        if _is_worth_repeating(result, call):
            raise _UnfinishedError(result)
        return result

    def _send(self, call: _Call) -> Reply | _NoAnswer:
        """Send a request once."""
        started = time.monotonic()
        content = call.open_body() if call.open_body is not None else None
        silence_s = READ_TIMEOUT_S if content is None else FILE_TIMEOUT_S
        body = call.json if content is None else content
        result: Reply | _NoAnswer
        try:
            response = self._session.request(
                call.method,
                call.url,
                data=body,
                headers=call.headers,
                auth=self._auth,
                allow_redirects=False,
                timeout=(min(CONNECT_TIMEOUT_S, self._timeout_s), min(silence_s, self._timeout_s)),
            )
        except requests.RequestException as error:
            # The exception holds the request with its token: only words are kept of it.
            result = _no_answer(error)
        else:
            result = Reply(
                method=call.method,
                url=call.url,
                status=response.status_code,
                headers=response.headers,
                body=response.content,
                is_repeatable=call.is_repeatable,
            )
        finally:
            if content is not None:
                content.close()
        if self._observe is not None:
            status, received = (result.status, len(result.body)) if isinstance(result, Reply) else (None, 0)
            path = call.url.removeprefix(self.site.base_url)
            milliseconds = round((time.monotonic() - started) * 1000)
            self._observe(call.method, path, status, milliseconds, received + (len(body) if body is not None else 0))
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A request, ready to be sent any number of times."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: bytes | None = None
    open_body: Callable[[], Body] | None = None
    is_repeatable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoAnswer:
    """Why no answer came."""

    reason: str
    """To stand after the server's name."""
    was_sent: bool = True
    """Whether the server may have seen the request."""
    is_passing: bool = True
    """Whether another attempt may do better."""


class _UnfinishedError(Exception):
    """An attempt that another one may mend."""

    def __init__(self, result: Reply | _NoAnswer) -> None:
        super().__init__()
        self.result = result


class _Patience:
    """
    The pause before each further attempt of one call, with a line for people; ``False`` when it is time to stop.

    The time spent on sending a file does not count: a transfer may take hours and then deserve another try.
    """

    def __init__(self, name: str, log: Callable[[str], None], timeout_s: float, *, is_transfer: bool) -> None:
        self._name = name
        self._log = log
        self._timeout_s = timeout_s
        self._is_transfer = is_transfer
        self._started = time.monotonic()
        self._paused_s = 0.0
        self._attempts = 0

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, _UnfinishedError):
            return False
        self._attempts += 1
        result = error.result
        is_500 = isinstance(result, Reply) and result.status == 500  # noqa: PLR2004 - HTTP
        most = MAX_ATTEMPTS_AT_500 if is_500 else MAX_ATTEMPTS
        pause = self._pause_s(result)
        used = self._paused_s if self._is_transfer else time.monotonic() - self._started
        if self._attempts >= most or used + pause > self._timeout_s:
            return False
        self._paused_s += pause
        reason = busy(result) if isinstance(result, Reply) else result.reason
        again = f"trying again in {max(1, round(pause))} s ({self._attempts + 1} of {most})"
        self._log(f"{self._name} {reason}; {again}")
        return pause

    def _pause_s(self, result: Reply | _NoAnswer) -> float:
        """Return how long to wait: what the server asks for, or longer with each attempt."""
        asked: float = (_retry_after(result) or 0.0) if isinstance(result, Reply) else 0.0
        backoff: float = min(FIRST_PAUSE_S * 2.0 ** (self._attempts - 1), LONGEST_PAUSE_S)
        # The jitter keeps many jobs that were turned away together from coming back together.
        return max(asked, backoff) * random.uniform(1, 1.25)  # noqa: S311


class _BearerAuth(AuthBase):
    """
    Sets the token on requests to one origin.

    Being there for every request, also without a token, it keeps ``requests`` from reading ``.netrc``.
    """

    def __init__(self, token: str | None, origin: tuple[str, str, int | None]) -> None:
        text = token.strip() if token is not None else ""
        if not all("!" <= letter <= "~" for letter in text):
            token = text = ""  # nothing of it may stand in the traceback
            raise OptionError(
                "the token holds spaces or characters that no token has",
                where=OptionPlace(name="zenodo-token"),
                fix="copy the token again, on one line",
            )
        self._token = text
        self.origin = origin

    @property
    def has_token(self) -> bool:
        """Whether there is a token to send."""
        return bool(self._token)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token and origin(request.url or "") == self.origin:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "<BearerAuth>"


class _Adapter(HTTPAdapter):
    """Sends bodies in blocks larger than the 16 KiB of urllib3."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool as always, with our block size."""
        super().init_poolmanager(*args, **kwargs, blocksize=BLOCK_BYTES)


def _headers(
    accept: str, json: Any, data: Callable[[], Body] | None, further: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the headers of a request; ``application/json`` exactly, since parameters are refused with 415."""
    headers = {"Accept": accept, **(further or {})}
    if json is not None:
        headers["Content-Type"] = "application/json"
    if data is not None:
        headers["Content-Type"] = "application/octet-stream"
    return headers


def _is_worth_repeating(result: Reply | _NoAnswer, call: _Call) -> bool:
    """Whether another attempt is safe and may succeed."""
    if isinstance(result, _NoAnswer):
        return result.is_passing and (call.is_repeatable or not result.was_sent)
    # The limiter stands before everything else: what it turns away was not done.
    return result.status == 429 or (call.is_repeatable and result.status in (*_BUSY, 500))  # noqa: PLR2004 - HTTP


def _retry_after(reply: Reply) -> float | None:
    """
    Return the seconds that a busy server asks to wait, at most ``LONGEST_RETRY_AFTER_S``.

    Only on 429 and 503: InvenioRDM sends the header with every answer while it limits rates.
    """
    text = reply.headers.get("Retry-After", "").strip()
    if reply.status not in (429, 503) or not text:
        return None
    if text.isdecimal():
        seconds = float(text)
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, min(seconds, LONGEST_RETRY_AFTER_S))


def _no_answer(error: requests.RequestException) -> _NoAnswer:
    """Return what a failure of the connection means, in words that hold nothing of the request."""
    cause = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    if isinstance(error, requests.exceptions.SSLError):
        why = getattr(cause, "verify_message", "") or str(cause)
        return _NoAnswer(reason=f"has a certificate that is not trusted: {why}", was_sent=False, is_passing=False)
    if isinstance(error, requests.exceptions.ProxyError):
        return _NoAnswer(reason="could not be reached through the proxy", was_sent=False)
    if isinstance(error, requests.ConnectTimeout):
        return _NoAnswer(reason="did not take the connection in time", was_sent=False)
    if isinstance(cause, urllib3.exceptions.NameResolutionError):
        return _NoAnswer(reason="could not be found: its name does not resolve", was_sent=False)
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        why = str(cause).rpartition(": ")[2].partition("] ")[2] or "no connection"
        return _NoAnswer(reason=f"could not be reached: {why}", was_sent=False)
    if isinstance(error, requests.Timeout):
        return _NoAnswer(reason="did not answer in time")
    if isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return _NoAnswer(reason="broke off the connection")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return _NoAnswer(reason="sent an answer that cannot be decoded")
    return _NoAnswer(reason=f"could not be asked ({type(error).__name__})", was_sent=False, is_passing=False)
