"""What an event tells of a call: what was asked and what came of it, without secrets."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from botocore.model import Shape, StructureShape
from botocore.parsers import ResponseParserError, create_parser

from checkday.sandbox.overlay import models
from checkday.sandbox.overlay.wire import Answer, Request

_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_SECRETS = {"SecretAccessKey", "SessionToken", "Password", "ZipFile", "Environment"}
_WITHHELD = {"RunStatement": "code", "StartQueryExecution": "queryString"}
"""What learners write and services keep to themselves."""

_LONGEST = 100 * 1024
"""Characters that each half of an event may have."""

_DEEPEST = 40
_QUERIES = {"ec2", "query"}
_NUMBER = re.compile(r"[0-9]{1,6}")
_PLACE = re.compile(rb"<LocationConstraint>([\w-]{1,40})</LocationConstraint>")


def asked(found: models.Found, request: Request) -> dict[str, Any] | None:
    """The event's `requestParameters`."""
    shape = found.operation.input_shape
    if request.service == "s3":
        return _of_bucket(found, request)
    if not isinstance(shape, StructureShape):
        return None
    protocol = found.operation.service_model.metadata["protocol"]
    if protocol in _QUERIES:
        form = {**models.form(request.body), **request.query}
        said = {name: values[0] for name, values in form.items()}
        values = _from_form(shape, said, "")
    elif protocol.startswith("rest"):
        values = models.rest_parameters(found, request)
    else:
        values = models.loaded(request.body)
    return _bounded(_redacted(found.operation.name, told(shape, values)))


def came(found: models.Found, answer: Answer) -> dict[str, Any] | None:
    """The event's `responseElements`."""
    shape = found.operation.output_shape
    protocol = found.operation.service_model.metadata["protocol"]
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    if not isinstance(shape, StructureShape) or protocol == "rest-xml" or not isinstance(body, bytes):
        return None
    values = _from_xml(protocol, shape, answer, body) if protocol in _QUERIES else models.loaded(body)
    return _bounded(told(shape, values))


def told(shape: Shape, value: Any, depth: int = 0) -> Any:
    """A value by its shape, with members in lower camel case; None where it does not fit, or is not told."""
    if shape.metadata.get("sensitive"):
        return _HIDDEN
    kind = shape.type_name
    if isinstance(value, (dict, list)):
        tell = _NESTED.get((kind, type(value)))
        return tell(shape, value, depth + 1) if tell is not None and depth < _DEEPEST else None
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value if kind != "blob" and isinstance(value, (str, int, float)) else None


def _structure(shape: Any, value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        given = value.get(name, value.get(member.serialization.get("name", name)))
        if given is not None and name not in _SECRETS:
            found[name[:1].lower() + name[1:]] = told(member, given, depth)
    return {name: each for name, each in found.items() if each is not None}


def _list(shape: Any, value: list[Any], depth: int) -> list[Any]:
    return [told(shape.member, each, depth) for each in value]


def _map(shape: Any, value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {key: told(shape.value, each, depth) for key, each in value.items()}


_NESTED: Mapping[tuple[str, type], Callable[[Any, Any, int], Any]] = {
    ("structure", dict): _structure,
    ("list", list): _list,
    ("map", dict): _map,
}


def _redacted(operation: str, values: dict[str, Any]) -> dict[str, Any]:
    withheld = _WITHHELD.get(operation)
    return {**values, withheld: "***OMITTED***"} if withheld in values else values


def _bounded(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return values if values and len(json.dumps(values)) <= _LONGEST else None


def _of_bucket(found: models.Found, request: Request) -> dict[str, Any]:
    """S3 names the bucket, the host, and what of the bucket was meant."""
    values: dict[str, Any] = {"Host": request.headers.get("host", "")}
    if bucket := found.labels.get("Bucket"):
        values = {"bucketName": unquote(bucket), **values}
    values |= dict.fromkeys(_meant(found), "")
    if place := _PLACE.search(request.body) if found.operation.name == "CreateBucket" else None:
        values["CreateBucketConfiguration"] = {"LocationConstraint": place[1].decode()}
    return _bounded(values) or {}


def _meant(found: models.Found) -> list[str]:
    query = found.operation.http["requestUri"].partition("?")[2]
    return [one.partition("=")[0] for one in query.split("&") if one]


def _from_form(shape: Any, said: Mapping[str, str], stem: str) -> Any:
    """A structure of the query protocol, which writes it flat: `Tags.member.1.Key=...`."""
    if shape.type_name == "structure":
        names = {name: member.serialization.get("name", name) for name, member in shape.members.items()}
        parts = {name: _from_form(shape.members[name], said, f"{stem}{wire}") for name, wire in names.items()}
        return {name: each for name, each in parts.items() if each not in (None, {}, [])}
    if shape.type_name == "list":
        return _listed(shape, said, stem)
    return said.get(stem)


def _listed(shape: Any, said: Mapping[str, str], stem: str) -> list[Any]:
    flat = shape.serialization.get("flattened")
    inner = f"{stem}." if flat else f"{stem}.{shape.member.serialization.get('name', 'member')}."
    places = {name[len(inner) :].partition(".")[0] for name in said if name.startswith(inner)}
    ends = "." if shape.member.type_name == "structure" else ""
    numbers = sorted(int(place) for place in places if _NUMBER.fullmatch(place))
    return [_from_form(shape.member, said, f"{inner}{number}{ends}") for number in numbers]


def _from_xml(protocol: str, shape: StructureShape, answer: Answer, body: bytes) -> dict[str, Any]:
    response = {"status_code": answer.status, "headers": answer.headers, "body": body}
    try:
        found: dict[str, Any] = create_parser(protocol).parse(response, shape)
    except ResponseParserError:
        return {}
    return found
