"""What a request asks for, by botocore's service models: its operation, and what it says, in any protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, StructureShape

_NAMES: Mapping[str, Sequence[str]] = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticfilesystem": ("efs",),
    "monitoring": ("cloudwatch",),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
"""The models' names of the services that the emulator calls otherwise."""

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_LABEL = re.compile(r"\{(\w[\w-]*)(\+?)\}")
_RPC = re.compile(r"/service/\w+/operation/(\w+)")


class Route(NamedTuple):
    """Where a REST service takes one operation."""

    method: str
    path: re.Pattern[str]
    labels: Sequence[str]
    query: Mapping[str, str]
    operation: OperationModel


class Found(NamedTuple):
    """An operation, and what the path says for its labels."""

    operation: OperationModel
    labels: Mapping[str, str]


@cache
def models(service: str) -> Sequence[ServiceModel]:
    """The models that stand behind one of the emulator's services; none if botocore knows no such service."""
    try:
        return [
            ServiceModel(_loader().load_service_model(name, "service-2"), name)
            for name in _NAMES.get(service, (service,))
        ]
    except UnknownServiceError:
        return []


@cache
def _loader() -> Loader:
    return Loader()


@cache
def is_rest(service: str) -> bool:
    """Whether the service tells operations by method and path."""
    return any(str(model.metadata["protocol"]).startswith("rest") for model in models(service))


class Sent(Protocol):
    """A request, as far as it tells the operation."""

    @property
    def service(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


def find(sent: Sent) -> Found | None:
    """The operation that a request names, in whichever way its protocol does; None if it names none."""
    if is_rest(sent.service):
        return route(sent)
    name = sent.headers.get("x-amz-target", "").rpartition(".")[2]
    if rpc := _RPC.fullmatch(sent.path):
        name = rpc[1]
    if not name:
        said = {**form(sent.body), **sent.query}
        name = next(iter(said.get("Action", [])), "")
    for model in models(sent.service):
        if name in model.operation_names:
            return Found(model.operation_model(name), {})
    return None


def form(body: bytes) -> dict[str, list[str]]:
    """A body of the query protocol."""
    return parse_qs(body.decode(errors="replace"), keep_blank_values=True)


def route(sent: Sent) -> Found | None:
    """A REST service's operation: of those that fit, the one that says most itself."""
    for each in _routes(sent.service):
        found = each.path.fullmatch(sent.path) if each.method == sent.method else None
        if found is not None and all(_says(sent.query, *one) for one in each.query.items()):
            return Found(each.operation, dict(zip(each.labels, found.groups(), strict=True)))
    return None


def _says(query: Mapping[str, Sequence[str]], name: str, value: str) -> bool:
    return name in query and (not value or value in query[name])


@cache
def _routes(service: str) -> Sequence[Route]:
    """The routes of a service, those with the most fixed text first."""
    operations = [model.operation_model(name) for model in models(service) for name in model.operation_names]
    found = [_route(each) for each in operations]
    return sorted(found, key=lambda each: (len(each.query), _fixed(each.operation)), reverse=True)


def _fixed(operation: OperationModel) -> int:
    return len(_LABEL.sub("", operation.http["requestUri"].partition("?")[0]))


def _route(operation: OperationModel) -> Route:
    path, _, query = operation.http["requestUri"].partition("?")
    parts = _LABEL.split(path.rstrip("/") or "/")
    # The path comes decoded: an ARN in a label may bring slashes of its own.
    expression = re.escape(parts[0]) + "".join(
        f"({'.+' if parts[place + 1] else '.+?'}){re.escape(parts[place + 2])}"
        for place in range(1, len(parts), 3)
    )
    pairs = (one.partition("=")[::2] for one in query.split("&") if one)
    fixed = {name: value for name, value in pairs if not value.startswith("{")}
    pattern = re.compile(f"{expression}/?" if expression != "/" else "/", re.DOTALL)
    return Route(operation.http["method"], pattern, parts[1::3], fixed, operation)


def rest_parameters(found: Found, sent: Sent) -> dict[str, Any]:
    """What a call of a REST service with JSON bodies says, by the names of the model's members.

    Only the first level is renamed: what is nested keeps the names that it has on the wire.
    """
    shape = found.operation.input_shape
    if not isinstance(shape, StructureShape):
        return {}
    said = loaded(sent.body)
    values: dict[str, Any] = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        where = member.serialization.get("location")
        if shape.serialization.get("payload") == name:
            values[name] = said if member.type_name == "structure" else None
        elif where == "uri":
            values[name] = _typed(member, [found.labels.get(wire, "")])
        elif where == "querystring":
            values[name] = _typed(member, sent.query.get(wire))
        elif where == "header":
            values[name] = sent.headers.get(wire.lower())
        elif where is None:
            values[name] = said.get(wire)
    return {name: value for name, value in values.items() if value is not None}


def loaded(body: bytes) -> dict[str, Any]:
    """A JSON body; empty where it holds no object."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _typed(shape: Any, values: Sequence[str] | None) -> Any:
    if not values:
        return None
    if shape.type_name == "list":
        return list(values)
    text = values[0]
    if shape.type_name in {"integer", "long"} and _INTEGER.fullmatch(text):
        return int(text)
    return text == "true" if shape.type_name == "boolean" else text
