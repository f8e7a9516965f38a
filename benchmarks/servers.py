"""The embedded repository and the counting proxy, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import math
import os
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


@dataclass(frozen=True, slots=True)
class Server:
    """The embedded repository."""

    url: str
    """``http://127.0.0.1:PORT``."""
    process: int

    def cpu_seconds(self) -> float:
        """
        Return the processor time that it has taken so far; not a number where the system does not tell.

        Source: proc_pid_stat(5): behind the name in brackets, utime and stime are the 12th and 13th field, in ticks.
        """
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return math.nan
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def repository(folder: Path) -> Iterator[Server]:
    """Run the embedded repository."""
    command = [PROGRAM, "serve", "--port", "0", "--dir", folder, "--token", TOKEN, "--personality", "zenodo"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found is None:
            raise RuntimeError(f"the embedded repository did not start: {line!r}")
        yield Server(found[0], process.pid)
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
