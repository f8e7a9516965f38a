"""Writes action.yml from the option table; with ``--check`` only says whether it is as it should be."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from zenodo_action.action.reporting import OUTPUTS
from zenodo_action.option import Option
from zenodo_action.options import TABLE

TARGET = Path(__file__).resolve().parent.parent / "action.yml"
HEAD = """\
# Made by scripts/make_action_yml.py from zenodo_action/options.py and zenodo_action/reporting.py; change those.
name: zenodo-deposit
description: Deposits a release on Zenodo or any InvenioRDM, once, and writes the DOI back to the release
author: The zenodo-deposit developers
branding:
  icon: archive
  color: blue
inputs:
"""


def main() -> int:
    """Write the file, or say whether it is as it should be."""
    text = action_yml()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("action.yml is not what the option table says: run python scripts/make_action_yml.py")
    return 1


def action_yml() -> str:
    """Return the whole file."""
    lines = [line for option in TABLE if option.is_input for line in _input(option)]
    lines.append("outputs:")
    for name, description in OUTPUTS.items():
        lines += [f"  {name}:", f"    description: {_quoted(description)}"]
    lines += ["runs:", "  using: docker", "  image: Dockerfile"]
    return HEAD + "\n".join(lines) + "\n"


def _input(option: Option) -> list[str]:
    """
    Return one input.

    Defaults stand in the description: the runner would pass a default as if the workflow had given it, and what
    ``.zenodo.yml`` says under ``deposit:`` would never count.
    """
    parts = [option.help]
    if option.choices:
        parts.append(option.choices_text.replace("`", ""))
    if option.default_text:
        parts.append(f"Default: {option.default_text}.")
    lines = [f"  {option.name}:", f"    description: {_quoted(' '.join(parts))}", "    required: false"]
    if option.is_secret and option.default is not None:
        lines.append(f"    default: {option.default}")
    return lines


def _quoted(text: str) -> str:
    """Return a text as a YAML scalar in double quotes, which is how JSON writes it."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    raise SystemExit(main())
