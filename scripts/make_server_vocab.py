"""
Write the vocabularies that the embedded repository knows, from a collected description of Zenodo's.

Usage: python scripts/make_server_vocab.py COLLECTED.json

Only ids, titles and the few properties that answers show are kept. The result is facts (codes and their names) of the
vocabularies of Zenodo and InvenioRDM, both published under the MIT licence; the file names the commits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "zenodo_action" / "server" / "data" / "vocabularies.json"

LANGUAGE_NAMES = {
    "eng": "English", "deu": "German", "fra": "French", "spa": "Spanish", "ita": "Italian", "por": "Portuguese",
    "nld": "Dutch", "pol": "Polish", "ces": "Czech", "swe": "Swedish", "dan": "Danish", "fin": "Finnish",
    "ell": "Modern Greek (1453-)", "rus": "Russian", "ukr": "Ukrainian", "zho": "Chinese", "jpn": "Japanese",
    "kor": "Korean", "ara": "Arabic", "tur": "Turkish",
}  # fmt: skip


def titles(rows: list[dict[str, Any]], key: str = "native") -> dict[str, str]:
    """Return id → English title."""
    return {row[key]: row["title"] for row in rows if row.get(key)}


def resource_type(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a resource type's entry shows."""
    kind, _, subtype = row["id"].partition("-")
    return {
        "title": row["title"],
        "tags": [tag for tag in ("depositable", "linkable") if row.get(tag)],
        "props": {
            "csl": row.get("csl", ""),
            "datacite_general": row.get("datacite_general", ""),
            "datacite_type": row.get("datacite_type", ""),
            "eurepo": row.get("eurepo", ""),
            "schema.org": row.get("schema_org", ""),
            "subtype": row["id"] if subtype else "",
            "type": kind,
        },
    }


def licence(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a licence's entry shows, and the old id that the deposit API prints for it."""
    return {
        "title": row["title"],
        "url": row["url"],
        "spdx": row["spdx"],
        "osi": row["osi"],
        "tags": row["tags"],
        "legacy": row["legacy_out"],
    }


def make(collected: dict[str, Any]) -> dict[str, Any]:
    """Return the vocabularies of the server."""
    rules = collected["licence_rules"]
    sources = collected["_about"]["sources"]
    return {
        "_about": "Facts from the vocabularies of zenodo-rdm and invenio-rdm-records (MIT). Sources: "
        + "; ".join(f"{name}, {text}" for name, text in sources.items())
        + ". Written by scripts/make_server_vocab.py.",
        "resource_types": {row["id"]: resource_type(row) for row in collected["resource_types"]},
        "relations": titles(collected["relations"]),
        "legacy_relations": {
            row["native"]: row["legacy_out"] for row in collected["relations"] if row["native"] and row["legacy_out"]
        },
        "roles": titles(collected["contributor_types"]),
        "legacy_roles": {
            row["native"]: row["legacy_out"] for row in collected["contributor_types"] if row["legacy_out"]
        },
        "date_types": titles(collected["date_types"]),
        "title_types": titles(collected["title_types"]),
        "description_types": titles(collected["description_types"]),
        "licences": {row["native"]: licence(row) for row in collected["licences"]},
        "licence_aliases": rules["aliases"],
        "licence_map": rules["legacy_map"],
        "licence_titles": rules["custom_title"],
        "funders": [
            {"doi": row["doi"], "ror": row["ror"], "acronym": row["acronym"], "name": row["documented_name"]}
            for row in collected["funders"]
        ],
        "development_status": titles(collected["development_status"]),
        "programming_languages": collected["programming_languages"],
        "languages": LANGUAGE_NAMES,
        "html_tags": collected["html"]["effective_tags"],
        "html_attributes": collected["html"]["effective_attributes"],
        "removal_reasons": collected["removal_reasons"],
    }


def main() -> None:
    """Read the file named on the command line and write the server's."""
    collected = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(make(collected), ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(text)} characters")


if __name__ == "__main__":
    main()
