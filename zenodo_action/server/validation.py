"""
The native metadata schema: what a save keeps, drops or refuses, and what a publication demands.

Source: zenodo-api.md 4.4 and 4.5; recorded exchanges ``native/056`` to ``native/141``. The order of the fields is the
order of the errors and of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from zenodo_action.server.identifiers import PERSON_SCHEMES, RECORD_SCHEMES, is_isbn
from zenodo_action.server.loading import (
    MISSING_DATA,
    NOT_OBJECT,
    NOTHING,
    NULL,
    UNKNOWN,
    Loader,
    Nothing,
    Problems,
    anything,
    day,
    edtf,
    entry,
    entry_or_text,
    fields,
    identifier,
    items,
    one_of,
    rich_text,
    text,
    truth,
)
from zenodo_action.server.personality import Personality
from zenodo_action.server.refusal import Problem, broken, invalid, problem

Json = dict[str, Any]

_KIND: Final = "Invalid value. Choose one of ['organizational', 'personal']."
_ONE_PER_SCHEME: Final = "Only one identifier per scheme is allowed."
_DUPLICATED: Final = "Duplicated identifier entry is not allowed."
_BOTH_FORMS: Final = (
    "Only an existing id or free text title/description/link is accepted, but not both cases at the same time"
)
PAST_EMBARGO: Final = "Embargo end date must be set to a future date."


def _one_per_scheme(entries: list[Json]) -> str | None:
    schemes = [entry.get("scheme") for entry in entries]
    return _ONE_PER_SCHEME if len(set(schemes)) < len(schemes) else None


def _no_twins(entries: list[Json]) -> str | None:
    seen = [(entry.get("scheme"), entry.get("identifier")) for entry in entries]
    return _DUPLICATED if len(set(seen)) < len(seen) else None


def _names(person: Json) -> Mapping[str, str]:
    if person.get("type") == "personal" and not person.get("family_name"):
        return {"family_name": "Family name cannot be blank."}
    if person.get("type") == "organizational" and not person.get("name"):
        return {"name": "Name cannot be blank."}
    return {}


def _full_name(person: Json) -> Json:
    if person["type"] == "organizational":
        return {key: value for key, value in person.items() if key not in ("family_name", "given_name")}
    person["name"] = ", ".join(part for part in (person.get("family_name"), person.get("given_name")) if part)
    return _in_order(person, ("type", "name", "given_name", "family_name", "identifiers"))


def _in_order(given: Json, order: tuple[str, ...]) -> Json:
    return {key: given[key] for key in order if key in given}


def _present(place: str, *names: str, complaint: str) -> Any:
    def rule(kept: Json) -> Mapping[str, str]:
        return {} if any(kept.get(name) for name in names) else {place: complaint}

    return rule


_PERSON: Final = fields(
    {
        "type": one_of("organizational", "personal", complaint=_KIND),
        "name": text(plain=True),
        "given_name": text(plain=True),
        "family_name": text(plain=True),
        "identifiers": items(identifier(PERSON_SCHEMES), whole=_one_per_scheme),
    },
    required=("type",),
    missing={"type": _KIND},
    rule=_names,
    finish=_full_name,
)

_AFFILIATION: Final = fields(
    {"id": text(), "name": text()},
    rule=_present("affiliations", "id", "name", complaint="An existing id or a free text name must be present."),
)


def _no_twin_affiliations(contributor: Json) -> Mapping[str, str]:
    names = [entry.get("name", entry.get("id", "")) for entry in contributor.get("affiliations", [])]
    if len(set(names)) == len(names):
        return {}
    twins = dict.fromkeys(name for name in names if names.count(name) > 1)
    return {"affiliations": f"Duplicated affiliations: {', '.join(twins)}"}


def _contributor(*required: str) -> Loader:
    return fields(
        {"person_or_org": _PERSON, "role": entry, "affiliations": items(entry_or_text(_AFFILIATION))},
        required=("person_or_org", *required),
        rule=_no_twin_affiliations,
    )


def _typed(name: str, loader: Loader) -> Loader:
    known = {name: loader, "type": entry, "lang": entry}
    return fields(known, required=(name, "type"))


def _right_form(kept: Json) -> Mapping[str, str]:
    if not kept.get("id") and not kept.get("title"):
        return {"rights": "An existing id or a free text title must be present"}
    if kept.get("id") and len(kept) > 1:
        return {"rights": _BOTH_FORMS}
    return {}


def _i18n(value: Any, path: str, problems: Problems) -> Any:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        problems.append(problem(path, "Not a valid mapping type."))
        return NOTHING
    return value


_RIGHT: Final = fields(
    {
        "id": text(),
        "title": _i18n,
        "description": _i18n,
        "props": fields({"url": text(url="Not a valid URL."), "scheme": text()}),
        "link": text(url="Not a valid URL."),
    },
    rule=_right_form,
)


_FUNDER: Final = fields(
    {"id": text(), "name": text()},
    rule=_present("funder", "id", "name", complaint="An existing id or a free text name must be present."),
)
_AWARD: Final = fields(
    {
        "id": text(),
        "number": text(),
        "title": _i18n,
        "identifiers": items(identifier(("url", "doi"))),
        "acronym": anything,
        "program": anything,
    },
    rule=_present(
        "award", "id", "number", "title", complaint="An existing id or either number or title must be present."
    ),
)

_NO_PLACE: Final = "At least one of ['geometry', 'place',                 identifiers', 'description'] must be present."
"""In the server's own words, blanks and a lost quote included."""
_GEOMETRY: Final = fields({"type": text(), "coordinates": anything}, required=("type", "coordinates"))
_FEATURE: Final = fields(
    {
        "geometry": _GEOMETRY,
        "place": text(),
        "identifiers": items(identifier(("wikidata", "geonames"))),
        "description": text(),
    },
    rule=_present(
        "locations",
        "geometry",
        "place",
        "identifiers",
        "description",
        complaint=_NO_PLACE,
    ),
)

