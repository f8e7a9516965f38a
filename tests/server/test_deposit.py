"""The deposit API, with its defaults and its accidents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.api import DEPOSITION, INVALID, Api, error

DEPOSITIONS = "/deposit/depositions"
INTERNAL = (
    "The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application."
)


def deposit(api: Api, **change: Any) -> dict[str, Any]:
    return dict(api.ok("POST", DEPOSITIONS, {"metadata": {**DEPOSITION, **change}}))


def put_object(api: Api, deposition: dict[str, Any], key: str = "a.zip", content: bytes = b"bytes") -> dict[str, Any]:
    return dict(api.ok("PUT", f"{deposition['links']['bucket']}/{key}", data=content))


def native(api: Api, deposition: dict[str, Any]) -> dict[str, Any]:
    return dict(api.ok("GET", f"/records/{deposition['id']}/draft"))


def published(api: Api, **change: Any) -> dict[str, Any]:
    made = deposit(api, **change)
    put_object(api, made)
    return dict(api.ok("POST", f"{DEPOSITIONS}/{made['id']}/actions/publish"))


def test_a_deposition_goes_through_its_states(api: Api) -> None:
    made = deposit(api)
    assert (made["state"], made["submitted"], "doi" in made) == ("unsubmitted", False, False)
    put_object(api, made)
    done = api.ok("POST", f"{DEPOSITIONS}/{made['id']}/actions/publish")
    assert (done["state"], done["submitted"]) == ("done", True)
    assert done["doi"] == f"10.5072/zenodo.{made['id']}"
    assert done["conceptdoi"] == f"10.5072/zenodo.{made['conceptrecid']}"
    assert api.ok("POST", f"{DEPOSITIONS}/{made['id']}/actions/edit")["state"] == "inprogress"
    api.ok("POST", f"{DEPOSITIONS}/{made['id']}/actions/discard")
    assert api.ok("GET", f"{DEPOSITIONS}/{made['id']}")["state"] == "done"
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/actions/publish"), ("POST", "/actions/discard")):
        body = {"metadata": DEPOSITION} if method == "PUT" else None
        refused = api.call(method, f"{DEPOSITIONS}/{made['id']}{path}", body)
        assert (refused.status_code, refused.json()) == (404, error("Not found.", status=404))


def test_discarding_what_was_never_published_deletes_it(api: Api) -> None:
    made = deposit(api)
    api.ok("POST", f"{DEPOSITIONS}/{made['id']}/actions/discard")
    assert api.call("GET", f"{DEPOSITIONS}/{made['id']}").status_code == 404


def test_the_prereserved_doi_has_the_wrong_prefix_on_the_sandbox(api: Api) -> None:
    made = deposit(api, prereserve_doi=True)
    assert made["metadata"]["prereserve_doi"] == {"doi": f"10.5281/zenodo.{made['id']}", "recid": made["id"]}
    assert "pids" in native(api, made)
    assert native(api, made)["pids"] == {}


def test_a_sandbox_doi_sent_back_becomes_an_external_one_and_is_refused(api: Api) -> None:
    made = deposit(api, doi="10.5072/zenodo.1")
    put_object(api, made)
    message = (
        "The prefix '10.5072' is managed by Zenodo. Please supply an external DOI or select 'No' to have a DOI "
        "generated for you."
    )
    refused = api.call("POST", f"{DEPOSITIONS}/{made['id']}/actions/publish")
    assert refused.json() == error(INVALID, ("pids.doi", message))


def test_a_new_version_is_the_new_draft_with_the_files_in_it(api: Api) -> None:
    first = published(api, version="1.0")
    draft = api.ok("POST", f"{DEPOSITIONS}/{first['id']}/actions/newversion")
    assert draft["id"] != first["id"]
    assert draft["links"]["latest_draft"] == f"{api.root}/deposit/depositions/{draft['id']}"
    assert [one["filename"] for one in draft["files"]] == ["a.zip"]
    assert ("version" in draft["metadata"], draft["conceptdoi"]) == (False, first["conceptdoi"])
    again = api.call("POST", f"{DEPOSITIONS}/{first['id']}/actions/newversion")
    assert again.json() == error(INVALID, ("files.enabled", "Please remove all files first."))
    assert api.ok("POST", f"/records/{first['id']}/versions")["id"] == str(draft["id"])
    api.ok("DELETE", f"{DEPOSITIONS}/{draft['id']}/files/{draft['files'][0]['id']}")
    emptied = api.ok("POST", f"{DEPOSITIONS}/{first['id']}/actions/newversion")
    assert (emptied["id"], len(emptied["files"])) == (draft["id"], 1)
    assert api.call("POST", f"{DEPOSITIONS}/{first['conceptrecid']}/actions/newversion").status_code == 404
    assert api.call("POST", f"{DEPOSITIONS}/{draft['id']}/actions/newversion").status_code == 404


def test_a_save_replaces_everything_and_applies_the_defaults_again(api: Api) -> None:
    made = deposit(api, keywords=["lasers"], license="mit", notes="Some notes")
    saved = api.ok("PUT", f"{DEPOSITIONS}/{made['id']}", {"metadata": {"title": "Other", "upload_type": "dataset"}})
    metadata = saved["metadata"]
    assert {"keywords", "notes", "creators"} & set(metadata) == set()
    assert (metadata["license"], metadata["imprint_publisher"], metadata["access_right"]) == (
        "cc-zero",
        "Zenodo",
        "open",
    )


LOADED = [
    ({"keywords": "ab"}, "metadata", "subjects", [{"subject": "a"}, {"subject": "b"}]),
    ({"references": "ab"}, "metadata", "references", [{"reference": "a"}, {"reference": "b"}]),
    (
        {"locations": [{"place": "Null island", "lat": 0, "lon": 5}]},
        "metadata",
        "locations",
        {"features": [{"place": "Null island"}]},
    ),
    (
        {"locations": [{"place": "CERN", "lat": 46.2, "lon": 6.05}]},
        "metadata",
        "locations",
        {"features": [{"geometry": {"type": "Point", "coordinates": [6.05, 46.2]}, "place": "CERN"}]},
    ),
    ({"imprint_publisher": "ACME"}, "metadata", "publisher", "ACME"),
    ({"license": {"id": "Apache-2.0"}}, "metadata", "rights", "apache-2.0"),
    ({"license": "bsd-license"}, "metadata", "rights", "bsd-1-clause"),
    ({"license": "zlib-license"}, "metadata", "rights", "zlib"),
    (
        {"upload_type": "publication", "publication_type": "thesis"},
        "metadata",
        "resource_type",
        "publication-dissertation",
    ),
    ({"upload_type": "software", "publication_type": "article"}, "metadata", "resource_type", "software"),
    ({"language": "de"}, "metadata", "languages", "deu"),
    ({"journal_title": "J", "journal_volume": "3"}, "custom_fields", "journal:journal", {"title": "J", "volume": "3"}),
    ({"thesis_university": "Brown"}, "custom_fields", "thesis:thesis", {"university": "Brown"}),
    (
        {"custom": {"code:codeRepository": "https://a.example"}},
        "custom_fields",
        "code:codeRepository",
        "https://a.example",
    ),
    (
        {"related_identifiers": [{"identifier": "doi:10.1234/x", "relation": "ISCITEDBY"}]},
        "metadata",
        "related_identifiers",
        "iscitedby",
    ),
    (
        {"related_identifiers": [{"identifier": "10.1234/x", "relation": "isAlternateIdentifier"}]},
        "metadata",
        "identifiers",
        [{"identifier": "10.1234/x", "scheme": "doi"}],
    ),
]


@pytest.mark.parametrize(("change", "part", "field", "wanted"), LOADED)
def test_a_field_becomes_native_as_the_real_layer_does_it(
    api: Api, change: dict[str, Any], part: str, field: str, wanted: Any
) -> None:
    found = native(api, deposit(api, **change))[part][field]
    if isinstance(wanted, str) and not isinstance(found, str):
        found = found[0] if isinstance(found, list) else found
        found = found.get("relation_type", found)["id"]
    assert found == wanted


def test_two_letters_that_are_no_language_are_dropped(api: Api) -> None:
    assert "languages" not in native(api, deposit(api, language="xx"))["metadata"]


def test_a_date_stays_natively_and_a_single_one_is_not_printed(api: Api) -> None:
    made = deposit(
        api,
        dates=[
            {"start": "2026-01-01", "end": "2026-01-05", "type": "Collected"},
            {"start": "2026-02-01", "type": "Valid"},
            {"start": "2026-03-01", "end": "2026-03-01", "type": "Withdrawn"},
        ],
    )
    assert [one["date"] for one in native(api, made)["metadata"]["dates"]] == [
        "2026-01-01/2026-01-05",
        "2026-02-01",
        "2026-03-01",
    ]
    assert made["metadata"]["dates"] == [
        {"type": "collected", "start": "2026-01-01", "end": "2026-01-05"},
        {"type": "valid"},
        {"type": "withdrawn"},
    ]


@pytest.mark.parametrize(
    ("sent", "printed"),
    [
        ("MIT", "mit-license"),
        ("cc0-1.0", "cc-zero"),
        ("isc", "isc-license"),
        ("GPL-3.0-only", "gpl-3.0"),
        ("agpl-3.0", "apgl-v3"),
        ("bsd-2-clause", "bsd-2-clause-netbsd"),
        ("lgpl-3.0", "lgpl-3.0"),
    ],
)
def test_licences_are_printed_under_their_old_ids(api: Api, sent: str, printed: str) -> None:
    made = deposit(api, license=sent)
    assert made["metadata"]["license"] == printed
    before = native(api, made)["metadata"]["rights"]
    assert native(api, deposit(api, license=printed))["metadata"]["rights"] == before


REFUSED = [
    ({"license": "MIT OR Apache-2.0"}, "metadata.license", "Invalid license provided: MIT OR Apache-2.0"),
    ({"license": None}, "metadata.license", "Field may not be null."),
    (
        {"license": ["mit"]},
        "metadata.license",
        "Invalid license value provided (expected string, or object with 'id' key): ['mit']",
    ),
    ({"title": None}, "metadata.title", "Field may not be null."),
    ({"version": 1.1}, "metadata.version", "Not a valid string."),
    ({"creators": None}, "metadata.creators", "Field may not be null."),
    ({"creators": {}}, "metadata.creators", "Not a valid list."),
    ({"keywords": None}, "metadata.keywords", "Field may not be null."),
    ({"language": "english"}, "metadata.language", "Language must be either ISO-639-1 or 639-2 compatible."),
    ({"access_right": "secret"}, "_schema", "Unknown access type."),
    ({"dates": [{"type": "Valid"}]}, "metadata.dates", "Invalid date provided."),
    ({"communities": ["zenodo"]}, "communities", "Communities must be an array of objects with an 'identifier' key."),
    ({"related_identifiers": {}}, "metadata.related_identifiers", "related_identifiers must be a list"),
    (
        {"related_identifiers": [{"identifier": "hello world", "relation": "cites"}]},
        "metadata.related_identifiers.scheme",
        "No valid scheme recognized for identifier.",
    ),
]


@pytest.mark.parametrize(("change", "field", "message"), REFUSED)
def test_a_bad_value_is_refused_with_its_field(api: Api, change: dict[str, Any], field: str, message: str) -> None:
    refused = api.call("POST", DEPOSITIONS, {"metadata": {**DEPOSITION, **change}})
    assert (refused.status_code, refused.json()) == (400, error(INVALID, (field, message)))


CRASHES = [
    {"creators": ["Carberry, Josiah"]},
    {"creators": [{"name": "X", "gnd": "zzz"}]},
    {"related_identifiers": [{"identifier": "10.1234/x"}]},
    {"related_identifiers": [{"relation": "cites"}]},
    {"grants": [{"number": "654241"}]},
    {"grants": ["654241"]},
    {"license": {"title": "MIT"}},
    {"locations": [{"lat": 5}]},
    {"dates": [{"start": "2026-01-01"}]},
    {"subjects": ["laser"]},
]


@pytest.mark.parametrize("change", CRASHES, ids=str)
def test_input_that_crashes_the_real_layer_gives_the_same_500(api: Api, change: dict[str, Any]) -> None:
    refused = api.call("POST", DEPOSITIONS, {"metadata": {**DEPOSITION, **change}})
    assert (refused.status_code, refused.json()) == (500, {"message": INTERNAL, "status": 500})
    assert api.ok("GET", DEPOSITIONS) == []


@pytest.mark.parametrize("body", [[], {"metadata": []}, {"metadata": "x"}], ids=str)
def test_a_body_of_another_shape_crashes_too(api: Api, body: Any) -> None:
    assert api.call("POST", DEPOSITIONS, body).status_code == 500


def test_a_grant_is_known_by_its_funders_doi(api: Api) -> None:
    made = deposit(api, grants=[{"id": "654241"}, {"id": "00k4n6c32::101122956"}])
    assert made["metadata"]["grants"] == [
        {"id": "10.13039/501100000780::654241"},
        {"id": "10.13039/501100000780::101122956"},
    ]
    refused = api.call("POST", DEPOSITIONS, {"metadata": {"grants": [{"id": "10.13039/100000000::5"}]}})
    assert refused.json() == error("Invalid value 10.13039/100000000.")


def test_the_bucket_replaces_deletes_with_a_500_and_is_never_listed(api: Api) -> None:
    made = deposit(api)
    bucket = made["links"]["bucket"]
    assert put_object(api, made)["checksum"] == "md5:4b3a6218bb3e3a7303e8a171a60fcf92"
    assert put_object(api, made, content=b"longer bytes")["size"] == 12
    assert len(api.ok("GET", f"{DEPOSITIONS}/{made['id']}/files")) == 1
    assert api.call("GET", bucket).status_code == 500
    assert api.call("GET", f"{bucket}/a.zip").content == b"longer bytes"
    assert api.call("DELETE", f"{bucket}/a.zip").status_code == 500
    assert api.ok("GET", f"{DEPOSITIONS}/{made['id']}/files") == []
    gone = api.call("DELETE", f"{bucket}/a.zip")
    assert gone.json() == error(f"Record '{made['id']}' has no file 'a.zip'.", status=404)


def test_the_bucket_of_a_record_is_closed(api: Api, other: Api) -> None:
    done = published(api)
    bucket = done["links"]["bucket"]
    assert api.call("PUT", f"{bucket}/b.zip", data=b"x").json() == error("Not found.", status=404)
    assert api.call("DELETE", f"{bucket}/a.zip").json() == error("Permission denied.", status=403)
    assert other.call("GET", f"{bucket}/a.zip").status_code == 403
    api.ok("POST", f"{DEPOSITIONS}/{done['id']}/actions/edit")
    locked = api.call("PUT", f"{bucket}/b.zip", data=b"x")
    assert locked.json() == error("Bucket is locked for modifications.", status=403)


def test_a_form_upload_gets_a_tame_name_and_is_no_replacement(api: Api) -> None:
    made = deposit(api)
    path = f"{DEPOSITIONS}/{made['id']}/files"
    sent = api.ok("POST", path, files={"file": ("../dir/na me ü.txt", b"text")})
    assert (sent["filename"], sent["filesize"]) == ("dir_na_me_u.txt", 4.0)
    twice = api.call("POST", path, files={"file": ("dir_na_me_u.txt", b"text")})
    assert twice.json() == error("File with key dir_na_me_u.txt already exists.")
    lacking = api.call("POST", path, files={"name": (None, "x.txt")})
    message = "The browser (or proxy) sent a request that this server could not understand."
    assert (lacking.status_code, lacking.json()) == (400, {"message": message, "status": 400})


def test_a_form_beyond_100_mib_is_refused(api: Api) -> None:
    made = deposit(api)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str((100 << 20) + 1)}
    refused = api.call("POST", f"{DEPOSITIONS}/{made['id']}/files", headers=headers, data=b"\0" * ((100 << 20) + 1))
    assert refused.status_code == 413


def test_the_list_has_only_own_depositions_without_buckets(api: Api, other: Api) -> None:
    mine = published(api)
    deposit(other)
    found = api.ok("GET", DEPOSITIONS)
    assert [one["id"] for one in found] == [mine["id"]]
    assert "bucket" not in found[0]["links"]
    too_many = api.call("GET", DEPOSITIONS, params={"size": 101})
    assert too_many.json() == error(INVALID, ("size", "Page size cannot be greater than 100."))


def test_communities_are_joined_at_publication_or_passed_over(api: Api) -> None:
    slugs = ("zenodo", "review", "closed", "no-such-community")
    done = published(api, communities=[{"identifier": slug} for slug in slugs])
    assert done["metadata"]["communities"] == [{"identifier": "zenodo"}]
    record = api.ok("GET", f"/records/{done['id']}/communities")
    assert [one["slug"] for one in record["hits"]["hits"]] == ["zenodo"]


def test_both_apis_speak_of_the_same_draft(api: Api) -> None:
    made = deposit(api, title="Made here")
    api.upload(str(made["id"]), "native.zip")
    shown = api.ok("GET", f"{DEPOSITIONS}/{made['id']}")
    assert [one["filename"] for one in shown["files"]] == ["native.zip"]
    assert api.publish(str(made["id"]))["metadata"]["title"] == "Made here"
    assert api.ok("GET", f"{DEPOSITIONS}/{made['id']}")["state"] == "done"


def test_a_body_without_a_content_type_is_json(api: Api) -> None:
    made = api.call("POST", DEPOSITIONS, data=b'{"metadata": {"title": "Laser tool"}}')
    assert (made.status_code, made.json()["title"]) == (201, "Laser tool")
