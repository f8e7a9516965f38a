"""Fields of ``.zenodo.yml`` and ``.zenodo.json`` with fixed values: type, access, places, states."""

from __future__ import annotations

import datetime as dt
import math

from zenodo_action import vocab
from zenodo_action.model import Access, Location
from zenodo_action.sources.reading import Value, did_you_mean, shown
from zenodo_action.sources.texts import read_language

SUBTYPE_KEYS = tuple(f"{kind}_type" for kind in vocab.upload_types())
"""``publication_type``, ``image_type``, and what else zenodo-rdm reads as ``{upload_type}_type``."""


def read_resource_type(root: Value) -> str | None:
    """Return the type of the work from ``upload_type`` and its subtype, or from ``resource_type``."""
    subtypes = {value.path[-1]: value for key in SUBTYPE_KEYS if (value := root.get(key)) is not None}
    main = root.pick("upload_type", "resource_type")
    kind = main.line() if main is not None else None
    if main is None or kind is None:
        return _without_main(subtypes)
    found = vocab.resource_type(kind)
    if found is None:
        main.error(
            code="upload-type-unknown",
            what=f"{shown(kind)} is no type of upload",
            fix=_type_advice(kind.lower()),
        )
        return None
    base = found.partition("-")[0]
    for key, value in subtypes.items():
        if key != f"{base}_type":
            value.warn_key(
                code="key-unused",
                what=f"{key} is not used, since upload_type is {base}",
                fix=f"remove it, or write upload_type: {_base(key)}",
            )
    return _with_subtype(found, base, subtypes.get(f"{base}_type"))


def _type_advice(kind: str) -> str:
    """Return what to write in place of a type that is none: many a time it is the subtype of one."""
    bases = [base for base in vocab.upload_types() if kind in vocab.subtypes(base)]
    if len(bases) == 1:
        return f"write upload_type: {bases[0]} and {bases[0]}_type: {kind}"
    return did_you_mean(kind, vocab.upload_types())


def _base(key: object) -> str:
    return str(key).removesuffix("_type")


def _without_main(subtypes: dict[str | int, Value]) -> str | None:
    """Return the type where only a subtype is given: it tells its own main type."""
    for key, value in subtypes.items():
        value.warn(
            code="upload-type-missing",
            what=f"there is no upload_type; {key} says {_base(key)}",
            fix=f"add upload_type: {_base(key)}",
        )
        return _with_subtype(_base(key), _base(key), value)
    return None


def _with_subtype(found: str, base: str, value: Value | None) -> str | None:
    subtype = value.line() if value is not None else None
    if value is None or subtype is None or "-" in found:
        return found
    whole = vocab.resource_type(base, subtype)
    if whole is None:
        value.error(
            code="subtype-unknown",
            what=f"{shown(subtype)} is no type of {base}",
            fix=did_you_mean(subtype, vocab.subtypes(base)),
        )
    return whole


def read_access(root: Value) -> Access | None:
    """Return who may read the files; an embargo needs its date."""
    right_value, date_value = root.get("access_right"), root.get("embargo_date")
    conditions = _read_conditions(root)
    text = right_value.line() if right_value is not None else None
    right = vocab.access_right(text) if text is not None else None
    if right_value is not None and text is not None and right is None:
        right_value.error(
            code="access-right-unknown",
            what=f"{shown(text)} is no access right",
            fix=did_you_mean(text, ("open", "embargoed", "restricted", "closed")),
        )
        return None
    if right is None:
        if date_value is None:
            return None
        date_value.warn(
            code="access-right-missing",
            what="there is an embargo date but no access right; the files are put under embargo",
            fix="add access_right: embargoed, or remove the date",
        )
        right = "embargoed"
    if right == "embargoed":
        until = _read_embargo_date(date_value, right_value)
        return Access(files="restricted", embargo_until=until, embargo_reason=conditions) if until else None
    if date_value is not None:
        date_value.warn_key(
            code="embargo-date-unused",
            what=f"embargo_date is not used, since access_right is {right}",
            fix="write access_right: embargoed, or remove the date",
        )
    if right == "closed" and right_value is not None:
        right_value.warn(
            code="access-right-changed",
            what="closed files do not exist any more; the server makes them restricted",
            fix="write access_right: restricted",
        )
    return Access(files="public" if right == "open" else "restricted")


