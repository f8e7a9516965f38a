"""What owners ask of the server itself: the deletion of a record, other files for it, more room for a draft."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.server.api import INVALID, Api, error, md5
from zenodo_action.server import LocalServer, petitions, rules

WISH = {"reason": "test-record", "comment": "This was only to see how it works."}


def delete(api: Api, record: str, **change: Any) -> requests.Response:
    return api.call("POST", f"/records/{record}/request-deletion", {**WISH, **change})


def test_a_young_record_is_deleted_and_its_tombstone_stays(api: Api, nobody: Api) -> None:
    record = api.published()["id"]
    done = delete(api, record)
    assert (done.status_code, done.json()["status"], done.json()["type"]) == (200, "accepted", "record-deletion")
    refused = nobody.call("GET", f"/records/{record}")
    tombstone = refused.json()["tombstone"]
    assert (refused.status_code, refused.json()["message"]) == (410, "Record deleted")
    assert (tombstone["removal_reason"], tombstone["removed_by"]) == ({"id": "test-record"}, {"user": "1"})
    assert tombstone["citation_text"].startswith("Carberry, J. (2026). Laser tool")
    for method, path in (
        ("GET", f"/records/{record}/files"),
        ("GET", f"/records/{record}/files/tool.zip/content"),
        ("GET", f"/deposit/depositions/{record}"),
        ("POST", f"/records/{record}/draft"),
        ("POST", f"/records/{record}/versions"),
        ("POST", f"/records/{record}/request-deletion"),
    ):
        assert api.call(method, path, WISH if "request" in path else None).status_code == 410
    assert (api.hits("/records"), api.hits("/user/records", allversions=1)) == ([], [])


def test_people_see_what_was_there(api: Api) -> None:
    record = api.published()["id"]
    delete(api, record)
    page = requests.get(f"{api.root.removesuffix('/api')}/records/{record}", timeout=60)
    assert page.status_code == 410
    assert "This record was deleted: Carberry, J. (2026). Laser tool" in page.text


def test_the_version_before_a_deleted_one_is_the_newest_again(api: Api) -> None:
    first = api.published()
    second = api.ok("POST", f"/records/{first['id']}/versions")["id"]
    api.upload(second)
    api.publish(second)
    delete(api, second)
    assert api.ok("GET", f"/records/{first['id']}")["versions"]["is_latest"] is True
    concept = api.call("GET", f"/records/{first['parent']['id']}", allow_redirects=False)
    assert concept.headers["Location"] == f"/api/records/{first['id']}"
    assert api.hits(f"/records/{first['id']}/versions") == [first["id"]]
    assert api.hits("/records") == [first["id"]]


def test_an_old_record_waits_for_somebody_to_decide(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    record = api.published()["id"]
    monkeypatch.setattr(petitions, "GRACE", petitions.GRACE * 0)
    done = delete(api, record)
    assert (done.status_code, done.json()["status"], done.json()["is_open"]) == (201, "submitted", True)
    assert api.ok("GET", f"/records/{record}")["is_published"] is True
    again = delete(api, record)
    assert again.json() == error(INVALID, ("_schema", "A deletion request for this record already exists."))


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"reason": None}, "payload.reason", "Missing data for required field."),
        ({"reason": 5}, "payload.reason", "Not a valid string."),
        ({"reason": "boredom"}, "_schema", "Invalid removal reason"),
        ({"reason": "spam"}, "_schema", "Invalid removal reason"),
        ({"comment": "short"}, "payload.comment", "Shorter than minimum length 25."),
    ],
)
def test_a_wish_without_a_sound_reason_is_refused(api: Api, change: dict[str, Any], field: str, message: str) -> None:
    record = api.published()["id"]
    refused = delete(api, record, **change)
    assert (refused.status_code, refused.json()) == (400, error(INVALID, (field, message)))
    assert api.ok("GET", f"/records/{record}")["id"] == record


def test_the_version_after_a_deleted_one_is_no_deleted_one(api: Api) -> None:
    first = api.published()["id"]
    second = api.ok("POST", f"/records/{first}/versions")["id"]
    api.upload(second)
    api.publish(second)
    delete(api, second)
    third = api.ok("POST", f"/records/{first}/versions")["id"]
    api.upload(third)
    assert api.publish(third)["versions"]["is_latest"] is True
    assert api.hits("/records") == [third]


def test_only_owners_delete_and_only_what_is_published(api: Api, other: Api, nobody: Api, tmp_path: Path) -> None:
    record = api.published()["id"]
    assert (delete(other, record).status_code, delete(nobody, record).status_code) == (403, 403)
    assert delete(api, api.draft()["id"]).status_code == 404
    with LocalServer(tmp_path, personality="inveniordm") as server, Api(server) as stock:
        assert delete(stock, stock.published()["id"]).status_code == 403


def test_room_can_be_had_up_to_a_limit(api: Api, other: Api) -> None:
    draft, second = (api.draft()["id"] for _ in range(2))

    def enlarge(client: Api, record: str, size: object) -> int:
        return client.call("POST", f"/records/{record}/quota-increase", {"quota_size": size}).status_code

    assert enlarge(api, draft, 150) == 200
    assert enlarge(api, second, 101) == 403
    assert enlarge(api, second, "100") == 200
    assert [enlarge(api, draft, size) for size in (201, 49, 0, "much", None)] == [403] * 5
    assert enlarge(other, draft, 60) == 403


def test_the_files_of_a_young_record_can_be_changed_when_asked_for(api: Api, other: Api) -> None:
    record = api.published()["id"]
    ask = f"/records/{record}/file-modification"
    assert api.call("POST", ask, {}).json() == error("Not found.", status=404)
    api.ok("POST", f"/records/{record}/draft")
    assert other.call("POST", ask, {}).status_code == 403
    assert api.call("POST", ask).status_code == 500
    locked = api.call("DELETE", f"/records/{record}/draft/files/tool.zip")
    assert (locked.status_code, locked.json()["message"]) == (403, "Bucket is locked for modifications.")

    done = api.ok("POST", ask, {"comment": "typo"})
    assert (done["status"], done["type"], done["title"]) == (
        "accepted",
        "file-modification",
        'File modification request for "Laser tool"',
    )
    assert done["payload"] == {"policy_id": "file-modification-grace-period-v1", "comment": "typo"}
    api.ok("DELETE", f"/records/{record}/draft/files/tool.zip")
    api.upload(record, "other.zip", b"other")
    assert list(api.ok("GET", f"/records/{record}")["files"]["entries"]) == ["tool.zip"]
    published = api.publish(record)
    assert {key: entry["checksum"] for key, entry in published["files"]["entries"].items()} == {
        "other.zip": md5(b"other")
    }
    assert api.call("GET", f"/records/{record}/files/other.zip/content").content == b"other"

    api.ok("POST", f"/records/{record}/draft")
    assert api.call("DELETE", f"/records/{record}/draft/files/other.zip").status_code == 403


def test_changed_files_that_are_thrown_away_change_nothing(api: Api) -> None:
    record = api.published()["id"]
    api.ok("POST", f"/records/{record}/draft")
    api.ok("POST", f"/records/{record}/file-modification", {})
    api.ok("DELETE", f"/records/{record}/draft/files/tool.zip")
    api.ok("DELETE", f"/records/{record}/draft")
    assert api.call("GET", f"/records/{record}/files/tool.zip/content").content == b"bytes"


def test_changed_files_can_come_too_late(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    record = api.published()["id"]
    api.ok("POST", f"/records/{record}/draft")
    api.ok("POST", f"/records/{record}/file-modification", {})
    monkeypatch.setattr(rules, "FILES_TIME", timedelta(0))
    refused = api.call("POST", f"/records/{record}/draft/actions/publish")
    assert refused.json() == error(INVALID, ("_schema", rules.FILES_TOO_LATE))
    monkeypatch.setattr(petitions, "GRACE", timedelta(0))
    assert api.call("POST", f"/records/{record}/file-modification", {}).status_code == 403
