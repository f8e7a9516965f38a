"""Any file comes back whole with the facts in it, or as it was; a second time nothing changes."""

from __future__ import annotations

import dataclasses
import json
import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.test_document_edits import documents, rest_of
from tests.unit.test_updates_citation import FACTS
from tests.unit.test_updates_markdown import IMAGE, LINK
from zenodo_action.documents import read
from zenodo_action.errors import MetadataError
from zenodo_action.updates import PublishedFacts, Update, update

NAMES = (
    "CITATION.cff",
    "codemeta.json",
    ".zenodo.yml",
    "README.md",
    "README.rst",
    "README.adoc",
    "README.org",
    "README",
)
OLD_IMAGE = "https://zenodo.org/badge/DOI/10.5281/zenodo.11.svg"
OLD_LINK = "https://doi.org/10.5281/zenodo.11"
CI = "https://img.shields.io/badge/a-b-c"

ALL_FACTS = st.builds(
    lambda concept, date, own: dataclasses.replace(FACTS, concept_doi=concept, released_on=date, own_dois=own),
    st.sampled_from([FACTS.concept_doi, None]),
    st.sampled_from([FACTS.released_on, None]),
    st.sampled_from([(), FACTS.own_dois]),
)


def updated_twice(path: str, raw: bytes, facts: PublishedFacts = FACTS) -> Update:
    result = update(path, raw, facts)
    again = update(path, result.content, facts)
    assert result.is_changed == (result.content != raw)
    assert not again.is_changed, again.note
    assert bool(result.findings) or result.status != "refused"
    return result


@given(st.sampled_from(NAMES), st.binary(max_size=200) | st.text(max_size=100).map(str.encode), ALL_FACTS)
@example("README.md", b"\xef\xbb\xbf", FACTS)
@example("README.md", b"\xff\xfe", FACTS)
@example("README.rst", b"\r", FACTS)
def test_any_bytes_are_updated_or_left(path: str, raw: bytes, facts: PublishedFacts) -> None:
    updated_twice(path, raw, facts)


CHUNKS = {
    "md": (
        *("# Title\n", "Title\n===\n", "## Section\n", "text\n", "text [![a]({ci})](x)\n", "![a]({ci})\n", "\n", "\n\n"),
        *("[![DOI]({image})]({link})", "[![DOI]({image})]({link})\n", "[![DOI][a]][b]\n", "[a]: {image}\n[b]: {link}\n"),
        *("```\n", "`", "    code\n", "<!--", "-->\n", "<pre>", "</pre>\n", "- ", "> ", "<div>\n", "</div>\n", "---\n"),
        *('<a href="{link}"><img src="{image}"></a>\n', '<img src="{ci}">\n', "<h1>T</h1>\n", "| a |\n|---|\n| b |\n"),
    ),
    "rst": (
        *("Title\n=====\n", "=====\nTitle\n=====\n", "Other\n-----\n", "text\n", "text::\n", "\n", "\n\n", "  indented\n"),
        *(".. image:: {image}\n   :target: {link}\n", ".. image:: {ci}\n", "|a| |b|\n", "|a|\n", ".. comment\n", "..\n"),
        *(".. |a| image:: {image}\n   :target: {link}\n", ".. |b| image:: {ci}\n", ".. code-block:: x\n\n   {image}\n", "``"),
    ),
    "adoc": (
        *("= Title\n", ":toc:\n", "== Section\n", "text\n", "\n", "\n\n", "image:{ci}[]", "image:{ci}[]\n", "----\n", "....\n"),
        *("image:{image}[DOI,link={link}]\n", "{link}[image:{image}[DOI]]\n", "// ", "////\n", " literal\n", "`", "```\n", "+++"),
        *(":img: {image}\n", "image:{{img}}[link={link}]\n"),
    ),
    "org": (
        *("#+TITLE: T\n", "#+AUTHOR: x\n", "* Title\n", "** Section\n", "text\n", "\n", "\n\n", "[[{link}][{image}]]\n", "~", "="),
        *("[[{link}][{image}]] ", "[[{ci}]]\n", "[[x][{ci}]] ", "#+begin_src\n", "#+end_src\n", ": ", "# ", ":PROPERTIES:\n:END:\n"),
    ),
}  # fmt: skip


@st.composite
def readmes(draw: st.DrawFn) -> tuple[str, str]:
    """Return the ending and the text of a README with anything in any order."""
    ending = draw(st.sampled_from(sorted(CHUNKS)))
    image, link = draw(st.sampled_from([(OLD_IMAGE, OLD_LINK), (IMAGE, LINK), ("https://zenodo.org/badge/7.svg", "x")]))
    chunks = draw(st.lists(st.sampled_from(CHUNKS[ending]), max_size=8))
    text = "".join(chunk.format(image=image, link=link, ci=CI) for chunk in chunks)
    return ending, text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))


@given(readmes())
def test_any_readme_gets_its_badge_and_keeps_all_else(readme: tuple[str, str]) -> None:
    ending, text = readme
    result = updated_twice(f"README.{ending}", text.encode())
    new = result.content.decode()

    assert result.status in ("changed", "unchanged")
    assert IMAGE in new
    for address in (IMAGE, LINK, OLD_IMAGE, OLD_LINK, "https://zenodo.org/badge/7.svg"):
        text, new = text.replace(address, "\0"), new.replace(address, "\0")
    if "set in line" in result.note:
        assert rest_of(new.encode(), text.encode())
        assert ending != "md" or f'src="{IMAGE}"' in MarkdownIt("commonmark").render(result.content.decode())
    else:
        assert new == text


