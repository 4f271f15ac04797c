"""Answers put on the wire by hand, where no emulator gives them: errors, and states that pass quickly.

An answer is checked against botocore's output model first, so that a test cannot invent an AWS.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.validate import ParamValidator

from checkday.account.live import Live

_MODELS = botocore.session.Session()
_XML = {"s3", "iam", "sts"}


def answer(
    source: Live,
    service: str,
    operation: str,
    body: dict[str, Any],
    *,
    region: str | None = None,
    path: str = "",
    mentions: str = "",
    when: Callable[[dict[str, Any]], bool] = lambda _: True,
) -> None:
    """Answer one operation of a JSON service with this body.

    In one Region, at one path, where the request mentions a text, or when it was asked so.
    """
    model = _MODELS.get_service_model(service).operation_model(operation)
    report = ParamValidator().validate(body, model.output_shape)
    assert not report.has_errors(), report.generate_report()
    # What a REST service says in its status line or headers is no part of the body.
    outside = {name for name, one in model.output_shape.members.items() if one.serialization.get("location")}
    inside = {name: value for name, value in body.items() if name not in outside}
    text = json.dumps(inside, default=lambda moment: moment.timestamp())

    def wanted(request: Any) -> bool:
        return (
            _is_in(request, region)
            and path in request.url
            and _mentions(request, mentions)
            and when(_asked(request))
        )

    _respond(source, service, operation, lambda _: (200, text), wanted)


class Refused(Exception):
    """To be raised by what answers `reply`: the code of an error."""


def reply(
    source: Live, service: str, operation: str, body: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Answer one operation of a JSON service with what `body` says to its parameters."""
    model = _MODELS.get_service_model(service).operation_model(operation)

    def said(request: Any) -> tuple[int, str]:
        try:
            told = body(json.loads(request.body or b"{}"))
        except Refused as refused:
            return 400, json.dumps({"__type": str(refused), "message": "refused"})
        report = ParamValidator().validate(told, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return 200, json.dumps(told, default=lambda moment: moment.timestamp())

    _respond(source, service, operation, said, lambda _: True)


class Asked(NamedTuple):
    """A request as `respond` tells it."""

    region: str
    path: str
    parameters: dict[str, Any]
    """Those of its body."""


def respond(source: Live, service: str, operation: str, told: Callable[[Asked], dict[str, Any]]) -> None:
    """The same, for answers that depend on the Region or on what a REST service has in its path."""
    model = _MODELS.get_service_model(service).operation_model(operation)

    def said(request: Any) -> tuple[int, str]:
        signed = _bytes(request.headers.get("Authorization", "")).decode()
        asked = Asked(signed.split("/")[2], unquote(urlsplit(request.url).path), _asked(request))
        try:
            answer = told(asked)
        except Refused as refused:
            return 400, json.dumps({"__type": str(refused), "message": "refused"})
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return 200, json.dumps(
            _spelled(answer, model.output_shape), default=lambda moment: moment.timestamp()
        )

    _respond(source, service, operation, said, lambda _: True)


def _spelled(value: Any, shape: Any) -> Any:
    """The answer under the names that stand on the wire."""
    if shape.type_name == "structure":
        members = ((shape.members[name], name, one) for name, one in value.items())
        return {inner.serialization.get("name", name): _spelled(one, inner) for inner, name, one in members}
    if shape.type_name == "list":
        return [_spelled(one, shape.member) for one in value]
    return value


def refuse(
    source: Live,
    service: str,
    operation: str,
    code: str,
    *,
    status: int = 400,
    message: str = "refused",
    region: str | None = None,
) -> None:
    """Answer one operation with an error, in the form of its protocol; in one Region only if named."""

    def body(request: Any) -> tuple[int, str]:
        if request.method == "HEAD":
            return status, ""
        if service in _XML:
            error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            return status, error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
        return status, json.dumps({"__type": code, "message": message})

    _respond(source, service, operation, body, lambda request: _is_in(request, region))


def garble(source: Live, service: str, operation: str) -> None:
    """Answer one operation as a Wi-Fi log-in page does: with success, and with nothing of AWS in it."""
    _respond(
        source, service, operation, lambda _: (200, "<!doctype html><title>Log in</title>"), lambda _: True
    )


def cut(source: Live, service: str, operation: str, *, slow: bool = False) -> None:
    """Let one operation never arrive, or never be answered."""
    error = ReadTimeoutError if slow else EndpointConnectionError

    def fail(request: Any, **_: Any) -> None:
        raise error(endpoint_url=request.url, error="cut")

    _hook(source, service, operation, fail)


def _respond(
    source: Live,
    service: str,
    operation: str,
    body: Callable[[Any], tuple[int, str]],
    wanted: Callable[[Any], bool],
) -> None:
    def respond(request: Any, **_: Any) -> AWSResponse | None:
        if not wanted(request):
            return None
        status, text = body(request)
        kind = "application/xml" if service in _XML else "application/x-amz-json-1.1"
        headers = {"content-type": kind, "x-amzn-requestid": "wire", "x-amz-request-id": "wire"}
        return AWSResponse(request.url, status, headers, _Raw(text.encode()))

    _hook(source, service, operation, respond)


def _asked(request: Any) -> dict[str, Any]:
    """What the request says, as far as it says it in its body."""
    found: dict[str, Any] = json.loads(request.body or "{}")
    return found


def _mentions(request: Any, text: str) -> bool:
    return not text or text.encode() in _bytes(request.body)


def _is_in(request: Any, region: str | None) -> bool:
    return region is None or f"/{region}/".encode() in _bytes(request.headers.get("Authorization", ""))


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _hook(source: Live, service: str, operation: str, handler: Callable[..., Any]) -> None:
    emitter = source._session.get_component("event_emitter")
    identifier = {"logs": "cloudwatch-logs"}.get(service, service)
    emitter.register(f"before-send.{identifier}.{operation}", handler)


class _Raw:
    """The little of urllib3's response that botocore reads."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any):
        yield self._content

    def read(self, *_: Any) -> bytes:
        content, self._content = self._content, b""
        return content
