"""``--all``: the plan first, then every tag that has no version yet, oldest first."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.flows.conftest import ZENODO_YML, Run, forget
from tests.flows.test_deposit import NATIVE, own, record, relations
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")


@pytest.fixture
def more(red_dot: ExampleRepo) -> ExampleRepo:
    """The repository with further tags, made in another order than that of their versions."""
    for tag, date in (("v1.10.0", "2026-05-01"), ("v1.2.0", "2026-04-01"), ("v2.0.0-rc.1", "2026-06-01")):
        red_dot.write("red_dot.py", f"print({tag!r})\n")
        red_dot.commit(tag)
        red_dot.tag(tag, date=f"{date}T12:00:00+00:00")
    red_dot.tag("latest")
    return red_dot


def states(done: dict[str, Any]) -> dict[str, str]:
    """Return the status of each tag, in the order of the list."""
    return {each["tag"]: each["status"] for each in done["deposits"]}


def test_every_tag_becomes_a_version(more: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """By version order, each with its own metadata, date and previous version; they make one record."""
    done = run("deposit", "--all", *to, "--json").json

    assert done["status"] == "published"
    assert states(done) == {
        "latest": "skipped",
        "v1.0.0": "published",
        "v1.1.0": "published",
        "v1.2.0": "published",
        "v1.10.0": "published",
        "v2.0.0-rc.1": "skipped",
    }
    published = [each for each in done["deposits"] if each["doi"]]
    assert len({each["concept_doi"] for each in published}) == 1
    before = ""
    for each in published:
        held = record(zenodo, each["record_id"])
        assert held["metadata"]["version"] == each["version"]
        assert held["metadata"]["publication_date"] == each["date"]
        assert relations(held, "isnewversionof") == ([before] if before else [])
        before = each["doi"]
    assert [each["date"] for each in published] == ["2026-03-01", "2026-03-01", "2026-04-01", "2026-05-01"]
    subjects = [each["subject"] for each in record(zenodo, published[0]["record_id"])["metadata"]["subjects"]]
    assert subjects == ["lasers", "cats"]  # of the first commit, not of the last


def test_a_second_run_finds_nothing_to_do(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """And asks little: what the record holds is read once for all of them."""
    run("deposit", "--all", *to)

    again = run("deposit", "--all", *to, "--json", "--verbose")

    assert again.json["status"] == "unchanged"
    assert states(again.json) == {"v1.0.0": "unchanged", "v1.1.0": "unchanged"}
    requests_made = [line for line in again.err.splitlines() if "→" in line and "→ 302" not in line]
    assert len(requests_made) == 2
    assert len(own(zenodo)) == 2


@pytest.mark.usefixtures("more")
def test_the_versions_are_listed_twice_however_many(run: Run, to: list[str]) -> None:
    """Once for all and once under the lock, since another run may have begun the record before it."""
    done = run("deposit", "--all", *to, "--verbose")

    assert "releases: 4 published, 2 skipped" in done.out
    listed = [
        line
        for line in done.err.splitlines()
        if "GET" in line and ("/user/records?" in line or "/depositions?" in line)
    ]
    assert len(listed) == 2


def test_the_plan_is_a_list(more: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """``preview --all`` says what is due and why the rest is not; nothing is written."""
    run("deposit", "v1.1.0", *to)
    more.tag("1.2")

    text = run("preview", "--all", *to).out
    doi = own(zenodo)[0]["pids"]["doi"]["identifier"]

    older = f"it is older than 1.1.0, which is deposited ({doi})"
    latest = "the tag latest names no complete version (like v1.2.3); tags takes patterns of others to deposit"
    prerelease = "v2.0.0-rc.1 is a prerelease (its version says so); prereleases: deposit would deposit it"
    assert text.splitlines() == [
        "releases: 2 to deposit, 1 deposited already, 4 skipped",
        f"  latest       –           skipped: {latest}",
        f"  v1.0.0       2026-03-01  skipped: {older}; allow-older deposits it, and the concept DOI will lead to it then",
        f"  v1.1.0       2026-03-01  deposited already as {doi}",
        "  v1.2.0       –           skipped: it names the same version as 1.2",
        "  1.2          2026-03-01  to deposit",
        "  v1.10.0      2026-05-01  to deposit",
        f"  v2.0.0-rc.1  –           skipped: {prerelease}",
    ]
    assert len(own(zenodo)) == 1


def test_patterns_and_prereleases(more: ExampleRepo, run: Run, to: list[str]) -> None:
    """The command line's options, else the settings of the commit that is checked out."""
    done = run("preview", "--all", *to, "--tags", "v2*,latest", "--prereleases", "deposit", "--json").json
    assert [tag for tag, status in states(done).items() if status == "due"] == ["latest", "v2.0.0-rc.1"]

    more.write(".zenodo.yml", ZENODO_YML + "deposit:\n  tags: [v1.1*]\n")
    more.commit()
    done = run("preview", "--all", *to, "--json").json
    assert (done["status"], [tag for tag, status in states(done).items() if status == "due"]) == (
        "previewed",
        ["v1.1.0", "v1.10.0"],
    )


