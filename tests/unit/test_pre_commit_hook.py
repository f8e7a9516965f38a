"""The hook that ``.pre-commit-hooks.yaml`` offers runs a command that there is, for the files that it reads."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml

from zenodo_action.cli import cli
from zenodo_action.sources import DESCRIBING_FILES, PACKAGE_FILES

ROOT = Path(__file__).parent.parent.parent


def test_the_hook() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, command = shlex.split(hook["entry"])

    assert program == "zenodo-deposit"
    assert command in cli.commands
    assert hook["language"] == "python"
    # All files are read together: what one of them leaves out, another one may say.
    assert hook["pass_filenames"] is False
    assert [name for name in DESCRIBING_FILES if not re.search(hook["files"], name)] == []
    assert [name for name in (*PACKAGE_FILES, "docs/CITATION.cff") if re.search(hook["files"], name)] == []
