"""Identifiers of people and organisations: ORCID iD, ISNI, GND and ROR."""

from __future__ import annotations

import re

from zenodo_action.vocab.checksums import gnd_digit, mod11_2_digit, ror_digits

_LENGTH = 16
"""Characters of an ORCID iD or ISNI without hyphens."""

_ORCID_RANGES = ((15_000_000, 35_000_000), (900_000_000_000, 900_100_000_000))
"""
The numbers, without the check digit, that ISNI has set aside for ORCID.

Source: support.orcid.org, "Structure of the ORCID Identifier"; the server tests them too (idutils 1.7.1).
"""

_ORCID_PREFIX = r"(?i)(?:(?:https?:/+)?(?:www\.|pub\.)?(?:sandbox\.)?orcid\.org/+)+|orcid(?:\s*id)?[:\s]\s*"
_ISNI_PREFIX = r"(?i)(?:https?:/+)?(?:www\.)?isni\.org/(?:isni/)?|isni[:\s]\s*"
_ROR_PREFIX = r"(?i)(?:https?:/+)?(?:www\.)?ror\.org/|ror[:\s]\s*"
_GND_PREFIX = r"(?i)(?:https?:/+)?d-nb\.info/gnd/|gnd[:\s]\s*|\(DE-588\)"
_SEPARATORS = r"[\s\u00ad\u2010-\u2015\u2212-]"
"""Spaces, and the hyphens and dashes that word processors put in the place of one."""

_ROR = r"(?a)0([a-hj-km-np-tv-z0-9]{6})(\d{2})"
"""Source: ror.readme.io, "ROR identifier pattern"."""

_GND = r"(?a)(1[012]?\d{7}|3\d{7})([\dX])|([47]\d{6}|[1-9]\d{0,7})-([\dX])"
"""Source: Wikidata, P227, "format as a regular expression"; the server has the same (idutils 1.7.1)."""


def orcid(value: str) -> str | None:
    """
    Return an ORCID iD in the form ``0000-0002-1825-0097``, where it is well-formed and its check digit right.

    >>> orcid("https://orcid.org/0000-0002-1825-0097")
    '0000-0002-1825-0097'
    >>> orcid("0000-0002-1825-0098")
    """
    return None if orcid_problem(value) else _grouped(_bare(value, _ORCID_PREFIX))


def orcid_problem(value: str) -> str | None:
    """
    Say what is wrong with an ORCID iD, to be read after the words “the ORCID iD”; ``None`` where nothing is.

    >>> orcid_problem("0000-0002-1825-0098")
    'is mistyped: its last digit should be 7 (checksum)'
    >>> orcid_problem("0000-0002-1825-009")
    'has 15 digits instead of 16'
    """
    digits = _bare(value, _ORCID_PREFIX)
    if not digits:
        return "is empty"
    if not re.fullmatch(r"[0-9]*[0-9X]", digits):
        return "is not made of 16 digits, as in 0000-0002-1825-0097"
    if len(digits) != _LENGTH:
        return f"has {len(digits)} digit{'s' if len(digits) > 1 else ''} instead of {_LENGTH}"
    number = int(digits[:-1])
    if not number:
        return "is a placeholder"
    check = mod11_2_digit(digits[:-1])
    if check != digits[-1]:
        return f"is mistyped: its last digit should be {check} (checksum)"
    if not any(first <= number <= last for first, last in _ORCID_RANGES):
        return "is an ISNI: ORCID gives out no such number"
    return None


def isni(value: str) -> str | None:
    """
    Return the 16 characters of an ISNI, where its check digit is right.

    >>> isni("https://isni.org/isni/000000012146438X")
    '000000012146438X'
    """
    digits = _bare(value, _ISNI_PREFIX)
    is_formed = re.fullmatch(r"[0-9]{15}[0-9X]", digits)
    return digits if is_formed and mod11_2_digit(digits[:-1]) == digits[-1] else None


def gnd(value: str) -> str | None:
    """
    Return a GND id as the server stores it, where its check digit is right.

    >>> gnd("https://d-nb.info/gnd/118540238")
    'gnd:118540238'
    """
    bare = re.sub(_GND_PREFIX, "", value.strip(), count=1).upper()
    match = re.fullmatch(_GND, bare)
    if not match:
        return None
    digits, check = (match[1], match[2]) if match[1] else (match[3], match[4])
    return f"gnd:{bare}" if gnd_digit(digits, has_hyphen=not match[1]) == check else None


def ror(value: str) -> str | None:
    """
    Return the nine characters of a ROR id, where its check digits are right.

    >>> ror("https://ror.org/01ggx4157")
    '01ggx4157'
    """
    match = re.fullmatch(_ROR, re.sub(_ROR_PREFIX, "", value.strip(), count=1).rstrip("/").lower())
    return match[0] if match and ror_digits(match[1]) == match[2] else None


def _bare(value: str, prefix: str) -> str:
    """Return what is left of an ORCID iD or ISNI without address, hyphens and spaces."""
    value = value.strip()
    found = re.match(prefix, value)
    bare = value[found.end() :].rstrip("/") if found else value
    return re.sub(_SEPARATORS, "", bare).upper()


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + 4] for at in range(0, _LENGTH, 4))
