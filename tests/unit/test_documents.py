"""Reading metadata files: values as written, positions, and the cause of everything that cannot be read."""

from __future__ import annotations

import doctest
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from zenodo_action.documents import MAX_BYTES, MAX_DEPTH, Document, json_faults, json_path, read, tree
from zenodo_action.errors import FilePlace, Finding, MetadataError

QUOTE = "put the value in quotation marks"


def findings_of(name: str, content: str | bytes) -> tuple[Finding, ...]:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(MetadataError) as caught:
        read(name, raw)
    assert all(finding.level == "error" and finding.fix for finding in caught.value.findings)
    return caught.value.findings


def told(name: str, content: str | bytes) -> tuple[str, str, str, str | None]:
    """Return code, place, cause and fix of the one finding that a file gives."""
    (finding,) = findings_of(name, content)
    assert isinstance(finding.where, FilePlace)
    assert finding.where.file == name
    return finding.code, f"{finding.where.line}:{finding.where.column}", finding.what, finding.fix


# Values


def test_yaml_values_stay_as_they_were_written() -> None:
    document = read(
        ".zenodo.yml",
        b"version: 1.10\ndate: 2024-01-05\nflag: no\ncode: 0123\nempty:\ntilde: ~\nnone: null\nquoted: 'null'\n"
        b"blank: ''\nlist: [1, two]\nfolded: >\n  a\n  b\n",
    )
    assert document.data == {
        "version": "1.10",
        "date": "2024-01-05",
        "flag": "no",
        "code": "0123",
        "empty": None,
        "tilde": None,
        "none": None,
        "quoted": "null",
        "blank": "",
        "list": ["1", "two"],
        "folded": "a b\n",
    }


def test_json_numbers_and_booleans_are_texts() -> None:
    document = read(".zenodo.json", b'{"a": 1.10, "b": -1e5, "c": true, "d": null, "e": "true", "f": [], "g": {}}')
    assert document.data == {"a": "1.10", "b": "-1e5", "c": "true", "d": None, "e": "true", "f": [], "g": {}}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("1.10", "number"),
        ("0o17", "number"),
        (".inf", "number"),
        ("1.2.3", "string"),
        ("2024-01-05", "string"),
        ("true", "boolean"),
        ("no", "string"),
        ("~", "null"),
        ("", "null"),
        ("'1'", "string"),
        ("!!str 1", "string"),
        ("! 1", "string"),
        ("!!int 1", "number"),
        ("[1]", "list"),
        ("{a: 1}", "mapping"),
    ],
)
def test_kinds_follow_the_core_schema_of_yaml_1_2(written: str, kind: str) -> None:
    assert read("CITATION.cff", f"value: {written}\n".encode()).kind(["value"]) == kind


def test_kinds_of_json() -> None:
    document = read("codemeta.json", b'{"a": [1, "1", true, null, {}, []]}')
    kinds = ["number", "string", "boolean", "null", "mapping", "list"]
    assert [document.kind(["a", at]) for at in range(6)] == kinds
    with pytest.raises(KeyError, match=r"\$\.a\[6\]"):
        document.kind(["a", 6])


def test_byte_order_mark_and_line_ends_are_taken_as_editors_take_them() -> None:
    document = read("CITATION.cff", "\ufefftitle: é\r\nnext:\u2028 x\rlast: y".encode())
    assert document.data == {"title": "é", "next": "x", "last": "y"}
    assert [(document.where([key]).line, document.where([key]).column) for key in document.data] == [
        (1, 8),
        (2, 8),
        (3, 7),
    ]


def test_small_anchors_aliases_and_merges_are_fine() -> None:
    document = read("a.yml", b"base: &base {x: 1, y: &y 2}\nother: {<<: *base, y: 3}\nlist: [*y, *base]\n")
    assert document.data["other"] == {"y": "3", "x": "1"}
    assert document.data["list"] == ["2", {"x": "1", "y": "2"}]
    assert document.where(["other", "x"]) == FilePlace(file="a.yml", line=1, column=17, path="$.other.x")


def test_quoted_merge_key_and_merge_of_a_text_are_ordinary_entries() -> None:
    assert read("a.yml", b"a: {'<<': {b: 1}}\nc: {<<: d}\n").data == {"a": {"<<": {"b": "1"}}, "c": {"<<": "d"}}


