"""What GitHub does, call by call: from the state and a request to status and data."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.github_server import git_calls, payloads
from tests.github_server.state import Release, Repository

MAX_BODY_CHARACTERS = 125_000


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the stand-in
    """An answer other than success."""

    def __init__(self, status: int, data: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.data = data
        self.headers = dict(headers or {})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that was understood, with what it is about."""

    repository: Repository
    values: Mapping[str, str]
    """Of the placeholders in the path."""
    query: Mapping[str, str]
    data: Any
    """The body."""
    may_write: bool
    """Whether the token may; only then GitHub shows drafts."""
    login: str
    """Whom the token belongs to."""
    api_url: str
    web_url: str
    wanted: str
    """The media type that is asked for."""
    offer: Callable[[str, bytes], str]
    """Puts bytes on the host for downloads and returns their address, valid for a while."""

    @property
    def root(self) -> str:
        """The API's address of the repository."""
        return f"{self.api_url}/repos/{self.repository.full_name}"

    def release_json(self, release: Release) -> dict[str, Any]:
        """Return a release as GitHub describes it."""
        return payloads.release(vars(release), self.repository.full_name, self.api_url, self.web_url)


def not_found() -> Refusal:
    """Return the answer to what does not exist, or must not be seen."""
    return Refusal(404, payloads.error(404, "Not Found"))


def get_repository(call: Call) -> tuple[int, Any]:
    repository = call.repository
    plain = payloads.repository(repository.full_name, call.api_url, call.web_url, is_private=repository.is_private)
    licence = payloads.licence(repository.licence) if repository.licence else None
    own = {"description": repository.description, "license": licence, "topics": repository.topics}
    own |= {"default_branch": repository.default_branch, "archived": repository.is_archived}
    return 200, {**plain, **own}


def list_contributors(call: Call) -> tuple[int, Any]:
    logins = call.repository.contributors[: int(call.query.get("per_page", 30))]
    if not logins:
        return 204, None
    people = [payloads.user(login, call.api_url, call.web_url) for login in logins]
    return 200, [{**person, "contributions": 100 - index} for index, person in enumerate(people)]


def list_releases(call: Call) -> tuple[int, Any]:
    size, page = int(call.query.get("per_page", 30)), int(call.query.get("page", 1))
    shown = [release for release in call.repository.releases.values() if not release.draft or call.may_write]
    newest_first = sorted(shown, key=lambda release: release.created_at, reverse=True)
    return 200, [call.release_json(release) for release in newest_first[size * (page - 1) : size * page]]


def get_latest_release(call: Call) -> tuple[int, Any]:
    finished = [one for one in call.repository.releases.values() if not one.draft and not one.prerelease]
    if not finished:
        raise not_found()
    return 200, call.release_json(max(finished, key=lambda release: release.created_at))


def get_release_by_tag(call: Call) -> tuple[int, Any]:
    for release in call.repository.releases.values():
        if release.tag_name == call.values["tag"] and not release.draft:
            return 200, call.release_json(release)
    raise not_found()


def get_release(call: Call) -> tuple[int, Any]:
    release = call.repository.releases.get(int(call.values["release_id"]))
    if release is None or (release.draft and not call.may_write):
        raise not_found()
    return 200, call.release_json(release)


def update_release(call: Call) -> tuple[int, Any]:
    release = call.repository.releases.get(int(call.values["release_id"]))
    if release is None:
        raise not_found()
    if len(call.data.get("body") or "") > MAX_BODY_CHARACTERS:
        problem = {"resource": "Release", "code": "custom", "field": "body"}
        problem["message"] = f"body is too long (maximum is {MAX_BODY_CHARACTERS} characters)"
        raise Refusal(422, {**payloads.error(422, "Validation Failed"), "errors": [problem]})
    for key in ("tag_name", "target_commitish", "name", "body", "draft", "prerelease"):
        if key in call.data:
            setattr(release, key, call.data[key])
    return 200, call.release_json(release)


def get_content(call: Call) -> tuple[int, Any]:
    ref, path = call.query.get("ref", "main"), call.values["path"]
    content = call.repository.files.get((ref, path))
    if content is None:
        raise not_found()
    sha = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    url = f"{call.root}/contents/{quote(path)}?ref={quote(ref)}"
    html_url = f"{call.web_url}/{call.repository.full_name}/blob/{quote(ref)}/{quote(path)}"
    git_url = f"{call.root}/git/blobs/{sha}"
    return 200, {
        "type": "file",
        "encoding": "base64",
        "size": len(content),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.encodebytes(content).decode(),
        "sha": sha,
        "url": url,
        "git_url": git_url,
        "html_url": html_url,
        "download_url": html_url.replace("/blob/", "/raw/"),
        "_links": {"self": url, "git": git_url, "html": html_url},
    }


