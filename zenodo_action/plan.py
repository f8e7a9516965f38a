"""What will be done, and what was done: the plan is made by reads alone, the outcome by acts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zenodo_action.errors import Finding, Where
from zenodo_action.model import (
    Community,
    DepositFile,
    Difference,
    Mark,
    Payload,
    Record,
    RemoteFile,
    RemoteRecord,
    Review,
    Snapshot,
)

Step = Literal["new-record", "next-version", "resume-draft", "await-review", "update-metadata", "nothing"]
Status = Literal["published", "draft", "pending", "reserved", "updated", "unchanged", "skipped", "previewed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that ``deposit`` will do; ``preview`` prints it."""

    step: Step
    server: str
    """What people call the repository."""
    snapshot: Snapshot
    mark: Mark
    """Tells this release's draft and version from others."""
    record: Record
    """The metadata to store, relations between versions included."""
    payload: Payload
    files: tuple[DepositFile, ...]
    files_there: tuple[str, ...] = ()
    """Names that the server already holds with the right checksum: in the draft, or in the version before."""
    draft: RemoteRecord | None = None
    """The draft to go on with."""
    latest: RemoteRecord | None = None
    """The version to open the next one from."""
    existing: RemoteRecord | None = None
    """The published version that this tag already has."""
    made_from: str | None = None
    """The commit that its files are made of; ``None`` where that is not known of the version that is there already."""
    changes: tuple[Difference, ...] = ()
    """
    How the metadata depart from those of the version that the tag already has, else from the newest version's:
    ``before`` there, ``after`` here.
    """
    communities: tuple[Community, ...] = ()
    """Asked to take the record once it is published."""
    places: Mapping[str, Where] = field(default_factory=dict)
    """Position of the record's fields in the metadata files, as in ``Project``."""
    review: Review | None = None
    """What decides on the draft; until then nothing is done."""
    will_publish: bool = True
    stamps: bool = False
    """
    Whether the archive's own ``CITATION.cff`` gets the DOI, which only the draft tells: until then its size and its
    checksums here are those without it.
    """
    doi: str | None = None
    """The DOI that the draft has reserved: files may carry it, and the record must get no other."""
    sibling_dois: tuple[str, ...] = ()
    """Of the other versions of the record."""
    write_back: tuple[str, ...] = ()
    """Where on GitHub the DOI is written afterwards, by the names that the option has; only a job writes there."""
    findings: tuple[Finding, ...] = ()

    def is_known(self, file: DepositFile) -> bool:
        """Whether size and checksums of one of the files are what will be sent."""
        return not (self.stamps and (file.is_archive or file.is_checksums))

    @property
    def title(self) -> str:
        """The title that will be stored, also where it is kept from the version before."""
        return str(self.payload.body["metadata"].get("title", ""))

    @property
    def ending(self) -> str:
        """Say in one sentence what comes last."""
        if not self.will_publish:
            return "then the record is left as a draft for review"
        again = " again" if self.step == "update-metadata" else ""
        places = f", and its DOI is written to GitHub: {', '.join(self.write_back)}" if self.write_back else ""
        return f"then the record is published{again}{places}"

    @property
    def summary(self) -> str:
        """Say in one sentence what the step is."""
        tag = self.snapshot.tag or self.snapshot.commit[:12]
        texts = {
            "new-record": f"{tag} becomes the first version of a new record on {self.server}",
            "next-version": f"{tag} becomes the next version of record {self.latest.concept_id if self.latest else ''}"
            f" on {self.server}",
            "resume-draft": f"the draft {self.draft.id if self.draft else ''} of {tag} on {self.server} is finished",
            "await-review": f"the draft {self.draft.id if self.draft else ''} of {tag} on {self.server} waits for its review",
            "update-metadata": f"the metadata of {tag} on {self.server} are changed; its files and its DOI stay",
            "nothing": f"{tag} is already deposited on {self.server}; there is nothing to do",
        }
        return texts[self.step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a plan."""

    status: Status
    plan: Plan | None = None
    record: RemoteRecord | None = None
    """The published record, or the draft where ``status`` is ``draft``."""
    findings: tuple[Finding, ...] = ()
    request_url: str | None = None
    """Page of the request that decides, where ``status`` is ``pending``."""
    reason: str | None = None
    """Why nothing was done, where ``status`` is ``skipped``."""

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """The files as the server holds them."""
        return self.record.files if self.record is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One release among all of a repository: what is due, or what came of it."""

    tag: str
    version: str
    date: str
    """``YYYY-MM-DD``, its publication date unless a file names another."""
    status: Literal["due", "published", "unchanged", "skipped", "failed", "left"]
    """``left``: due, but not come to, since an earlier one failed."""
    reason: str | None = None
    """Why it is skipped, or what failed."""
    record: RemoteRecord | None = None
