"""The previous version, and what a next one inherits."""

from __future__ import annotations

import pytest

from tests.unit.remotes import remote
from zenodo_action.model import Identifier, Origin, Project, Record, Related, RepositoryFacts, Snapshot
from zenodo_action.story import lineage

PUBLISHED = (remote(2, version="1.0.0"), remote(3, version="1.2.0"), remote(4, version="1.10.0"))


def project(record: Record, *, fallback: frozenset[str] = frozenset()) -> Project:
    """Return a project with that record, whose title and type come from a file unless told otherwise."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.3.0",
        commit="c" * 40,
        version="1.3.0",
        released_on="2026-03-01",
        committed_at=0,
        files={},
    )
    origins = {name: Origin(source="file", is_fallback=name in fallback) for name in ("title", "resource_type")}
    return Project(snapshot=snapshot, record=record, origins=origins, losers={}, places={})


@pytest.mark.parametrize(
    ("version", "before", "after"),
    [
        ("0.9", None, "1.10.0"),
        ("1.1.0", "1.0.0", "1.10.0"),
        ("1.3.0", "1.2.0", "1.10.0"),
        ("2.0.0", "1.10.0", None),
        ("1.10.0", "1.2.0", None),
        ("0123456789ab", "1.10.0", None),
    ],
)
def test_neighbours_by_version_order(version: str, before: str | None, after: str | None) -> None:
    """Numbers count as numbers; a commit's id comes after what was published last and before nothing."""
    previous, above = lineage.previous(PUBLISHED, version), lineage.above(PUBLISHED, version)

    assert (previous.version if previous else None) == before
    assert (above.version if above else None) == after


def test_one_is_new_version_of() -> None:
    """To the version before, whatever the file or an earlier version says."""
    mine = Related(identifier="10.5072/ZENODO.2", relation="isnewversionof", scheme="doi")
    cites = Related(identifier="10.1234/x", relation="cites")
    record = Record(title="Red-Dot", resource_type="software", version="1.3.0", related=(mine, cites))

    result, left_out = lineage.next_version(project(record), PUBLISHED[-1], PUBLISHED)

    assert result.related == (
        cites,
        Related(identifier="10.5072/zenodo.3", relation="isnewversionof", scheme="doi", resource_type="software"),
    )
    assert left_out == ()


def test_a_new_version_of_a_work_elsewhere_is_left_out() -> None:
    """With a warning: this one is a next version of its own record."""
    elsewhere = Related(identifier="10.1234/elsewhere", relation="isnewversionof")
    record = Record(title="Red-Dot", resource_type="software", version="1.3.0", related=(elsewhere,))

    result, (finding,) = lineage.next_version(project(record), PUBLISHED[-1], PUBLISHED)

    assert [each.identifier for each in result.related] == ["10.5072/zenodo.3"]
    assert finding.code == "new-version-elsewhere"
    assert finding.what == ("isNewVersionOf 10.1234/elsewhere is left out: this is a next version of 10.5072/zenodo.1")


def test_dois_of_the_record_itself_are_no_alternate_identifiers() -> None:
    """CITATION.cff names the concept DOI, as it should."""
    own = Identifier(scheme="doi", identifier="10.5072/zenodo.1")
    other = Identifier(scheme="doi", identifier="10.1234/x")
    record = Record(title="Red-Dot", version="1.3.0", identifiers=(own, other))

    result, _ = lineage.next_version(project(record), PUBLISHED[-1], PUBLISHED)

    assert result.identifiers == (other,)


def test_what_is_only_fallen_back_on_gives_way() -> None:
    """The title that people wrote on the server is better than the repository's name."""
    record = Record(title="red-dot", resource_type="software", version="1.3.0")

    kept, _ = lineage.next_version(project(record), PUBLISHED[-1], PUBLISHED)
    given, _ = lineage.next_version(
        project(record, fallback=frozenset({"title", "resource_type"})), PUBLISHED[-1], PUBLISHED
    )

    assert (kept.title, kept.resource_type) == ("red-dot", "software")
    assert (given.title, given.resource_type) == (None, None)
