"""The embedded repository and the counting proxy, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT

PROGRAM = Path(sys.executable).with_name("zenodo-deposit")
TOKEN = "benchmark"  # noqa: S105 - of a server that lives as long as the measurement


@contextlib.contextmanager
def repository(folder: Path) -> Iterator[str]:
    """Run the embedded repository and yield its address, ``http://127.0.0.1:PORT``."""
    command = [PROGRAM, "serve", "--port", "0", "--dir", folder, "--token", TOKEN, "--personality", "zenodo"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found is None:
            raise RuntimeError(f"the embedded repository did not start: {line!r}")
        yield found[0]
    finally:
        process.terminate()
        process.communicate()


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy in front of a server."""

    url: str

    def counts(self) -> dict[str, Any]:
        """Return what came by since the last call."""
        with urllib.request.urlopen(f"{self.url}/_counts", timeout=10) as reply:  # noqa: S310 - our own
            counts: dict[str, Any] = json.load(reply)
            return counts


@contextlib.contextmanager
def proxy(server_url: str, delay_ms: int) -> Iterator[Proxy]:
    """Run the counting proxy in front of a server."""
    command = [sys.executable, "-m", "benchmarks.proxy", server_url.rpartition(":")[2], str(delay_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        port = process.stdout.readline().strip() if process.stdout is not None else ""
        yield Proxy(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.communicate()