def get_ref(call: Call) -> tuple[int, Any]:
    name = f"refs/{call.values['ref']}"
    if call.repository.is_empty:
        raise Refusal(409, payloads.error(409, "Git Repository is empty."))
    found = git_calls.ref_object(call, name)
    if name not in call.repository.refs and found is None:
        raise not_found()
    return 200, ref_json(call, name)


def from_git(name: str) -> Callable[[Call], tuple[int, Any]]:
    """Return a call that the git repository answers."""

    def answer(call: Call) -> tuple[int, Any]:
        found: tuple[int, Any] | None = getattr(git_calls, name)(call)
        if found is None:
            raise not_found()
        return found

    return answer


def get_tarball(call: Call) -> tuple[int, Any]:
    content = git_calls.tarball(call)
    if content is None:
        raise not_found()
    raise Refusal(302, None, {"Location": call.offer(git_calls.tarball_name(call), content)})


def list_assets(call: Call) -> tuple[int, Any]:
    release = call.repository.releases.get(int(call.values["release_id"]))
    if release is None:
        raise not_found()
    size, page = int(call.query.get("per_page", 30)), int(call.query.get("page", 1))
    return 200, call.release_json(release)["assets"][size * (page - 1) : size * page]


def get_asset(call: Call) -> tuple[int, Any]:
    found = [
        (release, asset)
        for release in call.repository.releases.values()
        for asset in release.assets
        if asset.id == int(call.values["asset_id"])
    ]
    if not found:
        raise not_found()
    release, asset = found[0]
    if call.wanted == "application/octet-stream":
        raise Refusal(302, None, {"Location": call.offer(f"/assets/{asset.id}", asset.content)})
    described: Mapping[int, Any] = {each["id"]: each for each in call.release_json(release)["assets"]}
    return 200, described[asset.id]


def list_changed_files(call: Call) -> tuple[int, Any]:
    size, page = int(call.query.get("per_page", 30)), int(call.query.get("page", 1))
    paths = call.repository.changed_files[size * (page - 1) : size * page]
    return 200, [payloads.changed_file(path, call.root, call.web_url) for path in paths]


def create_ref(call: Call) -> tuple[int, Any]:
    name = call.data["ref"]
    if name in call.repository.refs:
        raise Refusal(422, payloads.error(422, "Reference already exists"))
    call.repository.refs[name] = call.data["sha"]
    return 201, ref_json(call, name)


def delete_ref(call: Call) -> tuple[int, Any]:
    if call.repository.refs.pop(f"refs/{call.values['ref']}", None) is None:
        raise Refusal(422, payloads.error(422, "Reference does not exist"))
    return 204, None


def ref_json(call: Call, name: str) -> dict[str, Any]:
    """Return a ref as GitHub describes it."""
    kind, sha = "commit", call.repository.refs.get(name, "")
    if sha not in call.repository.store.commits:
        kind, sha = git_calls.ref_object(call, name) or (kind, sha)
    return {
        "ref": name,
        "node_id": payloads.node_id("REF", name),
        "url": f"{call.root}/git/{quote(name)}",
        "object": {"type": kind, "sha": sha, "url": f"{call.root}/git/{kind}s/{sha}"},
    }


CALLS: Mapping[str, Callable[[Call], tuple[int, Any]]] = {
    "repos/get": get_repository,
    "repos/list-releases": list_releases,
    "repos/get-latest-release": get_latest_release,
    "repos/get-release-by-tag": get_release_by_tag,
    "repos/get-release": get_release,
    "repos/update-release": update_release,
    "repos/get-content": get_content,
    "repos/list-contributors": list_contributors,
    "repos/download-tarball-archive": get_tarball,
    "repos/list-release-assets": list_assets,
    "repos/get-release-asset": get_asset,
    "pulls/list-files": list_changed_files,
    "git/get-ref": get_ref,
    "git/get-tag": from_git("get_tag"),
    "git/create-ref": create_ref,
    "git/delete-ref": delete_ref,
}
"""By the description's names."""
