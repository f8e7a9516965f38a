"""
``Record`` → ``codemeta.json``; pure.

Source: codemeta.github.io, version 3.0 of the context, "CodeMeta terms"; schema.org for what the terms hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.mapping.losses import Losses, form
from zenodo_action.mapping.parts import filled, flat
from zenodo_action.model import Access, Creator, Funding, Identifier, Record, Reference, Related, Right, TypedText
from zenodo_action.vocab.licence_names import spdx_name

CONTEXT = "https://w3id.org/codemeta/3.0"

_ROLES = {
    "contactperson": "maintainer",
    "editor": "editor",
    "other": "contributor",
    "producer": "producer",
    "rightsholder": "copyrightHolder",
    "sponsor": "sponsor",
}
"""Native role → term; people of all others are contributors."""
_RELATIONS = {
    "haspart": "hasPart",
    "isdescribedby": "url",
    "isdocumentedby": "referencePublication",
    "isidenticalto": "sameAs",
    "ispartof": "isPartOf",
}
"""Native relation → term; all other works are related links. Source: as the reader takes them (``sources.codemeta``)."""
_RELATED = "relatedLink"
_SUPPLEMENT = "issupplementto"
_SINGLE = frozenset({"url"})
_PEOPLE = {"orcid": "https://orcid.org/{}", "ror": "https://ror.org/{}", "isni": "https://isni.org/isni/{}"}
_ADDRESSES = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "handle": "https://hdl.handle.net/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}",
}
"""Scheme → the address that leads to an identifier."""
_REPOSITORY, _LANGUAGES, _STATUS = "code:codeRepository", "code:programmingLanguage", "code:developmentStatus"
_STATUS_ADDRESS = "https://www.repostatus.org/#{}"


def to_codemeta(record: Record) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return the content of a ``codemeta.json`` 3.0, and a warning for each kind of value that it cannot hold."""
    lost = Losses(form("codemeta.json"))
    if record.resource_type not in (None, "software"):
        lost.add("works that are no software", record.resource_type)
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "SoftwareSourceCode",
        "name": record.title,
        "description": vocab.plain_text(record.description or ""),
        "releaseNotes": _notes(record.additional_descriptions, lost),
        "version": record.version,
        "datePublished": record.publication_date,
        "keywords": list(record.keywords),
        "license": [_license(right, lost) for right in record.rights],
        "author": [_author(each, lost) for each in record.creators],
        **_contributors(record.contributors, lost),
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else None,
        "identifier": [_address(each) for each in record.identifiers],
        "citation": [_citation(each) for each in record.references],
        **_related(record.related, lost),
        **_funding(record.funding, lost),
        **_custom(record.custom_fields, lost),
        "embargoEndDate": _embargo(record.access, lost),
    }
    for each in record.additional_titles:
        lost.add("further titles", each.text, each.type, each.language)
    for name in ("languages", "dates", "locations", "communities"):
        for value in getattr(record, name):
            lost.add(f"{name} of the work" if name == "languages" else name, *flat(value))
    return {key: _single(value) for key, value in content.items() if value not in (None, "", [], {})}, lost.findings()


def _single(value: Any) -> Any:
    """Return a list of one as its one value, as JSON-LD has it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _notes(texts: Iterable[TypedText], lost: Losses) -> str | None:
    """Return the technical notes; other descriptions have no place."""
    notes: str | None = None
    for each in texts:
        if each.type == "technical-info" and notes is None and each.language is None:
            notes = vocab.plain_text(each.text)
        else:
            lost.add("further descriptions", each.type, each.text, each.language)
    return notes


def _license(right: Right, lost: Losses) -> Any:
    """Return the address of a licence, at SPDX where that knows it."""
    if right.id is not None:
        spdx = spdx_name(right.id)
        if spdx:
            return f"https://spdx.org/licenses/{spdx}"
        return {"@type": "CreativeWork", "name": right.id, **filled({"url": vocab.license_url(right.id)})}
    if right.description:
        lost.add("descriptions of licences", right.description)
    return {"@type": "CreativeWork", **filled({"name": right.title, "url": right.link})}


def _author(creator: Creator, lost: Losses) -> dict[str, Any]:
    if creator.role:
        lost.add("roles of authors", creator.display_name, creator.role)
    return _agent(creator, lost)


def _contributors(people: Iterable[Creator], lost: Losses) -> dict[str, list[dict[str, Any]]]:
    """Return the people by the term that their role has."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in people:
        role = each.role or ""
        if role not in _ROLES:
            lost.add("some roles; their people are contributors", each.display_name, role)
        found.setdefault(_ROLES.get(role, "contributor"), []).append(_agent(each, lost))
    return found


