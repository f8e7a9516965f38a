"""
Writes the JSON Schema of ``.zenodo.yml`` and ``.zenodo.json``; with ``--check`` only says whether it is as it should be.

Keys and terms are those of the reader's own tables; a key without a shape here, or the other way round, is an error.
The schema is for editors: the program's own findings know more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from schema_shapes import TEXT, Schema, listed, mapping, ref, spelled, term, text

from zenodo_action import vocab
from zenodo_action.options import Option
from zenodo_action.sources import (
    dates,
    links,
    placeholders,
    settings,
    texts,
    zenodo_custom,
    zenodo_file,
    zenodo_people,
    zenodo_texts,
)
from zenodo_action.sources.zenodo_terms import SUBTYPE_KEYS
from zenodo_action.vocab.data import load

TARGET = Path(__file__).resolve().parent.parent / "zenodo_action" / "data" / "zenodo.schema.json"
ADDRESS = "https://raw.githubusercontent.com/org/zenodo-deposit/main/zenodo_action/data/zenodo.schema.json"

DAY = r"^(\d{4}-\d{2}-\d{2}|.*\$\{.*)$"
DATE = r"^\s*-?\d{4}(-\d{2}){0,2}(\s*/\s*-?\d{4}(-\d{2}){0,2})?\s*$"
ORCID = r"^(\S*orcid\.org/|\S*[oO][rR][cC][iI][dD]:\s*)?\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{3}[\dXx]/?$"
ROR = r"^(\S*ror\.org/)?0[a-hj-km-np-tv-zA-HJ-KM-NP-TV-Z0-9]{6}\d{2}/?$"


def main() -> int:
    """Write the file, or say whether it is as it should be."""
    text = schema_text()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} is not what the reader's tables say: run python scripts/make_schema.py")
    return 1


def schema_text() -> str:
    """Return the whole file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """Return the whole schema."""
    keys = {**work(), **people(), **access_and_licence(), **works(), **funding(), **parts(), settings.KEY: deposit()}
    missing, strange = set(zenodo_file.KEYS) - keys.keys(), keys.keys() - set(zenodo_file.KEYS)
    if missing or strange:
        message = f"without a shape: {sorted(missing)}; unknown to the reader: {sorted(strange)}"
        raise SystemExit(message)
    useless = {
        key: {"description": f"Not used: {why}.", "deprecated": True} for key, why in zenodo_file.USELESS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": ".zenodo.yml and .zenodo.json",
        "description": "Metadata of a record on Zenodo or another InvenioRDM, as zenodo-deposit reads them. "
        f"In texts {', '.join(f'${{{name}}}' for name in placeholders.NAMES)} are filled in.",
        "type": "object",
        "properties": {**{key: {"type": "string"} for key in zenodo_file.SILENT}, **keys, **useless},
        "additionalProperties": False,
        "dependentSchemas": {
            "access_right": {
                "if": {"properties": {"access_right": {"enum": ["embargoed", "Embargoed"]}}},
                "then": {"required": ["embargo_date"]},
            }
        },
        "$defs": definitions(),
    }


def work() -> dict[str, Schema]:
    """Return what the work is."""
    subtype = {
        key: term(vocab.subtypes(key.removesuffix("_type")), f"Subtype of {key.removesuffix('_type')}.")
        if vocab.subtypes(key.removesuffix("_type"))
        else text(f"Subtype of {key.removesuffix('_type')}; there is none yet.")
        for key in SUBTYPE_KEYS
    }
    types = [*vocab.upload_types(), *(kind for kind in load("terms")["resource_types"] if "-" in kind)]
    term_type = term(vocab.upload_types(), "What the work is; software where no source says otherwise.")
    return {
        "title": text("At least three characters; no HTML.", minLength=texts.MIN_LENGTH),
        "additional_titles": listed(
            mapping(
                {
                    "title": text("The title."),
                    "type": term(texts.TITLE_TYPES, "Its kind.", is_object=True),
                    "lang": language(),
                },
                "title",
                "type",
            ),
            "Further titles.",
        ),
        "upload_type": {**term_type, "enum": spelled(types)},
        **subtype,
        "resource_type": {"description": "The same as upload_type, as InvenioRDM calls it.", "enum": spelled(types)},
        "description": text("HTML, plain text or Markdown; plain text becomes paragraphs, Markdown is rendered."),
        "notes": text("Further notes, as description."),
        "method": text("Methods, as description."),
        "additional_descriptions": listed(
            mapping(
                {
                    "description": text("As description."),
                    "type": term(texts.DESCRIPTION_TYPES, "Its kind.", is_object=True),
                    "lang": language(),
                },
                "description",
                "type",
            ),
            "Further descriptions.",
        ),
        **classification(),
    }


