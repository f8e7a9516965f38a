"""
The DOI in the files of a repository: each file in, the file with the facts in it out; pure.

Only the spans that change are touched, and doing it twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable

from zenodo_action.errors import MetadataError
from zenodo_action.updates.citation_cff import update_citation
from zenodo_action.updates.codemeta import update_codemeta
from zenodo_action.updates.facts import PublishedFacts, Update
from zenodo_action.updates.readme import update_readme
from zenodo_action.updates.report import Report
from zenodo_action.updates.settings import update_settings

__all__ = ["PublishedFacts", "Update", "stamp", "update"]

_Updater = Callable[[Report, bytes, PublishedFacts], bytes]


def update(path: str, content: bytes, facts: PublishedFacts) -> Update:
    """
    Return a file with the facts about a published version in it, and what was done.

    Never raises for what a file holds: what cannot be read or not be edited without spoiling it comes back as it was,
    with the status ``refused``.

    Args:
        path: From the repository's root on; the name decides what the file is.
        content: The whole file.
        facts: What to write.
    """
    updater = _updater(path.rpartition("/")[2].lower())
    if updater is None:
        return Update(path=path, content=content, status="skipped", note="no file that a DOI is written into")
    report = Report(path)
    try:
        changed = updater(report, content, facts)
    except MetadataError as error:
        note = f"not updated: {error.what}"
        findings = (*report.findings, *error.findings)
        return Update(path=path, content=content, status="refused", note=note, findings=findings)
    if changed != content:
        note = "; ".join(report.changes)
        return Update(path=path, content=changed, status="changed", note=note, findings=tuple(report.findings))
    findings = tuple(report.findings)
    if report.reason is not None:
        return Update(path=path, content=content, status="skipped", note=report.reason, findings=findings)
    return Update(path=path, content=content, status="unchanged", note="nothing to change", findings=findings)


def stamp(content: bytes, facts: PublishedFacts) -> Update:
    """Return a ``CITATION.cff`` with the reserved DOI of a version; there may be no concept DOI yet."""
    return update("CITATION.cff", content, facts)


def _updater(name: str) -> _Updater | None:
    """Return what updates a file of a name in small letters."""
    if name == "citation.cff":
        return update_citation
    if name == "codemeta.json":
        return update_codemeta
    if name in (".zenodo.yml", ".zenodo.yaml"):
        return update_settings
    if name == "readme" or name.startswith("readme."):
        return update_readme
    return None
