"""
Records of an InvenioRDM, zenodo.org included, through its native API ``/api/records``.

Sources: InvenioRDM reference, "Drafts and records"; recorded answers of InvenioRDM 14 and of Zenodo's layer over it.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from zenodo_action.errors import (
    ConflictError,
    Finding,
    LostAnswerError,
    NotFoundError,
    RejectedError,
    RequestPlace,
    UnavailableError,
)
from zenodo_action.mapping import field_errors
from zenodo_action.mapping.differences import differences
from zenodo_action.mapping.rdm import file_from_rdm, files_from_rdm, from_rdm
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
from zenodo_action.repository import Progress, communities, publishing
from zenodo_action.repository.content import FileContent, check_stored
from zenodo_action.repository.fields import ACCEPT, Fields
from zenodo_action.repository.replies import Reply
from zenodo_action.repository.search import own_query
from zenodo_action.repository.transport import Transport

PAGE_SIZE = 100
"""The most that Zenodo gives to a user. Source: blog.zenodo.org, 2025-11-25."""
MAX_HITS = 10_000
"""No search goes further. Source: invenio-records-resources, ``SearchOptions``."""


class RdmRepository:
    """
    The ``Repository`` that an InvenioRDM is.

    Args:
        transport: The connection to it.
        without_custom_fields: Names of custom fields that this instance does not have; they are left out of payloads,
            and each payload says so. A save that is answered with an error for ``custom_fields.NAME`` tells them.
    """

    def __init__(self, transport: Transport, *, without_custom_fields: frozenset[str] = frozenset()) -> None:
        self._transport = transport
        self.name = transport.site.name
        self.base_url = transport.site.base_url
        self.web_url = transport.site.web_url
        self.doi_prefix = transport.site.doi_prefix
        self.without_custom_fields = without_custom_fields
        self._fields = Fields(transport)
        self._announced: set[str] = set()
        """Paths of files that the server waits for."""

    def __repr__(self) -> str:
        return f"<RdmRepository {self.base_url}>"

    @property
    def patience(self) -> Patience:
        """How long the run may still wait."""
        return self._transport.patience

    @property
    def user_id(self) -> str | None:
        """The server's id of the token's user, once an answer has told it."""
        return self._transport.user_id

    def own_records(self, *, record_ids: Sequence[str] = (), code_repository: str | None = None) -> list[RemoteRecord]:
        """Return the user's own versions and drafts with an id or concept id, or of a source code repository."""
        query = own_query(record_ids, code_repository)
        size = PAGE_SIZE if query else 1  # without a question the call only proves the token
        found: list[RemoteRecord] = []
        for page in itertools.count(1):
            search = {"q": query, "allversions": "true", "sort": "newest", "size": size, "page": page}
            reply = self._get(f"/user/records?{urlencode(search, quote_via=quote)}")
            try:
                hits = reply.json()["hits"]
                found += [from_rdm(hit) for hit in hits["hits"]] if query else []
                is_last = not query or page * size >= min(hits["total"], MAX_HITS)
            except (KeyError, TypeError, AttributeError) as error:
                raise self._no_record(reply) from error
            if is_last:
                break
        return found

    def record(self, record_id: str) -> RemoteRecord:
        """Return a published version; the id of a concept redirects to its newest version."""
        return self._remote(self._get(f"/records/{quote(record_id, safe='')}"))

    def draft(self, record_id: str) -> RemoteRecord | None:
        """Return the open draft of that id, its pending files included, or ``None``."""
        try:
            return self._remote(self._get(_draft(record_id)))
        except NotFoundError:
            return None

    def payload(self, record: Record, previous: RemoteRecord | None, *, is_same: bool = False) -> Payload:
        """Return the body of a save, and what this instance has no field for."""
        return self._fields.payload(record, previous, is_same=is_same, without=self.without_custom_fields)

    def fundable(self, record: Record) -> tuple[Record, tuple[Finding, ...]]:
        """Return a record whose funders and awards the server has, with a warning for each other one."""
        return self._fields.in_words(record, ("awards", "funders"))

    def differences(self, payload: Payload, remote: RemoteRecord) -> tuple[Difference, ...]:
        """Return where the server's description (``after``) departs from the payload (``before``)."""
        return differences(payload.body, remote.payload)

    def create_draft(self, payload: Payload) -> RemoteRecord:
        """Open a draft of a new concept with its full metadata; a lost answer is a ``LostAnswerError``."""
        return self._remote(self._act("POST", "/records", json=payload.body, expect={201}, repeatable=False))

    def open_next_version(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft of the next version, opened now or before."""
        path = f"/records/{quote(published.id, safe='')}/versions"
        return self._remote(self._act("POST", path, expect={201}, repeatable=True))

    def open_edit(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft in which the metadata of a published version can be changed, opened now or before."""
        return self._remote(self._act("POST", _draft(published.id), expect={201}, repeatable=True))

    def edit_of(self, published: RemoteRecord) -> RemoteRecord | None:
        """Return the open edit of a published version, or ``None``."""
        return self.draft(published.id)

    def discard_edit(self, edit: RemoteRecord) -> None:
        """Drop an edit if it is still the revision that was read; the published version stays."""
        if not edit.is_published:  # the same call deletes a draft that was never published as a whole
            raise ConflictError(f"draft {edit.id} was never published, so it is no edit of a record")
        headers = {"If-Match": str(edit.revision)} if edit.revision is not None else {}
        self._act("DELETE", _draft(edit.id), headers=headers, expect={204, 404}, repeatable=True)

    def save_draft(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """
        Replace the draft's metadata if it is still the revision that ``draft`` was read at.

        A lost answer is settled by reading the draft: repeating the call would find our own save in the way.
        """
        try:
            return self._save(draft, payload)
        except LostAnswerError:
            seen = self.draft(draft.id)
            if seen is not None and seen.revision == draft.revision:
                return self._save(draft, payload)
            if seen is None or self.differences(payload, seen):
                raise
            return seen

    def import_files(self, draft: RemoteRecord) -> RemoteRecord:
        """
        Have the server copy the files of the version before into a draft without files; return the draft then.

        Nothing is transferred. A draft that has files is refused, also where it got them by this very call and the
        answer was lost: then it is read.
        """
        path = f"{_draft(draft.id)}/actions/files-import"
        try:
            reply = self._act("POST", path, accept="application/json", expect={201}, repeatable=True)
        except RejectedError:
            return self._remote(self._get(_draft(draft.id)))
        return replace(draft, files=files_from_rdm(reply.json()))

    def announce(self, draft: RemoteRecord, names: Sequence[str]) -> None:
        """Make entries for several files; where that is refused, each is announced when it is sent."""
        if len(names) > 1:
            with contextlib.suppress(RejectedError):
                self._announce(draft, names)
                self._announced |= {_file(draft, name) for name in names}

    def reserve_doi(self, draft: RemoteRecord) -> RemoteRecord:
        """Return the draft with the DOI that it will be published under, reserved now or before."""
        if draft.doi is not None:
            return draft
        try:
            return self._remote(self._act("POST", f"{_draft(draft.id)}/pids/doi", expect={201}, repeatable=True))
        except RejectedError:
            # "A PID already exists for type doi": a call whose answer was lost, or somebody else's.
            seen = self.draft(draft.id)
            if seen is None or seen.doi is None:
                raise
            return seen

    def upload(self, draft: RemoteRecord, file: DepositFile, progress: Progress | None = None) -> RemoteFile:
        """
        Send one file in place of any of that name, complete it, and compare what the server holds.

        Three requests: announce, send, complete. A transfer that the server gives up is begun once more.

        Raises:
            ArchiveError: The file on disk is shorter than it was, or cannot be read.
            ChecksumError: Size or MD5 differ. The draft is kept.
        """
        if any(part in ("", ".", "..") for part in file.name.split("/")):
            raise RejectedError(
                f"{file.name!r} cannot be the name of a deposited file", fix="give the file another name"
            )
        reply = self._transfer(draft, file, progress) or self._transfer(draft, file, progress)
        if reply is None:
            raise UnavailableError(
                f"{self.name} lost {file.name} while it was sent, twice",
                where=RequestPlace(method="PUT", url=f"{self.base_url}{_file(draft, file.name)}/content"),
                fix="wait and run it again: the draft is kept, and files that are complete are not sent again",
            )
        return self._compared(reply, file)

    def delete_file(self, draft: RemoteRecord, name: str) -> None:
        """Remove a file, pending or complete, from a draft; one that is gone already is no error."""
        try:
            self._act("DELETE", _file(draft, name), expect={204}, repeatable=True)
        except NotFoundError:
            return

    def publish(self, draft: RemoteRecord) -> RemoteRecord:
        """Publish the draft and return the record, whatever becomes of the answer; see ``publishing.publish``."""

        def send() -> RemoteRecord:
            path = f"{_draft(draft.id)}/actions/publish"
            return self._remote(self._act("POST", path, expect={202}, repeatable=False))

        return publishing.publish(send, lambda: self._published(draft), self.patience)

    def community(self, name: str) -> Community | None:
        """Return the community of a short name, or ``None``."""
        return communities.find(self._transport, name)

    def communities_of(self, record: RemoteRecord) -> frozenset[str]:
        """Return the ids of the communities that a published record is in."""
        return communities.of_record(self._transport, record.id)

    def review_of(self, draft: RemoteRecord) -> Review | None:
        """Return the request that a community take a draft, or ``None``; asked for only where the draft tells of one."""
        parent = draft.payload.get("parent")
        if not draft.payload.get("review") and not (isinstance(parent, Mapping) and parent.get("review")):
            return None
        return communities.review_of(self._transport, draft.id)

    def request_review(self, draft: RemoteRecord, community_id: str) -> Review:
        """Ask a community to take a draft that was never published; safe to repeat. Its consent publishes the draft."""
        return communities.request_review(self._transport, draft.id, community_id)

    def request_inclusion(self, record: RemoteRecord, wanted: Sequence[Community]) -> tuple[Inclusion, ...]:
        """Ask communities to take a published record, and return what each said; safe to repeat."""
        return communities.ask(self._transport, record.id, wanted)

    def _published(self, draft: RemoteRecord) -> RemoteRecord | None:
        """Return the record that a draft has become, ``None`` where it is still a draft."""
        return self.record(draft.id) if self.draft(draft.id) is None else None

    def _save(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """Send a save that holds only for the revision that was read."""
        # A bare number: the quoted form that ETag has is refused as "Not a valid integer."
        headers = {"If-Match": str(draft.revision)} if draft.revision is not None else {}
        reply = self._act(
            "PUT", _draft(draft.id), json=payload.body, headers=headers, expect={200}, repeatable=draft.revision is None
        )
        return self._remote(reply)

    def _announce(self, draft: RemoteRecord, names: Sequence[str]) -> None:
        """Make entries for files."""
        path, keys = f"{_draft(draft.id)}/files", [{"key": name} for name in names]
        self._act("POST", path, json=keys, accept="application/json", expect={201}, repeatable=True)

    def _announce_anew(self, draft: RemoteRecord, name: str) -> None:
        """Make an entry for a file; one of the same name that is in the way, pending or complete, is removed."""
        try:
            self._announce(draft, [name])
        except RejectedError:
            self._act("DELETE", _file(draft, name), expect={204, 404}, repeatable=True)
            self._announce(draft, [name])

    def _transfer(self, draft: RemoteRecord, file: DepositFile, progress: Progress | None) -> Reply | None:
        """Announce, send and complete a file; ``None`` where the server lost the entry on the way."""
        path = _file(draft, file.name)
        if path in self._announced:
            self._announced.discard(path)
        else:
            self._announce_anew(draft, file.name)
        try:
            sent = self._transport.request(
                "PUT", f"{path}/content", data=lambda: FileContent(file, progress), repeatable=True, expect={200}
            )
            if field_errors(sent.json()):  # "File upload transfer failed.", with status 200
                return None
            return self._act("POST", f"{path}/commit", accept="application/json", expect={200}, repeatable=True)
        except NotFoundError:  # seen on Zenodo between content and commit (zenodo-rdm#1413)
            return None

    def _compared(self, reply: Reply, file: DepositFile) -> RemoteFile:
        """Return the completed file if it is the one that was sent."""
        try:
            remote = file_from_rdm(reply.json())
        except (KeyError, TypeError, AttributeError) as error:
            raise self._no_record(reply) from error
        return check_stored(file, remote, server=self.name, where=reply.place)

    def _get(self, path: str) -> Reply:
        """Read something of records."""
        return self._transport.request("GET", path, accept=ACCEPT, repeatable=True, expect={200})

    def _act(
        self,
        method: str,
        path: str,
        *,
        expect: set[int],
        repeatable: bool,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        accept: str = ACCEPT,
    ) -> Reply:
        """Change something."""
        return self._transport.request(
            method, path, json=json, headers=headers, accept=accept, repeatable=repeatable, expect=expect
        )

    def _remote(self, reply: Reply) -> RemoteRecord:
        """Return the record or draft in a reply."""
        try:
            return from_rdm(reply.json())
        except (KeyError, TypeError, AttributeError) as error:
            raise self._no_record(reply) from error

    def _no_record(self, reply: Reply) -> UnavailableError:
        """Return the error for an answer that is data, but not of an InvenioRDM."""
        return UnavailableError(
            f"{self.name} answered with data that are no record",
            where=reply.place,
            fix=f"check that {self.base_url} is the API of an InvenioRDM",
        )


def _draft(draft_id: str) -> str:
    """Return the path of a draft."""
    return f"/records/{quote(draft_id, safe='')}/draft"


def _file(draft: RemoteRecord, name: str) -> str:
    """Return the path of a file of a draft; names may have folders."""
    return f"{_draft(draft.id)}/files/{quote(name, safe='/')}"
