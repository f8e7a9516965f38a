"""What git says about a release, and what follows for the values of the files: the tag is the truth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from zenodo_action.errors import FilePlace, Finding, Where
from zenodo_action.model import Harvest, Related, Snapshot
from zenodo_action.versions import is_version, version_of

TAG, REMOTE, COMMIT = "git tag", "git remote", "git commit"
REPOSITORY_NAME, DEFAULT = "repository name", "default"
"""Names of the sources that are no files."""

CODE_REPOSITORY = "code:codeRepository"
SUPPLEMENT = "issupplementto"

_TREE_PATHS = ("/tree/", "/-/tree/", "/src/tag/", "/releases/tag/", "/-/releases/")
"""What stands between a repository's address and a tag on GitHub, GitLab and Forgejo."""


def strongest(snapshot: Snapshot) -> Harvest:
    """Return what no file can change: the publication date, and the version where there is a tag."""
    fields = {"publication_date": snapshot.released_on}
    if snapshot.tag is not None:
        fields["version"] = snapshot.version
    return Harvest(source=TAG if snapshot.tag is not None else COMMIT, fields=fields)


def weakest(snapshot: Snapshot) -> tuple[Harvest, ...]:
    """Return what holds where nobody says anything."""
    url = snapshot.repository.url
    harvests = [
        Harvest(source=COMMIT, fields={"version": snapshot.version}),
        Harvest(source=REPOSITORY_NAME, fields={"title": snapshot.repository.name}),
        Harvest(source=DEFAULT, fields={"resource_type": "software"}),
    ]
    if url is not None:
        harvests.append(Harvest(source=REMOTE, fields={"custom_fields": {CODE_REPOSITORY: url}}))
    return tuple(harvests)


def stale_values(harvests: Iterable[Harvest], snapshot: Snapshot) -> list[Finding]:
    """Return a warning for every version and date in a file that is not the tag's."""
    if snapshot.tag is None:
        return []
    findings = []
    for harvest in harvests:
        version, date = harvest.fields.get("version"), harvest.fields.get("publication_date")
        if isinstance(version, str) and version_of(version) != version_of(snapshot.version):
            findings.append(
                Finding(
                    level="warning",
                    code="version-stale",
                    what=f"the version {version} is not that of the tag {snapshot.tag}; {snapshot.version} is used",
                    where=harvest.places.get("version"),
                    fix=_remedy(harvest.places.get("version"), snapshot.version, "version"),
                )
            )
        if isinstance(date, str) and not snapshot.released_on.startswith(date):
            findings.append(
                Finding(
                    level="warning",
                    code="date-stale",
                    what=f"the date {date} is not that of the tag {snapshot.tag}; {snapshot.released_on} is used",
                    where=harvest.places.get("publication_date"),
                    fix=_remedy(harvest.places.get("publication_date"), snapshot.released_on, "date"),
                )
            )
    return findings


def _remedy(place: Where | None, right: str, placeholder: str) -> str:
    """Return how to mend a stale value; only Zenodo's own files know placeholders."""
    if isinstance(place, FilePlace) and "zenodo" in place.file:
        return f"write ${{{placeholder}}}, or remove it"
    return f"set it to {right} before tagging, or remove it"


def with_tree_link(
    related: tuple[Related, ...], places: Mapping[str, Where], snapshot: Snapshot, resource_type: str | None
) -> tuple[tuple[Related, ...], dict[str, Where], list[Finding]]:
    """
    Return the related works with the link to the source at this tag, the places that go with them, and findings.

    A link to another tag of this repository is replaced: files keep it from one release to the next.
    """
    link = snapshot.tree_url
    if link is None:
        return related, dict(places), []
    name = snapshot.tag or snapshot.commit[:12]
    kept: list[Related] = []
    moved = {part: place for part, place in places.items() if not part.startswith("related.")}
    findings = []
    for index, item in enumerate(related):
        place = places.get(f"related.{index}")
        if _is_stale(item, snapshot, link):
            findings.append(
                Finding(
                    level="warning",
                    code="tree-link-stale",
                    what=f"{item.identifier} is not the source of {name}; {link} is stored in its place",
                    where=place or places.get("related"),
                    fix="remove the entry: the link to the tag's source is always added",
                )
            )
            continue
        if place is not None:
            moved[f"related.{len(kept)}"] = place
        # One spelling for all runs: the link is the mark by which a release is found again.
        is_same = item.relation == SUPPLEMENT and plain_address(item.identifier) == plain_address(link)
        kept.append(replace(item, identifier=link, scheme="url") if is_same else item)
    if all(item.identifier != link for item in kept):
        kind = resource_type if (resource_type or "").startswith("software") else "software"
        kept.append(Related(identifier=link, scheme="url", relation=SUPPLEMENT, resource_type=kind))
    return tuple(kept), moved, findings


def _is_stale(item: Related, snapshot: Snapshot, link: str) -> bool:
    """Whether a related work is this repository's source at another tag."""
    address, own = plain_address(item.identifier), plain_address(snapshot.repository.url or "")
    if item.relation != SUPPLEMENT or not address.startswith(own) or address == plain_address(link):
        return False
    for middle in _TREE_PATHS:
        if address[len(own) :].startswith(middle):
            tag = address[len(own) + len(middle) :]
            return tag != (snapshot.tag or "").lower() and is_version(tag)
    return False


def plain_address(url: str) -> str:
    """
    Return a web address in the form in which two of them can be compared.

    >>> plain_address("http://GitHub.com/cat-lab/Red-Dot.git/")
    'github.com/cat-lab/red-dot'
    """
    return re.sub(r"^https?://(?:www\.)?", "", unquote(url).strip().lower()).rstrip("/").removesuffix(".git")


def foreign_repository(
    custom_fields: Mapping[str, Any], places: Mapping[str, Where], snapshot: Snapshot
) -> list[Finding]:
    """Return a hint where a file names another source code repository than the one the tag is in."""
    named, own = custom_fields.get(CODE_REPOSITORY), snapshot.repository.url
    if not isinstance(named, str) or own is None or plain_address(named) == plain_address(own):
        return []
    return [
        Finding(
            level="hint",
            code="repository-differs",
            what=f"the code repository of the record is {named}, while this one is {own}",
            where=places.get(f"custom_fields.{CODE_REPOSITORY}"),
            fix="nothing to do in a fork or mirror; after renaming the repository, write its new address",
        )
    ]
