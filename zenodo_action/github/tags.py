"""Whether a tag means the same on GitHub as in the checkout that the archive is made of."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from zenodo_action.errors import Finding
from zenodo_action.github.connection import Connection
from zenodo_action.github.objects import read_tag
from zenodo_action.supplies import Supplied, Supply

CHECKOUT_FIX = """\
check out the tag as it is on GitHub, then start a run of its own (running an old one again takes the old commit):

    - uses: actions/checkout@v5
      with:
        ref: {ref}"""


def tag_check(github: Connection, tag: str, commit: str, *, has_release: bool) -> Supply:
    """
    Return what gives no files but a finding, where GitHub's tag names another commit than the checkout's.

    That is an error where the tag has a release: what people see there is not what would be archived, for good. A tag
    alone is only warned of. Nothing is said of a tag that is deposited already: no files are asked for then.
    """

    def supply(folder: Path) -> Supplied:  # noqa: ARG001 - nothing is made
        there = read_tag(github, tag)
        if there is not None and there.commit == commit:
            return Supplied(files=())
        names = f"names commit {there.commit[:12]} on GitHub" if there is not None else "is not on GitHub"
        finding = Finding(
            level="error" if has_release else "warning",
            code="tag-differs",
            what=f"the tag {tag} {names}, and commit {commit[:12]} in the checkout, which would be archived",
            fix=CHECKOUT_FIX.format(ref=f"refs/tags/{tag}")
            if there is not None
            else f"push it: git push origin refs/tags/{tag}; the record links to it",
        )
        return Supplied(files=(), findings=(finding,))

    return supply


def repository_check(github: Connection, url: str | None) -> Supply:
    """Return what gives no files but a warning, where the checkout came from another repository than the release's."""

    def supply(folder: Path) -> Supplied:  # noqa: ARG001 - nothing is made
        name = urlsplit(url or "").path.strip("/")
        if not name or name.lower() == github.repository.lower():
            return Supplied(files=())
        finding = Finding(
            level="warning",
            code="checkout-elsewhere",
            what=f"the checkout is of {name}, so the record is as well; its DOI is for the release in {github.repository}",
            fix="check out the repository that the workflow runs for, or run the workflow in the other one",
        )
        return Supplied(files=(), findings=(finding,))

    return supply
