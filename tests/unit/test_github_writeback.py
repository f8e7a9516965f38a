"""The parts of the write-back: independent of each other, each reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.github_server import GitHubServer
from tests.unit.desk import PUBLISHED, Desk
from zenodo_action.github import writeback
from zenodo_action.github.published import Published
from zenodo_action.github.refusals import permission_fix
from zenodo_action.github.releases import release_by_id
from zenodo_action.github.writeback import Part, Target, write_back
from zenodo_action.updates import PublishedFacts, Update, update


class Whole(Desk):
    """A release with a discussion."""

    def __init__(self, server: GitHubServer) -> None:
        super().__init__(server)
        self.commit = self.repository.commit({"a": b"a\n"})
        self.release = self.repository.add_release("v1.0.0", "notes")
        self.discussion = self.repository.add_discussion(self.release)

    def write(
        self,
        places: tuple[str, ...] = ("release", "commit"),
        *,
        token: str = "",
        published: Published = PUBLISHED,
        via: str = "commit",
    ) -> tuple[Part, ...]:
        """Write back, as a run that knows nothing of the one before."""
        github = self.connect(token or self.server.token)
        release = release_by_id(github, self.release.id) if self.repository.releases else None
        target = Target(github=github, tag="v1.0.0", commit=self.commit, release=release)
        self.server.requests.clear()
        return write_back(target, published, places, via=via, say=self.said.append)

    @property
    def names(self) -> list[str]:
        """What the parts are called."""
        return [
            "the release notes of v1.0.0",
            "a comment in the release's discussion",
            f"a comment on the commit {self.commit[:12]}",
        ]


def test_everything_is_written_and_found_again(github: GitHubServer) -> None:
    """The second run reads each, and changes nothing."""
    whole = Whole(github)
    first = whole.write()

    assert [(part.name, part.status) for part in first] == [(name, "written") for name in whole.names]
    assert [part.status for part in whole.write()] == ["unchanged"] * 3
    assert whole.writes == []
    assert "10.5281/zenodo.8" in (whole.release.body or "")
    assert [part.url for part in first] == [
        "https://github.com/zebra-lab/stripes/releases/tag/v1.0.0",
        f"https://github.com/zebra-lab/stripes/discussions/{whole.discussion.number}#discussioncomment-9001",
        f"https://github.com/zebra-lab/stripes/commit/{whole.commit}#commitcomment-7001",
    ]


def test_only_what_is_wanted(github: GitHubServer) -> None:
    """Nothing else is even read."""
    whole = Whole(github)

    assert [part.name for part in whole.write(("commit",))] == whole.names[2:]
    assert whole.release.body == "notes"
    assert whole.write(()) == ()
    assert whole.sent == []


def test_one_that_fails_does_not_stop_the_others(github: GitHubServer) -> None:
    """And says which part it is."""
    whole = Whole(github)
    github.tokens["ghs_talk"] = "discussions"

    notes, discussion, comment = whole.write(token="ghs_talk")

    assert (notes.status, discussion.status, comment.status) == ("failed", "written", "failed")
    assert len(whole.discussion.comments) == 1
    assert notes.error is not None
    assert notes.error.what == (
        "the DOI is not in the release notes of v1.0.0 yet: the token may not change the release notes "
        "(GitHub says: Resource not accessible by integration)"
    )
    assert notes.error.fix == permission_fix("contents", "write")


def test_a_release_that_is_deleted_meanwhile(github: GitHubServer) -> None:
    """The comments are written all the same."""
    whole = Whole(github)
    github.meanwhile("repos/get-release", whole.repository.releases.clear)

    assert [part.status for part in whole.write()] == ["failed", "written", "written"]


def test_a_tag_without_a_release(github: GitHubServer) -> None:
    """There is nothing to write into, which is no failure."""
    whole = Whole(github)
    whole.repository.releases.clear()

    assert whole.write(("release",)) == (
        Part(name=whole.names[0], status="skipped", note="v1.0.0 has no release on GitHub"),
    )


def test_a_release_without_a_discussion(github: GitHubServer) -> None:
    """The notes alone; GraphQL is not asked."""
    whole = Whole(github)
    whole.release.discussion_url = None

    assert [part.name for part in whole.write(("release",))] == whole.names[:1]
    assert all(not line.startswith("repository") for line in whole.sent)


# Files, edited for real


CITATION = b"""\
cff-version: 1.2.0
message: If you use this software, please cite it as below.
title: Stripes
authors:
  - family-names: Carberry
    given-names: Josiah
