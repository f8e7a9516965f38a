"""Changes to files: one commit or one pull request, only where something changes, and never a forced push."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.github_server import GitHubServer
from tests.github_server.state import Pull
from tests.unit.desk import PUBLISHED, Desk
from zenodo_action.errors import GitHubError
from zenodo_action.github.about import read_about
from zenodo_action.github.drafting import Draft, FilePlace, find_file
from zenodo_action.github.proposing import BRANCH, BRANCH_FIX, PROTECTED_FIX, Story, commit_files, propose_files
from zenodo_action.github.refusals import ARCHIVED_FIX, permission_fix
from zenodo_action.github.reply import LATER_FIX
from zenodo_action.github.settling import Written
from zenodo_action.updates import Update

LINE = b"DOI: 10.5281/zenodo.8\n"
FILES: dict[str, bytes | None] = {"README.md": b"# Stripes\n", "CITATION.cff": b"a: 1\n", "src/a.py": b"pass\n"}

Write = Callable[[Draft, Any, Story, Callable[[str], None]], Written]


def edit(path: str, content: bytes) -> Update:
    """Add a line, unless it is there."""
    if LINE in content:
        return Update(path=path, content=content, status="unchanged", note="nothing to change")
    return Update(path=path, content=content + LINE, status="changed", note="a *line* added")


class Files(Desk):
    """A repository with files on its default branch."""

    def __init__(self, server: GitHubServer) -> None:
        super().__init__(server)
        self.first = self.repository.commit(FILES)
        self.places: tuple[FilePlace, ...] = ("readme", "citation", "codemeta")

    def write(self, write: Write, *, tag: str = "v1.0.0", token: str = "", newer: str | None = None) -> Written:
        """Write as a run that knows nothing of the one before."""
        github = self.connect(token or self.server.token)
        draft = Draft(github=github, places=self.places, edit=edit)
        self.server.requests.clear()
        story = Story(tag=tag, published=replace(PUBLISHED, newer=newer))
        return write(draft, read_about(github), story, self.said.append)

    def refused(self, write: Write, *, token: str = "") -> GitHubError:
        """Have it fail."""
        with pytest.raises(GitHubError) as caught:
            self.write(write, token=token)
        return caught.value

    def commit(self, branch: str = "main") -> Any:
        """Return the commit that a branch stands at."""
        return self.repository.store.commits[self.repository.refs[f"refs/heads/{branch}"]]

    @property
    def pull(self) -> Pull:
        """The one pull request."""
        (pull,) = self.repository.pulls.values()
        return pull

    def push(self, files: dict[str, bytes | None], branch: str = "main") -> Callable[[], None]:
        """Return what pushes to a branch as somebody else."""
        return lambda: void(self.repository.commit(files, branch=branch))


def void(_: object) -> None:
    """Return nothing."""


def edited(*paths: str) -> dict[str, bytes]:
    """Return the files of the beginning with the line in some of them."""
    return {path: (content or b"") + (LINE if path in paths else b"") for path, content in FILES.items()}


BOTH = edited("README.md", "CITATION.cff")


# As a commit


def test_one_commit_holds_all_files(github: GitHubServer) -> None:
    """On top of the branch, with its other files as they are; the tag stays where it is."""
    files = Files(github)
    done = files.write(commit_files)

    commit = files.commit()
    assert done == Written(status="written", url=f"https://github.com/zebra-lab/stripes/commit/{commit.sha}")
    assert files.repository.tree() == BOTH
    assert commit.parents == (files.first,)
    assert commit.message == (
        "Write the DOI of v1.0.0 into README.md and CITATION.cff\n\n10.5281/zenodo.8, of all versions 10.5281/zenodo.7\n"
    )
    assert set(files.repository.refs) == {"refs/heads/main"}
    assert github.requests[-1].data == {"sha": commit.sha, "force": False}


def test_a_second_time_nothing_is_written(github: GitHubServer) -> None:
    """Nothing but reads."""
    files = Files(github)
    files.write(commit_files)

    assert files.write(commit_files) == Written(
        status="unchanged", url="https://github.com/zebra-lab/stripes/tree/main"
    )
    assert files.writes == []


def test_the_default_branch_may_have_any_name(github: GitHubServer) -> None:
    """And files keep their modes."""
    files = Files(github)
    files.repository.default_branch = "trunk/ö"
    sha = files.repository.store.add_blob(b"#!/bin/sh\n")
    tree = files.repository.store.add_tree({"README": ("100755", sha)})
    files.repository.refs["refs/heads/trunk/ö"] = files.repository.store.add_commit(tree, (), "x")

    files.write(commit_files)

    assert files.repository.tree("trunk/ö") == {"README": b"#!/bin/sh\n" + LINE}
    assert files.repository.store.trees[files.commit("trunk/ö").tree]["README"][0] == "100755"
    assert files.repository.tree() == edited()


def test_a_link_is_no_file(github: GitHubServer) -> None:
    """Its content is a path."""
    files = Files(github)
    sha = files.repository.store.add_blob(b"docs/README.md")
    tree = files.repository.store.add_tree({"README.md": ("120000", sha)})
    files.repository.refs["refs/heads/main"] = files.repository.store.add_commit(tree, (), "x")
    draft = Draft(github=files.github, places=("readme", "citation"), edit=edit)
    _, changes = draft.look(files.commit().sha)

    assert changes == {}
    assert draft.missing == {
        "readme": "README.md is a link, not a file",
        "citation": "there is none in the top folder of the default branch",
    }


def test_somebody_pushes_meanwhile(github: GitHubServer) -> None:
    """The files are read and edited anew, so what was pushed stays."""
    files = Files(github)
    github.meanwhile("git/create-commit", files.push({"README.md": b"# Zebras\n", "new": b"n"}))

    assert files.write(commit_files).status == "written"
    assert files.repository.tree() == BOTH | {"README.md": b"# Zebras\n" + LINE, "new": b"n"}


def test_somebody_writes_the_same_meanwhile(github: GitHubServer) -> None:
    """As another job does."""
    files = Files(github)
    github.meanwhile("git/create-commit", files.push(dict(BOTH)))

    assert files.write(commit_files).status == "written"
    assert len(files.repository.store.commits) == 3
    assert files.commit().message == "Somebody's work"


def test_somebody_pushes_again_and_again(github: GitHubServer) -> None:
    """It is given up after three commits, which no branch holds."""
    files = Files(github)
    for number in range(4):
        github.meanwhile("git/create-commit", files.push({"n": b"%d" % number}))

    error = files.refused(commit_files)

    assert (error.what, error.fix) == ("the branch main changed again and again", LATER_FIX)
    assert files.repository.tree() == edited() | {"n": b"2"}


@pytest.mark.parametrize("call", ["git/create-blob", "git/create-tree", "git/create-commit", "git/update-ref"])
def test_lost_answers_of_a_commit(github: GitHubServer, call: str) -> None:
    """One commit on the branch, wherever an answer gets lost."""
    files = Files(github)
    github.lose_answer(call)
    github.fail(call, 502)

    assert files.write(commit_files).status == "written"
    assert files.repository.tree() == BOTH
    assert files.commit().parents == (files.first,)


def test_a_protected_branch(github: GitHubServer) -> None:
    """GitHub's own words, and the other way to do it."""
    files = Files(github)
    files.repository.protected["main"] = "Changes must be made through a pull request."

    error = files.refused(commit_files)

    assert error.what == (
        "GitHub does not let the token write to the branch main "
        "(GitHub says: Changes must be made through a pull request.)"
    )
    assert str(error.where) == f"PATCH {github.url}/repos/zebra-lab/stripes/git/refs/heads/main → 422"
    assert error.fix == PROTECTED_FIX
    assert "write-via: pull-request" in PROTECTED_FIX
    assert files.repository.tree() == edited()
    assert files.write(propose_files).status == "written"


