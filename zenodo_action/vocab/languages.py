"""Human languages as ISO 639-3, of which the server's vocabulary is made."""

from __future__ import annotations

from functools import cache

from zenodo_action.vocab.data import load

_BIBLIOGRAPHIC = {
    "alb": "sqi",
    "arm": "hye",
    "baq": "eus",
    "bur": "mya",
    "chi": "zho",
    "cze": "ces",
    "dut": "nld",
    "fre": "fra",
    "geo": "kat",
    "ger": "deu",
    "gre": "ell",
    "ice": "isl",
    "mac": "mkd",
    "mao": "mri",
    "may": "msa",
    "per": "fas",
    "rum": "ron",
    "slo": "slk",
    "tib": "bod",
    "wel": "cym",
}
"""The codes that libraries use in place of the others. Source: ISO 639-2, Annex A, (B) and (T) codes."""

_OWN_NAMES = {
    "deutsch": "deu",
    "français": "fra",
    "español": "spa",
    "italiano": "ita",
    "português": "por",
    "nederlands": "nld",
    "polski": "pol",
    "čeština": "ces",
    "svenska": "swe",
    "dansk": "dan",
    "suomi": "fin",
    "ελληνικά": "ell",
    "русский": "rus",
    "українська": "ukr",
    "中文": "zho",
    "日本語": "jpn",
    "한국어": "kor",
    "türkçe": "tur",
    "norsk": "nor",
    "greek": "ell",
}
"""What the larger languages of research call themselves, and the name that the vocabulary has as "Modern Greek"."""


def language(value: str) -> str | None:
    """
    Return the ISO 639-3 id of a language's code or name.

    >>> language("en"), language("pt_BR"), language("ger"), language("xx")
    ('eng', 'por', 'deu', None)
    """
    return language_match(value)[0]


def language_match(value: str) -> tuple[str | None, bool]:
    """
    Return the ISO 639-3 id of a language, and whether it was written as one of the codes that servers take.

    Those are the three letters of ISO 639-3 and the two of ISO 639-1. Locales, codes of libraries and names are
    understood as well, but the server would refuse or drop them.

    >>> language_match("eng"), language_match("English"), language_match("en-GB")
    (('eng', True), ('eng', False), ('eng', False))
    """
    code = value.strip().lower()
    data = load("languages")
    if code in _ids():
        return code, code == value
    if code in data["two_letter"]:
        return data["two_letter"][code], code == value
    base = code.replace("_", "-").partition("-")[0]
    found = (
        _BIBLIOGRAPHIC.get(code)
        or data["names"].get(code)
        or _OWN_NAMES.get(code)
        or (base if base != code and base in _ids() else data["two_letter"].get(base))
        or _from_tag(code)
    )
    return found, False


@cache
def _ids() -> frozenset[str]:
    return frozenset(load("languages")["ids"].split())


def _from_tag(tag: str) -> str | None:
    """Return the id of an outdated or composed language tag, as ``iw`` or ``zh-Hans``."""
    from langcodes import Language  # noqa: PLC0415 - seldom needed, 30 ms

    try:
        found = Language.get(tag).to_alpha3()
    except (LookupError, ValueError):
        return None
    return found if found in _ids() else None
