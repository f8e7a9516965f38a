"""
What Zenodo's deposit API answers, as ``RemoteRecord``, and where it departs from what was sent; pure.

Its answers say less than it stores, and print old names: single dates come without their day, some relations not at
all, and ``apache-2.0`` as ``apache2.0``.

Sources: zenodo-rdm, ``site/zenodo_rdm/legacy/serializers``; recorded answers of Zenodo.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenodo_action import vocab
from zenodo_action.mapping.deposit import affiliation_names, from_native
from zenodo_action.mapping.differences import between
from zenodo_action.mapping.rdm import CODE_REPOSITORY, writable
from zenodo_action.model import Difference, Related, RemoteFile, RemoteRecord

_ADDED = frozenset({"doi", "prereserve_doi", "communities"})
"""What answers say beyond what was sent. NOTE: ``prereserve_doi`` has Zenodo's prefix on the sandbox too: not to be used."""
_ALTERNATE = "isalternateidentifier"
_UNPRINTED_ROLE = "Translator"
_EUROPEAN_COMMISSION = "00k4n6c32"
"""Of awards that are printed without their funder."""
_PRINTED_LICENCES = {
    "apache": "apache-1.0",
    "bsd-license": "bsd-1-clause",
    "cc-by": "cc-by-1.0",
    "cc-by-sa": "cc-by-sa-1.0",
    "eiffel": "efl-1.0",
    "fal": "lal-1.2",
    "gfdl": "gfdl-1.1-only",
    "openfont": "ofl-1.0",
    "pythonpl": "python-2.0",
    "pythonsoftfoundation": "psf-2.0",
    "zpl": "zpl-1.1",
}
"""Old names that mean one licence where they are read and another where they are printed. Source: as above."""

_PRINTED_RELATIONS = {*(name.lower() for name in vocab.relations()), _ALTERNATE}


def from_deposition(payload: Mapping[str, Any], revision: int | None = None) -> RemoteRecord:
    """
    Return the deposition of an answer.

    Args:
        payload: ``{"id": int, "conceptrecid": str, "submitted": bool, "state": str, "metadata": {...}, ...}``.
        revision: The number in the answer's ``ETag``; lists have none.

    Raises:
        KeyError: It is no deposition.
    """
    metadata = payload["metadata"]
    owner = payload.get("owner")
    return RemoteRecord(
        id=str(payload["id"]),
        concept_id=str(payload["conceptrecid"]),
        is_published=bool(payload["submitted"]),
        is_draft=payload["state"] != "done",
        doi=payload.get("doi"),
        concept_doi=payload.get("conceptdoi"),
        version=metadata.get("version"),
        version_index=None,
        is_latest=False,  # depositions do not tell
        owner=None if owner is None else str(owner),
        revision=revision,
        url=payload.get("links", {}).get("html", ""),
        related=tuple(
            Related(
                identifier=str(each.get("identifier") or ""),
                relation=str(each.get("relation") or "").lower(),
                scheme=each.get("scheme"),
                resource_type=each.get("resource_type"),
            )
            for each in metadata.get("related_identifiers") or ()
            if str(each.get("relation") or "").lower() != _ALTERNATE
        ),
        code_repository=metadata.get("custom", {}).get(CODE_REPOSITORY),
        files=tuple(
            # Files whose transfer is not complete are left out by the server.
            RemoteFile(name=each["filename"], size_bytes=int(each["filesize"]), md5=each["checksum"])
            for each in payload.get("files") or ()
        ),
        payload=payload,
    )


def is_deposition(payload: Mapping[str, Any]) -> bool:
    """Whether a server's JSON is the deposit API's, and not native."""
    return "conceptrecid" in payload


def differences(metadata: Mapping[str, Any], remote: Mapping[str, Any]) -> tuple[Difference, ...]:
    """
    Return the values in which a server's description departs from the metadata of a save.

    What the answers of the deposit API never say is no difference.

    Args:
        metadata: From ``to_deposit``.
        remote: A deposition, or a record in native JSON.

    Returns:
        One entry for a field or an item of a list; ``before`` is what was sent, ``after`` what the server holds.
    """
    if is_deposition(remote):
        sent, held = _comparable(_as_printed(metadata)), _comparable(remote["metadata"])
    else:
        sent, held = _comparable(metadata), _comparable(from_native(writable(remote), affiliation_names(remote))[0])
    return tuple(between("metadata", sent, held))


def _as_printed(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata without what the answers of the deposit API leave out of what they hold."""
    result = dict(metadata)
    if "dates" in metadata:
        result["dates"] = [
            {key: value for key, value in each.items() if each["start"] != each["end"] or key not in ("start", "end")}
            for each in metadata["dates"]
        ]
    if "related_identifiers" in metadata:
        result["related_identifiers"] = [
            {key: value for key, value in each.items() if key != "relation" or value.lower() in _PRINTED_RELATIONS}
            for each in metadata["related_identifiers"]
        ]
    if "contributors" in metadata:
        result["contributors"] = [
            {key: value for key, value in each.items() if (key, value) != ("type", _UNPRINTED_ROLE)}
            for each in metadata["contributors"]
        ]
    return result


def _comparable(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata with one spelling for what means the same."""
    result = {key: value for key, value in metadata.items() if key not in _ADDED}
    for key in ("creators", "contributors"):
        if key in result:
            result[key] = [_person(each) for each in result[key]]
    for key, lowered in (("related_identifiers", "relation"), ("dates", "type")):
        if key in result:
            result[key] = [{**each, lowered: str(each.get(lowered) or "").lower()} for each in result[key]]
    if "license" in result:
        result["license"] = _license(result["license"])
    if "grants" in result:
        result["grants"] = [{"id": _grant(str(each["id"]))} for each in result["grants"]]
    if "imprint_isbn" in result:
        result["imprint_isbn"] = str(result["imprint_isbn"]).replace("-", "")
    if "custom" in result:
        result["custom"] = writable({"custom_fields": result["custom"]}).get("custom_fields")
    return result


def _person(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person with bare identifiers."""
    result = {key: value for key, value in person.items() if value is not None}
    if "orcid" in result:
        result["orcid"] = vocab.orcid(result["orcid"]) or result["orcid"]
    if "gnd" in result:
        result["gnd"] = str(result["gnd"]).removeprefix("gnd:")
    if "type" in result:
        result["type"] = str(result["type"]).lower()
    return result


def _license(printed: str) -> str:
    """Return the native id of a licence, which answers print by an old name."""
    if printed in _PRINTED_LICENCES:
        return _PRINTED_LICENCES[printed]
    ids = vocab.license(printed).ids
    return ids[0] if len(ids) == 1 else printed


def _grant(printed: str) -> str:
    """Return an award as ``ROR::number``; answers name the funder by its DOI, or not at all."""
    funder, separator, number = printed.partition("::")
    if not separator:
        return f"{_EUROPEAN_COMMISSION}::{printed}"
    return f"{vocab.funder(funder) or funder}::{number}"
