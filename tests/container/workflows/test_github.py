"""The README's snippets and every file under ``examples/workflows/``, word for word."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.action.conftest import NOTES
from tests.container.act import ROOT, Act, Ran
from tests.container.runner import IMAGE
from tests.flows.conftest import ZENODO_YML
from tests.github_server import dispatch_event, pull_request_event, release_event
from tests.github_server.state import Release

pytestmark = pytest.mark.container

EXAMPLES = ROOT / "examples" / "workflows"
TOKEN = {"ZENODO_TOKEN": "test-token"}
DOTS = b"dot\n1\n"


def readme_blocks() -> list[str]:
    """Return the README's blocks of YAML."""
    return re.findall(
        r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def example(name: str) -> str:
    """Return an example, word for word."""
    return (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")


def release(act: Act, tag: str = "v1.0.0") -> Release:
    """Return the release on GitHub as it is now, made where there is none."""
    there = [each for each in act.flow.on_github.releases.values() if each.tag_name == tag]
    return there[0] if there else act.flow.release(tag)


def released(act: Act, text: str, tag: str = "v1.0.0", **options: Any) -> Ran:
    """Run a workflow as GitHub does when a release is published."""
    payload = release_event(act.flow.github, act.flow.on_github, release(act, tag))
    return act.run(text, payload, event="release", ref=f"refs/tags/{tag}", **{"secrets": TOKEN, **options})


def by_hand(act: Act, text: str, inputs: dict[str, str], **options: Any) -> Ran:
    """Run a workflow as GitHub does when somebody starts it by hand."""
    payload = dispatch_event(act.flow.github, act.flow.on_github, inputs)
    return act.run(text, payload, event="workflow_dispatch", ref="refs/heads/main", **{"secrets": TOKEN, **options})


def stored(act: Act, ran: Ran) -> dict[str, Any]:
    """Return the published record that the outputs name, as the server has it, seen by anyone."""
    host = ran.outputs["record-url"].split("/")[2]
    answer = requests.get(
        f"https://{host}/api/records/{ran.outputs['record-id']}",
        headers={"Accept": "application/vnd.inveniordm.v1+json"},
        proxies={"https": act.internet.proxy},
        verify=str(act.internet.ca_file),
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()


def is_published(act: Act, ran: Ran, *, version: str = "1.0.0") -> None:
    """Compare everything that a deposit leaves: exit code, outputs, summary, record, release notes."""
    assert (ran.code, ran.outputs.get("status")) == (0, "published"), ran.log + ran.errors
    assert ran.summary.startswith("## 🎉 Published\n")
    assert ran.outputs["doi"] in ran.summary.replace("\\", "")
    record = stored(act, ran)
    assert record["pids"]["doi"]["identifier"] == ran.outputs["doi"]
    assert record["metadata"]["version"] == version
    assert list(record["files"]["entries"]) == [f"red-dot-{version}.zip"]
    body = release(act, f"v{version}").body or ""
    assert body.startswith(NOTES)
    assert body.count("<!-- zenodo-deposit:start -->") == 1
    assert ran.outputs["doi"] in body


UPLOAD = """\
name: Takes the place of actions/upload-artifact
inputs:
  name: {required: true}
  path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      run: test -s "$FILE" && echo "uploaded $FILE"
      env:
        FILE: ${{ inputs.path }}
"""


def uploads(act: Act) -> tuple[str, ...]:
    """Return the arguments for act that put an action of our own in the place of GitHub's, which stores artifacts."""
    folder = act.flow.folder / "upload"
    folder.mkdir()
    (folder / "action.yml").write_text(UPLOAD, encoding="utf-8")
    return ("--local-repository", f"actions/upload-artifact@v4={folder}")


# The README


def test_readme_six_lines(act: Act) -> None:
    """The first workflow that a newcomer copies, with the metadata that the README shows."""
    workflow_file, _, metadata = readme_blocks()
    act.flow.repo.write(".zenodo.yml", metadata)
    act.flow.repo.commit()
    act.flow.repo.tag("v1.2.0")

    first = released(act, workflow_file, "v1.2.0")
    again = released(act, workflow_file, "v1.2.0")

    is_published(act, first, version="1.2.0")
    assert (again.code, again.outputs["status"], again.outputs["doi"]) == (0, "unchanged", first.outputs["doi"])
    assert stored(act, first)["metadata"]["title"] == "Red-Dot 1.2.0: laser vector detection"


@pytest.mark.parametrize("site", [("sandbox", "sandbox.zenodo.org")], indirect=True)
def test_readme_rehearsal(act: Act) -> None:
    """The step for the sandbox, in the place of the six lines' own."""
    six_lines, step, _ = readme_blocks()
    head = six_lines.partition("    steps:")[0]

    ran = released(act, f"{head}    steps:\n      - uses: actions/checkout@v5\n{step}", secrets=sandbox_token())

    is_published(act, ran)
    assert ran.outputs["record-url"].startswith("https://sandbox.zenodo.org/records/")


def test_the_image_of_a_release(act: Act) -> None:
    """``v1`` names a prebuilt image: the release workflow's own lines change action.yml, and no Dockerfile is needed."""
    image = "ghcr.io/org/zenodo-deposit:v1.0.0"
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]["github"][
        "steps"
    ]
    (script,) = [step["run"] for step in steps if "action.yml" in step.get("run", "")]
    lines = "\n".join(line for line in script.splitlines() if line.startswith(("sed ", "grep ")))
    environ = {"PATH": os.environ["PATH"], "IMAGE": image}
    subprocess.run(["bash", "-ec", lines], cwd=act.action, env=environ, check=True)
    subprocess.run(["/usr/bin/docker", "tag", IMAGE, image], check=True)
    (act.action / "Dockerfile").unlink()

    ran = released(act, readme_blocks()[0])

    is_published(act, ran)
    assert f"docker run image={image}" in ran.log


def sandbox_token() -> dict[str, str]:
    """Return the secret that the sandbox's workflows ask for."""
    return {"ZENODO_SANDBOX_TOKEN": "test-token"}


# The examples


def test_every_example_is_run() -> None:
    """A new example without a test fails here."""
    tests = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in EXAMPLES.iterdir() if f'example("{path.stem}")' not in tests] == []


def test_doi_on_release(act: Act) -> None:
    """The DOI is there for later steps; the next release becomes the next version."""
    first = released(act, example("doi-on-release"))
    second = released(act, example("doi-on-release"), "v1.1.0")

    is_published(act, first)
    is_published(act, second, version="1.1.0")
    assert f"v1.0.0 has the DOI {first.outputs['doi']} (published)" in first.log
    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]


