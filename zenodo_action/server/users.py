"""Who holds which token."""

from __future__ import annotations

from zenodo_action.server.store import Store


class Users:
    """
    The users of a server.

    In the open mode, which is the default, every token that nobody registered belongs to user 1.
    """

    def __init__(self, store: Store, token: str | None) -> None:
        self._store = store
        self._is_open = token is None
        with store.writing() as session:
            session.add_first_user()
            if token is not None and session.user_of_token(token) is None:
                session.set_first_token(token)
        self._known: dict[str, int] = {}

    def add(self, token: str, name: str = "") -> int:
        """Add a user with a token, or return whose it is already."""
        with self._store.writing() as session:
            self._known[token] = session.add_user(token, name or token)
        return self._known[token]

    def alias(self, token: str, user: int) -> None:
        """Let a second token stand for a user; forgotten when the server stops."""
        self._known[token] = user

    def find(self, token: str) -> int | None:
        """Return the user of a token, ``None`` if it is nobody's."""
        if token in self._known:
            return self._known[token]
        with self._store.reading() as session:
            user = session.user_of_token(token)
        if user is None and self._is_open:
            user = 1
        if user is not None:
            self._known[token] = user
        return user
