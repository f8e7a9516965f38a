"""A release is published: it gets a DOI, and its notes say so."""

from __future__ import annotations

import json
import re

import requests
from markdown_it import MarkdownIt

from tests.action.conftest import NOTES, Workflow
from tests.flows.conftest import ZENODO_YML
from zenodo_action.action.reporting import OUTPUTS


def test_the_doi_is_in_the_notes_and_in_the_outputs(workflow: Workflow) -> None:
    """Everything that a workflow wants to know is an output; the notes keep every byte and get the block."""
    release = workflow.release()

    done = workflow.published(release)

    assert done.code == 0
    assert tuple(done.outputs) == tuple(OUTPUTS)
    doi, concept_doi = done.outputs["doi"], done.outputs["concept-doi"]
    assert done.outputs["status"] == "published"
    assert done.outputs["version"] == "1.0.0"
    assert done.outputs["record-url"] == f"{workflow.zenodo.url}/records/{done.outputs['record-id']}"
    assert done.outputs["badge-url"] == f"{workflow.zenodo.url}/badge/DOI/{concept_doi}.svg"
    concept_url = f"{workflow.zenodo.url}/records/{done.outputs['concept-id']}"  # a test DOI does not resolve
    assert done.outputs["badge-markdown"] == f"[![DOI]({done.outputs['badge-url']})]({concept_url})"
    (file,) = json.loads(done.outputs["files"])
    assert file["name"] == "red-dot-1.0.0.zip"
    assert len(done.outputs["archive-sha256"]) == 64
    assert release.body is not None
    assert release.body.startswith(NOTES)
    assert release.body.count("<!-- zenodo-deposit:start -->") == 1
    assert doi in release.body
    assert concept_doi in release.body
    assert (release.draft, release.prerelease) == (False, False)


def test_the_releases_date_is_the_publication_date(workflow: Workflow) -> None:
    """Not that of the tag, which may be older."""
    done = workflow.published(workflow.release())

    url = f"{workflow.zenodo.api_url}/records/{done.outputs['record-id']}"
    metadata = requests.get(url, timeout=10).json()["metadata"]

    assert metadata["publication_date"] == "2026-03-14"


def test_again_changes_nothing(workflow: Workflow) -> None:
    """``released`` after ``published``, or a job run again."""
    release = workflow.release()
    first = workflow.published(release)
    body = release.body

    again = workflow.published(release, "released")

    assert (again.code, again.outputs["status"], again.outputs["doi"]) == (0, "unchanged", first.outputs["doi"])
    assert again.findings == first.findings  # what GitHub says now is what was published
    assert release.body == body


def test_the_next_release_is_the_next_version(workflow: Workflow) -> None:
    """On a runner that knows nothing of the one before."""
    first = workflow.published(workflow.release())
    for file in (workflow.repo.path / ".git" / "zenodo-deposit").iterdir():
        file.unlink()

    second = workflow.published(workflow.release("v1.1.0"))

    assert second.outputs["concept-doi"] == first.outputs["concept-doi"]
    assert second.outputs["doi"] != first.outputs["doi"]


def test_the_summary_shows_what_was_deposited(workflow: Workflow) -> None:
    """Title, DOIs, the files with their checksums; badge and citations to copy."""
    done = workflow.published(workflow.release())

    (file,) = json.loads(done.outputs["files"])
    page = done.outputs["record-url"]
    assert done.summary.startswith("## 🎉 Published\n")
    for text in (
        "| Title | Red-Dot 1.0.0 |",
        f"| DOI | [{done.outputs['doi']}]({page}) |",
        done.outputs["concept-doi"],
        f"`md5:{file['md5']}`<br>`sha256:{done.outputs['archive-sha256']}`",
        f"```markdown\n{done.outputs['badge-markdown']}\n```",
        "\n```\nCarberry, J., & The Cat Collective. (2026). Red-Dot 1.0.0 [Computer software]. ",
        "```bibtex\n@software{carberry_2026_red,\n",
    ):
        assert text in done.summary.replace("\\", "")


def test_a_tag_that_moved_is_told_on_another_machine(workflow: Workflow) -> None:
    """The note in the release keeps the commit that was archived, however often the run is repeated after that."""
    release = workflow.release()
    workflow.published(release)
    body = release.body
    archived = workflow.repo.git("rev-parse", "v1.0.0^{commit}")
    workflow.repo.git("tag", "--force", "v1.0.0", "v1.1.0^{commit}")

    for _ in range(2):
        for file in (workflow.repo.path / ".git" / "zenodo-deposit").iterdir():
            file.unlink()  # the next job starts on a fresh machine
        done = workflow.published(release)

        assert done.outputs["status"] == "unchanged"
        assert done.findings[0]["code"] == "tag-moved"
        assert done.findings[0]["what"].startswith(f"v1.0.0 was deposited from commit {archived[:12]} and names ")
        assert release.body == body


def test_an_unchanged_version_is_cited_as_it_was(workflow: Workflow) -> None:
    """With its year, though nothing is planned about its date any more."""
    release = workflow.release()

    first, again = (workflow.published(release).summary.partition("**Citation")[2] for _ in range(2))

    assert "(2026)" in first
    assert again == first.replace("✅ written", "✅ there already")


