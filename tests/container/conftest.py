"""Container tests run where they are asked for: ``-m container``."""

from __future__ import annotations

import pytest

from tests.action.conftest import workflow

__all__ = ["workflow"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip them, saying so, unless their mark is asked for."""
    if "container" in (config.option.markexpr or ""):
        return
    for item in items:
        if item.get_closest_marker("container"):
            item.add_marker(pytest.mark.skip(reason="needs a Docker engine: .ci/container"))
