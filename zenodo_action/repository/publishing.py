"""The one act that cannot be undone, and is never done blindly: what became of a publication whose answer is lost."""

from __future__ import annotations

from collections.abc import Callable

from zenodo_action.errors import LostAnswerError, NotFoundError
from zenodo_action.model import RemoteRecord
from zenodo_action.patience import Patience

LOOK_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Pauses between looks at a draft whose publication got no answer; Zenodo's gateway gives up before it is done."""
MAX_CALLS = 3


def publish(
    send: Callable[[], RemoteRecord], look: Callable[[], RemoteRecord | None], patience: Patience
) -> RemoteRecord:
    """
    Publish a draft and return the record.

    Where the answer is lost, or says that there is no such draft, the server is asked until it tells what has become
    of it; only a draft that is seen to be unpublished is sent off again.

    Args:
        send: Asks for the publication, and returns the record.
        look: Returns the record where the draft has become one, ``None`` where it is still a draft.
        patience: Pauses between the looks.

    Raises:
        LostAnswerError: After several calls it is still a draft.
        NotFoundError: The same, and the server denies that there is one.
    """
    calls_left = MAX_CALLS
    while True:
        calls_left -= 1
        try:
            return send()
        except (LostAnswerError, NotFoundError):
            record = _looked(look, patience)
            if record is not None:
                return record
            if not calls_left:
                raise


def _looked(look: Callable[[], RemoteRecord | None], patience: Patience) -> RemoteRecord | None:
    """Return the record as soon as there is one; ``None`` if the draft is still one after a while."""
    for pause in LOOK_PAUSES_S:
        record = look()
        if record is not None:
            return record
        patience.pause(pause)
    return None
