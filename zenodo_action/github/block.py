"""
The DOI block in release notes, as pure text: rendered, put in, found again, taken out, and its invisible note read.

Which text is ours, so that nothing of anybody else's is ever lost:

1. A marker counts where Markdown sees an HTML comment of its own: a line at the top level that holds nothing else. The
   same characters in a code block, in a list, in a quotation or inside a line are somebody's text.
2. A block runs from a start marker to the next end marker with no other start marker between them, and at least one of
   its lines, blank ones apart, is of a shape that ``render_block`` writes. Any other marker stands alone and is left.
3. Lines inside a block that are not of our shape were added by hand. They are kept, below the block.
4. The first block is replaced where it stands; further ones are taken out. Without a block, ours goes to the end, after
   a blank line; or to the top, where the end lies within something left open, such as a code block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from zenodo_action.github.actions import markdown_escape

START = "<!-- zenodo-deposit:start -->"
END = "<!-- zenodo-deposit:end -->"
NOTE = "<!-- zenodo-deposit:note "

NOTE_KEYS = ("server", "repository", "tag", "record_id", "concept_id", "doi", "concept_doi", "program")
"""What the note holds, each a text: ``server`` is the origin, ``program`` name and version of what wrote it."""
COMMIT_KEY = "commit"
"""And, where it is known, the commit that the version's files were made of, as its hexadecimal digits."""

TEST_PREFIX = "10.5072/"
"""Such DOIs do not resolve. Source: support.datacite.org, "Testing" (prefix 10.5072)."""

_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\[!\[DOI\]\(\S+\)\]\(\S+\)",
        r"Archived on \[.+\]\(\S+\): DOI of this version \S+(, of all versions \S+)?\.",
        r"Test deposit on \[.+\]\(\S+\): DOI of this version \S+(, of all versions \S+)?; test DOIs do not resolve\.",
        r"DOI: \S+",
        re.escape(NOTE) + r"\{.*\} -->",
    )
)
"""The lines that ``render_block`` writes. Shapes of earlier versions of this program stay in the list."""

_NEWLINE = re.compile(r"\r\n|\n|\r")


def render_block(
    *,
    doi: str,
    concept_doi: str | None,
    badge_url: str | None,
    record_url: str,
    server_name: str,
    note: Mapping[str, str] | None,
) -> str:
    r"""
    Return the block for a version's release notes, lines ending in ``\n``, the last one without.

    Args:
        doi: Of this version.
        concept_doi: Of all versions; some servers have none.
        badge_url: An image for ``doi``; some servers have none.
        record_url: The page of the record.
        server_name: What people call the server.
        note: Values for ``NOTE_KEYS`` and ``COMMIT_KEY``, for later runs; anything else is left out. ``None`` gives the
            shortest block there is, for notes that have no room for more: the DOI alone.
    """
    if note is None:
        return "\n".join((START, f"DOI: {_doi_link(doi, record_url)}", END))
    text = render_text(
        doi=doi, concept_doi=concept_doi, badge_url=badge_url, record_url=record_url, server_name=server_name
    )
    kept = {key: note[key] for key in (*NOTE_KEYS, COMMIT_KEY) if key in note}
    return "\n".join((START, text, f"{NOTE}{encode_hidden(kept)} -->", END))


def render_text(*, doi: str, concept_doi: str | None, badge_url: str | None, record_url: str, server_name: str) -> str:
    """Return what people see of a block: the badge, and a sentence with the DOIs."""
    versions = f"DOI of this version {_doi_link(doi, record_url)}"
    if concept_doi is not None:
        versions += f", of all versions {_doi_link(concept_doi)}"
    server = f"[{markdown_escape(server_name)}]({_link(record_url)})"
    sentence = f"Archived on {server}: {versions}."
    if doi.startswith(TEST_PREFIX):
        sentence = f"Test deposit on {server}: {versions}; test DOIs do not resolve."
    if badge_url is None:
        return sentence
    return f"[![DOI]({_link(badge_url)})]({_doi_url(doi) or _link(record_url)})\n\n{sentence}"


def insert_block(body: str | None, block: str) -> str:
    r"""
    Return release notes that hold this block once, everything else byte for byte as it was.

    The block's line ends are those of the block it replaces, else those of the notes. Doing it twice gives the same as
    doing it once.

    >>> insert_block("First release.", "<!-- zenodo-deposit:start -->\nDOI: x\n<!-- zenodo-deposit:end -->")
    'First release.\n\n<!-- zenodo-deposit:start -->\nDOI: x\n<!-- zenodo-deposit:end -->'
    """
    text = body or ""
    spans = _find_blocks(text)
    newline = spans[0].newline if spans else "\r\n" if "\r\n" in text else "\n"
    ours = block.replace("\n", newline)
    if not spans:
        return _add_block(text, ours, newline)
    for span in reversed(spans[1:]):
        text = _without(text, span)
    first = spans[0]
    ours += "".join(newline + line for line in ("", *first.foreign)) if first.foreign else ""
    return text[: first.start] + ours + text[first.end :]


