"""
The conversations that are held with both servers: what a client asks, in words that fit either.

In paths and bodies ``{name}`` stands for an id that an earlier answer of the same conversation gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Who = Literal["owner", "other", "wrong", "nobody"]

CARBERRY = {
    "person_or_org": {
        "type": "personal",
        "family_name": "Carberry",
        "given_name": "Josiah",
        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
    },
    "affiliations": [{"name": "Brown University"}],
}
METADATA: dict[str, Any] = {
    "resource_type": {"id": "software"},
    "title": "Red-Dot",
    "publication_date": "2026-03-01",
    "publisher": "The Cat Collective",
    "creators": [CARBERRY],
}
BODY: dict[str, Any] = {
    "metadata": METADATA,
    "access": {"record": "public", "files": "public"},
    "files": {"enabled": True},
}
WITHOUT_FILES: dict[str, Any] = {**BODY, "files": {"enabled": False}}


@dataclass(frozen=True)
class Step:
    """One request."""

    name: str
    method: str
    path: str
    json: Any = None
    data: bytes | None = None
    who: Who = "owner"
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    """Name for later steps → where the answer's body holds the value, as ``parent.id``."""


KEEP_IDS = {"draft": "id", "concept": "parent.id"}


def create(body: Any = BODY, *, keep: Mapping[str, str] = KEEP_IDS) -> Step:
    """A new draft."""
    return Step("create", "POST", "/records", body, keep=keep)


def upload(key: str = "a.txt", draft: str = "{draft}") -> list[Step]:
    """A complete file."""
    files = f"/records/{draft}/draft/files"
    return [
        Step(f"announce {key}", "POST", files, [{"key": key}]),
        Step(f"content {key}", "PUT", f"{files}/{key}/content", data=b"dot"),
        Step(f"commit {key}", "POST", f"{files}/{key}/commit"),
    ]


def publish(draft: str = "{draft}") -> Step:
    """The draft becomes a record."""
    return Step("publish", "POST", f"/records/{draft}/draft/actions/publish")


def changed(**metadata: Any) -> dict[str, Any]:
    """Return the usual body with other metadata; ``None`` leaves a field out."""
    merged = {**METADATA, **metadata}
    return {**BODY, "metadata": {name: value for name, value in merged.items() if value is not None}}


DRAFT = "/records/{draft}/draft"
FILES = f"{DRAFT}/files"
REVIEW = f"{DRAFT}/review"
INCLUSION = {"communities": [{"id": "{cats}"}]}
COMMUNITY = {
    "slug": "cats-{unique}",
    "access": {"visibility": "public", "member_policy": "open", "record_submission_policy": "open"},
    "metadata": {"title": "The Cat Collective", "type": {"id": "organization"}},
}