def test_surrogate_pairs_are_joined() -> None:
    assert read("a.json", b'{"a": "\\ud83d\\ude00"}').data == {"a": "😀"}
    assert read("a.yml", b'a: "\\ud83d\\ude00"').data == {"a": "😀"}


def test_python_s_own_parser_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"# c\na: [1, {b: 'x'}]\nc: |\n  text\nd: &x y\ne: *x\n"
    with_c = read("a.yml", content)
    monkeypatch.delattr(yaml, "CBaseLoader")
    without = read("a.yml", content)
    assert without == with_c
    assert without.where(["a", 1, "b"]) == with_c.where(["a", 1, "b"])


# Positions


def test_places_of_values_and_keys() -> None:
    document = read("CITATION.cff", b"authors:\n  - family-names: Doe\n    orcid:   x\ntitle: t\n")
    path = ["authors", 0, "orcid"]
    assert str(document.where(path)) == "CITATION.cff:3:14  ($.authors[0].orcid)"
    assert str(document.where_key(path)) == "CITATION.cff:3:5  ($.authors[0].orcid)"
    assert str(document.where(["authors", 0])) == "CITATION.cff:2:5  ($.authors[0])"
    assert str(document.where_key(["authors", 0])) == "CITATION.cff:2:5  ($.authors[0])"
    assert str(document.where([])) == "CITATION.cff:1:1  ($)"


def test_place_of_what_is_absent_is_that_of_its_nearest_ancestor() -> None:
    document = read("a.json", b'{"a": {"b": [1]}}')
    assert str(document.where(["a", "c", "d"])) == "a.json:1:7  ($.a.c.d)"
    assert str(document.where_key(["a", "c"])) == "a.json:1:7  ($.a.c)"
    assert str(document.where_key(["x", "y"])) == "a.json:1:1  ($.x.y)"
    assert str(document.where(["a", "b", -1])) == "a.json:1:13  ($.a.b[-1])"


def test_json_path_quotes_what_is_no_identifier() -> None:
    assert json_path(["a", 0, "family-names", "code:x", 'q"\\']) == '$.a[0].family-names["code:x"]["q\\"\\\\"]'


# Whole files that cannot be used


@pytest.mark.parametrize(
    ("raw", "place", "what"),
    [
        ("title: x".encode("utf-16"), "1:1", "the file is UTF-16 or UTF-32, not UTF-8"),
        ("title: x".encode("utf-16-be"), "1:1", "the file is UTF-16 or UTF-32, not UTF-8"),
        ("title: x".encode("utf-32"), "1:1", "the file is UTF-16 or UTF-32, not UTF-8"),
        (b"a: b\ntitle: Andr\xe9\n", "2:12", 'byte 0xE9 is not UTF-8; in Latin-1 it would be "é"'),
        ("é: ".encode() + b"\x80", "1:4", "byte 0x80 is not UTF-8"),
    ],
)
def test_encodings(raw: bytes, place: str, what: str) -> None:
    assert told("CITATION.cff", raw) == ("encoding-unknown", place, what, "save the file as UTF-8")


@pytest.mark.parametrize("name", ["a.yml", "a.json"])
@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_empty_files(name: str, content: bytes) -> None:
    fix = "delete the file, or write the metadata into it"
    assert told(name, content) == ("document-empty", "1:1", "the file holds nothing", fix)


@pytest.mark.parametrize(("name", "content"), [("a.yml", b"# only a comment\n"), ("a.yml", b"~"), ("a.json", b"null")])
def test_files_that_say_nothing(name: str, content: bytes) -> None:
    assert told(name, content)[0] == "document-empty"


def test_lists_and_single_values() -> None:
    assert told("a.json", b'\n[{"title": "x"}]') == (
        "document-not-mapping",
        "2:1",
        "the file holds a list; metadata are a mapping of names to values",
        "take the list's only entry out of it, or put the list under its name",
    )
    assert told("a.yml", b"title:Foo\n") == (
        "document-not-mapping",
        "1:1",
        "the file holds a single value; metadata are a mapping of names to values",
        'write each entry as "name: value", with a space after the colon',
    )


def test_large_files() -> None:
    assert told("a.json", b" " * (MAX_BYTES + 1)) == (
        "document-too-large",
        "1:1",
        "the file has 5,000,001 bytes; metadata files are read up to 5,000,000",
        "is this the right file? shorten it",
    )


