"""What the tests of the write-back start from: a repository on the stand-in, a connection to it, a published version."""

from __future__ import annotations

from tests.github_server import GitHubServer
from zenodo_action.github.connection import Connection
from zenodo_action.github.published import Published

NAME = "zebra-lab/stripes"

PUBLISHED = Published(
    doi="10.5281/zenodo.8",
    concept_doi="10.5281/zenodo.7",
    record_id="8",
    concept_id="7",
    record_url="https://zenodo.org/records/8",
    badge_url="https://zenodo.org/badge/DOI/10.5281/zenodo.8.svg",
    server="https://zenodo.org",
    server_name="Zenodo",
    repository=NAME,
    program="zenodo-deposit 0.1.0",
    version="1.0.0",
    released_on="2026-03-14",
    concept_badge_url="https://zenodo.org/badge/DOI/10.5281/zenodo.7.svg",
)


class Desk:
    """A repository on the stand-in, and what is said while it is written to."""

    def __init__(self, server: GitHubServer) -> None:
        self.server = server
        self.repository = server.add_repository(NAME)
        self.said: list[str] = []
        self.slept: list[float] = []
        self.github = self.connect(server.token)

    def connect(self, token: str) -> Connection:
        """Return a connection with another token."""
        return Connection(token, self.server.url, NAME, say=self.said.append, sleep=self.slept.append)

    @property
    def sent(self) -> list[str]:
        """Method and path of every request, without the repository; that of GraphQL is what it asks for."""
        lines = []
        for request in self.server.requests:
            if request.path == "/graphql":
                lines.append(request.data["query"].split("{")[1].split("(")[0].strip())
            else:
                lines.append(f"{request.method} {request.path.removeprefix(f'/repos/{NAME}')}")
        return lines

    @property
    def writes(self) -> list[str]:
        """Those that change something."""
        return [line for line in self.sent if not line.startswith(("GET", "repository"))]
