"""What is counted of the hits of a search: kinds of access, states, resource types, kinds of files, subjects."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zenodo_action.server import vocabulary

Json = dict[str, Any]

_ACCESS_LABELS: Final = {
    "open": "Open",
    "embargoed": "Embargoed",
    "restricted": "Restricted",
    "metadata-only": "Metadata-only",
}


def facets_of(view: Json) -> str:
    """Return what is counted of a draft or record; equal texts are counted alike."""
    metadata = view["metadata"]
    return json.dumps(
        [
            view["access"]["status"],
            view["is_published"],
            metadata.get("resource_type", {}).get("id"),
            list(dict.fromkeys(entry["ext"] for entry in view["files"]["entries"].values())),
            [subject["subject"] for subject in metadata.get("subjects", []) if "subject" in subject],
        ]
    )


@dataclass(frozen=True, slots=True)
class _Facets:
    """What is counted of some hits that are alike, and how many they are."""

    times: int
    access: str
    is_published: bool
    resource_type: str | None
    file_types: list[str]
    subjects: list[str]


def aggregations(facets: Mapping[str, int], *names: str) -> Json:
    """
    Return the counts that stand beside the hits.

    Args:
        facets: How many hits have which facets; the first hit's first, since of equal counts the first found leads.
        names: Which counts are wanted.
    """
    found = [_Facets(times, *json.loads(text)) for text, times in facets.items()]
    return {name: _MAKERS[name](found) for name in names}


def _counted(pairs: Iterator[tuple[str, int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for value, times in pairs:
        counts[value] += times
    return counts


def _buckets(label: str, counts: Counter[str], labels: Mapping[str, str]) -> Json:
    return {
        "buckets": [
            {"key": key, "doc_count": count, "label": labels.get(key, key), "is_selected": False}
            for key, count in counts.most_common(10)
        ],
        "label": label,
    }


def _access(found: list[_Facets]) -> Json:
    return _buckets("Access status", _counted((one.access, one.times) for one in found), _ACCESS_LABELS)


def _states(found: list[_Facets]) -> Json:
    counts = _counted((str(one.is_published).lower(), one.times) for one in found)
    return _buckets("Status", counts, {"true": "Published", "false": "Unpublished"})


def _resource_types(found: list[_Facets]) -> Json:
    counts = _counted((one.resource_type, one.times) for one in found if one.resource_type)
    outer = _counted((kind.partition("-")[0], times) for kind, times in counts.items())
    titles = {kind: vocabulary.title("resource_types", kind) for kind in {*counts, *outer}}
    shown = _buckets("Resource types", outer, titles)
    for bucket in shown["buckets"]:
        inner = _counted((kind, times) for kind, times in counts.items() if kind.startswith(bucket["key"] + "-"))
        bucket["inner"] = {"buckets": _buckets("", inner, titles)["buckets"]}
    return shown


def _file_types(found: list[_Facets]) -> Json:
    counts = _counted((kind, one.times) for one in found for kind in one.file_types)
    return _buckets("File type", counts, {kind: kind.upper() for kind in counts})


def _subjects(found: list[_Facets]) -> Json:
    return _buckets("Subjects", _counted((subject, one.times) for one in found for subject in one.subjects), {})


_MAKERS: Final[Mapping[str, Callable[[list[_Facets]], Json]]] = {
    "access_status": _access,
    "is_published": _states,
    "resource_type": _resource_types,
    "file_type": _file_types,
    "subject": _subjects,
}
