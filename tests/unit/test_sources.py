"""How several sources become one record; what single files give is shown by ``tests/cases``."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
from pathlib import Path

import pytest

from zenodo_action import checks, sources
from zenodo_action.errors import FilePlace, Finding
from zenodo_action.model import Harvest, Project, Related, RepositoryFacts, Right, Snapshot

ROOT = Path(__file__).parents[2]
REMOTE = "https://github.com/cat-lab-example/red-dot"
TODAY = dt.date(2026, 3, 2)


def snapshot(tag: str | None = "v1.2.0", remote: str | None = REMOTE, **files: str) -> Snapshot:
    """Return a tag with files; ``yml``, ``json`` and ``cff`` stand for their names."""
    names = {"yml": ".zenodo.yml", "json": ".zenodo.json", "cff": "CITATION.cff"}
    return Snapshot(
        repository=RepositoryFacts(name="red-dot", url=remote),
        tag=tag,
        commit="0123456789abcdef0123456789abcdef01234567",
        version=tag.removeprefix("v") if tag else "0123456789ab",
        released_on="2026-03-01",
        committed_at=1_772_366_400,
        files={names[name]: text.encode() for name, text in files.items()},
    )


def collect(tag: str | None = "v1.2.0", remote: str | None = REMOTE, **files: str) -> Project:
    return sources.collect(snapshot(tag, remote, **files))


def found(project: Project, code: str) -> list[Finding]:
    return [finding for finding in project.findings if finding.code == code]


def test_each_field_comes_from_the_strongest_source_and_says_so() -> None:
    project = collect(
        yml="keywords: [a]",
        json='{"title": "From json", "keywords": ["a", "b"]}',
        cff="title: From cff\nabstract: Text\n",
    )

    assert project.record.title == "From json"
    assert project.record.keywords == ("a",)
    assert project.record.description == "<p>Text</p>"
    assert {name: origin.source for name, origin in project.origins.items()} == {
        "title": ".zenodo.json",
        "keywords": ".zenodo.yml",
        "description": "CITATION.cff",
        "publication_date": "git tag",
        "version": "git tag",
        "resource_type": "default",
        "related": "git tag",
        "custom_fields.code:codeRepository": "git remote",
    }
    assert [(origin.source, value) for origin, value in project.losers["title"]] == [("CITATION.cff", "From cff")]
    assert [(origin.source, value) for origin, value in project.losers["keywords"]] == [(".zenodo.json", ("a", "b"))]


def test_what_the_program_fills_in_is_marked_as_such() -> None:
    project = collect()

    assert project.record.title == "red-dot"
    assert {name for name, origin in project.origins.items() if origin.is_fallback} == {
        "title",
        "resource_type",
        "custom_fields.code:codeRepository",
    }


def test_the_tag_decides_version_and_date() -> None:
    project = collect(yml="version: 9.9\npublication_date: 1999-01-01\n")

    assert (project.record.version, project.record.publication_date) == ("1.2.0", "2026-03-01")
    assert [(each.code, each.what, str(each.where), each.fix) for each in project.findings] == [
        (
            "version-stale",
            "the version 9.9 is not that of the tag v1.2.0; 1.2.0 is used",
            ".zenodo.yml:1:10  ($.version)",
            "write ${version}, or remove it",
        ),
        (
            "date-stale",
            "the date 1999-01-01 is not that of the tag v1.2.0; 2026-03-01 is used",
            ".zenodo.yml:2:19  ($.publication_date)",
            "write ${date}, or remove it",
        ),
    ]


@pytest.mark.parametrize("version", ["1.2.0", "v1.2.0", "V1.2.0", "${version}", "${tag}"])
@pytest.mark.parametrize("date", ["2026-03-01", "2026-03", "2026", "${date}"])
def test_the_same_version_and_date_in_other_words_are_not_stale(version: str, date: str) -> None:
    project = collect(yml=f'version: "{version}"\npublication_date: "{date}"\n')

    assert project.findings == ()
    assert project.record.version == "1.2.0"


def test_a_commit_without_a_tag_has_the_version_of_the_files() -> None:
    project = collect(tag=None, cff="version: 1.3.0.dev1\ndate-released: 1999-01-01\n")

    assert project.record.version == "1.3.0.dev1"
    assert project.record.publication_date == "2026-03-01"
    assert project.origins["version"].source == "CITATION.cff"
    assert found(project, "date-stale") == []


def test_a_commit_without_a_tag_and_a_version_has_its_digits() -> None:
    project = collect(tag=None)

    assert project.record.version == "0123456789ab"
    assert [each.identifier for each in project.record.related] == [f"{REMOTE}/tree/{project.snapshot.commit}"]


@pytest.mark.parametrize(
    ("upload_type", "kind"),
    [("software", "software"), ("dataset", "software"), ("publication", "software")],
)
def test_the_tree_link_is_software_whatever_the_record_is(upload_type: str, kind: str) -> None:
    project = collect(yml=f"upload_type: {upload_type}")

    assert project.record.related == (
        Related(identifier=f"{REMOTE}/tree/v1.2.0", scheme="url", relation="issupplementto", resource_type=kind),
    )


def test_the_tree_link_of_a_notebook_keeps_its_subtype() -> None:
    project = collect(yml="upload_type: software\nsoftware_type: computationalnotebook")

    assert project.record.related[0].resource_type == "software-computationalnotebook"


def test_places_follow_the_related_works_when_a_stale_link_goes() -> None:
    project = collect(
        yml=f"""
