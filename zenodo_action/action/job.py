"""One run of the Action: what the runner gave it, and what the commands are given of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from zenodo_action import commands, console
from zenodo_action.action.reporting import Reporter
from zenodo_action.action.tasks import Task
from zenodo_action.checkout.codebase import Codebase
from zenodo_action.errors import OptionPlace, Where
from zenodo_action.github import locks
from zenodo_action.github.actions import Event, inputs
from zenodo_action.github.codebase import RemoteCodebase
from zenodo_action.github.connection import Connection
from zenodo_action.github.supplies import release_supplies
from zenodo_action.options import TABLE, Options
from zenodo_action.servers import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a run has to work with; nothing of it is known of a release yet."""

    environ: Mapping[str, str]
    """The runner's variables."""
    given: Mapping[str, tuple[object, Where]]
    """The inputs, with their places."""
    options: Options
    """What they come to; a release's own file may add to them."""
    event: Event
    github: Connection
    """The repository that the workflow runs for."""
    reporter: Reporter

    @classmethod
    def read(cls, environ: Mapping[str, str], reporter: Reporter) -> Job:
        """
        Return the run that the runner's variables describe.

        Raises:
            OptionError: An input or the event cannot be used.
        """
        names = [option.name for option in TABLE if option.is_input]
        given: dict[str, tuple[object, Where]] = {
            name: (value, OptionPlace(name=f"input {name}")) for name, value in inputs(environ, names).items()
        }
        options = Options.from_sources(given)
        event = Event.read(environ)
        github = Connection(
            options.github_token or "",
            environ.get("GITHUB_API_URL") or "https://api.github.com",
            environ.get("GITHUB_REPOSITORY", ""),
            say=reporter.say,
            is_fork_run=event.is_from_fork,
        )
        return cls(environ=environ, given=given, options=options, event=event, github=github, reporter=reporter)

    @property
    def folder(self) -> Path:
        """The workspace."""
        return Path(self.environ.get("GITHUB_WORKSPACE") or ".")

    @property
    def has_checkout(self) -> bool:
        """Whether the repository is checked out there."""
        return (self.folder / ".git").exists()

    def codebase(self) -> Codebase:
        """Return the repository that is checked out; without one, that on GitHub at the commit of the event."""
        if self.has_checkout:
            return commands.open_checkout(self.folder)
        self.reporter.say("there is no checkout in the workspace: everything is read through GitHub's API")
        server = self.environ.get("GITHUB_SERVER_URL") or "https://github.com"
        return RemoteCodebase(
            self.github,
            web_url=f"{server.rstrip('/')}/{self.github.repository}",
            head=self.event.head or self.environ.get("GITHUB_SHA", ""),
            top=self.folder,
        )

    def surroundings(self, tag: str | None) -> Surroundings:
        """Return what any deposit of the run is given besides; ``tag`` is shown to other runs that wait for it."""
        number = self.environ.get("GITHUB_RUN_ATTEMPT", "")
        attempt = int(number) if number.isdecimal() else 1
        holder = locks.Holder(run=self.environ.get("GITHUB_RUN_ID", ""), attempt=attempt, tag=tag)
        github, say = self.github, self.reporter.say
        return Surroundings(
            say=say,
            progress=console.progress,
            lock=lambda server, patience: locks.hold(github, holder, server=server, patience=patience, say=say),
            has_begun=attempt > 1,
        )

    def with_supplies(
        self, surroundings: Surroundings, task: Task, codebase: Codebase, options: Options
    ) -> Surroundings:
        """Return them with what a release on GitHub adds: its assets, and the check that its tag is the one here."""
        supplies = release_supplies(
            self.github,
            codebase,
            options,
            tag=task.release.tag,
            release=task.on_github,
            say=self.reporter.say,
        )
        return replace(surroundings, supplies=supplies)
