"""What git keeps of a repository, in memory: blobs, trees and commits under the names that git gives them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Entry = tuple[str, str]
"""Mode and name of what a tree holds."""


def name_of(kind: str, content: bytes) -> str:
    """Return the name that git gives an object."""
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit, without the people."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    made_at: int
    """Unix seconds of GitHub's clock."""


@dataclass
class Store:
    """Objects by name."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, dict[str, Entry]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def add_blob(self, content: bytes) -> str:
        """Keep a file's content and return its name."""
        sha = name_of("blob", content)
        self.blobs[sha] = content
        return sha

    def add_tree(self, files: Mapping[str, Entry]) -> str:
        """Keep the trees of files by path and return the name of the top one."""
        entries: dict[str, Entry] = {}
        folders: dict[str, dict[str, Entry]] = {}
        for path, entry in files.items():
            first, _, rest = path.partition("/")
            if rest:
                folders.setdefault(first, {})[rest] = entry
            else:
                entries[first] = entry
        entries |= {folder: ("040000", self.add_tree(inside)) for folder, inside in folders.items()}
        # git sorts folders as if their names ended in a slash.
        listed = sorted(entries.items(), key=lambda item: item[0] + "/" * (item[1][0] == "040000"))
        text = b"".join(f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(sha) for name, (mode, sha) in listed)
        sha = name_of("tree", text)
        self.trees[sha] = dict(listed)
        return sha

    def add_commit(self, tree: str, parents: tuple[str, ...], message: str) -> str:
        """Keep a commit and return its name; each is another second, so none is made twice."""
        when = f"Wanda Stripe <wanda@example.org> {1_700_000_000 + len(self.commits)} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {when}", f"committer {when}"]
        sha = name_of("commit", "\n".join([*lines, "", message]).encode())
        self.commits[sha] = Commit(sha=sha, tree=tree, parents=parents, message=message, made_at=int(time.time()))
        return sha

    def files(self, tree: str, folder: str = "") -> Iterator[tuple[str, Entry]]:
        """Yield path, mode and name of every file below a tree."""
        for name, (mode, sha) in self.trees[tree].items():
            if mode == "040000":
                yield from self.files(sha, f"{folder}{name}/")
            else:
                yield folder + name, (mode, sha)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether one commit can be reached from another."""
        waiting, seen = [newer], set()
        while waiting:
            sha = waiting.pop()
            if sha == older:
                return True
            if sha not in seen and sha in self.commits:
                seen.add(sha)
                waiting += self.commits[sha].parents
        return False
