"""
Keeps code short enough to be read: no function over 60 lines, no module over 400.

    python scripts/check_limits.py FOLDER…
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES = 60
MODULE_LINES = 400


def main() -> int:
    """Print what is too long, and return how it went."""
    found = [text for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.py")) for text in too_long(path)]
    for text in found:
        print(text)
    return 1 if found else 0


def too_long(path: Path) -> Iterator[str]:
    """Yield a line for the module and each function that is too long."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > MODULE_LINES:
        yield f"{path}: {lines} lines, {MODULE_LINES} at most: give a part of it a module of its own"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} at most"


if __name__ == "__main__":
    sys.exit(main())
