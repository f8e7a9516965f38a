from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from zenodo_action.github.block import (
    END,
    NOTE,
    NOTE_KEYS,
    START,
    insert_block,
    read_note,
    remove_blocks,
    render_block,
)

FACTS: dict[str, Any] = {
    "doi": "10.5281/zenodo.8",
    "concept_doi": "10.5281/zenodo.7",
    "badge_url": "https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg",
    "record_url": "https://zenodo.org/records/8",
    "server_name": "Zenodo",
    "note": {
        "server": "https://zenodo.org",
        "repository": "zebra-lab/stripes",
        "tag": "v1.0.0",
        "record_id": "8",
        "concept_id": "7",
        "doi": "10.5281/zenodo.8",
        "concept_doi": "10.5281/zenodo.7",
        "program": "zenodo-deposit 0.1.0",
    },
}

BLOCK = render_block(**FACTS)
SHORT = render_block(**FACTS | {"note": None})
OTHER = render_block(**FACTS | {"doi": "10.5281/zenodo.9", "record_url": "https://zenodo.org/records/9"})


# What the block looks like


def test_the_block() -> None:
    assert (
        BLOCK
        == """\
<!-- zenodo-deposit:start -->
[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg)](https://doi.org/10.5281/zenodo.8)

Archived on [Zenodo](https://zenodo.org/records/8): DOI of this version \
[10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8), of all versions [10.5281/zenodo.7](https://doi.org/10.5281/zenodo.7).
<!-- zenodo-deposit:note {"server": "https://zenodo.org", "repository": "zebra-lab/stripes", "tag": "v1.0.0", \
"record_id": "8", "concept_id": "7", "doi": "10.5281/zenodo.8", "concept_doi": "10.5281/zenodo.7", \
"program": "zenodo-deposit 0.1.0"} -->
<!-- zenodo-deposit:end -->"""
    )


def test_a_server_without_badges_and_concepts() -> None:
    lines = render_block(**FACTS | {"badge_url": None, "concept_doi": None, "server_name": "DaRUS [x]"}).split("\n")
    assert lines[1] == (
        r"Archived on [DaRUS \[x\]](https://zenodo.org/records/8): DOI of this version "
        "[10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8)."
    )
    assert len(lines) == 4


def test_a_test_deposit_says_so_and_links_to_what_exists() -> None:
    facts = {
        "doi": "10.5072/zenodo.8",
        "concept_doi": "10.5072/zenodo.7",
        "badge_url": "https://sandbox.zenodo.org/badge/DOI/10.5072/zenodo.8.svg",
        "record_url": "https://sandbox.zenodo.org/records/8",
        "server_name": "the Zenodo sandbox",
    }
    block = render_block(**FACTS | facts)
    assert "doi.org" not in block
    assert block.split("\n")[1:4] == [
        ("[![DOI](https://sandbox.zenodo.org/badge/DOI/10.5072/zenodo.8.svg)](https://sandbox.zenodo.org/records/8)"),
        "",
        (
            "Test deposit on [the Zenodo sandbox](https://sandbox.zenodo.org/records/8): DOI of this version "
            "[10.5072/zenodo.8](https://sandbox.zenodo.org/records/8), of all versions `10.5072/zenodo.7`; "
            "test DOIs do not resolve."
        ),
    ]


def test_the_shortest_block() -> None:
    assert SHORT.split("\n") == [START, "DOI: [10.5281/zenodo.8](https://doi.org/10.5281/zenodo.8)", END]


def test_the_block_is_shown_as_meant() -> None:
    html = MarkdownIt("commonmark").render(insert_block("# Notes\n\n* a change", BLOCK))
    assert (
        '<li>a change</li>\n</ul>\n<!-- zenodo-deposit:start -->\n<p><a href="https://doi.org/10.5281/zenodo.8">'
        in html
    )
    assert '<img src="https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg" alt="DOI" /></a></p>\n<p>Archived on' in html


