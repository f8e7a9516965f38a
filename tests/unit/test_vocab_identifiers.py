"""Identifiers: detection against the server's own library, check digits, and every form people write."""

from __future__ import annotations

import idutils
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zenodo_action import vocab
from zenodo_action.vocab import Detected
from zenodo_action.vocab.checksums import gnd_digit, mod11_2_digit, ror_digits

ALLOWED = frozenset(
    (
        *("ark", "arxiv", "ads", "crossreffunderid", "cstr", "doi", "ean13", "eissn", "grid", "handle", "igsn", "isbn"),
        *(
            "isni",
            "issn",
            "istc",
            "lissn",
            "lsid",
            "pmid",
            "purl",
            "rrid",
            "upc",
            "url",
            "urn",
            "wikidata",
            "w3id",
            "other",
        ),
    )
)
"""Source: invenio-rdm-records config.py, RDM_RECORDS_IDENTIFIERS_SCHEMES."""

PIECES = (
    *("doi:", "10.", "1234", "/", "https://", "http://", "doi.org/", "dx.doi.org/", "github.com", "o", "arXiv:", "v1"),
    *("2101.00001", "math.GT/0309136", "math.", "ark:/", "12345/", "x5", "urn:", "lsid:", "nbn:de:", ":", "isbn:", "é"),
    *("978-3-16-148410-0", "9783161484100", "3161484100", "316148410X", "0378-5955", "03785955", "pmid:", "12345"),
    *(
        "12345678",
        "96385074",
        "73513537",
        "4006381333931",
        "0000-0002-1825-0097",
        "000000012146438X",
        "-",
        "_",
        ".",
        "X",
    ),
    *(
        "https://isni.org/isni/",
        "https://orcid.org/",
        "gnd:",
        "118540238",
        "4026894-9",
        "Q42",
        "wikidata:",
        "?",
        "#",
        "[",
    ),
    *("https://www.wikidata.org/entity/", "RRID:", "SCR_", "123", "AB_1", "a.b.c.d", "cstr:", "31253.11", ".x", "ads:"),
    *("2011ApJS..192...18K", "swh:1:dir:", "d198bc9d7a6bcf6db04f476d29314f157507d505", ";origin=", "PMC12", "]", " "),
    *("ascl:1234.567", "hal-12345678", "hdl:", "hdl.handle.net/", "https://hdl.handle.net/", "2027/", "purl.org/"),
    *("http://purl.org/", "viaf.org/viaf/", "https://viaf.org/viaf/", "https://ror.org/", "03yrm5c26", "free", "text"),
    *(
        "0A9-2002-12B4A105-7",
        "raid.org/",
        "https://raid.org/",
        "https://pubmed.ncbi.nlm.nih.gov/",
        "https://nbn-resolving.org/",
    ),
)


def detected_by_the_server(value: str) -> tuple[str, str] | None:
    """Return what marshmallow-utils' IdentifierSchema makes of a value without a scheme."""
    value = value.strip()
    if not value:
        return None
    try:
        scheme = next((scheme for scheme in idutils.detect_identifier_schemes(value) if scheme in ALLOWED), None)
    except ValueError:  # urlparse refuses it: the server answers 500
        return None
    return (scheme, idutils.normalize_pid(value, scheme)) if scheme else None


def assert_same(value: str) -> None:
    theirs, ours = detected_by_the_server(value), vocab.identifier(value)
    if ours and theirs and theirs[0] == "isbn":
        assert ours.scheme == "isbn"
        # hyphens are the server's; an ISBN of a group that is not given out yet becomes an empty text there
        assert theirs[1].replace("-", "") in ("", ours.identifier.replace("-", ""))
    else:
        assert ours == theirs


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
@example("http://[")
@example("gnd:1185402389")
def test_detection_agrees_with_the_server_s_library(value: str) -> None:
    assert_same(value)


@given(st.text("0123456789X", min_size=8, max_size=16) | st.text("0123456789X-./:abcdfgnprtuxQ ", max_size=20))
def test_detection_of_numbers_agrees_with_the_server_s_library(value: str) -> None:
    assert_same(value)


