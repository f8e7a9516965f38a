"""A workflow without ``actions/checkout``: everything comes through GitHub's API, and the deposit is the same."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
import requests

from tests.action.conftest import NAME, NOTES, Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server import GitHubServer
from tests.github_server.runner import pull_request_event, push_event
from zenodo_action.server import LocalServer


@pytest.fixture
def bare(workflow: Workflow) -> Workflow:
    """The same job without the step that checks out."""
    workflow.has_checkout = False
    return workflow


def deposited(workflow: Workflow, outputs: dict[str, str]) -> dict[str, str]:
    """Return name → SHA-256 of the files as the server hands them out."""
    record = f"{workflow.zenodo.api_url}/records/{outputs['record-id']}"
    return {
        file["name"]: hashlib.sha256(
            requests.get(f"{record}/files/{file['name']}/content", timeout=10).content
        ).hexdigest()
        for file in json.loads(outputs["files"])
    }


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_the_archive_is_the_same_byte_for_byte(workflow: Workflow, tmp_path: Path, form: str) -> None:
    """Names, modes, links, line ends and ``export-ignore``: one tree, one archive, whichever way it came."""
    repo = workflow.repo
    repo.write(".gitattributes", "secret export-ignore\n*.crlf text eol=crlf\n.zenodo.yml export-ignore\n")
    repo.write("secret", "not for the archive")
    repo.write("lines.crlf", "a\nb\n")
    repo.write("data/größe 📏.csv", "1\n")
    repo.write("data/big.bin", bytes(range(256)) * 9000)
    repo.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    (repo.path / "link").symlink_to("data/big.bin")
    repo.write("x" * 120 + "/" + "y" * 130, "long")
    repo.write("empty", "")
    repo.commit("Everything")
    repo.tag("v2.0.0")
    repo.tag("v2.0.1")
    workflow.inputs["archive"] = form

    with_checkout = workflow.published(workflow.release("v2.0.0"))
    with LocalServer(tmp_path / "another", token="test-token") as other:
        workflow.zenodo, workflow.has_checkout = other, False
        without = workflow.published(workflow.release("v2.0.0"))

        assert (with_checkout.code, without.code) == (0, 0)
        assert "there is no checkout in the workspace: everything is read through GitHub's API" in without.log
        assert without.outputs["archive-sha256"] == with_checkout.outputs["archive-sha256"]
        assert deposited(workflow, without.outputs) == {f"red-dot-2.0.0.{form}": without.outputs["archive-sha256"]}
        assert list((workflow.folder / "empty").iterdir()) == []
        metadata = requests.get(f"{other.api_url}/records/{without.outputs['record-id']}", timeout=10).json()[
            "metadata"
        ]
        assert metadata["title"] == "Red-Dot 2.0.0"
        assert metadata["publication_date"] == "2026-03-14"
        assert metadata["related_identifiers"][0]["identifier"] == f"https://github.com/{NAME}/tree/v2.0.0"


def test_again_and_the_next_version(bare: Workflow) -> None:
    """Without a place for notes it is still once, and one record."""
    release = bare.release()
    first = bare.published(release)
    body = release.body

    again = bare.published(release, "released")
    second = bare.published(bare.release("v1.1.0"))

    assert (first.outputs["status"], again.outputs["status"]) == ("published", "unchanged")
    assert (again.outputs["doi"], release.body) == (first.outputs["doi"], body)
    assert (second.outputs["status"], second.outputs["concept-doi"]) == ("published", first.outputs["concept-doi"])


def test_a_private_repository(bare: Workflow) -> None:
    """The token opens it; the host that the archive is fetched from never sees the token."""
    bare.on_github.is_private = True

    done = bare.published(bare.release())

    assert done.outputs["status"] == "published"
    (fetched,) = bare.github.downloads.requests
    assert fetched.endswith("?token=thistokenexpires")
    assert "thistokenexpires" not in done.log


def test_a_lightweight_tag_has_the_date_of_its_commit(bare: Workflow) -> None:
    """Where there is no release with a date of its own."""
    bare.repo.write("later.py", "")
    bare.repo.commit("Later", date="2026-05-06T23:30:00-02:00")
    bare.repo.tag("v3.0.0", annotated=False)

    done = bare.run(push_event(bare.github, bare.on_github, "refs/tags/v3.0.0"), event="push", ref="refs/tags/v3.0.0")

    url = f"{bare.zenodo.api_url}/records/{done.outputs['record-id']}"
    assert requests.get(url, timeout=10).json()["metadata"]["publication_date"] == "2026-05-07"


@pytest.mark.parametrize(
    "tag", ["releases/v1.0", "v1.0 β", "v1.0$(id)", "v1.0`id`", "v1.0'\"", "v1.0🔴", "v1.0%2e", "v1.0#a", "v1.0&b"]
)
def test_odd_names_of_tags(bare: Workflow, tag: str) -> None:
    """Each is one tag on its way through addresses, and its tree link leads to it."""
    if " " in tag:
        tag = tag.replace(" ", "\u00a0")  # git knows no tag with a plain space
    bare.inputs["tags"] = "*"
    bare.repo.tag(tag)

    done = bare.published(bare.release(tag))

    assert (done.code, done.outputs["status"]) == (0, "published")


def test_a_tag_that_is_not_on_github(bare: Workflow) -> None:
    """It says how to bring it there."""
    bare.inputs["tag"] = "v9.0.0"

    done = bare.run(push_event(bare.github, bare.on_github), event="push")

    (finding,) = done.findings
    assert done.code == 4
    assert finding["what"] == f"there is no tag v9.0.0 in {NAME} on GitHub that names a commit"
    assert finding["where"]["text"] == f"GET {bare.github.url}/repos/{NAME}/git/ref/tags/v9.0.0 → 404"
    assert finding["fix"] == "push the tag (git push origin TAG), then run the job again"


def test_a_download_that_breaks_off_begins_again(bare: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the API, which gives a fresh address."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("zenodo_action.github.connection.READ_PAUSES_S", (0.01, 0.01))
    bare.github.downloads.cut_after = 100

    done = bare.published(bare.release())

    assert done.outputs["status"] == "published"
    assert len(bare.github.downloads.requests) == 2


def test_a_pull_request_is_previewed_and_validated(bare: Workflow) -> None:
    """At the commit that the event names."""
    good = bare.repo.git("rev-parse", "HEAD")
    bare.repo.write(".zenodo.yml", ZENODO_YML.replace("0000-0002-1825-0097", "0000-0002-1825-0098"))
    bad = bare.repo.commit("Wrong digit")
    payload = pull_request_event(bare.github, bare.on_github)
    payload["pull_request"]["head"]["sha"] = bad
    bare.environ["GITHUB_SHA"] = good

    preview = bare.run(payload, event="pull_request", ref="refs/pull/7/merge")
    target = bare.run(payload, event="pull_request_target", ref="refs/heads/main")
    bare.inputs["command"] = "validate"
    bare.environ["GITHUB_SHA"] = bad
    validated = bare.run(payload, event="pull_request", ref="refs/pull/7/merge")

    assert (preview.code, preview.outputs["status"]) == (0, "previewed")
    assert (target.code, validated.code) == (3, 3)
    for done in (target, validated):
        assert any("file=.zenodo.yml,line=6" in line for line in done.annotations)


def test_links_are_followed_within_the_commit(bare: Workflow) -> None:
    """As in a checkout; one that leaves the repository is an error that says so."""
    bare.repo.write("meta/zenodo.yml", ZENODO_YML.replace("Red-Dot", "Linked"))
    (bare.repo.path / ".zenodo.yml").unlink()
    (bare.repo.path / ".zenodo.yml").symlink_to("here/zenodo.yml")
    (bare.repo.path / "here").symlink_to("meta")
    bare.repo.commit("A link through a link")
    bare.repo.tag("v4.0.0")
    (bare.repo.path / ".zenodo.yml").unlink()
    (bare.repo.path / ".zenodo.yml").symlink_to("../outside.yml")
    bare.repo.commit("A link that leaves")
    bare.repo.tag("v4.0.1")

    good = bare.published(bare.release("v4.0.0"))
    bad = bare.published(bare.release("v4.0.1"))

    assert "Linked 4.0.0" in good.summary
    assert bad.code == 4
    assert bad.findings[0]["what"] == ".zenodo.yml is a symbolic link that leads out of the repository"


def test_what_is_no_archive_is_refused(bare: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is deposited from half a download that claims to be whole."""
    whole = bare.github.downloads.offer
    monkeypatch.setattr(bare.github.downloads, "offer", lambda path, _: whole(path, gzip.compress(b"x" * 5000)[:-20]))
    release = bare.release()

    done = bare.published(release)

    assert done.code == 4
    assert done.findings[0]["what"].startswith("GitHub's archive of commit ")
    assert release.body == NOTES


