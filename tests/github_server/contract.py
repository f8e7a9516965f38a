"""GitHub's OpenAPI description as a judge of requests and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

ADDRESS = "urn:github-openapi"

EXCEPTIONS = {
    "refusals-everywhere": "301, 307, 401, 403, 404, 422 and 429 can come from any call, but are described for few "
    "(a release's notes above 125,000 characters give a 422 that `repos/update-release` does not list): where a call does "
    "not list its status, the body has to be a basic-error",
    "refusals-without-body": "`git/delete-ref` describes its 422 without the body that GitHub sends (message, "
    "documentation_url): it has to be a basic-error",
    "server-errors": "answers of 500 and above come from in front of the API, often as pages: their bodies are not judged",
}
"""Where the judge departs from the description, by name, with the reason."""

EVERYWHERE = {"301", "307", "401", "403", "404", "422", "429"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call that the description knows."""

    id: str
    method: str
    path: re.Pattern[str]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    """By place and name, as ``("path", "owner")``."""
    request_body: Mapping[str, Any] | None
    responses: Mapping[str, Any]


class Contract:
    """The description, ready to judge."""

    def __init__(self) -> None:
        text = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
        # References get an address, so that they lead into the whole description also from one of its schemas.
        self._spec = json.loads(text.replace('"#/components/', f'"{ADDRESS}#/components/'))
        self._registry: Registry[Any] = Registry().with_resource(ADDRESS, DRAFT4.create_resource(self._spec))
        found = [
            self._operation(template, method, described)
            for template, methods in self._spec["paths"].items()
            for method, described in methods.items()
        ]
        # A literal part goes before a placeholder: `releases/latest` is no id.
        self._operations = sorted(found, key=lambda operation: operation.path.pattern.count("(?P<"))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the call that a request is, with the values in its path; the path is encoded as it was sent."""
        for operation in self._operations:
            match = operation.path.fullmatch(path)
            if match is not None and operation.method == method:
                return operation, {name: unquote(value) for name, value in match.groupdict().items()}
        return None

    def judge_request(
        self, operation: Operation, values: Mapping[tuple[str, str], str], content_type: str | None, body: bytes
    ) -> Iterator[str]:
        """Yield what is wrong with a request: parameters by place and name, and the body as it was sent."""
        for (place, name), value in values.items():
            described = operation.parameters.get((place, name))
            if described is None:
                yield f"{place} parameter {name!r} is not described"
            else:
                yield from self._judge(
                    _parsed(value, described["schema"]), described["schema"], f"{place} parameter {name}"
                )
        for (place, name), described in operation.parameters.items():
            if described.get("required") and (place, name) not in values:
                yield f"{place} parameter {name!r} is missing"
        if operation.request_body is None:
            if body:
                yield "a body is sent where none is described"
            return
        if not body:
            if operation.request_body.get("required"):
                yield "the body is missing"
            return
        if content_type != "application/json":
            yield f"the body is {content_type}, not application/json"
            return
        schema = operation.request_body["content"]["application/json"]["schema"]
        try:
            data = json.loads(body)
        except ValueError:
            yield "the body is not JSON"
            return
        yield from self._judge(data, schema, "request body")
        yield from (f"request body: {key!r} is not described" for key in data if key not in schema["properties"])

    def judge_response(self, operation: Operation, status: int, data: Any) -> Iterator[str]:
        """Yield what is wrong with an answer."""
        if status >= 500:
            return
        described = self._resolved(operation.responses.get(str(status)))
        if described is None:
            if str(status) not in EVERYWHERE:
                yield f"status {status} is not described"
            yield from self._judge(data, {"$ref": f"{ADDRESS}#/components/schemas/basic-error"}, f"answer {status}")
        elif "content" in described:
            yield from self._judge(data, described["content"]["application/json"]["schema"], f"answer {status}")
        elif status >= 400:
            yield from self._judge(data, {"$ref": f"{ADDRESS}#/components/schemas/basic-error"}, f"answer {status}")
        elif data is not None:
            yield f"answer {status} has a body where none is described"

    def _judge(self, value: Any, schema: Mapping[str, Any], what: str) -> Iterator[str]:
        validator = OAS30Validator(schema, registry=self._registry, format_checker=oas30_format_checker)
        for error in validator.iter_errors(value):
            yield f"{what}: {error.json_path}: {error.message[:300]}"

    def _operation(self, template: str, method: str, described: Mapping[str, Any]) -> Operation:
        parameters = {}
        for part in described.get("parameters", ()):
            resolved = self._resolved(part)
            parameters[resolved["in"], resolved["name"]] = resolved
        pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
        for (place, name), parameter in parameters.items():
            if place == "path":
                value = ".+" if parameter.get("x-multi-segment") else "[^/]+"
                pattern = pattern.replace(f"{{{name}}}", f"(?P<{name}>{value})")
        return Operation(
            id=described["operationId"],
            method=method.upper(),
            path=re.compile(pattern),
            parameters=parameters,
            request_body=described.get("requestBody"),
            responses=described["responses"],
        )

    def _resolved(self, part: Any) -> Any:
        """Return a part of the description, followed where it is a reference."""
        if isinstance(part, dict) and "$ref" in part:
            _, _, kind, name = part["$ref"].split("/")
            return self._spec["components"][kind][name]
        return part


def _parsed(value: str, schema: Mapping[str, Any]) -> Any:
    """Return a value of a path or a query as the type that is described, where it can be read as one."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value
