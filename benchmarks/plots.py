"""
Draws the curves of ``benchmarks/curves.json`` as SVG beside it.

Run as a program in an environment with matplotlib (``requirements/bench.txt``): ``python benchmarks/plots.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

HERE = Path(__file__).parent


def main() -> None:
    """Draw one picture a curve, the same for the same figures."""
    mpl.rcParams["svg.hashsalt"] = "zenodo-deposit"
    (HERE / "plots").mkdir(exist_ok=True)
    for curve in json.loads((HERE / "curves.json").read_text(encoding="utf-8")):
        sizes, seconds = zip(*curve["points"], strict=True)
        figure, axes = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
        axes.loglog(sizes, seconds, marker="o", label="measured")
        largest, slowest = sizes[-1], seconds[-1]
        axes.loglog(sizes, [slowest * size / largest for size in sizes], linestyle=":", color="grey", label="linear")
        axes.set_ylim(min(seconds) / 2, slowest * 2)
        axes.set(xlabel=curve["unit"], ylabel="seconds", title=curve["title"])
        axes.legend()
        axes.grid(visible=True, alpha=0.3)
        figure.savefig(HERE / "plots" / f"{curve['name']}.svg", metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()
