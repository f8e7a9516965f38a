"""
Shows the main job on a small example: two releases of a repository become two versions of one record.

Everything happens on this machine, in the folder ``.demo``. Running it again makes the example anew; the embedded
repository keeps what was deposited before, and says so.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from zenodo_action.checkout import Checkout
from zenodo_action.errors import ArchiveError

ROOT = Path(__file__).resolve().parent.parent
DEMO = Path(".demo")
EXAMPLE = DEMO / "red-dot-detector"
SERVER = DEMO / "repository"
PROGRAM = Path(sys.executable).with_name("zenodo-deposit")

FIRST_DATE = "2026-01-15T10:00:00+00:00"
SECOND_DATE = "2026-03-20T10:00:00+00:00"

FILES = {
    "README.md": """\
# Red-Dot Detector

Finds the dot of a laser pointer in a picture, faster than any cat.
""",
    "LICENSE": "MIT License\n\nCopyright (c) 2026 The Cat Collective\n",
    "red_dot/__init__.py": '''\
"""Find the dot of a laser pointer."""


def find(picture):
    """Return column and row of the reddest pixel of a picture, given as rows of (red, green, blue)."""
    pixels = ((x, y, pixel) for y, row in enumerate(picture) for x, pixel in enumerate(row))
    x, y, _ = max(pixels, key=lambda found: found[2][0] - found[2][1] - found[2][2])
    return x, y
''',
    "tests/test_find.py": """\
from red_dot import find


def test_find():
    assert find([[(0, 0, 0), (9, 1, 1)]]) == (1, 0)
""",
    ".gitattributes": "# What the archive of a release leaves out\n/tests export-ignore\n/.gitattributes export-ignore\n",
    "CITATION.cff": """\
cff-version: 1.2.0
message: If you use this software, please cite it as below.
title: Red-Dot Detector
type: software
abstract: Finds the dot of a laser pointer in a picture.
authors:
  - family-names: Carberry
    given-names: Josiah
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: Brown University
  - name: The Cat Collective
license: MIT
""",
    ".zenodo.yml": """\
# What only a repository wants to know; everything else is taken from CITATION.cff.
notes: This is version ${version}, archived from the tag ${tag}.
keywords: [laser, cats]
programming_language: [Python]
development_status: active
""",
}
"""The example at its first release."""

SECOND_AUTHOR = """\
  - family-names: Field
    given-names: Gar
    orcid: https://orcid.org/0000-0001-5000-0007
    affiliation: Feline Research Institute
  - name: The Cat Collective
"""


class DemoError(Exception):
    """A step did not do what it shows."""


def main() -> int:
    """Run all steps, and return 1 as soon as one fails."""
    os.chdir(ROOT)
    sys.stdout.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    try:
        show()
    except DemoError as error:
        reason = str(error)
    except FileNotFoundError as error:
        reason = f"there is no {error.filename}; run: make demo (it needs git)"
    else:
        return 0
    print(f"\n   The demo stops here: {reason}")
    return 1


def show() -> None:
    """Tell the story, step by step."""
    print("zenodo-deposit in a minute. Nothing leaves this machine; the DOIs are not registered.")

    step(1, f"An example: the git repository {EXAMPLE} with the tags v1.0.0 and v1.1.0")
    build_example()
    print("   Its CITATION.cff says who wrote it; its .zenodo.yml adds what only a repository asks for.")

    step(2, "The first release becomes a record")
    first = deposit("v1.0.0", EXAMPLE)

    step(3, "The second release becomes the next version of that record; it has one more author")
    second = deposit("v1.1.0", EXAMPLE)
    if second["concept_doi"] != first["concept_doi"] or second["doi"] == first["doi"]:
        raise DemoError("the two releases did not become two versions of one record")

    step(4, "Once more, as when a workflow is run again: nothing is sent")
    again = deposit("v1.1.0", EXAMPLE)
    if again["status"] != "unchanged" or again["doi"] != second["doi"]:
        raise DemoError("the same release was deposited twice")

    step(5, "The same with this very project")
    own = deposit_this_project()

    step(6, "What there is now")
    print(f"   v1.0.0        {first['doi']}\n   v1.1.0        {second['doi']}")
    print(f"   all versions  {second['concept_doi']}  (leads to the newest)")
    if own is not None:
        print(f"   this project  {own['doi']}")
    print("\n   Look at the records; the first command serves their pages until you press Ctrl-C:")
    print(f"   $ {shown([PROGRAM, 'serve', '--dir', SERVER])}")
    print(f"   then open {second['record_url']}")
    print("   Without --json, deposit says more; preview in its place shows the plan and does nothing.")


def step(number: int, title: str) -> None:
    """Begin a step."""
    print(f"\n{number}. {title}")


def shown(command: list[str | Path]) -> str:
    """Return a command line as one would type it here."""
    program, *arguments = (str(part) for part in command)
    return shlex.join([str(Path(os.path.relpath(program))), *arguments])


def deposit(tag: str, folder: Path, *further: str) -> dict[str, str]:
    """Run the command line as a person would, show what it says, and return the object that it prints."""
    command: list[str | Path] = [PROGRAM, "deposit", tag, "-C", folder]
    command += ["--server", "local", "--local-dir", SERVER, *further, "--json"]
    print(f"   $ {shown(command)}")
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    for line in done.stderr.splitlines():
        print(f"     {line}")
    if done.returncode:
        print(done.stdout)
        raise DemoError(f"the command ended with exit code {done.returncode}")
    result: dict[str, str] = json.loads(done.stdout)
    print(f"   {result['status']}: version {result['version']} has the DOI {result['doi']}")
    return result


def deposit_this_project() -> dict[str, str] | None:
    """Deposit the newest tag of the project that this script belongs to, or its commit where it has no tag."""
    try:
        tag = Checkout.open(ROOT).newest_tag()
    except ArchiveError as error:
        print(f"   left out: {error.what}")
        return None
    return deposit(tag or "HEAD", Path())


def build_example() -> None:
    """Make the example repository; the fixed people and dates give the same commits everywhere."""
    shutil.rmtree(EXAMPLE, ignore_errors=True)
    EXAMPLE.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main")
    git("remote", "add", "origin", "https://github.com/cat-lab-example/red-dot-detector.git")
    for name, text in FILES.items():
        file = EXAMPLE / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
    release("v1.0.0", "Find the dot", FIRST_DATE)
    citation = FILES["CITATION.cff"].replace("  - name: The Cat Collective\n", SECOND_AUTHOR)
    (EXAMPLE / "CITATION.cff").write_bytes(citation.encode())
    (EXAMPLE / ".zenodo.yml").write_bytes(FILES[".zenodo.yml"].replace("cats]", "cats, computer vision]").encode())
    release("v1.1.0", "Gar joins", SECOND_DATE)


def release(tag: str, message: str, date: str) -> None:
    """Commit everything and tag it."""
    git("add", "--all")
    git("commit", "--quiet", f"--message={message}", date=date)
    git("tag", "--annotate", f"--message={message}", tag, date=date)


def git(*arguments: str, date: str = FIRST_DATE) -> None:
    """Run git in the example, untouched by the settings of this machine."""
    people = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Josiah Carberry"), ("EMAIL", "josiah@example.org"), ("DATE", date))
    }
    settings = {"HOME": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment = {"PATH": os.environ.get("PATH", os.defpath)} | people | settings
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", *arguments],
        cwd=EXAMPLE,
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise DemoError(f"git {arguments[0]} failed: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())