@pytest.mark.parametrize("write", [commit_files, propose_files])
def test_a_token_that_may_only_read(github: GitHubServer, write: Write) -> None:
    """The lines to add name the permission."""
    error = Files(github).refused(write, token=github.read_token)

    assert error.what == "the token may not write README.md (GitHub says: Resource not accessible by integration)"
    assert error.fix == permission_fix("contents", "write")


@pytest.mark.parametrize("write", [commit_files, propose_files])
def test_repositories_that_take_nothing(github: GitHubServer, write: Write) -> None:
    """Archived, empty, without their default branch, hidden."""
    files = Files(github)
    files.repository.is_archived = True
    archived = files.refused(write)
    files.repository.is_archived, files.repository.is_empty = False, True
    empty = files.refused(write)
    files.repository.is_empty, files.repository.default_branch = False, "trunk"
    branchless = files.refused(write)
    github.repositories.clear()
    hidden = files.refused(write)

    assert (archived.what, archived.fix) == ("the repository is archived", ARCHIVED_FIX)
    assert (empty.what, empty.fix) == (
        "the repository on GitHub has no commits",
        "push the default branch, then run the job again",
    )
    assert (branchless.what, branchless.fix) == (
        "the default branch trunk does not exist",
        "push it, or choose another one: Settings, General, Default branch",
    )
    assert hidden.what == "there is no repository zebra-lab/stripes that the token may see"


