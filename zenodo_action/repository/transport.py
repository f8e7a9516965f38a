"""The one way to a server: how far the token goes, timeouts, retries; a reply comes back or a typed error is raised."""

from __future__ import annotations

import contextlib
import dataclasses
import json as jsonlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn, Protocol
from urllib.parse import urljoin

import requests
import stamina
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from zenodo_action.errors import OptionError, OptionPlace, RequestPlace
from zenodo_action.patience import Patience
from zenodo_action.repository import Observer
from zenodo_action.repository.replies import Reply, error_for, lost_answer, unreachable
from zenodo_action.repository.retries import Attempts, NoAnswer, UnfinishedError, is_worth_repeating, no_answer
from zenodo_action.repository.sites import Site, find_site, origin

CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 120.0
"""How long a server may be silent. Zenodo's gateway gives up after a minute or so, publishing can take that long."""
FILE_TIMEOUT_S = 600.0
"""The same while a file is sent: after the last byte the server stores and sums it."""
MAX_REDIRECTS = 5
BLOCK_BYTES = 64 * 1024
"""What is read and sent at a time; measured: as fast as curl and as larger blocks, and twice as fast as 16 KiB."""

_SHORTEST_SECRET = 8
"""Below it a token is a word for test servers, such as ``local``, and may stand in answers for other reasons."""
_REDIRECTS = (301, 302, 303, 307, 308)


class Body(Protocol):
    """A file's content to send: read from its start to its end once, with its length known beforehand."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...

    def __len__(self) -> int: ...

    @property
    def taken_at(self) -> float:
        """The clock's reading when the last bytes were taken, or when it was opened."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class Transport:
    """
    A connection to one server on behalf of one user.

    Every request has a timeout; what may be repeated is repeated as long as ``patience`` lasts. The token goes to scheme, host and port of ``base_url`` only. TLS is verified always; proxies and ``REQUESTS_CA_BUNDLE`` of the
    environment are used, except for servers on this machine; ``.netrc`` and cookies never.

    Args:
        base_url: Root of the API, as ``https://zenodo.org/api``.
        token: The user's token; ``None`` reads as the public does.
        user_agent: Tool, version and a contact; Zenodo turns away nameless clients.
        patience: How long all calls together may wait.
        log: Takes a line for people, as when the server is busy.
        observe: Takes the facts of every exchange.
        name: What messages call the server in place of its host.
        publisher: Who publishes there.

    Raises:
        OptionError: ``http://`` off this machine, or a token that cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        user_agent: str,
        patience: Patience,
        log: Callable[[str], None],
        observe: Observer | None = None,
        name: str | None = None,
        publisher: str | None = None,
    ) -> None:
        self.site: Site = find_site(base_url, name=name, publisher=publisher)
        self.patience = patience
        self._log = log
        self._observe = observe
        self._auth = _BearerAuth(token, origin(self.site.base_url))
        self._is_token_accepted: bool | None = None
        self.user_id: str | None = None
        """The server's id of the token's user, once an answer has told it."""
        self._user_agent = user_agent
        self._sessions = [self._new_session()]
        """Those that are free. A session is no thread's own, but only ever used by one at a time."""

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
        reply = dataclasses.replace(reply, body=self._auth.hidden(reply.body))
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
            self._is_token_accepted = not (reply.status in (401, 403) and reply.has_data)
        return self._is_token_accepted

    def _exchange(self, call: _Call) -> Reply:
        """Return the answer to a call, whatever its status, after as many attempts as are sensible."""
        attempts = Attempts(self.site.name, self._log, self.patience)
        result: Reply | NoAnswer
        try:
            for attempt in stamina.retry_context(on=attempts, attempts=None, timeout=None):
                with attempt:
                    result = self._attempt(call)
        except UnfinishedError as last:
            result = last.result
        if isinstance(result, Reply):
            self.user_id = result.headers.get("X-User-ID") or self.user_id
            return result
        place = RequestPlace(method=call.method, url=call.url.partition("?")[0])
        if result.was_sent and not call.is_repeatable:
            raise lost_answer(self.site, place, result.reason)
        raise unreachable(self.site, place, result.reason, result.fix)

    def _attempt(self, call: _Call) -> Reply | NoAnswer:
        """Send a request once; raise where it should be sent again."""
        started = self.patience.clock()
        content = call.open_body() if call.open_body is not None else None
        try:
            result = self._send(call, content)
        finally:
            if content is not None:
                content.close()
        if is_worth_repeating(result, is_repeatable=call.is_repeatable):
            raise UnfinishedError(result, idle_since=started if content is None else content.taken_at)
        return result

    def _new_session(self) -> requests.Session:
        """Return a session with one connection."""
        session = requests.Session()
        # A proxy has no business between two programs of one machine; it would read the unencrypted token.
        session.trust_env = not self.site.is_loopback
        if self.site.is_loopback:
            # With the proxies of the environment its certificates would be passed over too.
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        # Cookies make a wrong token a CSRF error (zen4R#193).
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        session.headers["User-Agent"] = self._user_agent
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter(max_retries=0, pool_connections=1, pool_maxsize=1))
        return session

    @contextlib.contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """Lend a session, made where none is free; its connection serves whoever borrows it next."""
        try:
            session = self._sessions.pop()
        except IndexError:
            session = self._new_session()
        try:
            yield session
        finally:
            self._sessions.append(session)

    def _send(self, call: _Call, content: Body | None) -> Reply | NoAnswer:
        """Return the answer to a request, or why there is none."""
        started = time.monotonic()
        silence_s = READ_TIMEOUT_S if content is None else FILE_TIMEOUT_S
        longest_s = self.patience.total_s  # not what is left: a call that began is not cut short for those before it
        body = call.json if content is None else content
        result: Reply | NoAnswer
        try:
            with self._session() as session:
                response = session.request(
                    call.method,
                    call.url,
                    data=body,
                    headers=call.headers,
                    auth=self._auth,
                    allow_redirects=False,
                    timeout=(min(CONNECT_TIMEOUT_S, longest_s), min(silence_s, longest_s)),
                )
        except requests.RequestException as error:
            # The exception holds the request with its token: only words are kept of it.
            result = no_answer(error)
        else:
            result = Reply(
                method=call.method,
                url=call.url,
                status=response.status_code,
                headers=response.headers,
                body=response.content,
                is_repeatable=call.is_repeatable,
            )
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

    def hidden(self, content: bytes) -> bytes:
        """Return an answer without the token, which a server's debug page may repeat; errors quote answers."""
        token = self._token.encode()
        return content.replace(token, b"***") if len(token) >= _SHORTEST_SECRET else content

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
