"""Which commands a runner takes from the log of a step."""

from __future__ import annotations

import re

ALLOWED = {"add-mask", "stop-commands", "error", "warning", "notice", "group", "endgroup"}
"""What the program has a runner do; none of them sets anything that later steps see."""


def commands(log: str) -> list[tuple[str, str]]:
    """
    Return name and message of every command in the order in which the runner takes them.

    A line may begin with spaces. ``##[name]`` counts anywhere in a line. Between ``stop-commands`` and its token only
    the token counts.

    Source: actions/runner, ``ActionCommand.cs`` (``TryParseV2``, ``TryParse``) and ``ActionCommandManager.cs``.
    """
    found: list[tuple[str, str]] = []
    stop = ""
    for line in re.split(r"\r\n|\r|\n", log):
        new = re.match(r"\s*::([^ :]+)(?: [^:]*(?::(?!:)[^:]*)*)?::(.*)", line)
        old = re.search(r"##\[([^\] ]+)(?: [^\]]*)?\](.*)", line)
        name, message = (new or old).groups() if new or old else ("", "")  # type: ignore[union-attr]
        if stop:
            stop = "" if name == stop else stop
        elif name == "stop-commands":
            stop = message
            found.append((name, message))
        elif name:
            found.append((name, message))
    return found