related_identifiers:
  - {{relation: isSupplementTo, identifier: {REMOTE}/tree/v1.1.0}}
  - {{relation: cites, identifier: 10.1234/abc}}
"""
    )

    assert [each.identifier for each in project.record.related] == ["10.1234/abc", f"{REMOTE}/tree/v1.2.0"]
    assert str(project.places["related.0"]) == ".zenodo.yml:4:5  ($.related_identifiers[1])"
    assert "related.1" not in project.places
    stale = found(project, "tree-link-stale")
    assert [(each.what, str(each.where)) for each in stale] == [
        (
            f"{REMOTE}/tree/v1.1.0 is not the source of v1.2.0; {REMOTE}/tree/v1.2.0 is stored in its place",
            ".zenodo.yml:3:5  ($.related_identifiers[0])",
        )
    ]


@pytest.mark.parametrize(
    "link",
    [
        f"{REMOTE}/tree/main",
        "https://github.com/cat-lab-example/red-dot-2/tree/v1.1.0",
        "https://github.com/other/red-dot/tree/v1.1.0",
    ],
)
def test_links_to_something_else_are_kept(link: str) -> None:
    project = collect(yml=f"related_identifiers: [{{relation: isSupplementTo, identifier: {link}}}]")

    assert [each.identifier for each in project.record.related] == [link, f"{REMOTE}/tree/v1.2.0"]


def test_another_spelling_of_the_tags_own_link_is_not_a_second_link() -> None:
    link = "http://www.github.com/Cat-Lab-Example/red-dot/tree/v1.2.0/"
    project = collect(
        yml=f"related_identifiers: [{{relation: isSupplementTo, identifier: '{link}', resource_type: software}}]"
    )

    assert project.record.related == (
        Related(identifier=f"{REMOTE}/tree/v1.2.0", scheme="url", relation="issupplementto", resource_type="software"),
    )
    assert project.findings == ()


def test_positions_of_people_go_with_the_record_not_with_the_file() -> None:
    project = collect(
        yml="""
creators:
  - {affiliation: nobody}
  - {name: "Carberry, Josiah", orcid: 0000-0002-1825-0097, affiliation: Brown University}
