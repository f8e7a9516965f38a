"""Badges in READMEs of other markups: renewed in place, or set where badges are looked for."""

from __future__ import annotations

import doctest
from typing import Any

import pytest

from tests.unit.test_updates_markdown import IMAGE, LINK, updated
from zenodo_action.updates import org, page

OLD_IMAGE = "https://zenodo.org/badge/123456.svg"
OLD_LINK = "https://zenodo.org/badge/latestdoi/123456"
CI = "https://github.com/o/n/actions/workflows/ci.yml/badge.svg"
DOCS = "https://img.shields.io/badge/docs-here-green"

REST = f".. image:: {IMAGE}\n   :target: {LINK}\n   :alt: DOI"
NAMED = REST.replace(".. image", ".. |Zenodo DOI| image")
ASCIIDOC = f"image:{IMAGE}[DOI,link={LINK}]"
ORG = f"[[{LINK}][{IMAGE}]]"


def text_of(ending: str, content: str) -> str:
    return updated(content, path=f"README.{ending}").content.decode()


@pytest.mark.parametrize("module", [page, org])
def test_examples_in_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


RENEWED = {
    "rst": [
        ".. image:: {image}\n   :target: {link}\n",
        "T\n=\n\n.. image:: {image}\n   :alt: DOI\n   :target: {link}\n\ntext\n",
        "|DOI| text\n\n.. |DOI| image:: {image}\n    :target: {link}\n",
        "T\r\n=\r\n\r\n.. |DOI| image:: {image}\r\n   :target: zenodo_\r\n\r\n.. _Zenodo: {link}\r\n",
    ],
    "adoc": [
        "= T\n\nimage:{image}[DOI,link={link}] text\n",
        '= T\n\nimage::{image}[link="{link}",title=DOI]\n',
        "{link}[image:{image}[DOI]]\n",
        "link:{link}[image:{image}[DOI], window=_blank]\n",
        "= T\n:url-doi: {link}\n:img-doi: {image}\n\nimage:{{img-doi}}[DOI,link={{url-doi}}]\n",
    ],
    "org": ["#+TITLE: T\n\n[[{link}][{image}]] text\n", "* T\n[[{link}][file:{image}]]\n"],
}  # fmt: skip


@pytest.mark.parametrize(("ending", "form"), [(ending, form) for ending, forms in RENEWED.items() for form in forms])
def test_a_badge_of_this_record_is_renewed_with_its_link(ending: str, form: str) -> None:
    assert text_of(ending, form.format(image=OLD_IMAGE, link=OLD_LINK)) == form.format(image=IMAGE, link=LINK)
    assert updated(form.format(image=IMAGE, link=LINK), path=f"README.{ending}").status == "unchanged"


