"""The lists of modules in the layer contracts that no tool completes."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]


def test_the_embedded_server_may_use_nothing_but_the_errors() -> None:
    """The contract names every module of the package, so that a new one is forbidden to the server as well."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    forbidden = next(each for each in contracts if each.get("source_modules") == ["zenodo_action.server"])
    package = ROOT / "zenodo_action"
    modules = {path.stem for path in package.glob("[!_]*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    assert sorted(forbidden["forbidden_modules"]) == sorted(
        f"zenodo_action.{name}" for name in modules - {"server", "errors"}
    )
