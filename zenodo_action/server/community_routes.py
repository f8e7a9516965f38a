"""The routes of communities, reviews, requests and vocabularies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, redirect, request

from zenodo_action.server import vocabulary
from zenodo_action.server.asking import answer, caller, json_body, nothing, root
from zenodo_action.server.communities import CommunityDesk
from zenodo_action.server.personality import Personality
from zenodo_action.server.petitions import PetitionDesk
from zenodo_action.server.refusal import no_pid, no_route, not_found
from zenodo_action.server.rules import Caller
from zenodo_action.server.search import DEFAULT_SIZE

Json = dict[str, Any]

_VOCABULARY_DATE: Final = "2026-08-20T00:00:00.000000+00:00"
"""Day of the vocabularies' source."""


def make_blueprint(desk: CommunityDesk, petitions: PetitionDesk, personality: Personality) -> Blueprint:
    """Return the routes of communities, requests and vocabularies."""
    blueprint = Blueprint("communities", __name__, url_prefix="/api")
    _add_communities(blueprint, desk)
    _add_record_communities(blueprint, desk)
    _add_reviews(blueprint, desk)
    _add_requests(blueprint, desk)
    _add_petitions(blueprint, desk, petitions)
    _add_vocabularies(blueprint, personality)
    return blueprint


def _community(community: Json) -> Json:
    address = f"{root()}/api/communities/{community['id']}"
    page = f"{root()}/communities/{community['slug']}"
    shown = {name: value for name, value in community.items() if name != "owner"}
    shown["links"] = {
        "self": address,
        "self_html": f"{page}/",
        "settings_html": f"{page}/settings",
        "logo": f"{address}/logo",
        "rename": f"{address}/rename",
        "members": f"{address}/members",
        "public_members": f"{address}/members/public",
        "invitations": f"{address}/invitations",
        "requests": f"{address}/requests",
        "records": f"{address}/records",
        "collection_trees": f"{address}/collection-trees",
        "membership_requests": f"{address}/membership-requests",
    }
    return shown


def _request(desk: CommunityDesk, reader: Caller, found: Json, *, with_next: bool = False) -> Json:
    address = f"{root()}/api/requests/{found['id']}"
    page = f"{root()}/me/requests/{found['id']}"
    links: Json = {"actions": {action: f"{address}/actions/{action}" for action in desk.actions(reader, found)}}
    for name in ("comments", "lock", "timeline", "timeline_focused", "unlock"):
        links[name] = f"{address}/{name}"
    links |= {"self": address, "self_html": page, **({"next_html": page} if with_next else {})}
    return {**found, "links": links}


def _page(found: list[Json], show: Callable[[Json], Json]) -> Json:
    return {"hits": {"hits": [show(one) for one in found], "total": len(found)}, "links": {"self": request.url}}


def _add_communities(blueprint: Blueprint, desk: CommunityDesk) -> None:
    @blueprint.post("/communities")
    def create() -> Response:
        made = desk.create(caller(), json_body())
        return answer(_community(made), 201, revision=made["revision_id"])

    @blueprint.get("/communities")
    def search() -> Response:
        return answer(_page(desk.all(request.args.get("q")), _community))

    @blueprint.get("/user/communities")
    def own() -> Response:
        reader = caller()
        return answer(_page(desk.all(request.args.get("q"), reader.user or -1), _community))

    @blueprint.get("/communities/<name>")
    def read(name: str) -> Response:
        found = desk.read(name)
        return answer(_community(found), revision=found["revision_id"])


def _add_record_communities(blueprint: Blueprint, desk: CommunityDesk) -> None:
    @blueprint.get("/records/<record_id>/communities")
    def of_record(record_id: str) -> Response:
        found = desk.of_record(record_id)
        shown = {**_page(found, _community), "sortBy": "newest", "page": 1}
        shown["links"] = {"self": f"{root()}/api/communities?page=1&size={DEFAULT_SIZE}&sort=newest"}
        visibility = (
            [{"key": "public", "doc_count": len(found), "label": "Public", "is_selected": False}] if found else []
        )
        shown["aggregations"] = {
            "type": {"buckets": [], "label": "Type"},
            "visibility": {"buckets": visibility, "label": "Visibility"},
        }
        return answer(shown)

    @blueprint.post("/records/<record_id>/communities")
    def add_record(record_id: str) -> Response:
        done = desk.add_record(caller(), record_id, json_body())
        for one in done["processed"]:
            one["request"] = _request(desk, caller(), one["request"])
        return answer(done)

    @blueprint.delete("/records/<record_id>/communities")
    def remove_record(record_id: str) -> Response:
        return answer(desk.remove_record(caller(), record_id, json_body()))


