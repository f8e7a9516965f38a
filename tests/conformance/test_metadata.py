"""
Metadata files on the real server: its verdict beside ``validate``'s, and what comes back beside what was meant.

Every folder of ``tests/cases`` is a case; with ``CORPUS`` set to a folder of real files (``cff/*.cff``,
``zenodo_json/*.json``, ``zenodo_yml/*.yml``) each of them is one too. The table: ``build/verdicts.md``.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import test_cases
from tests.conformance.conftest import Bed
from zenodo_action import checks, repository, sources
from zenodo_action.errors import RejectedError, UnavailableError
from zenodo_action.model import Project, RepositoryFacts, Snapshot

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]  # a busy machine is no failure

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"cff": "CITATION.cff", "zenodo_json": ".zenodo.json", "zenodo_yml": ".zenodo.yml"}
"""Folder of the corpus → the name under which its files stand in a repository."""
CORPUS = [
    path
    for kind in NAMES
    for path in sorted((Path(os.environ.get("CORPUS", os.devnull)) / kind).rglob("*"))
    if path.is_file()
]
AGREED = {
    ("no error", "took it whole"),
    ("no error", "changed it as we had warned"),
    ("error", "refused"),
    ("error", "took the rest"),
}
"""What we said and what the server did."""
AS_WARNED = {"html-stripped"}
"""Warnings of ours that say that the server will change a value."""


@dataclass
class Table:
    """What came of each file."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Name, what we said, what the server did, particulars."""

    def text(self) -> str:
        """Return it as Markdown: how often what met what, and every file in which the two do not agree."""
        counts = Counter((said, done) for _, said, done, _ in self.rows)
        lines = ["# Metadata on a real InvenioRDM", "", "| we said | the server | files |", "|---|---|--:|"]
        lines += [f"| {said} | {done} | {count} |" for (said, done), count in sorted(counts.items())]
        lines += ["", "| file | we said | the server | particulars |", "|---|---|---|---|"]
        unlike = [row for row in self.rows if (row[1], row[2]) not in AGREED]
        lines += [f"| {name} | {said} | {done} | {particulars} |" for name, said, done, particulars in unlike]
        return "\n".join([*lines, ""])


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """The table, written when all is done."""
    made = Table()
    yield made
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "verdicts.md").write_text(made.text(), encoding="utf-8")


@dataclass
class Desk:
    """Deposits metadata."""

    bed: Bed
    repository: repository.Repository

    def verdict(self, project: Project) -> tuple[str, str]:
        """Return what the server did with the metadata of a project, and in which respect."""
        payload = self.repository.payload(project.record, None)
        try:
            draft = self.repository.create_draft(payload)
            refused = [each for each in draft.field_errors if not each[0].startswith("files")]
            unknown = {name.removeprefix("custom_fields.") for name, _ in refused if name.startswith("custom_fields.")}
            if unknown - self.repository.without_custom_fields:  # as the client does
                self.repository.without_custom_fields |= unknown
                return self.verdict(project)
            if refused:
                return "refused", str(refused)
            self.upload(draft.id)
            published = self.repository.publish(draft)
        except RejectedError as error:
            return "refused", str(error.field_errors or error)
        except UnavailableError as error:
            return "failed", str(error)
        changed = self.repository.differences(payload, published)
        return ("changed it", str(changed)) if changed else ("took it whole", "")

    def upload(self, draft: str) -> None:
        """Give a draft a small file."""
        files = f"/records/{draft}/draft/files"
        self.bed.ask("POST", files, json=[{"key": "a.txt"}])
        self.bed.ask("PUT", f"{files}/a.txt/content", data=b"dot")
        assert self.bed.ask("POST", f"{files}/a.txt/commit").status == 200


@pytest.fixture(scope="module")
def desk(bed: Bed) -> Desk:
    """The client's own way to the bed."""
    connected = repository.connect(server=bed.url, token=bed.token, timeout_s=60, log=lambda _: None)
    return Desk(bed, connected)


def judged(name: str, project: Project, today: dt.date, desk: Desk, table: Table) -> tuple[str, str, str]:
    """Return what we say of a project, what the server does with it, and the particulars; note them in the table."""
    findings = checks.check(project, today=today)
    errors = [finding.code for finding in findings if finding.level == "error"]
    said = "error" if errors else "no error"
    done, particulars = desk.verdict(project)
    if done == "changed it" and AS_WARNED & {finding.code for finding in findings}:
        done = "changed it as we had warned"
    if errors and done == "took it whole":
        done = "took the rest"  # the value at fault is not sent
    shown = " ".join([*errors, particulars]).replace("|", "/").replace("\n", " ")
    table.rows.append((name, said, done, shown[:400]))
    return said, done, shown


@pytest.mark.parametrize("case", test_cases.CASES, ids=lambda case: case.name)
def test_a_case(case: Path, desk: Desk, table: Table) -> None:
    """What has no error is taken, and comes back as it was meant."""
    facts = test_cases.read_facts(case)
    further = sources.from_github(test_cases.github_of(facts["github"])) if "github" in facts else ()
    snapshot = test_cases.snapshot_of(case, facts)
    project = sources.collect(snapshot, metadata_file=facts.get("metadata_file"), further=further)
    said, done, particulars = judged(case.name, project, test_cases.TODAY, desk, table)
    assert (said, done) in AGREED, particulars


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_of_the_corpus(path: Path, desk: Desk, table: Table) -> None:
    """The same for what people really wrote."""
    kind = next(name for name in NAMES if name in path.parts)
    url = f"https://github.com/{path.stem.partition('.')[0].replace('__', '/', 1)}"
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot", url=url),
        tag="v1.2.0",
        commit="0123456789abcdef0123456789abcdef01234567",
        version="1.2.0",
        released_on="2026-03-01",
        committed_at=1_772_366_400,
        files={NAMES[kind]: path.read_bytes()},
    )
    said, done, particulars = judged(str(path.name), sources.collect(snapshot), test_cases.TODAY, desk, table)
    assert (said, done) in AGREED, particulars
