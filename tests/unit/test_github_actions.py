from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.github_server import (
    GitHubServer,
    dispatch_event,
    pull_request_event,
    push_event,
    read_outputs,
    release_event,
    runner_environ,
)
from zenodo_action.errors import FilePlace, Finding, OptionError, OptionPlace, RequestPlace
from zenodo_action.github.actions import (
    CUT_NOTE,
    EVENT_FIX,
    MAX_EVENT_BYTES,
    MAX_SUMMARY_BYTES,
    Event,
    Runner,
    annotation,
    inputs,
    markdown_escape,
)

KNOWN = ("zenodo-token", "publish", "tag", "server")

# Inputs


def test_inputs_are_named_as_in_the_workflow() -> None:
    environ = {
        "INPUT_ZENODO-TOKEN": "  secret\n",
        "INPUT_PUBLISH": "false",
        "INPUT_TAG": "",
        "INPUT_SERVER": "   ",
        "INPUT_ARGS": "--help",
        "INPUT_ENTRYPOINT": "/bin/sh",
        "PATH": "/bin",
    }
    assert inputs(environ, KNOWN) == {"zenodo-token": "secret", "publish": "false"}


def test_a_shell_may_name_an_input_with_underscores() -> None:
    assert inputs({"INPUT_ZENODO_TOKEN": "a"}, KNOWN) == {"zenodo-token": "a"}
    assert inputs({"INPUT_ZENODO_TOKEN": "a", "INPUT_ZENODO-TOKEN": "b"}, KNOWN) == {"zenodo-token": "b"}


@pytest.mark.parametrize(
    ("names", "what", "fix"),
    [
        (["PUBLISHX"], "there is no input `publishx`", "did you mean `publish` instead of `publishx`?"),
        (
            ["PUBLISHX", "ZENODO-TOKN"],
            "there are no inputs `publishx`, `zenodo-tokn`",
            "did you mean `publish` instead of `publishx`, `zenodo-token` instead of `zenodo-tokn`?",
        ),
        (["XYZ"], "there is no input `xyz`", "the inputs are publish, server, tag, zenodo-token"),
    ],
)
def test_an_unknown_input_stops_the_run(names: list[str], what: str, fix: str) -> None:
    """A misspelt `publish: false` would publish; an input without a value was misspelt as well."""
    with pytest.raises(OptionError) as caught:
        inputs({f"INPUT_{name}": "" for name in names} | {"INPUT_TAG": "v1"}, KNOWN)
    assert (caught.value.what, caught.value.fix) == (what, fix)
    assert caught.value.where == OptionPlace(name=names[0].lower())


# Events

Reader = Callable[..., Event]


@pytest.fixture
def event(github: GitHubServer, tmp_path: Path) -> Reader:
    """Reads an event as a step finds it."""

    def read(name: str, payload: dict[str, Any], ref: str = "refs/tags/v1.0.0") -> Event:
        environ = runner_environ(tmp_path, github, github.add_repository(), payload, event=name, ref=ref)
        return Event.read(environ)

    return read


@pytest.mark.parametrize("action", ["published", "released", "prereleased", "edited", "created", "deleted"])
def test_a_release(github: GitHubServer, event: Reader, action: str) -> None:
    repository = github.add_repository()
    made = repository.add_release("v1.0.0", "notes", prerelease=True)
    seen = event("release", release_event(github, repository, made, action))
    assert (seen.name, seen.action, seen.tag) == ("release", action, "v1.0.0")
    assert (seen.release.id, seen.release.is_prerelease, seen.release.is_draft) == (made.id, True, False)
    assert (seen.is_pull_request, seen.is_from_fork, seen.is_deletion) == (False, False, False)


def test_a_draft(github: GitHubServer, event: Reader) -> None:
    repository = github.add_repository()
    made = repository.add_release("v1.0.0", draft=True)
    assert event("release", release_event(github, repository, made, "created")).release.is_draft is True


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize(("head", "is_from_fork"), [(None, False), ("somebody/stripes", True)])
def test_a_pull_request(github: GitHubServer, event: Reader, name: str, head: str | None, is_from_fork: Any) -> None:
    payload = pull_request_event(github, github.add_repository(), head=head)
    seen = event(name, payload, ref="refs/pull/7/merge")
    assert (seen.is_pull_request, seen.is_from_fork) == (True, is_from_fork)
    assert (seen.action, seen.tag, seen.ref_type, seen.ref_name) == ("opened", None, None, None)


