"""Persistent identifiers of a draft: what may stand there, and what publication adds."""

from __future__ import annotations

from typing import Any, Final

from zenodo_action.server.identifiers import is_doi
from zenodo_action.server.loading import MISSING_DATA, NOT_OBJECT, NULL
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import Problem, broken, problem
from zenodo_action.server.session import Concept, Half, Session, Version

Json = dict[str, Any]

_PROVIDERS: Final = {"doi": ("datacite", "external"), "oai": ("oai",)}
NO_PUBLISHER: Final = "Missing publisher field required for DOI registration."


def load(given: Any, before: Json, problems: list[Problem]) -> Json:
    """
    Return what is kept of ``pids``: ``{"doi": {"identifier", "provider", "client"?}, "oai"?: …}``.

    Raises:
        Refusal: 500 for a DOI without a text, or of an unknown provider.
    """
    if not isinstance(given, dict):
        problems.append(problem("pids", NULL if given is None else "Not a valid mapping type."))
        return {}
    strange = [scheme for scheme in given if scheme not in _PROVIDERS]
    if strange:
        # The real server takes the sentence for a list, and so gives its letters.
        problems.extend(problem(f"pids.{scheme}.key", *"Invalid persistent identifier scheme.") for scheme in strange)
        return before
    return {scheme: _load_one(entry, scheme, problems) for scheme, entry in given.items()}


def _load_one(given: Any, scheme: str, problems: list[Problem]) -> Json:
    if not isinstance(given, dict):
        problems.append(problem(f"pids.{scheme}.value._schema", NOT_OBJECT))
        return {}
    kept = {name: given[name] for name in ("identifier", "provider", "client") if isinstance(given.get(name), str)}
    missing = [name for name in ("identifier", "provider") if name not in kept]
    problems.extend(problem(f"pids.{scheme}.value.{name}", MISSING_DATA) for name in missing)
    if "identifier" in missing or kept.get("provider") not in (None, *_PROVIDERS[scheme]):
        raise broken()
    return kept


def problems(session: Session, personality: Personality, version: Version, draft: Half) -> list[Problem]:
    """Return what keeps the identifiers of a draft from being registered."""
    found: list[Problem] = []
    doi = draft.body["pids"].get("doi")
    if doi is not None:
        found.extend(_doi_problems(session, personality, version, doi))
    if (doi is None or doi.get("provider") != "external") and not draft.body["metadata"].get("publisher"):
        found.append(problem("metadata.publisher", NO_PUBLISHER))
    oai = draft.body["pids"].get("oai")
    if oai and oai.get("identifier") != personality.oai(version.id):
        found.append(problem("pids.oai", f"oai:{oai['identifier']} already exists."))
    return found


def _doi_problems(session: Session, personality: Personality, version: Version, doi: Json) -> list[Problem]:
    text = doi.get("identifier", "")
    prefix = text.partition("/")[0]
    if doi.get("provider") == "external":
        if not text:
            return [problem("pids.doi", "Missing DOI for required field.")]
        if prefix in personality.blocked_prefixes:
            return [problem("pids.doi", blocked(prefix, personality.site))]
        if not is_doi(text):
            return [problem("pids.doi", "Invalid DOI")]
    elif text and prefix != personality.doi_prefix:
        return [problem("pids.doi", _wrong_prefix(prefix, personality.doi_prefix))]
    owner = session.doi_owner(text)
    if owner is not None and owner != version.id:
        return [problem("pids.doi", f"doi:{text} already exists.")]
    return []


def _wrong_prefix(prefix: str, right: str) -> str:
    return f"Wrong DOI {prefix} prefix provided, it should be {right} as defined in the rest client"


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
    if not doi or not doi.get("identifier"):
        doi = {"identifier": personality.doi(version.id), "provider": "datacite", "client": "datacite"}
    body["pids"] = {"doi": doi, "oai": {"identifier": personality.oai(version.id), "provider": "oai"}}
    session.take_doi(doi["identifier"], version.id)
    if doi["provider"] != "external" and "doi" not in concept.pids:
        concept.pids["doi"] = {"identifier": personality.doi(concept.id), "provider": "datacite", "client": "datacite"}
        session.take_doi(concept.pids["doi"]["identifier"], concept.id)
