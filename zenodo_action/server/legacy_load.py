"""
The deposit API's metadata turned into native ones, field by field, with the real layer's defaults and accidents.

Where the real code crashes (a creator that is a string, a related identifier without relation), this raises the same
500. Source: zenodo-api.md section 3; recorded exchanges ``legacy/059`` to ``legacy/262``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from zenodo_action.server import vocabulary
from zenodo_action.server.identifiers import RECORD_SCHEMES, detect_allowed, normalize
from zenodo_action.server.legacy_values import doi_of, licence, person
from zenodo_action.server.loading import NOT_LIST, NOT_TEXT, NULL, UNKNOWN
from zenodo_action.server.refusal import Problem, broken, invalid, problem

Json = dict[str, Any]

_EUROPEAN_COMMISSION: Final = "10.13039/501100000780"
_UNKNOWN_ACCESS: Final = "Unknown access type."
_BAD_COMMUNITIES: Final = "Communities must be an array of objects with an 'identifier' key."
_BAD_LANGUAGE: Final = "Language must be either ISO-639-1 or 639-2 compatible."
_BAD_LICENCE: Final = "Invalid license value provided (expected string, or object with 'id' key): "
_NO_SCHEME: Final = "No valid scheme recognized for identifier."

_JOURNAL: Final = {f"journal_{name}": name for name in ("title", "volume", "issue", "pages")}
_MEETING: Final = {
    f"conference_{name}": name for name in ("title", "acronym", "dates", "place", "url", "session", "session_part")
}
_IMPRINT: Final = {
    "imprint_isbn": "isbn",
    "imprint_place": "place",
    "partof_title": "title",
    "partof_pages": "pages",
}
_THESIS: Final = {"thesis_university": "university"}
_GROUPS: Final = (
    ("journal:journal", _JOURNAL),
    ("meeting:meeting", _MEETING),
    ("imprint:imprint", _IMPRINT),
    ("thesis:thesis", _THESIS),
)


def load_body(body: Any) -> Json:
    """
    Return the native body of a draft for the body of a deposition.

    Raises:
        Refusal: 400 with what is wrong, or the 500 of the real layer.
    """
    if not isinstance(body, dict):
        raise broken()
    unknown = [problem(name, UNKNOWN) for name in body if name not in ("metadata", "files")]
    if unknown:
        raise invalid(*unknown)
    native: Json = {"files": {"enabled": True}}
    if "metadata" not in body:
        return native
    given = body["metadata"]
    if given is None:
        raise invalid(problem("metadata", NULL))
    if not isinstance(given, dict):
        raise broken()
    try:
        return native | _Loader(given).load()
    except (AttributeError, KeyError, TypeError) as error:
        # The real layer meets input of an unforeseen shape in the same way.
        raise broken() from error


class _Loader:
    """One conversion."""

    def __init__(self, given: Json) -> None:
        self._given = given
        self._problems: list[Problem] = []
        self._metadata: Json = {}

    def load(self) -> Json:
        self._split_identifiers()
        self._texts()
        self._creators()
        self._rights()
        self._funding()
        self._locations()
        self._dates()
        self._references()
        self._language()
        self._related()
        self._listed("keywords")
        access = self._access()
        slugs = self._communities()
        if self._problems:
            raise invalid(*self._problems)
        self._resource_type()
        self._contributors()
        self._descriptions()
        self._subjects()
        native: Json = {"metadata": self._metadata, "custom_fields": self._custom_fields(slugs), "access": access}
        doi = self._given.get("doi")
        if doi:
            native["pids"] = {"doi": doi_of(doi)}
        return native

    def _complain(self, field: str, message: str) -> None:
        self._problems.append(problem(f"metadata.{field}", message))

    # Fields with rules of their own

    def _split_identifiers(self) -> None:
        related = self._given.get("related_identifiers", [])
        if not isinstance(related, list):
            raise invalid(problem("metadata.related_identifiers", "related_identifiers must be a list"))
        self._alternates = list(self._given.get("alternate_identifiers") or [])
        self._relateds: list[Any] = []
        for place, one in enumerate(related):
            if not isinstance(one, dict):
                raise invalid(problem(f"metadata.related_identifiers.{place}", "Invalid input type."))
            relation = one.get("relation", "")
            if not isinstance(relation, str):
                raise invalid(problem(f"metadata.related_identifiers.{place}.relation", NOT_TEXT))
            (self._alternates if relation.lower() == "isalternateidentifier" else self._relateds).append(one)

    def _texts(self) -> None:
        for name in ("title", "description", "publication_date", "version"):
            if name in self._given:
                value = self._given[name]
                if not isinstance(value, str):
                    self._complain(name, NULL if value is None else NOT_TEXT)
                elif value.strip() or name == "title":
                    self._metadata[name] = value.strip()
        self._metadata.setdefault("publication_date", date.today().isoformat())  # noqa: DTZ011  # the server's day
        publisher = self._given.get("imprint_publisher", "Zenodo")
        if not isinstance(publisher, str):
            self._complain("imprint_publisher", NULL if publisher is None else NOT_TEXT)
        elif publisher:
            self._metadata["publisher"] = publisher

    def _listed(self, name: str) -> list[Any]:
        """Return a list field; a string falls into its characters, as Python iterates it."""
        value = self._given.get(name, [])
        if value is None:
            self._complain(name, NULL)
            return []
        if not isinstance(value, (list, str)):
            self._complain(name, NOT_LIST)
            return []
        return list(value)

    def _creators(self) -> None:
        if "creators" not in self._given:
            return
        value = self._given["creators"]
        if not isinstance(value, list):
            self._complain("creators", NULL if value is None else NOT_LIST)
            return
        self._metadata["creators"] = [person(one) for one in value]

    def _rights(self) -> None:
        if "license" not in self._given:
            access = self._given.get("access_right") or "open"
            if self._given and access in ("open", "embargoed"):
                is_data = self._given.get("upload_type") == "dataset"
                self._metadata["rights"] = [{"id": "cc0-1.0" if is_data else "cc-by-4.0"}]
            return
        value = self._given["license"]
        if value is None:
            self._complain("license", NULL)
            return
        if isinstance(value, dict):
            if "id" not in value:
                raise broken()
            value = value["id"]
        if not isinstance(value, str):
            self._complain("license", f"{_BAD_LICENCE}{value}")
            return
        right = licence(value)
        if right is None:
            self._complain("license", f"Invalid license provided: {value}")
        else:
            self._metadata["rights"] = [right]

    def _funding(self) -> None:
        grants = self._given.get("grants")
        if not grants:
            return
        found = []
        for grant in grants:
            if not isinstance(grant, dict) or not isinstance(grant.get("id"), str):
                raise broken()
            name = grant["id"] if "::" in grant["id"] else f"{_EUROPEAN_COMMISSION}::{grant['id']}"
            funder, _, number = name.partition("::")
            ror = vocabulary.ror_of_funder_doi(funder)
            found.append({"funder": {"id": ror}, "award": {"id": f"{ror}::{number}"}})
        self._metadata["funding"] = found

    def _locations(self) -> None:
        if "locations" not in self._given:
            return
        features = []
        for one in _each(self._given["locations"]):
            if "place" not in one:
                raise broken()
            feature: Json = {"place": one["place"]}
            # A latitude or longitude of 0 loses the point, as in the real layer.
            if one.get("lat") and one.get("lon"):
                feature["geometry"] = {"type": "Point", "coordinates": [one["lon"], one["lat"]]}
            if one.get("description"):
                feature["description"] = one["description"]
            features.append(feature)
        self._metadata["locations"] = {"features": features}

    def _dates(self) -> None:
        if "dates" not in self._given:
            return
        found = []
        for one in _each(self._given["dates"]):
            start, end = one.get("start"), one.get("end")
            if not start and not end:
                self._complain("dates", "Invalid date provided.")
                return
            if not isinstance(one.get("type"), str):
                raise broken()
            text = f"{start}/{end}" if start and end and start != end else f"{start or end}"
            entry: Json = {"date": text, "type": {"id": one["type"].lower()}}
            if one.get("description"):
                entry["description"] = one["description"]
            found.append(entry)
        self._metadata["dates"] = found

    def _references(self) -> None:
        found = self._listed("references")
        if found:
            self._metadata["references"] = [{"reference": one} for one in found]

    def _language(self) -> None:
        value = self._given.get("language")
        if "language" not in self._given:
            return
        if not isinstance(value, str):
            if value is None:
                self._complain("language", NULL)
                return
            raise broken()
        if len(value) not in (2, 3):
            self._complain("language", _BAD_LANGUAGE)
            return
        name = value if len(value) == 3 else vocabulary.language_of_two_letters(value)  # noqa: PLR2004  # ISO 639-3
        if name:
            self._metadata["languages"] = [{"id": name}]

    def _related(self) -> None:
        found = []
        for one in self._relateds:
            identifier = self._identifier(one, "related_identifiers")
            if not one.get("relation"):
                raise broken()
            relation = "isoriginalformof" if one["relation"] == "isOrignialFormOf" else one["relation"].lower()
            entry: Json = {**identifier, "relation_type": {"id": relation}}
            if one.get("resource_type"):
                entry["resource_type"] = {"id": one["resource_type"]}
            found.append(entry)
        if found:
            self._metadata["related_identifiers"] = found
        alternates = [self._identifier(one, "alternate_identifiers") for one in self._alternates]
        if alternates:
            self._metadata["identifiers"] = alternates

    def _identifier(self, given: Any, field: str) -> Json:
        if not isinstance(given, dict) or not isinstance(given.get("identifier"), str):
            raise broken()
        text = given["identifier"].strip()
        scheme = detect_allowed(text, RECORD_SCHEMES)
        if scheme is None:
            self._complain(f"{field}.scheme", _NO_SCHEME)
            return {"identifier": text}
        return {"identifier": normalize(text, scheme), "scheme": scheme}

    def _access(self) -> Json:
        right = self._given.get("access_right") or "open"
        until = self._given.get("embargo_date")
        if right == "open":
            return {"record": "public", "files": "public"}
        if right in ("restricted", "closed"):
            return {"record": "public", "files": "restricted"}
        if right == "embargoed" and until:
            embargo = {"active": True, "until": until, "reason": None}
            return {"record": "public", "files": "restricted", "embargo": embargo}
        self._problems.append(problem("_schema", _UNKNOWN_ACCESS))
        return {}

    def _communities(self) -> list[str]:
        value = self._given.get("communities", [])
        if not isinstance(value, list) or not all(
            isinstance(one, dict) and isinstance(one.get("identifier"), str) for one in value
        ):
            self._problems.append(problem("communities", _BAD_COMMUNITIES))
            return []
        return [one["identifier"] for one in value]

    # What is only looked at when the rest is right

    def _resource_type(self) -> None:
        kind = self._given.get("upload_type")
        if not kind:
            plain = self._given.get("resource_type")
            if isinstance(plain, str):
                self._metadata["resource_type"] = {"id": plain}
            return
        subtype = self._given.get(f"{kind}_type")
        name = f"{kind}-{subtype}" if subtype else f"{kind}"
        self._metadata["resource_type"] = {"id": {"publication-thesis": "publication-dissertation"}.get(name, name)}

    def _contributors(self) -> None:
        found = []
        for one in _each(self._given.get("contributors") or []):
            found_person = person(one)
            role = one.get("type")
            if role:
                if not isinstance(role, str):
                    raise broken()
                found_person["role"] = {"id": role.lower()}
            found.append(found_person)
        supervisors = _each(self._given.get("thesis_supervisors") or [])
        found.extend({**person(one), "role": {"id": "supervisor"}} for one in supervisors)
        if found:
            self._metadata["contributors"] = found

    def _descriptions(self) -> None:
        found = [
            {"description": self._given[name], "type": {"id": kind}}
            for name, kind in (("notes", "notes"), ("method", "methods"))
            if self._given.get(name)
        ]
        native = self._given.get("additional_descriptions")
        if found or native:
            self._metadata["additional_descriptions"] = found or native

    def _subjects(self) -> None:
        keywords = self._listed("keywords")
        if keywords:
            self._metadata["subjects"] = [{"subject": one} for one in keywords]

    def _custom_fields(self, slugs: list[str]) -> Json:
        custom = self._given.get("custom")
        fields: Json = dict(custom) if isinstance(custom, dict) else {}
        for name, keys in _GROUPS:
            group = {inner: self._given[outer] for outer, inner in keys.items() if self._given.get(outer)}
            if group:
                fields[name] = group
        subjects = self._given.get("subjects")
        if subjects:
            fields["legacy:subjects"] = [
                {key: one[key] for key in ("term", "identifier", "scheme") if key in one} for one in _each(subjects)
            ]
        if slugs:
            fields["legacy:communities"] = slugs
        return fields


def _each(value: Any) -> list[Json]:
    """Return the objects of a list; anything else makes the real code crash."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise broken()
    return value
