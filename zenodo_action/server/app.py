"""The Flask application of the embedded repository: its parts put together, and every error as JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from zenodo_action.server import community_routes, deposit, faults, native, native_files, pages
from zenodo_action.server.asking import answer, caller
from zenodo_action.server.communities import CommunityDesk
from zenodo_action.server.faults import Faults
from zenodo_action.server.fileset import FileDesk
from zenodo_action.server.library import Library
from zenodo_action.server.petitions import PetitionDesk
from zenodo_action.server.ratelimit import RateLimits
from zenodo_action.server.refusal import BAD_FORM, INTERNAL, NO_METHOD, NO_ROUTE, Refusal
from zenodo_action.server.shelf import Shelf
from zenodo_action.server.users import Users

Json = dict[str, Any]

_log = logging.getLogger(__name__)

_MESSAGES = {404: NO_ROUTE, 405: NO_METHOD, 400: BAD_FORM}


class Route(Rule):
    """A route that is only matched. No address is built from it, and the code that could is most of a start."""

    def _compile_builder(self, *_: object, **__: object) -> Callable[..., tuple[str, str]]:
        return _not_built


def _not_built(*_: object) -> tuple[str, str]:
    raise NotImplementedError("addresses are written out where they are needed")


def make_app(library: Library, users: Users, limits: RateLimits, fault_list: Faults, *, fault_control: bool) -> Flask:
    """Return the application that serves a library."""
    app = Flask(__name__, static_folder=None)
    app.url_rule_class = Route
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.extensions["users"] = users
    desk = FileDesk(library)
    app.register_blueprint(native.make_blueprint(library))
    app.register_blueprint(native_files.make_blueprint(library, desk))
    app.register_blueprint(
        community_routes.make_blueprint(CommunityDesk(library), PetitionDesk(library), library.personality)
    )
    if library.personality.is_zenodo:
        app.register_blueprint(deposit.make_blueprint(library, desk))
    app.register_blueprint(pages.make_blueprint(Shelf(library)))
    _add_errors(app)
    _add_headers(app, is_zenodo=library.personality.is_zenodo)
    _add_limits(app, limits)
    faults.install(app, fault_list, with_control=fault_control)
    return app


def _add_errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return answer(error.body(), error.status)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        message = _MESSAGES.get(code, error.description or error.name)
        if not request.path.startswith("/api") and request.accept_mimetypes.best == "text/html":
            return pages.message_page(error.name, message, status=code, link=pages.HOME)
        return answer({"message": message, "status": code}, code)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        return answer({"message": INTERNAL, "status": 500}, 500)


def _add_headers(app: Flask, *, is_zenodo: bool) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        if request.path.startswith("/api"):
            user = caller().user
            if user is not None:
                response.headers["X-User-ID"] = str(user)
            if is_zenodo:
                response.headers["Access-Control-Allow-Origin"] = "*"
                response.headers["Access-Control-Expose-Headers"] = (
                    "Content-Type, ETag, Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
                )
        return response


def _add_limits(app: Flask, limits: RateLimits) -> None:
    @app.before_request
    def count() -> Response | None:
        if not limits.limits or not request.path.startswith("/api"):
            return None
        user = caller().user
        kind = "guest" if user is None else "user"
        if request.method == "GET" and request.path == "/api/records" and "search" in limits.limits:
            kind = "search"
        standing = limits.count(kind, str(user or request.remote_addr))
        request.environ["zenodo_action.standing"] = standing
        if standing is not None and standing.is_over:
            return answer({"message": standing.limit.text, "status": 429}, 429)
        return None

    @app.after_request
    def show(response: Response) -> Response:
        standing = request.environ.get("zenodo_action.standing")
        if standing is not None:
            response.headers.update(standing.headers())
        return response
