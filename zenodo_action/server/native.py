"""The routes of InvenioRDM's API for drafts, records and searches."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from zenodo_action.server import search
from zenodo_action.server.asking import (
    NATIVE_BODY_TYPES,
    answer,
    caller,
    if_match,
    json_body,
    nothing,
    record_form,
    root,
)
from zenodo_action.server.counting import aggregations
from zenodo_action.server.exporting import exported
from zenodo_action.server.library import Library
from zenodo_action.server.personality import NATIVE_JSON, PLAIN_JSON
from zenodo_action.server.refusal import Problem, broken, denied
from zenodo_action.server.rules import Caller
from zenodo_action.server.search import Finder, Result
from zenodo_action.server.serialize import native
from zenodo_action.server.user_interface import ui
from zenodo_action.server.zenodo_json import zenodo_json

Json = dict[str, Any]


class Shapes:
    """How the answers of one server look."""

    def __init__(self, library: Library) -> None:
        self._personality = library.personality

    def is_zenodo_json(self, form: str) -> bool:
        """Whether that media type means Zenodo's own JSON here."""
        return self._personality.is_zenodo and form == PLAIN_JSON

    def one(
        self, view: Json, reader: Caller, form: str, *, errors: list[Problem] | None = None, **options: bool
    ) -> Json:
        """Return the JSON of one draft or record."""
        is_owner = str(reader.user) == view["parent"]["access"]["owned_by"]["user"]
        if self.is_zenodo_json(form):
            return zenodo_json(
                view,
                root(),
                self._personality,
                in_search=options.get("in_search", False),
                is_owner=is_owner,
                expand=options.get("expand", True),
            )
        shown = native(view, root(), self._personality, is_owner=is_owner, errors=errors, **options)
        if self._personality.is_zenodo and not view["is_draft"]:
            shown["swh"] = {}
        return {**shown, "ui": ui(shown)} if form == NATIVE_JSON else shown

    def answer(
        self,
        view: Json,
        status: int = 200,
        *,
        errors: list[Problem] | None = None,
        expand: bool = True,
        file_links: bool = False,
    ) -> Response:
        """Return an answer with one draft or record."""
        form = record_form()
        if form not in (PLAIN_JSON, NATIVE_JSON):
            return exported(native(view, root(), self._personality, is_owner=True), form)
        body = self.one(view, caller(), form, errors=errors, expand=expand, file_links=file_links)
        return answer(body, status, revision=view["revision_id"], media_type=form)

    def hits(self, result: Result, address: str, reader: Caller, *counts: str) -> Response:
        """Return an answer with a page of hits."""
        form = record_form()
        if form not in (PLAIN_JSON, NATIVE_JSON):
            form = PLAIN_JSON
        hits = [self.one(view, reader, form, in_search=True) for view in result.hits]
        body: Json = {"hits": {"hits": hits, "total": result.total}}
        if counts:
            body["aggregations"] = aggregations(result.facets, *counts)
        if not self.is_zenodo_json(form):
            body["sortBy"] = result.query.sort
            if not self._personality.is_zenodo:
                body["page"] = result.query.page
        body["links"] = search.links(result, address)
        return answer(body, media_type=form)


def make_blueprint(library: Library) -> Blueprint:
    """Return the routes of drafts, records, versions and searches."""
    blueprint = Blueprint("native", __name__, url_prefix="/api")
    shapes = Shapes(library)
    _add_drafts(blueprint, library, shapes)
    _add_versions(blueprint, library, shapes)
    _add_records(blueprint, library, shapes)
    _add_searches(blueprint, library, shapes)
    return blueprint


