"""Licences as people write them: long names, short forms, addresses, and names that leave the terms open."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from zenodo_action.vocab.data import load

_SYNONYMS = {
    "0 clause bsd": "0bsd",
    "bsd 0 clause": "0bsd",
    "bsd 2": "bsd-2-clause",
    "2 clause bsd": "bsd-2-clause",
    "bsd 2 clause simplified": "bsd-2-clause",
    "bsd simplified": "bsd-2-clause",
    "freebsd": "bsd-2-clause",
    "bsd + patent": "bsd-2-clause-patent",
    "bsd patent": "bsd-2-clause-patent",
    "simplified bsd": "bsd-2-clause",
    "bsd 3": "bsd-3-clause",
    "3 clause bsd": "bsd-3-clause",
    "bsd 3 clause modified": "bsd-3-clause",
    "bsd 3 clause new": "bsd-3-clause",
    "bsd 3 clause revised": "bsd-3-clause",
    "bsd new": "bsd-3-clause",
    "modified bsd": "bsd-3-clause",
    "new bsd": "bsd-3-clause",
    "new or revised bsd": "bsd-3-clause",
    "revised bsd": "bsd-3-clause",
    "bsd 4": "bsd-4-clause",
    "4 clause bsd": "bsd-4-clause",
    "original bsd": "bsd-4-clause",
    "apache": "apache-2.0",
    "apache software": "apache-2.0",
    "apache software 2.0": "apache-2.0",
    "asl 2.0": "apache-2.0",
    "boost": "bsl-1.0",
    "boost 1.0": "bsl-1.0",
    "cc 0": "cc0-1.0",
    "cc by": "cc-by-4.0",
    "cc by sa": "cc-by-sa-4.0",
    "expat": "mit",
    "mit expat": "mit",
    "mit x 11": "mit",
    "x 11 mit": "mit",
    "zlib libpng": "zlib",
}
"""Names without a doubt that are neither an id nor a title; ``cc by`` as the server takes ``cc-by`` (zenodo-rdm)."""

_OPEN = {
    "bsd": ("bsd-2-clause", "bsd-3-clause"),
    "bsd style": ("bsd-2-clause", "bsd-3-clause"),
    "bsl": ("bsl-1.0", "busl-1.1"),
    "cc": ("cc-by-4.0", "cc-by-sa-4.0", "cc0-1.0"),
    "fal": ("lal-1.2", "lal-1.3"),
    "free art": ("lal-1.2", "lal-1.3"),
    "fdl": ("gfdl-1.3-only", "gfdl-1.3-or-later"),
    "gfdl": ("gfdl-1.3-only", "gfdl-1.3-or-later"),
    "gnu fdl": ("gfdl-1.3-only", "gfdl-1.3-or-later"),
    "gnu free documentation": ("gfdl-1.3-only", "gfdl-1.3-or-later"),
    "public domain": ("cc0-1.0", "unlicense"),
}
"""Names that several licences go by."""

_WORDS = {
    "creative commons": "cc",
    "attribution": "by",
    "noncommercial": "nc",
    "non commercial": "nc",
    "sharealike": "sa",
    "share alike": "sa",
    "noderivatives": "nd",
    "noderivs": "nd",
    "no derivatives": "nd",
    "zero": "0",
    "licence": "license",
}
_FILLERS = frozenset(
    ("the", "license", "licenses", "licensed", "under", "version", "ver", "v", "universal", "international")
)

_GNU_WORDS = (
    r"gnu|[al]?gpl|affero|lesser|library|general|public|the|license|version|v|or|any|at|your|option|only"
    r"|[+]|>=|later|newer|greater|higher|above"
)
_LATER = frozenset(("+", ">=", "later", "newer", "greater", "higher", "above"))
_CURRENT_GNU = {"gpl": ("2.0", "3.0"), "lgpl": ("2.1", "3.0"), "agpl": ("3.0",)}
"""Versions to offer where none is told."""

_HOSTS = (
    r"(?i)https?://(?:www\.)?(?:"
    r"spdx\.org/licenses/(?P<spdx>[^/?#]+?)(?:\.html|\.json)?"
    r"|(?:opensource\.org|choosealicense\.com)/licen[sc]es?/(?P<named>[^/?#]+?)(?:\.php|\.html|\.txt)?"
    r"|creativecommons\.org/licenses/(?P<cc>[a-z-]+/\d\.\d(?:/(?!deed|legalcode)[a-z]+)?)(?:/(?:deed|legalcode)[^/]*)?"
    r"|(?P<zero>creativecommons\.org/publicdomain/zero/1\.0)(?:/(?:deed|legalcode)[^/]*)?"
    r"|(?P<apache>apache\.org/licenses/license-2\.0)(?:\.html|\.txt)?"
    r"|gnu\.org/(?:licenses|copyleft)/(?:old-licenses/)?(?P<gnu>[al]?gpl(?:-\d\.\d)?)(?:-standalone)?(?:\.[a-z-]+)*"
    r")/?"
)


class Reading(NamedTuple):
    """What a name means: one id without a doubt, or the ids between which it leaves the choice."""

    native_id: str | None
    is_exact: bool
    candidates: tuple[str, ...] = ()


def read_id(text: str) -> str | None:
    """
    Return the native id of a text that the server takes as it is, in any case.

    Source: zenodo-rdm, site/zenodo_rdm/legacy/zenodo_legacy/licenses.py; of its aliases ``bsd-license`` is left out,
    which leads to a licence that hardly anybody means (BSD-1-Clause).
    """
    data = load("licences")
    lower = text.strip().lower()
    if lower == "bsd-license":
        return None
    native = data["aliases"].get(lower, lower)
    native = data["old_ids"].get(native, native)
    return native if native in data["licences"] else None


def read_name(text: str) -> Reading | None:
    """Return what the name, id or address of a single licence means; ``None`` where nothing is known of it."""
    native = read_id(text)
    if native:
        return Reading(native, is_exact=True)
    address = re.fullmatch(_HOSTS, text)
    if address or text.startswith(("http://", "https://", "www.")):
        return _read_address(text, address)
    text = text.rpartition("::")[2].strip()
    gnu = _read_gnu(text)
    if gnu:
        return gnu
    inner = re.fullmatch(r"([^()]+)\(([^()]+)\)", text)
    forms = [text, *(part.strip() for part in inner.groups())] if inner else [text]
    readings = [reading for form in forms if (reading := _read_key(_key(form)))]
    decided = {reading.native_id for reading in readings if reading.native_id}
    if len(decided) == 1:
        return Reading(decided.pop(), is_exact=False)
    return readings[0] if readings and not decided else None


def spdx_id(native: str) -> str:
    """Return the spelling of SPDX, which people know, or the id itself where SPDX has none."""
    spdx: str | None = load("licences")["licences"][native][0]
    return spdx or native


def spdx_name(native: str) -> str | None:
    """
    Return what SPDX calls a licence of the server; ``None`` for those that the server alone has.

    >>> spdx_name("apache-2.0"), spdx_name("other-open")
    ('Apache-2.0', None)
    """
    entry = load("licences")["licences"].get(native)
    return entry[0] if entry else None


def _open(native_ids: tuple[str, ...]) -> Reading:
    return Reading(None, is_exact=False, candidates=tuple(spdx_id(native) for native in native_ids))


def _read_key(key: str) -> Reading | None:
    known = _ids_by_key()
    for spelling in (key, f"{key}.0"):
        native = _SYNONYMS.get(spelling) or known.get(spelling)
        if native:
            return Reading(native, is_exact=False)
    if key in _OPEN:
        return _open(_OPEN[key])
    versions = dict.fromkeys(
        native
        for spelling, native in known.items()
        if key and re.fullmatch(r"[\d.]+", spelling.removeprefix(f"{key} "))
    )
    if len(versions) == 1:
        return Reading(next(iter(versions)), is_exact=False)
    return _open(tuple(versions)) if versions else None


def _key(name: str) -> str:
    """
    Return the words of a name that count, so that all its spellings become one.

    >>> _key("The Apache Licence, Version 2.0"), _key("Apache-2.0")
    ('apache 2.0', 'apache 2.0')
    >>> _key("Creative Commons Attribution-ShareAlike 4.0 International")
    'cc by sa 4.0'
    """
    lower = re.sub(r"[-_]", " ", name.lower())
    for word, short in _WORDS.items():
        lower = re.sub(rf"\b{word}\b", short, lower)
    lower = re.sub(r"v(?:ersion|er\.?|\.)?\s*(?=\d)", " ", lower)
    words = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*|[+]", lower)
    return " ".join(word for word in words if word not in _FILLERS)


@cache
def _ids_by_key() -> dict[str, str]:
    """Return the native id that each key stands for, by ids and titles; no two licences share one."""
    return {
        _key(name): native for native, (_, title, _) in load("licences")["licences"].items() for name in (native, title)
    }


def _read_gnu(text: str) -> Reading | None:
    """
    Return what a name of a GNU licence means: without "only" or "or later" it is open.

    >>> _read_gnu("GPL (>= 3)").native_id, _read_gnu("GNU GPL v3").candidates
    ('gpl-3.0-or-later', ('GPL-3.0-only', 'GPL-3.0-or-later'))
    """
    lower = text.lower().replace("licence", "license")
    words = re.findall(r"[a-z]+?(?=v?\d)|[a-z]+|\d+(?:\.\d+)*|[+]|>=|[^\s\w(),.-]", lower)
    names, numbers = [], set()
    for word in words:
        if word[0].isdigit():
            numbers.add(word if "." in word else f"{word}.0")
        else:
            names.append(word)
    if not names or not all(re.fullmatch(_GNU_WORDS, name) for name in names) or len(numbers) > 1:
        return None
    kinds = {"agpl": {"agpl", "affero"}, "lgpl": {"lgpl", "lesser", "library"}, "gpl": {"gpl", "gnu"}}
    kind = next((kind for kind, words in kinds.items() if words.intersection(names)), None)
    if kind is None:
        return None
    versions = tuple(numbers) or _CURRENT_GNU[kind]
    ends = ("or-later",) if _LATER.intersection(names) else ("only",) if "only" in names else ("only", "or-later")
    meant = [f"{kind}-{version}-{end}" for version in versions for end in ends]
    known = tuple(native for native in meant if native in load("licences")["licences"])
    return Reading(known[0], is_exact=False) if len(known) == 1 else _open(known) if known else None


def _read_address(text: str, match: re.Match[str] | None) -> Reading | None:
    if match is None:
        same = _ids_by_address().get(_bare_address(text), ())
        return Reading(same[0], is_exact=False) if len(same) == 1 else _open(same) if same else None
    if match["gnu"]:
        return _read_gnu(match["gnu"])
    if match["spdx"]:
        native = read_id(match["spdx"])
        return Reading(native, is_exact=True) if native else None
    if match["named"]:
        reading = read_name(match["named"]) or read_name(re.sub(r"(?<=\d)-(?=\d)", ".", match["named"]))
        return reading._replace(is_exact=False) if reading else None
    name = "cc0-1.0" if match["zero"] else "apache-2.0" if match["apache"] else f"cc-{match['cc'].replace('/', '-')}"
    native = read_id(name)
    return Reading(native, is_exact=False) if native else None


@cache
def _ids_by_address() -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for native, (_, _, url) in load("licences")["licences"].items():
        if url:
            known[_bare_address(url)] = (*known.get(_bare_address(url), ()), native)
    return known


def _bare_address(url: str) -> str:
    bare = re.sub(r"^https?://|^www\.", "", url.lower()).removeprefix("www.").rstrip("/")
    return re.sub(r"\.(?:html?|txt|php)$", "", bare)
