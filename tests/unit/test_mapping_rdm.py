"""Records to InvenioRDM's native JSON and back, and what differs."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action.errors import FieldError
from zenodo_action.mapping import field_errors
from zenodo_action.mapping.differences import differences
from zenodo_action.mapping.rdm import files_from_rdm, from_rdm, merge_previous, to_rdm, writable
from zenodo_action.model import (
    Access,
    Affiliation,
    Creator,
    Difference,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    RemoteFile,
    Right,
    TypedDate,
    TypedText,
)

REPOSITORY = "https://github.com/carberry/psychoceramics"

FULL = Record(
    title="Psychoceramics",
    resource_type="software",
    creators=(
        Creator(
            family_name="Carberry",
            given_name="Josiah",
            identifiers=(Identifier(scheme="orcid", identifier="0000-0002-1825-0097"),),
            affiliations=(
                Affiliation(name="Brown University"),
                Affiliation(name="CERN", ror="01ggx4157"),
                Affiliation(name="Brown University"),
            ),
        ),
        Creator(
            kind="organizational",
            name="The Pottery Lab",
            identifiers=(Identifier(scheme="ror", identifier="05gq02987"),),
        ),
    ),
    contributors=(Creator(family_name="Truscott", role="datacurator"),),
    description="<p>Cracked pots</p>",
    additional_titles=(TypedText(text="Of pots", type="subtitle", language="eng"),),
    additional_descriptions=(TypedText(text="<p>By hand</p>", type="methods"),),
    publication_date="2026-01-02",
    version="1.0.0",
    publisher="Zenodo",
    rights=(
        Right(id="mit"),
        Right(title="Pot licence", link="https://example.org/pots", description="Keep whole"),
    ),
    keywords=("pots", "cracks"),
    languages=("eng", "deu"),
    dates=(TypedDate(date="2020/2021", type="collected", description="in the field"),),
    identifiers=(Identifier(scheme="url", identifier="https://example.org/alt"),) * 2,
    related=(
        Related(
            identifier=f"{REPOSITORY}/tree/v1.0.0", relation="issupplementto", scheme="url", resource_type="software"
        ),
        Related(identifier="10.1234/paper", relation="isdocumentedby"),
    ),
    funding=(
        Funding(funder_id="00k4n6c32", funder_name="European Commission", award_id="00k4n6c32::654241"),
        Funding(funder_name="Pot Fund", award_number="7", award_title="Pots", award_url="https://example.org/7"),
        Funding(funder_name="Kiln Fund"),
    ),
    references=(
        Reference(text="Doe 2014"),
        Reference(text="Doe 2015", identifier=Identifier(scheme="doi", identifier="10.1234/x")),
    ),
    locations=(
        Location(place="Providence", latitude=0.0, longitude=-71.4, description="the pit"),
        Location(place="Elsewhere"),
    ),
    access=Access(embargo_until="2999-01-01", embargo_reason="patent"),
    communities=("pots",),
    custom_fields={"code:codeRepository": REPOSITORY, "code:programmingLanguage": [{"id": "python"}]},
)

FULL_BODY: dict[str, Any] = {
    "metadata": {
        "resource_type": {"id": "software"},
        "title": "Psychoceramics",
        "additional_titles": [{"title": "Of pots", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}],
        "publication_date": "2026-01-02",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Carberry",
                    "given_name": "Josiah",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Brown University"}, {"id": "01ggx4157"}],
            },
            {
                "person_or_org": {
                    "type": "organizational",
                    "name": "The Pottery Lab",
                    "identifiers": [{"scheme": "ror", "identifier": "05gq02987"}],
                }
            },
        ],
        "contributors": [
            {"person_or_org": {"type": "personal", "family_name": "Truscott"}, "role": {"id": "datacurator"}}
        ],
        "description": "<p>Cracked pots</p>",
        "additional_descriptions": [{"description": "<p>By hand</p>", "type": {"id": "methods"}}],
        "rights": [
            {"id": "mit"},
            {"title": {"en": "Pot licence"}, "description": {"en": "Keep whole"}, "link": "https://example.org/pots"},
        ],
        "subjects": [{"subject": "pots"}, {"subject": "cracks"}],
        "languages": [{"id": "eng"}, {"id": "deu"}],
        "dates": [{"date": "2020/2021", "type": {"id": "collected"}, "description": "in the field"}],
        "version": "1.0.0",
        "publisher": "Zenodo",
        "identifiers": [{"scheme": "url", "identifier": "https://example.org/alt"}],
        "related_identifiers": [
            {
                "identifier": f"{REPOSITORY}/tree/v1.0.0",
                "scheme": "url",
                "relation_type": {"id": "issupplementto"},
                "resource_type": {"id": "software"},
            },
            {"identifier": "10.1234/paper", "relation_type": {"id": "isdocumentedby"}},
        ],
        "funding": [
            {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::654241"}},
            {
                "funder": {"name": "Pot Fund"},
                "award": {
                    "number": "7",
                    "title": {"en": "Pots"},
                    "identifiers": [{"scheme": "url", "identifier": "https://example.org/7"}],
                },
            },
            {"funder": {"name": "Kiln Fund"}},
        ],
        "references": [
            {"reference": "Doe 2014"},
            {"reference": "Doe 2015", "scheme": "doi", "identifier": "10.1234/x"},
        ],
        "locations": {
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": [-71.4, 0.0]},
                    "place": "Providence",
                    "description": "the pit",
                },
                {"place": "Elsewhere"},
            ]
        },
    },
    "files": {"enabled": True},
    "custom_fields": {"code:codeRepository": REPOSITORY, "code:programmingLanguage": [{"id": "python"}]},
    "access": {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": "2999-01-01", "reason": "patent"},
    },
}


def as_server(body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A body as InvenioRDM gives it back: titles, names and schemes filled in."""
    told = _with_titles(copy.deepcopy(dict(body)))
    for person in [*told["metadata"].get("creators", ()), *told["metadata"].get("contributors", ())]:
        who = person["person_or_org"]
        if who["type"] == "personal" and "family_name" in who:
            who["name"] = ", ".join(part for part in (who["family_name"], who.get("given_name")) if part)
    for related in told["metadata"].get("related_identifiers", ()):
        related.setdefault("scheme", "doi")
    if told.get("access"):
        told["access"].setdefault("embargo", {"active": False, "reason": None})
        told["access"]["status"] = "open"
    told.setdefault("custom_fields", {})
    told["files"] = {"enabled": True, "order": [], "count": 0, "total_bytes": 0, "entries": {}}
    return {
        "id": "3s8ee-vmt50",
        "revision_id": 4,
        "parent": {"id": "jkr7m-hth40", "access": {"owned_by": {"user": "1"}}, "communities": {}, "pids": {}},
        "versions": {"is_latest": False, "is_latest_draft": True, "index": 1},
        "is_published": False,
        "is_draft": True,
        "pids": {},
        "links": {"self_html": "https://example.org/uploads/3s8ee-vmt50"},
        **told,
        **more,
    }