@pytest.mark.parametrize("name", ["a](http://evil.example) ![", "x\n::error::y", "<script>", "`", "@team", "-->"])
def test_a_server_may_be_called_anything(name: str) -> None:
    block = render_block(**FACTS | {"server_name": name})
    html = re.sub("<!--.*?-->", "", MarkdownIt("commonmark").render(block), flags=re.DOTALL)
    assert re.findall('(?:href|src)="([^"]*)"', html) == [
        "https://doi.org/10.5281/zenodo.8",
        "https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg",
        "https://zenodo.org/records/8",
        "https://doi.org/10.5281/zenodo.8",
        "https://doi.org/10.5281/zenodo.7",
    ]
    assert "<script" not in html
    assert insert_block(insert_block("x", block), BLOCK) == insert_block("x", BLOCK)


@pytest.mark.parametrize(
    "doi", ["10.1/a(b)<c>", "10.1/a b", "10.1/a]`", "10.1/a\n-->b", "10.1002/(SICI)1097:3.0.CO;2-8"]
)
@pytest.mark.parametrize("note", [FACTS["note"], None])
def test_a_doi_may_hold_anything(doi: str, note: Any) -> None:
    block = render_block(**FACTS | {"doi": doi, "note": note})
    once = insert_block("x", block)
    assert insert_block(once, block) == once
    assert remove_blocks(once) == "x"


# Where the block goes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, "{block}"),
        ("", "{block}"),
        ("\n", "{block}\n"),
        ("Notes", "Notes\n\n{block}"),
        ("Notes\n", "Notes\n\n{block}\n"),
        ("Notes\n\n", "Notes\n\n\n{block}\n"),
        ("Notes\r\n* a", "Notes\r\n* a\r\n\r\n{block}"),
        ("Notes\r\n* a\r\n", "Notes\r\n* a\r\n\r\n{block}\r\n"),
        ("a\r\nb\n", "a\r\nb\r\n\r\n{block}\n"),
        ("    code", "    code\n\n{block}"),
        ("```\ncode\n```", "```\ncode\n```\n\n{block}"),
        ("```\nnever closed", "{block}\n\n```\nnever closed"),
        ("<!-- never closed", "{block}\n\n<!-- never closed"),
        ("a\r\n```\r\nnever closed", "{block}\r\n\r\na\r\n```\r\nnever closed"),
        ("<details>\n\ntext", "<details>\n\ntext\n\n{block}"),
        ("> quote\n- list", "> quote\n- list\n\n{block}"),
    ],
)
def test_where_the_block_goes(body: str | None, expected: str) -> None:
    newline = "\r\n" if "\r\n" in (body or "") else "\n"
    result = insert_block(body, BLOCK)
    assert result == expected.replace("{block}", BLOCK.replace("\n", newline))
    assert insert_block(result, BLOCK) == result
    assert remove_blocks(result) == (body or "")


def test_a_block_is_replaced_where_it_stands() -> None:
    body = f"before\n\n{BLOCK}\n\nafter 🦓\n"
    assert insert_block(body, OTHER) == f"before\n\n{OTHER}\n\nafter 🦓\n"


def test_notes_that_were_saved_in_the_browser() -> None:
    """GitHub's editor turns all line ends into CRLF."""
    body = f"before\n\n{BLOCK}\n\nafter".replace("\n", "\r\n")
    assert insert_block(body, BLOCK) == body
    assert insert_block(body, OTHER) == f"before\n\n{OTHER}\n\nafter".replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "```\n{block}\n```",
        "~~~ text\n{block}\n~~~",
        "    {start}\n    DOI: x\n    {end}",
        "\t{start}\n\tDOI: x\n\t{end}",
        "> {start}\n> DOI: x\n> {end}",
        "- {start}\n  DOI: x\n  {end}",
        "1. a\n\n   {start}\n   DOI: x\n   {end}",
        "text {start}\nDOI: x\n{end}",
        "{start} text\nDOI: x\n{end}",
        "`{start}`\nDOI: x\n`{end}`",
        "<!-- a comment around\n{start}\nDOI: x",
        "<pre>\n{start}\nDOI: x\n{end}\n</pre>",
    ],
)
def test_markers_that_are_somebodys_text(text: str) -> None:
    body = text.format(start=START, end=END, block=BLOCK) + "\n\nmore"
    result = insert_block(body, BLOCK)
    assert BLOCK in result
    assert body in result
    assert insert_block(result, BLOCK) == result
    assert insert_block(result, OTHER) == result.replace(BLOCK, OTHER) if text.count("{block}") == 0 else True
    assert remove_blocks(result) == body


