"""What a server answered, and which error it amounts to."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from zenodo_action.errors import (
    ConflictError,
    FieldError,
    LostAnswerError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    RepositoryError,
    RequestPlace,
    TokenRejectedError,
    UnavailableError,
)
from zenodo_action.mapping import field_errors
from zenodo_action.repository.sites import Site

NO_CONTENT = 204
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_MAX_TEXT = 200
"""Longest piece of a server's words that a message repeats."""
_MAX_FIELDS = 5
"""Most refused fields that one sentence lists; ``field_errors`` holds them all."""
_COME_BACK = "wait and run it again: what was done so far is kept, and nothing is deposited twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with any status; always true, unlike ``requests.Response``."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    is_repeatable: bool
    """Whether the request that led to it may be sent twice without harm."""

    @property
    def place(self) -> RequestPlace:
        """Where messages say it happened; without the query, which can be long."""
        return RequestPlace(method=self.method, url=self.url.partition("?")[0], status=self.status)

    def json(self) -> Any:
        """Return the decoded body, ``None`` where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def has_data(self) -> bool:
        """Whether it holds what a program can use: JSON, or rightly nothing."""
        return self.status == NO_CONTENT or self.json() is not None

    @property
    def message(self) -> str:
        """The server's own sentence, shortened; the title of the page where it sent one."""
        data = self.json()
        if isinstance(data, Mapping) and isinstance(data.get("message"), str):
            return _short(data["message"])
        title = _TITLE.search(self.body[:100_000].decode("utf-8", "replace"))
        return _short(html.unescape(title[1])) if title is not None else ""


def error_for(reply: Reply, site: Site, *, has_token: bool, token_is_accepted: Callable[[], bool]) -> RepositoryError:
    """
    Return the error that a reply amounts to.

    Args:
        reply: An answer that is not what was hoped for.
        site: Who gave it.
        has_token: Whether the request carried a token.
        token_is_accepted: Asked only after a 403: servers treat a wrong token as none, so the status does not tell.
    """
    status = reply.status
    if status == 429 or status >= 500:  # noqa: PLR2004 - HTTP
        return _unavailable(reply, site)
    if not reply.has_data or status < 400:  # noqa: PLR2004 - HTTP
        return _not_an_answer(reply, site)
    if status == 401:  # noqa: PLR2004 - HTTP
        return token_rejected(site, reply.place, has_token=has_token)
    if status == 403:  # noqa: PLR2004 - HTTP
        if not has_token or not token_is_accepted():
            return token_rejected(site, reply.place, has_token=has_token)
        return NotAllowedError(
            _sentence(f"{site.name} does not let the token's user do this", reply.message),
            where=reply.place,
            fix="use a token of the record's owner, or name a record that is yours (option record)",
        )
    if status in (404, 410):
        return _not_found(reply, site)
    if status in (409, 412):
        return ConflictError(
            _sentence("the draft was changed by somebody else since it was read", reply.message),
            where=reply.place,
            fix="run it again when the other run or edit is finished",
        )
    return _rejected(reply, site)


def token_rejected(site: Site, place: RequestPlace, *, has_token: bool) -> TokenRejectedError:
    """Return the error for a token that is missing or not accepted, with the way to a good one."""
    what = f"{site.name} did not accept the token" if has_token else f"{site.name} wants a token, and none was given"
    scopes = f" with the scopes {' and '.join(site.token_scopes)}" if site.token_scopes else ""
    note = f"\n({site.token_note})" if site.token_note else ""
    fix = f"make a token{scopes} at\n{site.tokens_url} and store it as secret ZENODO_TOKEN.{note}"
    return TokenRejectedError(what, where=place, fix=fix)


def lost_answer(site: Site, place: RequestPlace, reason: str) -> LostAnswerError:
    """Return the error for a request that the server may have carried out."""
    return LostAnswerError(
        f"{site.name} {reason}, so it is not known whether it did what was asked",
        where=place,
        fix="run it again: it looks first what the server has done, and nothing is deposited twice",
    )


def unreachable(site: Site, place: RequestPlace, reason: str, fix: str | None = None) -> UnavailableError:
    """Return the error for a request to which no answer came and that did no harm."""
    return UnavailableError(f"{site.name} {reason}", where=place, fix=fix or _COME_BACK)


def busy(reply: Reply) -> str:
    """Return what to say of a server that cannot answer now, to stand after its name."""
    words = {429: "has had too many requests", 500: "had an internal error"}
    return f"{words.get(reply.status, 'is busy')} ({reply.status})"


