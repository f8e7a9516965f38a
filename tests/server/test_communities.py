"""Communities, reviews, requests and vocabularies."""

from __future__ import annotations

from tests.server.api import INVALID, Api, error

OPEN_REVIEW = "You cannot publish a draft with an open review request. Please cancel the review request first."
MEMBERS_ONLY = "Submission to this community is only allowed to community members."


def community(api: Api, slug: str) -> str:
    return str(api.ok("GET", f"/communities/{slug}")["id"])


def ask(api: Api, draft: str, slug: str) -> None:
    body = {"receiver": {"community": community(api, slug)}, "type": "community-submission"}
    api.ok("PUT", f"/records/{draft}/draft/review", body)


def test_three_communities_are_there_from_the_start(api: Api) -> None:
    found = api.ok("GET", "/communities")["hits"]["hits"]
    assert [one["slug"] for one in found] == ["closed", "review", "zenodo"]


def test_an_open_community_takes_a_record_at_once(api: Api) -> None:
    record = api.published()
    done = api.ok("POST", f"/records/{record['id']}/communities", {"communities": [{"id": "zenodo"}]})
    assert done["processed"][0]["request"]["status"] == "accepted"
    shown = api.ok("GET", f"/records/{record['id']}")["parent"]["communities"]
    assert shown["entries"] == [{"id": community(api, "zenodo"), "slug": "zenodo"}]
    assert api.ok("GET", f"/records/{record['id']}", headers={"Accept": "application/json"})["metadata"][
        "communities"
    ] == [{"id": "zenodo"}]
    assert api.hits("/records", q="communities:zenodo") == [record["id"]]
    again = api.call("POST", f"/records/{record['id']}/communities", {"communities": [{"id": "zenodo"}]})
    message = "The record is already included in this community."
    assert again.json() == {"errors": [{"community_id": "zenodo", "message": message}]}
    api.ok("DELETE", f"/records/{record['id']}/communities", {"communities": [{"id": "zenodo"}]})
    assert api.ok("GET", f"/records/{record['id']}")["parent"]["communities"] == {}


def test_some_communities_decide_first_and_some_take_only_members(api: Api) -> None:
    record = api.published()
    wanted = [{"id": "review"}, {"id": "closed"}, {"id": "nope"}]
    done = api.ok("POST", f"/records/{record['id']}/communities", {"communities": wanted})
    request = done["processed"][0]["request"]
    assert (request["status"], request["is_open"]) == ("submitted", True)
    assert done["errors"] == [
        {"community_id": "closed", "message": MEMBERS_ONLY},
        {"community_id": "nope", "message": "Community not found."},
    ]
    assert api.ok("GET", f"/records/{record['id']}")["parent"]["communities"] == {}
    api.ok("POST", f"/requests/{request['id']}/actions/accept")
    assert api.ok("GET", f"/records/{record['id']}")["parent"]["communities"]["ids"] == [community(api, "review")]
    closed = api.call("POST", f"/requests/{request['id']}/actions/decline")
    assert closed.json() == error("Error for action 'decline': Could not execute the action")


def test_a_review_publishes_what_it_accepts(api: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft)
    ask(api, draft, "review")
    refused = api.call("POST", f"/records/{draft}/draft/actions/publish")
    assert refused.json() == error(OPEN_REVIEW)
    request = api.ok(
        "POST", f"/records/{draft}/draft/actions/submit-review", {"payload": {"content": "x", "format": "html"}}
    )
    assert api.ok("GET", f"/records/{draft}/draft")["status"] == "in_review"
    assert api.call("DELETE", f"/records/{draft}/draft").status_code == 400
    api.ok("POST", f"/requests/{request['id']}/actions/accept")
    record = api.ok("GET", f"/records/{draft}")
    assert record["parent"]["communities"]["entries"][0]["slug"] == "review"


def test_a_declined_draft_can_be_published_elsewhere(api: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft)
    ask(api, draft, "review")
    request = api.ok("POST", f"/records/{draft}/draft/actions/submit-review")
    api.ok("POST", f"/requests/{request['id']}/actions/decline")
    assert api.ok("GET", f"/records/{draft}/draft")["status"] == "declined"
    api.ok("DELETE", f"/records/{draft}/draft/review")
    assert api.publish(draft)["parent"]["communities"] == {}


def test_an_open_community_publishes_without_review_if_so_wished(api: Api) -> None:
    draft = api.draft()["id"]
    api.upload(draft)
    ask(api, draft, "zenodo")
    done = api.ok("POST", f"/records/{draft}/draft/actions/submit-review", {"require_review": False})
    assert done["status"] == "accepted"
    assert api.ok("GET", f"/records/{draft}")["is_published"] is True


def test_a_review_wants_a_complete_draft_and_an_id(api: Api) -> None:
    draft = api.draft({"title": "Only this"})["id"]
    body = {"receiver": {"community": "zenodo"}, "type": "community-submission"}
    by_slug = api.call("PUT", f"/records/{draft}/draft/review", body)
    assert by_slug.json() == error("Not found.", status=404)
    members = api.call(
        "PUT",
        f"/records/{draft}/draft/review",
        {"receiver": {"community": community(api, "closed")}, "type": "community-submission"},
    )
    assert members.json() == error(MEMBERS_ONLY, status=403)
    ask(api, draft, "review")
    refused = api.call("POST", f"/records/{draft}/draft/actions/submit-review")
    assert [one["field"] for one in refused.json()["errors"]] == [
        "metadata.resource_type",
        "metadata.creators",
        "metadata.publication_date",
    ]


def test_a_request_is_between_its_two_sides(api: Api, other: Api) -> None:
    made = other.ok(
        "POST",
        "/communities",
        {"slug": "cats", "metadata": {"title": "Cats"}, "access": {"review_policy": "closed"}},
    )
    record = api.published()
    request = api.ok("POST", f"/records/{record['id']}/communities", {"communities": [{"id": made["id"]}]})[
        "processed"
    ][0]
    assert list(request["request"]["links"]["actions"]) == ["cancel"]
    mine = api.call("POST", f"/requests/{request['request_id']}/actions/accept")
    assert mine.json() == error("Permission denied.", status=403)
    theirs = other.ok("GET", f"/requests/{request['request_id']}")
    assert list(theirs["links"]["actions"]) == ["accept", "decline"]
    api.ok("POST", f"/requests/{request['request_id']}/actions/cancel")
    taken = other.call("POST", "/communities", {"slug": "cats", "metadata": {"title": "Cats"}})
    assert taken.json() == error(INVALID, ("slug", "A community with this identifier already exists."))


def test_vocabularies_are_listed_and_licences_moved(nobody: Api) -> None:
    found = nobody.ok("GET", "/vocabularies/licenses", params={"q": "apache", "size": 2})
    assert [one["id"] for one in found["hits"]["hits"]] == ["apache-1.0", "apache-1.1"]
    assert nobody.ok("GET", "/vocabularies/resourcetypes/software")["title"] == {"en": "Software"}
    moved = nobody.call("GET", "/licenses/mit")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/api/vocabularies/licenses/mit")
    assert nobody.call("GET", "/vocabularies/colours").json()["status"] == 404