def _with_titles(value: Any) -> Any:
    if isinstance(value, dict):
        added = {"title": {"en": "Title", "es": "Título"}, "name": "Name"} if "id" in value else {}
        return {**{key: _with_titles(part) for key, part in value.items()}, **added}
    return [_with_titles(part) for part in value] if isinstance(value, list) else value


# Record → body


def test_every_field_has_its_shape() -> None:
    assert to_rdm(FULL) == FULL_BODY


def test_an_empty_record_says_nothing() -> None:
    assert to_rdm(Record()) == {"metadata": {}, "files": {"enabled": True}}


def test_files_may_be_restricted_without_an_embargo() -> None:
    assert to_rdm(Record(access=Access(files="restricted")))["access"] == {"record": "public", "files": "restricted"}


@pytest.mark.parametrize("latitude", [None, float("nan"), float("inf")])
def test_half_a_point_is_none(latitude: float | None) -> None:
    body = to_rdm(Record(locations=(Location(place="x", latitude=latitude, longitude=1.0),)))
    assert body["metadata"]["locations"] == {"features": [{"place": "x"}]}


TEXT = st.text(min_size=1, max_size=20)
IDS = st.text("abcdefgh-0123456789", min_size=1, max_size=10)
MAYBE_TEXT = st.none() | TEXT
IDENTIFIERS = st.builds(Identifier, scheme=IDS, identifier=TEXT)
AFFILIATIONS = st.builds(Affiliation, name=TEXT) | st.builds(Affiliation, ror=IDS)
PEOPLE = st.builds(
    Creator,
    family_name=TEXT,
    given_name=MAYBE_TEXT,
    identifiers=st.lists(IDENTIFIERS, max_size=2).map(tuple),
    affiliations=st.lists(AFFILIATIONS, max_size=2).map(tuple),
    role=st.none() | IDS,
)
ORGANISATIONS = st.builds(Creator, kind=st.just("organizational"), name=TEXT, role=st.none() | IDS)
TYPED = st.builds(TypedText, text=TEXT, type=IDS, language=st.none() | IDS)
FUNDING = st.builds(Funding, funder_id=IDS, award_id=st.none() | IDS) | st.builds(
    Funding, funder_name=TEXT, award_number=MAYBE_TEXT, award_title=MAYBE_TEXT, award_url=MAYBE_TEXT
)
DEGREES = st.floats(-90, 90)
PLACES = st.builds(Location, place=TEXT, description=MAYBE_TEXT) | st.builds(
    Location, latitude=DEGREES, longitude=DEGREES
)


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3).map(tuple)


