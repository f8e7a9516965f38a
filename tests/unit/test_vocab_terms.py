"""Fixed terms, languages, and what importing the vocabularies costs."""

from __future__ import annotations

import doctest
import json
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action import vocab
from zenodo_action.vocab.data import load

MODULES = sorted(module.name for module in pkgutil.iter_modules(vocab.__path__))


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_the_docstrings(module: str) -> None:
    assert doctest.testmod(import_module(f"zenodo_action.vocab.{module}")).failed == 0


def test_importing_reads_no_data_and_no_large_library() -> None:
    code = "import sys, json, zenodo_action.vocab.data as d, zenodo_action.vocab; print(json.dumps([d.load.cache_info()[1], *sys.modules]))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    misses, *modules = json.loads(result.stdout)
    assert misses == 0
    heavy = {"langcodes", "license_expression", "markdown_it", "html.parser", "difflib", "yaml", "requests", "idutils"}
    assert heavy.isdisjoint(modules)


@pytest.mark.parametrize("name", ["terms", "licences", "languages", "programming_languages"])
def test_data_files_name_their_sources(name: str) -> None:
    about = load(name)["about"]
    assert about["made by"] == "scripts/make_vocab.py"
    assert all("zenodo-rdm" in source or "invenio" in source or "spdx" in source for source in about["sources"])


@given(st.text(max_size=30))
def test_any_text_is_looked_up_without_harm(value: str) -> None:
    for lookup in (vocab.relation, vocab.role, vocab.resource_type, vocab.access_right, vocab.programming_language):
        assert lookup(value) is None or isinstance(lookup(value), str)
    assert vocab.language_match(value)[0] is None or len(vocab.language(value) or "") == 3


@pytest.mark.parametrize(
    ("upload_type", "subtype", "native"),
    [
        ("software", None, "software"),
        ("Software", "", "software"),
        ("publication", "article", "publication-article"),
        ("publication", "thesis", "publication-dissertation"),
        ("publication-thesis", None, "publication-dissertation"),
        ("publication-datapaper", None, "publication-datapaper"),
        ("image", "photo", "image-photo"),
        ("workflow", None, "workflow"),
        ("project", None, None),
        ("dataset", "photo", None),
        ("article", None, None),
        ("", None, None),
    ],
)
def test_resource_types(upload_type: str, subtype: str | None, native: str | None) -> None:
    assert vocab.resource_type(upload_type, subtype) == native


def test_related_works_may_be_projects_too() -> None:
    assert vocab.resource_type("instrument", is_related=True) == "instrument"


def test_every_type_and_subtype_that_is_offered_is_taken() -> None:
    for upload_type in vocab.upload_types():
        assert vocab.resource_type(upload_type) == upload_type
        for subtype in vocab.subtypes(upload_type):
            assert vocab.resource_type(upload_type, subtype)
    assert "thesis" in vocab.subtypes("publication")
    assert vocab.subtypes("poster") == ()
    assert "project" not in vocab.upload_types()


def test_relations_and_roles_that_are_offered_are_taken() -> None:
    for spelling in vocab.relations():
        assert vocab.relation(spelling) == spelling.lower()
    for spelling in vocab.roles():
        assert vocab.role(spelling) == spelling.lower()
    assert len(vocab.relations()) == 34
    assert len(vocab.roles()) == 22


def test_relations_beyond_the_documented_ones() -> None:
    assert vocab.relation("isOrignialFormOf") == "isoriginalformof"
    assert vocab.relation("isTranslationOf") == "istranslationof"
    assert vocab.relation("isAlternateIdentifier") is None
    assert vocab.relation("isFriendOf") is None
    assert vocab.role("Author") is None


def test_suggestions() -> None:
    assert vocab.suggest("isSuplementTo", vocab.relations()) == "isSupplementTo"
    assert vocab.suggest("DATACOLECTOR ", vocab.roles()) == "DataCollector"
    assert vocab.suggest("friend", vocab.relations()) is None
    assert vocab.suggest("", []) is None


def test_access_rights() -> None:
    assert [vocab.access_right(value) for value in ("open", "Embargoed", " restricted ", "CLOSED", "public")] == [
        "open",
        "embargoed",
        "restricted",
        "closed",
        None,
    ]


def test_development_status_and_programming_languages() -> None:
    assert vocab.development_status("WIP") == "wip"
    assert vocab.development_status("https://www.repostatus.org/#unsupported") == "unsupported"
    assert vocab.development_status("stable") is None
    assert "active" in vocab.development_statuses()
    assert vocab.programming_language("c++") == "c++"
    assert vocab.programming_language("Jupyter Notebook") == "jupyter_notebook"
    assert vocab.programming_language("jupyter_notebook") == "jupyter_notebook"
    assert vocab.programming_language("about") is None
    assert vocab.suggest("Pyhton", vocab.programming_languages()) == "Python"


def test_funders() -> None:
    assert vocab.funder("10.13039/501100000780") == "00k4n6c32"
    assert vocab.funder("https://doi.org/10.13039/100000001") == "021nxhr62"
    assert vocab.funder("nsf") == "021nxhr62"
    assert vocab.funder("National Science Foundation") == "021nxhr62"
    assert vocab.funder("10.13039/501100006588") is None
    assert all(vocab.funder(name) for name in vocab.funders())
    assert all(vocab.ror(ror) == ror for ror, _, _ in load("terms")["funders"].values())


@pytest.mark.parametrize(
    ("value", "found", "exact"),
    [
        ("en", "eng", True),
        ("eng", "eng", True),
        ("ENG", "eng", False),
        ("pt_BR", "por", False),
        ("zh-Hans", "zho", False),
        ("ger", "deu", False),
        ("iw", "heb", False),
        ("gsw", "gsw", True),
        ("English", "eng", False),
        ("modern greek", "ell", False),
        ("Deutsch", "deu", False),
        ("norwegian bokmål", "nob", False),
        ("xx", None, False),
        ("ber", None, False),
        ("english and french", None, False),
        ("", None, False),
    ],
)
def test_languages(value: str, found: str | None, exact: bool) -> None:  # noqa: FBT001
    assert vocab.language_match(value) == (found, exact)
    assert vocab.language(value) == found
