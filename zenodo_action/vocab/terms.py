"""Fixed lists of terms: resource types, relations, roles, access rights, development states, languages of programs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal, get_args

from zenodo_action.vocab.data import load

AccessRight = Literal["open", "embargoed", "restricted", "closed"]
"""Source: developers.zenodo.org, "Deposit metadata", access_right."""

_MISSPELLED_RELATIONS = {"isorignialformof": "isoriginalformof"}
"""Source: zenodo-rdm, site/zenodo_rdm/legacy/deserializers/metadata.py, which mends this one too."""


def suggest(value: str, candidates: Iterable[str]) -> str | None:
    """
    Return the candidate nearest to a value, without regard to case; ``None`` where none is near.

    >>> suggest("isSuplementTo", ["cites", "isSupplementTo", "isSupplementedBy"])
    'isSupplementTo'
    >>> suggest("zebra", ["cites", "isSupplementTo"])
    """
    import difflib  # noqa: PLC0415 - only where something is wrong already

    spelled = {candidate.lower(): candidate for candidate in candidates}
    nearest = difflib.get_close_matches(value.strip().lower(), spelled, n=1, cutoff=0.7)
    return spelled[nearest[0]] if nearest else None


def resource_type(upload_type: str, subtype: str | None = None, *, is_related: bool = False) -> str | None:
    """
    Return the native id of a type, or ``None`` where there is no such type.

    Args:
        upload_type: ``upload_type`` of the deposit API, or a native id as ``publication-article``; in any case.
        subtype: ``publication_type``, ``image_type`` or ``software_type``.
        is_related: Whether it is the type of a related work, which may also be a project or an instrument.

    >>> resource_type("publication", "thesis")
    'publication-dissertation'
    >>> resource_type("Publication-Article")
    'publication-article'
    >>> resource_type("software", "article")
    """
    parts = [part.strip().lower() for part in (upload_type, subtype or "")]
    native = "-".join(part for part in parts if part)
    terms = load("terms")
    native = terms["renamed_types"].get(native, native)
    is_known = native in terms["resource_types"] or (is_related and native in terms["linkable_only"])
    return native if is_known else None


def upload_types() -> tuple[str, ...]:
    """Return the values of ``upload_type``."""
    return tuple(load("terms")["upload_types"])


def subtypes(upload_type: str) -> tuple[str, ...]:
    """
    Return the subtypes of an upload type; for most there are none.

    >>> subtypes("software")
    ('computationalnotebook',)
    """
    terms = load("terms")
    known = (*terms["resource_types"], *terms["renamed_types"])
    prefix = f"{upload_type}-"
    return tuple(name.removeprefix(prefix) for name in known if name.startswith(prefix))


def relation(value: str) -> str | None:
    """
    Return the native id of a relation, written in any case.

    ``isAlternateIdentifier`` is none: such an identifier is an alternate one of the record itself.

    >>> relation("isSupplementTo")
    'issupplementto'
    """
    native = value.strip().lower()
    native = _MISSPELLED_RELATIONS.get(native, native)
    return native if native in _native_relations() else None


@cache
def _native_relations() -> frozenset[str]:
    terms = load("terms")
    return frozenset((*terms["relations"].values(), *terms["native_relations"]))


def relations() -> tuple[str, ...]:
    """Return the relations in the spelling of the deposit API."""
    return tuple(load("terms")["relations"])


def role(value: str) -> str | None:
    """
    Return the native id of a contributor's role, written in any case.

    >>> role("DataCurator")
    'datacurator'
    """
    native = value.strip().lower()
    return native if native in load("terms")["roles"].values() else None


def roles() -> tuple[str, ...]:
    """Return the roles in the spelling of the deposit API."""
    return tuple(load("terms")["roles"])


def access_right(value: str) -> AccessRight | None:
    """
    Return an access right in lower case.

    >>> access_right("Open")
    'open'
    """
    rights: tuple[AccessRight, ...] = get_args(AccessRight)
    return next((right for right in rights if right == value.strip().lower()), None)


def development_status(value: str) -> str | None:
    """
    Return the id of a development status, also from a repostatus.org address.

    >>> development_status("https://www.repostatus.org/#active")
    'active'
    """
    native = value.strip().rpartition("#")[2].lower()
    return native if native in development_statuses() else None


def development_statuses() -> tuple[str, ...]:
    """Return the ids of all development statuses."""
    return tuple(load("terms")["development_status"])


def programming_language(value: str) -> str | None:
    """
    Return the id of a programming language, from its id or its name in any case.

    >>> programming_language("Jupyter Notebook")
    'jupyter_notebook'
    >>> programming_language("C++")
    'c++'
    """
    name = value.strip().lower()
    languages = load("programming_languages")["languages"]
    return name if name in languages else _languages_by_name().get(name)


def programming_languages() -> tuple[str, ...]:
    """Return the names of all programming languages."""
    return tuple(load("programming_languages")["languages"].values())


@cache
def _languages_by_name() -> dict[str, str]:
    return {name.lower(): key for key, name in load("programming_languages")["languages"].items()}


def funder(value: str) -> str | None:
    """
    Return the ROR id of a funder from its DOI, acronym or name; ``None`` where Zenodo's deposit API knows none.

    >>> funder("10.13039/501100000780")
    '00k4n6c32'
    >>> funder("European Commission")
    '00k4n6c32'
    """
    return _funders().get(value.strip().lower().removeprefix("https://doi.org/"))


def funders() -> tuple[str, ...]:
    """Return the names of the funders that the deposit API knows."""
    return tuple(name for _, _, name in load("terms")["funders"].values())


def funder_name(ror: str) -> str | None:
    """
    Return the name of a funder that the deposit API knows by its ROR id.

    >>> funder_name("00k4n6c32")
    'European Commission'
    """
    return next((name for known, _, name in load("terms")["funders"].values() if known == ror), None)


@cache
def _funders() -> dict[str, str]:
    known: dict[str, str] = {}
    for doi, (ror, acronym, name) in load("terms")["funders"].items():
        for spelling in (doi, acronym, name):
            known.setdefault(spelling.lower(), ror)
    return known
