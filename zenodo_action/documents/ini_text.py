"""
INI files as Python's ``configparser`` reads them → tree: sections, keys in small letters, and their texts.

Source: docs.python.org, "configparser", "Supported INI File Structure"; setuptools, "Configuring setuptools using
setup.cfg files": a value of indented lines below its key is a list of them.
"""

from __future__ import annotations

import re

from zenodo_action.documents.tree import Node, Text

_LINE = re.compile(r"^(?P<indent>[ \t]*)(?P<text>.*?)[ \t\r]*$", re.MULTILINE)
_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_ENTRY = re.compile(r"(?P<key>[^=:\s][^=:]*?)[ \t]*[=:][ \t]*(?P<value>.*)")


def compose(text: Text) -> Node:
    """
    Return the tree of the text, every value a text or a list of texts.

    What is neither section nor entry is passed over: other programs read this file too, each by rules of its own.
    """
    root = Node("mapping", 0, {})
    section: Node | None = None
    value: Node | None = None
    for line in _LINE.finditer(text.content):
        words = line["text"]
        if not words or words.startswith(("#", ";")):
            continue
        if line["indent"] and value is not None:
            _continue(value, line.start("text"), words)
        elif heading := _SECTION.match(words):
            section, value = (
                _entered(root, heading["name"], line.start("text"), Node("mapping", line.start(), {})),
                None,
            )
        elif section is not None and (entry := _ENTRY.match(words)):
            start = line.start("text")
            value = Node("string", start + entry.start("value"), entry["value"])
            value = _entered(section, entry["key"].lower(), start, value)
    _fill(root)
    return root


def _entered(parent: Node, key: str, start: int, node: Node) -> Node:
    """Return the node of a key; of two equal ones the first stays."""
    parent.key_starts.setdefault(key, start)
    return parent.entries.setdefault(key, node)


def _continue(value: Node, start: int, words: str) -> None:
    """Add a further line to a value: the first of a list where nothing stands beside the key."""
    if not value.data and not value.items:
        value.kind, value.start = "list", start
    if value.kind == "list":
        value.items.append(Node("string", start, words))
    else:
        value.data = f"{value.data}\n{words}"


def _fill(node: Node) -> None:
    """Give lists and mappings the data of their parts."""
    for part in (*node.items, *node.entries.values()):
        _fill(part)
    if node.kind == "list":
        node.data = [part.data for part in node.items]
    elif node.kind == "mapping":
        node.data = {key: part.data for key, part in node.entries.items()}
