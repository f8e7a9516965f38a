"""``setup.cfg`` as a tree: what Python's own reader takes, at the places where it stands."""

from __future__ import annotations

import configparser

from hypothesis import given
from hypothesis import strategies as st

from zenodo_action import documents

WORD = st.text("abcXYZ01.-", min_size=1, max_size=6)
VALUE = st.lists(WORD, max_size=3).map(" ".join)
LINES = st.lists(VALUE.filter(bool), max_size=3)
ENTRIES = st.dictionaries(WORD.map(str.lower), st.tuples(VALUE, LINES), max_size=4)
SECTIONS = st.dictionaries(WORD.filter(lambda name: name != "DEFAULT"), ENTRIES, max_size=3)


def written(sections: dict[str, dict[str, tuple[str, list[str]]]], *, sign: str, ending: str) -> str:
    """Return a file with these sections."""
    lines = ["# a remark"]
    for name, entries in sections.items():
        lines.append(f"[{name}]")
        for key, (value, further) in entries.items():
            lines += [f"{key}{sign}{value}", *(f"    {each}" for each in further), "", "; a remark"]
    return ending.join(lines) + ending


@given(sections=SECTIONS, sign=st.sampled_from(["=", " = ", ": "]), ending=st.sampled_from(["\n", "\r\n"]))
def test_it_says_what_configparser_says(
    sections: dict[str, dict[str, tuple[str, list[str]]]], sign: str, ending: str
) -> None:
    """Sections, keys and texts; lines below a key without a text are a list."""
    text = written(sections, sign=sign, ending=ending)
    theirs = configparser.ConfigParser(interpolation=None)
    theirs.read_string(text.replace("\r\n", "\n"))

    ours = documents.read("setup.cfg", text.encode())

    for name in theirs.sections():
        for key, value in theirs[name].items():
            own = ours.data[name][key]
            assert ("\n".join(["", *own]) if isinstance(own, list) else own) == value
            place = ours.where((name, key))
            first = own[0] if isinstance(own, list) else own.partition("\n")[0]
            line = text.splitlines()[(place.line or 0) - 1]
            assert line[(place.column or 0) - 1 :].startswith(first)
    assert set(ours.data) == set(theirs.sections())


def test_what_is_no_entry_is_passed_over() -> None:
    """Other programs read the file too; of two equal keys the first counts."""
    text = b"key = before any section\n[metadata\n[metadata]\nname\nAuthor: A\nauthor: B\n"
    assert documents.read("setup.cfg", text).data == {"metadata": {"author": "A"}}
    assert documents.read("setup.cfg", b"").data == {}
