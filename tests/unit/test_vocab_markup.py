"""Descriptions: HTML that stays, Markdown and plain text that become HTML."""

from __future__ import annotations

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action import vocab

PIECES = (
    *(
        "text",
        " ",
        "\n",
        "\n\n",
        "**b**",
        "`c`",
        "<b>",
        "</b>",
        "<p>",
        "<!-- c -->",
        "<![x[",
        "<",
        ">",
        "&",
        "&amp;",
        "# ",
    ),
    *(
        "- a\n",
        "1. ",
        "[l](https://x.org)",
        "![i](https://x.org/i.png)",
        "https://x.org/a_b_c.",
        "|a|\n|-|\n",
        "```\n",
        '"',
    ),
    *(
        "<img src=x>",
        "<a href='javascript:x'>",
        "<td style='color:red'>",
        "</",
        "\x00",
        "~~s~~",
        "> q\n",
        "###### h\n",
        "***\n",
    ),
)
SOUP = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


def kept_by_the_server(html: str) -> str:
    """Return what an independent cleaner with the server's tags leaves of a text."""
    attributes = {"a": {"href", "title"}, "td": {"style"}, "th": {"style"}}
    return nh3.clean(html, tags=set(vocab.allowed_html_tags()), attributes=attributes, link_rel=None)


def test_allowed_tags() -> None:
    assert len(vocab.allowed_html_tags()) == 36
    assert {"h5", "table", "sup"} <= vocab.allowed_html_tags()
    assert vocab.allowed_html_tags().isdisjoint({"img", "h6", "caption", "script", "hr"})


@pytest.mark.parametrize(
    ("html", "problems"),
    [
        ("<p>fine <a href='https://x.org' title=t>x</a><br/></p>", []),
        ("no tags, but x < y and <jane@example.org> & more", []),
        ("<b>x</b> <jane@example.org>", ["<jane@example.org> is dropped, its text stays"]),
        ("<p><img src=x><hr>", ["<img> is dropped", "<hr> is dropped"]),
        ("<h6>a</h6><h6>b</h6>", ["<h6> is dropped, its text stays"]),
        ("<script>alert(1)</script>", ["<script> is dropped, its text stays"]),
        (
            '<p class="a" style="b" dir=ltr>',
            ["the attribute class of <p> is dropped", "the attribute style of <p> is dropped"],
        ),
        ('<td style="color: red; width: 1px">', ["the style color of <td> is dropped"]),
        ("<td style>x</td>", []),
        ('<a href="JavaScript:x()">', ["the link to JavaScript:x() is dropped"]),
        ('<a href="ftp://x.org">', ["the link to ftp://x.org is dropped"]),
        ('<a href="/relative"></a><a href="mailto:a@x.org"></a><a href>', []),
        ("<p>a<!-- b --></p>", ["comments are dropped"]),
    ],
)
def test_what_the_server_would_take_out(html: str, problems: list[str]) -> None:
    assert vocab.html_problems(html) == problems


@given(SOUP)
def test_any_html_is_checked_without_harm(html: str) -> None:
    assert all(isinstance(problem, str) for problem in vocab.html_problems(html))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Heading\ntext", True),
        ("see [docs](https://x.org)", True),
        ("a **bold** word", True),
        ("run `tool`", True),
        ("```\ncode\n```", True),
        ("- one\n- two", True),
        ("1. one\n2. two", True),
        ("- only one", False),
        ("#hashtag and C# and a * b ** c", False),
        ("see [1] (https://x.org)", False),
        ("``reST``", False),
        ("plain text\n\nin two blocks", False),
        ("<p># not Markdown</p>", False),
        ("", False),
    ],
)
def test_what_looks_like_markdown(text: str, expected: bool) -> None:  # noqa: FBT001
    assert vocab.looks_like_markdown(text) is expected


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one", "<p>one</p>"),
        ("one\ntwo\n\n \nthree\n", "<p>one\ntwo</p>\n<p>three</p>"),
        ("a < b > c & d <name>", "<p>a &lt; b &gt; c &amp; d &lt;name&gt;</p>"),
        ("R&amp;D &#8211; &foo; AT&T;", "<p>R&amp;D &#8211; &amp;foo; AT&amp;T;</p>"),
        ("<p>already</p>\n\n<b>HTML</b>", "<p>already</p>\n\n<b>HTML</b>"),
        ("line<BR />break", "line<BR />break"),
        (" \n", ""),
    ],
)
def test_plain_text_becomes_paragraphs(text: str, html: str) -> None:
    assert vocab.paragraphs(text) == html


@given(SOUP | st.text(max_size=60))
def test_paragraphs_are_stable(text: str) -> None:
    once = vocab.paragraphs(text)
    assert vocab.paragraphs(once) == once


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "## New\n\n* *faster*\n* **safer**",
            "<h2>New</h2>\n<ul>\n<li><em>faster</em></li>\n<li><strong>safer</strong></li>\n</ul>",
        ),
        ("###### six\n\n***\n\ntext", "<h5>six</h5>\n<p>text</p>"),
        ("![logo](https://x.org/l.png) a", "<p>logo a</p>"),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("3. three\n4. four", "<ol>\n<li>three</li>\n<li>four</li>\n</ol>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("~~old~~", "<p><s>old</s></p>"),
        ("see https://x.org/a_b_c, ok", '<p>see <a href="https://x.org/a_b_c">https://x.org/a_b_c</a>, ok</p>'),
        ("[https://x.org](https://y.org)", '<p><a href="https://y.org">https://x.org</a></p>'),
        ("<!-- hidden -->\n<details><summary>More</summary>\n\nshown\n\n</details>", "<p>More</p>\n<p>shown</p>"),
        ("a <b>b</b> <jane@example.org>", '<p>a b <a href="mailto:jane@example.org">jane@example.org</a></p>'),
        ("1 < 2 & `<p>`", "<p>1 &lt; 2 &amp; <code>&lt;p&gt;</code></p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert vocab.markdown(text) == html


def test_tables_are_written_as_the_server_writes_them() -> None:
    html = vocab.markdown("| a | b |\n|:--|---|\n| 1 | 2 |")
    assert '<th style="text-align: left;">a</th>\n<th>b</th>' in html
    assert vocab.html_problems(html) == []


@given(SOUP)
def test_rendered_markdown_is_kept_whole(text: str) -> None:
    html = vocab.markdown(text.replace("\x00", ""))
    assert vocab.html_problems(html) == []
    assert kept_by_the_server(html).count("<") == html.count("<")