def _agent(creator: Creator, lost: Losses) -> dict[str, Any]:
    """Return a person or organisation, by the first identifier that has an address."""
    first: str | None = None
    for each in creator.identifiers:
        address = _PEOPLE[each.scheme].format(each.identifier) if each.scheme in _PEOPLE else None
        if address is None or first is not None:
            lost.add("identifiers of people but one", each.scheme, each.identifier)
        else:
            first = address
    affiliations = [
        filled({"@type": "Organization", "@id": f"https://ror.org/{each.ror}" if each.ror else None, "name": each.name})
        for each in creator.affiliations
    ]
    is_person = creator.kind == "personal"
    return filled(
        {
            "@type": "Person" if is_person else "Organization",
            "@id": first,
            "givenName": creator.given_name if is_person else None,
            "familyName": creator.family_name if is_person else None,
            "name": None if is_person else creator.name,
            "affiliation": _single(affiliations),
        }
    )


def _address(identifier: Identifier) -> str:
    """Return an identifier as an address, or with its scheme before it."""
    if identifier.scheme in _ADDRESSES:
        bare = identifier.identifier.removeprefix("arXiv:")
        return _ADDRESSES[identifier.scheme].format(bare)
    is_told = identifier.scheme in ("url", "other", "ark", "urn") or identifier.identifier.startswith(identifier.scheme)
    return identifier.identifier if is_told else f"{identifier.scheme}:{identifier.identifier}"


def _citation(reference: Reference) -> Any:
    if reference.identifier is None:
        return {"@type": "CreativeWork", "name": reference.text}
    return {"@type": "CreativeWork", "@id": _address(reference.identifier), "name": reference.text}


def _related(works: Iterable[Related], lost: Losses) -> dict[str, Any]:
    """Return the related works by the term that their relation has."""
    found: dict[str, list[Any]] = {}
    for each in works:
        detected = vocab.identifier(each.identifier)
        scheme = each.scheme or (detected.scheme if detected is not None else "other")
        address = _address(Identifier(scheme=scheme, identifier=each.identifier))
        term = _RELATIONS.get(each.relation, _RELATED)
        if term in _SINGLE and term in found:
            term = _RELATED
        if term == _RELATED and each.relation != _SUPPLEMENT:
            lost.add("some relations, which become links", each.identifier, each.relation)
        if each.resource_type and each.relation != _SUPPLEMENT:
            lost.add("the types of related works", each.identifier, each.resource_type)
        thing = {"@type": "ScholarlyArticle", "@id": address}
        found.setdefault(term, []).append(thing if term == "referencePublication" else address)
    return found


def _funding(funding: Iterable[Funding], lost: Losses) -> dict[str, Any]:
    """Return the funders, and the awards as texts."""
    funders: list[dict[str, str]] = []
    awards: list[str] = []
    for each in funding:
        ror, _, number = (each.award_id or "").rpartition("::")
        funder = each.funder_id or ror
        if ror not in ("", funder):
            lost.add("a funder other than the award's", ror)
        name = each.funder_name or vocab.funder_name(funder)
        entry = filled({"@type": "Organization", "@id": f"https://ror.org/{funder}" if funder else None, "name": name})
        if entry not in funders:
            funders.append(entry)
        award = " ".join(filter(None, (number or each.award_number, each.award_title)))
        if each.award_url:
            lost.add("addresses of awards", award, each.award_url)
        if award:
            awards.append(award)
    return {"funder": funders, "funding": awards}


def _custom(fields: Mapping[str, object], lost: Losses) -> dict[str, Any]:
    """Return what is said of the code."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name == _REPOSITORY:
            found["codeRepository"] = value
        elif name == _LANGUAGES and isinstance(value, (list, tuple)):
            found["programmingLanguage"] = [each["id"] if isinstance(each, Mapping) else each for each in value]
        elif name == _STATUS and isinstance(value, Mapping):
            found["developmentStatus"] = _STATUS_ADDRESS.format(value.get("id"))
        else:
            lost.add("custom fields", name, *flat(value))
    return found


def _embargo(access: Access | None, lost: Losses) -> str | None:
    if access is None:
        return None
    if access.embargo_until is None and access.files == "restricted":
        lost.add("restricted files", "access")
    if access.embargo_reason:
        lost.add("the reason of an embargo", access.embargo_reason)
    return access.embargo_until
