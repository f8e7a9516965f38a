"""Who paid: ``grants`` and ``funding`` of ``.zenodo.yml`` and ``.zenodo.json``."""

from __future__ import annotations

import re
from dataclasses import replace

from zenodo_action import vocab
from zenodo_action.model import Funding
from zenodo_action.sources.links import read_url
from zenodo_action.sources.reading import Value, shown

_EUROPEAN_COMMISSION = "10.13039/501100000780"
"""Whose grants may stand without a funder. Source: developers.zenodo.org, deposit representation, "grants"."""

_GRANT_LINK = re.compile(r"/grants/(?P<id>10\.13039/[^/\s]+::[^\s?#]+)")
_GRANT_FIX = (
    "write FUNDER::NUMBER, as 10.13039/501100000780::654241; or use funding: [{funder: NAME, number: …, title: …}]"
)

_ID_KEYS = ("id", "code", "links")
_AWARD_PARTS = ("number", "title", "url")
_FUNDING_KEYS = ("funder", "ror", "award", *_AWARD_PARTS)


def read_funding(root: Value) -> tuple[Funding, ...]:
    """Return what ``grants`` and ``funding`` say, each once."""
    found: list[Funding] = []
    for key, read in (("grants", _read_grant), ("funding", _read_funding)):
        value = root.get(key)
        for item in value.items() if value is not None else []:
            funding = read(item)
            if funding is not None and funding not in found:
                item.mark(len(found))
                found.append(funding)
    return tuple(found)


def _read_grant(item: Value) -> Funding | None:
    """Return a grant of the server's vocabulary from its id, an ``{id}``, or the object that Zenodo once answered with."""
    value = _grant_id(item)
    text = value.line() if value is not None else None
    if value is None or text is None:
        item.error(code="grant-missing", what=f"{item.label} has no grant id", fix=_GRANT_FIX)
        return None
    link = _GRANT_LINK.search(text)
    funder, separator, number = (link["id"] if link else text).partition("::")
    if not separator:
        funder, number = _funder_of_grant(item) or _EUROPEAN_COMMISSION, funder
    _tell_held(item, *(() if separator else ("funder",)))
    ror = vocab.funder(funder) or vocab.ror(funder)
    if ror is None or not number.strip():
        value.error(code="grant-unknown", what=f"{shown(text)} is no grant that the server can look up", fix=_GRANT_FIX)
        return None
    return Funding(funder_id=ror, award_id=f"{ror}::{number.strip()}")


def _grant_id(item: Value) -> Value | None:
    """Return the value that holds the grant's id, wherever the object has it."""
    if not item.is_mapping:
        return item
    links = item.get("links")
    own = links.get("self") if links is not None else None
    if own is None or not isinstance(own.data, str) or not _GRANT_LINK.search(own.data):
        return item.pick("id", "code")
    for key in ("id", "code"):
        if not own.data.endswith((f"/{item.text_of(key)}", f"::{item.text_of(key)}")):
            item.tell_unused(key, own)
    return own


def _funder_of_grant(item: Value) -> str | None:
    """Return the DOI or ROR id of the funder that stands beside the number of a grant."""
    funder = item.get("funder")
    return funder.text_of("doi", "ror", "id") if funder is not None and funder.is_mapping else None


def _tell_held(item: Value, *used: str) -> None:
    """Tell what an entry says beyond the id of its grant: the server has a list of grants of its own."""
    keys = [key for key, value in item.entries() if key not in (*_ID_KEYS, *used) and not value.is_empty]
    if keys:
        item.hint(
            code="key-unused",
            what=f"{item.label}: the server knows the grant by its id; what else stands here is not stored: {', '.join(keys)}",
            fix="nothing to do; or use funding: [{funder: NAME, number: …, title: …}] to have your own words",
        )


def _read_funding(item: Value) -> Funding | None:
    """Return a funder by name or ROR id, with the award's number and title where they are known."""
    if not item.is_mapping:
        item.error(
            code="value-kind-wrong",
            what=f"{item.label} is {item.kind} where a mapping belongs",
            fix="write {funder: NAME, number: …, title: …}",
        )
        return None
    item.check_keys(_FUNDING_KEYS)
    funder = _read_funder(item)
    if funder is None:
        return None
    award = item.get("award")
    if award is None or not award.is_mapping:
        return _with_award(funder, item, item.pick("number", "award"))
    award.check_keys(("id", *_AWARD_PARTS))
    for key in _AWARD_PARTS:
        item.tell_unused(key, award)
    identifier = award.get("id")
    if identifier is None:
        return _with_award(funder, award, award.get("number"))
    for key in _AWARD_PARTS:
        award.tell_unused(key, identifier)
    return replace(funder, award_id=identifier.line())


def _with_award(funder: Funding, award: Value, number: Value | None) -> Funding:
    """Return who paid, with what is said of the award."""
    url = award.get("url")
    return replace(
        funder,
        award_number=number.line() if number is not None else None,
        award_title=award.text_of("title"),
        award_url=read_url(url) if url is not None else None,
    )


def _read_funder(item: Value) -> Funding | None:
    """Return a funder by ROR id and name, ``None`` where there is neither; the DOI of a funder leads to its ROR id."""
    value = item.get("funder", "ror")
    if value is None:
        item.error(
            code="funder-missing", what=f"{item.label} names no funder", fix="add funder: with its name or ROR id"
        )
        return None
    if value.is_mapping:
        value.check_keys(("name", "ror", "id"))
        name, identifier = value.text_of("name"), value.pick("ror", "id")
    else:
        text = value.line() or ""
        is_name = vocab.doi(text) is None and vocab.ror(text) is None
        name, identifier = (text, item.get("ror")) if is_name else (None, value)
    ror = _read_ror(identifier) if identifier is not None else None
    return Funding(funder_id=ror, funder_name=name) if ror or name else None


def _read_ror(value: Value) -> str | None:
    text = value.line()
    if text is None:
        return None
    doi = vocab.doi(text)
    ror = vocab.funder(doi) if doi else vocab.ror(text)
    if ror is None:
        value.error(
            code="funder-unknown",
            what=f"{shown(text)} is no funder that can be looked up",
            fix="look up its ROR id at https://ror.org, or give the funder's name",
        )
    return ror
