"""
Reduce GitHub's OpenAPI description to the calls that the tests' stand-in answers.

Usage::

    python scripts/make_github_openapi.py PATH

``PATH`` is ``generated/api.github.com.json`` of the npm package @octokit/openapi. The result,
``tests/github_server/openapi.json``, keeps the contract (parameters, bodies, statuses, schemas) and the licence; what is
only prose is left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "github_server" / "openapi.json"

OPERATIONS = {
    "actions/get-workflow-run",
    "repos/get",
    "repos/list-releases",
    "repos/get-latest-release",
    "repos/get-release-by-tag",
    "repos/get-release",
    "repos/update-release",
    "repos/get-content",
    "repos/list-contributors",
    "repos/download-tarball-archive",
    "repos/list-release-assets",
    "repos/get-release-asset",
    "pulls/list-files",
    "users/get-by-username",
    "git/get-ref",
    "git/get-tag",
    "git/get-commit",
    "git/get-tree",
    "git/get-blob",
    "git/create-ref",
    "git/delete-ref",
    "git/update-ref",
    "git/create-blob",
    "git/create-tree",
    "git/create-commit",
    "pulls/list",
    "pulls/create",
    "pulls/update",
    "repos/list-comments-for-commit",
    "repos/create-commit-comment",
    "repos/update-commit-comment",
    "repos/delete-commit-comment",
}

PROSE = {"description", "summary", "title", "example", "examples", "externalDocs", "tags", "x-github", "deprecated"}

NOTICE = """\
MIT License, Copyright (c) 2020 Octokit contributors. Permission is hereby granted, free of charge, to any person \
obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without \
restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, \
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the \
following conditions: The above copyright notice and this permission notice (including the next paragraph) shall be \
included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF \
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR \
PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR \
OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE \
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def main(path: str) -> None:
    """Write the reduced description and print what it holds."""
    whole = json.loads(Path(path).read_text(encoding="utf-8"))
    paths: dict[str, Any] = {}
    missing = set(OPERATIONS)
    for template, methods in whole["paths"].items():
        for method, operation in methods.items():
            if operation.get("operationId") in OPERATIONS:
                kept = {
                    key: operation[key]
                    for key in ("operationId", "parameters", "requestBody", "responses")
                    if key in operation
                }
                paths.setdefault(template, {})[method] = without_prose(kept)
                missing.discard(operation["operationId"])
    if missing:
        sys.exit(f"{path} does not describe {', '.join(sorted(missing))}")
    reduced = {
        "openapi": whole["openapi"],
        "info": {
            "title": "GitHub's REST API, reduced to what the tests use",
            "version": whole["info"]["version"],
            "license": whole["info"]["license"],
            "x-origin": "GitHub's OpenAPI description, from the npm package @octokit/openapi, cut by "
            "scripts/make_github_openapi.py",
            "x-notice": NOTICE,
        },
        "paths": paths,
        "components": components(paths, whole["components"]),
    }
    TARGET.write_text(json.dumps(reduced, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    kinds = ", ".join(f"{len(parts)} {kind}" for kind, parts in reduced["components"].items())
    print(f"{TARGET.name}: {len(OPERATIONS)} operations, {kinds}, {TARGET.stat().st_size} bytes")


def components(paths: dict[str, Any], whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the components that the paths lead to, directly or through others."""
    found: dict[str, dict[str, Any]] = {}
    waiting = references(paths)
    while waiting:
        kind, name = waiting.pop()
        if name not in found.setdefault(kind, {}):
            found[kind][name] = without_prose(whole[kind][name])
            waiting |= references(found[kind][name])
    return found


def references(node: Any) -> set[tuple[str, str]]:
    """Return kind and name of every component that a node refers to."""
    if isinstance(node, dict):
        own = {tuple(node["$ref"].split("/")[-2:])} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def without_prose(node: Any, *, names: bool = False) -> Any:
    """Return a node without its prose; under ``properties`` the keys are names, ``description`` one of them."""
    if isinstance(node, dict):
        return {
            key: without_prose(value, names=not names and key in ("properties", "responses", "headers"))
            for key, value in node.items()
            if names or key not in PROSE
        }
    if isinstance(node, list):
        return [without_prose(value) for value in node]
    return node


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit(__doc__)
    main(sys.argv[1])
