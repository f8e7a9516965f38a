"""
Version texts of tags: which of them name a complete version, their order, and which are pre-releases.

Three spellings are understood: PEP 440 (``1.2.0rc1``, ``2024.05``), SemVer (``1.2.0-rc.1``, ``1.2.0-SNAPSHOT``) and ISO
dates (``2024-05-01``, common for data sets), each with or without a leading ``v``. Where PEP 440 and SemVer differ,
PEP 440 decides: ``1.2.0-1`` comes after ``1.2.0``.

Source: PEP 440 (packaging's reading of it), SemVer 2.0.0 sections 9 to 11.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

VersionKey = tuple[int | str | tuple[object, ...], ...]
"""Compares with any other key of this module; its inside is nobody's business."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_SEMVER = re.compile(
    r"(?P<release>[0-9]+(?:\.[0-9]+)+)-(?P<pre>[0-9a-z-]+(?:\.[0-9a-z-]+)*)(?:\+(?P<build>[0-9a-z.-]+))?",
    re.IGNORECASE | re.ASCII,
)
_MAX_LENGTH = 200
"""Longer texts are no versions; it also keeps the numbers below what ``int()`` converts."""

_PHASES = {"a": "alpha", "b": "beta", "rc": "rc"}
"""PEP 440's short forms as SemVer writes them, so that both spellings sort together."""

_Identifiers = tuple[tuple[int, int, str], ...]
_BEFORE_ALL: _Identifiers = ((0, 0, ""),)
_AFTER_ALL: _Identifiers = ((3, 0, ""),)


@dataclass(frozen=True, slots=True, order=True)
class _Parsed:
    """A version in the order in which its parts are compared."""

    epoch: int
    release: tuple[int, ...]
    pre: _Identifiers
    post: int
    dev: float
    local: _Identifiers


def version_of(tag: str) -> str:
    """
    Return the version that a tag names: the tag without a ``v`` before a digit, else the tag as it is.

    >>> version_of("v1.2.0"), version_of("release-1.2"), version_of("vienna")
    ('1.2.0', 'release-1.2', 'vienna')
    """
    return tag[1:] if re.match(r"[vV][0-9]", tag) else tag


def is_version(tag: str) -> bool:
    """
    Whether a tag names a complete version: at least two numbers, and nothing that no version spelling knows.

    >>> [is_version(tag) for tag in ("v1.2.3", "2024.05", "1.2.0-rc.1", "v1", "latest", "release-1.2")]
    [True, True, True, False, False, False]
    """
    parsed = _parse(tag)
    return parsed is not None and len(parsed.release) > 1


def is_prerelease_version(text: str) -> bool:
    """
    Whether a version says itself that it is not the final one; ``False`` for what is no version.

    >>> [is_prerelease_version(text) for text in ("1.2.0-rc.1", "1.2.0.dev3", "1.2.0", "nightly")]
    [True, True, False, False]
    """
    parsed = _parse(text)
    return parsed is not None and (parsed.pre != _AFTER_ALL or parsed.dev != math.inf)


def version_key(text: str) -> VersionKey:
    """
    Return a key that puts versions in order, anything else below all of them and by its letters.

    >>> sorted(["1.10.0", "v1.9.0", "1.10.0-rc.1", "latest"], key=version_key)
    ['latest', 'v1.9.0', '1.10.0-rc.1', '1.10.0']
    """
    parsed = _parse(text)
    if parsed is None:
        return (0, text)
    release = parsed.release
    while release and release[-1] == 0:
        release = release[:-1]
    return (1, parsed.epoch, release, parsed.pre, parsed.post, (parsed.dev,), parsed.local)


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> _Parsed | None:
    """Return the parts of a version, or ``None`` where the text is none."""
    text = version_of(text)
    if len(text) > _MAX_LENGTH:
        return None
    if _ISO_DATE.fullmatch(text):
        text = text.replace("-", ".")
    try:
        return _from_pep_440(Version(text))
    except InvalidVersion:
        semver = _SEMVER.fullmatch(text)
    if semver is None:
        return None
    return _Parsed(
        epoch=0,
        release=tuple(int(number) for number in semver["release"].split(".")),
        pre=_identifiers(semver["pre"]),
        post=-1,
        dev=math.inf,
        local=_identifiers(semver["build"]),
    )


def _from_pep_440(version: Version) -> _Parsed:
    """Return the parts of a version that packaging has read."""
    if version.pre is not None:
        phase, number = version.pre
        pre = _identifiers(f"{_PHASES[phase]}.{number}")
    elif version.dev is not None and version.post is None:
        pre = _BEFORE_ALL  # 1.0.dev1 comes before 1.0a1
    else:
        pre = _AFTER_ALL
    return _Parsed(
        epoch=version.epoch,
        release=version.release,
        pre=pre,
        post=-1 if version.post is None else version.post,
        dev=math.inf if version.dev is None else version.dev,
        local=_identifiers(version.local),
    )


def _identifiers(text: str | None) -> _Identifiers:
    """Return dotted identifiers in SemVer's order: numbers by value and before words, words by letters."""
    if text is None:
        return ()
    return tuple((1, int(part), "") if part.isdigit() else (2, 0, part.lower()) for part in text.split("."))
