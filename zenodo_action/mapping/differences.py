"""Where the metadata that a save sends and the metadata that a server holds do not agree; pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from zenodo_action.mapping.rdm import writable
from zenodo_action.model import Difference

_DOI_FORMS = re.compile(r"^(?:doi:|https?://(?:dx\.)?doi\.org/)(?=10\.)", re.IGNORECASE)
_EMPTY: tuple[object, ...] = (None, "", [], {})
_HTML = ("description", "notes", "method")
"""Fields whose tags the server cleans; the last two are the deposit API's."""


def differences(body: Mapping[str, Any], remote: Mapping[str, Any]) -> tuple[Difference, ...]:
    """
    Return the values in which a server's description departs from the body of a save.

    What the server adds of its own is no difference: titles of vocabulary entries, names made of their parts, detected
    schemes, another spelling of a DOI, cleaned HTML with the same text and links.

    Args:
        body: From ``to_rdm`` or ``merge_previous``.
        remote: A record or draft as the server describes it.

    Returns:
        One entry for a field or an item of a list; ``before`` is what the body says, ``after`` what the server holds.
    """
    held = writable(remote)
    found: list[Difference] = []
    for part in ("metadata", "custom_fields"):
        found += between(part, body.get(part, {}), held.get(part, {}))
    if "access" in body:
        found += between("access", body["access"], held.get("access", {}))
    return tuple(found)


def between(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield where two objects differ, key by key; ``path`` is their place."""
    for key in dict.fromkeys([*before, *after]):
        yield from _of_values(f"{path}.{key}", before.get(key), after.get(key))


def _of_values(path: str, before: Any, after: Any) -> Iterator[Difference]:
    """Compare two values of one field: lists item by item, places one by one, other objects as a whole."""
    if path == "metadata.locations" and not isinstance(before or after, list):
        before, after = (value.get("features") if isinstance(value, Mapping) else None for value in (before, after))
        path = f"{path}.features"
    if isinstance(before, list) or isinstance(after, list):
        yield from _of_lists(path, before or [], after or [])
    elif _comparable(before, path.rpartition(".")[2]) != _comparable(after, path.rpartition(".")[2]):
        yield Difference(field=path, before=before, after=after)


def _of_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Compare two lists, matching what is equal; the number in the path counts in the body, else on the server."""
    sent, held = ([_comparable(item) for item in items] for items in (before, after))
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, sent, held, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + offset, j1 + offset
            yield Difference(
                field=f"{path}.{i if i < i2 else j}",
                before=before[i] if i < i2 else None,
                after=after[j] if j < j2 else None,
            )


def _comparable(value: Any, key: str = "") -> Hashable:
    """Return a form of a value that is equal for what means the same."""
    if isinstance(value, Mapping):
        # The server detects schemes that are left out, and refuses those that do not fit.
        ignored = {"scheme"} if "identifier" in value else set()
        items = ((name, _comparable(part, name)) for name, part in value.items() if name not in ignored)
        return frozenset((name, part) for name, part in items if part not in _EMPTY)
    if isinstance(value, list):
        return tuple(_comparable(part) for part in value)
    if isinstance(value, str):
        if key in _HTML:
            return _text_of(value)
        text = _repaired(value).strip()
        return _DOI_FORMS.sub("", text).casefold() if key == "identifier" else text
    return value if isinstance(value, (int, float)) else None


def _repaired(text: str) -> str:
    """
    Return a text with composed characters and without zero-width spaces, as servers store it.

    Source: marshmallow-utils, ``SanitizedUnicode``; nothing that a reader sees.
    """
    return unicodedata.normalize("NFC", text.replace("\u200b", ""))


def _text_of(html: str) -> str:
    """Return the words of an HTML text and the targets of its links, without white space, which cleaning moves."""
    reader = _Text()
    reader.feed(_repaired(html))
    reader.close()
    return "".join("".join(reader.parts).split())


class _Text(HTMLParser):
    """Collects what a person reads, and where links and pictures lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the target of a link or picture."""
        del tag
        self.parts += [f"<{value}>" for name, value in attrs if name in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.parts.append(data)