def classification() -> dict[str, Schema]:
    """Return when the work appeared, and what it is about."""
    return {
        "publication_date": text("The release's own date counts; another one gives a warning."),
        "version": text("The tag decides; another version gives a warning. ${version} is the tag's."),
        "publisher": text("Zenodo where nothing is said."),
        "keywords": listed(text("A keyword."), "Keywords."),
        "language": listed(
            language(), "Languages of the work: three letters of ISO 639-3, two letters, or a name.", may_be_single=True
        ),
        "subjects": listed(
            mapping({key: text(f"Its {key}.") for key in ("term", "identifier", "scheme")}),
            "Subjects of a classification.",
        ),
        "dates": listed(ref("date"), "Further dates."),
        "locations": listed(
            mapping(
                {
                    "place": text("Its name."),
                    "lat": {"description": "Latitude in degrees.", "type": ["number", "string"]},
                    "lon": {"description": "Longitude in degrees.", "type": ["number", "string"]},
                    "description": text("What is said of it."),
                }
            ),
            "Places that the work is about.",
        ),
        "programming_language": listed(
            text("Its name, as GitHub shows it."), "Programming languages.", may_be_single=True
        ),
        "development_status": term(vocab.development_statuses(), "State of the development, as repostatus.org has it."),
        "custom": {
            "description": "Custom fields of the server under their own names, as dwc:kingdom.",
            "type": "object",
            "properties": {
                "code:developmentStatus": term(
                    vocab.development_statuses(), "State of the development.", is_object=True
                ),
                **{name: custom_parts(keys) for name, keys in zenodo_custom.PARTS.items()},
            },
        },
    }


def custom_parts(keys: Iterable[str]) -> Schema:
    """Return the shape of a custom field that is a mapping."""
    return {"type": "object", "propertyNames": {"enum": list(keys)}}


def language() -> Schema:
    """Return the shape of a language."""
    return {
        "description": "Language.",
        "anyOf": [{"type": "string"}, {"type": "object", "properties": {"id": {"type": "string"}}}],
    }


def people() -> dict[str, Schema]:
    """Return who made the work."""
    return {
        "creators": listed(ref("creator"), "Who made the work, in this order."),
        "contributors": listed(ref("contributor"), "Who else had a part in it, each with a type."),
        "thesis_supervisors": listed(ref("creator"), "Supervisors of a thesis."),
    }


def access_and_licence() -> dict[str, Schema]:
    """Return who may read and use it."""
    return {
        "access_right": term(
            ("open", "embargoed", "restricted", "closed"), "Who may read the files; closed is stored as restricted."
        ),
        "embargo_date": text("The files are restricted until this day; needs access_right: embargoed.", pattern=DAY),
        "access_conditions": text("The reason of an embargo."),
        "license": listed(
            {
                "anyOf": [
                    {"type": "string"},
                    mapping({"id": text("SPDX id.")}, "id"),
                    mapping({key: text(f"Its {key}.") for key in ("title", "link", "url", "description")}),
                ]
            },
            "SPDX id or expression, {id: …}, terms of your own as {title: …, link: …}, or a list of them.",
            may_be_single=True,
        ),
    }


def works() -> dict[str, Schema]:
    """Return what else belongs to it."""
    identifier = text("A DOI, an address, an arXiv id, a handle, an ISBN …; the server detects which.")
    scheme = term(links.SCHEMES, "Only counts where the server detects none.")
    relations = [*vocab.relations(), *load("terms")["native_relations"], "isAlternateIdentifier"]
    relation = term(relations, "Relation of this work to that one.", is_object=True)
    kinds = [*load("terms")["resource_types"], *load("terms")["linkable_only"]]
    related = mapping(
        {
            "identifier": identifier,
            "relation": relation,
            "relation_type": relation,
            "resource_type": term(kinds, "What that work is.", is_object=True),
            "scheme": scheme,
        },
        "identifier",
    )
    alternate = {"anyOf": [TEXT, mapping({"identifier": identifier, "scheme": scheme}, "identifier")]}
    reference = mapping({"reference": text("The citation."), "identifier": identifier, "scheme": scheme})
    community = {"anyOf": [TEXT, {"type": "object", "properties": dict.fromkeys(("identifier", "id", "slug"), TEXT)}]}
    return {
        "related_identifiers": listed(
            {**related, "anyOf": [{"required": ["relation"]}, {"required": ["relation_type"]}]}, "Related works."
        ),
        "alternate_identifiers": listed(alternate, "Further identifiers of this very version."),
        "references": listed({"anyOf": [TEXT, reference]}, "Works cited."),
        "communities": listed(community, "Communities that are asked to take the record.", may_be_single=True),
    }


