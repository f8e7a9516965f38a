"""
How long a run may wait in all: the one budget behind the option ``timeout``.

What counts is time without progress: pauses, attempts that brought nothing, and the silence of a server; of a file's
transfer only what comes after its last byte was taken. What succeeds at once is free, so a run that sends a large file
for hours is not cut short.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Patience:
    """
    The seconds that are left for waiting; several threads may share it.

    Args:
        total_s: How many there are at the start.
        clock: Seconds of a clock that nobody sets.
        sleep: Waits.
    """

    def __init__(
        self,
        total_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.total_s = total_s
        self.clock = clock
        self.sleep = sleep
        self._used_s = 0.0
        self._counted_until = clock()
        self._lock = threading.Lock()

    @property
    def left_s(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.total_s - self._used_s)

    def charge(self, since: float, until: float) -> None:
        """Count the time between two readings of the clock; what several threads wait at once counts once."""
        with self._lock:
            self._used_s += max(0.0, until - max(since, self._counted_until))
            self._counted_until = max(self._counted_until, until)

    def pause(self, seconds: float) -> None:
        """Wait, also where that is more than is left: whether it should be begun is the caller's to ask."""
        now = self.clock()
        self.charge(now, now + seconds)
        self.sleep(seconds)

    def renew(self) -> None:
        """Begin again with all of it: something was finished."""
        with self._lock:
            self._used_s = 0.0
