"""The record in other formats: exports of the page, content negotiation, citations, the badge."""

from __future__ import annotations

import doctest
import importlib
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server import page_records as records
from tests.server.api import UNHURRIED
from zenodo_action.server import citation, exports
from zenodo_action.server.badge import draw_badge
from zenodo_action.server.reader import read_facts

MODULES = "badge citation datacite display exports facts linked_data links pages peek reader terms wording"


@pytest.mark.parametrize("name", MODULES.split())
def test_examples_in_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(f"zenodo_action.server.{name}")
    assert doctest.testmod(module).failed == 0


def exported(record: records.Json, name: str) -> str:
    made = exports.export(record, name)
    assert made is not None
    return made[0].decode("utf-8")


def parse_xml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 (our own output)


# Citations


def test_apa_of_software_names_version_and_medium() -> None:
    assert citation.apa(read_facts(records.plain())) == (
        "Carberry, J. (2026). Lab tool (Version 1.0.0) [Computer software]. Zenodo. "
        "https://doi.org/10.5072/zenodo.18000002"
    )


def test_apa_of_an_article_names_the_journal() -> None:
    record = records.rich()
    record["metadata"]["resource_type"] = {"id": "publication-article"}
    assert citation.apa(read_facts(record)) == (
        "Carberry, J. S., Ōe, J.-L., 山田, 花子, & The Cracked Pots & Co. Collective. (2026). "
        "Psychoceramics workbench: finding cracks in pots before they break. Journal of Psychoceramics, 12(3), 1–10. "
        "https://doi.org/10.5072/zenodo.18000012"
    )


def test_apa_cuts_after_nineteen_of_more_than_twenty_authors() -> None:
    record = records.plain()
    record["metadata"]["creators"] = [records.person(f"Name{number}", "Ann") for number in range(1, 26)]
    text = citation.apa(read_facts(record))
    assert text.startswith("Name1, A., Name2, A., ")
    assert "Name19, A., … Name25, A. (2026)." in text
    assert "Name20" not in text


def test_apa_without_authors_date_and_doi_puts_the_title_first() -> None:
    assert citation.apa(read_facts({"metadata": {"title": "Is it?"}})) == "Is it? (n.d.)."


def test_bibtex_of_software() -> None:
    assert exported(records.plain(), "bibtex") == (
        "@software{carberry_2026_18000002,\n"
        "  author       = {Carberry, Josiah},\n"
        "  title        = {Lab tool},\n"
        "  month        = nov,\n"
        "  year         = 2026,\n"
        "  publisher    = {Zenodo},\n"
        "  version      = {1.0.0},\n"
        "  doi          = {10.5072/zenodo.18000002},\n"
        "  url          = {https://doi.org/10.5072/zenodo.18000002}\n"
        "}\n"
    )


def test_bibtex_protects_names_that_it_would_cut() -> None:
    record = records.plain()
    record["metadata"]["creators"] = [
        records.organisation("Cats and Dogs, Inc."),
        records.person("Band", "Roland"),
    ]
    assert "author       = {{Cats and Dogs, Inc.} and\n                  Band, Roland}," in exported(record, "bibtex")


@settings(UNHURRIED)
@given(st.text(max_size=60), st.text(max_size=20))
def test_bibtex_stays_one_balanced_entry_whatever_stands_in_it(title: str, name: str) -> None:
    record = records.plain()
    record["metadata"]["title"] = title
    record["metadata"]["creators"] = [records.person(name, name), records.organisation(name)]
    text = exported(record, "bibtex")
    depth = 0
    for position, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or position < text.index("{") or position >= len(text) - 2
    assert depth == 0


# Formats


