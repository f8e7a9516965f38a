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
from benchmarks.servers import PROGRAM, TOKEN

CREATORS = (1, 10, 100, 1_000, 10_000)
TAGS = (1, 10, 50, 200)
FILES = (1, 10, 50, 100)
RECORDS = (1, 10, 100, 1_000, 10_000)
_ENVIRONMENT = {"ZENODO_TOKEN": TOKEN}


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
        return f"{self.title}: {kind} (exponent {self.slope:.2f} at the end; {seconds:.2f} s for {size:,} {self.unit})."


def measure(server_url: str, folder: Path, runs: int, scale: float = 1.0) -> list[Curve]:
    """Return every curve; ``scale`` cuts the largest sizes."""

    def cut(sizes: Sequence[int]) -> list[int]:
        return [size for size in sizes if size <= max(sizes) * scale or size in sizes[:2]]

    acts = _creators(folder), _many_files(server_url, folder), _tags(server_url, folder)
    titles = "validate, creators in .zenodo.json", "deposit, files of 100 kB in one record", "deposit --all, releases"
    curves = [
        _curve("creators", titles[0], "creators", cut(CREATORS), runs=runs, act=acts[0]),
        _curve("files", titles[1], "files", cut(FILES), runs=runs, act=acts[1]),
        _curve("tags", titles[2], "releases of one repository", cut(TAGS), runs=1, act=acts[2]),
    ]
    return [*curves, *_records(server_url, folder, cut(RECORDS), runs)]


def write(curves: Sequence[Curve], path: Path) -> None:
    """Keep the curves, for the plots."""
    listed = [{**asdict(curve), "words": curve.in_words()} for curve in curves]
    path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


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
    repository = example.make(folder / "files", [("v1.0.0", {"CITATION.cff": example.CITATION.encode()})])

    def act(size: int, number: int) -> float:
        data = repository / "data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        for each in range(size):
            (data / f"{each}.bin").write_bytes(example.noise(100_000, each))
        example.rename(repository, f"files-{size}-{number}")
        shutil.rmtree(repository / ".git" / "zenodo-deposit", ignore_errors=True)
        given = ["--archive", "none", "--files", "data/*.bin", "--server", server_url]
        return spend([PROGRAM, "deposit", "v1.0.0", "-C", repository, *given], environment=_ENVIRONMENT).seconds

    return act


def _tags(server_url: str, folder: Path) -> Callable[[int, int], float]:
    def act(size: int, _: int) -> float:
        releases = [
            (f"v1.{number}.0", {"CITATION.cff": example.CITATION.encode(), "number": b"%d\n" % number})
            for number in range(size)
        ]
        repository = example.make(folder / f"tags-{size}", releases, name=f"tags-{size}")
        given = ["--all", "--server", server_url]
        return spend([PROGRAM, "deposit", "-C", repository, *given], environment=_ENVIRONMENT).seconds

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