@pytest.mark.parametrize("write", [commit_files, propose_files])
def test_a_transferred_repository(github: GitHubServer, write: Write) -> None:
    """The owner is the new one."""
    files = Files(github)
    del github.repositories["zebra-lab/stripes"]
    files.repository.full_name = "zoo/stripes"
    github.repositories["zoo/stripes"] = files.repository
    github.renamed["zebra-lab/stripes"] = "zoo/stripes"

    assert files.write(write).url.startswith("https://github.com/zoo/stripes/")
    assert files.write(write).status == "unchanged"


@pytest.mark.parametrize("write", [commit_files, propose_files])
def test_nothing_to_change(github: GitHubServer, write: Write) -> None:
    """No commit, no branch, no pull request."""
    files = Files(github)
    files.repository.commit(dict(BOTH))

    assert files.write(write).status == "unchanged"
    assert files.writes == []


# As a pull request


def test_a_pull_request_is_opened(github: GitHubServer) -> None:
    """From a branch of its own; the default branch stays as it is."""
    files = Files(github)
    done = files.write(propose_files)

    pull = files.pull
    assert done == Written(status="written", url=f"https://github.com/zebra-lab/stripes/pull/{pull.number}")
    assert (pull.head, pull.base, pull.title) == (BRANCH, "main", "DOI of v1.0.0: 10.5281/zenodo.8")
    assert pull.body == (
        '<!-- zenodo-deposit:pull {"tag": "v1.0.0"} -->\n'
        "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg)](https://doi.org/10.5281/zenodo.8)\n"
        "\n"
        "Archived on [Zenodo](https://zenodo.org/records/8): DOI of this version "
        "[10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8), of all versions "
        "[10.5281/zenodo.7](https://doi.org/10.5281/zenodo.7).\n"
        "\n"
        "This pull request writes that into the repository, for v1.0.0:\n"
        "\n"
        "- README.md: a \\*line\\* added\n"
        "- CITATION.cff: a \\*line\\* added\n"
        "\n"
        "The archive of the release is published already and stays as it is. While this is open, the next release goes "
        "on with it;\n"
        "closed without being merged, it is not opened again for the same release."
    )
    assert files.repository.tree(BRANCH) == BOTH
    assert files.commit(BRANCH).parents == (files.first,)
    assert files.repository.tree() == edited()


def test_a_second_time_nothing_is_proposed(github: GitHubServer) -> None:
    """The pull request that is open says it all."""
    files = Files(github)
    first = files.write(propose_files)

    assert files.write(propose_files) == Written(status="unchanged", url=first.url)
    assert files.writes == []


def test_the_next_release_goes_on_with_it(github: GitHubServer) -> None:
    """On top of what reviewers pushed; title and body tell of the new one."""
    files = Files(github)
    files.write(propose_files)
    reviewed = files.repository.commit({"README.md": b"# Reviewed\n"}, branch=BRANCH)
    files.repository.commit({"src/a.py": b"other\n"})

    assert files.write(propose_files, tag="v1.1.0").status == "written"
    assert files.repository.tree(BRANCH) == BOTH | {"README.md": b"# Reviewed\n" + LINE}
    assert files.commit(BRANCH).parents == (reviewed,)
    assert files.pull.title == "DOI of v1.1.0: 10.5281/zenodo.8"
    assert files.write(propose_files, tag="v1.1.0").status == "unchanged"


def test_only_the_words_of_a_pull_request_change(github: GitHubServer) -> None:
    """Where the files say it already, no commit is made."""
    files = Files(github)
    files.write(propose_files)
    head = files.commit(BRANCH).sha

    files.write(propose_files, tag="v1.1.0")

    assert files.commit(BRANCH).sha == head
    assert files.writes == [f"PATCH /pulls/{files.pull.number}"]
    assert "- README.md\n- CITATION.cff\n" in (files.pull.body or "")


