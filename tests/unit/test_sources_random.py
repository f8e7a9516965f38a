"""Any mapping in a metadata file gives a project with findings, never another exception."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zenodo_action import checks, sources
from zenodo_action.mapping.rdm import to_rdm
from zenodo_action.model import RepositoryFacts, Snapshot
from zenodo_action.sources import citation_cff, zenodo_file

TODAY = dt.date(2026, 3, 2)

INNER_KEYS = (
    *("name", "orcid", "gnd", "isni", "ror", "affiliation", "type", "role", "organization", "family_names", "id"),
    *("given_names", "identifier", "relation", "resource_type", "scheme", "funder", "number", "award", "title", "url"),
    *(
        "links",
        "self",
        "code",
        "start",
        "end",
        "date",
        "place",
        "lat",
        "lon",
        "description",
        "lang",
        "reference",
        "term",
    ),
    *(
        "family-names",
        "given-names",
        "name-particle",
        "name-suffix",
        "alias",
        "value",
        "authors",
        "doi",
        "year",
        "volume",
    ),
    *("record", "archive", "files", "publish", "server", "metadata", "link", "identifiers", "journal", "publisher"),
)
TEXTS = (
    *("software", "dataset", "0000-0002-1825-0097", "0000-0002-1825-0098", "10.1234/abc", "https://example.org/x"),
    *("MIT", "GPLv3", "MIT OR Apache-2.0", "eng", "2026-03-01", "2024-02-30", "open", "embargoed", "isSupplementTo"),
    *(
        "Carberry, Josiah",
        "Josiah Carberry",
        "The Cats",
        "a@b.org",
        "${version}",
        "${x}",
        "{{x}}",
        "true",
        "12.5",
        "cites",
    ),
    *("swh:1:dir:94a9ed024d3859793618152ea559a168bbcbb5e2", "git@example.org:a/b.git", "# Title\n\n*text*", "<p>x</p>"),
    *("05gq02987", "10.13039/501100000780::654241", "isNewVersionOf", "Researcher", "python", "", " ", "-"),
)

words = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)
"""Without control characters, for which a file is refused as a whole."""

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(TEXTS) | words
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER_KEYS) | words, inner, max_size=4),
    max_leaves=8,
)


def files(keys: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings with known keys and others."""
    return st.dictionaries(st.sampled_from(keys) | words, values, max_size=8)


def snapshot(**named: object) -> Snapshot:
    """Return a tag with files; JSON is YAML too."""
    names = {"yml": ".zenodo.yml", "json": ".zenodo.json", "cff": "CITATION.cff"}
    return Snapshot(
        repository=RepositoryFacts(name="red-dot", url="https://github.com/cat-lab-example/red-dot"),
        tag="v1.2.0",
        commit="0" * 40,
        version="1.2.0",
        released_on="2026-03-01",
        committed_at=0,
        files={names[name]: json.dumps(data).encode() for name, data in named.items()},
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(yml=files(zenodo_file.KEYS), json_data=files(zenodo_file.KEYS), cff=files(citation_cff.KEYS))
@example(yml={"creators": [[[]]]}, json_data={"deposit": {"files": [[{}]]}}, cff={"authors": {"name": [1]}})
@example(yml={"metadata": {"creators": [None]}}, json_data={"metadata": {"creators": 3}}, cff={"identifiers": [[1]]})
@example(yml={"license": [[["MIT"]]]}, json_data={"license": {"id": {"id": "MIT"}}}, cff={"license": {"title": {}}})
def test_any_mapping_gives_findings(yml: dict[str, Any], json_data: dict[str, Any], cff: dict[str, Any]) -> None:
    tag = snapshot(yml=yml, json=json_data, cff=cff)
    project = sources.collect(tag)
    findings = checks.check(project, today=TODAY)
    sources.deposit_settings(tag)
    sources.own_dois(tag)

    assert all(each.what and each.fix and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", each.code) for each in findings)
    assert project.record.version == "1.2.0"
    json.dumps(to_rdm(project.record), allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(words, max_size=3))
def test_texts_pass_through_as_they_are(texts: list[str]) -> None:
    keywords = sources.collect(snapshot(json={"keywords": texts})).record.keywords

    assert keywords == tuple(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
