"""What every format says about people and organisations in the same way: identifiers, affiliations, guessed names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from zenodo_action import vocab
from zenodo_action.model import Affiliation, Creator, Identifier
from zenodo_action.sources.reading import Value, shown
from zenodo_action.sources.texts import TAG

_MAX_NAMED = 5
"""Guessed names that a finding spells out; the rest is counted."""

_AFFILIATION_KEYS = ("name", "ror", "id")

_EMAIL = re.compile(r"[<(\[]?\s*[^\s<>()@]+@[^\s<>()@]+\.[^\s<>()@]+\s*[>)\]]?")


@dataclass(slots=True)
class Guesses:
    """Names of one list whose parts had to be guessed: one finding for all, since lists of 200 authors are common."""

    fix: str
    guesses: list[tuple[Value, str]] = field(default_factory=list)

    def add(self, value: Value, text: str) -> None:
        """Note a guess, as ``"Jane Doe" as "Doe, Jane"``."""
        self.guesses.append((value, text))

    def report(self) -> None:
        """Make the finding, if there is anything to tell."""
        if not self.guesses:
            return
        texts = [text for _, text in self.guesses[:_MAX_NAMED]]
        if len(self.guesses) > _MAX_NAMED:
            texts.append(f"and {len(self.guesses) - _MAX_NAMED} more")
        one = "a name is not given in parts, so it is guessed"
        many = f"{len(self.guesses)} names are not given in parts, so they are guessed"
        self.guesses[0][0].warn(
            code="name-guessed",
            what=f"{one if len(self.guesses) == 1 else many}: {', '.join(texts)}",
            fix=self.fix,
        )


def read_name(value: Value | None) -> str | None:
    """Return a name on one line, without an e-mail address (a record is public for good) and without HTML."""
    name = value.line() if value is not None else None
    if value is None or name is None:
        return name
    name = _without_email(name, value) if "@" in name else name
    if not TAG.search(name):
        return name or None
    value.warn(
        code="html-stripped",
        what=f"HTML has no place in a name: {shown(name)}",
        fix="write the name as plain text",
    )
    return " ".join(TAG.sub("", name).split()) or None


def _without_email(name: str, value: Value) -> str:
    bare = " ".join(_EMAIL.sub(" ", name).split()).strip(" ,;")
    if bare != name:
        value.warn(
            code="email-left-out",
            what=f"{value.label} holds an e-mail address, which is left out",
            fix="write the name alone",
        )
    return bare


def split(name: str, value: Value, guesses: Guesses, *, is_person: bool = False) -> Creator:
    """
    Return the creator that a name in one piece means, and note what is not sure of it.

    Args:
        name: The name.
        value: Where it stands.
        guesses: Takes the note.
        is_person: Whether it is certainly that of a person.
    """
    if not is_person and vocab.looks_like_organisation(name):
        guesses.add(value, f"{shown(name)} as an organisation")
        return Creator(kind="organizational", name=name)
    parts = vocab.split_name(name)
    creator = Creator(family_name=parts.family, given_name=parts.given)
    if not parts.sure and parts.given:
        guesses.add(value, f"{shown(name)} as {shown(creator.display_name)}")
    elif not parts.sure and " " in name:
        guesses.add(value, f"{shown(name)} as a whole")
    return creator


def read_orcid(item: Value, who: str, *, is_strict: bool = True) -> tuple[Identifier, ...]:
    """Return the ORCID iD of a person; a wrong one is left out, and an error, since publishing would fail on it."""
    value = item.get("orcid")
    text = value.text() if value is not None else None
    if value is None or text is None:
        return ()
    orcid = vocab.orcid(text)
    if orcid is None:
        problem = vocab.orcid_problem(text) or "is none"
        note = value.error if is_strict else value.warn
        note(
            code="orcid-invalid",
            what=f"the ORCID iD of {who} {problem}",
            fix="look it up at https://orcid.org, or remove it",
        )
        return ()
    return (Identifier(scheme="orcid", identifier=orcid),)


def read_identifier(
    item: Value, scheme: str, convert: Callable[[str], str | None], who: str, *, code: str
) -> tuple[Identifier, ...]:
    """Return the identifier that stands under the scheme's name; a wrong one is an error with the code."""
    value = item.get(scheme)
    text = value.text() if value is not None else None
    if value is None or text is None:
        return ()
    identifier = convert(text)
    if identifier is None:
        name = scheme.upper()
        what = f"{shown(text)} of {who} is no {name} id"
        value.error(code=code, what=what, fix=f"look up the {name} id, or remove it")
        return ()
    return (Identifier(scheme=scheme, identifier=identifier),)


def read_affiliations(value: Value | None) -> tuple[Affiliation, ...]:
    """Return the affiliations that a text, a ``{name, ror}``, or a list of them gives, each once."""
    if value is None:
        return ()
    found: dict[str | Affiliation, Affiliation] = {}
    for item in value.items(may_be_single=True):
        affiliation = _affiliation(item)
        if affiliation is None:
            continue
        first = found.setdefault(affiliation.ror or affiliation, affiliation)
        if first != affiliation:
            item.warn(
                code="identifier-duplicate",
                what=f"{item.label} has the ROR id of {shown(first.name or first.ror or '')}; it is stored once",
                fix="remove one of the two, or correct the ROR id",
            )
    return tuple(found.values())


def _affiliation(item: Value) -> Affiliation | None:
    if not item.is_mapping:
        text = item.line()
        ror = vocab.ror(text) if text and "ror.org/" in text.lower() else None
        return Affiliation(ror=ror) if ror else Affiliation(name=text) if text else None
    item.check_keys(_AFFILIATION_KEYS)
    value = item.pick("ror", "id")
    text = value.text() if value is not None else None
    ror = vocab.ror(text) if text else None
    if value is not None and text and ror is None:
        value.error(
            code="ror-invalid",
            what=f"{shown(text)} is no ROR id",
            fix="look up the institution at https://ror.org, or remove the id",
        )
    name = item.text_of("name")
    return Affiliation(name=name, ror=ror) if name or ror else None
