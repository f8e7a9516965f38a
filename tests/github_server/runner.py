"""A runner of GitHub Actions, as far as a step sees one: its variables and its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.github_server import payloads
from tests.github_server.server import GitHubServer
from tests.github_server.state import Release, Repository


def release_event(
    server: GitHubServer, repository: Repository, release: Release, action: str = "published"
) -> dict[str, Any]:
    """Return the payload of a ``release`` event."""
    return {
        "action": action,
        "release": server.release_json(repository, release),
        **_everywhere(server, repository),
    }


def pull_request_event(
    server: GitHubServer, repository: Repository, *, head: str | None = None, action: str = "opened"
) -> dict[str, Any]:
    """Return the payload of a ``pull_request`` event; ``head`` names the fork, ``None`` the repository itself."""
    root = f"{server.url}/repos/{repository.full_name}"
    return {
        "action": action,
        "number": 7,
        "pull_request": {
            "url": f"{root}/pulls/7",
            "number": 7,
            "state": "open",
            "head": {"ref": "metadata", "sha": "a" * 40, "repo": {"full_name": head or repository.full_name}},
            "base": {"ref": "main", "sha": "b" * 40, "repo": {"full_name": repository.full_name}},
        },
        **_everywhere(server, repository),
    }


def push_event(
    server: GitHubServer, repository: Repository, ref: str = "refs/tags/v1.0.0", *, is_deletion: bool = False
) -> dict[str, Any]:
    """Return the payload of a ``push`` event."""
    zero, commit = "0" * 40, "c" * 40
    return {
        "ref": ref,
        "before": commit if is_deletion else zero,
        "after": zero if is_deletion else commit,
        "created": not is_deletion,
        "deleted": is_deletion,
        "forced": False,
        "commits": [],
        **_everywhere(server, repository),
    }


def dispatch_event(
    server: GitHubServer, repository: Repository, inputs: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the payload of a ``workflow_dispatch`` event."""
    return {
        "inputs": inputs,
        "ref": "refs/heads/main",
        "workflow": ".github/workflows/zenodo.yml",
        **_everywhere(server, repository),
    }


def _everywhere(server: GitHubServer, repository: Repository) -> dict[str, Any]:
    owner = repository.full_name.partition("/")[0]
    described = payloads.repository(repository.full_name, server.url, server.web_url, is_private=repository.is_private)
    return {"repository": described, "sender": payloads.user(owner, server.url, server.web_url)}


def runner_environ(
    folder: Path, server: GitHubServer, repository: Repository, payload: dict[str, Any], *, event: str, ref: str
) -> dict[str, str]:
    """
    Return a step's variables, and make the files they name below ``folder``.

    Source: docs.github.com, "Variables reference", "Default environment variables".
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    for name in ("output", "summary"):
        (folder / name).touch()
    owner = repository.full_name.partition("/")[0]
    kind, _, short = ref.removeprefix("refs/").partition("/")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": server.url,
        "GITHUB_SERVER_URL": server.web_url,
        "GITHUB_REPOSITORY": repository.full_name,
        "GITHUB_REPOSITORY_OWNER": owner,
        "GITHUB_ACTOR": owner,
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_REF": ref,
        "GITHUB_REF_NAME": short,
        "GITHUB_REF_TYPE": "tag" if kind == "tags" else "branch",
        "GITHUB_SHA": repository.refs.get(ref, "c" * 40),
        "GITHUB_RUN_ID": "8123456789",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_WORKFLOW": "Archive",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "RUNNER_TEMP": str(folder),
    }


def read_outputs(path: Path) -> dict[str, str]:
    """
    Return the outputs that a step left in its file, read as the runner does.

    Source: docs.github.com, "Workflow commands", "Setting an output parameter" and "Multiline strings".
    """
    outputs: dict[str, str] = {}
    lines = iter(path.read_bytes().decode("utf-8").split("\n"))
    for line in lines:
        if not line:
            continue
        name, is_block, delimiter = line.partition("<<")
        assert is_block, f"no delimiter: {line!r}"
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            raise AssertionError(f"{name}: its delimiter never comes")
        outputs[name] = "\n".join(value)
    return outputs
