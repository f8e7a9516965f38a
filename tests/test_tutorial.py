"""What the tutorial shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TUTORIALS = sorted((Path(__file__).parents[1] / "docs" / "tutorial").glob("*.md"))
MARK = "--- the answer of command"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the answer that is shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.splitlines(keepends=True)
            more = [line for line in rest if line.startswith("> ")]
            yield first + "".join(line.removeprefix("> ") for line in more), "".join(rest[len(more) :])


def pattern(answer: str) -> str:
    """Return what an answer must match: ``…`` stands for anything on its line, and alone for any lines."""
    lines = (".*\n" if line == "…\n" else re.escape(line).replace("…", "[^\n]*") for line in answer.splitlines(True))
    return "".join(lines).replace(".*\n", "(?:.*\n)*")


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_tutorial(tutorial: Path, tmp_path: Path) -> None:
    """Run in one shell, the commands answer as the page says."""
    shown = list(commands(tutorial.read_text(encoding="utf-8")))
    script = "".join(f"{command}\necho '{MARK}' {number}\n" for number, (command, _) in enumerate(shown))
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Josiah Carberry",
        "GIT_AUTHOR_EMAIL": "josiah@example.org",
        "GIT_COMMITTER_NAME": "Josiah Carberry",
        "GIT_COMMITTER_EMAIL": "josiah@example.org",
    }
    done = subprocess.run(
        ["bash"],
        input=script,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    answers = re.split(rf"^{MARK} \d+\n", done.stdout, flags=re.MULTILINE)
    assert len(answers) == len(shown) + 1
    for (command, expected), answer in zip(shown, answers, strict=False):
        assert re.fullmatch(pattern(expected), answer), f"$ {command}{answer}"


def test_a_wrong_answer_is_seen() -> None:
    """The comparison can fail."""
    assert re.fullmatch(pattern("DOI: …\n…\nend\n"), "DOI: 10.5072/1\nmore\nmore\nend\n")
    assert not re.fullmatch(pattern("DOI: …\n"), "DOI: 10.5072/1\nmore\n")
    assert not re.fullmatch(pattern("published: v1.0.0\n"), "published: v1.0.1\n")
