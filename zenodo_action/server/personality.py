"""The ways in which one server of this software differs from another: Zenodo, its sandbox, a stock InvenioRDM."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Final

NATIVE_JSON: Final = "application/vnd.inveniordm.v1+json"
PLAIN_JSON: Final = "application/json"

RECORD_ACCEPTS: Final = (
    "application/json",
    "application/ld+json",
    "application/vnd.inveniordm.v1.full+csv",
    "application/vnd.inveniordm.v1.simple+csv",
    "application/marcxml+xml",
    NATIVE_JSON,
    "application/vnd.citationstyles.csl+json",
    "application/vnd.datacite.datacite+json",
    "application/vnd.geo+json",
    "application/vnd.datacite.datacite+xml",
    'application/ld+json;profile="https://datapackage.org/profiles/2.0/datapackage.json"',
    "application/x-dc+xml",
    "text/x-bibliography",
    "application/x-bibtex",
    "application/dcat+xml",
    "application/linkset+json",
)
"""Media types of a record, in the order of the 406 answer. Source: recorded exchange ``native/145``."""

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """What a server of this kind calls itself, mints, allows and speaks."""

    name: str
    site: str
    """What people call it; it stands in messages about DOI prefixes."""
    doi_prefix: str
    doi_form: str
    """With ``{prefix}`` and ``{id}``."""
    resolver: str
    """Where the native answers say a DOI resolves. Source: recorded exchanges of both test instances."""
    oai_form: str
    numeric_ids: bool
    first_id: int
    is_zenodo: bool
    """Zenodo's layer: deposit API, its own JSON, its custom fields, its rights and quotas."""
    blocked_prefixes: tuple[str, ...]
    """DOI prefixes that may not come as external ones."""
    unknown_entries: frozenset[tuple[str, str]] = frozenset()
    """``(table, id)`` of what Zenodo added to the vocabularies."""

    def doi(self, record_id: str) -> str:
        """Return the DOI that belongs to a record or concept."""
        return self.doi_form.format(prefix=self.doi_prefix, id=record_id)

    def oai(self, record_id: str) -> str:
        """Return the OAI identifier of a record."""
        return self.oai_form.format(id=record_id)

    def new_id(self, counter: int) -> str:
        """Return a record id: the counter itself, or letters drawn at random."""
        if self.numeric_ids:
            return str(counter)
        body = "".join(secrets.choice(_LETTERS) for _ in range(8))
        return f"{body[:5]}-{body[5:]}{secrets.randbelow(10)}{secrets.randbelow(10)}"

    def could_be_id(self, text: str) -> bool:
        """Whether an id of this server can look like that."""
        return bool(re.fullmatch(r"[0-9]+" if self.numeric_ids else r"[a-z0-9]{5}-[a-z0-9]{5}", text))


PERSONALITIES: Final = {
    "sandbox": Personality(
        name="sandbox",
        site="Zenodo",
        doi_prefix="10.5072",
        doi_form="{prefix}/zenodo.{id}",
        resolver="https://handle.test.datacite.org/",
        oai_form="oai:zenodo.org:{id}",
        numeric_ids=True,
        first_id=300001,
        is_zenodo=True,
        blocked_prefixes=("10.5072",),
    ),
    "zenodo": Personality(
        name="zenodo",
        site="Zenodo",
        doi_prefix="10.5281",
        doi_form="{prefix}/zenodo.{id}",
        resolver="https://doi.org/",
        oai_form="oai:zenodo.org:{id}",
        numeric_ids=True,
        first_id=18000001,
        is_zenodo=True,
        blocked_prefixes=("10.5281", "10.5072"),
    ),
    "inveniordm": Personality(
        name="inveniordm",
        site="InvenioRDM",
        doi_prefix="10.5072",
        doi_form="{prefix}/lab.{id}",
        resolver="https://handle.test.datacite.org/",
        oai_form="oai:oai:invenio-app-rdm.org::{id}",
        numeric_ids=False,
        first_id=1,
        is_zenodo=False,
        blocked_prefixes=("10.5072",),
        unknown_entries=frozenset({("description_types", "notes")}),
    ),
}
"""The personalities by name; ``sandbox`` is the default."""
