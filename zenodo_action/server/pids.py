"""Persistent identifiers of a draft: what may stand there, and what publication adds."""

from __future__ import annotations

from typing import Any, Final

from zenodo_action.server.identifiers import is_doi
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import Problem, problem
from zenodo_action.server.session import Concept, Half, Session, Version

Json = dict[str, Any]

NO_PUBLISHER: Final = "Missing publisher field required for DOI registration."


def load(given: Any, problems: list[Problem]) -> Json:
    """Return what is kept of ``pids``: ``{"doi": {"identifier", "provider", "client"?}, "oai"?: …}``."""
    if not isinstance(given, dict):
        problems.append(problem("pids", "Not a valid mapping type."))
        return {}
    kept: Json = {}
    for scheme, entry in given.items():
        if scheme not in ("doi", "oai"):
            problems.append(problem(f"pids.{scheme}", f"No configuration defined for PID {scheme}"))
        elif not isinstance(entry, dict):
            problems.append(problem(f"pids.{scheme}._schema", "Invalid input type."))
        elif not isinstance(entry.get("identifier"), str) or not isinstance(entry.get("provider"), str):
            missing = "identifier" if not isinstance(entry.get("identifier"), str) else "provider"
            problems.append(problem(f"pids.{scheme}.{missing}", "Missing data for required field."))
        else:
            kept[scheme] = {name: entry[name] for name in ("identifier", "provider", "client") if entry.get(name)}
            kept[scheme].setdefault("identifier", "")
    return kept


def problems(session: Session, personality: Personality, version: Version, draft: Half) -> list[Problem]:
    """Return what keeps the identifiers of a draft from being registered."""
    found: list[Problem] = []
    doi = draft.body["pids"].get("doi")
    if doi is not None:
        found.extend(_doi_problems(session, personality, version, doi))
    if (doi is None or doi["provider"] != "external") and not draft.body["metadata"].get("publisher"):
        found.append(problem("metadata.publisher", NO_PUBLISHER))
    oai = draft.body["pids"].get("oai")
    if oai is not None and oai["identifier"] != personality.oai(version.id):
        found.append(problem("pids.oai", f"oai:{oai['identifier']} already exists."))
    return found


def _doi_problems(session: Session, personality: Personality, version: Version, doi: Json) -> list[Problem]:
    text = doi["identifier"]
    prefix = text.partition("/")[0]
    if doi["provider"] == "external":
        if not text:
            return [problem("pids.doi", "Missing DOI for required field.")]
        if prefix in personality.blocked_prefixes:
            return [problem("pids.doi", blocked(prefix, personality.site))]
        if not is_doi(text):
            return [problem("pids.doi", f"Invalid DOI: {text}")]
    elif text and prefix != personality.doi_prefix:
        return [problem("pids.doi", f"Wrong DOI {prefix} prefix provided, it should be {personality.doi_prefix}.")]
    owner = session.doi_owner(text)
    if owner is not None and owner != version.id:
        return [problem("pids.doi", f"doi:{text} already exists.")]
    return []


def blocked(prefix: str, site: str) -> str:
    """Return the message for an external DOI with a prefix of the server's own."""
    return (
        f"The prefix '{prefix}' is managed by {site}. Please supply an external DOI or select 'No' to have a DOI "
        "generated for you."
    )


def mint(session: Session, personality: Personality, version: Version, concept: Concept, body: Json) -> None:
    """Give a draft that is being published its DOI, its OAI identifier, and its concept a DOI."""
    doi = body["pids"].get("doi")
    if version.record is not None and not doi:
        doi = version.record.body["pids"].get("doi")
    if not doi or not doi["identifier"]:
        doi = {"identifier": personality.doi(version.id), "provider": "datacite", "client": "datacite"}
    body["pids"] = {"doi": doi, "oai": {"identifier": personality.oai(version.id), "provider": "oai"}}
    session.take_doi(doi["identifier"], version.id)
    if doi["provider"] != "external" and "doi" not in concept.pids:
        concept.pids["doi"] = {"identifier": personality.doi(concept.id), "provider": "datacite", "client": "datacite"}
        session.take_doi(concept.pids["doi"]["identifier"], concept.id)
