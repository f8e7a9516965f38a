"""Check digits of identifiers: each function returns the digit that belongs behind the others."""

from __future__ import annotations

_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
"""Source: Crockford's base 32, of which ROR ids are made."""


def mod11_2_digit(digits: str) -> str:
    """
    Return the 16th character of an ISNI or ORCID iD.

    Source: ISO 7064, MOD 11-2; support.orcid.org, "Structure of the ORCID Identifier".

    >>> mod11_2_digit("000000021825009")
    '7'
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return _digit_or_x((12 - total % 11) % 11)


def ean_digit(digits: str) -> str:
    """
    Return the last digit of an EAN or of an ISBN of 13 digits.

    Source: GS1 General Specifications, 7.9 "Check digit".

    >>> ean_digit("978316148410")
    '0'
    """
    total = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def isbn10_digit(digits: str) -> str:
    """
    Return the last character of an ISBN of ten.

    Source: ISO 2108:1992.

    >>> isbn10_digit("316148410")
    'X'
    """
    return _digit_or_x(-_weighted(digits) % 11)


def gnd_digit(digits: str, *, has_hyphen: bool) -> str:
    """
    Return the last character of a GND id; those with a hyphen are the older ones of subjects and organisations.

    Source: Deutsche Nationalbibliothek, "Prüfziffernberechnung" of PND, GKD and SWD numbers.

    >>> gnd_digit("11854023", has_hyphen=False), gnd_digit("4026894", has_hyphen=True)
    ('8', '9')
    """
    total = _weighted(digits)
    return _digit_or_x(total % 11 if has_hyphen else -total % 11)


def ror_digits(letters: str) -> str:
    """
    Return the last two digits of a ROR id from the six characters after its ``0``.

    Source: ISO 7064, MOD 97-10; ror.readme.io, "ROR identifier pattern".

    >>> ror_digits("1ggx41")
    '57'
    """
    number = 0
    for letter in letters:
        number = number * 32 + _BASE_32.index(letter)
    return f"{98 - number * 100 % 97:02}"


def _weighted(digits: str) -> int:
    """Return the sum of the digits, the last taken twice, the one before it three times, and so on."""
    return sum((at + 2) * int(digit) for at, digit in enumerate(reversed(digits)))


def _digit_or_x(number: int) -> str:
    return "X" if number == 10 else str(number)  # noqa: PLR2004 - X is the Roman ten
