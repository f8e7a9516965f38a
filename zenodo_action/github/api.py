"""
The only module that knows PyGithub: the few calls this program needs, and GitHub's refusals as texts for people.

PyGithub gives the connection, the authentication and the redirect of a renamed repository. What may be repeated and
what an answer means is decided here: its own retries repeat POST, and an answer of 307 passes for success.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from zenodo_action.errors import GitHubError, GitHubUnavailableError, OptionError, OptionPlace, RequestPlace
from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.github.reply import LATER_FIX, Reply, affordable_wait

if TYPE_CHECKING:
    from github.Requester import Requester

TIMEOUT_S = 30
READ_PAUSES_S = (1.0, 5.0)
"""Pauses before a read without a usable answer is repeated. Writes are never repeated blindly."""
MAX_CONTRIBUTORS = 30
"""As many as Zenodo's own integration names; each costs a request. Source: zenodo-rdm, ``github/release.py``."""
API_VERSION = "2022-11-28"
"""Source: docs.github.com, "API Versions"."""

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")

PERMISSION_FIX = """\
add these lines to the job, or to the top of the workflow:

permissions:
  contents: {level}

They also lift a read-only default that the repository or its organisation sets for workflow tokens.
In a reusable workflow the calling job needs them too.
A token of your own (`github-token`) needs the repository permission "Contents: {own}"."""

FORK_FIX = """\
this run was started by a pull request from a fork, and GitHub gives such runs a token that can only read, whatever
`permissions:` says. Deposit from the `release` event instead; pull requests are for `command: validate` or `preview`."""

TOKEN_FIX = """\
leave `github-token` out (its default is the job's own token, ${{ github.token }}),
or pass a token that is valid and has not expired."""  # noqa: S105 - a text about tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release as GitHub describes it, in an answer as well as in an event file."""

    id: int
    tag: str
    name: str | None
    body: str | None
    """The release notes, byte for byte as they are stored."""
    is_draft: bool
    is_prerelease: bool
    published_at: str | None
    """ISO 8601 with ``Z``; ``None`` for a draft."""
    html_url: str

    @classmethod
    def from_json(cls, data: object) -> Release:
        """
        Return the release that a JSON object of GitHub describes.

        Raises:
            ValueError: A key is missing or of another type; the text names it.
        """
        if not isinstance(data, Mapping):
            raise ValueError("the release is not an object")  # noqa: TRY004 - one kind of error for bad JSON
        return cls(
            id=_typed(data, "id", int),
            tag=_typed(data, "tag_name", str),
            name=_typed(data, "name", (str, type(None))),
            body=_typed(data, "body", (str, type(None))),
            is_draft=_typed(data, "draft", bool),
            is_prerelease=_typed(data, "prerelease", bool),
            published_at=_typed(data, "published_at", (str, type(None))),
            html_url=_typed(data, "html_url", str),
        )


def _typed(data: Mapping[str, Any], key: str, kind: type | tuple[type, ...]) -> Any:
    """Return the value of a key, which may be left out where ``None`` is allowed."""
    value = data.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(
            f"the release's `{key}` is missing" if value is None else f"the release's `{key}` is {value!r}"
        )
    return value


