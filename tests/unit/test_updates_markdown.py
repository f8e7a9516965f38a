"""The badge in a README in Markdown: renewed in place, or set where badges are looked for."""

from __future__ import annotations

import codecs
import dataclasses
import difflib

import pytest

from tests.unit.test_updates_citation import FACTS
from zenodo_action.updates import PublishedFacts, Update, update

IMAGE = "https://zenodo.org/badge/DOI/10.5281/zenodo.10.svg"
LINK = "https://doi.org/10.5281/zenodo.10"
BADGE = f"[![DOI]({IMAGE})]({LINK})"
HTML_BADGE = f'<a href="{LINK}"><img src="{IMAGE}" alt="DOI"></a>'
CI = "[![tests](https://github.com/o/n/actions/workflows/ci.yml/badge.svg)](https://github.com/o/n/actions)"
DOCS = "![docs](https://img.shields.io/badge/docs-here-green)"


def updated(content: str | bytes, facts: PublishedFacts = FACTS, path: str = "README.md") -> Update:
    """Update a README, and see that a second time changes nothing."""
    raw = content if isinstance(content, bytes) else content.encode()
    result = update(path, raw, facts)
    again = update(path, result.content, facts)
    assert (again.content, again.is_changed) == (result.content, False)
    return result


def text_of(content: str, facts: PublishedFacts = FACTS) -> str:
    return updated(content, facts).content.decode()


# Renewing


@pytest.mark.parametrize(
    ("image", "link"),
    [
        ("https://zenodo.org/badge/DOI/10.5281/zenodo.11.svg", "https://doi.org/10.5281/zenodo.11"),
        ("https://zenodo.org/badge/doi/10.5281%2Fzenodo.11.png", "http://dx.doi.org/10.5281/zenodo.11"),
        ("https://zenodo.org/badge/123456.svg", "https://zenodo.org/badge/latestdoi/123456"),
        ("https://zenodo.org/badge/latestdoi/123456.svg", "https://zenodo.org/badge/latestdoi/123456"),
        ("https://www.zenodo.org/badge/123456.svg?style=flat", "https://zenodo.org/record/11"),
        ("https://sandbox.zenodo.org/badge/DOI/10.5281/zenodo.12.svg", "https://zenodo.org/records/12"),
        ("https://rdm.example.org/badge/DOI/10.5281/zenodo.9.svg", "https://zenodo.org/doi/10.5281/zenodo.9"),
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# T\n\n[![DOI]({0})]({1}) text\n", f"# T\n\n{BADGE} text\n"),
        ("# T [![DOI]({0} 'DOI')](<{1}>)\r\n", f"# T [![DOI]({IMAGE} 'DOI')](<{LINK}>)\r\n"),
        ("# T\n\n[![DOI][a]][b]\n\n[a]: {0}\n[B]: {1}\n", f"# T\n\n[![DOI][a]][b]\n\n[a]: {IMAGE}\n[B]: {LINK}\n"),
        ("| a |\n|---|\n| [![DOI]({0})]({1}) |\n", f"| a |\n|---|\n| {BADGE} |\n"),
        ('<p>\n<a target="x" href="{1}"><img\n alt="DOI" src="{0}" /></a>\n</p>\n', f'<p>\n<a target="x" href="{LINK}"><img\n alt="DOI" src="{IMAGE}" /></a>\n</p>\n'),
        ("* text\n  [![DOI]({0})]({1})\n", f"* text\n  {BADGE}\n"),
    ],
)  # fmt: skip
def test_a_badge_of_this_record_is_renewed_with_its_link(image: str, link: str, before: str, after: str) -> None:
    assert text_of(before.format(image, link)) == after


@pytest.mark.parametrize(
    "content",
    [
        f"# T\n{BADGE}\n",
        "# T\n[![DOI](https://zenodo.org/badge/doi/10.5281/zenodo.10.png)](https://zenodo.org/records/10)\n",
        "# T\n![DOI](https://img.shields.io/badge/DOI-10.5281%2Fzenodo.10-blue)\n",
        f"# T\n[![DOI]({IMAGE})](#citation)\n",
        f"# T\n[![DOI]({IMAGE})](https://doi.org/10.1234/paper)\n",
    ],
)
def test_a_badge_that_is_right_stays(content: str) -> None:
    result = updated(content)

    assert (result.status, result.content.decode(), result.findings) == ("unchanged", content, ())


