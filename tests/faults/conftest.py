"""Benches, one for each API and process: making one costs seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.faults.harness import Bench

BenchFor = Callable[..., Bench]


@pytest.fixture(scope="session")
def bench_for(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BenchFor]:
    """Return the bench of a kind; the arguments are those of ``Bench`` without its folder."""
    benches: dict[tuple[tuple[str, object], ...], Bench] = {}
    with ExitStack() as stack:

        def call(**kind: object) -> Bench:
            key = tuple(sorted(kind.items()))
            if key not in benches:
                made = Bench(tmp_path_factory.mktemp("bench"), **kind)  # type: ignore[arg-type]
                benches[key] = stack.enter_context(made)
            return benches[key]

        yield call
