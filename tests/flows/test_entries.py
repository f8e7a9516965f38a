"""Organisations and awards are looked up on the server before anything is written; both APIs."""

from __future__ import annotations

import pytest

from tests.flows.conftest import ZENODO_YML, Run
from tests.flows.test_deposit import record
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

GRANTS = "grants: [{id: '10.13039/501100000780::%s'}]\n"


@pytest.fixture(params=["records", "deposit"])
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    return str(request.param)


def deposited(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, api: str, number: str) -> tuple[dict, list[str]]:
    """Deposit a release that an award paid for; return what was done, and the requests."""
    red_dot.write(".zenodo.yml", ZENODO_YML + GRANTS % number)
    red_dot.commit()
    red_dot.tag("v2.0.0")
    ran = run("deposit", "v2.0.0", "-C", red_dot.path, "--server", zenodo.url, "--api", api, "--json", "--verbose")
    assert ran.code == 0, ran.err
    return ran.json, [line for line in ran.err.splitlines() if "/awards/" in line or "/funders/" in line]


def test_an_award_that_the_server_has(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, api: str) -> None:
    """Each entry costs one read."""
    done, asked = deposited(red_dot, run, zenodo, api, "654241")

    assert "award-unknown" not in [each["code"] for each in done["findings"]]
    assert record(zenodo, done["record_id"])["metadata"]["funding"][0]["award"]["id"] == "00k4n6c32::654241"
    assert len(asked) == 2


def test_an_award_that_the_server_lacks(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, api: str) -> None:
    """The server would refuse the whole record; the number is kept where the API can hold it."""
    done, _ = deposited(red_dot, run, zenodo, api, "0")

    found = [each["what"] for each in done["findings"] if each["code"] == "award-unknown"]
    server = zenodo.url.removeprefix("http://")
    assert found == [f"{server} does not know the award 00k4n6c32::0; its number is stored without a link to it"]
    kept = record(zenodo, done["record_id"])["metadata"].get("funding", [])
    assert [each["award"]["number"] for each in kept] == (["0"] if api == "records" else [])


def test_an_organisation_that_has_another_name_there(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its id counts; that its name gives way is told before anything is written."""
    monkeypatch.setenv("ZENODO_TOKEN", "test-token")
    place = "{name: The Commission, ror: 00k4n6c32}"
    red_dot.write(".zenodo.yml", ZENODO_YML.replace("affiliation: Brown University", f"affiliation: {place}"))
    red_dot.commit()
    red_dot.tag("v2.0.0")

    done = run("deposit", "v2.0.0", "-C", red_dot.path, "--server", zenodo.url, "--json").json

    (found,) = [each for each in done["findings"] if each["code"] == "organisation-renamed"]
    assert found["what"].endswith('as "European Commission", and shows that in place of "The Commission"')
    creator = record(zenodo, done["record_id"])["metadata"]["creators"][0]
    assert creator["affiliations"] == [{"id": "00k4n6c32", "name": "European Commission"}]
