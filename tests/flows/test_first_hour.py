"""What a newcomer meets first: the help, and what is said where something is not there yet."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import Run
from tests.repos import ExampleRepo


def test_the_help_lists_the_commands_in_the_order_of_their_use(run: Run) -> None:
    """Each with a whole sentence."""
    ran = run("--help")

    commands = re.findall(r"^  ([a-z]+) {2,}([A-Z].*)$", ran.out[ran.out.index("Commands:") :], re.MULTILINE)
    assert [name for name, _ in commands] == ["validate", "preview", "deposit", "reserve", "metadata", "serve", "run"]
    assert all(text.endswith(".") and not text.endswith("...") for _, text in commands)


@pytest.mark.parametrize(
    ("arguments", "command"), [(["deposit", "--sever"], "zenodo-deposit deposit"), (["depositt"], "zenodo-deposit")]
)
def test_a_misspelt_command_line(run: Run, *, arguments: list[str], command: str) -> None:
    """The fix names the help of the command that was meant."""
    ran = run(*arguments)

    assert ran.code == 2
    assert ran.err.splitlines()[-1] == f"  fix:   see {command} --help"


def test_a_folder_without_metadata(run: Run, tmp_path: Path) -> None:
    """It says where it looked, and what to write first."""
    ran = run("validate", "-C", tmp_path)

    assert ran.code == 2
    what, where, fix = ran.err.splitlines()
    assert what == "error: there is no metadata file here  [option]"
    assert where == f"  where: {tmp_path}"
    assert "to begin with, write a CITATION.cff or a .zenodo.yml" in fix


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    """The folder is named in full, so that a wrong start is seen."""
    ran = run("validate", r"docs\CITATION.cff", "-C", tmp_path)

    assert ran.code == 2
    assert ran.err.splitlines() == [
        r"error: there is no file docs\CITATION.cff  [option]",
        f"  where: {tmp_path}",
        "  fix:   name it as it is seen from that folder",
    ]


def test_without_the_extra_server(red_dot: ExampleRepo) -> None:
    """A plain installation has no embedded repository; both ways out are named."""
    program = "import sys; sys.modules['flask'] = None; from zenodo_action.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "deposit", "v1.0.0", "-C", str(red_dot.path)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.returncode == 2
    what, fix = ran.stderr.splitlines()
    assert what == "error: the embedded repository is not installed: it needs the Python package flask  [option]"
    assert fix == (
        "  fix:   install it with: pip install 'zenodo-action[server]'; "
        "to deposit on a server that runs elsewhere, name it with --server and give its token as ZENODO_TOKEN"
    )
