"""A stand-in of GitHub for tests: its API over HTTP, and the runner of its Actions."""

from tests.github_server.runner import (
    dispatch_event,
    pull_request_event,
    push_event,
    read_outputs,
    release_event,
    runner_environ,
)
from tests.github_server.server import GitHubServer
from tests.github_server.state import Release, Repository

__all__ = [
    "GitHubServer",
    "Release",
    "Repository",
    "dispatch_event",
    "pull_request_event",
    "push_event",
    "read_outputs",
    "release_event",
    "runner_environ",
]
