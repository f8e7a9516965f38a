"""
What the program says about wrong metadata against what a real server did with them.

Refused by the server: an error. Dropped, changed or defaulted without a word: a warning. Taken: neither.
The cases are made by ``scripts/make_verdicts.py``; ``exceptions.yml`` says where we differ on purpose, and why.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from zenodo_action import checks, sources, vocab
from zenodo_action.errors import Finding
from zenodo_action.model import RepositoryFacts, Snapshot

FOLDER = Path(__file__).parent / "verdicts"
TABLES: dict[str, Any] = {api: json.loads((FOLDER / f"{api}.json").read_text("utf-8")) for api in ("legacy", "native")}
CASES = [
    pytest.param(api, case, id=f"{api}-{case['name']}") for api, table in TABLES.items() for case in table["cases"]
]
EXCEPTIONS = yaml.safe_load((FOLDER / "exceptions.yml").read_text("utf-8"))

TODAY = dt.date(2026, 11, 22)
"""The day of the recordings."""

NATIVE_NAMES = {"rights": "license", "languages": "language"}


@pytest.mark.parametrize(("api", "case"), CASES)
def test_verdict(api: str, case: dict[str, Any]) -> None:
    said, done = our_level(api, case), server_level(case)

    if case["name"] in EXCEPTIONS[api]:
        assert said != done, "it agrees by now: take it out of exceptions.yml"
    else:
        assert said == done


def test_every_exception_is_a_case() -> None:
    for api, reasons in EXCEPTIONS.items():
        assert reasons.keys() <= {case["name"] for case in TABLES[api]["cases"]}
        assert all(isinstance(reason, str) and reason for reason in reasons.values())


@pytest.mark.parametrize("api", TABLES)
def test_the_base_is_taken_whole(api: str) -> None:
    assert not [each for each in findings(api, {}) if each.level != "hint"]


def server_level(case: Mapping[str, Any]) -> str | None:
    """Return the level that the server's answers call for."""
    if case["statuses"][-1] >= 400:
        return "error"
    sent = {**dict.fromkeys(case["without"]), **case["with"], **case.get("custom_fields", {})}
    return None if all(same(key, case["stored"].get(key), value) for key, value in sent.items()) else "warning"


def same(key: str | int, stored: Any, sent: Any) -> bool:
    """Whether everything that was sent is stored; further keys, and how ids are spelled, are the server's own."""
    if key == "license" and stored and sent:
        identifier = sent["id"] if isinstance(sent, dict) else sent
        return vocab.license(stored).ids == vocab.license(identifier).ids
    if isinstance(sent, dict) and isinstance(stored, dict):
        return all(same(name, stored.get(name), value) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(stored, list):
        return len(sent) == len(stored) and all(map(same, range(len(sent)), stored, sent))
    if isinstance(sent, str) and isinstance(stored, str):
        if key == "language":
            return vocab.language(sent) == stored
        return stored.lower() == sent.lower().removeprefix("https://orcid.org/")
    return bool(stored == sent)


def our_level(api: str, case: Mapping[str, Any]) -> str | None:
    """Return the gravest level of our findings, hints aside."""
    levels = {each.level for each in findings(api, case)}
    return "error" if "error" in levels else "warning" if "warning" in levels else None


def findings(api: str, case: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is found in a file with the metadata of a case."""
    given = {**TABLES[api]["base"], **case.get("with", {})}
    metadata = {key: value for key, value in given.items() if key not in case.get("without", ())}
    if api == "native":
        metadata = as_file(metadata, case)
    snapshot = Snapshot(
        repository=RepositoryFacts(name="lab-tool"),
        tag=None,
        commit="0123456789abcdef0123456789abcdef01234567",
        version="0",
        released_on=TODAY.isoformat(),
        committed_at=0,
        files={".zenodo.json": json.dumps(metadata).encode()},
    )
    return checks.check(sources.collect(snapshot), today=TODAY)


def as_file(metadata: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """Return native metadata with the names and shapes of our own file."""
    file = {NATIVE_NAMES.get(key, key): value for key, value in metadata.items()}
    if "creators" in file:
        file["creators"] = [person_of(creator) for creator in metadata["creators"]]
    if "resource_type" in file:
        file["resource_type"] = metadata["resource_type"]["id"]
    if "language" in file:
        file["language"] = [language["id"] for language in metadata["languages"]]
    if "related_identifiers" in file:
        file["related_identifiers"] = [
            {**{key: value for key, value in related.items() if key != "relation_type"}}
            | {"relation": related["relation_type"]["id"]}
            for related in metadata["related_identifiers"]
        ]
    access = case.get("access", {})
    if access:
        is_embargo = "embargo" in access
        file["access_right"] = "embargoed" if is_embargo else access["record"]
        file |= {"embargo_date": access["embargo"]["until"]} if is_embargo else {}
    file |= {"custom": case["custom_fields"]} if "custom_fields" in case else {}
    return file | ({"doi": case["pids"]["doi"]["identifier"]} if "pids" in case else {})


def person_of(creator: Mapping[str, Any]) -> dict[str, Any]:
    """Return a native creator as our own file has it."""
    person = creator["person_or_org"]
    if person["type"] == "organizational":
        return {"organization": person["name"]}
    names = {"family_names": person.get("family_name"), "given_names": person.get("given_name")}
    identifiers = {each["scheme"]: each["identifier"] for each in person.get("identifiers", ())}
    affiliations = [each["name"] for each in creator.get("affiliations", ())]
    parts = {**names, "name": person.get("name"), **identifiers, "affiliation": affiliations}
    return {key: value for key, value in parts.items() if value}
