"""Guessed inputs: each gives a result or an error of ours with words for people, never anything else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from tests.action.conftest import Workflow
from tests.flows.conftest import ZENODO_YML
from tests.github_server import GitHubServer
from tests.repos import ExampleRepo
from tests.security.conftest import FUZZ
from tests.security.test_injection import HOSTILE
from zenodo_action import checks, sources
from zenodo_action.action import run
from zenodo_action.checkout import Checkout
from zenodo_action.checkout.remotes import web_form
from zenodo_action.errors import ArchiveError, OptionError, OptionPlace, RepositoryError
from zenodo_action.github.actions import Event
from zenodo_action.github.block import insert_block, read_note, remove_blocks
from zenodo_action.github.releases import Release
from zenodo_action.mapping.rdm import to_rdm
from zenodo_action.model import RepositoryFacts, Snapshot
from zenodo_action.options import TABLE, Options
from zenodo_action.repository.replies import Reply, error_for
from zenodo_action.repository.sites import ZENODO
from zenodo_action.server import LocalServer
from zenodo_action.vocab import markup

TODAY = dt.date(2026, 3, 2)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | HOSTILE
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HOSTILE, inner, max_size=4), max_leaves=12
)
YAML_PIECES = (
    *("title: ", "creators:\n", "  - name: ", "license: ", "- ", "  ", "\n", "&a ", "*a", "<<: ", "? ", ": ", "!!str "),
    *("!<x> ", "[", "]", "{", "}", ",", "'", '"', "|\n", ">\n", "#", "%YAML 1.2\n", "---\n", "...\n", "\t", "\ufeff"),
    *("2026-03-01", "null", "~", "true", "1e999", "0x1", ".inf", "é", "\x00", "\x85", "\ud800", "x" * 2000),
)
YAML = st.lists(st.sampled_from(YAML_PIECES) | st.text(max_size=4), max_size=40).map("".join)


@FUZZ
@given(name=st.sampled_from(sources.FILE_NAMES), content=st.binary(max_size=200) | YAML | JSON.map(json.dumps))
def test_metadata_files(name: str, content: bytes | str) -> None:
    """Any bytes under any name that is read."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot"),
        tag="v1.0.0",
        commit="0" * 40,
        version="1.0.0",
        released_on="2026-03-01",
        committed_at=0,
        files={name: raw},
    )

    project = sources.collect(snapshot)
    findings = checks.check(project, today=TODAY)

    if not any(finding.level == "error" for finding in findings):
        json.dumps(to_rdm(project.record))


@FUZZ
@given(
    name=st.sampled_from(["release", "push", "workflow_dispatch", "pull_request", "schedule", ""]) | HOSTILE,
    payload=st.dictionaries(
        st.sampled_from(["action", "release", "pull_request", "inputs", "ref", "deleted", "repository"]), JSON
    ),
    ref=HOSTILE | st.sampled_from(["refs/tags/", "refs/heads/x", "refs/pull/7/merge", "refs"]),
)
def test_events(name: str, payload: dict[str, Any], ref: str) -> None:
    """Any payload under any name."""
    event = Event(name=name, payload=payload, ref=ref)

    for question in (
        "action",
        "is_pull_request",
        "is_from_fork",
        "ref_type",
        "ref_name",
        "is_deletion",
        "tag",
        "release",
    ):
        with suppress(OptionError):
            getattr(event, question)


@FUZZ
@given(given_values=st.dictionaries(st.sampled_from([option.name for option in TABLE]), HOSTILE | SCALARS))
def test_options(given_values: dict[str, object]) -> None:
    """Any value for any option; a token is never shown."""
    place = OptionPlace(name="input")

    with suppress(OptionError):
        options = Options.from_sources({name: (value, place) for name, value in given_values.items()})
        secret = str(given_values.get("zenodo-token", ""))
        assert len(secret) < 4 or secret not in repr(options)


@FUZZ
@given(
    status=st.integers(min_value=100, max_value=599),
    headers=st.dictionaries(st.sampled_from(["Content-Type", "Retry-After", "Location", "X-RateLimit-Reset"]), HOSTILE),
    body=st.binary(max_size=300) | JSON.map(json.dumps),
    is_accepted=st.booleans(),
)
def test_answers_of_a_server(status: int, headers: dict[str, str], body: bytes | str, *, is_accepted: bool) -> None:
    """Any refusal becomes an error with its place."""
    reply = Reply(
        method="POST",
        url="https://zenodo.org/api/records",
        status=status,
        headers=CaseInsensitiveDict(headers),
        body=body if isinstance(body, bytes) else body.encode("utf-8", "replace"),
        is_repeatable=False,
    )

    error = error_for(reply, ZENODO, has_token=True, token_is_accepted=lambda: is_accepted)

    assert isinstance(error, RepositoryError)
    assert len(str(error)) < 10_000


