"""
A stand-in of api.github.com over HTTP, judged by GitHub's own description of its API.

Repositories, releases, git's objects and what people say live in memory. Every request and every answer is judged
(``contract``, and ``graphql_api`` for GraphQL); what breaks the description is kept in ``violations``, and ``check()``
raises it in the test that caused it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.github_server import calls, graphql_api, payloads, store_calls, talk_calls
from tests.github_server.calls import Call, Refusal, not_found
from tests.github_server.contract import Contract, Operation
from tests.github_server.downloads import Downloads
from tests.github_server.state import BOT, Release, Repository

PAGE = "<html><body>Unicorn!</body></html>"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
CALLS = {**calls.CALLS, **store_calls.CALLS, **talk_calls.CALLS}

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


@dataclass(frozen=True, kw_only=True)
class _Understood:
    """A request of a known kind, with how it is done and how its answer is judged."""

    id: str
    complaints: list[str]
    work: Callable[[], Answer]
    judge: Callable[[Answer], Iterable[str]]


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
    """A job's token that may write everything."""
    read_token = "ghs_reads00000000000000000000000000000"
    """A job's token that may only read."""

    def __init__(self, prefix: str = "", web_url: str = "https://github.com") -> None:
        self.prefix = prefix
        self.web_url = web_url
        self.repositories: dict[str, Repository] = {}
        self.people: dict[str, tuple[str | None, str | None]] = {}
        """Login → name and company."""
        self.renamed: dict[str, str] = {}
        """Old full name → new one."""
        self.tokens = {self.token: "write", self.read_token: "read"}
        """Token → ``write``, ``read``, or the scopes that it may write, as ``contents discussions``."""
        self.logins: dict[str, str] = {}
        """Token → whose it is, where it is not a job's."""
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

    def answer_once(self, operation_id: str, status: int, data: Any) -> None:
        """Give the next call this answer instead of doing anything."""
        self._faults.append(_Fault(operation_id=operation_id, answer=(status, {}, data)))

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
            asked = self._graphql(request) if request.path.endswith("/graphql") else self._rest(request)
            if asked is None:
                self.violations.append(f"{request.method} {request.path}: no such call")
                return 404, {}, payloads.error(404, "Not Found")
            self._judged_requests += 1
            if self._complain(asked.id, asked.complaints):
                return 400, {}, payloads.error(400, "This breaks GitHub's description of its API")
            fault = self._next_fault(asked.id)
            answer: Answer | None
            if fault and not fault.is_done:
                answer = fault.answer
                # A page or nothing comes from in front of the API, and is not the API's to describe.
                is_described = answer is not None and isinstance(answer[2], dict)
            else:
                answer = asked.work()
                is_described = True
            if answer is not None and is_described:
                self._judged_answers += 1
                self._complain(asked.id, asked.judge(answer))
            if fault and fault.meanwhile:
                fault.meanwhile()
            return None if fault and fault.is_cut else answer

    def _rest(self, request: Request) -> _Understood | None:
        """Return what a request to the REST API asks for, by GitHub's description."""
        found = self._contract.find(request.method, request.path)
        if found is None:
            return None
        operation, values = found
        given = {("path", name): value for name, value in values.items()}
        given |= {("query", name): value for name, value in request.query.items()}
        content_type = request.headers.get("content-type")
        return _Understood(
            id=operation.id,
            complaints=list(self._contract.judge_request(operation, given, content_type, request.body)),
            work=lambda: self._work(operation, request, values),
            judge=lambda answer: self._contract.judge_response(operation, answer[0], answer[2]),
        )

    def _graphql(self, request: Request) -> _Understood:
        """Return what a request to the GraphQL API asks for, by its schema."""
        kind, complaints = graphql_api.understand(request.data)
        viewer = graphql_api.Viewer(
            repositories=lambda name: self.repositories.get(self.renamed.get(name, name)),
            known=tuple(self.repositories.values()),
            login=self.logins.get(request.token, BOT),
            may_write=self._may(request.token, "discussions"),
            web_url=self.web_url,
        )

        def work() -> Answer:
            if request.token not in self.tokens:
                return 401, {}, payloads.error(401, "Bad credentials")
            return 200, {}, json.loads(json.dumps(graphql_api.carry_out(request.data, viewer)))

        return _Understood(id=kind, complaints=complaints, work=work, judge=lambda _: ())

    def _complain(self, name: str, problems: Iterable[str]) -> list[str]:
        complaints = [f"{name}: {problem}" for problem in problems]
        self.violations += complaints
        return complaints

    def _next_fault(self, name: str) -> _Fault | None:
        for fault in self._faults:
            if fault.operation_id == name and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _may(self, token: str, scope: str) -> bool:
        """Whether a token may write what a scope covers."""
        allowed = self.tokens.get(token, "")
        return allowed == "write" or scope in allowed.split()

    def _work(self, operation: Operation, request: Request, values: Mapping[str, str]) -> Answer:
        if operation.id == "users/get-by-username":
            return self._account(values["username"])
        scope = "pull-requests" if operation.id.startswith("pulls/") else "contents"
        try:
            call = Call(
                repository=self._repository(request, f"{values['owner']}/{values['repo']}"),
                values=values,
                query=request.query,
                data=request.data,
                may_write=self._may(request.token, scope),
                login=self.logins.get(request.token, BOT),
                api_url=self.url,
                web_url=self.web_url,
                wanted=request.headers.get("accept", ""),
                offer=self.downloads.offer,
            )
            _check_may(request, call, scope)
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


def _check_may(request: Request, call: Call, scope: str) -> None:
    """Refuse a write that the token, or the state of the repository, does not allow."""
    if request.method not in WRITES:
        return
    if not request.token:
        raise Refusal(401, payloads.error(401, "Requires authentication"))
    if call.repository.is_archived:
        raise Refusal(403, payloads.error(403, "Repository was archived so is read-only."))
    if not call.may_write:
        needed = {"X-Accepted-GitHub-Permissions": f"{scope.replace('-', '_')}=write"}
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
