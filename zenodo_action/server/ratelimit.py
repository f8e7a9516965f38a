"""Rate limits with moving windows, off unless asked for. Source: zenodo-api.md 1.3; recorded exchanges of ``native-ratelimit``."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

REAL: Final = {"guest": "60 per 1 minute", "user": "100 per 1 minute", "search": "30 per 1 minute"}
"""The documented limits by class of request."""

_FORM: Final = re.compile(r"(\d+) per (\d+) (second|minute|hour)")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds."""

    text: str
    count: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands after a request."""

    limit: Limit
    is_over: bool
    remaining: int
    reset_at: int
    retry_after_s: int

    def headers(self) -> dict[str, str]:
        """Return the headers that every answer carries, ``Retry-After`` included."""
        return {
            "X-RateLimit-Limit": str(self.limit.count),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at),
            "Retry-After": str(self.retry_after_s),
        }


def read_limit(text: str) -> Limit:
    """Return the limit that a text like ``4 per 1 minute`` means."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Limit(text, int(match[1]), int(match[2]) * _SECONDS[match[3]])


@dataclass(slots=True)
class RateLimits:
    """The limits of a server; none until ``set`` is called."""

    limits: dict[str, Limit] = field(default_factory=dict)
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def set(self, by_class: dict[str, str]) -> None:
        """Put limits in force, by class of request; an empty mapping takes them away."""
        with self._guard:
            self.limits = {name: read_limit(text) for name, text in by_class.items()}
            self._seen.clear()

    def count(self, kind: str, client: str) -> Standing | None:
        """Count a request; ``None`` where nothing limits it."""
        limit = self.limits.get(kind)
        if limit is None:
            return None
        moment = time.time()
        with self._guard:
            seen = self._seen.setdefault((kind, client), deque())
            while seen and seen[0] <= moment - limit.window_s:
                seen.popleft()
            is_over = len(seen) >= limit.count
            if not is_over:
                seen.append(moment)
            reset = seen[0] + limit.window_s
            return Standing(
                limit, is_over, limit.count - len(seen), math.ceil(reset), max(1, math.ceil(reset - moment))
            )