@FUZZ
@given(data=JSON | st.dictionaries(st.sampled_from(["id", "tag_name", "name", "body", "draft", "prerelease"]), JSON))
def test_releases(data: Any) -> None:
    """Any JSON in the place of a release."""
    with suppress(ValueError):
        assert Release.from_json(data).id


@FUZZ
@given(notes=HOSTILE)
@example(notes="<!-- zenodo-deposit:start -->\n<!-- zenodo-deposit:note {\n<!-- zenodo-deposit:end -->")
def test_release_notes(notes: str) -> None:
    """The block goes in once, comes out again, and what is somebody else's stays."""
    block = "<!-- zenodo-deposit:start -->\nDOI: 10.5281/zenodo.1\n<!-- zenodo-deposit:end -->"

    once = insert_block(notes, block)

    assert insert_block(once, block) == once
    assert once.count("DOI: 10.5281/zenodo.1") == notes.count("DOI: 10.5281/zenodo.1") + 1
    remove_blocks(once)
    note = read_note(notes)
    assert note is None or all(isinstance(value, str) for value in note.values())


@FUZZ
@given(url=HOSTILE | st.tuples(st.sampled_from(["https://u:p@", "git@", "ssh://", "file://"]), HOSTILE).map("".join))
@example(url="https://user:secret@github.com/o/r.git")
def test_remotes(url: str) -> None:
    """The address of a clone may hold a password; what is published of it does not."""
    shown = web_form(url)

    assert shown is None or (shown.startswith(("https://", "http://")) and "@" not in shown.split("/")[2])


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A repository with one tag."""
    repo = ExampleRepo(tmp_path_factory.mktemp("tags") / "red-dot")
    repo.write("a", "a")
    repo.commit()
    repo.tag("v1.0.0")
    return Checkout.open(repo.path)


@FUZZ
@given(tag=HOSTILE | st.sampled_from(["", "HEAD", "@", "v1.0.0^", "v1.0.0~0", "refs/tags/v1.0.0", "v1*", ":/a", "-h"]))
def test_tags(tagged: Checkout, tag: str) -> None:
    """Only the tag's own name is that tag."""
    with suppress(ArchiveError):
        assert tagged.snapshot(tag, names=["a"]).tag == "v1.0.0" == tag


class Tags(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.found.append((tag, dict(attrs)))


@FUZZ
@given(text=HOSTILE)
@example(text="[x](javascript:alert(1)) <img src=x onerror=alert(1)> [y](data:text/html,x)")
def test_descriptions_made_of_markdown(text: str) -> None:
    """Only tags that servers keep, and no address that acts."""
    parser = Tags()
    parser.feed(markup.markdown(text))

    for tag, attributes in parser.found:
        assert tag in markup.allowed_html_tags()
        assert set(attributes) <= {"href", "title", "src", "alt", "start"}
        assert not (attributes.get("href") or "").lower().strip().startswith(("javascript:", "data:", "vbscript:"))


@FUZZ
@given(content=st.binary(max_size=100) | JSON.map(json.dumps))
def test_event_files_of_whole_runs(tmp_path_factory: pytest.TempPathFactory, content: bytes | str) -> None:
    """The Action ends with an exit code of its own for any event file; 1 would be a defect."""
    folder = tmp_path_factory.mktemp("event")
    (folder / "event.json").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    lines: list[str] = []
    environ = {
        "GITHUB_EVENT_NAME": "release",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }

    assert run(environ, lines.append) in (0, 2)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflow]:
    """A workspace with metadata in order."""
    folder = tmp_path_factory.mktemp("inputs")
    github = GitHubServer()
    repo = ExampleRepo(folder / "workspace")
    repo.write(".zenodo.yml", ZENODO_YML)
    with LocalServer(folder / "zenodo") as zenodo:
        yield Workflow(folder=folder, github=github, zenodo=zenodo, repo=repo)
    github.close()


@pytest.mark.parametrize("option", [option.name for option in TABLE if option.is_input and option.name != "server"])
@FUZZ
@given(value=HOSTILE)
def test_inputs_of_whole_runs(fuzzed: Workflow, option: str, value: str) -> None:
    """The Action ends with an exit code of its own for any value of any input; 1 would be a defect."""
    fuzzed.inputs = {"command": "validate", option: value}

    done = fuzzed.run({"inputs": {"tag": "v1.0.0"}}, event="workflow_dispatch", ref="refs/heads/main")

    assert done.code != 1, done.log
