"""Licences: what people write, as ids of Zenodo's vocabulary."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from zenodo_action.vocab.data import load
from zenodo_action.vocab.licence_names import Reading, read_id, read_name
from zenodo_action.vocab.terms import suggest

_NO_LICENCE = (
    r"(?i)noassertion|none|n/?a|tbd|unknown|other|custom|proprietary|commercial|unlicensed|all rights reserved\.?"
    r"|licenseref-.*|(?:see |file )+(?:the )?(?:file )?(?:in )?(?:the )?(?:\./)?licen[sc]e.*"
    r"|(?:\./)?(?:licen[sc]e|copying)(?:\.(?:txt|md|rst))?"
)
"""Words of package registries and of SPDX that say there is none, or that it is written elsewhere."""

_FILE_SUFFIX = r"(?i)\s*[+|]\s*file\s+licen[sc]e\S*$"
"""Source: "Writing R Extensions", 1.1.2 "Licensing"."""

_OPERATOR = r"(?i)(?:\s|(?<=\)))\s*(?:and|or)(?:\s+|(?=\())|\s*(?:[/|;&]|,\s+(?:and\s+|or\s+)?)\s*"
_LOOSE_OPERATOR = r"[/|;&,]"


class LicenceMatch(NamedTuple):
    """What a licence text means in Zenodo's vocabulary."""

    ids: tuple[str, ...]
    """Native ids; several for an expression with OR or AND; empty where the text does not settle them."""
    exact: bool
    """``False`` where the text had to be mended: worth a warning."""
    candidates: tuple[str, ...]
    """
    What to write instead, in SPDX's spelling.

    Two or more where the text leaves the terms open; one where it is unknown but near to something known.
    """
    note: str | None
    """What to tell the user beyond that, as a sentence."""
    own: tuple[str, ...] = ()
    """Licences of SPDX that Zenodo's vocabulary lacks, as SPDX writes them: records hold them by title and link."""


def license(value: str) -> LicenceMatch:  # noqa: A001 - the word for it everywhere
    """
    Return the ids of Zenodo's vocabulary that a text means: an SPDX id or expression, an old id, a name, an address.

    Nothing is guessed: a name that two licences go by gives candidates.

    >>> license("MIT")
    LicenceMatch(ids=('mit',), exact=True, candidates=(), note=None, own=())
    >>> license("Apache License, Version 2.0").ids
    ('apache-2.0',)
    >>> license("GPLv3").candidates
    ('GPL-3.0-only', 'GPL-3.0-or-later')
    >>> license("MIT OR Apache-2.0").ids
    ('mit', 'apache-2.0')
    """
    text = " ".join(value.split())
    shortened = re.sub(_FILE_SUFFIX, "", text)
    if not text or re.fullmatch(_NO_LICENCE, text):
        return _none(f'"{text}" names no licence' if text else "no licence is named")
    reading = read_name(shortened)
    if reading:
        match = _from_reading(reading)
    elif re.search(r"\bwith\b", shortened, re.IGNORECASE):
        match = _read_spdx(shortened)
    else:
        match = _read_parts(shortened)
    return match if shortened == text else match._replace(exact=False)


def license_title(native_id: str) -> str:
    """
    Return the full name of a licence; an id that is not in the vocabulary comes back as it is.

    >>> license_title("apache-2.0")
    'Apache License 2.0'
    """
    entry = load("licences")["licences"].get(native_id)
    return entry[1] if entry else native_id


def spdx_url(name: str) -> str:
    """
    Return where SPDX has the text of a licence; of one with an exception, where the licence itself stands.

    >>> spdx_url("GPL-3.0-or-later WITH GCC-exception-3.1")
    'https://spdx.org/licenses/GPL-3.0-or-later.html'
    """
    return f"https://spdx.org/licenses/{name.partition(' ')[0]}.html"


def license_url(native_id: str) -> str | None:
    """
    Return where the text of a licence stands, as Zenodo has it.

    >>> license_url("cc-by-4.0")
    'https://creativecommons.org/licenses/by/4.0/legalcode'
    """
    entry = load("licences")["licences"].get(native_id)
    return entry[2] if entry else None


def default_license(resource_type: str) -> str:
    """
    Return the licence that Zenodo sets on an open or embargoed record that names none.

    Source: zenodo-rdm, site/zenodo_rdm/legacy/deserializers/metadata.py; software, too, becomes CC-BY-4.0.

    >>> default_license("dataset"), default_license("software")
    ('cc0-1.0', 'cc-by-4.0')
    """
    return "cc0-1.0" if resource_type == "dataset" else "cc-by-4.0"


def _none(note: str, candidates: tuple[str, ...] = ()) -> LicenceMatch:
    return LicenceMatch((), exact=False, candidates=candidates, note=note)


def _from_reading(reading: Reading) -> LicenceMatch:
    ids = (reading.native_id,) if reading.native_id else ()
    return LicenceMatch(ids, exact=reading.is_exact, candidates=reading.candidates, note=None)


def _read_parts(text: str) -> LicenceMatch:
    """Return what several licences mean that are joined by words or signs, or whose name is not known."""
    parts = [part for split in re.split(_OPERATOR, text) if (part := split.strip(" ()"))]
    readings = [read_name(part) for part in parts]
    known = [reading for reading in readings if reading]
    if not known or len(parts) < 2:  # noqa: PLR2004
        return _read_spdx(text)
    if len(known) < len(parts):
        match = _read_spdx(text)
        if match.own:
            return match
        unknown = next(part for part, reading in zip(parts, readings, strict=True) if not reading)
        return _none(f'"{unknown}" is no licence that Zenodo knows', _nearest(unknown))
    for part, reading in zip(parts, known, strict=True):
        if reading.candidates:
            return _none(f'"{part}" in "{text}" leaves the terms open', reading.candidates)
    ids = tuple(dict.fromkeys(reading.native_id for reading in known if reading.native_id))
    is_exact = all(reading.is_exact for reading in known) and not re.search(_LOOSE_OPERATOR, text)
    return LicenceMatch(ids, exact=is_exact, candidates=(), note=None)


def _read_spdx(text: str) -> LicenceMatch:
    """Return what SPDX knows of an expression that Zenodo's vocabulary does not hold as it is."""
    try:
        expression = _spdx().parse(text, validate=True)
    except Exception:  # noqa: BLE001 - besides its own errors it lets IndexError and others out, as on "( )"
        return LicenceMatch((), exact=False, candidates=_nearest(text), note=None)
    symbols = dict.fromkeys(symbol.render() for symbol in expression.get_symbols())
    known = {symbol: native for symbol in symbols if " WITH " not in symbol and (native := read_id(symbol))}
    own = tuple(symbol for symbol in symbols if symbol not in known)
    if any(symbol.startswith("LicenseRef-") for symbol in own):
        return _none(f'"{text}" refers to a text that only its own file has')
    return LicenceMatch(
        tuple(dict.fromkeys(known.values())),
        exact=not own,
        candidates=(),
        note=f"Zenodo does not have SPDX's {' and '.join(own)}" if own else None,
        own=own,
    )


@cache
def _spdx() -> Any:
    from license_expression import get_spdx_licensing  # type: ignore[import-untyped] # noqa: PLC0415 - seldom needed

    return get_spdx_licensing()


def _nearest(text: str) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for native, (spdx, title, _) in load("licences")["licences"].items():
        names[title] = names[native] = spdx or native
    nearest = suggest(text, names)
    return (names[nearest],) if nearest else ()
