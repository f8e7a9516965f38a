"""The pages of the embedded repository that people look at."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from flask import Blueprint, Response, redirect, request, send_file
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, Gone, HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from zenodo_action.server import display, exports, peek
from zenodo_action.server.badge import draw_badge
from zenodo_action.server.facts import Facts, Json
from zenodo_action.server.links import page_link
from zenodo_action.server.reader import read_facts
from zenodo_action.server.wording import visible

PAGE_SIZE = 10
MAX_HITS = 10_000
"""Source: Zenodo's search window, page × size."""

_OPEN_ENTRIES = 60
"""A tree with more entries opens with its deeper folders closed."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HOME = ("/", "To the newest records")
"""The link of a page without a record."""

_DOI = re.compile(r"10\.\d{4,9}/[!-~]{1,200}")


class Library(Protocol):
    """
    Where the pages get published records from, as native JSON.

    A library may also have ``has_draft(id) -> bool``; with it the address of a draft that does not exist is 404.
    """

    def search_published(self, q: str, page: int, size: int) -> tuple[int, list[dict[str, Any]]]:
        """Return the number of newest versions that a query finds and one page of them; ``ValueError`` if it cannot be read."""
        ...

    def published(self, record_id: str) -> dict[str, Any] | None:
        """Return a published version; of a concept's id its newest version."""
        ...

    def tombstone(self, record_id: str) -> dict[str, Any] | None:
        """Return what is left of a deleted version."""
        ...

    def versions_of(self, concept_id: str) -> list[dict[str, Any]]:
        """Return all published versions of a concept, newest first."""
        ...

    def file_path(self, record_id: str, key: str) -> Path | None:
        """Return where the bytes of a published version's file are."""
        ...


def make_blueprint(library: Library) -> Blueprint:
    """
    Return the routes of the pages.

    ``/``, ``/records/ID`` with ``files/KEY``, ``preview/KEY``, ``export/FORMAT`` and ``latest``, ``/record/ID``,
    ``/doi/DOI``, ``/badge/DOI/DOI.svg``, ``/uploads/ID``, ``/deposit/ID`` and ``/static/…``.
    """
    pages = _Pages(library)
    blueprint = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")
    rules: dict[str, Callable[..., BaseResponse | str]] = {
        "/": pages.home,
        "/records/<record_id>": pages.record,
        "/records/<record_id>/latest": pages.latest,
        "/records/<record_id>/export/<name>": pages.export,
        "/records/<record_id>/files/<path:key>": pages.download,
        "/records/<record_id>/preview/<path:key>": pages.peek,
        "/record/<record_id>": pages.old_record,
        "/doi/<path:doi>": pages.doi,
        "/badge/DOI/<path:doi>.svg": pages.badge,
        "/badge/doi/<path:doi>.svg": pages.badge,
        "/uploads/<draft_id>": pages.draft,
        "/deposit/<draft_id>": pages.draft,
    }
    for rule, show in rules.items():
        # File names may hold two slashes in a row.
        blueprint.add_url_rule(rule, rule.replace(".", "-"), show, merge_slashes=False)
    blueprint.register_error_handler(HTTPException, _error_page)
    blueprint.after_request(_protect)
    return blueprint


def message_page(heading: str, text: str, *, status: int, link: tuple[str, str] | None = None) -> Response:
    """Return a page with a heading, a sentence and at most one link (address, text), under the pages' headers."""
    body = _render("message.html", heading=heading, text=text, link=link)
    return _protect(Response(body, status, content_type="text/html; charset=utf-8"))


