"""Identifiers of works, as InvenioRDM detects and stores them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from zenodo_action.vocab.checksums import ean_digit, isbn10_digit, mod11_2_digit

# Source of the patterns and of their order: idutils 1.7.1 (utils.py, validators.py, schemes.py, detectors.py), which
# the server calls on every identifier that comes without a scheme. NOTE: \d means any decimal digit there as here.
_DOI = r"(?i)(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.\d+(?:\.\d+)*/.+)"
_HANDLE = r"(?i)(?:hdl:\s*|(?:https?://)?hdl\.handle\.net/)?([^/.]+(?:\.[^/.]+)*/.*)"
_ARK = r"ark:/?[0-9bcdfghjkmnpqrstvwxz]+/.+"
_LSID = r"(?i)urn:lsid:[^:]+(?::[^:]+){2,3}"
_ADS = r"(?:ads:|ADS:)?(\d{4}[A-Za-z]\S{13}[A-Za-z.:])"
_ARXIV_NEW = r"(?i)(?:arxiv:)?(?:[a-z-]+(?:\.[a-z]{2})?/)?(\d{4}\.\d{4,5}(?:v\d+)?)"
_ARXIV_OLD = r"(?i)(?:arxiv:)?([a-z-]+)(\.[a-z]{2})?(/\d{4}\d+(?:v\d+)?)"
_PMID = r"(?i)(?:pmid:|https?://pubmed.ncbi.nlm.nih.gov/)?(\d+)/?"
_WIKIDATA = r"(?i)(?:wikidata:\s*|(?:https?://)?www\.wikidata\.org/entity/)?(Q\d+)"
_CSTR = r"(?i)(?:cstr:)?(?:[A-Za-z0-9_-]+\.){3}[A-Za-z0-9_-]+"
_RRID = (
    r"(?i)(?:rrid:)?(?:AB|CVCL|SCR|IMSR|Addgene|DGRC|Flybase|NCBITaxon|MGI|BDSC|WB-STRAIN|ZFIN|ZIRC|DGGR"
    r"|IMSR_(?:GPT|CYAGEN|EUMMCR|JAX|RIKEN_BRC|MMRRC|TIGM|CRL|KU)|ISMR_(?:NM|EM))+_[A-Za-z0-9_-]+"
)
_PURL_HOSTS = ("purl.org", "purl.oclc.org", "purl.net", "purl.com", "purl.fdlp.gov")
_VIAF = r"https?://(?:www\.)?viaf\.org/viaf/"
_ISNI_URL = r"https?://isni\.org/isni/"
_HANDLE_URL = r"https?://hdl\.handle\.net/"
_GND = r"(?:gnd:|GND:)(?:1[012]?\d{7}[0-9X]|[47]\d{6}-\d|[1-9]\d{0,7}-[0-9X]|3\d{7}[0-9X])"
_SWHID = r"swh:1:(?:snp|rel|rev|dir|cnt):[0-9a-f]{40}(?:;(?:origin|visit|anchor|path|lines)=[^;\s]+)*"

CFF_DOI = r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+"
"""The DOIs that ``CITATION.cff`` takes. Source: Citation File Format 1.2.0, schema.json, ``definitions.doi``."""

CONCEPT_DESCRIPTION = "all versions"
VERSION_DESCRIPTION = re.compile(r"version \S+")
"""How ``CITATION.cff`` calls the DOIs of the work's own record that this program writes into ``identifiers``."""


class Detected(NamedTuple):
    """An identifier with the scheme that the server detects."""

    scheme: str
    identifier: str


def doi(value: str) -> str | None:
    """
    Return the bare DOI of any of its forms, as the server stores it: letters keep their case.

    >>> doi("https://doi.org/10.5281/Zenodo.1234567")
    '10.5281/Zenodo.1234567'
    >>> doi("DOI 10.5281/zenodo.1234567")
    '10.5281/zenodo.1234567'
    >>> doi("doi.org/zenodo")
    """
    cleaned = re.sub(
        r"^(?:https?://)?(?:www\.|dx\.)?doi\.org[:/]+|^doi[:\s]\s*", "", value.strip(), flags=re.IGNORECASE
    )
    match = re.fullmatch(_DOI, cleaned)
    return match[1] if match and not re.search(r"\s", match[1]) else None


