"""Drafts, records and versions: what each operation of the repository does, in one transaction each."""

from __future__ import annotations

import copy
from datetime import datetime, timezone
from typing import Any

from zenodo_action.server import pids, rules, validation
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import (
    NOT_FOUND,
    Problem,
    Refusal,
    broken,
    denied,
    invalid,
    no_pid,
    not_found,
    problem,
)
from zenodo_action.server.relations import check_relations
from zenodo_action.server.rules import Caller
from zenodo_action.server.session import EMPTY_BODY, Concept, Half, Session, Version, now
from zenodo_action.server.store import Store
from zenodo_action.server.views import Side, view

Json = dict[str, Any]


class Library:
    """The records of one server."""

    def __init__(
        self, store: Store, personality: Personality, *, index_delay_s: float = 0.0, needs_community: bool = False
    ) -> None:
        self.store = store
        self.personality = personality
        self.index_delay_s = index_delay_s
        self.needs_community = needs_community
        """Whether nothing is published that no community has taken; a setting of InvenioRDM."""

    # Drafts

    def create(self, caller: Caller, body: Json | None) -> tuple[Json, list[Problem]]:
        """Open a draft of a new concept and return it with what is wrong with it."""
        if caller.user is None:
            raise denied()
        with self.store.writing() as session:
            concept = Concept(self._new_id(session), caller.user)
            session.put_concept(concept)
            version = Version(self._new_id(session), concept.id, 1)
            moment = now()
            draft = Half(copy.deepcopy(EMPTY_BODY), 4, moment, moment, session.add_bucket(version.id))
            version.draft = draft
            problems, points = self._apply(session, version, draft, body, creating=True)
            draft.revision += points
            session.put_version(version)
            shown = view(session, version, concept, "draft", fresh=True)
            self._index(session, version.id, "draft", shown)
        return shown, problems

    def draft(self, caller: Caller, version_id: str) -> Json:
        """Return an open draft."""
        with self.store.reading() as session:
            version = session.version(version_id)
            if version is None or version.draft is None:
                raise no_pid()
            version, concept, _ = rules.own_draft(session, caller, version_id)
            return view(session, version, concept, "draft")

    def save(
        self, caller: Caller, version_id: str, body: Json | None, if_match: int | None = None
    ) -> tuple[Json, list[Problem]]:
        """Replace the description of a draft and return it with what is wrong with it."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            rules.revision_matches(if_match, draft)
            problems, points = self._apply(session, version, draft, body, creating=False)
            self._touch(draft, 1 + points)
            session.put_version(version)
            shown = view(session, version, concept, "draft")
            self._index(session, version.id, "draft", shown)
        return shown, problems

    def _apply(
        self, session: Session, version: Version, draft: Half, given: Json | None, *, creating: bool
    ) -> tuple[list[Problem], int]:
        body = given or {}
        if not isinstance(body, dict):
            raise broken()
        problems: list[Problem] = []
        kept = {
            "metadata": validation.load_metadata(body["metadata"], problems) if "metadata" in body else {},
            "custom_fields": validation.load_custom_fields(body.get("custom_fields", {}), self.personality, problems),
        }
        if "pids" in body:
            draft.body["pids"] = pids.load(body["pids"], draft.body["pids"], problems)
        kept["access"] = validation.load_access(body, self.personality, problems)
        kept["files"] = validation.load_files(body, problems)
        points = check_relations(kept["metadata"], kept["custom_fields"], self.personality)
        problems.extend(self._check_files_options(session, draft, kept["files"], creating=creating))
        draft.body |= kept
        problems.extend(pids.problems(session, self.personality, version, draft))
        return problems, int(points)

    def _check_files_options(self, session: Session, draft: Half, options: Json, *, creating: bool) -> list[Problem]:
        """Put options that cannot be back to what they were, and return what is wrong with them."""
        stored = session.files(draft.bucket)
        found = []
        preview = options["default_preview"]
        if preview is not None and all(preview != one.key for one in stored):
            options["default_preview"] = draft.body["files"]["default_preview"]
            found.append(problem("files.default_preview", f'No file with key "{preview}"'))
        if not options["enabled"]:
            if self.personality.is_zenodo:
                options["enabled"] = True
                found.append(problem("files.enabled", rules.FILES_OPTION))
            elif stored:
                options["enabled"] = True
                found.append(problem("files.enabled", rules.DELETE_FILES))
        elif not creating and not stored:
            found.append(problem("files.enabled", rules.MISSING_FILES))
        return found

    def delete_draft(self, caller: Caller, version_id: str, if_match: int | None = None) -> None:
        """Drop an edit draft, or a version that was never published."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            rules.revision_matches(if_match, draft)
            request = session.request(concept.review) if concept.review else None
            if request is not None and request["is_open"]:
                raise Refusal(400, "You cannot delete a draft with an open review.")
            session.drop_bucket(draft.bucket)
            self._index(session, version.id, "draft", None)
            if version.record is not None:
                version.last_draft_revision = draft.revision
                version.draft = None
                session.put_version(version)
                return
            session.drop_version(version)
            session.free_dois(version.id)
            if not session.has_versions(concept.id):
                if concept.review:
                    session.drop_request(concept.review)
                session.drop_concept(concept.id)

    def edit(self, caller: Caller, version_id: str) -> tuple[Json, bool]:
        """Return the draft in which a version's description can be changed, and whether it was opened just now."""
        with self.store.writing() as session:
            version, concept = rules.own_version(session, caller, version_id)
            is_new = version.draft is None
            if is_new:
                record = version.record
                assert record is not None  # noqa: S101  # a version has a half
                version.drafts_seen += 1
                revision = version.last_draft_revision + (7 if version.drafts_seen == 1 else 8)
                bucket = session.add_bucket(version.id)
                session.copy_files(record.bucket, bucket)
                version.draft = Half(copy.deepcopy(record.body), revision, record.created, now(), bucket)
                session.put_version(version)
            shown = view(session, version, concept, "draft")
            self._index(session, version.id, "draft", shown)
        return shown, is_new

    # Publication and versions

    def publish(self, caller: Caller, version_id: str) -> Json:
        """Publish a draft: all of it becomes the record, or nothing does."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            if self.needs_community and not concept.communities:
                raise Refusal(400, rules.NEEDS_COMMUNITY)
            request = session.request(concept.review) if concept.review else None
            self.check_before_publish(session, version, draft)
            if request is not None and request["status"] in ("created", "submitted") and version.record is None:
                raise Refusal(400, rules.OPEN_REVIEW)
            return self.publish_now(session, version, concept, draft)

    def check_before_publish(self, session: Session, version: Version, draft: Half) -> None:
        """
        Make sure that a draft can be published.

        Raises:
            Refusal: 400 with what is wrong.
        """
        self.check_metadata(version, draft)
        rules.files_are_complete(session, draft)
        rules.files_in_time(version, draft)
        found = pids.problems(session, self.personality, version, draft)
        if found:
            raise invalid(*found)

    def check_metadata(self, version: Version, draft: Half) -> None:
        """
        Make sure that the description of a draft is right.

        Raises:
            Refusal: 400 with what is wrong.
        """
        found: list[Problem] = []
        validation.load_metadata(draft.body["metadata"], found)
        validation.load_custom_fields(draft.body["custom_fields"], self.personality, found)
        if version.record is None:
            found.extend(validation.access_problems(draft.body["access"]))
        if found:
            raise invalid(*found)

    def publish_now(self, session: Session, version: Version, concept: Concept, draft: Half) -> Json:
        """Turn a draft that passed every check into the record, within the caller's transaction."""
        body = copy.deepcopy(draft.body)
        slugs = body["custom_fields"].pop("legacy:communities", None) or []
        pids.mint(session, self.personality, version, concept, body)
        moment = now()
        before = version.record
        if before is None:
            revision = 4 if body["files"]["enabled"] else 3
            version.record = Half(body, revision, moment, moment, draft.bucket)
        else:
            if draft.is_unlocked:
                for stored in session.files(before.bucket):
                    session.drop_file(stored)
                session.copy_files(draft.bucket, before.bucket)
            session.drop_bucket(draft.bucket)
            version.record = Half(body, before.revision + 2, before.created, moment, before.bucket)
        version.last_draft_revision = draft.revision
        version.draft = None
        self._include(session, version, concept, slugs)
        session.put_concept(concept)
        session.put_version(version)
        shown = view(session, version, concept, "record")
        self._index(session, version.id, "draft", None)
        self._index(session, version.id, "record", shown)
        return shown

    def _include(self, session: Session, version: Version, concept: Concept, slugs: list[str]) -> None:
        """Put a record into communities, as far as its owner may without asking; every difficulty is passed over."""
        assert version.record is not None  # noqa: S101  # just published
        known = [community for slug in slugs if (community := session.community(slug)) is not None]
        if known:
            version.record.revision += 1
        for community in known:
            is_open = community["access"]["review_policy"] == "open"
            may_submit = community["access"]["record_submission_policy"] == "open"
            if is_open and may_submit and community["id"] not in concept.communities:
                concept.communities.append(community["id"])

    def new_version(self, caller: Caller, version_id: str) -> tuple[Json, bool]:
        """Return the draft of the next version, and whether it was opened just now."""
        with self.store.writing() as session:
            version, concept = rules.own_version(session, caller, version_id)
            if version.record is None:
                raise Refusal(404, rules.NOT_REGISTERED)
            newest = session.newest_version(concept.id)
            assert newest is not None  # noqa: S101  # there is the one that was asked for
            if newest.record is None:
                return view(session, newest, concept, "draft"), False
            latest = newest.record
            if self.personality.is_zenodo and latest.body["pids"].get("doi", {}).get("provider") == "external":
                raise denied()
            body = copy.deepcopy(latest.body) | {"pids": {}}
            body.pop("tombstone", None)
            body["metadata"].pop("version", None)
            today = datetime.now(timezone.utc).date().isoformat()
            body["metadata"] = {**body["metadata"], "publication_date": today}
            body["files"] = {"enabled": body["files"]["enabled"], "default_preview": None, "order": []}
            fresh = Version(self._new_id(session), concept.id, newest.number + 1)
            points = check_relations(body["metadata"], body["custom_fields"], self.personality)
            moment = now()
            fresh.draft = Half(body, 4 + int(points), moment, moment, session.add_bucket(fresh.id))
            session.put_version(fresh)
            shown = view(session, fresh, concept, "draft")
            self._index(session, fresh.id, "draft", shown)
        return shown, True

    def import_files(self, caller: Caller, version_id: str) -> list[Json]:
        """Link the files of the previous version into an empty draft; no byte is copied."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            rules.unlocked(version)
            if not draft.body["files"]["enabled"]:
                raise invalid(problem("files.enabled", rules.ENABLE_FILES))
            previous = session.published_before(version)
            if previous is None or previous.record is None:
                raise Refusal(404, NOT_FOUND)
            if session.files(draft.bucket):
                raise invalid(problem("files.enabled", rules.REMOVE_FILES))
            self._touch(draft, 2)
            session.put_version(version)
            self._index(session, version.id, "draft", view(session, version, concept, "draft"))
            session.copy_files(previous.record.bucket, draft.bucket)
            return [one.entry for one in session.files(draft.bucket)]

    # DOIs

    def reserve_doi(self, caller: Caller, version_id: str) -> Json:
        """Give a draft the DOI that it will be published with."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            if draft.body["pids"].get("doi"):
                raise invalid(problem("pids.doi", "A PID already exists for type doi"))
            doi = self.personality.doi(version.id)
            draft.body["pids"]["doi"] = {"identifier": doi, "provider": "datacite", "client": "datacite"}
            session.take_doi(doi, version.id)
            return self._after_doi(session, version, concept, draft)

    def discard_doi(self, caller: Caller, version_id: str) -> Json:
        """Take the reserved DOI from a draft."""
        with self.store.writing() as session:
            version, concept, draft = rules.own_draft(session, caller, version_id)
            if not draft.body["pids"].get("doi"):
                raise no_pid()
            if version.record is not None:
                raise invalid(problem("pids.doi", "Cannot discard a reserved or registered persistent identifier."))
            session.free_dois(version.id)
            del draft.body["pids"]["doi"]
            return self._after_doi(session, version, concept, draft)

    def _after_doi(self, session: Session, version: Version, concept: Concept, draft: Half) -> Json:
        self._touch(draft, 2)
        session.put_version(version)
        shown = view(session, version, concept, "draft")
        self._index(session, version.id, "draft", shown)
        return shown

    # Records

    def record(self, version_id: str) -> Json:
        """Return a published version."""
        with self.store.reading() as session:
            version, concept, _ = rules.published(session, version_id)
            return view(session, version, concept, "record")

    def newest_of(self, name: str) -> str | None:
        """Return the newest published version of a concept, by the concept's id; ``None`` for any other id."""
        with self.store.reading() as session:
            if session.concept(name) is None:
                return None
            latest = session.newest_published(name)
            return None if latest is None else latest.id

    def sibling_latest(self, version_id: str) -> str:
        """Return the newest published version among the siblings of a version, or of a concept."""
        with self.store.reading() as session:
            concept = version_id
            if session.concept(version_id) is None:
                concept = rules.published(session, version_id)[0].concept
            latest = session.newest_published(concept)
            if latest is None:
                raise not_found()
            return latest.id

    def unlist(self, session: Session, version: Version) -> None:
        """Let searches forget a version that was deleted, with its edit draft."""
        self._index(session, version.id, "record", None)
        self._index(session, version.id, "draft", None)

    def concept_of(self, version_id: str) -> str:
        """Return the concept of a version."""
        with self.store.reading() as session:
            return rules.known_version(session, version_id)[0].concept

    def _new_id(self, session: Session) -> str:
        while True:
            fresh = self.personality.new_id(session.next_number("id", self.personality.first_id))
            if session.version(fresh) is None and session.concept(fresh) is None:
                return fresh

    def _index(self, session: Session, version_id: str, kind: Side, shown: Json | None) -> None:
        if shown is not None and kind == "draft":
            # Of a draft's files searches know nothing.
            shown = {**shown, "files": {**shown["files"], "count": 0, "total_bytes": 0, "entries": {}}}
        session.catalogue.put(version_id, kind, shown, self.index_delay_s)

    def _touch(self, half: Half, steps: int) -> None:
        half.revision += steps
        half.updated = now()