def test_older_ones_on_demand(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """``--allow-older`` includes them, and the list names what that means."""
    run("deposit", "v1.1.0", *to)

    plan = run("preview", "--all", "--allow-older", *to).out
    done = run("deposit", "--all", "--allow-older", *to, "--json").json

    assert "to deposit: it is older than 1.1.0, which is deposited (" in plan
    assert "), and the concept DOI will lead to it" in plan
    assert states(done) == {"v1.0.0": "published", "v1.1.0": "unchanged"}


def test_a_failure_leaves_the_later_ones(more: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """They must not go before it; what is done stays, and the next run goes on there."""
    zenodo.add_faults(
        {"match": {"method": "PUT", "path": "red-dot-1.2.0", "nth": 0}, "action": "status", "status": 413}
    )
    ran = run("deposit", "--all", *to)
    done = run("deposit", "--all", *to, "--json")
    zenodo.clear_faults()
    again = run("deposit", "--all", *to, "--json").json

    assert ran.code == done.code == 5
    assert ran.out.splitlines()[0] == "releases: 2 published, 2 skipped, 1 failed, 1 left"
    assert "does not take a file of this size" in ran.err
    assert (done.json["status"], done.json["exit_code"]) == ("failed", 5)
    assert states(done.json) == {
        "latest": "skipped",
        "v1.0.0": "unchanged",
        "v1.1.0": "unchanged",
        "v1.2.0": "failed",
        "v1.10.0": "left",
        "v2.0.0-rc.1": "skipped",
    }
    assert [status for status in states(again).values() if status == "published"] == ["published", "published"]
    assert len(own(zenodo)) == 4


def test_errors_in_metadata_come_before_the_first_write(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """Of every tag that is due, each named."""
    red_dot.write(".zenodo.yml", ZENODO_YML.replace("Apache-2.0", "Apache-99"))
    red_dot.commit()
    red_dot.tag("v1.2.0")
    red_dot.write(".zenodo.yml", ZENODO_YML.replace("software", "softwear"))
    red_dot.commit()
    red_dot.tag("v1.3.0")

    ran = run("deposit", "--all", *to)

    assert ran.code == 3
    assert "error: v1.2.0: " in ran.err
    assert "error: v1.3.0: " in ran.err
    assert own(zenodo) == []


def test_a_version_of_another_hand_is_left_alone(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """It has the version's number, but does not say that it comes from the tag."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    rewrite(zenodo, first["record_id"], related_identifiers=[])

    done = run("deposit", "--all", *to, "--record", first["record_id"], "--json").json

    assert states(done) == {"v1.0.0": "skipped", "v1.1.0": "published"}
    reason = f"the record has a version v1.0.0, which is not from this tag: {first['doi']}"
    assert done["deposits"][0]["reason"] == reason
    assert len(own(zenodo)) == 2


def test_versions_of_zenodos_own_integration_count(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """It writes the tag's name as the version, and the tag's tree as what the record supplements."""
    first = run("deposit", "v1.0.0", *to, "--json").json
    rewrite(zenodo, first["record_id"])
    forget(red_dot)

    one = run("deposit", "v1.0.0", *to, "--json").json
    done = run("deposit", "--all", *to, "--json").json

    assert (one["status"], one["doi"]) == ("unchanged", first["doi"])
    assert states(done) == {"v1.0.0": "unchanged", "v1.1.0": "published"}
    assert done["deposits"][1]["concept_doi"] == first["concept_doi"]
    assert len(own(zenodo)) == 2


def rewrite(zenodo: LocalServer, record_id: str, **metadata: object) -> None:
    """Publish a version with other metadata, by hand: the tag's name as version among them."""
    url = f"{zenodo.api_url}/records/{record_id}/draft"
    headers = NATIVE | {"Authorization": "Bearer test-token"}
    body = requests.post(url, headers=headers, timeout=10).json()
    body["metadata"] |= {"version": "v1.0.0", **metadata}
    assert requests.put(url, json=body, headers=headers, timeout=10).status_code == 200
    assert requests.post(f"{url}/actions/publish", headers=headers, timeout=10).status_code == 202


def test_a_release_whose_own_file_wants_a_draft(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """A record has one draft, so nothing is begun."""
    red_dot.write(".zenodo.yml", ZENODO_YML + "deposit:\n  publish: false\n")
    red_dot.commit()
    red_dot.tag("v1.2.0")
    red_dot.write(".zenodo.yml", ZENODO_YML)
    red_dot.commit()

    ran = run("deposit", "--all", *to)

    assert (ran.code, own(zenodo)) == (2, [])
    assert ran.err.startswith("error: a record can have one draft, so all releases cannot be left as drafts")
    assert "  where: .zenodo.yml:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["v1.0.0"], "all means every release, and v1.0.0 is one"),
        (["--no-publish"], "a record can have one draft, so all releases cannot be left as drafts"),
        (
            ["--update-metadata"],
            "all deposits releases without a version, and update-metadata changes versions that are there",
        ),
    ],
)
def test_what_all_cannot_be_combined_with(run: Run, to: list[str], arguments: list[str], what: str) -> None:
    """One of the two has to go."""
    ran = run("deposit", "--all", *arguments, *to, "--json")

    assert (ran.code, json.loads(ran.out)["error"]) == (2, what)


def test_each_release_has_the_whole_budget(more: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]) -> None:
    """A server that is busy once for every release must not stop a long run at its end."""
    for tag in ("1.0.0", "1.1.0", "1.2.0", "1.10.0"):
        fault = {"match": {"method": "PUT", "path": f"red-dot-{tag}"}, "action": "status", "status": 503}
        zenodo.add_faults(fault)

    done = run("deposit", "--all", *to, "--json").json

    assert [status for status in states(done).values() if status == "published"] == ["published"] * 4


def test_files_of_the_working_tree_are_those_of_one_commit(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, to: list[str]
) -> None:
    """So they are not deposited with every release, whoever named them; an empty option overrules the file."""
    red_dot.write(".zenodo.yml", ZENODO_YML + "deposit: {files: red_dot.py}\n")
    red_dot.commit()
    red_dot.tag("v1.2.0")

    by_option = run("deposit", "--all", "--files", "*.py", *to, "--json")
    by_file = run("deposit", "--all", *to, "--json")

    what = "files come from the working tree, so they cannot be those of every release"
    assert (by_option.code, json.loads(by_option.out)["error"]) == (2, f"v1.0.0: {what}")
    assert (by_file.code, json.loads(by_file.out)["error"]) == (2, f"v1.2.0: {what}")
    assert own(zenodo) == []
    assert set(states(run("deposit", "--all", "--files", "", *to, "--json").json).values()) == {"published"}
