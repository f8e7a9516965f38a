"""How the time grows with the size of the work: a curve for each kind of size, and its slope."""

from __future__ import annotations

import json
import math
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import example
from benchmarks.floor import Wire, deposit
from benchmarks.measure import middle, spend
from benchmarks.servers import PROGRAM, TOKEN, repository

CREATORS = (1, 10, 100, 1_000, 10_000)
TAGS = (1, 10, 50, 200)
FILES = (1, 10, 50, 100)
RECORDS = (1, 10, 100, 1_000, 10_000)
_ENVIRONMENT = {"ZENODO_TOKEN": TOKEN}

LIMITS = {
    "creators": "the start of the program up to some hundred, beyond them reading each, key by key.",
    "files": "two requests a file, its content and its completion, for four files at a time.",
    "tags": "the requests of a next version and the archive's bytes, release after release.",
    "records": "what is shown, which is made anew for each page; it is found by indexes in SQLite.",
}
"""What limits the figures of each section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Seconds over a size."""

    name: str
    title: str
    unit: str
    """What the size counts."""
    points: tuple[tuple[int, float], ...]

    @property
    def slope(self) -> float:
        """The exponent between the two largest sizes: 1 is linear, 0 does not grow."""
        (small, before), (large, after) = self.points[-2:]
        return math.log(after / before) / math.log(large / small)

    def in_words(self) -> str:
        """Say how it grows."""
        size, seconds = self.points[-1]
        kind = "hardly grows" if self.slope < 0.3 else "grows less than linearly" if self.slope < 0.9 else "is linear"  # noqa: PLR2004
        kind = kind if self.slope <= 1.15 else "GROWS FASTER THAN LINEARLY"  # noqa: PLR2004
        return f"{self.title}: {kind} (exponent {self.slope:.2f} at the end; {seconds:.3g} s for {size:,} {self.unit})."


def creators(folder: Path, runs: int, scale: float = 1.0) -> list[Curve]:
    """Check a metadata file with more and more creators."""
    title, sizes = "validate, creators in .zenodo.json", _cut(CREATORS, scale)
    return [_curve("creators", title, "creators", sizes, runs=runs, act=_creators(folder))]


def files(folder: Path, runs: int, scale: float = 1.0) -> list[Curve]:
    """Deposit more and more files in one record."""
    with repository(folder / "repository") as server:
        act = _many_files(server.url, folder)
        title, sizes = "deposit, files of 100 kB in one record", _cut(FILES, scale)
        return [_curve("files", title, "files", sizes, runs=runs, act=act)]


def tags(folder: Path, runs: int, scale: float = 1.0) -> list[Curve]:
    """Deposit more and more releases at once."""
    with repository(folder / "repository") as server:
        act, sizes = _tags(server.url, folder), _cut(TAGS, scale)
        return [_curve("tags", "deposit --all, releases", "releases of one repository", sizes, runs=runs, act=act)]


def records(folder: Path, runs: int, scale: float = 1.0) -> list[Curve]:
    """Ask the embedded repository for its pages with more and more records in it."""
    with repository(folder / "repository") as server:
        return list(_records(server.url, folder, _cut(RECORDS, scale), runs))


def in_words(section: str, curves: Sequence[Curve]) -> str:
    """Return the curves of a section as Markdown, and what limits them."""
    shown = (f"{curve.in_words()}\n\n![{curve.title}](plots/{curve.name}.svg)" for curve in curves)
    return "\n\n".join((*shown, f"What limits it: {LIMITS[section]}"))


def keep(curves: Sequence[Curve], path: Path, measured: str) -> None:
    """Keep the curves with how they were measured, for the plots; others that are there stay."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    made = {curve.name: {**asdict(curve), "words": curve.in_words(), "measured": measured} for curve in curves}
    listed = {**{curve["name"]: curve for curve in kept}, **made}
    path.write_text(json.dumps(list(listed.values()), indent=1) + "\n", encoding="utf-8")


def _cut(sizes: Sequence[int], scale: float) -> list[int]:
    """Return the sizes without the largest, but for two."""
    return [size for size in sizes if size <= max(sizes) * scale or size in sizes[:2]]


def _curve(
    name: str, title: str, unit: str, sizes: Sequence[int], *, runs: int, act: Callable[[int, int], float]
) -> Curve:
    """Measure one curve."""
    points = tuple((size, middle(act(size, number) for number in range(runs))) for size in sizes)
    return Curve(name=name, title=title, unit=unit, points=points)


def _creators(folder: Path) -> Callable[[int, int], float]:
    def act(size: int, _: int) -> float:
        place = folder / f"creators-{size}"
        place.mkdir(exist_ok=True)
        creators = [
            {"name": f"Field{number}, Gar", "affiliation": f"Institute {number % 50}"} for number in range(size)
        ]
        metadata = {"title": "Red-Dot", "upload_type": "software", "license": "mit", "creators": creators}
        (place / ".zenodo.json").write_text(json.dumps({**metadata, "description": "Dots."}), encoding="utf-8")
        return spend([PROGRAM, "validate", "-C", place]).seconds

    return act


def _many_files(server_url: str, folder: Path) -> Callable[[int, int], float]:
    checkout = example.make(folder / "files", [("v1.0.0", {"CITATION.cff": example.CITATION.encode()})])

    def act(size: int, number: int) -> float:
        data = checkout / "data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        for each in range(size):
            (data / f"{each}.bin").write_bytes(example.noise(100_000, each))
        example.rename(checkout, f"files-{size}-{number}")
        shutil.rmtree(checkout / ".git" / "zenodo-deposit", ignore_errors=True)
        given = ["--archive", "none", "--files", "data/*.bin", "--server", server_url]
        return spend([PROGRAM, "deposit", "v1.0.0", "-C", checkout, *given], environment=_ENVIRONMENT).seconds

    return act


def _tags(server_url: str, folder: Path) -> Callable[[int, int], float]:
    def act(size: int, number: int) -> float:
        releases = [
            (f"v1.{minor}.0", {"CITATION.cff": example.CITATION.encode(), "number": b"%d\n" % minor})
            for minor in range(size)
        ]
        name = f"tags-{size}-{number}"
        checkout = example.make(folder / name, releases, name=name)
        given = ["--all", "--server", server_url]
        return spend([PROGRAM, "deposit", "-C", checkout, *given], environment=_ENVIRONMENT).seconds

    return act


def _records(server_url: str, folder: Path, sizes: Sequence[int], runs: int) -> Iterator[Curve]:
    """Fill the embedded repository further and further, and ask for its pages each time."""
    wire = Wire(server_url, TOKEN)
    file = folder / "note.txt"
    file.write_text("Dots.", encoding="utf-8")
    held = 0
    asked: dict[str, list[tuple[int, float]]] = {"start page": [], "search": [], "record page": []}
    for size in sizes:
        while held < size:
            record = deposit(wire, file, None)
            held += 1
        for name, path in (
            ("start page", "/"),
            ("search", "/api/records?q=dot&size=10"),
            ("record page", f"/records/{record}"),
        ):
            asked[name].append((size, middle(_seconds(f"{server_url}{path}") for _ in range(max(runs, 5)))))
    for name, points in asked.items():
        yield Curve(
            name=name.replace(" ", "-"), title=f"embedded repository, {name}", unit="records", points=tuple(points)
        )


def _seconds(url: str) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(url, timeout=120) as reply:  # noqa: S310 - our own server
        reply.read()
    return time.perf_counter() - started
