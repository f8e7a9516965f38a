"""What names a record: an id, a DOI, an address; from an option, a note or a metadata file. Pure, and not believed yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from zenodo_action.errors import OptionError, Where

_SERVER_DOI = re.compile(
    r"^(?P<prefix>10\.\d{4,9})/(?:zenodo\.(?P<number>\d+)|(?:[a-z0-9-]+\.)?(?P<letters>[a-z0-9]{5}-[a-z0-9]{5}))$",
    re.IGNORECASE,
)
_RECORD_URL = re.compile(
    r"/(?:api/)?(?:records?|uploads|deposit|deposit/depositions)/(?P<id>[A-Za-z0-9-]+)/?(?:[?#].*)?$"
)
_ZENODO_HOSTS = ("zenodo.org", "sandbox.zenodo.org")
_RECORD_ID = re.compile(r"^(?:\d+|[a-z0-9]{5}-[a-z0-9]{5})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something that names a record, from a note or a file; not believed before it is verified."""

    record_id: str
    source: str
    where: Where | None = None
    is_of_server: bool = False
    """Whether it is a DOI that this server must have given, by its prefix."""
    formerly: str | None = None
    """Address that the repository had before it was renamed, where its platform says so; records may name it still."""
    commit: str | None = None
    """Which the record's files were made of, where a note says so."""
    is_note: bool = False
    """Whether we wrote it ourselves; then a record that cannot be used stops the run."""


def record_id_of(text: str, where: Where) -> str:
    """
    Return the id that an id, a DOI or an address of a record names.

    >>> from zenodo_action.errors import OptionPlace
    >>> place = OptionPlace(name="--record")
    >>> [record_id_of(text, place) for text in ("123", "10.5281/zenodo.123", "https://zenodo.org/records/123")]
    ['123', '123', '123']

    Raises:
        OptionError: The text is none of the three.
    """
    bare = _bare(text)
    if doi := _SERVER_DOI.match(bare):
        return doi["number"] or doi["letters"]
    if _RECORD_ID.match(bare):
        return bare
    if url := _RECORD_URL.search(bare):
        return url["id"]
    raise OptionError(
        f"{text!r} names no record",
        where=where,
        fix="give the record's id (1234567), its DOI (10.5281/zenodo.1234567) or its address "
        "(https://zenodo.org/records/1234567); new starts a record of its own",
    )


def is_elsewhere(text: str, *, web_url: str, prefix: str | None) -> bool:
    """
    Whether a DOI or an address is of another server than the one meant: the same number is another record there.

    Of a server whose prefix is not known beforehand only what is Zenodo's is told apart: its pages may have another
    host than its API.

    Args:
        text: What was given.
        web_url: Root of the server's pages.
        prefix: Its DOI prefix, as ``10.5281``; ``None`` where it is not known.

    >>> zenodo = {"web_url": "https://zenodo.org", "prefix": "10.5281"}
    >>> texts = ("123", "10.5281/zenodo.123", "10.5072/zenodo.123", "https://sandbox.zenodo.org/records/123")
    >>> [is_elsewhere(text, **zenodo) for text in texts]
    [False, False, True, True]
    """
    bare = _bare(text)
    if doi := _SERVER_DOI.match(bare):
        return prefix not in (None, doi["prefix"])
    host = _host(bare)
    return host not in ("", _host(web_url)) and (prefix is not None or host in _ZENODO_HOSTS)


def _bare(text: str) -> str:
    """Return a DOI without what may stand before it."""
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", text.strip(), flags=re.IGNORECASE)


def _host(url: str) -> str:
    """Return the host of an address; nothing of any other text."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def doi_hints(dois: Iterable[tuple[str, Where]], prefix: str | None) -> tuple[Hint, ...]:
    """
    Return the DOIs of a metadata file that a server could have given.

    Args:
        dois: DOIs that the file gives to the work itself, each with its place.
        prefix: The server's DOI prefix, as ``10.5281``; ``None`` where it is not known.
    """
    hints = []
    for doi, where in dois:
        found = _SERVER_DOI.match(doi)
        if found is not None and prefix in (None, found["prefix"]):
            number = found["number"] or found["letters"]
            hints.append(Hint(record_id=number, source=str(where), where=where, is_of_server=prefix is not None))
    return tuple(hints)