@pytest.mark.parametrize("name", ["a.yml", "a.json"])
@pytest.mark.parametrize("depth", [MAX_DEPTH, 5000, 200_000])
def test_deep_files(name: str, depth: int) -> None:
    assert told(name, b'{"a": ' + b"[" * depth + b"]" * depth + b"}") == (
        "document-too-deep",
        "1:106",
        "lists and mappings stand more than 100 deep inside each other",
        "no metadata need this; look for brackets left open",
    )


def test_depth_just_allowed() -> None:
    depth = MAX_DEPTH - 1
    assert read("a.yml", b"a: " + b"[" * depth + b"]" * depth).kind(["a"]) == "list"


@pytest.mark.parametrize("name", ["a.yml", "a.json"])
def test_control_characters(name: str) -> None:
    assert told(name, b'{"a":\n "b\x00"}') == (
        "character-control",
        "2:4",
        "the control character U+0000 stands in the file",
        "delete it",
    )
    assert told(name, b'{"a": "\\u0001"}') == (
        "character-control",
        "1:7",
        "the text holds the control character U+0001, which no server stores",
        "take its escape out of the text",
    )


def test_characters_that_yaml_excludes() -> None:
    assert told("a.yml", b"a: x\x7f") == (
        "character-control",
        "1:5",
        "the character U+007F cannot stand in a YAML file",
        "delete it",
    )
    assert read("a.json", b'{"a": "x\x7f"}').data == {"a": "x\x7f"}


@pytest.mark.parametrize("name", ["a.yml", "a.json"])
def test_half_characters(name: str) -> None:
    assert told(name, b'{"a": "\\ud83d"}') == (
        "character-incomplete",
        "1:7",
        "half of a character is written here: one of the two \\u escapes of a pair stands alone",
        "write the character itself",
    )


# Keys, tags, aliases, documents


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yml", "a: 1\nb: {c: 1, c: 2}\na: 3\n'a': 4\n"),
        ("a.json", '{"a": 1,\n"b": {"c": 1, "c": 2},\n"a": 3,\n"a": 4}'),
    ],
)
def test_every_duplicate_key_is_found_with_both_places(name: str, content: str) -> None:
    findings = findings_of(name, content)
    assert [(finding.code, finding.what) for finding in findings] == [
        ("key-duplicate", 'the key "c" stands twice: first in line 2, again in line 2'),
        ("key-duplicate", 'the key "a" stands twice: first in line 1, again in line 3'),
        ("key-duplicate", 'the key "a" stands twice: first in line 1, again in line 4'),
    ]
    assert [finding.where.path for finding in findings if isinstance(finding.where, FilePlace)] == [
        "$.b.c",
        "$.a",
        "$.a",
    ]
    assert findings[0].fix == "keep one of the two; readers that take the file as it is use only one of them"


def test_keys_that_are_no_text() -> None:
    assert told("a.yml", "? [a]\n: b\n") == (
        "key-not-text",
        "1:3",
        "a key must be text, not a list or a mapping",
        "write the key as plain text",
    )
    assert told("a.yml", "title: {{ name }}\n") == (
        "key-not-text",
        "1:9",
        'the braces "{{" outside quotation marks are read as a mapping inside a mapping',
        'put the value in quotation marks; placeholders are written "${version}"',
    )
    assert told("a.yml", "? \n: b\n")[:3] == ("key-not-text", "1:2", 'the key before ":" is missing')
    assert told("a.yml", "a: &x [1]\n*x : b\n")[:2] == ("key-not-text", "2:1")
    assert read("a.yml", b"a: &x k\n*x : b\n2024: c\n").data == {"a": "k", "k": "b", "2024": "c"}


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!binary", "!Ref"])
def test_tags(tag: str) -> None:
    assert told("a.yml", f"a: {tag} x\n") == (
        "yaml-tag",
        "1:4",
        f'the tag "{tag}" asks for a value that is no plain text, list or mapping',
        'delete the tag; where "!" belongs to the text, put the value in quotation marks',
    )


def test_alias_bomb_and_cycle() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert told("a.yml", "\n".join(lines)) == (
        "yaml-alias-bomb",
        "6:25",
        "the aliases of this file stand for more than 1,000,000 characters",
        "write the values out",
    )
    assert told("a.yml", "a: &a\n  - *a\n") == (
        "yaml-alias-cycle",
        "2:5",
        '"*a" stands inside the value it refers to, which would have no end',
        "write the value out",
    )