def test_datacite_json_is_what_inveniordm_answers() -> None:
    """Shape, order and content as recorded from a stock InvenioRDM for a record of the same kind."""
    record = records.plain()
    record["metadata"]["related_identifiers"] = [
        records.related(
            "https://github.com/o/r/tree/v1.0.0",
            "url",
            "issupplementto",
            "Is supplement to",
            records.titled("software", "Software"),
        )
    ]
    record["metadata"]["languages"] = [records.titled("eng", "English")]
    expected = {
        "doi": "10.5072/zenodo.18000002",
        "types": {"resourceTypeGeneral": "Software", "resourceType": ""},
        "titles": [{"title": "Lab tool"}],
        "creators": [
            {
                "name": "Carberry, Josiah",
                "nameType": "Personal",
                "givenName": "Josiah",
                "familyName": "Carberry",
                "nameIdentifiers": [
                    {"nameIdentifier": "0000-0002-1825-0097", "nameIdentifierScheme": "ORCID"},
                ],
            }
        ],
        "publisher": {"name": "Zenodo"},
        "publicationYear": "2026",
        "dates": [{"date": "2026-11-22", "dateType": "Issued"}, {"date": "2026-11-23", "dateType": "Updated"}],
        "language": "eng",
        "alternateIdentifiers": [
            {"alternateIdentifier": "http://127.0.0.1:1/records/18000002", "alternateIdentifierType": "URL"},
            {"alternateIdentifier": "oai:zenodo.org:18000002", "alternateIdentifierType": "oai"},
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": "https://github.com/o/r/tree/v1.0.0",
                "relationType": "IsSupplementTo",
                "relatedIdentifierType": "URL",
                "resourceTypeGeneral": "Software",
            },
            {
                "relatedIdentifier": "10.5072/zenodo.18000001",
                "relationType": "IsVersionOf",
                "relatedIdentifierType": "DOI",
            },
        ],
        "version": "1.0.0",
        "rightsList": [
            {
                "rights": "MIT License",
                "rightsUri": "https://opensource.org/licenses/MIT",
                "rightsIdentifier": "mit",
                "rightsIdentifierScheme": "spdx",
            }
        ],
        "descriptions": [{"description": "A tool for the lab.", "descriptionType": "Abstract"}],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    made = json.loads(exported(record, "datacite-json"))
    assert made == expected
    assert list(made) == list(expected)


def test_datacite_json_holds_everything_of_a_rich_record() -> None:
    made = json.loads(exported(records.rich(), "datacite-json"))
    assert [contributor["contributorType"] for contributor in made["contributors"]] == [
        "DataCurator",
        "DataCurator",
        "Sponsor",
    ]
    assert [title.get("titleType") for title in made["titles"]] == [None, "Subtitle", "TranslatedTitle"]
    assert [text["descriptionType"] for text in made["descriptions"]] == ["Abstract", "Methods", "Other"]
    assert made["fundingReferences"][0] == {
        "funderName": "European Commission",
        "funderIdentifier": "https://ror.org/00k4n6c32",
        "funderIdentifierType": "ROR",
        "awardNumber": "654241",
        "awardTitle": "Pots of Europe",
        "awardURI": "https://cordis.europa.eu/projects/654241",
    }
    assert made["geoLocations"] == [
        {"geoLocationPlace": "Providence", "geoLocationPoint": {"pointLatitude": 41.83, "pointLongitude": -71.4}}
    ]
    assert {work["relatedIdentifierType"] for work in made["relatedIdentifiers"]} == {"URL", "DOI", "arXiv", "URN"}
    assert made["creators"][0]["affiliation"][0] == {
        "name": "Brown University",
        "affiliationIdentifier": "https://ror.org/05gq02987",
        "affiliationIdentifierScheme": "ROR",
    }


def test_csl_json() -> None:
    record = records.rich()
    record["metadata"]["publication_date"] = "2025-03/2026-11-22"
    made = json.loads(exported(record, "csl"))
    assert made["author"] == [
        {"family": "Carberry", "given": "Josiah Stinkney"},
        {"family": "Ōe", "given": "Jean-Luc"},
        {"family": "山田", "given": "花子"},
        {"literal": "The Cracked Pots & Co. Collective"},
    ]
    assert made["issued"] == {"date-parts": [[2025, 3], [2026, 11, 22]]}
    assert (made["type"], made["id"], made["DOI"]) == ("software", "18000012", "10.5072/zenodo.18000012")
    assert (made["container-title"], made["volume"], made["event"]) == ("Journal of Psychoceramics", "12", "Pots 2026")


