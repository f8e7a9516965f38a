"""The option table and how its values are resolved."""

from __future__ import annotations

import dataclasses

import pytest

from zenodo_action.errors import FilePlace, OptionError, OptionPlace
from zenodo_action.options import TABLE, Options

FLAG = OptionPlace(name="--archive")
FILE = FilePlace(file=".zenodo.yml", line=3, column=5)


def test_every_row_has_an_attribute() -> None:
    """The table and the class cannot drift apart."""
    attributes = {field.name for field in dataclasses.fields(Options)} - {"places"}

    assert attributes == {option.key for option in TABLE}


def test_every_row_is_reachable() -> None:
    """An option that no command and no input takes would be dead."""
    assert [option.name for option in TABLE if not (option.commands or option.is_input)] == []


def test_defaults_have_no_place() -> None:
    """What nobody said is not given."""
    options = Options.from_sources({})

    assert options.server == "zenodo"
    assert options.publish is True
    assert not options.is_given("server")
    assert options.place("server") == OptionPlace(name="--server")


def test_secrets_have_no_default() -> None:
    """The default of the token input is an expression for the runner, not a token."""
    options = Options.from_sources({})

    assert options.github_token is None
    assert options.zenodo_token is None


def test_the_command_line_comes_before_the_file() -> None:
    """A setting of the repository gives way to what the user says."""
    options = Options.from_sources(
        {"archive": ("tar.gz", FLAG)}, {"archive": ("zip", FILE), "publish": ("false", FILE)}
    )

    assert options.archive == "tar.gz"
    assert options.place("archive") == FLAG
    assert options.publish is False
    assert options.place("publish") == FILE


def test_a_false_flag_given_is_given() -> None:
    """``--no-publish`` beats ``publish: true`` in the file."""
    options = Options.from_sources({"publish": (False, OptionPlace(name="--publish"))}, {"publish": ("true", FILE)})

    assert options.publish is False


def test_a_file_cannot_set_what_is_no_setting() -> None:
    """The server and the tokens are never chosen by the repository's own file."""
    options = Options.from_sources({}, {"server": ("https://evil.example", FILE), "zenodo-token": ("t", FILE)})

    assert options.server == "zenodo"
    assert options.zenodo_token is None


@pytest.mark.parametrize(
    ("name", "value", "what", "fix"),
    [
        (
            "archive",
            "zpi",
            "archive cannot be 'zpi'",
            "did you mean zip? It takes: zip, tar.gz, none",
        ),
        ("prereleases", "x", "prereleases cannot be 'x'", "it takes: skip, deposit"),
        ("publish", "yes", "publish cannot be 'yes'", "write true or false"),
        (
            "write-back",
            "release, comit",
            "write-back cannot be 'comit'",
            "did you mean commit? It takes: release, commit, readme, citation, codemeta, record, none",
        ),
        (
            "write-back",
            "none, release",
            "write-back cannot be none and something else",
            "leave none out, or everything else",
        ),
        ("timeout", "soon", "timeout cannot be 'soon'", "give a number of seconds between 1 and 86400"),
        ("timeout", "0", "timeout cannot be '0'", "give a number of seconds between 1 and 86400"),
        ("timeout", "nan", "timeout cannot be 'nan'", "give a number of seconds between 1 and 86400"),
    ],
)
def test_a_value_that_cannot_be(name: str, value: str, what: str, fix: str) -> None:
    """It says what is wrong, where it was given, and what the option takes."""
    place = OptionPlace(name=f"input {name}")

    with pytest.raises(OptionError) as caught:
        Options.from_sources({name: (value, place)})

    assert (caught.value.what, caught.value.where, caught.value.fix) == (what, place, fix)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("v*\n\n 2024.* ", ("v*", "2024.*")), ("a, b", ("a", "b")), (["x", " y "], ("x", "y")), ("", ())],
)
def test_lists(raw: object, expected: tuple[str, ...]) -> None:
    """An item a line, or commas, or a list of the file."""
    options = Options.from_sources({"tags": (raw, FLAG)})

    assert options.tags == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("commit\nrelease", ("commit", "release")), ("commit, commit", ("commit",)), ("none", ()), ("none\nnone", ())],
)
def test_lists_of_choices(raw: object, expected: tuple[str, ...]) -> None:
    """Each once; a word of its own says that nothing is wanted."""
    assert Options.from_sources({"write-back": (raw, FLAG)}).write_back == expected
    assert Options.from_sources({}).write_back == ("release",)


def test_a_token_shows_nowhere() -> None:
    """``repr`` ends up in logs and exceptions."""
    options = Options.from_sources({"zenodo-token": ("s3cret", OptionPlace(name="ZENODO_TOKEN"))})

    assert options.zenodo_token == "s3cret"
    assert repr(options) == "<Options zenodo-token from ZENODO_TOKEN>"
    assert repr(Options.from_sources({})) == "<Options all by default>"


def test_replaced() -> None:
    """A copy with another value; the places stay."""
    options = Options.from_sources({"archive": ("zip", FLAG)}).replaced(server="local")

    assert (options.server, options.place("archive")) == ("local", FLAG)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "~/x", "../x", "a/../../x", ".git/config", "a/.GIT/x", "C:\\x", "a\\..\\x"]
)
def test_paths_stay_in_the_repository(path: str) -> None:
    """Whoever names them: on the command line too, a path leads nowhere else."""
    with pytest.raises(OptionError) as caught:
        Options.from_sources({"files": (f"results/*.csv\n{path}", OptionPlace(name="--files"))})

    assert caught.value.what == f"files cannot be {path!r}: it leads out of the repository, or into .git"
    assert str(caught.value.where) == "--files"
    assert caught.value.fix == "give a path from the top of the repository, as results/*.csv"

    with pytest.raises(OptionError, match="metadata cannot be "):
        Options.from_sources({"metadata": (path, OptionPlace(name="--metadata"))})


def test_paths_are_a_list() -> None:
    """An item a line, or separated by commas; what only looks like a way out is none."""
    options = Options.from_sources({"files": ("a..b/*.csv, .github/x\n...", OptionPlace(name="--files"))})

    assert options.files == ("a..b/*.csv", ".github/x", "...")
