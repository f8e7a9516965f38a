"""``metadata --as``: each form is valid by its own schema, and what it has no place for is named."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.test_cases import CASES, read_facts, snapshot_of
from tests.unit.records import PATIENT, RECORDS
from zenodo_action import checks, sources
from zenodo_action.errors import Finding
from zenodo_action.mapping.bibtex import to_bibtex
from zenodo_action.mapping.cff import to_cff
from zenodo_action.mapping.codemeta import to_codemeta
from zenodo_action.mapping.datacite import to_datacite
from zenodo_action.mapping.forms import FORMS, metadata_text
from zenodo_action.model import (
    Access,
    Affiliation,
    Creator,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    Right,
    TypedDate,
)
from zenodo_action.vocab.data import load

parse_string = pytest.importorskip("pybtex.database", reason="reads BibTeX").parse_string
pytest.importorskip("check_jsonschema", reason="holds the schema of CITATION.cff")
pytest.importorskip("datacite", reason="holds the schema of DataCite")

TODAY = dt.date(2026, 3, 2)

CODEMETA = {
    *("@context", "@type", "@id", "name", "givenName", "familyName", "affiliation", "address", "email"),
    *("author", "contributor", "creator", "maintainer", "editor", "producer", "provider", "publisher", "sponsor"),
    *("copyrightHolder", "copyrightYear", "funder", "funding", "applicationCategory", "applicationSubCategory"),
    *("citation", "referencePublication", "relatedLink", "sameAs", "url", "identifier", "hasPart", "isPartOf"),
    *("codeRepository", "programmingLanguage", "runtimePlatform", "targetProduct", "developmentStatus", "readme"),
    *("issueTracker", "buildInstructions", "continuousIntegration", "softwareSuggestions", "softwareRequirements"),
    *("softwareVersion", "softwareHelp", "version", "releaseNotes", "license", "keywords", "description", "position"),
    *("dateCreated", "dateModified", "datePublished", "embargoEndDate", "downloadUrl", "installUrl", "fileSize"),
    *("fileFormat", "encoding", "memoryRequirements", "operatingSystem", "permissions", "processorRequirements"),
    *("storageRequirements", "supportingData", "isAccessibleForFree", "hasSourceCode", "isSourceCodeOf"),
    *("roleName", "startDate", "endDate", "review", "reviewAspect", "reviewBody"),
}
"""Source: codemeta.github.io, terms of version 3.0; those of JSON-LD itself."""
CODEMETA_TYPES = {"SoftwareSourceCode", "Person", "Organization", "CreativeWork", "ScholarlyArticle"}


def schema_of(package: str, path: str) -> dict[str, Any]:
    """Return a schema that a package of somebody else ships."""
    loaded: dict[str, Any] = json.loads((resources.files(package) / path).read_text("utf-8"))
    return loaded


CFF = jsonschema.Draft7Validator(schema_of("check_jsonschema", "builtin_schemas/vendor/citation-file-format.json"))
DATACITE = jsonschema.Draft201909Validator(schema_of("datacite", "schemas/datacite-v4.5.json"))


def check_datacite(text: str) -> None:
    """Check DataCite JSON by the schema of version 4.5."""
    DATACITE.validate(json.loads(text))


def check_cff(text: str) -> None:
    """Check a citation file by the schema of version 1.2.0."""
    content = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - the loader that makes texts alone
    CFF.validate(content)


def check_codemeta(text: str) -> None:
    """Check that every key and type is one of the context; anything else a reader of JSON-LD would drop."""
    content = json.loads(text)
    assert content["@context"] == "https://w3id.org/codemeta/3.0"
    objects = list(objects_in(content))
    assert {key for each in objects for key in each} <= CODEMETA
    assert {each["@type"] for each in objects} <= CODEMETA_TYPES


def objects_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of a JSON value."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(part)


def check_bibtex(text: str) -> None:
    """Check that another program reads the one entry, and that its braces pair."""
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert all(entry.fields.values())


CHECKS: dict[str, Callable[[str], object]] = {
    "record": json.loads,
    "rdm": json.loads,
    "deposit": json.loads,
    "datacite": check_datacite,
    "cff": check_cff,
    "codemeta": check_codemeta,
    "bibtex": check_bibtex,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_without_errors_gives_a_valid_text(case: Path, form: str) -> None:
    facts = read_facts(case)
    project = sources.collect(snapshot_of(case, facts), metadata_file=facts.get("metadata_file"))
    if any(each.level == "error" for each in checks.check(project, today=TODAY)):
        return
    text, losses = metadata_text(project, form)

    CHECKS[form](text)
    assert {each.code for each in losses} <= {"form-loss", "deposit-api-loss"}


# Everything is there, or named


def leaves(value: Any) -> Iterator[str]:
    """Yield every text and number in a value that somebody has to keep; some words stand for themselves elsewhere."""
    if dataclasses.is_dataclass(value):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        for name in ("kind", "scheme", "files"):
            fields.pop(name, None)  # in the shape of what is written
        if isinstance(value, Record):
            fields.pop("resource_type")
        value = list(fields.values())
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from leaves(part)
    elif value not in (None, ""):
        yield from map(plain, str(value).split("::"))  # an award's id is that of the funder and its number


def plain(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def told(losses: tuple[Finding, ...]) -> str:
    assert {(each.level, each.code) for each in losses} <= {("warning", "form-loss")}
    return "\n".join(each.what for each in losses)


@PATIENT
@given(RECORDS)
def test_everything_in_a_record_is_in_datacite_or_named(record: Record) -> None:
    content, losses = to_datacite(record)
    kept = plain(json.dumps(content) + told(losses))
    # Their words in DataCite are checked below.
    assert [each for each in leaves(record) if each not in kept and each not in KINDS] == []


KINDS = {plain(kind) for kind in ("software", "publication-article", "image-figure", "dataset")}


@PATIENT
@given(RECORDS)
def test_everything_in_a_record_is_in_a_citation_file_or_named(record: Record) -> None:
    content, losses = to_cff(record)
    kept = plain(json.dumps(content) + told(losses))
    # A relation is told by its key, a type by that of the reference.
    words = {*KINDS, "contactperson", "isdescribedby", "isidenticalto", "isoriginalformof", "isdocumentedby"}
    assert [each for each in leaves(record) if each not in kept and each not in words] == []


@PATIENT
@given(RECORDS)
def test_everything_in_a_record_is_in_codemeta_or_named(record: Record) -> None:
    content, losses = to_codemeta(record)
    kept = plain(json.dumps(content) + told(losses))
    # Relations and roles are told by the keys, the source at the tag has its own.
    words = {"isdescribedby", "isdocumentedby", "issupplementto", "contactperson", "rightsholder", "other", *KINDS}
    words |= {"isidenticalto", "technicalinfo"}
    assert [each for each in leaves(record) if each not in kept and each not in words] == []


@PATIENT
@given(RECORDS)
def test_everything_in_a_record_is_in_bibtex_or_named(record: Record) -> None:
    text, losses = to_bibtex(record)
    check_bibtex(text)
    kept = plain(text + told(losses))
    assert [each for each in leaves(record) if each not in kept and each != "isdescribedby"] == []


# What is where

ORCID = Identifier(scheme="orcid", identifier="0000-0002-1825-0097")
FULL = Record(
    title="Red-Dot",
    resource_type="software",
    creators=(
        Creator(
            family_name="Carberry",
            given_name="Josiah",
            identifiers=(ORCID,),
            affiliations=(Affiliation(name="Feline Research", ror="05gq02987"),),
        ),
        Creator(kind="organizational", name="Cats & Sons"),
    ),
    contributors=(Creator(family_name="Muis", given_name="Anna", role="contactperson"),),
    description="<p>Finds 100 % of &lt;dots&gt;.</p>",
    publication_date="2026-03-01",
    version="1.2.0",
    publisher="Zenodo",
    rights=(Right(id="mit"), Right(title="House rules", link="https://example.org/rules")),
    keywords=("laser",),
    languages=("eng",),
    dates=(TypedDate(date="2025/2026", type="collected", description="in the lab"),),
    identifiers=(Identifier(scheme="doi", identifier="10.1234/dot"),),
    related=(
        Related(
            identifier="10.1234/paper", relation="isdocumentedby", scheme="doi", resource_type="publication-article"
        ),
        Related(identifier="https://example.org/dot", relation="isdescribedby", scheme="url"),
    ),
    funding=(Funding(funder_id="00k4n6c32", award_id="00k4n6c32::654241", award_title="Dots"),),
    references=(
        Reference(
            text="Doe, J. (2014). Dots. Journal of Dots, 2. https://doi.org/10.1234/paper",
            identifier=Identifier(scheme="doi", identifier="10.1234/paper"),
        ),
    ),
    locations=(Location(place="Providence", latitude=41.8, longitude=-71.4),),
    access=Access(embargo_until="2027-01-01"),
    custom_fields={
        "code:codeRepository": "https://github.com/cat-lab-example/red-dot",
        "code:programmingLanguage": [{"id": "python"}],
        "code:developmentStatus": {"id": "active"},
        "journal:journal": {"title": "Dots", "volume": "1", "pages": "3-4"},
    },
)


def test_datacite() -> None:
    content, losses = to_datacite(FULL)

    DATACITE.validate(content)
    assert [each.what for each in losses] == [
        "DataCite has no place for references as texts: Doe, J. (2014). Dots. Journal of Dots, 2. https://doi.org/10.1234/paper",
        (
            "DataCite has no place for custom fields: code:codeRepository https://github.com/cat-lab-example/red-dot; "
            "code:programmingLanguage python; code:developmentStatus active"
        ),
    ]
    assert content == {
        "types": {"resourceTypeGeneral": "Software", "resourceType": "software"},
        "titles": [{"title": "Red-Dot"}],
        "creators": [
            {
                "name": "Carberry, Josiah",
                "nameType": "Personal",
                "givenName": "Josiah",
                "familyName": "Carberry",
                "nameIdentifiers": [
                    {
                        "nameIdentifier": "0000-0002-1825-0097",
                        "nameIdentifierScheme": "ORCID",
                        "schemeUri": "https://orcid.org/",
                    }
                ],
                "affiliation": [
                    {
                        "name": "Feline Research",
                        "affiliationIdentifier": "https://ror.org/05gq02987",
                        "affiliationIdentifierScheme": "ROR",
                        "schemeUri": "https://ror.org/",
                    }
                ],
            },
            {"name": "Cats & Sons", "nameType": "Organizational"},
        ],
        "contributors": [
            {
                "name": "Muis, Anna",
                "nameType": "Personal",
                "givenName": "Anna",
                "familyName": "Muis",
                "contributorType": "ContactPerson",
            }
        ],
        "publisher": {"name": "Zenodo"},
        "publicationYear": "2026",
        "subjects": [{"subject": "laser"}],
        "dates": [
            {"date": "2026-03-01", "dateType": "Issued"},
            {"date": "2027-01-01", "dateType": "Available"},
            {"date": "2025/2026", "dateType": "Collected", "dateInformation": "in the lab"},
        ],
        "language": "eng",
        "alternateIdentifiers": [{"alternateIdentifier": "10.1234/dot", "alternateIdentifierType": "DOI"}],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": "10.1234/paper",
                "relatedIdentifierType": "DOI",
                "relationType": "IsDocumentedBy",
                "resourceTypeGeneral": "JournalArticle",
            },
            {
                "relatedIdentifier": "https://example.org/dot",
                "relatedIdentifierType": "URL",
                "relationType": "IsDescribedBy",
            },
            {"relatedIdentifier": "10.1234/paper", "relatedIdentifierType": "DOI", "relationType": "References"},
        ],
        "relatedItems": [
            {
                "relatedItemType": "Journal",
                "relationType": "IsPublishedIn",
                "titles": [{"title": "Dots"}],
                "volume": "1",
                "firstPage": "3",
                "lastPage": "4",
            }
        ],
        "version": "1.2.0",
        "rightsList": [
            {
                "rights": "MIT License",
                "rightsUri": "https://opensource.org/licenses/MIT",
                "rightsIdentifier": "MIT",
                "rightsIdentifierScheme": "SPDX",
            },
            {"rights": "House rules", "rightsUri": "https://example.org/rules"},
            {"rightsUri": "info:eu-repo/semantics/embargoedAccess"},
        ],
        "descriptions": [{"description": "Finds 100 % of <dots>.", "descriptionType": "Abstract"}],
        "fundingReferences": [
            {
                "funderName": "European Commission",
                "funderIdentifier": "https://ror.org/00k4n6c32",
                "funderIdentifierType": "ROR",
                "awardNumber": "654241",
                "awardTitle": "Dots",
            }
        ],
        "geoLocations": [
            {
                "geoLocationPlace": "Providence",
                "geoLocationPoint": {"pointLongitude": -71.4, "pointLatitude": 41.8},
            }
        ],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


@pytest.mark.parametrize("kind", load("terms")["resource_types"])
def test_every_type_has_a_word_in_datacite(kind: str) -> None:
    content, _ = to_datacite(Record(title="Dots", resource_type=kind, creators=FULL.creators, publication_date="2026"))

    DATACITE.validate(content)
    assert content["types"]["resourceType"] == kind


def test_codemeta() -> None:
    content, losses = to_codemeta(FULL)

    check_codemeta(json.dumps(content))
    assert [each.what.removeprefix("codemeta.json has no place for ") for each in losses] == [
        "the types of related works: 10.1234/paper publication-article",
        "custom fields: journal:journal Dots 1 3-4",
        "languages of the work: eng",
        "dates: 2025/2026 collected in the lab",
        "locations: Providence 41.8 -71.4",
    ]
    assert content == {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": "Red-Dot",
        "description": "Finds 100 % of <dots>.",
        "version": "1.2.0",
        "datePublished": "2026-03-01",
        "keywords": "laser",
        "license": [
            "https://spdx.org/licenses/MIT",
            {"@type": "CreativeWork", "name": "House rules", "url": "https://example.org/rules"},
        ],
        "author": [
            {
                "@type": "Person",
                "@id": "https://orcid.org/0000-0002-1825-0097",
                "givenName": "Josiah",
                "familyName": "Carberry",
                "affiliation": {
                    "@type": "Organization",
                    "@id": "https://ror.org/05gq02987",
                    "name": "Feline Research",
                },
            },
            {"@type": "Organization", "name": "Cats & Sons"},
        ],
        "maintainer": {"@type": "Person", "givenName": "Anna", "familyName": "Muis"},
        "publisher": {"@type": "Organization", "name": "Zenodo"},
        "identifier": "https://doi.org/10.1234/dot",
        "citation": {
            "@type": "CreativeWork",
            "@id": "https://doi.org/10.1234/paper",
            "name": "Doe, J. (2014). Dots. Journal of Dots, 2. https://doi.org/10.1234/paper",
        },
        "referencePublication": {"@type": "ScholarlyArticle", "@id": "https://doi.org/10.1234/paper"},
        "url": "https://example.org/dot",
        "funder": {"@type": "Organization", "@id": "https://ror.org/00k4n6c32", "name": "European Commission"},
        "funding": "654241 Dots",
        "codeRepository": "https://github.com/cat-lab-example/red-dot",
        "programmingLanguage": "python",
        "developmentStatus": "https://www.repostatus.org/#active",
        "embargoEndDate": "2027-01-01",
    }


def test_bibtex() -> None:
    text, losses = to_bibtex(FULL)

    assert text == (
        "@software{carberry_2026_red,\n"
        "  title = {{Red-Dot}},\n"
        "  author = {Carberry, Josiah and {Cats \\& Sons}},\n"
        "  year = {2026},\n"
        "  month = mar,\n"
        "  publisher = {Zenodo},\n"
        "  version = {1.2.0},\n"
        "  abstract = {Finds 100 \\% of <dots>.},\n"
        "  keywords = {laser},\n"
        "  license = {MIT; House rules https://example.org/rules},\n"
        "  langid = {eng},\n"
        "  doi = {10.1234/dot},\n"
        "  url = {https://example.org/dot},\n"
        "  journal = {Dots},\n"
        "  volume = {1},\n"
        "  pages = {3-4},\n"
        "}"
    )
    assert [each.what.removeprefix("BibTeX has no place for ") for each in losses] == [
        "the day of publication: 2026-03-01",
        "identifiers of people: Carberry, Josiah orcid 0000-0002-1825-0097",
        "affiliations: Carberry, Josiah Feline Research 05gq02987",
        "related works: 10.1234/paper isdocumentedby doi publication-article",
        "the code repository beside another address: https://github.com/cat-lab-example/red-dot",
        "custom fields: code:programmingLanguage python; code:developmentStatus active",
        "contributors but editors: personal Muis Anna contactperson",
        "dates: 2025/2026 collected in the lab",
        "funding: 00k4n6c32 00k4n6c32::654241 Dots",
        "references: Doe, J. (2014). Dots. Journal of Dots, 2. https://doi.org/10.1234/paper doi 10.1234/paper",
        "locations: Providence 41.8 -71.4",
        "access to the files: public 2027-01-01",
    ]


@PATIENT
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1))
def test_bibtex_gives_every_text_back(text: str) -> None:
    written = " ".join(text.split())
    record = Record(title=written, version=written, creators=(Creator(kind="organizational", name=written),))
    (entry,) = parse_string(to_bibtex(record)[0], "bibtex").entries.values() if written else ()

    assert untexed(entry.fields["title"]) == f"{{{written}}}"
    assert untexed(entry.fields["version"]) == written
    assert untexed(" ".join(entry.persons["author"][0].last_names)) == f"{{{written}}}"


def untexed(text: str) -> str:
    """Return what TeX would print, the outermost braces kept."""
    words = {"backslash": "\\", "asciicircum": "^", "asciitilde": "~", "braceleft": "{", "braceright": "}"}
    words = {f"\\text{name}{{}}": character for name, character in words.items()}
    pattern = "|".join([*map(re.escape, words), r"\\[$&#%_]"])
    return re.sub(pattern, lambda found: words.get(found[0], found[0][1:]), text)


@pytest.mark.parametrize(
    ("family", "given_name", "author"),
    [
        ("Barnes and Noble", None, "{Barnes and Noble}"),
        ("King, Jr.", "Martin", "{King, Jr.}, Martin"),
        ("García López", "María", "García López, María"),
        ("María García López", None, "{María García López}"),
    ],
)
def test_names_in_bibtex_stay_one_person(family: str, given_name: str | None, author: str) -> None:
    text, _ = to_bibtex(Record(creators=(Creator(family_name=family, given_name=given_name),)))

    assert f"  author = {{{author}}}," in text
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert len(entry.persons["author"]) == 1


def test_the_record_as_the_program_has_it() -> None:
    case = next(each for each in CASES if each.name == "licences-own")
    text, losses = metadata_text(sources.collect(snapshot_of(case, {})), "record")
    content = json.loads(text)

    assert losses == ()
    assert content["tag"] == "v1.2.0"
    assert content["record"]["rights"][0] == {"id": "mit"}
    assert content["origins"]["rights"] == {
        "source": ".zenodo.yml",
        "where": {
            "text": ".zenodo.yml:4:10  ($.license)",
            "file": ".zenodo.yml",
            "line": 4,
            "column": 10,
            "path": "$.license",
        },
    }
