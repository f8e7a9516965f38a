"""
The bench on which every request of a deposit is struck by every fault, and what must be so afterwards.

A case: the program runs with one fault, then again without any, at most twice. Then the release must be published
exactly once, with its files and metadata, and nothing of ours may be left behind.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, cast

import requests

from tests.faults.proxy import PAGE, Exchange, Fault, Proxy, Wire
from tests.flows.conftest import ZENODO_YML
from tests.github_server import GitHubServer, read_outputs, release_event
from tests.github_server.runner import runner_environ
from tests.github_server.state import Release
from tests.repos import ExampleRepo
from zenodo_action.options import BY_NAME
from zenodo_action.server import LocalServer

Scenario = Literal["first", "next", "stamp", "update", "all"]
"""
A first deposit, a next version, a first deposit with ``--stamp``, ``--update-metadata`` of a published version, or
``--all`` of two releases.
"""
Door = Literal["deposit", "run"]
"""The command line, or what the Action runs, with GitHub."""

NAME = "cat-lab-example/red-dot"
URL = f"https://github.com/{NAME}"
TAGS: dict[Scenario, str] = {
    "first": "v1.0.0",
    "next": "v1.1.0",
    "stamp": "v1.0.0",
    "update": "v1.0.0",
    "all": "v1.1.0",
}
"""The newest tag that is deposited."""
MEANT: dict[Scenario, list[str]] = {
    "stamp": ["v1.0.0", "--stamp"],
    "update": ["v1.0.0", "--update-metadata"],
    "all": ["--all"],
}
"""How a deposit is asked for, where it is not by the tag alone."""
AT_HOME: tuple[Scenario, ...] = ("first", "next", "stamp", "update", "all")
WITH_GITHUB: tuple[Scenario, ...] = ("first", "next")
"""The scenarios by door."""
MENDED = "<p>Detects laser dots, and cats.</p>"
"""The description that an update brings."""
CITATION = "cff-version: 1.2.0\nmessage: Cite it\ntitle: Red-Dot\nauthors:\n  - name: The Cat Collective\n"
APIS: tuple[str, ...] = BY_NAME["api"].choices if "api" in BY_NAME else ("records",)
TIMEOUT_S = 2.0
"""What runs get as ``--timeout``; also the longest that they let a server be silent."""
BED_TIMEOUT_S = 30.0
"""The same for a real InvenioRDM, which takes its time."""
SOURCES = {"v1.0.0": b"print('dot')\n", "v1.1.0": b"print('dot, dot')\n"}
"""What the file of each release holds."""
MAX_RERUNS = 2
TOKEN = "test-token"
NATIVE = {"Accept": "application/vnd.inveniordm.v1+json"}
_ID = re.compile(r"\d+|[a-z0-9]{5}-[a-z0-9]{5}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_JSON = (("Content-Type", "application/json"),)
_HTML = (("Content-Type", "text/html"),)


def _statuses() -> list[Fault]:
    """Return the faults that are an answer of somebody else than the server."""
    faults = []
    for is_after in (False, True):
        faults += [
            Fault(name=str(status), kind="status", is_after=is_after, status=status, headers=_HTML, body=PAGE)
            for status in (502, 504)
        ]
        body = b'{"status": 500, "message": "The server encountered an internal error."}'
        faults.append(Fault(name="500", kind="status", is_after=is_after, status=500, headers=_JSON, body=body))
        faults.append(
            Fault(name="page with 200", kind="status", is_after=is_after, status=200, headers=_HTML, body=PAGE)
        )
    body = b'{"status": 429, "message": "30 per 1 minute"}'
    retry = (*_JSON, ("Retry-After", "1"))
    faults.append(Fault(name="429", kind="status", is_after=False, status=429, headers=retry, body=body))
    faults.append(Fault(name="page with 403", kind="status", is_after=False, status=403, headers=_HTML, body=PAGE))
    return faults


_ONCE = (
    *(Fault(name="reset", kind="reset", is_after=after) for after in (False, True)),
    *(Fault(name="silent", kind="silent", is_after=after) for after in (False, True)),
    *(Fault(name="garbage with 200", kind="garbage", is_after=after) for after in (False, True)),
    Fault(name="cut answer", kind="cut", is_after=True),
    *_statuses(),
)
FAULTS: tuple[Fault, ...] = (
    *(Fault(name="kill -9", kind="kill", is_after=after) for after in (False, True)),
    *(Fault(name="gone for good", kind="gone", is_after=after) for after in (False, True)),
    *_ONCE,
    *(replace(fault, lasts=True) for fault in _ONCE),
)
"""Everything that can go wrong with a request."""


@dataclass
class Verdict:
    """What a case came to."""

    door: str
    api: str
    scenario: str
    point: str
    fault: str
    codes: list[int] = field(default_factory=list)
    """Exit codes of the runs: the struck one first."""
    duplicates: int = 0
    lost: int = 0
    leftovers: int = 0
    wrong: list[str] = field(default_factory=list)
    log: str = ""
    """What the runs printed."""
    exchanges: list[str] = field(default_factory=list)
    """What they sent, as the proxy saw it."""

    @property
    def is_good(self) -> bool:
        """Whether all is as it must be."""
        return self.codes[-1] == 0 and not (self.duplicates or self.lost or self.leftovers or self.wrong)

    def __str__(self) -> str:
        counts = f"codes {self.codes}, {self.duplicates} duplicates, {self.lost} lost, {self.leftovers} left over"
        return f"{self.door} {self.api} {self.scenario}: {self.point}: {self.fault}: {counts} {self.wrong}"


class Client:
    """The program, ready to be started as a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.client"],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, arguments: list[str], environ: dict[str, str]) -> int:
        """Start it and return its process id."""
        self._count += 1
        scratch = self._folder / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        order = {
            "arguments": arguments,
            "environ": {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(self._folder),
                "TMPDIR": str(scratch),
                **environ,
            },
            "folder": str(self._folder),
            "output": str(self._folder / f"output-{self._count}"),
        }
        stream = cast("IO[str]", self._process.stdin)
        stream.write(json.dumps(order) + "\n")
        stream.flush()
        return int(self._read()["pid"])

    def wait(self) -> tuple[int, str]:
        """Return its exit code and what it printed, once it has ended."""
        code = int(self._read()["code"])
        return code, (self._folder / f"output-{self._count}").read_text(encoding="utf-8")

    def printed(self) -> str:
        """Return what it has printed so far."""
        output = self._folder / f"output-{self._count}"
        return output.read_text(encoding="utf-8") if output.exists() else ""

    def close(self) -> None:
        """Let go of it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(10)

    def _read(self) -> dict[str, int]:
        line = cast("IO[str]", self._process.stdout).readline()
        if not line:
            raise RuntimeError("the client's starter has ended")
        return cast("dict[str, int]", json.loads(line))


class Bench:
    """
    Proxies whose addresses stay the same, and one repository with its server, made anew for every case.

    Args:
        folder: An empty folder to work in.
        api: Which API the client speaks.
        door: Which command is run.
        index_delay_s: How long the server's search lags behind.
        bed: Address and token of a running InvenioRDM to use in place of embedded repositories; there a case has a
            repository name of its own in place of a server of its own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        api: str = "records",
        door: Door = "deposit",
        index_delay_s: float = 0,
        bed: tuple[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.bed = bed
        self.token = bed[1] if bed is not None else TOKEN
        self.timeout_s = TIMEOUT_S if bed is None else BED_TIMEOUT_S
        self.api = api
        self.door = door
        self.index_delay_s = index_delay_s
        folder.mkdir(parents=True, exist_ok=True)
        self.proxy = Proxy("Zenodo")
        self.github_proxy = Proxy("GitHub")
        self.client = Client(folder / "client")
        self._templates: dict[Scenario, Path] = {}
        self._expected: dict[Scenario, dict[str, Any]] = {}

    def __enter__(self) -> Bench:  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.proxy.hang_up()
        self.github_proxy.hang_up()

    def points(self, scenario: Scenario) -> list[Exchange]:
        """Return the requests of a deposit that nothing befalls."""
        with Case(self, scenario) as case:
            code, log = case.run(Wire())
            assert code == 0, log
            return case.exchanges

    def strike(
        self, scenario: Scenario, point: int, fault: Fault, *, forgets: bool = False, timeout_s: float | None = None
    ) -> Verdict:
        """
        Let a fault strike a request, run again without it, and judge what is there.

        Args:
            scenario: A first deposit, or a next version.
            point: Number of the request, from 0.
            fault: What befalls it.
            forgets: Whether the notes of the struck run are lost, as on a fresh runner.
            timeout_s: What the later runs get as ``--timeout``.
        """
        with Case(self, scenario) as case:
            wire = Wire(fault=fault, point=point)
            codes, logs = [], []
            for run in range(1 + MAX_RERUNS):
                case.environ["GITHUB_RUN_ATTEMPT"] = str(run + 1)
                code, log = case.run(wire if run == 0 else Wire(), timeout_s=None if run == 0 else timeout_s)
                codes.append(code)
                logs.append(log)
                if forgets and run == 0:
                    case.forget()
                if code == 0 and run > 0:
                    break
            verdict = Verdict(
                door=self.door,
                api=self.api,
                scenario=scenario,
                point=f"{point + 1}. {wire.struck.method} {shape(wire.struck.path)}" if wire.struck else "never",
                fault=str(fault),
                codes=codes,
                log="\n".join(logs),
                exchanges=[str(each) for each in case.exchanges],
            )
            case.judge(verdict)
            return verdict

    def template(self, scenario: Scenario) -> Path:
        """Return the folder with repository and server that a case starts from."""
        if scenario not in self._templates:
            folder = self.folder / f"template-{scenario}"
            if scenario in ("first", "stamp", "all") or self.bed is not None:
                make_repository(folder / "repo", citation=CITATION if scenario == "stamp" else None)
            else:
                with Case(self, "first", kept_as=folder) as case:
                    code, log = case.run(Wire())
                    assert code == 0, log
                    time.sleep(self.index_delay_s)
            if scenario == "update" and self.bed is None:
                mend(folder / "repo")
            self._templates[scenario] = folder
        return self._templates[scenario]

    def expected_files(self, scenario: Scenario) -> dict[str, Any]:
        """Return the names and checksums of the files, from a deposit that nothing befell."""
        if scenario not in self._expected:
            with Case(self, scenario) as case:
                code, log = case.run(Wire())
                assert code == 0, log
                time.sleep(self.index_delay_s)
                self._expected[scenario] = case.files_by_version()
        return self._expected[scenario]


def mend(folder: Path) -> None:
    """Let the first tag name a commit with another description."""
    repo = ExampleRepo(folder)
    repo.write(".zenodo.yml", ZENODO_YML.replace("<p>Detects laser dots.</p>", MENDED))
    repo.commit("Mended")
    repo.git("tag", "-f", "v1.0.0")


def make_repository(folder: Path, citation: str | None = None) -> None:
    """Make a repository with the tags v1.0.0 and v1.1.0 and a web address."""
    repo = ExampleRepo(folder)
    repo.write(".zenodo.yml", ZENODO_YML)
    repo.write("red_dot.py", SOURCES["v1.0.0"])
    if citation is not None:
        repo.write("CITATION.cff", citation)
    repo.commit("First")
    repo.tag("v1.0.0")
    repo.write("red_dot.py", SOURCES["v1.1.0"])
    repo.commit("Second")
    repo.tag("v1.1.0")
    repo.remote(f"{URL}.git")


class Case:
    """One repository, its server, and where the door is ``run`` a GitHub; all gone at the end."""

    def __init__(self, bench: Bench, scenario: Scenario, *, kept_as: Path | None = None) -> None:
        self.bench = bench
        self.kept_as = kept_as
        """Where the folder goes at the end, in place of nowhere."""
        self.scenario = scenario
        self.tag = TAGS[scenario]
        self.folder = bench.folder / f"case-{time.monotonic_ns()}"
        shutil.copytree(bench.template(scenario), self.folder)
        self.repo = self.folder / "repo"
        self.exchanges: list[Exchange] = []
        self.environ: dict[str, str] = {}
        """Further variables of the runs."""
        self.url = URL
        if bench.bed is None:
            server = LocalServer(self.folder / "zenodo", token=TOKEN, index_delay_s=bench.index_delay_s)
            self._zenodo: LocalServer | None = server
            self.api_url = server.api_url
        else:
            self._zenodo = None
            self.api_url = f"{bench.bed[0]}/api"
            self.url = f"{URL}-{uuid.uuid4().hex[:12]}"
            ExampleRepo(self.repo).git("remote", "set-url", "origin", f"{self.url}.git")
        self.github = GitHubServer() if bench.door == "run" else None
        if self.github is not None:
            self.on_github = self.github.add_repository(NAME)
            self.release = self.add_release(self.tag)

    def __enter__(self) -> Case:  # noqa: PYI034 - Self came with Python 3.11
        self.bench.proxy.upstream = _address(self.api_url)
        if self._zenodo is not None:
            self._zenodo.start()
        elif self.scenario == "next":
            code, log = self.run(Wire(), tag=TAGS["first"])
            assert code == 0, log
            self.exchanges.clear()
        if self.github is not None:
            self.bench.github_proxy.upstream = _address(self.github.url)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zenodo is not None:
            self._zenodo.stop()
        if self.github is not None:
            self.github.close()
        if self.kept_as is not None:
            self.folder.rename(self.kept_as)
        else:
            shutil.rmtree(self.folder)

    def add_release(self, tag: str) -> Release:
        """Publish a release on GitHub, whose tag names the commit that it names here."""
        release = self.on_github.add_release(tag, "## What is new\r\n")
        commit = ExampleRepo(self.repo).git("rev-parse", f"{tag}^{{commit}}")
        self.on_github.refs[f"refs/tags/{tag}"] = commit
        return release

    @property
    def zenodo(self) -> LocalServer:
        """The embedded repository of the case."""
        assert self._zenodo is not None
        return self._zenodo

    def run(self, wire: Wire, timeout_s: float | None = None, tag: str | None = None) -> tuple[int, str]:
        """Run the program once and return its exit code and what it printed."""
        proxies = (self.bench.proxy, self.bench.github_proxy)
        for proxy in proxies:
            proxy.wire = wire
            proxy.listen()
        arguments, environ = self._order(timeout_s or self.bench.timeout_s, tag or self.tag)
        wire.follow(self.bench.client.start(arguments, environ))
        result = self.bench.client.wait()
        wire.over.set()
        self.exchanges += wire.exchanges
        for proxy in proxies:
            proxy.listen()
        return result

    def _order(self, timeout_s: float, tag: str) -> tuple[list[str], dict[str, str]]:
        """Return the arguments and the environment of a run."""
        bench = self.bench
        if self.github is None:
            api = ["--api", bench.api] if len(APIS) > 1 else []
            server = ["--server", bench.proxy.url, "--timeout", str(timeout_s)]
            meant = MEANT.get(self.scenario, [tag]) if tag == self.tag else [tag]
            return ["deposit", *meant, "-C", str(self.repo), *server, *api], {"ZENODO_TOKEN": bench.token}
        payload = release_event(self.github, self.on_github, self.release)
        files = self.folder / "run"
        environ = runner_environ(
            files, self.github, self.on_github, payload, event="release", ref=f"refs/tags/{self.tag}"
        )
        inputs = {
            "zenodo-token": TOKEN,
            "github-token": self.github.token,
            "server": bench.proxy.url,
            "timeout": str(timeout_s),
        }
        if len(APIS) > 1:
            inputs["api"] = bench.api
        environ |= {
            "GITHUB_API_URL": bench.github_proxy.url,
            "GITHUB_WORKSPACE": str(self.repo),
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
            **self.environ,
        }
        return ["run"], environ

    def forget(self) -> None:
        """Lose the notes, as a fresh runner has none."""
        shutil.rmtree(self.repo / ".git" / "zenodo-deposit", ignore_errors=True)

    def own(self) -> list[dict[str, Any]]:
        """Return every draft and version on the server, as it describes them itself."""
        headers = NATIVE | {"Authorization": f"Bearer {self.bench.token}"}
        query = rf'custom_fields.code\:codeRepository:"{self.url}"'
        search = {"q": query, "allversions": "true", "size": "100"}
        found = requests.get(f"{self.api_url}/user/records", params=search, headers=headers, timeout=30)
        records = []
        for hit in found.json()["hits"]["hits"]:
            path = f"{hit['id']}/draft" if hit["is_draft"] else hit["id"]
            records.append(requests.get(f"{self.api_url}/records/{path}", headers=headers, timeout=30).json())
        return records

    def settled(self) -> list[dict[str, Any]]:
        """Return the same once the search shows everything."""
        time.sleep(self.bench.index_delay_s)
        return self.own()

    def files_by_version(self) -> dict[str, Any]:
        """Return name → MD5 of each published version's files."""
        return {each["metadata"].get("version"): _files(each) for each in self.own() if each["is_published"]}

    def judge(self, verdict: Verdict) -> None:
        """Write into the verdict what is not as it must be."""
        records = self.settled()
        published = [each for each in records if each["is_published"] and not each["is_draft"]]
        verdict.leftovers = len(records) - len(published)
        wanted = sorted({tag for tag in TAGS.values() if tag <= self.tag})
        previous: dict[str, Any] | None = None
        for tag in wanted:
            versions = [each for each in published if _relations(each, "issupplementto") == [f"{self.url}/tree/{tag}"]]
            verdict.duplicates += max(0, len(versions) - 1)
            verdict.lost += not versions
            for each in versions:
                verdict.wrong += self._wrong(each, tag, previous)
            previous = versions[0] if versions else None
        verdict.duplicates += max(0, len(published) - len(wanted) - verdict.duplicates)
        if self.github is not None and previous is not None:
            body = self.release.body or ""
            if body.count("<!-- zenodo-deposit:start -->") != 1 or previous["pids"]["doi"]["identifier"] not in body:
                verdict.wrong.append(f"the release notes are {body!r}")
            outputs = read_outputs(self.folder / "run" / "output")
            if outputs.get("doi") != previous["pids"]["doi"]["identifier"]:
                verdict.wrong.append(f"the output doi is {outputs.get('doi')!r}")
            verdict.wrong += self.github.violations

    def _wrong(self, record: dict[str, Any], tag: str, previous: dict[str, Any] | None) -> list[str]:
        """Return what is wrong with a published version."""
        version = tag.removeprefix("v")
        metadata = record["metadata"]
        before = [previous["pids"]["doi"]["identifier"]] if previous is not None else []
        checks = {
            "title": (metadata["title"], f"Red-Dot {version}"),
            "version": (metadata.get("version"), version),
            "isNewVersionOf": (_relations(record, "isnewversionof"), before),
            "concept": (record["parent"]["id"], previous["parent"]["id"] if previous else record["parent"]["id"]),
            "creators": (len(metadata["creators"]), 2),
        }
        if self.scenario == "update":
            checks["description"] = (metadata["description"], MENDED)
        if self.scenario == "stamp":  # its checksum follows from its DOI
            line = f"doi: {record['pids']['doi']['identifier']}"
            cited = (self._member(record, "CITATION.cff") or b"").decode().splitlines()
            checks["CITATION.cff"] = (line in cited, True)
        elif self.bench._expected.get(self.scenario) is not None:
            checks["files"] = (_files(record), self.bench._expected[self.scenario][version])
        checks["content"] = (self._member(record, "red_dot.py"), SOURCES[tag])
        return [f"{version} {name}: {found!r}" for name, (found, right) in checks.items() if found != right]

    def _member(self, record: dict[str, Any], member: str) -> bytes | None:
        """Return what a file in the one file of a version, a whole and undamaged archive, holds."""
        if len(record["files"]["entries"]) != 1:
            return None
        ((name, checksum),) = _files(record).items()
        url = f"{self.api_url}/records/{record['id']}/files/{name}/content"
        content = requests.get(url, timeout=30).content
        if checksum != f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}":
            return None
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (inside,) = [each for each in archive.namelist() if each.endswith(f"/{member}")]
            return archive.read(inside)


def _files(record: dict[str, Any]) -> dict[str, str]:
    """Return name → checksum of a record's files."""
    return {name: entry["checksum"] for name, entry in record["files"]["entries"].items()}


def _relations(record: dict[str, Any], relation: str) -> list[str]:
    """Return the identifiers that a record has a relation to."""
    related = record["metadata"].get("related_identifiers", [])
    return [each["identifier"] for each in related if each["relation_type"]["id"] == relation]


def _address(url: str) -> tuple[str, int]:
    """Return host and port of an address."""
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    return host, int(port)


def shape(path: str) -> str:
    """
    Return a path with what differs from case to case replaced, so that it names the same request in all of them.

    >>> shape("/api/records/300002/draft/files/red-dot-1.0.0.zip/content")
    '/records/:id/draft/files/:name/content'
    """
    parts = path.removeprefix("/api").split("/")
    shaped = [":id" if _ID.fullmatch(part) else ":uuid" if _UUID.fullmatch(part) else part for part in parts]
    return "/".join(":name" if part.endswith(".zip") else part for part in shaped)