_METADATA_FIELDS: Final[dict[str, Loader]] = {
    "resource_type": entry,
    "creators": items(_contributor(), needed=MISSING_DATA),
    "title": text(least=3, plain=True),
    "additional_titles": items(_typed("title", text(least=3, plain=True))),
    "publisher": text(),
    "publication_date": edtf,
    "subjects": items(
        fields(
            {"id": text(), "subject": text()},
            passes_over=True,
            rule=_present(
                "subjects", "id", "subject", complaint="An existing id or a free text subject must be present."
            ),
        )
    ),
    "contributors": items(_contributor("role")),
    "dates": items(fields({"date": edtf, "type": entry, "description": text()}, required=("date", "type"))),
    "languages": items(entry),
    "identifiers": items(identifier(RECORD_SCHEMES), whole=_no_twins),
    "related_identifiers": items(
        identifier(
            RECORD_SCHEMES,
            more={"relation_type": entry, "resource_type": entry},
            required=("relation_type",),
        )
    ),
    "sizes": items(text(blank="Size cannot be a blank string.")),
    "formats": items(text(blank="Format cannot be a blank string.")),
    "version": text(most=191),
    "rights": items(entry_or_text(_RIGHT)),
    "copyright": text(),
    "description": rich_text(least=3),
    "additional_descriptions": items(_typed("description", rich_text(least=3))),
    "locations": fields({"features": items(_FEATURE)}),
    "funding": items(fields({"funder": entry_or_text(_FUNDER), "award": entry_or_text(_AWARD)}, required=("funder",))),
    "references": items(identifier(RECORD_SCHEMES, needed=False, more={"reference": text()}, required=("reference",))),
}
_METADATA: Final = fields(_METADATA_FIELDS, required=("resource_type", "creators", "title", "publication_date"))


def _isbn(value: Any, path: str, problems: Problems) -> Any:
    kept = text()(value, path, problems)
    if not isinstance(kept, Nothing) and not is_isbn(kept):
        problems.append(problem(path, "Please provide a valid ISBN."))
        return NOTHING
    return kept


def _texts(*names: str) -> dict[str, Loader]:
    return dict.fromkeys(names, text())


_ZENODO_CUSTOM: Final[dict[str, Loader]] = {
    "code:codeRepository": text(url="Not a valid URL."),
    "code:programmingLanguage": items(entry),
    "code:developmentStatus": entry,
    "journal:journal": fields(_texts("title", "issue", "volume", "pages", "issn")),
    "meeting:meeting": fields(
        {
            **_texts("title", "acronym", "dates", "place", "session", "session_part"),
            "url": text(url="You must provide a valid URL."),
            "identifiers": items(identifier(RECORD_SCHEMES)),
        }
    ),
    "imprint:imprint": fields({**_texts("title", "pages", "place", "edition"), "isbn": _isbn}),
    "thesis:thesis": fields(_texts("university", "department", "type", "date_submitted", "date_defended")),
    "thesis:university": text(),
    "legacy:subjects": anything,
    "legacy:communities": items(text()),
}
_ZENODO_PREFIXES: Final = ("dwc:", "gbif:", "gbif-dwc:", "mixs:", "ac:", "dc:", "obo:", "openbiodiv:")
"""Prefixes of the biodiversity and audiovisual fields, whose values are taken as they are."""

