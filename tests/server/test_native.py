"""Drafts, records and versions over InvenioRDM's API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.api import INVALID, TOOL, Api, error
from zenodo_action.server import LocalServer

MISSING_FILES = (
    "files.enabled",
    "Missing uploaded files. To disable files for this record please mark it as metadata-only.",
)


def test_a_first_version_goes_from_draft_to_record(api: Api) -> None:
    draft = api.draft()
    assert (draft["status"], draft["is_published"], draft["versions"]["index"]) == ("draft", False, 1)
    api.upload(draft["id"])
    record = api.publish(draft["id"])
    assert record["pids"]["doi"]["identifier"] == f"10.5072/zenodo.{draft['id']}"
    assert record["parent"]["pids"]["doi"]["identifier"] == f"10.5072/zenodo.{draft['parent']['id']}"
    assert (record["is_published"], record["is_draft"], record["versions"]["is_latest"]) == (True, False, True)


def test_every_kind_of_server_mints_its_own_dois(tmp_path: Path) -> None:
    found = {}
    for kind in ("sandbox", "zenodo", "inveniordm"):
        with LocalServer(tmp_path / kind, personality=kind) as server, Api(server) as api:
            record = api.published()
            found[kind] = record["pids"]["doi"]["identifier"].replace(record["id"], "ID")
            assert record["id"].isdecimal() == (kind != "inveniordm")
    assert found == {"sandbox": "10.5072/zenodo.ID", "zenodo": "10.5281/zenodo.ID", "inveniordm": "10.5072/lab.ID"}


def test_a_stock_server_has_no_deposit_api_and_no_code_fields(tmp_path: Path) -> None:
    with LocalServer(tmp_path, personality="inveniordm") as server, Api(server) as api:
        assert api.call("GET", "/deposit/depositions").status_code == 404
        draft = api.draft(custom_fields={"code:codeRepository": "https://github.com/o/r"})
        assert draft["custom_fields"] == {}
        assert draft["errors"] == [{"field": "custom_fields.code:codeRepository", "messages": ["Unknown field."]}]
        plain = api.ok("GET", f"/records/{draft['id']}/draft", headers={"Accept": "application/json"})
        assert plain["metadata"]["resource_type"]["id"] == "software"


def test_json_means_zenodo_json_on_records(api: Api) -> None:
    record = api.published()
    shown = api.ok("GET", f"/records/{record['id']}", headers={"Accept": "application/json"})
    assert (shown["recid"], shown["metadata"]["resource_type"]) == (
        record["id"],
        {"title": "Software", "type": "software"},
    )
    assert "ui" in api.ok("GET", f"/records/{record['id']}")


def test_a_next_version_starts_as_a_copy_without_version_and_files(api: Api) -> None:
    first = api.published({**TOOL, "version": "1.0"})
    draft = api.ok("POST", f"/records/{first['id']}/versions")
    assert draft["id"] != first["id"]
    assert draft["parent"]["id"] == first["parent"]["id"]
    assert draft["metadata"]["title"] == "Laser tool"
    assert "version" not in draft["metadata"]
    assert (draft["pids"], draft["files"]["count"], draft["versions"]["index"]) == ({}, 0, 2)
    assert api.ok("POST", f"/records/{first['id']}/versions")["id"] == draft["id"]
    seen = api.ok("GET", f"/records/{first['id']}")
    assert (seen["versions"]["is_latest"], seen["versions"]["is_latest_draft"]) == (True, False)


def test_imported_files_are_linked_and_only_once(api: Api) -> None:
    first = api.published()
    draft = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    path = f"/records/{draft}/draft/actions/files-import"
    assert [entry["key"] for entry in api.ok("POST", path)["entries"]] == ["tool.zip"]
    again = api.call("POST", path)
    assert (again.status_code, again.json()) == (
        400,
        error(INVALID, ("files.enabled", "Please remove all files first.")),
    )
    second = api.publish(draft)
    entry = second["files"]["entries"]["tool.zip"]
    assert entry["id"] == first["files"]["entries"]["tool.zip"]["id"]


def test_the_concept_leads_to_the_newest_version(api: Api, nobody: Api) -> None:
    first = api.published()
    draft = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    api.upload(draft)
    api.publish(draft)
    moved = nobody.call("GET", f"/records/{first['parent']['id']}")
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/api/records/{draft}")
    latest = nobody.call("GET", f"/records/{first['id']}/versions/latest")
    assert (latest.status_code, latest.headers["Location"]) == (301, f"{api.root}/records/{draft}")
    assert nobody.hits(f"/records/{first['id']}/versions") == [draft, first["id"]]


def test_a_second_publication_finds_no_draft(api: Api) -> None:
    record = api.published()
    again = api.call("POST", f"/records/{record['id']}/draft/actions/publish")
    assert (again.status_code, again.json()) == (404, error("Not found.", status=404))


def test_publication_without_files_is_refused(api: Api) -> None:
    draft = api.draft()
    refused = api.call("POST", f"/records/{draft['id']}/draft/actions/publish")
    assert (refused.status_code, refused.json()) == (400, error(INVALID, MISSING_FILES))


def test_a_stale_revision_changes_nothing(api: Api) -> None:
    draft = api.draft()
    path = f"/records/{draft['id']}/draft"
    stale = str(draft["revision_id"] - 1)
    refused = api.call("PUT", path, {"metadata": {**TOOL, "title": "Other"}}, headers={"If-Match": stale})
    message = f"Revision id provided({draft['revision_id'] - 1}) doesn't match record's one({draft['revision_id']})"
    assert (refused.status_code, refused.json()) == (412, error(message, status=412))
    assert api.call("DELETE", path, headers={"If-Match": stale}).status_code == 412
    assert api.ok("GET", path)["metadata"]["title"] == "Laser tool"
    saved = api.call("PUT", path, {"metadata": TOOL}, headers={"If-Match": str(draft["revision_id"])})
    assert saved.headers["ETag"] == f'"{saved.json()["revision_id"]}"' != f'"{draft["revision_id"]}"'


@pytest.mark.parametrize("text", ['"4"', 'W/"4"', "*", "", "four"])
def test_a_revision_is_a_bare_number(api: Api, text: str) -> None:
    path = f"/records/{api.draft()['id']}/draft"
    for method in ("PUT", "DELETE"):
        refused = api.call(method, path, {"metadata": TOOL}, headers={"If-Match": text})
        assert (refused.status_code, refused.json()) == (400, error(INVALID, ("if_match", "Not a valid integer.")))


def test_an_edit_keeps_the_doi_and_its_files_are_locked(api: Api) -> None:
    record = api.published()
    draft = api.ok("POST", f"/records/{record['id']}/draft")
    assert draft["files"]["count"] == 1
    assert api.ok("POST", f"/records/{record['id']}/draft")["revision_id"] == draft["revision_id"]
    locked = api.call("DELETE", f"/records/{record['id']}/draft/files/tool.zip")
    assert (locked.status_code, locked.json()) == (403, error("Bucket is locked for modifications.", status=403))
    api.ok("PUT", f"/records/{record['id']}/draft", {"metadata": {**TOOL, "title": "Laser tool, edited"}})
    edited = api.publish(record["id"])
    assert edited["metadata"]["title"] == "Laser tool, edited"
    assert edited["pids"] == record["pids"]
    assert edited["files"]["entries"] == record["files"]["entries"]


def test_discarding_an_edit_keeps_the_record_and_discarding_a_draft_removes_it(api: Api) -> None:
    record = api.published()
    api.ok("POST", f"/records/{record['id']}/draft")
    api.ok("DELETE", f"/records/{record['id']}/draft")
    assert api.ok("GET", f"/records/{record['id']}")["id"] == record["id"]
    draft = api.draft()
    api.ok("DELETE", f"/records/{draft['id']}/draft")
    gone = api.call("GET", f"/records/{draft['id']}/draft")
    assert (gone.status_code, gone.json()) == (404, error("The persistent identifier does not exist.", status=404))


def test_a_reserved_doi_is_kept_by_a_save_and_used_by_publication(api: Api) -> None:
    draft = api.draft()
    doi = f"10.5072/zenodo.{draft['id']}"
    path = f"/records/{draft['id']}/draft/pids/doi"
    assert api.ok("POST", path)["pids"]["doi"]["identifier"] == doi
    again = api.call("POST", path)
    assert again.json() == error(INVALID, ("pids.doi", "A PID already exists for type doi"))
    assert api.ok("PUT", f"/records/{draft['id']}/draft", {"metadata": TOOL})["pids"]["doi"]["identifier"] == doi
    assert api.ok("PUT", f"/records/{draft['id']}/draft", {"metadata": TOOL, "pids": {}})["pids"] == {}
    api.ok("POST", path)
    assert api.ok("DELETE", path)["pids"] == {}
    api.upload(draft["id"])
    assert api.publish(draft["id"])["pids"]["doi"]["identifier"] == doi


def test_an_external_doi_is_taken_once_and_gives_no_concept_doi(api: Api) -> None:
    pids = {"doi": {"identifier": "10.1234/laser", "provider": "external"}}
    record = api.published(pids=pids)
    assert "doi" not in record["parent"]["pids"]
    assert api.draft(pids=pids)["errors"] == [{"field": "pids.doi", "messages": ["doi:10.1234/laser already exists."]}]
    refused = api.call("POST", f"/records/{record['id']}/versions")
    assert (refused.status_code, refused.json()) == (403, error("Permission denied.", status=403))


def test_strangers_see_records_but_no_drafts(api: Api, other: Api, nobody: Api) -> None:
    draft = api.draft()
    record = api.published()
    for stranger in (other, nobody):
        for method, path in (
            ("GET", f"/records/{draft['id']}/draft"),
            ("POST", f"/records/{draft['id']}/draft/actions/publish"),
            ("POST", f"/records/{record['id']}/versions"),
            ("POST", f"/records/{record['id']}/draft"),
        ):
            refused = stranger.call(method, path)
            assert (refused.status_code, refused.json()) == (403, error("Permission denied.", status=403))
        seen = stranger.ok("GET", f"/records/{record['id']}")
        assert ("grants" in seen["parent"]["access"], "is_latest_draft" in seen["versions"]) == (False, False)
    assert nobody.call("POST", "/records", {}).status_code == 403


def test_an_unknown_token_is_nobodys_and_goes_unnoticed_on_public_reads(zenodo: LocalServer, api: Api) -> None:
    record = api.published()
    with Api(zenodo, "no-such-token") as stranger:
        assert stranger.call("GET", f"/records/{record['id']}").status_code == 200
        assert stranger.call("GET", "/user/records").json() == error("Permission denied.", status=403)


def test_without_a_token_of_its_own_a_server_takes_every_token_for_user_1(tmp_path: Path) -> None:
    with LocalServer(tmp_path) as server:
        server.add_user("second")
        owners = []
        for token in ("anything", "something", "second"):
            with Api(server, token) as api:
                owners.append(api.draft()["parent"]["access"]["owned_by"]["user"])
        with Api(server, None) as nobody:
            assert nobody.call("POST", "/records", {}).status_code == 403
    assert owners == ["1", "1", "2"]


DROPPED = [
    ({"title": "ab"}, "title", "Shorter than minimum length 3."),
    ({"publication_date": "22/11/2026"}, "publication_date", "Please provide a valid date or interval."),
    ({"publication_date": "2026-02-30"}, "publication_date", "Please provide a valid date or interval."),
    ({"publication_date": "2026-11-22T10:00:00Z"}, "publication_date", "Please provide a valid date or interval."),
    ({"version": "v" * 192}, "version", "Longer than maximum length 191."),
    ({"keywords": ["a"]}, "keywords", "Unknown field."),
    ({"description": "ab"}, "description", "Shorter than minimum length 3."),
    ({"title": 5}, "title", "Not a valid string."),
    ({"title": None}, "title", "Field may not be null."),
    ({"languages": {}}, "languages", "Not a valid list."),
    (
        {"identifiers": [{"identifier": "10.1234/x", "scheme": "doi"}] * 2},
        "identifiers",
        "Duplicated identifier entry is not allowed.",
    ),
]
KEPT = [
    (
        {"related_identifiers": [{"identifier": "hello", "relation_type": {"id": "cites"}}]},
        "related_identifiers.0.scheme",
        "No valid scheme recognized for identifier.",
    ),
    (
        {"related_identifiers": [{"identifier": "x y", "scheme": "doi", "relation_type": {"id": "cites"}}]},
        "related_identifiers.0.identifier",
        "Invalid DOI identifier.",
    ),
    (
        {"creators": [{"person_or_org": {"type": "personal", "name": "Doe, Jane"}}]},
        "creators.0.person_or_org.family_name",
        "Family name cannot be blank.",
    ),
    (
        {"contributors": [{"person_or_org": {"type": "organizational", "name": "Lab"}}]},
        "contributors.0.role",
        "Missing data for required field.",
    ),
]
HARD = [
    ({"resource_type": {"id": "spaceship"}}, "spaceship"),
    ({"rights": [{"id": "MIT"}]}, "MIT"),
    ({"languages": [{"id": "xxx"}]}, "xxx"),
    (
        {"creators": [{"person_or_org": {"type": "organizational", "name": "X"}, "affiliations": [{"id": "nope"}]}]},
        "nope",
    ),
    ({"funding": [{"funder": {"id": "05gq02988"}}]}, "05gq02988"),
    ({"resource_type": {"id": "project"}}, "project"),
]


@pytest.mark.parametrize(("change", "field", "message"), DROPPED)
def test_a_field_that_fails_its_own_rule_is_dropped_with_a_word(
    api: Api, change: dict[str, Any], field: str, message: str
) -> None:
    draft = api.draft({**TOOL, **change})
    assert draft["errors"] == [{"field": f"metadata.{field}", "messages": [message]}]
    assert field not in draft["metadata"]
    assert "errors" not in api.ok("GET", f"/records/{draft['id']}/draft")


@pytest.mark.parametrize(("change", "field", "message"), KEPT)
def test_an_object_that_fails_as_a_whole_is_kept_and_blocks_publication(
    api: Api, change: dict[str, Any], field: str, message: str
) -> None:
    draft = api.draft({**TOOL, **change})
    problem = (f"metadata.{field}", message)
    assert draft["errors"] == [{"field": problem[0], "messages": [problem[1]]}]
    assert next(iter(change)) in draft["metadata"]
    api.upload(draft["id"])
    refused = api.call("POST", f"/records/{draft['id']}/draft/actions/publish")
    assert refused.json() == error(INVALID, problem)


def test_a_licence_with_id_and_title_is_complained_of_and_kept_by_its_id(api: Api) -> None:
    draft = api.draft({**TOOL, "rights": [{"id": "mit", "title": {"en": "MIT"}}]})
    message = "Only an existing id or free text title/description/link is accepted, but not both cases at the same time"
    assert draft["errors"] == [{"field": "metadata.rights.0.rights", "messages": [message]}]
    api.upload(draft["id"])
    assert [entry["id"] for entry in api.publish(draft["id"])["metadata"]["rights"]] == ["mit"]


def test_a_draft_can_be_sent_back_as_it_was_read(api: Api) -> None:
    metadata = {
        **TOOL,
        "languages": [{"id": "eng"}],
        "related_identifiers": [{"identifier": "10.1234/x", "relation_type": {"id": "cites"}}],
        "dates": [{"date": "2026", "type": {"id": "collected"}}],
    }
    read = api.ok("GET", f"/records/{api.draft(metadata)['id']}/draft")
    assert read["metadata"]["languages"][0]["title"] == {"en": "English"}
    saved = api.ok("PUT", f"/records/{read['id']}/draft", {"metadata": read["metadata"], "access": read["access"]})
    assert saved["metadata"] == read["metadata"]
    assert [one["field"] for one in saved["errors"]] == ["files.enabled"]


def test_notes_are_a_description_of_zenodos_own(api: Api, tmp_path: Path) -> None:
    metadata = {**TOOL, "additional_descriptions": [{"description": "<p>Notes</p>", "type": {"id": "notes"}}]}
    assert "errors" not in api.draft(metadata)
    with LocalServer(tmp_path, personality="inveniordm") as server, Api(server) as stock:
        refused = stock.call("POST", "/records", {"metadata": metadata})
        assert (refused.status_code, refused.json()) == (400, error("Invalid value notes."))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_record_without_a_draft_has_none_for_anybody(api: Api, other: Api, nobody: Api, method: str) -> None:
    record = api.published()["id"]
    message = "The persistent identifier does not exist." if method == "GET" else "Not found."
    for client in (api, other, nobody):
        refused = client.call(method, f"/records/{record}/draft", {"metadata": TOOL} if method == "PUT" else None)
        assert (refused.status_code, refused.json()) == (404, error(message, status=404))


@pytest.mark.parametrize(("change", "value"), HARD)
def test_an_unknown_vocabulary_entry_refuses_the_whole_save(api: Api, change: dict[str, Any], value: str) -> None:
    refused = api.call("POST", "/records", {"metadata": {**TOOL, **change}})
    assert (refused.status_code, refused.json()) == (400, error(f"Invalid value {value}."))
    assert api.hits("/user/records") == []


def test_two_orcids_of_one_person_are_dropped(api: Api) -> None:
    orcids = [{"scheme": "orcid", "identifier": one} for one in ("0000-0002-1825-0097", "0000-0001-5109-3700")]
    person = {"type": "personal", "family_name": "Carberry", "identifiers": orcids}
    draft = api.draft({**TOOL, "creators": [{"person_or_org": person}]})
    field = "metadata.creators.0.person_or_org.identifiers"
    assert draft["errors"] == [{"field": field, "messages": ["Only one identifier per scheme is allowed."]}]
    assert "identifiers" not in draft["metadata"]["creators"][0]["person_or_org"]


def test_an_organisation_loses_the_names_of_a_person(api: Api) -> None:
    person = {"type": "organizational", "name": "The Lab", "family_name": "Lab", "given_name": "The"}
    draft = api.draft({**TOOL, "creators": [{"person_or_org": person}]})
    assert draft["metadata"]["creators"] == [{"person_or_org": {"type": "organizational", "name": "The Lab"}}]


def test_html_is_cleaned_and_the_text_of_what_goes_stays(api: Api) -> None:
    dirty = (
        '<p onclick="x()">A <b>bold</b> <script>alert(1)</script><img src="x"> <a href="https://a.example">link</a></p>'
    )
    draft = api.draft({**TOOL, "description": dirty, "title": "A <i>laser</i> & more"})
    assert draft["metadata"]["description"] == '<p>A <b>bold</b> alert(1) <a href="https://a.example">link</a></p>'
    assert draft["metadata"]["title"] == "A laser & more"


def test_zenodo_takes_no_restricted_record_and_no_record_without_files(api: Api) -> None:
    refused = api.call("POST", "/records", {"access": {"record": "restricted", "files": "restricted"}})
    assert refused.json() == error(INVALID, ("access", "You don't have permissions to manage record access."))
    draft = api.draft(files={"enabled": False})
    assert draft["files"]["enabled"] is True
    assert draft["errors"] == [
        {"field": "files.enabled", "messages": ["You don't have permissions to manage files options."]}
    ]


def test_an_embargo_must_lie_ahead(api: Api) -> None:
    def access(until: str) -> dict[str, Any]:
        return {"record": "public", "files": "restricted", "embargo": {"active": True, "until": until}}

    past = api.draft(access=access("2001-01-01"))
    message = "Embargo end date must be set to a future date."
    assert past["errors"] == [{"field": "access.embargo.until", "messages": [message]}]
    ahead = api.draft(access=access("2999-01-01"))
    assert ("errors" in ahead, ahead["access"]["status"]) == (False, "embargoed")


def test_the_record_itself_cannot_be_changed(api: Api) -> None:
    record = api.published()
    assert api.call("PUT", f"/records/{record['id']}", {}).status_code == 500
    assert api.call("DELETE", f"/records/{record['id']}").json() == error("Permission denied.", status=403)


def test_other_formats_are_written_and_unknown_ones_refused(api: Api) -> None:
    record = api.published()
    bibtex = api.call("GET", f"/records/{record['id']}", headers={"Accept": "application/x-bibtex"})
    assert bibtex.text.startswith("@software{")
    refused = api.call("GET", f"/records/{record['id']}", headers={"Accept": "text/html"})
    assert (refused.status_code, refused.json()["message"][:44]) == (
        406,
        "Invalid 'Accept' header. Expected one of: ap",
    )
