"""The data files of the vocabularies, each read when it is first needed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "data" / "vocab"


@cache
def load(name: str) -> dict[str, Any]:
    """
    Return the content of a file of ``zenodo_action/data/vocab``; not to be changed by the caller.

    The files name their sources under ``about`` and are made by ``scripts/make_vocab.py``.
    """
    content: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content
