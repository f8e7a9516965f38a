from __future__ import annotations

import doctest
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from zenodo_action import versions
from zenodo_action.versions import is_prerelease_version, is_version, version_key, version_of

ASCENDING = [
    "latest",
    "nightly-2024.05",
    "0.9",
    "1.0.dev1",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.1.2",
    "1.0.0a2.dev1",
    "1.0.0a2",
    "1.0.0-beta.2",
    "1.0.0b11",
    "1.0.0-canary.3",
    "1.0.0-rc.1",
    "v1.0.0rc2",
    "1.0.0-SNAPSHOT",
    "V1.0.0",
    "1.0.0+build.5",
    "1.0.0.post1",
    "1.0.0-2",
    "1.1-M1",
    "1.1",
    "v1.10.0",
    "2024-04",
    "2024.05",
    "2024-05-01",
    "2024-05-02",
    "1!0.1",
]


@pytest.mark.parametrize(("lower", "higher"), list(itertools.pairwise(ASCENDING)))
def test_order_of_versions_in_all_spellings(lower: str, higher: str) -> None:
    assert version_key(lower) < version_key(higher)


@pytest.mark.parametrize(
    "pair", [("1.0", "v1.0.0"), ("1.2.0-rc.1", "1.2.0rc1"), ("2024.05", "2024.5"), ("1.0-A", "1a0")]
)
def test_spellings_of_one_version_are_equal(pair: tuple[str, str]) -> None:
    assert version_key(pair[0]) == version_key(pair[1])


@pytest.mark.parametrize(
    "tag", ["v1.2.3", "V1.2", "1.2", "2024.05", "2024-05-01", "1.2.0-rc.1", "1.2.0-SNAPSHOT", "1.2.3+abc", "1.2.3.4"]
)
def test_complete_versions(tag: str) -> None:
    assert is_version(tag)


@pytest.mark.parametrize(
    "tag",
    ["v1", "1", "2024", "latest", "nightly", "release-1.2", "v1-rc1", "v", "", "1.2.x", "v1.2.", "vv1.2", "x/1.2.3"],
)
def test_what_is_no_complete_version(tag: str) -> None:
    assert not is_version(tag)


@pytest.mark.parametrize(
    "text", ["1.2.0-rc.1", "v1.2.0rc1", "1.2.0.dev3", "1.2.0-SNAPSHOT", "1.2.0-alpha.b+5", "v2-rc1"]
)
def test_pre_releases(text: str) -> None:
    assert is_prerelease_version(text)


@pytest.mark.parametrize("text", ["1.2.0", "1.2.0.post1", "1.2.0-1", "1.2.0+dev", "2024-05-01", "nightly", "alpha", ""])
def test_what_is_no_pre_release(text: str) -> None:
    assert not is_prerelease_version(text)


@pytest.mark.parametrize(
    ("tag", "version"),
    [("v1.2.3", "1.2.3"), ("V2", "2"), ("1.2", "1.2"), ("v-1", "v-1"), ("release-1.2", "release-1.2"), ("v", "v")],
)
def test_version_of_a_tag(tag: str, version: str) -> None:
    assert version_of(tag) == version


def test_a_text_of_digits_without_end_is_no_version() -> None:
    """Python refuses to convert numbers of more than 4300 digits; that must not surface."""
    assert not is_version("1." + "9" * 5000)
    assert version_key("1." + "9" * 5000) < version_key("0.0")


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_have_one_order(one: str, other: str) -> None:
    one_key, other_key = version_key(one), version_key(other)
    assert (one_key < other_key) + (one_key == other_key) + (one_key > other_key) == 1


@given(
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){0,2}((a|b|rc)[0-9]{1,2})?(\.post[0-9])?(\.dev[0-9])?\Z"),
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){0,2}((a|b|rc)[0-9]{1,2})?(\.post[0-9])?(\.dev[0-9])?\Z"),
)
def test_the_order_of_pep_440_is_that_of_packaging(one: str, other: str) -> None:
    assert (version_key(one) < version_key(other)) is (Version(one) < Version(other))
    assert (version_key(one) == version_key(other)) is (Version(one) == Version(other))


def test_examples_of_the_docstrings() -> None:
    results = doctest.testmod(versions)
    assert (results.failed, results.attempted) == (0, 4)