def test_an_older_release_does_not_change_its_words(github: GitHubServer) -> None:
    """A job that is run again commits what is missing, and says nothing."""
    files = Files(github)
    files.write(propose_files, tag="v1.1.0")
    words = (files.pull.title, files.pull.body)
    again = files.write(propose_files, newer="1.1.0")
    files.repository.commit({"README.md": b"# Reviewed\n"}, branch=BRANCH)

    assert (again.status, files.write(propose_files, newer="1.1.0").status) == ("unchanged", "written")
    assert files.repository.tree(BRANCH) == BOTH | {"README.md": b"# Reviewed\n" + LINE}
    assert (files.pull.title, files.pull.body) == words


def test_a_pull_request_that_was_declined(github: GitHubServer) -> None:
    """It is not opened again for the same tag, but for the next one; what is on its branch stays in the history."""
    files = Files(github)
    url = files.write(propose_files).url
    declined, files.pull.state = files.commit(BRANCH).sha, "closed"

    assert files.write(propose_files) == Written(status="declined", url=url)
    assert files.writes == []
    head = files.repository.commit({"src/a.py": b"other\n"})
    assert files.write(propose_files, tag="v1.1.0").status == "written"
    assert len(files.repository.pulls) == 2
    assert files.commit(BRANCH).parents == (declined, head)
    assert files.repository.tree(BRANCH) == BOTH | {"src/a.py": b"other\n"}


def test_after_a_merge(github: GitHubServer) -> None:
    """Nothing is left to do; undone by somebody, it is proposed again."""
    files = Files(github)
    files.write(propose_files)
    files.pull.state, files.pull.is_merged = "closed", True
    files.repository.commit(dict(BOTH))
    merged = files.write(propose_files)
    files.repository.commit(FILES)

    assert merged == Written(status="unchanged", url="https://github.com/zebra-lab/stripes/tree/main")
    assert files.write(propose_files).status == "written"
    assert len(files.repository.pulls) == 2


@pytest.mark.parametrize(
    "call", ["git/create-blob", "git/create-tree", "git/create-commit", "git/create-ref", "pulls/create"]
)
def test_lost_answers_of_a_pull_request(github: GitHubServer, call: str) -> None:
    """One branch, one commit on it, one pull request."""
    files = Files(github)
    github.lose_answer(call)
    github.cut(call)

    assert files.write(propose_files).status == "written"
    assert files.repository.tree(BRANCH) == BOTH
    assert files.commit(BRANCH).parents == (files.first,)
    assert files.pull.state == "open"


@pytest.mark.parametrize("call", ["git/update-ref", "pulls/update"])
def test_lost_answers_of_a_pull_request_that_is_gone_on_with(github: GitHubServer, call: str) -> None:
    """One commit more, and the words of the new release."""
    files = Files(github)
    files.write(propose_files)
    reviewed = files.repository.commit({"README.md": b"# Reviewed\n"}, branch=BRANCH)
    github.lose_answer(call)

    assert files.write(propose_files, tag="v1.1.0").status == "written"
    assert files.commit(BRANCH).parents == (reviewed,)
    assert files.pull.title == "DOI of v1.1.0: 10.5281/zenodo.8"


def test_a_reviewer_pushes_meanwhile(github: GitHubServer) -> None:
    """And another job begins the same branch."""
    files = Files(github)
    github.meanwhile("git/create-commit", files.push({"other": b"o"}, BRANCH))
    assert files.write(propose_files).status == "written"
    assert files.repository.tree(BRANCH) == BOTH

    files.repository.commit({"README.md": b"# Reviewed\n"}, branch=BRANCH)
    github.meanwhile("git/create-commit", files.push({"late": b"l"}, BRANCH))
    files.write(propose_files)
    assert files.repository.tree(BRANCH) == BOTH | {"README.md": b"# Reviewed\n" + LINE, "late": b"l"}


