"""Who paid: ``grants`` and ``funding`` of ``.zenodo.yml`` and ``.zenodo.json``."""

from __future__ import annotations

import re

from zenodo_action import vocab
from zenodo_action.model import Funding
from zenodo_action.sources.reading import Value, shown

FUNDERS = {
    "10.13039/501100001665": "00rbzpz17",  # ANR
    "10.13039/501100002341": "05k73zm37",  # Academy of Finland
    "10.13039/501100000923": "05mmh0f86",  # Australian Research Council
    "10.13039/100018231": "03zj4c476",  # Aligning Science Across Parkinson's
    "10.13039/501100000024": "01gavpb45",  # Canadian Institutes of Health Research
    "10.13039/501100000780": "00k4n6c32",  # European Commission
    "10.13039/501100000806": "02k4b9v70",  # European Environment Agency
    "10.13039/501100001871": "00snfqn58",  # Fundação para a Ciência e a Tecnologia
    "10.13039/501100002428": "013tf3c58",  # Austrian Science Fund
    "10.13039/501100004488": "03n51vw80",  # Hrvatska Zaklada za Znanost
    "10.13039/501100004564": "01znas443",  # Ministarstvo Prosvete, Nauke i Tehnološkog Razvoja
    "10.13039/501100000925": "011kf5r70",  # National Health and Medical Research Council
    "10.13039/100000002": "01cwqze88",  # National Institutes of Health
    "10.13039/501100000038": "01h531d29",  # Natural Sciences and Engineering Research Council of Canada
    "10.13039/100000001": "021nxhr62",  # National Science Foundation
    "10.13039/501100003246": "04jsz6e67",  # Nederlandse Organisatie voor Wetenschappelijk Onderzoek
    "10.13039/501100000690": "001aqnf71",  # Research Councils UK
    "10.13039/100014013": "001aqnf71",  # UK Research and Innovation
    "10.13039/501100001602": "0271asj38",  # Science Foundation Ireland
    "10.13039/501100001711": "00yjd3n13",  # Schweizerischer Nationalfonds
    "10.13039/100001345": "006cvnv84",  # Social Science Research Council
    "10.13039/501100004410": "04w9kkr77",  # TÜBİTAK
    "10.13039/100004440": "029chgv08",  # Wellcome Trust
    "10.13039/501100006364": "03m8vkq32",  # Institut National Du Cancer
    "10.13039/501100011730": "00x0z1472",  # Templeton World Charity Foundation
}
"""DOI of a funder → its ROR id. Source: zenodo-rdm (2026-08-20), ``legacy/zenodo_legacy/funders.py``."""

_EUROPEAN_COMMISSION = "10.13039/501100000780"
"""Whose grants may stand without a funder. Source: developers.zenodo.org, deposit representation, "grants"."""

_GRANT_LINK = re.compile(r"/grants/(?P<id>10\.13039/[^/\s]+::[^/\s?#]+)")
_GRANT_FIX = (
    "write FUNDER::NUMBER, as 10.13039/501100000780::654241; or use funding: [{funder: NAME, number: …, title: …}]"
)

_FUNDING_KEYS = ("funder", "ror", "award", "number", "title", "url")


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
        item.error("grant-missing", f"{item.label} has no grant id", _GRANT_FIX)
        return None
    link = _GRANT_LINK.search(text)
    funder, separator, number = (link["id"] if link else text).partition("::")
    if not separator:
        funder, number = _EUROPEAN_COMMISSION, funder
    ror = FUNDERS.get(funder.lower()) or vocab.ror(funder)
    if ror is None or not number.strip() or "/" in number:
        value.error("grant-unknown", f"{shown(text)} is no grant that the server can look up", _GRANT_FIX)
        return None
    return Funding(funder_id=ror, award_id=f"{ror}::{number.strip()}")


def _grant_id(item: Value) -> Value | None:
    """Return the value that holds the grant's id, wherever the object has it."""
    if not item.is_mapping:
        return item
    links = item.get("links")
    own = links.get("self") if links is not None else None
    if own is not None and isinstance(own.data, str) and _GRANT_LINK.search(own.data):
        return own
    return item.get("id", "code")


def _read_funding(item: Value) -> Funding | None:
    """Return a funder by name or ROR id, with the award's number and title where they are known."""
    if not item.is_mapping:
        item.error(
            "value-kind-wrong",
            f"{item.label} is {item.kind} where a mapping belongs",
            "write {funder: NAME, number: …, title: …}",
        )
        return None
    item.check_keys(_FUNDING_KEYS)
    funder_id, funder_name = _read_funder(item)
    if not funder_id and not funder_name:
        item.error("funder-missing", f"{item.label} names no funder", "add funder: with its name or ROR id")
        return None
    award = item.get("award")
    source = award if award is not None and award.is_mapping else item
    if source is not item:
        source.check_keys(("id", "number", "title", "url"))
    award_id = source.text_of("id") if source is not item else None
    if award_id:
        return Funding(funder_id=funder_id, funder_name=funder_name, award_id=award_id)
    number = source.text_of("number") or (item.text_of("award") if source is item else None)
    return Funding(
        funder_id=funder_id,
        funder_name=funder_name,
        award_number=number,
        award_title=source.text_of("title"),
        award_url=source.text_of("url"),
    )


def _read_funder(item: Value) -> tuple[str | None, str | None]:
    """Return ROR id and name of a funder; a Crossref DOI is turned into the ROR id."""
    value = item.get("funder")
    if value is None:
        return _read_ror(item.get("ror")), None
    if value.is_mapping:
        value.check_keys(("name", "ror", "id"))
        return _read_ror(value.get("ror", "id")), value.text_of("name")
    text = value.line()
    if text is None:
        return None, None
    ror = FUNDERS.get((vocab.doi(text) or "").lower()) or vocab.ror(text) or _read_ror(item.get("ror"))
    is_name = vocab.ror(text) is None and vocab.doi(text) is None
    return ror, text if is_name else None


def _read_ror(value: Value | None) -> str | None:
    text = value.text() if value is not None else None
    if value is None or text is None:
        return None
    ror = FUNDERS.get((vocab.doi(text) or "").lower()) or vocab.ror(text)
    if ror is None:
        value.error(
            "ror-invalid", f"{shown(text)} is no ROR id", "look up the funder at https://ror.org, or give its name"
        )
    return ror
