"""The parts of the write-back: independent of each other, each reported."""

from __future__ import annotations

from tests.github_server import GitHubServer
from tests.unit.desk import PUBLISHED, Desk
from zenodo_action.github.refusals import permission_fix
from zenodo_action.github.releases import release_by_id
from zenodo_action.github.writeback import Part, Target, write_back


class Whole(Desk):
    """A release with a discussion."""

    def __init__(self, server: GitHubServer) -> None:
        super().__init__(server)
        self.commit = self.repository.commit({"a": b"a\n"})
        self.release = self.repository.add_release("v1.0.0", "notes")
        self.discussion = self.repository.add_discussion(self.release)

    def write(self, places: tuple[str, ...] = ("release", "commit"), token: str = "") -> tuple[Part, ...]:
        """Write back, as a run that knows nothing of the one before."""
        github = self.connect(token or self.server.token)
        release = release_by_id(github, self.release.id) if self.repository.releases else None
        target = Target(github=github, tag="v1.0.0", commit=self.commit, release=release)
        self.server.requests.clear()
        return write_back(target, PUBLISHED, places, say=self.said.append)

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
