"""
Sending files to a draft: what it holds stays, what the version before has is copied by the server, the rest is sent.

Small files go a few at a time, since it is the answers that take their time; large ones one after the other, since the
line is what limits them, and an InvenioRDM has been seen to let go of others that wait behind one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from zenodo_action.errors import ConflictError, NotAllowedError, NotFoundError
from zenodo_action.model import DepositFile, RemoteFile, RemoteRecord
from zenodo_action.plan import Plan
from zenodo_action.repository import Progress
from zenodo_action.story.tools import Tools

AT_ONCE = 4
"""Small files on their way at the same time."""
LARGE_BYTES = 20_000_000
"""Files from this size on are sent alone."""


def send_files(plan: Plan, draft: RemoteRecord, tools: Tools) -> None:
    """
    Bring the plan's files into the draft; files that are not ours are never deleted.

    Those of the version before are ours: the server copies them into the draft of the next one, if asked to.
    """
    before = {_content(each) for each in plan.latest.files} if plan.latest is not None else set()
    if not draft.files and any(_content(file) in before for file in plan.files):
        draft = _import(draft, tools)
    _remove_unwanted(plan.files, draft, before, tools)
    there = {each.name: each for each in draft.files}
    missing = []
    for file in plan.files:
        present = there.get(file.name)
        if present is not None and _content(present) == _content(file):
            tools.say(f"{file.name} is already there")
            continue
        if present is not None:
            tools.repository.delete_file(draft, file.name)
        missing.append(file)
    if missing:
        tools.repository.announce(draft, [file.name for file in missing])
        _Sending(draft, missing, tools).run()


def files_there(held: RemoteRecord | None, files: Iterable[DepositFile]) -> tuple[str, ...]:
    """Return the names of files that a draft, or the version before it, holds already, byte for byte."""
    there = {_content(each) for each in held.files} if held is not None else set()
    return tuple(file.name for file in files if _content(file) in there)


def _content(file: DepositFile | RemoteFile) -> tuple[str, str | None]:
    """Return what tells a file from another; nothing has the content of one whose transfer is not complete."""
    return file.name, file.md5


def _import(draft: RemoteRecord, tools: Tools) -> RemoteRecord:
    """Have the server copy the files of the version before; where it does not, they are sent."""
    try:
        return tools.repository.import_files(draft)
    except (NotAllowedError, NotFoundError) as error:
        tools.say(f"the files of the version before cannot be taken over, so all are sent: {error.what}")
        return draft


def _remove_unwanted(
    wanted: Iterable[DepositFile], draft: RemoteRecord, before: set[tuple[str, str | None]], tools: Tools
) -> None:
    """Remove what the version before had and this one does not; stop where there is anything else."""
    names = {file.name for file in wanted}
    unwanted = [each for each in draft.files if each.name not in names]
    foreign = [each.name for each in unwanted if _content(each) not in before]
    if foreign:
        raise ConflictError(
            f"draft {draft.id} holds files that this program did not put there: {', '.join(sorted(foreign))}",
            fix=f"remove them by hand at {draft.url}, or discard the draft, and run again",
        )
    for each in unwanted:
        tools.say(f"removing {each.name} of the version before")
        tools.repository.delete_file(draft, each.name)


class _StoppedError(Exception):
    """Ends a transfer because another one failed."""


class _Sending:
    """Some files on their way to a draft, with one progress for them all."""

    def __init__(self, draft: RemoteRecord, files: Sequence[DepositFile], tools: Tools) -> None:
        self._draft = draft
        self._files = files
        self._tools = tools
        self._sent = dict.fromkeys((file.name for file in files), 0)
        self._lock = threading.Lock()
        self._is_stopped = threading.Event()
        label = files[0].name if len(files) == 1 else f"{len(files)} files"
        self._show = tools.progress(label, sum(file.size_bytes for file in files))

    def run(self) -> None:
        """Send them; the first failure ends the other transfers and is raised."""
        small = [file for file in self._files if file.size_bytes < LARGE_BYTES]
        if len(small) > 1:
            self._send_together(small)
        else:
            self._send_all(small)
        self._send_all([file for file in self._files if file.size_bytes >= LARGE_BYTES])

    def _send_all(self, files: Iterable[DepositFile]) -> None:
        for file in files:
            self._send(file)

    def _send_together(self, files: Sequence[DepositFile]) -> None:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upload") as pool:
            try:
                done, _ = wait([pool.submit(self._send, file) for file in files], return_when=FIRST_EXCEPTION)
            except BaseException:  # somebody pressed Ctrl-C
                self._stop(pool)
                raise
            errors = [error for each in done if (error := each.exception()) is not None]
            if errors:
                self._stop(pool)
                raise errors[0]

    def _stop(self, pool: ThreadPoolExecutor) -> None:
        """Begin nothing more, and end what is on its way at its next block."""
        self._is_stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, file: DepositFile) -> None:
        self._tools.say(f"sending {file.name} ({file.size_bytes:,} bytes)")
        self._tools.repository.upload(self._draft, file, self._progress(file))

    def _progress(self, file: DepositFile) -> Progress:
        """Return what adds a file's progress to that of all."""

        def sent(count: int) -> None:
            if self._is_stopped.is_set():
                raise _StoppedError
            if self._show is not None:
                with self._lock:
                    self._sent[file.name] = count
                    self._show(sum(self._sent.values()))

        return sent
