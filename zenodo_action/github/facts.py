"""What GitHub says about a repository and the people who committed to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.github.connection import Connection, is_repository_name

MAX_CONTRIBUTORS = 30
"""As many as Zenodo's own integration names; each costs a request. Source: zenodo-rdm, ``github/release.py``."""


def read_facts(github: Connection, wanted: Collection[str], notes: str | None = None) -> PlatformFacts:
    """
    Return what GitHub says about the repository and who committed to it, by as few requests as will do.

    Args:
        github: The repository.
        wanted: Fields of the record that GitHub is asked for; people only where ``creators`` is among them.
        notes: The release notes that go with it, without the DOI block; they are all there is to ``description``.
    """
    has_notes = bool(notes and notes.strip())
    if set(wanted) <= ({"description"} if has_notes else set()):
        return PlatformFacts(notes=notes)
    about = github.accepted(github.call("GET", ""), "read the repository", level="read").object
    licence = (about.get("license") or {}).get("spdx_id")
    owner = about.get("owner") or {}
    return PlatformFacts(
        description=about.get("description"),
        licence=None if licence == "NOASSERTION" else licence,
        topics=tuple(about.get("topics") or ()),
        owner=_account(owner) if owner.get("login") else None,
        contributors=tuple(_contributors(github)) if "creators" in wanted else (),
        notes=notes,
    )


def former_address(github: Connection, name: str) -> str | None:
    """
    Return the web address that the repository had under another name, ``None`` where it was never called so.

    GitHub redirects a former name until somebody else takes it.
    """
    if not is_repository_name(name):
        return None
    reply = github.ask("GET", f"/repos/{name}")
    if reply.status != 200 or not isinstance(reply.data, dict):  # noqa: PLR2004
        return None
    now, address = str(reply.data.get("full_name")), str(reply.data.get("html_url"))
    if now.lower() != github.repository.lower() or not address.endswith(now):
        return None
    return address.removesuffix(now) + name


def _contributors(github: Connection) -> list[Account]:
    """Return the people with the most commits, as Zenodo's own integration does; programs are left out."""
    reply = github.call("GET", f"/contributors?per_page={MAX_CONTRIBUTORS}")
    if reply.status in (204, 403):  # an empty repository; a history too large to count
        return []
    listed = github.accepted(reply, "read the contributors", level="read").data
    people = [each for each in listed if each.get("type") == "User"] if isinstance(listed, list) else []
    return [_person(github, each["login"]) for each in people if each.get("login")]


def _person(github: Connection, login: str) -> Account:
    """Return an account with the name it shows; the login alone where GitHub does not tell."""
    reply = github.ask("GET", f"/users/{quote(login, safe='')}")
    return _account(reply.data) if reply.status == 200 and isinstance(reply.data, dict) else Account(login=login)  # noqa: PLR2004


def _account(data: Mapping[str, Any]) -> Account:
    """Return an account as GitHub describes it."""
    is_organisation = data.get("type") == "Organization"
    return Account(
        login=data["login"], name=data.get("name"), company=data.get("company"), is_organisation=is_organisation
    )