@pytest.mark.parametrize(
    ("value", "scheme", "normal"),
    [
        ("10.1234/abc", "doi", "10.1234/abc"),
        ("doi:10.1234/ABC", "doi", "10.1234/ABC"),
        ("https://doi.org/10.1234/abc", "doi", "10.1234/abc"),
        (" http://dx.doi.org/10.1234/abc ", "doi", "10.1234/abc"),
        ("https://github.com/o/r", "url", "https://github.com/o/r"),
        ("github.com/o/r", "handle", "github.com/o/r"),
        ("purl.org/x", "handle", "purl.org/x"),
        ("arXiv:2101.00001", "arxiv", "arXiv:2101.00001"),
        ("2101.00001v2", "arxiv", "arXiv:2101.00001v2"),
        ("arxiv:math.GT/0309136", "arxiv", "arXiv:math/0309136"),
        ("https://arxiv.org/abs/2101.00001", "url", "https://arxiv.org/abs/2101.00001"),
        ("12345", "pmid", "12345"),
        ("pmid:12345", "pmid", "12345"),
        ("0000-0002-1825-0097", "isni", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "url", "https://orcid.org/0000-0002-1825-0097"),
        ("https://isni.org/isni/000000012146438X", "isni", "https://isni.org/isni/000000012146438X"),
        ("ark:/12345/x5", "ark", "ark:/12345/x5"),
        ("urn:nbn:de:1", "urn", "urn:nbn:de:1"),
        ("URN:nbn:de:1", "urn", "urn:nbn:de:1"),
        ("3161484100", "isbn", None),
        ("316148410X", "isbn", "9783161484100"),
        ("978-3-16-148410-0", "isbn", "978-3-16-148410-0"),
        ("ISBN 978-3-16-148410-0", "isbn", "9783161484100"),
        ("03785955", "issn", "0378-5955"),
        ("2011ApJS..192...18K", "ads", "2011ApJS..192...18K"),
        ("RRID:SCR_012345", "rrid", "RRID:SCR_012345"),
        ("Q42", "wikidata", "Q42"),
        ("http://purl.org/x", "purl", "http://purl.org/x"),
        ("https://hdl.handle.net/2027/x", "handle", "2027/x"),
        ("a.b.c.d", "cstr", "a.b.c.d"),
        ("4006381333931", "ean13", "4006381333931"),
        ("urn:lsid:example.org:a:1", "lsid", "urn:lsid:example.org:a:1"),
        ("0A9-2002-12B4A105-7", "istc", "0A9-2002-12B4A105-7"),
        ("swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505", None, None),
        ("swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505;origin=https://x.org/y", None, None),
        ("PMC12345", None, None),
        ("ascl:1234.567", None, None),
        ("hal-12345678", None, None),
        ("https://viaf.org/viaf/102333412", None, None),
        ("73513537", None, None),
        ("http://[", None, None),
        ("free text", None, None),
        ("", None, None),
    ],
)
def test_detection(value: str, scheme: str | None, normal: str | None) -> None:
    if scheme == "isbn" and normal is None:
        assert vocab.identifier(value) != Detected("isbn", value)
    else:
        assert vocab.identifier(value) == (Detected(scheme, normal or "") if scheme else None)
    assert_same(value)


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ("10.5281/zenodo.1234567", "10.5281/zenodo.1234567"),
        ("doi:10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("DOI: 10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("doi 10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("https://doi.org/10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("http://dx.doi.org/10.5281/Zenodo.1", "10.5281/Zenodo.1"),
        ("https://www.doi.org/10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("doi.org/10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("doi.org:10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("10.1002/(sici)1<2::aid>3.0.co;2-x", "10.1002/(sici)1<2::aid>3.0.co;2-x"),
        ("10.5281", None),
        ("10.5281/", None),
        ("10.5281/zenodo 1", None),
        ("https://zenodo.org/records/1", None),
        ("FIXME", None),
        ("", None),
    ],
)
def test_dois(value: str, bare: str | None) -> None:
    assert vocab.doi(value) == bare


@pytest.mark.parametrize(
    "value",
    [
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        "http://www.orcid.org/0000-0002-1825-0097/",
        "https://orcid.org//0000-0002-1825-0097",
        "https://orcid.org/https://orcid.org/0000-0002-1825-0097",
        "orcid.org/0000-0002-1825-0097",
        "ORCID: 0000-0002-1825-0097",
        "ORCID iD 0000 0002 1825 0097",
        "0000000218250097",
        " 0000–0002–1825–0097 ",
    ],
)
def test_forms_of_an_orcid(value: str) -> None:
    assert vocab.orcid(value) == "0000-0002-1825-0097"
    assert vocab.orcid_problem(value) is None


def test_orcid_with_an_x() -> None:
    assert vocab.orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "is empty"),
        ("https://orcid.org/", "is empty"),
        ("0000-0002-1825-0098", "is mistyped: its last digit should be 7 (checksum)"),
        ("0000-0002-1694-2330", "is mistyped: its last digit should be X (checksum)"),
        ("0000-0002-1825-009", "has 15 digits instead of 16"),
        ("0000-0002-1825-00971", "has 17 digits instead of 16"),
        ("1", "has 1 digit instead of 16"),
        ("0000-0000-0000-0000", "is a placeholder"),
        ("https://orcid.org/xxx", "is not made of 16 digits, as in 0000-0002-1825-0097"),
        ("٠٠٠٠-0002-1825-0097", "is not made of 16 digits, as in 0000-0002-1825-0097"),
        ("0000-0001-2146-438X", "is an ISNI: ORCID gives out no such number"),
        ("0000-0004-0000-0000", "is an ISNI: ORCID gives out no such number"),
    ],
)
def test_problems_of_orcids(value: str, problem: str | None) -> None:
    if problem and "ISNI" in problem:
        value = f"{value[:-1]}{mod11_2_digit(value.replace('-', '')[:-1])}"
    assert vocab.orcid_problem(value) == problem
    assert (vocab.orcid(value) is None) == (problem is not None)