def _add_drafts(blueprint: Blueprint, library: Library, shapes: Shapes) -> None:
    @blueprint.post("/records")
    def create() -> Response:
        record_form()
        if caller().user is None:
            raise denied()
        view, errors = library.create(caller(), json_body(NATIVE_BODY_TYPES))
        return shapes.answer(view, 201, errors=errors)

    @blueprint.get("/records/<record_id>/draft")
    def read(record_id: str) -> Response:
        return shapes.answer(library.draft(caller(), record_id))

    @blueprint.put("/records/<record_id>/draft")
    def save(record_id: str) -> Response:
        record_form()
        view, errors = library.save(caller(), record_id, json_body(NATIVE_BODY_TYPES), if_match())
        return shapes.answer(view, errors=errors)

    @blueprint.delete("/records/<record_id>/draft")
    def delete(record_id: str) -> Response:
        library.delete_draft(caller(), record_id, if_match())
        return nothing()

    @blueprint.post("/records/<record_id>/draft")
    def edit(record_id: str) -> Response:
        view, is_new = library.edit(caller(), record_id)
        return shapes.answer(view, 201, expand=is_new)

    @blueprint.post("/records/<record_id>/draft/actions/publish")
    def publish(record_id: str) -> Response:
        return shapes.answer(library.publish(caller(), record_id), 202)

    @blueprint.post("/records/<record_id>/draft/pids/<scheme>")
    def reserve(record_id: str, scheme: str) -> Response:
        if scheme != "doi":
            raise broken()
        return shapes.answer(library.reserve_doi(caller(), record_id), 201)

    @blueprint.delete("/records/<record_id>/draft/pids/<scheme>")
    def discard(record_id: str, scheme: str) -> Response:
        if scheme != "doi":
            raise broken()
        return shapes.answer(library.discard_doi(caller(), record_id))


def _add_versions(blueprint: Blueprint, library: Library, shapes: Shapes) -> None:
    @blueprint.post("/records/<record_id>/versions")
    def new_version(record_id: str) -> Response:
        view, is_new = library.new_version(caller(), record_id)
        # An older draft comes without the titles of its vocabulary entries. Source: recorded exchange native/022.
        return shapes.answer(view, 201, expand=is_new)

    @blueprint.get("/records/<record_id>/versions")
    def versions(record_id: str) -> Response:
        concept = library.concept_of(record_id)
        query = search.read_query(
            request.args, caller(), default_sort="version", is_zenodo=library.personality.is_zenodo
        )
        found = Finder(library).versions(concept, query)
        return shapes.hits(found, f"{root()}/api/records/{record_id}/versions", caller())

    @blueprint.get("/records/<record_id>/versions/latest")
    def latest(record_id: str) -> Response:
        address = f"{root()}/api/records/{library.sibling_latest(record_id)}"
        response = answer({"status": 301, "message": "Redirecting...", "location": address}, 301)
        response.headers["Location"] = address
        return response


def _add_records(blueprint: Blueprint, library: Library, shapes: Shapes) -> None:
    @blueprint.get("/records/<record_id>")
    def read_record(record_id: str) -> Response:
        record_form()
        newest = library.newest_of(record_id)
        if newest is not None:
            return _moved(f"/api/records/{newest}")
        response = shapes.answer(library.record(record_id), file_links=True)
        response.headers["Link"] = (
            f'<{root()}/api/records/{record_id}> ; rel="linkset" ; type="application/linkset+json"'
        )
        return response

    @blueprint.put("/records/<record_id>")
    def replace_record(record_id: str) -> Response:
        library.record(record_id)
        raise broken()

    @blueprint.delete("/records/<record_id>")
    def delete_record(record_id: str) -> Response:
        library.record(record_id)
        raise denied()


def _moved(address: str) -> Response:
    """Return a redirection with an address relative to the server, as the real one gives it."""
    response = redirect(address, 302)
    response.autocorrect_location_header = False
    assert isinstance(response, Response)  # noqa: S101  # Flask's own redirect
    return response


def _add_searches(blueprint: Blueprint, library: Library, shapes: Shapes) -> None:
    is_zenodo = library.personality.is_zenodo
    finder = Finder(library, is_counted=True)

    @blueprint.get("/records")
    def records() -> Response:
        query = search.read_query(request.args, caller(), default_sort="newest", is_zenodo=is_zenodo)
        counts = (
            ("access_status", "resource_type", "subject", "file_type")
            if is_zenodo
            else ("access_status", "file_type", "resource_type")
        )
        return shapes.hits(finder.records(query), f"{root()}/api/records", caller(), *counts)

    @blueprint.get("/records/")
    def records_with_slash() -> Response:
        return _moved("/api/records" + (f"?{request.query_string.decode('ascii', 'replace')}" if request.args else ""))

    @blueprint.get("/user/records")
    def own_records() -> Response:
        reader = caller()
        if reader.user is None:
            raise denied()
        query = search.read_query(request.args, reader, default_sort="updated-desc", is_zenodo=is_zenodo)
        counts = (
            ("access_status", "resource_type", "subject", "file_type")
            if is_zenodo
            else ("access_status", "is_published", "resource_type", "file_type")
        )
        return shapes.hits(finder.own(reader, query), f"{root()}/api/user/records", reader, *counts)
