"""
Git, called as a program: with settings of our own, without the user's, and over the network only where asked to.

Objects are read through a *view*: a git folder made for one call that borrows the repository's objects. It holds our
settings and at most one tag. So neither the user's nor the repository's configuration (filters, line ends, attributes,
hooks, lazy fetches, replaced objects) reaches what is read, and no program that the repository names is run.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from zenodo_action.errors import ArchiveError, FilePlace

MAX_METADATA_BYTES = 11_000_000
"""More of one metadata file is not kept; the reader of documents refuses files above 10 MB with a text of its own."""

_TIMEOUT_S = 120
_STREAM_TIMEOUT_S = 3600
_PIPE_BYTES = 1 << 16
"""Linux holds as much between two programs."""
_STOPPED_BY_US = -13
"""Git's status after it wrote to a pipe that we closed (SIGPIPE)."""
_KILLED = -9
"""Git's status after our time limit, or where the system ran out of memory (SIGKILL)."""

_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DEVELOPER_DIR", "SYSTEMROOT", "TMPDIR", "SUDO_UID")
"""All that git learns of the environment: no token, no ``GIT_…`` variable and no time zone passes."""

_INHERITED_BY_FETCH = tuple(
    each
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "ssl_cert_file",
        "ssl_cert_dir",
        "git_ssl_cainfo",
    )
    for each in (name, name.upper())
)
"""What it learns besides where it fetches: the way out of this network, and whom to trust there."""

