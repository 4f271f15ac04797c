"""Requests and answers as they cross the wire between a client, the overlay and the emulator."""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from checkday.sandbox.overlay import models
from checkday.sandbox.overlay.sources import Sources
from checkday.sandbox.overlay.tables import Tables

JSON_TYPE = "application/x-amz-json-1.1"

_CHECKSUM = "x-amz-crc32"
"""Of the body; DynamoDB's clients ask again when it is wrong."""

_S3_OPERATIONS: Mapping[tuple[str, bool, tuple[str, ...]], str] = {("PUT", True, ()): "CreateBucket"}
"""By method, whether the path is a bucket's and no object's, and subresource."""

_NOT_SUBRESOURCES = {"x-id"}
"""What some SDKs write into the query only to name the operation."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a client; the emulator has already identified and authorised the caller."""

    service: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The operation's name in the service model, or "" where the overlay has no interest in it."""
        if self.service == "s3":
            bucket = "/" not in self.path.strip("/") and self.path != "/"
            subresources = tuple(sorted(set(self.query) - _NOT_SUBRESOURCES))
            return _S3_OPERATIONS.get((self.method, bucket, subresources), "")
        found = models.route(self) if models.is_rest(self.service) else None
        return found.operation.name if found else self.headers.get("x-amz-target", "").rpartition(".")[2]

    @property
    def parameters(self) -> dict[str, Any]:
        """What is said to a JSON service, in the body or, if it is a REST one, in the path too."""
        found = models.route(self) if models.is_rest(self.service) else None
        if found is not None:
            return models.rest_parameters(found, self)
        given = json.loads(self.body or b"{}")
        return given if isinstance(given, dict) else {}


_TARGETS = {
    "athena": "AmazonAthena",
    "dynamodb": "DynamoDB_20120810",
    "firehose": "Firehose_20150804",
    "glue": "AWSGlue",
    "logs": "Logs_20140328",
    "sqs": "AmazonSQS",
}


def call(service: str, operation: str, **parameters: Any) -> Request:
    """A call of a JSON service, as the overlay itself makes one."""
    target = {"x-amz-target": f"{_TARGETS[service]}.{operation}"}
    return Request(service, "POST", "/", headers=target, body=json.dumps(parameters).encode())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def good(self) -> bool:
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def values(self) -> dict[str, Any]:
        """The body of a JSON service."""
        values: dict[str, Any] = json.loads(self.body)
        return values

    def saying(self, values: Mapping[str, Any]) -> Answer:
        """The same answer with another JSON body."""
        body = json.dumps(values, ensure_ascii=False).encode()
        headers = dict(self.headers)
        if _CHECKSUM in headers:
            headers[_CHECKSUM] = str(zlib.crc32(body))
        return replace(self, headers=headers, body=body)


def good(values: Mapping[str, Any]) -> Answer:
    """An answer of the overlay itself, as the JSON services word it."""
    return Answer(HTTPStatus.OK, {"Content-Type": JSON_TYPE}, json.dumps(values, ensure_ascii=False).encode())


def refusal(code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
    """An error as the JSON services word it."""
    body = json.dumps({"__type": code, "message": message}, ensure_ascii=False).encode()
    return Answer(status, {"Content-Type": JSON_TYPE, "x-amzn-errortype": code}, body)


class Stored(NamedTuple):
    """An object in a bucket."""

    key: str
    size: int


class Emulator(Protocol):
    """What a handler may ask of the emulator beneath it, on behalf of one request."""

    @property
    def account(self) -> str: ...

    @property
    def region(self) -> str: ...

    def caller(self, request: Request) -> Mapping[str, Any]:
        """Who calls, as CloudTrail's `userIdentity` says it."""

    async def ask(self, request: Request) -> Answer:
        """The emulator's own answer to the client, without the overlay."""

    async def ask_as_service(self, request: Request) -> Answer:
        """The same for a look that an AWS service takes by itself: the caller's rights do not matter."""

    def denial(self, request: Request, action: str, resource: str, **context: str) -> str | None:
        """Why the caller may not do this other thing that the request implies; None if it may."""

    def trusts(self, policy: str, service: str, source: str) -> bool:
        """Whether a role's trust policy lets an AWS service assume it for the resource `source`."""

    def stream(self, name: str) -> Mapping[str, Any] | None:
        """A delivery stream as the emulator keeps it: its description leaves out a part of what was sent."""

    def crawlers(self) -> MutableMapping[str, dict[str, Any]]:
        """The crawlers as the emulator keeps them, by name: state and last crawl are written here."""

    def work_groups(self) -> MutableMapping[str, dict[str, Any]]:
        """Athena's work groups as the emulator keeps them, by name."""

    @property
    def tables(self) -> Tables:
        """DynamoDB's tables as the emulator keeps them."""

    @property
    def sources(self) -> Sources:
        """Lambda's event source mappings, and what they connect."""

    def touch(self) -> None:
        """Have all state saved soon, for what no request has changed."""

    def places(self) -> set[tuple[str, str]]:
        """The accounts, with Regions, that have crawlers."""

    def acting(self, account: str, region: str) -> AbstractContextManager[object]:
        """Makes what is asked inside happen in this account and Region, where no request says so."""

    def role_denial(self, role: str, action: str, resource: str, **context: str) -> str | None:
        """Why a service that acts as this role may not do this; None if it may."""

    def role_caller(self, role: str, session: str) -> Mapping[str, Any]:
        """The `userIdentity` of a service that acts as this role."""

    def role_keys(self, role: str, session: str) -> Mapping[str, str]:
        """Keys for a program that acts as this role, as the variables of its environment."""

    def objects(self, bucket: str, prefix: str) -> Sequence[Stored] | None:
        """The objects under a prefix in the order of their keys; None if there is no such bucket."""

    def piece(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """A part of an object, without reading the rest; empty if it is gone."""

    def count(self, metric: str, value: float, unit: str, dimensions: Mapping[str, str]) -> None:
        """Publish a service metric, as `namespace:name`; one point a minute holds all its samples."""

    def summarise(
        self, metric: str, sums: tuple[float, float, float, float], unit: str, dimensions: Mapping[str, str]
    ) -> None:
        """The same for many samples: how many, their sum, the least and the most."""

    def keep(self, *services: str) -> None:
        """Save what no request has changed: else it would only be saved after the next request."""


Handler = Callable[[Request, Emulator], Awaitable[Answer]]

Witness = Callable[[Request, Answer, Emulator], None]
"""Told of every call and its answer, of refused ones too."""

Start = Callable[[Emulator], None]
"""Called when the saved state is loaded again, before the first request."""

Stop = Callable[[Emulator], Awaitable[None]]
"""Called when the server was told to stop and still answers."""
