"""What can be known to go wrong on the server before anything is written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zenodo_action.errors import Finding, OptionError
from zenodo_action.hints import Hint
from zenodo_action.model import DepositFile, Mark, RemoteRecord, Snapshot
from zenodo_action.notes import Note
from zenodo_action.options import Options
from zenodo_action.repository import Repository
from zenodo_action.story import lineage
from zenodo_action.story.marks import carries_mark
from zenodo_action.versions import version_key

MAX_FILES = 100
MAX_BYTES = 50 * 10**9
"""What a record of Zenodo takes. Source: Zenodo's help, "Manage quota"; invenio.cfg of zenodo-rdm."""


def check_version(versions: Iterable[RemoteRecord], mark: Mark) -> tuple[Finding, ...]:
    """Return an error where the record has this version already, but not from this release."""
    key = version_key(mark.version)
    same = (each for each in versions if each.version and version_key(each.version) == key)
    other = next((each for each in same if not carries_mark(each, mark)), None)
    if other is None:
        return ()
    links = [each.identifier for each in other.related if each.relation == "issupplementto"]
    origin = f"from {links[0]}" if links else "without a link to its source"
    return (
        Finding(
            level="error",
            code="version-deposited",
            what=f"version {mark.version} is already deposited {origin}: {other.doi or other.url}",
            fix="give this release a version of its own; if only the tag was renamed, there is nothing to do",
        ),
    )


def check_order(options: Options, versions: Sequence[RemoteRecord], mark: Mark) -> tuple[Finding, ...]:
    """
    Make sure that a version below the newest one becomes what the concept DOI leads to only where that is wanted.

    Where it is, a hint names the effect.

    Raises:
        OptionError: It is not.
    """
    newest = lineage.above(versions, mark.version)
    if newest is None:
        return ()
    what = f"{mark.version} is older than {newest.version}, which is already deposited ({newest.doi})"
    if not options.allow_older:
        raise OptionError(
            what,
            where=options.place("allow-older"),
            fix=f"the concept DOI leads to the version published last, so it would lead to {mark.version}; "
            "if that is meant, use --allow-older (in a workflow, allow-older: true)",
        )
    leads = f"{what}: once it is published, the concept DOI leads to {mark.version}"
    return (Finding(level="hint", code="version-older", what=leads, where=options.place("allow-older")),)


def made_from(
    existing: RemoteRecord | None, snapshot: Snapshot, note: Note | None, hints: Sequence[Hint]
) -> str | None:
    """Return the commit that a release's files are made of; of a version that is there only notes can tell it."""
    if existing is None:
        return snapshot.commit
    if note is not None:
        return note.commit
    return next((hint.commit for hint in hints if hint.commit is not None and hint.record_id == existing.id), None)


def check_commit(snapshot: Snapshot, commit: str | None) -> tuple[Finding, ...]:
    """Return a warning where the tag named another commit when it was deposited."""
    if commit is None or commit == snapshot.commit:
        return ()
    return (
        Finding(
            level="warning",
            code="tag-moved",
            what=f"{snapshot.tag} was deposited from commit {commit[:12]} and names {snapshot.commit[:12]} now;"
            " the published files are those of the earlier commit",
            fix="published files cannot be changed: make a new tag for what has changed",
        ),
    )


def check_files(files: Sequence[DepositFile], repository: Repository) -> tuple[Finding, ...]:
    """Return what the server would refuse of the files; other servers than Zenodo have limits of their own."""
    is_zenodo = repository.doi_prefix is not None
    total = sum(each.size_bytes for each in files)
    findings = [
        Finding(
            level="error",
            code="file-empty",
            what=f"{each.name} is empty, and {repository.name} takes no empty files",
            fix="leave it out",
        )
        for each in files
        if not each.size_bytes
    ]
    if len(files) > MAX_FILES:
        findings.append(
            Finding(
                level="error" if is_zenodo else "warning",
                code="files-too-many",
                what=f"these are {len(files)} files; a record takes {MAX_FILES}",
                fix="put some of them into an archive",
            )
        )
    if total > MAX_BYTES:
        findings.append(
            Finding(
                level="error" if is_zenodo else "warning",
                code="files-too-large",
                what=f"the files hold {total:,} bytes; a record takes {MAX_BYTES:,}",
                fix="leave files out, or ask for a larger quota (Zenodo: help.zenodo.org, Manage quota)",
            )
        )
    return tuple(findings)
