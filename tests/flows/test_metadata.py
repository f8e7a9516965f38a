"""What the metadata command prints, and a data set with everything that arrives whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.flows.conftest import Run
from tests.repos import ExampleRepo
from zenodo_action.mapping.forms import FORMS
from zenodo_action.server import LocalServer

FAIR = Path(__file__).parent.parent / "cases" / "json-fair-dataset" / ".zenodo.json"
NATIVE = {"Accept": "application/vnd.inveniordm.v1+json"}


def test_each_form_of_the_metadata(red_dot: ExampleRepo, run: Run) -> None:
    native = run("metadata", "v1.0.0", "-C", red_dot.path)
    rdm = run("metadata", "v1.0.0", "-C", red_dot.path, "--as", "rdm")
    deposit = run("metadata", "v1.0.0", "-C", red_dot.path, "--as", "deposit")
    cff = run("metadata", "v1.0.0", "-C", red_dot.path, "--as", "cff")

    assert [each.code for each in (native, rdm, deposit, cff)] == [0, 0, 0, 0]
    assert native.out == rdm.out
    assert rdm.json["metadata"]["title"] == "Red-Dot 1.0.0"
    assert deposit.json["metadata"]["upload_type"] == "software"
    assert "[deposit-api-loss]" in deposit.err
    assert yaml.safe_load(cff.out)["authors"][1] == {"name": "The Cat Collective"}
    assert cff.err == ""


def test_every_form_is_there(red_dot: ExampleRepo, run: Run) -> None:
    """Each is tested by itself, with its losses, in tests/unit/test_mapping_forms.py."""
    ran = {form: run("metadata", "v1.0.0", "-C", red_dot.path, "--as", form) for form in FORMS}

    assert {form: each.code for form, each in ran.items()} == dict.fromkeys(FORMS, 0)
    assert ran["bibtex"].out.startswith("@software{carberry_")
    assert ran["datacite"].json["titles"] == [{"title": "Red-Dot 1.0.0"}]
    assert ran["codemeta"].json["codeRepository"] == "https://github.com/cat-lab-example/red-dot"
    assert ran["record"].json["tag"] == "v1.0.0"
    assert "[form-loss]" in ran["datacite"].err


def test_an_unknown_form(red_dot: ExampleRepo, run: Run) -> None:
    ran = run("metadata", "v1.0.0", "-C", red_dot.path, "--as", "xml")

    assert ran.code == 2
    assert "'xml' is not one of 'record', 'rdm', 'deposit', 'datacite', 'cff', 'codemeta', 'bibtex'" in ran.err


OTHER_CFF = """\
cff-version: 1.2.0
message: Cite it.
title: Dots in red
authors: [{family-names: Shelly, given-names: Mary}]
version: 0.9.0
"""
EXPLAINED = """\
creators: Carberry, Josiah; The Cat Collective
  from .zenodo.yml:5:3  ($.creators)
  over CITATION.cff:4:10  ($.authors): Shelly, Mary
custom_fields.code:codeRepository: https://github.com/cat-lab-example/red-dot
  from git remote
description: <p>Detects laser dots.</p>
  from .zenodo.yml:3:14  ($.description)
keywords: lasers, cats, toys
  from .zenodo.yml:10:11  ($.keywords)
publication_date: {date}
  from git tag
related: issupplementto https://github.com/cat-lab-example/red-dot/tree/v2.0.0
  from git tag
resource_type: software
  from .zenodo.yml:2:14  ($.upload_type)
rights: apache-2.0
  from .zenodo.yml:9:10  ($.license)
title: Red-Dot 2.0.0
  from .zenodo.yml:1:8  ($.title)
  over CITATION.cff:3:8  ($.title): Dots in red
version: 2.0.0
  from git tag
  over CITATION.cff:5:10  ($.version): 0.9.0