@pytest.mark.parametrize(
    "body",
    [
        f"a\n\n{START}\n\nb",
        f"a\n\n{END}\n\nb",
        f"{END}\n\n{START}",
        f"{START}\n\n{START}\n\ntext",
        f"{START}\n{END}",
        f"{START}\nwe document the markers\n{END}",
        f"{START}\n{BLOCK.removeprefix(START)[: -len(END)]}\nthe end marker is gone",
    ],
)
def test_markers_that_stand_alone_are_left(body: str) -> None:
    result = insert_block(body, BLOCK)
    assert result == f"{body}\n\n{BLOCK}"
    assert insert_block(result, BLOCK) == result
    assert remove_blocks(result) == body


def test_a_lost_end_marker_costs_no_text() -> None:
    """The nearest start marker counts, so what somebody wrote after a mangled block is not taken for ours."""
    mangled = BLOCK.removesuffix(END) + "\nprecious text"
    once = insert_block(mangled, OTHER)
    assert once == f"{mangled}\n\n{OTHER}"
    assert insert_block(once, BLOCK) == f"{mangled}\n\n{BLOCK}"


def test_of_doubled_blocks_one_is_left() -> None:
    body = f"a\n\n{BLOCK}\n\nb\n\n{OTHER}\n\nc\n\n{SHORT}\n"
    assert insert_block(body, OTHER) == f"a\n\n{OTHER}\n\nb\n\nc\n"


def test_what_was_written_into_the_block_is_kept_below_it() -> None:
    lines = BLOCK.split("\n")
    body = "\n".join(["a", "", *lines[:2], "Thanks to everybody!", "", "* Josiah", *lines[2:], "", "b"])
    expected = f"a\n\n{OTHER}\n\nThanks to everybody!\n\n* Josiah\n\nb"
    assert insert_block(body, OTHER) == expected
    assert insert_block(expected, OTHER) == expected
    assert remove_blocks(body) == "a\n\nThanks to everybody!\n\n* Josiah\n\nb"


def test_what_was_written_into_a_doubled_block_is_kept_in_its_place() -> None:
    doubled = BLOCK.replace(f"\n{END}", f"\nmine\n{END}")
    assert insert_block(f"{BLOCK}\n\na\n\n{doubled}\n\nb", OTHER) == f"{OTHER}\n\na\n\nmine\n\nb"


@pytest.mark.parametrize("spaces", [" ", "  ", "   "])
def test_a_block_that_was_moved_in_a_little(spaces: str) -> None:
    body = "a\n\n" + spaces + BLOCK.replace(f"\n{END}", f"\n{spaces}{END} ") + "\n\nb"
    assert insert_block(body, BLOCK) == f"a\n\n{BLOCK}\n\nb"


