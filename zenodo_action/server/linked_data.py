"""The record as JSON-LD: schema.org for search engines, CodeMeta for software catalogues."""

from __future__ import annotations

from typing import Any

from zenodo_action.server import terms
from zenodo_action.server.facts import Agent, Facts, Grant
from zenodo_action.server.links import agent_link, identifier_link, web_link
from zenodo_action.server.wording import plain_text

_CODEMETA_STATUS = {"concept", "wip", "suspended", "abandoned", "active", "inactive", "unsupported", "moved"}
"""Source: repostatus.org, which CodeMeta's ``developmentStatus`` refers to."""


def without_empty(value: Any) -> Any:
    """
    Return a value without what is empty in it, at any depth.

    >>> without_empty({"a": "", "b": [{"c": None}], "d": [0, "x"]})
    {'d': [0, 'x']}
    """
    if isinstance(value, dict):
        pruned = {key: without_empty(part) for key, part in value.items()}
        return {key: part for key, part in pruned.items() if not _is_empty(part)}
    if isinstance(value, list):
        return [part for part in map(without_empty, value) if not _is_empty(part)]
    return value


def schema_org(facts: Facts) -> dict[str, Any]:
    """
    Return the record as schema.org's JSON-LD.

    Source: schema.org types ``CreativeWork`` and ``SoftwareSourceCode``; Google's structured data for data sets.
    """
    related = _links_by_relation(facts)
    document = {
        "@context": "http://schema.org",
        "@id": facts.doi_url,
        "@type": terms.resource_type(facts.type_id).get("schema.org", "https://schema.org/CreativeWork"),
        "identifier": facts.doi_url,
        "name": facts.title,
        "alternateName": [title.text for title in facts.titles],
        "creator": [_agent(creator) for creator in facts.creators],
        "author": [_agent(creator) for creator in facts.creators],
        "contributor": [_agent(contributor) for contributor in facts.contributors],
        "description": plain_text(facts.description),
        "datePublished": facts.publication_date,
        "dateModified": facts.updated,
        "version": facts.version,
        "publisher": {"@type": "Organization", "name": facts.publisher} if facts.publisher else None,
        "keywords": ", ".join(facts.keywords),
        "inLanguage": [
            {"@type": "Language", "name": found.title, "alternateName": found.id} for found in facts.languages
        ],
        "license": _one_or_all([licence.url or licence.title for licence in facts.licences]),
        "isAccessibleForFree": facts.access.status == "open",
        "conditionsOfAccess": "" if facts.access.status == "open" else facts.access.status,
        "funding": [_grant(grant) for grant in facts.grants],
        "spatialCoverage": [{"@type": "Place", "name": place.name} for place in facts.places if place.name],
        "codeRepository": web_link(facts.code_repository),
        "programmingLanguage": list(facts.programming_languages),
        "sameAs": [
            link for link in (identifier_link(found.scheme, found.identifier) for found in facts.identifiers) if link
        ],
        "isPartOf": related.get("ispartof", [])
        + ([f"https://doi.org/{facts.concept_doi}"] if facts.concept_doi else []),
        "hasPart": related.get("haspart"),
        "citation": related.get("cites", []) + related.get("references", []),
        "isBasedOn": related.get("isderivedfrom"),
    }
    pruned: dict[str, Any] = without_empty(document)
    return pruned


def codemeta(facts: Facts) -> dict[str, Any]:
    """
    Return the record as ``codemeta.json``.

    Source: CodeMeta 3.0, terms and crosswalk.
    """
    status = facts.development_status
    document = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode" if facts.type_id.startswith("software") else "CreativeWork",
        "@id": facts.doi_url,
        "identifier": facts.doi_url,
        "name": facts.title,
        "description": plain_text(facts.description),
        "version": facts.version,
        "author": [_agent(creator) for creator in facts.creators],
        "contributor": [_agent(contributor) for contributor in facts.contributors],
        "license": _one_or_all(
            [f"https://spdx.org/licenses/{licence.spdx}" if licence.spdx else licence.url for licence in facts.licences]
        ),
        "keywords": list(facts.keywords),
        "codeRepository": web_link(facts.code_repository),
        "programmingLanguage": list(facts.programming_languages),
        "developmentStatus": f"https://www.repostatus.org/#{status}" if status in _CODEMETA_STATUS else "",
        "datePublished": facts.publication_date,
        "dateModified": facts.updated[:10],
        "publisher": {"@type": "Organization", "name": facts.publisher} if facts.publisher else None,
        "funder": [{"@type": "Organization", "name": grant.funder} for grant in facts.grants],
        "funding": "; ".join(filter(None, (grant.number or grant.title for grant in facts.grants))),
        "referencePublication": _links_by_relation(facts).get("isdocumentedby"),
    }
    pruned: dict[str, Any] = without_empty(document)
    return pruned


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _links_by_relation(facts: Facts) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for work in facts.related:
        found.setdefault(work.relation_id, []).append(identifier_link(work.scheme, work.identifier) or work.identifier)
    return found


def _agent(agent: Agent) -> dict[str, Any]:
    links = (agent_link(found.scheme, found.identifier) for found in agent.identifiers)
    return {
        "@type": "Person" if agent.is_person else "Organization",
        "@id": next((link for link in links if link), None),
        "name": agent.name,
        "familyName": agent.family if agent.is_person else None,
        "givenName": agent.given if agent.is_person else None,
        "affiliation": [
            {"@type": "Organization", "@id": agent_link("ror", place.ror), "name": place.name}
            for place in agent.affiliations
        ],
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "@type": "Grant",
        "identifier": grant.number,
        "name": grant.title,
        "url": web_link(grant.url),
        "funder": {"@type": "Organization", "@id": agent_link("ror", grant.funder_id), "name": grant.funder},
    }
