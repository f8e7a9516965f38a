"""What is written back to GitHub once a record is published: each part repeatable, and none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zenodo_action.errors import Finding, GitHubError, ZenodoActionError
from zenodo_action.github.about import read_about
from zenodo_action.github.comments import CommitThread, keep_comment
from zenodo_action.github.connection import Connection
from zenodo_action.github.discussions import DiscussionThread, discussion_number
from zenodo_action.github.drafting import FILE_PLACES, Draft, Edit, FilePlace, listed
from zenodo_action.github.proposing import Story, commit_files, propose_files
from zenodo_action.github.published import Published
from zenodo_action.github.release_notes import write_notes
from zenodo_action.github.releases import Release
from zenodo_action.github.settling import Written
from zenodo_action.updates import Update, update


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What became of one part of the write-back."""

    name: str
    """What is written to, as "the release notes"."""
    status: Literal["written", "unchanged", "skipped", "failed"]
    url: str | None = None
    """The page where people see it."""
    note: str = ""
    """What was done, or why nothing was."""
    error: ZenodoActionError | None = None
    """Why it failed."""
    findings: tuple[Finding, ...] = ()
    """Warnings about what was found there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What of the repository on GitHub a version belongs to."""

    github: Connection
    tag: str
    commit: str
    release: Release | None
    """``None`` for a tag without one."""


def write_back(
    target: Target, published: Published, places: Collection[str], *, via: str, say: Callable[[str], None]
) -> tuple[Part, ...]:
    """
    Write the DOI to every place that is wanted and return what became of each.

    Args:
        target: The release, and the repository that it is in.
        published: What is written.
        places: Of ``release``, ``commit`` and ``FILE_PLACES``.
        via: How files are changed.
        say: Takes a line of the log.
    """
    parts: list[Part] = []
    if "release" in places:
        parts += _write_release(target, published, say)
    if "commit" in places:
        thread = CommitThread(github=target.github, commit=target.commit)
        name = f"a comment on the commit {target.commit[:12]}"
        parts.append(_part(name, lambda: keep_comment(thread, published.text(), target.tag, say=say)))
    wanted = [place for place in FILE_PLACES if place in places]
    return (*parts, *(_write_files(target, published, wanted, via=via, say=say) if wanted else ()))


def _write_release(target: Target, published: Published, say: Callable[[str], None]) -> Iterator[Part]:
    """Write to the notes, and to the discussion where there is one."""
    release, name = target.release, f"the release notes of {target.tag}"
    if release is None:
        yield Part(name=name, status="skipped", note=f"{target.tag} has no release on GitHub")
        return
    yield _part(name, lambda: write_notes(target.github, release, published, say=say))
    number = discussion_number(release.discussion_url) if release.discussion_url is not None else None
    if number is not None:
        thread = DiscussionThread(github=target.github, number=number)
        yield _part(
            "a comment in the release's discussion",
            lambda: keep_comment(thread, published.text(), release.tag, say=say),
        )


def _write_files(
    target: Target, published: Published, places: Sequence[FilePlace], *, via: str, say: Callable[[str], None]
) -> Iterator[Part]:
    """Write to files of the default branch: those that change go together, or not at all."""
    draft: Draft | None = None
    done: Written | None = None
    try:
        about = read_about(target.github)
        draft = Draft(github=target.github, places=places, edit=_edit(published, about.id))
        write = commit_files if via == "commit" else propose_files
        done = write(draft, about, Story(tag=target.tag, published=published), say)
    except GitHubError as error:
        changed = [each.path for each in draft.changed] if draft is not None else []
        yield failed(listed(changed or [FILE_PLACES[place][0] for place in places]), error)
    if draft is not None:
        yield from _file_parts(draft, done)


def _file_parts(draft: Draft, done: Written | None) -> Iterator[Part]:
    """Yield what became of the files; those that changed are left out where that failed."""
    for place in draft.places:
        if place in draft.missing:
            yield Part(name=FILE_PLACES[place][0], status="skipped", note=draft.missing[place])
        elif place in draft.results and (done is not None or not draft.results[place].is_changed):
            yield _file_part(draft.results[place], done)


def _file_part(edited: Update, done: Written | None) -> Part:
    """Return what became of a file."""
    warnings = tuple(finding for finding in edited.findings if finding.level != "error")
    if edited.status == "refused":
        first = next((finding for finding in edited.findings if finding.level == "error"), None)
        what = first.what if first is not None else edited.note
        where, fix = (first.where, first.fix) if first is not None else (None, None)
        error = ZenodoActionError(what, where=where, fix=fix)
        return replace(failed(edited.path, error), findings=warnings)
    if not edited.is_changed or done is None:
        kept: Literal["unchanged", "skipped"] = "skipped" if edited.status == "skipped" else "unchanged"
        note, url = (edited.note, None) if kept == "skipped" else ("", done.url if done is not None else None)
        return Part(name=edited.path, status=kept, url=url, note=note, findings=warnings)
    if done.status == "declined":
        note = "a pull request with it was closed without being merged"
        return Part(name=edited.path, status="skipped", url=done.url, note=note, findings=warnings)
    return Part(name=edited.path, status="written", url=done.url, note=edited.note, findings=warnings)


def _edit(published: Published, repository_id: int) -> Edit:
    """Return what edits a file; a file that tells of the newest version is left alone by an older one."""
    facts = published.facts(repository_id)

    def edit(path: str, content: bytes) -> Update:
        if published.newer is not None and path in (*FILE_PLACES["citation"], *FILE_PLACES["codemeta"]):
            note = f"{published.newer} is published too, and newer"
            return Update(path=path, content=content, status="skipped", note=note)
        try:
            return update(path, content, facts)
        except Exception as error:  # noqa: BLE001 - a defect of ours with somebody's file must not stop the rest
            note = f"a defect in {published.program}: {type(error).__name__}: {error}"
            return Update(path=path, content=content, status="refused", note=note)

    return edit


def _part(name: str, write: Callable[[], Written]) -> Part:
    """Return what became of a part; what fails is kept for the end."""
    try:
        done = write()
    except GitHubError as error:
        return failed(name, error)
    return Part(name=name, status="unchanged" if done.status == "unchanged" else "written", url=done.url)


def failed(name: str, error: ZenodoActionError) -> Part:
    """Return a part that could not be written."""
    what = f"the DOI is not in {name} yet: {error.what}"
    return Part(name=name, status="failed", error=ZenodoActionError(what, where=error.where, fix=error.fix))