def remove_blocks(body: str) -> str:
    """Return the notes as they were before ``insert_block``: without any block and the blank line that went with it."""
    for span in reversed(_find_blocks(body)):
        body = _without(body, span)
    return body


def read_note(body: str | None) -> dict[str, str] | None:
    """
    Return what the block's note says, a text for each of ``NOTE_KEYS``, or ``None`` where none can be read.

    ``COMMIT_KEY`` is there where the note has a commit.

    A hint, not an authority: whoever may edit the release can write anything there.
    """
    for span in _find_blocks(body or ""):
        for line in span.lines:
            if line.startswith(NOTE) and line.endswith(" -->"):
                try:
                    note = json.loads(line.removeprefix(NOTE).removesuffix(" -->"))
                except (ValueError, RecursionError):
                    continue
                if isinstance(note, dict) and all(isinstance(note.get(key), str) for key in NOTE_KEYS):
                    commit = note.get(COMMIT_KEY)
                    is_commit = isinstance(commit, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit)
                    return {key: note[key] for key in (*NOTE_KEYS, *((COMMIT_KEY,) if is_commit else ()))}
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A block found in a text."""

    start: int
    """Offset of the start marker's line."""
    end: int
    """Offset behind the end marker, before its line end."""
    lines: tuple[str, ...]
    """What stands between the markers, without line ends."""
    newline: str
    """The line end behind its start marker."""

    @property
    def foreign(self) -> tuple[str, ...]:
        """The lines that somebody added, without the blank ones around them."""
        lines = [line for line in self.lines if not _is_ours(line)]
        return tuple("\n".join(lines).strip("\n").split("\n")) if any(line.strip() for line in lines) else ()


def _is_ours(line: str) -> bool:
    return any(shape.fullmatch(line) for shape in _SHAPES)


def _find_blocks(text: str) -> list[_Span]:
    """Return the blocks of a text in their order, by the rules above."""
    if START not in text:
        return []
    spans = []
    line_starts, line_ends = _line_offsets(text)
    first: int | None = None
    for number, marker in _markers(text):
        if marker == START:
            first = number
        elif first is not None:
            lines = tuple(text[line_starts[n] : line_ends[n]] for n in range(first + 1, number))
            if any(_is_ours(line) for line in lines):
                newline = text[line_ends[first] : line_starts[first + 1]]
                span = _Span(start=line_starts[first], end=line_ends[number], lines=lines, newline=newline)
                spans.append(span)
            first = None
    return spans


def _line_offsets(text: str) -> tuple[list[int], list[int]]:
    """Return where each line starts, and where it ends before its line end."""
    breaks = list(_NEWLINE.finditer(text))
    return [0, *(match.end() for match in breaks)], [*(match.start() for match in breaks), len(text)]


def _markers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line number (from 0) and the kind of every marker that Markdown takes for a comment of its own."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only where a block is written or read

    for token in MarkdownIt("commonmark").disable("inline").parse(text):
        if token.type == "html_block" and token.level == 0 and token.map is not None:
            for marker in (START, END):
                if token.content.strip() == marker:
                    yield token.map[0], marker


def _add_block(text: str, ours: str, newline: str) -> str:
    """Return a text that holds no block with one at its end, or at its top."""
    last = re.search(r"(\r\n|\n|\r)?\Z", text)
    tail = last.group() if last else ""
    head = text.removesuffix(tail)
    before = head + newline * 2 if head else ""
    added = before + ours + tail
    place = (len(before), len(before) + len(ours))
    is_seen = place in ((span.start, span.end) for span in _find_blocks(added))
    return added if is_seen else ours + newline * 2 + text


def _without(text: str, span: _Span) -> str:
    """Return the text without a block and without the blank line that came with it; what others wrote inside stays."""
    if span.foreign:
        return text[: span.start] + span.newline.join(span.foreign) + text[span.end :]
    before, after = text[: span.start], text[span.end :]
    blank = span.newline * 2
    return before.removesuffix(blank) + after if before else after.removeprefix(blank)


def encode_hidden(values: Mapping[str, str]) -> str:
    """Return JSON on one line that cannot end the comment it stands in."""
    return json.dumps(values).replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")


def _doi_url(doi: str) -> str | None:
    """Return the address that resolves a DOI; test DOIs have none."""
    return None if doi.startswith(TEST_PREFIX) else f"https://doi.org/{quote(doi, safe='/:;.-_~')}"


def _doi_link(doi: str, instead: str | None = None) -> str:
    """Return a DOI as a link; a test DOI to the page given instead, or as code where there is none."""
    url = _doi_url(doi) or (_link(instead) if instead is not None else None)
    text = re.sub(r"[\s`]", "", doi)
    return f"[{markdown_escape(text)}]({url})" if url is not None else f"`{text}`"


def _link(url: str) -> str:
    """Return an address that Markdown cannot take apart."""
    return quote(url, safe="/:;.-_~?&=#%+,@!$*")