@given(st.integers(0, 10**15 - 1) | st.integers(15_000_000, 35_000_000))
def test_orcids_agree_with_the_server_s_library(number: int) -> None:
    digits = f"{number:015}"
    value = f"{digits}{mod11_2_digit(digits)}"
    assert (vocab.orcid(value) is not None) == bool(idutils.is_orcid(value))
    assert vocab.isni(value) == value
    assert idutils.is_isni(value)


def test_isnis() -> None:
    assert vocab.isni("0000 0001 2146 438x") == "000000012146438X"
    assert vocab.isni("ISNI: 0000 0001 2146 438X") == "000000012146438X"
    assert vocab.isni("http://www.isni.org/000000012146438X") == "000000012146438X"
    assert vocab.isni("0000000121464381") is None
    assert vocab.isni("12146438X") is None


@pytest.mark.parametrize("value", ["118540238", "132522136", "4026894-9", "36164-1"])
def test_gnd_ids(value: str) -> None:
    assert vocab.gnd(value) == f"gnd:{value}" == idutils.normalize_gnd(value)
    assert vocab.gnd(f"https://d-nb.info/gnd/{value}") == f"gnd:{value}"
    assert vocab.gnd(f"GND: {value}") == vocab.gnd(f"(DE-588){value}") == f"gnd:{value}"


def test_gnd_ids_with_an_x_and_wrong_ones() -> None:
    digits = next(
        f"{number}" for number in range(10_000_000, 10_000_100) if gnd_digit(f"{number}", has_hyphen=False) == "X"
    )
    assert vocab.gnd(f"{digits}x") == f"gnd:{digits}X"
    assert vocab.gnd("118540239") is None
    assert vocab.gnd("4026894-8") is None
    assert vocab.gnd("Goethe") is None


@pytest.mark.parametrize("value", ["01ggx4157", "05gq02987", "00k4n6c32", "029chgv08"])
def test_ror_ids(value: str) -> None:
    assert vocab.ror(value) == value == idutils.normalize_ror(value)
    assert vocab.ror(f"https://ror.org/{value.upper()}/") == vocab.ror(f"ror.org/{value}") == value


def test_wrong_ror_ids() -> None:
    assert ror_digits("1ggx41") == "57"
    assert vocab.ror("01ggx4158") is None
    assert vocab.ror("01ggl4157") is None
    assert vocab.ror("https://ror.org/") is None
    assert vocab.ror("grid.9132.9") is None


@given(st.text(max_size=30))
def test_any_text_is_looked_at_without_harm(value: str) -> None:
    for lookup in (vocab.orcid, vocab.orcid_problem, vocab.isni, vocab.gnd, vocab.ror, vocab.doi):
        assert lookup(value) is None or isinstance(lookup(value), str)
    assert vocab.identifier(value) is None or vocab.identifier(value)
