"""What the program does besides its work: how it starts and ends."""

from __future__ import annotations

import re
import subprocess
import sys

PROGRAM = """\
import gc
from zenodo_action import cli
gc.set_debug(gc.DEBUG_STATS)
cli.main(["metadata", "--help"])
"""


def test_nothing_is_gone_through_for_garbage_on_the_way_out() -> None:
    """The collections that Python makes while it ends find no objects that they would have to go through."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    held = re.findall(r"gc: objects in each generation: (\d+) (\d+) (\d+)", done.stderr)
    assert held != []
    assert max(sum(map(int, counts)) for counts in held) < 1_000  # it loaded some 20,000