def _unavailable(reply: Reply, site: Site) -> UnavailableError:
    """Return the error for 429 and 5xx, after all retries."""
    if reply.status == 507:  # noqa: PLR2004 - HTTP
        return UnavailableError(f"{site.name} has no room left (507)", where=reply.place, fix=_COME_BACK)
    if not reply.is_repeatable and reply.status != 429:  # noqa: PLR2004 - HTTP
        return lost_answer(site, reply.place, busy(reply))
    return UnavailableError(_sentence(f"{site.name} {busy(reply)}", reply.message), where=reply.place, fix=_COME_BACK)


def _not_an_answer(reply: Reply, site: Site) -> UnavailableError:
    """Return the error for a web page, a redirect or other things that are no data."""
    if 300 <= reply.status < 400:  # noqa: PLR2004 - HTTP
        target = urlsplit(reply.headers.get("Location", ""))
        elsewhere = f" to {target.scheme}://{target.netloc.rpartition('@')[2]}" if target.netloc else ""
        return UnavailableError(
            f"{site.name} redirects the request{elsewhere}, which is not followed: the token stays with one server",
            where=reply.place,
            fix="name the server by the address at which its API answers",
        )
    what = _sentence(f"{site.name} answered with a web page in place of data ({reply.status})", reply.message)
    if not reply.is_repeatable and reply.status < 300:  # noqa: PLR2004 - HTTP
        return lost_answer(site, reply.place, what.removeprefix(f"{site.name} "))
    if reply.status == 403:  # noqa: PLR2004 - HTTP
        fix = f"it keeps unusual traffic out; {_COME_BACK}"
    else:
        fix = f"check that {site.web_url} is the right address; if it is, {_COME_BACK}"
    return UnavailableError(what, where=reply.place, fix=fix)


def _not_found(reply: Reply, site: Site) -> NotFoundError:
    """Return the error for what is not there, with the reason where a tombstone gives one."""
    if reply.status == 404:  # noqa: PLR2004 - HTTP
        what = _sentence(f"{site.name} has no such record or draft", reply.message)
        return NotFoundError(what, where=reply.place, fix="check the id and the server; a draft may have been deleted")
    return NotFoundError(
        _sentence(f"the record was deleted from {site.name}", _tombstone(reply.json()) or reply.message),
        where=reply.place,
        fix="name another record (option record), or start one with record: new",
    )


def _tombstone(data: Any) -> str:
    """Return why and by whose note a record was deleted."""
    stone = data.get("tombstone") if isinstance(data, Mapping) else None
    if not isinstance(stone, Mapping):
        return ""
    reason = stone.get("removal_reason")
    titles = reason.get("title") if isinstance(reason, Mapping) else None
    title = titles.get("en") if isinstance(titles, Mapping) else None
    name = title or (reason.get("id") if isinstance(reason, Mapping) else None)
    return _short(": ".join(str(part) for part in (name, stone.get("note")) if part))


def _rejected(reply: Reply, site: Site) -> RejectedError:
    """Return the error for content that the server does not take."""
    errors = field_errors(reply.json())
    if reply.status == 413:  # noqa: PLR2004 - HTTP
        what = f"{site.name} does not take a file of this size"
        return RejectedError(what, where=reply.place, fix="leave out large files, or ask the server for a larger quota")
    if errors:
        listed = "; ".join(_field_text(error) for error in errors[:_MAX_FIELDS])
        more = f"; and {len(errors) - _MAX_FIELDS} more" if len(errors) > _MAX_FIELDS else ""
        return RejectedError(
            f"{site.name} refused {listed}{more}",
            where=reply.place,
            fix="mend the metadata and run it again",
            field_errors=errors,
        )
    return RejectedError(
        _sentence(f"{site.name} refused the request ({reply.status})", reply.message),
        where=reply.place,
        fix="mend what it names and run it again; a draft, if there is one, is kept",
    )


def _field_text(error: FieldError) -> str:
    """Return ``metadata.title: Shorter than minimum length 3.`` without the full stop."""
    return ": ".join(part for part in (error.field, " ".join(error.messages)) if part).rstrip(".")


def _sentence(text: str, message: str) -> str:
    """Return a statement with the server's own words behind it."""
    return f"{text}: {message.rstrip('.')}" if message else text


def _short(text: str) -> str:
    """Return a server's words on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TEXT else f"{line[: _MAX_TEXT - 1]}…"