def _add_reviews(blueprint: Blueprint, desk: CommunityDesk) -> None:
    @blueprint.get("/records/<record_id>/draft/review")
    def review(record_id: str) -> Response:
        found = desk.review(caller(), record_id)
        return answer(_request(desk, caller(), found), revision=found["revision_id"])

    @blueprint.put("/records/<record_id>/draft/review")
    def set_review(record_id: str) -> Response:
        return answer(_request(desk, caller(), desk.set_review(caller(), record_id, json_body())))

    @blueprint.delete("/records/<record_id>/draft/review")
    def drop_review(record_id: str) -> Response:
        desk.drop_review(caller(), record_id)
        return nothing()

    @blueprint.post("/records/<record_id>/draft/actions/submit-review")
    def submit_review(record_id: str) -> Response:
        done = desk.submit_review(caller(), record_id, json_body())
        return answer(_request(desk, caller(), done, with_next=True), 202)


def _add_requests(blueprint: Blueprint, desk: CommunityDesk) -> None:
    @blueprint.get("/requests/<request_id>")
    def read_request(request_id: str) -> Response:
        found = desk.request(caller(), request_id)
        return answer(_request(desk, caller(), found), revision=found["revision_id"])

    @blueprint.post("/requests/<request_id>/actions/<action>")
    def decide(request_id: str, action: str) -> Response:
        if action not in ("accept", "decline", "cancel"):
            raise no_route()
        done = desk.decide(caller(), request_id, action)
        return answer(_request(desk, caller(), done), revision=done["revision_id"])


def _add_petitions(blueprint: Blueprint, desk: CommunityDesk, petitions: PetitionDesk) -> None:
    @blueprint.post("/records/<record_id>/request-deletion")
    def request_deletion(record_id: str) -> Response:
        done = petitions.delete(caller(), record_id, json_body())
        return answer(_request(desk, caller(), done), 200 if done["status"] == "accepted" else 201)

    @blueprint.post("/records/<record_id>/file-modification")
    def file_modification(record_id: str) -> Response:
        return answer(_request(desk, caller(), petitions.unlock(caller(), record_id, json_body())))

    @blueprint.post("/records/<record_id>/quota-increase")
    def quota_increase(record_id: str) -> Response:
        return answer(_request(desk, caller(), petitions.enlarge(caller(), record_id, json_body())))


def _add_vocabularies(blueprint: Blueprint, personality: Personality) -> None:
    def is_known(kind: str, identifier: str) -> bool:
        return (vocabulary.table_of(kind), identifier) not in personality.unknown_entries

    def shown(kind: str, identifier: str) -> Json:
        found = vocabulary.entry(kind, identifier) if is_known(kind, identifier) else None
        if found is None:
            raise no_pid()
        links = {"self": f"{root()}/api/vocabularies/{kind}/{identifier}"}
        return {**found, "created": _VOCABULARY_DATE, "updated": _VOCABULARY_DATE, "revision_id": 1, "links": links}

    @blueprint.get("/vocabularies/<kind>")
    def entries(kind: str) -> Response:
        if vocabulary.table_of(kind) is None:
            raise not_found()
        size, page = request.args.get("size", DEFAULT_SIZE, int), request.args.get("page", 1, int)
        names = [name for name in vocabulary.matching(kind, request.args.get("q", "")) if is_known(kind, name)]
        start = max(page - 1, 0) * max(size, 1)
        address = f"{root()}/api/vocabularies/{kind}"
        links = {"self": f"{address}?page={page}&size={size}&sort=title"}
        if start + size < len(names):
            links["next"] = f"{address}?page={page + 1}&size={size}&sort=title"
        hits = [shown(kind, name) for name in names[start : start + max(size, 1)]]
        body = {"hits": {"hits": hits, "total": len(names)}, "sortBy": "title", "page": page, "links": links}
        return answer(body)

    @blueprint.get("/vocabularies/<kind>/<path:identifier>")
    def entry(kind: str, identifier: str) -> Response:
        if vocabulary.table_of(kind) is None:
            raise no_pid()
        return answer(shown(kind, identifier), revision=1)

    @blueprint.get("/<any(affiliations,funders,awards):kind>/<path:identifier>")
    def organisation(kind: str, identifier: str) -> Response:
        if not vocabulary.knows(kind, identifier):
            raise no_pid()
        links = {"self": f"{root()}/api/{kind}/{identifier}"}
        found = vocabulary.organisation(kind, identifier)
        shown = {**found, "created": _VOCABULARY_DATE, "updated": _VOCABULARY_DATE, "revision_id": 1, "links": links}
        return answer(shown, revision=1)

    @blueprint.get("/licenses")
    @blueprint.get("/licenses/")
    @blueprint.get("/licenses/<path:identifier>")
    def old_licences(identifier: str = "") -> Any:
        query = request.query_string.decode("ascii", "replace")
        address = "/api/vocabularies/licenses" + (f"/{identifier}" if identifier else "")
        response = redirect(f"{address}?{query}" if query else address, 301)
        response.autocorrect_location_header = False
        return response