def test_a_pull_request_whose_fork_is_gone(github: GitHubServer, event: Reader) -> None:
    payload = pull_request_event(github, github.add_repository())
    payload["pull_request"]["head"]["repo"] = None
    assert event("pull_request", payload).is_from_fork is True


def test_a_pull_request_by_another_name(github: GitHubServer, event: Reader) -> None:
    payload = pull_request_event(github, github.add_repository(), head="somebody/stripes")
    seen = event("issue_comment", payload)
    assert (seen.is_pull_request, seen.is_from_fork) == (True, True)


@pytest.mark.parametrize(
    ("ref", "kind", "short"),
    [
        ("refs/tags/v1.0.0", "tag", "v1.0.0"),
        ("refs/tags/stripes/v1", "tag", "stripes/v1"),
        ("refs/heads/main", "branch", "main"),
        ("refs/heads/tags/v1", "branch", "tags/v1"),
        ("", None, None),
    ],
)
def test_a_push(github: GitHubServer, event: Reader, ref: str, kind: str | None, short: str | None) -> None:
    seen = event("push", push_event(github, github.add_repository(), ref), ref=ref)
    assert (seen.ref_type, seen.ref_name, seen.action, seen.is_deletion) == (kind, short, None, False)
    assert seen.tag == (short if kind == "tag" else None)


def test_a_push_that_deletes(github: GitHubServer, event: Reader) -> None:
    assert event("push", push_event(github, github.add_repository(), is_deletion=True)).is_deletion is True


@pytest.mark.parametrize(
    ("given", "ref", "tag"),
    [
        ({"tag": " v1.2.0 "}, "refs/heads/main", "v1.2.0"),
        ({"tag": ""}, "refs/heads/main", None),
        (None, "refs/tags/v3", "v3"),
        ({"tag": 7}, "refs/heads/main", None),
    ],
)
def test_a_dispatch(github: GitHubServer, event: Reader, given: Any, ref: str, tag: str | None) -> None:
    assert event("workflow_dispatch", dispatch_event(github, github.add_repository(), given), ref=ref).tag == tag


def test_an_event_of_another_kind_has_no_release(github: GitHubServer, event: Reader) -> None:
    seen = event("push", push_event(github, github.add_repository()))
    with pytest.raises(OptionError) as caught:
        _ = seen.release
    assert caught.value.what == "the event `push` describes no release: the release is not an object"
    assert caught.value.where == OptionPlace(name="GITHUB_EVENT_PATH")
    assert caught.value.fix == (
        "start the workflow `on: release`, `types: [published]`; a file of your own needs GitHub's keys"
    )


def test_a_release_by_hand_that_lacks_a_key(event: Reader) -> None:
    with pytest.raises(OptionError) as caught:
        _ = event("release", {"release": {"id": 1}}).tag
    assert caught.value.what == "the event `release` describes no release: the release's `tag_name` is missing"


@pytest.mark.parametrize("missing", ["GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"])
def test_no_event(missing: str) -> None:
    environ = {"GITHUB_EVENT_NAME": "release", "GITHUB_EVENT_PATH": "/nowhere"}
    del environ[missing]
    with pytest.raises(OptionError) as caught:
        Event.read(environ)
    assert caught.value.what == "no event says what to deposit"
    assert (caught.value.where, caught.value.fix) == (OptionPlace(name=f"{missing} (not set)"), EVENT_FIX)


