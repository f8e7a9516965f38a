"""Edits of metadata files: one span changes, everything else stays as its author wrote it."""

from __future__ import annotations

import codecs
import copy
import doctest
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenodo_action.documents import edits, read, styles
from zenodo_action.documents.edits import Editor
from zenodo_action.errors import FilePlace, MetadataError


def after_set(name: str, content: str, path: list[str | int], text: str) -> str:
    editor = Editor(name, content.encode())
    editor.set(path, text)
    return editor.raw.decode()


@pytest.mark.parametrize("module", [edits, styles])
def test_examples_in_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


# Replacing


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("a: old # why\n", "new", "a: new # why\n"),
        ("a: 'old'\r\nb: 1\r\n", "it's", "a: 'it''s'\r\nb: 1\r\n"),
        ('a: "old"', 'a "b"', 'a: "a \\"b\\""'),
        ("a: 1.0\n", "1.10", 'a: "1.10"\n'),
        ("b: 'x'\na: 1.0\n", "1.10", "b: 'x'\na: '1.10'\n"),
        ("a: 2025-01-01\n", "2026-03-01", "a: 2026-03-01\n"),
        ("a: never\n", "2026-03-01", 'a: "2026-03-01"\n'),
        ("a: # empty\nb: 1\n", "new", "a: new # empty\nb: 1\n"),
        ("a:", "new", "a: new"),
        ("a: ~\n", "new", "a: new\n"),
        ("a: x\n  y\n  z # end\n", "new", "a: new # end\n"),
        ("a: &v old\nb: 1\n", "new", "a: &v new\nb: 1\n"),
        ("b: &v old\na: *v\n", "new", "b: &v old\na: new\n"),
        ("a: !!str old\n", "new", "a: !!str new\n"),
        ("a: >- # why\n  old\n  text\nb: 1\n", "new", "a: >- # why\n  new\nb: 1\n"),
        ("{b: 1, a: old} # c\n", "x, y", '{b: 1, a: "x, y"} # c\n'),
        ("a: old\n", "- x", 'a: "- x"\n'),
        ("a: old\n", "no", 'a: "no"\n'),
        ("a: old\n", "1e3", 'a: "1e3"\n'),
        ("a: old\n", "a\nb", 'a: "a\\nb"\n'),
        ("a: old\n", "Ä: ß", 'a: "Ä: ß"\n'),
        ("--- # first\na: old\n...\n", "new", "--- # first\na: new\n...\n"),
    ],
)
def test_setting_a_value_in_yaml_touches_nothing_else(before: str, text: str, after: str) -> None:
    assert after_set("x.yml", before, ["a"], text) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{\n\t"a" : 1,\n\t"b": 2\n}\n', '{\n\t"a" : "1.0",\n\t"b": 2\n}\n'),
        ('{"a":"\\u00e9"}', '{"a":"1.0"}'),
        ('{"a": null}', '{"a": "1.0"}'),
    ],
)
def test_setting_a_value_in_json_touches_nothing_else(before: str, after: str) -> None:
    assert after_set("x.json", before, ["a"], "1.0") == after


def test_a_byte_order_mark_stays() -> None:
    editor = Editor("x.yml", codecs.BOM_UTF8 + b"a: old\n")

    editor.set(["a"], "new")
    editor.insert(["b"], "x")

    assert editor.raw == codecs.BOM_UTF8 + b"a: new\nb: x\n"


