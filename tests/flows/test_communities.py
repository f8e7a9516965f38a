"""Communities: found before anything is written, asked once the record is published."""

from __future__ import annotations

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run
from tests.flows.test_deposit import own
from tests.flows.test_once import codes
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")


def communities(zenodo: LocalServer, record_id: str) -> list[str]:
    """Return the communities that a record is in."""
    reply = requests.get(f"{zenodo.api_url}/records/{record_id}/communities", timeout=10)
    return [each["slug"] for each in reply.json()["hits"]["hits"]]


def test_an_open_community_takes_the_record(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The one of the metadata; the next version has it by itself, and it is not asked again."""
    for tag in ("v2.0.0", "v2.1.0"):
        red_dot.write(".zenodo.yml", ZENODO_YML + "communities: [zenodo]\n")
        red_dot.commit()
        red_dot.tag(tag)

    first = run("deposit", "v2.0.0", *to, "--json").json
    second = run("deposit", "v2.1.0", *to, "--verbose")

    assert (first["status"], codes(first)) == ("published", [])
    assert communities(zenodo, first["record_id"]) == ["zenodo"]
    assert "the community zenodo has the record" in second.err
    assert not [line for line in second.err.splitlines() if line.startswith("POST") and "/communities" in line]


def test_a_curator_decides(run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """The DOI does not wait; the request's page is named, and a second run does not fail for it."""
    done = run("deposit", "v1.0.0", *to, "--communities", "review", "--json").json

    assert (done["status"], codes(done)) == ("published", ["community-pending"])
    (pending,) = [each for each in done["findings"] if each["code"] == "community-pending"]
    assert pending["level"] == "hint"
    assert pending["what"] == "the community review has been asked to take the record and has not decided yet"
    assert "/me/requests/" in pending["fix"]
    assert communities(zenodo, done["record_id"]) == []
    again = run("deposit", "v1.0.0", *to, "--communities", "review", "--json")
    assert (again.code, again.json["status"], codes(again.json)) == (0, "unchanged", ["community-refused"])


def test_only_members_may_ask(run: Run, to: list[str]) -> None:
    """Known before; said by the server after."""
    plan = run("preview", "v1.0.0", *to, "--communities", "closed", "--json").json
    done = run("deposit", "v1.0.0", *to, "--communities", "closed", "--json").json

    assert codes(plan) == ["community-closed"]
    assert (done["status"], codes(done)) == ("published", ["community-closed", "community-refused"])


def test_an_unknown_community(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """An error with its place, before anything is sent."""
    red_dot.write(".zenodo.yml", ZENODO_YML + "communities:\n  - zenodo\n  - no-such-cats\n")
    red_dot.commit()
    red_dot.tag("v2.0.0")

    ran = run("deposit", "v2.0.0", *to, "--communities", "dogs", "--json")

    assert ran.code == 3
    errors = [each for each in ran.json["findings"] if each["level"] == "error"]
    assert [(each["code"], each["where"]["text"]) for each in errors] == [
        ("community-unknown", ".zenodo.yml:12:3  ($.communities)"),
        ("community-unknown", "--communities"),
    ]
    assert own(zenodo) == []


def test_the_record_is_published_whatever_becomes_of_its_communities(
    run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """A server that breaks down then is a warning; the next run asks."""
    fault = {"match": {"method": "POST", "path": r"/records/\d+/communities", "nth": 0}, "action": "status"}
    zenodo.add_faults({**fault, "status": 502})

    done = run("deposit", "v1.0.0", *to, "--communities", "zenodo", "--json")
    zenodo.clear_faults()
    again = run("deposit", "v1.0.0", *to, "--communities", "zenodo", "--json")

    assert (done.code, done.json["status"], codes(done.json)) == (0, "published", ["community-unasked"])
    assert (again.code, again.json["status"], codes(again.json)) == (0, "unchanged", [])
    assert communities(zenodo, done.json["record_id"]) == ["zenodo"]
