"""What the tests of threats share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.action.conftest import workflow

__all__ = ["FUZZ", "workflow"]

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""How long inputs are guessed; ``FUZZ_EXAMPLES=20000`` looks for hours."""