"""
    )

    assert [person.family_name for person in project.record.creators] == ["Carberry"]
    assert str(project.places["creators.0"]) == ".zenodo.yml:4:5  ($.creators[1])"
    assert str(project.places["creators.0.identifiers"]) == ".zenodo.yml:4:39  ($.creators[1].orcid)"
    assert str(project.places["creators.0.affiliations"]) == ".zenodo.yml:4:73  ($.creators[1].affiliation)"


def test_a_file_that_cannot_be_read_does_not_stop_the_others() -> None:
    project = collect(yml="title: [", json='{"title": ', cff="title: Red-Dot\n")

    assert project.unread == (".zenodo.yml", ".zenodo.json")
    assert project.record.title == "Red-Dot"
    assert {each.where.file for each in project.findings if isinstance(each.where, FilePlace)} >= set(project.unread)


def test_custom_fields_are_merged_by_key() -> None:
    project = collect(
        yml="development_status: active\ncustom: {'dwc:kingdom': [Animalia], 'code:developmentStatus': {id: wip}}",
        cff=f"repository-code: {REMOTE}.git\n",
    )

    assert project.record.custom_fields == {
        "code:developmentStatus": {"id": "active"},
        "dwc:kingdom": ["Animalia"],
        "code:codeRepository": REMOTE,
    }
    assert project.origins["custom_fields.code:codeRepository"].source == "CITATION.cff"
    assert str(project.places["custom_fields.dwc:kingdom"]) == '.zenodo.yml:2:25  ($.custom["dwc:kingdom"])'


def test_another_code_repository_is_worth_a_hint() -> None:
    project = collect(cff="repository-code: https://github.com/cat-lab-example/renamed\n")

    assert [(each.level, each.what) for each in found(project, "repository-differs")] == [
        (
            "hint",
            f"the code repository of the record is https://github.com/cat-lab-example/renamed, while this one is {REMOTE}",
        )
    ]


def test_what_the_platform_says_is_weaker_than_every_file() -> None:
    github = Harvest(source="GitHub", fields={"description": "<p>From GitHub</p>", "rights": (Right(id="mit"),)})
    project = sources.collect(snapshot(cff="abstract: From the file\n"), further=[github])

    assert project.record.description == "<p>From the file</p>"
    assert project.record.rights == (Right(id="mit"),)
    assert project.origins["rights"].source == "GitHub"
    assert found(project, "sources-disagree") == []


def test_a_file_that_is_named_takes_the_place_of_all_others() -> None:
    tag = snapshot(cff="title: Not read\nkeywords: [x]\n")
    files = {**tag.files, "meta/release.yml": b"title: Read\n"}
    named = Snapshot(**{name: getattr(tag, name) for name in tag.__slots__} | {"files": files})
    github = Harvest(source="GitHub", fields={"keywords": ("y",)})
    project = sources.collect(named, metadata_file="meta/release.yml", further=[github])

    assert project.record.title == "Read"
    assert project.record.keywords == ()
    assert str(project.origins["title"].where) == "meta/release.yml:1:8  ($.title)"


def test_errors_about_values_that_a_stronger_file_replaces_stop_nothing() -> None:
    project = collect(
        yml="license: MIT\ncreators: [{name: 'Carberry, Josiah'}]",
        cff="license: GPLv3\nauthors: [{family-names: Carberry, given-names: Josiah, orcid: '123'}]",
    )

    assert not project.has_errors
    assert {(each.level, each.code) for each in project.findings} >= {
        ("warning", "license-ambiguous"),
        ("warning", "orcid-invalid"),
    }


def test_an_error_of_the_stronger_file_stays_one_even_if_a_weaker_file_has_the_field() -> None:
    project = collect(yml="license: GPLv3", cff="license: MIT\n")

    assert [each.level for each in found(project, "license-ambiguous")] == ["error"]


@pytest.mark.parametrize(
    ("json_text", "cff"),
    [
        ('{"title": "Red-Dot: Laser"}', "title: 'red-dot – laser'"),
        ('{"description": "<p>Finds&nbsp;dots.</p>"}', "abstract: finds dots"),
        ('{"license": "mit-license"}', "license: MIT"),
        ('{"keywords": ["Cats", "dogs"]}', "keywords: [cats]"),
        ('{"upload_type": "software", "software_type": "computationalnotebook"}', "type: software"),
        ('{"creators": [{"name": "Muñoz, José M."}]}', "authors: [{family-names: Munoz, given-names: J.}]"),
        (
            '{"creators": [{"name": "Josie Smith", "orcid": "0000-0002-1825-0097"}]}',
            "authors: [{family-names: Carberry, given-names: Josiah, orcid: 'https://orcid.org/0000-0002-1825-0097'}]",
        ),
        ('{"creators": [{"name": "The Cats", "type": "organizational"}]}', "authors: [{family-names: The Cats}]"),
        ('{"creators": [{"name": "Gemini, Ultra"}]}', "authors: [{family-names: Ultra Gemini}]"),
        (
            '{"contributors": [{"name": "Carberry, Josiah", "type": "ContactPerson"}]}',
            "contact: [{family-names: Carberry, given-names: J., orcid: 'https://orcid.org/0000-0002-1825-0097'}]",
        ),
        ('{"title": "Red-Dot ${version}"}', "title: Red-Dot"),
        ('{"title": "Red-Dot (${tag}): laser"}', "title: 'Red-Dot: laser'"),
        ('{"title": "Red-Dot, version 1.1.0"}', "title: Red-Dot v1.0"),
        (
            '{"related_identifiers": [{"relation": "isDescribedBy", "identifier": "https://www.example.org/dot/"}]}',
            "url: http://example.org/dot",
        ),
        (
            '{"references": ["Doe (2014). Dots. https://doi.org/10.1234/Dots."]}',
            "references: [{type: article, title: Dots, doi: 10.1234/dots, authors: [{family-names: Doe}]}]",
        ),
    ],
)
def test_sources_that_mean_the_same_do_not_disagree(json_text: str, cff: str) -> None:
    assert found(collect(json=json_text, cff=cff), "sources-disagree") == []


def test_a_disagreement_names_both_places_and_is_told_once_a_field() -> None:
    project = collect(yml="title: One", json='{"title": "Two"}', cff="title: Three")

    assert [(each.level, each.what, str(each.where)) for each in found(project, "sources-disagree")] == [
        (
            "warning",
            'title: .zenodo.json says "Two" instead of "One"; .zenodo.yml:1:8 is used',
            ".zenodo.json:1:11  ($.title)",
        )
    ]


@pytest.mark.parametrize("tag", ["v7", None])
def test_a_title_with_the_version_filled_in_means_the_same_for_any_tag(tag: str | None) -> None:
    project = collect(tag=tag, json='{"title": "Red-Dot ${version}"}', cff="title: Red-Dot")

    assert found(project, "sources-disagree") == []


def test_a_disagreement_of_long_texts_shows_where_they_part() -> None:
    same = "Finds where a laser pointer points in a video stream, for cats and "
    project = collect(json=f'{{"description": "{same} dogs."}}', cff=f"abstract: {same} mice.")

    assert [each.what for each in found(project, "sources-disagree")] == [
        'description: CITATION.cff says "…stream, for cats and mice." instead of "…stream, for cats and dogs."; .zenodo.json:1:17 is used'
    ]


def test_creators_disagree_by_name() -> None:
    project = collect(
        json='{"creators": [{"name": "Carberry, Josiah"}, {"name": "Mouse, Minnie"}]}',
        cff="authors: [{family-names: Carberry, given-names: Josiah}, {name: The Cats}]",
    )

    assert [each.what for each in found(project, "sources-disagree")] == [
        "creators: CITATION.cff also names The Cats and does not name Mouse, Minnie; .zenodo.json:1:14 is used"
    ]


def test_settings_come_with_their_places() -> None:
    settings = sources.deposit_settings(
        snapshot(
            yml="deposit: {record: 1234567, publish: false, tags: [v*, 'r${version}'], prereleases: deposit, archive: rar}",
            json='{"deposit": {"record": "1", "prereleases": "skip", "allow-older": true}}',
        )
    )

    assert {name: (value, str(place)) for name, (value, place) in settings.items()} == {
        "record": ("1234567", ".zenodo.yml:1:19  ($.deposit.record)"),
        "publish": (False, ".zenodo.yml:1:37  ($.deposit.publish)"),
        "tags": (("v*", "r1.2.0"), ".zenodo.yml:1:50  ($.deposit.tags)"),
        "prereleases": ("deposit", ".zenodo.yml:1:84  ($.deposit.prereleases)"),
    }


def test_settings_of_files_that_cannot_be_read_are_none() -> None:
    assert sources.deposit_settings(snapshot(yml="deposit: [", json='{"deposit": 3}', cff="deposit: {record: 1}")) == {}


@pytest.mark.parametrize("key", ["server", "api", "zenodo-token", "github_token", "url"])
def test_a_file_cannot_choose_where_the_token_goes(key: str) -> None:
    project = collect(yml=f"deposit: {{{key}: x}}")

    assert [(each.level, each.what, each.fix) for each in found(project, "setting-unknown")] == [
        (
            "error",
            f"deposit.{key}: a file of the repository must not choose the server or what happens with tokens",
            "remove it; name the server in the workflow (with: server: …) or on the command line (--server …)",
        )
    ]
    assert sources.deposit_settings(snapshot(yml=f"deposit: {{{key}: x}}")) == {}


def test_dois_of_the_work_itself_can_be_asked_for() -> None:
    cff = """
