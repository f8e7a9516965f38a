"""
Everything that can go wrong, as types: places, findings, and exceptions that carry an exit code.

::

    ZenodoActionError(what, where, fix)          exit 1
    ├─ OptionError                                    2   a flag, an input or a file's setting
    ├─ MetadataError(findings)                        3   all findings at once
    ├─ ArchiveError                                   4   the tag, the tree, the files to deposit
    ├─ RepositoryError                                5   what the repository (Zenodo, InvenioRDM) answered
    │   ├─ TokenRejectedError
    │   ├─ NotAllowedError
    │   ├─ NotFoundError
    │   ├─ RejectedError(field_errors)
    │   ├─ ReviewDeclinedError                            a community did not take the draft
    │   ├─ ConflictError                                  somebody else changed the draft, or two candidates differ
    │   │  └─ DraftInTheWayError                          another release's draft has to be published first
    │   ├─ ChecksumError
    │   └─ UnavailableError                               no usable answer, after retries
    │      └─ LostAnswerError                             the server may have done what was asked
    ├─ GitHubError                                    6
    │   └─ GitHubUnavailableError                         no usable answer: a write may be done or not
    └─ WriteBackError(failures, doi)                  7   the record IS published

Exit 0 means done, also where nothing was left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Level = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A position in a file of the repository; lines and columns count from 1."""

    file: str
    """Path relative to the repository's root, with ``/``."""
    line: int | None = None
    column: int | None = None
    path: str | None = None
    """The value's place in the document, as ``$.creators[1].name``."""

    def __str__(self) -> str:
        text = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{text}  ({self.path})" if self.path else text

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form, with ``text`` for people and the parts for programs."""
        return {"text": str(self), "file": self.file, "line": self.line, "column": self.column, "path": self.path}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPlace:
    """A command line option, an Action input or an environment variable, by the name the user wrote."""

    name: str

    def __str__(self) -> str:
        return self.name

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"text": str(self), "option": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlace:
    """A request that was sent, and what became of it."""

    method: str
    url: str
    """Without query values that could hold a secret; the token never stands in a URL."""
    status: int | None = None
    """HTTP status, or ``None`` where no answer came."""

    def __str__(self) -> str:
        return f"{self.method} {self.url} → {self.status if self.status is not None else 'no answer'}"

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"text": str(self), "method": self.method, "url": self.url, "status": self.status}


Where = FilePlace | OptionPlace | RequestPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One checked result about the user's input: what is so, where, and how to mend it."""

    level: Level
    """``error``: the server would refuse it; ``warning``: it would be dropped, changed or defaulted; ``hint``."""
    code: str
    """Stable name, ``noun-problem``; a heading of the documentation."""
    what: str
    where: Where | None = None
    fix: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Return ``{"level", "code", "what", "where": {...} | None, "fix"}``."""
        return {
            "level": self.level,
            "code": self.code,
            "what": self.what,
            "where": self.where.as_dict() if self.where is not None else None,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One entry of a server's ``errors`` list."""

    field: str
    """The server's path, as ``metadata.creators.0.person_or_org.name``."""
    messages: tuple[str, ...]


class ZenodoActionError(Exception):
    """Anything the program stops for: what happened, where, and how to mend it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: Where | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def as_findings(self) -> tuple[Finding, ...]:
        """Return the error in the form in which every front end shows results."""
        return (Finding(level="error", code=self.code(), what=self.what, where=self.where, fix=self.fix),)

    @classmethod
    def code(cls) -> str:
        """Return the stable name of the class: ``TokenRejectedError`` → ``token-rejected``."""
        words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__)
        return words.removeprefix("-").removesuffix("-error").replace("git-hub", "github")


class OptionError(ZenodoActionError):
    """An option, an input, an environment variable or a ``deposit:`` setting is not usable."""

    exit_code = 2


class MetadataError(ZenodoActionError):
    """The metadata holds errors; nothing was sent."""

    exit_code = 3

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        errors = [finding for finding in self.findings if finding.level == "error"] or list(self.findings)
        super().__init__(
            errors[0].what if len(errors) == 1 else f"{len(errors)} errors in the metadata",
            where=errors[0].where if errors else None,
            fix=errors[0].fix if errors else None,
        )

    def as_findings(self) -> tuple[Finding, ...]:
        """Return all findings, warnings included."""
        return self.findings


class ArchiveError(ZenodoActionError):
    """The tag, the git tree or the files to deposit cannot be used."""

    exit_code = 4


class RepositoryError(ZenodoActionError):
    """The repository (Zenodo, an InvenioRDM) did not do what was asked."""

    exit_code = 5


class TokenRejectedError(RepositoryError):
    """The server does not accept the token."""


class NotAllowedError(RepositoryError):
    """The token is accepted, but this record or action is not its user's."""


class NotFoundError(RepositoryError):
    """No such record or draft on this server, or it was deleted."""


class RejectedError(RepositoryError):
    """The server refused the content; ``field_errors`` says which fields."""

    def __init__(
        self,
        what: str,
        *,
        where: Where | None = None,
        fix: str | None = None,
        field_errors: Sequence[FieldError] = (),
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.field_errors: tuple[FieldError, ...] = tuple(field_errors)


class ReviewDeclinedError(RepositoryError):
    """The community whose consent is needed has declined the draft, or let the request expire; the draft is kept."""


class ConflictError(RepositoryError):
    """Going on could harm somebody's work: another run, a foreign draft, candidates that differ."""


class DraftInTheWayError(ConflictError):
    """A draft of another release of the same record is open; it has to be published or discarded first."""


class ChecksumError(RepositoryError):
    """The server holds other bytes than were sent; the draft is kept."""


class UnavailableError(RepositoryError):
    """The server could not be reached or gave no usable answer, after all retries."""


class LostAnswerError(UnavailableError):
    """No usable answer came to a call that must not be repeated blindly: it may have been carried out."""


class GitHubError(ZenodoActionError):
    """GitHub did not do what was asked, before anything was published."""

    exit_code = 6


class GitHubUnavailableError(GitHubError):
    """GitHub could not be reached or gave no usable answer; a write may be done or not."""


class WriteBackError(ZenodoActionError):
    """The record is published and has its DOI; writing it back failed."""

    exit_code = 7

    def __init__(self, failures: Sequence[ZenodoActionError], *, doi: str) -> None:
        self.failures: tuple[ZenodoActionError, ...] = tuple(failures)
        self.doi = doi
        first = self.failures[0]
        if len(self.failures) == 1:
            super().__init__(first.what, where=first.where, fix=first.fix)
        else:
            super().__init__(f"{len(self.failures)} places do not show the DOI {doi} yet", where=first.where)

    def as_findings(self) -> tuple[Finding, ...]:
        """Return one finding for each place."""
        code = self.code()
        return tuple(
            Finding(level="error", code=code, what=failure.what, where=failure.where, fix=failure.fix)
            for failure in self.failures
        )
