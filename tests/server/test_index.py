"""The index of searches: it finds, orders and counts just what a plain filter over everything does."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import TOOL, UNHURRIED
from zenodo_action.server.communities import CommunityDesk, add_built_in
from zenodo_action.server.counting import aggregations
from zenodo_action.server.fileset import FileDesk
from zenodo_action.server.library import Library
from zenodo_action.server.narrowing import narrow
from zenodo_action.server.personality import PERSONALITIES
from zenodo_action.server.petitions import PetitionDesk
from zenodo_action.server.query import parse
from zenodo_action.server.refusal import Refusal
from zenodo_action.server.rules import Caller
from zenodo_action.server.search import Finder, Query, Result
from zenodo_action.server.session import Session
from zenodo_action.server.store import Store
from zenodo_action.server.views import Side, view

Json = dict[str, Any]
COUNTS = ("access_status", "is_published", "resource_type", "file_type", "subject")
SORTS = (
    "bestmatch", "newest", "oldest", "updated-desc", "updated-asc", "version", "-version", "publication-desc",
    "publication-asc", "mostrecent", "-mostrecent", "mostviewed",
)  # fmt: skip


@dataclass
class House:
    """A library with its desks, and the ids of what was put into it."""

    library: Library
    ids: list[str] = field(default_factory=list)

    def act(self, name: str, place: int, metadata: Json, user: int) -> None:
        """Do one thing to one of the drafts and records; what is refused changes nothing."""
        caller, chosen = Caller(user), self.ids[place % len(self.ids)] if self.ids else ""
        with suppress(Refusal):
            getattr(self, name)(caller, chosen, metadata)

    def let_time_pass(self) -> None:
        """Let searches see at once what they would see much later."""
        with closing(sqlite3.connect(self.library.store.folder / "records.sqlite")) as connection:
            for table in ("found", "waiting"):
                connection.execute(f"UPDATE {table} SET visible_at = 0")  # noqa: S608  # our own names
            connection.commit()

    def create(self, caller: Caller, _: str, metadata: Json) -> None:
        self.ids.append(self.library.create(caller, body(metadata))[0]["id"])

    def save(self, caller: Caller, chosen: str, metadata: Json) -> None:
        self.library.save(caller, chosen, body(metadata))

    def publish(self, caller: Caller, chosen: str, metadata: Json) -> None:
        for name in metadata["names"]:
            FileDesk(self.library).replace(chosen, name, io.BytesIO(b"bytes"))
        self.library.publish(caller, chosen)

    def edit(self, caller: Caller, chosen: str, _: Json) -> None:
        self.library.edit(caller, chosen)

    def discard(self, caller: Caller, chosen: str, _: Json) -> None:
        self.library.delete_draft(caller, chosen)

    def version(self, caller: Caller, chosen: str, _: Json) -> None:
        self.ids.append(self.library.new_version(caller, chosen)[0]["id"])

    def deposit(self, caller: Caller, chosen: str, metadata: Json) -> None:
        self.create(caller, chosen, metadata)
        self.publish(caller, self.ids[-1], metadata)

    def release(self, caller: Caller, chosen: str, metadata: Json) -> None:
        self.version(caller, chosen, metadata)
        self.publish(caller, self.ids[-1], metadata)

    def delete(self, caller: Caller, chosen: str, _: Json) -> None:
        PetitionDesk(self.library).delete(caller, chosen, {"reason": "duplicate"})

    def include(self, caller: Caller, chosen: str, _: Json) -> None:
        CommunityDesk(self.library).add_record(caller, chosen, {"communities": [{"id": "zenodo"}]})


def body(metadata: Json) -> Json:
    """Return what would be sent for drawn metadata."""
    about = {
        **TOOL,
        "title": metadata["title"],
        "subjects": [{"subject": one} for one in metadata["subjects"]],
        "resource_type": {"id": metadata["kind"]},
        "publication_date": metadata["day"],
    }
    pids = {"doi": {"identifier": metadata["doi"], "provider": "external"}} if metadata["doi"] else {}
    return {
        "metadata": about,
        "custom_fields": {"code:codeRepository": f"https://github.com/o/{metadata['subjects'] and 'r'}"},
        "access": {"record": "public", "files": metadata["access"]},
        "pids": pids,
    }


@contextmanager
def house(personality: str) -> Iterator[House]:
    """Yield an empty one with two users."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        with store.writing() as session:
            add_built_in(session)
        yield House(Library(store, PERSONALITIES[personality]))
        store.close()


# The plain filter


def everything(session: Session, kind: Side) -> list[Json]:
    """Return all drafts or records that searches may see, their places read from the versions themselves."""
    shown = session.catalogue.all(kind)
    for one in shown:
        concept = session.concept(one["parent"]["id"])
        siblings = session.versions_of(one["parent"]["id"]) if concept is not None else []
        kept = [each.id for each in siblings if each.record is not None and "tombstone" not in each.record.body]
        for each in siblings:
            if each.id == one["id"] and concept is not None and (each.draft if kind == "draft" else each.record):
                fresh = view(session, each, concept, kind)
                one |= {name: fresh[name] for name in ("parent", "status", "is_published")}
                one["versions"] = {
                    "is_latest": kept[-1:] == [each.id],
                    "is_latest_draft": siblings[-1].id == each.id,
                    "index": each.number,
                }
    return shown


