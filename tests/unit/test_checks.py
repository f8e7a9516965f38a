"""Rules over the merged record; which findings whole files give is shown by ``tests/cases``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from zenodo_action import checks
from zenodo_action.errors import FilePlace, Finding
from zenodo_action.model import (
    Access,
    Creator,
    Identifier,
    Origin,
    Project,
    Record,
    Related,
    RepositoryFacts,
    Right,
    Snapshot,
)

TODAY = dt.date(2026, 3, 2)
PERSON = Creator(family_name="Carberry", given_name="Josiah")
COMPLETE = Record(
    title="Red-Dot",
    resource_type="software",
    creators=(PERSON,),
    description="<p>Finds dots.</p>",
    publication_date="2026-03-01",
    version="1.2.0",
    rights=(Right(id="mit"),),
)
PLACE = FilePlace(file=".zenodo.yml", line=7, column=5)


def project(record: Record = COMPLETE, **parts: object) -> Project:
    """Return a project whose record came from nowhere in particular."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.2.0",
        commit="0" * 40,
        version="1.2.0",
        released_on="2026-03-01",
        committed_at=0,
        files={},
    )
    return replace(Project(snapshot=snapshot, record=record, origins={}, losers={}, places={}), **parts)


def check(record: Record, **parts: object) -> list[tuple[str, str, str]]:
    findings = checks.check(project(record, **parts), today=TODAY)
    return [(each.level, each.code, each.what) for each in findings]


def with_orcid(person: Creator, **changes: str) -> Creator:
    orcid = Identifier(scheme="orcid", identifier="0000-0002-1825-0097")
    return replace(person, identifiers=(orcid,), **changes)


def test_a_complete_record_has_no_findings() -> None:
    assert check(COMPLETE) == []


def test_a_record_without_creators_is_an_error_that_shows_what_to_paste() -> None:
    (finding,) = checks.check(project(replace(COMPLETE, creators=())), today=TODAY)

    assert finding == Finding(
        level="error",
        code="creators-missing",
        what="no source names a creator, and no record is taken without one",
        fix=(
            "add to .zenodo.yml:\n"
            "creators:\n"
            "  - name: Carberry, Josiah\n"
            "    orcid: 0000-0002-1825-0097\n"
            "    affiliation: Brown University"
        ),
    )


@pytest.mark.parametrize("path", ["$.creators[0]", "$.authors"])
def test_creators_that_are_wrong_are_not_missing_as_well(path: str) -> None:
    wrong = Finding(level="error", code="creator-name-missing", what="…", where=replace(PLACE, path=path))

    assert check(replace(COMPLETE, creators=()), findings=(wrong,)) == [("error", "creator-name-missing", "…")]


def test_nothing_is_missing_where_a_file_could_not_be_read() -> None:
    origins = {"title": Origin(source="repository name", is_fallback=True)}

    assert check(Record(title="rd"), unread=(".zenodo.yml",), origins=origins) == []


@pytest.mark.parametrize(
    ("resource_type", "default"), [("software", "CC-BY-4.0"), ("dataset", "CC0-1.0"), (None, "CC-BY-4.0")]
)
def test_a_missing_licence_says_what_is_stored_and_what_zenodo_would_have_set(
    resource_type: str | None, default: str
) -> None:
    assert check(replace(COMPLETE, rights=(), resource_type=resource_type)) == [
        (
            "warning",
            "license-missing",
            f"no source names a licence that could be stored; a new record will name none, and nobody may reuse the work (Zenodo's own default of {default} is not applied)",
        )
    ]


@pytest.mark.parametrize(("resource_type", "usual"), [("software", "Apache-2.0"), ("dataset", "CC-BY-4.0")])
def test_the_licence_named_as_an_example_fits_the_work(resource_type: str, usual: str) -> None:
    (finding,) = checks.check(project(replace(COMPLETE, rights=(), resource_type=resource_type)), today=TODAY)

    assert finding.fix == f"add license: with the SPDX id of the terms you give, as {usual}"


@pytest.mark.parametrize(
    ("access", "is_asked_for"),
    [
        (Access(), True),
        (Access(files="restricted", embargo_until="2027-01-01"), True),
        (Access(files="restricted"), False),
    ],
)
def test_restricted_files_need_no_licence(access: Access, is_asked_for: bool) -> None:  # noqa: FBT001
    found = check(replace(COMPLETE, rights=(), access=access))

    assert [code for _, code, _ in found] == (["license-missing"] if is_asked_for else [])


