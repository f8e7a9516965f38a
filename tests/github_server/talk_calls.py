"""What people read and answer: pull requests, and comments on commits."""

from __future__ import annotations

from typing import Any

from tests.github_server import git_calls, payloads
from tests.github_server.calls import Call, Refusal, not_found
from tests.github_server.state import BOT, Comment, Pull
from tests.github_server.store_calls import invalid


def _problem(resource: str, message: str) -> Refusal:
    problem = {"resource": resource, "code": "custom", "message": message}
    return Refusal(422, {**payloads.error(422, "Validation Failed"), "errors": [problem]})


def list_pulls(call: Call) -> tuple[int, Any]:
    state, head, base = (call.query.get(key) for key in ("state", "head", "base"))
    owner = call.repository.full_name.partition("/")[0]
    found = [
        pull
        for pull in call.repository.pulls.values()
        if (state == "all" or pull.state == (state or "open"))
        and (head is None or head == f"{owner}:{pull.head}")
        and (base is None or base == pull.base)
    ]
    newest_first = sorted(found, key=lambda pull: pull.number, reverse=True)
    return 200, [_pull_json(call, pull) for pull in newest_first[: int(call.query.get("per_page", 30))]]


def create_pull(call: Call) -> tuple[int, Any]:
    repository, head, base = call.repository, call.data["head"], call.data["base"]
    if call.login == BOT and not repository.lets_jobs_open_pulls:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        raise Refusal(403, payloads.error(403, message))
    shas = [repository.refs.get(f"refs/heads/{branch}") for branch in (head, base)]
    if shas[0] is None or shas[1] is None:
        raise _problem("PullRequest", "head or base is invalid")
    if any(pull.head == head and pull.base == base and pull.state == "open" for pull in repository.pulls.values()):
        owner = repository.full_name.partition("/")[0]
        raise _problem("PullRequest", f"A pull request already exists for {owner}:{head}.")
    if repository.store.is_ancestor(shas[0], shas[1]):
        raise _problem("PullRequest", f"No commits between {base} and {head}")
    number = len(repository.pulls) + len(repository.discussions) + 1
    pull = Pull(
        number=number, title=call.data["title"], body=call.data.get("body"), head=head, base=base, head_sha=shas[0]
    )
    repository.pulls[number] = pull
    return 201, _pull_json(call, pull, is_whole=True)


def update_pull(call: Call) -> tuple[int, Any]:
    pull = call.repository.pulls.get(int(call.values["pull_number"]))
    if pull is None:
        raise not_found()
    for key in ("title", "body", "state"):
        if key in call.data:
            setattr(pull, key, call.data[key])
    return 200, _pull_json(call, pull, is_whole=True)


def get_run(call: Call) -> tuple[int, Any]:
    number = int(call.values["run_id"])
    if number not in call.repository.runs:
        raise not_found()
    status, attempt = call.repository.runs[number]
    name, url = call.repository.full_name, f"{call.root}/actions/runs/{number}"
    about = payloads.repository(name, call.api_url, call.web_url, is_private=call.repository.is_private)
    parts = ("jobs", "logs", "cancel", "rerun", "artifacts")
    return 200, {
        "id": number,
        "node_id": payloads.node_id("WFR", str(number)),
        **dict.fromkeys(("head_branch", "head_commit")),
        "run_number": 1,
        "run_attempt": attempt,
        "display_title": "Release",
        "event": "release",
        "status": status,
        "conclusion": "failure" if status == "completed" else None,
        "head_sha": "0" * 40,
        "path": ".github/workflows/release.yml",
        "workflow_id": 1,
        "url": url,
        "html_url": f"{call.web_url}/{name}/actions/runs/{number}",
        "created_at": payloads.FOUNDED,
        "updated_at": payloads.FOUNDED,
        "head_repository": about,
        "repository": about,
        **{f"{part}_url": f"{url}/{part}" for part in parts},
        "check_suite_url": f"{call.root}/check-suites/1",
        "workflow_url": f"{call.root}/actions/workflows/1",
        "pull_requests": [],
    }


def list_commit_comments(call: Call) -> tuple[int, Any]:
    size, page = int(call.query.get("per_page", 30)), int(call.query.get("page", 1))
    found = [comment for comment in call.repository.comments if comment.commit == call.values["commit_sha"]]
    return 200, [_comment_json(call, comment) for comment in found[size * (page - 1) : size * page]]


