"""One file sent to the server, beside ``curl -T`` of the same file; and many small ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import example
from benchmarks.floor import NATIVE, Wire
from benchmarks.measure import Spent, in_turn, middle, spend, spread, table
from benchmarks.servers import TOKEN

SIZES = (("1 MB", 10**6), ("100 MB", 10**8), ("1 GiB", 1 << 30), ("4 GiB", 4 << 30))

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
started = time.perf_counter()
server.upload(draft, file, None)
print(time.perf_counter() - started)
"""
"""Sends a file as a deposit does, and says how long that alone took."""


def measure(server_url: str, folder: Path, runs: int, sizes: tuple[tuple[str, int], ...] = SIZES) -> str:
    """Send files of each size in turn by this program and by curl, and return a table."""
    rows = []
    for name, size_bytes in sizes:
        file = folder / "data.bin"
        _fill(file, size_bytes)
        taken = in_turn(runs, {"ours": _ours(server_url, file), "curl": _curl(server_url, file)})
        file.unlink()
        ours = [float(each.output.split()[-1]) for each in taken["ours"]]
        curl = [each.seconds for each in taken["curl"]]
        ratio = f"{middle(ours) / middle(curl):.2f}"
        rows.append([name, spread(ours), spread(curl), ratio, f"{max(each.peak_mib for each in taken['ours']):.0f}"])
    return table(["size", "zenodo-deposit, s", "curl -T, s", "ratio", "peak MiB"], rows)


def _fill(file: Path, size_bytes: int) -> None:
    """Write a file that does not compress, with its MD5 beside it."""
    import hashlib  # noqa: PLC0415 - only here

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