def test_aliases_cannot_build_depth_either() -> None:
    lines = ["a0: &a0 x", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300))]
    code, place, _, _ = told("a.yml", "\n".join(lines))
    assert (code, place) == ("document-too-deep", f"{MAX_DEPTH + 1}:14")


def test_several_documents() -> None:
    assert told("a.yml", "---\na: 1\n---\nb: 2\n") == (
        "document-several",
        "3:1",
        'a second YAML document begins here, after a line "---" or "..."',
        "keep one document in the file and delete the line",
    )


# Syntax

YAML_FAULTS = [
    (
        "title: Foo: bar\n",
        "1:11",
        'the value holds ": " and stands without quotation marks',
        f'{QUOTE}: title: "Foo: bar"',
    ),
    ('- title: Say "x: y\n', "1:16", 'the value holds ": " and stands without quotation marks', QUOTE),
    ("title: @foo\n", "1:8", 'the value begins with "@", which has a meaning in YAML', f'{QUOTE}: title: "@foo"'),
    ("a:\n  - `b`\n", "2:5", 'the value begins with "`", which has a meaning in YAML', f'{QUOTE}: "`b`"'),
    (
        "title: *foo* bar\n",
        "1:8",
        'the value begins with "*", which has a meaning in YAML',
        f'{QUOTE}: title: "*foo* bar"',
    ),
    ("title: & Co\n", "1:8", 'the value begins with "&", which has a meaning in YAML', f'{QUOTE}: title: "& Co"'),
    ("title: %x # 1\n", "1:8", 'the value begins with "%", which has a meaning in YAML', QUOTE),
    (
        "title: *foo\n",
        "1:8",
        '"*foo" refers to nothing, there is no "&foo" before it',
        'where "*" belongs to the text, put the value in quotation marks',
    ),
    (
        "title: [Draft] tool\n",
        "1:8",
        'the value begins with "[", which opens a list, and goes on after it',
        f'{QUOTE}: title: "[Draft] tool"',
    ),
    (
        "title: {{x}} tool\n",
        "1:8",
        'the value begins with "{", which opens a mapping, and goes on after it',
        f'{QUOTE}: title: "{{{{x}}}} tool"',
    ),
    ("a:\n\tb: c\n", "2:1", "a tab stands where only spaces may stand", "replace it by spaces"),
    (
        "a: b\n\u00a0\u00a0c: d: e\n",
        "2:1",
        "the line is indented with the space U+00A0, which is not allowed",
        "indent with ordinary spaces",
    ),
    ("a: 'b\nc: d\n", "1:4", "the quotation mark here is never closed", "write the closing one"),
    (
        'a: "b\nc: "d"\n',
        "1:4",
        "the quotation mark here closes only in line 2",
        "write the closing quotation mark in the line of the value",
    ),
    (
        "a: 'it's'\n",
        "1:8",
        "the text goes on after its closing quotation mark",
        "if the quotation mark belongs to the text, write it twice: ''",
    ),
    (
        'a: "b" c\n',
        "1:8",
        "the text goes on after its closing quotation mark",
        'if the quotation mark belongs to the text, write it \\"',
    ),
    (
        'a: "\\d"\n',
        "1:5",
        "the backslash in \\d begins no escape that YAML knows",
        "use single quotation marks, in which a backslash is only a backslash",
    ),
    (
        "a: > b\n",
        "1:6",
        'text stands behind "|" or ">"',
        "begin the text in the next line, or put the value in quotation marks",
    ),
    (
        "authors:\n  - name: x\n\n     orcid: y\n",
        "4:6",
        "this line is indented deeper than line 2 and so continues its value",
        "begin the key in the same column as the one in line 2, or quote the value there",
    ),
    ("title:Foo\nversion: 1\n", "1:6", "a space is missing after the colon", 'write "name: value"'),
    ("version: 1\ntitle:Foo\n", "2:6", "a space is missing after the colon", 'write "name: value"'),
    (
        "a: 1\n\nfamily-names Doe\nb: 2\n",
        "3:1",
        "this line is no entry: it has no colon after its key",
        'write "name: value"',
    ),
    ("just a line\nb: 2\n", "1:1", "this line is no entry: it has no colon after its key", 'write "name: value"'),
    ("a: - b\n", "1:4", 'a list "- …" begins in the line of its key', "begin it in the next line"),
    (
        "a: [b, c\n",
        "1:4",
        'the "[" here is never closed',
        'write "]"; if "[" belongs to a text, put that in quotation marks',
    ),
    (
        "a: {b: c\nd: [e\n",
        "2:2",
        'a comma or the "}" for the "{" of line 1 is missing before this',
        'write it; if "{" belongs to a text, put that in quotation marks',
    ),
    (
        "a:\n  - b\n - c\n",
        "3:2",
        'this list entry begins in column 2, the "-" of line 2 in column 3',
        "begin all entries of a list in the same column",
    ),
    ("a: b\n- c\n", "2:1", "a list entry stands among keys", "write the key of the list before it, or delete the dash"),
    (
        "authors:\n  - name: x\n  orcid: y\n",
        "3:3",
        'the key stands in column 3, where only "- …" may begin',
        "begin it in column 5 to belong to the entry of line 2",
    ),
    (
        "a:\n    b: c\n  d: e\n",
        "3:3",
        "the key begins in column 3, in which no key above it begins",
        "begin it in the column of the other keys of its block",
    ),
    (
        "  a: 1\nb: 2\n",
        "2:1",
        "this line belongs to nothing above it; does it begin further left than the first one?",
        "begin all keys of the outermost level in the same column",
    ),
    (": x\n", "1:1", 'the key before ":" is missing', "write the key, or delete the entry"),
    (
        "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> main\n",
        "2:1",
        "a merge conflict is left in the file",
        'choose one side and delete the lines "<<<<<<<" to ">>>>>>>"',
    ),
    (
        "a: ]\n",
        "1:4",
        '"]" stands where a value is due',
        'write the value; if "]" belongs to a text, put that in quotation marks',
    ),
    (
        "a: 1\nb: [1, {\n",
        "2:4",
        'the "[" here is never closed',
        'write "]"; if "[" belongs to a text, put that in quotation marks',
    ),
    ("a: ?\n", "1:4", 'the value begins with "?", which has a meaning in YAML', f'{QUOTE}: a: "?"'),
    ("a: !{x}\n", "1:4", 'the value begins with "!", which has a meaning in YAML', f'{QUOTE}: a: "!{{x}}"'),
    ("a: !x!y z\n", "1:4", 'the value begins with "!", which has a meaning in YAML', f'{QUOTE}: a: "!x!y z"'),
    (
        "a: [{b: c} d]\n",
        "1:12",
        'a comma or the "]" for the "[" of line 1 is missing before this',
        'write it; if "[" belongs to a text, put that in quotation marks',
    ),
    ("...\na: b\n", "1:1", "expected the node content, but found '<document end>'", "see yaml.org for the syntax"),
]