doi: https://doi.org/10.5281/zenodo.7
identifiers:
  - {type: doi, value: 10.5281/zenodo.8}
  - {type: url, value: "https://example.org"}
  - {type: doi, value: pending}
  - {type: doi}
preferred-citation: {type: software, doi: 10.5281/zenodo.9}
"""
    assert [(doi, str(place)) for doi, place in sources.own_dois(snapshot(cff=cff))] == [
        ("10.5281/zenodo.7", "CITATION.cff:2:6  ($.doi)"),
        ("10.5281/zenodo.8", "CITATION.cff:4:24  ($.identifiers[0].value)"),
        ("10.5281/zenodo.9", "CITATION.cff:8:43  ($.preferred-citation.doi)"),
    ]
    assert sources.own_dois(snapshot(yml="doi: 10.5281/zenodo.7")) == ()


def test_placeholders_are_filled_in_wherever_texts_stand() -> None:
    project = collect(
        yml="""
title: ${repository} ${ version } (${tag}, ${date})
keywords: ["${version}"]
custom: {"dc:note": ["${tag}", 1.5, true, null]}
creators: [{name: "Carberry, Josiah", affiliation: "${repository}"}]
"""
    )

    assert project.record.title == "cat-lab-example/red-dot 1.2.0 (v1.2.0, 2026-03-01)"
    assert project.record.keywords == ("1.2.0",)
    assert project.record.custom_fields["dc:note"] == ["v1.2.0", 1.5, True, None]
    assert project.record.creators[0].affiliations[0].name == "cat-lab-example/red-dot"


def test_without_a_remote_the_repository_is_its_name() -> None:
    assert collect(remote=None, yml="title: About ${repository}").record.title == "About red-dot"


def test_an_unknown_placeholder_names_the_nearest_one() -> None:
    project = collect(yml='title: "${verison}, {{ version }}, ${x}$ and ${{ secrets.A }}"')

    assert [(each.what, each.fix) for each in project.findings] == [
        (
            "title holds the placeholder ${verison}, which nothing fills in",
            "did you mean ${version}? There are: ${version}, ${tag}, ${date}, ${repository}",
        ),
        (
            "title holds the placeholder {{ version }}, which nothing fills in",
            "did you mean ${version}? There are: ${version}, ${tag}, ${date}, ${repository}",
        ),
        (
            "title holds the placeholder ${{ secrets.A }}, which nothing fills in",
            "there are: ${version}, ${tag}, ${date}, ${repository}",
        ),
    ]


def test_citation_files_know_no_placeholders() -> None:
    project = collect(cff="title: About ${version} and {{x}}")

    assert project.record.title == "About ${version} and {{x}}"
    assert found(project, "placeholder-unknown") == []


def test_e_mail_addresses_never_reach_the_record() -> None:
    cff = """
