"""
The one table of options: the command line and the Action's inputs are made from it, never typed twice.

A value comes from the command line (or the Action's input of the same name), else from the environment, else from the
``deposit:`` block of ``.zenodo.yml``, else from the table; ``Options`` remembers which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from zenodo_action.errors import OptionPlace, Where
from zenodo_action.option import Option

SERVE_PORT = 5072
"""Where ``serve`` listens unless told otherwise; the number of the DOI test prefix 10.5072."""


TABLE: tuple[Option, ...] = (
    Option(
        name="zenodo-token",
        help="Token of your account on the server, with the scopes deposit:write and deposit:actions.",
        is_input=True,
        is_secret=True,
        environment="ZENODO_TOKEN",
    ),
    Option(
        name="github-token",
        help="Reads the release and writes the DOI into it.",
        default="${{ github.token }}",
        is_input=True,
        is_secret=True,
        environment="GITHUB_TOKEN",
    ),
    Option(
        name="server",
        help="Where to deposit: zenodo, sandbox, local (the embedded repository), or the address of an InvenioRDM.",
        default="zenodo",
        commands=("deposit", "preview", "reserve"),
        is_input=True,
        metavar="NAME|URL",
        default_at_home="zenodo with a token, local without",
    ),
    Option(
        name="api",
        help="How to talk to the server: records (InvenioRDM's own API) or deposit (Zenodo's documented deposit API, "
        "which can hold less).",
        kind="choice",
        default="records",
        choices=("records", "deposit"),
        commands=("deposit", "preview", "reserve"),
        is_input=True,
    ),
    Option(
        name="command",
        help="What to do. auto: deposit on a release, a pushed tag or by hand; preview on pull requests.",
        kind="choice",
        default="auto",
        choices=("auto", "deposit", "preview", "validate", "reserve"),
        is_input=True,
    ),
    Option(
        name="tag",
        help="The release to deposit; by default the one of the event.",
        is_input=True,
    ),
    Option(
        name="all",
        help="Deposit every release that has no version yet, oldest first: the releases of the repository on GitHub, or "
        "its tags where it has no releases and on the command line.",
        kind="flag",
        default=False,
        commands=("deposit", "preview"),
        is_input=True,
    ),
    Option(
        name="record",
        help="The record that this repository's versions belong to: its id, DOI or address; new to start one; "
        "auto to find it.",
        default="auto",
        commands=("deposit", "preview", "reserve"),
        is_input=True,
        is_setting=True,
        metavar="ID|DOI|URL|new|auto",
    ),
    Option(
        name="metadata",
        help="A metadata file of the repository to use in place of discovery.",
        kind="path",
        default="auto",
        commands=("deposit", "preview", "metadata", "reserve"),
        is_input=True,
        metavar="FILE",
    ),
    Option(
        name="archive",
        help="Form of the source archive; none deposits only files and assets.",
        kind="choice",
        default="zip",
        choices=("zip", "tar.gz", "none"),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="submodules",
        help="Put the content of git submodules into the archive, at the commits that the tag records.",
        kind="flag",
        default=True,
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="lfs",
        help="Put the content of Git LFS into the archive, in place of its pointers.",
        kind="flag",
        default=True,
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="assets",
        help="Patterns of files attached to the GitHub release to deposit as well, as *.whl.",
        kind="list",
        default=(),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
        metavar="PATTERN,…",
    ),
    Option(
        name="files",
        help="Patterns of further files of the working tree to deposit, as results/*.csv.",
        kind="paths",
        default=(),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
        metavar="PATTERN,…",
    ),
    Option(
        name="checksums",
        help="Deposit a file SHA256SUMS with the checksums of all the others, which sha256sum -c reads.",
        kind="flag",
        default=False,
        commands=("deposit", "preview"),
        is_input=True,
    ),
    Option(
        name="stamp",
        help="Write the reserved DOI into the archive's own CITATION.cff; tag and release stay untouched.",
        kind="flag",
        default=False,
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="publish",
        help="Publish the record; without it a reviewed draft is left and its address reported.",
        kind="flag",
        default=True,
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="communities",
        help="Communities to ask to take the record, added to those of the metadata.",
        kind="list",
        default=(),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
        metavar="NAME,…",
    ),
    Option(
        name="prereleases",
        help="What to do with a prerelease (by GitHub's flag or by its version) that is not named, as with all.",
        kind="choice",
        default="skip",
        choices=("skip", "deposit"),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
    ),
    Option(
        name="tags",
        help="Patterns of tags that are deposited without being named, as with all; by default complete versions "
        "(v1.2.3, 2024.05, not v1 or latest).",
        kind="list",
        default=(),
        commands=("deposit", "preview"),
        is_input=True,
        is_setting=True,
        metavar="PATTERN",
    ),
    Option(
        name="allow-older",
        help="Deposit a tag whose version lies below the newest one deposited.",
        kind="flag",
        default=False,
        commands=("deposit", "preview", "reserve"),
        is_input=True,
    ),
    Option(
        name="update-metadata",
        help="Change the metadata of a version that is published already to what its tag says; files stay as they are.",
        kind="flag",
        default=False,
        commands=("deposit", "preview"),
        is_input=True,
    ),
    Option(
        name="write-back",
        help="Where to write the DOI: release (a block in the release notes, and a comment in the release's discussion "
        "where there is one), commit (a comment on the tagged commit), readme (a badge), citation (CITATION.cff), codemeta "
        "(codemeta.json), record (deposit.record in .zenodo.yml).",
        kind="list",
        default=("release",),
        choices=("release", "commit", "readme", "citation", "codemeta", "record"),
        word_for_none="none",
        is_input=True,
    ),
    Option(
        name="write-via",
        help="How write-back changes files: by a pull request, or by a commit to the default branch.",
        kind="choice",
        default="pull-request",
        choices=("pull-request", "commit"),
        is_input=True,
    ),
    Option(
        name="fail-on",
        help="Stop on errors only, or on warnings too.",
        kind="choice",
        default="error",
        choices=("error", "warning"),
        commands=("deposit", "preview", "validate", "reserve"),
        is_input=True,
    ),
    Option(
        name="timeout",
        help="Seconds that a run may wait in all: for a server that is busy, silent or out of reach, for its search "
        "index, for another run. Time in which it gets on, as with a large file, does not count.",
        kind="seconds",
        default=300.0,
        commands=("deposit", "preview", "reserve"),
        is_input=True,
        metavar="SECONDS",
    ),
    Option(
        name="local-dir",
        help="Folder of the embedded repository [default: .zenodo-local in the repository].",
        kind="folder",
        commands=("deposit", "preview", "reserve"),
        metavar="DIR",
    ),
)

BY_NAME: Mapping[str, Option] = {option.name: option for option in TABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The values that are in force, and where each came from."""

    zenodo_token: str | None = None
    github_token: str | None = None
    server: str = "zenodo"
    api: str = "records"
    command: str = "auto"
    tag: str | None = None
    all: bool = False
    record: str = "auto"
    metadata: str = "auto"
    archive: str = "zip"
    submodules: bool = True
    lfs: bool = True
    assets: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    checksums: bool = False
    stamp: bool = False
    publish: bool = True
    communities: tuple[str, ...] = ()
    prereleases: str = "skip"
    tags: tuple[str, ...] = ()
    allow_older: bool = False
    update_metadata: bool = False
    write_back: tuple[str, ...] = ("release",)
    write_via: str = "pull-request"
    fail_on: str = "error"
    timeout: float = 300.0
    local_dir: str | None = None
    places: Mapping[str, Where]
    """Option name → where its value was given; absent for defaults."""

    def __repr__(self) -> str:
        """Return a text without secrets: exceptions and logs may show it."""
        given = ", ".join(f"{name} from {place}" for name, place in sorted(self.places.items()))
        return f"<Options {given or 'all by default'}>"

    def is_given(self, name: str) -> bool:
        """Whether the user said anything about the option."""
        return name in self.places

    def place(self, name: str) -> Where:
        """Return where the value was given, or the option's name where it is the default."""
        return self.places.get(name, OptionPlace(name=f"--{name}"))

    def replaced(self, **values: object) -> Options:
        """Return a copy with other values, as where a default depends on the surroundings."""
        return replace(self, **values)  # type: ignore[arg-type]  # the names are checked by dataclasses

    @classmethod
    def from_sources(
        cls, given: Mapping[str, tuple[object, Where]], settings: Mapping[str, tuple[object, Where]] | None = None
    ) -> Options:
        """
        Resolve the table's values.

        Args:
            given: From the command line, the Action's inputs or the environment: name → (value, place).
                Texts are read by the option's kind.
            settings: The ``deposit:`` block of the repository's own file, of lower rank.

        Raises:
            OptionError: A value that the option cannot take; it names the nearest that it can.
        """
        places: dict[str, Where] = {}
        values: dict[str, Any] = {}
        for option in TABLE:
            from_file = (settings or {}).get(option.name) if option.is_setting else None
            found = given.get(option.name) or from_file
            if found is None:
                if not option.is_secret:
                    values[option.key] = option.default
                continue
            raw, where = found
            values[option.key] = option.read(raw, where)
            places[option.name] = where
        return cls(**values, places=places)
