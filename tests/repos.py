"""Small git repositories with fixed people and dates, for tests that need a real one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

DATE = "2026-03-01T12:00:00+00:00"
"""The moment of everything that is not given one; fixed, so commit ids are the same on every machine."""

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.devnull,
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Josiah Carberry",
    "GIT_AUTHOR_EMAIL": "josiah@example.org",
    "GIT_COMMITTER_NAME": "Josiah Carberry",
    "GIT_COMMITTER_EMAIL": "josiah@example.org",
}


class ExampleRepo:
    """
    A git repository that is built step by step.

    Example::

        repo = ExampleRepo(tmp_path / "red-dot")
        repo.write("CITATION.cff", "title: Red-Dot")
        repo.commit("First")
        repo.tag("v1.0.0")
        repo.remote("https://github.com/cat-lab-example/red-dot.git")
    """

    def __init__(self, path: Path) -> None:
        """Make the folder and an empty repository with the branch ``main`` in it."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, date: str = DATE) -> str:
        """Run git in the repository, untouched by the settings of this machine, and return what it prints."""
        done = subprocess.run(
            ["git", "-c", "core.autocrlf=false", *arguments],
            cwd=self.path,
            env=ENVIRONMENT | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout.rstrip("\n")

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file (and its folders) into the working tree; the text's line ends stay as they are."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def commit(self, message: str = "Change", date: str = DATE) -> str:
        """Commit the whole working tree, deletions included, and return the commit's 40 digits."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", date=date)
        return self.git("rev-parse", "HEAD")

    def tag(self, name: str, *, annotated: bool = True, date: str = DATE) -> None:
        """Tag the newest commit; ``date`` is that of an annotated tag, a lightweight one has none."""
        kind = ["--annotate", f"--message={name}"] if annotated else []
        self.git("tag", *kind, "--", name, date=date)

    def remote(self, url: str, name: str = "origin") -> None:
        """Name where the repository comes from."""
        self.git("remote", "add", name, url)
