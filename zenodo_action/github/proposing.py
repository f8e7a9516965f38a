"""Changes to the files of a repository: as one commit on the default branch, or as one pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zenodo_action.errors import GitHubError
from zenodo_action.github.about import About
from zenodo_action.github.actions import markdown_escape
from zenodo_action.github.block import encode_hidden
from zenodo_action.github.commits import (
    Commit,
    branch_head,
    create_branch,
    move_branch,
    read_commit,
    write_commit,
    write_tree,
)
from zenodo_action.github.drafting import Draft, listed
from zenodo_action.github.published import Published
from zenodo_action.github.pulls import Pull, edit_pull, list_pulls, open_pull
from zenodo_action.github.reply import Reply
from zenodo_action.github.settling import Step, Written, settle

BRANCH = "zenodo-deposit/doi"
"""The branch of our pull requests: one, so that a later release goes on with a pull request that is still open."""

MARK = "<!-- zenodo-deposit:pull "
MAX_TITLE_CHARACTERS = 256
"""Of a pull request. Source: GitHub's answer 422, "title is too long (maximum is 256 characters)"."""

PROTECTED_FIX = """\
the branch is protected, or a rule guards it. A pull request can carry the change instead:

    with:
      write-via: pull-request

    permissions:
      contents: write
      pull-requests: write

Or let the rule except whoever the token belongs to."""

CLOSING = """\
The archive of the release is published already and stays as it is. While this is open, the next release goes on with it;
closed without being merged, it is not opened again for the same release."""

BRANCH_FIX = """\
a rule of the repository guards such branches: let it except whoever the token belongs to. Or there is a branch called
zenodo-deposit, below which git can have no other: rename it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is told of a change."""

    tag: str
    published: Published

    @property
    def mark(self) -> str:
        """The invisible first line of a pull request, which tells for which tag it is."""
        return f"{MARK}{encode_hidden({'tag': self.tag})} -->"

    @property
    def title(self) -> str:
        """One line."""
        return f"DOI of {self.tag}: {self.published.doi}"[:MAX_TITLE_CHARACTERS]

    def message(self, draft: Draft) -> str:
        """Return the commit's."""
        names = listed([update.path for update in draft.changed])
        versions = f", of all versions {self.published.concept_doi}" if self.published.concept_doi else ""
        return f"Write the DOI of {self.tag} into {names}\n\n{self.published.doi}{versions}\n"

    def body(self, draft: Draft) -> str:
        """Return the pull request's."""
        listed = [draft.results[place] for place in draft.places if place in draft.results]
        lines = [
            f"- {markdown_escape(update.path)}" + (f": {markdown_escape(update.note)}" if update.is_changed else "")
            for update in listed
        ]
        return "\n".join(
            [
                self.mark,
                self.published.text(),
                "",
                f"This pull request writes that into the repository, for {markdown_escape(self.tag)}:",
                "",
                *lines,
                "",
                CLOSING,
            ]
        )


def commit_files(draft: Draft, about: About, story: Story, say: Callable[[str], None]) -> Written:
    """
    Write the files as one commit to the default branch, if there is anything to change.

    The branch only ever moves on. Where somebody pushed meanwhile, the files are read and edited anew.

    Raises:
        GitHubError: It could not be written.
    """
    github, branch = draft.github, about.default_branch

    def look() -> Written | Step:
        head = _head(draft, about)
        commit, changes = draft.look(head)
        if not changes:
            return Written(status="unchanged", url=f"{about.url}/tree/{branch}")

        def step() -> str | None:
            made = write_commit(github, write_tree(github, commit, changes), [head], story.message(draft))
            if not _moved(draft, move_branch(github, branch, made), branch, head, PROTECTED_FIX):
                return None
            return f"{about.url}/commit/{made}"

        return step

    return settle(look, reading=f"the branch {branch}", say=say)


