"""The record in the formats that other programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from zenodo_action.server import citation, datacite, linked_data, terms
from zenodo_action.server.facts import Agent, Facts, Json
from zenodo_action.server.links import agent_link, web_link
from zenodo_action.server.reader import read_facts
from zenodo_action.server.wording import plain_text, xml_text

_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to write a record down."""

    name: str
    """Last part of the page's export address."""
    title: str
    media_type: str
    suffix: str
    """Of the file's name, with its dot."""
    write: Callable[[Facts, Json], bytes]


def render(record: Json, media_type: str) -> tuple[bytes, str] | None:
    """
    Return a record in the format that a media type asks for.

    Args:
        record: Native JSON of a published record.
        media_type: As in ``Accept``, without parameters.

    Returns:
        The body and its ``Content-Type``, or ``None`` where the media type is not one of these formats. Zenodo's and
        InvenioRDM's own JSON are the API's business and give ``None`` as well.
    """
    if media_type in _NEGOTIABLE:
        known = FORMATS[_NEGOTIABLE[media_type]]
        return known.write(read_facts(record), record), content_type(known)
    if media_type == "text/x-bibliography":
        return citation.apa(read_facts(record)).encode(), "text/x-bibliography; charset=utf-8"
    return None


def export(record: Json, name: str) -> tuple[bytes, str, str] | None:
    """Return body, ``Content-Type`` and file name of one of ``FORMATS``, or ``None`` for another name."""
    known = FORMATS.get(name)
    if known is None:
        return None
    facts = read_facts(record)
    return known.write(facts, record), content_type(known), f"{facts.id}{known.suffix}"


def content_type(known: Format) -> str:
    """Return the ``Content-Type`` of a format; JSON is UTF-8 by definition and takes no charset."""
    return known.media_type if known.media_type.endswith("json") else f"{known.media_type}; charset=utf-8"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _native(_facts: Facts, record: Json) -> bytes:
    return _json(record)


def _bibtex(facts: Facts, _record: Json) -> bytes:
    return citation.bibtex(facts).encode("utf-8", "replace")


def _csl(facts: Facts, _record: Json) -> bytes:
    """Source: Citation Style Language, csl-data.json schema 1.0."""
    journal = facts.custom_object("journal:journal")
    meeting = facts.custom_object("meeting:meeting")
    imprint = facts.custom_object("imprint:imprint")
    item = {
        "id": facts.id,
        "type": terms.resource_type(facts.type_id).get("csl", "article"),
        "title": facts.title,
        "author": [_csl_name(creator) for creator in facts.creators],
        "issued": _csl_date(facts.publication_date),
        "abstract": plain_text(facts.description),
        "version": facts.version,
        "publisher": facts.publisher,
        "publisher-place": imprint.get("place"),
        "language": facts.languages[0].id if facts.languages else None,
        "container-title": journal.get("title") or imprint.get("title"),
        "volume": journal.get("volume"),
        "issue": journal.get("issue"),
        "page": journal.get("pages") or imprint.get("pages"),
        "ISSN": journal.get("issn"),
        "ISBN": imprint.get("isbn"),
        "event": meeting.get("title"),
        "event-place": meeting.get("place"),
        "DOI": facts.doi,
        "URL": facts.doi_url,
    }
    return _json(linked_data.without_empty(item))


def _csl_name(creator: Agent) -> dict[str, str]:
    if not creator.is_person:
        return {"literal": creator.name}
    return {"family": creator.family or creator.name, **({"given": creator.given} if creator.given else {})}


def _csl_date(text: str) -> dict[str, Any] | None:
    parts = [
        [int(part) for part in date.split("-")] for date in text.split("/") if re.fullmatch(r"\d{4}(-\d\d){0,2}", date)
    ]
    return {"date-parts": parts} if parts else None


