"""
The runner of GitHub Actions: inputs and event in, outputs, annotations and job summary out.

The environment comes in as a mapping and lines go out through ``say``; only the files that the runner names are
touched. Away from a runner the same calls print what they would have stored.

Source: docs.github.com, "Workflow commands for GitHub Actions"; the behaviour of the npm package @actions/core 3.0.
"""

from __future__ import annotations

import difflib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenodo_action.errors import FilePlace, Finding, OptionError, OptionPlace
from zenodo_action.github.releases import Release

MAX_SUMMARY_BYTES = 1024 * 1024
"""Of one step. Source: docs.github.com, "Workflow commands", "Step isolation and limits"."""
MAX_EVENT_BYTES = 25 * 1024 * 1024
"""Source: docs.github.com, "Webhook events and payloads", "Payload cap"."""

CUT_NOTE = "\n*The summary was cut here: GitHub takes at most 1 MiB.*\n"

EVENT_FIX = """\
run this in a GitHub workflow, or set GITHUB_EVENT_NAME and GITHUB_EVENT_PATH (a file with the event's JSON) yourself.
Away from GitHub, `zenodo-deposit deposit TAG` needs neither."""

OWN_TO_DOCKER = frozenset({"args", "entrypoint"})
"""Inputs that every Docker action has. Source: docs.github.com, "Workflow syntax", `jobs.<job_id>.steps[*].with`."""

_LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}


# What comes in


