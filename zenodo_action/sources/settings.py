"""The ``deposit:`` block of ``.zenodo.yml``: settings that a file of the repository may make."""

from __future__ import annotations

from collections.abc import Mapping

from zenodo_action import vocab
from zenodo_action.errors import Where
from zenodo_action.option import Option, leaves_workspace
from zenodo_action.options import BY_NAME, TABLE
from zenodo_action.sources.reading import Value, did_you_mean, shown

KEY = "deposit"

SETTINGS: Mapping[str, Option] = {option.name: option for option in TABLE if option.is_setting}
"""The rows of the option table that a file of the repository may set."""

_NEVER = ("server", "api", "url", "sandbox", "token", "zenodo-token", "zenodo_token", "github-token", "github_token")
"""What would let a file of the repository choose where the token goes."""


def read_settings(root: Value) -> dict[str, tuple[object, Where]]:
    """
    Return the settings that are right, by the option's name; what is wrong with the others is noted.

    Texts and choices come as ``str``, flags as ``bool``, lists as ``tuple[str, ...]``.
    """
    block = root.get(KEY)
    if block is None:
        return {}
    if not block.is_mapping:
        block.error(
            code="value-kind-wrong",
            what=f"deposit is {block.kind} where a mapping belongs",
            fix="write deposit: {record: …}",
        )
        return {}
    settings: dict[str, tuple[object, Where]] = {}
    for key, value in block.entries():
        if key not in SETTINGS:
            _refuse(key, value)
        elif not value.is_empty:
            setting = _read(key, value)
            if setting is not None:
                settings[key] = (setting, value.place)
    return settings


def _read(key: str, value: Value) -> object:
    """Return one setting's value, ``None`` where it cannot be used."""
    kind, choices = SETTINGS[key].kind, SETTINGS[key].choices
    if kind in ("list", "paths"):
        return _read_list(key, value)
    text = value.text()
    if text is None:
        return None
    if kind == "flag":
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        value.error(code="setting-wrong", what=f"deposit.{key} cannot be {shown(text)}", fix="write true or false")
        return None
    if kind == "choice" and text not in choices:
        value.error(
            code="setting-wrong", what=f"deposit.{key} cannot be {shown(text)}", fix=did_you_mean(text, choices)
        )
        return None
    return text


def _read_list(key: str, value: Value) -> tuple[str, ...]:
    texts = []
    for item in value.items(may_be_single=True):
        text = item.line()
        if text and SETTINGS[key].kind == "paths" and leaves_workspace(text):
            item.error(
                code="setting-wrong",
                what=f"deposit.{key} reaches out of the repository, or into .git: {shown(text)}",
                fix="give a path from the top of the repository, as results/*.csv",
            )
        elif text:
            texts.append(text)
    return tuple(texts)


def _refuse(key: str, value: Value) -> None:
    """Note why a key of the block cannot be used."""
    if key.lower() in _NEVER:
        what = f"deposit.{key}: a file of the repository must not choose the server or what happens with tokens"
        fix = "remove it; name the server in the workflow (with: server: …) or on the command line (--server …)"
    elif key.replace("_", "-") in BY_NAME:
        what = f"deposit.{key} cannot be set by a file of the repository"
        fix = f"remove it; give {key.replace('_', '-')} in the workflow or on the command line"
    else:
        nearest = vocab.suggest(key, SETTINGS)
        what = f"deposit.{key} is no setting"
        fix = (f'did you mean "{nearest}"? ' if nearest else "") + f"There are: {', '.join(SETTINGS)}"
    value.error_key(code="setting-unknown", what=what, fix=fix)
