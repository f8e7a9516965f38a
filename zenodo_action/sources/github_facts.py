"""What GitHub says about a repository and its release, for what no file names."""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.model import Affiliation, Creator, Harvest
from zenodo_action.sources.licences import rights_of

SOURCE = "GitHub"

_MIN_DESCRIPTION = 3
"""Characters. Source: zenodo-rdm's answer "Shorter than minimum length 3."."""

_MAX_NAMED = 5
"""People that a message names."""


def from_github(facts: PlatformFacts) -> Harvest:
    """
    Return what GitHub's facts say: release notes or description, licence, topics, and who committed.

    People are named by their accounts, so that is a warning wherever it is what the record gets.
    """
    fields: dict[str, object] = {}
    about: dict[str, tuple[Finding, ...]] = {}
    description = _description(facts)
    if description:
        fields["description"] = description
    rights = rights_of(vocab.license(facts.licence)) if facts.licence else ()
    if rights:
        fields["rights"] = rights
    if facts.topics:
        fields["keywords"] = tuple(dict.fromkeys(facts.topics))
    people = [each for each in facts.contributors if not each.login.endswith("[bot]")]
    accounts = people or ([facts.owner] if facts.owner is not None else [])
    if accounts:
        creators = tuple(dict.fromkeys(_creator(account) for account in accounts))
        fields["creators"] = creators
        about["creators"] = (_named_by_github(creators, is_owner=not people),)
    return Harvest(source=SOURCE, fields=fields, field_findings=about)


def _description(facts: PlatformFacts) -> str | None:
    """Return the release notes as HTML, else the repository's description."""
    notes = (facts.notes or "").strip()
    if len(notes) >= _MIN_DESCRIPTION:
        return vocab.markdown(notes)
    text = (facts.description or "").strip()
    return vocab.paragraphs(text) if len(text) >= _MIN_DESCRIPTION else None


def _creator(account: Account) -> Creator:
    """Return a creator by the name that an account shows, else by its login."""
    name = " ".join((account.name or "").split())
    if account.is_organisation:
        return Creator(kind="organizational", name=name or account.login)
    company = " ".join((account.company or "").removeprefix("@").split())
    affiliations = (Affiliation(name=company),) if company else ()
    if not name or "@" in name:
        return Creator(family_name=account.login, affiliations=affiliations)
    parts = vocab.split_name(name)
    return Creator(family_name=parts.family, given_name=parts.given, affiliations=affiliations)


def _named_by_github(creators: tuple[Creator, ...], *, is_owner: bool) -> Finding:
    names = [creator.display_name for creator in creators[:_MAX_NAMED]]
    listed = "; ".join(names) + (f" and {len(creators) - len(names)} more" if len(creators) > len(names) else "")
    who = "the owner of the repository" if is_owner else "who committed to the repository"
    return Finding(
        level="warning",
        code="creators-from-github",
        what=f"no file names a creator; {who} on GitHub is taken: {listed}",
        fix="add creators: to .zenodo.yml, or authors: to CITATION.cff",
    )