class GitHub:
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
        if not re.fullmatch(r"[\w-][\w.-]*/(?!\.\.?\Z)[\w.-]+", repository, re.ASCII):
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

    def release(self, tag: str) -> Release | None:
        """
        Return the published release of a tag, or ``None`` where the tag has none.

        GitHub does not show drafts here: they have no tag yet, and only ``release_by_id`` finds them.
        """
        # Half a character becomes "?", which git allows in no tag.
        return self._read_release(f"/releases/tags/{quote(tag, safe='', errors='replace')}")

    def release_by_id(self, release_id: int) -> Release | None:
        """Return a release, draft or not, or ``None`` where it does not exist any more."""
        return self._read_release(f"/releases/{release_id}")

    def release_url(self, release_id: int) -> str:
        """Return the API's address of a release, as messages name it."""
        return f"{self.api_url}/repos/{self.repository}/releases/{release_id}"

    def update_release_body(self, release: Release, body: str) -> Release:
        """
        Replace the release notes and return the release as GitHub then describes it.

        Only ``body`` is sent, so that name, tag, ``draft``, ``prerelease`` and "latest" stay as they are. One request,
        never repeated where it may have been done.

        Raises:
            GitHubUnavailableError: No usable answer: it may be done or not; read the release to know.
            GitHubError: GitHub refused.
        """
        reply = self._call("PATCH", f"/releases/{release.id}", {"body": body})
        if reply.status == 404:  # noqa: PLR2004
            raise GitHubError(
                f"the release of {release.tag} does not exist any more",
                where=reply.place,
                fix="if the release was made anew, run the job again",
            )
        return self._as_release(self._accepted(reply, "change the release notes", level="write"))

    def facts(self, notes: str | None = None) -> PlatformFacts:
        """
        Return what GitHub says about the repository and who committed to it.

        Args:
            notes: The release notes that go with it, without the DOI block.
        """
        about = self._object(self._accepted(self._call("GET", ""), "read the repository", level="read"))
        licence = (about.get("license") or {}).get("spdx_id")
        owner = about.get("owner") or {}
        return PlatformFacts(
            description=about.get("description"),
            licence=None if licence == "NOASSERTION" else licence,
            topics=tuple(about.get("topics") or ()),
            owner=_account(owner) if owner.get("login") else None,
            contributors=tuple(self._contributors()),
            notes=notes,
        )

    def _contributors(self) -> list[Account]:
        """Return the people with the most commits, as Zenodo's own integration does; programs are left out."""
        reply = self._call("GET", f"/contributors?per_page={MAX_CONTRIBUTORS}")
        if reply.status in (204, 403):  # an empty repository; a history too large to count
            return []
        listed = self._accepted(reply, "read the contributors", level="read").data
        people = [each for each in listed if each.get("type") == "User"] if isinstance(listed, list) else []
        return [self._person(each["login"]) for each in people if each.get("login")]

    def _person(self, login: str) -> Account:
        """Return an account with the name it shows; the login alone where GitHub does not tell."""
        reply = self._ask("GET", f"/users/{quote(login, safe='')}")
        return _account(reply.data) if reply.status == 200 and isinstance(reply.data, dict) else Account(login=login)  # noqa: PLR2004

    @staticmethod
    def _object(reply: Reply) -> Mapping[str, Any]:
        if not isinstance(reply.data, dict):
            raise GitHubUnavailableError("GitHub's answer cannot be used", where=reply.place, fix=LATER_FIX)
        return reply.data

    def _read_release(self, path: str) -> Release | None:
        reply = self._call("GET", path)
        if reply.status == 404:  # noqa: PLR2004
            self._check_repository()
            return None
        return self._as_release(self._accepted(reply, "read the release", level="read"))

    def _check_repository(self) -> None:
        """Raise where the repository itself is hidden: GitHub answers 404 then for everything in it."""
        reply = self._call("GET", "")
        if reply.status == 404:  # noqa: PLR2004
            raise GitHubError(
                f"there is no repository {self.repository} that the token may see",
                where=reply.place,
                fix=FORK_FIX if self._is_fork_run else PERMISSION_FIX.format(level="read", own="Read-only"),
            )
        self._accepted(reply, "read the repository", level="read")

    def _as_release(self, reply: Reply) -> Release:
        try:
            return Release.from_json(reply.data)
        except ValueError as error:
            raise GitHubUnavailableError(
                f"GitHub's answer cannot be used: {error}", where=reply.place, fix=LATER_FIX
            ) from error

    def _accepted(self, reply: Reply, act: str, *, level: str) -> Reply:
        """Return the reply if GitHub did as asked, else raise what it refused and how to mend that."""
        says = f" (GitHub says: {reply.message})" if reply.message else ""
        match reply.status:
            case 200 | 201 | 204:
                return reply
            case 401 if not self._token:
                what, fix = f"GitHub wants a token to {act}", TOKEN_FIX
            case 401:
                what, fix = f"GitHub did not accept the token{says}", TOKEN_FIX
            case 403 if self._is_fork_run:
                what, fix = f"the token may not {act}{says}", FORK_FIX
            case 403:
                own = "Read and write" if level == "write" else "Read-only"
                what, fix = f"the token may not {act}{says}", PERMISSION_FIX.format(level=level, own=own)
            case 422:
                what, fix = f"GitHub refused to {act}{says}", "mend what GitHub names, then run the job again"
            case _:
                what, fix = f"GitHub gave an unexpected answer when asked to {act}{says}", LATER_FIX
        raise GitHubError(what, where=reply.place, fix=fix)

    def _call(self, method: str, path: str, payload: Mapping[str, object] | None = None) -> Reply:
        """Send a request about the repository."""
        return self._ask(method, f"/repos/{self.repository}{path}", payload)

    def _ask(self, method: str, url: str, payload: Mapping[str, object] | None = None) -> Reply:
        """
        Send a request until there is a usable answer, and return that, whatever its status below 500.

        Waits where GitHub asks to (what it turned away it did not do, so any method may be sent again), repeats reads
        that got no answer, and follows a redirect to the same origin with the same method.
        """
        pauses = list(READ_PAUSES_S) if method == "GET" else []
        waited_s: list[int] = []
        redirects = 3
        while True:
            try:
                reply = self._send(method, url, payload)
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

        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION}
        place = RequestPlace(method=method, url=f"{self.api_url}{url}")
        try:
            status, answer_headers, text = self._connect().requestJson(method, url, headers=headers, input=payload)
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


def _account(data: Mapping[str, Any]) -> Account:
    """Return an account as GitHub describes it."""
    is_organisation = data.get("type") == "Organization"
    return Account(
        login=data["login"], name=data.get("name"), company=data.get("company"), is_organisation=is_organisation
    )


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