@pytest.mark.parametrize(("content", "place", "cause", "fix"), YAML_FAULTS, ids=[repr(row[0]) for row in YAML_FAULTS])
def test_causes_of_broken_yaml(content: str, place: str, cause: str, fix: str) -> None:
    assert told("CITATION.cff", content) == ("document-unparsable", place, f"not valid YAML: {cause}", fix)


JSON_FAULTS = [
    ('{"a": 1,}', "1:8", 'a comma too many before "}"', "delete the comma"),
    ('{"a": [1,\n]}', "1:9", 'a comma too many before "]"', "delete the comma"),
    ('{"a": [1,\n,2]}', "2:1", "two commas follow each other", "delete the comma"),
    ('{"a": [,2]}', "1:8", 'a comma stands right after "["', "delete the comma"),
    ('{"a": "x"\n"b": 1}', "1:10", "a comma is missing after this entry", "write a comma"),
    ('{"a": [{}\n{}]}', "1:10", "a comma is missing after this entry", "write a comma"),
    ('{"a" 1}', "1:5", '":" is missing after the key "a"', 'write ":" and the value'),
    ('{"a"}', "1:5", '":" is missing after the key "a"', 'write ":" and the value'),
    ('{"a", 1}', "1:5", '":" is missing after the key "a"', 'replace the comma by ":"'),
    ('{"a": , "b": 1}', "1:7", 'the value of "a" is missing', "delete the comma, or write the value"),
    ('{"a":\n}', "2:1", 'the value of "a" is missing', "write the value, or delete the entry"),
    ("{'a': 1}", "1:2", "the text stands in single quotation marks", 'use double ones: "…"'),
    ("{\"a\": 'b'}", "1:7", "the text stands in single quotation marks", 'use double ones: "…"'),
    ('{"a": “b”}', "1:7", "the text stands in typographic quotation marks (“)", 'use straight ones: "…"'),
    ('{"a": True}', "1:7", "True is not JSON's spelling", "write true"),
    ('{"a": None}', "1:7", "None is not JSON's spelling", "write null"),
    ('{"a": NaN}', "1:7", "NaN is no number that JSON knows", "leave the entry out, or write null"),
    ('{"a": -Infinity}', "1:7", "-Infinity is no number that JSON knows", "leave the entry out, or write null"),
    ('{// x\n"a": 1}', "1:2", "JSON has no comments", "delete the comment; a YAML file may have some"),
    ('{"a": 1 # x\n}', "1:9", "JSON has no comments", "delete the comment; a YAML file may have some"),
    ('{"a": Télécom}', "1:7", "the text Télécom stands without quotation marks", "put it in double ones"),
    ('{a: "b"}', "1:2", "the key a stands without quotation marks", "put it in double ones"),
    ('{"a": 1, {"b": 2}}', "1:10", '"{" stands where a key is due', "write the key and a colon before it"),
    ('{"a": ["b": 1]}', "1:8", 'the key "b" stands directly in a list', 'write "{" before it'),
    (
        '{"a": "b": "c"}',
        "1:10",
        'a second ":" in one entry',
        "look for a missing comma or quotation mark before it",
    ),
    (
        '{"a": [1}',
        "1:9",
        '"}" stands here, but the bracket that is open is the "[" of line 1',
        'write the missing "]" before it, or delete it',
    ),
    ('{"a": [1, 2]', "1:1", 'the "{" here is never closed', 'write the missing "}"'),
    ('{\n"a": [1, 2', "2:6", 'the "[" here is never closed', 'write the missing "]"'),
    (
        '{"a": "b",\n"c": "d}\n',
        "2:6",
        "the text that begins here is not closed in its line",
        "write the closing quotation mark; a line break inside a text is written \\n",
    ),
    ('{"a": "b', "1:7", "the text that begins here is never closed", "write the closing quotation mark"),
    ('{"a": "b\tc"}', "1:9", "a tab stands inside a text", "write it as \\t, or as a space"),
    (
        '{"a": "The "best" tool"}',
        "1:13",
        "the text goes on after its closing quotation mark",
        'a quotation mark inside a text is written \\"; behind the closing one comes "," or ":" or a bracket',
    ),
    (
        '{""a": 1}',
        "1:4",
        "the text goes on after its closing quotation mark",
        'a quotation mark inside a text is written \\"; behind the closing one comes "," or ":" or a bracket',
    ),
    (
        '{"a": "Dell\\\'Orco"}',
        "1:12",
        "the backslash in \\' begins no escape that JSON knows",
        "write \\\\ for a backslash; an apostrophe stands without one",
    ),
    ('{"a": 1.2.3}', "1:7", "1.2.3 is no number", "put it in quotation marks"),
    ('{"a": 007}', "1:7", "007 is no number", "put it in quotation marks"),
    (
        '{"a": 1}}',
        "1:9",
        "the document is complete, but text follows",
        'delete what follows, or the "}" that closes the document too early',
    ),
    ("title: x\n", "1:1", 'the file does not begin with "{"', 'a YAML file needs the ending ".yml"'),
    ("x", "1:1", 'the file does not begin with "{"', 'write "{" before the first key'),
    (
        '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> main\n}',
        "2:1",
        "a merge conflict is left in the file",
        'choose one side and delete the lines "<<<<<<<" to ">>>>>>>"',
    ),
]


