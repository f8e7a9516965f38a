"""
The Git data API: blobs, trees, commits, and refs that move on.

What was written through the API, or by ``Repository.commit``, comes first; the rest from a git repository, if there is one.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timezone
from typing import Any

from tests.github_server import payloads
from tests.github_server.calls import Call, Refusal, from_git, not_found, ref_json
from tests.github_server.store import Commit


def invalid(message: str) -> Refusal:
    """Return the answer to what cannot be done."""
    return Refusal(422, payloads.error(422, message))


def get_blob(call: Call) -> tuple[int, Any]:
    sha = call.values["file_sha"]
    content = call.repository.store.blobs.get(sha)
    if content is None:
        return from_git("get_blob")(call)
    text = base64.encodebytes(content).decode()
    own = {"sha": sha, "node_id": payloads.node_id("B", sha), "size": len(content), "url": _url(call, "blobs", sha)}
    return 200, {**own, "content": text, "encoding": "base64"}


def create_blob(call: Call) -> tuple[int, Any]:
    content = call.data["content"].encode()
    if call.data.get("encoding") == "base64":
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise invalid("content is not valid Base64") from None
    sha = call.repository.store.add_blob(content)
    return 201, {"sha": sha, "url": _url(call, "blobs", sha)}


def get_tree(call: Call) -> tuple[int, Any]:
    store, sha = call.repository.store, call.values["tree_sha"]
    sha = store.commits[sha].tree if sha in store.commits else sha
    if sha not in store.trees:
        return from_git("get_tree")(call)
    return 200, _tree_json(call, sha)


def create_tree(call: Call) -> tuple[int, Any]:
    store = call.repository.store
    base = call.data.get("base_tree")
    if base is not None and base not in store.trees:
        raise not_found()
    entries = dict(store.files(base)) if base else {}
    for entry in call.data["tree"]:
        sha = entry.get("sha")
        if "content" in entry:
            sha = store.add_blob(entry["content"].encode())
        if sha is None:
            entries.pop(entry["path"], None)
        elif sha not in store.blobs:
            raise invalid("tree.sha is not a valid blob")
        else:
            entries[entry["path"]] = (entry["mode"], sha)
    return 201, _tree_json(call, store.add_tree(entries))


def get_commit(call: Call) -> tuple[int, Any]:
    commit = call.repository.store.commits.get(call.values["commit_sha"])
    if commit is None:
        return from_git("get_commit")(call)
    return 200, _commit_json(call, commit)


def create_commit(call: Call) -> tuple[int, Any]:
    store, parents = call.repository.store, tuple(call.data.get("parents") or ())
    if call.data["tree"] not in store.trees:
        raise invalid("Tree SHA does not exist")
    if any(parent not in store.commits for parent in parents):
        raise invalid("Parent SHA does not exist or is not a commit object")
    sha = store.add_commit(call.data["tree"], parents, call.data["message"])
    return 201, _commit_json(call, store.commits[sha])


def update_ref(call: Call) -> tuple[int, Any]:
    repository, name, sha = call.repository, f"refs/{call.values['ref']}", call.data["sha"]
    if name not in repository.refs:
        raise invalid("Reference does not exist")
    if sha not in repository.store.commits:
        raise invalid("Object does not exist")
    refusal = repository.protected.get(name.removeprefix("refs/heads/"))
    if refusal is not None:
        raise invalid(refusal)
    if not call.data.get("force") and not repository.store.is_ancestor(repository.refs[name], sha):
        raise invalid("Update is not a fast forward")
    repository.refs[name] = sha
    for pull in repository.pulls.values():
        if pull.state == "open" and f"refs/heads/{pull.head}" == name:
            pull.head_sha = sha
    return 200, ref_json(call, name)


def _url(call: Call, kind: str, sha: str) -> str:
    return f"{call.root}/git/{kind}/{sha}"


def _tree_json(call: Call, sha: str) -> dict[str, Any]:
    kinds = {"040000": "tree", "160000": "commit"}
    listed = call.repository.store.trees[sha].items()
    entries = [
        {"path": name, "mode": mode, "type": kinds.get(mode, "blob"), "sha": entry, "url": _url(call, "blobs", entry)}
        for name, (mode, entry) in listed
    ]
    return {"sha": sha, "url": _url(call, "trees", sha), "tree": entries, "truncated": False}


def _commit_json(call: Call, commit: Commit) -> dict[str, Any]:
    def page(sha: str) -> str:
        return f"{call.web_url}/{call.repository.full_name}/commit/{sha}"

    moment = datetime.fromtimestamp(commit.made_at, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    person = {"name": "Wanda Stripe", "email": "wanda@example.org", "date": moment}
    unsigned = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    return {
        "sha": commit.sha,
        "node_id": payloads.node_id("C", commit.sha),
        "url": _url(call, "commits", commit.sha),
        "html_url": page(commit.sha),
        "author": person,
        "committer": person,
        "tree": {"sha": commit.tree, "url": _url(call, "trees", commit.tree)},
        "message": commit.message,
        "parents": [{"sha": sha, "url": _url(call, "commits", sha), "html_url": page(sha)} for sha in commit.parents],
        "verification": unsigned,
    }


CALLS = {
    "git/get-blob": get_blob,
    "git/create-blob": create_blob,
    "git/get-tree": get_tree,
    "git/create-tree": create_tree,
    "git/get-commit": get_commit,
    "git/create-commit": create_commit,
    "git/update-ref": update_ref,
}
"""By the description's names."""