# Inserting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1 # one\nz: 2\n", "a: 1 # one\nk: v\nz: 2\n"),
        ("a: 1\r\nz: 2\r\n", "a: 1\r\nk: v\r\nz: 2\r\n"),
        ("z: 2", "z: 2\nk: v"),
        ("  a: 1\n  z: 2\n", "  a: 1\n  k: v\n  z: 2\n"),
        ("a: |\n  text\n\n# about z\nz: 2\n", "a: |\n  text\nk: v\n\n# about z\nz: 2\n"),
        ("a: |+\n  text\n\nz: 2\n", "a: |+\n  text\n\nk: v\nz: 2\n"),
        ("z:\n- x\n# the end\n", "z:\n- x\n# the end\nk: v\n"),
        ("z: 1\n...\n", "z: 1\nk: v\n...\n"),
        ("{a: 1, z: 2}", "{a: 1, k: v, z: 2}"),
        ("{a: 1}", "{a: 1, k: v}"),
        ("{z: [1, 2], }", "{z: [1, 2], k: v, }"),
        ("{\n  a: 1, # one\n  z: 2 # two\n}\n", "{\n  a: 1, # one\n  k: v,\n  z: 2 # two\n}\n"),
        ("{\n  z: 2 # two\n}\n", "{\n  z: 2, # two\n  k: v\n}\n"),
        ("k: # later\nz: 1\n", "k: v # later\nz: 1\n"),
    ],
)
def test_inserting_an_entry_into_yaml(before: str, after: str) -> None:
    editor = Editor("x.yml", before.encode())

    editor.insert(["k"], "v", after=["missing", "a"])

    assert editor.raw.decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{\n  "a": 1,\n  "z": 2\n}\n', '{\n  "a": 1,\n  "k": "v",\n  "z": 2\n}\n'),
        ('{\n    "a": 1\n}', '{\n    "a": 1,\n    "k": "v"\n}'),
        ('{"a":1,"z":2}', '{"a":1,"k":"v","z":2}'),
        ('{"a":1}', '{"a":1,"k":"v"}'),
        ('{ "z" : {} }', '{ "z" : {}, "k" : "v" }'),
        ('{\r\n\t"z": [\r\n\t]\r\n}\r\n', '{\r\n\t"z": [\r\n\t],\r\n\t"k": "v"\r\n}\r\n'),
    ],
)
def test_inserting_an_entry_into_json(before: str, after: str) -> None:
    editor = Editor("x.json", before.encode())

    editor.insert(["k"], "v", after=["a"])

    assert editor.raw.decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("z: 1\n", "z: 1\nk:\n  - a: b\n    c: d\n"),
        ("y:\n- 1\nz: 1\n", "y:\n- 1\nz: 1\nk:\n- a: b\n  c: d\n"),
        ("k: # none\nz: 1\n", "k: # none\n  - a: b\n    c: d\nz: 1\n"),
        ("k: ~\n", "k: [{a: b, c: d}]\n"),
        ("{z: 1}", "{z: 1, k: [{a: b, c: d}]}"),
    ],
)
def test_inserting_a_list_into_yaml_follows_the_file(before: str, after: str) -> None:
    editor = Editor("x.yml", before.encode())

    editor.insert(["k"], [{"a": "b", "c": "d"}])

    assert editor.raw.decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "k:\n  - a: 1 # one\n    c: 2 # two\n# end\n",
            "k:\n  - a: 1 # one\n    c: 2 # two\n  - a: b\n    c: d\n# end\n",
        ),
        ("k:\n-   a: 1\nz: 1", "k:\n-   a: 1\n-   a: b\n    c: d\nz: 1"),
        ("k:\n  -\n    a: 1\n", "k:\n  -\n    a: 1\n  -\n    a: b\n    c: d\n"),
        ("k: []\n", "k: [{a: b, c: d}]\n"),
        ("k: [x, # why\n    y]\n", "k: [x, # why\n    y, {a: b, c: d}]\n"),
        ("k: &v\n  - x\n", "k: &v\n  - x\n  - a: b\n    c: d\n"),
        ("k:\n  - &v x\n", "k:\n  - &v x\n  - a: b\n    c: d\n"),
    ],
)
def test_appending_an_item_to_a_list_in_yaml(before: str, after: str) -> None:
    editor = Editor("x.yml", before.encode())

    editor.append(["k"], {"a": "b", "c": "d"})

    assert editor.raw.decode() == after


def test_appending_an_item_to_a_list_in_json() -> None:
    editor = Editor("x.json", b'{"k": [\n    "x"\n  ]}')

    editor.append(["k"], "y")

    assert editor.raw == b'{"k": [\n    "x",\n    "y"\n  ]}'


# Refusing


def refusal(content: str, path: list[str | int], text: str) -> tuple[str, str, str | None]:
    editor = Editor("CITATION.cff", content.encode())
    with pytest.raises(MetadataError) as caught:
        editor.set(path, text)
    assert editor.raw == content.encode()
    (finding,) = caught.value.findings
    assert finding.code == "edit-refused"
    assert isinstance(finding.where, FilePlace)
    return finding.what, f"{finding.where.line}:{finding.where.column}", finding.fix


def test_a_value_that_an_alias_repeats_is_left() -> None:
    assert refusal("version: &v old\nother: *v\n", ["version"], "new") == (
        "$.version cannot be written without touching other parts of the file: an alias (*) repeats it elsewhere",
        "1:10",
        'write it by hand: version: "new"',
    )


def test_a_value_behind_an_alias_is_left() -> None:
    assert refusal("a: &v {b: old}\nc: *v\n", ["c", "b"], "new") == (
        "$.c.b cannot be written without touching other parts of the file: it comes from an alias (*)",
        "1:11",
        'write it by hand: b: "new"',
    )