@pytest.mark.parametrize("site", [("sandbox", "sandbox.zenodo.org")], indirect=True)
def test_rehearsal_on_sandbox(act: Act) -> None:
    """Published there; the release on GitHub stays as it is."""
    release(act, "v1.1.0")

    ran = by_hand(act, example("rehearsal-on-sandbox"), {"tag": "v1.1.0"}, secrets=sandbox_token())

    assert (ran.code, ran.outputs["status"], ran.outputs["version"]) == (0, "published", "1.1.0"), ran.log
    assert release(act, "v1.1.0").body == NOTES


def test_draft_for_review(act: Act) -> None:
    """A draft and its address; once a person has published it, a second run writes the DOI back."""
    draft = released(act, example("draft-for-review"))
    assert (draft.code, draft.outputs["status"]) == (0, "draft"), draft.log
    assert ("notice", "", "To be reviewed") in draft.annotations
    assert draft.outputs["record-url"] in draft.summary
    assert release(act).body == NOTES

    answer = requests.post(
        f"https://zenodo.org/api/records/{draft.outputs['record-id']}/draft/actions/publish",
        headers={"Authorization": "Bearer test-token"},
        proxies={"https": act.internet.proxy},
        verify=str(act.internet.ca_file),
        timeout=10,
    )
    again = released(act, example("draft-for-review"))

    assert answer.status_code == 202
    assert (again.code, again.outputs["status"]) == (0, "unchanged"), again.log
    assert again.outputs["doi"] in (release(act).body or "")


def test_reserve(act: Act) -> None:
    """The DOI of a tag that is still to be made, committed to the default branch."""
    citation = b"cff-version: 1.2.0\nmessage: Cite it\ntitle: Red-Dot\nauthors:\n  - name: The Cat Collective\n"
    act.flow.on_github.commit({"CITATION.cff": citation})

    ran = by_hand(act, example("reserve"), {"tag": "v2.0.0"})

    assert (ran.code, ran.outputs.get("status")) == (0, "reserved"), ran.log + ran.errors
    assert f"doi: {ran.outputs['doi']}\n".encode() in (act.flow.on_github.tree()["CITATION.cff"] or b"")


def test_preview_on_pull_request(act: Act) -> None:
    """From a fork, without any secret: the plan; nothing is stored anywhere."""
    payload = pull_request_event(act.flow.github, act.flow.on_github, head="someone/red-dot")
    text = example("preview-on-pull-request")

    ran = act.run(text, payload, event="pull_request", ref="refs/pull/7/merge", secrets={}, further=uploads(act))

    assert (ran.code, ran.outputs["status"]) == (0, "previewed"), ran.log
    assert ran.outputs["preview-page"] == "zenodo-preview.html"
    assert "uploaded zenodo-preview.html" in ran.log
    assert ran.summary.startswith("## 🔍 Preview; nothing was changed\n")
    assert "Carberry" in ran.log


def test_preview_of_bad_metadata(act: Act) -> None:
    """A pull request that breaks the metadata fails at their line."""
    act.flow.repo.write(".zenodo.yml", ZENODO_YML.replace("1825-0097", "1825-0098"))
    act.flow.repo.commit()
    payload = pull_request_event(act.flow.github, act.flow.on_github)
    text = example("preview-on-pull-request")

    ran = act.run(text, payload, event="pull_request", ref="refs/pull/7/merge", secrets={}, further=uploads(act))

    assert (ran.code, ran.exit_code) == (1, 3)
    assert ran.annotations == [("error", ".zenodo.yml:6", "orcid-invalid")]


