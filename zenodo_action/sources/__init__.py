"""
The sources of metadata: which files are read, and how what they say becomes one record.

Precedence per field: what git says of the tag, ``.zenodo.yml``, ``.zenodo.json``, ``CITATION.cff``, ``codemeta.json``,
``datapackage.json``, package files, what the platform says; then the repository's name and address. A field that a
stronger source leaves out is taken from the next.

Files that are there for other purposes (from ``codemeta.json`` on) never stop a deposit: their errors are warnings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from zenodo_action import documents
from zenodo_action.documents import Document
from zenodo_action.errors import FilePlace, Finding, MetadataError, Where
from zenodo_action.model import Harvest, Origin, Project, Record, Snapshot
from zenodo_action.sources import (
    citation_cff,
    codemeta,
    datapackage,
    git_facts,
    package_files,
    placeholders,
    r_description,
    setup_cfg,
    zenodo_file,
)
from zenodo_action.sources.github_facts import FIELDS as PLATFORM_FIELDS
from zenodo_action.sources.github_facts import from_github
from zenodo_action.sources.merge import disagreements, merge, relevant_findings

__all__ = ["FILE_NAMES", "PLATFORM_FIELDS", "collect", "deposit_settings", "from_github", "own_dois"]

ZENODO_FILES = (".zenodo.yml", ".zenodo.yaml", ".zenodo.json")
CITATION_FILE = "CITATION.cff"

CODEMETA_FILE = "codemeta.json"
DESCRIBING_FILES = (*ZENODO_FILES, CITATION_FILE, CODEMETA_FILE, "datapackage.json")
"""The files that are about the work as such; where two of them disagree, that is told."""

PACKAGE_FILES = ("pyproject.toml", "setup.cfg", "package.json", "DESCRIPTION", "Cargo.toml", "Project.toml")

FILE_NAMES: tuple[str, ...] = (*DESCRIBING_FILES, *PACKAGE_FILES)
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
            is_needed = _is_decisive(name) or name == metadata_file
            findings += error.findings if is_needed else _as_warnings(error.findings)
            unread += [name] if is_needed else []
    sources = [*files, *(further if metadata_file is None else ())]
    merged = merge([git_facts.strongest(snapshot), *sources], git_facts.weakest(snapshot))
    findings += relevant_findings(sources)
    findings += git_facts.stale_values(files, snapshot)
    describing = [harvest.source for harvest in files if harvest.source not in PACKAGE_FILES]
    findings += disagreements(merged, describing, placeholders.fillings(snapshot).values())
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
    """Return the DOIs that files give to the work itself, strongest first: they may name its record on a server."""
    citation, meta = _document(snapshot, CITATION_FILE), _document(snapshot, CODEMETA_FILE)
    return (
        *(citation_cff.dois(citation) if citation is not None else ()),
        *(codemeta.dois(meta) if meta is not None else ()),
    )


def _document(snapshot: Snapshot, name: str) -> Document | None:
    """Return a file of the snapshot, ``None`` where there is none that can be read."""
    if name not in snapshot.files:
        return None
    try:
        return documents.read(name, snapshot.files[name])
    except MetadataError:
        return None


def _harvest(document: Document, snapshot: Snapshot) -> Harvest:
    """Return what a file says, read by its name; any other file is read as Zenodo's own format."""
    name = document.name.rpartition("/")[2]
    if name.lower().endswith(".cff"):
        return citation_cff.harvest(document, snapshot)
    if _is_decisive(name):
        return zenodo_file.harvest(document, snapshot)
    if name == CODEMETA_FILE:
        harvest = codemeta.harvest(document)
    elif name == "datapackage.json":
        harvest = datapackage.harvest(document)
    elif name == "DESCRIPTION":
        harvest = r_description.harvest(document)
    elif name == "setup.cfg":
        harvest = setup_cfg.harvest(document)
    else:
        harvest = package_files.harvest(document)
    about = {field: _as_warnings(findings) for field, findings in harvest.field_findings.items()}
    return replace(harvest, findings=_as_warnings(harvest.findings), field_findings=about)


def _is_decisive(name: str) -> bool:
    """Whether errors of a file stop the deposit: it is there to be a record's metadata."""
    return name.rpartition("/")[2] not in (CODEMETA_FILE, "datapackage.json", *PACKAGE_FILES)


def _as_warnings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(each, level="warning") if each.level == "error" else each for each in findings)


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
