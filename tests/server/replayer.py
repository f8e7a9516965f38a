"""Plays recorded cases against a fresh server and says where its answers differ from the real ones."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from scripts.make_replay_cases import shape
from zenodo_action.server import LocalServer

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "replay"
SOFTWARE: Json = {
    "resource_type": {"id": "software"},
    "title": "Extra tool",
    "creators": [{"person_or_org": {"type": "organizational", "name": "Lab"}}],
    "publication_date": "2020-05-06",
    "publisher": "Lab",
    "version": "1.0",
}


@dataclass
class Replay:
    """One group of cases and the server it is played against."""

    group: str
    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Play every case in its order."""
        made = json.loads((FOLDER / f"{self.group}.json").read_text(encoding="utf-8"))
        self.shapes = json.loads((FOLDER / "shapes.json").read_text(encoding="utf-8"))
        with LocalServer(self.folder, token="token-1", personality=made["personality"]) as self.server:
            self.server.add_user("token-2")
            self.server.add_user("token-3")
            with requests.Session() as self.session:
                for case in made["cases"]:
                    for step in case.get("before", []):
                        self._step(step)
                    self._play(case)

    def _fill(self, value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        return json.loads(re.sub(r"<(id\d+)>", lambda match: self.ids.get(match[1], "unbound"), text))

    def _send(
        self, method: str, path: str, user: int | str | None, headers: Json | None = None, data: Any = None
    ) -> requests.Response:
        sent = {"Accept": "application/json", **(headers or {})}
        if user is not None:
            sent["Authorization"] = "Bearer notarealtoken" if user == "bad" else f"Bearer token-{user}"
        sent.pop("Transfer-Encoding", None)
        path = path.replace("access_token=TOKEN", "access_token=token-1")
        request = requests.Request(method, self.server.url + path, headers=sent, data=data)
        prepared = self.session.prepare_request(request)
        if "Content-Type" not in sent:
            prepared.headers.pop("Content-Type", None)
        return self.session.send(prepared, allow_redirects=False)

    # Steps that were not recorded

    def _step(self, step: Json) -> None:
        user = step.get("user", 1)
        if step["do"] == "upload":
            self._upload(self.ids[step["to"]], "a.txt", user)
        elif step["do"] == "limit":
            self.server.limit_requests(step["text"])
        elif step["do"] == "create-deposition":
            made = self._json("POST", "/api/deposit/depositions", user, {})
            self.ids[step["as"]] = str(made["id"])
        else:
            made = self._json("POST", "/api/records", user, step.get("json", {"metadata": SOFTWARE}))
            self.ids[step["as"]] = made["id"]
            if "announce" in step:
                self._json("POST", f"/api/records/{made['id']}/draft/files", user, [{"key": step["announce"]}])
            if "file" in step:
                self._upload(made["id"], step["file"], user)
            if step["do"] == "publish-new":
                self._json("POST", f"/api/records/{made['id']}/draft/actions/publish", user, None)

    def _upload(self, record: str, key: str, user: int) -> None:
        base = f"/api/records/{record}/draft/files"
        self._json("POST", base, user, [{"key": key}])
        self._send("PUT", f"{base}/{key}/content", user, {"Content-Type": "application/octet-stream"}, b"x")
        self._json("POST", f"{base}/{key}/commit", user, None)

    def _json(self, method: str, path: str, user: int, body: Any) -> Any:
        headers = {"Accept": "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        response = self._send(method, path, user, headers, data)
        assert response.ok, response.text
        return response.json()

    # Cases

    def _play(self, case: Json) -> None:
        headers = dict(case.get("headers", {}))
        data: Any = None
        if "json" in case:
            headers.setdefault("Content-Type", "application/json")
            data = json.dumps(self._fill(case["json"])).encode()
        elif "text" in case:
            data = case["text"].encode()
        elif "bytes" in case:
            data = b"x" * case["bytes"]
        if headers.get("Transfer-Encoding") == "chunked":
            data = iter([data])
        response = self._send(case["method"], self._fill(case["path"]), case["user"], headers, data)
        try:
            body = response.json()
        except ValueError:
            body = None
        self._compare(case["name"], case["expect"], response, body)

    def _compare(self, name: str, expected: Json, response: requests.Response, body: Any) -> None:
        self._check(name, "status", expected["status"], response.status_code)
        fields = body if isinstance(body, dict) else {}
        for part in ("message", "errors"):
            self._check(name, part, self._fill(expected.get(part)), fields.get(part))
        if "revision" in expected:
            self._check(name, "revision", f'"{expected["revision"]}"', response.headers.get("ETag"))
        if "location" in expected:
            location = response.headers.get("Location", "").removeprefix(self.server.url)
            self._check(name, "location", self._fill(expected["location"]), location)
        content_type = response.headers.get("Content-Type")
        self._check(name, "type", expected.get("type", "application/json"), content_type)
        if "shape" in expected:
            wanted = set(self.shapes[expected["shape"]].split(" "))
            found = shape(body)
            if wanted != found:
                lacking, extra = sorted(wanted - found), sorted(found - wanted)
                self._note(name, "shape", f"lacks {lacking}, has too many {extra}")
            self.compared["shape"] = self.compared.get("shape", 0) + 1
        for bind in expected.get("binds", []):
            value = body
            try:
                for step in bind["path"]:
                    value = value[step]
            except (KeyError, IndexError, TypeError):
                continue
            if bind["after"] is not None:
                found_id = re.search(rf"/{bind['after']}/([^/?]+)", str(value))
                value = found_id[1] if found_id else value
            self.ids[bind["name"]] = str(value)

    def _check(self, name: str, part: str, wanted: Any, found: Any) -> None:
        if wanted is None and part != "status" and found is None:
            return
        self.compared[part] = self.compared.get(part, 0) + 1
        if wanted != found:
            self._note(name, part, f"wanted {json.dumps(wanted)[:700]}, got {json.dumps(found)[:700]}")

    def _note(self, name: str, part: str, text: str) -> None:
        self.differences.setdefault(f"{self.group}/{name} {part}", []).append(text)
