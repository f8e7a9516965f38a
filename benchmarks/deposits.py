"""A first deposit and a next version: requests, connections, bytes, seconds and memory, beside others and the floor."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import example, hermes
from benchmarks.measure import ROOT, Spent, middle, spend, spread, table
from benchmarks.servers import PROGRAM, TOKEN, Proxy, proxy, repository

DELAYS_MS = (0, 50, 200)
CLIENTS = ROOT / "build" / "bench" / "bin" / "python"
"""Python with the clients of others, set up by ``make bench``."""
_ENVIRONMENT = {"ZENODO_TOKEN": TOKEN}

LIMIT = (
    "What limits it: near the server, loading modules (see Start-up); far from it, the requests, one after the other. Those "
    "beyond the floor's look for an earlier deposit of the release, one of them the redirect from the record of all versions "
    "to the newest, and compare what the server holds with what was sent. "
    "hermes runs four commands, each of which loads everything anew; its validation of CITATION.cff is switched off, and "
    "the tables that it asks three other servers for are refused at once, since nothing here may hang on the net. Not here: "
    "iga reads the release from api.github.com, whose address cannot be set; zenodo-maint is not in the package index."
)

Act = Callable[[str, int, str | None], tuple[Spent, str]]
"""Address of the server, number of the run, record of the first deposit → what it took, id of what was published."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program that deposits."""

    name: str
    api: str
    act: Act
    has_first: bool = True


@dataclass(slots=True)
class Row:
    """What was measured of one subject at one delay."""

    subject: Subject
    step: str
    delay_ms: int
    spent: list[Spent]
    requests: list[str]
    connections: int
    sent_bytes: int


def measure(folder: Path, runs: int, scale: float = 1.0) -> str:
    """Deposit with every subject, in turn, at every delay, and return tables."""
    del scale
    with repository(folder / "repository") as server:
        return _text(_measured(server.url, folder, runs))


def _measured(server_url: str, folder: Path, runs: int) -> list[Row]:
    """Return what every deposit took."""
    subjects = list(_subjects(folder))
    rows: list[Row] = []
    for delay_ms in DELAYS_MS:
        with proxy(server_url, delay_ms) as between:
            found: dict[tuple[str, str, str], Row] = {}
            for number in range(runs):
                for subject in subjects if number % 2 == 0 else reversed(subjects):
                    for row in _both(subject, between, number, delay_ms):
                        known = found.setdefault((subject.name, subject.api, row.step), row)
                        if known is not row:
                            known.spent += row.spent
            rows += found.values()
    return rows


def _both(subject: Subject, between: Proxy, number: int, delay_ms: int) -> Iterator[Row]:
    """Make a first deposit and a next version."""
    record = None
    for step in ("first", "next"):
        act = subject.act
        if step == "first" and not subject.has_first:
            record = _floor("python", "deposit", between.url, number, None)[1]
            between.counts()
            continue
        spent, record = act(between.url, number + 1000 * delay_ms, record if step == "next" else None)
        counts = between.counts()
        yield Row(
            subject=subject,
            step=step,
            delay_ms=delay_ms,
            spent=[spent],
            requests=counts["requests"],
            connections=counts["connections"],
            sent_bytes=counts["sent_bytes"],
        )


_files: dict[bool, Path] = {}


def _subjects(folder: Path) -> Iterator[Subject]:
    """Return everything that is measured here."""
    repository = example.two_releases(folder / "red-dot")
    for is_next, seed in ((False, 1), (True, 2)):
        file = folder / str(seed) / "red-dot.zip"
        file.parent.mkdir()
        file.write_bytes(example.noise(example.SIZE_BYTES, seed))
        _files[is_next] = file
    for api, name in (("records", "native"), ("deposit", "deposit")):

        def ours(url: str, number: int, record: str | None, *, api: str = api) -> tuple[Spent, str]:
            if record is None:
                example.rename(repository, f"red-dot-{api}-{number}")
                shutil.rmtree(repository / ".git" / "zenodo-deposit", ignore_errors=True)
            tag = "v1.0.0" if record is None else "v1.1.0"
            command = [PROGRAM, "deposit", tag, "-C", repository, "--server", url, "--api", api, "--json"]
            spent = spend(command, environment=_ENVIRONMENT)
            return spent, json.loads(spent.output)["record_id"]

        yield Subject("zenodo-deposit", name, ours)
        for means in ("python", "curl"):

            def floor(
                url: str, number: int, record: str | None, *, means: str = means, api: str = name
            ) -> tuple[Spent, str]:
                return _floor(means, api, url, number, record)

            yield Subject(f"floor: {'Python, keep-alive' if means == 'python' else 'curl'}", name, floor)
    if CLIENTS.exists():
        for peer, api, has_first in (
            ("zenodo-client", "deposit", True),
            ("openscm-zenodo", "deposit", False),
            ("gitlab2zenodo", "native", True),
        ):

            def theirs(url: str, _: int, record: str | None, *, peer: str = peer) -> tuple[Spent, str]:
                command = [CLIENTS, ROOT / "benchmarks" / "peers.py", peer, _files[record is not None], url]
                spent = spend([*command, *([record] if record else [])], environment=_ENVIRONMENT)
                return spent, spent.output.split()[-1]

            yield Subject(peer, api, theirs, has_first)
    if hermes.PROGRAM.exists():

        def steps(url: str, _: int, record: str | None) -> tuple[Spent, str]:
            return hermes.deposit(folder / "hermes", _files[record is not None], url, record)

        yield Subject("hermes", "deposit", steps)


def _floor(means: str, api: str, url: str, _: int, record: str | None) -> tuple[Spent, str]:
    """Deposit with the least that does it."""
    command = [sys.executable, "-S", ROOT / "benchmarks" / "floor.py", means, api, _files[record is not None], url]
    spent = spend([*command, *([record] if record else [])], environment=_ENVIRONMENT)
    return spent, spent.output.split()[-1]


def _text(rows: list[Row]) -> str:
    """Return the measurements as Markdown."""
    parts: list[str] = []
    for step, title in (("first", "First deposit"), ("next", "Next version")):
        delays = sorted({row.delay_ms for row in rows})
        head = ["program", "API", "requests", "connections", "MB sent"]
        head += [f"s at +{delay} ms" for delay in delays] + ["processor s", "peak MiB"]
        lines = []
        for row in (each for each in rows if each.step == step and each.delay_ms == delays[0]):
            same = [each for each in rows if (each.subject, each.step) == (row.subject, step)]
            seconds = [spread([one.seconds for one in each.spent]) for each in same]
            lines.append(
                [
                    row.subject.name,
                    row.subject.api,
                    str(len(row.requests)),
                    str(row.connections),
                    f"{row.sent_bytes / 1e6:.1f}",
                    *seconds,
                    f"{middle(one.cpu_seconds for one in row.spent):.2f}",
                    f"{middle(one.peak_mib for one in row.spent):.0f}",
                ]
            )
        parts.append(f"### {title}\n\n{table(head, sorted(lines, key=lambda line: line[1]))}")
    parts.append(LIMIT)
    listed = [row for row in rows if row.subject.name == "zenodo-deposit" and row.delay_ms == rows[0].delay_ms]
    for row in listed:
        requests = "\n".join(f"{number}. `{request}`" for number, request in enumerate(row.requests, 1))
        parts.append(f"Requests of a {row.step} version, {row.subject.api} API:\n\n{requests}")
    return "\n\n".join(parts)
