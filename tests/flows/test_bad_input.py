"""Every bad input gets one clear message, the exit code of its kind, and leaves nothing behind."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import Ran, Run
from tests.repos import ExampleRepo
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.usefixtures("token")

CREATORS = "creators: [{name: 'Carberry, Josiah'}]\n"


def own(zenodo: LocalServer) -> list[Any]:
    headers = {"Authorization": "Bearer test-token"}
    return requests.get(f"{zenodo.api_url}/user/records", headers=headers, timeout=10).json()["hits"]["hits"]


def deposit(run: Run, zenodo: LocalServer, folder: Path, files: dict[str, str], *options: str) -> Ran:
    """Deposit a repository with the given files."""
    repo = ExampleRepo(folder / "red-dot-detector")
    for name, text in files.items():
        repo.write(name, text)
    repo.commit()
    repo.tag("v1.0.0")
    return run("deposit", "v1.0.0", "-C", repo.path, "--server", zenodo.url, "--json", *options)


def only_error(ran: Ran) -> dict[str, Any]:
    """Return the one finding that is an error."""
    (error,) = [finding for finding in ran.json["findings"] if finding["level"] == "error"]
    return error


METADATA = {
    "trailing comma": (
        ".zenodo.json",
        '{"title": "Red-Dot",\n "creators": [{"name": "Carberry, Josiah"}],\n}\n',
        "document-unparsable",
        (2, 44),
    ),
    "tab": (".zenodo.yml", f"{CREATORS}title:\n\tRed-Dot\n", "document-unparsable", (3, 1)),
    "unclosed list": (".zenodo.yml", "title: [Red-Dot\n", "document-unparsable", None),
    "duplicate key": (".zenodo.yml", f"{CREATORS}title: Red\ntitle: Dot\n", "key-duplicate", (3, 1)),
    "ORCID": (
        ".zenodo.yml",
        "title: Red-Dot\ncreators:\n  - name: Carberry, Josiah\n    orcid: 0000-0002-1825-0098\n",
        "orcid-invalid",
        (4, 12),
    ),
    "GPLv3": (".zenodo.yml", f"{CREATORS}title: Red-Dot\nlicense: GPLv3\n", "license-ambiguous", (3, 10)),
    "BSD": (".zenodo.yml", f"{CREATORS}title: Red-Dot\nlicense: BSD\n", "license-ambiguous", (3, 10)),
    "embargo date": (
        ".zenodo.yml",
        f"{CREATORS}title: Red-Dot\nlicense: MIT\naccess_right: embargoed\nembargo_date: 2031-02-30\n",
        "date-impossible",
        (5, 15),
    ),
    "creator without a name": (
        "CITATION.cff",
        "cff-version: 1.2.0\ntitle: Red-Dot\nmessage: Cite it\nauthors:\n  - orcid: https://orcid.org/0000-0002-1825-0097\n",
        "creator-name-missing",
        (5, 5),
    ),
}


@pytest.mark.parametrize(("name", "text", "code", "place"), METADATA.values(), ids=METADATA.keys())
def test_metadata(
    run: Run, zenodo: LocalServer, tmp_path: Path, *, name: str, text: str, code: str, place: tuple[int, int] | None
) -> None:
    """Exit code 3, one error with its line and column and how to mend it; nothing was sent."""
    ran = deposit(run, zenodo, tmp_path, {name: text})

    assert ran.code == 3
    error = only_error(ran)
    assert error["code"] == code
    assert error["where"]["file"] == name
    if place is not None:
        assert (error["where"]["line"], error["where"]["column"]) == place
    assert error["fix"]
    assert own(zenodo) == []


def test_an_open_licence_names_the_candidates(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """The terms are the author's to choose."""
    ran = deposit(run, zenodo, tmp_path, {".zenodo.yml": f"{CREATORS}title: Red-Dot\nlicense: GPLv3\n"})

    error = only_error(ran)
    assert "GPL-3.0-only" in error["fix"]
    assert "GPL-3.0-or-later" in error["fix"]