def test_a_missing_description_is_a_hint() -> None:
    assert check(replace(COMPLETE, description=None)) == [
        ("hint", "description-missing", "no source describes the work")
    ]


def test_a_title_from_the_repositorys_name_is_a_warning() -> None:
    origins = {"title": Origin(source="repository name", is_fallback=True)}

    assert check(replace(COMPLETE, title="red-dot"), origins=origins) == [
        ("warning", "title-missing", 'no source names a title; the repository\'s name "red-dot" is used')
    ]


def test_a_short_title_is_an_error_wherever_it_comes_from() -> None:
    assert check(replace(COMPLETE, title="rd")) == [
        ("error", "title-short", 'the title "rd" has fewer than 3 characters')
    ]


@pytest.mark.parametrize(("until", "is_past"), [("2026-03-01", True), ("2026-03-02", True), ("2026-03-03", False)])
def test_an_embargo_must_end_in_the_future(until: str, is_past: bool) -> None:  # noqa: FBT001
    record = replace(COMPLETE, access=Access(files="restricted", embargo_until=until))
    wanted = [("error", "embargo-date-past", f"the embargo ends on {until}, which is not in the future")]

    assert check(record) == (wanted if is_past else [])


@pytest.mark.parametrize(("date", "is_future"), [("2026-03-02", False), ("2026-03-03", True), (None, False)])
def test_a_release_of_tomorrow_is_a_warning(date: str | None, is_future: bool) -> None:  # noqa: FBT001
    wanted = [("warning", "publication-date-future", f"the publication date {date} lies in the future")]

    assert check(replace(COMPLETE, publication_date=date)) == (wanted if is_future else [])


def test_one_orcid_for_two_creators_is_a_warning_at_the_second() -> None:
    people = (with_orcid(PERSON), PERSON, with_orcid(PERSON, given_name="J."))
    (finding,) = checks.check(project(replace(COMPLETE, creators=people), places={"creators.2": PLACE}), today=TODAY)

    assert (finding.level, finding.code, finding.where) == ("warning", "creator-duplicate", PLACE)
    assert finding.what == '"Carberry, J." has the ORCID iD of "Carberry, Josiah"'


def test_one_person_may_be_creator_and_contributor_and_have_several_roles() -> None:
    roles = (with_orcid(PERSON, role="editor"), with_orcid(PERSON, role="researcher"))

    assert check(replace(COMPLETE, creators=(with_orcid(PERSON),), contributors=roles)) == []


@pytest.mark.parametrize(
    ("name", "is_bot"),
    [
        ("dependabot[bot]", True),
        ("github-actions", True),
        ("pre-commit-ci", True),
        ("Renovate", True),
        ("allcontributors", True),
        ("Abbott", False),
        ("Renovatio, Anna", False),
    ],
)
def test_accounts_of_programs_are_told_from_people(name: str, is_bot: bool) -> None:  # noqa: FBT001
    found = check(replace(COMPLETE, creators=(Creator(family_name=name),)))
    wanted = [("warning", "creator-bot", f'"{name}" looks like a program\'s account, not like a person')]

    assert found == (wanted if is_bot else [])


@pytest.mark.parametrize(("length", "is_long"), [(191, False), (192, True)])
def test_a_version_that_the_server_would_drop_is_an_error(length: int, is_long: bool) -> None:  # noqa: FBT001
    wanted = [("error", "version-long", f"the version has {length} characters; the server drops one of more than 191")]

    assert check(replace(COMPLETE, version="1" * length)) == (wanted if is_long else [])


def test_a_relation_that_the_program_takes_care_of_is_a_hint() -> None:
    related = (Related(identifier="10.1234/abc", relation="isnewversionof", scheme="doi"),)

    assert check(replace(COMPLETE, related=related)) == [
        (
            "hint",
            "new-version-relation",
            (
                "isNewVersionOf 10.1234/abc is kept on the first deposit only: later on the program links each version "
                "to the one before"
            ),
        )
    ]


def test_findings_come_once_and_in_the_order_of_the_files() -> None:
    def at(file: str, line: int, column: int = 1) -> Finding:
        return Finding(level="warning", code="a-b", what="…", where=FilePlace(file=file, line=line, column=column))

    nowhere = Finding(level="error", code="a-b", what="…")
    given = (nowhere, at("b", 1), at("a", 10), at("a", 9, 2), at("a", 9, 1), at("a", 10))

    assert checks.check(project(findings=given), today=TODAY) == (
        at("a", 9, 1),
        at("a", 9, 2),
        at("a", 10),
        at("b", 1),
        nowhere,
    )
