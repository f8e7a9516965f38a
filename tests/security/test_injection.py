"""No text of a repository becomes a command of the runner, an output, a shell command or markup."""

from __future__ import annotations

import json
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.action.conftest import NAME, Done, Workflow
from tests.github_server import GitHubServer, pull_request_event
from tests.repos import ExampleRepo
from tests.security.conftest import FUZZ
from tests.security.runner_log import ALLOWED, commands
from zenodo_action.errors import FilePlace, Finding
from zenodo_action.github.actions import Runner
from zenodo_action.server import LocalServer

PIECES = (
    *("::", "::error::boo", "::set-output name=doi::x", "##[error]boo", "##[add-path]/tmp", "%0A", "%0D", "%25", "\n"),
    *("\r", "\r\n", "\u2028", "\x1b[31m", "\0", "doi<<EOF\nx\nEOF", "EOF", "<<", "=", "`", "```", "~~~", "<script>"),
    *("<!-- zenodo-deposit:start -->", "<!--", "-->", "[x](javascript:alert(1))", "![x](http://a.test)", "@everyone"),
    *("#1", "|", "\\", "$(touch pwned)", "`touch pwned`", ";touch pwned;", "'", '"', "${{ secrets.X }}", "${tag}"),
    *("::stop-commands::x", "::x::", "::add-mask::e", " ", "é", "🔴", "word"),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), min_size=1, max_size=8).map("".join)
STORABLE = HOSTILE.filter(lambda text: not re.search("[\x00\ud800-\udfff]", text))


def assert_harmless(done: Done) -> None:
    """Only the program's own commands were given, one annotation for each finding; nothing acts in the summary."""
    taken = commands(done.log)
    assert {name for name, _ in taken} <= ALLOWED
    annotations = [message for name, message in taken if name in ("error", "warning", "notice")]
    assert len(annotations) == len(json.loads(done.outputs["findings"]))
    assert sum(name == "add-mask" for name, _ in taken) == 2
    assert "<script>" not in done.summary
    shown = re.sub(r"```.*?```", "", done.summary, flags=re.DOTALL)
    assert "](javascript:" not in shown
    assert "![x]" not in shown


@pytest.mark.parametrize(
    ("log", "taken"),
    [
        ("::error::boo", ["error"]),
        ("  ::set-output name=doi::x", ["set-output"]),
        ("::error title=a,file=b%3Ac,line=1::x", ["error"]),
        ("one\r::add-path::/x", ["add-path"]),
        ("text ##[add-path]/x", ["add-path"]),
        ("text ::error::x", []),
        ("::stop-commands::abc\n::error::x\n##[error]x\n::abc::\n::notice::x", ["stop-commands", "notice"]),
    ],
)
def test_what_a_runner_takes_for_a_command(log: str, taken: list[str]) -> None:
    """The tests below would see an injection."""
    assert [name for name, _ in commands(log)] == taken


@pytest.fixture(scope="module")
def validate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[dict[str, Any]], Done]]:
    """Run the Action with ``command: validate`` on these metadata."""
    folder = tmp_path_factory.mktemp("validate")
    github = GitHubServer()
    repo = ExampleRepo(folder / "workspace")
    with LocalServer(folder / "zenodo") as zenodo:
        flow = Workflow(folder=folder, github=github, zenodo=zenodo, repo=repo, inputs={"command": "validate"})
        payload = pull_request_event(github, flow.on_github)
        flow.on_github.changed_files = [".zenodo.json"]  # so that each finding is annotated

        def run(document: dict[str, Any]) -> Done:
            repo.write(".zenodo.json", json.dumps(document))
            return flow.run(payload, event="pull_request", ref="refs/pull/7/merge")

        yield run
    github.close()


@FUZZ
@given(title=HOSTILE, name=HOSTILE, word=HOSTILE, licence=HOSTILE)
@example(title="x\n::error::boo", name="a", word="##[error]boo", licence="%0A::error::x")
def test_metadata_give_no_commands(
    validate: Callable[[dict[str, Any]], Done], title: str, name: str, word: str, licence: str
) -> None:
    """Whatever stands in title, names, keywords, licence and unknown keys."""
    document = {
        "title": title,
        "creators": [{"name": name}],
        "keywords": [word],
        "license": licence,
        "upload_type": word,
        title: "an unknown key",
    }

    assert_harmless(validate(document))