def _read_conditions(root: Value) -> str | None:
    """Return the conditions of access where they have a place: as the reason of an embargo."""
    value = root.get("access_conditions")
    if value is None:
        return None
    if (root.text_of("access_right") or "").lower() == "embargoed":
        return value.line()
    value.warn_key(
        code="key-unused",
        what="access_conditions is ignored by the server",
        fix="write them into the description; on the record's page access requests can be set up",
    )
    return None


def _read_embargo_date(value: Value | None, right: Value | None) -> str | None:
    text = value.line() if value is not None else None
    if value is None or text is None:
        if right is not None:
            right.error(
                code="embargo-date-missing",
                what="an embargo needs its date",
                fix="add embargo_date: YYYY-MM-DD, a day in the future",
            )
        return None
    try:
        return dt.date.fromisoformat(vocab.date(text) or text).isoformat()
    except ValueError:
        problem = vocab.date_problem(text) or f"{shown(text)} is not one day"
        value.error(code="date-impossible", what=f"the embargo date is wrong: {problem}", fix="write it as YYYY-MM-DD")
        return None


def read_locations(value: Value) -> tuple[Location, ...]:
    """Return the places; coordinates in degrees."""
    places: list[Location] = []
    for item in value.items():
        if not item.is_mapping:
            item.error(
                code="value-kind-wrong",
                what=f"{item.label} is {item.kind} where a mapping belongs",
                fix="write {place: …, lat: …, lon: …}",
            )
            continue
        item.check_keys(("place", "lat", "lon", "description"))
        place = item.text_of("place")
        latitude, longitude = _read_degrees(item, "lat", 90), _read_degrees(item, "lon", 180)
        if (latitude is None) != (longitude is None):
            item.warn(
                code="coordinate-missing",
                what=f"{item.label} has only one coordinate; it is not used",
                fix="add the other one",
            )
            latitude = longitude = None
        if not place and latitude is None:
            item.error(code="place-missing", what=f"{item.label} names no place", fix="add place: with its name")
            continue
        item.mark(len(places))
        places.append(
            Location(place=place, latitude=latitude, longitude=longitude, description=item.text_of("description"))
        )
    return tuple(places)


def _read_degrees(item: Value, key: str, limit: int) -> float | None:
    """Return a coordinate; the server takes any number, also one that is nowhere on earth."""
    value = item.get(key)
    if value is None:
        return None
    try:
        degrees = float(value.data)
    except (TypeError, ValueError):
        degrees = math.nan
    if not math.isfinite(degrees):
        value.error(code="coordinate-wrong", what=f"{value.label} is no number", fix=f"write {key}: 47.37, in degrees")
        return None
    if not -limit <= degrees <= limit:
        value.warn(
            code="coordinate-wrong",
            what=f"{value.label} is outside of -{limit} to {limit} degrees",
            fix="are latitude and longitude swapped? Write both in degrees",
        )
    return degrees


def read_languages(value: Value) -> tuple[str, ...]:
    """Return the languages of the work, each once."""
    found = [read_language(item) for item in value.items(may_be_single=True)]
    return tuple(dict.fromkeys(language for language in found if language is not None))


def read_programming_languages(value: Value) -> list[dict[str, str]]:
    """Return the programming languages in the shape of the custom field, each once."""
    found: dict[str, None] = {}
    for entry in value.items(may_be_single=True):
        item = entry.get("id") if entry.is_mapping else entry
        text = item.line() if item is not None else None
        if item is None or text is None:
            continue
        language = vocab.programming_language(text)
        if language is None:
            item.error(
                code="programming-language-unknown",
                what=f"{shown(text)} is no programming language that the server knows",
                fix="write the language's name as GitHub shows it, as Python, C++, Jupyter Notebook",
            )
        else:
            found[language] = None
    return [{"id": language} for language in found]


def read_development_status(value: Value) -> dict[str, str] | None:
    """Return the development status in the shape of the custom field."""
    named = value.get("id") if value.is_mapping else value
    text = named.line() if named is not None else None
    if text is None:
        return None
    status = vocab.development_status(text)
    if status is None:
        value.error(
            code="development-status-unknown",
            what=f"{shown(text)} is no development status",
            fix=did_you_mean(text, vocab.development_statuses()),
        )
        return None
    return {"id": status}