@pytest.mark.parametrize(("content", "place", "cause", "fix"), JSON_FAULTS, ids=[repr(row[0]) for row in JSON_FAULTS])
def test_causes_of_broken_json(content: str, place: str, cause: str, fix: str) -> None:
    assert told(".zenodo.json", content) == ("document-unparsable", place, f"not valid JSON: {cause}", fix)


@pytest.mark.parametrize(
    ("message", "offset", "what", "place"),
    [
        ("Illegal trailing comma before end of object", 7, 'a comma too many before "}"', "1:8"),
        ("Something new", 0, "something new", "1:1"),
    ],
)
def test_messages_of_other_pythons(message: str, offset: int, what: str, place: str) -> None:
    content = '{"a": 1, }'
    finding = json_faults.explain(tree.Text("a.json", content), json.JSONDecodeError(message, content, offset))
    assert (finding.what, str(finding.where)) == (f"not valid JSON: {what}", f"a.json:{place}")


# Anything at all

PIECES = (
    *("a: ", "- ", "\n", "  ", "[", "]", "{", "}", "'", '"', "&x ", "*x", ":", "?", "|", "> ", "!", "!!str ", "!!x/y "),
    *(
        "#",
        "\t",
        "%",
        "@",
        "---\n",
        "...\n",
        "<<: ",
        "\\",
        "\r\n",
        "\u2028",
        "\x85",
        "é",
        "😀",
        "\\ud800",
        "null",
        "1.0",
    ),
    *("true", ",", "<<<<<<< a\n", "\ufeff", "\\u0000", "//x", "/*", "None", "NaN"),
)