def funding() -> dict[str, Schema]:
    """Return who paid."""
    grant = {"anyOf": [TEXT, {"type": "object"}]}
    funder = {"anyOf": [TEXT, mapping(dict.fromkeys(("name", "ror", "id"), TEXT))]}
    award = {key: text(f"Its {key}.") for key in ("id", "number", "title", "url")}
    own = mapping(
        {
            "funder": {"description": "Name, ROR id, or {name, ror}.", **funder},
            "ror": text("ROR id of the funder."),
            "award": {"description": "The award, or its number.", "anyOf": [TEXT, mapping(award)]},
            **{key: text(f"{key.capitalize()} of the award.") for key in ("number", "title", "url")},
        }
    )
    return {
        "grants": listed(grant, "Grants that the server knows, as {id: 10.13039/501100000780::654241}."),
        "funding": listed(
            {**own, "anyOf": [{"required": ["funder"]}, {"required": ["ror"]}]}, "Funding in your own words."
        ),
    }


def parts() -> dict[str, Schema]:
    """Return where the work appeared: journal, conference, book, thesis."""
    names = {
        **zenodo_texts.JOURNAL,
        **zenodo_texts.MEETING,
        **zenodo_texts.IMPRINT,
        **zenodo_texts.THESIS,
        "imprint_publisher": "publisher",
    }
    return {key: text(f"{key.replace('_', ' ').capitalize()}.") for key in names}


def deposit() -> Schema:
    """Return the settings, of the option table."""
    properties = {option.name: setting(option) for option in settings.SETTINGS.values()}
    return mapping(
        properties, description="Settings of zenodo-deposit; the workflow and the command line come before them."
    )


def setting(option: Option) -> Schema:
    """Return the shape of a setting's value."""
    if option.kind == "flag":
        return {"description": option.help, "enum": [True, False, "true", "false"]}
    if option.kind in ("list", "paths"):
        return listed(TEXT, option.help, may_be_single=True)
    return {"description": option.help, "enum": list(option.choices)} if option.choices else text(option.help)


def definitions() -> dict[str, Schema]:
    """Return people and dates, which several keys share."""
    affiliation = {
        "anyOf": [
            TEXT,
            mapping(
                {
                    "name": text("Its name."),
                    "ror": text("Its ROR id.", pattern=ROR),
                    "id": text("The same.", pattern=ROR),
                }
            ),
        ]
    }
    role = term(vocab.roles(), "Role.")
    kinds = zenodo_people.KINDS
    person = {
        "name": text("Family, Given of a person; the whole name of an organisation."),
        **dict.fromkeys(
            ("family_names", "family_name", "family-names"), text("Family name, particle and suffix included.")
        ),
        **dict.fromkeys(("given_names", "given_name", "given-names"), text("Given names or initials.")),
        **dict.fromkeys(("organization", "organisation"), text("Name of an organisation.")),
        **dict.fromkeys(
            ("affiliation", "affiliations"), listed(affiliation, "Where the person works.", may_be_single=True)
        ),
        "orcid": text("ORCID iD, bare or as an address.", pattern=ORCID),
        "gnd": text("GND id."),
        "isni": text("ISNI."),
        "ror": text("ROR id of an organisation.", pattern=ROR),
        "role": role,
    }
    if {*person, "type"} != set(zenodo_people.KEYS):
        message = f"not what the reader knows of people: {sorted({*person, 'type'} ^ set(zenodo_people.KEYS))}"
        raise SystemExit(message)
    named = {"anyOf": [{"required": [key]} for key in person if "name" in key or "organi" in key]}
    creator = mapping({**person, "type": term(kinds, "Whether it is a person or an organisation.")})
    contributor = mapping({**person, "type": term([*vocab.roles(), *kinds], "Role.")})
    date = mapping(
        {
            "type": term(dates.DATE_TYPES, "What happened then.", is_object=True),
            **{
                key: text(f"{key.capitalize()}: a day, month or year.", pattern=DATE)
                for key in ("date", "start", "end")
            },
            "description": text("What is said of it."),
        },
        "type",
    )
    has_date = {"anyOf": [{"required": [key]} for key in ("date", "start", "end")]}
    return {
        "creator": {**creator, **named},
        "contributor": {**contributor, "allOf": [named, {"anyOf": [{"required": ["type"]}, {"required": ["role"]}]}]},
        "date": {**date, **has_date},
    }


if __name__ == "__main__":
    raise SystemExit(main())