def test_all_errors_come_at_once(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """Of both files."""
    files = {
        ".zenodo.yml": "title: Red-Dot\nlicense: GPLv3\n",
        "CITATION.cff": "cff-version: 1.2.0\nauthors:\n  - family-names: Carberry\n    orcid: 0000-0002-1825-0098\n",
    }
    ran = deposit(run, zenodo, tmp_path, files)

    errors = {finding["code"] for finding in ran.json["findings"] if finding["level"] == "error"}
    assert errors == {"license-ambiguous", "orcid-invalid"}


def test_no_creators_anywhere(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """An error, with the lines to paste."""
    ran = deposit(run, zenodo, tmp_path, {".zenodo.yml": "title: Red-Dot\nlicense: MIT\n"})

    assert ran.code == 3
    error = only_error(ran)
    assert error["code"] == "creators-missing"
    assert "creators:\n  - name: " in error["fix"]
    assert own(zenodo) == []


def test_no_metadata_file(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """The same: there is nothing to derive creators from."""
    ran = deposit(run, zenodo, tmp_path, {"README.md": "Red-Dot\n"})

    assert ran.code == 3
    assert only_error(ran)["code"] == "creators-missing"
    assert own(zenodo) == []


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        (f"{CREATORS}license: MIT\n", "title-missing", ""),
        (f"{CREATORS}title: Red-Dot\nlicense: Apache 2.0\n", "license-mended", "Apache-2.0"),
        (f"{CREATORS}title: Red-Dot\nlicense: MIT\nkeyword: [a]\n", "key-unknown", 'did you mean "keywords"?'),
    ],
)
def test_what_can_be_mended_is_a_warning(
    run: Run, zenodo: LocalServer, tmp_path: Path, *, text: str, code: str, fix: str
) -> None:
    """It is published, and the warning says what was done; ``--fail-on warning`` stops."""
    strict = deposit(run, zenodo, tmp_path / "strict", {".zenodo.yml": text}, "--fail-on", "warning")
    assert strict.code == 3
    assert own(zenodo) == []

    ran = deposit(run, zenodo, tmp_path, {".zenodo.yml": text})

    assert (ran.code, ran.json["status"]) == (0, "published")
    (warning,) = [finding for finding in ran.json["findings"] if finding["code"] == code]
    assert warning["level"] == "warning"
    assert fix in warning["fix"]


def test_a_missing_title_is_the_repositorys_name(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """As it is called on disk where it has no address."""
    ran = deposit(run, zenodo, tmp_path, {".zenodo.yml": f"{CREATORS}license: MIT\n"})

    url = f"{zenodo.api_url}/records/{ran.json['record_id']}"
    assert requests.get(url, timeout=10).json()["title"] == "red-dot-detector"


def test_no_such_tag(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """Exit code 4 and the nearest tag."""
    ran = run("deposit", "v1.0.1", "-C", red_dot.path, "--server", zenodo.url)

    assert ran.code == 4
    assert ran.err.startswith(f"error: there is no tag v1.0.1 in {red_dot.path}")
    assert "v1.0.0" in ran.err


def test_a_branch_is_no_tag(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """A branch moves; a version must not."""
    red_dot.git("branch", "v9.9.9")

    assert run("deposit", "v9.9.9", "-C", red_dot.path, "--server", zenodo.url).code == 4


def test_no_git_repository(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """Exit code 4; the same for a folder that is not there."""
    for folder in (tmp_path, tmp_path / "nowhere"):
        ran = run("deposit", "v1.0.0", "-C", folder, "--server", zenodo.url)

        assert ran.code == 4
        assert "fix:" in ran.err


def test_an_untagged_commit(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """Without a name, the tag of the commit that is checked out is meant."""
    red_dot.commit("Third")

    ran = run("deposit", "-C", red_dot.path, "--server", zenodo.url)

    assert ran.code == 4
    assert ran.err.splitlines()[0] == (
        "error: the commit that is checked out has no tag, and none was named  [archive]"
    )
    assert "zenodo-deposit deposit v1.1.0" in ran.err


def test_an_empty_archive(run: Run, zenodo: LocalServer, tmp_path: Path) -> None:
    """Everything is left out by export-ignore."""
    files = {
        ".zenodo.yml": f"{CREATORS}title: Red-Dot\nlicense: MIT\n",
        ".gitattributes": "* export-ignore\n.* export-ignore\n",
    }
    ran = deposit(run, zenodo, tmp_path, files)

    assert ran.code == 4
    assert only_error(ran)["code"] == "archive"
    assert own(zenodo) == []


def test_a_refused_token(red_dot: ExampleRepo, run: Run, zenodo: LocalServer) -> None:
    """Exit code 5; the request, its answer, and where tokens are made."""
    environ = {"ZENODO_TOKEN": "wr0ng"}
    ran = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", zenodo.url, "--json", env=environ)

    assert ran.code == 5
    error = only_error(ran)
    assert error["code"] == "token-rejected"
    assert error["where"]["status"] == 403
    assert "/account/settings/applications" in error["fix"]
    assert "wr0ng" not in ran.out + ran.err


def test_no_token_for_a_server(red_dot: ExampleRepo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, before anything is asked."""
    monkeypatch.delenv("ZENODO_TOKEN")

    ran = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", "sandbox")

    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error: there is no token for the server sandbox  [option]"


def test_a_forgotten_secret_in_ci(red_dot: ExampleRepo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No green run with made-up DOIs."""
    monkeypatch.delenv("ZENODO_TOKEN")

    ran = run("deposit", "v1.0.0", "-C", red_dot.path, env={"CI": "true"})

    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error: there is no token, and no server was named  [option]"
    assert not (red_dot.path / ".zenodo-local").exists()


def test_a_server_that_does_not_answer(red_dot: ExampleRepo, run: Run) -> None:
    """Exit code 5 once the time is up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    ran = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", f"http://127.0.0.1:{port}", "--timeout", "1")

    assert ran.code == 5
    assert "could not be reached" in ran.err


def test_a_server_that_is_none(red_dot: ExampleRepo, run: Run) -> None:
    """A misspelt word, and an address over plain HTTP."""
    word = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", "sandbx")
    plain = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", "http://zenodo.example")

    assert (word.code, plain.code) == (2, 2)
    assert "sandbox" in word.err


@pytest.mark.parametrize(
    ("record", "code", "what"),
    [
        ("999999", 5, "error: there is no record 999999 on "),
        ("not a record", 2, "error: 'not a record' names no record  [option]"),
        ("https://zenodo.org/records/300002", 2, "error: https://zenodo.org/records/300002 is no record of 127.0.0.1:"),
    ],
)
def test_a_record_that_is_not_there(
    red_dot: ExampleRepo, run: Run, zenodo: LocalServer, *, record: str, code: int, what: str
) -> None:
    """It says how a record is named."""
    ran = run("deposit", "v1.0.0", "-C", red_dot.path, "--server", zenodo.url, "--record", record)

    assert ran.code == code
    assert ran.err.startswith(what)
    assert own(zenodo) == []


def test_somebody_elses_record(red_dot: ExampleRepo, run: Run, zenodo: LocalServer, other_token: str) -> None:
    """It exists, but the token cannot add a version; nothing is sent."""
    to = ["-C", red_dot.path, "--server", zenodo.url]
    theirs = run("deposit", "v1.0.0", *to, "--json", env={"ZENODO_TOKEN": other_token}).json

    ran = run("deposit", "v1.1.0", *to, "--record", theirs["record_id"])

    assert ran.code == 5
    assert ran.err.startswith(f"error: record {theirs['record_id']} on ")
    assert "is not among the records of your token's user" in ran.err
    assert own(zenodo) == []


def test_an_option_that_is_none(run: Run) -> None:
    """Exit code 2 and the nearest."""
    ran = run("deposit", "v1.0.0", "--archiv", "zip")

    assert ran.code == 2
    assert "--archive" in ran.err


def test_validate_without_files(run: Run, tmp_path: Path) -> None:
    """It names the files that it looks for."""
    ran = run("validate", "-C", tmp_path)

    assert ran.code == 2
    assert ".zenodo.yml" in ran.err


def test_validate(run: Run, tmp_path: Path) -> None:
    """It needs no git; the exit code says whether there is an error."""
    (tmp_path / ".zenodo.yml").write_text(f"{CREATORS}title: Red-Dot\nlicense: MIT\n", encoding="utf-8")
    good = run("validate", "-C", tmp_path, "--json")
    (tmp_path / ".zenodo.yml").write_text(f"{CREATORS}title: Red-Dot\nlicense: GPLv3\n", encoding="utf-8")
    bad = run("validate", "-C", tmp_path, "--json")

    assert (good.code, good.json["status"]) == (0, "valid")
    assert (bad.code, bad.json["status"]) == (3, "failed")
    assert bad.json["findings"][0]["where"]["text"] == ".zenodo.yml:3:10  ($.license)"