def propose_files(draft: Draft, about: About, story: Story, say: Callable[[str], None]) -> Written:
    """
    Write the files to a branch of our own and propose them as a pull request, if there is anything to change.

    One that is open is gone on with, on top of what reviewers pushed to it. One that was closed without being merged is
    not opened again for the same tag. The branch only ever moves on.

    Raises:
        GitHubError: It could not be written, or not be proposed.
    """
    github, base = draft.github, about.default_branch

    def look() -> Written | Step:
        pulls = list_pulls(github, owner=about.owner, head=BRANCH, base=base)
        ours = branch_head(github, BRANCH)
        is_open = [pull for pull in pulls if pull.is_open]
        if is_open and ours is not None:
            return _go_on(draft, is_open[0], ours, story)
        head = _head(draft, about)
        commit, changes = draft.look(head)
        if not changes:
            return Written(status="unchanged", url=f"{about.url}/tree/{base}")
        if pulls and not pulls[0].is_merged and _is_about(pulls[0], story):
            return Written(status="declined", url=pulls[0].url)

        def step() -> str | None:
            if not _begin(draft, story, commit, changes, ours):
                return None
            compare_url = f"{about.url}/compare/{base}...{BRANCH}?expand=1"
            try:
                made = open_pull(
                    github, head=BRANCH, base=base, title=story.title, body=story.body(draft), compare_url=compare_url
                )
            except GitHubError:
                if any(pull.is_open for pull in list_pulls(github, owner=about.owner, head=BRANCH, base=base)):
                    return None  # another run opened it meanwhile, or this one did and the answer got lost
                raise
            return made.url

        return step

    return settle(look, reading="the pull requests", say=say)


def _go_on(draft: Draft, pull: Pull, ours: str, story: Story) -> Written | Step:
    """Return what is left to do for the pull request that is open."""
    github = draft.github
    commit, changes = draft.look(ours)
    # An older version, whose job is run again, has nothing to say that the newest one's words do not.
    is_told = _is_about(pull, story) or story.published.newer is not None
    if not changes and is_told:
        return Written(status="unchanged", url=pull.url)

    def step() -> str | None:
        if changes:
            made = write_commit(github, write_tree(github, commit, changes), [ours], story.message(draft))
            if not _moved(draft, move_branch(github, BRANCH, made), BRANCH, ours, BRANCH_FIX):
                return None
        if story.published.newer is not None:
            return pull.url
        return edit_pull(github, pull, title=story.title, body=story.body(draft)).url

    return step


def _begin(draft: Draft, story: Story, base: Commit, changes: Mapping[str, bytes], ours: str | None) -> bool:
    """
    Write the branch of a new pull request and return whether that worked out; ``ours`` is where it stands already.

    A branch that is left from an earlier pull request is gone on with by a merge, so that nothing on it is lost.
    """
    github = draft.github
    tree = write_tree(github, base, changes)
    if ours is None:
        made = write_commit(github, tree, [base.sha], story.message(draft))
        return _moved(draft, create_branch(github, BRANCH, made), BRANCH, ours, BRANCH_FIX)
    left = read_commit(github, ours)
    if left.tree == tree and base.sha in left.parents:
        return True
    made = write_commit(github, tree, [ours, base.sha], story.message(draft))
    return _moved(draft, move_branch(github, BRANCH, made), BRANCH, ours, BRANCH_FIX)


def _head(draft: Draft, about: About) -> str:
    """Return where the default branch stands."""
    head = branch_head(draft.github, about.default_branch)
    if head is None:
        raise GitHubError(
            f"the default branch {about.default_branch} does not exist",
            fix="push it, or choose another one: Settings, General, Default branch",
        )
    return head


def _moved(draft: Draft, reply: Reply, branch: str, before: str | None, fix: str) -> bool:
    """
    Return whether a branch moved as asked, or else somebody else moved it meanwhile.

    Raises:
        GitHubError: GitHub refused.
    """
    if reply.status in (409, 422):
        if branch_head(draft.github, branch) != before:
            return False
        says = f" (GitHub says: {reply.message})" if reply.message else ""
        what = f"GitHub does not let the token write to the branch {branch}{says}"
        raise GitHubError(what, where=reply.place, fix=fix)
    draft.github.accepted(reply, f"write to the branch {branch}", level="write")
    return True


def _is_about(pull: Pull, story: Story) -> bool:
    """Whether a pull request was opened, or last edited, for this tag."""
    return pull.body.partition("\n")[0].rstrip("\r") == story.mark