def test_the_summary_compares_with_the_version_before(workflow: Workflow) -> None:
    """Field by field, before and after."""
    workflow.published(workflow.release())
    workflow.repo.write(".zenodo.yml", ZENODO_YML.replace("lasers, cats", "lasers, dogs"))
    workflow.repo.commit()
    workflow.repo.tag("v2.0.0")

    done = workflow.published(workflow.release("v2.0.0"))

    shown = done.summary.replace("\\", "")
    assert "<details open><summary>Changes of the metadata since 1.0.0</summary>\n\n| Field | Before | After |" in shown
    assert '| subjects.1 | {"subject": "cats"} | {"subject": "dogs"} |' in shown
    assert '| version | "1.0.0" | "2.0.0" |' in shown


def test_every_part_of_the_summary_is_what_it_looks_like(workflow: Workflow) -> None:
    """Rendered as GitHub does: nothing of hostile metadata becomes markup, no table is swallowed by what stands before."""
    hostile = "x | </details><script>alert(1)</script> ```` **bold** [a](javascript:b)"
    workflow.published(workflow.release())
    workflow.repo.write(".zenodo.yml", f"{ZENODO_YML}subjects: []\nnotes: '{hostile}'\nversion: '{hostile}'\n")
    workflow.repo.commit()
    workflow.repo.tag("v2.0.0")
    release = workflow.release("v2.0.0")
    release.add_asset("a ``` b.csv", b"1")
    workflow.inputs["assets"] = "*.csv"

    done = workflow.published(release)

    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(done.summary)
    assert html.count("<table>") == 4  # facts, files, changes, write-back
    assert html.count("<details") == html.count("</details>") >= 2
    assert not re.search(r"<(?:script|strong>bold)|javascript:b\"", html)
    assert "|---|" not in html


def test_the_log_is_folded(workflow: Workflow) -> None:
    """The steps fold, the results do not."""
    done = workflow.published(workflow.release())

    folded = re.findall(r"^::group::(.*?)$(.*?)^::endgroup::$", done.log, re.MULTILINE | re.DOTALL)
    assert [title for title, _ in folded] == [
        "Reading what release is about",
        f"Depositing on {workflow.zenodo.url.partition('//')[2]}",
        "Writing the DOI to GitHub",
    ]
    assert "publishing " in folded[1][1]
    assert not any("published: v1.0.0" in text for _, text in folded)


def test_tokens_are_masked_first(workflow: Workflow) -> None:
    """Before anything else is printed."""
    done = workflow.published(workflow.release())

    assert done.log.splitlines()[:2] == ["::add-mask::test-token", f"::add-mask::{workflow.github.token}"]


def test_a_draft_is_no_doi(workflow: Workflow) -> None:
    """``publish: false`` leaves a draft; nothing is written into the notes."""
    workflow.inputs["publish"] = "false"
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "draft")
    assert release.body == NOTES


def test_no_write_back(workflow: Workflow) -> None:
    """``write-back: none`` publishes and leaves the notes alone."""
    workflow.inputs["write-back"] = "none"
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert release.body == NOTES


def test_a_local_doi_is_never_written_to_github(workflow: Workflow) -> None:
    """``server: local`` has to be written, and stays on the machine."""
    workflow.inputs |= {"server": "local", "zenodo-token": ""}
    release = workflow.release()

    done = workflow.published(release)

    assert (done.code, done.outputs["status"]) == (0, "published")
    assert done.outputs["doi"].startswith("10.5072/")
    assert release.body == NOTES
    assert "DOIs are not registered" in done.summary


def test_settings_of_the_repository(workflow: Workflow) -> None:
    """``deposit:`` in the tag's own file counts where the workflow says nothing."""
    workflow.repo.write(".zenodo.yml", ZENODO_YML + "deposit:\n  archive: tar.gz\n")
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")

    done = workflow.published(workflow.release("v1.2.0"))

    assert [file["name"] for file in json.loads(done.outputs["files"])] == ["red-dot-1.2.0.tar.gz"]


def test_a_private_repository_is_not_opened_without_a_word(workflow: Workflow) -> None:
    """Its files would be everybody's; who says that this is meant is not asked again."""
    workflow.on_github.is_private = True

    done = workflow.published(workflow.release())

    (finding,) = [each for each in done.findings if each["code"] == "repository-private"]
    assert (finding["level"], done.outputs["status"]) == ("warning", "published")
    assert finding["what"] == "the repository is private, and everybody will see the files of its record"
    again = workflow.published(workflow.release("v1.1.0"))
    assert "repository-private" not in [each["code"] for each in again.findings]  # that was decided with the first


def test_a_private_repository_that_is_meant_to_be_open(workflow: Workflow) -> None:
    """The file says so."""
    workflow.on_github.is_private = True
    workflow.repo.write(".zenodo.yml", ZENODO_YML + "access_right: open\n")
    workflow.repo.commit("Open")
    workflow.repo.tag("v1.2.0")

    done = workflow.published(workflow.release("v1.2.0"))

    assert [each["code"] for each in done.findings if each["code"] == "repository-private"] == []
