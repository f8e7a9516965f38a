"""Repositories to deposit, made by git itself in a moment."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

CITATION = """\
cff-version: 1.2.0
message: If you use this software, please cite it as below.
title: Red-Dot Detector
type: software
abstract: Finds the dot of a laser pointer in a picture.
authors:
  - family-names: Carberry
    given-names: Josiah
    orcid: https://orcid.org/0000-0002-1825-0097
license: Apache-2.0
"""
SIZE_BYTES = 5_000_000
"""Of the one large file, as in the measurements of others."""

_PACKED = ("-c", "core.compression=0", "-c", "fastimport.unpackLimit=0")
"""Objects stay in a pack, as in a clone: of loose ones git maps each as a whole, which counts as memory."""


def noise(size_bytes: int, seed: int) -> bytes:
    """Return bytes that do not compress, the same for the same seed."""
    return random.Random(seed).randbytes(size_bytes)  # noqa: S311 - no secret


def make(folder: Path, releases: Iterable[tuple[str, Mapping[str, bytes]]], *, name: str = "red-dot") -> Path:
    """
    Make a repository with a tag for each release.

    Args:
        folder: Where it goes; it must not exist.
        releases: Tag and the files that its commit has over those of the one before.
        name: What it is called on GitHub.
    """
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    importer = subprocess.Popen(["git", *_PACKED, "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    stream = importer.stdin
    if stream is None:
        raise AssertionError
    for number, (tag, files) in enumerate(releases):
        when = 1_767_225_600 + number * 86_400
        stream.write(b"commit refs/heads/main\n")
        stream.write(f"committer Josiah Carberry <josiah@example.org> {when} +0000\ndata 7\nRelease\n".encode())
        for path, content in files.items():
            stream.write(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
        stream.write(f"\nreset refs/tags/{tag}\nfrom refs/heads/main\n\n".encode())
    stream.close()
    if importer.wait() != 0:
        raise RuntimeError("git fast-import failed")
    subprocess.run(["git", "-C", folder, "reset", "-q", "--hard"], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", address(name)], check=True)
    return folder


def address(name: str) -> str:
    """Return where a repository of that name says that it comes from."""
    return f"https://github.com/cat-lab-example/{name}.git"


def rename(folder: Path, name: str) -> None:
    """Let a repository come from elsewhere, so that it has no record yet."""
    subprocess.run(["git", "-C", folder, "remote", "set-url", "origin", address(name)], check=True)


def two_releases(folder: Path) -> Path:
    """Make a repository of two releases that differ in a large file."""
    first = {"CITATION.cff": CITATION.encode(), "data.bin": noise(SIZE_BYTES, 1)}
    return make(folder, [("v1.0.0", first), ("v1.1.0", {"data.bin": noise(SIZE_BYTES, 2)})])


def processors() -> int:
    """Return how many processors the machine has."""
    return os.cpu_count() or 1