@pytest.mark.parametrize("site", [("inveniordm", "repository.example.edu")], indirect=True)
def test_own_inveniordm(act: Act) -> None:
    """The address in the example is the one that the token goes to, and no other."""
    ran = released(act, example("own-inveniordm"), secrets={"REPOSITORY_TOKEN": "test-token"})

    is_published(act, ran)
    assert set(act.internet.asked) == {"repository.example.edu:443"}


def test_old_release_by_hand(act: Act) -> None:
    """A version below the newest one deposited is refused, unless it is asked for."""
    newest = released(act, example("doi-on-release"), "v1.1.0")
    release(act, "v1.0.0")
    text = example("old-release-by-hand")

    refused = by_hand(act, text, {"tag": "v1.0.0", "below-the-newest": "false"})
    done = by_hand(act, text, {"tag": "v1.0.0", "below-the-newest": "true"})

    assert (refused.code, refused.outputs.get("doi", "")) == (1, ""), refused.log
    is_published(act, done)
    assert done.outputs["concept-doi"] == newest.outputs["concept-doi"]


def test_a_data_set_with_assets(act: Act) -> None:
    """The files that are attached to the release are in the record, byte for byte; the token stays at the API."""
    attached = release(act)
    attached.add_asset("dots.csv", DOTS)
    attached.add_asset("dots.nc", bytes(range(256)) * 1000)
    attached.add_asset("notes.txt", b"not meant")

    ran = released(act, example("data-set-with-assets"))

    assert (ran.code, ran.outputs.get("status")) == (0, "published"), ran.log + ran.errors
    entries = stored(act, ran)["files"]["entries"]
    assert set(entries) == {"SHA256SUMS", "dots.csv", "dots.nc", "red-dot-1.0.0.zip"}
    assert entries["dots.csv"]["checksum"] == f"md5:{hashlib.md5(DOTS, usedforsecurity=False).hexdigest()}"
    assert len(act.flow.github.downloads.requests) == 2
    assert act.flow.github.downloads.violations == []


def test_backfill(act: Act) -> None:
    """The list first, then every release; the outputs are those of the newest."""
    for tag in ("v1.0.0", "v1.1.0"):
        release(act, tag)
    text = example("backfill")

    shown = by_hand(act, text, {"what": "preview"})
    done = by_hand(act, text, {"what": "deposit"})

    assert (shown.code, shown.outputs["status"]) == (0, "previewed")
    assert '"due"' in shown.outputs["deposits"]
    assert (done.code, done.outputs["status"], done.outputs["version"]) == (0, "published", "1.1.0")
    assert done.outputs["deposits"].count('"published"') == 2


def test_an_organisation(act: Act) -> None:
    """A repository calls the workflow of its organisation, which holds the steps."""
    shared = act.flow.folder / "organisation"
    (shared / ".github" / "workflows").mkdir(parents=True)
    shutil.copy(EXAMPLES / "for-an-organisation.yml", shared / ".github" / "workflows" / "doi.yml")
    assert example("for-an-organisation")

    ran = released(
        act,
        example("calls-the-organisations"),
        further=("--local-repository", f"cat-lab-example/.github@main={shared}"),
    )

    is_published(act, ran)


# What goes wrong


def test_a_missing_secret(act: Act) -> None:
    """Exit code 2, with the lines to add; no server was asked."""
    ran = released(act, example("doi-on-release"), secrets={})

    assert (ran.code, ran.exit_code) == (1, 2)
    assert "zenodo-token: ${{ secrets.ZENODO_TOKEN }}" in ran.summary
    assert act.internet.asked == []
    assert release(act).body == NOTES


def test_bad_metadata(act: Act) -> None:
    """Exit code 3, an annotation at the line, nothing stored."""
    act.flow.repo.write(".zenodo.yml", ZENODO_YML.replace("1825-0097", "1825-0098"))
    act.flow.repo.commit()
    act.flow.repo.tag("v1.2.0")

    ran = released(act, example("doi-on-release"), "v1.2.0")

    assert (ran.code, ran.exit_code) == (1, 3)
    assert ran.annotations == [("error", ".zenodo.yml:6", "orcid-invalid")]
    assert ran.summary.startswith("## ❌ Not published\n")
    assert "/draft" not in ran.log
    assert act.internet.asked == []


def test_a_refused_token(act: Act) -> None:
    """Exit code 5; the token is named nowhere."""
    ran = released(act, example("doi-on-release"), secrets={"ZENODO_TOKEN": "wrong-token-1234"})

    assert (ran.code, ran.exit_code) == (1, 5)
    assert [title for _, _, title in ran.annotations] == ["token-rejected"]


def test_no_permission_to_write(act: Act) -> None:
    """Exit code 7: published, outputs set, the lines to add; the notes as they were."""
    ran = released(act, example("doi-on-release"), github_token=act.flow.github.read_token)

    assert (ran.code, ran.exit_code, ran.outputs["status"]) == (1, 7, "published")
    assert "contents: write" in ran.summary
    assert stored(act, ran)["is_published"] is True
    assert release(act).body == NOTES
