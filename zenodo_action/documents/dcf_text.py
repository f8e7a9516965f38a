"""
Debian control format, as the ``DESCRIPTION`` of R packages has it → tree: fields and their texts.

Source: "Writing R Extensions", 1.1.1 "The DESCRIPTION file".
"""

from __future__ import annotations

import re

from zenodo_action.documents.tree import Node, Text

_FIELD = re.compile(r"^(?P<key>[A-Za-z][\w.@/-]*):[ \t]*(?P<value>.*(?:\n[ \t]+.*)*)", re.MULTILINE)


def compose(text: Text) -> Node | None:
    """
    Return the tree of the text, every value a text with its lines as they are; ``None`` where it holds nothing.

    What is no field is passed over: other files than R's have this name, too.
    """
    content = text.content.replace("\r\n", " \n")
    if not content.strip():
        return None
    node = Node("mapping", 0, {})
    for match in _FIELD.finditer(content):
        key, value = match["key"], Node("string", match.start("value"), match["value"].strip())
        if key not in node.entries:
            node.entries[key], node.key_starts[key], node.data[key] = value, match.start("key"), value.data
    return node
