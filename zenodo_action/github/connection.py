"""
One repository on GitHub, seen with one token: requests go out, and what comes back is an answer or an error for people.

The only module that knows PyGithub, which gives the connection, the authentication and the redirect of a renamed
repository. What may be repeated and what an answer means is decided here: its own retries repeat POST, and an answer of
307 passes for success. The calls themselves stand in a module for each subject (``releases``, ``facts``, …), as
functions whose first argument is the connection.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from zenodo_action.errors import GitHubError, GitHubUnavailableError, OptionError, OptionPlace, RequestPlace
from zenodo_action.github.refusals import ARCHIVED_FIX, FORK_FIX, TOKEN_FIX, Level, Scope, permission_fix, refusal
from zenodo_action.github.reply import LATER_FIX, Reply, affordable_wait

if TYPE_CHECKING:
    from github.Requester import Requester

TIMEOUT_S = 30
READ_PAUSES_S = (1.0, 5.0)
"""Pauses before a read without a usable answer is repeated. Writes are never repeated blindly."""
API_VERSION = "2022-11-28"
"""Source: docs.github.com, "API Versions"."""
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION}

GRAPHQL = "/graphql"
"""Stands for the address of the GraphQL API, which on a GitHub Enterprise Server is not below that of the REST API."""

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


class Connection:
    """
    One repository on GitHub, seen with one token.

    Args:
        token: Sent to the origin of ``api_url`` only; an empty one reads public repositories.
        api_url: ``GITHUB_API_URL``: ``https://api.github.com`` or that of a GitHub Enterprise Server.
        repository: ``owner/name``.
        say: Told in a line what takes time.
        is_fork_run: Whether a pull request from a fork started this run; its token can only read.
        sleep: Waits that many seconds.

    Raises:
        OptionError: A value that cannot be used; no request is sent.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        repository: str,
        *,
        say: Callable[[str], None],
        is_fork_run: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _check_token(token)
        self.api_url = _checked_api_url(api_url)
        if not is_repository_name(repository):
            raise OptionError(
                f"{repository!r} is not the name of a repository",
                where=OptionPlace(name="GITHUB_REPOSITORY"),
                fix="it has the form owner/name",
            )
        self.repository = repository
        self._token = token
        self._say = say
        self._is_fork_run = is_fork_run
        self._sleep = sleep
        self._requester: Requester | None = None

    def url(self, path: str) -> str:
        """Return the API's address of something in the repository, as messages name it."""
        return f"{self.api_url}/repos/{self.repository}{path}"

    def headers(self) -> dict[str, str]:
        """Return the headers of a request to the API's own origin, the token among them."""
        return {**HEADERS, **({"Authorization": f"Bearer {self._token}"} if self._token else {})}

    def accepted(self, reply: Reply, act: str, *, scope: Scope = "contents", level: Level) -> Reply:
        """
        Return the reply if GitHub did as asked.

        Args:
            reply: Its answer.
            act: What it was asked for, as "read the release".
            scope: The permission that this needs, …
            level: … and how much of it.

        Raises:
            GitHubError: It refused; the text says what, and how to mend that.
        """
        if reply.status in (200, 201, 204):
            return reply
        if reply.status == 403 and level == "write" and self._is_archived():  # noqa: PLR2004
            raise GitHubError(f"the repository is archived; nobody may {act}", where=reply.place, fix=ARCHIVED_FIX)
        raise refusal(reply, act, self.permission_fix(scope, level), has_token=bool(self._token))

    def permission_fix(self, scope: Scope, level: Level) -> str:
        """Return how to give the token a permission."""
        return FORK_FIX if self._is_fork_run else permission_fix(scope, level)

    def _is_archived(self) -> bool:
        reply = self.call("GET", "")
        return isinstance(reply.data, dict) and reply.data.get("archived") is True

    def check_repository(self) -> None:
        """
        Do nothing where the token may see the repository: GitHub answers 404 for everything in one that is hidden.

        Raises:
            GitHubError: It is hidden, or there is none.
        """
        reply = self.call("GET", "")
        if reply.status == 404:  # noqa: PLR2004
            raise GitHubError(
                f"there is no repository {self.repository} that the token may see",
                where=reply.place,
                fix=self.permission_fix("contents", "read"),
            )
        self.accepted(reply, "read the repository", level="read")

    @property
    def graphql_url(self) -> str:
        """
        The address of the GraphQL API.

        Source: docs.github.com, "Forming calls with GraphQL", "The GraphQL endpoint" (``/api/graphql`` beside
        ``/api/v3`` on a GitHub Enterprise Server).
        """
        return f"{self.api_url.removesuffix('/v3')}{GRAPHQL}"

    def graphql(self, query: str, variables: Mapping[str, object]) -> Reply:
        """
        Send a request to the GraphQL API, for the few things that REST does not have.

        Like any POST it is sent once: what changes something must not be repeated blindly. The reply's ``data`` is the
        whole answer, with ``data`` and ``errors``.
        """
        return self.ask("POST", GRAPHQL, {"query": query, "variables": variables})

    def call(
        self, method: str, path: str, payload: Mapping[str, object] | None = None, *, is_repeatable: bool = False
    ) -> Reply:
        """Send a request about the repository, as ``ask`` does."""
        return self.ask(method, f"/repos/{self.repository}{path}", payload, is_repeatable=is_repeatable)

    def ask(
        self, method: str, url: str, payload: Mapping[str, object] | None = None, *, is_repeatable: bool = False
    ) -> Reply:
        """
        Send a request until there is a usable answer, and return that, whatever its status below 500.

        Waits where GitHub asks to (what it turned away it did not do, so any method may be sent again), repeats reads
        that got no answer, and follows a redirect to the same origin with the same method.

        Args:
            method: As HTTP has it.
            url: Below the API's root.
            payload: Sent as JSON.
            is_repeatable: Whether a write may be repeated like a read, since a second one does no harm.
        """
        return self.insist(lambda url: self._send(method, url, payload), url, is_read=is_repeatable or method == "GET")

    def insist(self, send: Callable[[str], Reply], url: str, *, is_read: bool) -> Reply:
        """
        Call ``send`` with an address below the API's root until there is a usable answer, as ``ask`` describes.

        Raises:
            GitHubUnavailableError: There is none; ``send`` raised it, for a read every time.
            GitHubError: A redirect to another address, or a wait that is too long.
        """
        pauses = list(READ_PAUSES_S) if is_read else []
        waited_s: list[int] = []
        redirects = 3
        while True:
            try:
                reply = send(url)
            except GitHubUnavailableError as error:
                if not pauses:
                    raise
                self._pause(pauses.pop(0), f"{error.what} ({error.where})")
                continue
            if reply.wait_s is not None:
                waited_s.append(affordable_wait(reply, waited_s))
                self._pause(waited_s[-1], f"GitHub's rate limit ({reply.place})")
            elif reply.status in (307, 308) and redirects:
                url = self._redirected(reply)
                redirects -= 1
            else:
                return reply

    def _pause(self, seconds: float, reason: str) -> None:
        self._say(f"{reason}; going on in {seconds:g} s")
        self._sleep(seconds)

    def _redirected(self, reply: Reply) -> str:
        """Return the path below the API's root that a redirect names; the token stays at its origin."""
        target = reply.headers.get("location", "")
        if not target.startswith(f"{self.api_url}/"):
            raise GitHubError(
                f"GitHub redirects to another address: {target.partition('?')[0]}",
                where=reply.place,
                fix="check GITHUB_API_URL; the token is not sent elsewhere",
            )
        return target.removeprefix(self.api_url)

    def _send(self, method: str, url: str, payload: Mapping[str, object] | None) -> Reply:
        """Send one request; raise ``GitHubUnavailableError`` where no answer or a server's error comes."""
        from requests import RequestException, Timeout  # noqa: PLC0415 - 160 ms, not needed by every command

        place = RequestPlace(method=method, url=self.graphql_url if url == GRAPHQL else f"{self.api_url}{url}")
        try:
            status, answer_headers, text = self._connect().requestJson(
                method, place.url if url == GRAPHQL else url, headers=HEADERS.copy(), input=payload
            )
        except RequestException as error:
            reason = f"within {TIMEOUT_S} s" if isinstance(error, Timeout) else "over the network"
            raise GitHubUnavailableError(f"no answer from GitHub {reason}", where=place, fix=LATER_FIX) from None
        except RuntimeError as error:  # PyGithub's way to say that a 301 leads to another host
            raise GitHubError("GitHub redirects to another address", where=place, fix="check GITHUB_API_URL") from error
        place = RequestPlace(method=method, url=place.url, status=status)
        if status >= 500:  # noqa: PLR2004
            raise GitHubUnavailableError("GitHub gave no usable answer", where=place, fix=LATER_FIX)
        try:
            data = json.loads(text) if text else None
        except ValueError as error:
            raise GitHubUnavailableError("GitHub's answer is not JSON", where=place, fix=LATER_FIX) from error
        return Reply(place=place, headers=answer_headers, data=data)

    def _connect(self) -> Requester:
        """Return PyGithub's connection, made when first needed: its import takes half a second."""
        if self._requester is None:
            from github import Auth, Github  # noqa: PLC0415 - see above

            # On import PyGithub prints on standard error whatever it does; what the user needs is said here.
            logging.getLogger("github").setLevel(logging.WARNING)
            self._requester = Github(
                base_url=self.api_url,
                auth=Auth.Token(self._token) if self._token else None,
                timeout=TIMEOUT_S,
                retry=0,
                seconds_between_requests=None,
                seconds_between_writes=None,
                user_agent="zenodo-deposit",
            ).requester
        return self._requester


def is_repository_name(text: str) -> bool:
    """Whether a text is ``owner/name``, and safe as a part of a path."""
    return re.fullmatch(r"[\w-][\w.-]*/(?!\.\.?\Z)[\w.-]+", text, re.ASCII) is not None


def _check_token(token: str) -> None:
    """Refuse what cannot stand in a header before a library quotes it in an error."""
    if not token.isascii() or not token.isprintable() or " " in token:
        raise OptionError(
            "the GitHub token holds a space, a line break or another character that no token has",
            where=OptionPlace(name="github-token"),
            fix=TOKEN_FIX,
        )


def _checked_api_url(url: str) -> str:
    """Return the address without a final slash, if the token may travel there."""
    try:
        parts = urlsplit(url)
        is_plain = parts.hostname and parts.port != 0 and parts.username is None and not (parts.query or parts.fragment)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
    except ValueError:  # brackets or a port that are none
        is_plain = is_safe = False
    if not is_plain or not is_safe:
        raise OptionError(
            "the address of GitHub's API cannot be used",
            where=OptionPlace(name="GITHUB_API_URL"),
            fix="it has the form https://api.github.com or https://HOST/api/v3 (http:// only on this machine)",
        )
    return url.rstrip("/")
