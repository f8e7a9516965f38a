"""
A stand-in of api.github.com over HTTP, judged by GitHub's own description of its API.

Repositories, releases, refs and files live in memory. Every request and every answer is judged (``contract``); what
breaks the description is kept in ``violations``, and ``check()`` raises it in the test that caused it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.github_server import payloads
from tests.github_server.calls import CALLS, Call, Refusal, not_found
from tests.github_server.contract import Contract, Operation
from tests.github_server.downloads import Downloads
from tests.github_server.state import Release, Repository

PAGE = "<html><body>Unicorn!</body></html>"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}

Answer = tuple[int, Mapping[str, str], Any]
"""Status, headers, and JSON data, a page as text, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that came in."""

    method: str
    path: str
    """As it was sent, without the prefix and the query."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes

    @property
    def token(self) -> str:
        """The token, or an empty text."""
        return self.headers.get("authorization", "").partition(" ")[2]

    @property
    def data(self) -> Any:
        """The JSON of the body; ``None`` without one."""
        return json.loads(self.body) if self.body else None


@dataclass(kw_only=True)
class _Fault:
    """What goes wrong with the next calls of one kind."""

    operation_id: str
    times: int = 1
    answer: Answer | None = None
    """Given instead of doing anything; ``None`` cuts the connection instead …"""
    is_done: bool = False
    """… unless the work is done: then its answer is given, or cut as well."""
    is_cut: bool = False
    meanwhile: Callable[[], None] | None = None
    """Called once the answer is settled: what it says is no longer so when it arrives."""


