"""Why a text is no YAML: the cause and its place, from where PyYAML's own parser gave up."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

import yaml

from zenodo_action.documents.tree import Text, conflict
from zenodo_action.errors import Finding

_KEY = re.compile(r"""\s*(?:-\s+)*(?P<key>[^\s"'#:-][^"'#:]*|"[^"]*"|'[^']*')(?P<colon>\s*:(?=\s|$))""")
"""A line that begins with a key, perhaps after dashes."""

_TIGHT_KEY = re.compile(r"\s*(?:-\s+)*[\w.-]+(?P<colon>:)(?!//)(?=\S)")
"""The same without a space after the colon; a URL is none."""

_DASH = re.compile(r"\s*(?P<dash>-)(?:\s|$)")
_DASH_AND_SPACE = re.compile(r"\s*(?:-\s+)+")
_VALUE_START = re.compile(r"""\s*(?:-\s+)*(?:[^\s"'#:][^"'#:]*:\s+)?""")
"""What stands before a value that takes the rest of its line."""

_QUOTABLE_LINE = 100
"""Characters of a line up to which it is shown as it should be."""

_PAIRS = {"[": "]", "{": "}"}


@dataclass(frozen=True)
class _Spot:
    """Where the parser gave up, and what it was about."""

    text: Text
    problem: str
    offset: int
    context: str
    context_offset: int
    """Where the thing begins that it was reading."""

    @property
    def line(self) -> int:
        """The line of the problem."""
        return self.text.line_of(self.offset)

    @property
    def column(self) -> int:
        """The column of the problem, from 0."""
        return self.offset - self.text.start_of(self.line)

    @property
    def here(self) -> str:
        """The character of the problem; empty at the end of the text."""
        return self.text.content[self.offset : self.offset + 1]

    @property
    def line_above(self) -> int:
        """The number of the next line above that is not blank, or 0."""
        number = self.line - 1
        while number and not self.text.line(number).strip():
            number -= 1
        return number


_Explanation = tuple[str, str, int]
"""Cause, fix, offset."""


def explain(text: Text, error: yaml.MarkedYAMLError) -> Finding:
    """Return what is wrong with a text that PyYAML's own parser refuses."""
    mark = error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    start = error.context_mark.index if error.context_mark else offset
    spot = _Spot(text, str(error.problem or ""), offset, str(error.context or ""), start)
    for rule in _RULES:
        explanation = rule(spot)
        if explanation:
            cause, fix, offset = explanation
            return text.error("document-unparsable", f"not valid YAML: {cause}", offset, fix=fix)
    what = f"not valid YAML: {spot.problem}"
    return text.error("document-unparsable", what, offset, fix="see yaml.org for the syntax")


def _conflict(spot: _Spot) -> _Explanation | None:
    return conflict(spot.text)


def _odd_space(spot: _Spot) -> _Explanation | None:
    """Tabs and typographic spaces where the indentation is read."""
    if spot.here == "\t":
        return "a tab stands where only spaces may stand", "replace it by spaces", spot.offset
    for number in (spot.line, spot.line_above):
        line = spot.text.line(number)
        indentation = line[: len(line) - len(line.lstrip())]
        odd = re.search(r"[^ \t]", indentation)
        if odd:
            cause = f"the line is indented with the space U+{ord(odd.group()):04X}, which is not allowed"
            return cause, "indent with ordinary spaces", spot.text.start_of(number) + odd.start()
    return None


def _unclosed_quote(spot: _Spot) -> _Explanation | None:
    if "while scanning a quoted scalar" not in spot.context:
        return None
    return "the quotation mark here is never closed", "write the closing one", spot.context_offset


def _escape(spot: _Spot) -> _Explanation | None:
    if "while scanning a double-quoted scalar" not in spot.context:
        return None
    start = spot.text.content.rfind("\\", 0, spot.offset + 1)
    fix = "use single quotation marks, in which a backslash is only a backslash"
    return f"the backslash in {spot.text.content[start : start + 2]} begins no escape that YAML knows", fix, start


def _reserved_start(spot: _Spot) -> _Explanation | None:
    is_here = "that cannot start any token" in spot.problem or "mapping keys are not allowed" in spot.problem
    is_before = "expected alphabetic or numeric" in spot.problem or re.search(
        r"tag|directive", spot.context + spot.problem
    )
    offset = spot.offset if is_here else spot.context_offset
    character = spot.text.content[offset : offset + 1]
    if not (is_here or is_before) or not character or character not in "@`%*&!|>?":
        return None
    return f'the value begins with "{character}", which has a meaning in YAML', _quote(spot, offset), offset


def _value_due(spot: _Spot) -> _Explanation | None:
    if not spot.problem.startswith("expected the node content"):
        return None
    if spot.here and not spot.problem.endswith("end>'"):
        fix = f'write the value; if "{spot.here}" belongs to a text, put that in quotation marks'
        return f'"{spot.here}" stands where a value is due', fix, spot.offset
    opening, is_closed, _ = _last_tokens(spot)
    if opening is None or is_closed:
        return None
    bracket = spot.text.content[opening]
    fix = f'write "{_PAIRS[bracket]}"; if "{bracket}" belongs to a text, put that in quotation marks'
    return f'the "{bracket}" here is never closed', fix, opening


def _block_text(spot: _Spot) -> _Explanation | None:
    if "while scanning a block scalar" not in spot.context:
        return None
    fix = "begin the text in the next line, or put the value in quotation marks"
    return 'text stands behind "|" or ">"', fix, spot.offset


def _colon_in_value(spot: _Spot) -> _Explanation | None:
    """``title: Foo: bar``, and lines that turn into the value of the line above."""
    if not spot.problem.startswith("mapping values are not allowed"):
        return None
    before = spot.text.line(spot.line)[: spot.column]
    key = _KEY.match(before)
    if key:
        start = spot.text.start_of(spot.line) + len(before) - len(before[key.end() :].lstrip())
        return 'the value holds ": " and stands without quotation marks', _quote(spot, start), spot.offset
    above = spot.text.line(spot.line_above)
    tight = _TIGHT_KEY.match(above)
    start_above = spot.text.start_of(spot.line_above) if spot.line_above else 0
    if tight:
        return "a space is missing after the colon", 'write "name: value"', start_above + tight.start("colon")
    if not _KEY.match(above):
        start = start_above + len(above) - len(above.lstrip())
        return "this line is no entry: it has no colon after its key", 'write "name: value"', start
    fix = f"begin the key in the same column as the one in line {spot.line_above}, or quote the value there"
    cause = f"this line is indented deeper than line {spot.line_above} and so continues its value"
    return cause, fix, spot.text.start_of(spot.line) + len(before) - len(before.lstrip())


def _colon_missing(spot: _Spot) -> _Explanation | None:
    if not spot.problem.startswith("could not find expected ':'"):
        return None
    line = spot.text.line(spot.text.line_of(spot.context_offset))
    tight = _TIGHT_KEY.match(line)
    if tight:
        start = spot.text.start_of(spot.text.line_of(spot.context_offset))
        return "a space is missing after the colon", 'write "name: value"', start + tight.start("colon")
    return "this line is no entry: it has no colon after its key", 'write "name: value"', spot.context_offset


def _list_in_line(spot: _Spot) -> _Explanation | None:
    if not spot.problem.startswith("sequence entries are not allowed"):
        return None
    return 'a list "- …" begins in the line of its key', "begin it in the next line", spot.offset


def _after_value(spot: _Spot) -> _Explanation | None:
    """Text right after a quoted value or a bracket, whose opening may be the true cause."""
    if "but found '<scalar>'" not in spot.problem and "but got '<scalar>'" not in spot.problem:
        return None
    opening, is_closed, last = _last_tokens(spot)
    if isinstance(last, yaml.ScalarToken) and last.style in ("'", '"'):
        start, end = last.start_mark.index, last.end_mark.index
        if spot.text.line_of(start) != spot.text.line_of(end):
            fix = "write the closing quotation mark in the line of the value"
            return f"the quotation mark here closes only in line {spot.text.line_of(end)}", fix, start
        mending = "write it twice: ''" if last.style == "'" else 'write it \\"'
        fix = f"if the quotation mark belongs to the text, {mending}"
        return "the text goes on after its closing quotation mark", fix, spot.offset
    if opening is not None and is_closed:
        bracket = spot.text.content[opening]
        kind = "list" if bracket == "[" else "mapping"
        cause = f'the value begins with "{bracket}", which opens a {kind}, and goes on after it'
        return cause, _quote(spot, opening), opening
    return None


def _last_tokens(spot: _Spot) -> tuple[int | None, bool, yaml.Token | None]:
    """Return where the last outermost bracket opens, whether it just closed, and the last token before the problem."""
    opening = last = None
    depth = 0
    tokens = yaml.scan(spot.text.content, Loader=yaml.BaseLoader)
    with suppress(yaml.YAMLError):  # what came before is what counts
        for token in takewhile(lambda token: token.start_mark.index < spot.offset, tokens):
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                opening = opening if depth else token.start_mark.index
                depth += 1
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
                depth -= 1
            last = token
    is_closed = depth == 0 and isinstance(last, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken))
    return opening, is_closed, last


def _bracket(spot: _Spot) -> _Explanation | None:
    if spot.context not in ("while parsing a flow sequence", "while parsing a flow mapping"):
        return None
    bracket = spot.text.content[spot.context_offset]
    closing = _PAIRS[bracket]
    line = spot.text.line_of(spot.context_offset)
    fix = f'write it; if "{bracket}" belongs to a text, put that in quotation marks'
    if not spot.text.content[spot.offset :].strip():
        return f'the "{bracket}" here is never closed', fix.replace("it;", f'"{closing}";'), spot.context_offset
    return f'a comma or the "{closing}" for the "{bracket}" of line {line} is missing before this', fix, spot.offset


def _indentation(spot: _Spot) -> _Explanation | None:
    if "<block end>" not in spot.problem and "<document start>" not in spot.problem:
        return None
    line = spot.text.line(spot.line)
    column = _indent(line)
    start = spot.text.start_of(spot.line) + column
    dash_line = _dash_above(spot)
    dash_text = spot.text.line(dash_line)
    dash = _DASH.match(line)
    if "<document start>" in spot.problem:
        fix = "begin all keys of the outermost level in the same column"
        return "this line belongs to nothing above it; does it begin further left than the first one?", fix, start
    if spot.here == ":":
        return 'the key before ":" is missing', "write the key, or delete the entry", spot.offset
    if dash and dash_line and _indent(dash_text) != column:
        cause = f'this list entry begins in column {column + 1}, the "-" of line {dash_line} in column {_indent(dash_text) + 1}'
        return cause, "begin all entries of a list in the same column", start
    if dash:
        return "a list entry stands among keys", "write the key of the list before it, or delete the dash", start
    if "block collection" in spot.context and dash_line:
        wanted = _DASH_AND_SPACE.sub(lambda match: " " * len(match.group()), dash_text)
        fix = f"begin it in column {_indent(wanted) + 1} to belong to the entry of line {dash_line}"
        return f'the key stands in column {column + 1}, where only "- …" may begin', fix, start
    cause = f"the key begins in column {column + 1}, in which no key above it begins"
    return cause, "begin it in the column of the other keys of its block", start


def _dash_above(spot: _Spot) -> int:
    """Return the number of the nearest line above that is a list entry, or 0."""
    number = spot.line - 1
    while number and not _DASH.match(spot.text.line(number)):
        number -= 1
    return number


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _quote(spot: _Spot, start: int) -> str:
    """Return the advice to quote the value that begins at an offset, with the line as it should be."""
    number = spot.text.line_of(start)
    line = spot.text.line(number)
    column = start - spot.text.start_of(number)
    value = line[column:].rstrip()
    advice = "put the value in quotation marks"
    is_simple = len(line) <= _QUOTABLE_LINE and not re.search(r"[\"\\]|\s#", value)
    if not is_simple or not _VALUE_START.fullmatch(line[:column]):
        return advice
    return f'{advice}: {line[:column].lstrip(" -")}"{value}"'


_RULES: tuple[Callable[[_Spot], _Explanation | None], ...] = (
    _conflict,
    _odd_space,
    _unclosed_quote,
    _escape,
    _reserved_start,
    _value_due,
    _block_text,
    _colon_in_value,
    _colon_missing,
    _list_in_line,
    _after_value,
    _bracket,
    _indentation,
)
