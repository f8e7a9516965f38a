"""One budget for all the waiting of a run."""

from __future__ import annotations

from zenodo_action.patience import Patience


class Clock:
    """A clock that stands still but for pauses."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def patient(total_s: float) -> tuple[Patience, Clock]:
    clock = Clock()
    return Patience(total_s, clock=clock, sleep=clock.sleep), clock


def test_pauses_use_it_up() -> None:
    """Other time does not."""
    patience, clock = patient(10)
    patience.pause(4)
    clock.now += 1000
    patience.pause(5)
    assert (patience.left_s, clock.now) == (1, 1109)
    patience.pause(5)
    assert patience.left_s == 0


def test_threads_that_wait_at_once_count_once() -> None:
    """Four uploads that a busy server turns away wait one minute, not four."""
    patience, clock = patient(100)
    for _ in range(4):
        patience.charge(clock.now, clock.now + 60)
    patience.charge(clock.now + 50, clock.now + 70)
    assert patience.left_s == 30


def test_something_finished_renews_it() -> None:
    """As a release of many."""
    patience, _ = patient(10)
    patience.pause(10)
    patience.renew()
    assert patience.left_s == 10
