"""Where the tokens are never seen: logs, errors, files, other processes."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.action.conftest import Workflow

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "secret-t0ken-of-zenodo"
GITHUB_TOKEN = "ghs_secretOfGitHub000000000000000000000"

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")


@pytest.fixture
def spied(workflow: Workflow, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Put a git before git that notes the command lines and the variables of itself and of its parent.

    The parent's own variables hold the tokens; its command line must not.
    """
    real = shutil.which("git")
    folder = workflow.folder / "spy"
    folder.mkdir()
    notes = folder / "notes"
    spy = folder / "git"
    lines = [
        "#!/bin/sh",
        f"grep 'Max core' /proc/$$/limits >>'{notes}'",
        f"for file in /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline; do tr '\\0' '\\n' <$file >>'{notes}'; done",
        f'exec {real} "$@"',
    ]
    spy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return notes


@needs_proc
def test_the_action_gives_no_token_to_other_processes(workflow: Workflow, spied: Path) -> None:
    """Neither in variables nor in arguments, where every user of the machine can read them."""
    workflow.zenodo.add_user(TOKEN, same_as=1)
    workflow.github.tokens[GITHUB_TOKEN] = "write"
    workflow.inputs |= {"zenodo-token": TOKEN, "github-token": GITHUB_TOKEN}

    done = workflow.entrypoint(workflow.release())

    assert done.code == 0, done.log
    noted = spied.read_text(encoding="utf-8", errors="replace")
    assert "cat-file" in noted
    assert "entrypoint.py" in noted
    assert TOKEN not in noted
    assert GITHUB_TOKEN not in noted


def command_line(workflow: Workflow, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process."""
    command = [sys.executable, "-m", "zenodo_action", *arguments]
    variables = {"PATH": os.environ["PATH"], "HOME": str(workflow.folder), "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run(
        command, cwd=workflow.repo.path, env=variables, capture_output=True, encoding="utf-8", check=False
    )


@needs_proc
def test_a_crash_would_leave_no_core_dump(workflow: Workflow, spied: Path) -> None:
    """Neither of the Action nor of what it runs, where the machine would allow it."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if before[1] == 0:
        pytest.skip("this machine allows none anyway")
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        done = workflow.entrypoint(workflow.release())
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)

    assert done.code == 0, done.log
    limits = [line.split()[4] for line in spied.read_text("utf-8", "replace").splitlines() if "Max core" in line]
    assert set(limits) == {"0"}


@needs_proc
def test_the_command_line_shows_no_token_when_it_tells_everything(workflow: Workflow, spied: Path) -> None:
    """``--verbose`` shows each request, not what it carries."""
    workflow.zenodo.add_user(TOKEN, same_as=1)
    arguments = ("deposit", "v1.0.0", "--verbose", "--server", workflow.zenodo.url)

    done = command_line(workflow, *arguments, ZENODO_TOKEN=TOKEN)

    assert done.returncode == 0, done.stderr
    assert "POST /records" in done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert TOKEN not in spied.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "refuses"])
def test_failures_show_no_token(workflow: Workflow, server: str) -> None:
    """Nobody listens; or the token is refused."""
    address = workflow.zenodo.url if server == "refuses" else server

    done = command_line(workflow, "deposit", "v1.0.0", "-v", "--timeout", "1", "--server", address, ZENODO_TOKEN=TOKEN)

    assert done.returncode == 5, done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_no_option_takes_a_token(workflow: Workflow) -> None:
    """Arguments are public on a shared machine."""
    done = command_line(workflow, "deposit", "v1.0.0", "--zenodo-token", TOKEN)

    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_no_file_keeps_a_token(workflow: Workflow) -> None:
    """Neither the notes of the program nor anything else that it leaves in workspace, home or runner's files."""
    workflow.zenodo.add_user(TOKEN, same_as=1)
    workflow.github.tokens[GITHUB_TOKEN] = "write"
    workflow.inputs |= {"zenodo-token": TOKEN, "github-token": GITHUB_TOKEN}

    assert workflow.published(workflow.release()).code == 0

    files = [path for path in workflow.folder.rglob("*") if path.is_file() and "zenodo/" not in f"{path}/"]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []
    assert [path for path in files if GITHUB_TOKEN.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("name", ["ZENODO_TOKEN", "GITHUB_TOKEN", "zenodo-token", "server"])
def test_a_file_of_the_repository_chooses_neither_server_nor_token(workflow: Workflow, name: str) -> None:
    """``deposit:`` takes settings of the deposit only; the run stops."""
    workflow.repo.write(
        ".zenodo.yml",
        f"title: Red-Dot\nlicense: MIT\ncreators: [{{name: 'A, B'}}]\ndeposit: {{{name}: http://a.test}}\n",
    )
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")

    done = workflow.published(workflow.release("v1.2.0"))

    assert (done.code, done.outputs.get("doi", "")) == (3, "") or "a.test" not in done.outputs["record-url"]
    assert name in done.log


def test_the_server_of_the_workflow_must_be_encrypted(workflow: Workflow) -> None:
    """``http://`` off this machine would show the token to the network."""
    workflow.inputs["server"] = "http://zenodo.example.org"

    done = workflow.published(workflow.release())

    assert done.code == 2
    assert "http" in done.findings[0]["what"]
