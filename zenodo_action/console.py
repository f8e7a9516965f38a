"""What a run prints while it works: log lines, requests, progress; all on standard error."""

from __future__ import annotations

import sys
import time

import click

from zenodo_action.repository import Progress

_SMALL_BYTES = 5_000_000
"""Files below are sent before anyone wonders."""
_LINE_EVERY_S = 10.0
_PATH_SHOWN = 100
"""Characters of a path that a line shows; searches have long ones."""
_BAR_WIDTH = 30


def say(line: str) -> None:
    """Print a line of the log, on a terminal in place of a bar that is being drawn."""
    click.echo(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, err=True)


def show_request(method: str, path: str, status: int | None, milliseconds: int, size_bytes: int) -> None:
    """Print one exchange with the server."""
    answer = "no answer" if status is None else str(status)
    shown = path if len(path) <= _PATH_SHOWN else f"{path[: _PATH_SHOWN - 1]}…"
    click.echo(f"  {method} {shown} → {answer}  {milliseconds} ms  {size_bytes:,} bytes", err=True)


def progress(label: str, size_bytes: int) -> Progress | None:
    """Return what shows an upload: a bar on a terminal, a line every ten seconds elsewhere."""
    if size_bytes < _SMALL_BYTES:
        return None
    return _bar(size_bytes) if sys.stderr.isatty() else _lines(label, size_bytes)


def progress_text(sent: int, total: int, elapsed_s: float) -> str:
    """
    Return how far an upload is, how fast, and how long it will still take.

    >>> progress_text(50_000_000, 100_000_000, 5.0)
    '50 % of 100.0 MB, 10.0 MB/s, 5 s left'
    """
    rate = sent / elapsed_s if elapsed_s > 0 else 0.0
    left = f", {(total - sent) / rate:.0f} s left" if rate > 0 else ""
    return f"{100 * sent // max(total, 1)} % of {total / 1e6:.1f} MB, {rate / 1e6:.1f} MB/s{left}"


def _bar(size_bytes: int) -> Progress:
    """Return a progress bar that redraws one line of the terminal."""
    started = time.monotonic()
    drawn = 0.0

    def show(sent: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - drawn < 0.1 and sent < size_bytes:  # noqa: PLR2004 - ten pictures a second
            return
        drawn = now
        done = _BAR_WIDTH * sent // max(size_bytes, 1)
        text = progress_text(sent, size_bytes, now - started)
        end = "\n" if sent >= size_bytes else ""
        click.echo(f"\r  [{'#' * done}{'.' * (_BAR_WIDTH - done)}] {text}\x1b[K{end}", err=True, nl=False)

    return show


def _lines(label: str, size_bytes: int) -> Progress:
    """Return what prints a line every ten seconds."""
    started = time.monotonic()
    printed = started

    def show(sent: int) -> None:
        nonlocal printed
        now = time.monotonic()
        if now - printed >= _LINE_EVERY_S:
            printed = now
            click.echo(f"  {label}: {progress_text(sent, size_bytes, now - started)}", err=True)

    return show
