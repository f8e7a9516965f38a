"""Single values of the deposit API's metadata: people, licences, DOIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from zenodo_action.server import vocabulary
from zenodo_action.server.identifiers import is_valid, normalize
from zenodo_action.server.refusal import broken

Json = dict[str, Any]

OWN_PREFIX: Final = "10.5281"
"""The prefix that the real layer takes for its own, also on the sandbox. Source: zenodo-api.md 2.6."""


def person(given: Any) -> Json:
    """Return a native creator, always a person; what is no object makes the real code crash."""
    if not isinstance(given, dict):
        raise broken()
    one: Json = {"type": "personal"}
    name = given.get("name")
    if name:
        if not isinstance(name, str):
            raise broken()
        parts = name.split(",")
        if len(parts) == 2:  # noqa: PLR2004  # family and given name
            one |= {"family_name": parts[0].strip(), "given_name": parts[1].strip()}
        else:
            one["family_name"] = name.strip()
    identifiers = [
        {"scheme": scheme, "identifier": text}
        for scheme, read in _PERSON_IDENTIFIERS
        if given.get(scheme) and (text := read(given[scheme]))
    ]
    if identifiers:
        one["identifiers"] = identifiers
    found: Json = {"person_or_org": one}
    if given.get("affiliation"):
        found["affiliations"] = [{"name": given["affiliation"]}]
    return found


def _orcid(value: Any) -> str:
    if not isinstance(value, str):
        raise broken()
    return normalize(value.strip(), "orcid")


def _gnd(value: Any) -> str:
    if not isinstance(value, str) or not is_valid(value, "gnd"):
        raise broken()
    return normalize(value, "gnd")


_PERSON_IDENTIFIERS: Final[tuple[tuple[str, Callable[[Any], str]], ...]] = (("orcid", _orcid), ("gnd", _gnd))


def licence(text: str) -> Json | None:
    """Return the native right of an old or new licence id. Source: zenodo-api.md 3.5."""
    tables = vocabulary.data()
    name = text.strip().lower()
    name = str(tables["licence_aliases"].get(name, name)).lower()
    native = name if name in tables["licences"] else tables["licence_map"].get(name)
    if native is not None:
        return {"id": native}
    title = tables["licence_titles"].get(text.strip())
    return {"title": {"en": title}} if title else None


def doi_of(value: Any) -> Json:
    """Return the native entry of a DOI: the server's own, or an external one."""
    text = str(value).strip()
    if text.startswith(OWN_PREFIX + "/"):
        return {"identifier": text, "provider": "datacite", "client": "datacite"}
    return {"identifier": text, "provider": "external"}
