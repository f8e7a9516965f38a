"""Titles, descriptions, keywords and references: what every format says in words."""

from __future__ import annotations

import re

from zenodo_action import vocab
from zenodo_action.model import TypedText
from zenodo_action.sources.reading import Value, did_you_mean, shown

MIN_LENGTH = 3
"""Characters of a title or description. Source: zenodo-rdm's answer "Shorter than minimum length 3."."""

DESCRIPTION_TYPES = (
    "abstract",
    "methods",
    "series-information",
    "table-of-contents",
    "technical-info",
    "notes",
    "other",
)
"""Source: InvenioRDM, vocabulary ``description_types.yaml``; ``notes`` is Zenodo's own."""

TITLE_TYPES = ("alternative-title", "subtitle", "translated-title", "other")
"""Source: InvenioRDM, vocabulary ``title_types.yaml``."""

_TWO_LETTERS = 2

TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read_title(value: Value) -> str | None:
    """Return the title on one line; the server takes none below three characters and drops HTML from it."""
    title = value.line()
    if title is None:
        return None
    if TAG.search(title):
        value.warn(
            code="html-stripped",
            what=f"HTML has no place in a title: {shown(title)}",
            fix="write the title as plain text",
        )
        title = " ".join(TAG.sub("", title).split())
    if len(title) < MIN_LENGTH:
        value.error(
            code="title-short",
            what=f"the title {shown(title)} has fewer than {MIN_LENGTH} characters",
            fix="write what the work is called, and a few words on what it does",
        )
        return None
    return title


def read_rich_text(value: Value) -> str | None:
    """
    Return a description as the HTML that the server keeps.

    Plain text becomes paragraphs, for the server joins its lines; Markdown is rendered, for the server shows it raw.
    """
    text = value.blocks()
    if text is None:
        return None
    if len(text) < MIN_LENGTH:
        value.warn(
            code="description-short",
            what=f"{value.label} has fewer than {MIN_LENGTH} characters; the server drops it, so it is left out",
            fix="write a sentence",
        )
        return None
    if vocab.looks_like_markdown(text):
        value.warn(
            code="description-markdown",
            what=f"{value.label} is Markdown, which the server would show raw; it is rendered to HTML",
            fix="write HTML to have it exactly as you want; otherwise this is fine as it is",
        )
        return vocab.markdown(text)
    problems = vocab.html_problems(text)
    if problems:
        value.warn(
            code="html-stripped",
            what=f"the server changes the HTML of {value.label}: {'; '.join(problems)}",
            fix=f"use only these tags: {', '.join(sorted(vocab.allowed_html_tags()))}",
        )
    return vocab.paragraphs(text)


def read_titles(root: Value) -> tuple[TypedText, ...]:
    """Return the further titles."""
    return read_typed_texts(root.get("additional_titles"), "title", TITLE_TYPES)


def read_typed_texts(value: Value | None, key: str, types: tuple[str, ...]) -> tuple[TypedText, ...]:
    """Return further titles or descriptions in the native shape ``{key: text, type, lang}``."""
    if value is None:
        return ()
    texts = []
    for item in value.items():
        if not item.is_mapping:
            item.error(
                code="value-kind-wrong",
                what=f"{item.label} is {item.kind} where a mapping belongs",
                fix=f"write {{{key}: …, type: …}}",
            )
            continue
        item.check_keys((key, "type", "lang"))
        first = item.get(key)
        read = read_rich_text if key == "description" else read_title
        text = read(first) if first is not None else None
        kind = read_term(item.get("type"), types, code="text-type-unknown")
        if text and kind:
            texts.append(TypedText(text=text, type=kind, language=read_language(item.get("lang"))))
        elif first is None:
            item.error(code="text-missing", what=f"{item.label} has no {key}", fix=f"add {key}:, or remove the entry")
        elif item.get("type") is None:
            item.error(
                code="text-type-missing", what=f"{item.label} has no type", fix=f"add type:, one of: {', '.join(types)}"
            )
    return tuple(texts)


def read_term(value: Value | None, terms: tuple[str, ...], *, code: str) -> str | None:
    """Return the term of a fixed list that a text, or an ``{id}``, names in any case; another one is an error."""
    if value is not None and value.is_mapping:
        value = value.get("id")
    text = value.line() if value is not None else None
    if value is None or text is None:
        return None
    if text.lower() in terms:
        return text.lower()
    value.error(code=code, what=f"{value.label} cannot be {shown(text)}", fix=did_you_mean(text, terms))
    return None


def read_language(value: Value | None) -> str | None:
    """Return the ISO 639-3 id of a language; one that the server does not know is an error."""
    if value is not None and value.is_mapping:
        value = value.get("id")
    text = value.line() if value is not None else None
    if value is None or text is None:
        return None
    found, exact = vocab.language_match(text)
    if found is None:
        # The deposit API drops an unknown code of two letters, and refuses anything longer.
        note = value.warn if len(text) == _TWO_LETTERS else value.error
        note(
            code="language-unknown",
            what=f"{shown(text)} is no language that the server knows",
            fix="write the three letters of ISO 639-3, as eng, deu, fra",
        )
    elif not exact:
        value.warn(code="language-mended", what=f"the language {shown(text)} is taken as {found}", fix=f"write {found}")
    return found


def read_keywords(value: Value) -> tuple[str, ...]:
    """Return the keywords, each once; a single text is split at commas, where the server would take it letter by letter."""
    if not value.is_list:
        text = value.text()
        if text is None:
            return ()
        words = re.split(r"\s*[,;\n]\s*", text)
        value.warn(
            code="value-kind-wrong",
            what=f"{value.label} is a text where a list belongs; it is split into {len(words)}",
            fix='write a list: "- …" in YAML, […] in JSON',
        )
        return tuple(dict.fromkeys(word for word in words if word))
    return tuple(dict.fromkeys(word for item in value.items() if (word := item.line())))