@pytest.mark.parametrize(
    ("ending", "before", "after"),
    [
        ("rst", "T\n=\n\ntext\n", f"T\n=\n\n{REST}\n\ntext\n"),
        ("rst", "=====\n  T\n=====\ntext\n", f"=====\n  T\n=====\n\n{REST}\n\ntext\n"),
        ("rst", "T\r\n=\r\n", f"T\r\n=\r\n\r\n{REST}\r\n".replace("\n", "\r\n").replace("\r\r", "\r")),
        ("rst", f"T\n=\n\n.. image:: {CI}\n\ntext\n", f"T\n=\n\n.. image:: {CI}\n{REST}\n\ntext\n"),
        (
            "rst",
            f".. image:: {CI}\n   :target: x\n\n.. image:: {DOCS}\n\nTitle\n-----\n",
            f".. image:: {CI}\n   :target: x\n\n.. image:: {DOCS}\n\n{REST}\n\nTitle\n-----\n",
        ),
        (
            "rst",
            f"Title\n=====\n\n|ci| |docs|\n\ntext\n\n.. |ci| image:: {CI}\n.. |docs| image:: {DOCS}\n   :target: x\n",
            f"Title\n=====\n\n|ci| |docs| |Zenodo DOI|\n\ntext\n\n.. |ci| image:: {CI}\n.. |docs| image:: {DOCS}\n   :target: x\n{NAMED}\n",
        ),
        (
            "rst",
            f".. |ci| image:: {CI}\n\n.. |docs| image:: {DOCS}\n\nTitle\n=====\n\n|ci|\n|docs|_\n",
            f".. |ci| image:: {CI}\n\n.. |docs| image:: {DOCS}\n\n{NAMED}\n\nTitle\n=====\n\n|ci|\n|docs|_\n|Zenodo DOI|\n",
        ),
        ("rst", "Title\n=====\n\n.. image:: logo.png\n", f"Title\n=====\n\n{REST}\n\n.. image:: logo.png\n"),
        ("rst", "text alone\n", f"{REST}\n\ntext alone\n"),
        ("rst", "", f"{REST}\n"),
        ("rst", "Title\n=====", f"Title\n=====\n\n{REST}"),
        ("adoc", "= T\nJosiah Carberry\n:toc:\n\ntext\n", f"= T\nJosiah Carberry\n:toc:\n\n{ASCIIDOC}\n\ntext\n"),
        (
            "adoc",
            f"= T\n\nimage:{CI}[]\nimage:{DOCS}[]\n\ntext",
            f"= T\n\nimage:{CI}[]\nimage:{DOCS}[]\n{ASCIIDOC}\n\ntext",
        ),
        ("adoc", f"= T\n\nimage:{CI}[] image:{DOCS}[]\n", f"= T\n\nimage:{CI}[] image:{DOCS}[] {ASCIIDOC}\n"),
        ("adoc", "== Section\n", f"{ASCIIDOC}\n\n== Section\n"),
        ("asciidoc", "", f"{ASCIIDOC}\n"),
        ("org", "#+TITLE: T\n#+AUTHOR: x\n\ntext\n", f"#+TITLE: T\n#+AUTHOR: x\n\n{ORG}\n\ntext\n"),
        ("org", "* T\ntext\n", f"* T\n\n{ORG}\n\ntext\n"),
        ("org", "* T\n:PROPERTIES:\n:ID: x\n:END:\ntext", f"* T\n:PROPERTIES:\n:ID: x\n:END:\n\n{ORG}\n\ntext"),
        ("org", f"* T\n[[x][{CI}]] [[{DOCS}]]\n", f"* T\n\n{ORG}\n\n[[x][{CI}]] [[{DOCS}]]\n"),
        ("org", f"* T\n\n[[x][{CI}]] [[{DOCS}]]\n", f"* T\n\n[[x][{CI}]] [[{DOCS}]] {ORG}\n"),
        ("org", "text\n", f"{ORG}\n\ntext\n"),
    ],
)
def test_a_badge_is_set_where_badges_are_looked_for(ending: str, before: str, after: str) -> None:
    assert text_of(ending, before) == after


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("rst", "text::\n\n   .. image:: {image}\n      :target: {link}\n"),
        ("rst", ".. code-block:: rst\n\n   .. image:: {image}\n      :target: {link}\n"),
        ("rst", ".. A comment\n   .. image:: {image}\n"),
        ("rst", "``.. image:: {image}``\n"),
        ("adoc", "----\nimage:{image}[link={link}]\n----\n"),
        ("adoc", "....\nimage:{image}[link={link}]\n....\n"),
        ("adoc", "```adoc\nimage:{image}[link={link}]\n```\n"),
        ("adoc", "////\nimage:{image}[link={link}]\n////\n"),
        ("adoc", "// image:{image}[link={link}]\n"),
        ("adoc", "`image:{image}[link={link}]`\n"),
        ("adoc", "text\n\n  image:{image}[link={link}]\n"),
        ("org", "#+BEGIN_SRC org\n[[{link}][{image}]]\n#+END_SRC\n"),
        ("org", "#+begin_example\n[[{link}][{image}]]\n#+end_example\n"),
        ("org", ": [[{link}][{image}]]\n"),
        ("org", "# [[{link}][{image}]]\n"),
        ("org", "~[[{link}][{image}]]~ is code\n"),
    ],
)
def test_code_and_comments_are_not_touched(ending: str, code: str) -> None:
    content = code.format(image=OLD_IMAGE, link=OLD_LINK)
    new = {"rst": REST, "adoc": ASCIIDOC, "org": ORG}[ending]

    assert text_of(ending, content) == f"{new}\n\n{content}"