def test_another_run_opens_it_meanwhile(github: GitHubServer) -> None:
    """As where "published" and "released" come for one release: one pull request."""
    files = Files(github)
    mark = '<!-- zenodo-deposit:pull {"tag": "v1.0.0"} -->'

    def other() -> None:
        sha = files.commit(BRANCH).sha
        files.repository.pulls[1] = Pull(number=1, title="DOI", body=mark, head=BRANCH, base="main", head_sha=sha)

    github.meanwhile("git/create-ref", other)

    assert files.write(propose_files).status == "written"
    assert files.repository.tree(BRANCH) == BOTH
    assert files.pull.state == "open"


def test_jobs_that_may_not_open_pull_requests(github: GitHubServer) -> None:
    """A setting that no permission lifts: where it is, and a link to do it by hand. The branch is there already."""
    files = Files(github)
    files.repository.lets_jobs_open_pulls = False

    error = files.refused(propose_files)

    assert error.what == (
        "the token may not open a pull request "
        "(GitHub says: GitHub Actions is not permitted to create or approve pull requests.)"
    )
    assert error.fix == (
        f"{permission_fix('pull-requests', 'write')}\n"
        "\n"
        "If the permission is there: a job's own token opens pull requests only where the repository, and its "
        "organisation, let it.\n"
        'Tick "Allow GitHub Actions to create and approve pull requests" under Settings, Actions, General, Workflow '
        "permissions,\n"
        "or pass a token of your own as `github-token`.\n"
        "The branch is written already; to open the pull request by hand: "
        "https://github.com/zebra-lab/stripes/compare/main...zenodo-deposit/doi?expand=1"
    )
    assert "pull-requests: write" in (error.fix or "")
    head = files.commit(BRANCH).sha
    files.repository.lets_jobs_open_pulls = True
    files.write(propose_files)
    assert (files.commit(BRANCH).sha, files.pull.head_sha) == (head, head)


def test_a_token_without_pull_requests(github: GitHubServer) -> None:
    """The missing scope is the first thing that is said."""
    github.tokens["ghs_contents"] = "contents"

    error = Files(github).refused(propose_files, token="ghs_contents")

    assert error.what == "the token may not open a pull request (GitHub says: Resource not accessible by integration)"
    assert (error.fix or "").startswith(permission_fix("pull-requests", "write"))


def test_a_token_that_may_not_even_read_pull_requests(github: GitHubServer) -> None:
    """As in a private repository: what is needed is said once, not the reading first."""
    github.fail("pulls/list", 403, "Resource not accessible by integration")

    error = Files(github).refused(propose_files)

    assert error.what == (
        "the token may not read the pull requests (GitHub says: Resource not accessible by integration)"
    )
    assert error.fix == permission_fix("pull-requests", "write")
    assert "permissions:\n  contents: write\n  pull-requests: write\n" in error.fix


def test_a_rule_about_all_branches(github: GitHubServer) -> None:
    """As one that lets nobody move them."""
    files = Files(github)
    files.write(propose_files)
    files.repository.commit({"README.md": b"# Reviewed\n"}, branch=BRANCH)
    files.repository.protected[BRANCH] = "Repository rule violations found"

    error = files.refused(propose_files)

    assert error.what == (
        "GitHub does not let the token write to the branch zenodo-deposit/doi "
        "(GitHub says: Repository rule violations found)"
    )
    assert error.fix == BRANCH_FIX


def test_a_rate_limit_is_waited_out(github: GitHubServer) -> None:
    """What was turned away was not done."""
    files = Files(github)
    for call in ("git/create-blob", "git/create-ref", "pulls/create"):
        github.fail_rate(call, 2)

    assert files.write(propose_files).status == "written"
    assert files.slept == [2, 2, 2]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["README.rst", "README.md", "readme.txt"], "README.md"),
        (["README", "readme.adoc"], "readme.adoc"),
        (["README.txt", "README"], "README"),
        (["README.zh.md", "README.md"], "README.md"),
        (["README.zh.txt", "README.txt"], "README.txt"),
        (["readmes.md", "src"], None),
    ],
)
def test_which_readme(names: list[str], found: str | None) -> None:
    """The one in a markup that has badges; a translation comes last."""
    assert find_file("readme", names) == found


def test_which_files() -> None:
    """By their exact names, as their readers look for them."""
    names = ["CITATION.cff", "citation.cff", "codemeta.json", ".zenodo.yaml"]

    assert [find_file(place, names) for place in ("citation", "codemeta", "record")] == [
        "CITATION.cff",
        "codemeta.json",
        ".zenodo.yaml",
    ]
