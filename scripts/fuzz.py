"""
Guess metadata files and READMEs by what the code does with them (atheris), for a bounded time.

    pip install atheris
    python scripts/fuzz.py -max_total_time=600 [FOLDER FOR WHAT IS FOUND]

Every file gives a project with findings, and comes back whole or edited from what writes DOIs into it; anything else ends
the run with the file that caused it. The options are libFuzzer's.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

import atheris

with atheris.instrument_imports(include=["zenodo_action"]):
    from zenodo_action import checks, sources, updates
    from zenodo_action.mapping.rdm import to_rdm
    from zenodo_action.model import RepositoryFacts, Snapshot
    from zenodo_action.updates.facts import PublishedFacts

NAMES = (*sources.FILE_NAMES, "README.md", "README.rst", "README.adoc", "README.org")
TODAY = dt.date(2026, 3, 2)
FACTS = PublishedFacts(
    doi="10.5281/zenodo.2",
    concept_doi="10.5281/zenodo.1",
    version="1.0.0",
    released_on="2026-03-01",
    record_id="2",
    concept_id="1",
    record_url="https://zenodo.org/records/2",
    server_url="https://zenodo.org",
    badge_url="https://zenodo.org/badge/DOI/10.5281/zenodo.1.svg",
)


def read(name: str, content: bytes) -> None:
    """Collect and check one file, as ``validate`` does."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.0.0",
        commit="0" * 40,
        version="1.0.0",
        released_on="2026-03-01",
        committed_at=0,
        files={name: content},
    )
    project = sources.collect(snapshot)
    if not any(finding.level == "error" for finding in checks.check(project, today=TODAY)):
        json.dumps(to_rdm(project.record))


def write(name: str, content: bytes) -> None:
    """Write a DOI into one file twice: the second time there is nothing to change."""
    once = updates.update(name, content, FACTS)
    if once.status != "refused" and updates.update(name, once.content, FACTS).content != once.content:
        raise AssertionError(f"{name} is changed again")


def try_one(data: bytes) -> None:
    """Take the first byte for a name and the rest for the content."""
    name, content = NAMES[data[0] % len(NAMES)] if data else NAMES[0], data[1:]
    if name in sources.FILE_NAMES:
        read(name, content)
    write(name, content)


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