def create_commit_comment(call: Call) -> tuple[int, Any]:
    repository, sha = call.repository, call.values["commit_sha"]
    if sha not in repository.store.commits and git_calls.git(call, "cat-file", "-e", sha) is None:
        raise invalid(f"No commit found for SHA: {sha}")
    comment = Comment(id=7001 + len(repository.comments), body=call.data["body"], author=call.login, commit=sha)
    repository.comments.append(comment)
    return 201, _comment_json(call, comment)


def update_commit_comment(call: Call) -> tuple[int, Any]:
    for comment in call.repository.comments:
        if comment.id == int(call.values["comment_id"]):
            if comment.author != call.login:
                raise Refusal(403, payloads.error(403, "Resource not accessible by integration"))
            comment.body = call.data["body"]
            return 200, _comment_json(call, comment)
    raise not_found()


def delete_commit_comment(call: Call) -> tuple[int, Any]:
    for comment in call.repository.comments:
        if comment.id == int(call.values["comment_id"]):
            call.repository.comments.remove(comment)
            return 204, None
    raise not_found()


def _comment_json(call: Call, comment: Comment) -> dict[str, Any]:
    page = f"{call.web_url}/{call.repository.full_name}/commit/{comment.commit}#commitcomment-{comment.id}"
    return {
        "id": comment.id,
        "node_id": payloads.node_id("CC", str(comment.id)),
        "url": f"{call.root}/comments/{comment.id}",
        "html_url": page,
        "user": payloads.user(comment.author, call.api_url, call.web_url),
        "body": comment.body,
        "commit_id": comment.commit,
        **dict.fromkeys(("path", "position", "line")),
        "author_association": comment.association,
        "created_at": payloads.FOUNDED,
        "updated_at": payloads.FOUNDED,
    }


def _pull_json(call: Call, pull: Pull, *, is_whole: bool = False) -> dict[str, Any]:
    """Return a pull request as a list of them describes it, or as GitHub describes it alone."""
    repository, owner = call.repository, call.repository.full_name.partition("/")[0]
    about = payloads.repository(repository.full_name, call.api_url, call.web_url, is_private=repository.is_private)
    user = payloads.user(owner, call.api_url, call.web_url)
    url, issue = f"{call.root}/pulls/{pull.number}", f"{call.root}/issues/{pull.number}"
    page = f"{call.web_url}/{repository.full_name}/pull/{pull.number}"
    links = {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{call.root}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{call.root}/statuses/{pull.head_sha}",
    }

    def end(branch: str, sha: str) -> dict[str, Any]:
        return {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "user": user, "repo": about}

    closed_at = None if pull.state == "open" else payloads.FOUNDED
    whole = {
        **dict.fromkeys(("additions", "changed_files", "comments", "commits", "deletions", "review_comments"), 1),
        "mergeable": None,
        "mergeable_state": "unknown",
        "merged": pull.is_merged,
        "maintainer_can_modify": False,
        "merged_by": None,
    }
    return {
        "id": 5_000_000 + pull.number,
        "node_id": payloads.node_id("PR", url),
        "number": pull.number,
        "url": url,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        **{f"{name}_url": links[name] for name in ("comments", "review_comments", "review_comment", "commits")},
        "statuses_url": links["statuses"],
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "body": pull.body,
        "user": payloads.user(BOT, call.api_url, call.web_url),
        "labels": [],
        **dict.fromkeys(("assignee", "milestone", "auto_merge", "merge_commit_sha")),
        "created_at": payloads.FOUNDED,
        "updated_at": payloads.FOUNDED,
        "closed_at": closed_at,
        "merged_at": closed_at if pull.is_merged else None,
        "author_association": "NONE",
        "head": end(pull.head, pull.head_sha),
        "base": end(pull.base, repository.refs.get(f"refs/heads/{pull.base}", "0" * 40)),
        "_links": {name: {"href": address} for name, address in links.items()},
        **(whole if is_whole else {}),
    }


CALLS = {
    "pulls/list": list_pulls,
    "pulls/create": create_pull,
    "pulls/update": update_pull,
    "actions/get-workflow-run": get_run,
    "repos/list-comments-for-commit": list_commit_comments,
    "repos/create-commit-comment": create_commit_comment,
    "repos/update-commit-comment": update_commit_comment,
    "repos/delete-commit-comment": delete_commit_comment,
}
"""By the description's names."""