def _cff(facts: Facts, _record: Json) -> bytes:
    """Source: Citation File Format, schema guide of 1.2.0."""
    import yaml  # noqa: PLC0415  # only this format needs it

    is_full_date = re.fullmatch(r"\d{4}-\d\d-\d\d", facts.publication_date)
    spdx = [licence.spdx for licence in facts.licences if licence.spdx]
    document = {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "type": "dataset" if facts.type_id == "dataset" else "software",
        "title": facts.title,
        "authors": [_cff_author(creator) for creator in facts.creators],
        "abstract": plain_text(facts.description),
        "version": facts.version,
        "doi": facts.doi,
        "date-released": facts.publication_date if is_full_date else None,
        "license": spdx[0] if len(spdx) == 1 else spdx,
        "keywords": list(dict.fromkeys(facts.keywords)),
        "repository-code": web_link(facts.code_repository),
    }
    text: str = yaml.safe_dump(linked_data.without_empty(document), allow_unicode=True, sort_keys=False, width=120)
    return text.encode("utf-8", "replace")


def _cff_author(creator: Agent) -> dict[str, str]:
    parts = {
        **(
            {"family-names": creator.family, "given-names": creator.given} if creator.family else {"name": creator.name}
        ),
        "affiliation": ", ".join(place.name for place in creator.affiliations) if creator.is_person else "",
        "orcid": agent_link("orcid", creator.identifier("orcid")),
    }
    return {key: value for key, value in parts.items() if value}


def _json_ld(facts: Facts, _record: Json) -> bytes:
    return _json(linked_data.schema_org(facts))


def _codemeta(facts: Facts, _record: Json) -> bytes:
    return _json(linked_data.codemeta(facts))


def _datacite(facts: Facts, _record: Json) -> bytes:
    return _json(datacite.to_datacite(facts))


def _dublin_core(facts: Facts, _record: Json) -> bytes:
    """Source: OAI-PMH 2.0, format oai_dc."""
    ET.register_namespace("oai_dc", _OAI_DC)
    ET.register_namespace("dc", _DC)
    root = ET.Element(f"{{{_OAI_DC}}}dc")
    elements: Mapping[str, list[str]] = {
        "title": [facts.title],
        "creator": [creator.name for creator in facts.creators],
        "contributor": [contributor.name for contributor in facts.contributors],
        "subject": list(facts.keywords),
        "description": [plain_text(facts.description)],
        "publisher": [facts.publisher],
        "date": [facts.publication_date],
        "type": [facts.type],
        "format": list(facts.formats),
        "identifier": [facts.doi_url, *(found.identifier for found in facts.identifiers)],
        "relation": [f"https://doi.org/{facts.concept_doi}" if facts.concept_doi else ""]
        + [work.identifier for work in facts.related],
        "language": [language.id for language in facts.languages],
        "rights": [part for licence in facts.licences for part in (licence.title, licence.url)],
    }
    for name, values in elements.items():
        for value in filter(None, values):
            ET.SubElement(root, f"{{{_DC}}}{name}").text = xml_text(value)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


FORMATS: Mapping[str, Format] = {
    known.name: known
    for known in (
        Format(name="bibtex", title="BibTeX", media_type="application/x-bibtex", suffix=".bib", write=_bibtex),
        Format(
            name="csl",
            title="CSL JSON",
            media_type="application/vnd.citationstyles.csl+json",
            suffix=".csl.json",
            write=_csl,
        ),
        Format(
            name="datacite-json",
            title="DataCite JSON",
            media_type="application/vnd.datacite.datacite+json",
            suffix=".datacite.json",
            write=_datacite,
        ),
        Format(
            name="json-ld",
            title="JSON-LD (schema.org)",
            media_type="application/ld+json",
            suffix=".jsonld",
            write=_json_ld,
        ),
        Format(name="cff", title="Citation File Format", media_type="application/x-yaml", suffix=".cff", write=_cff),
        Format(
            name="codemeta",
            title="CodeMeta",
            media_type="application/ld+json",
            suffix=".codemeta.json",
            write=_codemeta,
        ),
        Format(
            name="dublincore",
            title="Dublin Core XML",
            media_type="application/x-dc+xml",
            suffix=".xml",
            write=_dublin_core,
        ),
        Format(name="json", title="JSON (InvenioRDM)", media_type="application/json", suffix=".json", write=_native),
    )
}
"""
The formats of the record page, in the order in which it lists them.

Source: names and media types as in Zenodo's configuration of exports and record serialisers.
"""

_NEGOTIABLE: Mapping[str, str] = {
    FORMATS[name].media_type: name for name in ("bibtex", "csl", "datacite-json", "json-ld", "dublincore")
}
"""Media type → format that the API answers; CFF and CodeMeta are exports of the page only, as on Zenodo."""
