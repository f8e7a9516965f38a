"""
Metadata files and what must come out of them: every folder of ``cases`` is a test.

A folder holds metadata files under their own names, and

* ``facts.yml`` (optional): ``about``, a sentence; ``tag``, ``date``, ``remote``, ``private`` and ``metadata_file`` where they differ from
  the usual; ``must_find``, the codes of findings without which the case would be pointless;
* ``expected.record.json``: the record without its empty fields, and where each field came from;
* ``findings.txt``: a finding a line, as ``level code place: what``.

``UPDATE_CASES=1 pytest tests/test_cases.py`` writes the last two anew; ``facts.yml`` is only written by hand. Read the
difference before committing it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from zenodo_action import checks, sources
from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.model import Origin, Project, RepositoryFacts, Snapshot

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
IS_UPDATING = os.environ.get("UPDATE_CASES") == "1"
TODAY = dt.date(2026, 3, 2)

_OURS = ("facts.yml", "expected.record.json", "findings.txt")
_FACTS = ("about", "tag", "date", "remote", "private", "metadata_file", "must_find", "github")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    facts = read_facts(case)
    further = sources.from_github(github_of(facts["github"])) if "github" in facts else ()
    project = sources.collect(snapshot_of(case, facts), metadata_file=facts.get("metadata_file"), further=further)
    findings = checks.check(project, today=TODAY)
    record_text = json.dumps(record_json(project), indent=2, ensure_ascii=False) + "\n"
    findings_text = "".join(f"{each.level} {each.code} {each.where or '-'}: {each.what}\n" for each in findings)
    if IS_UPDATING:
        (case / "expected.record.json").write_text(record_text, encoding="utf-8")
        (case / "findings.txt").write_text(findings_text, encoding="utf-8")
    assert record_text == (case / "expected.record.json").read_text(encoding="utf-8")
    assert findings_text == (case / "findings.txt").read_text(encoding="utf-8")
    assert set(facts.get("must_find", ())) <= {each.code for each in findings}
    assert all(each.fix for each in findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_with_errors_names_what_must_be_found(case: Path) -> None:
    has_errors = "error " in (case / "findings.txt").read_text(encoding="utf-8")
    assert not has_errors or read_facts(case).get("must_find")


def read_facts(case: Path) -> dict[str, Any]:
    """Return the hand-written facts of a case."""
    file = case / "facts.yml"
    facts: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    assert facts.keys() <= set(_FACTS), "a misspelled fact would test something else"
    return facts


def snapshot_of(case: Path, facts: Mapping[str, Any]) -> Snapshot:
    """Return the case's files as they would stand at a tag."""
    tag = facts.get("tag", "v1.2.0")
    remote = facts.get("remote", "https://github.com/cat-lab-example/red-dot")
    return Snapshot(
        repository=RepositoryFacts(name="red-dot", url=remote, is_private=facts.get("private", False)),
        tag=tag,
        commit="0123456789abcdef0123456789abcdef01234567",
        version=tag.removeprefix("v") if tag else "0123456789ab",
        released_on=str(facts.get("date", "2026-03-01")),
        committed_at=1_772_366_400,
        files={path.name: path.read_bytes() for path in case.iterdir() if path.name not in _OURS},
    )


def github_of(facts: Mapping[str, Any]) -> PlatformFacts:
    """Return what GitHub says in a case."""
    people = tuple(Account(**person) for person in facts.get("contributors", ()))
    owner = Account(**facts["owner"]) if "owner" in facts else None
    topics = tuple(facts.get("topics", ()))
    return PlatformFacts(**{**facts, "contributors": people, "owner": owner, "topics": topics})


def record_json(project: Project) -> dict[str, Any]:
    """Return the record without empty fields, and the origins, as JSON has them."""
    return {
        "record": filled(dataclasses.asdict(project.record)),
        "origins": {name: origin_text(origin) for name, origin in sorted(project.origins.items())},
    }


def filled(value: Any) -> Any:
    """Return a value without empty parts, and without the defaults that go without saying."""
    if isinstance(value, dict):
        parts = {key: filled(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part not in (None, [], {}) and part != "personal"}
    if isinstance(value, (list, tuple)):
        return [filled(part) for part in value]
    return value


def origin_text(origin: Origin) -> str:
    """Return a source with its position."""
    return str(origin.where).partition(" ")[0] if origin.where is not None else origin.source
