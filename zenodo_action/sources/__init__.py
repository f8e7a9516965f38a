"""
The sources of metadata: which files are read, and how what they say becomes one record.

Precedence per field: what git says of the tag, ``.zenodo.yml``, ``.zenodo.json``, ``CITATION.cff``, what the platform
says; then the repository's name and address. A field that a stronger source leaves out is taken from the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from zenodo_action import documents
from zenodo_action.documents import Document
from zenodo_action.errors import FilePlace, Finding, MetadataError, Where
from zenodo_action.model import Harvest, Origin, Project, Record, Snapshot
from zenodo_action.sources import citation_cff, git_facts, zenodo_file
from zenodo_action.sources.merge import disagreements, merge, relevant_findings

ZENODO_FILES = (".zenodo.yml", ".zenodo.yaml", ".zenodo.json")
CITATION_FILE = "CITATION.cff"

FILE_NAMES: tuple[str, ...] = (*ZENODO_FILES, CITATION_FILE)
"""The files that are read where none is named, strongest first."""


def collect(snapshot: Snapshot, *, metadata_file: str | None = None, further: Sequence[Harvest] = ()) -> Project:
    """
    Return the metadata of a tag, merged from all sources, with every finding of reading them.

    A file that cannot be read gives its findings and nothing else; the others are read all the same.

    Args:
        snapshot: The tag with its files.
        metadata_file: A file of the snapshot to use in place of discovery.
        further: What the platform says, weaker than every file, strongest first; left out with ``metadata_file``.
    """
    names = FILE_NAMES if metadata_file is None else (metadata_file,)
    files: list[Harvest] = []
    findings: list[Finding] = []
    unread: list[str] = []
    for name in names:
        if name not in snapshot.files:
            if name == metadata_file:
                findings.append(_missing_file(name))
                unread.append(name)
            continue
        try:
            files.append(_harvest(documents.read(name, snapshot.files[name]), snapshot))
        except MetadataError as error:
            findings += error.findings
            unread.append(name)
    sources = [*files, *(further if metadata_file is None else ())]
    merged = merge([git_facts.strongest(snapshot), *sources], git_facts.weakest(snapshot))
    findings += relevant_findings(sources)
    findings += git_facts.stale_values(files, snapshot)
    findings += disagreements(merged, [harvest.source for harvest in files])
    project = Project(
        snapshot=snapshot,
        record=Record(**merged.fields()),
        origins=merged.origins,
        losers=merged.losers,
        places=merged.places,
        findings=tuple(findings),
        unread=tuple(unread),
    )
    return _with_links(project)


def deposit_settings(snapshot: Snapshot) -> Mapping[str, tuple[object, Where]]:
    """
    Return the settings of the ``deposit:`` block with their places; of two files the stronger one's.

    Wrong settings are left out: ``collect`` has the findings about them.
    """
    settings: dict[str, tuple[object, Where]] = {}
    for name in reversed(ZENODO_FILES):
        document = _document(snapshot, name)
        if document is not None:
            settings |= zenodo_file.deposit_settings(document, snapshot)
    return settings


def own_dois(snapshot: Snapshot) -> tuple[tuple[str, FilePlace], ...]:
    """Return the DOIs that ``CITATION.cff`` gives to the work itself: they may name its record on a server."""
    document = _document(snapshot, CITATION_FILE)
    return citation_cff.dois(document) if document is not None else ()


def _document(snapshot: Snapshot, name: str) -> Document | None:
    """Return a file of the snapshot, ``None`` where there is none that can be read."""
    if name not in snapshot.files:
        return None
    try:
        return documents.read(name, snapshot.files[name])
    except MetadataError:
        return None


def _harvest(document: Document, snapshot: Snapshot) -> Harvest:
    """Return what a file says; what is no CITATION.cff is read as Zenodo's own format."""
    if document.name.lower().endswith(".cff"):
        return citation_cff.harvest(document, snapshot)
    return zenodo_file.harvest(document, snapshot)


def _missing_file(name: str) -> Finding:
    """Return the error for a file that was asked for and is not there."""
    return Finding(
        level="error",
        code="metadata-file-missing",
        what=f"there is no file {name}",
        where=FilePlace(file=name),
        fix="give its path from the top of the repository, and commit it before tagging",
    )


def _with_links(project: Project) -> Project:
    """Return the project with the link to the tag's source, and what is to be said of the repository's address."""
    record, snapshot = project.record, project.snapshot
    related, places, findings = git_facts.with_tree_link(record.related, project.places, snapshot, record.resource_type)
    findings += git_facts.foreign_repository(record.custom_fields, places, snapshot)
    origins = dict(project.origins)
    if related:
        origins.setdefault("related", Origin(source=git_facts.TAG))
    return replace(
        project,
        record=replace(record, related=related),
        origins=origins,
        places=places,
        findings=(*project.findings, *findings),
    )
