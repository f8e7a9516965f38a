"""Records for the tests of pages and exports: invented, in the native JSON of a published record, and a library of them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def titled(entry_id: str, title: str) -> Json:
    return {"id": entry_id, "title": {"en": title, "de": "anders"}}


def person(family: str, given: str, **more: Any) -> Json:
    identifiers = [{"scheme": scheme, "identifier": value} for scheme, value in more.pop("ids", {}).items()]
    return {
        "person_or_org": {
            "type": "personal",
            "name": f"{family}, {given}",
            "family_name": family,
            "given_name": given,
            "identifiers": identifiers,
        },
        **more,
    }


def organisation(name: str, **more: Any) -> Json:
    return {"person_or_org": {"type": "organizational", "name": name}, **more}


def plain(record_id: str = "18000002", concept_id: str = "18000001", version: str = "1.0.0", index: int = 1) -> Json:
    """A small record, as a first deposit of software gives it."""
    return {
        "id": record_id,
        "created": "2026-11-22T13:56:26.989226+00:00",
        "updated": "2026-11-23T13:56:27.128467+00:00",
        "links": {"self_html": f"http://127.0.0.1:1/records/{record_id}"},
        "revision_id": 4,
        "parent": {
            "id": concept_id,
            "communities": {},
            "pids": {"doi": {"identifier": f"10.5072/zenodo.{concept_id}", "provider": "datacite"}},
        },
        "versions": {"is_latest": True, "is_latest_draft": True, "index": index},
        "is_published": True,
        "is_draft": False,
        "pids": {
            "doi": {"identifier": f"10.5072/zenodo.{record_id}", "provider": "datacite", "client": "datacite"},
            "oai": {"identifier": f"oai:zenodo.org:{record_id}", "provider": "oai"},
        },
        "metadata": {
            "resource_type": titled("software", "Software"),
            "creators": [person("Carberry", "Josiah", ids={"orcid": "0000-0002-1825-0097"})],
            "title": "Lab tool",
            "publisher": "Zenodo",
            "publication_date": "2026-11-22",
            "version": version,
            "rights": [
                {"id": "mit", "title": {"en": "MIT License"}, "props": {"url": "https://opensource.org/licenses/MIT"}}
            ],
            "description": "<p>A tool for the lab.</p>",
        },
        "custom_fields": {},
        "access": {
            "record": "public",
            "files": "public",
            "embargo": {"active": False, "reason": None},
            "status": "open",
        },
        "files": {"enabled": True, "count": 1, "total_bytes": 1200, "entries": {"tool.zip": file("tool.zip", 1200)}},
        "status": "published",
    }


def file(key: str, size_bytes: int) -> Json:
    return {"key": key, "size": size_bytes, "checksum": "md5:6ded0d6878c9a7b42e215b74d853289e", "mimetype": "x/y"}


def rich() -> Json:
    """A record that uses every field."""
    record = plain("18000012", "18000010", "2.1.0", 3)
    brown = {"id": "05gq02987", "name": "Brown University"}
    record["metadata"] = {
        "resource_type": titled("software", "Software"),
        "creators": [
            person(
                "Carberry",
                "Josiah Stinkney",
                ids={"orcid": "0000-0002-1825-0097"},
                affiliations=[brown, {"name": "Institute of Psychoceramics"}],
            ),
            person("Ōe", "Jean-Luc", affiliations=[{"name": "Wesleyan University"}], role=titled("researcher", "Researcher")),
            person("山田", "花子", ids={"gnd": "118540238"}, affiliations=[brown]),
            organisation("The Cracked Pots & Co. Collective"),
        ],
        "contributors": [
            person("Smith", "Jane", role=titled("datacurator", "Data curator"), affiliations=[{"name": "Data House"}]),
            person("Roe", "Richard", role=titled("datacurator", "Data curator")),
            organisation("Potters Ltd", role=titled("sponsor", "Sponsor")),
        ],
        "title": "Psychoceramics workbench: finding cracks in pots before they break",
        "additional_titles": [
            {"title": "A field guide in software", "type": titled("subtitle", "Subtitle")},
            {"title": "Werkbank der Psychokeramik", "type": titled("translated-title", "Translated title")},
        ],
        "publisher": "Zenodo",
        "publication_date": "2026-11-22",
        "version": "2.1.0",
        "description": (
            "<p>The workbench reads <strong>acoustic scans</strong> of fired clay and marks the places where a crack is "
            'about to open. See the <a href="https://example.org/manual">manual</a> for H<sub>2</sub>O content.</p>'
            "<h2>What is new</h2><ul><li>Scans are read four times as fast</li><li>A model for <em>raku</em> glazes</li></ul>"
            "<pre><code>workbench scan pot-17.wav --threshold 0.8</code></pre>"
            "<table><thead><tr><th>Glaze</th><th>Recall</th></tr></thead><tbody><tr><td>Raku</td><td>0.94</td></tr>"
            "<tr><td>Celadon</td><td>0.97</td></tr></tbody></table><blockquote>Every pot has a crack.</blockquote>"
        ),
        "additional_descriptions": [
            {"description": "<p>Scans were made at 96 kHz in a quiet room.</p>", "type": titled("methods", "Methods")},
            {"description": "Please cite the article, too.", "type": titled("notes", "Notes")},
        ],
        "rights": [
            {"id": "apache-2.0", "title": {"en": "Apache License 2.0"}, "props": {"url": "https://www.apache.org/licenses/LICENSE-2.0"}},
            {"title": {"en": "Pottery House Rules"}, "link": "https://example.org/rules"},
        ],
        "copyright": "© 2026 The authors",
        "subjects": [{"subject": "psychoceramics"}, {"subject": "acoustics"}, {"subject": "non-destructive testing"}],
        "languages": [titled("eng", "English"), titled("deu", "German")],
        "dates": [
            {"date": "2025-03-01/2025-09-30", "type": titled("collected", "Collected"), "description": "Summer campaign"},
            {"date": "2026", "type": titled("copyrighted", "Copyrighted")},
        ],
        "identifiers": [{"scheme": "url", "identifier": "https://example.org/workbench"}, {"scheme": "isbn", "identifier": "978-3-16-148410-0"}],
        "related_identifiers": [
            related("https://github.com/pots/workbench/tree/v2.1.0", "url", "issupplementto", "Is supplement to", titled("software", "Software")),
            related("10.5072/zenodo.18000011", "doi", "isnewversionof", "Is new version of"),
            related("10.1234/pots.2026.7", "doi", "isdocumentedby", "Is documented by", titled("publication-article", "Journal article")),
            related("2101.00001", "arxiv", "isdocumentedby", "Is documented by"),
            related("urn:nbn:de:101:1-2019", "urn", "cites", "Cites"),
        ],
        "funding": [
            {
                "funder": {"id": "00k4n6c32", "name": "European Commission"},
                "award": {
                    "id": "00k4n6c32::654241",
                    "number": "654241",
                    "title": {"en": "Pots of Europe"},
                    "identifiers": [{"scheme": "url", "identifier": "https://cordis.europa.eu/projects/654241"}],
                },
            },
            {"funder": {"name": "Kiln Foundation"}},
        ],
        "references": [
            {"reference": "Carberry J. (1990). On cracked pots. Journal of Psychoceramics 1(1), 1–7."},
            {"reference": "Doe J., Roe R. (2014). Glazes: a survey."},
        ],
        "locations": {
            "features": [
                {"place": "Providence", "geometry": {"type": "Point", "coordinates": [-71.4, 41.83]}, "description": "Kiln 3"}
            ]
        },
        "sizes": ["12 pages"],
        "formats": ["application/zip"],
    }  # fmt: skip
    record["custom_fields"] = {
        "code:codeRepository": "https://github.com/pots/workbench",
        "code:programmingLanguage": [titled("python", "Python"), titled("c++", "C++")],
        "code:developmentStatus": titled("active", "Active"),
        "journal:journal": {"title": "Journal of Psychoceramics", "volume": "12", "issue": "3", "pages": "1–10"},
        "meeting:meeting": {"title": "Pots 2026", "place": "Faenza", "url": "https://example.org/pots2026"},
        "dwc:genus": "Figulus",
    }
    record["parent"]["communities"] = {"entries": [{"slug": "pots", "metadata": {"title": "Psychoceramics"}}]}
    record["files"]["entries"] = {
        name: file(name, size)
        for name, size in (
            ("pots/workbench-v2.1.0.zip", 4_812_331),
            ("scans.tar.gz", 182_400_219),
            ("README.md", 2_048),
            ("workbench-2.1.0-py3-none-any.whl", 88_412),
        )
    }
    return record


def related(identifier: str, scheme: str, relation: str, title: str, kind: Json | None = None) -> Json:
    work = {"identifier": identifier, "scheme": scheme, "relation_type": titled(relation, title)}
    return {**work, "resource_type": kind} if kind else work


def embargoed() -> Json:
    record = plain("18000022", "18000021", "0.9", 1)
    record["metadata"]["title"] = "Glaze recipes of the Faenza workshops, 1480–1530"
    record["metadata"]["resource_type"] = titled("dataset", "Dataset")
    record["metadata"]["rights"] = [
        {
            "id": "cc-by-4.0",
            "title": {"en": "Creative Commons Attribution 4.0 International"},
            "props": {"url": "https://creativecommons.org/licenses/by/4.0/legalcode"},
        }
    ]
    record["metadata"]["description"] = "<p>Transcriptions of 214 recipes with the quantities in modern units.</p>"
    record["access"] = {
        "record": "public",
        "files": "restricted",
        "embargo": {"active": True, "until": "2027-06-30", "reason": "The edition appears first."},
        "status": "embargoed",
    }
    return record


def restricted() -> Json:
    record = plain("18000032", "18000031")
    record["access"] = {"record": "public", "files": "restricted", "embargo": {"active": False}, "status": "restricted"}
    return record


def poisoned(poison: str) -> Json:
    """The rich record with a text in place of, or at the end of, every text that somebody may have written."""
    kept = {"id", "type", "scheme", "checksum", "created", "updated", "record", "files", "status"}

    def poison_all(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: poison_all(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [poison_all(part, name) for part in value]
        return value + poison if isinstance(value, str) and name not in kept else value

    record = rich()
    for part in ("metadata", "custom_fields"):
        record[part] = poison_all(record[part])
    record["parent"]["communities"] = poison_all(record["parent"]["communities"])
    record["metadata"]["references"].append({"reference": poison})
    record["custom_fields"][poison] = poison
    record["custom_fields"]["code:codeRepository"] = "javascript:document.title='hacked'//" + poison
    record["files"]["entries"] = {"a": file(f"{poison}.zip", 12), "b": file("\u202egpj.exe\x07", 3)}
    record["id"], record["parent"]["id"] = "18000042", "18000041"
    return record


class FakeLibrary:
    """Published records in a list, newest first; files in a folder, where there is one."""

    def __init__(self, records: Iterable[Json], files: dict[tuple[str, str], Path] | None = None) -> None:
        self.records = [copy.deepcopy(record) for record in records]
        self.files = files or {}

    def search_published(self, q: str, page: int, size: int) -> tuple[int, list[Json]]:
        if q == "title:(":
            message = "Invalid query string syntax."
            raise ValueError(message)
        if q.startswith("doi:"):
            found = [record for record in self.records if record["pids"]["doi"]["identifier"] == q[5:-1]]
        else:
            found = [record for record in self.records if q.lower() in record["metadata"]["title"].lower()]
        return len(found), found[(page - 1) * size : page * size]

    def published(self, record_id: str) -> Json | None:
        own = (record for record in self.records if record_id in (record["id"], record["parent"]["id"]))
        return next(own, None)

    def tombstone(self, record_id: str) -> Json | None:
        return None if record_id != "410" else {"citation_text": "Carberry, J. (2026). <b>Red-Dot</b>."}

    def versions_of(self, concept_id: str) -> list[Json]:
        return [record for record in self.records if record["parent"]["id"] == concept_id]

    def file_path(self, record_id: str, key: str) -> Path | None:
        return self.files.get((record_id, key))