def identifier(value: str) -> Detected | None:
    """
    Return scheme and normal form of a related or alternate identifier, as the server will detect and store it.

    ``None`` means that the server would answer 400 ``No valid scheme recognized for identifier.``
    (or 500 for a URL that Python's own parser refuses).

    NOTE: an ISBN comes back as 13 digits without hyphens, unless it was written with them; the server sets
    hyphens by tables of the publishers. Compare ISBNs without hyphens.

    >>> identifier("https://doi.org/10.1234/abc")
    Detected(scheme='doi', identifier='10.1234/abc')
    >>> identifier("github.com/owner/name")
    Detected(scheme='handle', identifier='github.com/owner/name')
    >>> identifier("swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505")
    """
    value = value.strip()
    url = _UrlParts.of(value)
    if url is None:
        return None
    schemes = [scheme for scheme, test in _TESTS if test(value, url)]
    scheme = next((scheme for scheme in _without_clashes(schemes, value) if scheme in _ALLOWED), None)
    return Detected(scheme, _NORMAL_FORMS.get(scheme, str)(value)) if scheme else None


class _UrlParts(NamedTuple):
    scheme: str
    host: str
    path: str
    params: str

    @classmethod
    def of(cls, value: str) -> _UrlParts | None:
        """Return the parts of a URL or of anything else; ``None`` where Python cannot tell them."""
        from urllib.parse import urlparse  # noqa: PLC0415 - start-up time

        try:
            parts = urlparse(value)
        except ValueError:
            return None
        return cls(parts.scheme, parts.netloc, parts.path, parts.params)


def _is_ark(value: str, url: _UrlParts) -> bool:
    in_url = url.scheme == "http" and url.host and not url.params and re.fullmatch(_ARK, url.path[1:])
    return bool(re.fullmatch(_ARK, value) or in_url)


def _is_handle(value: str, _url: _UrlParts) -> bool:
    return bool(re.fullmatch(_HANDLE, value)) and not re.fullmatch(_SWHID, value)


def _is_purl(_value: str, url: _UrlParts) -> bool:
    return url.scheme in ("http", "https") and url.host in _PURL_HOSTS and bool(url.path)


def _is_urn(_value: str, url: _UrlParts) -> bool:
    return url.scheme == "urn" and not url.host and bool(url.path)


def _is_lsid(value: str, url: _UrlParts) -> bool:
    return _is_urn(value, url) and bool(re.fullmatch(_LSID, value))


def _is_ads(value: str, _url: _UrlParts) -> bool:
    return bool(re.fullmatch(_ADS, unicodedata.normalize("NFKD", value)))


def _is_arxiv(value: str, _url: _UrlParts) -> bool:
    return bool(re.fullmatch(_ARXIV_NEW, value) or re.fullmatch(_ARXIV_OLD, value))


def _is_isbn(value: str, url: _UrlParts) -> bool:
    return bool(_isbn13(value)) and (value[:3] in ("978", "979") or not _is_ean13(value, url))


def _is_issn(value: str, _url: _UrlParts) -> bool:
    digits = value.replace("-", "").replace(" ", "").upper()
    if len(digits) != 8 or not all(character.isdecimal() or character == "X" for character in digits):  # noqa: PLR2004
        return False
    numbers = [10 if character == "X" else int(character) for character in digits]
    return sum((8 - at) * number for at, number in enumerate(numbers)) % 11 == 0


def _is_isni(value: str, _url: _UrlParts) -> bool:
    digits = re.sub(_ISNI_URL, "", value, count=1) if re.match(_ISNI_URL, value) else value
    digits = digits.replace("-", "").replace(" ", "").upper()
    return len(digits) == 16 and digits[:-1].isdecimal() and _check_is(digits, mod11_2_digit)  # noqa: PLR2004


def _is_ean13(value: str, _url: _UrlParts) -> bool:
    return len(value) == 13 and value.isdecimal() and _check_is(value, ean_digit)  # noqa: PLR2004


def _is_ean8(value: str, _url: _UrlParts) -> bool:
    return len(value) == 8 and value.isdecimal() and _check_is(value, ean_digit)  # noqa: PLR2004


def _is_istc(value: str, _url: _UrlParts) -> bool:
    digits = value.replace("-", "").replace(" ", "").upper()
    if not re.fullmatch(r"[0-9A-F]{16}", digits):
        return False
    total = sum(int(digit, 16) * (11, 9, 3, 1)[at % 4] for at, digit in enumerate(digits[:-1]))
    return f"{total % 16:X}" == digits[-1]


def _is_url(_value: str, url: _UrlParts) -> bool:
    return bool(url.scheme and url.host)


def _matches(pattern: str) -> Callable[[str, _UrlParts], bool]:
    return lambda value, _url: bool(re.fullmatch(pattern, value))


def _check_is(digits: str, digit_of: Callable[[str], str]) -> bool:
    """Whether the last of some decimal digits, of any script, is the check digit of the others."""
    plain = "".join(str(int(digit)) for digit in digits[:-1])
    last = digits[-1] if digits[-1] == "X" else str(int(digits[-1])) if digits[-1].isdecimal() else ""
    return digit_of(plain) == last