def with_pointer(workflow: Workflow) -> None:
    """Tag a commit that has a pointer of Git LFS and a submodule."""
    repo = workflow.repo
    repo.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12345\n"
    repo.write("data.bin", pointer)
    repo.commit("Pointer")
    repo.tag("v5.0.0")
    commit = repo.git("rev-parse", "HEAD")
    repo.write(".gitmodules", '[submodule "lib"]\n\tpath = lib\n\turl = https://github.com/cat-lab-example/lib\n')
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
    repo.git("add", ".gitmodules")
    repo.git("commit", "--quiet", "--message=Submodule")
    repo.tag("v5.1.0")


def test_content_of_git_lfs_needs_a_checkout(bare: Workflow) -> None:
    """An error with the lines that mend it, and nothing is deposited."""
    with_pointer(bare)

    done = bare.published(bare.release("v5.0.0"))

    (finding,) = done.findings
    assert done.code == 4
    assert finding["what"] == (
        "data.bin is in Git LFS, of which GitHub's archive holds the pointer alone (12,345 bytes)"
    )
    assert "- uses: actions/checkout@v5\n      with:\n        lfs: true" in finding["fix"]


def test_content_of_submodules_needs_a_checkout(bare: Workflow) -> None:
    """The same for a submodule."""
    with_pointer(bare)
    bare.inputs["lfs"] = "false"

    done = bare.published(bare.release("v5.1.0"))

    (finding,) = done.findings
    assert done.code == 4
    assert finding["what"] == "lib is a submodule, whose content GitHub's archive does not hold"
    assert "submodules: recursive" in finding["fix"]


