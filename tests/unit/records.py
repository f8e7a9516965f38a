"""Any record, made of parts that cannot be mistaken for one another: each text is a random one."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from zenodo_action import vocab
from zenodo_action.model import (
    Access,
    Affiliation,
    Creator,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    Right,
    TypedDate,
    TypedText,
)

PATIENT = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
"""A record has many parts, and making one takes a while on a busy machine."""

WORDS = st.uuids().map(str)
SOMETIMES = st.none() | WORDS
NAMES = WORDS | st.builds("{}, {}".format, WORDS, WORDS)
PERSON_IDS = st.builds(Identifier, scheme=st.sampled_from(["orcid", "isni", "ror"]), identifier=WORDS) | st.builds(
    Identifier, scheme=st.just("gnd"), identifier=st.just("gnd:118540238") | WORDS
)
AFFILIATIONS = st.builds(Affiliation, name=WORDS) | st.builds(Affiliation, ror=WORDS, name=SOMETIMES)
ROLES = st.none() | st.sampled_from([*(name.lower() for name in vocab.roles()), "tamer"])


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3).map(tuple)


PEOPLE = st.builds(
    Creator,
    family_name=NAMES,
    given_name=st.none() | NAMES,
    identifiers=many(PERSON_IDS),
    affiliations=many(AFFILIATIONS),
    role=ROLES,
) | st.builds(Creator, kind=st.just("organizational"), name=NAMES, identifiers=many(PERSON_IDS), role=ROLES)
WORKS = st.builds("10.1234/{}".format, WORDS) | st.builds("https://example.org/{}".format, WORDS) | WORDS
SCHEMES = st.sampled_from(["doi", "url", "other"])
RELATIONS = st.sampled_from([*(name.lower() for name in vocab.relations()), "istranslationof", "other"]).filter(
    lambda name: name != "isalternateidentifier"
)
KINDS = st.sampled_from(["software", "publication-article", "image-figure", "dataset"])
DATES = st.sampled_from(["2020", "2020-05-06", "2020/2021", "/2021", "2020/", "2020/2021/2022"])
DEGREES = st.floats(-90, 90)
PLACES = st.builds(Location, place=WORDS, latitude=DEGREES, longitude=DEGREES, description=SOMETIMES) | st.builds(
    Location, latitude=DEGREES, longitude=DEGREES
)
FUNDING = st.builds(Funding, funder_id=WORDS, award_id=WORDS | st.builds("{}::{}".format, WORDS, WORDS)) | st.builds(
    Funding, funder_name=WORDS, award_number=SOMETIMES, award_title=SOMETIMES, award_url=SOMETIMES
)
TYPED = st.builds(
    TypedText, text=WORDS, type=st.sampled_from(["notes", "methods", "abstract"]), language=st.none() | WORDS
)
CUSTOM = st.fixed_dictionaries(
    {},
    optional={
        "code:codeRepository": WORDS,
        "journal:journal": st.fixed_dictionaries({}, optional={"title": WORDS, "issn": WORDS}),
        "imprint:imprint": st.fixed_dictionaries({}, optional={"isbn": WORDS, "edition": WORDS}),
        "legacy:subjects": st.lists(st.fixed_dictionaries({"term": WORDS, "identifier": WORDS}), max_size=2),
        "ac:captureDevice": st.lists(WORDS, max_size=2),
    },
)
RECORDS = st.builds(
    Record,
    title=SOMETIMES,
    resource_type=st.none() | KINDS,
    creators=many(PEOPLE),
    contributors=many(PEOPLE),
    description=SOMETIMES,
    additional_titles=many(TYPED),
    additional_descriptions=many(TYPED),
    publication_date=SOMETIMES,
    version=SOMETIMES,
    publisher=SOMETIMES,
    rights=many(
        st.builds(Right, id=st.sampled_from(["mit", "apache-2.0", "qtpl", "python-2.0"]))
        | st.builds(Right, title=WORDS, link=SOMETIMES, description=SOMETIMES)
    ),
    keywords=many(WORDS),
    languages=many(st.sampled_from(["eng", "deu", "de"]) | WORDS),
    dates=many(st.builds(TypedDate, date=DATES, type=st.sampled_from(["valid", "other"]), description=SOMETIMES)),
    identifiers=many(st.builds(Identifier, scheme=SCHEMES, identifier=WORKS)),
    related=many(
        st.builds(
            Related,
            identifier=WORKS,
            relation=RELATIONS,
            scheme=st.none() | SCHEMES,
            resource_type=st.none() | KINDS,
        )
    ),
    funding=many(FUNDING),
    references=many(
        st.builds(Reference, text=WORDS, identifier=st.none() | st.builds(Identifier, scheme=WORDS, identifier=WORKS))
    ),
    locations=many(PLACES),
    access=st.none()
    | st.just(Access(files="restricted"))
    | st.builds(Access, embargo_until=st.just("2999-01-01"), embargo_reason=SOMETIMES),
    custom_fields=CUSTOM,
)