authors:
  - {family-names: Carberry, given-names: Josiah <josiah@example.org>, email: josiah@example.org}
  - {name: The Cats (cats@example.org)}
contact: ["help@example.org", {name: Desk, email: desk@example.org}]
references: [{title: A work, authors: [{name: "Someone <some@example.org>"}]}]
"""
    project = collect(cff=cff)

    assert "example.org" not in repr(project.record)
    assert [person.display_name for person in project.record.creators] == ["Carberry, Josiah", "The Cats"]


def test_thousands_of_creators_take_less_than_two_seconds() -> None:
    people = [{"name": f"Family{number}, Given", "affiliation": "Brown University"} for number in range(3000)]
    cff = "authors:\n" + "".join(
        f"  - {{family-names: Family{number}, given-names: Given}}\n" for number in range(3000)
    )
    start = time.process_time()  # of this process alone: the machine may be busy
    project = collect(json=json.dumps({"title": "Red-Dot", "creators": people}), cff=cff)
    checks.check(project, today=TODAY)

    assert len(project.record.creators) == 3000
    is_traced = sys.gettrace() is not None  # coverage takes its time
    assert is_traced or time.process_time() - start < 2


def test_every_code_of_a_finding_has_a_heading_and_a_case() -> None:
    """The documentation describes each finding, and a test case shows it."""
    modules = [ROOT / "zenodo_action" / "checks.py", *(ROOT / "zenodo_action" / "sources").glob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    codes = set(re.findall(r'code="([a-z]+(?:-[a-z]+)+)"', source))
    page = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### `([a-z0-9-]+)`$", page, re.MULTILINE)
    shown = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "cases").glob("*/findings.txt"))

    assert len(codes) > 70
    assert sorted(headings) == sorted(set(headings))
    assert sorted(codes - set(headings)) == []
    assert sorted(code for code in codes if f" {code} " not in shown) == []


FOLDED = {
    "folded": ">-\n  One line\n  goes on.\n\n  Two.\n",
    "plain": "One line\n  goes on.\n\n  Two.\n",
    "single quotes": "'One line\n  goes on.\n\n  Two.'\n",
    "literal": "|\n  One line\n  goes on.\n\n  Two.\n",
}


@pytest.mark.parametrize("written", FOLDED.values(), ids=FOLDED.keys())
@pytest.mark.parametrize(("name", "key"), [("cff", "abstract"), ("yml", "description")])
def test_paragraphs_of_yaml_texts(name: str, key: str, written: str) -> None:
    """YAML leaves one line break between the paragraphs of a folded text, where the record must not join them."""
    description = collect(**{name: f"{key}: {written}"}).record.description

    assert description is not None
    assert [" ".join(each.split()) for each in description.split("</p>")] == ["<p>One line goes on.", "<p>Two.", ""]


def test_deeper_lines_of_folded_texts_stay_together() -> None:
    description = collect(yml="description: >\n  It has\n\n    - dots\n    - lines\n\n  and more.\n").record

    assert description.description == "<p>It has</p>\n<ul>\n<li>dots</li>\n<li>lines</li>\n</ul>\n<p>and more.</p>"


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("yml", "license: Purr", 'for terms of your own write {title: "…", link: "https://…"}'),
        ("cff", "license: Purr", "for terms of your own write license-url: in place of license:"),
    ],
)
def test_advice_for_own_terms_fits_the_file(name: str, content: str, advice: str) -> None:
    (unknown,) = found(collect(**{name: content}), "license-unknown")

    assert unknown.fix == f"Write its SPDX id, as MIT or CC-BY-4.0; {advice}"


def test_a_subtype_in_place_of_the_type_is_told_where_it_belongs() -> None:
    (unknown,) = found(collect(yml="upload_type: Preprint"), "upload-type-unknown")

    assert unknown.fix == "write upload_type: publication and publication_type: preprint"
