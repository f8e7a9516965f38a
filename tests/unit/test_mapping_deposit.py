"""Records to the deposit API's metadata, its answers back, what is lost on the way, and what differs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given

from tests.unit.records import PATIENT, RECORDS
from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.deposit import to_deposit
from zenodo_action.mapping.deposition import differences, from_deposition, is_deposition
from zenodo_action.mapping.rdm import to_rdm
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
from zenodo_action.vocab.data import load

TREE = "https://github.com/carberry/psychoceramics/tree/v1.0.0"
FIX = "use the native API, which keeps them: --api records (api: records in the workflow)"

FULL = Record(
    title="Psychoceramics",
    resource_type="publication-article",
    creators=(
        Creator(
            family_name="Carberry",
            given_name="Josiah",
            identifiers=(
                Identifier(scheme="orcid", identifier="0000-0002-1825-0097"),
                Identifier(scheme="gnd", identifier="gnd:118540238"),
            ),
            affiliations=(Affiliation(name="Brown University"),),
        ),
    ),
    contributors=(Creator(family_name="Truscott", role="datacurator"),),
    description="<p>Cracked pots</p>",
    additional_descriptions=(
        TypedText(text="<p>Fired twice</p>", type="notes"),
        TypedText(text="<p>By hand</p>", type="methods"),
    ),
    publication_date="2026-01-02",
    version="1.0.0",
    publisher="Zenodo",
    rights=(Right(id="apache-2.0"),),
    keywords=("pots", "cracks"),
    languages=("eng",),
    dates=(
        TypedDate(date="2020-01-02/2021-03-04", type="collected", description="in the field"),
        TypedDate(date="2022-05-06", type="valid"),
    ),
    identifiers=(Identifier(scheme="url", identifier="https://example.org/alt"),),
    related=(
        Related(identifier=TREE, relation="issupplementto", scheme="url", resource_type="software"),
        Related(identifier="10.1234/paper", relation="istranslationof", scheme="doi"),
    ),
    funding=(Funding(funder_id="00k4n6c32", funder_name="European Commission", award_id="00k4n6c32::654241"),),
    references=(
        Reference(text="Doe 2014"),
        Reference(text="Doe 2015. doi:10.1234/x", identifier=Identifier(scheme="doi", identifier="10.1234/x")),
    ),
    locations=(Location(place="Providence", latitude=41.8, longitude=-71.4, description="the pit"),),
    access=Access(embargo_until="2999-01-01"),
    communities=("pots",),
    custom_fields={
        "code:codeRepository": "https://github.com/carberry/psychoceramics",
        "code:programmingLanguage": [{"id": "python"}],
        "journal:journal": {"title": "Pots", "volume": "1", "issue": "2", "pages": "3-4"},
        "meeting:meeting": {"title": "Potsdam", "url": "https://example.org/potsdam", "session_part": "9"},
        "imprint:imprint": {"title": "Book of pots", "isbn": "978-3-16-148410-0"},
        "thesis:thesis": {"university": "Brown"},
        "legacy:subjects": [{"term": "Clay", "identifier": "https://example.org/clay", "scheme": "url"}],
        "legacy:communities": ["pots"],
    },
)

FULL_METADATA: dict[str, Any] = {
    "upload_type": "publication",
    "publication_type": "article",
    "access_right": "embargoed",
    "embargo_date": "2999-01-01",
    "title": "Psychoceramics",
    "creators": [
        {
            "name": "Carberry, Josiah",
            "affiliation": "Brown University",
            "orcid": "0000-0002-1825-0097",
            "gnd": "gnd:118540238",
        }
    ],
    "contributors": [{"name": "Truscott", "type": "DataCurator"}],
    "description": "<p>Cracked pots</p>",
    "notes": "<p>Fired twice</p>",
    "method": "<p>By hand</p>",
    "publication_date": "2026-01-02",
    "version": "1.0.0",
    "imprint_publisher": "Zenodo",
    "license": "apache-2.0",
    "keywords": ["pots", "cracks"],
    "language": "eng",
    "dates": [
        {"start": "2020-01-02", "end": "2021-03-04", "type": "collected", "description": "in the field"},
        {"start": "2022-05-06", "end": "2022-05-06", "type": "valid"},
    ],
    "related_identifiers": [
        {"identifier": TREE, "relation": "isSupplementTo", "resource_type": "software"},
        {"identifier": "10.1234/paper", "relation": "istranslationof"},
        {"identifier": "https://example.org/alt", "relation": "isAlternateIdentifier"},
    ],
    "grants": [{"id": "00k4n6c32::654241"}],
    "references": ["Doe 2014", "Doe 2015. doi:10.1234/x"],
    "locations": [{"place": "Providence", "description": "the pit", "lat": 41.8, "lon": -71.4}],
    "journal_title": "Pots",
    "journal_volume": "1",
    "journal_issue": "2",
    "journal_pages": "3-4",
    "conference_title": "Potsdam",
    "conference_url": "https://example.org/potsdam",
    "conference_session_part": "9",
    "partof_title": "Book of pots",
    "imprint_isbn": "978-3-16-148410-0",
    "thesis_university": "Brown",
    "subjects": [{"term": "Clay", "identifier": "https://example.org/clay", "scheme": "url"}],
    "custom": {
        "code:codeRepository": "https://github.com/carberry/psychoceramics",
        "code:programmingLanguage": [{"id": "python"}],
    },
}

FULL_ANSWER: dict[str, Any] = {
    **FULL_METADATA,
    "doi": "10.5072/zenodo.7",
    "prereserve_doi": {"doi": "10.5281/zenodo.7", "recid": 7},
    "communities": [{"identifier": "pots"}],
    "creators": [
        {
            "name": "Carberry, Josiah",
            "affiliation": "Brown University",
            "orcid": "0000-0002-1825-0097",
            "gnd": "118540238",
        }
    ],
    "contributors": [{"name": "Truscott", "affiliation": None, "type": "DataCurator"}],
    "license": "apache2.0",
    "dates": [
        {"type": "collected", "description": "in the field", "start": "2020-01-02", "end": "2021-03-04"},
        {"type": "valid"},
    ],
    "related_identifiers": [
        {"identifier": TREE, "relation": "isSupplementTo", "resource_type": "software", "scheme": "url"},
        {"identifier": "10.1234/paper", "scheme": "doi"},
        {"identifier": "https://example.org/alt", "relation": "isAlternateIdentifier", "scheme": "url"},
    ],
    "grants": [{"id": "10.13039/501100000780::654241"}],
    "imprint_isbn": "978-3-16-148410-0",
    "custom": {
        "code:codeRepository": "https://github.com/carberry/psychoceramics",
        "code:programmingLanguage": [{"id": "python", "title": {"en": "Python"}}],
    },
}
"""The same as Zenodo prints it."""

DRAFT: dict[str, Any] = {
    "id": 7,
    "record_id": 7,
    "conceptrecid": "6",
    "owner": 1,
    "title": "Psychoceramics",
    "state": "unsubmitted",
    "submitted": False,
    "metadata": FULL_ANSWER,
    "links": {"html": "https://sandbox.zenodo.org/deposit/7", "bucket": "https://sandbox.zenodo.org/api/files/b-1"},
    "files": [
        {"id": "f-1", "filename": "pots.zip", "filesize": 7.0, "checksum": "0" * 32, "links": {}},
    ],
}


def lost(record: Record) -> list[str]:
    """What is said to be lost of a record, its kind and its values."""
    _, losses = to_deposit(record)
    assert {(each.level, each.code, each.where, each.fix) for each in losses} <= {
        ("warning", "deposit-api-loss", None, FIX)
    }
    assert all(each.what.startswith("the deposit API has no place for ") for each in losses)
    return [each.what.removeprefix("the deposit API has no place for ") for each in losses]


LICENSED = Record(rights=(Right(id="mit"),))


def licensed(**fields: Any) -> Record:
    return dataclasses.replace(LICENSED, **fields)


# There


def test_every_field_has_its_name() -> None:
    assert to_deposit(FULL) == (FULL_METADATA, ())


def test_little_is_said_of_a_record_that_says_little() -> None:
    assert to_deposit(licensed(resource_type="software")) == (
        {"upload_type": "software", "access_right": "open", "license": "mit"},
        (),
    )


@pytest.mark.parametrize(
    ("access", "sent"),
    [
        (None, {"access_right": "open"}),
        (Access(), {"access_right": "open"}),
        (Access(files="restricted"), {"access_right": "restricted"}),
        (Access(embargo_until="2999-01-01"), {"access_right": "embargoed", "embargo_date": "2999-01-01"}),
    ],
)
def test_access(access: Access | None, sent: dict[str, str]) -> None:
    metadata, _ = to_deposit(licensed(access=access))
    assert {key: value for key, value in metadata.items() if key != "license"} == sent


def test_open_files_are_never_put_under_a_licence_that_nobody_named() -> None:
    """Without a licence the API would set CC-BY-4.0."""
    assert to_deposit(Record()) == (
        {"access_right": "open", "license": "notspecified"},
        (
            Finding(
                level="warning",
                code="deposit-api-loss",
                what="the deposit API has no place for open files without a licence (it would name one itself): "
                "License Not Specified is stored",
                fix=FIX,
            ),
        ),
    )
    assert to_deposit(Record(access=Access(files="restricted"))) == ({"access_right": "restricted"}, ())


ROR = Affiliation(name="Feline Research Institute", ror="05gq02987")

LOSSES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "organisation": (
        {"creators": (Creator(kind="organizational", name="The Pottery Lab"),)},
        ["organisations, which become persons: The Pottery Lab"],
    ),
    "ROR of an affiliation": (
        {"creators": (Creator(family_name="Field", affiliations=(ROR,)),)},
        ["ROR ids of affiliations: Feline Research Institute 05gq02987"],
    ),
    "several affiliations": (
        {"creators": (Creator(family_name="Field", affiliations=(Affiliation(name="Brown"), ROR)),)},
        [
            "ROR ids of affiliations: Feline Research Institute 05gq02987",
            "further affiliations of a person: Feline Research Institute",
        ],
    ),
    "the same of two people": (
        {"creators": (Creator(family_name="Field", affiliations=(ROR,)), Creator(family_name="Fry", role="editor"))},
        ["ROR ids of affiliations: Feline Research Institute 05gq02987", "roles of creators: editor"],
    ),
    "role": (
        {"contributors": (Creator(family_name="Field", role="tamer"), Creator(family_name="Fry"))},
        ["some roles, for which Other is stored: Field tamer; Fry"],
    ),
    "identifiers of people": (
        {
            "creators": (
                Creator(
                    family_name="Field",
                    identifiers=(
                        Identifier(scheme="isni", identifier="000000012146438X"),
                        Identifier(scheme="gnd", identifier="no number"),
                        Identifier(scheme="orcid", identifier="0000-0002-1825-0097"),
                        Identifier(scheme="orcid", identifier="0000-0001-5109-3700"),
                    ),
                ),
            )
        },
        [
            (
                "identifiers of people and organisations but one ORCID and one GND: "
                "isni 000000012146438X; gnd no number; orcid 0000-0001-5109-3700"
            )
        ],
    ),
    "comma in a name": (
        {"creators": (Creator(family_name="King, Jr.", given_name="Martin"), Creator(family_name="Lab, Ltd"))},
        ["commas in the parts of a name, which are taken apart elsewhere: King, Jr. Martin; Lab, Ltd"],
    ),
    "comma without a space": (
        {"creators": (Creator(family_name="Lab,Ltd"),)},
        ["commas in the parts of a name, which are taken apart elsewhere: Lab,Ltd"],
    ),
    "licences": (
        {
            "rights": (
                Right(title="Pot licence", link="https://example.org/pots"),
                Right(id="mit"),
                Right(id="apache-2.0"),
            )
        },
        ["a second licence, or one of your own: Pot licence https://example.org/pots; apache-2.0"],
    ),
    "misread licence": (
        {"rights": (Right(id="qtpl"),)},
        [
            "a second licence, or one of your own: qtpl",
            "open files without a licence (it would name one itself): License Not Specified is stored",
        ],
    ),
    "titles": (
        {"additional_titles": (TypedText(text="Of pots", type="subtitle", language="eng"),)},
        ["additional titles: Of pots subtitle eng"],
    ),
    "descriptions": (
        {
            "additional_descriptions": (
                TypedText(text="Short", type="abstract", language="eng"),
                TypedText(text="Once", type="notes", language="deu"),
                TypedText(text="Twice", type="notes"),
            )
        },
        [
            "descriptions but one of notes and one of methods: abstract Short eng; notes Twice",
            "the language of notes: deu",
        ],
    ),
    "long description": (
        {"additional_descriptions": (TypedText(text="Pots " * 30, type="abstract"),)},
        [f"descriptions but one of notes and one of methods: abstract {('Pots ' * 16)[:79]}…"],
    ),
    "languages": ({"languages": ("e", "eng", "deu")}, ["a second language: e; deu"]),
    "dates": (
        {"dates": (TypedDate(date="2020/", type="valid"), TypedDate(date="2020/2021/2022", type="valid"))},
        ["dates without a type, or that are neither a date nor an interval: 2020/ valid; 2020/2021/2022 valid"],
    ),
    "undetected identifiers": (
        {
            "identifiers": (Identifier(scheme="other", identifier="shelf 7"),),
            "related": (Related(identifier="shelf 8", relation="cites", resource_type="software"),),
        },
        ["identifiers of works whose scheme it does not detect: shelf 8 cites software; other shelf 7"],
    ),
    "another scheme": (
        {"related": (Related(identifier="10.1234/x", relation="cites", scheme="handle"),)},
        ["schemes of identifiers but those that it detects: 10.1234/x handle"],
    ),
    "funding": (
        {
            "funding": (
                Funding(funder_name="Pot Fund", award_number="7", award_url="https://example.org/7"),
                Funding(funder_id="00k4n6c32", award_id="654241"),
                Funding(funder_id="021nxhr62", award_id="00k4n6c32::654241"),
            )
        },
        [
            "funding without an award that the server knows: Pot Fund 7 url https://example.org/7; 00k4n6c32 654241",
            "a funder other than the award's: 021nxhr62",
        ],
    ),
    "references": (
        {"references": (Reference(text="Doe", identifier=Identifier(scheme="doi", identifier="10.1234/x")),)},
        ["identifiers of references: doi 10.1234/x"],
    ),
    "places": (
        {
            "locations": (
                Location(latitude=1.5, longitude=2.5),
                Location(place="Accra", latitude=5.6, longitude=0.0),
            )
        },
        [
            "places without a name: Point 2.5 1.5",
            "shapes, and points on the equator or the prime meridian: Accra Point 0.0 5.6",
        ],
    ),
    "embargo reason": (
        {"access": Access(embargo_until="2999-01-01", embargo_reason="patent")},
        ["the reason of an embargo: patent"],
    ),
    "details of a journal": (
        {"custom_fields": {"journal:journal": {"title": "Pots", "issn": "1234-5679"}}},
        ["some details of journal, meeting, imprint and thesis: journal:journal.issn 1234-5679"],
    ),
}


@pytest.mark.parametrize(("fields", "told"), LOSSES.values(), ids=LOSSES.keys())
def test_what_cannot_be_held_is_named(fields: dict[str, Any], told: list[str]) -> None:
    assert lost(licensed(**fields)) == told


def test_nothing_is_sent_that_makes_the_server_fail() -> None:
    """A GND id that is none, a place without a name, a date without a type, subjects that are texts: 500 each."""
    metadata, _ = to_deposit(
        licensed(
            creators=(Creator(family_name="Field", identifiers=(Identifier(scheme="gnd", identifier="none"),)),),
            locations=(Location(latitude=1.5, longitude=2.5),),
            dates=(TypedDate(date="2020", type=""),),
            related=(Related(identifier="10.1234/x", relation=""),),
            custom_fields={"legacy:subjects": ["pots"]},
        )
    )
    assert metadata == {"access_right": "open", "license": "mit", "creators": [{"name": "Field"}]}


def test_the_first_affiliation_with_a_name_is_sent() -> None:
    people = (Creator(family_name="Field", affiliations=(Affiliation(ror="01ggx4157"), ROR)),)
    metadata, _ = to_deposit(licensed(creators=people))
    assert metadata["creators"] == [{"name": "Field", "affiliation": "Feline Research Institute"}]


# Any record


def leaves(value: Any) -> Iterator[str]:
    """Every text and number in a value that somebody has to keep, as text in lower case."""
    if dataclasses.is_dataclass(value):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        if isinstance(value, (Related, Identifier)):
            found = vocab.identifier(value.identifier)
            if found is not None and found.scheme == value.scheme:
                del fields["scheme"]  # the server finds it again
        if isinstance(value, (TypedDate, Record)):
            # Both are sent in parts.
            for name in ("date", "resource_type"):
                fields[name] = str(fields.get(name) or "").replace("/", "-").split("-")
        if isinstance(value, TypedText):
            fields["type"] = value.type.removesuffix("s")  # the key of methods is method
        if isinstance(value, Access):
            del fields["files"]
        fields.pop("kind", None)
        value = list(fields.values())
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from leaves(part)
    elif value not in (None, ""):
        yield str(value).lower()


@PATIENT
@given(RECORDS)
def test_everything_in_a_record_is_sent_or_named(record: Record) -> None:
    metadata, losses = to_deposit(record)
    kept = json.dumps(metadata, ensure_ascii=False).lower()
    named = "\n".join(each.what for each in losses).lower()
    assert [each for each in leaves(record) if each not in kept and each not in named] == []


@PATIENT
@given(RECORDS)
def test_what_is_sent_has_the_shape_that_the_server_reads(record: Record) -> None:
    """Everything else is answered 500, or silently taken apart."""
    metadata, _ = to_deposit(record)
    for key, value in metadata.items():
        assert value not in (None, "", [], {}), key
    for person in (*metadata.get("creators", ()), *metadata.get("contributors", ())):
        assert set(person) <= {"name", "affiliation", "orcid", "gnd", "type"}
        assert all(isinstance(value, str) and value for value in person.values())
        assert "gnd" not in person or vocab.gnd(person["gnd"]) == person["gnd"]
    assert {each["type"] for each in metadata.get("contributors", ())} <= set(vocab.roles())
    for date in metadata.get("dates", ()):
        assert date["start"]
        assert date["end"]
        assert date["type"]
    for related in metadata.get("related_identifiers", ()):
        assert vocab.identifier(related["identifier"]) is not None
        assert related["relation"]
    assert all(place["place"] for place in metadata.get("locations", ()))
    assert all("::" in grant["id"] for grant in metadata.get("grants", ()))
    assert len(metadata.get("language", "eng")) in (2, 3)
    assert all(isinstance(text, str) for key in ("keywords", "references") for text in metadata.get(key, ()))
    assert not {"doi", "prereserve_doi", "communities"} & set(metadata)


@PATIENT
@given(RECORDS)
def test_a_record_does_not_differ_from_itself(record: Record) -> None:
    """Whether the server's description is native or the deposit API's."""
    metadata, _ = to_deposit(record)
    assert differences(metadata, {**DRAFT, "metadata": metadata_as_printed(metadata)}) == ()


def metadata_as_printed(metadata: dict[str, Any]) -> dict[str, Any]:
    """What Zenodo prints of metadata: no single dates, no relations without an old name."""
    known = {*vocab.relations(), "isAlternateIdentifier"}
    return {
        **metadata,
        "dates": [
            each if each["start"] != each["end"] else {k: v for k, v in each.items() if k not in ("start", "end")}
            for each in metadata.get("dates", ())
        ],
        "related_identifiers": [
            each if each["relation"] in known else {k: v for k, v in each.items() if k != "relation"}
            for each in metadata.get("related_identifiers", ())
        ],
        "contributors": [
            {
                **each,
                "affiliation": each.get("affiliation"),
                "type": None if each["type"] == "Translator" else each["type"],
            }
            for each in metadata.get("contributors", ())
        ],
    }


# The version before


def native(record: Record, **more: Any) -> dict[str, Any]:
    """A published version as the native API describes it."""
    return {"id": "7", "parent": {"id": "6"}, **to_rdm(record), **more}


def test_what_a_next_version_says_nothing_of_keeps_its_value() -> None:
    metadata, losses = to_deposit(Record(version="2.0.0", title="Pots again"), native(FULL))
    kept = {key: value for key, value in FULL_METADATA.items() if key not in ("version", "publication_date")}
    assert losses == ()
    assert metadata == {
        **kept,
        "version": "2.0.0",
        "title": "Pots again",
        "related_identifiers": [{"identifier": "10.1234/paper", "relation": "istranslationof"}],
    }


def test_what_the_version_before_holds_and_this_api_does_not_is_named() -> None:
    """A save replaces everything, so it would be gone without a word."""
    before = native(licensed(creators=(Creator(family_name="Field", affiliations=(ROR,)),)))
    before["metadata"]["creators"][0]["affiliations"] = [{"id": "05gq02987", "name": "Feline Research Institute"}]
    before["metadata"]["subjects"] = [{"id": "http://id.nlm.nih.gov/mesh/D002415", "subject": "Cats"}]
    before["metadata"]["formats"] = ["application/zip"]
    before["metadata"]["locations"] = {
        "features": [
            {
                "place": "Brown",
                "identifiers": [{"identifier": "1"}],
                "geometry": {"type": "Polygon", "coordinates": [[1, 2], [3, 4]]},
            }
        ]
    }

    metadata, losses = to_deposit(Record(), before)

    assert metadata["creators"] == [{"name": "Field", "affiliation": "Feline Research Institute"}]
    assert metadata["locations"] == [{"place": "Brown"}]
    assert "keywords" not in metadata
    assert [each.what.removeprefix("the deposit API has no place for ") for each in losses] == [
        "ROR ids of affiliations: Feline Research Institute 05gq02987",
        "subjects of a vocabulary: http://id.nlm.nih.gov/mesh/D002415",
        "shapes, and points on the equator or the prime meridian: Brown Polygon 1 2 3 4",
        "further details of places: Brown 1",
        "the field formats: ['application/zip']",
    ]


# Back


def test_a_draft() -> None:
    remote = from_deposition(DRAFT, revision=5)
    assert (remote.id, remote.concept_id, remote.owner, remote.revision) == ("7", "6", "1", 5)
    assert (remote.is_published, remote.is_draft, remote.version) == (False, True, "1.0.0")
    assert (remote.doi, remote.concept_doi) == (None, None)
    assert remote.url == "https://sandbox.zenodo.org/deposit/7"
    assert remote.related == (
        Related(identifier=TREE, relation="issupplementto", scheme="url", resource_type="software"),
        Related(identifier="10.1234/paper", relation="", scheme="doi"),
    )
    assert remote.code_repository == "https://github.com/carberry/psychoceramics"
    assert remote.files == (RemoteFile(name="pots.zip", size_bytes=7, md5="0" * 32),)
    assert is_deposition(remote.payload)
    assert not is_deposition(native(FULL))


@pytest.mark.parametrize(
    ("state", "submitted", "expected"),
    [("unsubmitted", False, (False, True)), ("done", True, (True, False)), ("inprogress", True, (True, True))],
)
def test_states(state: str, *, submitted: bool, expected: tuple[bool, bool]) -> None:
    remote = from_deposition({**DRAFT, "state": state, "submitted": submitted})
    assert (remote.is_published, remote.is_draft) == expected


def test_a_published_version() -> None:
    remote = from_deposition(
        {**DRAFT, "state": "done", "submitted": True, "doi": "10.5072/zenodo.7", "conceptdoi": "10.5072/zenodo.6"}
    )
    assert (remote.doi, remote.concept_doi) == ("10.5072/zenodo.7", "10.5072/zenodo.6")


def test_a_draft_that_says_little() -> None:
    """``prereserve_doi`` is not its DOI: on the sandbox it has the wrong prefix."""
    little = {
        "id": 7,
        "conceptrecid": "6",
        "submitted": False,
        "state": "unsubmitted",
        "metadata": {"access_right": "open", "prereserve_doi": {"doi": "10.5281/zenodo.7", "recid": 7}},
    }
    remote = from_deposition(little)
    assert (remote.version, remote.doi, remote.owner, remote.url) == (None, None, None, "")
    assert (remote.files, remote.related, remote.code_repository) == ((), (), None)


@pytest.mark.parametrize("payload", [{}, {"id": 7, "metadata": {}}, {"status": 200, "message": "Hello"}])
def test_what_is_no_deposition(payload: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        from_deposition(payload)


# Differences


def test_what_zenodo_prints_of_a_record_does_not_differ() -> None:
    assert differences(FULL_METADATA, DRAFT) == ()
    assert differences(FULL_METADATA, native(FULL)) == ()


@pytest.mark.parametrize("key", sorted(FULL_METADATA.keys() - {"access_right", "custom"}))
def test_a_field_that_the_server_lost_is_a_difference(key: str) -> None:
    held = {name: value for name, value in FULL_ANSWER.items() if name != key}
    found = differences(FULL_METADATA, {**DRAFT, "metadata": held})
    assert {each.field.split(".")[1] for each in found} == {key}
    assert all(each.after is None for each in found)


def test_a_custom_field_that_the_server_lost_is_a_difference() -> None:
    held = {**FULL_ANSWER, "custom": {"code:programmingLanguage": [{"id": "python"}]}}
    (found,) = differences(FULL_METADATA, {**DRAFT, "metadata": held})
    assert found.field == "metadata.custom"


def test_a_changed_value_is_a_difference() -> None:
    held = {**FULL_ANSWER, "title": "Pots", "license": "mit-license", "keywords": ["pots"]}
    assert differences(FULL_METADATA, {**DRAFT, "metadata": held}) == (
        Difference(field="metadata.title", before="Psychoceramics", after="Pots"),
        Difference(field="metadata.license", before="apache-2.0", after="mit"),
        Difference(field="metadata.keywords.1", before="cracks", after=None),
    )


def test_cleaned_html_with_the_same_words_is_no_difference() -> None:
    held = {**FULL_ANSWER, "description": "Cracked\n<em>pots</em>", "notes": "<p>Fired</p><p>twice</p>"}
    assert differences(FULL_METADATA, {**DRAFT, "metadata": held}) == ()


def test_an_award_that_is_printed_without_its_funder() -> None:
    """As those of FP7 are."""
    held = {**FULL_ANSWER, "grants": [{"id": "654241"}]}
    assert differences(FULL_METADATA, {**DRAFT, "metadata": held}) == ()


def test_every_licence_is_the_same_as_itself() -> None:
    for native_id in load("licences")["licences"]:
        metadata, _ = to_deposit(Record(rights=(Right(id=native_id),)))
        assert metadata["license"] == ("notspecified" if native_id == "qtpl" else native_id)
        assert differences(metadata, {**DRAFT, "metadata": metadata}) == ()


@pytest.mark.parametrize(
    ("native_id", "printed"),
    [
        ("mit", "mit-license"),
        ("apache-2.0", "apache2.0"),
        ("apache-1.0", "apache"),
        ("agpl-3.0-only", "apgl-v3"),
        ("bsd-1-clause", "bsd-license"),
        ("bsd-2-clause", "bsd-2-clause-netbsd"),
        ("cc-by-1.0", "cc-by"),
        ("cc-by-4.0", "cc-by-4.0"),
        ("cc0-1.0", "cc-zero"),
        ("gfdl-1.1-only", "gfdl"),
        ("gpl-3.0-only", "gpl-3.0"),
        ("gpl-3.0-or-later", "gpl-3.0-or-later"),
        ("python-2.0", "pythonpl"),
        ("psf-2.0", "pythonsoftfoundation"),
        ("zpl-1.1", "zpl"),
    ],
)
def test_old_names_of_licences(native_id: str, printed: str) -> None:
    metadata, _ = to_deposit(Record(rights=(Right(id=native_id),)))
    assert differences(metadata, {**DRAFT, "metadata": {**metadata, "license": printed}}) == ()