PIECES = st.one_of(
    st.sampled_from(
        [
            START,
            END,
            BLOCK,
            SHORT,
            BLOCK.replace("\n", "\r\n"),
            f"{NOTE}{{}} -->",
            "DOI: x",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "```",
            "~~~",
            "`",
            "    ",
            "\t",
            "> ",
            "- ",
            "1. ",
            "<!--",
            "-->",
            "<div>",
            "<pre>",
            "</pre>",
            "<?",
            "<![CDATA[",
            "[a]: b",
            "===",
            "# ",
            "🦓",
            "\u2028",
            "\x00",
            "\x0b",
            "text",
        ]
    ),
    st.text(max_size=8),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@given(TEXTS, st.sampled_from([BLOCK, SHORT]))
@example(f"<!-- x\n{START}\n", BLOCK)
@example("a\r", SHORT)
@example("\r\n\r", SHORT)
@example("\r\r", SHORT)
def test_twice_is_once(body: str, block: str) -> None:
    once = insert_block(body, block)
    assert insert_block(once, block) == once
    assert any(block.replace("\n", newline) in once for newline in ("\n", "\r\n", "\r"))


@given(TEXTS)
@example("a\r")
@example("\r\r")
@example(f"{START}\n")
def test_taking_the_block_out_gives_the_notes_back(body: str) -> None:
    assume(remove_blocks(body) == body)  # there is no block yet
    assert remove_blocks(insert_block(body, BLOCK)) == body


@given(TEXTS)
def test_nobodys_words_are_lost(body: str) -> None:
    """Every line that is neither a marker nor of our shape is still there, in its order."""
    ours = {START, END, "", *BLOCK.split("\n"), *SHORT.split("\n"), f"{NOTE}{{}} -->", "DOI: x"}

    def words(text: str) -> list[str]:
        lines = re.split("\r\n|\n|\r", text)
        return [line for line in lines if line.strip() not in ours]

    kept = words(insert_block(body, OTHER))
    others = set(OTHER.split("\n"))
    assert sorted(line for line in kept if line not in others) == sorted(words(body))


@pytest.mark.parametrize(
    "body",
    [
        "* a\n" * 10_000,
        "> " * 60_000,
        "- " * 60_000,
        "`" * 120_000,
        "[a]: <b\n" * 15_000,
        "<!--\n" * 24_000,
        "[" * 120_000,
    ],
)
def test_long_notes_take_no_long_time(body: str) -> None:
    start = time.process_time()
    once = insert_block(body, BLOCK)
    assert time.process_time() - start < 10
    assert remove_blocks(once) == body


# The note


def test_the_note_is_read_back() -> None:
    assert tuple(FACTS["note"]) == NOTE_KEYS
    assert read_note(insert_block("notes\r\n", BLOCK)) == FACTS["note"]


@pytest.mark.parametrize(("commit", "is_kept"), [("ab" * 20, True), ("ab" * 32, True), ("main", False), ("", False)])
def test_the_note_may_have_a_commit(commit: str, *, is_kept: bool) -> None:
    note = {**FACTS["note"], "commit": commit}
    read = read_note(insert_block("notes\n", render_block(**FACTS | {"note": note})))
    assert read == (note if is_kept else FACTS["note"])


@given(st.dictionaries(st.sampled_from(NOTE_KEYS), st.text(), min_size=8), TEXTS)
def test_the_note_may_hold_anything(note: dict[str, str], body: str) -> None:
    assume(read_note(body) is None)
    block = render_block(**FACTS | {"note": note})
    (line,) = [line for line in block.split("\n") if line.startswith(NOTE)]
    assert line.count("--") == 2
    assert read_note(insert_block(body, block)) == note


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "notes",
        SHORT,
        f"```\n{BLOCK}\n```",
        f"{NOTE}{json.dumps(FACTS['note'])} -->",
        BLOCK.replace('"tag": "v1.0.0"', '"tag": 1'),
        BLOCK.replace('"tag": "v1.0.0", ', ""),
        BLOCK.replace('{"server"', '{"server'),
        re.sub(r"\{.*\}", "{}", BLOCK),
        re.sub(r"\{.*\}", lambda _: '{"a":' * 100_000 + "}", BLOCK),
    ],
)
def test_no_note_that_can_be_used(body: str | None) -> None:
    assert read_note(body) is None


def test_a_note_of_a_later_version_may_hold_more() -> None:
    assert read_note(BLOCK.replace('{"server"', '{"new": [], "server"')) == FACTS["note"]