def test_a_list_is_not_made_a_text() -> None:
    assert refusal("a: [1]\n", ["a"], "new")[0] == "$.a cannot be written without touching other parts of the file"


# Anything

KEYS = st.sampled_from(["a", "b", "key", "identifiers", "x y"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8) | st.sampled_from(
    ["1.10", "no", "2026-03-01", "a: b", "# c", "- d", "{", "[x]", "", "&a", "*b", "'", '"', "null", "1_0", "0x1f"]
)
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        TEXTS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(KEYS, parts, max_size=3), max_leaves=6
    ),
    min_size=1,
)
VALUES = TEXTS | st.lists(st.dictionaries(KEYS, TEXTS, min_size=1, max_size=2), min_size=1, max_size=2)


@st.composite
def documents(draw: st.DrawFn, contents: st.SearchStrategy[Any] = DATA) -> tuple[str, bytes]:
    """Return name and content of a JSON or YAML file in any style, with comments and any line ends."""
    data = draw(contents)
    if draw(st.booleans()):
        indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
        text, name = json.dumps(data, indent=indent, ensure_ascii=draw(st.booleans())), "x.json"
    else:
        text, name = _yaml_text(draw, data), "x.yml"
    text = text.rstrip("\n") + draw(st.sampled_from(["", "\n", "\n\n"]))
    mark = draw(st.sampled_from([b"", codecs.BOM_UTF8]))
    return name, mark + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


def _yaml_text(draw: st.DrawFn, data: Any) -> str:
    text = yaml.safe_dump(
        data,
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        default_flow_style=draw(st.sampled_from([None, False, True])),
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 1000])),
        allow_unicode=draw(st.booleans()),
        sort_keys=False,
    )
    lines = text.split("\n")
    for at in draw(st.lists(st.integers(0, len(lines) - 1), max_size=2)):
        lines[at] += draw(st.sampled_from([" # a comment", "\n# a line: of comment", "\n"]))
    commented = "\n".join(lines)
    return commented if _says(commented, data) else text


def _says(text: str, data: Any) -> bool:
    """Whether comments have not become part of a value, or ended one."""
    try:
        return bool(read("x.yml", text.encode()).data == read("x.json", json.dumps(data).encode()).data)
    except MetadataError:
        return False


def codes_of(edit: Callable[[], None]) -> list[str]:
    """Return the codes of an edit's refusal; nothing where it was made."""
    try:
        edit()
    except MetadataError as error:
        return [finding.code for finding in error.findings]
    return []


@given(documents(), KEYS, VALUES, st.lists(KEYS, max_size=2))
def test_inserting_anything_into_any_file_changes_only_that(
    file: tuple[str, bytes], key: str, value: Any, after: list[str]
) -> None:
    name, raw = file
    try:
        editor = Editor(name, raw)
    except MetadataError:
        return  # keys or characters that no metadata file may hold
    wanted = copy.deepcopy(editor.data)
    if wanted.get(key) is not None:
        return
    wanted[key] = value
    if codes_of(lambda: editor.insert([key], value, after=after)):
        assert editor.raw == raw
        return
    assert read(name, editor.raw).data == wanted
    assert rest_of(editor.raw, raw)


@given(documents(), TEXTS, st.data())
def test_setting_any_value_of_any_file_changes_only_that(
    file: tuple[str, bytes], text: str, data: st.DataObject
) -> None:
    name, raw = file
    try:
        editor = Editor(name, raw)
    except MetadataError:
        return
    path = data.draw(st.sampled_from(list(paths(editor.data))))
    wanted = copy.deepcopy(editor.data)
    parent = wanted
    for step in path[:-1]:
        parent = parent[step]
    is_scalar = not isinstance(parent[path[-1]], (list, dict))
    parent[path[-1]] = text
    if codes_of(lambda: editor.set(path, text)):
        assert editor.raw == raw
        return
    assert is_scalar
    assert read(name, editor.raw).data == wanted
    assert editor.raw.count(b"# a") == raw.count(b"# a")


def paths(data: Any, before: tuple[str | int, ...] = ()) -> Any:
    """Yield the paths of all values."""
    for step, part in data.items() if isinstance(data, dict) else enumerate(data):
        yield [*before, step]
        if isinstance(part, (dict, list)):
            yield from paths(part, (*before, step))


def rest_of(after: bytes, before: bytes) -> bool:
    """Whether the old text comes out when at most two pieces are taken from the new one."""
    start = 0
    while start < len(before) and before[start] == after[start]:
        start += 1
    end = 0
    while end < len(before) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = before[start : len(before) - end]
    return middle in after[start : len(after) - end]
