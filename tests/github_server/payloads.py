"""JSON in the shape of GitHub's, for the repositories and releases that tests make up."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

FOUNDED = "2024-03-01T09:00:00Z"

USER_LINKS = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}

REPOSITORY_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}

REPOSITORY_COUNTS = (
    "forks",
    "forks_count",
    "network_count",
    "open_issues",
    "open_issues_count",
    "stargazers_count",
    "subscribers_count",
    "watchers",
    "watchers_count",
)


def user(login: str, api_url: str, web_url: str) -> dict[str, Any]:
    """Return the short description of an account."""
    own = f"{api_url}/users/{login}"
    return {
        "login": login,
        "id": number(login),
        "node_id": node_id("U", login),
        "avatar_url": f"https://avatars.example.org/{login}.png",
        "gravatar_id": "",
        "url": own,
        "html_url": f"{web_url}/{login}",
        **{key: f"{own}/{end}" for key, end in USER_LINKS.items()},
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    }


def account(login: str, name: str | None, company: str | None, api_url: str, web_url: str) -> dict[str, Any]:
    """Return the full description of an account."""
    return {
        **user(login, api_url, web_url),
        **dict.fromkeys(("bio", "blog", "email", "hireable", "location")),
        "name": name,
        "company": company,
        **dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0),
        "created_at": FOUNDED,
        "updated_at": FOUNDED,
        "user_view_type": "public",
    }


def licence(spdx_id: str) -> dict[str, Any]:
    """Return the licence that GitHub recognised."""
    return {
        "key": spdx_id.lower(),
        "name": spdx_id,
        "spdx_id": spdx_id,
        "url": None,
        "node_id": node_id("L", spdx_id),
    }


def repository(full_name: str, api_url: str, web_url: str, *, is_private: bool) -> dict[str, Any]:
    """Return the full description of a repository."""
    owner, name = full_name.split("/")
    own, web = f"{api_url}/repos/{full_name}", f"{web_url}/{full_name}"
    host = web_url.partition("://")[2]
    return {
        "id": number(full_name),
        "node_id": node_id("R", full_name),
        "name": name,
        "full_name": full_name,
        "owner": user(owner, api_url, web_url),
        "private": is_private,
        "html_url": web,
        "description": "Counts the stripes of zebras",
        "fork": False,
        "url": own,
        **{key: f"{own}/{end}" for key, end in REPOSITORY_LINKS.items()},
        "clone_url": f"{web}.git",
        "git_url": f"git://{host}/{full_name}.git",
        "ssh_url": f"git@{host}:{full_name}.git",
        "svn_url": web,
        "mirror_url": None,
        "homepage": None,
        "language": "Python",
        "license": None,
        "default_branch": "main",
        "size": 120,
        **dict.fromkeys(REPOSITORY_COUNTS, 0),
        "has_issues": True,
        "has_projects": True,
        "has_wiki": True,
        "has_pages": False,
        "has_downloads": True,
        "has_discussions": False,
        "archived": False,
        "disabled": False,
        "created_at": FOUNDED,
        "updated_at": FOUNDED,
        "pushed_at": FOUNDED,
    }


def release(own: dict[str, Any], full_name: str, api_url: str, web_url: str) -> dict[str, Any]:
    """Return the description of a release, from what the stand-in keeps of it."""
    root = f"{api_url}/repos/{full_name}"
    url = f"{root}/releases/{own['id']}"
    owner, tag = full_name.partition("/")[0], quote(own["tag_name"], safe="/")
    page = f"untagged-{node_id('', url)[1:]}" if own["draft"] else tag
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": f"{web_url}/{full_name}/releases/tag/{page}",
        "node_id": node_id("RE", str(own["id"])),
        "author": user(owner, api_url, web_url),
        "tarball_url": None if own["draft"] else f"{root}/tarball/{tag}",
        "zipball_url": None if own["draft"] else f"{root}/zipball/{tag}",
        **{key: value for key, value in own.items() if key != "discussion_url" or value is not None},
        "assets": [asset(vars(each), url, web_url) for each in own["assets"]],
    }


def asset(own: dict[str, Any], release_url: str, web_url: str) -> dict[str, Any]:
    """Return the description of a file that is attached to a release."""
    root = release_url.rpartition("/")[0]
    return {
        "url": f"{root}/assets/{own['id']}",
        "browser_download_url": f"{web_url}/download/{quote(own['name'])}",
        "id": own["id"],
        "node_id": node_id("RA", str(own["id"])),
        "name": own["name"],
        "label": "",
        "state": own["state"],
        "content_type": "application/octet-stream",
        "size": len(own["content"]),
        "digest": own["digest"],
        "download_count": 0,
        "created_at": FOUNDED,
        "updated_at": FOUNDED,
        "uploader": None,
    }


def changed_file(path: str, api_url: str, web_url: str) -> dict[str, Any]:
    """Return what a pull request did to a file."""
    return {
        "sha": hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest(),
        "filename": path,
        "status": "modified",
        **dict.fromkeys(("additions", "deletions", "changes"), 1),
        "blob_url": f"{web_url}/blob/{quote(path)}",
        "raw_url": f"{web_url}/raw/{quote(path)}",
        "contents_url": f"{api_url}/contents/{quote(path)}",
    }


def error(status: int, message: str, documentation_url: str = "https://docs.github.com/rest") -> dict[str, Any]:
    """Return the body of a refusal."""
    return {"message": message, "documentation_url": documentation_url, "status": str(status)}


def number(text: str) -> int:
    """Return an id that looks like GitHub's and is the same on every run."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def node_id(kind: str, text: str) -> str:
    """Return an id for GraphQL."""
    return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