def plain(session: Session, scope: str, user: int, query: Query) -> list[Json]:
    """Return all that a search finds, in its order."""
    records = everything(session, "record")
    if scope == "records":
        shown = [one for one in records if query.all_versions or one["versions"]["is_latest"]]
    else:
        drafts = everything(session, "draft")
        taken = {one["id"] for one in drafts}
        both = drafts + [one for one in records if one["id"] not in taken]
        mine = [one for one in both if one["parent"]["access"]["owned_by"]["user"] == str(user)]
        shown = [one for one in mine if query.all_versions or one["versions"]["is_latest_draft"]]
    match = parse(query.text or "")
    found = [one for one in shown if match(with_files(one))]
    keys: dict[str, Callable[[Json], Any]] = {
        "newest": lambda one: one["created"],
        "oldest": lambda one: one["created"],
        "mostrecent": lambda one: one["created"],
        "-mostrecent": lambda one: one["created"],
        "updated-desc": lambda one: one["updated"],
        "updated-asc": lambda one: one["updated"],
        "version": lambda one: one["versions"]["index"],
        "-version": lambda one: one["versions"]["index"],
        "publication-desc": lambda one: one["metadata"].get("publication_date", ""),
        "publication-asc": lambda one: one["metadata"].get("publication_date", ""),
    }
    backwards = query.sort in ("newest", "mostrecent", "updated-desc", "version", "publication-desc")
    return sorted(found, key=keys.get(query.sort, lambda _: 0), reverse=backwards)


def with_files(one: Json) -> Json:
    """Return a description with the names and kinds of its files, for which queries may ask."""
    entries = one["files"]["entries"]
    kinds = [entry["ext"] for entry in entries.values()]
    return {**one, "files": {**one["files"], "keys": list(entries), "exts": kinds}}


def counted(found: list[Json]) -> dict[str, list[tuple[str, int]]]:
    """Return the ten commonest of each kind, the first found leading among equals."""
    kinds = [one["metadata"].get("resource_type", {}).get("id", "") for one in found]
    texts = {
        "access_status": [one["access"]["status"] for one in found],
        "is_published": [str(one["is_published"]).lower() for one in found],
        "resource_type": [kind.partition("-")[0] for kind in kinds if kind],
        "file_type": [
            ext for one in found for ext in dict.fromkeys(each["ext"] for each in one["files"]["entries"].values())
        ],
        "subject": [each["subject"] for one in found for each in one["metadata"].get("subjects", [])],
    }
    return {name: Counter(values).most_common(10) for name, values in texts.items()}


def check(made: House, scope: str, user: int, query: Query) -> None:
    """Make sure that a search gives what the plain filter gives."""
    counting, quick = Finder(made.library, is_counted=True), Finder(made.library)
    results: list[Result] = [
        finder.records(query) if scope == "records" else finder.own(Caller(user), query) for finder in (counting, quick)
    ]
    with made.library.store.reading() as session:
        found = plain(session, scope, user, query)
    start = (query.page - 1) * query.size
    for result in results:
        assert result.total == len(found)
        assert result.hits == found[start : start + query.size]
    buckets = aggregations(results[0].facets, *COUNTS)
    assert {name: [(one["key"], one["doc_count"]) for one in buckets[name]["buckets"]] for name in COUNTS} == counted(
        found
    )


# What is drawn

WORDS = (
    "red",
    "dot",
    "Laser",
    "dots.",
    "Red-Dot",
    "tool",
    "Ünder_scored",
    "1.0",
    "https://github.com/o/r",
    "zip",
    "ſo",
)
METADATA = st.fixed_dictionaries(
    {
        "title": st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        "subjects": st.lists(st.sampled_from(WORDS), max_size=3),
        "kind": st.sampled_from(["software", "dataset", "publication-article"]),
        "day": st.sampled_from(["2024", "2025-01", "2026-11-22"]),
        "access": st.sampled_from(["public", "restricted"]),
        "doi": st.sampled_from([None] * 8 + ["10.1234/brought", "10.1234/Too"]),
        "names": st.sets(st.sampled_from(["a.zip", "b.tar.gz", "c"]), min_size=1, max_size=2),
    }
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "create",
                "publish",
                "deposit",
                "release",
                "release",
                "version",
                "save",
                "edit",
                "delete",
                "discard",
                "include",
            )
        ),
        st.integers(0, 7),
        METADATA,
        st.sampled_from([1, 1, 1, 1, 2]),
    ),
    max_size=12,
)
KINDS = [PERSONALITIES["sandbox"], PERSONALITIES["inveniordm"]]
IDS = tuple(kind.new_id(kind.first_id + number) for kind in KINDS for number in range(5))
DOIS = tuple(kind.doi(kind.new_id(kind.first_id + number)) for kind in KINDS for number in range(5))
FIELDS = (
    "title", "keywords", "doi", "conceptdoi", "recid", "conceptrecid", "communities", "type", "version", "owners",
    "filename", "filetype", "access_right", "is_published", "status", "versions.is_latest", "metadata.subjects",
    "custom_fields.code\\:codeRepository", "creators.name", "publication_date", "metadata.nothing",
)  # fmt: skip
VALUES = (
    *WORDS, *IDS, *DOIS, "10.1234/too", "true", "false", "open", "zenodo",
    "software", "1", "2", "a.zip", "Carberry, Josiah", "2025", "red dot", "dot laser", "", "-", "published",
)  # fmt: skip


