"""
Which kind of identifier a text is, whether it is a valid one, and how the server writes it.

The detector tries the schemes in a fixed order and the first one that the field allows wins, so that
``github.com/o/r`` is a handle and any bare digits are a PubMed id.

Source: zenodo-api.md 3.6 (observed detections); the syntax of each scheme as its registry publishes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

_DOI: Final = re.compile(r"(doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.[0-9]+(?:\.[0-9]+)*/\S+)$", re.IGNORECASE)
_HANDLE: Final = re.compile(r"(hdl:\s*|(?:https?://)?hdl\.handle\.net/)?([^/.]+(?:\.[^/.]+)*/.*)$", re.IGNORECASE)
_ARK: Final = re.compile(r"ark:/?[0-9bcdfghjkmnpqrstvwxz]+/.+$")
_ARXIV: Final = re.compile(
    r"(arxiv:)?([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?(?:\s*\[[\w.-]+\])?|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7}(?:v[0-9]+)?)$",
    re.IGNORECASE,
)
_ADS: Final = re.compile(r"(?:ads:|ADS:)?([0-9]{4}[A-Za-z]\S{13}[A-Za-z.:])$")
_PMID: Final = re.compile(r"(?:pmid:\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/)?([0-9]+)/?$", re.IGNORECASE)
_GND: Final = re.compile(
    r"(gnd:|GND:)?((?:https?://)?d-nb\.info/gnd/)?"
    r"(1[0123]?[0-9]{7}[0-9X]|[47][0-9]{6}-[0-9]|[1-9][0-9]{0,7}-[0-9X]|3[0-9]{7}[0-9X])"
)
_ROR: Final = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})$", re.IGNORECASE)
_WIKIDATA: Final = re.compile(r"(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[0-9]+)$", re.IGNORECASE)
_CSTR: Final = re.compile(r"(?:cstr:|https?://(?:www\.)?cstr\.cn/)?(\w+\.\w+\.\w+\.\S+)$", re.IGNORECASE)
_RRID: Final = re.compile(r"(?:RRID:|https?://scicrunch\.org/resolver/)\s?(?:RRID:)?([A-Za-z]+[_:]\S+)$", re.IGNORECASE)
_SWH: Final = re.compile(r"swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}(;.*)?$")
_LSID: Final = re.compile(r"urn:lsid:[^:]+(:[^:]+){2,3}$", re.IGNORECASE)
_ISTC: Final = re.compile(
    r"(?:istc)?[\s:-]*([0-9A-F]{3})[\s-]?([0-9A-F]{4})[\s-]?([0-9A-F]{8})[\s-]?([0-9A-F])$", re.IGNORECASE
)

ORCID_URL: Final = re.compile(r"https?://orcid\.org/", re.IGNORECASE)
_ISNI_URL: Final = re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?", re.IGNORECASE)

RECORD_SCHEMES: Final = (
    "ark", "arxiv", "ads", "crossreffunderid", "cstr", "doi", "ean13", "eissn", "grid", "handle", "igsn", "isbn",
    "isni", "issn", "istc", "lissn", "lsid", "pmid", "purl", "rrid", "upc", "url", "urn", "wikidata", "w3id", "other",
)  # fmt: skip
"""Schemes of alternate and related identifiers and of references. Source: zenodo-rdm 6386403, invenio.cfg."""
PERSON_SCHEMES: Final = ("orcid", "isni", "gnd", "ror", "edmo")
"""Schemes of people and organisations. Source: invenio-rdm-records 1f23bb9, config."""

LABELS: Final = {
    "ark": "ARK", "arxiv": "arXiv", "ads": "Bibcode", "crossreffunderid": "Crossref Funder ID", "cstr": "CSTR",
    "doi": "DOI", "ean13": "EAN13", "eissn": "EISSN", "grid": "GRID", "handle": "Handle", "igsn": "IGSN",
    "isbn": "ISBN", "isni": "ISNI", "issn": "ISSN", "istc": "ISTC", "lissn": "LISSN", "lsid": "LSID", "pmid": "PMID",
    "purl": "PURL", "rrid": "RRID", "upc": "UPC", "url": "URL", "urn": "URN", "wikidata": "Wikidata", "w3id": "W3ID",
    "other": "Other", "orcid": "ORCID", "gnd": "GND", "ror": "ROR", "edmo": "EDMO",
}  # fmt: skip
"""How messages call a scheme."""


def _mod_11_2(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004  # ISO 7064: ten is written X


def is_isni(text: str) -> bool:
    """Whether it is an ISNI with a right check digit."""
    bare = re.sub(r"[\s-]", "", _ISNI_URL.sub("", text)).upper()
    return bool(re.fullmatch(r"[0-9]{15}[0-9X]", bare)) and _mod_11_2(bare[:-1]) == bare[-1]


_ORCID_BLOCKS: Final = (range(15_000_000, 35_000_001), range(900_000_000_000, 900_100_000_001))
"""ISNI numbers, without their check digit, that are reserved for ORCID. Source: support.orcid.org, "Structure of the ORCID iD"."""


def is_orcid(text: str) -> bool:
    """Whether it is an ORCID, which is an ISNI of a reserved block, bare or as URL."""
    bare = ORCID_URL.sub("", text).replace("orcid:", "")
    plain = bare.replace("-", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{15}[0-9X]", plain) or not is_isni(plain):
        return False
    return any(int(plain[:-1]) in block for block in _ORCID_BLOCKS)


def is_ean13(text: str) -> bool:
    """Whether it is a 13-digit article number with a right check digit."""
    if not re.fullmatch(r"[0-9]{13}", text):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text[:12]))
    return (10 - total % 10) % 10 == int(text[12])


def is_isbn(text: str) -> bool:
    """Whether it is an ISBN of 10 or 13 digits."""
    bare = re.sub(r"[\s-]", "", re.sub(r"^isbn[:\s]*", "", text, flags=re.IGNORECASE)).upper()
    if re.fullmatch(r"97[89][0-9]{10}", bare):
        return is_ean13(bare)
    if not re.fullmatch(r"[0-9]{9}[0-9X]", bare):
        return False
    values = [10 if digit == "X" else int(digit) for digit in bare]
    total = sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True))
    return total > 0 and total % 11 == 0


def is_issn(text: str) -> bool:
    """Whether it is an ISSN with a right check digit."""
    bare = re.sub(r"[\s-]", "", re.sub(r"^issn[:\s]*", "", text, flags=re.IGNORECASE)).upper()
    if not re.fullmatch(r"[0-9]{7}[0-9X]", bare):
        return False
    values = [10 if digit == "X" else int(digit) for digit in bare]
    return sum(value * weight for value, weight in zip(values, range(8, 0, -1), strict=True)) % 11 == 0


def _is_istc(text: str) -> bool:
    match = _ISTC.match(text)
    if not match:
        return False
    digits = "".join(match.groups())
    weights = [11, 9, 3, 1] * 4
    total = sum(int(digit, 16) * weight for digit, weight in zip(digits[:15], weights, strict=False))
    return f"{total % 16:X}" == digits[15].upper()


def is_url(text: str) -> bool:
    """Whether it has a web scheme."""
    try:
        return urlsplit(text).scheme in ("http", "https", "ftp")
    except ValueError:
        return False


def _is_urn(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool((parts.scheme == "urn" and parts.netloc == "" and parts.path) or parts.netloc == "nbn-resolving.org")


def _is_ark(text: str) -> bool:
    if _ARK.match(text):
        return True
    parts = _parts(text)
    return parts is not None and parts[0] in ("http", "https") and bool(_ARK.match(parts[2].lstrip("/")))


def _is_purl(text: str) -> bool:
    parts = _parts(text)
    return (
        parts is not None
        and parts[0] in ("http", "https")
        and parts[1] in ("purl.org", "purl.oclc.org", "purl.net", "purl.com", "purl.fdlp.gov")
        and parts[2] != ""
    )


def _parts(text: str) -> tuple[str, str, str] | None:
    try:
        split = urlsplit(text)
    except ValueError:
        return None
    return split.scheme, split.netloc, split.path


def _is_handle(text: str) -> bool:
    return bool(_HANDLE.match(text)) and not _SWH.match(text)


def is_doi(text: str) -> bool:
    """Whether it is a DOI, bare, with ``doi:`` or as URL."""
    return bool(_DOI.match(text))


def _anything(text: str) -> bool:
    return bool(text)


_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "doi": is_doi,
    "ark": _is_ark,
    "handle": _is_handle,
    "purl": _is_purl,
    "lsid": lambda text: bool(_LSID.match(text)),
    "urn": _is_urn,
    "ads": lambda text: bool(_ADS.match(text)),
    "arxiv": lambda text: bool(_ARXIV.match(text)),
    "isbn": is_isbn,
    "issn": is_issn,
    "orcid": is_orcid,
    "isni": is_isni,
    "ean13": is_ean13,
    "istc": _is_istc,
    "gnd": lambda text: bool(_GND.match(text)),
    "ror": lambda text: bool(_ROR.match(text)),
    "pmid": lambda text: bool(_PMID.match(text)),
    "url": is_url,
    "wikidata": lambda text: bool(_WIKIDATA.match(text)),
    "cstr": lambda text: bool(_CSTR.match(text)),
    "rrid": lambda text: bool(_RRID.match(text)),
}
"""The schemes that can be detected, in the order of trying."""

_HIDES: Final = (
    ("url", {"isbn", "istc", "urn", "lsid", "issn", "wikidata", "cstr"}),
    ("ean13", {"gnd", "pmid"}),
    ("isbn", {"gnd", "pmid"}),
    ("orcid", {"gnd", "pmid"}),
    ("isni", {"gnd", "pmid"}),
    ("issn", {"gnd"}),
    ("wikidata", {"gnd"}),
)
"""A scheme and those it takes precedence over where a text could be both."""


def detect(text: str) -> list[str]:
    """Return the schemes that a text could belong to, likeliest first."""
    schemes = [scheme for scheme, test in _TESTS.items() if test(text)]
    if "isni" in schemes and _ISNI_URL.match(text):
        schemes = [scheme for scheme in schemes if scheme not in ("url", "handle")]
    for present, hidden in _HIDES:
        if present in schemes:
            schemes = [scheme for scheme in schemes if scheme not in hidden]
    is_handle_url = bool(re.match(r"https?://hdl\.handle\.net/", text))
    if "handle" in schemes and (("url" in schemes and not is_handle_url) or {"ark", "arxiv"} & set(schemes)):
        schemes.remove("handle")
    return schemes


def detect_allowed(text: str, allowed: Iterable[str]) -> str | None:
    """Return the likeliest scheme among those that a field allows."""
    wanted = set(allowed)
    return next((scheme for scheme in detect(text) if scheme in wanted), None)


def is_valid(text: str, scheme: str) -> bool:
    """Whether a text is an identifier of that scheme; schemes without a test take everything."""
    return _TESTS.get(scheme, _anything)(text)


def normalize(text: str, scheme: str) -> str:
    """Return an identifier as the server stores it; what it cannot read stays as it is."""
    if scheme == "doi" and (match := _DOI.match(text)):
        return match[2]
    if scheme == "handle" and (match := _HANDLE.match(text)):
        return match[2]
    if scheme == "orcid":
        bare = re.sub(r"[-\s]", "", ORCID_URL.sub("", text).replace("orcid:", ""))
        return "-".join((bare[0:4], bare[4:8], bare[8:12], bare[12:16]))
    if scheme == "gnd" and (match := _GND.match(text)):
        return f"gnd:{match[3]}"
    if scheme == "arxiv" and (match := _ARXIV.match(text)):
        return f"arXiv:{match[2]}"
    for form, expression in (("pmid", _PMID), ("ads", _ADS), ("ror", _ROR), ("wikidata", _WIKIDATA)):
        if scheme == form and (match := expression.match(text)):
            return match[1]
    return text
