"""What the story may ask of a repository, whatever API it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from zenodo_action.model import DepositFile, Difference, Payload, Record, RemoteFile, RemoteRecord

Progress = Callable[[int], None]
"""Told the number of bytes of a file that have been sent so far."""


class Repository(Protocol):
    """
    A server that holds records, seen by one user's token.

    Every method raises a ``RepositoryError`` of the fitting kind: ``TokenRejectedError``, ``NotAllowedError``,
    ``NotFoundError``, ``RejectedError``, ``ConflictError``, ``ChecksumError``, ``UnavailableError``.
    """

    name: str
    """What people call it: ``Zenodo``, ``the Zenodo sandbox``, ``the embedded repository``, or its host."""
    base_url: str
    """Root of the API, as ``https://zenodo.org/api``."""
    user_id: str | None
    """The server's id of the token's user, once an answer has told it (``X-User-ID``); some servers never do."""

    # Reads

    def own_records(self, *, record_ids: Sequence[str] = (), code_repository: str | None = None) -> list[RemoteRecord]:
        """
        Return the user's own versions and drafts with an id or concept id, or that point at a source code repository.

        One request (more only above 100 hits), answered from the search index: it can lag seconds behind.
        It also proves that the token is accepted.
        """
        ...

    def record(self, record_id: str) -> RemoteRecord:
        """Return a published version; the id of a concept gives its newest version. Strongly consistent."""
        ...

    def draft(self, record_id: str) -> RemoteRecord | None:
        """Return the open draft of that id, or ``None``. Strongly consistent."""
        ...

    def payload(self, record: Record, previous: RemoteRecord | None) -> Payload:
        """
        Return what a save will send; pure.

        Fields that ``record`` leaves empty keep the value of ``previous``.
        """
        ...

    def differences(self, payload: Payload, remote: RemoteRecord) -> tuple[Difference, ...]:
        """
        Return where the server's description departs from the payload; pure.

        What the server adds of its own (titles of vocabulary entries, computed names) is no difference.
        """
        ...

    # Acts

    def create_draft(self, payload: Payload) -> RemoteRecord:
        """Open a draft of a new concept with its full metadata. Not safe to repeat."""
        ...

    def open_next_version(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft of the next version, opened now or before (the call is idempotent)."""
        ...

    def save_draft(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """Replace the draft's metadata if it is still the one seen (``If-Match``); else ``ConflictError``."""
        ...

    def upload(self, draft: RemoteRecord, file: DepositFile, progress: Progress | None = None) -> RemoteFile:
        """Send one file, complete it, and compare size and MD5 with what the server holds (``ChecksumError``)."""
        ...

    def delete_file(self, draft: RemoteRecord, name: str) -> None:
        """Remove a file, pending or complete, from a draft."""
        ...

    def publish(self, draft: RemoteRecord) -> RemoteRecord:
        """
        Publish the draft and return the record.

        A lost answer is settled by reading the draft and the record, never by publishing again blindly.
        """
        ...
