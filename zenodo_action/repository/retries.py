"""When a request is sent again, after which pause, and what a failed connection means."""

from __future__ import annotations

import email.utils
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
import urllib3.exceptions

from zenodo_action.patience import Patience
from zenodo_action.repository.replies import Reply, busy

MAX_ATTEMPTS_AT_500 = 3
"""A 500 of Zenodo is often its way of refusing an input; asking on and on does not help."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0

_BUSY = (429, 502, 503, 504)
"""Answers after which the same request may succeed. Source: Zenodo's API, "Rate limiting"; RFC 9110, section 15.6."""

# stamina reports retries to its logger; they are shown as lines of ours, and Python must not add its last resort.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Why no answer came."""

    reason: str
    """To stand after the server's name."""
    was_sent: bool = True
    """Whether the server may have seen the request."""
    is_passing: bool = True
    """Whether another attempt may do better."""
    fix: str | None = None
    """How to mend it, where waiting is not the way."""


class UnfinishedError(Exception):
    """An attempt that another one may mend."""

    def __init__(self, result: Reply | NoAnswer, *, idle_since: float) -> None:
        super().__init__()
        self.result = result
        self.idle_since = idle_since
        """Reading of the clock from which on it brought nothing."""


class Attempts:
    """The pause before each further attempt of one call, with a line for people; ``False`` when it is time to stop."""

    def __init__(self, name: str, log: Callable[[str], None], patience: Patience) -> None:
        self._name = name
        self._log = log
        self._patience = patience
        self._made = 0

    def __call__(self, error: Exception) -> bool | float:
        """Return the pause in seconds after a failed attempt, or ``False``: stamina's back-off hook."""
        if not isinstance(error, UnfinishedError):
            return False
        self._made += 1
        result = error.result
        now = self._patience.clock()
        self._patience.charge(error.idle_since, now)
        left_s = self._patience.left_s
        is_500 = isinstance(result, Reply) and result.status == 500  # noqa: PLR2004 - HTTP
        if not left_s or (is_500 and self._made >= MAX_ATTEMPTS_AT_500):
            return False
        pause = min(self._pause_s(result), left_s)
        self._patience.charge(now, now + pause)
        reason = busy(result) if isinstance(result, Reply) else result.reason
        left = f"{self._patience.left_s:.0f} s of patience left"
        self._log(f"{self._name} {reason}; trying again in {max(1, round(pause))} s (attempt {self._made + 1}, {left})")
        return pause

    def _pause_s(self, result: Reply | NoAnswer) -> float:
        """Return how long to wait: what the server asks for, or longer with each attempt."""
        asked: float = (_retry_after(result) or 0.0) if isinstance(result, Reply) else 0.0
        backoff: float = min(FIRST_PAUSE_S * 2.0 ** min(self._made - 1, 20), LONGEST_PAUSE_S)
        # The jitter keeps many jobs that were turned away together from coming back together.
        return max(asked, backoff) * random.uniform(1, 1.25)  # noqa: S311


def is_worth_repeating(result: Reply | NoAnswer, *, is_repeatable: bool) -> bool:
    """Whether another attempt is safe and may succeed."""
    if isinstance(result, NoAnswer):
        return result.is_passing and (is_repeatable or not result.was_sent)
    # The limiter stands before everything else: what it turns away was not done.
    return result.status == 429 or (is_repeatable and result.status in (*_BUSY, 500))  # noqa: PLR2004 - HTTP


def _retry_after(reply: Reply) -> float | None:
    """
    Return the seconds that a busy server asks to wait.

    Only on 429 and 503: InvenioRDM sends the header with every answer while it limits rates. A date is taken by the
    server's own clock where the answer tells that: ours may be wrong.
    """
    text = reply.headers.get("Retry-After", "").strip()
    if reply.status not in (429, 503) or not text:
        return None
    if text.isdecimal():
        return float(text)
    until = _moment(text)
    if until is None:
        return None
    now = _moment(reply.headers.get("Date", ""))
    return max(0.0, until - (time.time() if now is None else now))


def _moment(text: str) -> float | None:
    """Return the Unix seconds of a date in a header."""
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


def no_answer(error: requests.RequestException) -> NoAnswer:
    """Return what a failure of the connection means, in words that hold nothing of the request."""
    cause = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    if isinstance(error, requests.exceptions.SSLError):
        inner = cause.args[0] if cause.args else cause
        return NoAnswer(
            reason=f"has a certificate that is not trusted: {getattr(inner, 'verify_message', inner)}",
            was_sent=False,
            is_passing=False,
            fix="check the address; for an authority of your own set REQUESTS_CA_BUNDLE to the file with its certificate",
        )
    if isinstance(error, requests.exceptions.ProxyError):
        reason = "could not be reached through the proxy"
        return NoAnswer(reason=reason, was_sent=False, fix="check HTTPS_PROXY and NO_PROXY in the environment")
    if isinstance(error, requests.ConnectTimeout):
        return NoAnswer(reason="did not take the connection in time", was_sent=False)
    if isinstance(cause, urllib3.exceptions.NameResolutionError):
        reason = "could not be found: its name does not resolve"
        return NoAnswer(reason=reason, was_sent=False, fix="check the address of the server, and the network")
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        why = str(cause).rpartition(": ")[2].partition("] ")[2] or "no connection"
        return NoAnswer(reason=f"could not be reached: {why}", was_sent=False)
    if isinstance(error, requests.Timeout):
        return NoAnswer(reason="did not answer in time")
    if isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return NoAnswer(reason="broke off the connection")
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return NoAnswer(
            reason="cannot be asked: its address or the proxy's is wrong",
            was_sent=False,
            is_passing=False,
            fix="check the address of the server, and HTTPS_PROXY in the environment",
        )
    return NoAnswer(reason=f"sent an answer that cannot be read ({type(error).__name__})", is_passing=False)
