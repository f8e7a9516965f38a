"""
Write ``zenodo_action/data/vocab/*.json``: the servers' vocabularies, cut to what ``zenodo_action.vocab`` looks up.

::

    python scripts/make_vocab.py VOCABULARIES LANGUAGES

``VOCABULARIES`` is the project's collection of the vocabularies of Zenodo's HTTP API (a JSON file; its ``_about``
names the commits it was read from), ``LANGUAGES`` the fixture ``languages.yaml`` of the package
invenio-rdm-records. Run it again when Zenodo's vocabularies change, and look at the difference.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "zenodo_action" / "data" / "vocab"


def main(vocabularies: str, languages: str) -> None:
    """Read the two sources and write the four files."""
    source = json.loads(Path(vocabularies).read_text(encoding="utf-8"))
    sources = source["_about"]["sources"]
    fixture = yaml.load(Path(languages).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    rdm = "invenio-rdm-records"
    write("terms", _terms(source), [f"{name}, {sources[name]}" for name in ("zenodo-rdm", rdm)])
    write("licences", _licences(source), [f"{name}, {sources[name]}" for name in ("zenodo-rdm", "spdx")])
    write(
        "programming_languages",
        {"languages": source["programming_languages"]},
        [f"zenodo-rdm, {sources['zenodo-rdm']}"],
    )
    write("languages", _languages(fixture), [f"{rdm} 32.3.2, fixtures/data/vocabularies/languages.yaml (ISO 639-3)"])


def write(name: str, data: dict[str, Any], sources: list[str]) -> None:
    """Write one file: every top-level entry on its own lines, so that differences can be read."""
    entries = {"about": {"made by": "scripts/make_vocab.py", "sources": sources}, **data}
    lines = [f"{_text(key)}: {_value(value)}" for key, value in entries.items()]
    path = FOLDER / f"{name}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(value: Any) -> str:
    """Return a value with its entries on lines of their own where there are many."""
    if isinstance(value, dict) and len(value) > 1:
        return "{\n" + ",\n".join(f" {_text(key)}: {_text(part)}" for key, part in value.items()) + "\n}"
    return _text(value)


def _terms(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource_types": {entry["id"]: entry["title"] for entry in source["resource_types"] if entry["depositable"]},
        "linkable_only": [entry["id"] for entry in source["resource_types"] if not entry["depositable"]],
        "upload_types": [entry["legacy"] for entry in source["upload_types"] if entry["depositable"]],
        "renamed_types": {
            f"publication-{entry['legacy']}": entry["native"]
            for entry in source["publication_types"]
            if entry["native"] != f"publication-{entry['legacy']}"
        },
        "relations": {
            entry["legacy"]: entry["native"] for entry in source["relations"] if entry["legacy"] and entry["native"]
        },
        "native_relations": [entry["native"] for entry in source["relations"] if not entry["legacy"]],
        "roles": {entry["legacy"]: entry["native"] for entry in source["contributor_types"]},
        "development_status": [entry["native"] for entry in source["development_status"]],
        "funders": {
            entry["doi"]: [entry["ror"], entry["acronym"], entry["documented_name"]]
            for entry in source["funders"]
            if entry["ror"]
        },
        "html_tags": sorted(source["html"]["effective_tags"]),
        "html_attributes": source["html"]["effective_attributes"],
    }


def _licences(source: dict[str, Any]) -> dict[str, Any]:
    rules = source["licence_rules"]
    return {
        "licences": {
            entry["native"]: [entry["spdx"], entry["title"].strip(), (entry["url"] or "").strip() or None]
            for entry in source["licences"]
        },
        "aliases": {alias: meant.lower() for alias, meant in rules["aliases"].items()},
        "old_ids": rules["legacy_map"],
        "free_titles": rules["custom_title"],
    }


def _languages(fixture: list[dict[str, Any]]) -> dict[str, Any]:
    two_letter = {entry["props"]["alpha_2"]: entry for entry in fixture if entry["props"].get("alpha_2")}
    return {
        "ids": " ".join(sorted(entry["id"] for entry in fixture)),
        "two_letter": {code: two_letter[code]["id"] for code in sorted(two_letter)},
        "names": {
            entry["title"]["en"].partition(" (")[0].lower(): entry["id"] for _, entry in sorted(two_letter.items())
        },
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
