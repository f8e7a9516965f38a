"""The record as DataCite JSON."""

from __future__ import annotations

from typing import Any

from zenodo_action.server import terms
from zenodo_action.server.facts import Agent, Facts, Grant, Licence, Place, RelatedWork
from zenodo_action.server.linked_data import without_empty
from zenodo_action.server.links import agent_link, web_link
from zenodo_action.server.terms import datacite_name, scheme_name
from zenodo_action.server.wording import plain_text

_AGENT_SCHEMES = {"orcid": "ORCID", "isni": "ISNI", "gnd": "GND", "ror": "ROR", "edmo": "EDMO"}


def to_datacite(facts: Facts) -> dict[str, Any]:
    """
    Return the record in DataCite's JSON form.

    Source: DataCite Metadata Schema 4.6; keys, order and the relation to the concept DOI as InvenioRDM answers them.
    """
    document = {
        "doi": facts.doi,
        "types": _types(facts),
        "titles": _titles(facts),
        "creators": [_agent(creator) for creator in facts.creators],
        "contributors": [
            {**_agent(contributor), "contributorType": datacite_name("roles", contributor.role_id) or "Other"}
            for contributor in facts.contributors
        ],
        "publisher": {"name": facts.publisher},
        "publicationYear": facts.year,
        "subjects": [{"subject": keyword} for keyword in facts.keywords],
        "dates": _dates(facts),
        "language": facts.languages[0].id if facts.languages else "",
        "alternateIdentifiers": _alternate_identifiers(facts),
        "relatedIdentifiers": [_related(work) for work in facts.related] + _concept(facts),
        "sizes": list(facts.sizes),
        "formats": list(facts.formats),
        "version": facts.version,
        "rightsList": [_licence(licence) for licence in facts.licences],
        "descriptions": _descriptions(facts),
        "fundingReferences": [_grant(grant) for grant in facts.grants],
        "geoLocations": [_place(place) for place in facts.places],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    # InvenioRDM answers an empty resource type where only the general one is known.
    return {**without_empty(document), "types": _types(facts)}


def _titles(facts: Facts) -> list[dict[str, str]]:
    further = (
        {"title": title.text, "titleType": datacite_name("title_types", title.type_id)} for title in facts.titles
    )
    return [{"title": facts.title}, *further]


def _dates(facts: Facts) -> list[dict[str, str]]:
    return [
        {"date": facts.publication_date, "dateType": "Issued"},
        *(
            {"date": date.text, "dateType": datacite_name("date_types", date.type_id), "dateInformation": date.note}
            for date in facts.dates
        ),
        {"date": facts.updated[:10], "dateType": "Updated"},
    ]


def _alternate_identifiers(facts: Facts) -> list[dict[str, str]]:
    named = (
        *((scheme_name(found.scheme), found.identifier) for found in facts.identifiers),
        ("URL", facts.page_url),
        ("oai", facts.oai),
    )
    return [
        {"alternateIdentifier": identifier, "alternateIdentifierType": kind} for kind, identifier in named if identifier
    ]


def _licence(licence: Licence) -> dict[str, str]:
    return {
        "rights": licence.title,
        "rightsUri": web_link(licence.url),
        "rightsIdentifier": licence.id,
        "rightsIdentifierScheme": "spdx" if licence.spdx else "",
    }


def _descriptions(facts: Facts) -> list[dict[str, str]]:
    further = (
        (found.text, datacite_name("description_types", found.type_id) or "Other") for found in facts.descriptions
    )
    return [
        {"description": plain_text(text), "descriptionType": kind}
        for text, kind in ((facts.description, "Abstract"), *further)
    ]


def _place(place: Place) -> dict[str, Any]:
    point = place.coordinates
    return {
        "geoLocationPlace": place.name,
        "geoLocationPoint": {"pointLatitude": point[0], "pointLongitude": point[1]} if point else None,
    }


def _types(facts: Facts) -> dict[str, str]:
    general = terms.resource_type(facts.type_id).get("datacite_general", "Other")
    return {"resourceTypeGeneral": general, "resourceType": facts.type if "-" in facts.type_id else ""}


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name,
        "nameType": "Personal" if agent.is_person else "Organizational",
        "givenName": agent.given if agent.is_person else "",
        "familyName": agent.family if agent.is_person else "",
        "nameIdentifiers": [
            {
                "nameIdentifier": found.identifier,
                "nameIdentifierScheme": _AGENT_SCHEMES.get(found.scheme, found.scheme.upper()),
            }
            for found in agent.identifiers
        ],
        "affiliation": [
            {
                "name": place.name,
                "affiliationIdentifier": agent_link("ror", place.ror),
                "affiliationIdentifierScheme": "ROR" if agent_link("ror", place.ror) else "",
            }
            for place in agent.affiliations
        ],
    }


def _related(work: RelatedWork) -> dict[str, str]:
    return {
        "relatedIdentifier": work.identifier,
        "relationType": datacite_name("relations", work.relation_id),
        "relatedIdentifierType": scheme_name(work.scheme),
        "resourceTypeGeneral": terms.resource_type(work.type_id).get("datacite_general", ""),
    }


def _concept(facts: Facts) -> list[dict[str, str]]:
    if not facts.concept_doi:
        return []
    return [
        {"relatedIdentifier": facts.concept_doi, "relationType": "IsVersionOf", "relatedIdentifierType": "DOI"},
    ]


def _grant(grant: Grant) -> dict[str, str]:
    ror = agent_link("ror", grant.funder_id)
    return {
        "funderName": grant.funder,
        "funderIdentifier": ror or grant.funder_id,
        "funderIdentifierType": "ROR" if ror else "Other" if grant.funder_id else "",
        "awardNumber": grant.number,
        "awardTitle": grant.title,
        "awardURI": web_link(grant.url),
    }
