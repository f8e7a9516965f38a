"""
Faults on demand: answers that get lost, gateways that fail, links that lead elsewhere.

A fault is ``{"match": {"method"?, "path"?, "nth"?}, "action": …}``. ``path`` is a regular expression that must be
found in the path, ``nth`` counts the requests that match (from 1, default 1; 0 means every one). A fault with an
``nth`` above 0 strikes once. The actions, with the further keys that they read:

* ``lost-answer`` — the work is done, then the connection closes without an answer
* ``reset-before`` — the connection closes before anything is done
* ``status`` — answer ``status`` (``when``: ``before`` or ``after`` the work; ``retry_after``; ``html``: an HTML body)
* ``slow`` — wait ``slow_s`` seconds before the work
* ``wrong-checksum`` — the MD5 of every file in the answer is another one
* ``foreign-links`` — the links of the answer lead to ``host`` (default ``internal.example``)
* ``garbage`` — the answer is half of itself, under the same headers
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, request

from zenodo_action.server.asking import answer, json_body
from zenodo_action.server.refusal import Refusal
from zenodo_action.server.serving import DROP

Json = dict[str, Any]

CONTROL_PATH: Final = "/_control/faults"
ACTIONS: Final = ("lost-answer", "reset-before", "status", "slow", "wrong-checksum", "foreign-links", "garbage")
_ANOTHER_MD5: Final = "0" * 32
_HTML: Final = "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>proxy</body></html>"


class FaultError(ValueError):
    """A fault is not described as it should be."""


@dataclass(slots=True)
class Fault:
    """One fault that waits for its request."""

    method: str | None
    path: re.Pattern[str]
    nth: int
    action: str
    options: Json
    seen: int = 0

    @staticmethod
    def read(given: Any) -> Fault:
        """
        Return the fault that a description means.

        Raises:
            FaultError: It is not one.
        """
        if not isinstance(given, dict) or given.get("action") not in ACTIONS:
            raise FaultError(f"a fault's action is one of {', '.join(ACTIONS)}")
        match = given.get("match") or {}
        if not isinstance(match, dict):
            raise FaultError("a fault's match is an object")
        try:
            path = re.compile(str(match.get("path", "")))
            nth = int(match.get("nth", 1))
        except (re.error, TypeError, ValueError) as error:
            raise FaultError(f"a fault's match cannot be read: {error}") from error
        options = {name: value for name, value in given.items() if name not in ("match", "action")}
        if given["action"] == "status" and not isinstance(options.get("status"), int):
            raise FaultError("the action status needs a status")
        return Fault(match.get("method"), path, nth, given["action"], options)

    def strikes(self, method: str, path: str) -> bool:
        """Count a request if it matches, and tell whether this is the one."""
        if (self.method is not None and self.method.upper() != method) or not self.path.search(path):
            return False
        self.seen += 1
        return self.nth in (0, self.seen)


class Faults:
    """The faults of a server, in the order of their coming."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._guard = threading.Lock()

    def add(self, *given: Any) -> None:
        """Let faults wait for their requests."""
        read = [Fault.read(one) for one in given]
        with self._guard:
            self._waiting.extend(read)

    def clear(self) -> None:
        """Forget all faults."""
        with self._guard:
            self._waiting.clear()

    def waiting(self) -> list[Json]:
        """Return the faults that did not strike yet."""
        with self._guard:
            return [
                {
                    "match": {"method": one.method, "path": one.path.pattern, "nth": one.nth},
                    "action": one.action,
                    **one.options,
                }
                for one in self._waiting
            ]

    def striking(self, method: str, path: str) -> list[Fault]:
        """Return the faults of a request; those that strike once are done with."""
        with self._guard:
            hit = [one for one in self._waiting if one.strikes(method, path)]
            self._waiting = [one for one in self._waiting if one not in hit or one.nth == 0]
        return hit


def install(app: Flask, faults: Faults, *, with_control: bool) -> None:
    """Let faults strike the requests of an application; with the control endpoint, others can ask for them."""
    if with_control:
        _add_control(app, faults)

    @app.before_request
    def before() -> Response | None:
        if request.path == CONTROL_PATH:
            return None
        hit = faults.striking(request.method, request.path)
        request.environ["zenodo_action.faults"] = hit
        for fault in hit:
            if fault.action == "slow":
                time.sleep(float(fault.options.get("slow_s", 1)))
            elif fault.action == "reset-before":
                return _drop()
            elif fault.action == "status" and fault.options.get("when", "before") == "before":
                return _failure(fault)
        return None

    @app.after_request
    def after(response: Response) -> Response:
        for fault in request.environ.get("zenodo_action.faults", []):
            response = _after(fault, response)
        return response


def _after(fault: Fault, response: Response) -> Response:
    if fault.action == "lost-answer":
        return _drop()
    if fault.action == "status" and fault.options.get("when", "before") == "after":
        return _failure(fault)
    if fault.action in ("wrong-checksum", "foreign-links", "garbage") and not response.is_streamed:
        text = response.get_data(as_text=True)
        if fault.action == "wrong-checksum":
            text = re.sub(r"(\"checksum\": \"(?:md5:)?)[0-9a-f]{32}", rf"\g<1>{_ANOTHER_MD5}", text)
        elif fault.action == "foreign-links":
            text = text.replace(request.host_url, f"https://{fault.options.get('host', 'internal.example')}/")
        else:
            text = text[: len(text) // 2]
        response.set_data(text)
    return response


def _drop() -> Response:
    request.environ[DROP] = True
    return Response(status=500)


def _failure(fault: Fault) -> Response:
    status = int(fault.options["status"])
    if fault.options.get("html"):
        response = Response(_HTML.format(status=status), status, content_type="text/html")
    else:
        response = answer({"status": status, "message": fault.options.get("message", "A fault was asked for.")}, status)
    if "retry_after" in fault.options:
        response.headers["Retry-After"] = str(fault.options["retry_after"])
    return response


def _add_control(app: Flask, faults: Faults) -> None:
    @app.post(CONTROL_PATH)
    def add_faults() -> Response:
        given = json_body()
        try:
            faults.add(*(given if isinstance(given, list) else [given]))
        except FaultError as error:
            raise Refusal(400, str(error)) from error
        return answer(faults.waiting(), 201)

    @app.get(CONTROL_PATH)
    def list_faults() -> Response:
        return answer(faults.waiting())

    @app.delete(CONTROL_PATH)
    def clear_faults() -> Response:
        faults.clear()
        return answer([])