@FUZZ
@given(value=HOSTILE)
def test_outputs_come_out_as_they_went_in(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    """No value ends its own block or begins another."""
    file = tmp_path_factory.mktemp("outputs") / "output"
    said: list[str] = []
    runner = Runner(environ={"GITHUB_OUTPUT": str(file), "GITHUB_ACTIONS": "true"}, say=said.append)

    runner.set_output("before", "1")
    runner.set_output("value", value)
    runner.set_output("after", "2")

    text = file.read_bytes().decode()
    blocks = re.findall(r"^(\w+)<<(zenodo_deposit_[0-9a-f]{32})\n(.*?)\n\2\n", text, re.MULTILINE | re.DOTALL)
    assert [(name, content) for name, _, content in blocks] == [
        ("before", "1"),
        ("value", value.encode(errors="replace").decode()),
        ("after", "2"),
    ]
    assert said == []


@FUZZ
@given(what=HOSTILE, file=HOSTILE, fix=HOSTILE)
def test_a_finding_is_one_annotation(what: str, file: str, fix: str) -> None:
    """Also where a file's name is hostile."""
    said: list[str] = []
    finding = Finding(level="error", code="x", what=what, where=FilePlace(file=file, line=1, column=1), fix=fix)

    Runner(environ={"GITHUB_ACTIONS": "true"}, say=said.append).annotate(finding)

    assert len(said) == 1
    assert [name for name, _ in commands(said[0])] == ["error"]


TAGS = (
    "$(touch${IFS}pwned)",
    "`touch${IFS}pwned`",
    "v1.2.0;touch${IFS}pwned",
    "v1.2.0'\"",
    "v1.2.0&&id",
    "v1.2.0|id",
    "v1.2.0%0A--upload-pack=x",
    "v1.2.0/x",
    "v1.2.0<!--@everyone-->",
    "v1.2.0-é🔴",
    "refs/tags/v1.2.0",
    "-v1.2.0",
    "--output=pwned",
    "--exec=touch${IFS}pwned",
)


@pytest.mark.parametrize("tag", TAGS)
def test_tags_are_names_and_nothing_else(workflow: Workflow, tag: str) -> None:
    """They pass through git, the archive, the server and GitHub; nothing is run, and the archive stays in its folder."""
    commit = workflow.repo.git("rev-parse", "HEAD")
    workflow.repo.git("update-ref", f"refs/tags/{tag}", commit)  # `git tag` refuses some; a server may not
    workflow.inputs["tags"] = "*"

    done = workflow.published(workflow.release(tag))

    assert done.code in (0, 3, 4), done.log
    assert list(workflow.folder.rglob("*pwned*")) == [
        path for path in workflow.folder.rglob("*pwned*") if ".git/refs/tags" in path.as_posix()
    ]
    assert {name for name, _ in commands(done.log)} <= ALLOWED
    for archive in workflow.folder.rglob("*.zip"):
        assert "/" not in archive.name


@pytest.mark.parametrize("tag", ["v1.0.0\n::error::x", "v1.0.0\r", "--all", "-x", "v1.0.0:README", "v1.0.0^{}", "@{u}"])
def test_an_input_that_is_no_tag(workflow: Workflow, tag: str) -> None:
    """By hand, with whatever somebody typed: an error, and no command."""
    workflow.inputs |= {"tag": tag, "tags": "*"}
    payload = {"inputs": {"tag": tag}, "ref": "refs/heads/main"}

    done = workflow.run(payload, event="workflow_dispatch", ref="refs/heads/main")

    assert done.code in (0, 2, 4), done.log
    assert (done.code == 0) == (tag.strip() == "v1.0.0")
    assert {name for name, _ in commands(done.log)} <= ALLOWED


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_names_in_an_archive_stay_below_its_folder(workflow: Workflow, form: str) -> None:
    """A tree that git itself would not make, with ``..`` in it: refused, or harmless to unpack."""
    repo = workflow.repo
    blob = repo.git("hash-object", "-w", "--", ".zenodo.yml")
    up = write_tree(repo, {"..": write_tree(repo, {"evil.txt": blob})})
    commit = repo.git("commit-tree", write_tree(repo, {".zenodo.yml": blob, "a": up}), "-m", "evil")
    repo.git("update-ref", "refs/tags/v1.2.0", commit)
    workflow.inputs["archive"] = form

    done = workflow.published(workflow.release("v1.2.0"))

    assert done.code in (0, 4), done.log
    stored = [path for path in (workflow.folder / "zenodo").rglob("*") if path.is_file()]
    names = [name for path in stored if zipfile.is_zipfile(path) for name in zipfile.ZipFile(path).namelist()]
    for path in filter(tarfile.is_tarfile, stored):
        with tarfile.open(path) as archive:
            names += archive.getnames()
    assert bool(names) == (done.code == 0)
    assert [name for name in names if ".." in name.split("/")] == []


def write_tree(repo: ExampleRepo, entries: dict[str, str]) -> str:
    """Write a tree object whose names git would refuse."""
    content = b""
    for name, oid in sorted(entries.items()):
        mode = b"40000" if repo.git("cat-file", "-t", oid) == "tree" else b"100644"
        content += mode + b" " + name.encode() + b"\0" + bytes.fromhex(oid)
    file = repo.path.parent / "tree"
    file.write_bytes(content)
    return repo.git("hash-object", "-t", "tree", "-w", "--literally", "--", str(file))


def test_links_are_stored_as_links(workflow: Workflow) -> None:
    """A link to a file outside is not followed: its content cannot leave the machine."""
    secret = workflow.folder / "secret.txt"
    secret.write_text("do-not-publish-this", encoding="utf-8")
    (workflow.repo.path / "link").symlink_to(secret)
    (workflow.repo.path / "folder").symlink_to("/etc")
    workflow.repo.commit()
    workflow.repo.tag("v1.2.0")

    done = workflow.published(workflow.release("v1.2.0"))

    assert (done.code, done.outputs["status"]) == (0, "published")
    stored = b"".join(path.read_bytes() for path in (workflow.folder / "zenodo").rglob("*") if path.is_file())
    assert b"do-not-publish-this" not in stored


def test_no_shell_is_called() -> None:
    """Between the runner and git there is no shell: no ``shell=True``, no ``os.system``, and an entrypoint in Python."""
    root = Path(__file__).resolve().parents[2]
    code = [path.read_text(encoding="utf-8") for path in (root / "zenodo_action").rglob("*.py")]

    assert not [text for text in code if re.search(r"shell\s*=\s*True|os\.system|os\.popen|\beval\(|\bexec\(", text)]
    assert 'ENTRYPOINT ["/opt/zenodo-deposit/bin/python", "/opt/zenodo-deposit/app/entrypoint.py"]' in (
        root / "Dockerfile"
    ).read_text(encoding="utf-8")


def test_no_expression_in_a_script_of_the_workflows_to_copy() -> None:
    """``${{ }}`` in ``run:`` would be pasted into a script; values come through ``env:``."""
    root = Path(__file__).resolve().parents[2]
    files = [*(root / "examples" / "workflows").glob("*.yml"), *(root / ".github" / "workflows").glob("*.yml")]

    scripts = [
        (file.name, str(step["run"]))
        for file in files
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
        for step in job.get("steps", ())
        if "run" in step
    ]
    assert scripts
    assert [name for name, script in scripts if "${{" in script] == []


def test_the_name_of_the_repository(workflow: Workflow) -> None:
    """It stands in a path of GitHub's API: what is none is refused before it is sent."""
    workflow.environ["GITHUB_REPOSITORY"] = f"{NAME}/../../user"

    done = workflow.published(workflow.release())

    assert done.code == 2
    assert workflow.github.requests == []