_VARIABLES = {
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
    "LC_ALL": "C",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS = ("core.quotepath=off", f"core.hooksPath={os.devnull}", "protocol.allow=never", "protocol.ext.allow=never")

_VIEW_CONFIG = """\
[core]
\trepositoryformatversion = {format}
\tbare = true
\tautocrlf = false
\teol = lf
\tabbrev = 12
\tbigFileThreshold = 32m
\tdeltaBaseCacheLimit = 16m
\tpackedGitWindowSize = 8m
\tpackedGitLimit = 32m
{extensions}"""
"""
``autocrlf``, ``eol``: on Windows git would otherwise write CRLF for ``text`` files without a rule of their own.
``abbrev``: without it the length of ``$Format:%h$`` depends on how much of the history was cloned.
``bigFileThreshold``: larger files are streamed; their line ends are then left as committed.
The others bound the memory that git takes for a large repository.
"""

_LINK_FAULTS = {b"symlink": "leads out of the repository", b"dangling": "leads nowhere", b"loop": "leads to itself"}

_DAMAGED = (
    "get a whole clone: on GitHub, leave out 'filter' of actions/checkout; on the command line, check the tag out once "
    "(git checkout TAG), which fetches what a partial clone left out; git fsck tells of damage"
)


def run(
    *arguments: str, home: str = os.devnull, objects: Path | None = None, protocol: str | None = None
) -> subprocess.CompletedProcess[str]:
    """
    Run git to its end and return what it printed; a status other than 0 is the caller's to judge.

    Args:
        arguments: Subcommand and its arguments. What the user chose stands behind ``--`` or a prefix of ours, so that
            it cannot pass for an option.
        home: Folder whose ``.gitconfig`` counts as the user's.
        objects: Folder of objects to read in place of the repository's own.
        protocol: The one protocol that it may fetch by: ``https``, ``ssh`` or ``file``. It gets no password from us and
            asks for none.

    Raises:
        ArchiveError: There is no git, or it took too long.
    """
    timeout_s = _TIMEOUT_S if protocol is None else _STREAM_TIMEOUT_S
    allowed = () if protocol is None else ("-c", f"protocol.{protocol}.allow=always")
    with _explained(timeout_s):
        return subprocess.run(
            _command(*allowed, *arguments),
            env=_environment(home=home, objects=objects, is_fetching=protocol is not None),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout_s,
            check=False,
        )


def complaint(stderr: str) -> str:
    """Return the line in which git says what is wrong, without its ``fatal:``."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    chosen = next((line for line in lines if line.startswith("fatal: ")), lines[-1] if lines else "it gave no reason")
    return chosen.removeprefix("fatal: ").removeprefix("error: ")


@contextmanager
def trusted_home(folder: Path) -> Iterator[str]:
    """
    Give a home folder whose settings trust exactly one repository, whoever owns it.

    A workspace that is mounted into a container belongs to another user than the one git runs as. ``-c`` and the
    environment do not help: git from 2.30.3 to 2.37 heeds ``safe.directory`` in the user's and the system's files only.
    Source: git-config(1) of these versions, "safe.directory".
    """
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    with tempfile.TemporaryDirectory(prefix="zenodo-deposit-") as home:
        (Path(home) / ".gitconfig").write_text(f'[safe]\n\tdirectory = "{quoted}"\n', errors="surrogateescape")
        yield home


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The objects of a repository, seen with settings of our own."""

    folder: Path
    objects: Path

    @classmethod
    @contextmanager
    def open(cls, git_folder: Path, *, commit: str, tag: tuple[str, str] | None = None) -> Iterator[View]:
        """
        Make a view for the length of a ``with`` block.

        Args:
            git_folder: The common git folder of the repository.
            commit: 40 or 64 hex digits; the length tells the hash that the repository uses.
            tag: Name and object of the one tag that ``$Format:%(describe)$`` and ``$Format:%D$`` will see.
        """
        is_sha256 = len(commit) > 40  # noqa: PLR2004 - 40 hex digits are SHA-1
        extensions = "[extensions]\n\tobjectFormat = sha256\n" if is_sha256 else ""
        with tempfile.TemporaryDirectory(prefix="zenodo-deposit-") as name:
            folder = Path(name)
            (folder / "refs").mkdir()
            (folder / "HEAD").write_text("ref: refs/heads/none\n")
            (folder / "config").write_text(_VIEW_CONFIG.format(format=int(is_sha256), extensions=extensions))
            if tag is not None:
                (folder / "packed-refs").write_bytes(os.fsencode(f"{tag[1]} refs/tags/{tag[0]}\n"))
            if (git_folder / "shallow").exists():
                (folder / "shallow").write_bytes((git_folder / "shallow").read_bytes())
            yield cls(folder=folder, objects=git_folder / "objects")

    def read(self, commit: str, names: Iterable[str]) -> tuple[int, dict[str, bytes]]:
        """
        Return the commit's time (Unix seconds) and those of the named files that it holds, symbolic links followed.

        Raises:
            ArchiveError: A link leads out of the repository or nowhere; objects are missing; a name leaves the tree.
        """
        paths = {name: _path_in_tree(name) for name in names}
        requests = [commit, *(f"{commit}:{path}" for path in paths.values())]
        with tempfile.TemporaryFile() as answers:
            with _explained():
                done = subprocess.run(
                    _command(f"--git-dir={self.folder}", "cat-file", "--batch", "--follow-symlinks"),
                    env=_environment(objects=self.objects),
                    input=os.fsencode("".join(f"{request}\n" for request in requests)),
                    stdout=answers,
                    stderr=subprocess.PIPE,
                    timeout=_TIMEOUT_S,
                    check=False,
                )
            if done.returncode:
                raise self._failed(f"git could not read commit {commit[:12]}", os.fsdecode(done.stderr))
            answers.seek(0)
            head = _next_file(answers, commit) or b""
            found = {name: _next_file(answers, name) for name in paths}
        self._demand(commit, [paths[name] for name, content in found.items() if content is None])
        time = re.search(rb"^committer .*> (-?[0-9]+)", head, re.MULTILINE)
        return int(time[1]) if time else 0, {name: content for name, content in found.items() if content is not None}

    def holds(self, commit: str) -> bool:
        """Whether the commit is among the objects."""
        return self._git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0

    def link(self, commit: str, path: str) -> str | None:
        """Return the commit that a submodule's place in the tree names, ``None`` where there is no submodule."""
        done = self._git("ls-tree", "-z", commit, "--", path)
        if done.returncode:
            raise self._failed(f"git could not list the files of commit {commit[:12]}", done.stderr)
        mode, kind, name = (done.stdout.partition("\t")[0].split(" ") + [""] * 3)[:3]
        return name if (mode, kind) == ("160000", "commit") else None

    def settings(self, commit: str, name: str, *, shown: str) -> list[tuple[str, str]]:
        """
        Return key and value of the settings in a file of the commit that is written as git's own are; errors call it
        ``shown``.

        Raises:
            ArchiveError: It is not.
        """
        if self._git("cat-file", "-e", f"{commit}:{name}").returncode:
            return []
        done = self._git("config", "--null", "--list", "--blob", f"{commit}:{name}")
        if done.returncode:
            reason, _, _ = done.stderr.partition("\n")
            raise ArchiveError(
                f"git cannot read {shown} of commit {commit[:12]}: {complaint(reason)}",
                where=FilePlace(file=shown),
                fix=f"mend it, see that git config --file {name} --list reads it, and make a new tag",
            )
        entries = (entry.partition("\n") for entry in done.stdout.split("\0")[:-1])
        return [(key, value) for key, _, value in entries]

    def filtered(self, commit: str, name: str) -> frozenset[str]:
        """Return the paths to which the commit's own ``.gitattributes`` give a filter."""
        nothing = self.folder / "nothing"
        nothing.mkdir(exist_ok=True)
        # Only where it believes in a working tree, here an empty one, does git look for attributes in the index.
        seen = (f"--work-tree={nothing}", "--no-literal-pathspecs")
        done = self._git("read-tree", commit)
        if not done.returncode:
            done = self._git(*seen, "ls-files", "-z", "--", f":(attr:filter={name})")
        if done.returncode:
            raise self._failed(f"git could not list the files of commit {commit[:12]}", done.stderr)
        return frozenset(done.stdout.split("\0")[:-1])

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git on the objects."""
        return run(f"--git-dir={self.folder}", *arguments, objects=self.objects)

    @contextmanager
    def tar(self, commit: str) -> Iterator[IO[bytes]]:
        """
        Stream the tree of a commit as ``git archive`` writes it, below one folder of no particular name.

        Raises:
            ArchiveError: Git failed; raised in place of what the broken stream caused in the block.
        """
        command = _command(f"--git-dir={self.folder}", "archive", "--format=tar", "--prefix=tree/", commit)
        failure: Exception | None = None
        with tempfile.TemporaryFile() as errors:
            with _explained():
                process = subprocess.Popen(
                    command,
                    env=_environment(objects=self.objects),
                    bufsize=_PIPE_BYTES,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
            timer = threading.Timer(_STREAM_TIMEOUT_S, process.kill)
            timer.start()
            assert process.stdout is not None  # noqa: S101 - what PIPE stands for; told to the type checker
            try:
                yield process.stdout
                while process.stdout.read(_PIPE_BYTES):
                    pass  # the padding at the end, without which git would meet a closed pipe
            except Exception as error:  # noqa: BLE001 - raised below, unless git's own failure explains it
                failure = error
            finally:
                process.stdout.close()
                process.wait()
                timer.cancel()
            errors.seek(0)
            reason = os.fsdecode(errors.read())
        if process.returncode == _KILLED:
            raise ArchiveError(
                f"git was killed while it archived commit {commit[:12]}: no memory left, or it took more than an hour",
                where=FilePlace(file=str(self.objects.parent)),
                fix="keep large files out of the archive (export-ignore) and deposit them with 'files' or 'assets'",
            ) from failure
        if process.returncode not in (0, _STOPPED_BY_US):
            raise self._failed(f"git could not archive commit {commit[:12]}", reason) from failure
        if failure is not None:
            raise failure

    def _demand(self, commit: str, paths: list[str]) -> None:
        """Raise unless each of the paths that could not be read is indeed no file of the commit."""
        if not paths:
            return
        done = self._git("ls-tree", "-z", commit, "--", *paths)
        absent = [entry.partition("\t")[2] for entry in done.stdout.split("\0") if entry.split(" ")[1:2] == ["blob"]]
        if done.returncode or absent:
            what = f"git does not have the content of {absent[0]} at commit {commit[:12]}" if absent else ""
            raise self._failed(what or f"git could not list the files of commit {commit[:12]}", done.stderr)

    def _failed(self, what: str, stderr: str) -> ArchiveError:
        """Return the error for objects that cannot be read."""
        return ArchiveError(
            f"{what}: {complaint(stderr)}" if stderr else what,
            where=FilePlace(file=str(self.objects.parent)),
            fix=_DAMAGED,
        )


def _command(*arguments: str) -> list[str]:
    """Return the command line of a git call."""
    return ["git", "--no-pager", *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments]


def _environment(
    *, home: str = os.devnull, objects: Path | None = None, is_fetching: bool = False
) -> Mapping[str, str]:
    """Return all the variables that git gets."""
    names = (*_INHERITED, *(_INHERITED_BY_FETCH if is_fetching else ()))
    inherited = {name: os.environ[name] for name in names if name in os.environ}
    borrowed = {} if objects is None else {"GIT_OBJECT_DIRECTORY": str(objects)}
    return inherited | borrowed | _VARIABLES | {"HOME": home}


@contextmanager
def _explained(timeout_s: float | None = None) -> Iterator[None]:
    """Turn what goes wrong with git as a program into an error with a remedy."""
    try:
        yield
    except FileNotFoundError as error:
        raise ArchiveError(
            "git is not installed, or not on the PATH",
            fix="install git 2.30 or newer; in a container image, add the package git",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ArchiveError(
            f"git gave no answer within {timeout_s or _TIMEOUT_S} seconds",
            fix="see whether the disk that holds the repository answers, then run this again",
        ) from error


def _path_in_tree(name: str) -> str:
    """Return the path as git's trees have it."""
    path = posixpath.normpath(name)
    if path in (".", "..") or path.startswith(("/", "../")) or not path.isprintable():
        raise ArchiveError(
            f"{name!r} is no file of the repository",
            where=FilePlace(file=name),
            fix="name a file by its path from the top of the repository, as docs/metadata.yml",
        )
    return path


def _next_file(answers: IO[bytes], name: str) -> bytes | None:
    """
    Return the next content that ``cat-file --batch`` wrote, ``None`` where there is no file.

    Source: git-cat-file(1), "Batch output" and ``--follow-symlinks``: ``OID TYPE SIZE``, ``NAME missing``, or
    ``symlink|dangling|loop|notdir SIZE``, each size followed by as many bytes and a line end.
    """
    header = answers.readline().rstrip(b"\n")
    if header.endswith(b" missing"):
        return None
    *_, kind, size = header.split(b" ")
    content = answers.read(min(int(size), MAX_METADATA_BYTES))
    answers.seek(int(size) - len(content) + 1, os.SEEK_CUR)
    if kind in (b"symlink", b"dangling", b"loop"):
        raise ArchiveError(
            f"{name} is a symbolic link that {_LINK_FAULTS[kind]}",
            where=FilePlace(file=name),
            fix="commit the file itself, or a link to a file of the same commit",
        )
    return content if kind in (b"blob", b"commit") else None