def _isbn13(value: str) -> str:
    """Return the 13 digits of an ISBN with the right check digit; the server skips all other characters."""
    digits = re.sub(r"[^0-9Xx]", "", value)
    if digits.endswith("x"):
        digits = f"{digits[:-1]}X"
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        return digits if ean_digit(digits[:-1]) == digits[-1] else ""
    if not re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII) or digits in ("0000000000", "000000000X"):
        return ""
    return f"978{digits[:-1]}{ean_digit(f'978{digits[:-1]}')}" if isbn10_digit(digits[:-1]) == digits[-1] else ""


_TESTS: tuple[tuple[str, Callable[[str, _UrlParts], bool]], ...] = (
    ("doi", _matches(_DOI)),
    ("ark", _is_ark),
    ("handle", _is_handle),
    ("purl", _is_purl),
    ("lsid", _is_lsid),
    ("urn", _is_urn),
    ("ads", _is_ads),
    ("arxiv", _is_arxiv),
    ("isbn", _is_isbn),
    ("issn", _is_issn),
    ("isni", _is_isni),
    ("ean13", _is_ean13),
    ("ean8", _is_ean8),
    ("istc", _is_istc),
    ("pmid", _matches(_PMID)),
    ("url", _is_url),
    ("wikidata", _matches(_WIKIDATA)),
    ("cstr", _matches(_CSTR)),
    ("rrid", _matches(_RRID)),
)
"""In the order of the detector. Left out: the schemes that the server allows neither here nor let clash with these."""

_ALLOWED = frozenset(scheme for scheme, _ in _TESTS) - {"ean8"}
"""Source: invenio-rdm-records config.py, RDM_RECORDS_IDENTIFIERS_SCHEMES, those that can be detected."""

_CLASHES = (
    ("url", ("isbn", "istc", "urn", "lsid", "issn", "ean8", "wikidata", "cstr")),
    ("ean8", ("pmid",)),
    ("ean13", ("pmid",)),
    ("isbn", ("pmid",)),
    ("isni", ("pmid",)),
)
"""Where the first is found, the others are dropped. Source: idutils 1.7.1, IDUTILS_SCHEME_FILTER."""


def _without_clashes(schemes: list[str], value: str) -> list[str]:
    """Return the schemes without those that the detector drops beside others."""
    dropped: set[str] = set()
    if re.match(_VIAF, value) or ("isni" in schemes and re.match(_ISNI_URL, value)):
        dropped |= {"url", "handle"}
    if re.match(_GND, value):
        dropped.add("isbn")
    schemes = [scheme for scheme in schemes if scheme not in dropped]
    for winner, losers in _CLASHES:
        if winner in schemes:
            schemes = [scheme for scheme in schemes if scheme not in losers]
    is_other_url = "url" in schemes and not re.match(_HANDLE_URL, value)
    if is_other_url or "ark" in schemes or "arxiv" in schemes:
        schemes = [scheme for scheme in schemes if scheme != "handle"]
    return schemes


def _normal_arxiv(value: str) -> str:
    new = re.fullmatch(_ARXIV_NEW, value)
    if new:
        return f"arXiv:{new[1]}"
    old = re.fullmatch(_ARXIV_OLD, value)
    return f"arXiv:{old[1]}{old[3]}" if old else value


def _normal_ads(value: str) -> str:
    return _first_group(_ADS)(unicodedata.normalize("NFKD", value))


def _normal_isbn(value: str) -> str:
    return value if re.fullmatch(r"97[89]-[\d-]+", value) else _isbn13(value)


def _normal_issn(value: str) -> str:
    digits = value.replace("-", "").replace(" ", "").upper()
    return f"{digits[:4]}-{digits[4:]}"


def _first_group(pattern: str) -> Callable[[str], str]:
    def normal_form(value: str) -> str:
        match = re.fullmatch(pattern, value)
        return match[1] if match else value

    return normal_form


_NORMAL_FORMS: dict[str, Callable[[str], str]] = {
    "doi": _first_group(_DOI),
    "handle": _first_group(_HANDLE),
    "ads": _normal_ads,
    "arxiv": _normal_arxiv,
    "isbn": _normal_isbn,
    "issn": _normal_issn,
    "pmid": _first_group(_PMID),
    "urn": lambda value: f"urn:{value[4:]}",
    "wikidata": _first_group(_WIKIDATA),
}
"""Other schemes are stored as they are written. Source: idutils 1.7.1, normalizers.py."""