version: 0.9.0
"""

README = b"# Stripes\n\nCounts them.\n"
FILES = ("readme", "citation", "codemeta", "record")


def texts(whole: Whole, branch: str = "main") -> dict[str, str]:
    """Return the files of a branch."""
    return {path: content.decode() for path, content in whole.repository.tree(branch).items()}


def test_files_are_written(github: GitHubServer) -> None:
    """Each is a part of its own; what is not there is passed over."""
    whole = Whole(github)
    whole.repository.commit({"README.md": README, "CITATION.cff": CITATION, ".zenodo.yml": b"title: Stripes\n"})

    assert {part.name: part.status for part in whole.write(FILES)} == {
        "README.md": "written",
        "CITATION.cff": "written",
        "codemeta.json": "skipped",
        ".zenodo.yml": "written",
    }
    now = texts(whole)
    badge = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.7.svg)](https://doi.org/10.5281/zenodo.7)"
    assert badge in now["README.md"]
    assert "doi: 10.5281/zenodo.8\n" in now["CITATION.cff"]
    assert "version: 1.0.0\n" in now["CITATION.cff"]
    assert now[".zenodo.yml"] == "title: Stripes\ndeposit:\n  record: 10.5281/zenodo.7\n"
    assert [part.status for part in whole.write(FILES)] == ["unchanged", "unchanged", "skipped", "unchanged"]
    assert whole.writes == []


def test_a_file_that_cannot_be_edited_stops_no_other(github: GitHubServer) -> None:
    """It says why, and where in the file."""
    whole = Whole(github)
    whole.repository.commit({"README.md": README, "CITATION.cff": b"cff-version: 1.2.0\ntitle: [\n"})

    readme, citation = whole.write(("readme", "citation"))

    assert (readme.status, citation.status) == ("written", "failed")
    assert citation.error is not None
    assert citation.error.what.startswith("the DOI is not in CITATION.cff yet: ")
    assert str(citation.error.where).startswith("CITATION.cff:")
    assert texts(whole)["CITATION.cff"] == "cff-version: 1.2.0\ntitle: [\n"


def test_a_defect_of_ours_stops_no_other_file(github: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file that nobody thought of."""

    def broken(path: str, content: bytes, facts: PublishedFacts) -> Update:
        if path == "README.md":
            raise IndexError("out of range")
        return update(path, content, facts)

    whole = Whole(github)
    whole.repository.commit({"README.md": README, "CITATION.cff": CITATION})
    monkeypatch.setattr(writeback, "update", broken)

    readme, citation = whole.write(("readme", "citation"))

    assert (readme.status, citation.status) == ("failed", "written")
    assert readme.error is not None
    assert readme.error.what == (
        "the DOI is not in README.md yet: a defect in zenodo-deposit 0.1.0: IndexError: out of range"
    )


def test_an_older_version_leaves_the_newest_ones_files_alone(github: GitHubServer) -> None:
    """A job for v0.9.0 that is run again must not take CITATION.cff back; the badge is of all versions."""
    whole = Whole(github)
    whole.repository.commit({"README.md": README, "CITATION.cff": CITATION})

    readme, citation = whole.write(("readme", "citation"), published=replace(PUBLISHED, newer="2.0.0"))

    assert readme.status == "written"
    assert (citation.status, citation.note) == ("skipped", "2.0.0 is published too, and newer")
    assert texts(whole)["CITATION.cff"] == CITATION.decode()


def test_files_that_could_not_be_written_are_one_failure(github: GitHubServer) -> None:
    """The rest is told as it is, and the other parts are written."""
    whole = Whole(github)
    whole.repository.commit({"README.md": README, "CITATION.cff": CITATION})
    whole.repository.protected["main"] = "Changes must be made through a pull request."

    parts = whole.write(("release", "readme", "citation", "codemeta"))

    assert [(part.name, part.status) for part in parts] == [
        ("the release notes of v1.0.0", "written"),
        ("a comment in the release's discussion", "written"),
        ("README.md and CITATION.cff", "failed"),
        ("codemeta.json", "skipped"),
    ]
    assert parts[2].error is not None
    assert parts[2].error.what == (
        "the DOI is not in README.md and CITATION.cff yet: GitHub does not let the token write to the branch main "
        "(GitHub says: Changes must be made through a pull request.)"
    )


def test_files_that_could_not_even_be_read(github: GitHubServer) -> None:
    """All that were wanted are named."""
    whole = Whole(github)
    github.fail("git/get-tree", 404, "Not Found")

    (part,) = whole.write(("readme", "record"))

    assert (part.name, part.status) == ("README and .zenodo.yml", "failed")


def test_a_declined_pull_request(github: GitHubServer) -> None:
    """It is no failure: somebody decided so."""
    whole = Whole(github)
    whole.repository.commit({"README.md": README})
    (opened,) = whole.write(("readme",), via="pull-request")
    (pull,) = whole.repository.pulls.values()
    pull.state = "closed"

    (declined,) = whole.write(("readme",), via="pull-request")

    assert (opened.status, declined.status, declined.url) == ("written", "skipped", opened.url)
    assert declined.note == "a pull request with it was closed without being merged"


def test_warnings_about_a_file_are_kept(github: GitHubServer) -> None:
    """A DOI of another work stays, and that is told."""
    whole = Whole(github)
    whole.repository.commit({"CITATION.cff": CITATION + b"doi: 10.1234/paper\n"})

    (part,) = whole.write(("citation",))

    assert [finding.code for finding in part.findings] == ["doi-foreign"]