DOIS = st.sampled_from(
    ["10.5281/zenodo.9", "10.5281/zenodo.10", "10.5281/zenodo.11", "https://doi.org/10.5281/zenodo.12", "10.1234/paper", "", "TBD"]
)  # fmt: skip
IDENTIFIERS = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("doi"), "value": DOIS},
        optional={"description": st.sampled_from(["version 1.1.0", "all versions", "Of 1.1.0", "x"])},
    ),
    max_size=3,
)
FIELDS = st.fixed_dictionaries(
    {"cff-version": st.sampled_from(["1.0.3", "1.1.0", "1.2.0"]), "title": st.just("T")},
    optional={
        "version": st.sampled_from(["1.1.0", "v1.1.0", "1.10", "1.2.0"]),
        "doi": DOIS,
        "date-released": st.sampled_from(["2025-01-01", "2026-03-01"]),
        "identifiers": IDENTIFIERS,
    },
)


@given(documents(FIELDS), ALL_FACTS)
def test_any_citation_file_gets_the_facts_and_keeps_all_else(file: tuple[str, bytes], facts: PublishedFacts) -> None:
    raw = file[1]
    try:
        old = read("CITATION.cff", raw).data
    except MetadataError:
        return  # JSON with tabs is no YAML
    result = updated_twice("CITATION.cff", raw, facts)
    new = read("CITATION.cff", result.content).data

    assert result.status in ("changed", "unchanged")
    assert new["version"].removeprefix("v") == facts.version
    assert facts.released_on is None or new["date-released"] == facts.released_on
    assert old.get("doi") != "10.1234/paper" or new["doi"] == old["doi"]
    for each in old.get("identifiers", ()):
        assert each in new["identifiers"] or each["value"] in facts.own_dois
    if old["cff-version"] != "1.0.3":
        values = [each["value"].removeprefix("https://doi.org/") for each in new["identifiers"]]
        assert {facts.doi, facts.concept_doi or facts.doi} <= set(values)


YAML_CHUNKS = (
    *("title: T # why\n", "version: &v 1.1.0 # a\n", "version: *v # a\n", "version: >-\n  1.1.0\n", "version:\n  1.1.0 # a\n"),
    *("# a comment\n", "\n", "---\n", "...\n", "commit: *v\n", "base: &b {doi: x, y: z}\n", "<<: *b\n", "? doi\n: x # a\n"),
    *("identifiers: # none\n", "identifiers: []\n", "identifiers: [{type: doi, # a\n  value: 10.5281/zenodo.11}]\n"),
    *("identifiers:\n  - &i {type: doi, value: 10.5281/zenodo.11}\n", "references: [*i]\n", "identifiers: &l\n- type: other\n"),
    *("- type: doi # a\n  value: !!str 10.5281/zenodo.11\n", "  - type: doi\n    value: '10.5281/zenodo.11' # a\n"),
    *("    description: |+\n      version 1.1.0\n\n", "  description: >\n    Of version\n    1.1.0\n", "copy: *l\n"),
    *("doi: !!null # a\n", "'doi': &d # a\n", "doi: 10.5281/\n  zenodo.11 # a\n", 'doi: "10.5281/\\\n  zenodo.11"\n'),
    *("date-released: 2025-01-01 # a\n", "abstract: |+\n  a\n\n", "abstract: |2-\n   a\n", "{", "}", "title: 'a\n\n  b' # a\n"),
)  # fmt: skip


@given(st.lists(st.sampled_from(YAML_CHUNKS), max_size=8), st.sampled_from(["\n", "\r\n"]), ALL_FACTS)
@example(["title: T # why\n", "identifiers: &l\n- type: other\n", "copy: *l\n"], "\n", FACTS)
def test_a_citation_file_written_by_hand_keeps_its_comments(
    chunks: list[str], line_end: str, facts: PublishedFacts
) -> None:
    raw = "".join(chunks).replace("\n", line_end).encode()
    result = updated_twice("CITATION.cff", raw, facts)

    if result.status != "refused" and "#" not in str(read("CITATION.cff", raw).data):
        assert comments(result.content) == comments(raw)
    assert result.content.count(b"\r\n") == result.content.count(b"\n") or line_end == "\n"


def comments(raw: bytes) -> list[bytes]:
    """Return the comments of a YAML file whose values have no "#" in them."""
    return re.findall(rb"#[^\r\n]*", raw)


@given(documents(st.fixed_dictionaries({"identifier": DOIS | st.lists(DOIS, max_size=2)})), ALL_FACTS)
def test_any_codemeta_file_gets_the_facts_and_keeps_all_else(file: tuple[str, bytes], facts: PublishedFacts) -> None:
    text = json.dumps(read(*file).data, indent=2) if file[0].endswith(".yml") else file[1].decode("utf-8-sig")
    new = json.loads(updated_twice("codemeta.json", text.encode(), facts).content)

    assert new["version"] == facts.version
    assert new.get("datePublished") == facts.released_on
