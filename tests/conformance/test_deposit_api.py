"""Zenodo's deposit API on any server that has one: the sandbox, ``zenodo-deposit serve``."""

from __future__ import annotations

import pytest

from tests.conformance.conftest import ZENODO_YML, Bed, Program, RedDot
from tests.conformance.test_flows import published, relations

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _deposit_api(bed: Bed) -> None:
    """A plain InvenioRDM does not have it."""
    if bed.ask("GET", "/deposit/depositions?size=1").status == 404:
        pytest.skip("the server has no deposit API")


def test_two_versions(bed: Bed, red_dot: RedDot, program: Program) -> None:
    """The second one has the concept of the first, names it, and has only its own file."""
    first = published(program.deposit("v1.0.0", red_dot.repo, "--api", "deposit"))
    red_dot.release("v1.1.0")
    second = published(program.deposit("v1.1.0", red_dot.repo, "--api", "deposit"))
    again = program.deposit("v1.1.0", red_dot.repo, "--api", "deposit")
    assert second["concept_doi"] == first["concept_doi"]
    record = bed.record(second["record_id"])
    assert relations(record, "isnewversionof") == [first["doi"]]
    assert {name: entry["checksum"] for name, entry in record["files"]["entries"].items()} == {
        file["name"]: f"md5:{file['md5']}" for file in second["files"]
    }
    assert (again.code, again.json["status"], again.json["doi"]) == (0, "unchanged", second["doi"])


def test_what_one_api_began_the_other_goes_on_with(bed: Bed, red_dot: RedDot, program: Program) -> None:
    left = program.deposit("v1.0.0", red_dot.repo, "--api", "deposit", "--no-publish")
    assert (left.code, left.json["status"]) == (0, "draft"), left.out + left.err
    outcome = published(program.deposit("v1.0.0", red_dot.repo))
    assert outcome["record_id"] == left.json["record_id"]


def test_an_embargo(bed: Bed, red_dot: RedDot, program: Program) -> None:
    red_dot.release("v2.0.0", f"{ZENODO_YML}access_right: embargoed\nembargo_date: 2099-01-31\n")
    outcome = published(program.deposit("v2.0.0", red_dot.repo, "--api", "deposit"))
    assert bed.record(outcome["record_id"])["access"]["embargo"]["until"] == "2099-01-31"