def render_preview(record: Json) -> str:
    """
    Return the page that a record would get, as one HTML text that needs nothing else and runs no script.

    Args:
        record: Native JSON of a draft, or what would be sent as one. Files stand in ``files.entries`` as
            ``{name: {"key", "size", "checksum": "md5:…"}}``, communities in ``parent.communities.entries`` as
            ``[{"slug"}]``, a reserved DOI in ``pids.doi.identifier``; all may be missing.
    """
    style = (Path(__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    facts = read_facts(record)
    return (
        display.environment()
        .get_template("record.html")
        .render(
            **display.record_context(facts, is_here=lambda _doi: False),
            is_preview=True,
            inline_style=Markup(style),  # noqa: S704 (our own file)
            content_security_policy=(
                f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src data:; base-uri 'none'; form-action 'none'"
            ),
            versions=[],
            newest=None,
            exports=[],
            json_ld="",
        )
    )


class _Pages:
    """The views; each answers one route."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def home(self) -> BaseResponse:
        query = request.args.get("q", "").strip()[:500]
        page = _number(request.args.get("page"), largest=MAX_HITS // PAGE_SIZE)
        error = None
        try:
            total, found = self._library.search_published(query, page, PAGE_SIZE)
        except ValueError as raised:
            error, total, found = raised, 0, []
        pages = min(-(-total // PAGE_SIZE), MAX_HITS // PAGE_SIZE)
        if pages and page > pages:
            return redirect(display.result_link(query, pages))
        body = _render(
            "home.html",
            query=query,
            error=error,
            total=total,
            page=page,
            pages=pages,
            shown_pages=display.shown_pages(page, pages) if pages else [],
            hits=[display.hit_context(read_facts(record)) for record in found],
        )
        return Response(body, 400 if error else 200, content_type="text/html; charset=utf-8")

    def record(self, record_id: str) -> BaseResponse | str:
        record = self._published(record_id)
        facts = read_facts(record)
        if facts.id != record_id:
            return redirect(page_link("records", facts.id))
        versions = [read_facts(version) for version in self._library.versions_of(facts.concept_id)]
        return _render(
            "record.html",
            **display.record_context(facts, is_here=lambda doi: self._minted(doi) is not None),
            is_preview=False,
            versions=versions,
            newest=versions[0] if versions else None,
            exports=exports.FORMATS.values(),
            json_ld=display.json_ld(facts),
        )

    def old_record(self, record_id: str) -> BaseResponse:
        return redirect(page_link("records", record_id), 301)

    def latest(self, record_id: str) -> BaseResponse:
        facts = read_facts(self._published(record_id))
        newest = self._library.published(facts.concept_id)
        return redirect(page_link("records", read_facts(newest).id if newest else facts.id))

    def doi(self, doi: str) -> BaseResponse:
        found = self._minted(doi) or self._brought(doi)
        if found is None:
            raise NotFound("No record here has this DOI.")
        return redirect(page_link("records", found))

    def export(self, record_id: str, name: str) -> BaseResponse:
        made = exports.export(self._published(record_id), name)
        if made is None:
            raise NotFound("There is no such export format.")
        body, content_type, file_name = made
        return Response(
            body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{file_name}"'}
        )

    def download(self, record_id: str, key: str) -> BaseResponse:
        """Send a file; always as one to save, since a page or an SVG of somebody else must not run under this origin."""
        _, path = self._file(record_id, key)
        return send_file(
            path,
            mimetype="application/octet-stream",
            as_attachment=True,
            download_name=visible(key.rpartition("/")[2]) or "file",
        )

    def peek(self, record_id: str, key: str) -> BaseResponse | str:
        facts, path = self._file(record_id, key)
        shown = peek.peek(path, key)
        if shown is None:
            raise NotFound("This file cannot be shown here; download it instead.")
        tree = shown if isinstance(shown, peek.Tree) else None
        return _render(
            "peek.html",
            record=facts,
            key=key,
            size=path.stat().st_size,
            tree=tree,
            text=shown if tree is None else None,
            open_depth=2 if tree and tree.entries > _OPEN_ENTRIES else peek.MAX_DEPTH,
        )

    def badge(self, doi: str) -> BaseResponse:
        if not _DOI.fullmatch(doi):
            raise NotFound("This is not a DOI.")
        return Response(draw_badge(doi), content_type="image/svg+xml; charset=utf-8")

    def draft(self, draft_id: str) -> BaseResponse:
        has_draft: Callable[[str], bool] | None = getattr(self._library, "has_draft", None)
        if has_draft is not None and not has_draft(draft_id):
            raise NotFound("There is no such draft.")
        return message_page(
            "Drafts have no page here",
            f"A draft is seen through the API only: GET /api/deposit/depositions/{draft_id} "
            f"or /api/records/{draft_id}/draft, with the token that made it. It gets its page when it is published.",
            status=200,
        )

    def _published(self, record_id: str) -> dict[str, Any]:
        record = self._library.published(record_id)
        if record is None:
            tombstone = self._library.tombstone(record_id)
            if tombstone is not None:
                raise Gone(f"This record was deleted: {tombstone['citation_text']}")
            raise NotFound("There is no record with this number, or it was never published.")
        if not read_facts(record).access.is_record_public:
            raise Forbidden("This record is restricted.")
        return record

    def _file(self, record_id: str, key: str) -> tuple[Facts, Path]:
        facts = read_facts(self._published(record_id))
        if facts.access.status != "open":
            raise Forbidden(f"The files of this record are {facts.access.status}.")
        path = self._library.file_path(facts.id, key)
        if path is None:
            raise NotFound("This record has no such file.")
        return facts, path

    def _minted(self, doi: str) -> str | None:
        """Return the id of the record or concept that has a DOI minted here, which ends in that id."""
        if not _DOI.fullmatch(doi):
            return None
        return _owner(doi, self._library.published(re.split(r"[./]", doi)[-1]))

    def _brought(self, doi: str) -> str | None:
        """Return the id of the record that came with a DOI of its own."""
        if not _DOI.fullmatch(doi) or '"' in doi:
            return None
        _, found = self._library.search_published(f'doi:"{doi}"', 1, 1)
        return _owner(doi, found[0]) if found else None


def _owner(doi: str, record: Json | None) -> str | None:
    facts = read_facts(record or {})
    if facts.doi.lower() == doi.lower():
        return facts.id
    return facts.concept_id if facts.concept_doi.lower() == doi.lower() else None


def _render(template: str, **context: Any) -> str:
    return display.environment().get_template(template).render(inline_style="", **context)


def _number(text: str | None, *, largest: int) -> int:
    """Return a page number from an address: 1 for what is none."""
    is_number = text is not None and re.fullmatch(r"[0-9]{1,6}", text)
    return min(max(int(text), 1), largest) if text and is_number else 1


def _error_page(error: HTTPException) -> Response:
    heading = {403: "Not public", 404: "Not found", 410: "Deleted"}.get(error.code or 500, error.name)
    return message_page(heading, error.description or "", status=error.code or 500, link=HOME)


def _protect(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