SCENARIOS: dict[str, list[Step]] = {
    "a draft": [
        create(),
        Step("read", "GET", DRAFT),
        Step("read as InvenioRDM's own type", "GET", DRAFT, headers={"Accept": "application/vnd.inveniordm.v1+json"}),
        Step("save", "PUT", DRAFT, changed(version="1.0.0"), keep={"revision": "revision_id"}),
        Step("save this revision", "PUT", DRAFT, BODY, headers={"If-Match": "{revision}"}),
        Step("save an older revision", "PUT", DRAFT, BODY, headers={"If-Match": "{revision}"}),
        Step("save a quoted revision", "PUT", DRAFT, BODY, headers={"If-Match": '"{revision}"'}),
        Step("save any revision", "PUT", DRAFT, BODY, headers={"If-Match": "*"}),
        Step("save nothing", "PUT", DRAFT, {}),
        Step("save an unknown key", "PUT", DRAFT, {**changed(glaze="blue"), "pots": 1}),
        Step("save an unknown custom field", "PUT", DRAFT, {**BODY, "custom_fields": {"pots:glaze": "blue"}}),
        Step("save without access", "PUT", DRAFT, {"metadata": METADATA}),
        Step("read again", "GET", DRAFT),
        Step("its record", "GET", "/records/{draft}"),
        Step("its versions", "GET", "/records/{draft}/versions"),
        Step("a version of it", "POST", "/records/{draft}/versions"),
        Step("an edit of it", "POST", DRAFT),
        Step("discard", "DELETE", DRAFT),
        Step("discard again", "DELETE", DRAFT),
        Step("read the discarded", "GET", DRAFT),
        Step("save the discarded", "PUT", DRAFT, BODY),
        Step("publish the discarded", "POST", f"{DRAFT}/actions/publish"),
        Step("announce to the discarded", "POST", FILES, [{"key": "a.txt"}]),
        Step("its record after that", "GET", "/records/{draft}"),
    ],
    "an empty draft": [
        create({}),
        Step("read", "GET", DRAFT),
        Step("publish", "POST", f"{DRAFT}/actions/publish"),
        Step("discard", "DELETE", DRAFT),
    ],
    "files": [
        create(),
        Step("none", "GET", FILES),
        Step("announce", "POST", FILES, [{"key": "a.txt"}]),
        Step("announce again", "POST", FILES, [{"key": "a.txt"}]),
        Step("list a pending one", "GET", FILES),
        Step("read a pending one", "GET", f"{FILES}/a.txt"),
        Step("publish with a pending one", "POST", f"{DRAFT}/actions/publish"),
        Step("content as JSON", "PUT", f"{FILES}/a.txt/content", data=b"{}", headers={"Content-Type": "text/plain"}),
        Step("content", "PUT", f"{FILES}/a.txt/content", data=b"dot"),
        Step("commit", "POST", f"{FILES}/a.txt/commit"),
        Step("read", "GET", f"{FILES}/a.txt"),
        Step("read its content", "GET", f"{FILES}/a.txt/content"),
        Step("list", "GET", FILES),
        Step("the draft with a file", "GET", DRAFT),
        Step("announce a second", "POST", FILES, [{"key": "b.txt"}]),
        Step("content of the second", "PUT", f"{FILES}/b.txt/content", data=b"dots"),
        Step("commit the second", "POST", f"{FILES}/b.txt/commit"),
        Step("default preview", "PUT", FILES, {"enabled": True, "default_preview": "b.txt"}),
        Step("default preview that is not there", "PUT", FILES, {"enabled": True, "default_preview": "c.txt"}),
        Step("delete", "DELETE", f"{FILES}/a.txt"),
        Step("delete again", "DELETE", f"{FILES}/a.txt"),
        Step("read a deleted one", "GET", f"{FILES}/a.txt"),
        Step("content of one never announced", "PUT", f"{FILES}/c.txt/content", data=b"dot"),
        Step("commit one never announced", "POST", f"{FILES}/c.txt/commit"),
        Step("content once more after commit", "PUT", f"{FILES}/b.txt/content", data=b"other"),
        Step("what that left", "GET", FILES),
        Step("names with folders and signs", "POST", FILES, [{"key": "a/b.txt"}, {"key": "Grün 100%.txt"}]),
        Step("a name with a folder", "PUT", f"{FILES}/a/b.txt/content", data=b"dot"),
        Step("commit a name with a folder", "POST", f"{FILES}/a/b.txt/commit"),
        Step("a name with signs", "PUT", f"{FILES}/Gr%C3%BCn%20100%25.txt/content", data=b"dot"),
        Step("commit a name with signs", "POST", f"{FILES}/Gr%C3%BCn%20100%25.txt/commit"),
        Step("list these", "GET", FILES),
        Step("an empty list", "POST", FILES, []),
        Step("no name", "POST", FILES, [{}]),
        Step("an object", "POST", FILES, {"key": "d.txt"}),
        Step("delete all", "DELETE", FILES),
        Step("none again", "GET", FILES),
    ],
    "publishing": [
        create(),
        Step("without files", "POST", f"{DRAFT}/actions/publish"),
        *upload(),
        Step("publish", "POST", f"{DRAFT}/actions/publish"),
        Step("publish again", "POST", f"{DRAFT}/actions/publish"),
        Step("the record", "GET", "/records/{draft}"),
        Step("the record for anyone", "GET", "/records/{draft}", who="nobody"),
        Step("the record with a wrong token", "GET", "/records/{draft}", who="wrong"),
        Step("its files", "GET", "/records/{draft}/files", who="nobody"),
        Step("its file", "GET", "/records/{draft}/files/a.txt", who="nobody"),
        Step("its content", "GET", "/records/{draft}/files/a.txt/content", who="nobody"),
        Step("a file it has not", "GET", "/records/{draft}/files/b.txt", who="nobody"),
        Step("its draft", "GET", DRAFT),
        Step("save its draft", "PUT", DRAFT, BODY),
        Step("discard its draft", "DELETE", DRAFT),
        Step("announce to it", "POST", FILES, [{"key": "b.txt"}]),
        Step("its versions", "GET", "/records/{draft}/versions", who="nobody"),
        Step("its latest", "GET", "/records/{draft}/versions/latest", who="nobody"),
        Step("its concept", "GET", "/records/{concept}", who="nobody"),
        Step("the draft of its concept", "GET", "/records/{concept}/draft"),
        Step("a search for it", "GET", '/records?q=parent.id:"{concept}"', who="nobody"),
    ],
    "a next version": [
        create(changed(version="1.0.0")),
        *upload(),
        publish(),
        Step("open", "POST", "/records/{draft}/versions", keep={"next": "id"}),
        Step("open again", "POST", "/records/{draft}/versions"),
        Step("from its concept", "POST", "/records/{concept}/versions"),
        Step("read", "GET", "/records/{next}/draft"),
        Step("its files", "GET", "/records/{next}/draft/files"),
        Step("the record meanwhile", "GET", "/records/{draft}"),
        Step("own ones meanwhile", "GET", '/user/records?allversions=true&sort=oldest&q=parent.id:"{concept}"'),
        Step("own newest ones meanwhile", "GET", '/user/records?q=parent.id:"{concept}"'),
        Step("import", "POST", "/records/{next}/draft/actions/files-import"),
        Step("import again", "POST", "/records/{next}/draft/actions/files-import"),
        Step("delete an imported one", "DELETE", "/records/{next}/draft/files/a.txt"),
        *upload("b.txt", "{next}"),
        Step("save", "PUT", "/records/{next}/draft", changed(version="1.1.0")),
        Step("publish the next", "POST", "/records/{next}/draft/actions/publish"),
        Step("the record", "GET", "/records/{next}"),
        Step("the older record", "GET", "/records/{draft}"),
        Step("the latest", "GET", "/records/{draft}/versions/latest"),
        Step("the concept", "GET", "/records/{concept}"),
        Step("the versions", "GET", "/records/{draft}/versions"),
        Step("own ones", "GET", '/user/records?allversions=true&sort=oldest&q=parent.id:"{concept}"'),
        Step("a version of the older", "POST", "/records/{draft}/versions", keep={"third": "id"}),
        Step("publish it bare", "POST", "/records/{third}/draft/actions/publish"),
        Step("discard it", "DELETE", "/records/{third}/draft"),
        Step("the record after that", "GET", "/records/{next}"),
    ],
    "an edit": [
        create(changed(version="1.0.0")),
        *upload(),
        publish(),
        Step("open", "POST", DRAFT),
        Step("open again", "POST", DRAFT),
        Step("read", "GET", DRAFT),
        Step("its files", "GET", FILES),
        Step("the record meanwhile", "GET", "/records/{draft}"),
        Step("save", "PUT", DRAFT, changed(title="Red-Dot, corrected", version="1.0.0")),
        Step("announce", "POST", FILES, [{"key": "b.txt"}]),
        Step("content", "PUT", f"{FILES}/b.txt/content", data=b"dot"),
        Step("publish with that", "POST", f"{DRAFT}/actions/publish"),
        Step("delete that", "DELETE", f"{FILES}/b.txt"),
        Step("delete a published one", "DELETE", f"{FILES}/a.txt"),
        Step("publish the edit", "POST", f"{DRAFT}/actions/publish"),
        Step("the record", "GET", "/records/{draft}"),
        Step("open a second", "POST", DRAFT),
        Step("discard it", "DELETE", DRAFT),
        Step("the record after that", "GET", "/records/{draft}"),
    ],
    "strangers": [
        create(),
        *upload(),
        Step("read", "GET", DRAFT, who="other"),
        Step("save", "PUT", DRAFT, BODY, who="other"),
        Step("list files", "GET", FILES, who="other"),
        Step("announce", "POST", FILES, [{"key": "b.txt"}], who="other"),
        Step("content", "PUT", f"{FILES}/a.txt/content", data=b"dot", who="other"),
        Step("delete a file", "DELETE", f"{FILES}/a.txt", who="other"),
        Step("publish", "POST", f"{DRAFT}/actions/publish", who="other"),
        Step("discard", "DELETE", DRAFT, who="other"),
        Step("own ones", "GET", '/user/records?allversions=true&q=parent.id:"{concept}"', who="other"),
        Step("read as anyone", "GET", DRAFT, who="nobody"),
        Step("create as anyone", "POST", "/records", BODY, who="nobody"),
        Step("own ones as anyone", "GET", "/user/records", who="nobody"),
        Step("read with a wrong token", "GET", DRAFT, who="wrong"),
        Step("create with a wrong token", "POST", "/records", BODY, who="wrong"),
        Step("own ones with a wrong token", "GET", "/user/records", who="wrong"),
        Step("publish it ourselves", "POST", f"{DRAFT}/actions/publish"),
        Step("a version", "POST", "/records/{draft}/versions", who="other"),
        Step("an edit", "POST", DRAFT, who="other"),
        Step("a version as anyone", "POST", "/records/{draft}/versions", who="nobody"),
        Step("the record", "GET", "/records/{draft}", who="other"),
    ],
    "a reserved DOI": [
        create(),
        Step("reserve", "POST", f"{DRAFT}/pids/doi"),
        Step("reserve again", "POST", f"{DRAFT}/pids/doi"),
        Step("save without", "PUT", DRAFT, BODY),
        Step("save none", "PUT", DRAFT, {**BODY, "pids": {}}),
        Step("reserve anew", "POST", f"{DRAFT}/pids/doi"),
        Step("give back", "DELETE", f"{DRAFT}/pids/doi"),
        Step("give back again", "DELETE", f"{DRAFT}/pids/doi"),
        Step("reserve once more", "POST", f"{DRAFT}/pids/doi"),
        *upload(),
        Step("publish", "POST", f"{DRAFT}/actions/publish"),
    ],
    "a DOI from elsewhere": [
        create({**BODY, "pids": {"doi": {"identifier": "10.1234/red-dot.{unique}", "provider": "external"}}}),
        *upload(),
        publish(),
        Step("the record", "GET", "/records/{draft}"),
        Step("a version", "POST", "/records/{draft}/versions", keep={"next": "id"}),
        Step("discard it", "DELETE", "/records/{next}/draft"),
        Step(
            "the same once more",
            "POST",
            "/records",
            {**BODY, "pids": {"doi": {"identifier": "10.1234/red-dot.{unique}", "provider": "external"}}},
            keep={"second": "id"},
        ),
        *upload(draft="{second}"),
        Step("publish the same", "POST", "/records/{second}/draft/actions/publish"),
        Step(
            "one of the server's prefix",
            "POST",
            "/records",
            {**BODY, "pids": {"doi": {"identifier": "10.5072/red-dot", "provider": "external"}}},
        ),
        Step(
            "no DOI at all",
            "POST",
            "/records",
            {**BODY, "pids": {"doi": {"identifier": "dot", "provider": "external"}}},
        ),
    ],
    "searches": [
        create(),
        *upload(),
        publish(),
        Step("nothing", "GET", "/records?q=nosuchwordanywhere", who="nobody"),
        Step("page 0", "GET", "/records?page=0", who="nobody"),
        Step("size 0", "GET", "/records?size=0", who="nobody"),
        Step("a word as size", "GET", "/records?size=many", who="nobody"),
        Step("beyond the window", "GET", "/records?page=1001&size=10", who="nobody"),
        Step("a sort that is none", "GET", "/records?sort=nosuch", who="nobody"),
        Step("own, a sort that is none", "GET", "/user/records?sort=nosuch"),
        Step("own, beyond the window", "GET", "/user/records?page=101&size=100"),
        Step("own, one", "GET", '/user/records?size=1&q=parent.id:"{concept}"'),
        Step("own, id or concept", "GET", '/user/records?allversions=true&q=id:"{draft}" OR parent.id:"{concept}"'),
    ],
    "a community": [
        create(),
        Step("make", "POST", "/communities", COMMUNITY, keep={"cats": "id"}),
        Step("read by name", "GET", "/communities/cats-{unique}", who="nobody"),
        Step("one that is not there", "GET", "/communities/no-cats-{unique}"),
        Step("review by name", "PUT", REVIEW, {"receiver": {"community": "cats-{unique}"}, "type": "community-submission"}),
        Step("review", "PUT", REVIEW, {"receiver": {"community": "{cats}"}, "type": "community-submission"}),
        Step("read the review", "GET", REVIEW),
        Step("the draft with it", "GET", DRAFT),
        *upload(),
        Step("publish past the review", "POST", f"{DRAFT}/actions/publish"),
        Step("take the review back", "DELETE", REVIEW),
        Step("read no review", "GET", REVIEW),
        Step("review again", "PUT", REVIEW, {"receiver": {"community": "{cats}"}, "type": "community-submission"}),
        Step("submit", "POST", f"{DRAFT}/actions/submit-review", {"require_review": True}, keep={"request": "id"}),
        Step("the draft in review", "GET", DRAFT),
        Step("publish in review", "POST", f"{DRAFT}/actions/publish"),
        Step("the request", "GET", "/requests/{request}"),
        Step("accept as another", "POST", "/requests/{request}/actions/accept", who="other"),
        Step("accept", "POST", "/requests/{request}/actions/accept"),
        Step("accept again", "POST", "/requests/{request}/actions/accept"),
        Step("the record", "GET", "/records/{draft}"),
        Step("its communities", "GET", "/records/{draft}/communities"),
        Step("a version in it", "POST", "/records/{draft}/versions", keep={"next": "id"}),
        Step("discard it", "DELETE", "/records/{next}/draft"),
    ],
    "a review without a file": [
        create(),
        Step("make", "POST", "/communities", COMMUNITY, keep={"cats": "id"}),
        Step("review", "PUT", REVIEW, {"receiver": {"community": "{cats}"}, "type": "community-submission"}),
        Step("submit", "POST", f"{DRAFT}/actions/submit-review", {"require_review": True}, keep={"request": "id"}),
        Step("take it back", "DELETE", REVIEW),
        Step("cancel", "POST", "/requests/{request}/actions/cancel"),
        Step("the draft after that", "GET", DRAFT),
    ],
    "a community later": [
        create(WITHOUT_FILES),
        publish(),
        Step("make", "POST", "/communities", COMMUNITY, keep={"cats": "id"}),
        Step("ask for one that is not there", "POST", "/records/{draft}/communities", {"communities": [{"id": "no-cats"}]}),
        Step("ask", "POST", "/records/{draft}/communities", INCLUSION, keep={"request": "processed.0.request_id"}),
        Step("ask again", "POST", "/records/{draft}/communities", INCLUSION),
        Step("its communities meanwhile", "GET", "/records/{draft}/communities"),
        Step("accept", "POST", "/requests/{request}/actions/accept"),
        Step("ask once more", "POST", "/records/{draft}/communities", INCLUSION),
        Step("its communities", "GET", "/records/{draft}/communities"),
        Step("the record", "GET", "/records/{draft}"),
        Step("take out", "DELETE", "/records/{draft}/communities", INCLUSION),
        Step("take out again", "DELETE", "/records/{draft}/communities", INCLUSION),
    ],
    "a community of others": [
        create(),
        Step("make", "POST", "/communities", COMMUNITY, who="other", keep={"cats": "id"}),
        Step("review", "PUT", REVIEW, {"receiver": {"community": "{cats}"}, "type": "community-submission"}),
        *upload(),
        Step("submit without review", "POST", f"{DRAFT}/actions/submit-review", {"require_review": False}, keep={"request": "id"}),
        Step("the draft", "GET", DRAFT),
        Step("accept ourselves", "POST", "/requests/{request}/actions/accept"),
        Step("decline", "POST", "/requests/{request}/actions/decline", who="other"),
        Step("the draft after that", "GET", DRAFT),
        Step("publish", "POST", f"{DRAFT}/actions/publish"),
        Step("ask", "POST", "/records/{draft}/communities", INCLUSION),
    ],
    "vocabularies": [
        Step("a licence", "GET", "/vocabularies/licenses/apache-2.0", who="nobody"),
        Step("no licence", "GET", "/vocabularies/licenses/cat", who="nobody"),
        Step("a type", "GET", "/vocabularies/resourcetypes/software", who="nobody"),
        Step("a language", "GET", "/vocabularies/languages/eng", who="nobody"),
        Step("no vocabulary", "GET", "/vocabularies/cats/cat", who="nobody"),
    ],
    "bodies and types": [
        create(),
        Step("JSON with a charset", "PUT", DRAFT, data=b"{}", headers={"Content-Type": "application/json; charset=utf-8"}),
        Step("no JSON", "POST", "/records", data=b"{dot", headers={"Content-Type": "application/json"}),
        Step("text", "POST", "/records", data=b"{}", headers={"Content-Type": "text/plain"}),
        Step("a form", "POST", "/records", data=b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        Step("HTML wanted", "GET", DRAFT, headers={"Accept": "text/html"}),
        Step("anything wanted", "GET", DRAFT, headers={"Accept": "*/*"}),
        Step("a draft of nothing", "GET", "/records/aaaaa-bbbbb/draft"),
        Step("a record of nothing", "GET", "/records/aaaaa-bbbbb"),
        Step("a place of nothing", "GET", "/nosuchplace"),
        Step("a method of nothing", "PUT", "/records"),
    ],
    "restricted": [
        create({**BODY, "access": {"record": "public", "files": "restricted"}}),
        *upload(),
        publish(),
        Step("the record for anyone", "GET", "/records/{draft}", who="nobody"),
        Step("its files for anyone", "GET", "/records/{draft}/files", who="nobody"),
        Step("its content for anyone", "GET", "/records/{draft}/files/a.txt/content", who="nobody"),
        Step("its content for another", "GET", "/records/{draft}/files/a.txt/content", who="other"),
        Step("its content for us", "GET", "/records/{draft}/files/a.txt/content"),
    ],
    "an embargo": [
        create({**BODY, "access": {"record": "public", "files": "restricted", "embargo": {"active": True, "until": "2099-01-31", "reason": "A paper."}}}),
        *upload(),
        publish(),
        Step("the record for anyone", "GET", "/records/{draft}", who="nobody"),
        Step("its content for anyone", "GET", "/records/{draft}/files/a.txt/content", who="nobody"),
        Step("one in the past", "POST", "/records", {**BODY, "access": {"record": "public", "files": "restricted", "embargo": {"active": True, "until": "2001-01-31"}}}),
        Step("one without a date", "POST", "/records", {**BODY, "access": {"record": "public", "files": "restricted", "embargo": {"active": True}}}),
        Step("one with a bad date", "POST", "/records", {**BODY, "access": {"record": "public", "files": "restricted", "embargo": {"active": True, "until": "soon"}}}),
        Step("a word for access", "POST", "/records", {**BODY, "access": {"record": "public", "files": "sometimes"}}),
        Step("restricted as a whole", "POST", "/records", {**BODY, "access": {"record": "restricted", "files": "restricted"}}),
    ],
}  # fmt: skip

_ORG = {"person_or_org": {"type": "organizational", "name": "The Cat Collective"}}
_PERSON = CARBERRY["person_or_org"]


def _person(**parts: Any) -> dict[str, Any]:
    """Return the metadata with one creator, a person of other parts."""
    return {"creators": [{"person_or_org": {**_PERSON, **parts}}]}


def _related(**parts: Any) -> dict[str, Any]:
    """Return the metadata with one related identifier."""
    usual = {"identifier": "10.1234/dots", "scheme": "doi", "relation_type": {"id": "references"}}
    merged = {**usual, **parts}
    return {"related_identifiers": [{name: value for name, value in merged.items() if value is not None}]}


METADATA_CASES: dict[str, dict[str, Any]] = {
    "no title": {"title": None},
    "short title": {"title": "ab"},
    "title of blanks": {"title": "     "},
    "title that is a number": {"title": 12},
    "no creators": {"creators": None},
    "empty creators": {"creators": []},
    "creators as text": {"creators": "Carberry, Josiah"},
    "a creator as text": {"creators": ["Carberry, Josiah"]},
    "a creator without a person": {"creators": [{"affiliations": [{"name": "Brown"}]}]},
    "an organisation": {"creators": [_ORG]},
    "an organisation without a name": {"creators": [{"person_or_org": {"type": "organizational"}}]},
    "no family name": _person(family_name=None),
    "blank family name": _person(family_name=""),
    "no given name": _person(given_name=""),
    "unknown kind of person": _person(type="cat"),
    "bad ORCID": _person(identifiers=[{"scheme": "orcid", "identifier": "0000-0002-1825-0098"}]),
    "ORCID as an address": _person(identifiers=[{"identifier": "https://orcid.org/0000-0002-1825-0097"}]),
    "two ORCIDs": _person(identifiers=[{"scheme": "orcid", "identifier": each} for each in ("0000-0002-1825-0097", "0000-0001-5109-3700")]),
    "unknown scheme of a person": _person(identifiers=[{"scheme": "pots", "identifier": "1"}]),
    "affiliation twice": {"creators": [{**CARBERRY, "affiliations": [{"name": "Brown"}, {"name": "Brown"}]}]},
    "affiliation by ROR": {"creators": [{**CARBERRY, "affiliations": [{"id": "01ggx4157"}]}]},
    "affiliation by unknown ROR": {"creators": [{**CARBERRY, "affiliations": [{"id": "000000000"}]}]},
    "affiliation as text": {"creators": [{**CARBERRY, "affiliations": ["Brown"]}]},
    "creator with a role": {"creators": [{**CARBERRY, "role": {"id": "researcher"}}]},
    "creator with an unknown role": {"creators": [{**CARBERRY, "role": {"id": "cat"}}]},
    "contributor": {"contributors": [{**_ORG, "role": {"id": "hostinginstitution"}}]},
    "contributor without a role": {"contributors": [_ORG]},
    "no resource type": {"resource_type": None},
    "unknown resource type": {"resource_type": {"id": "cat"}},
    "resource type as text": {"resource_type": "software"},
    "resource type with a subtype": {"resource_type": {"id": "publication-article"}},
    "no date": {"publication_date": None},
    "bad date": {"publication_date": "soon"},
    "day that is not": {"publication_date": "2026-02-30"},
    "date with a time": {"publication_date": "2026-03-01T12:00:00"},
    "year": {"publication_date": "2026"},
    "interval": {"publication_date": "2025-01/2026-03"},
    "no publisher": {"publisher": None},
    "short description": {"description": "ab"},
    "HTML": {"description": '<p onclick="x()">A <b>dot</b><script>x()</script> <a href="javascript:x()">y</a></p>'},
    "additional title": {"additional_titles": [{"title": "Dots", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}]},
    "additional title of unknown type": {"additional_titles": [{"title": "Dots", "type": {"id": "cat"}}]},
    "additional description": {"additional_descriptions": [{"description": "<p>Dots</p>", "type": {"id": "methods"}}]},
    "additional description without type": {"additional_descriptions": [{"description": "Dots"}]},
    "licence": {"rights": [{"id": "apache-2.0"}]},
    "licence in capitals": {"rights": [{"id": "Apache-2.0"}]},
    "unknown licence": {"rights": [{"id": "cat"}]},
    "own licence": {"rights": [{"title": {"en": "Cat licence"}, "link": "https://example.org/cat"}]},
    "own licence with a bad link": {"rights": [{"title": {"en": "Cat licence"}, "link": "cat"}]},
    "licence by id and title": {"rights": [{"id": "mit", "title": {"en": "MIT"}}]},
    "keywords": {"subjects": [{"subject": "cats"}, {"subject": "dots"}]},
    "keyword twice": {"subjects": [{"subject": "cats"}, {"subject": "cats"}]},
    "empty keyword": {"subjects": [{"subject": ""}]},
    "unknown subject": {"subjects": [{"id": "cat"}]},
    "language": {"languages": [{"id": "eng"}]},
    "unknown language": {"languages": [{"id": "xxxx"}]},
    "date of a kind": {"dates": [{"date": "2026-01", "type": {"id": "collected"}, "description": "Dots"}]},
    "date of unknown kind": {"dates": [{"date": "2026-01", "type": {"id": "cat"}}]},
    "date of a kind that is none": {"dates": [{"date": "soon", "type": {"id": "collected"}}]},
    "long version": {"version": "1" * 200},
    "version that is a number": {"version": 1.0},
    "identifier": {"identifiers": [{"identifier": "10.1234/dots"}]},
    "identifier twice": {"identifiers": [{"identifier": "10.1234/dots"}, {"identifier": "10.1234/dots"}]},
    "identifier of no scheme": {"identifiers": [{"identifier": "dots"}]},
    "identifier of another scheme": {"identifiers": [{"identifier": "dots", "scheme": "doi"}]},
    "related": _related(),
    "related with a type": _related(resource_type={"id": "publication-article"}),
    "related with detected scheme": _related(scheme=None, identifier="https://example.org/dots"),
    "related of no scheme": _related(scheme=None, identifier="dots"),
    "related of another scheme": _related(scheme="url", identifier="dots"),
    "related without relation": _related(relation_type=None),
    "related with unknown relation": _related(relation_type={"id": "likes"}),
    "related without identifier": _related(identifier=None),
    "related twice": {"related_identifiers": _related()["related_identifiers"] * 2},
    "related by SWHID": _related(scheme=None, identifier="swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505"),
    "funder by name": {"funding": [{"funder": {"name": "Cat Fund"}, "award": {"title": {"en": "Dots"}, "number": "1"}}]},
    "funder by id": {"funding": [{"funder": {"id": "00k4n6c32"}}]},
    "unknown funder": {"funding": [{"funder": {"id": "000000000"}}]},
    "unknown award": {"funding": [{"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::000000"}}]},
    "award without funder": {"funding": [{"award": {"title": {"en": "Dots"}, "number": "1"}}]},
    "reference": {"references": [{"reference": "Carberry: Dots, 2020", "identifier": "10.1234/dots", "scheme": "doi"}]},
    "reference without text": {"references": [{"identifier": "10.1234/dots"}]},
    "reference of another scheme": {"references": [{"reference": "Dots", "identifier": "dots", "scheme": "doi"}]},
    "place": {"locations": {"features": [{"place": "Providence", "geometry": {"type": "Point", "coordinates": [-71.4, 41.8]}}]}},
    "empty place": {"locations": {"features": [{}]}},
    "point that is none": {"locations": {"features": [{"geometry": {"type": "Point", "coordinates": ["a", "b"]}}]}},
    "sizes and formats": {"sizes": ["11 pages"], "formats": ["application/zip"]},
    "copyright": {"copyright": "© 2026 The Cat Collective"},
    "metadata as text": {},
}  # fmt: skip
"""Name → what is other than usual in the metadata."""


def metadata_scenario(name: str) -> list[Step]:
    """Return the conversation about one case: saved in a draft without files, then published."""
    body = {**changed(**METADATA_CASES[name]), "files": {"enabled": False}}
    if name == "metadata as text":
        body["metadata"] = "Red-Dot"
    return [create(body), publish()]


SCENARIOS |= {f"metadata: {name}": metadata_scenario(name) for name in METADATA_CASES}
