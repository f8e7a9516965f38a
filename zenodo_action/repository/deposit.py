"""
Records of Zenodo through its documented deposit API, ``/api/deposit/depositions`` and ``/api/files``.

Both APIs of Zenodo work on the same records, and a draft begun with one can be finished with the other. What the
deposit API does not tell is asked of the native one: the newest version of a concept, and the number of a draft that
is open already.

NOTE: how a draft is claimed. The documentation of this API knows no condition on a save, but Zenodo's layer hands
``If-Match`` on to InvenioRDM, which heeds it. A server that does not would leave a gap between the look at the draft
right before the save and the save itself; another run's save in that gap is then noticed by the look before publishing.

Sources: developers.zenodo.org, "Deposit", "Deposition files", "Deposition actions"; zenodo-rdm,
``site/zenodo_rdm/legacy``; recorded answers of Zenodo.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from zenodo_action.errors import ConflictError, LostAnswerError, NotFoundError, RejectedError, UnavailableError
from zenodo_action.mapping.deposit import to_deposit
from zenodo_action.mapping.deposition import differences, from_deposition
from zenodo_action.mapping.rdm import file_from_rdm
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
from zenodo_action.repository import Progress, communities, publishing, rdm
from zenodo_action.repository.content import FileContent, check_stored
from zenodo_action.repository.replies import Reply
from zenodo_action.repository.search import own_query
from zenodo_action.repository.transport import Transport

FILES_THERE = "files.enabled"
"""Field of the complaint "Please remove all files first.": the draft of the next version is open already."""


class DepositRepository:
    """
    The ``Repository`` that Zenodo's deposit API is.

    Args:
        transport: The connection to it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._native = rdm.RdmRepository(transport)
        self._just_seen: RemoteRecord | None = None
        """The draft as the last answer to an act of ours had it; it need not be read again before it is saved."""
        self.name = transport.site.name
        self.base_url = transport.site.base_url
        self.web_url = transport.site.web_url
        self.doi_prefix = transport.site.doi_prefix
        self.without_custom_fields: frozenset[str] = frozenset()
        """Stays empty: every server with this API has Zenodo's fields, and a save does not tell what it dropped."""

    def __repr__(self) -> str:
        return f"<DepositRepository {self.base_url}>"

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
        size = rdm.PAGE_SIZE if query else 1  # without a question the call only proves the token
        found: list[RemoteRecord] = []
        for page in itertools.count(1):
            search = {"q": query, "all_versions": "true", "size": size, "page": page}
            try:
                reply = self._get(f"/deposit/depositions?{urlencode(search, quote_via=quote)}")
            except NotFoundError as error:
                raise NotFoundError(
                    f"{self.name} does not know the deposit API, which only Zenodo has",
                    where=error.where,
                    fix="use the native API: --api records (api: records in the workflow)",
                ) from error
            listed = reply.json()
            if not isinstance(listed, list):
                raise self._no_deposition(reply)
            # The list does not say how long it is: it ends where a page is not full.
            found += [self._remote(reply, each) for each in listed] if query else []
            if not query or len(listed) < size or page * size >= rdm.MAX_HITS:
                break
        return found

    def record(self, record_id: str) -> RemoteRecord:
        """Return a published version in native JSON; this API does not take the id of a concept."""
        return self._native.record(record_id)

    def draft(self, record_id: str) -> RemoteRecord | None:
        """Return the open draft of that id, without its pending files, or ``None``."""
        try:
            seen = self._read(record_id)
        except NotFoundError:
            return None
        return seen if seen.is_draft else None

    def payload(self, record: Record, previous: RemoteRecord | None, *, is_same: bool = False) -> Payload:
        """Return the body of a save, and what this API has no place for; ``previous`` as ``record`` returned it."""
        record, in_place = self._native.fundable(record)
        metadata, losses = to_deposit(record, previous.payload if previous is not None else None, is_same=is_same)
        metadata.setdefault("imprint_publisher", self._transport.site.publisher or self.name)
        return Payload(body={"metadata": metadata}, losses=(*in_place, *losses))

    def differences(self, payload: Payload, remote: RemoteRecord) -> tuple[Difference, ...]:
        """Return where the server's description (``after``) departs from the payload (``before``)."""
        return differences(payload.body["metadata"], remote.payload)

    def create_draft(self, payload: Payload) -> RemoteRecord:
        """Open a draft of a new concept with its full metadata; a lost answer is a ``LostAnswerError``."""
        reply = self._act("POST", "/deposit/depositions", json=payload.body, expect={201}, repeatable=False)
        return self._seen(self._remote(reply))

    def open_next_version(self, published: RemoteRecord) -> RemoteRecord:
        """
        Return the draft of the next version, opened now or before, with the files of the version before.

        A draft that was opened before holds whatever has been put into it since.
        """
        path = f"{_deposition(published.id)}/actions/newversion"
        try:
            opened = self._remote(self._act("POST", path, expect={201}, repeatable=True))
        except RejectedError as error:
            if not any(each.field == FILES_THERE for each in error.field_errors):
                raise
            return self._seen(self._read(self._native.open_next_version(published).id))
        if opened.id == published.id:
            # As documented: the answer is the old version, and links to the draft.
            return self._seen(self._read(_last_part(_link(opened, "latest_draft"))))
        return self._seen(opened)

    def open_edit(self, published: RemoteRecord) -> RemoteRecord:
        """Return the draft in which the metadata of a published version can be changed, opened now or before."""
        path = f"{_deposition(published.id)}/actions/edit"
        return self._seen(self._remote(self._act("POST", path, expect={201}, repeatable=True)))

    def edit_of(self, published: RemoteRecord) -> RemoteRecord | None:
        """Return the open edit of a published version in native JSON, which tells all that it holds, or ``None``."""
        return self._native.edit_of(published)

    def discard_edit(self, edit: RemoteRecord) -> None:
        """Drop an edit if it is still the revision that was read; the published version stays."""
        self._native.discard_edit(edit)

    def save_draft(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """
        Replace the draft's metadata if it is still as it was seen.

        It is read right before, unless an answer has just shown it. A lost answer is settled by reading the draft:
        repeating the call would find our own save in the way.
        """
        before = draft if draft is self._just_seen else self._unchanged(draft)
        try:
            return self._save(before, payload)
        except LostAnswerError:
            seen = self.draft(draft.id)
            if seen is not None and seen.revision == before.revision:
                return self._save(seen, payload)
            if seen is None or self.differences(payload, seen):
                raise
            return self._seen(seen)

    def import_files(self, draft: RemoteRecord) -> RemoteRecord:
        """Have the server copy the files of the version before, as opening the draft does of itself."""
        self._native.import_files(draft)
        return self._read(draft.id)

    def announce(self, draft: RemoteRecord, names: Sequence[str]) -> None:
        """Do nothing: files just come."""

    def reserve_doi(self, draft: RemoteRecord) -> RemoteRecord:
        """
        Return the draft with the DOI that it will be published under, reserved now or before.

        NOTE: by the native API. ``prereserve_doi`` of this one has Zenodo's prefix on the sandbox too, where the DOI
        gets another one, and ``doi`` is there only once it is reserved.
        """
        if draft.doi is not None:
            return draft
        self._native.reserve_doi(draft)
        return self._seen(self._read(draft.id))

    def upload(self, draft: RemoteRecord, file: DepositFile, progress: Progress | None = None) -> RemoteFile:
        """
        Send one file in place of any of that name, and compare what the server holds.

        One request; on the server the old file stays until the new one is complete.

        Raises:
            ArchiveError: The file on disk is shorter than it was, or cannot be read.
            RejectedError: The name has a folder in it.
            ChecksumError: Size or MD5 differ. The draft is kept.
        """
        if "/" in file.name or file.name in ("", ".", ".."):
            raise RejectedError(
                f"the deposit API takes no file by the name {file.name!r}",
                fix="use the native API, which takes names with folders: --api records (api: records in the workflow)",
            )
        # Only the id is taken from the link: its host has been known to be an internal one, and the token stays here.
        bucket = _last_part(_link(draft, "bucket") or _link(self._read(draft.id), "bucket"))
        reply = self._transport.request(
            "PUT",
            f"/files/{quote(bucket, safe='')}/{quote(file.name, safe='')}",
            data=lambda: FileContent(file, progress),
            repeatable=True,
            expect={200, 201},
        )
        try:
            remote = file_from_rdm(reply.json())
        except (KeyError, TypeError, AttributeError) as error:
            raise self._no_deposition(reply) from error
        return check_stored(file, remote, server=self.name, where=reply.place)

    def delete_file(self, draft: RemoteRecord, name: str) -> None:
        """Remove a file from a draft; one that is gone already is no error."""
        file_id = _file_id(draft, name) or _file_id(self._read(draft.id), name)
        if file_id is None:
            return
        try:
            path = f"{_deposition(draft.id)}/files/{quote(file_id, safe='')}"
            self._act("DELETE", path, expect={204}, repeatable=True)
        except NotFoundError:
            return

    def publish(self, draft: RemoteRecord) -> RemoteRecord:
        """Publish the draft and return the record, whatever becomes of the answer; see ``publishing.publish``."""

        def send() -> RemoteRecord:
            path = f"{_deposition(draft.id)}/actions/publish"
            return self._remote(self._act("POST", path, expect={202}, repeatable=False))

        return publishing.publish(send, lambda: self._published(draft), self.patience)

    def community(self, name: str) -> Community | None:
        """Return the community of a short name, or ``None``."""
        return self._native.community(name)

    def communities_of(self, record: RemoteRecord) -> frozenset[str]:
        """Return the ids of the communities that a published record is in."""
        return self._native.communities_of(record)

    def review_of(self, draft: RemoteRecord) -> Review | None:
        """Return the request that a community take a draft, or ``None``; this API does not tell."""
        return communities.review_of(self._transport, draft.id)

    def request_review(self, draft: RemoteRecord, community_id: str) -> Review:
        """Ask a community to take a draft that was never published; safe to repeat. Its consent publishes the draft."""
        return communities.request_review(self._transport, draft.id, community_id)

    def request_inclusion(self, record: RemoteRecord, wanted: Sequence[Community]) -> tuple[Inclusion, ...]:
        """Ask communities to take a published record, and return what each said; safe to repeat."""
        return self._native.request_inclusion(record, wanted)

    def _published(self, draft: RemoteRecord) -> RemoteRecord | None:
        """Return the record that a draft has become, ``None`` where it is still a draft."""
        seen = self._read(draft.id)
        # A publication that timed out may leave a draft of the published record behind (zenodo-rdm#1456).
        has_become_one = not seen.is_draft or (seen.is_published and not draft.is_published)
        return self.record(draft.id) if has_become_one else None

    def _unchanged(self, draft: RemoteRecord) -> RemoteRecord:
        """Return the draft as it is now, if what it says is what was seen."""
        now = self._read(draft.id)
        is_same_revision = draft.revision in (None, now.revision)
        if now.is_draft and is_same_revision and (now.version, now.related) == (draft.version, draft.related):
            return now
        raise ConflictError(
            f"draft {draft.id} was changed by somebody else since it was read",
            fix="run it again when the other run or edit is finished",
        )

    def _save(self, draft: RemoteRecord, payload: Payload) -> RemoteRecord:
        """Send a save that holds only for the revision that was read, where the server heeds that."""
        headers = {"If-Match": str(draft.revision)} if draft.revision is not None else {}
        reply = self._act(
            "PUT", _deposition(draft.id), json=payload.body, headers=headers, expect={200}, repeatable=False
        )
        return self._seen(self._remote(reply))

    def _seen(self, draft: RemoteRecord) -> RemoteRecord:
        """Remember a draft as just seen."""
        self._just_seen = draft
        return draft

    def _read(self, record_id: str) -> RemoteRecord:
        """Return the draft of that id, else the published version."""
        return self._remote(self._get(_deposition(record_id)))

    def _get(self, path: str) -> Reply:
        """Read something of depositions."""
        return self._transport.request("GET", path, repeatable=True, expect={200})

    def _act(
        self,
        method: str,
        path: str,
        *,
        expect: set[int],
        repeatable: bool,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Change something."""
        return self._transport.request(method, path, json=json, headers=headers, repeatable=repeatable, expect=expect)

    def _remote(self, reply: Reply, entry: Any = None) -> RemoteRecord:
        """Return the deposition in a reply, or in an entry of a list."""
        try:
            return from_deposition(reply.json() if entry is None else entry, _revision(reply))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise self._no_deposition(reply) from error

    def _no_deposition(self, reply: Reply) -> UnavailableError:
        """Return the error for an answer that is data, but not of the deposit API."""
        return UnavailableError(
            f"{self.name} answered with data that are no deposition",
            where=reply.place,
            fix=f"check that {self.base_url} is the API of Zenodo",
        )


def _deposition(record_id: str) -> str:
    """Return the path of a deposition."""
    return f"/deposit/depositions/{quote(record_id, safe='')}"


def _revision(reply: Reply) -> int | None:
    """Return the number in the ``ETag``; lists have none."""
    text = reply.headers.get("ETag", "").removeprefix("W/").strip('"')
    return int(text) if text.isdecimal() else None


def _link(remote: RemoteRecord, name: str) -> str:
    """Return a link of a deposition; those of lists have no ``bucket``."""
    links = remote.payload.get("links")
    return str(links.get(name) or "") if isinstance(links, Mapping) else ""


def _last_part(url: str) -> str:
    """Return the id at the end of a link."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def _file_id(draft: RemoteRecord, name: str) -> str | None:
    """Return what the deposit API calls a file; a name alone does not address it."""
    files = draft.payload.get("files")
    entries = files if isinstance(files, list) else []
    return next((str(each["id"]) for each in entries if each["filename"] == name), None)
