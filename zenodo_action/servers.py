"""The server that a run talks to: connected to, or started for the run where it is the embedded repository."""

from __future__ import annotations

import contextlib
import secrets
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenodo_action import ownership, repository
from zenodo_action.errors import OptionError, OptionPlace
from zenodo_action.options import SERVE_PORT, Options
from zenodo_action.patience import Patience
from zenodo_action.repository import Observer, Repository, ShowProgress
from zenodo_action.supplies import Supply

LOCAL_FOLDER = ".zenodo-local"
"""Where the embedded repository keeps its records, unless told otherwise."""
LOCAL_PREFIX = "10.5072"
"""DOI prefix of the embedded repository: DataCite's test prefix."""


Lock = Callable[[str, Patience], AbstractContextManager[None]]
"""Keeps runs on other machines away from the server of an address, as long as patience lasts."""


def no_lock(server: str, patience: Patience) -> AbstractContextManager[None]:
    """Keep nobody out."""
    del server, patience
    return contextlib.nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run is given besides its options."""

    say: Callable[[str], None]
    """Takes a line of the log."""
    observe: Observer | None = None
    """Told of every exchange with the server."""
    progress: ShowProgress = lambda *_: None
    supplies: tuple[Supply, ...] = ()
    """Give files of the platform, as a release's assets, to deposit after those of the repository."""
    lock: Lock = no_lock
    """Keeps runs on other machines out; nobody where there is no way to."""
    has_begun: bool = False
    """Whether an earlier attempt of the same job may have begun, whose notes are gone with its machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The server that a run talks to."""

    repository: Repository
    identity: str
    """What notes know it by: its address, or the name of this embedded repository."""
    web_url: str
    """Root of its pages."""
    doi_prefix: str | None
    is_local: bool
    local_folder: Path | None = None
    """Where the embedded repository keeps its records."""
    has_token: bool = True
    shown_url: Callable[[str], str] = lambda url: url
    """Turns an address of the server into one that people can open later."""

    def badge_url(self, doi: str) -> str:
        """Return the address of a DOI's badge. Source: zenodo-rdm, ``/badge/DOI/<doi>.svg``."""
        return f"{self.web_url}/badge/DOI/{doi}.svg"


@contextlib.contextmanager
def open_repository(options: Options, top: Path, surroundings: Surroundings) -> Iterator[Opened]:
    """
    Connect to the server that the options name; the embedded repository is started, and stopped at the end.

    Raises:
        OptionError: The server's name or address cannot be used, or the embedded repository is not installed.
    """
    if options.server != "local":
        connected = repository.connect(
            server=options.server,
            token=options.zenodo_token,
            timeout_s=options.timeout,
            log=surroundings.say,
            observe=surroundings.observe,
            api=options.api,
        )
        yield Opened(
            repository=connected,
            identity=connected.base_url,
            web_url=connected.web_url,
            doi_prefix=connected.doi_prefix,
            is_local=False,
            has_token=options.zenodo_token is not None,
        )
        return
    folder = Path(options.local_dir) if options.local_dir else top / LOCAL_FOLDER
    with _local_folder(folder) as identity, local_server(folder) as server:
        connected = repository.connect(
            server=server.api_url,
            token=options.zenodo_token or "local",
            timeout_s=options.timeout,
            log=surroundings.say,
            observe=surroundings.observe,
            name="the embedded repository",
            publisher="Zenodo",  # it is a Zenodo sandbox in kind, and Zenodo is what stands there
            api=options.api,
        )
        yield Opened(
            repository=connected,
            identity=identity,
            local_folder=folder,
            web_url=f"http://127.0.0.1:{SERVE_PORT}",
            doi_prefix=LOCAL_PREFIX,
            is_local=True,
            shown_url=lambda url: url.replace(server.url, f"http://127.0.0.1:{SERVE_PORT}", 1),
        )


@contextlib.contextmanager
def _local_folder(folder: Path) -> Iterator[str]:
    """
    Make the folder of the embedded repository where it is missing, and yield what notes know the repository by.

    That is made once and kept inside: notes about a repository that was thrown away say nothing of its successor. A
    ``.gitignore`` keeps everything out of the git repository around it.
    """
    name = folder / "identity"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    if not name.exists():
        name.write_text(secrets.token_hex(8), encoding="utf-8")
    try:
        yield f"local:{name.read_text(encoding='utf-8')}"
    finally:
        ownership.give_back(folder, owner_of=folder.resolve().parent)


def local_server(folder: Path, **settings: Any) -> AbstractContextManager[Any]:
    """
    Return the embedded repository, not yet started; its packages are an extra of the installation.

    ``settings`` are those of ``zenodo_action.server.LocalServer``.
    """
    try:
        from zenodo_action.server import LocalServer  # noqa: PLC0415 - Flask is only loaded where it is used
    except ModuleNotFoundError as error:
        raise OptionError(
            f"the embedded repository is not installed: it needs the Python package {error.name}",
            fix="install it with: pip install 'zenodo-action[server]'; "
            "to deposit on a server that runs elsewhere, name it with --server and give its token as ZENODO_TOKEN",
        ) from error
    return LocalServer(folder, **settings)


def serve(
    folder: Path,
    *,
    host: str,
    token: str | None,
    is_opened: bool,
    say: Callable[[str], None],
    **settings: Any,
) -> None:
    """Run the embedded repository until it is interrupted; ``settings`` are those of ``zenodo_action.server.LocalServer``."""
    if host not in ("127.0.0.1", "::1", "localhost") and token is None:
        raise OptionError(
            f"listening on {host} without a token would let everyone on the network write",
            where=OptionPlace(name="--host"),
            fix="add --token TEXT, or leave --host out",
        )
    with _local_folder(folder), local_server(folder, host=host, token=token, **settings) as server:
        say(f"{server.url}  (records in {folder}; DOIs are not registered; Ctrl-C stops it)")
        if is_opened:
            webbrowser.open(server.url)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