_ACCESS: Final = fields(
    {
        "record": one_of("public", "restricted", complaint="'record' must be either 'public' or 'restricted'"),
        "files": one_of("public", "restricted", complaint="'files' must be either 'public' or 'restricted'"),
        "embargo": fields({"active": truth, "until": day, "reason": anything}),
        "status": anything,
    }
)


def load_metadata(given: Any, problems: Problems) -> Json:
    """Return what is kept of ``metadata``."""
    kept = _METADATA(given, "metadata", problems)
    return {} if isinstance(kept, Nothing) else dict(kept)


def load_custom_fields(given: Any, personality: Personality, problems: Problems) -> Json:
    """Return what is kept of ``custom_fields``; a stock InvenioRDM has none."""
    if not isinstance(given, dict):
        problems.append(_no_object("custom_fields", given))
        return {}
    kept: Json = {}
    for name, value in given.items():
        loader = _ZENODO_CUSTOM.get(name) if personality.is_zenodo else None
        if loader is None and personality.is_zenodo and name.startswith(_ZENODO_PREFIXES):
            loader = anything
        if loader is None:
            problems.append(problem(f"custom_fields.{name}", UNKNOWN))
            continue
        loaded = loader(value, f"custom_fields.{name}", problems)
        if not isinstance(loaded, Nothing) and loaded not in (None, {}, []):
            kept[name] = loaded
    return kept


def _no_object(path: str, given: Any) -> Problem:
    return problem(path, NULL) if given is None else problem(f"{path}._schema", NOT_OBJECT)


def load_access(body: Json, personality: Personality, problems: Problems) -> Json:
    """
    Return the access of a draft; where it is none at all, the usual one.

    Raises:
        Refusal: ``record`` or ``files`` is missing or no level; or a restricted record, which Zenodo does not take.
    """
    access: Json = {"record": "public", "files": "public", "embargo": {"active": False, "reason": None}}
    given = body.get("access", access)
    if not given:
        missing = [problem(f"access.{level}", MISSING_DATA) for level in ("record", "files")]
        problems.extend(missing if given == {} else [_no_object("access", given)])
        return access
    found: Problems = []
    kept = _ACCESS(given, "access", found)
    if isinstance(kept, Nothing):
        raise invalid(*found)
    for level in ("record", "files"):
        if level not in kept:
            raise invalid(problem("access", f"'{level}'"))
    if kept["record"] == "restricted" and personality.is_zenodo:
        raise invalid(problem("access", "You don't have permissions to manage record access."))
    embargo = kept.get("embargo") or {}
    access |= {"record": kept["record"], "files": kept["files"]}
    if embargo.get("active"):
        access["embargo"] = {"active": True, **_until(embargo), "reason": embargo.get("reason")}
    problems.extend(found or access_problems(access))
    return access


def _until(embargo: Json) -> Json:
    return {"until": embargo["until"]} if "until" in embargo else {}


def access_problems(access: Json) -> Problems:
    """Return what keeps an access from being published."""
    embargo = access["embargo"]
    if embargo["active"] and embargo.get("until", "") <= date.today().isoformat():  # noqa: DTZ011  # the server's day
        return [problem("access.embargo.until", PAST_EMBARGO)]
    return []


def load_files(body: Json, problems: Problems) -> Json:
    """
    Return the options of a draft's files, ``{"enabled", "default_preview", "order"}``; an order cannot be given.

    Raises:
        Refusal: 500 for what is no object.
    """
    given = body.get("files", {})
    if given is None:
        problems.append(problem("files", NULL))
        given = {}
    if not isinstance(given, dict):
        raise broken()
    enabled = truth(given.get("enabled", True), "files.enabled", problems)
    preview = given.get("default_preview")
    return {
        "enabled": enabled is not False,
        "default_preview": preview if isinstance(preview, str) and preview else None,
        "order": [],
    }