@given(raw=st.binary(max_size=80), name=st.sampled_from(["a.yml", "a.json"]))
@example(raw=b"\xff\xfe", name="a.yml")
def test_any_bytes_give_a_document_or_findings(raw: bytes, name: str) -> None:
    check_outcome(name, raw)


@given(content=st.lists(st.sampled_from(PIECES), max_size=14).map("".join), name=st.sampled_from(["a.yml", "a.json"]))
def test_any_syntax_gives_a_document_or_findings(content: str, name: str) -> None:
    check_outcome(name, content.encode())


def check_outcome(name: str, raw: bytes) -> None:
    try:
        assert isinstance(read(name, raw).data, dict)
    except MetadataError as error:
        for finding in error.findings:
            assert isinstance(finding.where, FilePlace)
            assert finding.where.line
            assert finding.where.column
            assert finding.fix


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(TEXTS, parts, max_size=4),
    max_leaves=12,
)


def as_read(value: Any) -> Any:
    """Return JSON data as a document holds them: numbers and booleans as texts."""
    if isinstance(value, dict):
        return {key: as_read(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_read(part) for part in value]
    return value if value is None or isinstance(value, str) else json.dumps(value)


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from walk(part, (*path, key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from walk(part, (*path, at))


def text_at(document: Document, place: FilePlace, content: str) -> str:
    assert place.line
    assert place.column
    return content.split("\n")[place.line - 1][place.column - 1 :]


@given(
    data=st.dictionaries(TEXTS, VALUES, max_size=4),
    indent=st.sampled_from([None, 0, 2, "\t"]),
    ascii_only=st.booleans(),
)
def test_any_json_comes_back_and_every_place_holds_its_value(data: Any, indent: Any, ascii_only: bool) -> None:  # noqa: FBT001
    content = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    document = read("a.json", content.encode())
    assert document.data == as_read(data)
    for path, value in walk(data):
        begin = "{" if isinstance(value, dict) else "[" if isinstance(value, list) else None
        written = begin or json.dumps(value, ensure_ascii=ascii_only)
        assert text_at(document, document.where(path), content).startswith(written)
        if path and isinstance(path[-1], str):
            key = json.dumps(path[-1], ensure_ascii=ascii_only)
            assert text_at(document, document.where_key(path), content).startswith(key)


YAML_VALUES = st.recursive(
    TEXTS, lambda parts: st.lists(parts, min_size=1, max_size=4) | st.dictionaries(TEXTS, parts, min_size=1, max_size=4)
)


@given(data=st.dictionaries(TEXTS, YAML_VALUES, min_size=1, max_size=4))
def test_any_yaml_comes_back_and_every_place_holds_its_value(data: Any) -> None:
    content = yaml.safe_dump(data, default_style='"', sort_keys=False, width=10_000)
    document = read("a.yml", content.encode())
    assert document.data == data
    for path, value in walk(data):
        if isinstance(value, str):
            assert text_at(document, document.where(path), content).startswith('"')
        if path and isinstance(path[-1], str) and len(path[-1]) < 100:
            assert text_at(document, document.where_key(path), content).startswith('"')


def test_a_megabyte_is_read_in_well_under_a_second() -> None:
    entry = "  - family-names: Doe\n    given-names: Jane É\n    orcid: https://orcid.org/0000-0002-1825-0097\n"
    content = "authors:\n" + entry * 11_000
    before = time.process_time()
    document = read("CITATION.cff", content.encode())
    assert time.process_time() - before < 1
    assert len(content) > 1_000_000
    assert document.where(["authors", 10_999, "orcid"]).line == 33_001


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(tree).failed == 0
