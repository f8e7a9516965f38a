"""
The lock that keeps runs on different machines apart: a reference on GitHub, ``refs/zenodo-deposit/SERVER``.

One for each server, not for each tag: two tags of one repository meet in one record, which has one draft of a next
version, and at first has no record yet that they could meet in.

Creating a reference is atomic: of two runs one is told that it exists. The reference names a commit of its own that
tells who holds the lock and, by GitHub's clock, since when. A lock whose run has ended was left over; it is moved forward to a commit that
descends from it, never by force: of two runs that try, GitHub refuses the second, whose commit does not descend from
the first's. Only the removal at the end has no condition, so the reference is read right before it.

Sources: docs.github.com, REST API, "Git references" (creation, update without ``force``), "Git commits", "Git trees",
"Workflow runs" ("Anyone with read access to the repository can use this endpoint").
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from zenodo_action.errors import ConflictError, GitHubError, GitHubUnavailableError
from zenodo_action.github.connection import Connection
from zenodo_action.github.reply import Reply
from zenodo_action.patience import Patience

NAMESPACE = "zenodo-deposit"
LIFE_S = 6 * 3600
"""When a lock is taken for left over in any case. Source: docs.github.com, "Actions limits": a job on GitHub's machines runs for
six hours at most."""
LOOK_EVERY_S = 10.0
"""Pause between looks at a lock that another run holds."""
MAX_VANISHED = 3
"""How often a reference may be in the way and then not be there, before it is believed to be another refusal."""
NOTE = "This is no code: while this reference exists, a run of zenodo-deposit is at work.\n"
CONCURRENCY_HINT = "a concurrency group in the workflow keeps runs apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock."""

    run: str
    """``GITHUB_RUN_ID``."""
    attempt: int
    """``GITHUB_RUN_ATTEMPT``, from 1."""
    tag: str | None = None

    def __str__(self) -> str:
        return f"run {self.run}" + (f", which deposits {self.tag}" if self.tag else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A lock as it was found."""

    commit: str
    holder: Holder | None
    """``None`` where the commit does not tell."""
    age_s: float
    reply: Reply


def reference(server: str) -> str:
    """
    Return the name of a server's lock, below ``refs/``.

    >>> reference("https://zenodo.org/api"), reference("https://rdm.example.org:8443/api")
    ('zenodo-deposit/zenodo-org', 'zenodo-deposit/rdm-example-org-8443')
    """
    host = re.sub(r"^https?://|/api$", "", server)
    return f"{NAMESPACE}/{re.sub(r'[^A-Za-z0-9]+', '-', host).strip('-').lower()}"


@contextlib.contextmanager
def hold(
    github: Connection, holder: Holder, *, server: str, patience: Patience, say: Callable[[str], None]
) -> Iterator[None]:
    """
    Keep other runs of the repository out while the block runs; without the permission, say so and keep nobody out.

    Args:
        github: The repository on GitHub.
        holder: This run.
        server: Where it deposits, as ``https://zenodo.org/api``.
        patience: How long to wait for another run to end.
        say: Told in a line that there is one.

    Raises:
        ConflictError: Another run is still at work.
        GitHubError: GitHub cannot be asked.
    """
    lock = _Lock(github, holder, reference(server), patience, say)
    commit = lock.take()
    try:
        yield
    finally:
        if commit is not None:
            lock.give_back(commit)


class _Lock:
    """One reference, on behalf of one run."""

    def __init__(
        self, github: Connection, holder: Holder, name: str, patience: Patience, say: Callable[[str], None]
    ) -> None:
        self._github = github
        self._holder = holder
        self._name = name
        self._patience = patience
        self._say = say
        self._tree: str | None = None

    def take(self) -> str | None:
        """Return the commit by which the lock is held; ``None`` where GitHub lets nobody hold one."""
        try:
            return self._take(self._commit())
        except _NoLockError as refused:
            why = "the token may not write" if refused.reply.status in (403, 404) else refused.reply.message
            self._say(f"no lock is taken on GitHub ({why or refused.reply.status}); {CONCURRENCY_HINT}")
            return None

    def give_back(self, commit: str) -> None:
        """Remove the reference if it is still ours; whatever fails here is no failure of the run."""
        try:
            for _ in range(2):  # once more where an answer was lost
                reply = self._github.call("GET", f"/git/ref/{self._name}")
                if _commit_of(reply) != commit:
                    return
                with contextlib.suppress(GitHubUnavailableError):
                    self._github.accepted(
                        self._github.call("DELETE", f"/git/refs/{self._name}"), "remove the lock", level="write"
                    )
                    return
        except GitHubError as error:
            self._say(f"the lock refs/{self._name} is left over, and taken over when it is in the way: {error.what}")

    def _take(self, commit: str) -> str:
        is_told = False
        vanished = 0
        while True:
            reply = self._call("POST", "/git/refs", {"ref": f"refs/{self._name}", "sha": commit})
            if reply.status == 201:  # noqa: PLR2004 - HTTP
                return commit
            held = self._look()
            if held is None:  # the other run has just ended, or something else is the matter
                vanished += 1
                if vanished == MAX_VANISHED:
                    raise _NoLockError(reply)
                continue
            if held.commit == commit:
                return commit  # the first answer was lost
            if self._is_left_over(held):
                heir = self._commit(parents=[held.commit])
                moved = self._call("PATCH", f"/git/refs/{self._name}", {"sha": heir, "force": False})
                if moved.status == 200:  # noqa: PLR2004 - HTTP
                    self._say(
                        f"the lock refs/{self._name}, left over by {held.holder or 'an earlier run'}, is taken over"
                    )
                    return heir
            elif not is_told:
                self._say(f"{self._told(held)}; waiting for it to end")
                is_told = True
            self._wait(held)

    def _wait(self, held: _Held) -> None:
        """Wait a while, if there is time for it."""
        if self._patience.left_s < LOOK_EVERY_S:
            raise ConflictError(
                f"{self._told(held)}, and did not end in time",
                where=held.reply.place,
                fix="wait for it to end, then run again. A run that died leaves its lock behind: it is taken over once "
                f"GitHub tells this token that it has ended (permission actions: read), and after {LIFE_S // 3600} hours. "
                "This removes it:\n"
                f"git push --delete origin refs/{self._name}",
            )
        self._patience.pause(LOOK_EVERY_S)

    def _told(self, held: _Held) -> str:
        return f"another run is depositing from this repository ({held.holder or held.commit[:12]})"

    def _is_left_over(self, held: _Held) -> bool:
        """Whether nobody is behind a lock any more: its run has ended, or is older than a job can get."""
        return held.age_s > LIFE_S or (held.holder is not None and self._has_ended(held.holder))

    def _has_ended(self, other: Holder) -> bool:
        """Whether a run is known to be over: a later attempt of it follows, or GitHub lets us see that it is completed."""
        if other.run == self._holder.run:
            return other.attempt < self._holder.attempt
        if not re.fullmatch(r"[0-9]{1,20}", other.run):
            return False
        reply = self._github.call("GET", f"/actions/runs/{other.run}")
        data = reply.data if reply.status == 200 and isinstance(reply.data, dict) else {}  # noqa: PLR2004 - HTTP
        attempt = data.get("run_attempt")
        return data.get("status") == "completed" or (isinstance(attempt, int) and attempt > other.attempt)

    def _look(self) -> _Held | None:
        """Return the lock as it is, ``None`` where there is none."""
        reply = self._github.call("GET", f"/git/ref/{self._name}")
        commit = _commit_of(reply)
        if commit is None:
            return None
        about = self._github.accepted(self._github.call("GET", f"/git/commits/{commit}"), "read the lock", level="read")
        data = about.data if isinstance(about.data, dict) else {}
        committer = data.get("committer")
        since = _seconds(committer.get("date") if isinstance(committer, Mapping) else None)
        age_s = about.now_s - since if since is not None else 0.0
        return _Held(commit=commit, holder=_holder(data.get("message")), age_s=age_s, reply=reply)

    def _commit(self, parents: Sequence[str] = ()) -> str:
        """Return a new commit that names this run; GitHub dates it by its own clock."""
        if self._tree is None:
            # A tree of its own: one with workflows in it would need a permission to write workflows.
            entry = {"path": "README", "mode": "100644", "type": "blob", "content": NOTE}
            self._tree = self._made("/git/trees", {"tree": [entry]})
        message = f"Lock of zenodo-deposit: {self._holder}\n\n{json.dumps(asdict(self._holder))}"
        return self._made("/git/commits", {"message": message, "tree": self._tree, "parents": list(parents)})

    def _made(self, path: str, payload: Mapping[str, object]) -> str:
        """Return the digits of an object that was made."""
        reply = self._call("POST", path, payload)
        sha = reply.data.get("sha") if isinstance(reply.data, dict) else None
        if reply.status != 201 or not isinstance(sha, str):  # noqa: PLR2004 - HTTP
            raise _NoLockError(reply)
        return sha

    def _call(self, method: str, path: str, payload: Mapping[str, object]) -> Reply:
        """Send what may be sent twice without harm."""
        reply = self._github.call(method, path, payload, is_repeatable=True)
        if reply.status in (403, 404):
            raise _NoLockError(reply)
        return reply


class _NoLockError(Exception):
    """GitHub does not let this run hold a lock."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def _commit_of(reply: Reply) -> str | None:
    """Return what a reference names; ``None`` where it does not exist."""
    target = reply.data.get("object") if reply.status == 200 and isinstance(reply.data, dict) else None  # noqa: PLR2004
    sha = target.get("sha") if isinstance(target, Mapping) else None
    return sha if isinstance(sha, str) else None


def _seconds(text: Any) -> float | None:
    """Return the Unix seconds of a moment as ``2026-03-14T09:26:53Z``."""
    try:
        return dt.datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _holder(message: Any) -> Holder | None:
    """Return who made a lock's commit."""
    try:
        values = json.loads(str(message).rpartition("\n")[2])
        return Holder(run=str(values["run"]), attempt=int(values["attempt"]), tag=values.get("tag"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
