"""What GitHub says of the objects in a git repository: tags, commits, trees, files, and its archive as a tar file."""

from __future__ import annotations

import base64
import subprocess
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.github_server import payloads
from tests.repos import ENVIRONMENT

if TYPE_CHECKING:
    from tests.github_server.calls import Call


def git(call: Call, *arguments: str) -> bytes | None:
    """Return what git prints about the repository behind the stand-in; ``None`` where it refuses."""
    if call.repository.git is None:
        return None
    done = subprocess.run(
        ["git", f"--git-dir={call.repository.git}", *arguments], env=ENVIRONMENT, capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def ref_object(call: Call, name: str) -> tuple[str, str] | None:
    """Return kind and digits of what a ref names, ``None`` where git has no such ref."""
    line = git(call, "for-each-ref", "--format=%(objecttype) %(objectname) %(refname)", name)
    for each in (line or b"").decode().splitlines():
        kind, sha, found = each.split(" ", 2)
        if found == name:
            return kind, sha
    return None


def get_tag(call: Call) -> tuple[int, Any] | None:
    sha = call.values["tag_sha"]
    text = git(call, "cat-file", "tag", sha)
    if text is None:
        return None
    head, _, message = text.decode().partition("\n\n")
    fields = dict(line.split(" ", 1) for line in head.splitlines())
    return 200, {
        "node_id": payloads.node_id("TA", sha),
        "tag": fields["tag"],
        "sha": sha,
        "url": f"{call.root}/git/tags/{sha}",
        "message": message,
        "tagger": _person(fields["tagger"]),
        "object": {
            "sha": fields["object"],
            "type": fields["type"],
            "url": f"{call.root}/git/{fields['type']}s/{fields['object']}",
        },
        "verification": _UNSIGNED,
    }


def get_commit(call: Call) -> tuple[int, Any] | None:
    sha = call.values["commit_sha"]
    text = git(call, "cat-file", "commit", sha)
    if text is None:
        return None
    head, _, message = text.decode().partition("\n\n")
    fields = dict(line.split(" ", 1) for line in head.splitlines())
    return 200, {
        "sha": sha,
        "node_id": payloads.node_id("C", sha),
        "url": f"{call.root}/git/commits/{sha}",
        "html_url": f"{call.web_url}/{call.repository.full_name}/commit/{sha}",
        "author": _person(fields["author"]),
        "committer": _person(fields["committer"]),
        "message": message,
        "tree": {"sha": fields["tree"], "url": f"{call.root}/git/trees/{fields['tree']}"},
        "parents": [],
        "verification": _UNSIGNED,
    }


def get_tree(call: Call) -> tuple[int, Any] | None:
    sha = call.values["tree_sha"]
    listing = git(call, "ls-tree", "-z", "-l", sha)
    if listing is None:
        return None
    entries = []
    for line in listing.decode("utf-8", "replace").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        mode, kind, own, size = facts.split()
        entry: dict[str, Any] = {"path": path, "mode": mode, "type": kind, "sha": own}
        entries.append(entry | ({"size": int(size)} if size != "-" else {}))
    return 200, {"sha": sha, "url": f"{call.root}/git/trees/{sha}", "tree": entries, "truncated": False}


def get_blob(call: Call) -> tuple[int, Any] | None:
    sha = call.values["file_sha"]
    content = git(call, "cat-file", "blob", sha)
    if content is None:
        return None
    return 200, {
        "sha": sha,
        "node_id": payloads.node_id("B", sha),
        "size": len(content),
        "url": f"{call.root}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }


def tarball(call: Call) -> bytes | None:
    """Return the archive of a commit as GitHub packs it: its top folder is OWNER-NAME-COMMIT."""
    ref = call.values["ref"]
    top = f"{call.repository.full_name.replace('/', '-')}-{ref[:7]}"
    return git(call, "archive", "--format=tar.gz", f"--prefix={top}/", ref)


def tarball_name(call: Call) -> str:
    """Return where the archive of a commit lies on the host for downloads."""
    return f"/{call.repository.full_name}/legacy.tar.gz/{quote(call.values['ref'])}"


_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def _person(line: str) -> dict[str, str]:
    """Return the person of a line as ``A Name <mail> 1700000000 +0100``; GitHub tells the moment in UTC."""
    name, _, rest = line.partition(" <")
    mail, _, moment = rest.partition("> ")
    when = datetime.fromtimestamp(int(moment.split()[0]), tz=timezone.utc)
    return {"name": name, "email": mail, "date": when.strftime("%Y-%m-%dT%H:%M:%SZ")}
