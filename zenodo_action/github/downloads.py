"""
Contents that GitHub hands out from another host: streamed to a file, and never with the token.

The API answers with a redirect to an address that holds credentials of its own and expires soon. So a download that
breaks off begins again at the API.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from zenodo_action.errors import GitHubError, GitHubUnavailableError, RequestPlace
from zenodo_action.github.connection import LOOPBACK_HOSTS, TIMEOUT_S, Connection
from zenodo_action.github.reply import LATER_FIX, Reply

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

CHUNK_BYTES = 1 << 20
MAX_REDIRECTS = 5
_MAX_REFUSAL_BYTES = 100_000
"""As much of an answer that is no content as is read for its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What tells one content from another."""

    size_bytes: int
    md5: str
    """32 hex digits."""
    sha256: str


def download(github: Connection, path: str, file: IO[bytes], *, act: str, accept: str | None = None) -> Sums:
    """
    Fetch what a call of the API leads to into a file, and return its size and checksums; memory does not grow with it.

    Args:
        github: The repository.
        path: Of the call, below the repository.
        file: Writable and seekable; what it holds is replaced.
        act: What that is, as "read the archive".
        accept: Media type to ask for.

    Raises:
        GitHubUnavailableError: No whole content came, after all attempts.
        GitHubError: GitHub refused, or the content lies at an address that cannot be trusted.
    """
    from requests import Session  # noqa: PLC0415 - 160 ms, not needed by every command

    sink = _Sink(file)
    with Session() as session:

        def send(url: str) -> Reply:
            return _fetch(session, github, f"{github.api_url}{url}", sink, accept)

        github.accepted(github.insist(send, f"/repos/{github.repository}{path}", is_read=True), act, level="read")
    return sink.sums()


class _Sink:
    """A file with the checksums of what was written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._file.seek(0)
        self._file.truncate()
        self._md5, self._sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Add to the file."""
        self._file.write(chunk)
        self._md5.update(chunk)
        self._sha256.update(chunk)

    def sums(self) -> Sums:
        """Return what was written, in numbers; the file is at its beginning then."""
        size_bytes = self._file.tell()
        self._file.seek(0)
        return Sums(size_bytes=size_bytes, md5=self._md5.hexdigest(), sha256=self._sha256.hexdigest())


def _fetch(session: Session, github: Connection, url: str, sink: _Sink, accept: str | None) -> Reply:
    """Follow redirects to the content and write it; return the answer at the end of the way."""
    from requests import RequestException  # noqa: PLC0415 - as above

    place = RequestPlace(method="GET", url=url)
    try:
        for _ in range(MAX_REDIRECTS):
            headers = {"Accept-Encoding": "identity", "User-Agent": "zenodo-deposit"}
            if url.startswith(f"{github.api_url}/"):
                headers |= github.headers() | ({"Accept": accept} if accept else {})
            # `auth` keeps a .netrc from adding credentials to either host.
            with session.get(
                url, headers=headers, auth=_as_it_is, allow_redirects=False, stream=True, timeout=TIMEOUT_S
            ) as answer:
                place = RequestPlace(method="GET", url=url.partition("?")[0], status=answer.status_code)
                if answer.is_redirect:
                    url = _checked(urljoin(url, answer.headers["location"]), place)
                    continue
                return _read(answer, place, sink, is_api=url.startswith(f"{github.api_url}/"))
    except RequestException as error:
        raise GitHubUnavailableError(
            f"no whole answer from GitHub: {type(error).__name__}", where=place, fix=LATER_FIX
        ) from None
    raise GitHubError("GitHub redirects in circles", where=place, fix=LATER_FIX)


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    return request


def _checked(url: str, place: RequestPlace) -> str:
    """Return the address that a redirect names, if what it gives cannot be changed on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
        return url
    raise GitHubError(
        f"GitHub redirects to an address without encryption: {url.partition('?')[0]}",
        where=place,
        fix="check GITHUB_API_URL, and the settings of your GitHub Enterprise Server",
    )


def _read(answer: Response, place: RequestPlace, sink: _Sink, *, is_api: bool) -> Reply:
    """Write the content, or return what the API says in its place."""
    status = answer.status_code
    if status == 200:  # noqa: PLR2004
        sink.clear()
        for chunk in answer.iter_content(CHUNK_BYTES):
            sink.write(chunk)
        return Reply(place=place, headers={}, data=None)
    if status >= 500 or not is_api:  # noqa: PLR2004
        raise GitHubUnavailableError("GitHub gave no usable answer", where=place, fix=LATER_FIX)
    try:
        data = json.loads(answer.raw.read(_MAX_REFUSAL_BYTES))
    except ValueError:
        data = None
    return Reply(place=place, headers={name.lower(): value for name, value in answer.headers.items()}, data=data)
