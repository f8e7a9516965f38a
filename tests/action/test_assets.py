"""Files that are attached to the release go into the record too."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import requests
import yaml

from tests.action.conftest import NAME, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server.runner import pull_request_event, push_event

WHEEL = bytes(range(256)) * 3000


def names(files: str) -> list[str]:
    """Return the names in the output ``files``."""
    return [file["name"] for file in json.loads(files)]


def test_those_that_match_are_deposited(workflow: Workflow) -> None:
    """The bytes are GitHub's; no others are fetched, and the token stays at the API."""
    workflow.inputs["assets"] = "*.whl, data-?.csv"
    release = workflow.release()
    release.add_asset("red_dot-1.0.0.whl", WHEEL)
    release.add_asset("data-1.csv", b"1\n", has_digest=False)
    release.add_asset("data-10.csv", b"not meant")
    release.add_asset("notes.txt", b"not meant", state="open")

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert sorted(names(done.outputs["files"])) == ["data-1.csv", "red-dot-1.0.0.zip", "red_dot-1.0.0.whl"]
    url = f"{workflow.zenodo.api_url}/records/{done.outputs['record-id']}/files/red_dot-1.0.0.whl/content"
    assert requests.get(url, timeout=10).content == WHEEL
    assert len(workflow.github.downloads.requests) == 2
    assert "fetching the asset red_dot-1.0.0.whl (768,000 bytes)" in done.log


def test_patterns_in_the_repositorys_own_file(workflow: Workflow) -> None:
    """``assets`` is a setting of ``deposit:``."""
    workflow.repo.write(".zenodo.yml", f"{ZENODO_YML}deposit:\n  assets: ['*.csv']\n")
    workflow.repo.commit()
    workflow.repo.tag("v2.0.0")
    release = workflow.release("v2.0.0")
    release.add_asset("données 📏.csv", b"1\n")

    done = workflow.published(release)

    assert sorted(names(done.outputs["files"])) == ["données 📏.csv", "red-dot-2.0.0.zip"]


def test_again_fetches_nothing(workflow: Workflow) -> None:
    """What is deposited is deposited."""
    workflow.inputs["assets"] = "*"
    release = workflow.release()
    release.add_asset("a.csv", b"1\n")
    workflow.published(release)
    release.assets.clear()

    done = workflow.published(release, "released")

    assert (done.code, done.outputs["status"]) == (0, "unchanged")
    assert len(workflow.github.downloads.requests) == 1


def test_many_assets_are_listed_page_by_page(workflow: Workflow) -> None:
    """GitHub lists a hundred at once."""
    workflow.inputs["assets"] = "z-last.csv"
    release = workflow.release()
    for number in range(120):
        release.add_asset(f"a-{number:03}.txt", b"x")
    release.add_asset("z-last.csv", b"1\n")

    done = workflow.published(release)

    assert sorted(names(done.outputs["files"])) == ["red-dot-1.0.0.zip", "z-last.csv"]


@pytest.mark.parametrize(
    ("attached", "what", "fix"),
    [
        (["a.csv", "b.whl"], "no asset of the release v1.0.0 matches *.txt", "it has: a.csv, b.whl"),
        (
            [],
            "no asset of the release v1.0.0 matches *.txt",
            (
                "it has none: attach them to a draft release and publish it when they are all there, "
                "or run this after the job that uploads them"
            ),
        ),
    ],
)
def test_a_pattern_without_a_match(workflow: Workflow, attached: list[str], what: str, fix: str) -> None:
    """It names what is there; nothing is deposited."""
    workflow.inputs["assets"] = "*.txt"
    release = workflow.release()
    for name in attached:
        release.add_asset(name, b"x")

    done = workflow.published(release)

    (finding,) = done.findings
    assert (done.code, finding["what"], finding["fix"]) == (4, what, fix)
    assert finding["where"]["text"] == "input assets"


def test_an_upload_that_has_not_ended(workflow: Workflow) -> None:
    """Half a file is no file."""
    workflow.inputs["assets"] = "*.csv"
    release = workflow.release()
    release.add_asset("a.csv", b"x", state="open")

    done = workflow.published(release)

    assert (done.code, done.findings[0]["what"]) == (
        4,
        "the asset a.csv of the release v1.0.0 is not uploaded completely",
    )


def test_other_bytes_than_githubs_own(workflow: Workflow) -> None:
    """The checksum that GitHub tells is held against what came."""
    workflow.inputs["assets"] = "*.csv"
    release = workflow.release()
    asset = release.add_asset("a.csv", b"what GitHub has")
    asset.digest = f"sha256:{hashlib.sha256(b'something else').hexdigest()}"

    done = workflow.published(release)

    (finding,) = done.findings
    assert done.code == 6
    assert finding["what"] == "the asset a.csv arrived with other bytes than GitHub says it has"
    assert finding["where"]["text"] == f"GET {workflow.github.url}/repos/{NAME}/releases/assets/{asset.id} → 200"


def test_a_name_that_is_taken(workflow: Workflow) -> None:
    """By the source archive, as when somebody attached a copy of it."""
    workflow.inputs["assets"] = "*.zip"
    release = workflow.release()
    release.add_asset("red-dot-1.0.0.zip", b"x")

    done = workflow.published(release)

    assert done.code == 4
    assert done.findings[0]["what"] == (
        "two of the files to deposit are called red-dot-1.0.0.zip: the source archive and an asset of the release"
    )


def test_a_tag_without_a_release(workflow: Workflow) -> None:
    """It has nothing attached."""
    workflow.inputs["assets"] = "*.whl"

    done = workflow.run(push_event(workflow.github, workflow.on_github), event="push")

    (finding,) = done.findings
    assert done.code == 4
    assert finding["what"] == f"v1.0.0 has no release in {NAME} on GitHub, so there are no assets"


def test_a_pull_request_is_previewed_without(workflow: Workflow) -> None:
    """There is no release yet."""
    workflow.inputs["assets"] = "*.whl"
    payload = pull_request_event(workflow.github, workflow.on_github)

    done = workflow.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert (done.code, done.outputs["status"]) == (0, "previewed")
    assert "assets belong to a release, so this preview is without them" in done.log


def test_without_a_checkout(workflow: Workflow) -> None:
    """All of it through the API."""
    workflow.has_checkout = False
    workflow.inputs["assets"] = "*.whl"
    release = workflow.release()
    release.add_asset("red_dot.whl", WHEEL)

    done = workflow.published(release)

    assert sorted(names(done.outputs["files"])) == ["red-dot-1.0.0.zip", "red_dot.whl"]


def test_the_patterns_of_the_example(workflow: Workflow) -> None:
    """A list over several lines, as the workflow to copy has it."""
    text = (Path(__file__).parents[2] / "examples/workflows/data-set-with-assets.yml").read_text(encoding="utf-8")
    (step,) = [each for each in yaml.safe_load(text)["jobs"]["doi"]["steps"] if "id" in each]
    workflow.inputs |= {"assets": step["with"]["assets"], "checksums": str(step["with"]["checksums"])}
    release = workflow.release()
    for name in ("dots.csv", "dots.nc", "notes.txt"):
        release.add_asset(name, name.encode())

    done = workflow.published(release)

    assert sorted(names(done.outputs["files"])) == ["SHA256SUMS", "dots.csv", "dots.nc", "red-dot-1.0.0.zip"]
