"""How a version is cited."""

from __future__ import annotations

import pytest

from zenodo_action import citation
from zenodo_action.model import Creator, Identifier, Mark, Payload, Record, RepositoryFacts, Snapshot
from zenodo_action.plan import Plan

JOSIAH = Creator(family_name="Carberry", given_name="Josiah Stinkney")
CATS = Creator(kind="organizational", name="The Cat Collective")
URL = Identifier(scheme="url", identifier="https://doi.org/10.5281/zenodo.8")


def people(*creators: Creator) -> str:
    """Return the authors as a citation has them."""
    return citation.apa(Record(title="T", creators=creators)).partition(" (n.d.)")[0]


@pytest.mark.parametrize(
    ("creators", "text"),
    [
        ((JOSIAH,), "Carberry, J. S."),
        ((JOSIAH, CATS), "Carberry, J. S., & The Cat Collective."),
        ((Creator(family_name="Ōe", given_name="Jean-Luc"), JOSIAH, CATS), "Ōe, J.-L., Carberry, J. S., & The Cat Collective."),
        ((Creator(family_name="山田", given_name="花子"),), "山田, 花子."),
        ((Creator(family_name="zebrafan"),), "zebrafan."),
        ((Creator(family_name="Ng", given_name="- x"),), "Ng, x."),
    ],
)  # fmt: skip
def test_names(creators: tuple[Creator, ...], text: str) -> None:
    """Initials of people, organisations and scripts without initials whole."""
    assert people(*creators) == text


def test_more_than_twenty_authors() -> None:
    """The first nineteen and the last."""
    many = [Creator(family_name=f"Name{number}", given_name="Ann") for number in range(1, 26)]

    assert people(*many).endswith("Name18, A., Name19, A., … Name25, A.")


def test_what_is_not_known_is_left_out() -> None:
    """Without anything but a title there is a citation still."""
    assert citation.apa(Record(title="Is it?")) == "Is it? (n.d.)."
    assert citation.apa(Record(title="A title.", version="2", publication_date="2026", identifiers=(URL,))) == (
        "A title (Version 2). (2026). https://doi.org/10.5281/zenodo.8"
    )


def test_a_version_that_the_title_has_is_not_said_again() -> None:
    """As in the title "Red-Dot 1.0"."""
    assert citation.apa(Record(title="Red-Dot 1.0", version="1.0", creators=(CATS,))) == (
        "The Cat Collective. (n.d.). Red-Dot 1.0."
    )


def planned(record: Record, **metadata: object) -> Plan:
    """Return a plan whose payload has values that are kept from the version before."""
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.0",
        commit="c" * 40,
        version="1.0",
        released_on="2026-03-01",
        committed_at=0,
        files={},
    )
    return Plan(
        step="next-version",
        server="Zenodo",
        snapshot=snapshot,
        mark=Mark(version="1.0"),
        record=record,
        payload=Payload(body={"metadata": metadata}),
        files=(),
    )


@pytest.mark.parametrize(
    "creators",
    [
        [
            {"person_or_org": {"type": "personal", "family_name": "Carberry", "given_name": "Josiah"}},
            {"person_or_org": {"type": "organizational", "name": "The Cat Collective"}},
        ],
        [{"name": "Carberry, Josiah"}, {"name": "The Cat Collective"}],
    ],
)
def test_what_is_kept_on_the_server_is_cited(creators: list[object]) -> None:
    """In the words of either API."""
    plan = planned(Record(publication_date="2026-03-01"), title="Kept", creators=creators)

    record = citation.cited(plan, "10.5281/zenodo.8", URL.identifier)

    assert citation.apa(record) == (
        "Carberry, J., & The Cat Collective. (2026). Kept. Zenodo. https://doi.org/10.5281/zenodo.8"
    )
    assert citation.bibtex(record) == (
        "@software{carberry_2026_kept,\n"
        "  title = {{Kept}},\n"
        "  author = {Carberry, Josiah and {The Cat Collective}},\n"
        "  year = {2026},\n"
        "  month = mar,\n"
        "  publisher = {Zenodo},\n"
        "  doi = {10.5281/zenodo.8},\n"
        "  url = {https://doi.org/10.5281/zenodo.8},\n"
        "}"
    )
