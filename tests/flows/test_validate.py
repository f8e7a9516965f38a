"""``validate`` on files as they lie on disk, and on what an editor hands over on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import Ran, Run

CREATORS = "creators: [{name: 'Carberry, Josiah'}]\n"
GOOD = f"{CREATORS}title: Red-Dot\nlicense: MIT\n"
BAD = f"{CREATORS}title: Red-Dot\nlicense: GPLv3\n"
CFF = "cff-version: 1.2.0\nmessage: Cite it\ntitle: Red-Dot\nauthors:\n  - family-names: Carberry\nlicense: GPLv3\n"

Piped = Callable[..., Ran]


@pytest.fixture
def piped(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Piped:
    """``validate -`` in an empty folder, with what stands on standard input."""

    def call(content: str | bytes, *arguments: object) -> Ran:
        raw = content if isinstance(content, bytes) else content.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return run("validate", "-", "-C", tmp_path, "--json", *arguments)

    return call


def errors(ran: Ran) -> list[tuple[str, str]]:
    """Return code and place of every error."""
    return [(each["code"], each["where"]["text"]) for each in ran.json["findings"] if each["level"] == "error"]


def test_the_exit_code_says_whether_there_is_an_error(piped: Piped) -> None:
    """As for files."""
    good, bad = piped(GOOD), piped(BAD)

    assert (good.code, good.json["status"], good.json["findings"][0]["code"]) == (0, "valid", "description-missing")
    assert (bad.code, bad.json["status"]) == (3, "failed")
    assert errors(bad) == [("license-ambiguous", "<stdin>:3:10  ($.license)")]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (BAD, "<stdin>:3:10  ($.license)"),
        (
            '\n{"title": "Red-Dot", "creators": [{"name": "Carberry, J"}], "license": "GPLv3"}',
            "<stdin>:2:72  ($.license)",
        ),
        (CFF, "<stdin>:6:10  ($.license)"),
        (CFF.replace("\n", "\r\n"), "<stdin>:6:10  ($.license)"),
        (b"\xef\xbb\xbf" + CFF.encode(), "<stdin>:6:10  ($.license)"),
    ],
    ids=["yaml", "json", "cff", "line ends", "byte order mark"],
)
def test_the_content_tells_the_format(piped: Piped, content: str | bytes, place: str) -> None:
    """Positions name standard input."""
    assert errors(piped(content)) == [("license-ambiguous", place)]


def test_codemeta_is_told_from_zenodos_format(piped: Piped) -> None:
    """Nothing of it decides on a deposit, so there is no error."""
    ran = piped('{"@context": "https://w3id.org/codemeta/3.0", "name": "Red-Dot", "author": {"name": "Carberry"}}')

    assert ran.code == 0
    assert "key-unknown" not in ran.out


def test_a_name_says_how_to_read_it(piped: Piped) -> None:
    """What looks like YAML of Zenodo's is a citation file where it is called one."""
    ran = piped("title: Red-Dot\ncreators: []\n", "--stdin-filename", "docs/CITATION.cff")

    findings = {(each["code"], (each["where"] or {}).get("text")) for each in ran.json["findings"]}
    assert ("key-unknown", "docs/CITATION.cff:2:1  ($.creators)") in findings
    assert ("creators-missing", None) in findings


def test_a_known_name_stands_for_the_file_on_disk(piped: Piped, tmp_path: Path) -> None:
    """The other files of the folder count, as they would with the file saved."""
    (tmp_path / ".zenodo.yml").write_text(BAD, encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text(CFF.replace("GPLv3", "MIT"), encoding="utf-8")
    ran = piped("title: Red-Dot\n", "--stdin-filename", ".zenodo.yml")

    assert (ran.code, errors(ran)) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("-", ".zenodo.yml"), "standard input and files cannot be checked at once"),
        (("--stdin-filename", ".zenodo.yml"), "a name is given for standard input, which is not read"),
    ],
)
def test_options_that_do_not_go_together(run: Run, tmp_path: Path, arguments: tuple[str, ...], what: str) -> None:
    """Exit code 2, and how to call it."""
    (tmp_path / ".zenodo.yml").write_text(GOOD, encoding="utf-8")
    ran = run("validate", "-C", tmp_path, "--json", *arguments)

    assert (ran.code, ran.json["error"]) == (2, what)
    assert ran.json["findings"][0]["fix"]


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("../elsewhere.yml", "leads out of the repository"),
        ("nothing.yml", "leads nowhere"),
        (".zenodo.yml", "leads to itself"),
    ],
)
def test_links_are_refused_as_a_deposit_refuses_them(run: Run, tmp_path: Path, target: str, fault: str) -> None:
    """Exit code 4."""
    folder = tmp_path / "red-dot"
    folder.mkdir()
    (tmp_path / "elsewhere.yml").write_text(GOOD, encoding="utf-8")
    (folder / ".zenodo.yml").symlink_to(target)
    ran = run("validate", "-C", folder, "--json")

    assert ran.code == 4
    assert ran.json["error"] == f".zenodo.yml is a symbolic link that {fault}"


def test_links_within_the_repository_are_followed(run: Run, tmp_path: Path) -> None:
    """Also from a folder below its top."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "shared.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "docs" / ".zenodo.yml").symlink_to("../shared.yml")

    assert run("validate", "-C", tmp_path / "docs").code == 0