def quoted(value: str) -> str:
    """Return a value as a phrase of the query language."""
    return f'"{value}"'


TERMS = st.one_of(
    st.sampled_from(VALUES).map(quoted),
    st.builds("{}:{}".format, st.sampled_from(FIELDS), st.sampled_from(VALUES).map(quoted)),
    st.sampled_from(
        [
            "red",
            "dot",
            "laser",
            "la*",
            "title:d?t",
            "_exists_:doi",
            "recid:30000?",
            "conceptdoi:10*3*",
            "R*t",
            "*1*",
            "s?",
        ]
    ),
    st.sampled_from(["publication_date:[2025 TO 2026-11-22]", "version:[2 TO *]"]),
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} {}".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=4,
)
QUESTIONS = st.lists(
    st.tuples(
        st.sampled_from(["records", "own"]),
        st.sampled_from([1, 2]),
        st.builds(
            Query,
            text=st.one_of(st.none(), QUERIES),
            page=st.integers(1, 3),
            size=st.sampled_from([1, 3, 25]),
            sort=st.sampled_from(SORTS),
            all_versions=st.booleans(),
        ),
    ),
    min_size=6,
    max_size=12,
)


@settings(UNHURRIED, max_examples=UNHURRIED.max_examples // 2)
@given(st.sampled_from(["sandbox", "inveniordm"]), METADATA, ACTS, ACTS, QUESTIONS)
def test_the_index_finds_what_a_plain_filter_finds(
    personality: str, start: Json, first: Any, more: Any, questions: Any
) -> None:
    """At once, while later changes wait to be seen, and when they are seen."""
    with house(personality) as made:
        for name in ("deposit", "release"):
            made.act(name, 0, start, 1)
        for act in first:
            made.act(*act)
        for question in questions:
            check(made, *question)
        made.library.index_delay_s = 3600
        for act in more:
            made.act(*act)
        for question in questions:
            check(made, *question)
        made.let_time_pass()
        for question in questions:
            check(made, *question)


@pytest.mark.parametrize(
    ("query", "is_exact"),
    [
        ("", True),
        ("dot", True),
        ("red dot OR (laser AND NOT title:dots)", True),
        ('custom_fields.code\\:codeRepository:"https://github.com/o/r" OR parent.id:(5 OR 6)', True),
        ("doi:10.5072/zenodo.1 conceptdoi:10.5072/zenodo.2 recid:3", True),
        ('"red dot"', False),
        ("red-dot", False),
        ("NOT title:red-dot", False),
        ("la*", False),
        ("metadata.unheard:dot", False),
        ("communities:zenodo", False),
        ("_exists_:doi", False),
        (" ".join(["dot"] * 100), False),
        ("dot " + "(dot OR NOT " * 30 + "dot" + ")" * 30, False),
    ],
)
def test_the_index_answers_what_is_asked_often_by_itself(query: str, *, is_exact: bool) -> None:
    assert narrow(parse(query)).is_exact is is_exact


@pytest.mark.parametrize(("query", "is_narrow"), [("la*", True), ("title:La?er", True), ("sla*", False), ("*a", False)])
def test_wildcards_are_looked_for_only_where_their_beginning_is(query: str, *, is_narrow: bool) -> None:
    assert (narrow(parse(query)).sql != "1") is is_narrow


def test_a_query_of_any_length_is_answered() -> None:
    """The database has limits on its statements; the index asks nothing that is beyond them."""
    with house("sandbox") as made:
        made.act(
            "create",
            0,
            {"title": "dot", "subjects": [], "kind": "software", "day": "2024", "access": "public", "doi": None},
            1,
        )
        deep = "(dot OR NOT " * 60 + "dot" + ")" * 60
        for text in (
            " ".join(["dot"] * 3000),
            " OR ".join(['title:"-"'] * 3000) + " OR dot",
            deep,
            "NOT " * 400 + "dot",
        ):
            query = Query(text=text, page=1, size=10, sort="bestmatch", all_versions=False)
            assert Finder(made.library).own(Caller(1), query).total == 1
