"""
Content of Git LFS: where it is on this machine, and how it is fetched.

Source: git-lfs, docs/spec.md ("Local Storage"); git-lfs-fetch(1); git-lfs-config(5), "lfs.storage".
"""

from __future__ import annotations

from pathlib import Path

from zenodo_action.checkout.git import View, complaint, run
from zenodo_action.checkout.pointers import Pointer
from zenodo_action.checkout.submodules import protocol, without_password
from zenodo_action.errors import ArchiveError, FilePlace

CHECKOUT_FIX = """\
have it in the checkout. On GitHub:

    - uses: actions/checkout@v5
      with:
        lfs: true

elsewhere: git lfs fetch. With 'lfs: false' the archive holds the pointer"""


def stored(git_folder: Path, pointer: Pointer) -> Path | None:
    """Return the file in a git folder that holds the content behind a pointer, if it is there."""
    file = git_folder / "lfs" / "objects" / pointer.oid[:2] / pointer.oid[2:4] / pointer.oid
    return file if file.is_file() else None


def fetch(view: View, commit: str, origin: str | None) -> str:
    """
    Fetch all content of Git LFS that a commit refers to into the view's own folder; return what was wrong.

    Which server keeps it, ``.lfsconfig`` of the commit says, else the address of the origin. No token passes.
    """
    if origin is None or protocol(origin) is None:
        return "the repository has no remote to fetch it from"
    if run("lfs", "version").returncode:
        return "git-lfs is not installed"
    (view.folder / "HEAD").write_text(f"{commit}\n")
    for name, value in (("remote.origin.url", without_password(origin)), ("lfs.storage", str(view.folder / "lfs"))):
        run(f"--git-dir={view.folder}", "config", name, value, objects=view.objects)
    # NOTE: not by --git-dir, which git-lfs would hand on to the program that reads a remote on this machine.
    done = run(
        *("-C", str(view.folder), "lfs", "fetch", "--include=*", "--exclude=", "origin", commit),
        objects=view.objects,
        protocol=protocol(origin),
    )
    return complaint(done.stderr) if done.returncode else ""


def missing(path: str, reason: str) -> ArchiveError:
    """Return the error for content that is not to be had."""
    return ArchiveError(
        f"the content of {path} in Git LFS is not in the checkout, and could not be fetched"
        + (f": {reason}" if reason else ""),
        where=FilePlace(file=path),
        fix=CHECKOUT_FIX,
    )