def inputs(environ: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """
    Return the inputs of the Action that hold something, by name, without the space around their values.

    The runner turns the input ``zenodo-token`` into ``INPUT_ZENODO-TOKEN``. A shell cannot set that name, so
    ``INPUT_ZENODO_TOKEN`` counts as well.

    Raises:
        OptionError: Names that are not ``known``. The runner only warns of them, and a misspelt ``publish: false``
            would publish.
    """
    found: dict[str, str] = {}
    for variable in sorted(environ):  # "-" sorts before "_": the runner's own form wins
        if variable.startswith("INPUT_"):
            name = variable.removeprefix("INPUT_").lower().replace("_", "-").replace(" ", "-")
            found.setdefault(name, environ[variable].strip())
    unknown = [name for name in found if name not in known and name not in OWN_TO_DOCKER]
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        close = {name: difflib.get_close_matches(name, known, n=1) for name in unknown}
        hints = [f"`{near[0]}` instead of `{name}`" for name, near in close.items() if near]
        raise OptionError(
            f"there is no input {names}" if len(unknown) == 1 else f"there are no inputs {names}",
            where=OptionPlace(name=unknown[0]),
            fix=f"did you mean {', '.join(hints)}?" if hints else f"the inputs are {', '.join(sorted(known))}",
        )
    return {name: value for name, value in found.items() if value and name in known}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What started the workflow: the name of the event, its payload, and the ref that the runner names."""

    name: str
    payload: Mapping[str, Any]
    ref: str = ""
    """``GITHUB_REF``, as ``refs/tags/v1.2.0``."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Event:
        """
        Return the event of ``GITHUB_EVENT_NAME`` and ``GITHUB_EVENT_PATH``.

        Raises:
            OptionError: There is none, or its file cannot be used.
        """
        name = environ.get("GITHUB_EVENT_NAME", "")
        path = environ.get("GITHUB_EVENT_PATH", "")
        for variable, value in (("GITHUB_EVENT_NAME", name), ("GITHUB_EVENT_PATH", path)):
            if not value:
                raise OptionError(
                    "no event says what to deposit", where=OptionPlace(name=f"{variable} (not set)"), fix=EVENT_FIX
                )
        return cls(name=name, payload=_event_payload(path), ref=environ.get("GITHUB_REF", ""))

    @property
    def action(self) -> str | None:
        """What happened to the release or the pull request, as ``published``; not every event has one."""
        value = self.payload.get("action")
        return value if isinstance(value, str) else None

    @property
    def release(self) -> Release:
        """The release as it was when the event was sent; it may have changed since."""
        try:
            return Release.from_json(self.payload.get("release"))
        except ValueError as error:
            raise OptionError(
                f"the event `{self.name}` describes no release: {error}",
                where=OptionPlace(name="GITHUB_EVENT_PATH"),
                fix="start the workflow `on: release`, `types: [published]`; a file of your own needs GitHub's keys",
            ) from error

    @property
    def is_pull_request(self) -> bool:
        """
        Whether a pull request started this, whatever the event is called: nothing is ever written then.

        A merge queue, which runs the checks of pull requests once more, is one as well.
        """
        return self.name.startswith(("pull_request", "merge_group")) or "pull_request" in self.payload

    @property
    def is_from_fork(self) -> bool:
        """Whether it is a pull request from another repository; GitHub gives it a token that can only read."""
        pull_request = _mapping(self.payload.get("pull_request"))
        if not pull_request:
            return False
        head, base = (
            _mapping(_mapping(pull_request.get(end)).get("repo")).get("full_name") for end in ("head", "base")
        )
        return head is None or head != base  # a fork that was deleted since has no name

    @property
    def is_private(self) -> bool:
        """Whether only its members see the repository."""
        return _mapping(self.payload.get("repository")).get("private") is True

    @property
    def head(self) -> str | None:
        """
        The commit that a pull request proposes, where ``GITHUB_SHA`` names another one.

        Source: docs.github.com, "Events that trigger workflows", "pull_request_target": the last commit of the base.
        """
        sha = _mapping(_mapping(self.payload.get("pull_request")).get("head")).get("sha")
        return sha if self.name == "pull_request_target" and isinstance(sha, str) else None

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request that started this."""
        number = _mapping(self.payload.get("pull_request")).get("number")
        return number if isinstance(number, int) else None

    @property
    def ref_type(self) -> str | None:
        """``tag``, ``branch``, or ``None`` for anything else, such as the merge ref of a pull request."""
        return {"refs/tags": "tag", "refs/heads": "branch"}.get("/".join(self.ref.split("/")[:2]))

    @property
    def ref_name(self) -> str | None:
        """The name of the tag or branch, which may hold slashes."""
        return self.ref.split("/", 2)[2] if self.ref_type else None

    @property
    def is_deletion(self) -> bool:
        """Whether a push deleted its ref."""
        return self.payload.get("deleted") is True

    @property
    def tag(self) -> str | None:
        """The tag this is about: that of the release, of the input ``tag`` of a dispatch, or the one pushed."""
        if "release" in self.payload:
            return self.release.tag
        asked = _mapping(self.payload.get("inputs")).get("tag")
        if isinstance(asked, str) and asked.strip():
            return asked.strip()
        return self.ref_name if self.ref_type == "tag" else None


def _mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def _event_payload(path: str) -> Mapping[str, Any]:
    """Return the JSON object of the event file, or raise what is wrong with it."""

    def problem(what: str, line: int | None = None, column: int | None = None) -> OptionError:
        return OptionError(what, where=FilePlace(file=path, line=line, column=column), fix=EVENT_FIX)

    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_EVENT_BYTES + 1)
    except OSError as error:
        raise problem(f"the event file cannot be read: {error.strerror}") from error
    if len(content) > MAX_EVENT_BYTES:
        raise problem("the event file is larger than 25 MiB, more than GitHub sends")
    if not content.strip():
        raise problem("the event file is empty")
    try:
        payload = json.loads(content)
    except json.JSONDecodeError as error:
        raise problem("the event file is not JSON", error.lineno, error.colno) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, a number of 5,000 digits, 100,000 brackets
        raise problem("the event file is not JSON") from error
    if not isinstance(payload, dict):
        raise problem("the event file holds no JSON object")
    return payload


# What goes out: lines


def annotation(finding: Finding) -> str:
    """Return the workflow command that shows a finding, at its line where it has one."""
    properties = {"title": finding.code}
    lines = [finding.what]
    if isinstance(finding.where, FilePlace):
        properties |= {"file": finding.where.file}
        properties |= {"line": str(finding.where.line)} if finding.where.line is not None else {}
        properties |= {"col": str(finding.where.column)} if finding.where.column is not None else {}
    elif finding.where is not None:
        lines.append(f"where: {finding.where}")
    if finding.fix:
        lines.append(f"fix: {finding.fix}")
    return _command(_LEVELS[finding.level], "\n".join(lines), properties)


def _command(name: str, message: str, properties: Mapping[str, str] | None = None) -> str:
    """Return ``::name key=value,key=value::message``, escaped as the toolkit does."""
    pairs = ",".join(f"{key}={_escape_property(value)}" for key, value in (properties or {}).items())
    return f"::{name} {pairs}::{_escape_data(message)}" if pairs else f"::{name}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def markdown_escape(text: str) -> str:
    r"""
    Return somebody else's text so that Markdown shows it as it is, in one line, also inside a table.

    What GitHub would make of it is broken up by empty comments: mentions, references to issues, formulas, and links.

    >>> markdown_escape("a|b *c*\n::error::<script>@team")
    'a&vert;b \\*c\\* ::error::&lt;script&gt;@<!-- -->team'
    """
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    # Parsers do not agree on what a backslash does before the end of a table's cell, so neither sign stands there.
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\\", "&bsol;"), ("|", "&vert;")):
        text = text.replace(sign, entity)
    text = re.sub(r"[`*_{}\[\]()+\-=!~]", r"\\\g<0>", text)
    text = re.sub(r"^(\d+)\.(?=\s|$)", r"\1\\.", text)
    return re.sub(r"[@#$]|:(?=//)|(?<=www)(?=\.)", r"\g<0><!-- -->", text, flags=re.IGNORECASE)


# What goes out: the runner's files


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The runner that a step talks to through its log and its files."""

    environ: Mapping[str, str]
    say: Callable[[str], None]
    """Prints one line on standard output, where the runner looks for commands."""

    @property
    def is_present(self) -> bool:
        """Whether this is a run of GitHub Actions."""
        return self.environ.get("GITHUB_ACTIONS") == "true"

    def add_mask(self, value: str) -> None:
        """Have the runner hide a value in its log. Anywhere else the command itself would show it: nothing then."""
        if self.is_present and value.strip():
            self.say(_command("add-mask", value))

    def annotate(self, finding: Finding) -> None:
        """Show a finding in the log, on the run's page and at its line of the file."""
        self.say(annotation(finding))

    def set_output(self, name: str, value: str) -> None:
        """
        Set an output of the step.

        A DOI must not be lost: where the runner's file is not there or not writable, the value stands in the log.
        """
        delimiter = f"zenodo_deposit_{secrets.token_hex(16)}"
        while delimiter in value:
            delimiter = f"zenodo_deposit_{secrets.token_hex(16)}"
        if not self._append("GITHUB_OUTPUT", f"{name}<<{delimiter}\n{value}\n{delimiter}\n"):
            self.say_foreign(f"{name}={value}")

    def append_summary(self, markdown: str) -> None:
        """
        Add to the job summary, up to GitHub's limit; in the log where there is none.

        A blank line comes before it: a table right below ``</details>`` would be no table.
        """
        size = _size(self.environ.get("GITHUB_STEP_SUMMARY", ""))
        gap = "\n" if size else ""
        text = _cut_summary(markdown, MAX_SUMMARY_BYTES - size - len(f"{gap}\n"))  # its last line may lack an end
        if not text or not self._append("GITHUB_STEP_SUMMARY", f"{gap}{text}"):
            self.say_foreign(markdown)

    def say_foreign(self, text: str) -> None:
        """
        Print text that may hold anything; the runner takes nothing in it for a command.

        NOTE: Escaping lines that begin with ``::`` would not do: the runner also takes its older ``##[command]`` form,
        anywhere in a line.
        """
        with self.stopped_commands():
            self.say(text)

    @contextmanager
    def stopped_commands(self) -> Iterator[None]:
        """Have the runner look for no commands in what is printed meanwhile."""
        if not self.is_present:
            yield
            return
        token = secrets.token_hex(16)
        self.say(_command("stop-commands", token))
        try:
            yield
        finally:
            self.say(f"::{token}::")

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is printed meanwhile under a title."""
        self.say(_command("group", title))
        try:
            yield
        finally:
            self.say(_command("endgroup", ""))

    def _append(self, variable: str, text: str) -> bool:
        """Add whole lines to the file that a variable names; ``False`` where that is not possible."""
        path = self.environ.get(variable, "")
        if not path:
            return False
        try:
            with Path(path).open("ab+") as file:
                if file.tell() and file.seek(-1, 2) >= 0 and file.read(1) != b"\n":
                    text = f"\n{text}"  # another program left its last line open
                file.write(text.encode(errors="replace"))
        except OSError as error:
            self.say(_command("warning", f"{variable}: {error.strerror}; the value follows in the log"))
            return False
        return True


def _size(path: str) -> int:
    """Return the size of a file in bytes, 0 where it is not there."""
    try:
        return Path(path).stat().st_size if path else 0
    except OSError:
        return 0


def _cut_summary(markdown: str, limit: int) -> str:
    """Return the text with a final newline, cut at the end of a line with a note where it is above ``limit`` bytes."""
    markdown = markdown if markdown.endswith("\n") else f"{markdown}\n"
    if len(markdown.encode(errors="replace")) <= limit:
        return markdown
    # Room for the note and for closing a code block that the cut would leave open.
    room = limit - len(CUT_NOTE.encode()) - len("```\n")
    if room <= 0:
        return ""
    kept = markdown.encode(errors="replace")[:room].decode(errors="ignore").rpartition("\n")
    text = "".join(kept[:2])
    is_open = sum(line.startswith("```") for line in text.split("\n")) % 2
    return f"{text}{'```' + chr(10) if is_open else ''}{CUT_NOTE}"