def test_without_their_content_it_is_the_same_archive(workflow: Workflow, tmp_path: Path) -> None:
    """Empty folder and pointer, warned of either way."""
    with_pointer(workflow)
    workflow.inputs |= {"lfs": "false", "submodules": "false"}
    with_checkout = workflow.published(workflow.release("v5.1.0"))

    with LocalServer(tmp_path / "another", token="test-token") as other:
        workflow.zenodo, workflow.has_checkout = other, False
        without = workflow.published(workflow.release("v5.1.0"))

    assert without.outputs["archive-sha256"] == with_checkout.outputs["archive-sha256"]
    assert [each["code"] for each in without.findings] == ["lfs-content-missing", "submodule-content-missing"]


def test_an_enterprise_server(tmp_path: Path, zenodo: LocalServer, workflow: Workflow) -> None:
    """Its API has a prefix and its pages a host of their own: both are in what is asked, stored and written back."""
    enterprise = GitHubServer(prefix="/api/v3", web_url="https://git.example.edu")
    try:
        enterprise.add_repository(NAME, is_private=True).git = workflow.repo.path / ".git"
        mine = Workflow(
            folder=tmp_path / "enterprise", github=enterprise, zenodo=zenodo, repo=workflow.repo, has_checkout=False
        )
        mine.folder.mkdir()
        release = mine.release("v1.0.0")
        release.add_asset("dots.csv", b"1\n")
        mine.inputs["assets"] = "*.csv"

        done = mine.published(release)

        assert (done.code, done.outputs["status"]) == (0, "published")
        metadata = requests.get(f"{zenodo.api_url}/records/{done.outputs['record-id']}", timeout=10).json()["metadata"]
        tree = f"https://git.example.edu/{NAME}/tree/v1.0.0"
        assert metadata["related_identifiers"][0]["identifier"] == tree
        assert done.outputs["doi"] in (release.body or "")
        assert f"https://git.example.edu/{NAME}/releases/tag/v1.0.0" in done.log
        assert "github.com" not in done.summary
    finally:
        enterprise.close()
    enterprise.check()