@pytest.mark.parametrize(
    ("content", "what", "line", "column"),
    [
        (None, "the event file cannot be read: No such file or directory", None, None),
        (b"", "the event file is empty", None, None),
        (b" \n\t\n", "the event file is empty", None, None),
        (b'{"action":\n  published}', "the event file is not JSON", 2, 3),
        (b"\xff\xfe{", "the event file is not JSON", None, None),
        (b'{"a": "\xff"}', "the event file is not JSON", None, None),
        (b"[" * 200_000, "the event file is not JSON", None, None),
        (b'{"a": ' + b"1" * 5_000 + b"}", "the event file is not JSON", None, None),
        (b"[]", "the event file holds no JSON object", None, None),
        (b"null", "the event file holds no JSON object", None, None),
        (b" " * (MAX_EVENT_BYTES + 1), "the event file is larger than 25 MiB, more than GitHub sends", None, None),
    ],
    ids=["missing", "empty", "blank", "yaml", "bom", "latin", "deep", "digits", "list", "null", "large"],
)
def test_an_event_file_that_cannot_be_used(
    tmp_path: Path, content: bytes | None, what: str, line: int | None, column: int | None
) -> None:
    file = tmp_path / "event.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(OptionError) as caught:
        Event.read({"GITHUB_EVENT_NAME": "release", "GITHUB_EVENT_PATH": str(file)})
    assert (caught.value.what, caught.value.fix) == (what, EVENT_FIX)
    assert caught.value.where == FilePlace(file=str(file), line=line, column=column)


def test_an_event_file_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        Event.read({"GITHUB_EVENT_NAME": "release", "GITHUB_EVENT_PATH": str(tmp_path)})
    assert caught.value.what == "the event file cannot be read: Is a directory"


def test_an_event_file_of_five_megabytes_is_read(github: GitHubServer, event: Reader) -> None:
    payload = push_event(github, github.add_repository())
    payload["commits"] = [{"message": "x" * 1_000}] * 5_000
    assert event("push", payload).tag == "v1.0.0"


# Annotations


@pytest.mark.parametrize(
    ("finding", "command"),
    [
        (
            Finding(level="error", code="name-missing", what="creator 2 has no name", fix='add "name"'),
            '::error title=name-missing::creator 2 has no name%0Afix: add "name"',
        ),
        (
            Finding(
                level="warning",
                code="license-unknown",
                what="100% unknown",
                where=FilePlace(file="a,b:c.cff", line=7, column=5, path="$.license"),
            ),
            "::warning title=license-unknown,file=a%2Cb%3Ac.cff,line=7,col=5::100%25 unknown",
        ),
        (
            Finding(level="hint", code="x", what="\n::error::boo\r\n%0A", where=FilePlace(file="a.cff")),
            "::notice title=x,file=a.cff::%0A::error::boo%0D%0A%250A",
        ),
        (
            Finding(level="error", code="x", what="no", where=OptionPlace(name="input tag")),
            "::error title=x::no%0Awhere: input tag",
        ),
        (
            Finding(
                level="error",
                code="x",
                what="no",
                where=RequestPlace(method="GET", url="https://a", status=403),
                fix="b",
            ),
            "::error title=x::no%0Awhere: GET https://a → 403%0Afix: b",
        ),
    ],
)
def test_an_annotation(finding: Finding, command: str) -> None:
    assert annotation(finding) == command


@given(st.text(), st.text())
@example("%0A%25", "%3A,")
def test_escaping_is_undone_by_the_runner(what: str, file: str) -> None:
    """As the runner reads a command: one line, properties up to the next "::", and "%25" put back last."""
    command = annotation(Finding(level="error", code="c", what=what, where=FilePlace(file=file)))
    assert not set("\r\n") & set(command)
    found = re.fullmatch(r"::error title=c,file=([^:,]*)::(.*)", command, re.DOTALL)
    assert found is not None

    def read(text: str) -> str:
        for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, sign)
        return text

    assert (read(found[1]), read(found[2])) == (file, what)


# Somebody else's text in Markdown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Red-Dot 1.0", r"Red\-Dot 1.0"),
        ("a\n::error::b", "a ::error::b"),
        ("%0A", "%0A"),
        ("<script>alert(1)</script>", r"&lt;script&gt;alert\(1\)&lt;/script&gt;"),
        ("a | b\\", "a &vert; b&bsol;"),
        ("**b** _i_ `c` [l](u) ~~s~~", r"\*\*b\*\* \_i\_ \`c\` \[l\]\(u\) \~\~s\~\~"),
        ("@team #12 $x$", "@<!-- -->team #<!-- -->12 $<!-- -->x$<!-- -->"),
        ("https://a.b www.c.d", "https:<!-- -->//a.b www<!-- -->.c.d"),
        ("&amp;", "&amp;amp;"),
        ("1. a", r"1\. a"),
        ("a\x00\x1b[31m\u2028b", r"a \[31m b"),
        ("", ""),
    ],
)
def test_escaped_text(text: str, escaped: str) -> None:
    assert markdown_escape(text) == escaped


MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@given(st.one_of(st.text(max_size=40), st.text(alphabet="*_`[]()<>!#|\\&;~-+=1.) \n:@$/w\"'{}ah", max_size=40)))
@example("- a")
@example("+ a")
@example("1) a")
@example("> a")
@example("# a")
@example("---")
@example("&copy;")
@example("[a]: b")
@example(":---|---:")
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    wanted = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    escaped = markdown_escape(text)
    for source, head, tail in (
        (escaped, "<p>", "</p>\n"),
        (f"|{escaped}|\n|-|", "<table>\n<thead>\n<tr>\n<th>", "</th>\n</tr>\n</thead>\n</table>\n"),
    ):
        if wanted:
            shown = MARKDOWN.render(source).replace("<!-- -->", "")
            assert shown.startswith(head)
            assert shown.endswith(tail)
            assert html.unescape(shown[len(head) : -len(tail)]) == wanted


# The runner's files


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def runner(tmp_path: Path, said: list[str]) -> Runner:
    """A runner with empty files."""
    for name in ("output", "summary"):
        (tmp_path / name).touch()
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    return Runner(environ=environ, say=said.append)


@pytest.fixture
def home(said: list[str]) -> Runner:
    """No runner at all."""
    return Runner(environ={}, say=said.append)


def test_outputs(runner: Runner, said: list[str], tmp_path: Path) -> None:
    values = {
        "doi": "10.5281/zenodo.8",
        "files": "[\n]\n",
        "empty": "",
        "odd": "a<<EOF\r\nEOF\nghi=🦓\n\n",
        "cr": "a\rb",
    }
    for name, value in values.items():
        runner.set_output(name, value)
    assert read_outputs(tmp_path / "output") == values
    assert (tmp_path / "output").read_bytes().endswith(b"\n")
    assert said == []


def test_an_output_after_somebodys_open_line(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "output").write_text("mine=1")
    runner.set_output("doi", "10.5281/zenodo.8")
    assert re.fullmatch(
        r"mine=1\ndoi<<(zenodo_deposit_[0-9a-f]{32})\n10\.5281/zenodo\.8\n\1\n", (tmp_path / "output").read_text()
    )


def test_delimiters_differ(runner: Runner, tmp_path: Path) -> None:
    runner.set_output("a", "1")
    runner.set_output("b", "2")
    assert len(set(re.findall("zenodo_deposit_[0-9a-f]{32}", (tmp_path / "output").read_text()))) == 2