def test_a_badge_of_another_service_gets_the_concept_doi() -> None:
    content = "[![DOI](https://img.shields.io/badge/DOI-10.5281%2Fzenodo.11-blue)](https://doi.org/10.5281/zenodo.11)\n"

    assert text_of(content) == content.replace("zenodo.11", "zenodo.10")


def test_all_badges_of_this_record_are_renewed() -> None:
    old = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.11.svg)](https://doi.org/10.5281/zenodo.11)"

    assert text_of(f"# T\n{old}\n\n## Citing\n{old}\n") == f"# T\n{BADGE}\n\n## Citing\n{BADGE}\n"


def test_badges_of_single_versions_stay_beside_one_for_all_or_in_a_list() -> None:
    single = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.{0}.svg)](https://doi.org/10.5281/zenodo.{0})"
    by_number = "[![DOI](https://zenodo.org/badge/7/o/n.svg)](https://zenodo.org/badge/latestdoi/7/o/n)"
    listed = f"| 1.1.0 | {single.format(11)} |\n|---|---|\n| 1.0.0 | {single.format(9)} |\n"

    assert text_of(f"# T\n{by_number}\n\n{single.format(11)}\n") == f"# T\n{BADGE}\n\n{single.format(11)}\n"
    assert text_of(f"# T\n\n{listed}") == f"# T\n\n{BADGE}\n\n{listed}"


# Setting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"# T\n\n{CI}\n\ntext\n", f"# T\n\n{CI}\n{BADGE}\n\ntext\n"),
        (f"# T\n\n{CI} {DOCS}\n\ntext\n", f"# T\n\n{CI} {DOCS} {BADGE}\n\ntext\n"),
        (f"{CI}\n{DOCS}\n# T\n", f"{CI}\n{DOCS}\n{BADGE}\n# T\n"),
        (f"# T\n\n{CI}\n\n{DOCS}\n\ntext\n", f"# T\n\n{CI}\n\n{DOCS}\n{BADGE}\n\ntext\n"),
        (f"# T\ntext {CI}\n", f"# T\n\n{BADGE}\n\ntext {CI}\n"),
        ("# T\n\n![logo](https://example.org/logo.svg)\n", f"# T\n\n{BADGE}\n\n![logo](https://example.org/logo.svg)\n"),
        (f"# T\n\n{DOCS * 40}\n\ntext", f"# T\n\n{DOCS * 40}\n{BADGE}\n\ntext"),
        (f"# T\n\ntext\n\n## Status\n\n{CI}\n{DOCS}\n", f"# T\n\ntext\n\n## Status\n\n{CI}\n{DOCS}\n{BADGE}\n"),
        (f"# T\n\ntext\n\n## Others\n\n{CI}\n", f"# T\n\n{BADGE}\n\ntext\n\n## Others\n\n{CI}\n"),
        ('<h1>T</h1>\n<p>\n  <a href="x"><img src="https://img.shields.io/x.svg"></a>\n</p>\n\n', f'<h1>T</h1>\n<p>\n  <a href="x"><img src="https://img.shields.io/x.svg"></a>\n  {HTML_BADGE}\n</p>\n\n'),
        ("T\n===\ntext", f"T\n===\n\n{BADGE}\n\ntext"),
        ("# T", f"# T\n\n{BADGE}"),
        ("<!-- x -->\n## T\n\ntext\n", f"{BADGE}\n\n<!-- x -->\n## T\n\ntext\n"),
        ("# T\r\ntext\r\n", f"# T\r\n\r\n{BADGE}\r\n\r\ntext\r\n"),
        ("## T\r\n\r\ntext\r\n", f"## T\r\n\r\n{BADGE}\r\n\r\ntext\r\n"),
        ("text alone", f"{BADGE}\n\ntext alone"),
        ("", f"{BADGE}\n"),
        ("---\nlicense: mit\n---\n\ntext\n", f"---\nlicense: mit\n---\n{BADGE}\n\ntext\n"),
        ("---\nlicense: mit\n---\n# T\n", f"---\nlicense: mit\n---\n# T\n\n{BADGE}\n"),
        ("```\n# T\n```\n", f"{BADGE}\n\n```\n# T\n```\n"),
    ],
)  # fmt: skip
def test_a_badge_is_set_where_badges_are_looked_for(before: str, after: str) -> None:
    assert text_of(before) == after