class GitHubServer:
    """
    The stand-in, running in a thread on a free loopback port.

    Args:
        prefix: What stands before every path, as ``/api/v3`` on a GitHub Enterprise Server.
        web_url: Root of the pages for people.
    """

    token = "ghs_writes0000000000000000000000000000"
    """A job's token with ``contents: write``."""
    read_token = "ghs_reads00000000000000000000000000000"
    """A job's token with ``contents: read``."""

    def __init__(self, prefix: str = "", web_url: str = "https://github.com") -> None:
        self.prefix = prefix
        self.web_url = web_url
        self.repositories: dict[str, Repository] = {}
        self.people: dict[str, tuple[str | None, str | None]] = {}
        """Login → name and company."""
        self.renamed: dict[str, str] = {}
        """Old full name → new one."""
        self.tokens = {self.token: "write", self.read_token: "read"}
        self.requests: list[Request] = []
        """All that came in, in their order."""
        self.violations: list[str] = []
        self._judged_requests = self._judged_answers = 0
        self._faults: list[_Fault] = []
        self._contract = Contract()
        self._lock = threading.RLock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}{prefix}"
        """Root of the API, for ``GITHUB_API_URL``."""
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.downloads = Downloads()
        """The host that contents are fetched from."""

    def close(self) -> None:
        """Stop listening."""
        self.downloads.close()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def validated(self) -> tuple[int, int]:
        """How many requests and how many answers were judged by the description."""
        return self._judged_requests, self._judged_answers

    def check(self) -> None:
        """Raise what broke the description."""
        self.violations += self.downloads.violations
        assert not self.violations, "against GitHub's description:\n" + "\n".join(self.violations)

    def add_repository(self, full_name: str = "zebra-lab/stripes", *, is_private: bool = False) -> Repository:
        """Make an empty repository, or return the one there is."""
        return self.repositories.setdefault(full_name, Repository(full_name=full_name, is_private=is_private))

    def release_json(self, repository: Repository, release: Release) -> dict[str, Any]:
        """Return a release as answers and events describe it."""
        return payloads.release(vars(release), repository.full_name, self.url, self.web_url)

    # What goes wrong

    def fail(
        self,
        operation_id: str,
        status: int,
        message: str | None = "",
        *,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Have the next calls refused; an empty message gives a page of HTML, as from a proxy, ``None`` no body."""
        data = payloads.error(status, message) if message else PAGE if message == "" else None
        self._faults.append(_Fault(operation_id=operation_id, times=times, answer=(status, headers or {}, data)))

    def fail_rate(self, operation_id: str, retry_after_s: int | None = None, *, times: int = 1) -> None:
        """
        Have the next calls turned away by the secondary rate limit, with or without a time to wait.

        Source: docs.github.com, "Rate limits for the REST API", "Exceeding the rate limit".
        """
        data = payloads.error(
            403,
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
        )
        headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
        self._faults.append(_Fault(operation_id=operation_id, times=times, answer=(403, headers, data)))

    def cut(self, operation_id: str, *, times: int = 1) -> None:
        """Cut the connection of the next calls without doing anything."""
        self._faults.append(_Fault(operation_id=operation_id, times=times))

    def lose_answer(self, operation_id: str, *, times: int = 1) -> None:
        """Do the work of the next calls, then cut the connection instead of answering."""
        self._faults.append(_Fault(operation_id=operation_id, times=times, is_done=True, is_cut=True))

    def meanwhile(self, operation_id: str, act: Callable[[], None]) -> None:
        """Let somebody else act once the answer to the next call is settled."""
        self._faults.append(_Fault(operation_id=operation_id, is_done=True, meanwhile=act))

    # What is answered

    def answer(self, request: Request) -> Answer | None:
        """Judge a request, do it, judge the answer and return it; ``None`` cuts the connection."""
        with self._lock:
            self.requests.append(request)
            found = self._contract.find(request.method, request.path)
            if found is None:
                self.violations.append(f"{request.method} {request.path}: no such call")
                return 404, {}, payloads.error(404, "Not Found")
            operation, values = found
            if self._judge_request(operation, request, values):
                return 400, {}, payloads.error(400, "This breaks GitHub's description of its API")
            fault = self._next_fault(operation)
            answer: Answer | None
            if fault and not fault.is_done:
                answer = fault.answer
                # A page or nothing comes from in front of the API, and is not the API's to describe.
                is_described = answer is not None and isinstance(answer[2], dict)
            else:
                answer = self._work(operation, request, values)
                is_described = True
            if answer is not None and is_described:
                self._judged_answers += 1
                self._complain(operation, self._contract.judge_response(operation, answer[0], answer[2]))
            if fault and fault.meanwhile:
                fault.meanwhile()
            return None if fault and fault.is_cut else answer

    def _judge_request(self, operation: Operation, request: Request, values: Mapping[str, str]) -> list[str]:
        """Return, and keep, what is wrong with a request."""
        given = {("path", name): value for name, value in values.items()}
        given |= {("query", name): value for name, value in request.query.items()}
        self._judged_requests += 1
        content_type = request.headers.get("content-type")
        return self._complain(operation, self._contract.judge_request(operation, given, content_type, request.body))

    def _complain(self, operation: Operation, problems: Iterable[str]) -> list[str]:
        complaints = [f"{operation.id}: {problem}" for problem in problems]
        self.violations += complaints
        return complaints

    def _next_fault(self, operation: Operation) -> _Fault | None:
        for fault in self._faults:
            if fault.operation_id == operation.id and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _work(self, operation: Operation, request: Request, values: Mapping[str, str]) -> Answer:
        if operation.id == "users/get-by-username":
            return self._account(values["username"])
        try:
            call = Call(
                repository=self._repository(request, f"{values['owner']}/{values['repo']}"),
                values=values,
                query=request.query,
                data=request.data,
                may_write=self.tokens.get(request.token) == "write",
                api_url=self.url,
                web_url=self.web_url,
                wanted=request.headers.get("accept", ""),
                offer=self.downloads.offer,
            )
            _check_may(request, call)
            status, data = CALLS[operation.id](call)
        except Refusal as refusal:
            return refusal.status, refusal.headers, refusal.data
        # A copy as it is now: what changes later must not show in an answer that was settled.
        return status, {}, json.loads(json.dumps(data))

    def _account(self, login: str) -> Answer:
        if login not in self.people:
            return 404, {}, payloads.error(404, "Not Found")
        return 200, {}, payloads.account(login, *self.people[login], self.url, self.web_url)

    def _repository(self, request: Request, full_name: str) -> Repository:
        """Return the repository that a request is about, if its token may see it."""
        new_name = self.renamed.get(full_name)
        if new_name is not None:
            # Source: docs.github.com, "Best practices for using the REST API", "Follow redirects".
            status, message = (307, "Temporary Redirect") if request.method in WRITES else (301, "Moved Permanently")
            target = self.url + request.path.replace(full_name, new_name, 1)
            raise Refusal(status, {"message": message, "url": target}, {"Location": target})
        if request.token and request.token not in self.tokens:
            raise Refusal(401, payloads.error(401, "Bad credentials"))
        repository = self.repositories.get(full_name)
        if repository is None or (repository.is_private and not request.token):
            raise not_found()
        return repository


def _check_may(request: Request, call: Call) -> None:
    """Refuse a write that the token does not allow."""
    if request.method not in WRITES or call.may_write:
        return
    if not request.token:
        raise Refusal(401, payloads.error(401, "Requires authentication"))
    needed = {"X-Accepted-GitHub-Permissions": "contents=write"}
    raise Refusal(403, payloads.error(403, "Resource not accessible by integration"), needed)


def _handler_for(server: GitHubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other

        def do_any(self) -> None:
            path, _, query = self.path.partition("?")
            request = Request(
                method=self.command,
                path=path.removeprefix(server.prefix),
                query=dict(parse_qsl(query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            try:
                answer = server.answer(request)
            except Exception as error:  # noqa: BLE001 - a flaw of the stand-in, told by check()
                server.violations.append(f"{request.method} {request.path}: the stand-in failed: {error!r}")
                answer = None
            if answer is None:
                self.close_connection = True
            else:
                self.send(*answer)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any  # noqa: N815 - names of http.server

        def send(self, status: int, headers: Mapping[str, str], data: Any) -> None:
            is_page = isinstance(data, str)
            content = b"" if data is None else data.encode() if is_page else json.dumps(data).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Type", "text/html" if is_page else "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name of http.server
            """Say nothing."""

    return Handler