def test_a_delimiter_is_never_part_of_the_value(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = iter(["aa", "bb"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(tokens))
    runner.set_output("a", "zenodo_deposit_aa")
    assert read_outputs(tmp_path / "output") == {"a": "zenodo_deposit_aa"}


def test_half_a_character_does_not_lose_an_output(runner: Runner, tmp_path: Path) -> None:
    runner.set_output("title", "a\ud83db")
    assert read_outputs(tmp_path / "output") == {"title": "a?b"}


def test_an_output_without_a_file_stands_in_the_log(home: Runner, said: list[str]) -> None:
    home.set_output("doi", "10.5281/zenodo.8")
    assert said == ["doi=10.5281/zenodo.8"]


def test_an_output_whose_file_cannot_be_written_is_not_lost(said: list[str], tmp_path: Path) -> None:
    Runner(environ={"GITHUB_OUTPUT": str(tmp_path)}, say=said.append).set_output("doi", "10.5281/zenodo.8")
    assert said == ["::warning::GITHUB_OUTPUT: Is a directory; the value follows in the log", "doi=10.5281/zenodo.8"]


def test_a_secret_is_masked_on_a_runner_only(runner: Runner, home: Runner, said: list[str]) -> None:
    """At home the command itself would show it."""
    home.add_mask("secret")
    runner.add_mask("")
    runner.add_mask("  ")
    assert said == []
    runner.add_mask("50%\nsecret")
    assert said == ["::add-mask::50%25%0Asecret"]


def test_a_group(runner: Runner, said: list[str]) -> None:
    with pytest.raises(ValueError, match="no"), runner.group("Files: a\nb"):
        raise ValueError("no")
    assert said == ["::group::Files: a%0Ab", "::endgroup::"]


def test_foreign_text_gives_no_commands(runner: Runner, home: Runner, said: list[str]) -> None:
    text = "title\n::set-output name=doi::forged\n##[error]boo"
    runner.say_foreign(text)
    assert re.fullmatch("::stop-commands::[0-9a-f]{32}", said[0])
    assert said[1:] == [text, f"::{said[0].removeprefix('::stop-commands::')}::"]
    said.clear()
    home.say_foreign(text)
    assert said == [text]


def test_commands_are_taken_again_after_a_failure(runner: Runner, said: list[str]) -> None:
    with pytest.raises(ValueError, match="no"), runner.stopped_commands():
        raise ValueError("no")
    assert said[1] == f"::{said[0].removeprefix('::stop-commands::')}::"


def test_a_finding_is_annotated(runner: Runner, said: list[str]) -> None:
    runner.annotate(Finding(level="warning", code="a-b", what="what"))
    assert said == ["::warning title=a-b::what"]


# The summary


def test_the_summary_is_added_to(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "summary").write_text("# Mine")
    runner.append_summary("# Ours 🦓")
    runner.append_summary("more\n")
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "# Mine\n\n# Ours 🦓\n\nmore\n"


def test_a_summary_without_a_file_stands_in_the_log(home: Runner, said: list[str]) -> None:
    home.append_summary("# Ours\n")
    assert said == ["# Ours\n"]


@pytest.mark.parametrize("line", ["x" * 99, "🦓" * 25])
@pytest.mark.parametrize("before", [0, 1, 1_000])
def test_a_long_summary_is_cut_at_a_line(runner: Runner, tmp_path: Path, line: str, before: int) -> None:
    file = tmp_path / "summary"
    file.write_text("m" * before)
    runner.append_summary(f"{line}\n" * 20_000)
    text = file.read_text(encoding="utf-8")
    assert MAX_SUMMARY_BYTES - 300 < file.stat().st_size <= MAX_SUMMARY_BYTES
    assert text.endswith(f"\n{line}\n{CUT_NOTE}")


def test_a_code_block_is_closed_before_the_note(runner: Runner, tmp_path: Path) -> None:
    runner.append_summary("```yaml\n" + "x\n" * 600_000 + "```\n")
    text = (tmp_path / "summary").read_text(encoding="utf-8")
    assert text.endswith(f"x\n```\n{CUT_NOTE}")
    assert len(text) <= MAX_SUMMARY_BYTES


def test_a_summary_that_fits_exactly(runner: Runner, tmp_path: Path) -> None:
    runner.append_summary("x" * (MAX_SUMMARY_BYTES - 2))
    assert (tmp_path / "summary").stat().st_size == MAX_SUMMARY_BYTES - 1


def test_a_full_summary_leaves_the_text_to_the_log(runner: Runner, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "summary").write_text("x" * MAX_SUMMARY_BYTES)
    runner.append_summary("# Ours")
    assert (tmp_path / "summary").stat().st_size == MAX_SUMMARY_BYTES
    assert said[1] == "# Ours"


def test_a_summary_whose_file_is_gone_is_made_anew(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "summary").unlink()
    runner.append_summary("# Ours")
    assert (tmp_path / "summary").read_text() == "# Ours\n"


def test_the_stand_ins_event_is_json(github: GitHubServer, tmp_path: Path) -> None:
    repository = github.add_repository()
    payload = release_event(github, repository, repository.add_release("v1.0.0"))
    environ = runner_environ(tmp_path, github, repository, payload, event="release", ref="refs/tags/v1.0.0")
    assert json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_bytes()) == payload
    assert (environ["GITHUB_REF_TYPE"], environ["GITHUB_REF_NAME"]) == ("tag", "v1.0.0")
