"""
Make ``tests/verdicts/*.json``: what a real server did with metadata that are wrong in one respect.

From recorded exchanges (``…-bad-NAME-create.json``, ``…-put.json``, ``…-publish.json``) only facts are kept: what was
sent beyond a common base, the statuses, what the server said, and what it stored of what was sent.

Run: python scripts/make_verdicts.py FOLDER-OF-CAPTURES
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent / "tests" / "verdicts"
STEPS = ("create", "put", "publish")
PATTERN = re.compile(r"\d+-bad-(?P<name>.+)-(?P<step>create|put|publish)\.json")

BASES: dict[str, dict[str, Any]] = {
    "legacy": {
        "upload_type": "software",
        "title": "Lab tool 1.0.0",
        "description": "<p>A tool</p>",
        "creators": [{"name": "Carberry, Josiah", "affiliation": "Brown University", "orcid": "0000-0002-1825-0097"}],
        "publication_date": "2020-01-02",
        "access_right": "open",
        "license": "mit",
    },
    "native": {
        "resource_type": {"id": "software"},
        "title": "Lab tool 1.0.0",
        "description": "<p>A tool</p>",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Carberry",
                    "given_name": "Josiah",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Brown University"}],
            }
        ],
        "publication_date": "2026-11-22",
        "publisher": "Lab",
        "rights": [{"id": "mit"}],
    },
}
"""What every case holds unless it says otherwise."""

USUAL: dict[str, object] = {"access": {"record": "public", "files": "public"}, "pids": {}, "custom_fields": {}}
"""What stands beside the metadata in most native requests."""

UNRELATED = (
    "version",
    "keywords",
    "language",
    "notes",
    "references",
    "related_identifiers",
    "contributors",
    "subjects",
    "languages",
    "additional_descriptions",
)
"""Further fields that the recorded requests had, and that most cases are not about."""


def groups(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the recorded exchanges by case and step."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.json")):
        match = PATTERN.fullmatch(file.name)
        if match:
            found.setdefault(match["name"], {})[match["step"]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def usual(found: dict[str, dict[str, Any]], key: str) -> object:
    """Return the value that most requests have for a field."""
    values = [json.dumps(sent(group).get(key), sort_keys=True) for group in found.values()]
    return json.loads(max(set(values), key=values.count))


def sent(group: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata that were sent; empty where there was no mapping of them."""
    metadata = (group["create"]["request"]["body"].get("json") or {}).get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def said(answer: dict[str, Any]) -> list[str]:
    """Return the server's words about an answer that refuses, or about what it will not publish."""
    body = answer["body"].get("json") or {}
    errors = [f"{each['field']}: {' '.join(map(str, each['messages']))}" for each in body.get("errors", [])]
    return [text for text in errors if not text.startswith("files")] or [body.get("message", "")]


def case_of(name: str, group: dict[str, Any], api: str, usuals: dict[str, object]) -> dict[str, Any] | None:
    """Return one case; ``None`` for exchanges that are not about metadata."""
    metadata, base = sent(group), BASES[api]
    if not metadata and name != "empty-metadata":
        return None
    keys = [*metadata, *(key for key in base if key not in metadata)]
    changed = {
        key: metadata[key]
        for key in keys
        if key in metadata and metadata[key] != (base[key] if key in base else usuals.get(key))
    }
    without = [key for key in base if key not in metadata]
    answers = [group[step]["response"] for step in STEPS if step in group]
    published = (answers[-1]["body"].get("json") or {}).get("metadata", {})
    refused = next((answer for answer in answers if answer["status"] >= 400), None)  # noqa: PLR2004
    stored = {} if refused else {key: published.get(key) for key in (*changed, *without)}
    case: dict[str, Any] = {
        "name": name,
        "with": changed,
        "without": without,
        "statuses": [answer["status"] for answer in answers],
    }
    body = group["create"]["request"]["body"]["json"]
    case |= {key: body[key] for key in ("access", "pids", "custom_fields") if body.get(key, USUAL[key]) != USUAL[key]}
    if refused:
        case["said"] = said(refused)
    else:
        case["stored"] = stored
    return case


def main() -> None:
    """Write one file for each API."""
    for api, base in BASES.items():
        found = groups(Path(sys.argv[1]) / api)
        found.pop("token", None)
        usuals = {key: usual(found, key) for key in UNRELATED}
        cases = [case for name, group in found.items() if (case := case_of(name, group, api, usuals))]
        text = json.dumps({"base": base, "cases": cases}, indent=1, ensure_ascii=False)
        (HERE / f"{api}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{api}: {len(cases)} cases")


if __name__ == "__main__":
    main()