RELATED = st.builds(Related, identifier=TEXT, relation=IDS, scheme=st.none() | IDS, resource_type=st.none() | IDS)
RECORDS = st.builds(
    Record,
    title=MAYBE_TEXT,
    resource_type=st.none() | IDS,
    creators=many(PEOPLE | ORGANISATIONS),
    contributors=many(PEOPLE | ORGANISATIONS),
    description=MAYBE_TEXT,
    additional_titles=many(TYPED),
    additional_descriptions=many(TYPED),
    publication_date=MAYBE_TEXT,
    version=MAYBE_TEXT,
    publisher=MAYBE_TEXT,
    rights=many(st.builds(Right, id=IDS) | st.builds(Right, title=TEXT, link=MAYBE_TEXT, description=MAYBE_TEXT)),
    keywords=many(TEXT),
    languages=many(IDS),
    dates=many(st.builds(TypedDate, date=TEXT, type=IDS, description=MAYBE_TEXT)),
    identifiers=many(IDENTIFIERS),
    related=many(RELATED),
    funding=many(FUNDING),
    references=many(st.builds(Reference, text=TEXT, identifier=st.none() | IDENTIFIERS)),
    locations=many(PLACES),
    access=st.none() | st.builds(Access, embargo_until=TEXT, embargo_reason=MAYBE_TEXT, files=st.just("restricted")),
    custom_fields=st.dictionaries(IDS, TEXT, max_size=2),
)


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number in a value, at any depth."""
    if dataclasses.is_dataclass(value):
        value = [getattr(value, each.name) for each in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from leaves(part)
    elif value is not None:
        yield value


@given(RECORDS)
def test_everything_in_a_record_is_sent(record: Record) -> None:
    sent = set(leaves(to_rdm(record)))
    assert {each for each in leaves(record) if each not in sent} == set()


@given(RECORDS)
def test_nothing_empty_is_sent(record: Record) -> None:
    def check(value: Any) -> None:
        assert value not in (None, "", [], {})
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(part)

    body = to_rdm(record)
    for part in body["metadata"].values():
        check(part)


@given(RECORDS)
def test_what_the_server_gives_back_does_not_differ(record: Record) -> None:
    body = to_rdm(record)
    assert differences(body, as_server(body)) == ()


@given(RECORDS)
def test_related_works_survive_the_way_there_and_back(record: Record) -> None:
    remote = from_rdm(as_server(to_rdm(record)))
    assert [(each.identifier, each.relation, each.resource_type) for each in remote.related] == [
        (each.identifier, each.relation, each.resource_type) for each in dict.fromkeys(record.related)
    ]
    assert remote.version == record.version


@given(RECORDS, st.data())
def test_a_field_that_the_server_lost_is_a_difference(record: Record, data: st.DataObject) -> None:
    body = to_rdm(record)
    if not body["metadata"]:
        return
    lost = data.draw(st.sampled_from(sorted(body["metadata"])))
    remote = as_server(body)
    del remote["metadata"][lost]
    found = differences(body, remote)
    assert found
    assert {each.field.split(".")[1] for each in found} == {lost}
    assert {each.after for each in found} == {None}


# The previous version


def test_what_a_next_version_says_nothing_of_keeps_its_value() -> None:
    merged = merge_previous(to_rdm(Record(title="New", version="2.0.0")), as_server(FULL_BODY))
    expected = {
        **{key: FULL_BODY["metadata"][key] for key in FULL_BODY["metadata"] if key != "publication_date"},
        "title": "New",
        "version": "2.0.0",
        "related_identifiers": [
            {"identifier": "10.1234/paper", "scheme": "doi", "relation_type": {"id": "isdocumentedby"}}
        ],
    }
    del expected["identifiers"]
    assert merged == {
        "metadata": expected,
        "files": {"enabled": True},
        "custom_fields": FULL_BODY["custom_fields"],
        "access": FULL_BODY["access"],
    }


def test_what_a_next_version_says_replaces_the_old_value_whole() -> None:
    new = Record(
        keywords=("kilns",),
        custom_fields={"code:codeRepository": "https://github.com/carberry/kilns"},
        access=Access(),
        related=(Related(identifier="10.1234/other", relation="cites"),),
    )
    merged = merge_previous(to_rdm(new), as_server(FULL_BODY))
    assert merged["metadata"]["subjects"] == [{"subject": "kilns"}]
    assert merged["custom_fields"] == {
        "code:codeRepository": "https://github.com/carberry/kilns",
        "code:programmingLanguage": [{"id": "python"}],
    }
    assert merged["access"] == {"record": "public", "files": "public"}
    assert merged["metadata"]["related_identifiers"] == [
        {"identifier": "10.1234/other", "relation_type": {"id": "cites"}}
    ]


def test_links_of_every_version_do_not_displace_the_related_works_of_the_previous_one() -> None:
    previous = as_server(
        to_rdm(
            Record(
                related=(
                    Related(identifier=f"{REPOSITORY}/tree/v1.0.0", relation="issupplementto"),
                    Related(identifier="https://github.com/other/tool/tree/v3", relation="issupplementto"),
                    Related(identifier="10.5281/zenodo.1", relation="isnewversionof"),
                    Related(identifier="10.1234/paper", relation="isdocumentedby"),
                )
            )
        )
    )
    new = Record(
        related=(
            Related(identifier=f"{REPOSITORY}/tree/v2.0.0", relation="issupplementto"),
            Related(identifier="10.5281/zenodo.2", relation="isnewversionof"),
        )
    )
    merged = merge_previous(to_rdm(new), previous)["metadata"]["related_identifiers"]
    assert [(each["relation_type"]["id"], each["identifier"]) for each in merged] == [
        ("issupplementto", f"{REPOSITORY}/tree/v2.0.0"),
        ("isnewversionof", "10.5281/zenodo.2"),
        ("issupplementto", "https://github.com/other/tool/tree/v3"),
        ("isdocumentedby", "10.1234/paper"),
    ]


def test_the_tree_link_of_a_repository_that_moved_is_known_by_its_code_repository() -> None:
    old_url = "https://gitlab.com/carberry/old"
    previous = as_server(
        {
            "metadata": {
                "related_identifiers": [
                    {"identifier": f"{old_url}/-/tree/v1", "relation_type": {"id": "issupplementto"}}
                ]
            },
            "custom_fields": {"code:codeRepository": old_url},
        }
    )
    new = Record(related=(Related(identifier=f"{REPOSITORY}/tree/v2", relation="issupplementto"),))
    merged = merge_previous(to_rdm(new), previous)["metadata"]["related_identifiers"]
    assert [each["identifier"] for each in merged] == [f"{REPOSITORY}/tree/v2"]


def test_only_dates_that_last_are_carried_over() -> None:
    dates = tuple(TypedDate(date="2020", type=kind) for kind in ("collected", "issued", "updated", "valid"))
    merged = merge_previous(to_rdm(Record()), as_server(to_rdm(Record(dates=dates))))
    assert [each["type"]["id"] for each in merged["metadata"]["dates"]] == ["collected", "valid"]


def test_an_embargo_that_is_over_is_not_carried_over() -> None:
    previous = as_server({"metadata": {}, "access": {"record": "public", "files": "public"}})
    previous["access"]["embargo"] = {"active": False, "until": "2020-01-01", "reason": None}
    assert merge_previous(to_rdm(Record()), previous)["access"] == {"record": "public", "files": "public"}


@given(RECORDS, RECORDS)
def test_merging_keeps_all_that_is_new_and_can_be_sent(new: Record, old: Record) -> None:
    body, previous = to_rdm(new), as_server(to_rdm(old))
    merged = merge_previous(body, previous)
    for key, value in body["metadata"].items():
        if key != "related_identifiers":
            assert merged["metadata"][key] == value
    assert all(
        each in merged["metadata"]["related_identifiers"] for each in body["metadata"].get("related_identifiers", ())
    )
    assert writable(as_server(merged)).get("metadata", {}).keys() == merged["metadata"].keys()


def test_a_body_that_is_merged_is_not_changed() -> None:
    body, previous = to_rdm(FULL), as_server(FULL_BODY)
    before = copy.deepcopy((body, previous))
    merge_previous(body, previous)
    assert (body, previous) == before


# Differences


def only(body: dict[str, Any], remote: dict[str, Any]) -> tuple[Difference, ...]:
    return differences({"metadata": body}, as_server({"metadata": remote}))


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b>\n</p>"),
        ("<p>a<p>b</p></p>", "<p>a</p><p>b</p><p></p>"),
        ("a & b", "a &amp; b"),
        ("<h6>six</h6>", "six"),
        ("<a href='https://example.org'>x</a>", '<a href="https://example.org">x</a>'),
    ],
)
def test_cleaned_html_with_the_same_words_is_no_difference(sent: str, held: str) -> None:
    assert only({"description": sent}, {"description": held}) == ()


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("<p>a</p>", "<p>b</p>"),
        ("<p>a</p><p>b</p>", "<p>a</p>"),
        ("<a href='javascript:x()'>x</a>", "<a>x</a>"),
        ("<p>a<img src='x.png'></p>", "<p>a</p>"),
    ],
)
def test_lost_words_links_and_pictures_are_a_difference(sent: str, held: str) -> None:
    assert only({"description": sent}, {"description": held}) == (
        Difference(field="metadata.description", before=sent, after=held),
    )


def test_spellings_of_a_doi_are_no_difference() -> None:
    sent = [{"identifier": "https://doi.org/10.1234/ABC", "relation_type": {"id": "cites"}}]
    held = [{"identifier": "10.1234/abc", "scheme": "doi", "relation_type": {"id": "cites"}}]
    assert only({"related_identifiers": sent}, {"related_identifiers": held}) == ()


def test_white_space_around_a_value_is_no_difference() -> None:
    assert only({"title": " Pots "}, {"title": "Pots"}) == ()


def test_each_item_of_a_list_is_a_difference_of_its_own() -> None:
    sent = [{"subject": "a"}, {"subject": "b"}, {"subject": "c"}]
    held = [{"subject": "a"}, {"subject": "c"}, {"subject": "d"}]
    assert only({"subjects": sent}, {"subjects": held}) == (
        Difference(field="metadata.subjects.1", before={"subject": "b"}, after=None),
        Difference(field="metadata.subjects.2", before=None, after={"subject": "d"}),
    )
    assert only({"subjects": sent[:1]}, {"subjects": held[1:2]}) == (
        Difference(field="metadata.subjects.0", before={"subject": "a"}, after={"subject": "c"}),
    )


def test_a_changed_person_is_shown_without_what_the_server_made() -> None:
    sent = {"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "Josiah"}}
    held = {"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "J."}}
    assert only({"creators": [sent]}, {"creators": [held]}) == (
        Difference(field="metadata.creators.0", before=sent, after=held),
    )


def test_fields_that_only_one_side_has() -> None:
    assert only({"title": "Pots"}, {"version": "1"}) == (
        Difference(field="metadata.title", before="Pots", after=None),
        Difference(field="metadata.version", before=None, after="1"),
    )


def test_places_are_compared_one_by_one() -> None:
    sent = {"features": [{"place": "a"}, {"geometry": {"type": "Point", "coordinates": [1, 2]}}]}
    held = {"features": [{"place": "b"}, {"geometry": {"type": "Point", "coordinates": [1.0, 2.0]}}]}
    assert only({"locations": sent}, {"locations": held}) == (
        Difference(field="metadata.locations.features.0", before={"place": "a"}, after={"place": "b"}),
    )


def test_custom_fields_and_access_are_compared() -> None:
    body = {"metadata": {}, "custom_fields": {"a:b": "x"}, "access": {"record": "public", "files": "restricted"}}
    remote = as_server({"metadata": {}, "custom_fields": {}, "access": {"record": "public", "files": "public"}})
    assert differences(body, remote) == (
        Difference(field="custom_fields.a:b", before="x", after=None),
        Difference(field="access.files", before="restricted", after="public"),
    )
    assert differences({"metadata": {}}, as_server({"metadata": {}, "access": {"files": "restricted"}})) == ()


def test_letters_that_look_the_same_are_no_difference() -> None:
    """Servers compose accents and drop zero-width spaces, in texts and in HTML."""
    sent = {"title": "Je\u0301ro\u0302me\u200b", "description": "<p>E\u0301te\u0301\u200b</p>"}
    held = {"title": "J\u00e9r\u00f4me", "description": "<p>\u00c9t\u00e9</p>"}
    assert only(sent, held) == ()
    assert only(sent, {**held, "title": "Jerome"}) != ()


# Payload → RemoteRecord


def test_a_published_record() -> None:
    remote = from_rdm(
        as_server(
            FULL_BODY,
            is_published=True,
            is_draft=False,
            pids={"doi": {"identifier": "10.5072/lab.3s8ee-vmt50", "provider": "datacite"}},
            parent={
                "id": "jkr7m-hth40",
                "access": {"owned_by": {"user": 1}},
                "pids": {"doi": {"identifier": "10.5072/lab.jkr7m-hth40"}},
            },
            versions={"is_latest": True, "index": 2},
            files={
                "enabled": True,
                "entries": {
                    "a.zip": {"key": "a.zip", "checksum": "md5:6ded0d6878c9a7b42e215b74d853289e", "size": 1200},
                    "b.zip": {"key": "b.zip", "metadata": None, "access": {"hidden": False}},
                },
            },
        )
    )
    assert (remote.id, remote.concept_id, remote.doi, remote.concept_doi) == (
        "3s8ee-vmt50",
        "jkr7m-hth40",
        "10.5072/lab.3s8ee-vmt50",
        "10.5072/lab.jkr7m-hth40",
    )
    assert (remote.is_published, remote.is_draft, remote.is_latest, remote.version_index) == (True, False, True, 2)
    assert (remote.owner, remote.revision, remote.version) == ("1", 4, "1.0.0")
    assert remote.code_repository == REPOSITORY
    assert remote.url == "https://example.org/uploads/3s8ee-vmt50"
    assert remote.files == (
        RemoteFile(name="a.zip", size_bytes=1200, md5="6ded0d6878c9a7b42e215b74d853289e"),
        RemoteFile(name="b.zip", size_bytes=None, md5=None),
    )
    assert remote.related[0] == FULL.related[0]


def test_a_draft_that_says_little() -> None:
    remote = from_rdm({"id": 5, "parent": {"id": 4}})
    assert (remote.id, remote.concept_id, remote.doi, remote.owner, remote.url, remote.files) == (
        "5",
        "4",
        None,
        None,
        "",
        (),
    )


@pytest.mark.parametrize("payload", [{}, {"id": "1"}, {"id": "1", "parent": {}}, {"parent": {"id": "1"}}])
def test_what_is_no_record(payload: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        from_rdm(payload)


def test_the_lists_of_the_files_api_are_read_too() -> None:
    entries = [
        {"key": "a", "status": "completed", "checksum": "md5:00", "size": 1},
        {"key": "b", "status": "pending"},
        {"key": "c", "status": "pending", "checksum": "md5:00", "size": 1},
        {"key": "d", "status": "completed", "checksum": "multipart:00-5", "size": 1},
    ]
    assert [(each.name, each.md5) for each in files_from_rdm({"entries": entries})] == [
        ("a", "00"),
        ("b", None),
        ("c", None),
        ("d", None),
    ]


def test_errors_of_a_save_leave_out_that_there_are_no_files_yet() -> None:
    errors = [
        {"field": "metadata.title", "messages": ["Short.", "Bad."]},
        {"field": "files.enabled", "messages": ["Missing uploaded files. To disable files …"]},
    ]
    assert from_rdm(as_server(FULL_BODY, errors=errors)).field_errors == (
        ("metadata.title", "Short."),
        ("metadata.title", "Bad."),
    )


def test_errors_of_a_file_call_are_a_bare_text() -> None:
    assert field_errors({"errors": "File upload transfer failed."}) == (
        FieldError(field="", messages=("File upload transfer failed.",)),
    )
    assert field_errors({"errors": None}) == field_errors([]) == field_errors(None) == ()


def test_affiliations_with_one_ror_id_are_one() -> None:
    """The server refuses a person whose affiliations are equal, and by their ids these are."""
    twice = (Affiliation(name="Brown", ror="05gq02987"), Affiliation(name="Brown University", ror="05gq02987"))
    record = Record(title="Red-Dot", creators=(Creator(family_name="Carberry", affiliations=twice),))

    assert to_rdm(record)["metadata"]["creators"][0]["affiliations"] == [{"id": "05gq02987"}]