"""


@pytest.fixture
def two_files(red_dot: ExampleRepo) -> ExampleRepo:
    """The repository with a tag v2.0.0, at which a second file says other things."""
    red_dot.write("CITATION.cff", OTHER_CFF)
    red_dot.commit("Third")
    red_dot.tag("v2.0.0")
    return red_dot


def test_each_value_is_explained(two_files: ExampleRepo, run: Run) -> None:
    """Values, places, and what was passed over, in words; the findings stand on standard error."""
    ran = run("metadata", "v2.0.0", "-C", two_files.path, "--explain")
    record = run("metadata", "v2.0.0", "-C", two_files.path, "--as", "record").json["record"]

    assert ran.code == 0
    assert ran.out == EXPLAINED.format(date=record["publication_date"])
    assert "[version-stale]" in ran.err
    assert "[sources-disagree]" in ran.err


def test_the_metadata_as_one_object(two_files: ExampleRepo, run: Run) -> None:
    ran = run("metadata", "v2.0.0", "-C", two_files.path, "--as", "deposit", "--json")
    bibtex = run("metadata", "v2.0.0", "-C", two_files.path, "--as", "bibtex", "--json").json

    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == ["form", "metadata", "origins", "findings"]
    assert ran.json["form"] == "deposit"
    assert ran.json["metadata"]["metadata"]["title"] == "Red-Dot 2.0.0"
    assert ran.json["origins"]["title"] == {
        "value": "Red-Dot 2.0.0",
        "source": ".zenodo.yml",
        "where": {
            "text": ".zenodo.yml:1:8  ($.title)",
            "file": ".zenodo.yml",
            "line": 1,
            "column": 8,
            "path": "$.title",
        },
        "over": [
            {
                "value": "Dots in red",
                "source": "CITATION.cff",
                "where": {
                    "text": "CITATION.cff:3:8  ($.title)",
                    "file": "CITATION.cff",
                    "line": 3,
                    "column": 8,
                    "path": "$.title",
                },
            }
        ],
    }
    assert {"version-stale", "sources-disagree", "deposit-api-loss"} <= {each["code"] for each in ran.json["findings"]}
    assert bibtex["metadata"].startswith("@software{carberry_")


@pytest.mark.parametrize("api", ["records", "deposit"])
def test_a_data_set_with_everything_is_stored_whole(
    run: Run, zenodo: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    """The file as it stands: an object as licence, a grant as the old API answered it, somebody's earlier record."""
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    repo = ExampleRepo(tmp_path / "cats")
    given = json.loads(FAIR.read_text("utf-8"))
    del given["communities"]
    repo.write(".zenodo.json", json.dumps(given))
    repo.write("gaze.csv", "cat,x,y\n")
    repo.commit("Data")
    repo.tag("v1.2.0")
    repo.remote("https://github.com/cat-lab-example/gaze.git")

    done = run("deposit", "v1.2.0", "-C", repo.path, "--server", zenodo.url, "--api", api, "--json").json
    assert done["status"] == "published"
    record = requests.get(f"{zenodo.api_url}/records/{done['record_id']}", headers=NATIVE, timeout=10).json()

    assert stored(record) == {
        "type": "dataset",
        "title": given["title"],
        "description": given["description"],
        "creators": [each["name"] for each in given["creators"]],
        "orcids": [each["orcid"] for each in given["creators"]],
        "affiliations": [each["affiliation"] for each in given["creators"]],
        "contributors": [("Hosta, Rosa", "datacurator"), ("Feline Research Institute", "hostinginstitution")],
        "rights": ["cc-by-4.0"],
        "languages": ["eng"],
        "keywords": given["keywords"],
        "references": given["references"],
        "cites": ["10.1234/jfo.2019.31", "10.1234/jfo.2020.7"],
        "isnewversionof": ["10.17632/catgaze.1"],
        "issupplementto": ["https://github.com/cat-lab-example/gaze/tree/v1.2.0"],
        "awards": ["00k4n6c32::654241", "00k4n6c32::282896"],
        "version": "1.2.0",
        "journal": {"title": "Journal of Feline Optics", "volume": "4", "issue": "2", "pages": "101-120"},
        "meeting": {
            "title": "Small Animals, Big Data",
            "acronym": "SABD 2026",
            "dates": "2-4 June 2026",
            "place": "Utrecht, Netherlands",
            "url": "https://sabd.example.org",
        },
    }


def stored(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a published record holds, in the words of the file."""
    metadata, custom = record["metadata"], record["custom_fields"]
    people = [each["person_or_org"] for each in metadata["creators"]]
    related: dict[str, list[str]] = {}
    for each in metadata["related_identifiers"]:
        related.setdefault(each["relation_type"]["id"], []).append(each["identifier"])
    return {
        "type": metadata["resource_type"]["id"],
        "title": metadata["title"],
        "description": metadata["description"],
        "creators": [each["name"] for each in people],
        "orcids": [identifier["identifier"] for each in people for identifier in each["identifiers"]],
        "affiliations": [where["name"] for each in metadata["creators"] for where in each["affiliations"]],
        "contributors": [(each["person_or_org"]["name"], each["role"]["id"]) for each in metadata["contributors"]],
        "rights": [each["id"] for each in metadata["rights"]],
        "languages": [each["id"] for each in metadata["languages"]],
        "keywords": [each["subject"] for each in metadata["subjects"]],
        "references": [each["reference"] for each in metadata["references"]],
        **related,
        "awards": [each["award"]["id"] for each in metadata["funding"]],
        "version": metadata["version"],
        "journal": custom["journal:journal"],
        "meeting": custom["meeting:meeting"],
    }


@pytest.mark.parametrize("api", ["records", "deposit"])
def test_what_the_next_version_keeps_is_not_missed(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    """Title, description and licence stay as they are on the server, so there is nothing to warn of."""
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    there = ("-C", red_dot.path, "--server", zenodo.url, "--api", api, "--json")
    assert run("deposit", "v1.0.0", *there).code == 0
    red_dot.write(".zenodo.yml", 'creators: [{name: "Carberry, Josiah"}]\n')
    red_dot.commit("Less said")
    red_dot.tag("v2.0.0")

    planned = run("preview", "v2.0.0", *there).json
    alone = run("validate", "-C", red_dot.path, "--json").json

    missing = {"title-missing", "description-missing", "license-missing"}
    assert planned["step"] == "next-version"
    assert planned["payload"]["metadata"]["title"] == "Red-Dot 1.0.0"
    assert missing & {each["code"] for each in planned["findings"]} == set()
    assert missing <= {each["code"] for each in alone["findings"]}
