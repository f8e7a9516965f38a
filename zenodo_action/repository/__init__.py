"""What the story may ask of a repository, whatever API it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from zenodo_action import __version__
from zenodo_action.model import (
    Community,
    DepositFile,
    Difference,
    Inclusion,
    Payload,
    Record,
    RemoteFile,
    RemoteRecord,
    Review,
)
from zenodo_action.patience import Patience

USER_AGENT = f"zenodo-deposit/{__version__}"
Progress = Callable[[int], None]
"""Told the number of bytes of a file that have been sent so far."""
ShowProgress = Callable[[str, int], "Progress | None"]
"""Returns what shows the progress of something that is called so and has so many bytes."""
Observer = Callable[[str, str, "int | None", int, int], None]
"""Told of every exchange: method, path, status (``None``: no answer), milliseconds, bytes of bodies sent and received."""


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
    web_url: str
    """Root of its pages, as ``https://zenodo.org``."""
    doi_prefix: str | None
    """The prefix of its DOIs, where it is known beforehand."""

    @property
    def patience(self) -> Patience:
        """How long the run may still wait; every call takes from it."""
        ...

    @property
    def user_id(self) -> str | None:
        """The server's id of the token's user, once an answer has told it (``X-User-ID``); some servers never do."""
        ...

    without_custom_fields: frozenset[str]
    """Names of custom fields that the server turned out not to have; payloads leave them out and say so."""

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

    def payload(self, record: Record, previous: RemoteRecord | None, *, is_same: bool = False) -> Payload:
        """
        Return what a save will send; pure.

        Fields that ``record`` leaves empty keep the value of ``previous``; with ``is_same`` that is the version itself,
        as ``record`` returned it, of which even what belongs to one version only is kept.
        """
        ...

    def edit_of(self, published: RemoteRecord) -> RemoteRecord | None:
        """Return the open edit of a published version, all that it holds, or ``None``."""
        ...

    def differences(self, payload: Payload, remote: RemoteRecord) -> tuple[Difference, ...]:
        """
        Return where the server's description departs from the payload; pure.

        What the server adds of its own (titles of vocabulary entries, computed names) is no difference.
        """
        ...

    def community(self, name: str) -> Community | None:
        """Return the community of a short name, or ``None``."""
        ...

    def communities_of(self, record: RemoteRecord) -> frozenset[str]:
        """Return the ids of the communities that a published record is in."""
        ...

    # Acts

    def create_draft(self, payload: Payload) -> RemoteRecord:
        """Open a draft of a new concept with its full metadata. Not safe to repeat."""
        ...

    def open_next_version(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft of the next version, opened now or before (the call is idempotent)."""
        ...

    def open_edit(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft in which a published version's metadata can be changed, opened now or before."""
        ...

    def discard_edit(self, edit: RemoteRecord) -> None:
        """Drop an edit if it is still the one seen; the published version stays as it is."""
        ...

    def save_draft(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """Replace the draft's metadata if it is still the one seen (``If-Match``); else ``ConflictError``."""
        ...

    def import_files(self, draft: RemoteRecord) -> RemoteRecord:
        """Have the server copy the files of the version before into a draft without files; return the draft then."""
        ...

    def announce(self, draft: RemoteRecord, names: Sequence[str]) -> None:
        """Say which files will be sent, in one request for all; nothing where the server need not know."""
        ...

    def reserve_doi(self, draft: RemoteRecord) -> RemoteRecord:
        """Return the draft with the DOI that it will be published under; safe to repeat."""
        ...

    def upload(self, draft: RemoteRecord, file: DepositFile, progress: Progress | None = None) -> RemoteFile:
        """
        Send one file, complete it, and compare size and MD5 with what the server holds (``ChecksumError``).

        Several threads may send files at once.
        """
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

    def review_of(self, draft: RemoteRecord) -> Review | None:
        """Return the request that a community take a draft, as ``draft`` returned it, or ``None``."""
        ...

    def request_review(self, draft: RemoteRecord, community_id: str) -> Review:
        """Ask a community to take a draft that was never published; safe to repeat. Its consent publishes the draft."""
        ...

    def request_inclusion(self, record: RemoteRecord, communities: Sequence[Community]) -> tuple[Inclusion, ...]:
        """Ask communities to take a published record, and return what each said; safe to repeat."""
        ...


def connect(
    *,
    server: str,
    token: str | None,
    timeout_s: float,
    log: Callable[[str], None],
    observe: Observer | None = None,
    name: str | None = None,
    publisher: str | None = None,
    api: str = "records",
) -> Repository:
    """
    Return the repository that a word or an address means; nothing is sent yet.

    Args:
        server: ``zenodo``, ``sandbox``, or the address of an InvenioRDM with or without ``/api``.
        token: Its user's token; ``None`` sees what the public sees.
        timeout_s: Seconds that all calls together may wait, until ``patience`` is renewed.
        log: Takes a line for people, as when the server is busy.
        observe: Takes the facts of every exchange.
        name: What messages call the server in place of its host.
        publisher: Who publishes there where the metadata name nobody, in place of what is known of the server.
        api: ``records``, InvenioRDM's own, or ``deposit``, Zenodo's documented one.

    Raises:
        OptionError: An unknown word, an address that is none, or a token that cannot be one.
    """
    # requests takes a sixth of a second to load: validate and preview --offline do without it.
    from zenodo_action.repository.deposit import DepositRepository  # noqa: PLC0415
    from zenodo_action.repository.rdm import RdmRepository  # noqa: PLC0415
    from zenodo_action.repository.transport import Transport  # noqa: PLC0415

    transport = Transport(
        server,
        token,
        user_agent=USER_AGENT,
        patience=Patience(timeout_s),
        log=log,
        observe=observe,
        name=name,
        publisher=publisher,
    )
    return DepositRepository(transport) if api == "deposit" else RdmRepository(transport)
