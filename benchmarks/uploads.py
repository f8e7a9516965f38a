"""One file sent to the server, beside ``curl -T`` of the same file."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import example
from benchmarks.floor import NATIVE, Wire
from benchmarks.measure import Spent, in_turn, middle, spend, spread, table
from benchmarks.servers import TOKEN, Server, repository

SIZES = (("1 MB", 10**6, 4), ("100 MB", 10**8, 2), ("1 GiB", 1 << 30, 3), ("4 GiB", 4 << 30, 1))
"""Name, bytes, and how often as many runs are made: the disk makes those of a second or two differ most."""

LIMIT = (
    "What limits it: the server, which sums (MD5) and stores what comes; the processor time of each side, for one upload, "
    "tells how much of it is whose. Before each run the server has deleted the file of the one before, and everything is on "
    "the disk; the least of all runs is what the disk disturbed least. The checksums of the file are not among these "
    "figures: a deposit takes them for its plan, before anything is sent, and compares the server's with them."
)

UPLOAD = """\
import sys, time
from pathlib import Path
from zenodo_action import repository
from zenodo_action.model import DepositFile
url, draft_id, path = sys.argv[1:]
server = repository.connect(server=url, token="benchmark", timeout_s=60, log=print)
draft = server.draft(draft_id)
md5 = Path(path + ".md5").read_text()
file = DepositFile(name="data.bin", path=path, size_bytes=Path(path).stat().st_size, md5=md5, sha256="")
started, used = time.perf_counter(), time.process_time()
server.upload(draft, file, None)
print(time.perf_counter() - started, time.process_time() - used)
"""
"""Sends a file as a deposit does, and says how long that alone took, and how much processor time."""


def measure(folder: Path, runs: int, scale: float = 1.0) -> str:
    """Send files of each size in turn by this program and by curl, and return a table."""
    head = ["size", "runs", "zenodo-deposit, s", "curl -T, s", "ratio", "of the least"]
    head += ["processor s: ours", "curl", "server", "peak MiB"]
    sizes = [each for each in SIZES if each[1] <= SIZES[-1][1] * scale]
    with repository(folder / "repository") as server:
        rows = [_row(server, folder / "data.bin", size, runs) for size in sizes]
    return f"{table(head, rows)}\n\n{LIMIT}"


def _row(server: Server, file: Path, size: tuple[str, int, int], runs: int) -> list[str]:
    """Measure one of the sizes."""
    name, size_bytes, times = size
    _fill(file, size_bytes)
    runs *= times
    before = server.cpu_seconds()
    taken = in_turn(
        runs, {"ours": _ours(server.url, file), "curl": _curl(server.url, file)}, settle=lambda: _settle(size_bytes)
    )
    served = (server.cpu_seconds() - before) / (2 * runs)
    file.unlink()
    ours, used = zip(*(map(float, each.output.split()[-2:]) for each in taken["ours"]), strict=True)
    curl = [each.seconds for each in taken["curl"]]
    return [
        name,
        str(runs),
        spread(ours),
        spread(curl),
        f"{middle(ours) / middle(curl):.2f}",
        f"{min(ours) / min(curl):.2f}",
        f"{middle(used):.2f}",
        f"{middle(each.cpu_seconds for each in taken['curl']):.2f}",
        f"{served:.2f}",
        f"{max(each.peak_mib for each in taken['ours']):.0f}",
    ]


def _settle(size_bytes: int) -> None:
    """Let the disk come to rest, so that what one run left to be written does not take the next one's time."""
    os.sync()
    time.sleep(min(size_bytes / (1 << 30), 1))


def _fill(file: Path, size_bytes: int) -> None:
    """Write a file that does not compress, with its MD5 beside it."""
    block, digest, left = example.noise(1 << 20, 7), hashlib.md5(usedforsecurity=False), size_bytes
    with file.open("wb") as stream:
        while left:
            piece = block[: min(left, len(block))]
            stream.write(piece)
            digest.update(piece)
            left -= len(piece)
    Path(f"{file}.md5").write_text(digest.hexdigest(), encoding="utf-8")


def _draft(server_url: str) -> tuple[Wire, str]:
    """Open a draft and return its id."""
    wire = Wire(server_url, TOKEN)
    return wire, str(wire.json("POST", "/api/records", NATIVE)["id"])


def _ours(server_url: str, file: Path) -> Callable[[int], Spent]:
    def run(_: int) -> Spent:
        wire, draft = _draft(server_url)
        spent = spend([sys.executable, "-c", UPLOAD, server_url, draft, file])
        wire.json("DELETE", f"/api/records/{draft}/draft")
        return spent

    return run


def _curl(server_url: str, file: Path) -> Callable[[int], Spent]:
    def run(_: int) -> Spent:
        wire, draft = _draft(server_url)
        path = f"/api/records/{draft}/draft/files"
        wire.json("POST", path, [{"key": file.name}])
        address = f"{server_url}{path}/{file.name}/content"
        headers = [
            "-H",
            f"Authorization: Bearer {TOKEN}",
            "-H",
            "Content-Type: application/octet-stream",
            "-H",
            "Expect:",
        ]
        spent = spend(["curl", "-sS", "-f", "-o", "/dev/null", "-T", str(file), *headers, address])
        wire.json("DELETE", f"/api/records/{draft}/draft")
        return spent

    return run