@pytest.mark.parametrize(
    "code",
    [
        "```\n{}\n```\n",
        "text\n\n    {}\n",
        "`{}`\n",
        "``a ` {}``\n",
        "<!-- {} -->\n",
        "<pre>{}</pre>\n",
        "- list\n\n  ~~~md\n  {}\n  ~~~\n",
    ],
)
def test_code_and_comments_are_not_touched(code: str) -> None:
    old = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.11.svg)](https://doi.org/10.5281/zenodo.11)"
    content = "# T\n\n" + code.format(old)

    assert text_of(content) == f"# T\n\n{BADGE}\n\n" + code.format(old)


def test_a_badge_of_another_record_stays_and_is_named() -> None:
    foreign = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.99.svg)](https://doi.org/10.5281/zenodo.99)"
    result = updated(f"# T\n{foreign}\n")

    assert result.content.decode() == f"# T\n{foreign}\n{BADGE}\n"
    assert [(each.code, each.what, str(each.where)) for each in result.findings] == [
        (
            "doi-foreign",
            "the badge of 10.5281/zenodo.99 does not name this record; it is left as it is",
            "README.md:2:1",
        )
    ]


def test_several_badges_of_others_are_one_warning() -> None:
    badges = "\n".join(
        f"![DOI](https://img.shields.io/badge/DOI-10.5281%2Fzenodo.{at}-blue)" for at in (97, 98, 97, 99)
    )
    (finding,) = updated(badges).findings

    assert (
        finding.what == "the badge of 10.5281/zenodo.97 (and of 2 more) does not name this record; it is left as it is"
    )


@pytest.mark.parametrize(
    ("link", "number", "outcome"),
    [
        ("https://doi.org/10.5281/zenodo.99", None, "foreign"),
        ("https://zenodo.org/records/99", None, "foreign"),
        ("https://zenodo.org/badge/latestdoi/7", "7", "ours"),
        ("https://zenodo.org/badge/latestdoi/7", "8", "foreign"),
        ("https://zenodo.org/badge/latestdoi/7", None, "ours"),
    ],
)
def test_a_badge_by_number_is_ours_unless_something_speaks_against_it(
    link: str, number: str | None, outcome: str
) -> None:
    content = f"[![DOI](https://zenodo.org/badge/7.svg)]({link})\n"
    result = updated(content, dataclasses.replace(FACTS, repository_id=number))

    assert result.content.decode() == (f"{BADGE}\n" if outcome == "ours" else f"{content}{BADGE}\n")
    assert len(result.findings) == (outcome == "foreign")


# Files of all kinds


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf_16_stays_utf_16(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    result = updated(mark + "# Tä\r\n".encode(encoding))

    assert result.content == mark + f"# Tä\r\n\r\n{BADGE}\r\n".encode(encoding)


def test_bytes_that_are_no_utf_8_stay() -> None:
    assert updated(codecs.BOM_UTF8 + b"# T\xe9\n").content == codecs.BOM_UTF8 + f"# T\n\n{BADGE}\n".encode().replace(
        b"T", b"T\xe9", 1
    )


@pytest.mark.parametrize("content", [b"#\0 \0T\0", codecs.BOM_UTF16_LE + b"abc"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    result = updated(content)

    assert (result.status, result.content) == ("refused", content)
    assert result.note == "not updated: the file is no text in UTF-8, nor in UTF-16 with a byte order mark"


def test_a_readme_without_markup_is_passed_over() -> None:
    assert updated("T\n", path="README").note == "a README without markup has no badges"
    assert updated("T\n", path="docs/readme.txt").status == "skipped"


def test_without_a_concept_doi_there_is_no_badge_yet() -> None:
    result = updated("# T\n", dataclasses.replace(FACTS, concept_doi=None, badge_url=None))

    assert (result.status, result.note) == (
        "skipped",
        "no badge is set: the DOI of all versions exists only once the first is published, and a version's would go stale",
    )


def test_a_server_without_badges_is_named() -> None:
    assert (
        updated("# T\n", dataclasses.replace(FACTS, badge_url=None)).note
        == "no badge is set: https://zenodo.org draws none"
    )


def test_a_test_doi_leads_to_the_server() -> None:
    facts = dataclasses.replace(
        FACTS,
        concept_doi="10.5072/zenodo.10",
        server_url="https://sandbox.zenodo.org",
        badge_url="https://sandbox.zenodo.org/badge/DOI/10.5072/zenodo.10.svg",
    )

    assert "](https://sandbox.zenodo.org/records/10)" in text_of("# T\n", facts)


def test_the_difference_is_one_line() -> None:
    content = f"# T\n\n{CI}\n\nA text.\n"
    difference = difflib.ndiff(content.splitlines(), text_of(content).splitlines())

    assert [line for line in difference if line[0] != " "] == [f"+ {BADGE}"]
