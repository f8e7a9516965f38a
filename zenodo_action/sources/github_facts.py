"""What GitHub says about a repository and its release, for what no file names."""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.errors import Finding
from zenodo_action.facts import Account, PlatformFacts
from zenodo_action.model import Affiliation, Creator, Harvest
from zenodo_action.sources.licences import rights_of

SOURCE = "GitHub"
"""What GitHub says about the repository: it gives way to what the version before has on the server."""
RELEASE = "GitHub release"
"""What was written for this very release."""
FIELDS = ("creators", "description", "rights", "keywords")
"""The fields that GitHub may have something for."""
FROM_GITHUB = ("creators-from-github", "description-from-github", "licence-from-github", "keywords-from-github")
"""Codes of the findings about what ``SOURCE`` gives."""

_MIN_DESCRIPTION = 3
"""Characters. Source: zenodo-rdm's answer "Shorter than minimum length 3."."""

_MAX_NAMED = 5
"""People and topics that a message names."""


def from_github(facts: PlatformFacts) -> tuple[Harvest, ...]:
    """
    Return what GitHub says, the stronger part first: the release notes; then description, licence, topics, people.

    Whatever a record gets from here has a finding that says so. People are named by their accounts, so that is a
    warning.
    """
    fields: dict[str, object] = {}
    about: dict[str, tuple[Finding, ...]] = {}
    text = (facts.description or "").strip()
    if len(text) >= _MIN_DESCRIPTION:
        fields["description"] = vocab.paragraphs(text)
        about["description"] = (
            _taken("description-from-github", "has a description; that of the repository on GitHub", "description"),
        )
    rights = rights_of(vocab.license(facts.licence)) if facts.licence else ()
    if rights:
        fields["rights"] = rights
        about["rights"] = (
            _taken("licence-from-github", f"names a licence; {facts.licence}, which GitHub recognises,", "license"),
        )
    topics = tuple(dict.fromkeys(facts.topics))
    if topics:
        fields["keywords"] = topics
        named = ", ".join(topics[:_MAX_NAMED]) + (" …" if len(topics) > _MAX_NAMED else "")
        about["keywords"] = (
            _taken("keywords-from-github", f"has keywords; the topics on GitHub ({named})", "keywords", is_one=False),
        )
    people = [each for each in facts.contributors if not each.login.endswith("[bot]")]
    accounts = people or ([facts.owner] if facts.owner is not None else [])
    if accounts:
        creators = tuple(dict.fromkeys(_creator(account) for account in accounts))
        fields["creators"] = creators
        about["creators"] = (_named_by_github(creators, is_owner=not people),)
    return (*_from_release(facts.notes), Harvest(source=SOURCE, fields=fields, field_findings=about))


def _from_release(notes: str | None) -> tuple[Harvest, ...]:
    """Return the release notes as HTML, where there are any."""
    notes = (notes or "").strip()
    html = vocab.markdown(notes) if len(notes) >= _MIN_DESCRIPTION else ""
    if not html:
        return ()
    finding = _taken("description-from-release", "has a description; the release notes", "description", is_one=False)
    return (Harvest(source=RELEASE, fields={"description": html}, field_findings={"description": (finding,)}),)


def _taken(code: str, what: str, key: str, *, is_one: bool = True) -> Finding:
    """Return the hint that a value comes from GitHub."""
    return Finding(
        level="hint",
        code=code,
        what=f"no file {what} {'is' if is_one else 'are'} taken",
        fix=f"write {key}: into .zenodo.yml, if it should be another",
    )


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
