"""Searches: what they find, in which order, and when."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api import INVALID, TOOL, UNHURRIED, Api, error
from zenodo_action.server import LocalServer
from zenodo_action.server.query import QuerySyntaxError, parse

REPOSITORY = "https://github.com/o/r"
TREE = {
    "identifier": f"{REPOSITORY}/tree/v1.0",
    "scheme": "url",
    "relation_type": {"id": "issupplementto"},
}


@pytest.fixture
def ids(api: Api) -> dict[str, str]:
    """Two versions of a concept, the draft of a third, and a stranger."""
    first = api.published({**TOOL, "related_identifiers": [TREE]}, custom_fields={"code:codeRepository": REPOSITORY})
    second = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    api.upload(second)
    api.publish(second)
    third = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    alone = api.published({**TOOL, "title": "Quite another thing"})
    return {
        "concept": first["parent"]["id"],
        "first": first["id"],
        "second": second,
        "third": third,
        "alone": alone["id"],
        "doi": first["pids"]["doi"]["identifier"],
        "concept_doi": first["parent"]["pids"]["doi"]["identifier"],
    }


QUERIES = [
    ("parent.id:{concept}", {"first", "second", "third"}),
    ("conceptrecid:{concept}", {"first", "second", "third"}),
    ("id:{first}", {"first"}),
    ("id:{first} OR id:{alone}", {"first", "alone"}),
    ("parent.id:({concept} OR 5)", {"first", "second", "third"}),
    ('doi:"{doi}"', {"first"}),
    ('conceptdoi:"{concept_doi}"', {"first", "second", "third"}),
    ('custom_fields.code\\:codeRepository:"https://github.com/o/r"', {"first", "second", "third"}),
    ('custom_fields.code\\:codeRepository:"https://github.com/o"', set()),
    ('related.identifier:"https://github.com/o/r/tree/v1.0"', {"first", "second", "third"}),
    ('metadata.related_identifiers.identifier:"https://github.com/o/r/tree/v1.0"', {"first", "second", "third"}),
    ('related.identifier:"https://github.com/o/r"', set()),
    ("related.identifier:https\\:\\/\\/github.com\\/o\\/r\\/*", {"first", "second", "third"}),
    ("parent.id:{concept} AND is_published:false", {"third"}),
    ("parent.id:{concept} AND NOT is_published:false", {"first", "second"}),
    ("parent.id:{concept} -is_published:false", {"first", "second"}),
    ("quite another", {"alone"}),
    ('"another thing"', {"alone"}),
    ('"thing another"', set()),
    ("laser", {"first", "second", "third"}),
    ("title:las*", {"first", "second", "third"}),
    ("versions.index:2", {"second"}),
    ("metadata.publication_date:[2026-11-22 TO 2026-11-22] AND title:quite", {"alone"}),
    ("_exists_:pids.doi AND parent.id:{concept}", {"first", "second"}),
    ("", {"first", "second", "third", "alone"}),
]


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
def test_a_query_finds_own_drafts_and_records(api: Api, ids: dict[str, str], query: str, wanted: set[str]) -> None:
    found = api.hits("/user/records", q=query.format(**ids), allversions="true")
    assert set(found) == {ids[name] for name in wanted}


def test_without_all_versions_only_the_newest_is_found(api: Api, nobody: Api, ids: dict[str, str]) -> None:
    assert api.hits("/user/records", q=f"parent.id:{ids['concept']}") == [ids["third"]]
    assert nobody.hits("/records", q=f"parent.id:{ids['concept']}") == [ids["second"]]
    assert nobody.hits("/records", q=f"parent.id:{ids['concept']}", all_versions="1", sort="version") == [
        ids["second"],
        ids["first"],
    ]


def test_what_is_left_is_the_newest_again(api: Api, ids: dict[str, str]) -> None:
    api.ok("DELETE", f"/records/{ids['third']}/draft")
    assert api.hits("/user/records", q=f"parent.id:{ids['concept']}") == [ids["second"]]


def test_others_find_what_is_published_but_not_among_their_own(other: Api, nobody: Api, ids: dict[str, str]) -> None:
    assert other.hits("/user/records", allversions=1) == []
    assert set(nobody.hits("/records", allversions=1)) == {ids["first"], ids["second"], ids["alone"]}
    assert nobody.call("GET", "/user/records").json() == error("Permission denied.", status=403)


def test_pages_lead_to_each_other(nobody: Api, ids: dict[str, str]) -> None:
    first = nobody.ok("GET", "/records", params={"size": 2, "allversions": 1, "sort": "oldest"})
    assert [hit["id"] for hit in first["hits"]["hits"]] == [ids["first"], ids["second"]]
    assert (first["hits"]["total"], "prev" in first["links"]) == (3, False)
    second = nobody.ok("GET", first["links"]["next"])
    assert [hit["id"] for hit in second["hits"]["hits"]] == [ids["alone"]]
    assert ("next" in second["links"], "prev" in second["links"]) == (False, True)


@pytest.mark.parametrize("query", ['"unbalanced', "(a OR b", "a OR", "title:", "AND", "a)", "[1 TO 2]", "*a*b*c*d*e*f"])
def test_a_query_that_cannot_be_read_is_refused_by_zenodo(nobody: Api, query: str) -> None:
    refused = nobody.call("GET", "/records", params={"q": query})
    assert (refused.status_code, refused.json()) == (400, error("Invalid query string syntax."))


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"size": 26}, "size", "Page size cannot be greater than 25."),
        ({"size": 0}, "size", "Must be greater than or equal to 1."),
        ({"size": "x"}, "size", "Not a valid integer."),
        ({"page": -1}, "page", "Must be greater than or equal to 1."),
        ({"sort": "colour"}, "_schema", "Invalid sort option 'colour'."),
    ],
)
def test_a_page_that_is_none_is_refused(nobody: Api, query: dict[str, str], field: str, message: str) -> None:
    assert nobody.call("GET", "/records", params=query).json() == error(INVALID, (field, message))


def test_a_token_allows_larger_pages_within_the_window(api: Api) -> None:
    assert api.call("GET", "/records", params={"size": 100}).status_code == 200
    assert api.call("GET", "/records", params={"size": 101}).status_code == 400
    beyond = api.call("GET", "/records", params={"size": 100, "page": 101})
    assert beyond.json() == error("Invalid querystring parameters.")


def test_searches_lag_behind_when_the_index_is_slow(tmp_path: Path) -> None:
    with LocalServer(tmp_path, index_delay_s=0.5) as server, Api(server) as api:
        record = api.published()
        assert api.ok("GET", f"/records/{record['id']}")["id"] == record["id"]
        assert (api.hits("/records"), api.hits("/user/records")) == ([], [])
        time.sleep(0.6)
        assert (api.hits("/records"), api.hits("/user/records")) == ([record["id"]], [record["id"]])
        draft = api.draft()["id"]
        time.sleep(0.6)
        api.ok("DELETE", f"/records/{draft}/draft")
        assert draft in api.hits("/user/records")
        time.sleep(0.6)
        assert draft not in api.hits("/user/records")


@settings(UNHURRIED)
@given(st.text(alphabet='ab :"()*?\\[]{}+-!&|/ANDORT', max_size=40))
def test_no_query_does_harm(text: str) -> None:
    try:
        match = parse(text)
    except QuerySyntaxError:
        return
    assert match({"id": "a", "metadata": {"title": "a b"}}) in (True, False)


def test_a_deep_query_is_no_query() -> None:
    with pytest.raises(QuerySyntaxError):
        parse("(" * 5000 + "a" + ")" * 5000)
