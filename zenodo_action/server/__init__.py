"""
The embedded repository: a Zenodo that runs inside a process.

It shares no code with the client that is tested against it; its truth is what real servers were recorded to answer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from zenodo_action.errors import OptionError
from zenodo_action.server.app import make_app
from zenodo_action.server.communities import add_built_in
from zenodo_action.server.faults import Faults
from zenodo_action.server.library import Library
from zenodo_action.server.personality import PERSONALITIES
from zenodo_action.server.ratelimit import REAL, RateLimits
from zenodo_action.server.serving import Server
from zenodo_action.server.store import Store
from zenodo_action.server.users import Users

__all__ = ["LocalServer"]


class LocalServer:
    """
    A Zenodo-compatible server on a loopback port, with its records in a folder.

    It can be started once; what it holds survives in the folder. Without a token every bearer token is user 1's.

    Args:
        folder: Where records and files are kept; made if it is missing.
        port: 0 takes a free one.
        host: The address to listen on.
        token: The one token of user 1; every other one is then nobody's.
        personality: ``sandbox``, ``zenodo`` or ``inveniordm``.
        index_delay_s: How long searches do not see a change.
        faults: Whether ``POST /_control/faults`` may ask for faults (``zenodo_action.server.faults``).
        rate_limits: Whether the real server's limits on requests hold.
        needs_community: Whether nothing is published that no community has taken, as InvenioRDM can be set.

    Raises:
        OptionError: Another server has the folder, the port is taken, or the personality does not exist.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        token: str | None = None,
        personality: str = "sandbox",
        index_delay_s: float = 0.0,
        faults: bool = False,
        rate_limits: bool = False,
        needs_community: bool = False,
    ) -> None:
        if personality not in PERSONALITIES:
            raise OptionError(
                f"there is no repository of the kind {personality!r}", fix=f"take one of {', '.join(PERSONALITIES)}"
            )
        self._store = Store(folder)
        self._library = Library(
            self._store, PERSONALITIES[personality], index_delay_s=index_delay_s, needs_community=needs_community
        )
        self._users = Users(self._store, token)
        with self._store.writing() as session:
            add_built_in(session)
        self._limits = RateLimits()
        if rate_limits:
            self._limits.set(REAL)
        self._faults = Faults()
        app = make_app(self._library, self._users, self._limits, self._faults, fault_control=faults)
        try:
            self._server = Server(host, port, app)
        except (OSError, SystemExit) as error:
            self._store.close()
            raise OptionError(
                f"the local repository cannot listen on {host}:{port}", fix="name another port"
            ) from error
        self._host = host
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="local repository", daemon=True
        )

    @property
    def url(self) -> str:
        """The server's address, as ``http://127.0.0.1:PORT``."""
        return f"http://{self._host}:{self._server.server_port}"

    @property
    def api_url(self) -> str:
        """The root of its API."""
        return f"{self.url}/api"

    def start(self) -> LocalServer:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering, end every connection and let go of the folder."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        self._store.close()

    def add_user(self, token: str, name: str = "", *, same_as: int | None = None) -> int:
        """
        Add a user with a token and return the user's number.

        ``same_as`` gives a user that exists a further token instead.
        """
        if same_as is not None:
            self._users.alias(token, same_as)
            return same_as
        return self._users.add(token, name)

    def limit_requests(self, text: str | None) -> None:
        """Allow so many requests, as ``4 per 1 minute``, to each user and each guest; ``None`` lifts the limit."""
        self._limits.set({} if text is None else {"guest": text, "user": text})

    def add_faults(self, *faults: Mapping[str, Any]) -> None:
        """
        Let faults wait for their requests, described as ``zenodo_action.server.faults`` says.

        Raises:
            ValueError: One is not described so.
        """
        self._faults.add(*faults)

    def clear_faults(self) -> None:
        """Forget the faults that did not strike."""
        self._faults.clear()

    def __enter__(self) -> LocalServer:  # noqa: PYI034  # Self came with Python 3.11
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
