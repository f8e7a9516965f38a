"""
Submodules: where the repository of one is on this machine, and where it can be fetched from.

``.gitmodules`` is read at the tag, and it is a file that anybody may have written: its names lead to no folder outside
the git folder, and its addresses to nothing but ``https`` and ``ssh``.

Source: gitmodules(5); git-submodule(1), "add", for addresses that begin with ``./`` or ``../``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from zenodo_action.checkout.git import View, complaint, run
from zenodo_action.errors import ArchiveError, FilePlace

FILE = ".gitmodules"

CHECKOUT_FIX = """\
have it in the checkout. On GitHub:

    - uses: actions/checkout@v5
      with:
        submodules: recursive

elsewhere: git submodule update --init --recursive. With 'submodules: false' its folder stays empty"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """What ``.gitmodules`` says of a submodule."""

    path: str
    """From the top of the repository that it is in."""
    shown: str
    """The same from the top of the outermost repository."""
    name: str
    url: str | None
    place: FilePlace
    """The file, from the top of the outermost repository."""


def find(view: View, commit: str, path: str, *, outer: str) -> Module:
    """
    Return what the commit's ``.gitmodules`` says of the submodule at a path.

    Args:
        view: The repository that the submodule is in.
        commit: Its commit.
        path: Of the submodule, from the top of that repository.
        outer: Path of that repository in the outermost one, with ``/`` at the end; empty for that itself.

    Raises:
        ArchiveError: It says nothing, or calls it by a name that git would not take.
    """
    place, shown = FilePlace(file=f"{outer}{FILE}"), f"{outer}{path}"
    modules: dict[str, dict[str, str]] = {}
    for key, value in view.settings(commit, FILE, shown=place.file):
        section, _, rest = key.partition(".")
        name, _, field = rest.rpartition(".")
        if section == "submodule":
            modules.setdefault(name, {})[field] = value
    named = [name for name, fields in modules.items() if fields.get("path") == path]
    if not named:
        raise ArchiveError(
            f"{shown} is a submodule, but {place.file} does not say of which repository",
            where=place,
            fix=f"remove it (git rm --cached {path}) or add it anew (git submodule add URL {path}), and make a new tag;"
            " or leave its content out with 'submodules: false'",
        )
    name = named[0]
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in re.split(r"[/\\]", name)):
        raise ArchiveError(
            f"the submodule {shown} has a name that git does not take: {name!r}",
            where=place,
            fix=f"call it by its path in {place.file}, and make a new tag",
        )
    return Module(path=path, shown=shown, name=name, url=modules[name].get("url"), place=place)


def local_folders(module: Module, *, git_folder: Path, work_tree: Path | None) -> Iterator[Path]:
    """
    Yield the git folders on this machine that could be the submodule's; none of them outside the repository.

    Args:
        module: The submodule.
        git_folder: That of the repository that it is in.
        work_tree: Where that is checked out, if it is.
    """
    candidates = [git_folder / "modules" / module.name]
    own = work_tree_of(module, work_tree)
    if own is not None:
        marker = own / ".git"
        if marker.is_file():
            target = marker.read_text(encoding="utf-8", errors="surrogateescape").removeprefix("gitdir:").strip()
            candidates.append(marker.parent / target)
        else:
            candidates.append(marker)
    bounds = [each.resolve() for each in (git_folder, work_tree) if each is not None]
    for folder in candidates:
        real = folder.resolve()
        if (real / "objects").is_dir() and any(real.is_relative_to(bound) for bound in bounds):
            yield real


def work_tree_of(module: Module, work_tree: Path | None) -> Path | None:
    """Return where a submodule is checked out, if it is: never a link that leads out of what it is in."""
    if work_tree is None:
        return None
    folder = (work_tree / module.path).resolve()
    return folder if folder.is_relative_to(work_tree.resolve()) else None


def origin_of(module: Module, origin: str | None) -> str | None:
    """
    Return the address that a submodule comes from, without password; ``None`` where it may not be fetched from there.

    That is an ``https`` or ``ssh`` address. Other protocols, and folders of this machine, are only reached by an address
    that leads on (``../``) from an origin of that kind.

    Args:
        module: The submodule.
        origin: Address of the repository that it is in.
    """
    url = module.url or ""
    is_relative = url.startswith(("./", "../"))
    url = _lead_on(url, origin or "") if is_relative else url
    found = protocol(url)
    return without_password(url) if found is not None and (is_relative or found in ("https", "ssh")) else None


def protocol(url: str) -> str | None:
    """
    Return by which protocol git would fetch, ``None`` where an address is not safe to be handed to it.

    >>> protocol("https://example.org/a.git"), protocol("git@example.org:a/b"), protocol("/srv/git/a.git")
    ('https', 'ssh', 'file')
    >>> protocol("ext::sh -c date"), protocol("--upload-pack=date"), protocol("ssh://-oProxyCommand=date/x")
    (None, None, None)
    """
    if url.startswith("-") or not url.isprintable() or re.match(r"[\w.+-]*::", url):
        return None
    if "://" in url:
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme == "file" and not parts.netloc:
            return "file"
        is_safe = bool(parts.hostname) and not parts.netloc.rpartition("@")[2].startswith("-") and parts.path.strip("/")
        return parts.scheme if is_safe and parts.scheme in ("https", "ssh", "http") else None
    if url.startswith("/"):
        return "file"
    return "ssh" if re.fullmatch(r"(?:[\w.+-]+@)?\w[\w.-]+:[^:-].*", url) else None


def fetch(module: Module, commit: str, folder: Path, *, origin: str | None) -> None:
    """
    Fetch one commit of a submodule into a new git folder.

    Raises:
        ArchiveError: It has no address that may be fetched from, or could not be fetched.
    """
    url = origin_of(module, origin)
    if url is None:
        raise ArchiveError(
            f"the submodule {module.shown} is not in the checkout, and is not fetched from"
            f" {without_password(module.url or '')!r}",
            where=module.place,
            fix=f"give it an https or ssh address in {module.place.file} and make a new tag; or {CHECKOUT_FIX}",
        )
    is_sha256 = len(commit) > 40  # noqa: PLR2004 - 40 hex digits are SHA-1
    run("init", "--quiet", "--bare", f"--object-format={'sha256' if is_sha256 else 'sha1'}", "--", str(folder))
    wishes = ("--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    done = run(f"--git-dir={folder}", "fetch", *wishes, "--", url, commit, protocol=protocol(url))
    if done.returncode:
        raise ArchiveError(
            f"commit {commit[:12]} of the submodule {module.shown} is not in the checkout, and could not be fetched from"
            f" {url}: {complaint(done.stderr)}",
            where=module.place,
            fix=CHECKOUT_FIX,
        )


def _lead_on(url: str, origin: str) -> str:
    """Return what an address that begins with ``./`` or ``../`` means, empty where it leads too far."""
    base, separator = origin.rstrip("/"), "/"
    while (step := url.partition("/"))[0] in (".", ".."):
        url = step[2]
        if step[0] == "..":
            cut = base.rfind("/") if "/" in base else base.rfind(":")
            if cut <= 0:
                return ""
            base, separator = base[:cut], base[cut]
    return f"{base}{separator}{url}" if base else ""


def without_password(url: str) -> str:
    """Return a web address without what stands before an ``@``; elsewhere a user name is part of the address."""
    return re.sub(r"^(https?://)[^/]*@", r"\1", url, flags=re.IGNORECASE)
