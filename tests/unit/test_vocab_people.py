"""Names of people and organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action import vocab
from zenodo_action.vocab import SplitName


@pytest.mark.parametrize(
    ("name", "family", "given_name", "sure"),
    [
        ("Carberry, Josiah", "Carberry", "Josiah", True),
        ("  van der Berg ,  Anna  Maria ", "van der Berg", "Anna Maria", True),
        ("Doe,", "Doe", None, True),
        (", Jane", "Jane", None, False),
        ("Josiah Carberry", "Carberry", "Josiah", False),
        ("Jane Q. Doe", "Doe", "Jane Q.", False),
        ("J.R.R. Tolkien", "Tolkien", "J.R.R.", False),
        ("J. R. R. Tolkien", "Tolkien", "J. R. R.", False),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", False),
        ("Vincent Van Gogh", "Van Gogh", "Vincent", False),
        ("Juana de la Cruz", "de la Cruz", "Juana", False),
        ("Ben Smith", "Smith", "Ben", False),
        ("Smith J.", "Smith", "J.", False),
        ("Smith J.-P. R.", "Smith", "J.-P. R.", False),
        ("Malcolm X", "X", "Malcolm", False),
        ("DUPONT Marie", "DUPONT", "Marie", False),
        ("Marie Anne DUPONT-AIGNAN", "DUPONT-AIGNAN", "Marie Anne", False),
        ("Marie de DUPONT", "de DUPONT", "Marie", False),
        ("Plato", "Plato", None, False),
        ("PlasmaPy Community", "PlasmaPy Community", None, False),
        ("María García López", "María García López", None, False),
        ("Doe, J., Jr.", "Doe, J., Jr.", None, False),
        ("John Doe Jr.", "John Doe Jr.", None, False),
        ("王小明", "王小明", None, False),
        ("王 小明", "王 小明", None, False),
        ("", "", None, False),
    ],
)
def test_names_in_parts(name: str, family: str, given_name: str | None, sure: bool) -> None:  # noqa: FBT001
    assert vocab.split_name(name) == SplitName(family, given_name, sure)


@given(
    st.text(max_size=40) | st.lists(st.sampled_from(["Jane", "van", "DOE", "J.", ",", "de", "Jr.", "王"])).map(" ".join)
)
def test_no_letter_of_a_name_is_lost(name: str) -> None:
    parts = vocab.split_name(name)
    whole = f"{parts.family}{parts.given or ''}"
    assert sorted(whole.replace(",", "").replace(" ", "")) == sorted("".join(name.replace(",", " ").split()))
    assert parts.given != ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The Turing Way Community", True),
        ("University of Somewhere", True),
        ("Université de Genève", True),
        ("Institut für Physik", True),
        ("CMS Collaboration", True),
        ("nf-core developers", True),
        ("Example GmbH", True),
        ("Example, Inc.", True),
        ("Förderverein e.V.", True),
        ("Josiah Carberry", False),
        ("Young Lab", False),
        ("Incandenza, Hal", False),
        ("Teamer, Ann", False),
        ("", False),
    ],
)
def test_names_of_organisations(name: str, expected: bool) -> None:  # noqa: FBT001
    assert vocab.looks_like_organisation(name) is expected
