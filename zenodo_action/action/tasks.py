"""What an event asks for: which command, for which release, and the good reasons to do nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zenodo_action import commands, policy, sources
from zenodo_action.checkout import Checkout
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import GitHubError, OptionError, OptionPlace, RequestPlace
from zenodo_action.github.actions import Event
from zenodo_action.github.block import remove_blocks
from zenodo_action.github.connection import Connection
from zenodo_action.github.facts import read_facts
from zenodo_action.github.releases import Release, all_releases, release_by_id, release_by_tag
from zenodo_action.model import Harvest
from zenodo_action.options import Options

_DEPOSITED = ("published", "released")
"""Actions of a ``release`` event that deposit; a promoted prerelease sends the second.
Source: docs.github.com, "Events that trigger workflows", "release"."""
_TAGS = "refs/tags/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the event asks for."""

    command: Literal["deposit", "preview", "validate", "reserve"]
    release: commands.Release
    on_github: Release | None = None
    """GitHub's release, read afresh; ``None`` for a tag without one, and for pull requests."""

    @property
    def is_prerelease(self) -> bool:
        """Whether GitHub marks it as one."""
        return self.on_github is not None and self.on_github.is_prerelease

    def of(self, event: Event) -> Task:
        """Return the task with what the event tells of the repository as a whole."""
        return replace(self, release=replace(self.release, is_private=event.is_private))


class SkipError(Exception):
    """Leaves early; the text says why."""


def task_of(event: Event, options: Options, github: Connection) -> Task:
    """
    Return what an event asks for.

    A pull request never writes, whatever ``command`` says.
    """
    if options.command == "validate":
        return Task(command="validate", release=commands.Release(tag=None))
    if event.is_pull_request:
        return Task(command="preview", release=commands.Release(tag=None, ask=_facts(github, None)))
    if options.command == "reserve":
        return Task(
            command="reserve", release=commands.Release(tag=_wanted_tag(event, options), ask=_facts(github, None))
        )
    on_github: Release | None
    if event.name == "release" and options.tag is None:
        if event.action not in _DEPOSITED:
            what = event.action or "neither published nor released"
            raise SkipError(f"the release was {what}, which changes nothing that is deposited")
        on_github = _fresh_release(event.release, github)
    else:
        on_github = release_by_tag(github, _wanted_tag(event, options))
    command: Literal["deposit", "preview"] = "preview" if options.command == "preview" else "deposit"
    if on_github is None:
        ask = _facts(github, None)
        return Task(command=command, release=commands.Release(tag=_wanted_tag(event, options), ask=ask))
    return _task(command, on_github, github)


def tasks_of_all(options: Options, github: Connection, checkout: Codebase) -> tuple[Task, ...]:
    """
    Return a task for every release; where the repository has none, for every tag of the checkout.

    Raises:
        OptionError: It has no releases, and no checkout tells which tags there are.
    """
    command: Literal["deposit", "preview"] = "preview" if options.command == "preview" else "deposit"
    releases = [each for each in all_releases(github) if not each.is_draft]
    if releases:
        return tuple(_task(command, each, github) for each in releases)
    if not isinstance(checkout, Checkout):
        raise OptionError(
            f"{github.repository} has no releases on GitHub, and without a checkout its tags are not seen",
            where=options.place("all"),
            fix="check the repository out with all its tags:\n\n    - uses: actions/checkout@v6\n      with:\n"
            "        fetch-depth: 0",
        )
    ask = _facts(github, None)
    return tuple(Task(command=command, release=commands.Release(tag=tag.name, ask=ask)) for tag in checkout.tags())


def _task(command: Literal["deposit", "preview"], on_github: Release, github: Connection) -> Task:
    """Return what there is to do for a release."""
    day = (on_github.published_at or "")[:10] or None
    release = commands.Release(tag=on_github.tag, released_on=day, ask=_facts(github, on_github))
    return Task(command=command, release=release, on_github=on_github)


def _facts(github: Connection, release: Release | None) -> Callable[[Collection[str]], Sequence[Harvest]]:
    """Return what tells GitHub's part of the metadata, where it is needed; the DOI block is no part of the notes."""
    notes = remove_blocks(release.body or "") if release is not None else None
    return lambda wanted: sources.from_github(read_facts(github, wanted, notes))


def _wanted_tag(event: Event, options: Options) -> str:
    """Return the tag of the input, the event or the push; a workflow may well give it as ``github.ref`` has it."""
    if options.tag is not None:
        return options.tag.removeprefix(_TAGS)
    if event.is_deletion:
        raise SkipError(f"{event.ref_name} was deleted; what is deposited stays")
    tag = event.tag
    if tag is not None:
        return tag.removeprefix(_TAGS)
    if event.name == "push":
        raise SkipError(f"{event.ref_name or 'what was pushed'} is no tag")
    raise OptionError(
        f"the event {event.name} names no tag",
        where=OptionPlace(name="input tag"),
        fix="say which release to deposit:\n\n    with:\n      tag: v1.2.0",
    )


def _fresh_release(release: Release, github: Connection) -> Release:
    """Return the release as it is now; the event tells how it was when it was sent."""
    if release.is_draft:
        raise SkipError("the release is a draft; it is deposited once it is published")
    now = release_by_id(github, release.id)
    if now is None:
        raise GitHubError(
            f"the release of {release.tag} does not exist any more; nothing was deposited",
            where=RequestPlace(method="GET", url=github.url(f"/releases/{release.id}"), status=404),
            fix="if it was made anew, its own run deposits it; else start this one by hand with the input tag",
        )
    if now.is_draft:
        raise SkipError("the release was turned back into a draft; it is deposited once it is published")
    return now


def check_policy(task: Task, options: Options) -> None:
    """Leave where the tag, or the kind of release, is one that is not deposited."""
    reason = policy.refusal(task.release.tag or "", options, is_prerelease=task.is_prerelease)
    if reason is not None:
        raise SkipError(reason)
