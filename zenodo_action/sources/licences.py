"""Licences as every format writes them: an id, a name, an SPDX expression, or a list of them."""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.model import Right
from zenodo_action.sources.links import read_url
from zenodo_action.sources.reading import Value, shown
from zenodo_action.vocab.licence_names import spdx_id

_OWN_KEYS = ("title", "link", "url", "description")
_KEYS = ("id", *_OWN_KEYS)

_MISLEADING = {"bsd-license": "bsd-1-clause"}
"""Old ids that the server takes for something unlikely. Source: zenodo-rdm, ``legacy/zenodo_legacy/licenses.py``."""

_OWN_LICENCE_FIX = 'for terms of your own write {title: "…", link: "https://…"}'
_OWN_LICENCE_FIX_CFF = "for terms of your own write license-url: in place of license:"


def read_rights(value: Value) -> tuple[Right, ...]:
    """Return the licences of a text, an ``{id}``, a ``{title, link}``, or a list of them, each once."""
    rights = [right for item in value.items(may_be_single=True) for right in _read_one(item)]
    return tuple(dict.fromkeys(rights))


def rights_of(match: vocab.LicenceMatch) -> tuple[Right, ...]:
    """Return the licences that a text means: by the server's ids, and by name and address those that it lacks."""
    known = [Right(id=identifier) for identifier in match.ids]
    return (*known, *(Right(title=name, link=vocab.spdx_url(name)) for name in match.own))


def _read_one(item: Value) -> tuple[Right, ...]:
    if not item.is_mapping:
        return _match(item)
    item.check_keys(_KEYS)
    identifier = item.get("id")
    if identifier is not None:
        for key in _OWN_KEYS:
            item.tell_unused(key, identifier)
        return _match(identifier)
    address = item.pick("link", "url")
    title, link = item.text_of("title"), read_url(address) if address is not None else None
    if title or link:
        return (Right(title=title or link, link=link, description=item.text_of("description")),)
    item.error(
        code="license-missing",
        what=f"{item.label} names no licence",
        fix=f"write its SPDX id, as MIT; {_own_licence_fix(item)}",
    )
    return ()


def _match(value: Value) -> tuple[Right, ...]:
    """Return the licences that a text means; one that leaves the terms open, or that nobody knows, is an error."""
    text = value.line()
    if text is None:
        return ()
    match = vocab.license(text)
    if len(match.ids) + len(match.own) > 1:
        value.hint(
            code="license-expression",
            what=f"the record lists the licences of {shown(text)} beside each other; whether one may choose (OR) or all "
            "hold (AND) has no place in it",
            fix="nothing to do where the licence files in the archive say it; otherwise write it into notes: of .zenodo.yml",
        )
    if text.lower() in _MISLEADING:
        meant = _MISLEADING[text.lower()]
        value.warn(
            code="license-mended",
            what=f"Zenodo takes {shown(text)} for {spdx_id(meant)}, which is hardly what is meant",
            fix=f"write the one you mean: {', '.join(match.candidates)}",
        )
        return (Right(id=meant),)
    if match.own:
        value.warn(
            code="license-mended",
            what=f"{match.note}; it is stored by its name and address",
            fix="nothing to do; a search by licence will not find the record",
        )
    elif match.ids:
        if match.note or not match.exact:
            names = [spdx_id(identifier) for identifier in match.ids]
            what = match.note or f"the licence {shown(text)} is taken as {' and '.join(names)}"
            fix = f"write {names[0]}" if len(names) == 1 else f"write the list [{', '.join(names)}]"
            value.warn(code="license-mended", what=what, fix=fix)
    elif len(match.candidates) > 1:
        value.error(
            code="license-ambiguous",
            what=match.note or f"the licence {shown(text)} leaves the terms open",
            fix=f"write the one you mean: {', '.join(match.candidates)}",
        )
    else:
        nearest = f'did you mean "{match.candidates[0]}"? ' if match.candidates else ""
        value.error(
            code="license-unknown",
            what=match.note or f"{shown(text)} is no licence that the server knows",
            fix=f"{nearest}Write its SPDX id, as MIT or CC-BY-4.0; {_own_licence_fix(value)}",
        )
    return rights_of(match)


def _own_licence_fix(value: Value) -> str:
    """Return how a file says terms that are in no list."""
    name = value.reading.document.name.rpartition("/")[2]
    if name.lower().endswith(".cff"):
        return _OWN_LICENCE_FIX_CFF
    return _OWN_LICENCE_FIX if name.startswith(".zenodo") else f"{_OWN_LICENCE_FIX} in .zenodo.yml"