def test_json_ld_is_schema_org() -> None:
    made = json.loads(exported(records.rich(), "json-ld"))
    assert made["@context"] == "http://schema.org"
    assert made["@type"] == "https://schema.org/SoftwareSourceCode"
    assert made["@id"] == made["identifier"] == "https://doi.org/10.5072/zenodo.18000012"
    assert made["creator"][0] == {
        "@type": "Person",
        "@id": "https://orcid.org/0000-0002-1825-0097",
        "name": "Carberry, Josiah Stinkney",
        "familyName": "Carberry",
        "givenName": "Josiah Stinkney",
        "affiliation": [
            {"@type": "Organization", "@id": "https://ror.org/05gq02987", "name": "Brown University"},
            {"@type": "Organization", "name": "Institute of Psychoceramics"},
        ],
    }
    assert made["license"] == ["https://www.apache.org/licenses/LICENSE-2.0", "https://example.org/rules"]
    assert made["isPartOf"] == ["https://doi.org/10.5072/zenodo.18000010"]
    assert made["isAccessibleForFree"] is True
    assert "conditionsOfAccess" not in made


def test_json_ld_says_that_embargoed_files_are_not_free() -> None:
    made = json.loads(exported(records.embargoed(), "json-ld"))
    assert (made["isAccessibleForFree"], made["conditionsOfAccess"]) == (False, "embargoed")


def test_codemeta() -> None:
    made = json.loads(exported(records.rich(), "codemeta"))
    assert made["@context"] == "https://w3id.org/codemeta/3.0"
    assert made["@type"] == "SoftwareSourceCode"
    assert made["developmentStatus"] == "https://www.repostatus.org/#active"
    assert made["license"] == ["https://spdx.org/licenses/Apache-2.0", "https://example.org/rules"]
    assert made["programmingLanguage"] == ["Python", "C++"]
    assert made["referencePublication"] == ["https://doi.org/10.1234/pots.2026.7", "https://arxiv.org/abs/2101.00001"]


def test_citation_cff() -> None:
    assert yaml.safe_load(exported(records.rich(), "cff")) == {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "type": "software",
        "title": "Psychoceramics workbench: finding cracks in pots before they break",
        "authors": [
            {
                "family-names": "Carberry",
                "given-names": "Josiah Stinkney",
                "affiliation": "Brown University, Institute of Psychoceramics",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
            },
            {"family-names": "Ōe", "given-names": "Jean-Luc", "affiliation": "Wesleyan University"},
            {"family-names": "山田", "given-names": "花子", "affiliation": "Brown University"},
            {"name": "The Cracked Pots & Co. Collective"},
        ],
        "abstract": (
            "The workbench reads acoustic scans of fired clay and marks the places where a crack is about to open. "
            "See the manual for H2O content. What is new Scans are read four times as fast A model for raku glazes "
            "workbench scan pot-17.wav --threshold 0.8 Glaze Recall Raku 0.94 Celadon 0.97 Every pot has a crack."
        ),
        "version": "2.1.0",
        "doi": "10.5072/zenodo.18000012",
        "date-released": "2026-11-22",
        "license": "Apache-2.0",
        "keywords": ["psychoceramics", "acoustics", "non-destructive testing"],
        "repository-code": "https://github.com/pots/workbench",
    }


def test_citation_cff_leaves_out_what_its_schema_refuses() -> None:
    record = records.plain()
    record["custom_fields"]["code:codeRepository"] = "javascript:alert(1)"
    record["metadata"]["publication_date"] = "2026-11"
    record["metadata"]["creators"] = [records.person("Carberry", "Josiah", ids={"orcid": "0000"})]
    made = yaml.safe_load(exported(record, "cff"))
    assert made["authors"] == [{"family-names": "Carberry", "given-names": "Josiah"}]
    assert not {"repository-code", "date-released"} & made.keys()


def test_dublin_core() -> None:
    text = exported(records.rich(), "dublincore")
    root = parse_xml(text)
    assert root.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
    found: dict[str, list[str | None]] = {}
    for element in root:
        found.setdefault(element.tag.partition("}")[2], []).append(element.text)
    assert found["title"] == ["Psychoceramics workbench: finding cracks in pots before they break"]
    assert found["creator"][0] == "Carberry, Josiah Stinkney"
    assert found["identifier"][0] == "https://doi.org/10.5072/zenodo.18000012"
    assert found["rights"] == [
        "Apache License 2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "Pottery House Rules",
        "https://example.org/rules",
    ]


def test_native_json_is_the_record_itself() -> None:
    assert json.loads(exported(records.rich(), "json")) == records.rich()


def test_an_unknown_format_is_none() -> None:
    assert exports.export(records.plain(), "docx") is None


@pytest.mark.parametrize("name", exports.FORMATS)
@settings(UNHURRIED)
@given(poison=st.text(max_size=40))
def test_every_format_is_well_formed_whatever_stands_in_the_record(name: str, poison: str) -> None:
    text = exported(records.poisoned(poison), name)
    if name == "dublincore":
        parse_xml(text)
    elif name == "cff":
        assert isinstance(yaml.safe_load(text), dict)
    elif name != "bibtex":
        assert isinstance(json.loads(text), dict)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "title", "name", "en"]), inner),
    max_leaves=8,
)


@settings(UNHURRIED)
@given(
    st.dictionaries(
        st.sampled_from([*records.rich()["metadata"]]),
        ANYTHING | st.dictionaries(st.sampled_from(["type", "features", "person_or_org"]), ANYTHING),
    ),
    st.dictionaries(st.sampled_from([*records.rich()["custom_fields"]]), ANYTHING),
)
def test_odd_shapes_read_as_empty(metadata: dict[str, Any], custom: dict[str, Any]) -> None:
    for name in exports.FORMATS:
        assert exported({"metadata": metadata, "custom_fields": custom}, name)


# Content negotiation


@pytest.mark.parametrize(
    ("media_type", "content_type", "beginning"),
    [
        ("application/ld+json", "application/ld+json", '{\n  "@context": "http://schema.org"'),
        (
            "application/vnd.citationstyles.csl+json",
            "application/vnd.citationstyles.csl+json",
            '{\n  "id": "18000002",\n  "type": "software"',
        ),
        (
            "application/vnd.datacite.datacite+json",
            "application/vnd.datacite.datacite+json",
            '{\n  "doi": "10.5072/zenodo.18000002"',
        ),
        ("application/x-bibtex", "application/x-bibtex; charset=utf-8", "@software{"),
        (
            "application/x-dc+xml",
            "application/x-dc+xml; charset=utf-8",
            "<?xml version='1.0' encoding='utf-8'?>\n<oai_dc",
        ),
        ("text/x-bibliography", "text/x-bibliography; charset=utf-8", "Carberry, J. (2026). Lab tool"),
    ],
)
def test_render_answers_the_media_types_of_the_api(media_type: str, content_type: str, beginning: str) -> None:
    made = exports.render(records.plain(), media_type)
    assert made is not None
    assert made[0].decode().startswith(beginning)
    assert made[1] == content_type


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/vnd.inveniordm.v1+json", "application/x-yaml", "text/html", ""]
)
def test_render_leaves_other_media_types_to_the_api(media_type: str) -> None:
    assert exports.render(records.plain(), media_type) is None


# Badge


def test_badge_is_svg_and_says_the_doi() -> None:
    root = parse_xml(draw_badge("10.5072/zenodo.18000002"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["aria-label"] == "DOI: 10.5072/zenodo.18000002"
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["DOI", "10.5072/zenodo.18000002"]
    assert int(root.attrib["width"]) > int(next(iter(root.iter("{http://www.w3.org/2000/svg}text"))).attrib["x"][:2])


def test_badge_escapes_what_the_address_says() -> None:
    text = draw_badge('10.5072/<script>"&')
    assert re.findall(r"<(\w+)", text).count("script") == 0
    assert parse_xml(text).attrib["aria-label"] == 'DOI: 10.5072/<script>"&'
